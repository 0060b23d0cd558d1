"""What an approver comes for: the queue, one case on one page, settling what is unknown, deciding, and on to the next."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from service.demo import APPROVER, APPROVER_2, HE, LI, SUN, WU
from tests.web.conftest import Visit
from tests.web.desk import Desk, tab_to, told, walk_to
from tests.web.visiting import sign_in_quickly


def open_case(page: Page, person: str, number: str) -> None:
    sign_in_quickly(page, person)
    page.goto(f"/desk/cases/{number}")


def test_a_fact_is_settled_and_the_rules_decide_by_keyboard_alone(visit: Visit, base: str) -> None:
    desk = Desk(base)
    number = desk.apply_for_allowance(SUN)
    desk.apply_for_card(LI)
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        page.goto("/desk")
        walk_to(page, number)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("高龄老人津贴")
        first = page.locator(".why .condition").first
        expect(first).to_contain_text("没有死亡登记")
        expect(first).to_contain_text("不符合")
        page.keyboard.press("c")
        told(page, "已领取。")
        expect(page.locator("#outcome")).to_contain_text("还不能批准")
        page.keyboard.press("2")
        tab_to(page, '[name="settle.death.registered"]')
        page.keyboard.press("End")  # the last of: leave it, yes, no
        expect(page.locator("#outcome")).to_contain_text("按规则：可以批准")
        expect(page.locator("#outcome .grant-list dd")).to_have_text("300.00元")  # nobody typed it
        page.keyboard.press("3")
        tab_to(page, '[name="reason"]')
        page.keyboard.type("电话核实，本人健在，登记有误。")
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        told(page, "决定已作出。这是下一件。")
        expect(page).not_to_have_url(re.compile(number))
        page.goto(f"/desk/cases/{number}")
        decided = page.locator(".decided")
        expect(decided).to_contain_text("有死亡登记：否")
        expect(decided).to_contain_text("郑文清")
    found = desk.call(SUN, "GET", f"/cases/{number}")
    assert (found["status"], found["grant"]) == ("approved", {"monthly_amount": "300.00"})


def test_the_whole_way_without_scripts_on_a_phone(visit: Visit, base: str) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(WU)
    with visit(size="phone", java_script_enabled=False) as page:
        sign_in_quickly(page, APPROVER)
        page.goto("/desk")
        page.locator(".desk-filter summary").click()
        page.locator("#situation").select_option("senior-card-new")
        page.locator(".filter-form button").click()
        page.locator(".desk-filter summary").click() if not page.locator("#name").is_visible() else None
        page.locator("#name").fill("优待证")
        page.get_by_role("button", name="保存筛选").click()
        told(page, "筛选已保存。")
        expect(page.locator(".chip[aria-current]")).to_have_text("优待证")
        page.get_by_role("button", name=f"领取{number}").click()
        told(page, "已领取。")
        page.get_by_role("button", name="不予批准").click()
        expect(page.locator(".error-summary li")).to_have_text("请选择或者写明决定的理由。")
        page.locator("#template").select_option("condition-not-met")
        page.get_by_role("button", name="不予批准").click()
        expect(page.locator(".error-summary li")).to_have_text("请写明不予批准依据的条款。")
        expect(page.locator("#template")).to_have_value("condition-not-met")
        page.locator("#clause").fill("深圳市老年人优待办法 第四条")
        page.get_by_role("button", name="不予批准").click()
        expect(page.get_by_role("status")).to_be_visible()
    found = desk.call(WU, "GET", f"/cases/{number}")
    assert (found["status"], found["decision"]["reason"]) == ("rejected", "经核实，不符合规定的条件。")


def test_of_two_approvers_one_decides_and_the_other_is_told_who_did_what(visit: Visit, base: str) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(HE)
    with visit() as zheng, visit() as luo:
        open_case(zheng, APPROVER, number)
        open_case(luo, APPROVER_2, number)
        luo.get_by_role("button", name="领取办理").click()
        told(luo, "已领取。")
        zheng.get_by_role("button", name="领取办理").click()
        alert = zheng.get_by_role("alert")
        expect(alert).to_contain_text("罗海燕")
        expect(alert).to_contain_text("领取")
        expect(zheng.get_by_role("button", name="领取办理")).to_have_count(0)
        zheng.goto("/desk")
        expect(zheng.locator(".queue-row", has_text=number)).to_have_count(0)  # it has left the other's list
        # What has changed meanwhile is told, and nothing that was typed is lost.
        luo.locator("#reason").fill("材料齐全")
        desk.move(APPROVER_2, number, "release")
        luo.get_by_role("button", name="批准", exact=True).click()
        expect(luo.get_by_role("alert")).to_contain_text("退回队列")
        luo.get_by_role("button", name="领取办理").click()
        # A double click decides once, and the back button shows what came of it.
        luo.locator("#reason").fill("材料齐全")
        luo.get_by_role("button", name="批准", exact=True).dblclick()
        expect(luo.get_by_role("status")).to_be_visible()
        luo.go_back()
        expect(luo.locator(".decided")).to_contain_text("材料齐全")
        expect(luo.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    kinds = [each["kind"] for each in desk.call(APPROVER_2, "GET", f"/cases/{number}/timeline")["entries"]]
    assert kinds == ["submitted", "claimed", "released", "claimed", "approved"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_session_that_ends_in_the_middle_of_a_decision_loses_nothing(visit: Visit, base: str, scripts: bool) -> None:
    desk = Desk(base)
    number = desk.apply(WU if scripts else LI, "senior-allowance-band-change", {})
    desk.move(APPROVER, number, "claim")
    with visit(java_script_enabled=scripts) as page:
        open_case(page, APPROVER, number)
        page.locator("#reason").fill("写到一半")
        page.context.clear_cookies(name="miaopi_session")
        page.get_by_role("button", name="批准", exact=True).click()
        expect(page.locator("h1")).to_have_text("登录已过期，请重新登录")
        page.locator(f'button[name="number"][value="{APPROVER}"]').click()
        page.get_by_role("button", name="接着填写").click()
        expect(page.locator("#reason")).to_have_value("写到一半")
        assert desk.status(APPROVER, number) == "in_review"
