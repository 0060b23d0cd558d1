"""Judges evidence: whose it is, whether it may be relied on, and what is known of it. Meaning: docs/meaning.md, Evidence.

An answer is read once (`AnswerReader`), and judged for the day of the decision (`judge`). A source that failed or an answer
that cannot be relied on leaves unknowns, never falsehoods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from engine.decision.typing import LONGEST_LIST, Reader, Unchecked, WrongType, read_date, reader
from engine.language.dates import add_days, add_months, add_years
from engine.language.texts import fold_identifier
from engine.language.types import ListType, Record
from engine.language.working_days import add_working_days, working_days_between
from engine.ruleset.model import Attribute, Duration, Evidence, EvidenceType
from engine.ruleset.namespace import STATUSES, is_list

RESERVED = ("status", "holder", "issued_on", "valid_until", "signature_valid")
"""Names in an answer that are about the evidence itself."""
WITHOUT_END = date.max
_AS_EXPECTED = object()
REFUSING = frozenset({"none", "expired", "revoked", "cancelled"})
"""Statuses by which required evidence definitely is not there."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of evidence. `problem` says why it is not usable, where its status does not."""

    attributes: Mapping[str, Any]
    status: str | None
    valid: bool | None
    usable: bool
    ill_typed: bool
    issued_on: date | None = None
    valid_until: date | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer, typed. `issued_on` is None if left out or wrong, `valid_until` only if wrong.

    `relied_on` is what is known of it if nothing speaks against it.
    """

    status: str | None
    issued_on: date | None
    issued_wrong: bool
    valid_until: date | None
    holder: str | None
    signed: bool
    relied_on: Judgement


Single = Candidate | Literal["none"] | None
"""None: unavailable."""
Answer = Single | tuple[Single, ...]


class AnswerReader:
    """Reads the JSON of answers about one type of evidence. Attributes are kept under their names with `prefix`."""

    def __init__(self, type_: EvidenceType, prefix: str) -> None:
        self.readers = [(name, prefix + name, _attribute_reader(each)) for name, each in type_.attributes.items()]
        self.unknown: Mapping[str, Any] = {path: None for _, path, _ in self.readers}
        self.kept = {*RESERVED, *type_.attributes}
        self.none_means: Judgement | None = None
        if type_.none_means is not None:
            meant = self.unknown | {prefix + name: value for name, value in type_.none_means.items()}
            self.none_means = Judgement(meant, "valid", True, usable=True, ill_typed=False, valid_until=WITHOUT_END)

    def read(self, given: Any) -> Answer:
        if isinstance(given, list):
            return tuple(self._single(each) for each in given) if len(given) <= LONGEST_LIST else None
        return self._single(given)

    def document(self, given: Any) -> Any:
        """The answer for the receipt: without undeclared attributes, and `unavailable` for what is no answer."""
        if isinstance(given, list):
            return [self._document(each) for each in given] if len(given) <= LONGEST_LIST else "unavailable"
        return self._document(given)

    def _document(self, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: each for name, each in given.items() if name in self.kept}
        return given if given == "none" else "unavailable"

    def _single(self, given: Any) -> Single:
        if isinstance(given, dict):
            return self._candidate(given)
        return "none" if given == "none" else None

    def _candidate(self, given: dict[str, Any]) -> Candidate:
        attributes: dict[str, Any] = dict(self.unknown)
        ill_typed = False
        for name, path, read in self.readers:
            value = given.get(name)
            if value is None:
                continue
            try:
                attributes[path], wrong = read(value)
                ill_typed = ill_typed or wrong
            except (WrongType, Unchecked):
                ill_typed = True
        issued_on = _day(given["issued_on"]) if "issued_on" in given else None
        valid_until = _day(given["valid_until"]) if "valid_until" in given else WITHOUT_END
        status = given.get("status", "valid")
        status = status if isinstance(status, str) and status in STATUSES else None
        holder = given.get("holder", _AS_EXPECTED)
        return Candidate(
            status,
            issued_on,
            issued_on is None and "issued_on" in given,
            valid_until,
            None if holder is _AS_EXPECTED else fold_identifier(holder) if isinstance(holder, str) else "",
            given.get("signature_valid", True) is True,
            Judgement(attributes, status, status == "valid", True, ill_typed, issued_on, valid_until),
        )


def _day(given: Any) -> date | None:
    try:
        return read_date(given)
    except WrongType:
        return None


def _attribute_reader(attribute: Attribute) -> Reader:
    """Reads an attribute to its value and whether any part of it is of the wrong type."""
    most = min(attribute.at_most or LONGEST_LIST, LONGEST_LIST)
    if isinstance(attribute.type, ListType) and isinstance(attribute.type.element, Record):
        return _lenient_records(attribute.type.element, most)
    if isinstance(attribute.type, ListType):
        return _lenient_list(reader(attribute.type.element), most)
    strict = reader(attribute.type)
    return lambda value: (strict(value), False)


def _lenient(read: Reader, value: Any) -> tuple[Any, bool]:
    """A value or unknown, and whether it is of the wrong type."""
    if value is None:
        return None, False
    try:
        return read(value), False
    except (WrongType, Unchecked):
        return None, True


def _listed(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise WrongType("not-list")
    return value


def _lenient_list(element: Reader, most: int) -> Reader:
    def read(value: Any) -> tuple[tuple[Any, ...], bool]:
        found = [_lenient(element, each) for each in _listed(value, most)]
        return tuple(each for each, _ in found), any(wrong for _, wrong in found)

    return read


def _lenient_records(record: Record, most: int) -> Reader:
    fields = [(name, reader(type_)) for name, type_ in record.fields]

    def read(value: Any) -> tuple[tuple[Any, ...], bool]:
        found: list[dict[str, Any]] = []
        ill_typed = False
        for each in _listed(value, most):
            if not isinstance(each, dict):
                raise WrongType("not-object")
            typed: dict[str, Any] = {}
            for name, field in fields:
                typed[name], wrong = _lenient(field, each.get(name))
                ill_typed = ill_typed or wrong
            found.append(typed)
        return tuple(found), ill_typed

    return read


class Judge:
    """Judges answers about one type of evidence. `prefix`: of the names of its attributes, as they become known."""

    def __init__(
        self, type_: EvidenceType, prefix: str = "", accept: Iterable[str] = ("valid",), fresh: Duration | None = None
    ) -> None:
        self.reader = AnswerReader(type_, prefix)
        self.accept = frozenset(accept)
        self.fresh = fresh
        self.takes_valid = "valid" in self.accept and self.fresh is None
        unknown = self.reader.unknown
        self.unavailable = Judgement(unknown, None, None, usable=False, ill_typed=False, problem="unavailable")
        self.none = Judgement(unknown, "none", False, usable=False, ill_typed=False)

    @classmethod
    def of(cls, evidence: Evidence) -> Judge:
        """For one declaration of a ruleset."""
        return cls(evidence.type, "" if is_list(evidence) else f"{evidence.name}.", evidence.accept, evidence.fresh)

    def problem(self, code: str) -> Judgement:
        return Judgement(self.reader.unknown, None, None, usable=False, ill_typed=False, problem=code)

    def judge(self, answer: Answer, holder: str | None, today: date) -> Judgement:
        """One piece of evidence, of one licence or of several; `holder` is the number it must belong to."""
        if holder is None:
            return self.problem("key-unknown")
        if not isinstance(answer, tuple):
            return self.judge_single(answer, holder, today)
        judged = [self.judge_single(each, holder, today) for each in answer]
        usable = [each for each in judged if each.usable]
        if len(usable) == 1:
            return usable[0]
        if usable or len(judged) > 1:
            return self.problem("several")
        return judged[0] if judged else self.judge_single("none", holder, today)

    def judge_single(self, answer: Single, holder: str, today: date) -> Judgement:
        if answer is None:
            return self.unavailable
        if answer == "none":
            return self.reader.none_means or self.none
        assert isinstance(answer, Candidate)
        if not answer.signed:
            return self.problem("signature")
        if answer.holder is not None and answer.holder != holder:
            return self.problem("holder")
        until, since = answer.valid_until, answer.issued_on
        status = answer.status
        if (
            status == "valid"
            and self.takes_valid
            and until is not None
            and today <= until
            and not answer.issued_wrong
            and (since is None or since <= today)
        ):
            return answer.relied_on
        return self._judge_closely(answer, today)

    def _judge_closely(self, answer: Candidate, today: date) -> Judgement:
        until, since = answer.valid_until, answer.issued_on
        status = answer.status
        ended = None if until is None else today > until
        begun = None if answer.issued_wrong else since is None or since <= today
        if status == "valid" and ended is not False:
            status = "expired" if ended else None
        usable = (
            status in self.accept
            and begun is True
            and (ended is False or status == "expired")
            and (self.fresh is None or (since is not None and _is_fresh(since, self.fresh, today)))
        )
        valid = _all(None if status is None else status == "valid", begun, None if ended is None else not ended)
        if not usable:
            problem = None
            if begun is None or ended is None:
                problem = "dates"
            elif status is None:
                problem = "status"
            elif status in self.accept:
                problem = "not-begun" if begun is False else "not-fresh"
            return Judgement(self.reader.unknown, status, valid, usable=False, ill_typed=False, problem=problem)
        known = answer.relied_on
        return Judgement(known.attributes, status, valid, True, known.ill_typed, since, until)


def _all(*truths: bool | None) -> bool | None:
    return False if False in truths else None if None in truths else True


def _is_fresh(issued_on: date, fresh: Duration, today: date) -> bool:
    if fresh.unit == "working days":
        age = working_days_between(_ignore, issued_on, today)
        return age is not None and age <= fresh.count
    end = after(issued_on, fresh)
    return end is not None and end >= today


def after(day: date, duration: Duration) -> date | None:
    """The day that lies `duration` after `day`; None past the calendar."""
    match duration.unit:
        case "days":
            return add_days(_ignore, day, duration.count)
        case "months":
            return add_months(_ignore, day, duration.count)
        case "years":
            return add_years(_ignore, day, duration.count)
    return add_working_days(day, duration.count)


def _ignore(code: str) -> None:
    """A day past the calendar is told by None; there is nothing to add."""


def record_of(judgement: Judgement) -> Mapping[str, Any]:
    """A judged answer as an element of a list of evidence."""
    return {
        **judgement.attributes,
        "status": judgement.status,
        "valid": judgement.valid,
        "issued_on": judgement.issued_on,
        "valid_until": judgement.valid_until,
    }


def judged_together(judged: Iterable[Judgement], refused: str | None) -> Judgement:
    """A list of evidence as one: usable if every element is; `refused` is its status where one is definitely not there."""
    each = list(judged)
    problem = next((one.problem or one.status for one in each if not one.usable), None)
    return Judgement({}, refused, None, all(one.usable for one in each), any(one.ill_typed for one in each), problem=problem)
