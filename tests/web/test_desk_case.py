"""One case on one page, on a phone and on a desk: why it is here, what is known of it, what it comes to, and what else there is."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from service.demo import APPROVER, APPROVER_2, HE, HEAD, LI, SUN, WU
from tests.web.browser import SIZES
from tests.web.conftest import Visit
from tests.web.desk import Desk, doubt, told
from tests.web.server import Address
from tests.web.visiting import open_case, sign_in_quickly

BOTH = pytest.mark.parametrize("size", SIZES)


@pytest.fixture(scope="module")
def cases(base: Address) -> Mapping[str, str]:
    """`alike`: of another with the same bank account; `earlier`: of the same applicant; `mine`: taken by 郑文清, who is to settle it."""
    desk = Desk(base)
    found = {"alike": desk.apply_for_allowance(LI), "earlier": desk.apply_for_card(SUN), "mine": desk.apply_for_allowance(SUN)}
    desk.move(APPROVER, found["mine"], "claim")
    for _ in range(600):  # it is looked for in the background
        if desk.call(APPROVER, "GET", f"/reviews/{found['mine']}")["related"]:
            return found
        time.sleep(0.1)
    raise AssertionError("no case alike was found")


def tops(page: Page, *selectors: str) -> list[float]:
    found: list[float] = page.evaluate("all => all.map(each => document.querySelector(each).getBoundingClientRect().top)", selectors)
    return found


@BOTH
def test_everything_about_a_case_is_on_one_page_the_cause_first(
    visit: Visit, base: Address, cases: Mapping[str, str], size: str
) -> None:
    with visit(size=size) as page:
        open_case(page, APPROVER, cases["mine"])
        cause = page.locator(".why .condition").first
        for each in ("没有死亡登记", "不符合", "第九条", "有死亡登记：是"):
            expect(cause).to_contain_text(each)
        cause.get_by_role("link", name="死亡登记核验").click()
        expect(page).to_have_url(re.compile("#evidence-death$"))
        death = page.locator("#evidence-death")
        expect(death).to_contain_text(re.compile(r"有死亡登记\s*是"))
        expect(death.locator(".source-list")).to_contain_text(re.compile(r"\d{4}年\d+月\d+日 \d\d:\d\d\s*已回应"))
        places = tops(page, ".why", "#evidence-death", "#evidence-hukou")
        assert places == sorted(places)  # what it is here for comes first
        expect(page.locator("#outcome")).to_contain_text("按规则：还不能批准")
        expect(page.locator("section", has_text="办理过程").last).to_contain_text("申请已提交")
        expect(page.locator("main")).not_to_contain_text(SUN)
        expect(page.locator('section[aria-label="申请人的其他办件"]')).to_contain_text("老年优待")
        alike = page.locator('section[aria-label="有相同之处的办件"]')
        expect(alike).to_contain_text("相同的智慧养老颐年卡账号")
        alike.get_by_role("link").first.click()
        expect(page.locator(".trail, .site-trail")).to_contain_text(cases["alike"])
        expect(page.locator("main")).to_contain_text("李桂芳")
    with sqlite3.connect(base.database) as connection:
        looks = "SELECT count(*) FROM audit WHERE case_number = ? AND account_id IS NOT NULL AND action LIKE 'review%'"
        for each in ("mine", "alike"):  # every look at somebody's data is on record
            [[count]] = connection.execute(looks, (cases[each],))
            assert count


def test_what_the_rules_do_not_come_to_is_not_done_until_the_facts_are_settled(
    visit: Visit, base: Address, cases: Mapping[str, str]
) -> None:
    desk, number = Desk(base), cases["mine"]
    with visit(size="phone") as page:
        open_case(page, APPROVER, number)
        page.locator("#reason").fill("同意")
        page.get_by_role("button", name="批准", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("按现有事实，规则的结论不是批准")
        assert desk.status(APPROVER, number) == "in_review"
        outcome = page.locator("#outcome")
        page.get_by_role("radio", name="符合", exact=True).check()  # a judgement, where a fact cannot be settled
        expect(outcome).to_contain_text("按规则：可以批准")
        page.get_by_role("radio", name="不作判断").check()
        expect(outcome).to_contain_text("按规则：还不能批准")
        page.locator('[name="settle.death.registered"]').select_option("no")
        page.locator("#why-death").fill("电话核实，本人健在")
        expect(outcome.locator(".grant-list dd")).to_have_text("300.00元")  # nobody typed it
        page.locator("#reason").fill("")
        page.locator("#template").select_option("verified-by-phone")
        page.get_by_role("button", name="批准", exact=True).click()
        told(page, "决定已作出。")
        page.goto(f"/desk/cases/{number}")
        expect(page.locator(".decided")).to_contain_text(re.compile(r"有死亡登记：否\s*电话核实，本人健在"))
    found = desk.call(SUN, "GET", f"/cases/{number}")
    assert (found["status"], found["grant"], found["decision"]["reason"]) == (
        "approved", {"monthly_amount": "300.00"}, "已电话核实，符合条件。")  # fmt: skip


def test_an_appeal_goes_to_somebody_who_had_no_part_in_the_decision(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(HE)
    desk.move(APPROVER, number, "claim")
    desk.move(APPROVER, number, "reject", {"reason": "照片不符", "clause": "深圳市老年人优待办法 第四条"})
    desk.call(HE, "POST", f"/cases/{number}/appeal", {"reason": "照片是上周拍的"})
    with visit(size="phone") as zheng, visit() as luo:
        for page, person, shown in ((zheng, APPROVER, 0), (luo, APPROVER_2, 1)):
            sign_in_quickly(page, person)
            page.goto("/desk?queue=all")
            page.get_by_role("link", name="申诉", exact=True).click()
            expect(page.locator(".chip[aria-current]")).to_have_text("申诉")
            expect(page.locator(".queue-row", has_text=number)).to_have_count(shown)
        luo.get_by_role("button", name=f"领取{number}").click()
        expect(luo.locator(".why")).to_contain_text("由没有参与原决定的人复核")
        expect(luo.locator(".moves")).to_contain_text("照片是上周拍的")
        luo.locator("#reason").fill("照片符合要求")
        luo.get_by_role("button", name="批准", exact=True).click()
        told(luo, "决定已作出。")
    assert desk.call(HE, "GET", f"/cases/{number}")["status"] == "approved"


def test_whether_a_commitment_was_kept_is_found_and_a_breach_may_end_the_approval(
    visit: Visit, base: Address, cases: Mapping[str, str]
) -> None:
    doubt(base, cases["alike"])
    with visit(size="phone") as phone, visit(size="desk") as screen:
        for page in (screen, phone):
            sign_in_quickly(page, APPROVER)
            page.goto("/desk/follow-ups")
            page.locator(".settle summary").click()
            page.locator("main textarea").fill("到现场看过")
            page.get_by_role("button", name="保存").click()
            expect(page.get_by_role("alert")).to_contain_text("请选择承诺兑现了没有。")
            expect(page.locator("main textarea")).to_have_value("到现场看过")
            page.get_by_label("没有兑现", exact=True).check()
        page.locator("main textarea").fill("打电话问过")
        for page in (screen, phone):  # found on both, and recorded once
            page.get_by_role("button", name="保存").click()
        told(screen, "已记下您的认定。")
        expect(phone.get_by_role("alert")).to_contain_text("郑文清已先作出认定：未兑现。您的认定没有保存。")
        expect(phone.get_by_role("alert")).to_contain_text("您写的理由：打电话问过")
        for page in (screen, phone):
            sign_in_quickly(page, HEAD)
            page.goto("/desk/follow-ups?state=broken")
            expect(page.locator("main")).to_contain_text("到现场看过")
            page.get_by_role("link", name="发起撤销").click()
            expect(page.locator("#reason")).to_have_value(re.compile("告知承诺没有兑现：年满70周岁"))


@BOTH
def test_a_case_that_took_another_turn_meanwhile_says_who_did_what(visit: Visit, base: Address, size: str) -> None:
    desk = Desk(base)
    number = desk.apply(WU if size == "phone" else LI, "senior-allowance-band-change", {})
    desk.move(APPROVER, number, "claim")
    with visit(size=size, lang="en") as page:
        open_case(page, APPROVER, number)
        page.locator("#reason").fill("Checked")
        account = {each["name"]: each["account_id"] for each in desk.call(HEAD, "GET", "/reviews/statistics")["load"]}
        body = {"from_id": account["郑文清"], "to_id": account["罗海燕"], "reason": "休假"}
        desk.call(HEAD, "POST", "/reviews/hand-over", body)
        page.get_by_role("button", name="Approve").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("梁志刚")
        expect(alert).to_contain_text("Handed over")
        expect(page.locator(".case-whose")).to_contain_text("罗海燕")
