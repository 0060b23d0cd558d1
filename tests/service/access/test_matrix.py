"""The access matrix: every route, called as every role, for what is their own, of their department, and other people's.

It is made from the application's routes, so a new route is called too: without a row in the table, or without a subject for each
parameter of its path, the test fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, repeat
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import URL, text
from sqlmodel import col, select

from service.access import ACTS, RELATIONS, ROLES, Relation, Row, Unlisted, hold_to_table, routes_of, table
from service.accounts.actions import Caller, Scope
from service.accounts.tables import AccountRow
from service.clients import keeping
from service.clients.scopes import all_scopes
from service.demo import ADMINISTRATOR, APPROVER_2, AUDITOR, FIRM, HE, HEAD, LI, OPERATOR, REPRESENTATIVE, WRITER, WU
from service.materials.tables import CaseUploadRow
from service.settings import Settings
from service.state import ACTING, Service
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.clients.conftest import PORTAL, agree, token
from tests.service.conftest import CLAIM, V1, Client, do_work
from tests.service.databases import beside
from tests.service.files import pdf
from tests.service.mandates.proxies import proxy, standing
from tests.service.test_applications import SUBSIDY

pytestmark = pytest.mark.either_database

PEOPLE: Mapping[str, str | None] = {
    "nobody": None, "applicant": LI, "approver": APPROVER_2, "head": HEAD, "policy_writer": WRITER, "auditor": AUDITOR,
    "operator": OPERATOR, "administrator": ADMINISTRATOR,
}  # fmt: skip
"""One person for each role who has no other; `nobody` is not signed in."""
_NONE = "01890000-0000-7000-8000-000000000000"
SAME_FOR_ALL: Mapping[str, str] = {
    "situations/{situation}": CLAIM["situation"], "matters/{matter}": "senior-allowance", "static/{name}": "app.css",
    "policies/{ruleset}": "senior-allowance", "studio/{ruleset}": "senior-allowance", "drafts/{effective}": "2027-03-01",
    "coming/{since}": "2027-03-01",
    "versions/{hash}": "sha256:0", "jobs/{id}": _NONE, "review-filters/{name}": "mine", "verify/{code}": "AAAA-AAAA",
    "consents/{client}": PORTAL,
    "inbox/{id}": _NONE, "webhooks/{id}": _NONE, "deliveries/{id}": _NONE, "payments/{id}": _NONE, "licences/{id}": "none",
    "mandates/{id}": _NONE, "known-mandates/{id}": _NONE,
}  # fmt: skip
"""Parts of paths that are no person's: whether such a thing is there says nothing about access."""
DRAFTS: Mapping[Relation, str] = {"own": "senior-card-new", "department": "senior-card-lost", "other": str(SUBSIDY["situation"])}
GIVEN = {
    "cases/{number}": 'UPDATE "case" SET account_id = :account, submitted_by = :account WHERE number = :found',
    "materials/{id}": "UPDATE upload SET account_id = :account WHERE sha256 = :found",
    "drafts/{id}": "UPDATE draft SET account_id = :account WHERE situation = :found",
}
"""How something becomes an account's own."""
TOLD_AFTERWARDS = {"no-revocation", "unknown-follow-up", "unknown-sample"}
"""What is told of a case that has no such thing, to those alone who may have the case."""
PARAMETER = re.compile(r"[^/]+/\{\w+\}")
PDFS: Mapping[Relation, bytes] = {each: pdf(text=each) for each in RELATIONS}


@dataclass(frozen=True, slots=True)
class Subjects:
    """What there is to call for, by how the caller of `account` stands to it; what is `own` is given to them when they call."""

    service: Service
    database: URL
    cases: Mapping[Relation, str]
    uploads: Mapping[Relation, str]
    drafts: Mapping[Relation, str]

    def of(self, parameter: str, relation: Relation, account: int | None) -> str:
        """Raises `KeyError` for a parameter that nobody has said anything about."""
        if parameter in SAME_FOR_ALL:
            return SAME_FOR_ALL[parameter]
        found = {
            "cases/{number}": self.cases, "reviews/{number}": self.cases, "follow-ups/{number}": self.cases,
            "review-samples/{number}": self.cases, "samples/{number}": self.cases, "materials/{id}": self.uploads,
            "drafts/{id}": self.drafts,
        }[parameter][relation]  # fmt: skip
        if relation == "own" and account is not None:
            do_work(self.service)
            key = {"materials/{id}": sha256(PDFS["own"]).hexdigest(), "drafts/{id}": DRAFTS["own"]}.get(parameter, found)
            with beside(self.database) as connection:
                connection.execute(text(GIVEN.get(parameter, GIVEN["cases/{number}"])), {"account": account, "found": key})
        return found


