"""The built-in functions of the language as the oracle computes them, one plain Python function each.

Arguments are known values; lists are ordinary and may have unknown elements. None is unknown.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import combinations

import re2

from tests.oracle import days
from tests.oracle.values import (
    Listed,
    Truth,
    Value,
    conjunction,
    disjunction,
    equal,
    half_away,
    negation,
    number,
)

VARIANTS = {"峯": "峰", "羣": "群", "喆": "哲", "堃": "坤", "淼": "渺"}
"""A sample: the whole table is the engine's. Generators only make names with the first pair."""


def rounding(mode: str) -> Callable[..., Value]:
    def function(x: int | Fraction, digits: int = 0) -> Value:
        scaled = Fraction(x) * 10**digits
        if mode == "round":
            return number(half_away(Fraction(x), digits))
        whole = scaled.numerator // scaled.denominator
        if mode == "ceiling" and whole != scaled:
            whole += 1
        return number(Fraction(whole, 10**digits))

    return function


def by_bands(x: int | Fraction, bounds: Listed, rates: Listed) -> Value:
    total: Value = 0
    for i, (bound, rate) in enumerate(zip(bounds.values, rates.values, strict=True)):
        if x <= bound:
            break
        end = min(x, bounds.values[i + 1]) if i + 1 < len(bounds.values) else x
        part = number(end - bound)
        share = None if part is None else number(part * rate)
        total = None if total is None or share is None else number(total + share)
    return total


def total(items: Listed) -> Value:
    return number(sum(items.values, start=Fraction(0))) if all_known(items) else None


def least(items: Listed) -> Value:
    return min(items.values) if items.values and all_known(items) else None


def greatest(items: Listed) -> Value:
    return max(items.values) if items.values and all_known(items) else None


def all_known(items: Listed) -> bool:
    return all(value is not None for value in items.values)


def distinct(items: Listed) -> Truth:
    return conjunction([negation(equal(a, b)) for a, b in combinations(items.values, 2)])


def months_in_a_row(dates: Listed, day: date) -> Value:
    return days.months_in_a_row(list(dates.values), day) if all_known(dates) else None


def months_covered(dates: Listed, first: date, last: date) -> Value:
    return days.months_covered(list(dates.values), first, last) if all_known(dates) else None


def same_name(a: str, b: str) -> Truth:
    a, b = (re.sub(r"[\s·•・‧∙．.]", "", each).casefold() for each in (a, b))
    if a == b:
        return True
    first, second = ("".join(VARIANTS.get(c, c) for c in each) for each in (a, b))
    if first == second:
        return None
    differing = [(c, d) for c, d in zip(a, b, strict=False) if c != d]
    if len(a) == len(b) and all(is_rare(c) or is_rare(d) for c, d in differing):
        return None
    return False


def is_rare(character: str) -> bool:
    return not "\u4e00" <= character <= "\u9fff"


def region(code: str, level: str) -> Value:
    if not re.fullmatch(r"[0-9]{6}|[0-9]{12}", code):
        return None
    return code[: {"province": 2, "city": 4, "district": 6}[level]]


def birth_date(identity: str) -> date:
    return date(int(identity[6:10]), int(identity[10:12]), int(identity[12:14]))


def sex(identity: str) -> str:
    return "男" if int(identity[16]) % 2 == 1 else "女"


def matches(text: str, pattern: str) -> bool:
    return re2.fullmatch(pattern, text) is not None


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "age": days.age,
    "add_years": days.add_years,
    "add_months": days.add_months,
    "add_days": days.add_days,
    "months_between": days.months_between,
    "years_between": days.years_between,
    "days_between": lambda a, b: (b - a).days,
    "working_days_between": days.working_days_between,
    "year": lambda d: d.year,
    "month": lambda d: d.month,
    "start_of_month": lambda d: d.replace(day=1),
    "end_of_month": lambda d: d.replace(day=monthrange(d.year, d.month)[1]),
    "start_of_year": lambda d: d.replace(month=1, day=1),
    "months_in_a_row": months_in_a_row,
    "months_covered": months_covered,
    "sum": total,
    "min": least,
    "max": greatest,
    "any": lambda items: disjunction(items.values),
    "all": lambda items: conjunction(items.values),
    "distinct": distinct,
    "contains": lambda text, part: part in text,
    "starts_with": lambda text, part: text.startswith(part),
    "ends_with": lambda text, part: text.endswith(part),
    "length": len,
    "matches": matches,
    "same_name": same_name,
    "region": region,
    "birth_date": birth_date,
    "sex": sex,
    "round": rounding("round"),
    "floor": rounding("floor"),
    "ceiling": rounding("ceiling"),
    "by_bands": by_bands,
}
"""`count` and `sampled` are not here: the one reads possible members, the other the case."""
