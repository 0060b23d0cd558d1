"""The types of the rule language, and which may stand for which. Values are plain Python values; unknown is None.

    boolean bool · integer int · number, money Decimal or int · text, one-of, resident-id, uscc, phone str · date date
    list tuple · record dict
"""

from __future__ import annotations

from dataclasses import dataclass


class Type:
    """Base of all types; equal types compare equal."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Boolean(Type):
    def __str__(self) -> str:
        return "boolean"


@dataclass(frozen=True, slots=True)
class Integer(Type):
    def __str__(self) -> str:
        return "integer"


@dataclass(frozen=True, slots=True)
class Number(Type):
    def __str__(self) -> str:
        return "number"


@dataclass(frozen=True, slots=True)
class Money(Type):
    """Yuan. `whole_fen` is false for an intermediate result that may have more than two places."""

    whole_fen: bool = True

    def __str__(self) -> str:
        return "money"


@dataclass(frozen=True, slots=True)
class Text(Type):
    def __str__(self) -> str:
        return "text"


@dataclass(frozen=True, slots=True)
class Date(Type):
    def __str__(self) -> str:
        return "date"


@dataclass(frozen=True, slots=True)
class ResidentId(Type):
    """An identity number by GB 11643."""

    def __str__(self) -> str:
        return "resident-id"


@dataclass(frozen=True, slots=True)
class Uscc(Type):
    """A unified social credit code by GB 32100."""

    def __str__(self) -> str:
        return "uscc"


@dataclass(frozen=True, slots=True)
class HolderNumber(Type):
    """`applicant.number`: a resident-id or a uscc, by the applicant's kind; never written in a ruleset."""

    def __str__(self) -> str:
        return "resident-id | uscc"


@dataclass(frozen=True, slots=True)
class Phone(Type):
    def __str__(self) -> str:
        return "phone"


@dataclass(frozen=True, slots=True)
class OneOf(Type):
    """One of some texts (folded); their order is their priority, the first the highest."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"one-of [{', '.join(self.values)}]"


@dataclass(frozen=True, slots=True)
class Record(Type):
    fields: tuple[tuple[str, Type], ...]

    def field(self, name: str) -> Type | None:
        return next((type_ for known, type_ in self.fields if known == name), None)

    def __str__(self) -> str:
        return "record {" + ", ".join(name for name, _ in self.fields) + "}"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    element: Type

    def __str__(self) -> str:
        return f"list of {self.element}"


@dataclass(frozen=True, slots=True)
class Faulty(Type):
    """The type of what has already been found wrong, so that one defect gives one finding. It goes with everything."""

    def __str__(self) -> str:
        return "?"


BOOLEAN, INTEGER, NUMBER, MONEY, TEXT, DATE = Boolean(), Integer(), Number(), Money(), Text(), Date()
RESIDENT_ID, USCC, HOLDER_NUMBER, PHONE = ResidentId(), Uscc(), HolderNumber(), Phone()

SCALARS: dict[str, Type] = {
    str(each): each for each in (BOOLEAN, INTEGER, NUMBER, MONEY, TEXT, DATE, RESIDENT_ID, USCC, PHONE)
}
"""The types that are written as one word."""

FAULTY = Faulty()

IDENTIFIERS = (ResidentId, Uscc, HolderNumber)
TEXTUAL = (Text, OneOf, ResidentId, Uscc, HolderNumber, Phone)
NUMERIC = (Integer, Number, Money)


def assignable(source: Type, target: Type) -> bool:
    """Whether a value of `source` may stand where `target` is declared. A literal for money is the checker's matter."""
    if isinstance(source, Faulty) or isinstance(target, Faulty):
        return True
    if isinstance(source, Money) and isinstance(target, Money):
        return source.whole_fen or not target.whole_fen
    if source == target or (isinstance(source, Integer) and isinstance(target, Number)):
        return True
    if isinstance(target, Text):
        return isinstance(source, OneOf)
    if isinstance(source, OneOf) and isinstance(target, OneOf):
        return set(source.values) <= set(target.values)
    if isinstance(source, ListType) and isinstance(target, ListType):
        return assignable(source.element, target.element)
    return False
