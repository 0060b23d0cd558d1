"""Mandates under a state machine: whatever is given, accepted, ended and waited for, exactly those act who may, in what they may."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine.catalogue import Catalogue
from service.accounts.actions import Caller, account_by_number
from service.cases import actions as cases
from service.demo import DAUGHTER, HE, LI, MOTHER, WU
from service.mandates import giving, standing
from service.mandates.models import NewMandate
from service.mandates.tables import MandateRow
from service.problems import Problem
from service.rulesets import Rulesets
from service.settings import Settings
from service.starting import start
from service.state import Service, day_of
from tests.service.conftest import NOW, ROOT
from tests.service.databases import KINDS, new_database

NAMES = {LI: "李桂芳", WU: "吴秀珍", HE: "何振声", DAUGHTER: "周晓梅", MOTHER: "方敏"}
PEOPLE = (HE, WU, MOTHER)
SITUATIONS = {"senior-card-new": "civil-affairs", "unemployment-registration-new": "human-resources"}
ACTS = ("apply", "read", "receive")


@dataclass
class Expected:
    """What a mandate is by the words of those who gave, took and ended it."""

    id: UUID
    principal: str
    agent: str
    acts: frozenset[str]
    department: str | None
    situations: frozenset[str]
    until: date
    state: str = "offered"

    def lets(self, day: date, act: str, situation: str) -> bool:
        if self.state != "in-force" or day > self.until:
            return False
        here = SITUATIONS[situation] == self.department if self.department else not self.situations or situation in self.situations
        return here and (act in self.acts or (act == "read" and "apply" in self.acts))


class Mandating(RuleBasedStateMachine):
    """One service over a database of its own, and the model beside it."""

    def __init__(self, kind: str, rules: tuple[Catalogue, Rulesets], templates: Path) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.now: datetime = NOW
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = self.closing.enter_context(new_database(kind, folder, templates))
        self.service: Service = start(Settings(ROOT / "rules", ROOT / "matters.yaml", url, folder), *rules, now=lambda: self.now)
        self.closing.callback(self.service.close)
        self.given: list[Expected] = []
        with self.service.database.reading() as session:
            found = {each: account_by_number(session, each) for each in PEOPLE}
        self.callers = {number: each for number, each in found.items() if each is not None}

    def teardown(self) -> None:
        self.closing.close()

    @property
    def today(self) -> date:
        return day_of(self.now)

    @initialize()
    def begin(self) -> None:
        self.give(HE, WU, {"apply", "read"}, None, (), 3)

    @rule(
        principal=st.sampled_from(PEOPLE), agent=st.sampled_from(PEOPLE), acts=st.sets(st.sampled_from(ACTS), min_size=1),
        department=st.none() | st.sampled_from(sorted(set(SITUATIONS.values()))), days=st.integers(-1, 6),
        situations=st.sets(st.sampled_from(sorted(SITUATIONS))),
    )  # fmt: skip
    def give(self, principal: str, agent: str, acts: set[str], department: str | None, situations: Any, days: int) -> None:
        until = self.today + timedelta(days)
        body = {"agent": {"number": agent, "name": NAMES[agent]}, "acts": sorted(acts), "until": until.isoformat(),
                "department": department, "situations": sorted(situations)}  # fmt: skip
        expected = (
            "mandate-agent" if agent == principal else "mandate-until" if days < 0
            else "mandate-scope" if department and situations else None
        )  # fmt: skip
        made = self.tried(expected, lambda: giving.give(self.service, self.callers[principal], NewMandate.model_validate(body)))
        if made is not None:
            self.given.append(
                Expected(made.id, principal, agent, frozenset(acts), department, frozenset(situations), until)
            )

    @precondition(lambda self: self.given)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def accept(self, data: st.DataObject, who: str) -> None:
        mandate = data.draw(st.sampled_from(self.given))
        expected: str | None = None
        if who not in (mandate.principal, mandate.agent):
            expected = "unknown-mandate"
        elif who != mandate.agent:
            expected = "mandate-not-yours"
        else:
            expected = None if mandate.state == "offered" and self.today <= mandate.until else "mandate-closed"
        if self.tried(expected, lambda: giving.accept(self.service, self.callers[who], mandate.id)) is not None:
            mandate.state = "in-force"

    @precondition(lambda self: self.given)
    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def end(self, data: st.DataObject, who: str) -> None:
        mandate = data.draw(st.sampled_from(self.given))
        side = who in (mandate.principal, mandate.agent)
        expected = "unknown-mandate" if not side else "mandate-closed" if mandate.state == "ended" else None
        if self.tried(expected, lambda: giving.end(self.service, self.callers[who], mandate.id)) is not None:
            mandate.state = "ended"

    @rule(days=st.integers(0, 3))
    def wait(self, days: int) -> None:
        self.now += timedelta(days)

    @invariant()
    def exactly_those_act_who_may(self) -> None:
        for each in self.given:
            for who in PEOPLE:
                caller = self.acting(who, each.id)
                may = who == each.agent and each.state == "in-force" and self.today <= each.until
                assert (caller is not None) == may, (who, each)
                if caller is not None:
                    self.in_what_they_may(caller, each)

    def in_what_they_may(self, caller: Caller, mandate: Expected) -> None:
        for situation, department in SITUATIONS.items():
            scope = caller.acting.scope if caller.acting else None
            assert scope is not None
            for act in ACTS:
                allowed = scope.allows(act) and scope.covers(situation, department)  # type: ignore[arg-type]
                assert allowed == mandate.lets(self.today, act, situation)
        assert caller.id == self.callers[mandate.principal].id
        assert cases.cases_of(self.service, replace(caller, reach=frozenset({"own"})), None, 5).cases == []

    @invariant()
    def rules_find_those_alone_who_may_apply(self) -> None:
        with self.service.database.reading() as session:
            for agent in PEOPLE:
                for principal in PEOPLE:
                    for situation, department in SITUATIONS.items():
                        found = standing.standing(session, "mandate", agent, principal, self.today, (situation, department))
                        may = [each for each in self.given if (each.agent, each.principal) == (agent, principal)]
                        assert (found is not None) == any(each.lets(self.today, "apply", situation) for each in may)

    @invariant()
    def nothing_is_lost(self) -> None:
        with self.service.database.reading() as session:
            for each in self.given:
                row = session.get_one(MandateRow, each.id)
                assert (row.state, row.until, row.ended_at is not None) == (each.state, each.until, each.state == "ended")

    def acting(self, who: str, mandate: UUID) -> Caller | None:
        found, refused = _refused(
            lambda: standing.acting_for(self.service.database, self.callers[who], str(mandate), self.today)
        )
        assert refused in (None, "no-mandate")
        return found if isinstance(found, Caller) else None

    def tried(self, expected: str | None, act: Any) -> Any:
        """What came of it; refused just where it should be."""
        found, refused = _refused(act)
        assert refused == expected
        return found


def _refused(act: Callable[[], Any]) -> tuple[Any, str | None]:
    """What came of it, and the code of the problem if it was refused."""
    try:
        return act(), None
    except Problem as problem:
        return None, problem.code


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_given_taken_and_ended(kind: str, rules: tuple[Catalogue, Rulesets], templates: Path) -> None:
    examples = max(settings().max_examples // 5, 5)
    patient = settings(max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Mandating(kind, rules, templates), settings=patient)  # type: ignore[arg-type]
