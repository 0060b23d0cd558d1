"""The built-in functions: one entry each, with signature, documentation, type rule and meaning. There are no others.

A meaning takes plain values (see `types`) and gives one, or None for unknown. Corners are settled in `docs/meaning.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from engine.language import dates, identifiers, names, numbers, texts, working_days
from engine.language.signatures import (
    A_DATE,
    A_NUMBER,
    A_NUMERIC,
    A_RESIDENT_ID,
    A_TEXT,
    A_WRITTEN_TEXT,
    AN_INTEGER,
    ANY_LIST,
    BOOLEANS,
    COMPARABLES,
    DATES,
    LEVELS,
    NUMBERS,
    NUMERICS,
    ORDERED,
    Argument,
    Arguments,
    Kind,
    Misuse,
    TypeRule,
    banded,
    drawn,
    literal_digits,
    matched,
    of_element,
    of_level,
    rounded,
    type_rule,
)
from engine.language.types import BOOLEAN, DATE, INTEGER, TEXT, Money, Type

__all__ = ["FUNCTIONS", "Argument", "Function", "Misuse"]


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in. `result` gives the call's type or raises `Misuse`.

    `meaning` takes the values, after `diagnose` where `diagnoses`. Where `strict`, an unknown argument gives unknown
    and `meaning` is not called.

    What `prepare` gives, once arguments have passed `result`, is called instead of `meaning`, with the same values.
    """

    name: str
    signature: str
    zh: str
    en: str
    result: TypeRule
    meaning: Callable[..., Any]
    strict: bool = True
    diagnoses: bool = False
    prepare: Callable[[Sequence[Argument]], Callable[..., Any]] | None = None


# Meanings that have no module of their own


def _least(items: Sequence[Any]) -> Any:
    return None if not items or None in items else min(items)


def _greatest(items: Sequence[Any]) -> Any:
    return None if not items or None in items else max(items)


def _any(items: Sequence[bool | None]) -> bool | None:
    return True if True in items else None if None in items else False


def _all(items: Sequence[bool | None]) -> bool | None:
    return False if False in items else None if None in items else True


def _distinct(items: Sequence[Any]) -> bool | None:
    known = [item for item in items if item is not None]
    if len(set(known)) < len(known):
        return False
    return True if len(known) == len(items) or len(items) < 2 else None


_ADMINISTRATIVE_CODE = re.compile("[0-9]{6}(?:[0-9]{6})?")


def _region(code: str, level: str) -> str | None:
    return code[: LEVELS[level]] if _ADMINISTRATIVE_CODE.fullmatch(code) else None


def _sampled(draw: int | Decimal | None, percent: int | Decimal | None) -> bool | None:
    """`draw` is `case.draw`, which the caller supplies; without one no case is sampled."""
    if draw is None:
        return False
    return None if percent is None else draw < percent


def _matches(text: str, pattern: str) -> bool | None:
    return texts.matches(texts.compile_pattern(pattern), text)


def _matching(arguments: Arguments) -> Callable[..., Any]:
    compiled = texts.compile_pattern(arguments[1].literal)
    return lambda text, _pattern: texts.matches(compiled, text)


def _rounding(operation: Callable[..., Any]) -> dict[str, Any]:
    """What the entries of the rounding functions share: digits and type are known before anything runs."""

    def meaning(diagnose: numbers.Diagnose, x: numbers.Numeric, digits: int = 0) -> Any:
        return operation(diagnose, x, digits, digits == 0)

    def prepare(arguments: Arguments) -> Callable[..., Any]:
        digits = literal_digits(arguments)
        whole = digits == 0 and not isinstance(arguments[0].type, Money)
        return lambda diagnose, x, _digits=0: operation(diagnose, x, digits, whole)

    return {"meaning": meaning, "prepare": prepare, "diagnoses": True, "optional": 1}


def _entry(
    signature: str,
    zh: str,
    en: str,
    result: Type | TypeRule,
    kinds: Sequence[Kind],
    meaning: Callable[..., Any],
    optional: int = 0,
    **settings: Any,
) -> Function:
    rule = type_rule(signature, kinds, optional, result)
    return Function(signature.partition("(")[0], signature, zh, en, rule, meaning, **settings)


