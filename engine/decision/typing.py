"""JSON values to typed values: what is of the right type, what is not, and why. Meaning: rule-language.md, Types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from typing import Any

from engine.language.identifiers import phone_shape, resident_id_fault, uscc_check, uscc_shape
from engine.language.numbers import fits, parse_number
from engine.language.texts import fold, fold_identifier
from engine.language.types import (
    Boolean,
    Date,
    HolderNumber,
    Integer,
    ListType,
    Money,
    Number,
    OneOf,
    Phone,
    Record,
    ResidentId,
    Text,
    Type,
    Uscc,
)

_FEN = Context(prec=40)
_CENT = Decimal("0.01")
LONGEST_TEXT = 1_000
"""Code points of one text."""
LONGEST_LIST = 1_000
"""Elements of one list."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not of its type. `code` is in `problems.MESSAGES`; `path`: where in the value, `[2].age`."""

    code: str
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class WrongType(Exception):
    """A value is not of its type; every reason at once."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.wrongs = [Wrong(code, "", params)]

    @classmethod
    def of(cls, wrongs: list[Wrong]) -> WrongType:
        found = cls(wrongs[0].code)
        found.wrongs = wrongs
        return found


Reader = Callable[[Any], Any]
"""Takes a JSON value that was given (not null) and answers a typed value. Raises `WrongType`, or `Unchecked`."""


class Unchecked(Exception):
    """A uscc of the right shape whose check character is wrong: unknown, since some genuine ones are so."""


def reader(type_: Type) -> Reader:
    """The reader of a type; made once, when a ruleset is compiled."""
    match type_:
        case Boolean():
            return _boolean
        case Integer():
            return _integer
        case Number():
            return _number
        case Money():
            return _money
        case Text():
            return _text
        case Date():
            return read_date
        case ResidentId():
            return _resident_id
        case Uscc():
            return _uscc
        case Phone():
            return _phone
        case OneOf():
            return _choice(type_.values)
        case ListType(Record() as record):
            return _records(record)
        case ListType():
            return _list(reader(type_.element))
        case HolderNumber():
            return _holder_number
    raise TypeError(type_)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise WrongType("not-boolean")


def _numeric(value: Any, code: str) -> int | Decimal:
    """Numbers come as JSON numbers or as decimal strings."""
    if isinstance(value, str):
        value = parse_number(value)
    if type(value) not in (int, Decimal) or not fits(value):
        raise WrongType(code)
    return value  # type: ignore[no-any-return]


def _integer(value: Any) -> int:
    number = _numeric(value, "not-integer")
    if type(number) is int:
        return number
    if number != int(number):
        raise WrongType("not-integer")
    return int(number)


def _number(value: Any) -> int | Decimal:
    return _numeric(value, "not-number")


def _money(value: Any) -> int | Decimal:
    amount = _numeric(value, "not-money")
    if type(amount) is int or amount == _FEN.quantize(amount, _CENT):
        return amount
    raise WrongType("not-money")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongType("not-text")
    if len(value) > LONGEST_TEXT:
        raise WrongType("too-long", limit=str(LONGEST_TEXT))
    return fold(value)


def read_date(value: Any) -> date:
    """An ISO 8601 calendar day, `2026-05-01`. Raises `WrongType`."""
    if isinstance(value, str) and len(value) == 10:
        try:
            day = date.fromisoformat(value)
            if day.isoformat() == value:  # week dates have ten characters too
                return day
        except ValueError:
            pass
    raise WrongType("not-date")


def _identifier(value: Any, code: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise WrongType(code)
    return fold_identifier(value)


def _resident_id(value: Any) -> str:
    number = _identifier(value, "not-resident-id")
    if resident_id_fault(number) is not None:
        raise WrongType("not-resident-id")
    return number


def _uscc(value: Any) -> str:
    code = _identifier(value, "not-uscc")
    if not uscc_shape(code):
        raise WrongType("not-uscc")
    if not uscc_check(code):
        raise Unchecked
    return code


def _holder_number(value: Any) -> str:
    number = _identifier(value, "not-resident-id")
    return _uscc(number) if uscc_shape(number) else _resident_id(number)


def _phone(value: Any) -> str:
    number = _identifier(value, "not-phone")
    if not phone_shape(number):
        raise WrongType("not-phone")
    return number


def _choice(values: tuple[str, ...]) -> Reader:
    known = frozenset(values)
    choices = "、".join(values)

    def read(value: Any) -> str:
        text = fold(value) if isinstance(value, str) and len(value) <= LONGEST_TEXT else None
        if text not in known:
            raise WrongType("not-choice", choices=choices)
        return text

    return read


def _bounded(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise WrongType("not-list")
    if len(value) > LONGEST_LIST:
        raise WrongType("too-many", limit=str(LONGEST_LIST))
    return value


def _list(element: Reader) -> Reader:
    def read(value: Any) -> tuple[Any, ...]:
        found: list[Any] = []
        wrongs: list[Wrong] = []
        for place, each in enumerate(_bounded(value)):
            found.append(_read(element, each, f"[{place}]", wrongs))
        return _unless(wrongs, found)

    return read


def _records(record: Record) -> Reader:
    """A list of records, strictly: every field must be there. Evidence is read field by field instead."""
    readers = [(name, reader(type_)) for name, type_ in record.fields]

    def read(value: Any) -> tuple[Any, ...]:
        found: list[Any] = []
        wrongs: list[Wrong] = []
        for place, each in enumerate(_bounded(value)):
            if not isinstance(each, dict):
                wrongs.append(Wrong("not-object", f"[{place}]"))
                continue
            found.append({name: _read(field, each.get(name), f"[{place}].{name}", wrongs) for name, field in readers})
            wrongs += _unknown_fields(each, record, place)
        return _unless(wrongs, found)

    return read


def _read(element: Reader, given: Any, path: str, wrongs: list[Wrong]) -> Any:
    if given is None or given == "":
        wrongs.append(Wrong("missing", path))
        return None
    try:
        return element(given)
    except WrongType as wrong:
        wrongs += [Wrong(each.code, path + each.path, each.params) for each in wrong.wrongs]
    except Unchecked:
        pass
    return None


def _unknown_fields(given: dict[str, Any], record: Record, place: int) -> list[Wrong]:
    known = {name for name, _ in record.fields}
    return [Wrong("unknown-fact", f"[{place}].{name}", {"name": name}) for name in given if name not in known]


def _unless(wrongs: list[Wrong], found: list[Any]) -> tuple[Any, ...]:
    if wrongs:
        raise WrongType.of(wrongs)
    return tuple(found)
