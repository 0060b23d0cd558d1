"""Whose evidence may be fetched: proved before anything is asked, and asked in the order in which it is proved."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlmodel import Session, col, select

from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import load
from service.database import Database
from service.demo import HE, LI, WU
from service.evidence.actions import Gathered, Purpose, gather
from service.evidence.tables import LicenceRow
from service.mandates.tables import MandateRow
from service.state import Service
from tests.service.conftest import NOW, ROOT
from tests.service.repository import Repository

pytestmark = pytest.mark.either_database

DAY = NOW.date()
RULESET = """\
ruleset: {ground}
title: 家人的证照
basis: 测试
dated_by: today
form:
  person: {{type: resident-id, label: 家人}}
evidence:
  hukou: {{licence: household-register, required: true}}
  card: {{licence: resident-id-card, of: form.person, ground: {ground}, required: true}}
  theirs: {{licence: household-register, of: card.number, ground: {ground}, required: true}}
conditions:
  same-city:
    label: 同城
    require: theirs.city = hukou.city
    otherwise: review
"""


@pytest.fixture(params=["household", "guardian", "mandate"])
def ground(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_without_a_proof_nothing_is_asked_and_the_reason_is_told(
    service: Service, tmp_path: Path, ground: str
) -> None:
    found = _gathered(service, tmp_path, ground, person=WU)
    assert {each.asked.subject for each in found.uses} == {LI}
    assert [(each.evidence, each.reason) for each in found.shortfalls] == [("card", "no-ground"), ("theirs", "key-unknown")]


def test_a_household_is_proved_by_the_settled_register_that_lists_the_person(service: Service, tmp_path: Path) -> None:
    _list_in_the_household(service.database, LI, [LI, WU])
    found = _gathered(service, tmp_path, "household", person=WU)
    assert {each.asked.evidence: each.asked.authorisation for each in found.uses} == {
        "hukou": "holder", "card": "household: hukou", "theirs": "household: hukou"}
    assert found.values["theirs.city"] == "惠州市"


def test_a_register_that_is_not_usable_proves_no_household(service: Service, tmp_path: Path) -> None:
    _list_in_the_household(service.database, LI, [LI, WU], status="cancelled")
    assert {each.asked.subject for each in _gathered(service, tmp_path, "household", person=WU).uses} == {LI}


@pytest.mark.parametrize("kind", ["guardian", "mandate"])
def test_a_record_in_force_proves_guardianship_or_mandate(service: Service, tmp_path: Path, kind: str) -> None:
    _record(service.database, kind, since=DAY, until=DAY)
    found = _gathered(service, tmp_path, kind, person=WU)
    assert {each.asked.authorisation for each in found.uses} == {"holder", f"{kind}: 2026-1"}


@pytest.mark.parametrize(("kind", "days"), [
    ("mandate", {"since": date(2026, 11, 24)}), ("mandate", {"since": date(2020, 1, 1), "until": date(2026, 11, 22)}),
    ("mandate", {"since": date(2020, 1, 1), "state": "ended"}), ("guardian", {"since": date(2020, 1, 1)}),
    ("mandate", {"since": date(2020, 1, 1), "state": "offered"}), ("mandate", {"since": date(2020, 1, 1), "acts": "read"}),
    ("mandate", {"since": date(2020, 1, 1), "department": "police"}),
    ("mandate", {"since": date(2020, 1, 1), "agent": HE}),
])  # fmt: skip
def test_another_record_proves_nothing(service: Service, tmp_path: Path, kind: str, days: dict[str, object]) -> None:
    _record(service.database, kind, **days)
    found = _gathered(service, tmp_path, "mandate", person=WU)
    assert [each.reason for each in found.shortfalls] == ["no-ground", "key-unknown"]


def test_ones_own_needs_no_ground(service: Service, tmp_path: Path, ground: str) -> None:
    found = _gathered(service, tmp_path, ground, person=LI)
    assert {each.asked.authorisation for each in found.uses} == {"holder"}
    assert found.shortfalls == ()


def test_what_depends_on_an_answer_is_asked_after_it(remote: Service, repository: Repository, tmp_path: Path) -> None:
    before = len(repository.requests())
    _gathered(remote, tmp_path, "guardian", person=LI)
    first, second, third = sorted(repository.requests()[before:], key=lambda each: str(each["received_at"]))
    assert {first["type"], second["type"]} == {"household-register", "resident-id-card"}
    assert max(first["received_at"], second["received_at"]) < min(first["answered_at"], second["answered_at"])
    assert third["received_at"] > max(first["answered_at"], second["answered_at"])


def _gathered(service: Service, folder: Path, ground: str, person: str) -> Gathered:
    ruleset = _compiled(folder, ground)
    facts = ruleset.read({"applicant": {"name": "李桂芳", "number": LI}, "form": {"person": person}}, DAY)
    return gather(service.sources, ruleset, facts, Purpose("测试"))


def _compiled(folder: Path, ground: str) -> CompiledRuleset:
    rules = folder / "rules"
    (rules / ground).mkdir(parents=True)
    shutil.copy(ROOT / "rules" / "evidence.yaml", rules)
    path = rules / ground / "2020-01-01.yaml"
    path.write_text(RULESET.format(ground=ground), "utf-8")
    return compile_ruleset(check_ruleset(load(path, date(2020, 1, 1))))


def _list_in_the_household(database: Database, holder: str, members: list[str], status: str = "valid") -> None:
    def change(session: Session) -> None:
        row = session.exec(
            select(LicenceRow).where(col(LicenceRow.holder_index) == holder, LicenceRow.type == "household-register")
        ).one()
        row.attributes = orjson.dumps(orjson.loads(row.attributes) | {"members": members}).decode()
        row.status = status
        session.add(row)

    database.write(change)


def _record(database: Database, kind: str, **fields: Any) -> None:
    row: dict[str, Any] = {"kind": kind, "agent": LI, "principal": WU, "reference": "2026-1", **fields}
    database.write(lambda session: session.add(MandateRow(**row)))


def test_one_deadline_holds_for_all_that_is_asked_in_turn(remote: Service, repository: Repository, tmp_path: Path) -> None:
    repository.switch({"household-register": {"kind": "slow", "milliseconds": 60_000}})
    hurried = remote.sources.settings.model_copy(update={"evidence_deadline": 3})
    found = _gathered(replace(remote, sources=replace(remote.sources, settings=hurried)), tmp_path, "guardian", person=LI)
    assert {each.evidence: each.reason for each in found.shortfalls} == {"hukou": "timed-out", "theirs": "deadline"}
