"""How the materials of a case are met: worked out with each decision, kept with it, and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, SQLModel

from engine.catalogue import Situation
from service.database import fresh
from service.evidence.actions import Gathered, Holding, Purpose, Use, look_up
from service.materials import store
from service.materials.meeting import HandedIn, Met, meet, types_asked
from service.materials.models import CaseMaterial, CaseMaterials
from service.materials.tables import CaseMaterialRow, CaseUploadRow
from service.materials.uploads import answer
from service.rulesets import Prepared
from service.state import Service

_material, _upload = fresh(CaseMaterialRow), fresh(CaseUploadRow)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Every material of the situation, in its order. `uses`: of evidence that was looked up for them alone."""

    materials: tuple[Met, ...]
    uses: tuple[Use, ...]


def meet_all(
    service: Service, situation: Situation, applicant: Mapping[str, Any], handed: HandedIn, purpose: Purpose, day: date,
    prepared: Prepared | None, gathered: Gathered | None,
) -> Meeting:  # fmt: skip
    """What the rules gathered counts; only what they do not ask for and still need is looked up. Without rules, all of it is."""
    holdings = dict(gathered.holdings) if gathered else {}
    needed = situation.materials
    if prepared is not None:
        read = {path.split(".")[1] for path in prepared.compiled.intake.materials}
        needed = tuple(each for each in situation.materials if each.id.replace("-", "_") in read)
    types = [service.evidence_types[each] for each in types_asked(needed, handed) if each not in holdings]
    found = look_up(service.sources, types, applicant["number"], applicant.get("name"), purpose, day)
    holdings |= found.holdings
    if prepared is not None:  # the rules say all that is to be proved: what they do not ask for is not needed
        others = {each: service.evidence_types[each] for each in types_asked(situation.materials, HandedIn())}
        holdings = {id_: Holding(type_, "unneeded") for id_, type_ in others.items()} | holdings
    return Meeting(tuple(meet(each, holdings, handed, day) for each in situation.materials), found.uses)


def case_rows(case_number: str, meeting: Sequence[Met], at: datetime) -> list[SQLModel]:
    """To be kept in the transaction of the decision; an upload that is gone by then forbids it."""
    materials: list[SQLModel] = [
        _material(case_number=case_number, material=each.material.id, state=each.state, by=each.by, what=each.what, at=at)
        for each in meeting
    ]
    uploads = {(each.material.id, one.id) for each in meeting for one in each.uploads}
    return [*materials, *(_upload(case_number=case_number, material=name, upload_id=id_, at=at) for name, id_ in uploads)]


def keep_again(session: Session, case_number: str, meeting: Sequence[Met], at: datetime) -> None:
    """In place of what was kept with the last decision. What hangs on the case stays there."""
    for each in case_rows(case_number, meeting, at):
        session.merge(type(each)(**vars(each)))  # for a session takes none that is only to be inserted


def materials_of(service: Service, case_number: str, situation: str) -> CaseMaterials:
    """For whoever may see the case."""
    found = service.catalogue.situations.get(situation)
    names = {each.id: each.name for each in found.materials} if found else {}
    with service.database.reading() as session:
        rows = {each.material: each for each in store.materials_of(session, case_number)}
        uploads = store.of_case(session, case_number)
    known = [*(each for each in names if each in rows), *(each for each in rows if each not in names)]
    shown = [
        CaseMaterial.model_validate({
            "id": each, "name": names.get(each, each), **rows[each].model_dump(include={"state", "by", "what"}),
            "uploads": [answer(row) for material, row in uploads if material == each],
        })
        for each in known
    ]  # fmt: skip
    return CaseMaterials(number=case_number, materials=shown)
