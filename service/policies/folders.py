"""Texts as the folder of rules that the engine reads, and a folder of rules as texts.

The engine reads files and knows places in them. So what is kept as texts is written out for as long as it is looked at, and the
places it speaks of are told by the path below the folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from engine.ruleset.findings import Finding
from engine.ruleset.loading import COMMON, EVIDENCE_FILE
from engine.ruleset.model import Ruleset

Texts = Mapping[str, bytes]
"""By path below the folder."""


def file_of(ruleset: str, day: date) -> str:
    return f"{ruleset}/{day.isoformat()}.yaml"


def cases_of(path: str) -> str:
    return str(PurePosixPath(path).with_suffix(".cases.yaml"))


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def sources_of(ruleset: Ruleset) -> tuple[str, ...]:
    """What a ruleset is read with, beside its own file."""
    return EVIDENCE_FILE, *(f"{COMMON}/{each}.yaml" for each in ruleset.fragments)


def texts_in(folder: Path) -> dict[str, bytes]:
    """Every dated file with its cases, and the evidence types."""
    found = [folder / EVIDENCE_FILE, *folder.glob("*/*.yaml"), *folder.glob(f"{COMMON}/*/*.yaml")]
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in sorted(found) if each.is_file()}


@contextmanager
def written(texts: Texts) -> Iterator[Path]:
    """The folder, until it is left. Paths are of our own making."""
    with TemporaryDirectory(prefix="miaopi-rules-") as name:
        folder = Path(name).resolve()
        write(texts, folder)
        yield folder


def write(texts: Texts, folder: Path) -> None:
    for path, body in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)


def below(folder: Path, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with paths as they are below the folder."""
    return tuple(replace(each, place=replace(each.place, path=_below(folder, each.place.path))) for each in findings)


def _below(folder: Path, path: str) -> str:
    return Path(path).relative_to(folder).as_posix() if path.startswith(f"{folder}/") else path
