"""Judges the answers to one piece of evidence: usable or not, its status, and which of its attributes are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle import days
from tests.oracle.reading import Declared, WrongTypeError, element_type, fold, policy_value, record_fields, typed
from tests.oracle.values import Truth, Value, conjunction, listed

DEFINITE = ("valid", "suspended", "revoked", "cancelled", "expired", "transferred", "none")
REJECTING = ("none", "expired", "revoked", "cancelled")
FOREVER = date(9999, 12, 31)
MOST_ELEMENTS = 1_000
UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Kind:
    """An evidence type of `evidence.yaml`. `attributes` are declarations: `{type: …, at_most: …}`."""

    attributes: Mapping[str, Mapping[str, Any]]
    none_means: Mapping[str, Any] | None


@dataclass(frozen=True)
class Judged:
    """`value`: a record, or a list of records for `all` and `for_each` (None: unknown). `status` None: not definite."""

    value: Value
    usable: bool
    status: str | None
    ill_typed: bool = False

    def definitely_bad(self, accept: Sequence[str]) -> bool:
        return not self.usable and self.status in REJECTING and self.status not in accept


@dataclass(frozen=True)
class Terms:
    """What the ruleset asks of an answer."""

    kind: Kind
    accept: tuple[str, ...]
    fresh: str | None
    today: date


def unavailable(kind: Kind) -> Judged:
    return Judged(record(kind, {}, None, None, None, None), False, None)


def none(kind: Kind) -> Judged:
    return Judged(record(kind, {}, "none", False, None, None), False, "none")


def perhaps_not_asked(judged: Judged) -> Judged:
    """Judged as it is, but if it turns out not to be asked for, its status is `none` and its list another one."""
    value = None if not isinstance(judged.value, dict) else judged.value | {"status": None, "valid": None}
    return Judged(value, judged.usable, judged.status, judged.ill_typed)


def record(
    kind: Kind, attributes: Mapping[str, Value], status: str | None, valid: Truth, issued: Value, until: Value
) -> dict[str, Value]:
    given = {name: attributes.get(name) for name in kind.attributes}
    return given | {"status": status, "valid": valid, "issued_on": issued, "valid_until": until}


def judge(answer: Any, holder: str | None, terms: Terms) -> Judged:
    """One answer, or a list of answers of which one is taken. `holder`: the expected one, None if unknown."""
    if holder is None:
        return unavailable(terms.kind)
    if isinstance(answer, list):
        if not answer:
            return judge("none", holder, terms)
        each = [judge_one(one, holder, terms) for one in answer]
        usable = [one for one in each if one.usable]
        if len(usable) == 1:
            return usable[0]
        return each[0] if len(each) == 1 else unavailable(terms.kind)
    return judge_one(answer, holder, terms)


def judge_all(answer: Any, holder: str | None, terms: Terms) -> Judged:
    """`all: true`."""
    if answer == "none":
        answer = []
    elif isinstance(answer, Mapping):
        answer = [answer]
    if holder is None or not isinstance(answer, list):
        return Judged(None, False, None)
    each = [judge_one(one, holder, terms) for one in answer]
    usable = bool(each) and all(one.usable for one in each)
    status = "none" if not each else "valid" if usable else None
    return Judged(listed(one.value for one in each), usable, status, any(one.ill_typed for one in each))


def judge_each(answer: Any, holders: Sequence[str | None], terms: Terms) -> Judged:
    """`for_each`, over the form list's elements; `holders` are their `of:`."""
    if not isinstance(answer, list) or len(answer) != len(holders):
        answer = [UNAVAILABLE] * len(holders)
    each = [
        unavailable(terms.kind) if holder is None else judge_one(one, holder, terms)
        for one, holder in zip(answer, holders, strict=True)
    ]
    bad = [one.status for one in each if one.definitely_bad(terms.accept)]
    usable = all(one.usable for one in each)
    status = "valid" if usable else bad[0] if bad else None
    return Judged(listed(one.value for one in each), usable, status, any(one.ill_typed for one in each))


def judge_one(answer: Any, holder: str, terms: Terms) -> Judged:
    kind = terms.kind
    if answer == "none":
        if kind.none_means is None:
            return none(kind)
        meant = {name: policy_value(raw, kind.attributes[name]["type"]) for name, raw in kind.none_means.items()}
        return Judged(record(kind, meant, "valid", True, None, FOREVER), True, "valid")
    if not isinstance(answer, Mapping):
        return unavailable(kind)
    if answer.get("signature_valid", True) is not True:
        return unavailable(kind)
    if "holder" in answer and not same_holder(answer["holder"], holder):
        return unavailable(kind)

    status = answer.get("status", "valid")
    if not isinstance(status, str) or status not in DEFINITE:
        status = None
    issued, until = day(answer, "issued_on"), FOREVER if "valid_until" not in answer else day(answer, "valid_until")
    begun: Truth = True if "issued_on" not in answer else None if issued is None else issued <= terms.today
    lasting: Truth = None if until is None else terms.today <= until
    if status == "valid" and lasting is not True:
        status = "expired" if lasting is False else None
    valid = conjunction([None if status is None else status == "valid", begun, lasting])
    usable = (
        status in terms.accept
        and begun is True
        and (lasting is True or status == "expired")
        and is_fresh(issued, terms)
    )
    if not usable:
        return Judged(record(kind, {}, status, valid, None, None), False, status)
    attributes, ill_typed = read_attributes(answer, kind)
    return Judged(record(kind, attributes, status, valid, issued, until), True, status, ill_typed)


def same_holder(given: Any, expected: str) -> bool:
    return isinstance(given, str) and fold(given).upper() == expected


def day(answer: Mapping[str, Any], name: str) -> date | None:
    try:
        return typed(answer[name], "date") if name in answer else None
    except WrongTypeError:
        return None


def is_fresh(issued: date | None, terms: Terms) -> bool:
    if terms.fresh is None:
        return True
    if issued is None:
        return False
    if terms.fresh.endswith(" working days"):
        waited = days.working_days_between(issued, terms.today)
        return waited is not None and waited <= int(terms.fresh.split()[0])
    last = days.add_duration(issued, terms.fresh)
    return last is not None and last >= terms.today


def read_attributes(answer: Mapping[str, Any], kind: Kind) -> tuple[dict[str, Value], bool]:
    """The attributes of a usable answer, and whether any is of the wrong type."""
    values, ill_typed = {}, False
    for name, declaration in kind.attributes.items():
        if answer.get(name) is not None:
            values[name], wrong = attribute(answer[name], declaration["type"], declaration.get("at_most"))
            ill_typed = ill_typed or wrong
    return values, ill_typed


def attribute(raw: Any, declared: Declared, at_most: int | None) -> tuple[Value, bool]:
    """The value, and whether it is of the wrong type somewhere."""
    if raw is None:
        return None, False
    element = element_type(declared)
    if element is None:
        try:
            return typed(raw, declared), False
        except WrongTypeError:
            return None, True
    fields = record_fields(element)
    most = MOST_ELEMENTS if at_most is None else min(at_most, MOST_ELEMENTS)
    if not isinstance(raw, list) or len(raw) > most:
        return None, True
    if fields is None:
        read = [attribute(each, element, None) for each in raw]
        return listed(value for value, _ in read), any(wrong for _, wrong in read)
    if not all(isinstance(each, Mapping) for each in raw):
        return None, True
    rows, ill_typed = [], False
    for each in raw:
        row = {}
        for name, type_ in fields.items():
            row[name], wrong = attribute(each.get(name), type_, None)
            ill_typed = ill_typed or wrong
        rows.append(row)
    return listed(rows), ill_typed
