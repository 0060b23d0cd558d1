"""The queue in a browser: what is in it for whom, in what order, how its clocks stand out, and what it is filtered by and taken out as."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Mapping
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, Locator, Page, expect

from service.demo import APPROVER, APPROVER_2, FIRM, HE, HEAD, HR_APPROVER, HR_HEAD, LI, SUN
from tests.web.browser import SIZES
from tests.web.conftest import Visit
from tests.web.days import today
from tests.web.desk import SUBSIDY, Desk, age, told, with_desk_cases
from tests.web.server import Address
from tests.web.visiting import sign_in_quickly

BOTH = pytest.mark.parametrize("size", SIZES)
NUMBER = re.compile(r"LH\d{17}")


@pytest.fixture(scope="module")
def cases(base: Address) -> Mapping[str, str]:
    """As they would be after a while."""
    found = with_desk_cases(base)
    age(base.database, found)
    return found


def see_queue(page: Page, person: str, query: str = "") -> list[str]:
    """The numbers of the cases that are listed."""
    sign_in_quickly(page, person)
    page.goto(f"/desk{query}")
    return listed(page)


def listed(page: Page) -> list[str]:
    return [found[0] for each in page.locator(".queue-row").all() if (found := NUMBER.search(each.inner_text()))]


def row(page: Page, number: str) -> Locator:
    return page.locator(".queue-row", has_text=number)


def edge(row: Locator) -> str:
    colour: str = row.evaluate("each => getComputedStyle(each).borderLeftColor")
    return colour


@BOTH
def test_the_oldest_deadline_is_first_and_the_clocks_stand_out(visit: Visit, cases: Mapping[str, str], size: str) -> None:
    with visit(size=size) as page:
        numbers = see_queue(page, APPROVER)
        assert (numbers[:2], numbers[-2:]) == ([cases["mine"], cases["card"]], [cases["free"], cases["public"]])
        over, today, far, still = (row(page, cases[each]) for each in ("mine", "card", "free", "public"))
        expect(over).to_contain_text("超期")
        expect(today).to_contain_text("今天到期")
        assert len({edge(each) for each in (over, today, far)}) == 3
        expect(far).to_contain_text("暂定")
        expect(far.locator("abbr")).to_have_attribute("title", "那一年的工作日历还没有公布，日期可能调整")
        expect(still).to_contain_text("停表")
        page.get_by_role("link", name="已超期").click()
        expect(page.locator(".queue-row")).to_have_count(1)
        assert listed(page) == [cases["mine"]]
        over.get_by_role("link").click()
        expect(page.locator(".case-clock")).to_contain_text("超期")
        page.goto(f"/desk/cases/{cases['free']}")
        expect(page.locator(".case-clock")).to_contain_text("暂定")


@BOTH
def test_what_one_is_skilled_at_is_seen_first(visit: Visit, base: Address, cases: Mapping[str, str], size: str) -> None:
    desk = Desk(base)
    number = desk.apply(LI if size == "phone" else HE, "senior-card-lost", {})
    desk.move(APPROVER, number, "claim")
    desk.move(APPROVER, number, "transfer", {"queue": "life-status", "reason": "由生存核查岗办理"})
    with visit(size=size) as page:
        first = see_queue(page, APPROVER_2)
        assert number not in first
        assert set(first) >= {cases["free"], cases["second"]}
        page.get_by_role("link", name="全部队列").click()
        expect(row(page, number)).to_contain_text("生存核查")
        assert cases["mine"] not in listed(page)  # 郑文清 has taken it


@BOTH
def test_a_filter_is_kept_by_name_and_the_table_is_what_is_listed(visit: Visit, cases: Mapping[str, str], size: str) -> None:
    with visit(size=size) as page:
        everything = see_queue(page, APPROVER)
        page.locator(".desk-filter summary").click()
        page.locator("#situation").select_option("senior-card-new")
        expect(page.locator(".queue-row")).to_have_count(2)
        expect(page.locator(".queue-row").first).to_contain_text("老年优待")
        cards = listed(page)
        assert set(cards) == {cases["card"], cases["free"]} < set(everything)
        page.locator("#name").fill("优待证")
        page.get_by_role("button", name="保存筛选").click()
        told(page, "筛选已保存。")
        page.goto("/desk")
        page.locator(".chip", has_text="优待证").click()
        expect(page.locator(".chip[aria-current]")).to_have_text("优待证")
        assert listed(page) == cards
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        text = content(download.value).decode("utf-8-sig")
        head, *rows = csv.reader(text.splitlines())
        assert [each[0] for each in rows] == cards
        assert [each[head.index("队列")] for each in rows] == ["综合", "综合"]
        assert {each[head.index("状态")] for each in rows} == {"等审批人办理"}
        assert SUN not in text
        page.get_by_role("button", name="删除“优待证”").click()
        told(page, "筛选已删除。")
        expect(page.locator(".chip", has_text="优待证")).to_have_count(0)


def content(download: Download) -> bytes:
    return download.path().read_bytes()


def test_exports_are_limited_and_on_record(visit: Visit, base: Address, cases: Mapping[str, str]) -> None:
    with visit(lang="en") as page:
        see_queue(page, HEAD, "?assignee=all")
        page.locator(".desk-filter summary").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="XLSX").click()
        sheet = load_workbook(io.BytesIO(content(download.value))).active
        assert sheet is not None
        head, *rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
        assert head[:4] == ["Case number", "Service", "State", "Queue"]
        assert [each[0] for each in rows] == listed(page)
        assert "Senior card · New" in {each[1] for each in rows}
        for _ in range(19):
            page.request.get("/desk/export?assignee=all")
        page.get_by_role("link", name="CSV").click()
        expect(page.get_by_role("alert")).to_contain_text("at most 20 exports a day")
        assert listed(page)
    with sqlite3.connect(base.database) as connection:
        [[most]] = connection.execute("SELECT max(n) FROM (SELECT count(*) AS n FROM review_export GROUP BY account_id)")
        [[exports]] = connection.execute("SELECT count(*) FROM review_export")
        [[logged]] = connection.execute("SELECT count(*) FROM audit WHERE action = 'review.exported'")
    assert (most, logged) == (20, exports)


@BOTH
def test_nobody_sees_another_departments_their_own_or_a_relatives_case(visit: Visit, base: Address, size: str) -> None:
    desk = Desk(base)
    hired = [{"name": "黄文静", "id_number": HR_APPROVER}, {"name": "赵一鸣", "id_number": "440309199703120014"}]
    listed_in = desk.apply(FIRM, SUBSIDY, {"employees": hired, "bank_account": "4000020000001"})
    own = desk.apply(APPROVER, "senior-card-lost", {})
    until = (today() + timedelta(30)).isoformat()
    given = desk.call(SUN, "POST", "/mandates", {"agent": {"number": APPROVER, "name": "郑文清"}, "acts": ["read"], "until": until})
    desk.call(APPROVER, "POST", f"/mandates/{given['id']}/accept")
    acted_for = desk.apply(SUN, "senior-card-lost", {})
    try:
        with visit(size=size) as page:
            for person, hidden, seen in ((APPROVER, {own, acted_for, listed_in}, set()), (APPROVER_2, {listed_in}, {own, acted_for}),
                                         (HR_APPROVER, {own, acted_for, listed_in}, set()), (HR_HEAD, {own}, {listed_in})):  # fmt: skip
                numbers = set(see_queue(page, person, "?queue=all"))
                assert not numbers & hidden
                assert numbers >= seen
                for number in hidden:
                    page.goto(f"/desk/cases/{number}")
                    expect(page.locator("h1")).to_have_text("没有这个办件")
    finally:
        desk.call(SUN, "POST", f"/mandates/{given['id']}/end")
