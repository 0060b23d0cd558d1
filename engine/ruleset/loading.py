"""The rules folder: which file is in force on a day, and a file with its fragments and evidence types as a `Ruleset`.

    rules/evidence.yaml                     evidence types
    rules/common/<fragment>/<date>.yaml     fragments
    rules/<ruleset>/<date>.yaml             rulesets, with <date>.cases.yaml beside them

A caller that asks twice keeps what it loaded. Kept here is only what evidence.yaml said, by its bytes: all rulesets share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from engine.ruleset.document import Mapping, Node, Scalar, Sequence, read_document
from engine.ruleset.evidence_types import EVIDENCE_TYPES, EvidenceTypes, KnownTypes
from engine.ruleset.files import read_fragment, read_ruleset
from engine.ruleset.model import Ruleset
from engine.ruleset.resolution import Included, check_alone, check_resolved, merge, merge_alone
from engine.ruleset.shapes import DAY_PATTERN, ID_PATTERN, Gathering, suggestion

EVIDENCE_FILE = "evidence.yaml"
COMMON = "common"


@dataclass(frozen=True, slots=True, order=True)
class DatedFile:
    """`day` is the first day in force."""

    day: date
    path: Path


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules folder."""

    folder: Path

    def ids(self) -> tuple[str, ...]:
        """The rulesets with at least one dated file, sorted."""
        return tuple(sorted(id_ for id_ in _folders(self.folder) if id_ != COMMON and self.files(id_)))

    def files(self, id_: str) -> tuple[DatedFile, ...]:
        """The dated files of a ruleset, ascending; none if there is no such ruleset."""
        return dated_files(self.folder / id_) if re.fullmatch(ID_PATTERN, id_) and id_ != COMMON else ()

    def paths(self) -> tuple[Path, ...]:
        """Every file that `load` takes, rulesets and fragments, dated or not; neither evidence.yaml nor cases."""
        found = (*self.folder.glob("*/*.yaml"), *self.folder.glob(f"{COMMON}/*/*.yaml"))
        return tuple(sorted(path for path in found if path.is_file() and "." not in path.stem))

    def file_for(self, id_: str, day: date) -> Path | None:
        """The file in force on `day`, not looking at its `ends`."""
        return _in_force(self.files(id_), day)

    def load_for(self, id_: str, day: date) -> Ruleset | None:
        """The ruleset with the fragments of that day; None if it is not in force. Raises `Refused`."""
        path = self.file_for(id_, day)
        ruleset = load(path, day) if path else None
        return None if ruleset is None or (ruleset.ends and day > ruleset.ends) else ruleset


def load(path: Path, day: date | None = None) -> Ruleset:
    """A ruleset from a file anywhere, with the nearest evidence.yaml and common/ above it.

    Fragments are those in force on `day`: by default the file's first day, or the latest where its name is no day. A
    fragment's file is read as a ruleset of its own, with what it needs as its form. Raises `Refused` with every finding
    of all files read, and `OSError`.
    """
    root = _read(path)
    if isinstance(root, Mapping) and "fragment" in root.entries and "ruleset" not in root.entries:
        return _load_fragment(path, root)
    gathering = Gathering()
    first_day = day_of(path)
    written = read_ruleset(root, gathering)
    included = _included(root, path, day or first_day, gathering)
    types = _evidence_types(path, gathering)
    _check_place_of_file(path, written.id if written else None, _is_rules(path.resolve().parent.parent), gathering)
    check_resolved(root, written, included, types, first_day, _next_day(path), gathering)
    gathering.finish()
    assert written
    return merge(str(path), root, written, included, types, first_day)


def _load_fragment(path: Path, root: Node) -> Ruleset:
    gathering = Gathering()
    written = read_fragment(root, gathering)
    types = _evidence_types(path, gathering)
    belongs = path.resolve().parent.parent.name == COMMON
    _check_place_of_file(path, written.id if written else None, belongs, gathering)
    check_alone(root, written, types, day_of(path), gathering)
    gathering.finish()
    assert written
    return merge_alone(str(path), root, written, types, day_of(path))


