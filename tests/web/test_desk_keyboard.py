"""The workbench by keyboard alone, from the queue to the next case: no mouse is touched here."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from service.demo import APPROVER, APPROVER_2, HE, HEAD, LI, SUN, WU
from tests.web.conftest import Visit
from tests.web.desk import Desk, tab_to, told, walk_to
from tests.web.server import Address
from tests.web.visiting import open_case, sign_in_quickly

FOCUS = """async () => {
  const there = document.activeElement, style = getComputedStyle(there);
  const seen = () => there.getBoundingClientRect().bottom > 0 && there.getBoundingClientRect().top < innerHeight;
  for (let frame = 0; frame < 120 && !seen(); frame++) await new Promise(requestAnimationFrame); // it is scrolled to
  return {
    name: there.id || there.name || there.textContent.trim(),
    place: [...document.querySelectorAll("*")].indexOf(there),
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow.includes("0px 0px 0px 3px"),
    seen: seen(),
  };
}"""
KEYS = "[...document.querySelectorAll('[data-key], [data-key-focus]')].map(each => each.dataset.key ?? each.dataset.keyFocus)"
WAITING = 'main :is(a[href], button, input, select, textarea, summary):not([type=hidden], [tabindex="-1"])'


def press(page: Page, *keys: str) -> None:
    for each in keys:
        page.keyboard.press(each)


def write(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    press(page, "Control+a")
    page.keyboard.type(text)


def choose(page: Page, selector: str, value: str) -> None:
    """Of a select, by the arrow keys."""
    tab_to(page, selector)
    press(page, "Home")
    for _ in range(60):
        if page.evaluate("document.activeElement.value") == value:
            return
        press(page, "ArrowDown")
    raise AssertionError(f"{value} is no choice of {selector}")


def push(page: Page, step: str) -> None:
    """The button of a form."""
    tab_to(page, f'main button[value="{step}"]')
    press(page, "Enter")


def claim(page: Page, number: str, query: str = "?queue=all") -> None:
    """From the queue."""
    page.goto(f"/desk{query}")
    walk_to(page, number)
    press(page, "c")
    told(page, "已领取。")


def decide(page: Page, reason: str, key: str) -> None:
    press(page, "3")
    write(page, "#reason", reason)
    press(page, "Escape", key, "Enter")


def test_a_fact_is_settled_and_the_rules_decide(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply_for_allowance(SUN)
    desk.apply_for_card(LI)
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        page.goto("/desk")
        walk_to(page, number)
        press(page, "Enter")
        expect(page.locator("h1")).to_contain_text("高龄老人津贴")
        press(page, "c")
        told(page, "已领取。")
        expect(page.locator("#outcome")).to_contain_text("还不能批准")
        press(page, "2")
        tab_to(page, '[name="settle.death.registered"]')
        press(page, "End")  # the last of: leave it, yes, no
        expect(page.locator("#outcome")).to_contain_text("按规则：可以批准")
        expect(page.locator("#outcome .grant-list dd")).to_have_text("300.00元")  # nobody typed it
        decide(page, "电话核实，本人健在，登记有误。", "a")
        told(page, "决定已作出。这是下一件。")
        expect(page).not_to_have_url(re.compile(number))
        page.goto(f"/desk/cases/{number}")
        decided = page.locator(".decided")
        expect(decided).to_contain_text("有死亡登记：否")
        expect(decided).to_contain_text("郑文清")
    found = desk.call(SUN, "GET", f"/cases/{number}")
    assert (found["status"], found["grant"]) == ("approved", {"monthly_amount": "300.00"})


def test_the_queue_is_filtered_walked_and_left(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    first, second = (desk.apply(each, "senior-card-lost", {}) for each in (LI, WU))
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        page.goto("/desk")
        press(page, "f")
        choose(page, "#situation", "senior-card-lost")
        expect(page.locator(".queue-row")).to_have_count(2)
        write(page, "#name", "挂失")
        press(page, "Enter")
        told(page, "筛选已保存。")
        expect(page.locator(".chip[aria-current]")).to_have_text("挂失")
        press(page, "j", "j")
        expect(page.locator(f'a[href="/desk/cases/{second}"]')).to_be_focused()
        press(page, "k", "Enter")
        expect(page).to_have_url(re.compile(first))
        press(page, "n")
        expect(page).to_have_url(re.compile(second))
        press(page, "n")  # after the last comes the first
        expect(page).to_have_url(re.compile(first))
        press(page, "c")
        told(page, "已领取。")
        press(page, "u")
        told(page, "已退回队列。")
        press(page, "/")
        expect(page.locator("#number")).to_be_focused()
        page.keyboard.type(second)
        press(page, "Enter")
        expect(page).to_have_url(re.compile(second))
        press(page, "q")
        expect(page.locator("h1")).to_have_text("待办")


def test_a_supplement_is_asked_for(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply(LI, "senior-allowance-band-change", {})
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        claim(page, number)
        press(page, "s")
        expect(page.locator("h1")).to_be_focused()
        tab_to(page, '[value="household-proof"]', most=8)
        press(page, "Space")
        write(page, "#words", "并写明联系电话。")
        write(page, "#days", "5")
        push(page, "send")
        told(page, "已要求申请人补正")
    asked = [each["note"] for each in desk.call(LI, "GET", f"/cases/{number}/timeline")["entries"] if each["note"]]
    assert asked == ["请补充户口簿首页和本人页，或说明户籍迁移情况。\n并写明联系电话。"]


def test_a_case_is_passed_on(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply(HE, "senior-card-lost", {})
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        claim(page, number)
        press(page, "t")
        expect(page.locator("h1")).to_be_focused()
        choose(page, "#to", "civil-affairs/identity")
        write(page, "#reason", "由身份核对岗办理")
        push(page, "send")
        told(page, "已转办。")
    assert desk.call(APPROVER, "GET", f"/reviews/{number}")["queue"] == "identity"


def test_a_case_without_rules_is_refused_by_a_template_and_a_clause(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(WU)
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        claim(page, number)
        press(page, "3")
        choose(page, "#template", "condition-not-met")
        press(page, "Escape", "r", "Enter")
        expect(page.locator(".error-summary")).to_be_focused()  # the clause is missing
        press(page, "Tab", "Enter")
        expect(page.locator("#clause")).to_be_focused()
        page.keyboard.type("深圳市老年人优待办法 第四条")
        press(page, "Escape", "r", "Enter")
        told(page, "决定已作出")
    found = desk.call(WU, "GET", f"/cases/{number}")
    assert (found["status"], found["decision"]["reason"]) == ("rejected", "经核实，不符合规定的条件。")


def test_a_special_procedure_is_run_and_two_people_decide(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply_for_assistance(SUN)
    with visit() as zheng, visit() as luo:
        sign_in_quickly(zheng, APPROVER)
        sign_in_quickly(luo, APPROVER_2)
        claim(zheng, number)
        for step, done in (("start-procedure", "特别程序已开始"), ("end-procedure", "特别程序已结束")):
            press(zheng, "p")
            expect(zheng.locator("h1")).to_be_focused()
            push(zheng, step)
            told(zheng, done)
        decide(zheng, "公示期满", "a")
        told(zheng, "决定已提出")
        claim(luo, number)
        press(luo, "3")
        write(luo, "#send-back-reason", "请写明公示到哪一天")
        press(luo, "Escape", "r", "Enter")
        told(luo, "已退回给提出决定的人。")
        open_case(zheng, APPROVER, number)
        decide(zheng, "11月20日公示期满，没有异议", "a")
        told(zheng, "决定已提出")
        claim(luo, number)
        press(luo, "a", "Enter")
        told(luo, "决定已确认生效。")
    assert desk.status(APPROVER, number) == "approved"


def test_a_colleagues_cases_are_handed_on(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(HE)
    desk.move(APPROVER_2, number, "claim")
    with visit() as page:
        sign_in_quickly(page, HEAD)
        page.goto("/desk")
        tab_to(page, '.desk-nav a[href="/desk/hand-over"]')
        press(page, "Enter")
        expect(page.locator("h1")).to_have_text("移交办件")
        colleagues = {name: page.locator("#to option", has_text=name).get_attribute("value") or "" for name in ("罗海燕", "郑文清")}
        choose(page, "#from", colleagues["罗海燕"])
        choose(page, "#to", colleagues["郑文清"])
        write(page, "#reason", "病假一周")
        push(page, "send")
        told(page, "交给接办人")
    assert desk.call(APPROVER, "GET", f"/reviews/{number}")["mine"]


def test_the_keys_are_told_and_can_be_turned_off(visit: Visit, base: Address) -> None:
    number = Desk(base).apply_for_card(SUN)
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        for path in ("/desk", f"/desk/cases/{number}"):
            page.goto(path)
            press(page, "?")
            card = page.locator(".key-card")
            expect(card).to_be_visible()
            told_of = {each for each in card.locator("kbd").all_inner_texts() if len(each) == 1}
            assert set(page.evaluate(KEYS)) <= told_of
            tab_to(page, "[data-keys-switch]", most=2)
            press(page, "Escape")
            expect(card).not_to_be_visible()
            expect(page.locator(".key-help summary")).to_be_focused()
        press(page, "?")
        tab_to(page, "[data-keys-switch]", most=2)
        press(page, "Enter", "Escape", "q")
        expect(page).to_have_url(re.compile(number))
        expect(page.locator(".key-hint").first).not_to_be_visible()
        tab_to(page, ".key-help summary")
        press(page, "Enter", "Tab", "Enter", "Escape", "q")
        expect(page.locator("h1")).to_have_text("待办")


@pytest.mark.parametrize("path", ["/desk", "/desk/cases/{number}", "/desk/cases/{number}/supplement", "/desk/cases/{number}/transfer"])
def test_the_focus_is_seen_goes_down_the_page_and_misses_nothing(visit: Visit, base: Address, path: str) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(LI)
    if not desk.call(APPROVER, "GET", f"/reviews/{number}")["mine"]:
        desk.move(APPROVER, number, "claim")
    with visit() as page:
        sign_in_quickly(page, APPROVER)
        page.goto(path.format(number=number))
        there = page.locator(WAITING).filter(visible=True).count()
        places = []
        tab_to(page, WAITING)
        while page.evaluate("document.activeElement.closest('main') !== null"):
            focus = page.evaluate(FOCUS)
            assert (focus["marked"], focus["seen"]) == (True, True), focus
            places.append(focus["place"])
            press(page, "Tab")
        assert places == sorted(places)
        assert len(places) >= there - 2  # of radio buttons that belong together one is enough
