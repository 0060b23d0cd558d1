"""The page of the table of access says what the table says."""

from service.access_page import PAGE, page


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m service.access_page writes it anew"
