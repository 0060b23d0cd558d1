"""What a literal may stand for besides its own type: money, a one-of, an identifier, a phone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.language import tree
from engine.language.identifiers import phone_shape, resident_id_fault, uscc_check, uscc_shape
from engine.language.nearest import nearest
from engine.language.scope import Typing
from engine.language.texts import fold
from engine.language.types import (
    BOOLEAN,
    DATE,
    IDENTIFIERS,
    INTEGER,
    NUMBER,
    RESIDENT_ID,
    TEXT,
    USCC,
    HolderNumber,
    ListType,
    Money,
    OneOf,
    Phone,
    ResidentId,
    Type,
    Uscc,
    assignable,
)


def literal_type(value: bool | int | Decimal | str | date) -> Type:
    """The type of a literal where nothing is expected of it."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER
    if isinstance(value, Decimal):
        return NUMBER
    return TEXT if isinstance(value, str) else DATE


def coerce(node: tree.Node, target: Type, typing: Typing, report: bool = False) -> bool:
    """Lets a literal (also in both branches of an `if`, or in a list) stand for a money, one-of, identifier or phone.

    With `report`, a text that is no such value is a fault of its own, and counts as settled.
    """
    if isinstance(node, tree.If):
        parts: tuple[tree.Node, ...] = (node.then, node.otherwise)
        wanted = target
    elif isinstance(node, tree.ListOf) and isinstance(target, ListType):
        parts, wanted = node.items, target.element
    elif isinstance(node, tree.Literal):
        standing = _standing(node, target, typing, report)
        if standing is not None:
            typing.types[node] = standing
        return standing is not None
    else:
        return False
    if not all(assignable(typing.types[each], wanted) or coerce(each, wanted, typing, report) for each in parts):
        return False
    typing.types[node] = target
    return True


def _standing(node: tree.Literal, target: Type, typing: Typing, report: bool) -> Type | None:
    value = node.value
    if isinstance(target, Money) and type(value) in (int, Decimal):
        whole_fen = value == round(Decimal(str(value)), 2)
        if whole_fen or not target.whole_fen:
            return Money(whole_fen)
        return typing.fault("literal-fen", node, value=value) if report else None
    if not isinstance(value, str):
        return None
    if isinstance(target, OneOf):
        return _choice(node, value, target, typing, report)
    if isinstance(target, (*IDENTIFIERS, Phone)):
        identifier = _identifier(fold(value).upper(), target)
        if identifier is None and report:
            return typing.fault("identifier-literal", node, value=value, expected=target)
        return identifier
    return None


def _choice(node: tree.Literal, value: str, target: OneOf, typing: Typing, report: bool) -> Type | None:
    written = fold(value)
    if written in target.values:
        return target
    if not report:
        return None
    if near := nearest(written, target.values):
        return typing.fault("not-in-choices-near", node, value=value, near=near)
    return typing.fault("not-in-choices", node, value=value, choices=target.values)


def _identifier(written: str, target: Type) -> Type | None:
    if isinstance(target, Phone):
        return target if phone_shape(written) else None
    if isinstance(target, (ResidentId, HolderNumber)) and resident_id_fault(written) is None:
        return RESIDENT_ID
    if isinstance(target, (Uscc, HolderNumber)) and uscc_shape(written) and uscc_check(written):
        return USCC
    return None