@pytest.fixture
def subjects(client: Client, service: Service, settings: Settings) -> Subjects:
    """Of 何振声, to be given to whoever calls; of 吴秀珍, a case in civil affairs; of a firm, one at the human resources office."""
    cases, uploads, drafts = {}, {}, {}
    for each, number, body in zip(RELATIONS, (HE, WU, FIRM), (CLAIM, CLAIM, SUBSIDY), strict=True):
        person = client.signed_in(number)
        cases[each] = person.apply(body).json()["number"]
        uploads[each] = person.call("POST", f"{V1}/materials", files={"file": ("a.pdf", PDFS[each])}).json()["id"]
        drafts[each] = person.post(f"{V1}/drafts", {"situation": DRAFTS[each], "form": {}}).json()["id"]
        hangs = CaseUploadRow(case_number=cases[each], material="household", upload_id=UUID(uploads[each]), at=service.now())
        service.database.insert([hangs])
    return Subjects(service, settings.database, cases, uploads, drafts)


def example(app: FastAPI, method: str, path: str) -> Any:
    """The body that the description of the interface gives as an example; None where it takes none."""
    document = app.openapi()
    taken = document["paths"].get(path, {}).get(method.lower(), {}).get("requestBody", {}).get("content", {})
    if "application/json" not in taken:
        return None
    schema = taken["application/json"]["schema"]
    schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    return schema.get("examples", [{}])[0]


def call(client: Client, method: str, path: str, template: str) -> httpx.Response:
    """What comes of a call that is in order but for who makes it."""
    headers = {"Idempotency-Key": "matrix", "If-Match": '"1"', "Sec-Fetch-Site": "same-origin"}
    if path.startswith(V1):
        body = example(client.app, method, template)
        sent: dict[str, Any] = {} if body is None else {"json": body}
    else:
        headers["Cookie"] = f"{VISIT}=visit"
        sent = {"data": {FIELD: token_for("visit")}} if method != "GET" else {}
    return client.call(method, path, headers=headers, **sent)


def code(answer: httpx.Response) -> str | None:
    """Of the problem that it is, if it is one."""
    told = answer.headers.get("Content-Type") == "application/problem+json"
    return answer.json()["type"].rsplit(":", 1)[1] if told else None


def rows() -> Mapping[str, Row]:
    return {route: row for row in table() for route in row.routes}


def differences(client: Client, subjects: Subjects, role: str, number: str | None) -> Iterator[str]:
    """Where what happens to somebody of this role is not what the table says."""

    def reach(row: Row) -> frozenset[Relation]:
        return row.reach({role}) if number is not None or row.open else frozenset()

    callers = (client if number is None else client.signed_in(number) for _ in count())  # anew each time: one call signs out
    yield from _differences(client, subjects, role, number, reach, callers)


def _differences(
    client: Client, subjects: Subjects, who: str, number: str | None, reach_of: Callable[[Row], frozenset[Relation]],
    callers: Iterator[Client],
) -> Iterator[str]:  # fmt: skip
    id_, department = (None, None) if number is None else account(subjects.service, number)
    for method, path, _ in routes_of(client.app):
        parameters = PARAMETER.findall(path)
        row = rows()[f"{method} {path}"]
        reach = reach_of(row)
        of_persons = [each for each in parameters if each not in SAME_FOR_ALL]
        for relation in RELATIONS if of_persons else RELATIONS[:1]:
            stands: Relation = "other" if relation == "department" and department is None else relation
            may = (stands in reach) if of_persons else bool(reach)
            filled = PARAMETER.sub(lambda found: _filled(found[0], subjects.of(found[0], relation, id_)), path)  # noqa: B023
            answer = call(next(callers), method, filled, path)
            status = 422 if code(answer) in TOLD_AFTERWARDS else answer.status_code
            refused = status in (401, 403, 404) if of_persons else status in (401, 403)
            if refused == may or status >= 500:
                yield f"{who}, {relation}: {method} {path} answered {status}, and the table says {'yes' if may else 'no'}"


def _filled(part: str, value: str) -> str:
    return part.split("{")[0] + value


