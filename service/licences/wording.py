"""What pages and documents call a licence's statuses and attributes, and how they write the values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.decision.wording import in_words
from engine.language.types import Date, Integer, ListType, Money, Number, OneOf, Type
from engine.ruleset.model import EvidenceType
from service.problems import Language
from service.web.page import said
from service.web.translation import mark, translations


@dataclass(frozen=True, slots=True)
class Named:
    label: str
    tone: str


STATUSES: Mapping[str, Named] = {
    "valid": Named(mark("有效"), "pass"),
    "suspended": Named(mark("暂停使用"), "wait"),
    "revoked": Named(mark("已撤销"), "fail"),
    "cancelled": Named(mark("已注销"), "fail"),
    "expired": Named(mark("已过期"), "fail"),
    "transferred": Named(mark("已转移"), "fail"),
}
LABELS: Mapping[str, str] = {
    "name": mark("姓名或名称"), "number": mark("身份证号码"), "birth_date": mark("出生日期"), "city": mark("户籍或签发城市"),
    "first_issued_on": mark("首次签发日期"), "endorsed_until": mark("签注有效期至"), "uscc": mark("统一社会信用代码"),
    "established_on": mark("成立日期"), "classes": mark("准驾车型"), "qualified": mark("检测合格"), "tested_on": mark("检测日期"),
    "monthly_amount": mark("每月津贴"), "venue_name": mark("场所名称"), "registered_on": mark("登记日期"), "kind": mark("类别"),
    "grade": mark("等级"), "born_on": mark("出生日期"), "married_on": mark("登记结婚日期"), "household_size": mark("家庭人数"),
    "address": mark("地址"), "plate": mark("车牌号码"), "total_mass": mark("总质量（千克）"), "business_name": mark("名称"),
    "institution": mark("执业机构"), "stage": mark("任教学段"),
}  # fmt: skip


def told(declared: EvidenceType | None, attributes: Mapping[str, Any], lang: Language) -> list[tuple[str, str]]:
    """Labels and values, in the order in which the type declares them."""
    order = list(declared.attributes) if declared else []
    return [(label(each, lang), written(attributes[each], declared.attributes[each].type, lang))
            for each in order if declared and attributes.get(each) is not None]  # fmt: skip


def label(attribute: str, lang: Language) -> str:
    zh = LABELS.get(attribute, attribute)
    found: str = translations(lang).gettext(zh)
    return found


def written(value: Any, type_: Type, lang: Language) -> str:
    """A value of a licence's JSON, as a person reads it."""
    if isinstance(type_, ListType) and isinstance(value, Iterable):
        return ("、" if lang == "zh" else ", ").join(written(each, type_.element, lang) for each in value)
    try:
        match type_:
            case Money() | Number() | Integer():
                value = Decimal(str(value))
            case Date():
                value = date.fromisoformat(value)
            case OneOf():
                value = said(value, lang)
    except (InvalidOperation, TypeError, ValueError):
        return str(value)
    return in_words(value, type_, lang)
