"""What an applicant hands in with an application, looked up and held to the catalogue; and what already hangs on a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlmodel import Session

from engine.catalogue import Material, Situation
from engine.decision.problems import Gap
from service.materials import store
from service.materials.meeting import COMMITMENT, HandedIn, Upload, formats_of, recent
from service.materials.tables import UploadRow
from service.state import Service

MOST_UPLOADS = 20
"""Files for one material: a register of many pages comes as many pictures."""
Given = Mapping[str, str | list[str]]
"""By material: an upload's id, several, or `commitment`."""


def hand_in(
    session: Session, service: Service, account_id: int, situation: Situation, given: Given, today: date
) -> tuple[HandedIn, list[Gap]]:
    """What is good of what is given, with a gap for each thing that is not. Somebody else's upload is no upload."""
    materials = {each.id: each for each in situation.materials}
    uploads: dict[str, tuple[Upload, ...]] = {}
    promised: set[str] = set()
    gaps: list[Gap] = []
    for id_, value in given.items():
        path = f"materials.{id_}"
        material = materials.get(id_)
        if material is None:
            gaps.append(Gap(path, "material-unknown", id_, {"name": id_}))
        elif value == COMMITMENT:
            if any(way.by == "commitment" for way in material.met_by):
                promised.add(id_)
            else:
                gaps.append(_gap(path, "material-no-promise", material))
        else:
            found, wrong = _uploads(session, account_id, material, [value] if isinstance(value, str) else value, path, today)
            gaps += wrong
            if found:
                uploads[id_] = found
    return HandedIn(uploads, frozenset(promised), earlier_uploads(session, service, account_id, situation, today)), gaps


def earlier_uploads(
    session: Session, service: Service, account_id: int, situation: Situation, today: date
) -> Mapping[str, Upload]:
    """The newest earlier upload that may serve again, for each material that one may meet."""
    wanted = [(each, way) for each in situation.materials for way in each.met_by if way.by == "earlier"]
    if not wanted:
        return {}
    mine = [upload_of(each) for each in store.with_purpose(session, account_id)]
    found = {}
    for material, way in wanted:
        fit = (each for each in mine if serves_for(service, each, material) and recent(way, each, today))
        if newest := next(fit, None):
            found[material.id] = newest
    return found


def serves_for(service: Service, upload: Upload, material: Material) -> bool:
    """Whether it was handed in for a material of the same name, in this situation or another; and is of a format that is taken."""
    formats = formats_of(material)
    situation = service.catalogue.situations.get(upload.situation)
    before = next((each for each in situation.materials if each.id == upload.material), None) if situation else None
    return before is not None and before.name == material.name and (not formats or upload.kind in formats)


def hanging_on(session: Session, service: Service, account_id: int, case_number: str, situation: Situation, today: date) -> HandedIn:
    """What was handed in for a case so far."""
    uploads: dict[str, tuple[Upload, ...]] = {}
    for material, row in store.of_case(session, case_number):
        uploads[material] = (*uploads.get(material, ()), upload_of(row))
    promised = frozenset(each.material for each in store.materials_of(session, case_number) if each.by == "commitment")
    return HandedIn(uploads, promised, earlier_uploads(session, service, account_id, situation, today))


def together(before: HandedIn, added: HandedIn) -> HandedIn:
    """What was handed in for a case, and what a supplement adds. For the same material, files are added to files."""
    uploads = dict(before.uploads)
    for material, each in added.uploads.items():
        known = uploads.get(material, ())
        uploads[material] = (*known, *(one for one in each if one.id not in {other.id for other in known}))
    return replace(before, uploads=uploads, promised=before.promised | added.promised)


def upload_of(row: UploadRow) -> Upload:
    return Upload(row.id, row.name, row.kind, row.day, row.situation, row.material)


def _uploads(
    session: Session, account_id: int, material: Material, ids: Sequence[str], path: str, today: date
) -> tuple[tuple[Upload, ...], list[Gap]]:
    if len(ids) > MOST_UPLOADS:
        return (), [Gap(path, "too-many", material.name, {"limit": str(MOST_UPLOADS)})]
    ways = [way for way in material.met_by if way.by in ("upload", "earlier")]
    if not ways:
        return (), [_gap(path, "material-not-uploadable", material)] if ids else []
    formats = formats_of(material)
    found: dict[UUID, Upload] = {}
    gaps: list[Gap] = []
    for id_ in ids:
        row = store.upload(session, known) if (known := _id(id_)) else None
        if row is None or row.account_id != account_id:
            gaps.append(_gap(path, "upload-unknown", material))
            continue
        upload = upload_of(row)
        if formats and upload.kind not in formats:
            gaps.append(_gap(path, "upload-format", material))
        elif not formats and not any(recent(way, upload, today) for way in ways):
            gaps.append(_gap(path, "upload-too-old", material))
        else:
            found[upload.id] = upload
    return tuple(found.values()), list(_once(gaps))


def _once(gaps: Sequence[Gap]) -> Iterator[Gap]:
    seen: set[str] = set()
    for each in gaps:
        if each.code not in seen:
            seen.add(each.code)
            yield each


def _gap(path: str, code: str, material: Material) -> Gap:
    return Gap(path, code, material.name, {"name": material.name, "formats": "、".join(formats_of(material))})


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == len("019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61") else None
    except ValueError:
        return None
