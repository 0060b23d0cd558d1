"""The decision path: typed facts -> evidence judged -> conditions -> conclusion. ``compile_ruleset` once, `decide` for each.

    facts         JSON to typed facts, or every gap
    settling      whose each piece of evidence is and whether it may be relied on
    compiler      conditions as Python functions: pass, fail or unknown, with what they read
    conclusion    durable-rules concludes from the outcomes, held to a plain fold
    receipt       everything needed to replay and defend it
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from engine.decision.commitments import Commitment, FollowUp, accepted, is_unknown
from engine.decision.compiler import Answer, Function, Log, compile_answers
from engine.decision.conclusion import DISAGREEMENT, ConclusionEngine
from engine.decision.facts import Facts, Intake
from engine.decision.fold import Demand, Plan
from engine.decision.judging import judge_conditions, judge_reviews
from engine.decision.settling import EvidenceSettler, Settled
from engine.decision.wording import MessageWriter
from engine.language.types import ListType
from engine.ruleset.checking import Checked
from engine.ruleset.model import Condition, Expression, Outcomes
from engine.ruleset.reading import Path, paths_read

STOPPED = "ruleset-stopped"
"""What fired, and the first cause of review, where the ruleset was stopped by its policy writers. No id can be fired by this name alone."""
_logger = logging.getLogger(__name__)
_OUTCOMES = {True: "pass", False: "fail", None: "unknown"}
_SYMBOLS = {"pass": "p", "committed": "p", "fail": "f", "unknown": "u"}
_TRUTHS = {True: "t", False: "f", None: "u"}


class Decision(NamedTuple):
    """One decision. Outcomes and grants are in the order of the ruleset's; operands and texts in that of their paths."""

    ruleset: CompiledRuleset
    facts: Facts
    conclusion: str
    fired: str
    outcomes: tuple[str, ...]
    operands: tuple[Any, ...]
    grants: tuple[Any, ...]
    texts: tuple[Any, ...]
    shortfalls: tuple[Settled, ...]  # required evidence that bars approval
    causes: tuple[str, ...]
    queue: str | None
    follow_up: tuple[FollowUp, ...]
    log: tuple[tuple[str, str], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Required evidence that is not usable."""
        return tuple(each.name for each in self.shortfalls if not each.judgement.usable)

    def left_to_a_person(self) -> Decision:
        """The same decision where the situation does not let it be made automatically."""
        return self._replace(conclusion="review", queue="general")

    def stopped(self) -> Decision:
        """The same decision where the ruleset was found to be wrong and is stopped: a person decides, whatever it says."""
        queue = self.queue or "general"
        return self._replace(conclusion="review", fired=STOPPED, queue=queue, causes=(STOPPED, *self.causes))

    @property
    def grant(self) -> Mapping[str, Any]:
        """What an approval gives, by id; empty for any other conclusion."""
        return dict(zip(self.ruleset.ruleset.grant, self.grants, strict=True)) if self.conclusion == "approve" else {}


def alarm_in_log(code: str) -> None:
    """The alarm where no service listens: a line in the log."""
    _logger.error("the inference engine did not conclude as the fold does: %s", code)


def compile_ruleset(checked: Checked, alarm: Callable[[str], None] = alarm_in_log) -> CompiledRuleset:
    """Everything that can be prepared before the first decision."""
    return CompiledRuleset(checked, alarm)


class CompiledRuleset:
    """A ruleset ready to decide; safe to use from several threads."""

    def __init__(self, checked: Checked, alarm: Callable[[str], None]) -> None:
        ruleset = checked.ruleset
        self.checked = checked
        self.ruleset = ruleset
        self.conditions = tuple(ruleset.conditions.values())
        self.ids = tuple(ruleset.conditions)
        self.counting = [place for place, each in enumerate(self.conditions) if each.counts]
        self.commitments = [Commitment(checked, each) for each in self.conditions if each.commitment is not None]
        settlers = {name: EvidenceSettler(checked, ruleset.evidence[name]) for name in checked.evidence_order}
        self.settlers = list(settlers.values())
        order = checked.evidence_order
        self.demanded = [order.index(name) for name in ruleset.evidence if settlers[name].may_be_required]
        self.grants_lists = any(isinstance(each.type, ListType) for each in ruleset.grant.values())
        self.intake = Intake(checked, {name: each.judge for name, each in settlers.items()})
        self.operand_paths = tuple(dict.fromkeys(path for each in self.conditions for path in operand_paths(each)))
        self.writer = MessageWriter(checked)
        self.messages = [
            {"fail": self.writer.prepare(each.message), "unknown": self.writer.prepare(each.message_unknown)}
            for each in self.conditions
        ]
        self.evidence_messages = {name: self.writer.prepare(ruleset.evidence[name].message) for name in ruleset.evidence}
        self.answers = self._compile()
        self.concluding = ConclusionEngine(self._plan(), alarm)

    def _compile(self) -> Function:
        ruleset = self.ruleset
        conditions = [Answer(each.id, each.require.tree) for each in self.conditions]
        grants = [Answer(f"grant.{each.id}", each.value.tree) for each in ruleset.grant.values()]
        written = [Answer(each.id, each.when.tree) for each in ruleset.conclusions if isinstance(each.when, Expression)]
        return compile_answers(self.checked, [conditions, self.operand_paths, grants, written, self.writer.paths])

    def _plan(self) -> Plan:
        counting = [self.conditions[place] for place in self.counting]
        return Plan(
            evidence=tuple(Demand(self.settlers[place].name, self._rejects(self.settlers[place].name)) for place in self.demanded),
            conditions=tuple(Demand(each.id, each.otherwise == "reject") for each in counting),
            grants=tuple(self.ruleset.grant),
            reviews=tuple(each.id for each in self.ruleset.conclusions),
        )

    def read(self, given: Any, today: date) -> Facts:
        """Facts for a decision on `today`, from the JSON of `decide`. Raises `problems.InvalidFacts`."""
        return self.intake.read(given, today)

    def read_partly(self, given: Any, today: date) -> Facts:
        """The same for a form that need not be complete: what is missing is unknown."""
        return self.intake.read_partly(given, today)

    def decide(self, facts: Facts) -> Decision:
        values = dict(facts.values)
        log: Log = list(facts.log)
        settled = [each.settle(values, facts, log) for each in self.settlers]
        truths, operands, grants, expressions, texts = self.answers(values, log)
        outcomes = tuple([_OUTCOMES[truth] for truth in truths])
        if self.grants_lists:
            grants = tuple([None if is_unknown(value) else value for value in grants])
        follow_up: tuple[FollowUp, ...] = ()
        if self.commitments and facts.commitments:
            outcomes, follow_up = self._commit(outcomes, values, settled, facts)
        if facts.judged:
            outcomes = judge_conditions(self.conditions, outcomes, facts.judged)
        demanded = [settled[place] for place in self.demanded]
        reviews = self._reviews(outcomes, expressions) if self.ruleset.conclusions else []
        if facts.judged and reviews:
            outcomes, reviews = judge_reviews(self.ruleset.conclusions, reviews, self.ids, outcomes, facts.judged)
        concluded = self.concluding.conclude(self._symbols(demanded, outcomes, grants, reviews))
        causes: tuple[str, ...] = ()
        queue = None
        if concluded.kind == "review":
            causes, queue = self._review(demanded, outcomes, grants, reviews)
            if concluded == DISAGREEMENT:
                causes = (concluded.fired, *causes)
        shortfalls = tuple([each for each in demanded if each.outcome != "pass"])
        return Decision(self, facts, concluded.kind, concluded.fired, outcomes, operands, grants, texts, shortfalls, causes,
                        queue, follow_up, tuple(log))

    def _commit(self, outcomes: tuple[str, ...], values: Mapping[str, Any], settled: Sequence[Settled],
                facts: Facts) -> tuple[tuple[str, ...], tuple[FollowUp, ...]]:
        """The outcomes with the commitments that are accepted, and what follows from them."""
        by_id = dict(zip(self.ids, outcomes, strict=True))
        evidence = {each.name: each for each in settled}
        follow_up = accepted(self.commitments, by_id, facts.commitments, values, evidence, facts.today)
        by_id |= {each.condition: "committed" for each in follow_up}
        return tuple(by_id.values()), follow_up

    def _reviews(self, outcomes: Sequence[str], expressions: Sequence[bool | None]) -> list[bool | None]:
        """Whether each written review rule holds."""
        answered = iter(expressions)
        return [
            self._holds(each.when, outcomes) if isinstance(each.when, Outcomes) else next(answered)
            for each in self.ruleset.conclusions
        ]

    def _holds(self, when: Outcomes, outcomes: Sequence[str]) -> bool | None:
        """Kleene `and`; a committed condition neither passes nor fails."""
        wanted = [(each.text, "fail") for each in when.fails] + [(each.text, "pass") for each in when.passes]
        found = [(outcomes[self.ids.index(id_)], outcome) for id_, outcome in wanted]
        if any(outcome not in ("unknown", want) for outcome, want in found):
            return False
        return None if any(outcome == "unknown" for outcome, _ in found) else True

    def _symbols(self, demanded: Sequence[Settled], outcomes: Sequence[str], grants: Sequence[Any],
                 reviews: Sequence[bool | None]) -> str:
        """One letter for everything the conclusion rests on, in the order of the plan."""
        symbols = [
            # What is not surely required never rejects.
            "d" if each.outcome == "fail" and each.required is None and self._rejects(each.name) else _SYMBOLS[each.outcome]
            for each in demanded
        ]
        symbols += [_SYMBOLS[outcomes[place]] for place in self.counting]
        symbols += ["u" if value is None else "p" for value in grants]
        symbols += [_TRUTHS[holds] for holds in reviews]
        return "".join(symbols)

    def _rejects(self, evidence: str) -> bool:
        return self.ruleset.evidence[evidence].otherwise == "reject"

    def _review(self, demanded: Sequence[Settled], outcomes: Sequence[str], grants: Sequence[Any],
                reviews: Sequence[bool | None]) -> tuple[tuple[str, ...], str]:
        """Every cause of a review, and the queue it goes to."""
        written = list(zip(self.ruleset.conclusions, reviews, strict=True))
        rules = [rule for rule, holds in written if holds] + [rule for rule, holds in written if holds is None]
        causes = [rule.id for rule in rules]
        queues = [rule.queue for rule in rules[:1]]
        for outcome in ("fail", "unknown"):
            conditions = [self.conditions[place] for place in self.counting if outcomes[place] == outcome]
            evidence = [self.ruleset.evidence[each.name] for each in demanded if each.outcome == outcome]
            causes += [each.id for each in conditions] + [f"evidence.{each.name}" for each in evidence]
            queues += [each.queue for each in conditions] + [each.queue for each in evidence]
        causes += [f"grant.{id_}" for id_, value in zip(self.ruleset.grant, grants, strict=True) if value is None]
        return tuple(causes), next((queue for queue in queues if queue), "general")


def operand_paths(condition: Condition) -> tuple[Path, ...]:
    """The names a condition reads itself: facts, parameters, definitions and table outputs."""
    return tuple(dict.fromkeys(paths_read(condition.require.tree)))
