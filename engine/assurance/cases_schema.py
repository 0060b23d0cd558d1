"""What a cases file may look like: the shapes that read it, and the JSON Schema they make.

What one ruleset declares is put in as a `Vocabulary`. For an editor, `ANY` stands for whatever a ruleset may declare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.assurance.case_facts import fact, removable
from engine.language.types import NUMBER
from engine.ruleset import document
from engine.ruleset.document import Node, Scalar
from engine.ruleset.namespace import MATERIAL
from engine.ruleset.schema import DIALECT
from engine.ruleset.shapes import (
    DAY,
    FLAG,
    ID,
    Gathering,
    Key,
    Shape,
    choice,
    keys,
    list_of,
    mapping,
    named,
    scalar,
    sequence,
    text_scalar,
)
from engine.ruleset.shapes import TEXT as WORDS

_OBJECT: Shape[Node] = Shape(mapping, {"type": "object"})
_TEXT_SCHEMA = {"type": ["string", "boolean"]}
_SOURCES = tuple(str(each) for each in MATERIAL.fields["by"].values)  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Shapes of what a case may name: facts by their declared types, and ids, which come out in declared order."""

    form: Shape[Any]
    evidence: Shape[Any]
    grant: Shape[Any]
    grants: bool  # whether an approval gives anything
    form_facts: Shape[tuple[str, ...]]
    evidence_names: Shape[tuple[str, ...]]
    conditions: Shape[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class WrittenDay:
    day: date
    scalar: Scalar


def ids(known: Sequence[str] | None = None) -> Shape[tuple[str, ...]]:
    """Ids among `known`, each once, in the order of `known`; any texts without it. May be empty."""
    item = WORDS if known is None else choice(*known)

    def read(node: Node) -> tuple[str, ...]:
        gathering = Gathering()
        found: list[str] = []
        for each in sequence(node).items:
            name = gathering.read(item.read, each)
            if name in found:
                gathering.note(each.place(), "repeated-value", value=name)
            elif name is not None:
                found.append(name)
        gathering.finish()
        return tuple(found) if known is None else tuple(sorted(found, key=known.index))

    return Shape(read, {"type": "array", "items": _TEXT_SCHEMA, "uniqueItems": True})


ANY = Vocabulary(_OBJECT, _OBJECT, _OBJECT, False, ids(), ids(), ids())


def _written_day(node: Node) -> WrittenDay:
    return WrittenDay(DAY.read(node), scalar(node))


_DAY: Shape[WrittenDay] = Shape(_written_day, DAY.schema)
_NAME: Shape[Scalar] = Shape(text_scalar, _TEXT_SCHEMA)
_APPLICANT = keys(
    {
        "kind": Key(removable(choice("person", "organisation")), "个人或单位（不写为个人）", "person unless written"),
        "name": Key(removable(WORDS), "姓名或名称", "Name"),
        "number": Key(removable(WORDS), "身份证号码或统一社会信用代码", "Identity number or credit code"),
        "agent_number": Key(removable(WORDS), "经办人身份证号码", "Identity number of an organisation's agent"),
    }
)
_DRAW: Shape[Any] = Shape(fact(NUMBER).read, {"type": ["number", "string"]})
_CASE = keys(
    {
        "number": Key(removable(WORDS), "办件编号", "The case's number"),
        "situation": Key(removable(WORDS), "情形", "The situation"),
        "draw": Key(removable(_DRAW), "抽查用的数，0 到 100（不含）", "What sampling draws, from 0 to below 100"),
    }
)
_MATERIAL = keys(
    {
        "met": Key(removable(FLAG), "是否满足", "Whether it is met"),
        "by": Key(removable(choice(*_SOURCES)), "由什么满足", "What met it"),
    }
)


def _fact_keys(vocabulary: Vocabulary) -> dict[str, Key]:
    return {
        "on": Key(removable(_DAY), "作出决定的一天", "The day of the decision"),
        "applied_on": Key(removable(_DAY), "提交申请的一天（不写为 on）", "The day of submission (`on` unless written)"),
        "applicant": Key(removable(_APPLICANT), "申请人", "The applicant"),
        "form": Key(removable(vocabulary.form), "表单内容", "What the form holds"),
        "evidence": Key(
            removable(vocabulary.evidence),
            "每项证据的内容，或 none、unavailable；不写为 unavailable",
            "What each piece of evidence says, or none, or unavailable; unavailable unless written",
        ),
        "case": Key(removable(_CASE), "办件", "The case"),
        "materials": Key(
            removable(named(ID, removable(_MATERIAL), lambda entry, read: read)), "材料", "Materials"
        ),
        "commitments": Key(removable(vocabulary.conditions), "作出承诺的条件", "Conditions the applicant commits to"),
    }


def _expectation(vocabulary: Vocabulary) -> Shape[dict[str, Any]]:
    """The expected results, without lists that are empty."""
    known = {
        "conclusion": Key(choice("approve", "reject", "review"), "结论", "The conclusion, before `automatic`"),
        "grant": Key(vocabulary.grant, "批准给予的内容，须写全", "What the approval gives, all of it"),
        "queue": Key(WORDS, "人工办理队列（写了才核对）", "The queue (compared if written)"),
        "fails": Key(vocabulary.conditions, "不满足的条件", "Conditions that fail"),
        "unknown": Key(vocabulary.conditions, "无法判断的条件", "Conditions that are unknown"),
        "committed": Key(vocabulary.conditions, "以承诺代替的条件", "Conditions that rest on a commitment"),
        "missing": Key(vocabulary.evidence_names, "不能使用的必需证据", "Required evidence that is not usable"),
        "follow_up": Key(vocabulary.conditions, "事后核查的条件", "Conditions to be checked later"),
        "refused": Key(vocabulary.form_facts, "退回补正的表单项", "Form facts for which the form is refused"),
    }

    def relate(written: document.Mapping, read: dict[str, Any], gathering: Gathering) -> None:
        if "refused" in written.entries:
            for name, entry in written.entries.items():
                if name in known and name != "refused":
                    gathering.note(entry.key.place(), "refused-alone", name=name)
        elif "conclusion" not in written.entries:
            gathering.note(written.place(), "missing-key", name="conclusion")
        elif "grant" in written.entries and read.get("conclusion") in ("reject", "review"):
            gathering.note(written.entries["grant"].key.place(), "grant-without-approve")
        elif vocabulary.grants and read.get("conclusion") == "approve" and "grant" not in written.entries:
            gathering.note(written.place(), "missing-key", name="grant")

    def normal(read: dict[str, Any]) -> dict[str, Any]:
        found = {name: list(value) if isinstance(value, tuple) else value for name, value in read.items()}
        return {name: found[name] for name in known if found.get(name)}

    return keys(known, relate).then(normal)


def case(vocabulary: Vocabulary) -> Shape[dict[str, Any]]:
    """One case as written, its `like` not yet followed."""
    given = _fact_keys(vocabulary)
    expect = _expectation(vocabulary)
    row = keys({**given, "expect": Key(expect, "期望的结果", "What is expected", required=True)})

    def relate(written: document.Mapping, read: dict[str, Any], gathering: Gathering) -> None:
        if "each" in written.entries and "expect" in written.entries:
            gathering.note(written.entries["expect"].key.place(), "one-of-two-keys", one="each", other="expect")
        misspelt = any(each.params.get("near") in ("each", "expect") for each in gathering.findings)
        if "each" not in written.entries and "expect" not in written.entries and not misspelt:
            gathering.note(written.place(), "missing-key", name="expect")

    return keys(
        {
            "name": Key(_NAME, "用例名称，文件内不重复", "The case's name, once in the file", required=True),
            "like": Key(_NAME, "与哪个用例相同，只是……", "The case it is like, but for what is written here"),
            **given,
            "expect": Key(expect, "期望的结果", "What is expected"),
            "each": Key(list_of(row), "一行一个用例，各有期望", "A case a row, each with its own `expect`"),
        },
        relate,
    )


def cases_schema() -> dict[str, Any]:
    """The content of `cases.schema.json`: it accepts whatever is read without a finding, whatever the ruleset."""
    return {
        "$schema": DIALECT,
        "title": "miaopi cases",
        "description": "规则旁边的用例\n\nCases beside a ruleset or a fragment",
        **list_of(case(ANY)).schema,
    }
