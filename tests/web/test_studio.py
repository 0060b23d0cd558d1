"""What policy writers come for: change a rule, prove it, and have somebody else publish it; stop what is wrong at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from service.demo import FIRM, LI, WRITER, WRITER_2
from service.state import SHANGHAI
from tests.service.test_applications import SUBSIDY as CLAIM
from tests.web.browser import fits
from tests.web.conftest import Visit
from tests.web.desk import Desk
from tests.web.first_policy_change import change
from tests.web.people import apply_for_allowance, sign_in

SUBSIDY = "/studio/employment-creation-subsidy"
_LABEL = "至少1人在本单位参保满6个月"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def look(step: str, page: Page) -> None:
    page.wait_for_load_state()
    assert fits(page), f"{step} is wider than the screen"


def decided_next(page: Page) -> dict[str, Any]:
    """What the next application for the subsidy is answered. It is withdrawn if it waits, since one alone may."""
    desk = Desk("/".join(page.url.split("/")[:3]))
    found: dict[str, Any] = desk.call(FIRM, "POST", "/applications", CLAIM, {"Idempotency-Key": str(uuid4())})
    if found["conclusion"] == "review":
        desk.call(FIRM, "POST", f"/cases/{found['number']}/withdraw", {})
    return found


def replace(page: Page, old: str, new: str) -> None:
    """In the rules, as somebody without scripts would."""
    box = page.locator("#text")
    text = box.input_value()
    assert old in text
    box.fill(text.replace(old, new))


@pytest.mark.parametrize(("size", "other"), [("desk", "phone"), ("phone", "desk")])
def test_the_first_policy_change_decides_the_next_application(visit_anew: Visit, size: str, other: str) -> None:
    """One writes on a phone what the other reviews at a desk, and the other way round."""
    with visit_anew(size) as writer, visit_anew(other) as second, visit_anew(size) as applicant:
        change(writer, second, look)
        apply_for_allowance(applicant, LI)
        expect(applicant.locator(".condition strong", has_text="年满65周岁")).to_have_text("年满65周岁")
        expect(second.locator(".version-list > li").first).to_contain_text("生效中")
        today = datetime.now(SHANGHAI).date()
        expect(applicant.locator("aside")).to_contain_text(f"senior-allowance/{today}")


@pytest.mark.parametrize(("size", "others"), [("desk", "phone"), ("phone", "desk")])
def test_without_scripts_a_rule_is_changed_reviewed_published_stopped_and_rolled_back(visit_anew: Visit, size: str, others: str) -> None:
    with visit_anew(size, java_script_enabled=False) as page, visit_anew(others, java_script_enabled=False) as other:
        sign_in(page, WRITER, "/studio")
        page.get_by_role("link", name="创业带动就业补贴").click()
        press(page, "起草")
        draft = page.url

        replace(page, "minimum_months", "minimum_month")
        replace(page, "  minimum_month:", "  minimum_months:")
        press(page, "检查")
        expect(page.locator(".finding").first).to_contain_text("minimum_months")
        replace(page, "minimum_month", "minimum_months")
        replace(page, "minimum_monthss", "minimum_months")
        replace(page, _LABEL, f"{_LABEL}（含补缴）")
        press(page, "检查")
        expect(page.locator(".finding-none")).to_be_visible()

        # The same draft in a second window is saved first: what is typed here stays, and it is said who was quicker.
        second = page.context.new_page()
        second.goto(draft)
        replace(second, "title: ", "# 核对过\ntitle: ")
        press(second, "保存")
        expect(second.get_by_role("status").first).to_contain_text("草稿已保存")
        press(page, "保存")
        expect(page.get_by_role("alert")).to_contain_text("陈立新")
        expect(page.locator(".difference").first).to_contain_text("核对过")
        assert "（含补缴）" in page.locator("#text").input_value()
        press(page, "用我的内容覆盖")
        expect(page.get_by_role("status").first).to_contain_text("草稿已保存")

        page.get_by_role("link", name="复核和发布").click()
        expect(page.locator(".difference ins").first).to_contain_text("（含补缴）")
        press(page, "提交")
        expect(page.get_by_role("alert")).to_contain_text("写明核对过哪些条文")
        page.locator("#reason").fill("口径说明，条文和用例没有变化。")
        press(page, "提交")
        expect(page.get_by_role("status").first).to_contain_text("已提交")
        expect(page.locator(".publish-own")).to_contain_text("不能自己发布")

        sign_in(other, WRITER_2, "/studio")
        other.locator(".draft-card", has_text="创业带动就业补贴").get_by_role("link").click()
        expect(other.locator("aside")).to_contain_text("口径说明")
        other.locator("#remark").fill("请写明补缴期限")
        press(other, "退回修改")
        expect(other.get_by_role("status").first).to_contain_text("已退回")
        page.reload()
        expect(page.get_by_text("请写明补缴期限")).to_be_visible()
        page.locator("#reason").fill("口径说明：补缴期限见条文第三款，用例没有变化。")
        press(page, "提交")
        other.goto(f"{draft}/review")
        press(other, "复核无误，发布")
        expect(other.get_by_role("status").first).to_contain_text("已发布")
        expect(other.locator(".version-list > li")).to_have_count(2)
        other.get_by_role("link", name="与上一版对比").click()
        expect(other.locator(".difference ins").first).to_contain_text("（含补缴）")

        other.goto(f"{SUBSIDY}/stop")
        press(other, "立即停用")
        expect(other.locator(".error-summary")).to_contain_text("请写明理由")
        other.locator("#reason").fill("口径有误")
        press(other, "立即停用")
        expect(other.locator("main")).to_contain_text("新的申请都转人工")
        answer = decided_next(other)
        assert (answer["conclusion"], answer["causes"]) == ("review", ["ruleset-stopped"])
        assert answer["grant"] == {}
        other.get_by_role("link", name="恢复").click()
        other.locator("#reason").fill("已核实")
        press(other, "立即恢复")
        expect(other.get_by_role("status").first).to_contain_text("已恢复")
        assert "ruleset-stopped" not in decided_next(other)["causes"]
        other.get_by_role("link", name="回退到这一版").click()
        other.locator("#reason").fill("恢复原来的口径")
        press(other, "提交回退")
        expect(other.locator(".publish-own")).to_be_visible()
        page.goto(other.url)
        press(page, "复核无误，发布")
        expect(page.locator(".version-list > li").last).to_contain_text("生效中")
        expect(page.locator(".moves")).to_contain_text("复核并回退")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_new_ruleset_begins_with_a_draft_that_is_right(visit_anew: Visit, size: str) -> None:
    with visit_anew(size, java_script_enabled=False) as page:
        sign_in(page, WRITER, "/studio")
        page.get_by_text("新建一套规则").click()
        page.locator("#id").fill("senior-allowance")
        press(page, "建草稿")
        expect(page.locator(".error-summary")).to_contain_text("请填写名称")
        expect(page.locator("#id-fault")).to_contain_text("已有这套规则")
        page.locator("#title").fill('租房补贴 · "首次申领"')
        page.locator("#id").fill("Rent Subsidy")
        press(page, "建草稿")
        expect(page.locator("#id-fault")).to_contain_text("rent-subsidy")
        assert page.locator("#title").input_value() == '租房补贴 · "首次申领"'
        page.locator("#id").fill("rent-subsidy")
        press(page, "建草稿")
        expect(page.get_by_role("status").first).to_contain_text("草稿已建好")
        press(page, "检查")
        expect(page.locator(".finding")).to_have_count(1)
        expect(page.locator(".finding")).to_contain_text("没有情形使用")
        assert "租房补贴" in page.locator("#text").input_value()
