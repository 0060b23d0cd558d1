"""A receipt in plain words, in Chinese and English: for the applicant it concerns, or in full for an approver.

An applicant is not shown values kept for approvers, nor whether a condition that rests on them failed or was left
unknown, unless it is why the application is rejected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from engine.decision.no_ruleset import NO_RULESET
from engine.decision.receipt_document import Reason, ReceiptDocument, Shortfall
from engine.decision.wording import UNKNOWN, WITHHELD, in_words, masked
from engine.language.types import DATE, Date, Integer, ListType, Money, Number, Type
from engine.ruleset.model import Ruleset

Language = Literal["zh", "en"]
Audience = Literal["applicant", "approver"]

CONCLUSIONS = {
    "approve": ("准予", "Approved"),
    "reject": ("不予批准", "Rejected"),
    "review": ("转人工审批", "Goes to a person"),
}
OUTCOMES = {
    "pass": ("通过", "pass"),
    "fail": ("未通过", "fail"),
    "unknown": ("未能核实", "unknown"),
    "committed": ("已承诺", "committed"),
    "looked-at": ("人工核对", "for a person"),
}
"""Of conditions, as shown: `looked-at` stands for fail and unknown where an applicant may not tell them apart."""

NEXT_STEPS = {
    "approve": ("无需再提交材料。", "Nothing more need be sent."),
    "reject": (
        "情况有变化或者材料补齐后，可以重新申请。对本决定不服的，可以在办件页面申诉，由其他审批人复核；也可以自知道本决定之日起"
        "60日内申请行政复议，或者6个月内向人民法院提起行政诉讼。",
        "You may apply again once things have changed. If you disagree, appeal on the page of your case, and another "
        "approver will look at it again; or apply for administrative reconsideration within 60 days, or bring an "
        "administrative lawsuit within 6 months, of learning of this decision.",
    ),
    "review": (
        "您的申请由审批人办理，无需重复提交；需要补充材料时会通知您。",
        "An approver will decide; you need not apply again, and will be told if anything is needed.",
    ),
}
_NOT_IN_FORCE = ("该日没有生效的规则。", "No rules are in force for that day.")
_SECTIONS = {
    "reasons": ("审查情况", "Conditions"),
    "evidence": ("未取得的证明", "Evidence that is wanting"),
    "grant": ("批准内容", "What is granted"),
    "follow_up": ("事后核查", "To be checked afterwards"),
    "next_steps": ("接下来", "What comes next"),
    "record": ("记录", "On record"),
}
_IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True, slots=True)
class Line:
    """A condition in words. `operands`: names and values, those an applicant may not see withheld."""

    condition: str
    label: str
    basis: str | None
    outcome: str  # a key of OUTCOMES
    message: str | None
    operands: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A receipt explained. `record` is what an approver sees beside it, empty for an applicant."""

    lang: Language
    audience: Audience
    conclusion: str
    title: str
    day: str
    reasons: tuple[Line, ...]
    evidence: tuple[tuple[str, str], ...]
    grant: tuple[tuple[str, str], ...]
    follow_up: tuple[str, ...]
    next_steps: tuple[str, ...]
    record: tuple[tuple[str, str], ...]

    def word(self, pair: tuple[str, str]) -> str:
        return pair[self.lang == "en"]

    @property
    def headline(self) -> str:
        return self.word(CONCLUSIONS[self.conclusion])

    def heading(self, section: str) -> str:
        return self.word(_SECTIONS[section])

    def outcome(self, line: Line) -> str:
        return self.word(OUTCOMES[line.outcome])

    def text(self) -> str:
        """The whole as plain text, ending in a line break."""
        return "\n".join(self._lines()) + "\n"

    def as_json(self) -> dict[str, Any]:
        """The same, JSON-ready; operands and sources for an approver alone."""
        found = asdict(self)
        for name in ("evidence", "grant", "record"):
            found[name] = [{"label": label, "text": text} for label, text in found[name]]
        for line in found["reasons"]:
            operands, sources = line.pop("operands"), line.pop("sources")
            if self.audience == "approver":
                line |= {"operands": dict(operands), "sources": sources}
        return {**found, "headline": self.headline, "text": self.text()}

    def _lines(self) -> Iterator[str]:
        yield f"{self.headline}  {self.title}"
        yield self.day
        yield from self._section("reasons", [text for line in self.reasons for text in self._reason(line)])
        for section, pairs in (("evidence", self.evidence), ("grant", self.grant)):
            yield from self._section(section, [self._pair(pair) for pair in pairs])
        for section, texts in (("follow_up", self.follow_up), ("next_steps", self.next_steps)):
            yield from self._section(section, list(texts))
        yield from self._section("record", [self._pair(pair) for pair in self.record])

    def _section(self, name: str, lines: list[str]) -> Iterator[str]:
        if lines:
            yield from ("", self.heading(name), *(f"  {line}" for line in lines))

    def _pair(self, pair: tuple[str, str]) -> str:
        return ("：" if self.lang == "zh" else ": ").join(each for each in pair if each)

    def _reason(self, line: Line) -> Iterator[str]:
        outcome = self.outcome(line)
        padded = outcome.ljust(4, "　") if self.lang == "zh" else outcome.ljust(12)
        basis = "" if line.basis is None else f"（{line.basis}）" if self.lang == "zh" else f" ({line.basis})"
        yield f"{padded}  {line.label}{basis}"
        indent = " " * (10 if self.lang == "zh" else 14)
        if line.message:
            yield indent + line.message
        if self.audience == "approver":
            if line.operands:
                yield indent + " · ".join(f"{name} {value}" for name, value in line.operands)
            if line.sources:
                yield indent + self._pair((self.word(("来源", "Sources")), ", ".join(line.sources)))


