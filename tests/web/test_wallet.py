"""What an approval gives: in the wallet, on paper with a code that verifies it, and shown to somebody on a screen."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.web.conftest import SCRIPTS, SIZES, Visit
from tests.web.people import LI, apply_for_allowance, sign_in
from tests.web.visiting import result_of


@SCRIPTS
def test_a_result_is_kept_shown_and_verified(visit_anew: Visit, size: str, scripts: bool) -> None:
    with visit_anew(size=size, java_script_enabled=scripts) as page, visit_anew(lang="en") as other:
        number = apply_for_allowance(page, LI)
        licence = result_of(page, number)
        if not scripts:
            page.reload()
        page.locator("#result a").click()
        page.wait_for_url(f"**/my/licences/{licence}")
        expect(page.locator("main")).to_contain_text("300.00元")

        written = document(page)
        assert "高龄老人津贴核准通知书" in written
        assert "300.00元" in written
        assert "440309********0021" in written
        address = re.search(r"http://127\.0\.0\.1:\d+/verify/[\w-]+", written)
        assert address
        other.goto(address[0])
        expect(other.locator("h1")).to_have_text("Genuine, and valid now")
        expect(other.locator("main")).to_contain_text("CNY 300.00")
        expect(other.locator("main")).to_contain_text("李**")
        document(page)  # a second time is no double click

        page.get_by_role("button", name="出示给别人").click()
        expect(page.get_by_role("img", name="核验二维码")).to_be_visible()
        code = page.locator(".licence-code a").inner_text()
        assert code != address[0]
        other.goto("/verify")
        other.get_by_label("Code or address").fill(code)
        other.get_by_role("button", name="Verify").click()
        expect(other.locator("h1")).to_have_text("Genuine, and valid now")
        expect(other.locator("main")).not_to_contain_text("300.00")
        other.goto("/verify/none")
        expect(other.locator(".field-fault")).to_contain_text("There is no such code")

        page.goto("/my/licences")
        expect(page.locator(".licence-grid > li")).to_have_count(3)
        page.get_by_role("link", name="使用记录").click()
        expect(page.locator(".matter-list")).to_contain_text(number)


@SIZES
def test_all_that_is_held_about_oneself_can_be_taken_away(visit: Visit, size: str) -> None:
    with visit(size=size) as page:
        sign_in(page, LI, "/my/licence-uses")
        with page.expect_download() as download:
            page.get_by_role("link", name="下载我的全部信息").click()
        assert download.value.suggested_filename == "my-data.zip"
        with ZipFile(download.value.path()) as held:
            assert held.testzip() is None
            assert any(LI in held.read(each).decode("utf-8", "ignore") for each in held.namelist())


def document(page: Page) -> str:
    """What is written on the document, without blanks, and without what pypdf reads between the characters."""
    with page.expect_download() as download:
        page.get_by_role("button", name="下载文书").click()
    content = download.value.path().read_bytes()
    assert len(content) < 100_000
    return re.sub(r"[\s\0]", "", "".join(each.extract_text() for each in PdfReader(BytesIO(content)).pages))