def account(service: Service, number: str) -> tuple[int | None, str | None]:
    with service.database.reading() as session:
        found = session.exec(select(AccountRow).where(col(AccountRow.number_index) == number)).one()
        return found.id, found.department


@pytest.mark.parametrize("role", PEOPLE)
def test_every_route_does_what_the_table_says_and_nothing_else(client: Client, subjects: Subjects, role: str) -> None:
    assert "\n".join(differences(client, subjects, role, PEOPLE[role])) == ""


@pytest.mark.parametrize("acting", [True, False], ids=["for somebody", "for nobody"])
@pytest.mark.parametrize("scope", all_scopes())
def test_a_machine_client_does_what_its_scope_and_the_person_may_and_nothing_else(
    client: Client, subjects: Subjects, scope: str, acting: bool
) -> None:
    service = subjects.service
    secret = keeping.add(service.database, PORTAL, "i龙华", all_scopes(), 1_000_000, service.now()).secret or ""
    agree(client.signed_in(LI), "applications", "cases", "licences")
    caller = token(client, PORTAL, secret, scope=scope, **({"acting_for": LI} if acting else {}))

    def reach(row: Row) -> frozenset[Relation]:
        allowed = row.reach({"applicant"}, {scope}) if acting or row.open else frozenset()
        return allowed if row.asks else frozenset({"own"})

    number = LI if acting else None
    assert "\n".join(_differences(client, subjects, scope, number, reach, repeat(caller))) == ""


def test_every_role_is_tried() -> None:
    assert set(PEOPLE) == {"nobody", *ROLES}


def test_a_route_without_a_row_keeps_the_service_from_starting(client: Client) -> None:
    client.app.add_api_route(f"{V1}/secrets", lambda: "all of them")
    with pytest.raises(Unlisted, match=r"GET /api/v1/secrets: nobody may call it, since it has no row"):
        hold_to_table(client.app)


def test_a_row_without_a_route_keeps_the_service_from_starting(client: Client) -> None:
    with pytest.raises(Unlisted, match=r"POST /api/v1/applications: there is no such route"):
        hold_to_table(FastAPI())


def test_outside_of_a_call_nobody_reaches_anything() -> None:
    assert Caller(1, "person", "郑文清", APPROVER_2, None, frozenset({"approver"}), "civil-affairs").reach == frozenset()


@pytest.mark.parametrize("acts", [["apply"], ["read"], ["receive"], ["apply", "read", "receive"], "representative"])
def test_every_route_does_for_whom_one_acts_what_the_table_and_the_mandate_say(client: Client, acts: list[str] | str) -> None:
    """Programs name the mandate in a header, browsers in a cookie; what is not for those who act says so."""
    found = standing(client, REPRESENTATIVE) if isinstance(acts, str) else proxy(client, HE, acts=acts)
    scope = Scope(frozenset(ACTS) if isinstance(acts, str) else frozenset(each for each in ACTS if each in acts))
    wrong = []
    for method, path, _ in routes_of(client.app):
        row = rows()[f"{method} {path}"]
        may = row.open or row.act == "self" or (bool(row.reach({"applicant"})) and (row.act == "any" or _lets(scope, row)))
        if "sign-out" in path or "sessions" in path:  # it would end the session that the others are called by
            continue
        if path.startswith(V1):
            headers = {"Acting-For": found.mandate, "Idempotency-Key": "matrix", "If-Match": '"1"'}
            body = example(client.app, method, path)
            sent: dict[str, Any] = {"headers": headers} | ({} if body is None else {"json": body})
        else:
            cookies = f"{VISIT}=visit; {ACTING}={found.mandate}"
            form = {FIELD: token_for("visit"), "acting": found.mandate}
            sent = {"headers": {"Sec-Fetch-Site": "same-origin", "Cookie": cookies}} | ({"data": form} if method != "GET" else {})
        answer = found.client.call(method, PARAMETER.sub(_anything, path), **sent)
        told = code(answer)
        if (told == "not-while-acting") == may or told in ("not-for-you", "no-mandate", "not-signed-in"):
            wrong.append(f"{method} {path} answered {told}, and may {'not ' if not may else ''}be called")
    assert wrong == []


def _lets(scope: Scope, row: Row) -> bool:
    return any(each == row.act and scope.allows(each) for each in ACTS)


def _anything(found: re.Match[str]) -> str:
    return _filled(found[0], SAME_FOR_ALL.get(found[0], _NONE))
