"""What a draft changes: line by line as text, and entry by entry as what is written, conditions, parameters and the like."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from engine.ruleset import document
from engine.ruleset.document import Node, Scalar, read_document
from engine.ruleset.findings import Refused
from service.policies.models import Change

_LONGEST = 200_000  # characters of a difference that is told


def text_difference(old: bytes, new: bytes, path: str) -> str:
    """As `diff -u` writes it; empty where nothing differs."""
    lines = difflib.unified_diff(old.decode().splitlines(), new.decode().splitlines(), path, path, lineterm="")
    return "\n".join(lines)[:_LONGEST]


def changes(old: bytes, new: bytes) -> list[Change]:
    """By section and name, in the order of the new text, then what was removed. Empty where a text cannot be read."""
    before, after = _entries(old), _entries(new)
    if before is None or after is None:
        return []
    found = [*_changed(before, after)]
    for (section, name), value in before.items():
        if (section, name) not in after:
            found.append(Change(section=section, name=name, change="removed", old=value))
    return found


def _changed(before: Mapping[tuple[str, str], Any], after: Mapping[tuple[str, str], Any]) -> Iterator[Change]:
    for (section, name), value in after.items():
        if (section, name) not in before:
            yield Change(section=section, name=name, change="added", new=value)
        elif before[section, name] != value:
            yield Change(section=section, name=name, change="changed", old=before[section, name], new=value)


def _entries(body: bytes) -> dict[tuple[str, str], Any] | None:
    """Entries of the sections, and what stands at the top by itself under the section's name."""
    if not body.strip():
        return {}
    try:
        root = read_document("", body)
    except Refused:
        return None
    found: dict[tuple[str, str], Any] = {}
    if isinstance(root, document.Mapping):
        for section, entry in root.entries.items():
            if isinstance(entry.value, document.Mapping):
                found |= {(section, name): _plain(each.value) for name, each in entry.value.entries.items()}
            else:
                found[section, section] = _plain(entry.value)
    return found


def _plain(node: Node) -> Any:
    match node:
        case Scalar():
            return node.text
        case document.Sequence():
            return [_plain(each) for each in node.items]
        case document.Mapping():
            return {name: _plain(entry.value) for name, entry in node.entries.items()}