_DATES = [
    _entry("age(birth: date, on: date) -> integer",
           "周岁：到 on 当天已满的年数，生日当天计入；2月29日出生的，平年3月1日满岁",
           "completed years, the birthday counts; one born on 29 February ages on 1 March in common years",
           INTEGER, [A_DATE, A_DATE], dates.age, diagnoses=True),
    _entry("add_years(d: date, n: integer) -> date",
           "n 年后的同月同日；没有这一天时取月末",
           "the same day n years later; a month's end clamps",
           DATE, [A_DATE, AN_INTEGER], dates.add_years, diagnoses=True),
    _entry("add_months(d: date, n: integer) -> date",
           "n 个月后的同日；没有这一天时取月末",
           "the same day n months later; a month's end clamps",
           DATE, [A_DATE, AN_INTEGER], dates.add_months, diagnoses=True),
    _entry("add_days(d: date, n: integer) -> date",
           "n 天后", "n days later",
           DATE, [A_DATE, AN_INTEGER], dates.add_days, diagnoses=True),
    _entry("months_between(a: date, b: date) -> integer",
           "从 a 到 b 的整月数；b 早于 a 时为负",
           "whole months from a to b; negative if b is before a",
           INTEGER, [A_DATE, A_DATE], dates.months_between),
    _entry("years_between(a: date, b: date) -> integer",
           "从 a 到 b 的整年数；b 早于 a 时为负",
           "whole years from a to b; negative if b is before a",
           INTEGER, [A_DATE, A_DATE], dates.years_between),
    _entry("days_between(a: date, b: date) -> integer",
           "b 减 a 的天数", "days from a to b",
           INTEGER, [A_DATE, A_DATE], dates.days_between),
    _entry("working_days_between(a: date, b: date) -> integer",
           "a 之后至 b（含）的工作日数，按国务院公布的放假安排；未公布的年份为未知",
           "working days after a up to b in the Chinese calendar; unknown outside its published years",
           INTEGER, [A_DATE, A_DATE], working_days.working_days_between, diagnoses=True),
    _entry("year(d: date) -> integer", "年份", "the year",
           INTEGER, [A_DATE], lambda day: day.year),
    _entry("month(d: date) -> integer", "月份，1 至 12", "the month, 1 to 12",
           INTEGER, [A_DATE], lambda day: day.month),
    _entry("start_of_month(d: date) -> date", "当月第一天", "the first day of the month",
           DATE, [A_DATE], dates.start_of_month),
    _entry("end_of_month(d: date) -> date", "当月最后一天", "the last day of the month",
           DATE, [A_DATE], dates.end_of_month),
    _entry("start_of_year(d: date) -> date", "当年1月1日", "1 January of the year",
           DATE, [A_DATE], dates.start_of_year),
    _entry("months_in_a_row(dates: list of date, d: date) -> integer",
           "截至 d 上一个月的连续月数", "how many months without a gap, ending with the month before d's",
           INTEGER, [DATES, A_DATE], dates.months_in_a_row),
    _entry("months_covered(dates: list of date, from: date, to: date) -> integer",
           "从 from 当月到 to 当月（均含）出现过的月数", "distinct months from from's month to to's, both included",
           INTEGER, [DATES, A_DATE, A_DATE], dates.months_covered),
]  # fmt: skip

_LISTS = [
    _entry("count(list) -> integer", "元素个数", "how many elements", INTEGER, [ANY_LIST], len),
    _entry("sum(list of number | money) -> the same", "合计；空列表为 0", "the total; 0 of an empty list",
           of_element, [NUMERICS], numbers.total, diagnoses=True),
    _entry("min(list of number | money | date) -> the same", "最小者；空列表为未知",
           "the least; unknown of an empty list", of_element, [ORDERED], _least),
    _entry("max(list of number | money | date) -> the same", "最大者；空列表为未知",
           "the greatest; unknown of an empty list", of_element, [ORDERED], _greatest),
    _entry("any(list of boolean) -> boolean", "有一个为真即为真；空列表为假", "true if one is; false of an empty list",
           BOOLEAN, [BOOLEANS], _any),
    _entry("all(list of boolean) -> boolean", "全部为真才为真；空列表为真", "true if every one is, as of an empty list",
           BOOLEAN, [BOOLEANS], _all),
    _entry("distinct(list) -> boolean", "各元素互不相同；空列表为真",
           "whether all elements differ; true of an empty list", BOOLEAN, [COMPARABLES], _distinct),
]  # fmt: skip

