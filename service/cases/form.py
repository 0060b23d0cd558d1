"""The form of a situation as JSON Schema (2020-12), with what the applicant's licences already say.

Annotations of its own: `x-asked-when` (the expression, in the rule language), `x-pattern` (RE2), `x-prefilled` (value,
evidence, licence, issued day), `x-unit`, `x-ruleset`, `x-commitments`. The service holds a form to the ruleset, not to this schema: it
is for drawing the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.decision.compiler import compile_answer
from engine.decision.facts import Facts
from engine.decision.typing import LONGEST_LIST, LONGEST_TEXT
from engine.language.json_values import as_json
from engine.language.numbers import render
from engine.language.tree import And, Compare, Field, In, ListOf, Literal, Name, Node, Or
from engine.language.types import (
    Boolean,
    Date,
    Integer,
    ListType,
    Money,
    Number,
    OneOf,
    Phone,
    Record,
    ResidentId,
    Type,
    Uscc,
)
from engine.ruleset.model import FormFact
from engine.ruleset.reading import paths_read
from service.accounts.actions import Caller
from service.evidence.actions import Gathered, Purpose, gather, of_another, use_rows
from service.rulesets import Prepared
from service.state import Service, day_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_RE2_ALONE = ("\\p", "\\P", "\\z", "\\A", "\\Q", "\\C", "(?", "[[:")
_DECIMAL = {"type": ["number", "string"], "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,10})?$"}


def form_of(service: Service, situation_id: str, caller: Caller | None) -> dict[str, Any]:
    """The JSON Schema of a situation's form, prefilled for the caller. Raises `Problem`."""
    situation = service.situation(situation_id) if caller is None else service.situation_for(caller, situation_id)
    day = day_of(service.now())
    prepared = service.ruleset_on(situation, day)
    return open_form(service.title(situation_id)) if prepared is None else form_schema(service, prepared, caller, day)


def form_schema(service: Service, prepared: Prepared, caller: Caller | None, day: date) -> dict[str, Any]:
    """The schema; prefilled where somebody is signed in."""
    ruleset = prepared.compiled.ruleset
    known = prefilled(service, prepared, caller, day) if caller else {}
    always = [each.name for each in ruleset.form.values() if each.asked_when is None and _mandatory(each)]
    at_times = [rule for each in ruleset.form.values() if _mandatory(each) and (rule := _asked_when(each))]
    promises = [each for each in ruleset.conditions.values() if each.commitment is not None]
    return {
        "$schema": DIALECT,
        "title": ruleset.title,
        "type": "object",
        "properties": {name: _property(each) | known.get(name, {}) for name, each in ruleset.form.items()},
        "required": always,
        "additionalProperties": False,
        **({"allOf": at_times} if at_times else {}),
        **({"x-commitments": [{"id": each.id, "label": each.label} for each in promises]} if promises else {}),
        "x-ruleset": ruleset.reference,
    }


def open_form(title: str) -> dict[str, Any]:
    """The form where no ruleset says what belongs into it: a person reads it."""
    return {"$schema": DIALECT, "title": title, "type": "object", "x-ruleset": None}


def prefilled(service: Service, prepared: Prepared, caller: Caller, day: date) -> dict[str, Any]:
    """`x-prefilled` for each fact that the caller's own usable evidence supplies and the caller may see."""
    compiled, ruleset = prepared.compiled, prepared.compiled.ruleset
    wanted = {
        each.name: (each.prefill.tree, {path[0] for path in paths_read(each.prefill.tree)})
        for each in ruleset.form.values()
        if each.prefill is not None
        and not any(compiled.checked.is_approver_only(path) for path in paths_read(each.prefill.tree))
    }
    own = {name for name, each in ruleset.evidence.items() if not of_another(each)}
    needed = frozenset(name for _, names in wanted.values() for name in names) & own
    if not needed:
        return {}
    gathered = _looked_up(service, prepared, caller, day, "预填", needed)
    found = {}
    for name, (tree, names) in wanted.items():
        if names <= needed:
            value = compile_answer(compiled.checked, f"prefill.{name}", tree)(dict(gathered.values), [])
            if value is not None:
                found[name] = {"x-prefilled": {"value": as_json(value, ruleset.form[name].type),
                                               "sources": [_source(prepared, each, gathered) for each in sorted(names)]}}
    return found


def held(service: Service, situation_id: str, caller: Caller) -> Mapping[str, date | None]:
    """The licences that the situation asks for and the caller holds, in order: the day each was issued, by its type's id."""
    day = day_of(service.now())
    prepared = service.ruleset_on(service.situation_for(caller, situation_id), day)
    if prepared is None:
        return {}
    evidence = prepared.compiled.ruleset.evidence.values()
    own = {each.name: each.type.id for each in evidence if each.type.kind == "licence" and not of_another(each)}
    gathered = _looked_up(service, prepared, caller, day, "查看已有的证照", frozenset(own))
    return {type_: gathered.judged[name].issued_on for name, type_ in own.items() if gathered.judged[name].usable}


