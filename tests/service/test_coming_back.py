"""Whoever signs in again goes on with their form: it comes back with `step=edit`, is shown, and nothing is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import URL
from sqlmodel import SQLModel

from service.demo import APPROVER, DAUGHTER, HE, HEAD, LI, PORTAL, REPRESENTATIVE, WRITER, WU
from service.routes import PAGES
from service.settings import Settings
from service.state import Service
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.cases.test_applicant_moves import ask_for_a_supplement
from tests.service.conftest import V1, Client, do_work
from tests.service.mandates.proxies import given
from tests.service.rows import select

pytestmark = pytest.mark.either_database

WITHOUT_SESSION = {"/display", "/sign-in", "/sign-in/oidc", "/sign-out"}
"""These are taken from whoever is not signed in: nothing of them is carried."""
LOOKED_AT = {"draft", "licence_answer", "licence_use", "session", "audit"}
"""The tables that looking writes to: what is typed is kept in a draft, and who looked is on record."""
SENIOR = "/studio/senior-allowance"
CLAIM = "/situations/senior-allowance-first-claim"
BY_PERSON = {"situation": "senior-allowance-band-change", "form": {}}
BANK = {"form.bank_account": "6222000000000001"}
Sent = Mapping[str, str]
Form = tuple[str, str, Sent]
"""Who sends it, to where, and what: what would be done but for the step."""


def routes() -> set[str]:
    found = (route for router in PAGES for route in router.routes if isinstance(route, APIRoute) and route.methods == {"POST"})
    return {route.path for route in found} - WITHOUT_SESSION


def send(client: Client, path: str, **fields: str) -> Any:
    headers = {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin"}
    return client.call("POST", path, headers=headers, data={FIELD: token_for("visit"), **fields})


@pytest.fixture
def forms(client: Client, service: Service) -> Mapping[str, Form]:
    li, wu, he, writer = (client.signed_in(each) for each in (LI, WU, HE, WRITER))
    approved, refused = (each.apply().json()["number"] for each in (li, wu))
    open_, by_person = (each.apply(BY_PERSON, "key-2").json()["number"] for each in (he, li))
    do_work(service)
    ask_for_a_supplement(service, open_)
    licence = next(each["id"] for each in li.get(f"{V1}/licences").json()["licences"] if each["case_number"] == approved)
    draft = li.post(f"{V1}/drafts", {"situation": "senior-card-new", "form": {}}).json()["id"]
    message = wu.get(f"{V1}/inbox").json()["messages"][0]["id"]
    started = client.signed_in(HEAD).post(f"{V1}/cases/{approved}/revoke", {"reason": "户籍已迁出", "clause": "第六十九条"})
    assert started.status_code == 201
    given(client)  # of HE, to the daughter
    day = "2027-01-01"
    assert send(writer, SENIOR, effective=day).status_code == 303
    version = writer.get(f"{V1}/policies/senior-allowance").json()["versions"][0]["hash"]
    why = {"reason": "理由", "note": "理由", "version": "1"}
    desk, studio = f"/desk/cases/{by_person}", f"{SENIOR}/drafts/{day}"
    return {
        "/my/portals": (HE, "/my/portals", {"give": PORTAL, "scope": "cases"}),
        "/matters/{matter}/questions": (HE, "/matters/food-business-permit/questions", {"answer.1": "1"}),
        "/situations/{situation}/apply": (LI, f"{CLAIM}/apply", BANK),
        "/situations/{situation}/apply/check": (LI, f"{CLAIM}/apply/check", {**BANK, "key": "key-9"}),
        "/my/cases/{number}/withdraw": (HE, f"/my/cases/{open_}/withdraw", why),
        "/my/cases/{number}/appeal": (WU, f"/my/cases/{refused}/appeal", why),
        "/my/cases/{number}/statement": (LI, f"/my/cases/{approved}/statement", {"statement": "没有迁出", "hearing": "yes"}),
        "/my/cases/{number}/supplement": (HE, f"/my/cases/{open_}/supplement", {**BANK, **why}),
        "/situations/{situation}/precheck": (HE, f"{CLAIM}/precheck", BANK),
        "/my/licences/{id}": (LI, f"/my/licences/{licence}", {}),
        "/my/drafts": (LI, "/my/drafts", {"id": draft}),
        "/my/inbox": (WU, "/my/inbox", {"id": message}),
        "/my/preferences": (LI, "/my/preferences", {"email": "li@example.com", "language": "en"}),
        "/acting": (REPRESENTATIVE, "/acting", {"mandate": ""}),
        "/acting/confirm": (DAUGHTER, "/acting/confirm", {"principal": "91440300MA5F000000"}),
        "/my/mandates": (HE, "/my/mandates", {}),
        "/my/mandates/new": (HE, "/my/mandates/new", {
            "agent_name": "周晓梅", "agent_number": DAUGHTER, "acts": "apply", "scope": "", "until": "2026-12-31",
        }),
        "/desk": (APPROVER, "/desk", {"name": "筛选"}),
        "/desk/cases/{number}": (APPROVER, desk, why),
        "/desk/cases/{number}/supplement": (APPROVER, f"{desk}/supplement", why),
        "/desk/cases/{number}/transfer": (APPROVER, f"{desk}/transfer", {**why, "queue": "general"}),
        "/desk/cases/{number}/procedure": (APPROVER, f"{desk}/procedure", why),
        "/desk/cases/{number}/revoke": (HEAD, f"/desk/cases/{approved}/revoke", {**why, "clause": "第一条"}),
        "/desk/hand-over": (HEAD, "/desk/hand-over", {**why, "to": "queue"}),
        "/desk/templates": (HEAD, "/desk/templates", {"id": "new", "kind": "approve", "zh": "好", "en": "Good"}),
        "/desk/samples/{number}": (APPROVER, f"/desk/samples/{approved}", {**why, "conclusion": "approve"}),
        "/desk/follow-ups": (APPROVER, "/desk/follow-ups", {**why, "number": approved, "condition": "aged", "broken": "no"}),
        "/studio/{ruleset}/drafts/{effective}": (WRITER, studio, {"text": "", "cases": "", "version": "1"}),
        "/studio/{ruleset}/drafts/{effective}/tables": (WRITER, f"{studio}/tables", {"version": "1"}),
        "/studio/{ruleset}/drafts/{effective}/try": (WRITER, f"{studio}/try", {"name": "new"}),
        "/studio/{ruleset}/drafts/{effective}/cases": (WRITER, f"{studio}/cases", {"version": "1"}),
        "/studio/{ruleset}/drafts/{effective}/review": (WRITER, f"{studio}/review", why),
        "/studio/{ruleset}/stop": (WRITER, f"{SENIOR}/stop", why),
        "/studio/{ruleset}/resume": (WRITER, f"{SENIOR}/resume", why),
        "/studio/{ruleset}/coming/{since}/withdraw": (WRITER, f"{SENIOR}/coming/{day}/withdraw", why),
        "/studio/{ruleset}/versions/{hash}/roll-back": (WRITER, f"{SENIOR}/versions/{version}/roll-back", {**why, "effective": day}),
        "/studio": (WRITER, "/studio", {"id": "rent", "title": "房租补贴", "first": "2027-03-01"}),
        "/studio/{ruleset}": (WRITER, SENIOR, {"effective": "2027-03-01"}),
        "/studio/{ruleset}/shadow": (WRITER, f"{SENIOR}/shadow", {}),
    }  # fmt: skip


def everything(database: URL) -> Mapping[str, list[str]]:
    tables = SQLModel.metadata.tables.keys() - LOOKED_AT
    return {each: sorted(map(repr, select(database, f'SELECT * FROM "{each}"'))) for each in tables}


def test_a_form_that_comes_back_is_shown_and_nothing_is_done(client: Client, settings: Settings, forms: Mapping[str, Form]) -> None:
    assert forms.keys() == routes()
    wrong = []
    for route, (person, path, fields) in forms.items():
        caller = client.signed_in(person)
        as_usual = caller.get(path).status_code
        before = everything(settings.database)
        answer = send(caller, path, **fields, step="edit")
        after = everything(settings.database)
        changed = [each for each in after if after[each] != before[each]]
        if changed or answer.status_code not in (200, 303, 422, as_usual):
            wrong.append(f"{route} answered {answer.status_code} and changed {changed}: {answer.text[:80]}")
    assert "\n".join(wrong) == ""


def test_what_was_typed_is_there_again(client: Client, forms: Mapping[str, Form]) -> None:
    typed = {
        "/my/cases/{number}/withdraw": ">理由</textarea>",
        "/my/mandates/new": 'name="agent_name" value="周晓梅"',
        "/my/preferences": 'value="li@example.com"',
        "/acting/confirm": 'value="91440300MA5F000000"',
    }
    for route, text in typed.items():
        person, path, fields = forms[route]
        assert text in send(client.signed_in(person), path, **fields, step="edit").text, route
