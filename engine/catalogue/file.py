"""What `matters.yaml` looks like: the shapes that read it, and the same as JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from engine.catalogue.model import TYPE_CODES, Way
from engine.ruleset.document import Mapping, Node, Scalar
from engine.ruleset.sections import DURATION
from engine.ruleset.shapes import (
    CHECK_ID,
    FLAG,
    ID,
    MEMBER,
    TEXT,
    Gathering,
    Key,
    Schema,
    Shape,
    choice,
    keys,
    list_of,
    named,
    refuse,
    scalar,
    text_scalar,
    whole_number,
)

T = TypeVar("T")


def _one_way_on(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    """An answer leads to a situation or to a question, and not to both."""
    if ("situation" in written.entries) == ("next" in written.entries) and not gathering.meant:
        gathering.note(written.place(), "one-way-on")


def _placed(shape: Shape[Any]) -> Shape[Scalar]:
    """The scalar itself, once the shape has accepted it."""

    def read(node: Node) -> Scalar:
        shape.read(node)
        return scalar(node)

    return Shape(read, shape.schema)


def _or_null(shape: Shape[T]) -> Shape[T | None]:
    def read(node: Node) -> T | None:
        return None if isinstance(node, Scalar) and node.text == "null" and not node.quoted else shape.read(node)

    return Shape(read, {"anyOf": [shape.schema, {"type": "null"}]})


_CODE_PATTERN = "(?:[0-9A-HJ-NPQRTUWXY]{18}[1-6])?[0-9]{12}(?:[0-9]{2})?"


def _code(node: Node) -> str:
    written = text_scalar(node)
    if not re.fullmatch(_CODE_PATTERN, written.text):
        refuse(written.place(), "bad-matter-code", value=written.text)
    return written.text


_CODE = Shape(_code, {"type": "string", "pattern": f"^{_CODE_PATTERN}$"})
_AUDIENCE = choice("person", "organisation")
_WORKING_DAYS = _or_null(whole_number(1, 1000))
_DEADLINE = _placed(_WORKING_DAYS)
_STATUTORY = Key(_DEADLINE, "法定时限（工作日），未知写 null", "Statutory deadline in working days, null if unknown")
_PROMISED = Key(_DEADLINE, "承诺时限（工作日），未知写 null", "Promised deadline in working days, null if unknown")

_WAY = keys(
    {
        "licence": Key(ID, "电子证照", "An electronic licence"),
        "check": Key(CHECK_ID, "数据核验", "A check in a register"),
        "upload": Key(list_of(choice("pdf", "ofd", "jpg", "png")), "上传，可用的格式", "An upload: its formats"),
        "earlier": Key(DURATION, "多久以内上传过的材料", "An upload of the past, no older than this"),
        "commitment": Key(TEXT, "告知承诺的内容", "A commitment, in these words"),
        "check_within": Key(DURATION, "批准后多久以内核查承诺，默认2个月", "By when the commitment is checked; 2 months unless written"),
    }
)


def _way(node: Node) -> tuple[Way, Scalar | None]:
    """And the scalar that names a licence or check."""
    read = _WAY.read(node)
    within = read.pop("check_within", None)
    if len(read) != 1 or (within is not None and "commitment" not in read):
        refuse(node.place(), "one-way")
    ((by, value),) = read.items()
    match by:
        case "licence" | "check":
            return Way(by, what=value.text), value
        case "upload":
            return Way(by, formats=value), None
        case "earlier":
            return Way(by, within=value), None
        case _:
            return Way("commitment", what=value, within=within), None


_ONE_WAY = Shape(_way, {**_WAY.schema, "minProperties": 1, "maxProperties": 2})
_MATERIAL = keys(
    {
        "id": Key(ID, "材料的标识", "The material's id", required=True),
        "name": Key(TEXT, "材料名称", "Its name", required=True),
        "met_by": Key(list_of(_ONE_WAY), "怎样满足，最方便的在前", "Ways to meet it, the best first", required=True),
    }
)
_PROCEDURE = keys(
    {
        "name": Key(TEXT, "名称", "Name", required=True),
        "working_days": Key(_WORKING_DAYS, "工作日，未知写 null", "Working days, null if unknown", required=True),
    }
)
_RESULT = keys(
    {
        "licence": Key(ID, "批准后签发的电子证照", "The licence an approval issues", required=True),
        "valid_for": Key(DURATION, "有效多久，不写为长期", "How long it is valid; without end unless written"),
        "replaces": Key(FLAG, "是否取代同一持有人的上一份", "Whether it takes the place of its holder's earlier one"),
        "to": Key(
            _placed(MEMBER),
            "发给谁：规则 grant 中的身份证号列表，不写为申请人",
            "Whom it is issued to: a grant that lists identity numbers; the applicant unless written",
        ),
        "once": Key(FLAG, "有效期内不得重复给予", "Nobody is given it again while they have it"),
    }
)


def _results(node: Node) -> Sequence[dict[str, Any]]:
    return (_RESULT.read(node),) if isinstance(node, Mapping) else list_of(_RESULT).read(node)


_RESULTS = Shape(_results, {"anyOf": [_RESULT.schema, list_of(_RESULT).schema]})
_SITUATION = keys(
    {
        "id": Key(ID, "情形的标识", "The situation's id", required=True),
        "name": Key(TEXT, "情形名称", "Its name", required=True),
        "ruleset": Key(ID, "规则；没有则转人工", "Its ruleset; without one it goes to a person"),
        "automatic": Key(
            _placed(choice("approve-only", "approve-or-reject")),
            "自动作出哪些决定，默认只自动批准",
            "Which decisions are automatic; approvals only unless written",
        ),
        "effect": Key(_placed(choice("benefit", "burden")), "对当事人有利或不利", "Whether it gives or takes"),
        "awaiting_evidence": Key(DURATION, "数据源无响应时等多久", "How long a dead source is waited for"),
        "visits": Key(whole_number(0, 9), "到现场次数", "How many visits to the hall"),
        "statutory": _STATUTORY,
        "promised": _PROMISED,
        "special_procedure": Key(_PROCEDURE, "特别程序，不计入承诺时限", "A special procedure, outside the promise"),
        "second_person": Key(FLAG, "人工决定一律由第二人复核", "What a person decides, another always confirms"),
        "second_person_above": Key(
            _placed(whole_number(0, 1_000_000_000)),
            "批准金额超过多少元由第二人复核",
            "An approval of more than so many yuan is confirmed by another person",
        ),
        "materials": Key(list_of(_MATERIAL), "申请材料", "Materials"),
        "result": Key(_RESULTS, "审批结果，一项或几项", "What an approval gives, one thing or several"),
        "ends": Key(ID, "批准后终止申请人的哪种证照", "The licence of its applicant that an approval ends"),
    }
)
_ANSWER = keys(
    {
        "say": Key(TEXT, "可选的回答", "What one may answer", required=True),
        "situation": Key(ID, "这样回答就是哪个情形", "The situation it leads to"),
        "next": Key(ID, "接着问哪个问题，要写在后面", "The question that follows, one further down"),
    },
    _one_way_on,
)
_QUESTION = keys(
    {
        "id": Key(ID, "问题的标识", "The question's id", required=True),
        "ask": Key(TEXT, "问什么", "What is asked", required=True),
        "answers": Key(list_of(_ANSWER), "可选的回答", "What one may answer", required=True),
    }
)
MATTER = keys(
    {
        "id": Key(ID, "事项的标识", "The matter's id", required=True),
        "name": Key(TEXT, "事项名称", "Its name", required=True),
        "code": Key(_CODE, "实施编码，或基本编码", "Its code in the implementation list"),
        "department": Key(ID, "部门", "Its department", required=True),
        "type": Key(choice(*TYPE_CODES), "事项类型", "Its type", required=True),
        "audience": Key(list_of(_AUDIENCE), "面向个人或单位", "Whom it is for", required=True),
        "life_events": Key(list_of(ID), "人生（企业）大事", "Life events it belongs to", required=True),
        "keywords": Key(list_of(TEXT), "搜索用词，含日常说法", "Words people search for", required=True),
        "basis": Key(TEXT, "设定依据", "Legal basis"),
        "eligibility": Key(TEXT, "谁可以申请", "Who may apply"),
        "statutory": _STATUTORY,
        "promised": _PROMISED,
        "situations": Key(list_of(_SITUATION), "情形", "Situations", required=True),
        "questions": Key(
            list_of(_QUESTION),
            "几个问题，引到合适的情形；先问第一个",
            "Questions that lead to the right situation; the first is asked first",
        ),
    }
)
_DEPARTMENT = keys(
    {
        "name": Key(TEXT, "部门名称", "Its name", required=True),
        "queues": Key(list_of(ID), "人工办理队列，必有 general", "Its queues, `general` among them", required=True),
    }
)
_LIFE_EVENT = keys(
    {
        "name": Key(TEXT, "名称", "Its name", required=True),
        "audience": Key(_AUDIENCE, "面向个人或单位", "Whose life it is part of", required=True),
        "parent": Key(_or_null(ID), "上级，没有写 null", "What it is part of, null for nothing", required=True),
    }
)
DEPARTMENTS = named(ID, _DEPARTMENT, lambda entry, read: read)
LIFE_EVENTS = named(ID, _LIFE_EVENT, lambda entry, read: read)


def _later(shape: Shape[Any]) -> Shape[Node]:
    """Left for the reader to read part by part, so that a defect in one part hides none in another."""
    return Shape(lambda node: node, shape.schema)


FILE = keys(
    {
        "departments": Key(_later(DEPARTMENTS), "部门", "Departments", required=True),
        "life_events": Key(_later(LIFE_EVENTS), "人生（企业）大事", "Life events", required=True),
        "matters": Key(_later(list_of(MATTER)), "事项", "Matters", required=True),
    }
)


def matters_schema() -> Schema:
    """JSON Schema 2020-12 of the file, for editors: it accepts at least what `read_catalogue` accepts."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "matters.yaml", **FILE.schema}
