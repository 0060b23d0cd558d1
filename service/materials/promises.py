"""Materials that were met by a promise (告知承诺): which they are, by when each is looked at again, and what the sources say then."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from engine.catalogue import Material, Situation
from engine.ruleset.model import Duration
from service.evidence.actions import Purpose, look_up, use_rows
from service.materials import store
from service.materials.meeting import HandedIn, meet, types_asked
from service.state import Service, day_of

CHECKED_WITHIN = Duration(2, "months")
"""Unless the catalogue says otherwise: 国发〔2021〕7号 lets two months pass at most."""


def promised(session: Session, number: str, situation: Situation) -> tuple[Material, ...]:
    """The materials of a case that nothing but a promise meets."""
    met_by = {each.material: each.by for each in store.materials_of(session, number)}
    return tuple(each for each in situation.materials if met_by.get(each.id) == "commitment")


def checked_within(material: Material) -> Duration:
    return next((way.within for way in material.met_by if way.by == "commitment" and way.within), CHECKED_WITHIN)


def words_of(material: Material) -> str | None:
    return next((way.what for way in material.met_by if way.by == "commitment"), None)


def met_since(service: Service, material: Material, holder: str, name: str, number: str) -> bool | None:
    """Whether a licence or a register bears out by now what was promised; None where none of them can tell."""
    types = [service.evidence_types[each] for each in types_asked((material,), HandedIn())]
    if not types:
        return None
    today: date = day_of(service.now())
    found = look_up(service.sources, types, holder, name, Purpose(f"告知承诺核查 · {material.name}（{number}）", number), today)
    service.database.insert(use_rows(found.uses, number))
    return {"met": True, "unmet": False}.get(meet(material, found.holdings, HandedIn(), today).state)
