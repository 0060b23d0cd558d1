"""What the editor does for a policy writer as they type: explains, completes, finds, tries, and never loses what they wrote."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from service.demo import LI, WRITER, WRITER_2
from tests.web.browser import fits, visiting
from tests.web.conftest import Visit
from tests.web.days import next_year
from tests.web.first_policy_change import find
from tests.web.people import apply_for_allowance, sign_in
from tests.web.server import Address
from tests.web.studio import SENIOR, answered, begun, drafted, writing

RULES = "#part-text .cm-content"


@pytest.fixture(scope="module")
def draft(base: Address) -> str:
    """Of the senior allowance; nobody keeps what they change in it but who says so."""
    return begun(base, SENIOR, next_year())


@pytest.fixture(scope="module")
def decided(browser: Browser, base: Address) -> str:
    """The number of a case that was approved by what is in force."""
    with visiting(browser, base) as applicant:
        return apply_for_allowance(applicant, LI)


def hover(page: Page, line: str, word: str) -> None:
    """Over the middle of a word of a line that the search brings into view."""
    find(page, line)
    there = page.locator(".cm-line", has_text=line).first
    box = there.evaluate(
        """(line, word) => {
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            for (let node; (node = walker.nextNode()); ) {
                const at = node.data.indexOf(word);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(node, at); range.setEnd(node, at + word.length);
                const { x, y, width, height } = range.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }
        }""",
        word,
    )
    page.mouse.move(5, 5)
    page.mouse.move(*box, steps=3)


def type_at_end_of(page: Page, line: str, text: str) -> None:
    find(page, line)
    page.keyboard.press("End")
    page.keyboard.type(text, delay=20)


@pytest.mark.parametrize(("lang", "of_key", "of_value", "of_function", "of_licence"), [
    ("zh", "须成立的表达式", "起领年龄 = 70", "周岁", "居民户口簿"),
    ("en", "The expression that must hold", "Age from which it is paid = 70", "years", "Household register"),
])
def test_a_word_is_explained_where_the_pointer_rests(
    visit: Visit, draft: str, lang: str, of_key: str, of_value: str, of_function: str, of_licence: str
) -> None:
    with visit(lang=lang) as page:
        sign_in(page, WRITER, draft)
        card = page.locator(".word-card")
        hover(page, "    require: years >= minimum_age", "require")
        expect(card).to_contain_text(of_key)
        hover(page, "    require: years >= minimum_age", "minimum_age")
        expect(card).to_contain_text(of_value)
        expect(card.locator("code")).to_have_text("minimum_age: integer")
        hover(page, "  years: age(id_card.birth_date, today)", "age(")
        expect(card).to_contain_text(of_function)
        hover(page, "    licence: household-register", "household-register")
        expect(card).to_contain_text(of_licence)


def test_keys_and_names_are_completed_from_the_schema_and_from_what_the_draft_declares(visit: Visit, draft: str) -> None:
    with visit() as page:
        sign_in(page, WRITER, draft)
        offered = page.locator(".cm-tooltip-autocomplete li")
        text = page.locator("#text")

        type_at_end_of(page, "    label: 深圳户籍", "\nrequ")
        expect(offered.filter(has_text="require")).to_contain_text("须成立的表达式")
        page.keyboard.press("Escape")
        for _ in "requ":
            page.keyboard.press("Backspace")
        page.keyboard.type("qu", delay=20)
        page.wait_for_timeout(200)  # the list does not take a key that follows at once
        page.keyboard.press("Enter")
        page.keyboard.type("general")
        expect(text).to_have_value(re.compile(r"label: 深圳户籍\n    queue: general\n"))

        type_at_end_of(page, "require: years >= minimum_age", " and hukou.ci")
        expect(offered.filter(has_text="hukou.city")).to_contain_text("居民户口簿")
        page.wait_for_timeout(200)
        page.keyboard.press("Enter")
        expect(text).to_have_value(re.compile(r"minimum_age and hukou\.city\n"))

        # What is declared now counts, though nobody has kept it.
        find(page, "minimum_age: {type")
        page.keyboard.insert_text("least_age: {type")
        expect(page.locator(".finding").first).to_contain_text("minimum_age")
        type_at_end_of(page, "require: not(death.registered)", " and least_a")
        expect(offered.first).to_contain_text("起领年龄 = 70")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_mistake_is_named_under_the_words_as_they_are_typed_and_goes_when_it_is_mended(visit: Visit, draft: str, size: str) -> None:
    with visit(size=size) as page:
        sign_in(page, WRITER, draft)
        expect(page.locator(".finding-none")).to_be_visible()
        type_at_end_of(page, "require: years >= minimum_age", "s")
        wrong = page.locator(".cm-line .cm-lintRange-error")
        expect(wrong).to_have_text("minimum_ages")
        expect(page.locator(".finding")).to_contain_text("minimum_age")
        expect(page.locator(".cm-lint-marker-error")).to_be_visible()
        hover(page, "require: years >= minimum_ages", "minimum_ages")
        expect(page.locator(".cm-tooltip .cm-diagnostic")).to_contain_text("minimum_age")
        page.locator(".finding").click()
        page.keyboard.press("End")
        page.keyboard.press("Backspace")
        expect(wrong).to_have_count(0)
        expect(page.locator(".finding-none")).to_be_visible()


@pytest.mark.parametrize(("size", "lang", "unmet"), [("desk", "zh", "不符合"), ("phone", "en", "Not met")])
def test_a_past_case_lights_up_beside_the_conditions_and_tells_nobody(
    visit: Visit, draft: str, decided: str, size: str, lang: str, unmet: str
) -> None:
    with visit(size=size, lang=lang) as page:
        sign_in(page, WRITER, draft)
        page.locator('.quick-fields [name="number"]').fill(decided)
        page.locator("#try-again").click()
        tried = page.locator("#tried")
        expect(tried.locator(".trial")).to_have_class("trial tone-pass")
        find(page, "  aged:")
        expect(page.locator(".cm-line.lit-line.tone-pass", has_text="require: years >= minimum_age")).to_be_visible()

        # It is tried again after each change: at 90 she is too young.
        find(page, "from: {2019-10-01: 70}")
        page.keyboard.type("from: {2019-10-01: 90}")
        expect(tried.locator(".trial")).to_have_class("trial tone-fail")
        find(page, "  aged:")
        expect(page.locator(".cm-line.lit-line.tone-fail", has_text="require: years >= minimum_age")).to_be_visible()
        expect(page.locator(".light-label", has_text=unmet)).to_be_visible()
        assert "李桂芳" not in tried.inner_text()
        assert LI not in tried.inner_text()

        # The page for trying takes the case too, by the rules that are kept.
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{draft}/try")
        page.locator('[name="number"]').fill(decided)
        page.locator('button[value="past"]').click()
        expect(page.locator("#outcome .trial")).to_have_class("trial tone-pass")
        expect(page.locator("#outcome .trial-list li")).not_to_have_count(0)
        expect(page.locator("#outcome .lit-line.tone-pass").first).to_be_visible()
        page.locator('[name="number"]').fill("NO-SUCH-CASE")
        page.locator('button[value="past"]').click()
        expect(page.locator("#outcome [role=alert]")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_of_two_who_write_one_draft_the_slower_keeps_every_word_and_is_told_who_was_quicker(
    visit: Visit, base: Address, size: str
) -> None:
    day = next_year(2 if size == "desk" else 3)
    there = begun(base, SENIOR, day)
    with visit(size=size) as one, visit(size=size) as other:
        sign_in(one, WRITER, there)
        sign_in(other, WRITER_2, there)
        for page, said in ((one, "第一次"), (other, "头一回")):
            find(page, "首次")
            page.keyboard.type(said)
        one.keyboard.press("Control+s")
        expect(one.locator(".kept-now")).to_be_visible()
        other.keyboard.press("Control+s")
        expect(other.get_by_role("alert")).to_contain_text("陈立新")
        expect(other.locator(".difference-changed")).to_contain_text(re.compile("第一次.*头一回", re.DOTALL))
        assert "高龄老人津贴 · 头一回申领" in other.locator("#text").input_value()
        assert "高龄老人津贴 · 第一次申领" in drafted(base, SENIOR, day)["text"]
        other.locator('button[value="overwrite"]').click()
        expect(other.get_by_role("status").first).to_contain_text("草稿已保存")
        kept = drafted(base, SENIOR, day)
        assert "高龄老人津贴 · 头一回申领" in kept["text"]
        assert kept["changed_by"] == "许丽娟"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_draft_that_a_colleague_has_changed_is_not_handed_in_unseen(visit: Visit, base: Address, size: str) -> None:
    day = next_year(4 if size == "desk" else 5)
    there = begun(base, SENIOR, day)
    with visit(size) as page:
        sign_in(page, WRITER, f"{there}/review")
        page.locator("#reason").fill("已核对条文。")
        with writing(base, WRITER_2) as other:
            draft = drafted(base, SENIOR, day)
            given = {"text": draft["text"].replace("首次", "头一回"), "cases": draft["cases"]}
            answered(other.put(f"policies/{SENIOR}/drafts/{day}", json=given, headers={"If-Match": '"1"'}))
        page.locator('button[value="submit"]').click()
        expect(page.get_by_role("alert")).to_contain_text("许丽娟")
        expect(page.locator("#reason")).to_have_value("已核对条文。")
        expect(page.locator(".difference")).to_contain_text("头一回")
        page.locator('button[value="submit"]').click()
        expect(page.locator(".publish-own")).to_be_visible()
    assert drafted(base, SENIOR, day)["state"] == "submitted"


@pytest.mark.parametrize(("size", "lang"), [("phone", "en"), ("desk", "zh")])
def test_what_is_tried_is_asked_in_words_with_the_name_that_rules_use_below(visit: Visit, base: Address, size: str, lang: str) -> None:
    day = next_year(6 if size == "desk" else 7)
    with writing(base) as client:
        rulesets = [each["ruleset"] for each in answered(client.get("policies"))["policies"]]
    with visit(size, lang) as page:
        sign_in(page, WRITER)
        for ruleset in rulesets:
            page.goto(f"{begun(base, ruleset, day)}/try")
            for label in page.locator(".try-form :is(label.form-label, legend)").all_inner_texts():
                assert not re.fullmatch(r"[a-z]\w*(\.\w+)*", label.strip()), (ruleset, label)
                assert lang == "zh" or not re.search("[\u4e00-\u9fff]", label), (ruleset, label)
            assert fits(page), ruleset
        page.goto(f"/studio/{SENIOR}/drafts/{day}/try")
        born = page.locator(".named-field", has=page.get_by_label("出生日期" if lang == "zh" else "Date of birth"))
        expect(born.locator("code")).to_have_text("id_card.birth_date")
        expect(page.locator(".trial-facts", has_text="minimum_age")).to_contain_text("起领年龄 70" if lang == "zh" else "is paid 70")
