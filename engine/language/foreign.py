"""Expressions written as elsewhere, in another computer language or in Chinese, and how they are written here."""

from __future__ import annotations

import re

from engine.language.faults import Fault

_SIGNS = {
    "==": "=", "&&": "and", "||": "or", "<>": "!=", "=>": ">=", "=<": "<=", "!": "not(…)", "&": "and", "|": "or", "**": "*",
}  # fmt: skip
_SIGN = re.compile(r"==|&&|\|\||<>|=>|=<|\*\*|!(?!=)|[&|]")

WORDS = {
    "并且": "and", "而且": "and", "且": "and", "或者": "or", "或": "or", "属于": "in",
    "大于等于": ">=", "小于等于": "<=", "不大于": "<=", "不小于": ">=", "不等于": "!=", "等于": "=", "大于": ">", "小于": "<",
}  # fmt: skip
"""What joins two operands in Chinese, longer ones before what they end or begin with."""
_WORD = re.compile("|".join(WORDS))
NEGATIONS = frozenset({"非", "并非", "不", "不是"})
_NEGATION = re.compile(rf"(?<!\w)(not|{'|'.join(NEGATIONS)})\s*$")
_PATH = re.compile(r"(?!(?:some|every|no|not|if)\b)[^\W\d]\w*+(?:\.[^\W\d]\w*+)*+(?!\s*[.(\[])")
_NOT_IN = re.compile(r"not\s+in\b")

_BARE_DATE = re.compile(
    r"(?<![\w.])(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![\w.%])"
    r"|年(?P<month_zh>[0-9]{1,2})月(?P<day_zh>[0-9]{1,2})日)"
)
_ENDS = r"(?P<low>[0-9]+(?:\.[0-9]+)?%?)[-~～至](?P<high>[0-9]+(?:\.[0-9]+)?%?)"
_RANGE_IN = re.compile(rf"\bin\s*(?P<range>[\[(]\s*{_ENDS}\s*[\])])")
_RANGE_CELL = re.compile(rf"\s*(?P<range>[\[(]?\s*{_ENDS}\s*[\])]?)\s*")


def foreign_sign(bare: str, cell: bool) -> Fault | None:
    """The first of another language's operators, of dates outside of `date("…")` and of ranges with a dash.

    `bare` is the expression with its texts blanked out; `cell` whether it is an input cell.
    """
    if date := _BARE_DATE.search(bare):
        month, day = (date[part] or date[f"{part}_zh"] for part in ("month", "day"))
        return Fault("bare-date", date.span(), {"right": f'date("{date["year"]}-{month:0>2}-{day:0>2}")'})
    if sign := _SIGN.search(bare):
        return Fault("operator", sign.span(), {"found": sign[0], "right": _SIGNS[sign[0]]})
    if span := _RANGE_CELL.fullmatch(bare) if cell else _RANGE_IN.search(bare):
        right = f"[{span['low']}..{span['high']}]"
        return Fault("operator", span.span("range"), {"found": span["range"], "right": right})
    return None


def foreign_word(text: str, start: int) -> Fault | None:
    """What is wrong if the word that begins at `start` cannot stand there: Chinese operators, `not` without brackets."""
    if negation := _NEGATION.search(text[:start]):
        path = _PATH.match(text, start)
        found = f"{negation[1]} {path[0]}" if path else negation[1]
        right = f"not({path[0]})" if path else "not(…)"
        return Fault("operator", (negation.start(1), path.end() if path else start), {"found": found, "right": right})
    if not_in := _NOT_IN.match(text, start):
        return Fault("operator", not_in.span(), {"found": "not in", "right": "not(… in …)"})
    if word := _WORD.match(text, start):
        return Fault("operator", word.span(), {"found": word[0], "right": WORDS[word[0]]})
    return None
