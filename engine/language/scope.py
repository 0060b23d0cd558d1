"""What a checker is given and what it fills in: the names an expression may read, and what is found about its nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.language import tree
from engine.language.faults import Fault
from engine.language.types import FAULTY, Type


@dataclass(frozen=True, slots=True)
class Group:
    """A name that is no value by itself: `form`, `applicant`, one piece of evidence, a table of several outputs.

    `each`: what any other field is, as under `material`. `barred`: fields that expressions may not read, and the code of
    the fault that says why.
    """

    fields: Mapping[str, Type | Group]
    table: bool = False
    each: Group | None = None
    barred: Mapping[str, str] = field(default_factory=dict)


class Scope(Protocol):
    """What names mean. Lookups may be lazy; a name whose own declaration is faulty is `FAULTY`."""

    def lookup(self, name: str) -> Type | Group | None: ...

    def names(self) -> Sequence[str]: ...

    def is_parameter(self, name: str) -> bool: ...


@dataclass(slots=True)
class Typing:
    """The type of every node, by identity, and the faults. A literal has the type it stands for: money, a one-of, …"""

    types: dict[tree.Node, Type] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, node: tree.Node | tuple[int, int], **params: object) -> Type:
        """Notes a fault and gives the type of what has one."""
        at = node.at if isinstance(node, tree.Node) else node
        parts = {name: value if isinstance(value, tuple) else str(value) for name, value in params.items()}
        self.faults.append(Fault(code, at, parts))
        return FAULTY
