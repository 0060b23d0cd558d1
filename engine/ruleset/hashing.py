"""The hash of a resolved ruleset: over everything that decides, and nothing else.

Counted are the first day, what is written in the ruleset, in the fragments it includes and in the evidence types it
uses, the version of the calendar and that of the language. Comments, layout and where the files lie are not. The order
of keys is: it orders conditions, evidence and the outputs of tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from engine.language.working_days import calendar_version
from engine.ruleset.document import Node, Scalar, Sequence
from engine.ruleset.model import EvidenceType

LANGUAGE_VERSION = "1"
"""Raised whenever a ruleset may mean something else than before."""


def ruleset_hash(
    root: Node,
    first_day: date | None,
    fragments: Iterable[tuple[str, Node]],
    evidence: Iterable[tuple[EvidenceType, Node]],
) -> str:
    """`sha256:` and 64 hexadecimal digits. `fragments` are named with their day; a node is a file's or an entry's."""
    used = {(type_.kind, type_.id): _value(node) for type_, node in evidence}
    decides = {
        "calendar": calendar_version(),
        "evidence": [[kind, id_, value] for (kind, id_), value in sorted(used.items())],
        "first_day": str(first_day) if first_day else None,
        "fragments": [[name, _value(node)] for name, node in fragments],
        "language": LANGUAGE_VERSION,
        "ruleset": _value(root),
    }
    canonical = json.dumps(decides, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _value(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_value(item) for item in node.items]
    return {"entries": [[name, _value(entry.value)] for name, entry in node.entries.items()]}
