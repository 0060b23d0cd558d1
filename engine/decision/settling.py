"""Settles each piece of evidence of an application: whether it is asked for, whose it must be, what is known of it.

Settled in order of dependence, so that `of:` and `when:` read evidence that is settled already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from engine.decision.compiler import Function, Log, compile_answer
from engine.decision.evidence import REFUSING, Answer, Judge, Judgement, judged_together, record_of
from engine.decision.facts import Facts
from engine.language.tree import Field, Name
from engine.ruleset.checking import Checked
from engine.ruleset.model import Evidence, Expression
from engine.ruleset.namespace import BUILT_IN_ATTRIBUTES, is_list


class Settled(NamedTuple):
    """Evidence as the decision sees it.

    `required` is None where it is not known whether it is. `outcome`: pass unless it bars approval; then fail if it is
    definitely not there, else unknown.
    """

    name: str
    judgement: Judgement
    required: bool | None
    outcome: str


class EvidenceSettler:
    """One declaration of evidence, compiled."""

    def __init__(self, checked: Checked, evidence: Evidence) -> None:
        self.name = evidence.name
        self.evidence = evidence
        self.judge = Judge.of(evidence)
        self.refusing = REFUSING - self.judge.accept
        self.is_list = is_list(evidence)
        self.may_be_required = evidence.required is not False
        self.holder = self._function(checked, "of", evidence.of, item=evidence.for_each is not None)
        self.asked = self._function(checked, "when", evidence.when)
        self.members = self._function(checked, "for_each", evidence.for_each)
        required = evidence.required
        self.required = self._function(checked, "required", required if isinstance(required, Expression) else None)
        paths = {attribute: f"{evidence.name}.{attribute}" for attribute in BUILT_IN_ATTRIBUTES}
        read = _attributes_read(checked, evidence.name)
        self.built_in = [(attribute, path) for attribute, path in paths.items() if attribute in read]
        self.doubtful = [self.name] if self.is_list else [paths["status"], paths["valid"]]

    def _function(self, checked: Checked, key: str, expression: Expression | None, item: bool = False) -> Function | None:
        return compile_answer(checked, f"evidence.{self.name}.{key}", expression.tree, item) if expression else None

    def settle(self, values: dict[str, Any], facts: Facts, log: Log) -> Settled:
        """Judges the evidence and puts what is known of it into `values`."""
        required = self.required(values, log) if self.required else bool(self.evidence.required)
        asked = self.asked(values, log) if self.asked else True
        if asked is False:
            required = False
            judgement = self._leave(values, log)
        elif self.is_list:
            judgement = self._settle_list(values, facts, log)
        else:
            holder = values["applicant.number"] if self.holder is None else self.holder(values, log)
            judgement = self.judge.judge(facts.answers.get(self.name), holder, facts.today)
            self._publish(judgement, values)
        if asked is None:
            self._doubt(values)
            required = None if required else required
        if judgement.problem is not None:
            log.append((f"evidence.{self.name}", judgement.problem))
        if required is False or (judgement.usable and not judgement.ill_typed):
            return Settled(self.name, judgement, required, "pass")
        gone = not judgement.usable and judgement.status in self.refusing
        return Settled(self.name, judgement, required, "fail" if gone else "unknown")

    def _publish(self, judgement: Judgement, values: dict[str, Any]) -> None:
        values.update(judgement.attributes)
        for attribute, path in self.built_in:
            values[path] = getattr(judgement, attribute)

    def _leave(self, values: dict[str, Any], log: Log) -> Judgement:
        """Not asked for: `none`; for a list, one `none` for each member, or no licences at all."""
        if self.is_list:
            members = self.members(values, log) if self.members else ()
            values[self.name] = None if members is None else tuple(record_of(self.judge.none) for _ in members)
        else:
            self._publish(self.judge.none, values)
        return self.judge.none

    def _doubt(self, values: dict[str, Any]) -> None:
        """It may turn out not to be asked for: what would then read otherwise is unknown."""
        values |= dict.fromkeys(self.doubtful)

    def _settle_list(self, values: dict[str, Any], facts: Facts, log: Log) -> Judgement:
        answer = facts.answers.get(self.name)
        judged = self._of_each(answer, values, facts.today, log) if self.members else self._of_all(answer, values, facts, log)
        if isinstance(judged, Judgement):
            values[self.name] = None
            return judged
        values[self.name] = tuple(record_of(each) for each in judged)
        if not self.members:
            return judged_together(judged, None) if judged else self.judge.none
        gone = (each.status for each in judged if not each.usable and each.status in self.refusing)
        return judged_together(judged, next(gone, None))

    def _of_all(self, answer: Answer, values: Mapping[str, Any], facts: Facts, log: Log) -> list[Judgement] | Judgement:
        """Every licence of the type; a judgement of the whole if they are not known."""
        holder = values["applicant.number"] if self.holder is None else self.holder(values, log)
        if holder is None:
            return self.judge.problem("key-unknown")
        if answer is None:
            return self.judge.unavailable
        if answer == "none":
            return []
        each = answer if isinstance(answer, tuple) else (answer,)
        return [self.judge.judge_single(one, holder, facts.today) for one in each]

    def _of_each(self, answer: Answer, values: Mapping[str, Any], today: date, log: Log) -> list[Judgement] | Judgement:
        """One answer for each member of the form list; a judgement of the whole if the list is unknown."""
        assert self.members is not None
        members = self.members(values, log)
        if members is None:
            return self.judge.unavailable
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


def _attributes_read(checked: Checked, evidence: str) -> set[str]:
    """Which attributes of the evidence any expression reads."""
    fields = (node for node in checked.types if isinstance(node, Field))
    return {node.name for node in fields if isinstance(node.base, Name) and node.base.name == evidence}
