"""Acting for one's organisation, child or parent in a browser: from choosing whose affairs these are to the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from service.demo import DAUGHTER, FIRM, MOTHER, REPRESENTATIVE, SUN
from tests.web.conftest import SCRIPTS, SIZES, Visit
from tests.web.days import today
from tests.web.people import ACCOUNT, ALLOWANCE, HE, LI, WU, press, sign_in

FIRM_NAME, CHILD_NAME = "深圳市龙华区晨光百货有限公司", "陈一诺"
SUBSIDY = "/situations/employment-creation-subsidy-claim"
EMPLOYEES = (("赵一鸣", "440309199703120014"), ("钱双喜", "44030919970313001X"))


def act_for(page: Page, agent: str, name: str) -> None:
    """Signed in as the agent, through the page that says whose affairs one may look after."""
    sign_in(page, agent)
    page.goto("/acting")
    page.locator("li.matter-row", has_text=name).get_by_role("button").click()
    expect(banner(page)).to_contain_text(name)


def banner(page: Page) -> Locator:
    return page.locator(".acting-banner")


def give(page: Page, principal: str, agent: Sequence[str], scope: str = "", acts: Sequence[str] = ("apply", "read", "receive")) -> None:
    """The principal offers a mandate."""
    sign_in(page, principal)
    page.goto("/my/mandates/new")
    page.locator("#agent_name").fill(agent[0])
    page.locator("#agent_number").fill(agent[1])
    if scope:
        page.locator("summary", has_text="只委托一个部门的事项").click()
    page.locator(f'[name="scope"][value="{scope}"]').check()
    for each in ("apply", "read", "receive"):
        page.locator(f'[name="acts"][value="{each}"]').set_checked(each in acts)
    page.locator("#until").fill((today() + timedelta(30)).isoformat())
    press(page, "give")
    expect(page.get_by_role("status")).to_contain_text("对方接受以后委托才生效")


@SCRIPTS
def test_an_organisations_representative_applies_and_is_answered_at_once(visit_anew: Visit, size: str, scripts: bool) -> None:
    with visit_anew(size=size, java_script_enabled=scripts) as page:
        act_for(page, REPRESENTATIVE, FIRM_NAME)
        page.goto(f"{SUBSIDY}/apply")
        expect(page.locator("aside")).to_contain_text(FIRM_NAME)
        page.get_by_role("button", name="添加一项").click()
        expect(page.locator('[name="form.employees[1].name"]')).to_have_count(1)
        for place, (name, number) in enumerate(EMPLOYEES):
            page.locator(f'[name="form.employees[{place}].name"]').fill(name)
            page.locator(f'[name="form.employees[{place}].id_number"]').fill(number)
        page.locator('[name="form.bank_account"]').fill("4000020000001")
        press(page, "check")
        expect(banner(page)).to_contain_text(FIRM_NAME)
        press(page, "submit")
        expect(page.get_by_role("heading", level=1)).to_have_text("已批准")
        expect(page.locator("main")).to_contain_text("4,000.00元")
        expect(page.locator("main")).to_contain_text("林晓东")
        page.locator(".acting-banner").get_by_role("button").click()
        page.goto("/my/cases")
        expect(page.locator("main")).to_contain_text("还没有办件")


def test_a_parent_applies_for_a_child(visit_anew: Visit) -> None:
    with visit_anew(size="phone") as page:
        act_for(page, MOTHER, CHILD_NAME)
        page.goto("/situations/kindergarten-subsidy-claim/apply")
        expect(page.locator("aside")).to_contain_text(CHILD_NAME)
        press(page, "check")
        press(page, "submit")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("人工|审批人"))
        expect(banner(page)).to_contain_text(CHILD_NAME)


def test_a_guide_leads_to_a_mandate_for_that_alone(visit_anew: Visit) -> None:
    with visit_anew() as page:
        sign_in(page, HE)
        page.goto(ALLOWANCE)
        page.get_by_role("link", name="委托别人替我办").click()
        expect(page.locator('[name="scope"][value="situation:senior-allowance-first-claim"]')).to_be_checked()


@SCRIPTS
def test_a_mandate_is_given_accepted_used_and_revoked_in_the_middle_of_a_form(visit_anew: Visit, size: str, scripts: bool) -> None:
    daughter = ("周晓梅", DAUGHTER)
    with visit_anew(size=size, java_script_enabled=scripts) as theirs, visit_anew(size=size, java_script_enabled=scripts) as ours:
        give(theirs, HE, daughter, "department:civil-affairs")
        sign_in(ours, DAUGHTER)
        ours.goto("/my/mandates")
        ours.locator("li.matter-row", has_text="何振声").get_by_role("button", name="接受").click()
        expect(ours.get_by_role("status")).to_contain_text("已接受委托")
        ours.goto("/acting")
        ours.locator("li.matter-row", has_text="何振声").get_by_role("button").click()
        ours.goto(f"{ALLOWANCE}/apply")
        ours.locator('[name="form.bank_account"]').fill(ACCOUNT)

        theirs.goto("/my/mandates")
        theirs.locator("li.matter-row", has_text="周晓梅").first.get_by_role("button", name="结束委托").click()
        expect(theirs.get_by_role("status")).to_contain_text("委托已结束")
        press(ours, "check")
        expect(ours.get_by_role("heading", level=1)).to_contain_text("没有这份委托，或者它已经结束")
        ours.goto("/my/cases")
        expect(banner(ours)).to_have_count(0)
        theirs.goto("/my/cases")
        expect(theirs.locator("main")).not_to_contain_text("高龄老人津贴")


def test_a_form_opened_for_one_is_not_taken_for_another(visit_anew: Visit) -> None:
    """Two tabs of one browser: in the second, the daughter goes back to her own affairs."""
    with visit_anew() as page:
        act_for(page, DAUGHTER, "李桂芳")
        page.goto(f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        other = page.context.new_page()
        other.goto("/acting")
        other.locator("main").get_by_role("button", name="办自己的事").click()
        expect(other.locator(".acting-banner")).to_have_count(0)
        press(page, "check")
        expect(page.get_by_role("heading", level=1)).to_contain_text("另一身份")


def test_what_is_beyond_the_mandate_says_so(visit_anew: Visit) -> None:
    with visit_anew(size="phone") as page:
        act_for(page, DAUGHTER, "李桂芳")
        page.goto("/situations/unemployment-registration-new/apply")
        expect(page.get_by_role("heading", level=1)).to_contain_text("不在委托的范围内")
        page.goto("/my/inbox")
        expect(page.get_by_role("heading", level=1)).to_contain_text("代他人办事时不能使用")
        page.locator(".acting-banner").get_by_role("button").click()
        page.goto("/my/inbox")
        expect(page.get_by_role("heading", level=1)).to_have_text("消息")


@SCRIPTS
def test_a_register_confirms_whom_one_represents(visit_anew: Visit, size: str, scripts: bool) -> None:
    with visit_anew(size=size, java_script_enabled=scripts) as page:
        sign_in(page, REPRESENTATIVE)
        if size == "phone":
            page.locator(".site-menu summary").click()
        page.locator(".site-person").click()
        page.locator("#principal").fill(FIRM)
        page.get_by_role("button", name="核实").click()
        expect(page.get_by_role("status")).to_contain_text("已核实，现在可以代办了。")
        expect(page.locator("li.matter-row", has_text=FIRM_NAME)).to_contain_text("法定代表人")


@SIZES
def test_what_is_done_for_somebody_is_told_to_them(visit_anew: Visit, size: str) -> None:
    with visit_anew(size=size) as page:
        act_for(page, DAUGHTER, "李桂芳")
        page.goto(f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        press(page, "check")
        press(page, "submit")
        expect(page.get_by_role("heading", level=1)).to_have_text("已批准")
    with visit_anew(size=size) as page:
        sign_in(page, LI)
        for _ in range(600):  # it is told a moment later
            page.goto("/my/inbox")
            if page.locator("main", has_text="周晓梅以您的名义办事").count():
                break
        expect(page.locator("main")).to_contain_text("周晓梅以您的名义办事")


def test_nobody_represents_a_firm_by_saying_so(visit_anew: Visit) -> None:
    with visit_anew() as page:
        sign_in(page, WU)
        page.goto("/acting")
        page.locator("#principal").fill("91440309MA5XQY1231")
        page.get_by_role("button", name="核实").click()
        expect(page.locator("#principal-fault")).to_contain_text("登记信息不能证明")


def test_an_expired_session_goes_on_with_the_same_affairs(visit_anew: Visit) -> None:
    with visit_anew() as page:
        act_for(page, DAUGHTER, "李桂芳")
        page.goto(f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        page.context.clear_cookies(name="miaopi_session")
        press(page, "check")
        page.locator(f'button[name="number"][value="{DAUGHTER}"]').click()
        page.get_by_role("button", name="接着填写").click()
        expect(banner(page)).to_contain_text("李桂芳")
        expect(page.locator('[name="form.bank_account"]')).to_have_value(ACCOUNT)


def test_gaps_of_a_mandate_stand_beside_their_fields(visit_anew: Visit) -> None:
    with visit_anew(size="phone") as page:
        sign_in(page, SUN)
        page.goto("/my/mandates/new")
        press(page, "give")
        expect(page.get_by_role("alert")).to_contain_text("请填写姓名、身份证号和截止日期")
        page.locator("#agent_name").fill("李桂芳")
        page.locator("#agent_number").fill(LI)
        page.locator("#until").fill("2020-01-01")
        press(page, "give")
        expect(page.locator("#until-fault")).to_contain_text("今天至两年之内")
        expect(page.locator("#agent_number")).to_have_value(LI)
