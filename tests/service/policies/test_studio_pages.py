"""The studio's pages say what is wrong beside its field, keep what was typed, and offer what can be done alone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from service.demo import LI
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.conftest import Client, Clock
from tests.service.policies.writing import SENIOR, TODAY, TOMORROW, Writers, cases, flat, path, policy, put, seen

pytestmark = pytest.mark.either_database
STUDIO = f"/studio/{SENIOR}"
REVIEW = f"{STUDIO}/drafts/{TODAY}/review"
NO_DAY, PAST = "请填写生效日期。", "生效日期不能早于今天。"


def send(person: Client, page: str, **fields: Any) -> httpx.Response:
    """What a page's form sends."""
    headers = {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin"}
    return person.call("POST", page, data={FIELD: token_for("visit"), **fields}, headers=headers)


def first(client: Client) -> str:
    """The page that asks to roll back to the oldest version."""
    hash_: str = policy(client)["versions"][-1]["hash"]
    return f"{STUDIO}/versions/{hash_}/roll-back"


@pytest.mark.parametrize(("day", "fault"), [("", NO_DAY), ("明天", NO_DAY), ("2026-11-22", PAST)])
def test_a_roll_back_on_no_day_or_a_past_one_is_a_fault_beside_the_day(writing: Writers, day: str, fault: str) -> None:
    answer = send(writing.one, first(writing.one), effective=day, reason="恢复原来的口径")
    assert answer.status_code == 422
    assert 'id="effective-fault"' in answer.text
    assert fault in answer.text
    assert f'name="effective" value="{day}"' in answer.text
    assert policy(writing.one)["drafts"] == []


def test_a_roll_back_keeps_the_day_that_was_typed(writing: Writers) -> None:
    for more in ({}, {"step": "edit"}):
        assert 'name="effective" value="2026-12-24"' in send(writing.one, first(writing.one), effective="2026-12-24", **more).text


def test_a_roll_back_on_the_day_of_a_draft_leads_to_that_draft(writing: Writers) -> None:
    writing.draft(flat(500), cases(TOMORROW), TOMORROW)
    answer = send(writing.one, first(writing.one), effective=TOMORROW, reason="恢复原来的口径")
    assert answer.status_code == 409
    assert f'href="{STUDIO}/drafts/{TOMORROW}"' in answer.text
    assert "这一天已有草稿在进行" in answer.text
    assert "恢复原来的口径" in answer.text
    assert "草稿在此期间已有变动" not in answer.text


def test_a_new_ruleset_begins_today_or_later(writing: Writers) -> None:
    new = {"id": "rent-subsidy", "title": "租房补贴"}
    answer = send(writing.one, "/studio", **new, first="2026-11-22")
    assert answer.status_code == 422
    assert 'id="first-fault"' in answer.text
    assert PAST in answer.text
    assert writing.one.get("/studio/rent-subsidy").status_code == 404
    assert send(writing.one, "/studio", **new, first=TODAY).status_code == 303


@pytest.mark.parametrize(("day", "fault"), [("", NO_DAY), ("2026-11-22", PAST)])
def test_a_draft_of_no_day_or_a_past_one_is_a_fault_beside_the_day(writing: Writers, day: str, fault: str) -> None:
    answer = send(writing.one, STUDIO, effective=day)
    assert answer.status_code == 422
    assert 'id="effective-fault"' in answer.text
    assert fault in answer.text
    assert f'name="effective" value="{day}"' in answer.text


def test_of_a_ruleset_that_was_never_published_another_day_begins_with_the_newest_draft(writing: Writers, clock: Clock) -> None:
    text = flat(500).replace(f"ruleset: {SENIOR}", "ruleset: late-allowance")
    writing.draft(text, cases(TODAY), TODAY, "late-allowance")
    clock.on(minutes=1)
    writing.draft(text.replace("500", "600"), cases(TOMORROW, 600), TOMORROW, "late-allowance")
    day = "2026-11-25"
    assert "内容取自最近的草稿" in writing.one.get("/studio/late-allowance").text
    answer = send(writing.one, "/studio/late-allowance", effective=day)
    assert answer.headers["location"] == f"/studio/late-allowance/drafts/{day}"
    begun = writing.one.get(path(day, ruleset="late-allowance")).json()
    assert begun["text"] == text.replace("500", "600")
    assert writing.one.post(path(day, "submit", "late-allowance"), {"reason": "已核对"}, headers=seen(1)).status_code == 200
    assert send(writing.one, "/studio/no-such", effective=day).status_code == 404


def test_before_the_first_day_of_what_is_published_a_draft_begins_with_that(writing: Writers) -> None:
    text = flat(500).replace(f"ruleset: {SENIOR}", "ruleset: late-allowance")
    writing.draft(text, cases(TOMORROW), TOMORROW, "late-allowance")
    for by, what, version, body in ((writing.one, "submit", 1, {"reason": "已核对"}), (writing.other, "publish", 2, {})):
        assert by.post(path(TOMORROW, what, "late-allowance"), body, headers=seen(version)).status_code == 200
    assert send(writing.one, "/studio/late-allowance", effective=TODAY).status_code == 303
    assert writing.one.get(path(TODAY, ruleset="late-allowance")).json()["text"] == text


@pytest.mark.parametrize(("remark", "fault"), [("  ", "请写明要改什么。"), ("长" * 4_001, "写得太长了，请不超过4000字。")])
def test_a_draft_is_not_sent_back_without_saying_what_to_change(writing: Writers, remark: str, fault: str) -> None:
    send(writing.one, first(writing.one), effective=TODAY, reason="恢复原来的口径")
    answer = send(writing.other, REVIEW, step="send-back", version="1", remark=remark)
    assert answer.status_code == 422
    assert 'id="remark-fault"' in answer.text
    assert fault in answer.text
    assert writing.one.get(path(TODAY)).json()["state"] == "submitted"


def test_a_reason_that_is_too_long_is_a_fault_beside_it(writing: Writers) -> None:
    writing.draft(flat(500), cases(TODAY))
    answer = send(writing.one, REVIEW, step="submit", version="1", reason="长" * 4_001)
    assert answer.status_code == 422
    assert 'id="reason-fault"' in answer.text
    assert "长" * 4_001 in answer.text


def test_a_remark_is_shown_again_where_the_draft_was_changed_meanwhile(writing: Writers) -> None:
    send(writing.one, first(writing.one), effective=TODAY, reason="恢复原来的口径")
    put(writing.one, path(TODAY), flat(500), cases(TODAY), 1)
    answer = send(writing.other, REVIEW, step="send-back", version="1", remark="请写明补缴期限")
    assert answer.status_code == 412
    assert "请写明补缴期限" in answer.text


def test_values_typed_in_a_table_are_saved_over_a_colleagues_change_or_dropped(writing: Writers) -> None:
    writing.draft(flat(500), cases(TODAY))
    tables = f"{STUDIO}/drafts/{TODAY}/tables"
    put(writing.other, path(TODAY), f"# 核对过\n{flat(510)}", cases(TODAY), 1)
    rows = {"rows:allowance:": "0", "cell:allowance::0:0": ">= 0", "cell:allowance::0:1": "620"}
    answer = send(writing.one, tables, step="save", version="1", **rows)
    assert answer.status_code == 409
    assert 'value="620"' in answer.text
    assert 'value="overwrite"' in answer.text
    assert f'href="{tables}">放弃我的内容，看最新的' in answer.text
    assert 'class="difference-changed"' in answer.text
    assert "刷新" not in answer.text
    assert send(writing.one, tables, step="overwrite", version="1", **rows).status_code == 303
    kept = writing.one.get(path(TODAY)).json()["text"]
    assert "620" in kept
    assert kept.startswith("# 核对过")


def test_the_review_of_a_roll_back_shows_no_check_and_no_cases(writing: Writers) -> None:
    answer = send(writing.one, first(writing.one), effective=TODAY, reason="恢复原来的口径")
    shown = writing.other.get(answer.headers["location"]).text
    assert "与那时发布的版本完全相同" in shown
    assert "proof-list" not in shown
    assert "提交时自动运行" not in shown
    assert "finding-list" not in shown


def test_what_cannot_be_switched_says_so_and_offers_nothing(writing: Writers) -> None:
    never = "/studio/late-allowance"
    writing.draft(flat(500), cases(TODAY), TODAY, "late-allowance")
    writing.put_in_force(flat(500), cases(TODAY))
    said = [
        (f"{never}/stop", "没有已发布的版本"), (f"{never}/resume", "没有已发布的版本"), (f"{STUDIO}/resume", "规则没有停用"),
        (f"{STUDIO}/coming/{TODAY}/withdraw", "它已经生效"), (f"{STUDIO}/coming/{TOMORROW}/withdraw", "没有在这一天生效的版本"),
    ]  # fmt: skip
    for page, why in said:
        assert_nothing_is_offered(writing.one.get(page), 200, why)
        assert_nothing_is_offered(send(writing.one, page, reason="月数写错"), 409, why)
    assert send(writing.one, f"{STUDIO}/stop", reason="月数写错").status_code == 303
    assert_nothing_is_offered(writing.one.get(f"{STUDIO}/stop"), 200, "规则已经停用")
    assert_nothing_is_offered(send(writing.one, f"{STUDIO}/stop", reason="月数写错"), 409, "规则已经停用")
    assert 'name="reason"' in writing.one.get(f"{STUDIO}/resume").text


def assert_nothing_is_offered(answer: httpx.Response, status: int, why: str) -> None:
    assert answer.status_code == status
    assert why in answer.text
    assert 'name="reason"' not in answer.text


def test_a_number_that_no_case_can_have_is_no_case(writing: Writers) -> None:
    writing.draft(flat(500), cases(TODAY))
    for more in ({"step": "past"}, {"step": "quick", "text": flat(500), "cases": cases(TODAY)}):
        answer = send(writing.one, f"{STUDIO}/drafts/{TODAY}/try", number="9" * 41, **more)
        assert answer.status_code == 200
        assert "请核对办件编号" in answer.text


def test_what_was_tried_is_kept_as_a_case_of_the_latest_draft_after_being_told_of_it(writing: Writers) -> None:
    writing.draft(flat(500), cases(TODAY))
    put(writing.other, path(TODAY), flat(510), cases(TODAY, 510), 1)
    trial = f"{STUDIO}/drafts/{TODAY}/try"
    answer = send(writing.one, trial, step="save", version="1", name="新的一例")
    assert answer.status_code == 412
    assert 'name="version" value="2"' in answer.text
    assert send(writing.one, trial, step="save", version="2", name="新的一例").status_code == 303


def test_a_coming_version_can_be_taken_back_while_the_ruleset_is_stopped_and_the_history_says_which(writing: Writers) -> None:
    writing.put_in_force(flat(500), cases(TOMORROW), TOMORROW)
    send(writing.one, f"{STUDIO}/stop", reason="月数写错")
    withdraw = f"{STUDIO}/coming/{TOMORROW}/withdraw"
    assert f'href="{withdraw}"' in writing.one.get(STUDIO).text
    assert send(writing.one, withdraw, reason="月数写错").status_code == 303
    history = writing.one.get(STUDIO).text.partition('id="history"')[2]
    assert "（2026年11月24日的版本）" in history.partition("</li>")[0]


def test_why_people_are_asked_and_what_is_new_is_said_in_words(writing: Writers, client: Client) -> None:
    send(writing.one, f"{STUDIO}/stop", reason="月数写错")
    assert client.signed_in(LI).apply().status_code == 201
    writing.do_work()
    shown = writing.one.get("/studio").text
    assert "ruleset-stopped" not in shown
    assert "规则已停用" in shown
    writing.draft(flat(500).replace(SENIOR, "late-allowance"), cases(TODAY), TODAY, "late-allowance")
    assert "新增</span><span>标识" in writing.one.get(f"/studio/late-allowance/drafts/{TODAY}/review").text


def test_what_runs_in_the_shadow_is_not_put_there_twice_and_was_never_published(writing: Writers) -> None:
    writing.draft(flat(500), cases(TODAY))
    assert writing.submit().status_code == 200
    assert 'value="shadow"' in writing.other.get(REVIEW).text
    assert send(writing.other, REVIEW, step="shadow", version="2").status_code == 303
    shown = writing.other.get(REVIEW).text
    assert 'value="shadow"' not in shown
    assert f'href="{STUDIO}/shadow"' in shown
    assert send(writing.other, REVIEW, step="shadow", version="2").status_code == 409
    assert [each["kind"] for each in policy(writing.one)["history"]].count("shadowed") == 1

    newest = policy(writing.one)["versions"][0]["hash"]
    listed = writing.one.get(STUDIO).text
    assert "复核，只影子运行" in listed
    assert f"{newest}/roll-back" not in listed
    assert send(writing.other, REVIEW, step="publish", version="2").status_code == 303
    assert "只影子运行" not in writing.one.get(STUDIO).text
