"""What a situation asks of whoever is signed in: which of its materials they hold already, and what is left to upload."""

from __future__ import annotations

from datetime import date

from engine.catalogue import Material, Situation
from engine.catalogue.model import Way
from service.accounts.actions import Caller
from service.evidence.actions import Purpose, look_up, use_rows
from service.materials import store
from service.materials.handing_in import earlier_uploads, serves_for, upload_of
from service.materials.meeting import HandedIn, Met, meet, recent, types_asked
from service.materials.models import MaterialHeld, MaterialsHeld, ReusableUpload, WayShown
from service.state import BASE, Service, day_of

_MOST_REUSABLE = 5


def held(service: Service, caller: Caller, situation_id: str) -> MaterialsHeld:
    """Looked up as of today, each use on record. Raises `Problem`."""
    situation = service.situation_for(caller, situation_id)
    today = day_of(service.now())
    with service.database.reading() as session:
        earlier = earlier_uploads(session, service, caller.id, situation, today)
        mine = [upload_of(each) for each in store.with_purpose(session, caller.id)]
    handed = HandedIn(earlier=earlier)
    types = [service.evidence_types[each] for each in types_asked(situation.materials, handed)]
    purpose = Purpose(f"{service.title(situation.id)}（核对材料）", right=caller.authorisation, client=caller.client)
    found = look_up(service.sources, types, caller.number, caller.name, purpose, today)
    service.database.insert(use_rows(found.uses, None))
    shown = []
    for material in situation.materials:
        met = meet(material, found.holdings, handed, today)
        fit = [each for each in mine if serves_for(service, each, material)]
        reusable = [
            ReusableUpload(id=str(each.id), name=each.name, uploaded_on=each.day, days_ago=(today - each.day).days,
                           link=f"{BASE}/materials/{each.id}")
            for each in fit if _may_serve(material, each.day, today, [recent(way, each, today) for way in material.met_by])
        ]  # fmt: skip
        shown.append(_shown(service, situation, material, met, reusable[:_MOST_REUSABLE]))
    return MaterialsHeld(situation=situation.id, materials=shown)


def _may_serve(material: Material, day: date, today: date, recent_enough: list[bool]) -> bool:
    return any(
        way.by == "upload" or (way.by == "earlier" and fresh)
        for way, fresh in zip(material.met_by, recent_enough, strict=True)
    ) and day <= today


def _shown(
    service: Service, situation: Situation, material: Material, met: Met, reusable: list[ReusableUpload]
) -> MaterialHeld:
    return MaterialHeld(
        id=material.id, name=material.name, state=met.state, by=met.by, what=met.what, why=met.why, issued_on=met.issued_on,
        valid_until=met.valid_until, ways=[_way(service, each) for each in material.met_by], reusable=reusable,
    )  # fmt: skip


def _way(service: Service, way: Way) -> WayShown:
    within = f"{way.within.count} {way.within.unit}" if way.within else None
    type_ = service.evidence_types.get(way.what or "") if way.by in ("licence", "check") else None
    return WayShown(by=way.by, what=type_.title if type_ else way.what, formats=list(way.formats), within=within)
