"""Decision tables as tables: filled from a spreadsheet, their rows put in another order, and written into the rules by their places."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from service.demo import WRITER
from tests.web.browser import fits
from tests.web.conftest import Visit
from tests.web.days import next_year
from tests.web.people import sign_in
from tests.web.server import Address
from tests.web.studio import SENIOR, answered, begun, drafted, writing

FIRST = ".cell-table tbody tr:first-child input:not([type=hidden])"


def day_of(size: str) -> str:
    """Each size has a draft of its own."""
    return next_year(1 if size == "phone" else 2)


def paste(page: Page, text: str) -> None:
    """As it comes from a spreadsheet: cells apart by tabs, rows by line breaks."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def cells(page: Page) -> list[str]:
    return [each.input_value() for each in page.locator(".cell-table input:not([type=hidden])").all()]


@pytest.mark.parametrize(("size", "lang"), [("phone", "zh"), ("desk", "en")])
def test_rows_are_pasted_from_a_spreadsheet_and_the_table_grows_by_what_is_more(
    visit: Visit, base: Address, size: str, lang: str
) -> None:
    day = day_of(size)
    there = begun(base, SENIOR, day)
    with visit(size, lang) as page:
        sign_in(page, WRITER, f"{there}/tables")
        expect(page.locator(".cell-table tbody tr")).to_have_count(4)
        page.locator(FIRST).first.focus()
        paste(page, "[70..74]\t200\r\n[75..79]\t250\r\n[80..89]\t350\r\n[90..99]\t500\r\n>= 100\t1000\r\n")
        pasted = ["[70..74]", "200", "[75..79]", "250", "[80..89]", "350", "[90..99]", "500", ">= 100", "1000"]
        expect(page.locator(".cell-table tbody tr")).to_have_count(5)
        assert cells(page) == pasted
        name = "第5行第2列" if lang == "zh" else "Row 5, column 2"
        expect(page.get_by_label(name)).to_have_value("1000")

        # One cell alone is pasted as text is, and Enter goes down its column.
        page.locator(FIRST).nth(1).focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Control+a")
        paste(page, "260")
        pasted[3] = "260"
        assert cells(page) == pasted
        page.locator('.form-actions button[value="save"]').click()
        expect(page.locator(".cell-new")).to_have_count(0)
        assert cells(page) == pasted
    text = drafted(base, SENIOR, day)["text"]
    assert '      - ["[75..79]", 260]\n      - ["[80..89]", 350]\n' in text
    with writing(base) as client:
        number = {"applicant": {"kind": "person", "name": "李桂芳", "number": "440309194503150021"}}
        own = {"id_card": {"name": "李桂芳", "number": "440309194503150021", "birth_date": "1945-03-15"}, "hukou": {"city": "深圳市"},
               "death": {"registered": False}, "notice": "none"}  # fmt: skip
        facts = {**number, "applied_on": day, "form": {"bank_account": "6222000000000001"}, "evidence": own, "case": {"draw": 50}}
        tried = answered(client.post(f"policies/{SENIOR}/drafts/{day}/try", json={"facts": facts, "on": day}))
    assert (tried["conclusion"], tried["proposed_grant"]) == ("approve", {"monthly_amount": "350.00"})


@pytest.mark.parametrize(("size", "lang", "scripts"), [("phone", "zh", False), ("desk", "en", True)])
def test_a_row_is_moved_and_stands_there_in_the_rules_with_its_remark(
    visit: Visit, base: Address, size: str, lang: str, scripts: bool
) -> None:
    day = next_year(3 if size == "phone" else 4)
    there = begun(base, SENIOR, day)
    with writing(base) as client:
        draft = drafted(base, SENIOR, day)
        marked = draft["text"].replace('[">= 100", 1000]', '[">= 100", 1000]   # 百岁')
        answered(client.put(f"policies/{SENIOR}/drafts/{day}", json={**given(draft), "text": marked}, headers={"If-Match": '"1"'}))
    with visit(size, lang, java_script_enabled=scripts) as page:
        sign_in(page, WRITER, f"{there}/tables")
        up, down = ("第%s行上移", "第1行下移") if lang == "zh" else ("Move row %s up", "Move row 1 down")
        page.get_by_role("button", name=up % 4).focus()
        for row in (3, 2):  # what has the focus goes with the row, so that it can be moved on
            page.keyboard.press("Enter")
            expect(page.get_by_role("button", name=up % row)).to_be_focused()
        page.get_by_role("button", name=down).click()
        expect(page.locator(FIRST).first).to_have_value(">= 100")
        assert cells(page)[::2] == [">= 100", "[70..79]", "[80..89]", "[90..99]"]
        page.locator('.form-actions button[value="save"]').click()
        expect(page.get_by_role("status").first).to_contain_text("已写回" if lang == "zh" else "Written")
        assert cells(page)[::2] == [">= 100", "[70..79]", "[80..89]", "[90..99]"]
        assert fits(page)
    first = '    rows:\n      - [">= 100", 1000]   # 百岁\n      - ["[70..79]", 200]\n      - ["[80..89]", 300]\n'
    assert first in drafted(base, SENIOR, day)["text"]


def given(draft: dict[str, str]) -> dict[str, str]:
    return {name: draft[name] for name in ("text", "cases")}
