"""What an approver comes for: the queue, one case on one page, settling what is unknown, deciding, and on to the next."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect
from stdnum.iso7064 import mod_11_2

from service.demo import APPROVER, APPROVER_2, FIRM, HE, HEAD, HR_APPROVER, HR_HEAD, LI, SUN, WU
from tests.web.browser import SIZES
from tests.web.conftest import Visit
from tests.web.desk import SUBSIDY, Desk, draw, told
from tests.web.server import Address
from tests.web.visiting import open_case, sign_in_quickly

BOTH = pytest.mark.parametrize("size", SIZES)


def test_the_whole_way_without_scripts_on_a_phone(visit: Visit, base: Address) -> None:
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
        page.get_by_role("button", name="不批准").click()
        expect(page.locator(".error-summary li")).to_have_text("请选择或者写明决定的理由。")
        page.locator("#template").select_option("condition-not-met")
        page.get_by_role("button", name="不批准").click()
        expect(page.locator(".error-summary li")).to_have_text("请写明不予批准依据的条款。")
        expect(page.locator("#template")).to_have_value("condition-not-met")
        page.locator("#clause").fill("深圳市老年人优待办法 第四条")
        page.get_by_role("button", name="不批准").click()
        expect(page.get_by_role("status")).to_be_visible()
    found = desk.call(WU, "GET", f"/cases/{number}")
    assert (found["status"], found["decision"]["reason"]) == ("rejected", "经核实，不符合规定的条件。")


@BOTH
def test_of_two_approvers_one_decides_and_the_other_is_told_who_did_what(visit: Visit, base: Address, size: str) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(HE if size == "phone" else LI)
    with visit(size=size) as zheng, visit(size=size) as luo:
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
        expect(luo.get_by_role("alert")).to_contain_text("已退回队列（罗海燕）")
        expect(luo.locator(".typed-before")).to_contain_text("材料齐全")
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
def test_a_session_that_ends_in_the_middle_of_a_decision_loses_nothing(visit: Visit, base: Address, scripts: bool) -> None:
    desk = Desk(base)
    number = desk.apply(WU if scripts else LI, "senior-card-lost", {})
    desk.move(APPROVER, number, "claim")
    with visit(size="phone" if scripts else "desk", java_script_enabled=scripts) as page:
        open_case(page, APPROVER, number)
        page.locator("#reason").fill("写到一半")
        page.context.clear_cookies(name="miaopi_session")
        page.get_by_role("button", name="批准", exact=True).click()
        expect(page.locator("h1")).to_have_text("登录已过期，请重新登录")
        page.locator(f'button[name="number"][value="{APPROVER}"]').click()
        page.get_by_role("button", name="接着填写").click()
        expect(page.locator("#reason")).to_have_value("写到一半")
        assert desk.status(APPROVER, number) == "in_review"


def test_what_takes_two_is_proposed_sent_back_and_confirmed_by_another(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply_for_assistance(SUN)
    desk.move(APPROVER, number, "claim")
    with visit(size="phone") as zheng, visit(size="phone") as luo:
        open_case(zheng, APPROVER, number)
        zheng.get_by_role("link", name="公示").click()
        zheng.locator("#note").fill("在社区公示栏公示")
        zheng.get_by_role("button", name="开始特别程序").click()
        told(zheng, "特别程序已开始，停表。")
        expect(zheng.locator(".case-clock")).to_contain_text("停表")
        expect(zheng.get_by_role("button", name="批准", exact=True)).to_have_count(0)
        zheng.get_by_role("link", name="结束特别程序").click()
        zheng.get_by_role("button", name="结束特别程序").click()
        zheng.locator("#reason").fill("公示期满，没有异议")
        zheng.get_by_role("button", name="批准", exact=True).click()
        told(zheng, "决定已提出，由第二人复核。")
        assert desk.status(APPROVER, number) == "in_review"
        open_case(zheng, APPROVER, number)
        expect(zheng.locator(".case-moves")).to_contain_text("由没有参与原决定的人领取")  # nobody confirms their own
        expect(zheng.get_by_role("button", name="领取办理")).to_have_count(0)
        open_case(luo, APPROVER_2, number)
        luo.get_by_role("button", name="领取办理").click()
        expect(luo.locator("#decision")).to_contain_text("公示期满，没有异议")
        luo.get_by_role("button", name="退回", exact=True).click()
        expect(luo.locator(".error-summary li")).to_have_text("请写明需要再核对什么。")
        luo.locator("#send-back-reason").fill("请写明公示到哪一天")
        luo.get_by_role("button", name="退回", exact=True).click()
        told(luo, "已退回给提出决定的人。")
        open_case(zheng, APPROVER, number)
        expect(zheng.locator(".moves")).to_contain_text("请写明公示到哪一天")
        zheng.locator("#reason").fill("11月20日公示期满，没有异议")
        zheng.get_by_role("button", name="批准", exact=True).click()
        open_case(luo, APPROVER_2, number)
        luo.get_by_role("button", name="领取办理").click()
        luo.get_by_role("button", name="确认这个决定").click()
        told(luo, "决定已确认生效。")
    decided = desk.call(APPROVER_2, "GET", f"/reviews/{number}")["decisions"]
    assert [(each["by"], each["second"]) for each in decided] == [("郑文清", "罗海燕")]


def test_an_amount_above_the_cap_is_confirmed_by_a_second_person(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    hired = [resident(serial) for serial in range(1, 9)]
    employees = [{"name": f"员工{place}", "id_number": each} for place, each in enumerate(hired)]
    number = desk.apply(FIRM, SUBSIDY, {"employees": employees, "bank_account": "4000020000001"})
    desk.move(HR_APPROVER, number, "claim")
    found = [
        {"evidence": "insurance", "place": place, "attribute": name, "value": value, "reason": "社保窗口查得"}
        for place, each in enumerate(hired)
        for name, value in (("employer", FIRM), ("months", 7), ("number", each))
    ]
    desk.move(HR_APPROVER, number, "approve", {"reason": "八人均已参保满六个月", "settled": found})
    assert desk.status(HR_APPROVER, number) == "in_review"
    with visit(size="phone") as phone, visit(size="desk") as screen:
        open_case(phone, HR_HEAD, number)
        phone.get_by_role("button", name="领取办理").click()
        open_case(screen, HR_HEAD, number)
        for page in (phone, screen):
            expect(page.locator("#decision")).to_contain_text("八人均已参保满六个月")
            expect(page.locator("#decision")).to_contain_text("21,000.00元")
            expect(page.locator("main")).to_contain_text("440309********")
            for each in hired:
                expect(page.locator("main")).not_to_contain_text(each)
        for page in (screen, phone):  # from both, and it takes effect once
            page.get_by_role("button", name="确认这个决定").click()
            told(page, "决定已确认生效。")
    decided = desk.call(FIRM, "GET", f"/cases/{number}")
    assert (decided["status"], decided["grant"]["amount"], len(decided["grant"]["employees"])) == ("approved", "21000.00", 8)


def resident(serial: int) -> str:
    digits = f"44030919950101{serial:03}"
    return digits + mod_11_2.calc_check_digit(digits)


def test_a_supplement_is_asked_for_and_a_case_passed_on(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply(LI, "senior-allowance-band-change", {})
    desk.move(APPROVER, number, "claim")
    with visit(size="phone") as page:
        open_case(page, APPROVER, number)
        page.get_by_role("link", name="要求补正").click()
        page.get_by_role("button", name="要求补正").click()
        expect(page.locator(".error-summary li")).to_have_text("请选择或者写明要补正什么。")
        page.get_by_label("请补充户口簿首页和本人页").check()
        page.locator("#words").fill("并写明联系电话。")
        page.locator("#days").fill("5")
        page.get_by_role("button", name="要求补正").click()
        told(page, "已要求申请人补正")
        expect(page.locator(".case-clock")).to_contain_text("停表")
        page.goto("/desk?state=awaiting_supplement")
        expect(page.locator(".queue-row", has_text=number)).to_contain_text("停表")
    asked = [each["note"] for each in desk.call(LI, "GET", f"/cases/{number}/timeline")["entries"] if each["note"]]
    assert asked == ["请补充户口簿首页和本人页，或说明户籍迁移情况。\n并写明联系电话。"]
    desk.call(LI, "POST", f"/cases/{number}/supplement", {"note": "已补"})
    with visit(size="phone") as page:
        open_case(page, APPROVER, number)
        page.get_by_role("link", name="转办").click()
        page.locator("#to").select_option("human-resources/general")
        page.locator("#reason").fill("由人力资源局办理")
        page.get_by_role("button", name="转办").click()
        told(page, "已转办。")
        page.locator("#number").fill(number)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("没有这个办件")  # it is another department's now


def test_a_second_look_is_blind_and_whole_numbers_are_shown_for_a_reason(visit: Visit, base: Address) -> None:
    desk = Desk(base)
    number = desk.apply_for_allowance(LI)
    draw(base, number)
    with visit(size="phone") as phone, visit(size="desk") as screen:
        for page in (phone, screen):
            sign_in_quickly(page, APPROVER_2)
            page.goto("/desk/samples")
            page.locator(f'a[href$="{number}"]').click()
            main = page.locator("main")
            expect(main).to_contain_text("年满70周岁")
            expect(main).to_contain_text("440309********0021")
            expect(main).not_to_contain_text("300.00")
            page.get_by_label("批准", exact=True).check()
            page.get_by_role("button", name="记下我的看法").click()
            expect(page.locator(".error-summary li")).to_have_text("请写明理由，不超过2000字。")
            page.locator("#reason").fill("材料与登记一致")
        for page in (phone, screen):  # written on both, and recorded once
            page.get_by_role("button", name="记下我的看法").click()
        told(phone, "已记下您的看法。")
        told(screen, "这份抽查已有人作答，以先答的为准。")
        for page in (phone, screen):
            main = page.locator("main")
            page.goto(f"/desk/cases/{number}")
            expect(main).not_to_contain_text(LI)
            page.locator(".unveil summary").click()
            page.get_by_role("button", name="显示", exact=True).click()
            expect(page.locator(".error-summary li")).to_have_text("请选择为什么要看完整号码。")
            page.locator("#unveil").select_option("telephone")
            page.get_by_role("button", name="显示", exact=True).click()
            expect(main).to_contain_text(LI)
    with sqlite3.connect(base.database) as connection:
        looks = connection.execute("SELECT detail FROM audit WHERE action = 'review.unveiled'").fetchall()
    assert looks == [('{"reason":"telephone"}',)] * 2


@BOTH
def test_the_head_sees_the_load_hands_over_and_starts_a_revocation(visit: Visit, base: Address, size: str) -> None:
    desk = Desk(base)
    applicant = HE if size == "phone" else SUN
    card = desk.apply(applicant, "senior-card-lost", {})
    desk.move(APPROVER_2, card, "claim")
    desk.move(APPROVER_2, card, "approve", {"reason": "核实无误"})
    number = desk.apply(applicant, "senior-allowance-band-change", {})
    desk.move(APPROVER_2, number, "claim")
    with visit(size=size) as page:
        sign_in_quickly(page, HEAD)
        page.goto("/desk/load")
        expect(page.locator(".figures")).to_contain_text("当场决定")
        expect(page.locator(".figures")).to_contain_text("等审批人办理")
        causes = page.locator(".chart-and-table table").first
        expect(causes).to_contain_text("没有自动决定的规则")
        assert page.locator(".bars").first.locator("rect").count() == causes.locator("tbody tr").count()
        ages, people = (page.locator(f'section[aria-labelledby="{each}"] table') for each in ("ages", "people"))
        expect(ages).to_contain_text("1个工作日内")
        expect(people).to_contain_text("罗海燕")
        page.get_by_role("link", name="移交").last.click()
        for name, person in (("from", "罗海燕"), ("to", "郑文清")):
            who = page.locator(f"#{name} option", has_text=person).get_attribute("value")
            page.locator(f"#{name}").select_option(who)
        page.get_by_role("button", name="全部移交").click()
        expect(page.locator(".error-summary li")).to_have_text("请写明为什么移交，不超过2000字。")
        page.locator("#reason").fill("病假一周")
        page.get_by_role("button", name="全部移交").click()
        told(page, "交给接办人")
        expect(page.locator("main")).to_contain_text(number)
        page.goto("/desk/templates")
        page.locator("#kind").select_option("supplement")
        for name, text in (("id", f"bank-card-{size}"), ("zh", "请补充银行卡照片。"), ("en", "Please add a photograph of the bank card.")):
            page.locator(f"#{name}").fill(text)
        page.get_by_role("button", name="保存模板").click()
        told(page, "模板已保存")
        page.get_by_role("button", name=f"停用bank-card-{size}").click()
        expect(page.locator("main")).not_to_contain_text("请补充银行卡照片。")
        page.goto(f"/desk/cases/{card}")
        page.get_by_role("link", name="撤销程序").click()
        page.locator("#reason").fill("申报的情况不实")
        page.get_by_role("button", name="发起撤销").click()
        expect(page.locator(".error-summary li")).to_have_text("请写明依据的条款，不超过200字。")
        page.locator("#clause").fill("行政许可法 第六十九条")
        page.get_by_role("button", name="发起撤销").click()
        told(page, "撤销程序已启动")
        page.locator('[name="outcome"][value="revoked"]').check()
        page.locator("#conclusion").fill("情况不实")
        page.get_by_role("button", name="作出结论").click()
        expect(page.get_by_role("alert")).to_contain_text("当事人陈述申辩的期限未到")
        page.locator('[name="outcome"][value="dropped"]').check()
        page.get_by_role("button", name="作出结论").click()
        told(page, "撤销程序已终止")
