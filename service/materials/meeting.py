"""By which way each material of a situation is met: the first of its ways that holds. No query and no clock here.

A source that does not tell is never the applicant's fault: the material is unknown then, and nothing is asked of them for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from engine.catalogue import Material, Situation
from engine.catalogue.model import Way
from engine.decision.evidence import after
from engine.decision.problems import Gap
from service.evidence.actions import Holding

State = Literal["met", "unmet", "unknown", "unneeded"]
By = Literal["licence", "check", "upload", "earlier", "commitment"]
COMMITMENT = "commitment"
"""What stands for an upload's id where the material's promise is made."""
_BY_EVIDENCE = ("licence", "check")


@dataclass(frozen=True, slots=True)
class Upload:
    """An earlier or a new one of the applicant's. `situation`, `material`: what it was handed in for, or empty."""

    id: UUID
    name: str
    kind: str
    day: date
    situation: str = ""
    material: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What comes from the applicant, by material: files, promises, and earlier files that may serve again."""

    uploads: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)
    promised: frozenset[str] = frozenset()
    earlier: Mapping[str, Upload] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Met:
    """How a material is met, or why it is not. `what`: the title of the licence or check, or the words of the promise.

    `why`: for what reason a licence does not count, or a source does not tell. Days: of the licence.
    """

    material: Material
    state: State
    by: By | None = None
    what: str | None = None
    uploads: tuple[Upload, ...] = ()
    valid_until: date | None = None
    issued_on: date | None = None
    why: str | None = None


def types_asked(materials: Iterable[Material], handed: HandedIn) -> tuple[str, ...]:
    """The licences and checks that could meet what the applicant has not handed in."""
    waiting = (each for each in materials if each.id not in handed.uploads and each.id not in handed.promised)
    ways = (way for each in waiting for way in each.met_by if way.by in _BY_EVIDENCE and way.what is not None)
    return tuple(dict.fromkeys(way.what for way in ways if way.what))


def meet(material: Material, holdings: Mapping[str, Holding], handed: HandedIn, today: date) -> Met:
    """`holdings`: by type; a type that is missing was not asked for."""
    for way in material.met_by:
        if met := _met(material, way, holdings, handed, today):
            return met
    found = [holdings.get(way.what or "") for way in material.met_by if way.by in _BY_EVIDENCE]
    known = [each for each in found if each is not None]
    why = next((each.why for each in known if each.why), None)
    if any(each.state == "unknown" for each in known):
        return Met(material, "unknown", why=next(each.why for each in known if each.state == "unknown"))
    if known and all(each.state == "unneeded" for each in known):
        return Met(material, "unneeded", why=why)
    return Met(material, "unmet", why=why)


def as_facts(meeting: Sequence[Met]) -> dict[str, dict[str, Any]]:
    """The `materials` of the facts: what is not known either way is left out."""
    return {
        each.material.id: {"met": each.state == "met", "by": each.by} if each.by else {"met": False}
        for each in meeting if each.state in ("met", "unmet")
    }  # fmt: skip


def gaps(meeting: Sequence[Met], ruled: bool) -> list[Gap]:
    """What the applicant has to add, all of it at once; nothing that they could do nothing about.

    `ruled`: a ruleset decides. Its conditions then say what a promise is worth, so none is demanded.
    """
    return [gap for each in meeting if each.state == "unmet" and (gap := gap_of(each, ruled))]


def gap_of(met: Met, ruled: bool) -> Gap | None:
    """None where nothing that the applicant can do would meet it: then it is decided without."""
    material = met.material
    formats = formats_of(material)
    words = next((way.what for way in material.met_by if way.by == "commitment"), None)
    if ruled and words is not None:
        return None
    lapsed = met.why in ("expired", "revoked", "cancelled")
    params = {"name": material.name, "formats": "、".join(formats), "words": words or ""}
    code = {
        (True, False): "material-lapsed" if lapsed else "material-missing",
        (True, True): "material-upload-or-promise",
        (False, True): "material-promise",
    }.get((bool(formats), words is not None))
    return None if code is None else Gap(f"materials.{material.id}", code, material.name, params)


def surely_missing(situation: Situation, handed: HandedIn, ruled: bool, today: date) -> list[Gap]:
    """What no licence or check could meet either, so that it can be said before any is asked."""
    alone = (each for each in situation.materials if not any(way.by in _BY_EVIDENCE for way in each.met_by))
    return gaps([meet(each, {}, handed, today) for each in alone], ruled)


def formats_of(material: Material) -> tuple[str, ...]:
    """The formats in which it may be uploaded; none where it may not."""
    return tuple(dict.fromkeys(each for way in material.met_by if way.by == "upload" for each in way.formats))


def recent(way: Way, upload: Upload, today: date) -> bool:
    """Whether an earlier upload is recent enough for this way."""
    until = None if way.within is None else after(upload.day, way.within)
    return until is None or today <= until


def _met(material: Material, way: Way, holdings: Mapping[str, Holding], handed: HandedIn, today: date) -> Met | None:
    given = handed.uploads.get(material.id, ())
    if way.by in _BY_EVIDENCE:
        holding = holdings.get(way.what or "")
        if holding is None or holding.state != "held":
            return None
        return Met(material, "met", way.by, holding.type.title, given, holding.valid_until, holding.issued_on)
    if way.by == "upload":
        return Met(material, "met", "upload", None, given) if given else None
    if way.by == "earlier":
        if given:
            return Met(material, "met", "earlier", None, given) if all(recent(way, each, today) for each in given) else None
        before = handed.earlier.get(material.id)
        return Met(material, "met", "earlier", None, (before,)) if before and recent(way, before, today) else None
    return Met(material, "met", "commitment", way.what, given) if material.id in handed.promised else None