def explain(
    receipt: ReceiptDocument, lang: Language, audience: Audience = "applicant", ruleset: Ruleset | None = None
) -> Explanation:
    """Puts a receipt into words. `ruleset`, where it is at hand, gives its title and the labels of what is granted."""
    if ruleset is not None and ruleset.hash != receipt.ruleset_hash:
        raise ValueError("this is not the ruleset that decided")
    title = ruleset.title if ruleset is not None else receipt.ruleset or receipt.situation or ""
    return Explanation(
        lang=lang,
        audience=audience,
        conclusion=receipt.conclusion,
        title=title,
        day=in_words(receipt.decided_for, DATE, lang),
        reasons=tuple(_line(receipt, each, lang, audience, ruleset) for each in receipt.reasons),
        evidence=tuple((each.label, _shortfall(each, lang, audience)) for each in receipt.evidence),
        grant=tuple(granted(name, value, ruleset, lang) for name, value in receipt.grant.items()),
        follow_up=tuple(_follow_ups(receipt, lang)),
        next_steps=tuple(_next_steps(receipt, lang)),
        record=tuple(_record(receipt, lang)) if audience == "approver" else (),
    )


def _line(
    receipt: ReceiptDocument, reason: Reason, lang: Language, audience: Audience, ruleset: Ruleset | None
) -> Line:
    withheld = set(receipt.approver_only) if audience == "applicant" else set()
    outcome: str = reason.outcome
    if withheld & {*reason.operands, *reason.sources} and outcome in ("fail", "unknown") and not _rejects(receipt, reason, ruleset):
        outcome = "looked-at"
    return Line(
        condition=reason.condition,
        label=reason.label,
        basis=reason.basis,
        outcome=outcome,
        message=_message(reason, lang),
        operands=tuple(
            (name, WITHHELD[lang] if name in withheld else _operand(value, lang, audience))
            for name, value in reason.operands.items()
        ),
        sources=reason.sources,
    )