_TEXTS = [
    _entry("contains(text, part: text) -> boolean", "包含", "whether the part stands anywhere in the text",
           BOOLEAN, [A_TEXT, A_TEXT], lambda text, part: part in text),
    _entry("starts_with(text, part: text) -> boolean", "以……开头", "whether the text starts so",
           BOOLEAN, [A_TEXT, A_TEXT], str.startswith),
    _entry("ends_with(text, part: text) -> boolean", "以……结尾", "whether the text ends so",
           BOOLEAN, [A_TEXT, A_TEXT], str.endswith),
    _entry("length(text) -> integer", "字数（Unicode 码点数）", "how many code points", INTEGER, [A_TEXT], len),
    _entry("matches(text, pattern: literal) -> boolean", "全文符合 RE2 正则表达式",
           "whether the RE2 pattern matches the whole text",
           matched, [A_TEXT, A_WRITTEN_TEXT], _matches, prepare=_matching),
    _entry("same_name(a: text, b: text) -> boolean",
           "是否同名，不计全半角、间隔号、空格和大小写；仅异体字或生僻字不同的为未知",
           "the same but for width, dots, spaces and case; unknown where only variant or rare characters differ",
           BOOLEAN, [A_WRITTEN_TEXT, A_WRITTEN_TEXT], names.same_name),
    _entry('region(code: text, level: "province" | "city" | "district") -> text',
           "行政区划代码的省、市、县级部分", "the province, city or district part of an administrative code",
           of_level, [A_WRITTEN_TEXT, A_WRITTEN_TEXT], _region),
    _entry("birth_date(id: resident-id) -> date", "公民身份号码中的出生日期", "the day of birth in an identity number",
           DATE, [A_RESIDENT_ID], identifiers.birth_date_of),
    _entry("sex(id: resident-id) -> text", "公民身份号码中的性别：男或女", "男 or 女, by an identity number",
           TEXT, [A_RESIDENT_ID], identifiers.sex_of),
]  # fmt: skip

_NUMBERS = [
    _entry("by_bands(x: number | money, bounds: list, rates: list of number) -> number | money",
           "超额累进：x 落在每一档的部分乘以该档比例，再相加",
           "each part of x at the rate of the band it lies in, added up",
           banded, [A_NUMERIC, NUMERICS, NUMBERS], numbers.by_bands, diagnoses=True),
    _entry("round(x: number | money, digits: literal 0 to 6 = 0) -> integer | number | money",
           "四舍五入到 digits 位小数", "to so many places, ties away from zero",
           rounded, [A_NUMERIC, AN_INTEGER], **_rounding(numbers.round_to)),
    _entry("floor(x: number | money, digits: literal 0 to 6 = 0) -> integer | number | money",
           "向下取到 digits 位小数", "to so many places, towards minus infinity",
           rounded, [A_NUMERIC, AN_INTEGER], **_rounding(numbers.floor_to)),
    _entry("ceiling(x: number | money, digits: literal 0 to 6 = 0) -> integer | number | money",
           "向上取到 digits 位小数", "to so many places, towards plus infinity",
           rounded, [A_NUMERIC, AN_INTEGER], **_rounding(numbers.ceiling_to)),
    _entry("sampled(percent: literal 0 to 100) -> boolean", "是否被抽中，例如 sampled(2) 为百分之二",
           "whether the case is drawn: sampled(2) takes 2 in 100", drawn, [A_NUMBER], _sampled, strict=False),
]  # fmt: skip

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {entry.name: entry for entry in (*_DATES, *_LISTS, *_TEXTS, *_NUMBERS)}
)
"""Every built-in function by its name."""
