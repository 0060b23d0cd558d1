"""The sections of a ruleset as written: form, evidence, parameters, definitions, conditions, conclusions, grant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from engine.language import tree, types
from engine.language.texts import PatternError, compile_pattern, fold
from engine.ruleset.declared_types import AT_LEAST, AT_MOST, TYPE_KEY, relate_limits
from engine.ruleset.document import Entry, Mapping, Node, Scalar
from engine.ruleset.message_shape import MESSAGE
from engine.ruleset.model import (
    Commitment,
    Condition,
    Definition,
    Duration,
    Evidence,
    EvidenceType,
    Expression,
    FormFact,
    GrantValue,
    Outcomes,
    Parameter,
    WrittenReview,
)
from engine.ruleset.shapes import (
    ANYTHING,
    CHECK_ID,
    EXPRESSION,
    FLAG,
    ID,
    MEMBER,
    NAME,
    TEXT,
    Gathering,
    Key,
    Shape,
    choice,
    days,
    keys,
    list_of,
    named,
    refuse,
    scalar,
    text_scalar,
)
from engine.ruleset.values import read_value

LABEL = Key(TEXT, "显示名称（不写为其名称）", "Label (its name unless written)")
BASIS = Key(TEXT, "依据的条文", "The provision it rests on")
QUEUE = Key(ID.then(lambda id_: id_.text), "转人工时进入的队列", "The queue of a review it causes")
OTHERWISE = choice("reject", "review")


# form


def _pattern(node: Node) -> str:
    found = scalar(node)
    try:
        compile_pattern(found.text)
    except PatternError as refused:
        refuse(found.place(), "bad-pattern", problem=str(refused))
    return found.text


def _relate_fact(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    relate_limits(written, read, gathering)
    if "type" not in read:
        return
    if "pattern" in read and read["type"] != types.TEXT:
        gathering.note(written.entries["pattern"].key.place(), "pattern-without-text")
    if "default" in read:
        read["default"] = gathering.read(read_value, read["type"], read["default"])


def _fact(entry: Entry, read: dict[str, Any]) -> FormFact:
    return FormFact(name=entry.key.text, scalar=entry.key, **{"label": entry.key.text, **read})


FORM: Shape[dict[str, FormFact]] = named(
    MEMBER,
    keys(
        {
            "type": TYPE_KEY,
            "label": LABEL,
            "optional": Key(FLAG, "可以不填（不填为未知）", "May be left out (then it is unknown)"),
            "default": Key(ANYTHING, "不填时的值", "The value if left out"),
            "asked_when": Key(EXPRESSION, "何时才询问", "When it is asked for"),
            "prefill": Key(EXPRESSION, "从证照预填", "What it is prefilled with, from evidence"),
            "pattern": Key(Shape(_pattern, {"type": "string"}), "整个值须匹配的 RE2 模式", "An RE2 pattern"),
            "at_least": AT_LEAST,
            "at_most": AT_MOST,
        },
        _relate_fact,
    ),
    _fact,
)
NEEDS: Shape[dict[str, FormFact]] = named(MEMBER, keys({"type": TYPE_KEY, "label": LABEL}), _fact)


# evidence

_DURATION = re.compile(r"([1-9][0-9]{0,3}) (working day|day|month|year)s?")


def _duration(node: Node) -> Duration:
    found = scalar(node)
    written = _DURATION.fullmatch(found.text)
    if not written:
        refuse(found.place(), "bad-duration", value=found.text)
    units: dict[str, Literal["days", "working days", "months", "years"]]
    units = {"day": "days", "working day": "working days", "month": "months", "year": "years"}
    return Duration(int(written[1]), units[written[2]])


DURATION = Shape(_duration, {"type": "string", "pattern": f"^{_DURATION.pattern}$"})


def _ground(node: Node) -> str:
    found = text_scalar(node)
    ground = fold(found.text)
    if ground in ("mandate", "guardian", "household"):
        return ground
    if ground.startswith("duty:") and ground[5:].strip():
        return f"duty: {ground[5:].strip()}"
    refuse(found.place(), "bad-ground", value=found.text)


def _required(node: Node) -> bool | Expression:
    written = scalar(node).text
    return FLAG.read(node) if written in ("true", "false") else EXPRESSION.read(node)


def _statuses(statuses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(statuses))


def _of_applicant(of: Expression | None) -> bool:
    """`of: applicant` and `of: applicant.number` say what is so anyway."""
    match of and of.tree:
        case None | tree.Name(name="applicant") | tree.Field(base=tree.Name(name="applicant"), name="number"):
            return True
    return False


@dataclass(frozen=True, slots=True, eq=False)
class WrittenEvidence:
    """Evidence whose licence or check is still to be found among the evidence types."""

    kind: Literal["licence", "check"]
    id: Scalar
    make: partial[Evidence]

    def resolved(self, type_: EvidenceType) -> Evidence:
        return self.make(type=type_)


def _relate_evidence(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    entries = written.entries
    if "licence" in entries and "check" in entries:
        gathering.note(entries["check"].key.place(), "one-of-two-keys", one="licence", other="check")
    elif not {"licence", "check"} & (entries.keys() | gathering.meant):
        gathering.note(written.place(), "missing-key", name="licence / check")
    if "for_each" in entries and read.get("all"):
        gathering.note(entries["all"].key.place(), "one-of-two-keys", one="for_each", other="all")
    if "of" in read and "ground" not in entries.keys() | gathering.meant and not _of_applicant(read["of"]):
        gathering.note(written.place(), "missing-ground")
    if "required" not in entries.keys() | gathering.meant or read.get("required") is False:
        for name in ("otherwise", "message", "queue"):
            if name in entries:
                gathering.note(entries[name].key.place(), "needs-required", name=name)


def _evidence(entry: Entry, read: dict[str, Any]) -> WrittenEvidence:
    of = None if _of_applicant(read.get("of")) else read["of"]
    rest = {name: value for name, value in read.items() if name not in ("licence", "check", "of")}
    make = partial(Evidence, name=entry.key.text, scalar=entry.key, of=of, **rest)
    kind: Literal["licence", "check"] = "licence" if "licence" in read else "check"
    return WrittenEvidence(kind, read[kind], make)


_STATUS = choice("valid", "suspended", "revoked", "cancelled", "expired", "transferred")
_OF_APPLICANT: dict[str, Key] = {
    # Whatever is no id is no id of evidence.yaml, and refused when it is looked up there.
    "licence": Key(Shape(scalar, ID.schema), "evidence.yaml 中的证照", "A licence of evidence.yaml"),
    "check": Key(Shape(scalar, CHECK_ID.schema), "evidence.yaml 中的核验", "A check of evidence.yaml"),
    "required": Key(
        Shape(_required, EXPRESSION.schema),
        "批准必须有它：true、false 或关于表单的表达式",
        "Whether an approval needs it: true, false, or an expression over the form",
    ),
    "when": Key(EXPRESSION, "何时才获取", "When it is fetched"),
    "all": Key(FLAG, "取全部，作为列表", "All of them, as a list"),
    "accept": Key(
        list_of(_STATUS).then(_statuses), "可接受的状态（不写为 valid）", "Acceptable statuses (valid unless written)"
    ),
    "fresh": Key(DURATION, "签发后多久内有效，如 30 days", "How old it may be, such as 30 days"),
    "otherwise": Key(
        OTHERWISE, "确定没有时的结论（不写为 review）", "What its absence concludes (review unless written)"
    ),
    "message": Key(MESSAGE, "没有时的提示", "What is said where it is missing"),
    "queue": QUEUE,
}
_OF_ANYONE = _OF_APPLICANT | {
    "of": Key(EXPRESSION, "谁的（不写为申请人）", "Whose it is (the applicant's unless written)"),
    "ground": Key(
        Shape(_ground, {"type": "string"}),
        "查询他人数据的理由：mandate、guardian、household 或 'duty: 条文'",
        "Why another's data may be fetched: mandate, guardian, household or 'duty: clause'",
    ),
    "for_each": Key(EXPRESSION, "对表单列表的每一项各取一份", "One for each element of a list of the form"),
}
EVIDENCE: Shape[dict[str, WrittenEvidence]] = named(NAME, keys(_OF_ANYONE, _relate_evidence), _evidence)
FRAGMENT_EVIDENCE: Shape[dict[str, WrittenEvidence]] = named(
    NAME, keys(_OF_APPLICANT, _relate_evidence, elsewhere=_OF_ANYONE), _evidence
)


# parameters and definitions


def _relate_parameter(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    dated = written.entries["from"].value if "from" in written.entries else None
    if "type" not in read or not isinstance(dated, Mapping):
        return
    values = {day: gathering.read(read_value, read["type"], entry.value) for day, entry in dated.entries.items()}
    if "from" in read:
        read["from"] = tuple((day, values[str(day)]) for day, _ in read["from"])


def _parameter(entry: Entry, read: dict[str, Any]) -> Parameter:
    label = read.get("label", entry.key.text)
    return Parameter(entry.key.text, read["type"], label, read.get("basis"), read["from"], entry.key)


PARAMETERS: Shape[dict[str, Parameter]] = named(
    NAME,
    keys(
        {
            "type": TYPE_KEY,
            "label": LABEL,
            "basis": BASIS,
            "from": Key(days(ANYTHING), "各生效日期起的值", "Its value from each day on", required=True),
        },
        _relate_parameter,
    ),
    _parameter,
)
DEFINITIONS: Shape[dict[str, Definition]] = named(
    NAME, EXPRESSION, lambda entry, expression: Definition(entry.key.text, expression, entry.key)
)


# conditions

_COMMITMENT = keys(
    {
        "check_within": Key(
            DURATION, "多久内核查，如 60 working days", "When it is checked, such as 60 working days", required=True
        ),
        "unless": Key(list_of(ID), "这些条件都通过才可承诺", "The conditions that must pass"),
    }
).then(lambda read: Commitment(read["check_within"], read.get("unless", ())))


def _relate_condition(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    if "otherwise" not in written.entries.keys() | gathering.meant and read.get("counts", True):
        gathering.note(written.place(), "missing-otherwise")


def _condition(entry: Entry, read: dict[str, Any]) -> Condition:
    return Condition(id=entry.key.text, scalar=entry.key, **{"label": entry.key.text, **read})


CONDITIONS: Shape[dict[str, Condition]] = named(
    ID,
    keys(
        {
            "label": LABEL,
            "require": Key(EXPRESSION, "须成立的表达式", "The expression that must hold", required=True),
            "otherwise": Key(OTHERWISE, "不成立时的结论", "What a fail concludes"),
            "message": Key(MESSAGE, "不成立时的提示", "What is said on a fail"),
            "message_unknown": Key(MESSAGE, "未知时的提示", "What is said on an unknown"),
            "basis": BASIS,
            "queue": QUEUE,
            "counts": Key(FLAG, "是否影响结论（不写为 true）", "Whether it counts (true unless written)"),
            "commitment": Key(_COMMITMENT, "告知承诺", "The commitment that may stand in for evidence"),
        },
        _relate_condition,
    ),
    _condition,
)


# conclusions and grant

_OUTCOMES = keys(
    {
        "fails": Key(list_of(ID), "这些条件都不成立", "These conditions fail"),
        "passes": Key(list_of(ID), "这些条件都成立", "These conditions pass"),
    }
)


def _when(node: Node) -> Outcomes | Expression:
    if not isinstance(node, Mapping):
        return EXPRESSION.read(node)
    read = _OUTCOMES.read(node)
    if not read:
        refuse(node.place(), "missing-key", name="fails")
    return Outcomes(**read)


CONCLUSIONS: Shape[tuple[WrittenReview, ...]] = list_of(
    keys(
        {
            "review": Key(ID, "这条复核规则的编号", "The id of this review rule", required=True),
            "when": Key(
                Shape(_when, {"anyOf": [EXPRESSION.schema, _OUTCOMES.schema]}),
                "何时转人工：{fails: […], passes: […]} 或表达式",
                "When a person decides: {fails: […], passes: […]} or an expression",
                required=True,
            ),
            "queue": QUEUE,
        }
    ).then(lambda read: WrittenReview(read["review"].text, read["when"], read.get("queue"), read["review"]))
)


def _granted(entry: Entry, read: dict[str, Any]) -> GrantValue:
    return GrantValue(entry.key.text, read["value"], read["type"], read.get("label", entry.key.text), entry.key)


GRANT: Shape[dict[str, GrantValue]] = named(
    MEMBER,
    keys(
        {
            "value": Key(EXPRESSION, "批准给予的值", "What an approval gives", required=True),
            "type": TYPE_KEY,
            "label": LABEL,
        }
    ),
    _granted,
)