def _rejects(receipt: ReceiptDocument, reason: Reason, ruleset: Ruleset | None) -> bool:
    """Whether a condition is, or is among, the reasons for a rejection: those an applicant is told, whatever they read."""
    if receipt.conclusion != "reject" or reason.outcome != "fail":
        return False
    condition = ruleset.conditions.get(reason.condition) if ruleset is not None else None
    return receipt.fired == f"reject:{reason.condition}" or (condition is not None and condition.otherwise == "reject")


def _message(part: Reason | Shortfall, lang: Language) -> str | None:
    return (part.message_en or part.message) if lang == "en" else part.message


def _operand(value: Any, lang: Language, audience: Audience) -> str:
    """A value of the receipt's JSON."""
    if value is None:
        return UNKNOWN[lang]
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if audience == "approver" else _IDENTITY_NUMBER.sub(lambda found: masked(found[0]), text)


def _shortfall(each: Shortfall, lang: Language, audience: Audience) -> str:
    wanting = ("内容有误", "is not in order") if each.usable else ("没有取得", "was not found")
    text = _message(each, lang) or wanting[lang == "en"]
    if audience == "applicant":
        return text
    known = [part for part in (each.outcome, each.status, each.problem) if part]
    return f"{text} [{each.evidence}: {', '.join(known)}]"


def granted(name: str, value: Any, ruleset: Ruleset | None, lang: Language) -> tuple[str, str]:
    """The label and the text of something granted, a value of the receipt's JSON."""
    declared = ruleset.grant.get(name) if ruleset is not None else None
    if declared is None:
        return name, _operand(value, lang, "approver")
    typed = _typed(value, declared.type)
    return declared.label, _operand(value, lang, "approver") if typed is None else in_words(typed, declared.type, lang)


def _typed(value: Any, type_: Type) -> Any:
    """A value of the receipt's JSON as the language has it; None where that takes more than its text."""
    try:
        match type_:
            case Money() | Number() | Integer():
                return Decimal(str(value))
            case Date():
                return date.fromisoformat(value)
            case ListType(element=element):
                found = tuple(_typed(each, element) for each in value)
                return None if None in found else found
    except (InvalidOperation, TypeError, ValueError):
        return None
    return value if isinstance(value, str | bool) else None


def _follow_ups(receipt: ReceiptDocument, lang: Language) -> Iterator[str]:
    labels = {each.condition: each.label for each in receipt.reasons}
    for each in receipt.follow_up:
        label, day = labels.get(each.condition, each.condition), in_words(each.by, DATE, lang)
        yield f"{label}：按告知承诺办理，{day}前核查。" if lang == "zh" else f"{label}: on your commitment, checked by {day}."


def _next_steps(receipt: ReceiptDocument, lang: Language) -> Iterator[str]:
    if receipt.fired == NO_RULESET:
        yield _NOT_IN_FORCE[lang == "en"]
    yield NEXT_STEPS[receipt.conclusion][lang == "en"]


def _record(receipt: ReceiptDocument, lang: Language) -> Iterator[tuple[str, str]]:
    """What is on record beside the reasons; left out where there is none."""
    diagnostics = ", ".join(f"{each.about}: {each.code}" for each in receipt.diagnostics)
    acting = receipt.acting
    for zh, en, text in (
        ("情形", "Situation", receipt.situation),
        ("代办人", "Acted for the applicant", f"{acting['name']}（{acting['authorisation']}）" if acting else None),
        ("规则所得结论", "The rules concluded", receipt.proposed),
        ("触发", "Fired", receipt.fired),
        ("转人工原因", "Causes", ", ".join(receipt.causes)),
        ("队列", "Queue", receipt.queue),
        ("缺少", "Missing", ", ".join(receipt.missing)),
        ("诊断", "Diagnostics", diagnostics),
        ("规则", "Ruleset", receipt.ruleset),
        ("规则哈希", "Ruleset hash", receipt.ruleset_hash),
        ("回执哈希", "Receipt hash", receipt.receipt_hash),
        ("引擎", "Engine", receipt.engine),
    ):
        if text:
            yield (zh if lang == "zh" else en), text
