"""What an applicant comes for: find a matter, apply, and know at once, with the reason and the way on."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import SCRIPTS, SIZES, Visit
from tests.web.people import (
    ACCOUNT,
    ALLOWANCE,
    FIRM,
    HE,
    LI,
    WU,
    apply_for_allowance,
    fill_in_allowance,
    press,
    sign_in,
)
from tests.web.server import Address


def headline(page: Page) -> str:
    return page.locator("h1").inner_text()


def conditions(page: Page, outcome: str) -> list[str]:
    """The labels of those with this outcome."""
    found = page.locator(".condition", has=page.locator(".badge", has_text=outcome))
    return [each.strip() for each in found.locator("strong").all_inner_texts()]


@SCRIPTS
def test_from_the_start_to_an_approval_at_once(visit_anew: Visit, size: str, scripts: bool) -> None:
    with visit_anew(size=size, java_script_enabled=scripts) as page:
        page.goto("/")
        page.locator("#query").fill("老人补贴")
        page.get_by_role("button", name="搜索", exact=True).first.click()
        page.locator("#found a", has_text="高龄老人津贴").click()
        page.locator("main a", has_text="首次申领").click()
        expect(page.get_by_role("heading", name="按这些条件决定")).to_be_visible()
        page.get_by_role("link", name="开始申请").click()
        page.locator(f'button[name="number"][value="{LI}"]').click()
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        press(page, "check")
        expect(page.locator("main")).to_contain_text(ACCOUNT)
        press(page, "submit")
        assert headline(page) == "已批准"
        assert page.locator(".grant-list dd").inner_text() == "300.00元"
        assert "年满70周岁" in conditions(page, "符合")
        page.goto("/my/cases")
        expect(page.locator(".matter-list li").first).to_contain_text("已批准")

        page.goto(f"{ALLOWANCE}/apply")  # what is granted already is not granted again
        page.get_by_role("button", name="另外提交一份新的申请").click()
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        press(page, "check")
        press(page, "submit")
        assert headline(page) == "不予批准"
        assert conditions(page, "不符合") == ["尚未领取高龄老人津贴"]


@SCRIPTS
def test_questions_lead_to_the_right_situation_and_answers_can_be_changed(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        page.goto("/matters/food-business-permit")
        page.get_by_role("button", name="有", exact=True).click()
        expect(page.locator("main legend")).to_have_text("您要对许可证做什么？")
        page.get_by_role("button", name="修改：您有食品经营许可证吗？").click()
        page.get_by_role("button", name="没有，第一次办").click()
        page.get_by_role("button", name="小餐饮，50平方米以下").click()
        assert page.url.endswith("/situations/food-business-permit-small")
        expect(page.get_by_role("status")).to_contain_text("按您的回答，这是适合您的情形。")
        assert "answer" not in page.url


@SIZES
def test_a_refusal_says_which_condition_by_which_clause_and_how_to_appeal(visit: Visit, size: str) -> None:
    with visit(size=size) as page:
        number = apply_for_allowance(page, WU)
        assert headline(page) == "不予批准"
        assert conditions(page, "不符合") == ["深圳户籍"]
        failed = page.locator(".condition").first
        expect(failed).to_contain_text("惠州市")
        expect(failed).to_contain_text("深民规〔2019〕2号 第三条")
        expect(page.locator("aside")).to_contain_text("60日内申请行政复议")
        page.get_by_role("link", name="申诉", exact=True).click()
        page.get_by_role("button", name="提交申诉").click()
        expect(page.locator(".error-summary a")).to_have_text("请写明申诉的理由。")
        page.locator("#reason").fill("户籍已于上月迁入深圳。")
        page.get_by_role("button", name="提交申诉").click()
        page.wait_for_url(f"**/my/cases/{number}")
        assert headline(page) == "申诉已受理"
        page.get_by_role("link", name="撤回").click()
        page.get_by_role("button", name="撤回申诉").click()
        expect(page.get_by_role("status")).to_contain_text("申诉已撤回，原决定不变。")
        assert headline(page) == "申诉已撤回，原决定不变"


@SCRIPTS
def test_what_is_said_in_a_precheck_counts_and_the_rest_is_left_open(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        page.goto(f"{ALLOWANCE}/precheck")
        press(page, "look")
        assert headline(page) == "还看不出是否符合"  # nothing was said
        assert conditions(page, "符合") == []
        page.get_by_role("button", name="修改").click()
        page.locator('[name="evidence.id_card.birth_date"]').fill("1990-03-15")
        press(page, "look")
        assert headline(page) == "按您填写的情况，不符合"
        assert conditions(page, "不符合") == ["年满70周岁"]
        assert "姓名与登录账号一致" in conditions(page, "申请时查验")
        expect(page.get_by_role("link", name="开始申请")).to_be_visible()  # it is no decision
        page.get_by_role("button", name="修改").click()
        page.locator('[name="evidence.id_card.birth_date"]').fill("1945-03-15")
        page.locator('[name="evidence.hukou.city"]').fill("深圳市")
        press(page, "look")
        assert headline(page) == "目前看符合"
        assert {"年满70周岁", "深圳户籍"} <= set(conditions(page, "符合"))


@SIZES
def test_a_silent_register_is_told_and_the_case_goes_on_by_itself(visit_anew: Visit, size: str) -> None:
    with visit_anew(size=size) as page:
        apply_for_allowance(page, HE)
        assert headline(page) == "正在等待核验结果"
        assert "没有死亡登记" not in conditions(page, "不符合")
        expect(page.locator("main")).to_contain_text("最多等到")


@SIZES
def test_a_list_of_people_is_filled_in_without_scripts(visit: Visit, size: str) -> None:
    with visit(size=size, java_script_enabled=False) as page:
        sign_in(page, FIRM, "/situations/employment-creation-subsidy-claim/apply")
        page.get_by_role("button", name="添加一项").click()
        page.get_by_role("button", name="添加一项").click()
        for row, (name, number) in enumerate((("陈晓", "440309199703120014"), ("刘洋", "44030919970313001X"))):
            page.locator(f'[name="form.employees[{row}].name"]').fill(name)
            page.locator(f'[name="form.employees[{row}].id_number"]').fill(number)
        page.locator('[name="form.employees[2].name"]').fill("写错了")
        page.get_by_role("button", name="删除第 3 项").click()
        expect(page.locator('[name="form.employees[1].name"]')).to_have_value("刘洋")
        expect(page.locator('[name="form.employees[2].name"]')).to_have_count(0)
        page.locator('[name="form.employees[1].id_number"]').fill("440309199703130019")
        press(page, "check")  # and the account is missing
        expect(page.locator(".error-summary li")).to_have_count(2)
        expect(page.locator(".error-summary")).to_contain_text("第 2 项 · 身份证号码")
        page.locator('[name="form.employees[1].id_number"]').fill("44030919970313001X")
        page.locator('[name="form.bank_account"]').fill("44030900000000001")
        press(page, "check")
        expect(page.locator(".answer-rows li")).to_have_count(2)
        press(page, "submit")
        page.wait_for_url("**/my/cases/*")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_answer_decides_what_else_is_asked(visit: Visit, scripts: bool) -> None:
    with visit(java_script_enabled=scripts) as page:
        sign_in(page, LI, "/situations/sole-trader-registration-new/apply")
        consent = page.locator('[name="form.neighbours_consent"]')
        expect(consent).to_have_count(0)
        page.locator('[name="form.name"]').fill("深圳市龙华区桂芳小吃店")
        page.locator('[name="form.premises"][value="住宅"]').check()
        if not scripts:
            page.get_by_role("button", name="更新表单").click()
        expect(consent).to_have_count(2)
        expect(page.locator('[name="form.name"]')).to_have_value("深圳市龙华区桂芳小吃店")
        page.locator('[name="form.premises"][value="商铺"]').check()
        if not scripts:
            page.get_by_role("button", name="更新表单").click()
        expect(consent).to_have_count(0)


@SIZES
def test_every_gap_is_told_at_once_beside_its_field(visit: Visit, size: str) -> None:
    with visit(size=size) as page:
        sign_in(page, HE, "/situations/sole-trader-registration-new/apply")
        page.locator('[name="form.contact"]').fill("12")
        press(page, "check")
        messages = page.locator(".error-summary li")
        expect(messages).to_have_count(6)
        expect(page.locator(".error-summary")).to_be_focused()
        for link in page.locator(".error-summary a").all():
            expect(page.locator(link.get_attribute("href") or "")).to_be_visible()
        phone = page.locator('[name="form.contact"]')
        expect(phone).to_have_value("12")
        expect(phone).to_have_attribute("aria-invalid", "true")
        assert "联系电话" in page.locator(f"#{(phone.get_attribute('aria-describedby') or '').split()[0]}").inner_text()


@SIZES
def test_nothing_is_asked_that_a_licence_or_a_register_says(visit_anew: Visit, size: str) -> None:
    with visit_anew(size=size) as page:
        sign_in(page, LI, f"{ALLOWANCE}/apply")
        asked = page.locator('main [name^="form."]')
        assert [each.get_attribute("name") for each in asked.all()] == ["form.bank_account"]
        expect(page.locator('#materials input[type="file"]').filter(visible=True)).to_have_count(0)
        for each in ("居民身份证", "居民户口簿", "死亡登记核验"):
            expect(page.locator("aside")).to_contain_text(each)


@SCRIPTS
def test_what_is_wrong_is_changed_before_it_is_sent(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        sign_in(page, HE, f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill("6222000000000009")
        press(page, "check")
        page.get_by_role("button", name="修改", exact=True).first.click()
        expect(page.locator('[name="form.bank_account"]')).to_have_value("6222000000000009")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        press(page, "check")
        expect(page.locator("main")).to_contain_text(ACCOUNT)


@SIZES
def test_what_is_wrong_is_told_in_the_readers_language(visit: Visit, size: str) -> None:
    with visit(size=size, lang="en") as page:
        sign_in(page, HE, "/situations/sole-trader-registration-new/apply")
        page.locator('[name="form.contact"]').fill("12")
        press(page, "check")
        expect(page.locator(".error-summary")).to_contain_text("Name of the business is missing")
        expect(page.locator(".error-summary")).to_contain_text("Telephone is not a valid telephone number")
        for each in page.locator(".field-fault, .error-summary li").all():
            assert each.inner_text().isascii()


@SCRIPTS
def test_a_prefilled_value_says_from_where_and_of_which_day(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        sign_in(page, FIRM, "/situations/public-venue-hygiene-permit-new/apply")
        expect(page.locator('[name="form.venue_name"]')).to_have_value("深圳市龙华区晨光百货有限公司")
        source = page.locator(".field-source")
        expect(source).to_contain_text("取自营业执照")
        expect(source).to_contain_text("签发")


@SCRIPTS
def test_a_guide_shows_what_one_already_holds_when_asked(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        sign_in(page, LI, "/sign-in")
        page.goto(ALLOWANCE)
        page.get_by_role("link", name="看看我已有哪些").click()
        expect(page.locator(".need-list .badge", has_text="您已有")).to_have_count(2)
        page.goto("/my/licence-uses")
        expect(page.locator(".matter-list")).to_contain_text("查看已有的证照")


@SIZES
def test_a_double_click_applies_once(visit: Visit, size: str) -> None:
    with visit(size=size) as page:
        fill_in_allowance(page, LI)
        page.locator('.form-actions button[value="submit"]').dblclick()
        page.wait_for_url("**/my/cases/*")
        first = page.url
        number = first.rsplit("/", 1)[1]
        page.go_back()  # to the answers, which are submitted
        expect(page.locator("h1")).to_have_text("这份申请您已经提交过")
        expect(page.locator("main")).to_contain_text(number)


@SIZES
def test_the_back_button_applies_no_second_time_without_scripts(visit: Visit, size: str) -> None:
    with visit(size=size, java_script_enabled=False) as page:
        fill_in_allowance(page, LI)
        press(page, "submit")
        first = page.url
        page.goto(f"{ALLOWANCE}/apply")
        expect(page.locator("h1")).to_have_text("这份申请您已经提交过")
        assert first.rsplit("/", 1)[1] in page.locator("main").inner_text()
        page.get_by_role("button", name="另外提交一份新的申请").click()
        expect(page.locator('[name="form.bank_account"]')).to_have_value("")


@SCRIPTS
def test_a_session_that_ends_in_the_middle_loses_nothing(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        sign_in(page, LI, f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        page.context.clear_cookies(name="miaopi_session")
        press(page, "check")
        expect(page.locator("h1")).to_have_text("登录已过期，请重新登录")
        page.locator(f'button[name="number"][value="{LI}"]').click()
        page.get_by_role("button", name="接着填写").click()
        expect(page.locator('[name="form.bank_account"]')).to_have_value(ACCOUNT)


def test_a_half_filled_form_is_there_tomorrow_and_in_another_browser(visit: Visit, base: Address) -> None:
    with visit(size="phone") as page:
        sign_in(page, WU, "/situations/sole-trader-registration-new/apply")
        page.locator('[name="form.name"]').fill("深圳市龙华区桂芳小吃店")
        page.locator('[name="form.contact"]').fill("12")
        press(page, "save")
        expect(page.get_by_role("status")).to_contain_text("已保存")
    with sqlite3.connect(base.database) as database:
        database.execute("UPDATE draft SET changed_at = datetime(changed_at, '-1 day')")
    with visit() as page:
        sign_in(page, WU, "/my/drafts")
        page.get_by_role("link", name="接着填写").click()
        expect(page.locator('[name="form.name"]')).to_have_value("深圳市龙华区桂芳小吃店")
        expect(page.locator('[name="form.contact"]')).to_have_value("12")
        page.goto("/my/drafts")
        page.get_by_role("button", name="删除").click()
        expect(page.locator("main")).to_contain_text("没有未提交的申请")


@SIZES
def test_what_is_typed_is_kept_by_itself(visit: Visit, size: str) -> None:
    with visit(size=size) as page:
        sign_in(page, LI, "/situations/unemployment-registration-new/apply")
        with page.expect_response(lambda answer: answer.status == 204):
            page.locator('[name="form.ground"]').select_option("其他")
        page.goto("/situations/unemployment-registration-new/apply")
        expect(page.locator('[name="form.ground"]')).to_have_value("其他")


@SIZES
def test_searching_as_one_types_needs_no_button(visit: Visit, size: str) -> None:
    with visit(size=size) as page:
        page.goto("/matters")
        page.locator("#query").press_sequentially("网约车")
        expect(page.locator("#found li", has_text="网约车驾驶员证")).to_be_visible()
        expect(page.locator("#found .found-count")).to_contain_text("网约车")
        if size == "phone":
            page.locator(".finder-filters summary").click()
        page.get_by_label("只看秒批事项").check()
        expect(page.locator("#found .matter-list > li")).to_have_count(1)
        expect(page).to_have_url(re.compile("instant=yes"))
        page.reload()
        expect(page.locator("#query")).to_have_value("网约车")
