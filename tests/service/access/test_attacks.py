"""What somebody tries who wants what is not theirs: other people's things by their ids, rights by what is sent, another's name."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from service.accounts.tables import AccountRow
from service.demo import APPROVER, HEAD, LI, OPERATOR, WU
from service.settings import Settings
from service.state import COOKIE, Service
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.conftest import CLAIM, V1, Client, do_work
from tests.service.databases import beside
from tests.service.files import pdf, picture

pytestmark = pytest.mark.either_database

HOOK = {"url": "https://93.184.215.14/hook"}


def of(client: Client, service: Service, number: str = LI) -> dict[str, str]:
    """One of everything that is somebody's, by the path it has."""
    owner = client.signed_in(number)
    case = owner.apply().json()["number"]
    upload = owner.call("POST", f"{V1}/materials", files={"file": ("a.pdf", pdf(text="a"))}).json()["id"]
    draft = owner.post(f"{V1}/drafts", {"situation": "senior-card-new", "form": {}}).json()["id"]
    do_work(service)
    hook = owner.post(f"{V1}/webhooks", HOOK).json()["id"]  # last: nothing is sent there
    [licence] = [each["id"] for each in owner.get(f"{V1}/licences").json()["licences"] if each["case_number"] == case]
    [message, *_] = [each["id"] for each in owner.get(f"{V1}/inbox").json()["messages"]]
    return {"case": case, "upload": upload, "draft": draft, "webhook": hook, "licence": licence, "message": message}


def test_nobody_has_what_is_anothers_by_its_id_nor_learns_that_it_is_there(client: Client, service: Service) -> None:
    mine = of(client, service)
    stranger, owner = client.signed_in(WU), client.signed_in(LI)
    tries: list[tuple[str, str, Any]] = [
        ("GET", "/cases/{case}", None), ("GET", "/cases/{case}/receipt", None), ("GET", "/cases/{case}/materials", None),
        ("POST", "/cases/{case}/withdraw", {}), ("GET", "/materials/{upload}", None), ("DELETE", "/materials/{upload}", None),
        ("GET", "/drafts/{draft}", None), ("DELETE", "/drafts/{draft}", None), ("GET", "/licences/{licence}", None),
        ("POST", "/licences/{licence}/code", None), ("DELETE", "/webhooks/{webhook}", None),
        ("POST", "/inbox/{message}/read", None),
    ]  # fmt: skip
    none = {name: value[:-3] + ("000" if value[-3:] != "000" else "111") for name, value in mine.items()}
    for method, path, body in tries:
        sent = {} if body is None else {"json": body}
        refused, missing = (stranger.call(method, V1 + path.format(**each), **sent) for each in (mine, none))
        assert (refused.status_code, refused.json()) == (404, missing.json()), (method, path)
    assert [owner.get(f"{V1}/{each}").status_code for each in (
        f"materials/{mine['upload']}", f"drafts/{mine['draft']}", f"licences/{mine['licence']}")] == [200] * 3  # fmt: skip
    assert [each["id"] for each in owner.get(f"{V1}/webhooks").json()["webhooks"]] == [mine["webhook"]]


@pytest.mark.parametrize("more", [
    {"account_id": 1}, {"roles": ["head"]}, {"submitted_by": 1}, {"applicant": {"number": WU}}, {"status": "approved"},
    {"reach": ["other"]}, {"__class__": "x"}, {"department": "civil-affairs"},
])  # fmt: skip
def test_no_rights_come_with_what_is_sent(client: Client, more: dict[str, Any]) -> None:
    li = client.signed_in(LI)
    assert li.apply({**CLAIM, **more}).status_code == 422
    assert client.post(f"{V1}/sessions", {"number": LI, **more}).status_code == 422


@pytest.mark.parametrize("headers", [
    {"X-User": HEAD}, {"X-Remote-User": HEAD}, {"Remote-User": HEAD}, {"X-Forwarded-User": HEAD}, {"X-Account-Id": "1"},
    {"X-Roles": "head"}, {"X-Original-URL": f"{V1}/matters"}, {"X-Rewrite-URL": "/"}, {"X-HTTP-Method-Override": "GET"},
    {"Authorization": "Basic aGVhZDpoZWFk"}, {"Authorization": f"Bearer {HEAD}"}, {"Cookie": f"{COOKIE}={HEAD}"},
])  # fmt: skip
def test_nobody_is_another_by_what_a_header_says(client: Client, headers: dict[str, str]) -> None:
    assert client.get(f"{V1}/cases", headers=headers).status_code == 401
    assert client.post(f"{V1}/applications", CLAIM, headers={**headers, "Idempotency-Key": "k"}).status_code == 401
    bearer = {} if "Authorization" in headers else headers
    assert client.signed_in(WU).get(f"{V1}/reviews", headers=bearer).status_code == 403


def test_no_other_site_changes_anything_with_the_cookie_of_who_is_signed_in(client: Client) -> None:
    cookie = f"{COOKIE}={client.signed_in(LI).token}; {VISIT}=visit"
    body = {"situation": CLAIM["situation"], "form.bank_account": "6222000000000001"}
    for sent, more in (
        (body, {}), ({**body, FIELD: "guessed"}, {}), ({**body, FIELD: token_for("another visit")}, {}),
        ({**body, FIELD: token_for("visit")}, {"Sec-Fetch-Site": "cross-site"}),
    ):  # fmt: skip
        for path in ("/my/drafts", f"/situations/{CLAIM['situation']}/apply", "/sign-out"):
            answer = client.call("POST", path, data=sent, headers={"Cookie": cookie, **more})
            assert answer.status_code == 403, path
    assert client.get(f"{V1}/cases", headers={"Cookie": cookie}).json()["cases"] == []


def test_nobody_says_what_came_of_their_own_payment(client: Client, service: Service, settings: Settings) -> None:
    client.signed_in(LI).apply()
    do_work(service)
    head, operator = client.signed_in(HEAD), client.signed_in(OPERATOR)
    [payment] = operator.get(f"{V1}/payments").json()["payments"]
    for number, who in ((HEAD, head), (OPERATOR, operator)):
        with beside(settings.database) as connection:
            ids = {each.number: each.id for each in _accounts(service)}
            connection.execute(text('UPDATE "case" SET account_id = :id'), {"id": ids[number]})
        answer = who.post(f"{V1}/payments/{payment['id']}/state", {"state": "paid"})
        assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (404, "unknown-payment")
    with beside(settings.database) as connection:
        connection.execute(text('UPDATE "case" SET account_id = submitted_by'))
    assert head.post(f"{V1}/payments/{payment['id']}/state", {"state": "paid"}).status_code == 409  # not sent yet


def _accounts(service: Service) -> list[Any]:
    with service.database.reading() as session:
        return list(session.exec(select(AccountRow)).all())


def test_an_approver_who_is_also_an_applicant_decides_nothing_of_their_own(client: Client) -> None:
    zheng = client.signed_in(APPROVER)
    number = zheng.apply({"situation": "senior-card-new", "form": {}, "materials": {"photo": _photo(zheng)}}).json()["number"]
    assert zheng.get(f"{V1}/cases/{number}").status_code == 200
    assert zheng.get(f"{V1}/reviews/{number}").status_code == 404
    assert zheng.post(f"{V1}/reviews/{number}/claim", headers={"If-Match": '"1"'}).status_code == 404


def _photo(who: Client) -> str:
    found: str = who.call("POST", f"{V1}/materials", files={"file": ("a.jpg", picture("jpg"))}).json()["id"]
    return found
