"""Who may act for whom at present: asked by every call that is made for somebody else, and once more where it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import Session

from engine.language.texts import fold
from service.access import ACTS, Act
from service.accounts.actions import Acting, Caller, Scope, account_by_number
from service.database import Database, Guard
from service.mandates import store
from service.mandates.tables import MandateRow
from service.problems import Problem

_GRANTED: Mapping[str, frozenset[Act]] = {"representative": frozenset(ACTS)}
"""What comes with the office and not with what is written: who stands for an organisation gives its mandates too."""


def acting_for(database: Database, person: Caller, id_: str, day: date) -> Caller:
    """Whom the person acts for by this mandate, as if they were calling. Raises `Problem` where they may not."""
    with database.reading() as session:
        row = _theirs(session, person, id_)
        if not in_force(row, day):
            raise Problem("no-mandate")
        principal = account_by_number(session, row.principal)
    if principal is None:
        raise Problem("no-mandate")
    acting = Acting(person, row.id, row.kind, authorisation_of(row), scope_of(row))
    return replace(principal, roles=frozenset({"applicant"}), department=None, queues=frozenset(), acting=acting)


def may_act(person: Caller) -> bool:
    """Whether they are somebody who can act for others: a person who is here as an applicant."""
    return person.kind == "person" and "applicant" in person.roles and person.acting is None


def hold(session: Session, caller: Caller, day: date) -> None:
    """That whoever acts for the caller still may, until the transaction ends. Raises `Problem` where they may not any more."""
    if caller.acting is not None and not store.holds(session.connection(), caller.acting.mandate, day):
        raise Problem("no-mandate")


@dataclass(frozen=True, slots=True)
class InForce:
    """A guard: the mandate is in force on the day, and what else there is to hold holds."""

    mandate: UUID
    day: date
    besides: Guard | None

    def holds(self, connection: Connection) -> bool:
        return store.holds(connection, self.mandate, self.day) and (self.besides is None or self.besides.holds(connection))


def guarded(caller: Caller, day: date, guard: Guard | None) -> Guard | None:
    """The guard, and the mandate by which somebody acts for the caller with it."""
    return guard if caller.acting is None else InForce(caller.acting.mandate, day, guard)


def standing(session: Session, kind: str, agent: str, principal: str, day: date, about: tuple[str, str] | None = None) -> str | None:
    """The reference of the record by which `agent` may apply for `principal` on the day, as `mandate` or `guardian`; or None.

    `about`: the situation and its department; where none is named, what is not for everything does not count.
    """
    for each in store.between(session, agent, principal, kind, day):
        scope = scope_of(each)
        if scope.allows("apply") and (scope.everything if about is None else scope.covers(*about)):
            return each.reference or str(each.id)
    return None


def act_for_each_other(session: Session, one: str, others: Collection[str], day: date) -> bool:
    """Whether `one` acts for any of the others on the day, or any of them for `one`, in whatever matter."""
    return store.any_between(session, one, others, day)


def told_of_results(session: Session, principal: str, situation: str, department: str, day: date) -> Sequence[str]:
    """The numbers of those who receive the results of this for the principal."""
    found = ((each.agent, scope_of(each)) for each in store.of_principal(session, principal, day))
    return sorted({agent for agent, scope in found if scope.allows("receive") and scope.covers(situation, department)})


def held_about(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """All mandates, given or had, that there ever were; of the other side, what was said."""
    left_out = {"principal_index", "agent_index", "given_by", "ended_by"}
    return [each.model_dump(exclude=left_out) for each in store.with_(session, caller.number) if concerns(each, caller)]


def concerns(row: MandateRow, caller: Caller) -> bool:
    """Whether the caller is a side of it. A name that was not meant is no side: a mistyped number tells a stranger nothing."""
    if row.principal == caller.number:
        return True
    return row.agent == caller.number and (row.kind != "mandate" or fold(caller.name) == row.agent_name)


def seed(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Puts those of the demo people in."""
    session.add_all(MandateRow(**each) for each in rows)


def in_force(row: MandateRow, day: date) -> bool:
    return row.state == "in-force" and row.since <= day and (row.until is None or row.until >= day)


def scope_of(row: MandateRow) -> Scope:
    acts = _GRANTED.get(row.kind) or frozenset(each for each in ACTS if each in row.acts.split())
    return Scope(acts, row.department, frozenset(row.situations.split()))


def authorisation_of(row: MandateRow) -> str:
    return f"{row.kind}: {row.reference or row.id}"


def _theirs(session: Session, person: Caller, id_: str) -> MandateRow:
    """A mandate of somebody else's is not there."""
    try:
        row = store.by_id(session, UUID(id_))
    except ValueError:
        row = None
    if row is None or not may_act(person) or row.agent != person.number or row.state == "offered":
        raise Problem("no-mandate")
    return row
