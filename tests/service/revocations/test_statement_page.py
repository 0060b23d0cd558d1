"""The holder of an approval sees on its page that it may be revoked, and says there what they think of it."""

from __future__ import annotations

import httpx
import pytest

from service.demo import HEAD, LI, WU
from service.state import Service
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.conftest import V1, Client, Clock, do_work

START = {"reason": "经核查已迁出深圳", "clause": "深民规〔2019〕2号 第九条"}
HEARING = {"statement": "我没有迁出", "hearing": "yes"}


@pytest.fixture
def started(client: Client, service: Service) -> str:
    number: str = client.signed_in(LI).apply().json()["number"]
    do_work(service)
    assert client.signed_in(HEAD).post(f"{V1}/cases/{number}/revoke", START).status_code == 201
    return number


def speak(person: Client, number: str, **fields: str) -> httpx.Response:
    headers = {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin"}
    return person.call("POST", f"/my/cases/{number}/statement", data={FIELD: token_for("visit"), **fields}, headers=headers)


def test_an_approval_that_may_be_revoked_says_so_and_why_and_until_when_one_may_speak(client: Client, started: str) -> None:
    page = client.signed_in(LI).get(f"/my/cases/{started}").text
    for said in ("已批准，正在办理撤销程序", START["reason"], START["clause"], "请在2026年11月30日或之前陈述", "启动撤销程序"):
        assert said in page
    assert f'href="/my/cases/{started}/statement"' in page
    assert "已当场批准" not in page
    assert 'class="tone-wait"><strong>启动撤销程序' in page


def test_what_is_said_is_kept_once_with_the_hearing_that_is_asked_for(client: Client, started: str) -> None:
    li = client.signed_in(LI)
    answer = speak(li, started, **HEARING)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/my/cases/{started}")
    kept = li.get(f"{V1}/cases/{started}/revocation").json()
    assert (kept["state"], kept["statement"], kept["wants_hearing"]) == ("stated", "我没有迁出", True)
    page = li.get(f"/my/cases/{started}").text
    assert "您要求听证，听证之前不会撤销。" in page
    assert f"{started}/statement" not in page
    again = speak(li, started, statement="再说一次")
    assert again.status_code == 409
    for said in ("您已经陈述过意见", "我没有迁出", "这次写的没有提交：", "再说一次"):
        assert said in again.text
    assert "<textarea" not in li.get(f"/my/cases/{started}/statement").text


def test_gaps_stand_beside_their_field_and_what_was_typed_stays(client: Client, started: str) -> None:
    li = client.signed_in(LI)
    nothing = speak(li, started, statement=" ", hearing="yes")
    assert nothing.status_code == 422
    assert 'id="statement-fault"' in nothing.text
    assert "checked" in nothing.text
    assert speak(li, started, statement="长" * 4001).status_code == 422
    shown = speak(li, started, step="edit", **HEARING)
    assert shown.status_code == 200
    assert ">我没有迁出</textarea>" in shown.text
    assert "checked" in shown.text
    assert li.get(f"{V1}/cases/{started}/revocation").json()["statement"] is None


def test_a_session_that_ended_loses_nothing(client: Client, started: str) -> None:
    headers = {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    data = {FIELD: token_for("visit"), **HEARING}
    answer = client.call("POST", f"/my/cases/{started}/statement", data=data, headers=headers)
    assert answer.status_code == 401
    assert 'name="carried.statement" value="我没有迁出"' in answer.text


def test_when_the_time_is_over_nothing_is_taken_and_what_was_typed_is_shown(client: Client, started: str, clock: Clock) -> None:
    clock.on(days=8)
    li = client.signed_in(LI)
    late = speak(li, started, **HEARING)
    assert late.status_code == 409
    assert "陈述申辩的期限已过" in late.text
    assert "我没有迁出" in late.text
    assert f"{started}/statement" not in li.get(f"/my/cases/{started}").text


def test_nobody_else_speaks_and_without_a_revocation_there_is_nothing_to_speak_to(client: Client, started: str) -> None:
    assert speak(client.signed_in(WU), started, **HEARING).status_code == 404
    assert client.signed_in(HEAD).get(f"/my/cases/{started}/statement").status_code in (403, 404)
    wu = client.signed_in(WU)
    number = wu.apply().json()["number"]
    assert wu.get(f"/my/cases/{number}/statement").status_code == 404


def test_a_revoked_approval_leads_with_why_it_was_revoked(client: Client, started: str, clock: Clock) -> None:
    clock.on(days=8)
    client.signed_in(HEAD).post(f"{V1}/cases/{started}/revocation/conclusion", {"outcome": "revoked", "reason": "证据充分"})
    page = client.signed_in(LI).get(f"/my/cases/{started}").text
    assert "批准已撤销" in page
    grounds = page.split("为什么撤销")[1].split("</section>")[0]
    for said in (START["reason"], START["clause"], "证据充分"):
        assert said in grounds
    assert "审批人的决定" not in page
    assert "决定方式" not in page


def test_where_it_is_dropped_the_approval_stands_as_it_was(client: Client, started: str) -> None:
    client.signed_in(HEAD).post(f"{V1}/cases/{started}/revocation/conclusion", {"outcome": "dropped", "reason": "查无此事"})
    page = client.signed_in(LI).get(f"/my/cases/{started}").text
    assert "已当场批准" in page
    assert "撤销程序终止" in page
    assert "可能撤销" not in page
