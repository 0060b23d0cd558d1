"""Finding what one came for: by words, sounds and synonyms, departments and life events, and what is decided at once; and its guide."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import SCRIPTS, Visit
from tests.web.people import ALLOWANCE


def search(page: Page, words: str) -> None:
    page.goto("/")
    page.locator("#query").fill(words)
    page.locator(".hero-search button").click()


def open_filters(page: Page) -> None:
    filters = page.locator("details.finder-filters")
    if filters.get_attribute("open") is None:
        filters.locator("summary").click()


def narrow(page: Page, scripts: bool) -> None:
    """Without scripts a button does what a choice does by itself."""
    if not scripts:
        page.get_by_role("button", name="筛选", exact=True).click()


@SCRIPTS
@pytest.mark.parametrize(("words", "matter"), [
    ("lnbt", "高龄老人津贴"), ("敬老", "高龄老人津贴"), ("70岁老人", "高龄老人津贴"), ("开餐厅", "食品经营许可"),
    ("滴滴", "网约车驾驶员证"), ("sydj", "失业登记"),
])  # fmt: skip
def test_everyday_words_synonyms_and_initials_of_sounds_find_it(visit: Visit, size: str, scripts: bool, words: str, matter: str) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        search(page, words)
        expect(page.locator("#found .matter-list > li", has_text=matter)).to_have_count(1)


@SCRIPTS
def test_a_department_a_life_event_and_whom_it_is_for_narrow_the_list(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        page.goto("/matters")
        everything = page.locator("#found .found-count").inner_text()
        open_filters(page)
        page.locator("#department").select_option("human-resources")
        narrow(page, scripts)
        expect(page.locator("#found .found-count")).not_to_have_text(everything)
        for each in page.locator("#found .matter-facts").all():
            expect(each).to_contain_text("深圳市龙华区人力资源局")
        open_filters(page)
        page.locator("#life_event").select_option("unemployment")
        narrow(page, scripts)
        expect(page.locator("#found .matter-list > li").first).to_contain_text("失业登记")
        expect(page.locator("#found")).not_to_contain_text("创业带动就业补贴")
        open_filters(page)
        page.get_by_label("单位", exact=True).check()
        narrow(page, scripts)
        expect(page.locator("#found")).to_contain_text("没有找到")
        page.get_by_role("link", name="查看全部事项").click()
        expect(page.locator("#found .found-count")).to_have_text(everything)


@SCRIPTS
def test_a_life_event_leads_through_its_tree(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        page.goto("/")
        page.locator("a.event", has_text="退休").click()
        expect(page.locator("#found")).to_contain_text("高龄老人津贴")
        expect(page.locator("#life_event")).to_have_value("retirement")
        open_filters(page)
        page.locator("#life_event").select_option("death")  # a branch of its own
        narrow(page, scripts)
        expect(page).to_have_url(re.compile("life_event=death"))
        expect(page.locator("#found .matter-list > li").first).to_be_visible()


@SCRIPTS
def test_what_is_decided_at_once_is_marked_and_can_be_had_alone(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        page.goto("/")
        page.locator('a[href="/matters?instant=yes"]').click()
        expect(page.get_by_label("只看秒批事项")).to_be_checked()
        rows = page.locator("#found .matter-list > li")
        expect(rows.locator(".badge-instant")).to_have_count(rows.count())
        open_filters(page)
        page.get_by_label("只看秒批事项").uncheck()
        narrow(page, scripts)
        expect(rows.filter(has_not=page.locator(".badge-instant")).first).to_be_visible()


@SCRIPTS
def test_a_guide_tells_who_may_what_is_needed_how_long_and_by_what(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        page.goto(ALLOWANCE)
        main = page.locator("main")
        expect(main).to_contain_text("深圳户籍且年满70周岁")
        expect(page.locator(".need-list li", has_text="居民身份证")).to_contain_text("不用提交")
        expect(page.locator(".fact-list")).to_contain_text("提交后当场决定")
        expect(page.locator(".fact-list")).to_contain_text("深民规〔2019〕2号")
        expect(page.locator(".rule-list li", has_text="年满70周岁")).to_contain_text("第三条")
        page.goto("/situations/food-business-permit-new")
        expect(page.locator(".fact-list")).to_contain_text("承诺 3 个工作日")


@SCRIPTS
def test_an_address_that_is_none_says_what_to_do(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        answer = page.goto("/matters/there-is-none")
        assert answer
        assert answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("没有这个事项")
        page.get_by_role("link", name="查找事项").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("办事大厅")
