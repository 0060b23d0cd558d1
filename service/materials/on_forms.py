"""The materials of a form in a browser: how each is met already, what is attached, what may be, and what is wrong with it.

A page sends `material.<id>` for each upload that is attached, or `commitment`, and its files as `file.<id>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlmodel import Session

from engine.catalogue import Material, Situation
from engine.decision.problems import Gap
from service.accounts.actions import Caller
from service.evidence.actions import Holding, Purpose, look_up, of_another, use_rows
from service.materials import store
from service.materials.handing_in import Given, hand_in, serves_for, upload_of
from service.materials.meeting import (
    COMMITMENT,
    HandedIn,
    Met,
    State,
    formats_of,
    meet,
    recent,
    surely_missing,
    types_asked,
)
from service.materials.on_cases import materials_of
from service.materials.tables import UploadRow
from service.materials.uploads import keep
from service.multipart import FormFile
from service.problems import Language, Problem
from service.rulesets import Prepared
from service.state import Service, day_of
from service.web.forms import Fields

_FIELD, _FILE = "material.", "file."
_MOST_OFFERED = 5
Faults = Mapping[str, Sequence[str]]
"""What is wrong, by material."""


@dataclass(frozen=True, slots=True)
class Attachable:
    """An upload that is attached, or an earlier one that may be."""

    id: str
    name: str
    kind: str
    size: int
    day: date
    attached: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A material as a form asks for it. `met`: None where it is not known how it would be met, since nothing was looked up.

    `searched`: whether a licence or a check may meet it. `there`: files that hang on the case already. `promise`: the words that may
    stand in for it.
    """

    id: str
    name: str
    state: State | None
    by: str | None
    what: str | None
    why: str | None
    issued_on: date | None
    valid_until: date | None
    searched: bool
    formats: tuple[str, ...]
    promise: str | None
    promised: bool
    files: tuple[Attachable, ...]
    there: tuple[Attachable, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def may_upload(self) -> bool:
        return bool(self.formats)

    @property
    def accept(self) -> str:
        """For the file chooser."""
        return ",".join(f".{each}" for each in (*self.formats, *(["jpeg"] if "jpg" in self.formats else [])))


def given_in(situation: Situation, fields: Fields) -> dict[str, str | list[str]]:
    """What a page sent, as an application takes it; files stand before a promise."""
    found: dict[str, str | list[str]] = {}
    for material in situation.materials:
        values = [each for each in dict.fromkeys(fields.all(f"{_FIELD}{material.id}")) if each]
        uploads = [each for each in values if each != COMMITMENT]
        if uploads:
            found[material.id] = uploads
        elif values:
            found[material.id] = COMMITMENT
    return found


def sent_for(given: Given) -> list[tuple[str, str]]:
    """The fields that a page would send: the way back."""
    return [(f"{_FIELD}{id_}", each) for id_, value in given.items() for each in ([value] if isinstance(value, str) else value)]


def attach(
    service: Service, caller: Caller, situation: Situation, given: Given, files: Iterable[FormFile], lang: Language
) -> tuple[Given, Faults]:
    """Keeps the files, each for its material; what is attached then, and what is wrong with those that were not taken."""
    attached: dict[str, str | list[str]] = dict(given)
    faults: dict[str, list[str]] = {}
    names = {each.id for each in situation.materials}
    for file in files:
        material = file.field.removeprefix(_FILE)
        if not file.field.startswith(_FILE) or material not in names:
            continue
        try:
            if len(file.content) > service.materials.settings.largest:
                raise _too_large(service.materials.settings.largest)
            kept = keep(service, caller, file.content, file.name, {"situation": situation.id, "material": material})
        except Problem as problem:
            faults.setdefault(material, []).append(_said(file.name, problem, lang))
            continue
        before = attached.get(material)
        uploads = before if isinstance(before, list) else []
        attached[material] = list(dict.fromkeys([*uploads, kept.upload.id]))
    return attached, faults


def gaps_told(service: Service, caller: Caller, situation: Situation, given: Given, ruled: bool) -> list[Gap]:
    """What is wrong with what is given, and what no licence or check could meet either: all that is known before any is asked."""
    today = day_of(service.now())
    with service.database.reading() as session:
        handed, gaps = hand_in(session, service, caller.id, situation, given, today)
    told = {each.path for each in gaps}
    return [*gaps, *(each for each in surely_missing(situation, handed, ruled, today) if each.path not in told)]


def asked(
    service: Service, caller: Caller, situation: Situation, prepared: Prepared | None, given: Given, faults: Faults, search: bool
) -> list[Asked]:
    """`search`: whether the caller's evidence is looked up to show what is met already; each use is on record then."""
    today = day_of(service.now())
    with service.database.reading() as session:
        handed, _ = hand_in(session, service, caller.id, situation, given, today)
        mine = store.with_purpose(session, caller.id)
        attached = _attached(session, caller, given)
    holdings, open_ = _holdings(service, caller, situation, prepared, handed, today, search)
    found = []
    for material in situation.materials:
        met = meet(material, holdings, handed, today)
        known = met.state == "met" or not any(way.what in open_ for way in material.met_by if way.by in ("licence", "check"))
        before = _offered(service, material, mine, today)
        files = attached.get(material.id, [])
        offered = [each for each in before if each.id not in {one.id for one in files}]
        shown = _asked(material, met if known else None, given.get(material.id) == COMMITMENT, (*files, *offered))
        found.append(replace(shown, faults=tuple(faults.get(material.id, ()))))
    return found


def asked_on_case(
    service: Service, caller: Caller, situation: Situation, number: str, given: Given, faults: Faults
) -> list[Asked]:
    """For a case of the caller's that may be added to: as of its last decision, with what is to be added."""
    known = {each.id: each for each in materials_of(service, number, situation.id).materials}
    with service.database.reading() as session:
        attached = _attached(session, caller, given)
    found = []
    for material in situation.materials:
        shown = _asked(material, None, given.get(material.id) == COMMITMENT, tuple(attached.get(material.id, ())))
        if kept := known.get(material.id):
            there = tuple(
                Attachable(each.id, each.name, each.type, each.size, day_of(each.uploaded_at), True) for each in kept.uploads
            )
            shown = replace(shown, state=kept.state, by=kept.by, what=kept.what, there=there)
        found.append(replace(shown, faults=tuple(faults.get(material.id, ()))))
    return found


def _holdings(
    service: Service, caller: Caller, situation: Situation, prepared: Prepared | None, handed: HandedIn, today: date, search: bool
) -> tuple[Mapping[str, Holding], frozenset[str]]:
    """What is held by type, and the types of which that is left open. What the rules do not ask for is not needed and not looked up."""
    wanted = types_asked(situation.materials, handed)
    holdings: dict[str, Holding] = {}
    others: frozenset[str] = frozenset()
    if prepared is not None:
        read = {path.split(".")[1] for path in prepared.compiled.intake.materials}
        materials = [each for each in situation.materials if each.id.replace("-", "_") in read]
        evidence = prepared.compiled.ruleset.evidence.values()
        own = {each.type.id for each in evidence if not of_another(each)} | set(types_asked(materials, handed))
        others = frozenset(each.type.id for each in evidence) - own
        holdings = {each: Holding(service.evidence_types[each], "unneeded") for each in wanted if each not in own | others}
        wanted = tuple(each for each in wanted if each in own)
    if not search:
        return holdings, others | set(wanted)
    purpose = Purpose(f"{service.title(situation.id)}（核对材料）", right=caller.authorisation, client=caller.client)
    found = look_up(service.sources, [service.evidence_types[each] for each in wanted], caller.number, caller.name, purpose, today)
    service.database.insert(use_rows(found.uses, None))
    return {**holdings, **found.holdings}, others


def _offered(service: Service, material: Material, mine: Sequence[UploadRow], today: date) -> list[Attachable]:
    """Earlier uploads that may be handed in again, as they are."""
    fit = []
    for row in mine:
        upload = upload_of(row)
        fresh = any(way.by == "upload" or (way.by == "earlier" and recent(way, upload, today)) for way in material.met_by)
        if fresh and serves_for(service, upload, material):
            fit.append(_attachable(row, attached=False))
    return fit[:_MOST_OFFERED]


def _attached(session: Session, caller: Caller, given: Given) -> Mapping[str, list[Attachable]]:
    """The caller's own of what is given, by material."""
    found: dict[str, list[Attachable]] = {}
    for material, value in given.items():
        for id_ in value if isinstance(value, list) else ():
            row = store.upload(session, known) if (known := _id(id_)) else None
            if row is not None and row.account_id == caller.id:
                found.setdefault(material, []).append(_attachable(row, attached=True))
    return found


def _asked(material: Material, met: Met | None, promised: bool, files: Sequence[Attachable]) -> Asked:
    promise = next((way.what for way in material.met_by if way.by == "commitment"), None)
    return Asked(
        id=material.id, name=material.name, state=met.state if met else None, by=met.by if met else None,
        what=met.what if met else None, why=met.why if met else None, issued_on=met.issued_on if met else None,
        valid_until=met.valid_until if met else None,
        searched=any(way.by in ("licence", "check") for way in material.met_by), formats=formats_of(material),
        promise=promise, promised=promised, files=tuple(files),
    )  # fmt: skip


def _attachable(row: UploadRow, attached: bool) -> Attachable:
    return Attachable(str(row.id), row.name, row.kind, row.size, row.day, attached)


def _too_large(limit: int) -> Problem:
    size = f"{limit / (1 << 20):g} MB"
    return Problem("too-large", limit=limit, detail=(f"文件超过{size}", f"The file has more than {size}"))


def _said(name: str, problem: Problem, lang: Language) -> str:
    document = problem.document(lang)
    text = document.get("detail") or document["title"]
    return f"{name}：{text}" if lang == "zh" else f"{name}: {text}"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
