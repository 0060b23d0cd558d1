"""Whole files as written: a ruleset and a fragment, before anything is looked up in other files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from engine.ruleset.document import Mapping, Node, Scalar
from engine.ruleset.model import Condition, Definition, FormFact, GrantValue, Parameter, Table, WrittenReview
from engine.ruleset.sections import (
    BASIS,
    CONCLUSIONS,
    CONDITIONS,
    DEFINITIONS,
    EVIDENCE,
    FORM,
    FRAGMENT_EVIDENCE,
    GRANT,
    NEEDS,
    PARAMETERS,
    WrittenEvidence,
)
from engine.ruleset.shapes import DAY, ID, NAME, TEXT, Gathering, Key, Shape, choice, keys, list_of
from engine.ruleset.tables import tables


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Declarations:
    """What a fragment brings to the ruleset that includes it."""

    id: Scalar
    unread: frozenset[str] = frozenset()
    title: str | None = None
    basis: str | None = None
    evidence: dict[str, WrittenEvidence] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FragmentFile(Declarations):
    needs: dict[str, FormFact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RulesetFile(Declarations):
    dated_by: Literal["today", "applied_on"] = "today"
    ends: date | None = None
    include: tuple[Scalar, ...] = ()
    self_declared: str | None = None
    form: dict[str, FormFact] = field(default_factory=dict)
    conclusions: tuple[WrittenReview, ...] = ()
    grant: dict[str, GrantValue] = field(default_factory=dict)


_TITLE = Key(TEXT, "标题（不写为编号）", "Title (the id unless written)")
_SHARED = {
    "parameters": Key(PARAMETERS, "按日期取值的参数", "Dated values"),
    "define": Key(DEFINITIONS, "有名称的中间值", "Named intermediate values"),
    "tables": Key(tables(NAME), "决策表", "Decision tables"),
    "conditions": Key(CONDITIONS, "条件", "Conditions"),
}
_RULESET_KEYS = {
    "ruleset": Key(ID, "规则编号，即所在文件夹名", "The ruleset's id, which is its folder's name", required=True),
    "title": _TITLE,
    "basis": BASIS,
    "dated_by": Key(
        choice("today", "applied_on"),
        "按哪一天选取文件、片段和参数（不写为 today）",
        "The day that picks file, fragments and parameters (today unless written)",
    ),
    "ends": Key(DAY, "最后有效的一天", "The last day in force"),
    "include": Key(list_of(ID), "引入的片段", "Fragments"),
    "self_declared": Key(TEXT, "为何不需要任何证据", "Why no evidence is required"),
    "form": Key(FORM, "申请人填写的内容，以 form.名称 读取", "What the applicant fills in, read as form.name"),
    "evidence": Key(EVIDENCE, "获取的证照与核验", "What is fetched: licences and checks"),
    **_SHARED,
    "conclusions": Key(CONCLUSIONS, "转人工复核的规则", "Rules that send a case to a person"),
    "grant": Key(GRANT, "批准给予的内容", "What an approval gives"),
}
_FRAGMENT_KEYS = {
    "fragment": Key(ID, "片段编号，即文件夹名", "The fragment's id, which is its folder's name", required=True),
    "title": _TITLE,
    "basis": BASIS,
    "needs": Key(NEEDS, "读取的表单内容", "The form facts it reads"),
    "evidence": Key(FRAGMENT_EVIDENCE, "申请人的证照与核验", "The applicant's licences and checks"),
    **_SHARED,
}

RULESET: Shape[dict[str, Any]] = keys(_RULESET_KEYS)
FRAGMENT: Shape[dict[str, Any]] = keys(_FRAGMENT_KEYS, elsewhere=_RULESET_KEYS)


def read_ruleset(root: Node, gathering: Gathering) -> RulesetFile | None:
    """What can be read of a ruleset; None if not even its id. Sections with findings are empty, named in `unread`."""
    parts = _parts(_RULESET_KEYS, (), root, gathering)
    return RulesetFile(id=parts.pop("ruleset"), **parts) if "ruleset" in parts else None


def read_fragment(root: Node, gathering: Gathering) -> FragmentFile | None:
    """The same for a fragment."""
    parts = _parts(_FRAGMENT_KEYS, _RULESET_KEYS, root, gathering)
    return FragmentFile(id=parts.pop("fragment"), **parts) if "fragment" in parts else None


def _parts(known: dict[str, Key], elsewhere: Iterable[str], root: Node, gathering: Gathering) -> dict[str, Any]:
    parts: dict[str, Any] = {}

    def keep(written: Mapping, read: dict[str, Any], found: Gathering) -> None:
        parts.update(read)
        parts["unread"] = frozenset(known) & (written.entries.keys() | found.meant) - frozenset(read)
        if "define" in parts:
            parts["definitions"] = parts.pop("define")

    gathering.read(keys(known, keep, elsewhere).read, root)
    return parts
