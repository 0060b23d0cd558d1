"""One case as the workbench shows it: what came of the rules in words, and what may be settled and judged, as fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.decision.explanation import granted
from engine.language.types import DATE, Type
from engine.ruleset.model import Evidence, Ruleset
from service.cases.attribute_names import BUILT_IN, attribute_label
from service.problems import Language
from service.review.findings_form import Settling, settlings
from service.review.models import Answered, Cause, Condition, DecisionShown, EvidenceShown, ProposalShown, ReviewAnswer
from service.review.values import truth_in_words, value_in_words
from service.review.wording import CAUSES, LICENCE_STATUSES, PROBLEMS
from service.web.forms import Fields
from service.web.page import said
from service.web.translation import mark

_NOTE = mark("情况说明")
_UNNAMED = mark("需要人工核对")
_WRONG = {"signature_valid": mark("签名无效"), "holder": mark("持有人不符")}


@dataclass(frozen=True, slots=True)
class Held:
    """What one answer says. `place`: in a list, from 1. `state`: a marked text where there are no facts."""

    place: int | None
    facts: tuple[tuple[str, str], ...]
    state: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """`standing`: a marked text, why it cannot be relied on; None where it can. `why`: the reason that is being written.

    `open`: its fields are shown at once, for it is why the case is here, or something is filled in.
    """

    shown: EvidenceShown
    standing: str | None
    held: tuple[Held, ...]
    settlings: tuple[Settling, ...]
    why: str
    open: bool

    @property
    def tone(self) -> str:
        return "pass" if self.standing is None else "wait" if self.open or self.shown.required else "calm"


@dataclass(frozen=True, slots=True)
class CauseView:
    """`label`: of the rules, or a marked text. `facts`: what it was held against. `evidence`: the names of what it reads."""

    cause: Cause
    label: str
    message: str | None
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    judged: str
    why: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettledView:
    """`label`, `text`: what was settled, and as what."""

    evidence: str
    label: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class JudgedView:
    label: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundView:
    """What a person found, in words."""

    settled: tuple[SettledView, ...]
    judged: tuple[JudgedView, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """`others`: the conditions that are not why it is here. `titles`: of evidence, by name."""

    case: ReviewAnswer
    lang: Language
    ruleset: Ruleset | None
    causes: tuple[CauseView, ...]
    evidence: tuple[EvidenceView, ...]
    others: tuple[Condition, ...]
    form: tuple[tuple[str, str], ...]
    titles: Mapping[str, str]

    def said_of(self, said: DecisionShown | ProposalShown) -> FoundView:
        """What was found by whoever decided, or proposes to."""
        conditions = {} if self.ruleset is None else self.ruleset.conditions
        return FoundView(
            tuple(self._settled(each) for each in said.settled),
            tuple(JudgedView(conditions[each["condition"]].label if each["condition"] in conditions else each["condition"],
                             each["outcome"], each["reason"]) for each in said.judged),
        )  # fmt: skip

    def _settled(self, fact: Mapping[str, Any]) -> SettledView:
        name, attribute, value = fact["evidence"], fact["attribute"], fact["value"]
        label, type_ = _named(f"{name}.{attribute}", self.ruleset)
        text = LICENCE_STATUSES.get(value, value) if attribute == "status" else value_in_words(value, type_, self.lang)
        text = said(text, self.lang)
        return SettledView(name, label, text, fact["reason"])


def view_of(case: ReviewAnswer, ruleset: Ruleset | None, fields: Fields, faults: Mapping[str, list[str]], lang: Language) -> CaseView:
    """`fields`: what is being filled in; `faults`: what is wrong with it, by path."""
    conditions = {each.condition: each for each in case.conditions}
    causes = tuple(_cause(each, conditions.get(each.id), ruleset, fields, faults, lang) for each in case.causes)
    pressing = {name for each in causes for name in each.evidence}
    return CaseView(
        case=case, lang=lang, ruleset=ruleset, causes=causes,
        evidence=evidence_views(case.evidence, ruleset, fields, faults, lang, pressing),
        others=tuple(each for each in case.conditions if each.condition not in {one.id for one in case.causes}),
        form=form_in_words(case.form, ruleset, lang),
        titles={each.name: each.title for each in case.evidence},
    )  # fmt: skip


def evidence_views(
    shown: Sequence[EvidenceShown], ruleset: Ruleset | None, fields: Fields, faults: Mapping[str, list[str]], lang: Language,
    pressing: Collection[str] = (),
) -> tuple[EvidenceView, ...]:  # fmt: skip
    """`pressing`: what the case is here for, which comes first."""
    found = [
        _evidence(each, ruleset.evidence[each.name], fields, faults, lang, each.name in pressing)
        for each in shown if ruleset is not None
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (not each.open, each.tone != "wait")))


def form_in_words(form: Sequence[Answered], ruleset: Ruleset | None, lang: Language) -> tuple[tuple[str, str], ...]:
    types = {name: each.type for name, each in ruleset.form.items()} if ruleset is not None else {}
    return tuple(
        (_NOTE if each.label == "note" else each.label, value_in_words(each.value, types.get(each.name), lang)) for each in form
    )


def grant_in_words(grant: Mapping[str, Any], ruleset: Ruleset | None, lang: Language) -> list[tuple[str, str]]:
    return [granted(name, value, ruleset, lang) for name, value in grant.items()]


def operand_in_words(path: str, value: Any, ruleset: Ruleset | None, lang: Language) -> tuple[str, str]:
    """What a condition was held against: `death.registered`, `form.premises`, `minimum_age`."""
    label, type_ = _named(path, ruleset)
    return said(label, lang), value_in_words(value, type_, lang)


def _named(path: str, ruleset: Ruleset | None) -> tuple[str, Type | None]:
    first, _, rest = path.partition(".")
    if ruleset is None:
        return path, None
    if first == "form" and rest in ruleset.form:
        return ruleset.form[rest].label, ruleset.form[rest].type
    if first in ruleset.parameters:
        return ruleset.parameters[first].label, ruleset.parameters[first].type
    if first in ruleset.evidence:
        kind = ruleset.evidence[first].type
        attribute = kind.attributes.get(rest)
        return attribute_label(kind.id, rest) if rest else kind.title, attribute.type if attribute else None
    return path, None


def _cause(
    cause: Cause, condition: Condition | None, ruleset: Ruleset | None, fields: Fields, faults: Mapping[str, list[str]],
    lang: Language,
) -> CauseView:  # fmt: skip
    label = cause.label if cause.label != cause.id else CAUSES.get(cause.id, _UNNAMED)
    message = (cause.message_en or cause.message) if lang == "en" else cause.message
    sources = condition.sources if condition else [cause.id.removeprefix("evidence.")] if cause.kind == "evidence" else []
    operands = condition.operands if condition else {}
    known = {} if ruleset is None else ruleset.evidence
    return CauseView(
        cause=cause, label=label, message=message,
        facts=tuple(operand_in_words(path, value, ruleset, lang) for path, value in operands.items()),
        evidence=tuple(each for each in sources if each in known),
        judged=fields.get(f"judge.{cause.id}"), why=fields.get(f"why-judged.{cause.id}"),
        faults=tuple(faults.get(f"judge.{cause.id}", ())),
    )  # fmt: skip


def _evidence(
    shown: EvidenceShown, evidence: Evidence, fields: Fields, faults: Mapping[str, list[str]], lang: Language, pressing: bool
) -> EvidenceView:
    answers = shown.answer if isinstance(shown.answer, list) else [shown.answer]
    held = tuple(_held(each, place if shown.several else None, evidence, shown.problem, lang) for place, each in enumerate(answers, 1))
    drawn = settlings(evidence, len(answers), fields, faults)
    standing = None
    if not shown.usable:
        standing = PROBLEMS.get(shown.problem or "") or LICENCE_STATUSES.get(shown.problem or shown.status or "") or PROBLEMS["unavailable"]
    begun = any(each.begun for each in drawn)
    return EvidenceView(
        shown, standing, held, drawn, fields.get(f"why.{shown.name}"),
        open=begun or pressing or (not shown.usable and bool(shown.required)),
    )  # fmt: skip


def _held(answer: Any, place: int | None, evidence: Evidence, problem: str | None, lang: Language) -> Held:
    if not isinstance(answer, dict):
        return Held(place, (), LICENCE_STATUSES["none"] if answer == "none" else PROBLEMS["unavailable"])
    facts = [
        (said(attribute_label(evidence.type.id, name), lang), value_in_words(answer[name], each.type, lang))
        for name, each in evidence.type.attributes.items() if name in answer
    ]  # fmt: skip
    if (status := answer.get("status", "valid")) != "valid":
        facts.insert(0, (said(BUILT_IN["status"], lang), said(LICENCE_STATUSES.get(str(status), str(status)), lang)))
    for name in ("issued_on", "valid_until"):
        if answer.get(name):
            facts.append((said(BUILT_IN[name], lang), value_in_words(answer[name], DATE, lang)))
    if answer.get("signature_valid", True) is not True:
        facts.append((said(_WRONG["signature_valid"], lang), truth_in_words(True, lang)))
    if problem == "holder" and "holder" in answer:
        facts.append((said(_WRONG["holder"], lang), str(answer["holder"])))
    return Held(place, tuple(facts))
