"""What is allowed but seldom meant: warnings about a ruleset that has been typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.language import tree
from engine.language.types import IDENTIFIERS, Type
from engine.ruleset.findings import Finding
from engine.ruleset.model import Expression, Ruleset
from engine.ruleset.table_warnings import table_warnings

_NAMES_OF_PERSONS = ("name", "姓名")


def warnings_of(ruleset: Ruleset, types: Mapping[tree.Node, Type]) -> Iterator[Finding]:
    expressions = [condition.require for condition in ruleset.conditions.values() if condition.counts]
    expressions += [definition.expression for definition in ruleset.definitions.values()]
    for expression in expressions:
        for node in tree.walk(expression.tree):
            code = _warning(ruleset, node, types)
            if code is not None:
                yield _at(expression, node, code)
    for table in ruleset.tables.values():
        yield from table_warnings(table, types)


def _at(expression: Expression, node: tree.Node, code: str) -> Finding:
    return Finding(expression.scalar.place(node.at[0]), code, {}, "warning")


def _warning(ruleset: Ruleset, node: tree.Node, types: Mapping[tree.Node, Type]) -> str | None:
    match node:
        case tree.Call(function="contains"):
            return "contains-approves"
        case tree.Compare(operator="=") if _is_name(node.left, types) and _is_name(node.right, types):
            return "names-compared"
        case tree.Quantified(kind="every") if not _surely_filled(ruleset, node.items):
            return "every-empty"
    return None


def _is_name(node: tree.Node, types: Mapping[tree.Node, Type]) -> bool:
    last = node.name if isinstance(node, (tree.Name, tree.Field)) else ""
    is_name = last in _NAMES_OF_PERSONS or last.endswith(("_name", "姓名"))
    return is_name and not isinstance(types.get(node), IDENTIFIERS)


def _surely_filled(ruleset: Ruleset, items: tree.Node) -> bool:
    match items:
        case tree.Field(base=tree.Name(name="form"), name=name):
            return (ruleset.form[name].at_least or 0) >= 1
        case tree.ListOf():
            return bool(items.items)
    return False