def _looked_up(
    service: Service, prepared: Prepared, caller: Caller, day: date, purpose: str, names: frozenset[str]
) -> Gathered:
    """The caller's own evidence of these names, before there is an application; the uses are on record."""
    compiled, ruleset = prepared.compiled, prepared.compiled.ruleset
    values: dict[str, Any] = {f"applicant.{name}": value for name, value in caller.as_applicant.items()}
    agent = caller.as_applicant.get("agent_number")
    values |= {f"form.{name}": None for name in ruleset.form} | {"applicant.agent_number": agent}
    values |= {"today": day, "applied_on": day, **dict.fromkeys(compiled.intake.materials)}
    facts = Facts(day, values, {}, frozenset(), b"{}", (), {})
    why = Purpose(f"{ruleset.title}（{purpose}）", right=caller.authorisation, client=caller.client)
    gathered = gather(service.sources, compiled, facts, why, names)
    service.database.insert(use_rows(gathered.uses, None))
    return gathered


def _source(prepared: Prepared, name: str, gathered: Gathered) -> dict[str, Any]:
    issued_on = gathered.judged[name].issued_on
    title = prepared.compiled.ruleset.evidence[name].type.title
    return {"evidence": name, "title": title, "issued_on": issued_on.isoformat() if issued_on else None}


def _mandatory(fact: FormFact) -> bool:
    return not fact.optional and fact.default is None


def _property(fact: FormFact) -> dict[str, Any]:
    schema = {"title": fact.label, **_of_type(fact.type)}
    if fact.pattern is not None:
        schema["x-pattern"] = fact.pattern
        if not any(part in fact.pattern for part in _RE2_ALONE):
            schema["pattern"] = f"^(?:{fact.pattern})$"
    if isinstance(fact.type, ListType):
        schema["minItems"] = fact.at_least or 0
        schema["maxItems"] = min(fact.at_most or LONGEST_LIST, LONGEST_LIST)
    if fact.default is not None:
        schema["default"] = as_json(fact.default, fact.type)
    if fact.asked_when is not None:
        schema["x-asked-when"] = fact.asked_when.text
    return schema


def _of_type(type_: Type) -> dict[str, Any]:
    match type_:
        case Boolean():
            return {"type": "boolean"}
        case Integer():
            return {"type": "integer"}
        case Money():
            return {**_DECIMAL, "x-unit": "CNY"}
        case Number():
            return dict(_DECIMAL)
        case Date():
            return {"type": "string", "format": "date"}
        case OneOf():
            return {"type": "string", "enum": list(type_.values)}
        case ResidentId():
            return {"type": "string", "pattern": "^[0-9]{17}[0-9Xx]$"}
        case Uscc():
            return {"type": "string", "pattern": "^[0-9A-Za-z]{18}$"}
        case Phone():
            return {"type": "string", "pattern": "^[0-9-]{11,13}$"}
        case ListType():
            return {"type": "array", "items": _of_type(type_.element)}
        case Record():
            fields = {name: {"title": name, **_of_type(each)} for name, each in type_.fields}
            return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


def _asked_when(fact: FormFact) -> dict[str, Any] | None:
    """Mandatory where the expression surely holds; None where it is not simple enough to say in JSON Schema."""
    test = None if fact.asked_when is None else _holds(fact.asked_when.tree)
    return None if test is None else {"if": test, "then": {"required": [fact.name]}}


def _holds(node: Node) -> dict[str, Any] | None:
    match node:
        case Field(base=Name(name="form"), name=name):
            return _has(name, {"const": True})
        case Compare(operator="=", left=Field(base=Name(name="form"), name=name), right=Literal(value=value)):
            return _has(name, {"const": _constant(value)})
        case Compare(operator="!=", left=Field(base=Name(name="form"), name=name), right=Literal(value=value)):
            return _has(name, {"not": {"const": _constant(value)}})
        case In(value=Field(base=Name(name="form"), name=name), container=ListOf(items=items)):
            values = [each.value for each in items if isinstance(each, Literal)]
            return _has(name, {"enum": [_constant(each) for each in values]}) if len(values) == len(items) else None
        case And(operands=operands) | Or(operands=operands):
            tests = [_holds(each) for each in operands]
            return None if None in tests else {"allOf" if isinstance(node, And) else "anyOf": tests}
    return None


def _has(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"properties": {name: schema}, "required": [name]}


def _constant(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else render(value, False) if isinstance(value, Decimal) else value
