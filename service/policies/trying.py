"""Trying a draft on one application, made up or past, and seeing what each condition makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from engine.decision.decide import Decision, compile_ruleset
from engine.decision.receipt import ReceiptWriter
from engine.language.json_values import as_json
from engine.ruleset.checking import Checked
from service.accounts.actions import Caller
from service.cases import actions as on_cases
from service.policies import answers, store
from service.policies.beside import answer_beside, concluded, differing, outcomes_of
from service.policies.drafts import hold_to_writer, proposed_by
from service.policies.models import Trial, Tried
from service.policies.proving import Looked, Proposal, look_at
from service.problems import Language, Problem
from service.rulesets import Prepared
from service.state import Service, day_of

_TELLS_NOTHING = re.compile(r"-?\d{1,12}(\.\d+)?")


def try_draft(
    service: Service, caller: Caller, ruleset: str, effective: date, given: Trial, lang: Language
) -> Tried:
    """What the draft makes of made-up facts, or of a past case that the caller may see. Raises `Problem`, `InvalidFacts`."""
    hold_to_writer(caller)
    if (given.facts is None) == (given.case is None):
        raise Problem("invalid-request", detail=("请给出 facts 或 case 其中之一", "Give either facts or case"))
    with service.database.reading() as session:
        row = store.draft(session, ruleset, effective)
        if row is None:
            raise Problem("unknown-draft")
        proposed = proposed_by(session, row)
    return try_proposed(service, caller, proposed, given, lang)


def try_proposed(service: Service, caller: Caller, proposed: Proposal, given: Trial, lang: Language) -> Tried:
    """The same of texts that nobody has kept yet. Raises `Problem`, `InvalidFacts`."""
    looked = look_at(proposed, service.catalogue, service.rulesets.current)
    if not looked.checked or not looked.right:
        findings = answers.checked(looked.findings, lang).findings
        raise Problem("policy-refused", findings=[each.model_dump() for each in findings])
    day = given.on or max(day_of(service.now()), proposed.effective)
    prepared = _prepared(looked, day)
    if given.case is not None:
        return _on_case(service, caller, prepared, given.case, given.on)
    compiled = prepared.compiled
    decision = compiled.decide(compiled.read(given.facts, day))
    receipt = orjson.loads(prepared.receipts.write(decision).body)
    in_force = service.rulesets.on(proposed.ruleset, day)
    other = None if in_force is None else answer_beside(in_force, receipt)
    return Tried(
        conclusion=decision.conclusion, proposed_grant=receipt["grant"], causes=receipt["causes"], missing=receipt["missing"],
        reasons=receipt["reasons"], in_force=None if other is None else other.conclusion,
        differing={} if other is None else _turned(differing(outcomes_of(receipt), other)),
    )  # fmt: skip


def _prepared(looked: Looked, day: date) -> Prepared:
    """With the fragments of the day."""
    since, checked = next((each for each in reversed(looked.checked) if each[0] <= day), looked.checked[0])
    return _compiled(since, checked)


def _compiled(since: date, checked: Checked) -> Prepared:
    compiled = compile_ruleset(checked)
    return Prepared(since, compiled, ReceiptWriter(compiled))


def _on_case(service: Service, caller: Caller, prepared: Prepared, number: str, day: date | None) -> Tried:
    """The look at the case is on record."""
    receipt = orjson.loads(on_cases.receipt_to_try(service, caller, number))
    decision = answer_beside(prepared, receipt, day)
    if decision is None:
        raise Problem("invalid-request", detail=("办件的表单缺少草稿要求的内容", "The case's form lacks what the draft asks for"))
    told = orjson.loads(prepared.receipts.write(decision).body)
    return Tried(
        conclusion=decision.conclusion, proposed_grant=_grant(decision), causes=told["causes"], missing=told["missing"],
        reasons=[{**each, "operands": _masked(each["operands"]), "message": None} for each in told["reasons"]],
        in_force=concluded(receipt), differing=differing(outcomes_of(receipt), decision),
    )  # fmt: skip


def _turned(found: Mapping[str, list[str | None]]) -> dict[str, list[str | None]]:
    """What is in force first."""
    return {name: [there, tried] for name, (tried, there) in found.items()}


def _grant(decision: Decision) -> dict[str, Any]:
    grant = decision.ruleset.ruleset.grant
    return {name: as_json(value, grant[name].type) for name, value in decision.grant.items()}


def _masked(operands: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and truths alone: anything else may tell who it is."""
    return {name: value if _is_plain(value) else "…" for name, value in operands.items()}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int) or (isinstance(value, str) and bool(_TELLS_NOTHING.fullmatch(value)))
