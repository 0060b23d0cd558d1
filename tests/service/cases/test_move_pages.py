"""Withdrawing and appealing in a browser: nobody writes for nothing, and what is told is what happened."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import httpx
import pytest

from service.cases.applicant_moves import APPEAL_WITHIN
from service.demo import APPROVER, HE, LI, WU
from service.web.forgery import FIELD, VISIT, token_for
from service.web.page import TOLD
from tests.service.conftest import CLAIM, V1, Client, Clock
from tests.service.review.approvers import Approver

pytestmark = pytest.mark.either_database

WHY = "户籍已于上月迁入深圳"
TWICE = "申诉已撤回，原决定不变"


def send(client: Client, path: str, **fields: str) -> httpx.Response:
    headers = {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin"}
    return client.call("POST", path, headers=headers, data={FIELD: token_for("visit"), **fields})


def told(answer: httpx.Response) -> tuple[str, str]:
    """Where it leads, and what is told there."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"], unquote(answer.cookies.get(TOLD) or "")


@pytest.fixture
def refused(client: Client) -> tuple[Client, str]:
    wu = client.signed_in(WU)
    number = wu.apply().json()["number"]
    return wu, f"/my/cases/{number}"


def test_no_form_opens_where_the_move_is_not_allowed(client: Client, refused: tuple[Client, str]) -> None:
    li, (wu, case) = client.signed_in(LI), refused
    approved = f"/my/cases/{li.apply().json()['number']}"
    assert told(li.get(f"{approved}/withdraw")) == (approved, "")
    assert told(li.get(f"{approved}/appeal")) == (approved, "这个办件现在不能申诉。")
    assert told(wu.get(f"{case}/withdraw")) == (case, "")
    assert wu.get(f"{case}/appeal").status_code == 200


def test_an_appeal_is_not_offered_once_the_time_is_over_and_what_was_written_is_kept(
    client: Client, refused: tuple[Client, str], clock: Clock
) -> None:
    wu, case = refused
    assert f"{case}/appeal" in wu.get(case).text
    clock.moment += APPEAL_WITHIN + timedelta(seconds=1)
    wu = client.signed_in(WU)
    assert f"{case}/appeal" not in wu.get(case).text
    assert told(wu.get(f"{case}/appeal")) == (case, "申诉期限已过，不能再申诉。")
    late = send(wu, f"{case}/appeal", reason=WHY)
    assert (late.status_code, WHY in late.text, "申诉期限已过" in late.text) == (409, True, True)


def test_what_was_refused_on_appeal_is_not_appealed_again_and_the_other_remedies_are_told(
    client: Client, refused: tuple[Client, str]
) -> None:
    wu, case = refused
    number = case.rsplit("/", 1)[1]
    assert wu.post(f"{V1}/cases/{number}/appeal", {"reason": WHY}).status_code == 200
    zheng = Approver(client.signed_in(APPROVER))
    body = {"conclusion": "reject", "reason": "户籍仍在惠州"}
    assert zheng.move(number, "appeal-decision", zheng.take(number), body).json()["status"] == "rejected"
    wu = client.signed_in(WU)
    shown = wu.get(case).text
    assert f"{case}/appeal" not in shown
    assert "不能再次申诉" in shown
    assert "行政复议" in shown
    assert told(wu.get(f"{case}/appeal")) == (case, "已经申诉并复核过，不能再次申诉。")
    again = send(wu, f"{case}/appeal", reason=WHY)
    assert (again.status_code, WHY in again.text) == (409, True)


def test_an_appeal_beside_an_open_case_keeps_what_was_written_and_leads_to_that_case(refused: tuple[Client, str]) -> None:
    wu, case = refused
    number = case.rsplit("/", 1)[1]
    assert wu.post(f"{V1}/cases/{number}/appeal", {"reason": WHY}).status_code == 200
    assert wu.post(f"{V1}/cases/{number}/withdraw", {}).status_code == 200
    again = send(wu, f"{case}/appeal", reason=WHY)
    assert (again.status_code, WHY in again.text, "这个办件现在不能申诉。" in again.text) == (409, True, True)
    another, third = (wu.apply(CLAIM, key).json()["number"] for key in ("key-2", "key-3"))
    assert wu.post(f"{V1}/cases/{third}/appeal", {"reason": WHY}).status_code == 200
    beside = send(wu, f"/my/cases/{another}/appeal", reason=WHY)
    assert (beside.status_code, WHY in beside.text, f'href="/my/cases/{third}"' in beside.text) == (409, True, True)


def test_what_is_sent_twice_is_told_as_done(client: Client, refused: tuple[Client, str]) -> None:
    wu, case = refused
    done = (case, "申诉已提交，由另一位审批人复核。")
    assert [told(send(wu, f"{case}/appeal", reason=WHY)) for _ in range(2)] == [done, done]
    he = client.signed_in(HE)
    waiting = f"/my/cases/{he.apply().json()['number']}"
    gone = (waiting, "申请已撤回。")
    assert [told(send(he, f"{waiting}/withdraw", reason="")) for _ in range(2)] == [gone, gone]
    assert '<h1 id="answer">申请已撤回</h1>' in he.get(waiting).text


def test_a_decision_that_came_first_is_told_to_who_would_withdraw(client: Client) -> None:
    li = client.signed_in(LI)
    approved = f"/my/cases/{li.apply().json()['number']}"
    assert told(send(li, f"{approved}/withdraw", reason="")) == (approved, "办件已经办结，不能撤回。")


def test_withdrawing_an_appeal_leaves_the_decision_and_the_remedies_against_it(refused: tuple[Client, str]) -> None:
    wu, case = refused
    send(wu, f"{case}/appeal", reason=WHY)
    asked = wu.get(f"{case}/withdraw").text
    assert "撤回申诉后原决定不变，不能再次申诉。" in asked
    assert "撤回申请" not in asked
    assert [told(send(wu, f"{case}/withdraw", reason="")) for _ in range(2)] == [(case, f"{TWICE}。")] * 2
    page = wu.get(case).text
    assert f'<h1 id="answer">{TWICE}</h1>' in page
    assert "申请已撤回" not in page
    assert "60日内申请行政复议" in page
    assert "行政诉讼" in page
