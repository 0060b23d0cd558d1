"""Decides again from a receipt, and says where the answer differs. Everything is compared but `engine`, its version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.decision.decide import STOPPED, CompiledRuleset
from engine.decision.no_ruleset import NO_RULESET, write_no_ruleset
from engine.decision.problems import InvalidFacts, Language
from engine.decision.receipt import ReceiptWriter
from engine.decision.strict_json import jsonable, read_json

NOT_DECIDED = ("acting", "engine", "seal", "situation")
"""What a receipt carries that no decision makes: the engine's version, and what the service adds."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` such as `reasons[2].outcome`; a value of `ABSENT` is not there at all."""

    path: str
    old: Any
    new: Any


ABSENT = object()


def replay(receipt: Mapping[str, Any], ruleset: CompiledRuleset | None, lang: Language = "zh") -> tuple[Difference, ...]:
    """How the decision made now differs from the receipt, read as JSON; none if it is the same byte by byte.

    `ruleset` is the one of the receipt's hash, None for a receipt of `no-ruleset`. Facts that are refused now differ in
    `facts`, in the words of `lang`.
    """
    today, facts = date.fromisoformat(receipt["decided_for"]), receipt.get("facts", {})
    try:
        new = _decide(receipt, ruleset, facts, today)
    except InvalidFacts as refused:
        return (Difference("facts", jsonable(facts), refused.problem(lang)["detail"]),)
    old = dict(receipt)
    for each in (old, new):
        for name in NOT_DECIDED:
            each.pop(name, None)
    return tuple(_differences("", old, new))


def _decide(receipt: Mapping[str, Any], ruleset: CompiledRuleset | None, facts: Any, today: date) -> dict[str, Any]:
    """The receipt of now, as JSON. What rules concluded is left to a person again where it was: that is `proposed`,
    or `fired` for a ruleset that was stopped.
    """
    added: dict[str, Any] = {}
    if ruleset is None:
        again = write_no_ruleset(receipt["ruleset"], facts, today)
    else:
        decision = ruleset.decide(ruleset.read(facts, today))
        if "proposed" in receipt:
            added = {"proposed": decision.conclusion}
            decision = decision.left_to_a_person()
        if receipt.get("fired") == STOPPED:
            decision = decision.stopped()
        again = ReceiptWriter(ruleset).write(decision)
    return {**read_json(again.body), **added}


def is_without_ruleset(receipt: Mapping[str, Any]) -> bool:
    """Whether the receipt says that no ruleset was in force."""
    return receipt.get("ruleset_hash") is None and receipt.get("fired") == NO_RULESET


def _differences(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from _differences(f"{path}.{name}" if path else name, old.get(name, ABSENT), new.get(name, ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for place in range(max(len(old), len(new))):
            first, second = (each[place] if place < len(each) else ABSENT for each in (old, new))
            yield from _differences(f"{path}[{place}]", first, second)
    elif type(old) is not type(new) or old != new:  # 1 is not true, and 1.0 not 1
        yield Difference(path, old, new)
