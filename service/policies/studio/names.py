"""What an expression of a draft may name, and the words of the language: for completion and hover in the editor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.assurance.cases_schema import cases_schema
from engine.language.functions import FUNCTIONS
from engine.language.parser import KEYWORDS
from engine.language.types import ListType, Record, Type
from engine.ruleset.model import EvidenceType, Ruleset
from engine.ruleset.schema import ruleset_schema
from service.cases.attribute_names import attribute_label
from service.policies.proving import Proposal, ruleset_in
from service.problems import Language
from service.web.page import said

_BUILT_IN = (
    ("today", "date", "作出决定的日子", "the day of the decision"),
    ("applied_on", "date", "提交申请的日子", "the day of submission"),
    ("applicant.kind", "person | organisation", "申请人是个人还是单位", "person or organisation"),
    ("applicant.name", "text", "申请人的姓名或名称", "the applicant's name"),
    ("applicant.number", "resident-id | uscc", "申请人的证件号码", "the applicant's number"),
    ("case.situation", "text", "申请的情形", "the situation applied for"),
    ("case.draw", "number", "抽查用的随机数", "the number that sampling draws"),
)
_OF_EVIDENCE = (
    ("status", "text", "状态", "its status"),
    ("valid", "boolean", "现在有效", "whether it is valid today"),
    ("issued_on", "date", "签发日期", "the day of issue"),
    ("valid_until", "date", "有效期至", "the last day of validity"),
)


def names_in(proposed: Proposal, lang: Language) -> list[dict[str, str]] | None:
    """Every name with its type and what it means; None where the texts cannot be read, and the editor keeps what it has."""
    ruleset = ruleset_in(proposed)
    if ruleset is None:
        return None
    return [{"name": name, "type": kind, "means": means} for name, kind, means in _names(ruleset, lang)]


def called(ruleset: Ruleset, lang: Language) -> Mapping[str, str]:
    """What people call the names that conditions read; without those that only the rules define."""
    found = {name: means for name, _, means in _names(ruleset, lang)}
    parameters = {each.name: said(each.label, lang) for each in ruleset.parameters.values()}
    return {name: means for name, means in found.items() if name not in ruleset.definitions} | parameters


def vocabulary(types: Mapping[str, EvidenceType], fragments: list[str], lang: Language) -> dict[str, Any]:
    """What does not change while one types: the shape of the files, functions, key words, licences, checks and fragments."""
    return {
        "rules": ruleset_schema()["else"]["else"],
        "cases": cases_schema(),
        "keywords": sorted(KEYWORDS),
        "functions": [{"name": each.name, "signature": each.signature, "means": each.zh if lang == "zh" else each.en}
                      for each in FUNCTIONS.values()],
        "licence": _titles(types, "licence", lang),
        "check": _titles(types, "check", lang),
        "include": [{"name": each, "means": ""} for each in fragments],
    }  # fmt: skip


def _titles(types: Mapping[str, EvidenceType], kind: str, lang: Language) -> list[dict[str, str]]:
    return [{"name": each.id, "means": said(each.title, lang)} for each in types.values() if each.kind == kind]


def _names(ruleset: Ruleset, lang: Language) -> Iterator[tuple[str, str, str]]:
    zh = lang == "zh"
    yield from ((name, kind, chinese if zh else english) for name, kind, chinese, english in _BUILT_IN)
    for fact in ruleset.form.values():
        yield from _with_fields(f"form.{fact.name}", fact.type, said(fact.label, lang))
    for evidence in ruleset.evidence.values():
        title = said(evidence.type.title, lang)
        yield evidence.name, evidence.type.kind, title
        for attribute in evidence.type.attributes.values():
            label = said(attribute_label(evidence.type.id, attribute.name), lang)
            yield from _with_fields(f"{evidence.name}.{attribute.name}", attribute.type, f"{title} · {label}")
        yield from ((f"{evidence.name}.{name}", kind, f"{title} · {chinese if zh else english}")
                    for name, kind, chinese, english in _OF_EVIDENCE)  # fmt: skip
    for parameter in ruleset.parameters.values():
        value = parameter.values[-1][1] if parameter.values else ""
        yield parameter.name, str(parameter.type), f"{said(parameter.label, lang)} = {value}"
    yield from ((each.name, "", each.expression.text) for each in ruleset.definitions.values())
    for table in ruleset.tables.values():
        for output in table.outputs:
            yield f"{table.name}.{output.id}" if table.named else table.name, str(output.type), said(output.label, lang)
    yield from ((each.id, "condition", said(each.label, lang)) for each in ruleset.conditions.values())


def _with_fields(name: str, type_: Type, means: str) -> Iterator[tuple[str, str, str]]:
    yield name, str(type_), means
    if isinstance(type_, ListType) and isinstance(type_.element, Record):
        yield from ((f"item.{field}", str(kind), means) for field, kind in type_.element.fields)