def versions(path: Path) -> tuple[date, ...]:
    """The days on which what `load(path, day)` gives begins or changes: its first, and those of fragments' later files.

    Empty for a file whose name is no day. Raises `Refused`.
    """
    first_day = day_of(path)
    if first_day is None:
        return ()
    ruleset = load(path)
    common = _nearest(path, COMMON)
    days = {first_day}
    for reference in ruleset.fragments if common else ():
        days |= {file.day for file in dated_files(common / reference.partition("/")[0])}  # type: ignore[operator]
    ends, next_day = ruleset.ends or date.max, _next_day(path) or date.max
    return tuple(sorted(day for day in days if first_day <= day <= ends and day < next_day))


def day_of(path: Path) -> date | None:
    """The day that a file's name says, or None."""
    try:
        return date.fromisoformat(path.stem) if re.fullmatch(DAY_PATTERN, path.stem) else None
    except ValueError:
        return None


def dated_files(folder: Path) -> tuple[DatedFile, ...]:
    """The files in a ruleset's or a fragment's folder that are named by a day, ascending."""
    return tuple(sorted(DatedFile(day, path) for path in folder.glob("*.yaml") if (day := day_of(path))))


def _in_force(files: tuple[DatedFile, ...], day: date | None) -> Path | None:
    return next((file.path for file in reversed(files) if day is None or file.day <= day), None)


def _next_day(path: Path) -> date | None:
    first_day = day_of(path)
    if first_day is None or not _is_rules(path.resolve().parent.parent):
        return None
    return next((file.day for file in dated_files(path.parent) if file.day > first_day), None)


def _is_rules(folder: Path) -> bool:
    return (folder / EVIDENCE_FILE).is_file() or (folder / COMMON).is_dir()


def _folders(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []


def _nearest(path: Path, name: str) -> Path | None:
    """The nearest `name` in the folders above `path`, as a path like the one given where that is possible."""
    given = {folder.resolve(): folder for folder in reversed(path.parents)}
    return next((given.get(each, each) / name for each in path.resolve().parents if (each / name).exists()), None)


def _read(path: Path) -> Node:
    return read_document(str(path), path.read_bytes())


def _evidence_types(path: Path, gathering: Gathering) -> KnownTypes:
    file = _nearest(path, EVIDENCE_FILE)
    if file is None:
        return "missing"
    return gathering.read(lambda: _evidence_types_in(str(file), file.read_bytes())) or "unreadable"


@lru_cache(maxsize=4)
def _evidence_types_in(path: str, data: bytes) -> EvidenceTypes:
    return EVIDENCE_TYPES.read(read_document(path, data))


def _included(root: Node, path: Path, day: date | None, gathering: Gathering) -> list[Included]:
    """The fragments that can be read; whatever is wrong with the others is noted."""
    entry = root.entries.get("include") if isinstance(root, Mapping) else None
    written = entry.value.items if entry and isinstance(entry.value, Sequence) else ()
    common = _nearest(path, COMMON)
    included: list[Included] = []
    seen: set[str] = set()
    for item in written:
        if not isinstance(item, Scalar) or not re.fullmatch(ID_PATTERN, item.text):
            continue  # noted by the shape of `include`
        name = item.text
        if name in seen:
            gathering.note(item.place(), "fragment-twice", name=name)
            continue
        seen.add(name)
        if common is None or not (files := dated_files(common / name)):
            known = _folders(common) if common else ()
            gathering.note(item.place(), "unknown-fragment", name=name, near=suggestion(name, known))
        elif (file := _in_force(files, day)) is None:
            gathering.note(item.place(), "fragment-not-in-force", name=name, day=str(day), first=str(files[0].day))
        elif one := gathering.read(_include, item, file):
            included.append(one)
    return included


def _include(item: Scalar, file: Path) -> Included:
    gathering = Gathering()
    root = _read(file)
    written = read_fragment(root, gathering)
    _check_place_of_file(file, written.id if written else None, True, gathering)
    gathering.finish()
    assert written
    day = day_of(file)
    assert day
    return Included(item, day, root, written)


def _check_place_of_file(path: Path, id_: Scalar | None, belongs: bool, gathering: Gathering) -> None:
    """In a rules folder the folder of a ruleset is its id; a file that lies anywhere else may be called anything."""
    folder = path.resolve().parent.name
    if belongs and id_ and day_of(path) and id_.text != folder:
        gathering.note(id_.place(), "id-is-not-folder", id=id_.text, folder=folder)
