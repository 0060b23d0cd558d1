"""A form as a browser sends it, turned into the JSON that the rules read. It judges nothing: that is the rules' reading.

A field is called by the path at which a gap would stand: `form.bank_account`, `form.employees[0].name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.language.texts import fold
from engine.language.types import Boolean, Integer, ListType, OneOf, Record, Type
from engine.ruleset.model import FormFact
from service.web.forms import Fields

YES, NO = "yes", "no"
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_MOST_ROWS = 1_000


def filled(form: Mapping[str, FormFact], fields: Fields) -> dict[str, Any]:
    """The answers that were given. Rows of a list that were left empty are left out, and the others move up."""
    answers = {name: answer(fact.type, f"form.{name}", fields) for name, fact in form.items()}
    return {name: value for name, value in answers.items() if value is not None}


def rows(path: str, fields: Fields) -> list[int]:
    """The places of the rows that a list was sent with, in order."""
    start = len(path) + 1
    found = {int(match[0]) for key, _ in fields.below(f"{path}[") if (match := re.match(r"[0-9]{1,6}(?=\])", key[start:]))}
    return sorted(found)[:_MOST_ROWS]


def is_choice_of_several(type_: Type) -> bool:
    """A list of choices: shown as boxes to tick."""
    return isinstance(type_, ListType) and isinstance(type_.element, OneOf)


def answer(type_: Type, path: str, fields: Fields) -> Any:
    """What was given for a value of this type; None where nothing was."""
    if is_choice_of_several(type_):
        return [each for each in fields.all(path) if each] or None
    if isinstance(type_, ListType):
        values = [answer(type_.element, f"{path}[{row}]", fields) for row in rows(path, fields)]
        return [each for each in values if each is not None] or None
    if isinstance(type_, Record):
        answers = {name: answer(each, f"{path}.{name}", fields) for name, each in type_.fields}
        given = {name: value for name, value in answers.items() if value is not None}
        return given or None
    return _plain(type_, fields.get(path))


def _plain(type_: Type, written: str) -> Any:
    text = written.strip()
    if not text:
        return None
    if isinstance(type_, Boolean):
        return {YES: True, NO: False}.get(text, text)
    if isinstance(type_, Integer):
        folded = fold(text)
        return int(folded) if _WHOLE.fullmatch(folded) else text
    return text


def sent_as(type_: Type, path: str, value: Any) -> Iterator[tuple[str, str]]:
    """The fields that a browser would send for these answers: the way back."""
    if value is None:
        return
    if is_choice_of_several(type_) and isinstance(value, list):
        yield from ((path, str(each)) for each in value)
    elif isinstance(type_, ListType) and isinstance(value, list):
        for place, each in enumerate(value):
            yield from sent_as(type_.element, f"{path}[{place}]", each)
    elif isinstance(type_, Record) and isinstance(value, dict):
        for name, each in type_.fields:
            yield from sent_as(each, f"{path}.{name}", value.get(name))
    elif isinstance(value, bool):
        yield path, YES if value else NO
    else:
        yield path, str(value)
