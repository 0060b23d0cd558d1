"""Puts values and messages into words, in Chinese and English, for applicants and approvers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from engine.decision.lists import Bounds, Possible
from engine.language.numbers import render
from engine.language.types import TEXT, HolderNumber, Money, ResidentId, Type
from engine.ruleset.checking import Checked
from engine.ruleset.model import Message
from engine.ruleset.reading import Path, paths_read

Language = Literal["zh", "en"]
WITHHELD = {"zh": "〔不予显示〕", "en": "[withheld]"}
UNKNOWN = {"zh": "（未能核实）", "en": "(could not be verified)"}
_TRUTHS = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")


def in_words(value: Any, type_: Type, lang: Language) -> str:
    """A value as a person reads it: `1,234.50元`, `2026年5月1日`; identity numbers masked."""
    if value is None or isinstance(value, (Possible, Bounds)):
        return UNKNOWN[lang]
    if isinstance(value, bool):
        return _TRUTHS[lang][value]
    if isinstance(value, tuple):
        element = getattr(type_, "element", TEXT)
        return ("、" if lang == "zh" else ", ").join(in_words(each, element, lang) for each in value)
    if isinstance(value, dict):
        return "…"
    if isinstance(value, date):
        if lang == "zh":
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    if isinstance(type_, Money):
        amount = _grouped(render(value, money=True))
        return f"{amount}元" if lang == "zh" else f"CNY {amount}"
    if isinstance(value, (int, Decimal)):
        return render(value, money=False)
    if isinstance(type_, (ResidentId, HolderNumber)) and len(value) == 18:
        return masked(value)
    return str(value)


def masked(number: str) -> str:
    """An identity number with the day of birth and serial hidden: `440309********0021`."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def _grouped(amount: str) -> str:
    whole, _, fraction = amount.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{fraction}"


@dataclass(frozen=True, slots=True)
class _Slot:
    """A placeholder: which of the decision's texts it shows."""

    place: int
    type: Type
    withheld: bool


Template = tuple["str | _Slot", ...]


class MessageWriter:
    """The messages of one ruleset, prepared. `paths` are the names they show, in the order their values are given."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.paths: list[Path] = []
        self._places: dict[Path, int] = {}

    def prepare(self, message: Message | None) -> Callable[[Sequence[Any]], tuple[str | None, str | None]]:
        """A function from the values of `paths` to the message in Chinese and English (None where there is none).

        What rests on approver-only attributes is not shown, whoever reads: an approver sees the operands beside it.
        """
        if message is None:
            return lambda values: (None, None)
        templates = [None if parts is None else self._template(parts) for parts in (message.zh, message.en)]

        def write(values: Sequence[Any]) -> tuple[str | None, str | None]:
            zh, en = templates
            return _fill(zh, values, "zh"), _fill(en, values, "en")

        return write

    def _template(self, parts: Sequence[Any]) -> Template:
        return tuple(part.text if part.expression is None else self._slot(part.expression.tree) for part in parts)

    def _slot(self, root: Any) -> _Slot:
        path = next(paths_read(root))
        if path not in self._places:
            self._places[path] = len(self.paths)
            self.paths.append(path)
        return _Slot(self._places[path], self.checked.types.get(root, TEXT), self.checked.is_approver_only(path))


def _fill(template: Template | None, values: Sequence[Any], lang: Language) -> str | None:
    if template is None:
        return None
    return "".join(
        part if isinstance(part, str)
        else WITHHELD[lang] if part.withheld
        else in_words(values[part.place], part.type, lang)
        for part in template
    )
