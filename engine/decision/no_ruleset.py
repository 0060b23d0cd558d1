"""The receipt of an application for which no ruleset is in force: it goes to a person, and the record says so."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from engine import __version__
from engine.decision.facts import SECTIONS
from engine.decision.problems import Gap, InvalidFacts
from engine.decision.receipt import HASHED, Receipt
from engine.decision.strict_json import canonical, jsonable

NO_RULESET = "no-ruleset"


def write_no_ruleset(ruleset: str | None, given: Any, today: date) -> Receipt:
    """A review for want of a ruleset. `ruleset` is its id, None if the situation has none; `given`
    is the JSON of `decide`. Raises `InvalidFacts`.

    Facts are kept as given, for nothing declares them; evidence is not, for nothing says who may see it.
    """
    if not isinstance(given, dict):
        raise InvalidFacts([Gap("", "not-object", "facts")])
    if strange := [name for name in given if name not in SECTIONS]:
        raise InvalidFacts([Gap(name, "unknown-fact", "", {"name": name}) for name in strange])
    hashed: dict[str, Any] = {
        "conclusion": "review",
        "decided_for": today.isoformat(),
        "facts": jsonable({name: each for name, each in given.items() if name != "evidence"}),
        "grant": {},
        "operands": {},
        "outcomes": {},
        "ruleset_hash": None,
    }
    assert set(hashed) == set(HASHED)
    receipt_hash = "sha256:" + hashlib.sha256(canonical(hashed)).hexdigest()
    body = {
        **{name: hashed[name] for name in ("conclusion", "decided_for", "facts", "grant", "ruleset_hash")},
        "approver_only": ["case.draw"],
        "causes": [NO_RULESET],
        "diagnostics": [],
        "engine": __version__,
        "evidence": [],
        "fired": NO_RULESET,
        "follow_up": [],
        "missing": [],
        "queue": "general",
        "reasons": [],
        "receipt_hash": receipt_hash,
        "ruleset": ruleset,
    }
    return Receipt(canonical(body), receipt_hash)
