"""Text to syntax tree, by the LALR grammar in grammar.lark. Knows no names and no types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from engine.language import tree
from engine.language.faults import Fault, Faults
from engine.language.foreign import NEGATIONS, foreign_sign, foreign_word

MAX_LENGTH = 20_000
"""Code points of one expression."""
MAX_DEPTH = 64
"""Levels of one syntax tree."""
KEYWORDS = frozenset({
    "or", "and", "between", "in", "then", "else", "satisfies", "at", "if", "not", "some", "every", "no", "true", "false",
})

_FULL_WIDTH = dict(zip("（），：；“”‘’≥≤≠＝＜＞＋－×÷＊／！［］．｛｝％【】＂、",
                       ["(", ")", ",", ":", ";", '"', '"', '"', '"', ">=", "<=", "!=", "=", "<", ">", "+", "-", "*", "/",
                        "*", "/", "!", "[", "]", ".", "{", "}", "%", "[", "]", '"', ","], strict=True))
_TEXT = re.compile(r'"(?:[^"\\]|\\["\\])*"')
_EXPONENT = re.compile("[eE][0-9]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_expression(text: str) -> tree.Node:
    """The tree of an expression. Raises `Faults`."""
    return cast(tree.Node, _parse(text, "expression"))


def parse_cell(text: str) -> tree.Cell:
    """The tree of an input cell of a decision table. Raises `Faults`."""
    return cast(tree.Cell, _parse(text, "cell"))


@cache
def _parser() -> Lark:
    grammar = (files("engine.language") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", start=["expression", "cell"], transformer=_Builder())


def _parse(text: str, start: str) -> Any:
    if len(text) > MAX_LENGTH:
        raise Faults(Fault("too-long", (0, 0), {"limit": str(MAX_LENGTH)}))
    _refuse_foreign_signs(text, start)
    try:
        root = _parser().parse(text, start=start)
    except UnexpectedInput as error:
        raise Faults(_syntax_fault(text, error)) from None
    _refuse_depth(cast(tree.Node, root))
    return root


def _refuse_foreign_signs(text: str, start: str) -> None:
    """Chinese punctuation, other languages' operators and unpaired quotes, said plainly; brackets nested too deep.

    Looks outside of texts only.
    """
    depth = 0
    bare = _TEXT.sub(lambda match: " " * len(match[0]), text)
    for position, sign in enumerate(bare):
        if sign in _FULL_WIDTH or "０" <= sign <= "ｚ" or sign == "　":
            right = "".join(
                _FULL_WIDTH.get(each, _half(each)) if outside == each else each
                for each, outside in zip(text, bare, strict=True)
            )
            raise Faults(Fault("full-width", (position, position + 1), {"right": right}))
        if sign in "\"'":
            raise Faults(Fault("text-quotes", (position, position + 1)))
        if sign in "([":
            depth += 1
            if depth > MAX_DEPTH:
                raise Faults(Fault("too-deep", (position, position + 1), {"limit": str(MAX_DEPTH)}))
        elif sign in ")]":
            depth -= 1
    if foreign := foreign_sign(bare, start == "cell"):
        raise Faults(foreign)


def _half(sign: str) -> str:
    return chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else " " if sign == "　" else sign


def _syntax_fault(text: str, error: UnexpectedInput) -> Fault:
    if isinstance(error, UnexpectedCharacters):
        at = cast(int, error.pos_in_stream)
        return Fault("character", (at, at + 1), {"found": text[at : at + 1]})
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        start, end = _span(error.token)
        if _EXPONENT.fullmatch(error.token) and text[start - 1 : start].isdigit():
            first = len(text[:start].rstrip("0123456789."))
            return Fault("exponent", (first, end), {"found": text[first:end]})
        if error.token.lower() in KEYWORDS and error.token not in KEYWORDS:
            return Fault("operator", (start, end), {"found": str(error.token), "right": error.token.lower()})
        if foreign := foreign_word(text, start):
            return foreign
        if error.token.type == "_DOTS":
            return Fault("range-place", (start, end))
        if text.strip() != "-" and error.token.type == "RPAR" and text[:start].rstrip()[-1:] == "-":
            return Fault("dash", (start - 1, start))
        return Fault("syntax", (start, end), {"found": f"“{error.token}”"})
    return Fault("syntax-end", (len(text.rstrip()), len(text)))


def _refuse_depth(root: tree.Node) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Faults(Fault("too-deep", level[0].at, {"limit": str(MAX_DEPTH)}))
        level = [child for node in level for child in tree.children(node)]


def _span(part: Token | tree.Node) -> tuple[int, int]:
    if isinstance(part, Token):
        start = part.start_pos or 0
        return start, part.end_pos if part.end_pos is not None else start + len(part)
    return part.at


def _cover(parts: list[Any]) -> tuple[int, int]:
    return _span(parts[0])[0], _span(parts[-1])[1]


def _nodes(parts: list[Any]) -> Iterator[Any]:
    return (part for part in parts if not isinstance(part, Token))


class _Builder(Transformer[Token, tree.Node]):
    """Called by lark at each reduction, so that a deep expression never recurses."""

    def or_(self, parts: list[Any]) -> tree.Node:
        return tree.Or(tuple(parts), at=_cover(parts))

    def and_(self, parts: list[Any]) -> tree.Node:
        return tree.And(tuple(parts), at=_cover(parts))

    def compare(self, parts: list[Any]) -> tree.Node:
        if len(parts) > 3:
            raise Faults(Fault("chained-comparison", _span(parts[3]), {"right": _unchained(parts)}))
        left, operator, right = parts
        return tree.Compare(str(operator), left, right, at=_cover(parts))  # type: ignore[arg-type]

    def between(self, parts: list[Any]) -> tree.Node:
        return tree.Between(*parts, at=_cover(parts))

    def in_(self, parts: list[Any]) -> tree.Node:
        return tree.In(*parts, at=_cover(parts))

    def range(self, parts: list[Any]) -> tree.Node:
        opening, low, high, closing = parts
        return tree.Range(low, high, opening == "[", closing == "]", at=_cover(parts))

    def arithmetic(self, parts: list[Any]) -> tree.Node:
        result = parts[0]
        for operator, right in zip(parts[1::2], parts[2::2], strict=True):
            result = tree.Arithmetic(str(operator), result, right, at=_cover([result, right]))  # type: ignore[arg-type]
        return cast(tree.Node, result)

    def negate(self, parts: list[Any]) -> tree.Node:
        sign, operand = parts
        at = _cover(parts)
        if sign == "+":
            raise Faults(Fault("syntax", _span(sign), {"found": "“+”"}))
        if isinstance(operand, tree.Literal) and type(operand.value) in (int, Decimal):
            return tree.Literal(-operand.value, at=at)  # type: ignore[operator]
        return tree.Negate(operand, at=at)

    def not_(self, parts: list[Any]) -> tree.Node:
        return tree.Not(next(_nodes(parts)), at=_cover(parts))

    def if_(self, parts: list[Any]) -> tree.Node:
        return tree.If(*_nodes(parts), at=_cover(parts))

    def quantified(self, parts: list[Any]) -> tree.Node:
        kind, variable, items, test = parts
        return tree.Quantified(str(kind), str(variable), items, test, at=_cover(parts))  # type: ignore[arg-type]

    def at_(self, parts: list[Any]) -> tree.Node:
        parameter, day = parts
        if not isinstance(parameter, tree.Name):
            raise Faults(Fault("at-parameter", parameter.at))
        return tree.At(parameter, day, at=_cover(parts))

    def field(self, parts: list[Any]) -> tree.Node:
        base, name = parts
        return tree.Field(base, str(name), at=_cover(parts))

    def filter(self, parts: list[Any]) -> tree.Node:
        items, test = _nodes(parts)
        return tree.Filter(items, test, at=_cover(parts))

    def name(self, parts: list[Any]) -> tree.Node:
        return tree.Name(str(parts[0]), at=_cover(parts))

    def number(self, parts: list[Any]) -> tree.Node:
        written = str(parts[0])
        whole, _, places = written.rstrip("%").partition(".")
        if len(whole.lstrip("0")) > 15 or len(places) > (8 if written.endswith("%") else 10):
            raise Faults(Fault("number-digits", _cover(parts), {"found": written}))
        if written.endswith("%"):
            return tree.Literal(Decimal(written[:-1]).scaleb(-2), at=_cover(parts))
        return tree.Literal(Decimal(written) if places else int(written), at=_cover(parts))

    def text(self, parts: list[Any]) -> tree.Node:
        written = str(parts[0])[1:-1]
        return tree.Literal(re.sub(r"\\(.)", r"\1", written), at=_cover(parts))

    def boolean(self, parts: list[Any]) -> tree.Node:
        return tree.Literal(parts[0] == "true", at=_cover(parts))

    def call(self, parts: list[Any]) -> tree.Node:
        arguments, at = tuple(_nodes(parts)), _cover(parts)
        if parts[0] in NEGATIONS:
            raise Faults(Fault("operator", _span(parts[0]), {"found": str(parts[0]), "right": "not(…)"}))
        if parts[0] == "date":
            return _date_literal(arguments, at)
        return tree.Call(str(parts[0]), arguments, at=at)

    def list_(self, parts: list[Any]) -> tree.Node:
        return tree.ListOf(tuple(_nodes(parts)), at=_cover(parts))

    def group(self, parts: list[Any]) -> tree.Node:
        return cast(tree.Node, next(_nodes(parts)))

    def tests(self, parts: list[Any]) -> Any:
        return parts

    def test(self, parts: list[Any]) -> tree.Node:
        operand = parts[-1]
        operator = str(parts[0]) if len(parts) == 2 else "in" if isinstance(operand, tree.Range) else "="
        return tree.Test(operator, operand, at=_cover(parts))  # type: ignore[arg-type]

    def any_cell(self, parts: list[Any]) -> tree.Node:
        if parts[0] != "-":
            raise Faults(Fault("syntax", _cover(parts), {"found": "“+”"}))
        return tree.Cell((), False, at=_cover(parts))

    def cell(self, parts: list[Any]) -> tree.Node:
        return tree.Cell(tuple(parts[0]), False, at=_cover(parts[0]))

    def not_cell(self, parts: list[Any]) -> tree.Node:
        return tree.Cell(tuple(next(_nodes(parts))), True, at=_cover(parts))


def _date_literal(arguments: tuple[tree.Node, ...], at: tuple[int, int]) -> tree.Node:
    written = arguments[0].value if len(arguments) == 1 and isinstance(arguments[0], tree.Literal) else None
    if not isinstance(written, str):
        raise Faults(Fault("date-literal-argument", at))
    try:
        if not _DAY.fullmatch(written):
            raise ValueError
        return tree.Literal(date.fromisoformat(written), at=at)
    except ValueError:
        raise Faults(Fault("date-literal", at, {"found": written})) from None


def _unchained(parts: list[Any]) -> str:
    names = "abcdefgh"
    return " and ".join(
        f"{names[place]} {operator} {names[place + 1]}" for place, operator in enumerate(parts[1:6:2])
    )
