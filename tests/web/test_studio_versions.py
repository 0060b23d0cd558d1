"""What becomes of versions: one runs in the shadow and is compared, one is taken back before it begins, each has its figures."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.demo import HE, LI, WRITER, WRITER_2, WU
from tests.web.browser import fits, visiting
from tests.web.conftest import Visit
from tests.web.days import next_year, today
from tests.web.desk import Desk
from tests.web.people import ACCOUNT, sign_in
from tests.web.server import Address, serving_pages
from tests.web.studio import SENIOR, answered, begun, drafted, published, submitted, writing

RULESET = f"/studio/{SENIOR}"
WIDER = {'require: hukou.city = "深圳市"': 'require: hukou.city in ["深圳市", "惠州市"]', "惠州市}": "汕头市}"}
"""Who is registered in Huizhou may claim too; the cases take another city for those who may not."""
SIZES = pytest.mark.parametrize(("size", "lang"), [("phone", "zh"), ("desk", "en")])


@pytest.fixture
def base(browser: Browser, tmp_path: Path) -> Iterator[Address]:
    with serving_pages(tmp_path / "miaopi.db") as found:
        yield found


@pytest.fixture
def visit(browser: Browser, base: Address) -> Visit:
    return partial(visiting, browser, base)


def until(page: Page, selector: str, texts: list[str]) -> None:
    """Figures are counted after the decision: the page is asked again until they are there."""
    for _ in range(600):
        if page.locator(selector).all_inner_texts() == texts:
            return
        page.wait_for_timeout(100)
        page.reload()
    assert page.locator(selector).all_inner_texts() == texts


@SIZES
def test_a_draft_is_compared_in_the_shadow_while_the_old_version_decides(base: Address, visit: Visit, size: str, lang: str) -> None:
    there = submitted(base, SENIOR, today().isoformat(), WIDER)
    desk = Desk(base)
    with visit(size, lang) as page:
        sign_in(page, WRITER_2, there)
        page.locator('button[value="shadow"]').click()
        expect(page.get_by_role("status").first).to_contain_text("影子运行已经开始" if lang == "zh" else "shadow")
        page.locator('a[href$="/shadow"]').click()
        expect(page.locator("main")).to_contain_text("还没有可比较的申请" if lang == "zh" else "Nothing to compare yet")

        cases = {person: desk.apply_for_allowance(person) for person in (LI, WU, HE)}
        until(page, ".figure-strip dd", ["3", "2", "1"])
        refused, approved = ("不予批准", "批准") if lang == "zh" else ("Not approved", "Approve")
        turned = page.locator(".turn-list li")
        expect(turned).to_have_count(1)
        expect(turned.locator(".badge")).to_have_text([refused, approved])
        expect(page.locator(".figure-table tbody tr")).to_have_text(["深圳户籍1"] if lang == "zh" else ["Registered in Shenzhen1"])
        witness = page.locator(".witness-list li")
        expect(witness).to_have_count(1)
        expect(witness).to_contain_text(cases[WU])
        assert fits(page)

        assert desk.call(WU, "GET", f"/cases/{cases[WU]}")["status"] == "rejected"
        page.locator('button[value="end"]').click()
        expect(page).to_have_url(f"{base}{RULESET}")
        page.locator('a[href$="/shadow"]').click()
        expect(page.locator(".figure-strip dd")).to_have_text(["3", "2", "1"])
        expect(page.locator('button[value="end"]')).to_have_count(0)
        with writing(base) as client:
            assert answered(client.get(f"policies/{SENIOR}"))["shadow"] is None


@SIZES
def test_a_version_that_has_not_begun_is_taken_back_and_never_decides(base: Address, visit: Visit, size: str, lang: str) -> None:
    day = next_year()
    published(base, SENIOR, day, WIDER)
    with visit(size, lang) as page:
        sign_in(page, WRITER, RULESET)
        expect(page.locator(".version-list > li").first).to_contain_text(f"{day[:4]}年1月1日" if lang == "zh" else f"1 January {day[:4]}")
        page.locator('a[href$="/withdraw"]').click()
        page.locator(".form-actions button").click()
        expect(page.locator(".error-summary")).to_be_visible()
        page.locator("#reason").fill("惠州的数据还没有接通。")
        page.locator(".form-actions button").click()
        expect(page).to_have_url(f"{base}{RULESET}")
        expect(page.get_by_role("status").first).to_contain_text("已撤回" if lang == "zh" else "Taken back")
        expect(page.locator('a[href$="/withdraw"]')).to_have_count(0)
        expect(page.locator(".moves > li").first).to_contain_text("惠州的数据还没有接通。")
        page.locator("#effective").fill(day)
        page.locator(".begin-form button").click()
        expect(page.locator("#editor-form")).to_be_visible()
    assert "惠州市" not in drafted(base, SENIOR, day)["text"]


@SIZES
def test_each_version_has_its_figures_and_tells_why_people_were_asked(base: Address, visit: Visit, size: str, lang: str) -> None:
    desk = Desk(base)
    for person in (LI, WU, HE):
        desk.apply_for_allowance(person)
    published(base, SENIOR, today().isoformat(), WIDER)
    claim = {"situation": "senior-allowance-first-claim", "form": {"bank_account": ACCOUNT}}
    assert desk.call(WU, "POST", "/applications", claim, {"Idempotency-Key": "again"})["conclusion"] == "approve"
    with visit(size, lang) as page:
        sign_in(page, WRITER, RULESET)
        rows = "#figures ~ .table-scroll tbody tr"
        causes = ["没有死亡登记 1", "死亡登记核验 1"] if lang == "zh" else ["No entry in the death register 1", "Death register 1"]
        figures = [today().isoformat(), "1", "1", "100.0%", "—", "2019-10-01", "3", "2", "66.7%", "\n".join(causes)]
        until(page, f"{rows} > :is(th, td)", figures)
        expect(page.locator(".bar-rate")).to_have_text(["100.0%", "66.7%"])
        expect(page.locator("#control ~ .fact-list")).to_contain_text("75.0%")
        page.goto("/studio")
        row = page.locator("tbody tr", has=page.locator(f'a[href="{RULESET}"]'))
        expect(row).to_contain_text("75.0%")
        expect(row).to_contain_text(causes[0])
        expect(page.locator('a[href="/studio/unemployment-registration"]')).to_be_visible()


def test_a_draft_begun_twice_for_one_day_is_the_one_that_is_there(base: Address, visit: Visit) -> None:
    there = begun(base, SENIOR, next_year())
    with visit() as page:
        sign_in(page, WRITER, RULESET)
        page.locator("#effective").fill(next_year())
        page.locator(".begin-form button").click()
        expect(page).to_have_url(f"{base}{there}")
        expect(page.get_by_role("status").first).to_contain_text("已有草稿")
