"""The applicant's copy of a receipt: without what only approvers may see, and without its hash and seal, from which it could be guessed.

Left out are the names in the receipt's `approver_only`, and whatever rests on evidence about other persons. Evidence of
which the applicant may see nothing is left out whole: whether a register holds an entry tells as much as the entry.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from engine.decision.decide import CompiledRuleset
from engine.ruleset.checking import expressions_of
from engine.ruleset.namespace import declared_name
from service.evidence.actions import of_another
from service.protection.masking import masked_number

_LEFT_OUT = ("diagnostics", "receipt_hash", "seal")


@lru_cache(256)  # it is the same for every decision of a ruleset
def withheld_from(ruleset: CompiledRuleset) -> tuple[str, ...]:
    """Evidence and operands to leave out beside `approver_only`, sorted."""
    declared = ruleset.ruleset
    others = {each.name for each in declared.evidence.values() if of_another(each)}
    unseen = {
        each.name
        for each in declared.evidence.values()
        if all(attribute.shown_to == "approver" for attribute in each.type.attributes.values())
    }
    derived = {
        declared_name(declared, path)
        for path in ruleset.operand_paths
        for expression in expressions_of(declared, path[0])
        if any(fact.split(".")[0] in others for fact in ruleset.checked.facts_read(expression))
    }
    return tuple(sorted(others | unseen | derived))


def applicant_copy(receipt: Mapping[str, Any], withheld: Collection[str]) -> dict[str, Any]:
    """What the applicant may read of a complete receipt."""
    hidden = {*receipt["approver_only"], *withheld}
    facts = dict(receipt["facts"])
    if "evidence" in facts:
        answers = facts["evidence"].items()
        facts["evidence"] = {name: _shown(name, answer, hidden) for name, answer in answers if name not in hidden}
    if "case" in facts:
        facts["case"] = {name: value for name, value in facts["case"].items() if f"case.{name}" not in hidden}
    acting = {"acting": {**receipt["acting"], "number": masked_number(receipt["acting"]["number"])}} if "acting" in receipt else {}
    return {
        **{name: value for name, value in receipt.items() if name not in _LEFT_OUT},
        **acting,
        "approver_only": sorted(hidden),
        "copy": "applicant",
        "evidence": [_shortfall(each, hidden) for each in receipt["evidence"]],
        "facts": facts,
        "reasons": [_reason(each, hidden) for each in receipt["reasons"]],
    }


def _shown(name: str, answer: Any, hidden: Collection[str]) -> Any:
    if isinstance(answer, list):
        return [_shown(name, each, hidden) for each in answer]
    if isinstance(answer, dict):
        return {attribute: value for attribute, value in answer.items() if f"{name}.{attribute}" not in hidden}
    return answer


def _reason(reason: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    operands = {
        name: value
        for name, value in reason["operands"].items()
        if name not in hidden and name.split(".")[0] not in hidden
    }
    return {**reason, "operands": operands}


def _shortfall(shortfall: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    if shortfall["evidence"] not in hidden:
        return dict(shortfall)
    return {name: value for name, value in shortfall.items() if name not in ("problem", "status")}
