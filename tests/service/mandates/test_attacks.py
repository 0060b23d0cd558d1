"""What somebody may try with a mandate that has ended, is for something else, or is not theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import anyio
import pytest
from sqlmodel import Session

from service.accounts.actions import Caller, account_by_number
from service.accounts.keeping import set_disabled
from service.cases import submission
from service.cases.models import Application
from service.demo import APPROVER, APPROVER_2, DAUGHTER, HE, LI, REPRESENTATIVE, WU
from service.mandates.standing import acting_for
from service.mandates.tables import MandateRow
from service.problems import Problem
from service.state import ACTING, COOKIE, Service
from tests.service.conftest import CLAIM, NOW, V1, Client
from tests.service.files import pdf
from tests.service.mandates.proxies import Proxy, code, given, proxy, standing

CARD = {"situation": "senior-card-new", "form": {"note": "代办"}}


def test_somebody_elses_mandate_is_no_mandate(client: Client) -> None:
    mandate = proxy(client, HE).mandate
    answers = [Proxy(client.signed_in(each), mandate).get(f"{V1}/cases") for each in (WU, HE, APPROVER)]
    answers += [Proxy(client.signed_in(WU), each).get(f"{V1}/cases") for each in (str(uuid4()), "1", "' OR 1=1 --", "../..")]
    assert {(each.status_code, code(each)) for each in answers} == {(403, "no-mandate")}


def test_a_mandate_alone_signs_nobody_in(client: Client) -> None:
    answer = Proxy(client, proxy(client, HE).mandate).get(f"{V1}/cases")
    assert (answer.status_code, code(answer)) == (401, "not-signed-in")


def test_another_mandate_of_the_same_person_opens_nothing_of_the_first(client: Client) -> None:
    first, second = proxy(client, HE), proxy(client, WU)
    number = first.apply(CARD).json()["number"]
    assert second.get(f"{V1}/cases/{number}").status_code == 404
    assert second.post(f"{V1}/cases/{number}/withdraw", {}).status_code == 404


@pytest.mark.parametrize("scope", [{"department": "police"}, {"situations": ["senior-card-lost"]}])
def test_nothing_beyond_the_matters_of_the_mandate(client: Client, scope: dict[str, Any]) -> None:
    he = client.signed_in(HE)
    number = he.apply(CARD).json()["number"]
    upload = he.call("POST", f"{V1}/materials", files={"file": ("a.pdf", pdf())}).json()["id"]
    found = proxy(client, HE, **scope)
    here = CLAIM["situation"]
    calls: Sequence[Callable[[], Any]] = (
        lambda: found.apply(CLAIM), lambda: found.get(f"{V1}/situations/{here}/form"),
        lambda: found.get(f"{V1}/situations/{here}/materials"), lambda: found.post(f"{V1}/drafts", {"situation": here}),
        lambda: found.call("POST", f"{V1}/materials", files={"file": ("b.pdf", pdf())}),
    )  # fmt: skip
    assert [code(each()) for each in calls] == ["beyond-mandate"] * 5
    assert found.get(f"{V1}/cases").json()["cases"] == []
    assert found.get(f"{V1}/materials").json()["materials"] == []
    cases = ("", "/receipt", "/timeline", "/materials", "/payments", "/revocation")
    assert {found.get(f"{V1}/cases/{number}{each}").status_code for each in cases} == {404}
    assert found.post(f"{V1}/cases/{number}/withdraw", {}).status_code == 404
    assert found.get(f"{V1}/materials/{upload}").status_code == 404
    assert found.call("DELETE", f"{V1}/materials/{upload}").status_code == 404
    assert client.signed_in(HE).get(f"{V1}/licence-uses").json()["uses"][0]["authorisation"] == "holder"


def test_within_the_matters_of_the_mandate_it_is_allowed(client: Client) -> None:
    assert proxy(client, HE, situations=["senior-card-new"]).apply(CARD, key="1").status_code == 201
    assert proxy(client, WU, department="civil-affairs").apply(CLAIM, key="2").status_code == 201


def test_what_is_for_oneself_alone_is_out_of_reach(client: Client) -> None:
    found = standing(client, REPRESENTATIVE)
    paths = ("/licence-uses", "/my/data", "/inbox", "/preferences", "/webhooks")
    assert {code(found.get(f"{V1}{each}")) for each in paths} == {"not-while-acting"}
    assert code(found.post(f"{V1}/mandates/confirmations", {"principal": HE})) == "not-while-acting"


def test_nobody_of_the_staff_is_that_while_they_act_for_somebody(client: Client) -> None:
    mandate = given(client, HE, agent={"number": APPROVER, "name": "郑文清"})
    person = client.signed_in(APPROVER)
    person.post(f"{V1}/mandates/{mandate}/accept")
    assert code(Proxy(person, mandate).get(f"{V1}/reviews")) == "not-while-acting"


def test_no_approver_decides_a_case_of_whom_they_act_for(client: Client) -> None:
    mandate = given(client, HE, agent={"number": APPROVER, "name": "郑文清"})
    person = client.signed_in(APPROVER)
    person.post(f"{V1}/mandates/{mandate}/accept")
    number = Proxy(person, mandate).apply(CLAIM).json()["number"]
    client.signed_in(HE).post(f"{V1}/mandates/{mandate}/end")
    statuses = {who: client.signed_in(who).get(f"{V1}/reviews/{number}").status_code for who in (APPROVER, APPROVER_2)}
    assert statuses == {APPROVER: 404, APPROVER_2: 200}


def test_whose_access_has_ended_cannot_be_acted_for(client: Client, service: Service) -> None:
    found = proxy(client, HE)
    set_disabled(service.database, HE, True, NOW)
    assert code(found.get(f"{V1}/cases")) == "no-mandate"


def test_a_browsers_mandate_is_no_programs_and_a_header_no_browsers(client: Client) -> None:
    found = proxy(client, HE)
    number = found.apply(CARD).json()["number"]
    cookie = {"Cookie": f"{COOKIE}={found.client.token}; {ACTING}={found.mandate}"}
    assert client.get(f"{V1}/cases", headers=cookie).json()["cases"] == []
    assert number not in client.get("/my/cases", headers={"Cookie": f"{COOKIE}={found.client.token}", "Acting-For": found.mandate}).text
    assert number in client.get("/my/cases", headers=cookie).text


def test_an_identity_in_a_body_or_header_is_not_taken(client: Client) -> None:
    person = client.signed_in(DAUGHTER)
    forged = {**CLAIM, "applicant": {"number": LI}}
    assert person.apply(forged).status_code == 422
    for name in ("X-Acting-For", "On-Behalf-Of", "Acting_For", "X-Forwarded-User"):
        assert person.get(f"{V1}/cases", headers={name: LI}).json()["cases"] == []


def _acting(service: Service, found: Proxy) -> Caller:
    with service.database.reading() as session:
        person = account_by_number(session, DAUGHTER)
    assert person is not None
    caller = acting_for(service.database, person, found.mandate, NOW.date())
    return replace(caller, reach=frozenset({"own"}))


@pytest.mark.parametrize("body", [CLAIM, CARD])
def test_what_is_decided_while_the_mandate_is_revoked_is_not_kept(
    client: Client, service: Service, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]
) -> None:
    """Between the first look at the mandate and the commit, whether rules decide or a person will."""
    found = proxy(client, HE)
    caller = _acting(service, found)
    decide = submission._decide

    def slow(*args: Any) -> Any:
        outcome = decide(*args)
        client.signed_in(HE).post(f"{V1}/mandates/{found.mandate}/end")
        return outcome

    monkeypatch.setattr(submission, "_decide", lambda *args: _in_thread(slow, args))
    application = Application(situation=body["situation"], form=body["form"])
    with pytest.raises(Problem) as refused:
        anyio.run(submission.submit, service, caller, "key-1", application)
    assert refused.value.code == "no-mandate"
    assert client.signed_in(HE).get(f"{V1}/cases").json()["cases"] == []


def _in_thread(work: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Beside the event loop, which the calls of the test begin anew."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args).result()


def test_a_move_that_meets_a_revocation_comes_before_it_or_not_at_all(client: Client, service: Service) -> None:
    found = proxy(client, HE)
    number = found.apply(CARD).json()["number"]
    with ThreadPoolExecutor(2) as pool:
        withdrawn = pool.submit(found.post, f"{V1}/cases/{number}/withdraw", {})
        ended = pool.submit(client.signed_in(HE).post, f"{V1}/mandates/{found.mandate}/end")
    assert ended.result().status_code == 200
    status = client.signed_in(HE).get(f"{V1}/cases/{number}").json()["status"]
    assert (withdrawn.result().status_code == 200) == (status == "withdrawn")
    assert withdrawn.result().status_code in (200, 403)


def test_accepting_and_ending_at_once_leave_one_answer(client: Client, service: Service) -> None:
    for _ in range(5):
        mandate = given(client, HE)
        he, daughter = client.signed_in(HE), client.signed_in(DAUGHTER)
        with ThreadPoolExecutor(4) as pool:
            paths = [(daughter, "accept"), (he, "end"), (daughter, "accept"), (daughter, "end")]
            answers = [pool.submit(who.post, f"{V1}/mandates/{mandate}/{what}") for who, what in paths]
        assert [each.result().status_code for each in answers].count(200) in (1, 2)
        with service.database.reading() as session:
            row = session.get_one(MandateRow, UUID(mandate))
            assert (row.state, row.ended_at is not None) == ("ended", True)


def test_an_expired_mandate_ends_nothing_but_itself(client: Client, service: Service) -> None:
    found = proxy(client, HE)

    def expire(session: Session) -> None:
        row = session.get_one(MandateRow, UUID(found.mandate))
        row.until = NOW.date() - timedelta(1)
        session.add(row)

    number = found.apply(CARD).json()["number"]
    service.database.write(expire)
    assert code(found.get(f"{V1}/cases/{number}")) == "no-mandate"
    assert code(found.post(f"{V1}/cases/{number}/withdraw", {})) == "no-mandate"
    assert client.signed_in(HE).get(f"{V1}/cases/{number}").json()["status"] == "in_review"
    assert code(found.client.post(f"{V1}/mandates/{found.mandate}/accept")) == "mandate-closed"
