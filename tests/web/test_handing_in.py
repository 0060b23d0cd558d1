"""Documents in the forms: what is held already is told, files are attached, and what is wrong with one stands beside it."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from service.demo import HR_APPROVER
from tests.service.files import pdf
from tests.web.conftest import SCRIPTS, Visit
from tests.web.people import FIRM, press, sign_in
from tests.web.visiting import ask_for_more, sign_in_quickly

PERMIT = "/situations/labour-dispatch-permit-new"


def file(name: str, text: str = "", content: bytes | None = None) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": pdf(text=text) if content is None else content}


def attach(page: Page, material: str, files: list[FilePayload], scripts: bool) -> None:
    page.locator(f"#file-{material}").set_input_files(files)
    if not scripts:
        page.locator(f"#materials-{material} button[value=attach]").click()


@SCRIPTS
def test_documents_go_with_an_application_and_with_a_supplement(visit_anew: Visit, size: str, scripts: bool) -> None:
    with visit_anew(size=size, java_script_enabled=scripts) as page:
        sign_in(page, FIRM, f"{PERMIT}/apply")
        expect(page.locator("#materials-licence")).to_contain_text("您已有营业执照")
        expect(page.locator("#materials-licence input")).to_have_count(0)
        press(page, "check")
        assert [each.inner_text() for each in page.locator(".error-summary li").all()] == [
            "请上传“验资报告或公司章程”（PDF）", "请上传“劳务派遣管理制度”（PDF）",
        ]  # fmt: skip
        expect(page.locator("#materials-rules .field-fault")).to_be_visible()

        attach(page, "capital", [file("章程.docx", content=b"PK no document")], scripts)
        expect(page.locator("#materials-capital .field-fault")).to_contain_text("章程.docx：只接受 PDF")
        attach(page, "capital", [file("章程.pdf", "1"), file("验资报告.pdf", "2")], scripts)
        expect(page.locator("#materials-capital .material-choice")).to_have_count(2)
        page.locator("#materials-capital .material-choice", has_text="验资报告.pdf").locator("input").uncheck()
        attach(page, "rules", [file("制度.pdf", "3")], scripts)
        expect(page.locator("#materials-rules")).to_contain_text("已附文件")
        page.locator('#materials-premises input[value="commitment"]').check()
        press(page, "check")
        listed = page.locator(".material-list")
        expect(listed).to_contain_text("章程.pdf")
        expect(listed).not_to_contain_text("验资报告.pdf")
        expect(listed).to_contain_text("我承诺：经营场所与开展业务相适应。")
        press(page, "submit")
        page.wait_for_url("**/my/cases/LH*")
        expect(page.locator(".material-list a")).to_have_text(["章程.pdf", "制度.pdf"])
        with page.expect_download() as download:
            page.get_by_role("link", name="章程.pdf").click()
        assert download.value.path().read_bytes() == pdf(text="1")
        number = page.url.rsplit("/", 1)[1]

        ask_for_more(page, number, HR_APPROVER, "章程请盖章。")
        sign_in_quickly(page, FIRM)
        page.goto(f"/my/cases/{number}/supplement")
        expect(page.locator("#materials-capital .file-list")).to_contain_text("章程.pdf")
        attach(page, "capital", [file("章程（盖章）.pdf", "4")], scripts)
        expect(page.locator("#materials-capital .material-choice")).to_contain_text("章程（盖章）.pdf")
        page.locator("#note").fill("已补盖章。")
        press(page, "send")
        page.wait_for_url(f"**/my/cases/{number}")
        expect(page.locator(".material-list a")).to_have_text(["章程.pdf", "章程（盖章）.pdf", "制度.pdf"])

        page.goto(f"{PERMIT}/apply")  # what was handed in once may serve again
        if page.get_by_role("button", name="另外提交一份新的申请").is_visible():
            page.get_by_role("button", name="另外提交一份新的申请").click()
        expect(page.locator("#materials-rules")).to_contain_text("可以用您以前交过的文件")
        expect(page.locator("#materials-capital .material-choice")).to_have_count(3)
