"""Conflict of interest: a case of one's own, of one's household, or of whom one acts for, is not there for the staff."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from service.accounts.tables import AccountRow
from service.demo import APPROVER, APPROVER_2, LI
from service.evidence.tables import LicenceRow
from service.mandates.tables import MandateRow
from service.settings import Settings
from service.state import Service
from tests.service.conftest import V1, Client
from tests.service.databases import beside

DAY = date(2026, 11, 1)


@pytest.fixture
def case(li: Client) -> str:
    number: str = li.apply().json()["number"]
    return f"{V1}/cases/{number}"


def statuses(client: Client, case: str, number: str = APPROVER) -> set[int]:
    looker = client.signed_in(number)
    return {looker.get(f"{case}{each}").status_code for each in ("", "/receipt?reason=register", "/timeline")}


def test_an_approver_of_the_department_sees_it(client: Client, case: str) -> None:
    assert statuses(client, case) == {200}


@pytest.mark.parametrize("kind", ["mandate", "guardian"])
@pytest.mark.parametrize("turned", [False, True])
def test_not_who_acts_for_the_applicant_nor_for_whom_the_applicant_acts(
    client: Client, service: Service, case: str, kind: str, turned: bool
) -> None:
    agent, principal = (LI, APPROVER) if turned else (APPROVER, LI)
    acting = MandateRow(kind=kind, principal=principal, agent=agent, reference="深民授 2026-1", since=DAY)
    service.database.write(lambda session: session.add(acting))
    assert statuses(client, case) == {404}
    assert statuses(client, case, APPROVER_2) == {200}


def test_a_mandate_that_is_over_is_none(client: Client, service: Service, case: str) -> None:
    over = MandateRow(kind="mandate", principal=LI, agent=APPROVER, reference="深民授 2025-9", since=date(2025, 1, 1), until=DAY)
    service.database.write(lambda session: session.add(over))
    assert statuses(client, case) == {200}


def test_not_who_is_of_the_household(client: Client, service: Service, li: Client) -> None:
    def listed(session: Session) -> None:
        found = select(LicenceRow).where(LicenceRow.type == "household-register", col(LicenceRow.holder_index) == LI)
        register = session.exec(found).one()
        register.attributes = f'{{"city": "深圳市", "head_number": "{LI}", "members": ["{LI}", "{APPROVER}"]}}'

    service.database.write(listed)
    case = f"{V1}/cases/{li.apply().json()['number']}"
    assert statuses(client, case) == {404}
    assert statuses(client, case, APPROVER_2) == {200}


def test_not_who_handed_it_in_for_the_applicant(client: Client, service: Service, settings: Settings, case: str) -> None:
    with beside(settings.database) as connection:
        connection.execute(text('UPDATE "case" SET submitted_by = :id'), {"id": account(service, APPROVER).id})
    assert statuses(client, case) == {404}


def test_a_look_that_was_refused_is_told_from_no_such_case_by_nothing(client: Client, service: Service, case: str) -> None:
    def moved(session: Session) -> None:
        account(service, APPROVER_2, session).department = "housing"

    service.database.write(moved)
    stranger = client.signed_in(APPROVER_2)
    refused, missing = stranger.get(case), stranger.get(f"{V1}/cases/LH202611239999990")
    assert (refused.status_code, refused.json()) == (missing.status_code, missing.json())


def account(service: Service, number: str, session: Session | None = None) -> AccountRow:
    query = select(AccountRow).where(col(AccountRow.number_index) == number)
    if session is not None:
        return session.exec(query).one()
    with service.database.reading() as reading:
        return reading.exec(query).one()
