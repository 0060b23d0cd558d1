"""Settles each piece of evidence of an application: whether it is asked for, whose it must be, what is known of it.

Settled in order of dependence, so that `of:` and `when:` read evidence that is settled already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.decision.compiler import Function, Log, compile_answer
from engine.decision.evidence import REFUSING, Answer, Judge, Judgement, judged_together, record_of
from engine.decision.facts import Facts
from engine.ruleset.checking import Checked
from engine.ruleset.model import Evidence, Expression
from engine.ruleset.namespace import is_list

_NOT_ASKED = Judgement({}, "none", False, usable=False, ill_typed=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """Evidence as the decision sees it. `required` is None where it is not known whether it is."""

    name: str
    judgement: Judgement
    required: bool | None
    accept: frozenset[str]

    @property
    def bars_approval(self) -> bool:
        return self.required is not False and (not self.judgement.usable or self.judgement.ill_typed)

    @property
    def outcome(self) -> str:
        """pass; fail if it is definitely not there; else unknown."""
        if not self.bars_approval:
            return "pass"
        gone = not self.judgement.usable and self.judgement.status in REFUSING - self.accept
        return "fail" if gone else "unknown"


class EvidenceSettler:
    """One declaration of evidence, compiled."""

    def __init__(self, checked: Checked, evidence: Evidence) -> None:
        self.name = evidence.name
        self.evidence = evidence
        self.judge = Judge(evidence)
        self.is_list = is_list(evidence)
        self.may_be_required = evidence.required is not False
        self.holder = self._function(checked, "of", evidence.of, item=evidence.for_each is not None)
        self.asked = self._function(checked, "when", evidence.when)
        self.members = self._function(checked, "for_each", evidence.for_each)
        required = evidence.required
        self.required = self._function(checked, "required", required if isinstance(required, Expression) else None)
        attributes = (*evidence.type.attributes, "status", "valid", "issued_on", "valid_until")
        self.paths = {name: f"{evidence.name}.{name}" for name in attributes}

    def _function(self, checked: Checked, key: str, expression: Expression | None, item: bool = False) -> Function | None:
        return compile_answer(checked, f"evidence.{self.name}.{key}", expression.tree, item) if expression else None

    def settle(self, values: dict[str, Any], facts: Facts, log: Log) -> Settled:
        """Judges the evidence and puts what is known of it into `values`."""
        required = self.required(values, log) if self.required else bool(self.evidence.required)
        if self.asked is not None and self.asked(values, log) is False:
            judgement, required = _NOT_ASKED, False
            if self.is_list:
                values[self.name] = self._unasked(values, log)
            else:
                self._publish(judgement, values)
        elif self.is_list:
            judgement = self._settle_list(values, facts, log)
        else:
            holder = values["applicant.number"] if self.holder is None else self.holder(values, log)
            judgement = self.judge.judge(facts.answers.get(self.name), holder, facts.today)
            self._publish(judgement, values)
        if judgement.problem is not None:
            log.append((f"evidence.{self.name}", judgement.problem))
        return Settled(self.name, judgement, required, self.judge.accept)

    def _publish(self, judgement: Judgement, values: dict[str, Any]) -> None:
        name = self.name
        for attribute, value in judgement.attributes.items():
            values[self.paths[attribute]] = value
        if judgement is _NOT_ASKED:
            values |= {self.paths[attribute]: None for attribute in self.judge.reader.unknown}
        values[f"{name}.status"] = judgement.status
        values[f"{name}.valid"] = judgement.valid
        values[f"{name}.issued_on"] = judgement.issued_on
        values[f"{name}.valid_until"] = judgement.valid_until

    def _settle_list(self, values: dict[str, Any], facts: Facts, log: Log) -> Judgement:
        answer = facts.answers.get(self.name)
        judged = self._of_each(answer, values, facts.today, log) if self.members else self._of_all(answer, values, facts)
        if judged is None:
            values[self.name] = None
            return self.judge.unavailable
        values[self.name] = tuple(record_of(each) for each in judged)
        if not judged and not self.members:
            return self.judge.none
        return judged_together(judged, self.judge.accept)

    def _of_all(self, answer: Answer, values: Mapping[str, Any], facts: Facts) -> list[Judgement] | None:
        """Every licence of the type; None if that is not known."""
        holder = values["applicant.number"] if self.holder is None else self.holder(values, [])
        if answer is None or holder is None:
            return None
        if answer == "none":
            return []
        each = answer if isinstance(answer, tuple) else (answer,)
        return [self.judge.judge_single(one, holder, facts.today) for one in each]

    def _of_each(self, answer: Answer, values: Mapping[str, Any], today: date, log: Log) -> list[Judgement] | None:
        """One answer for each member of the form list; None if the list is unknown."""
        assert self.members is not None
        members = self.members(values, log)
        if members is None:
            return None
        answers = answer if isinstance(answer, tuple) and len(answer) == len(members) else (None,) * len(members)
        judged = []
        for member, one in zip(members, answers, strict=True):
            holder = self._holder_of(member, values, log)
            judged.append(self.judge.problem("key-unknown") if holder is None else self.judge.judge_single(one, holder, today))
        return judged

    def _holder_of(self, member: Any, values: Mapping[str, Any], log: Log) -> str | None:
        if self.holder is None:
            number: str | None = values["applicant.number"]
            return number
        found: str | None = self.holder({**values, "item": member}, log)
        return found

    def _unasked(self, values: Mapping[str, Any], log: Log) -> tuple[Any, ...] | None:
        """A list that was not asked for: one `none` for each member, or no licences at all."""
        members = self.members(values, log) if self.members else ()
        return None if members is None else tuple(record_of(self.judge.none) for _ in members)


