"""Decides as `docs/meaning.md` says, step by step: evidence, outcomes, commitments, written reviews, conclusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import Any

from engine.language import tree
from tests.oracle import days
from tests.oracle import tables as hit_policies
from tests.oracle.evidence import Judged, Kind, Terms, judge, judge_all, judge_each, none, perhaps_not_asked
from tests.oracle.expressions import Evaluation, cell, parse
from tests.oracle.form import Form
from tests.oracle.reading import Declared, fold, policy_value, rendered, typed, written
from tests.oracle.values import Truth, Value, conjunction, known_throughout, settled

SECTIONS = ("evidence", "parameters", "define", "tables", "conditions")

Read = tuple[str | None, Value]
"""A fact that is read: the evidence it comes from, if any, and its value."""


@dataclass(frozen=True)
class Answer:
    """A decision. `outcomes`: condition id to pass, fail, unknown or committed, in file order.

    `grant`: values as JSON (money and numbers are texts). `follow_up`: condition id and day. `refused`: the form facts
    that keep the form from being decided; then there is no conclusion.
    """

    conclusion: str | None
    outcomes: dict[str, str] = field(default_factory=dict)
    grant: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    queue: str | None = None
    committed: list[str] = field(default_factory=list)
    follow_up: list[tuple[str, date]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Oracle:
    """One ruleset as YAML gives it, the content of `evidence.yaml`, and the included fragments in `include` order."""

    def __init__(
        self, ruleset: Mapping[str, Any], evidence_types: Mapping[str, Any], fragments: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self.ruleset = dict(ruleset)
        for section in SECTIONS:
            merged: dict[str, Any] = {}
            for part in (*fragments, ruleset):
                merged |= part.get(section, {})
            self.ruleset[section] = merged
        self.kinds = {
            (group, name): Kind(declared.get("attributes", {}), declared.get("none_means"))
            for group, word in (("licence", "licences"), ("check", "checks"))
            for name, declared in evidence_types.get(word, {}).items()
        }

    def decide(self, facts: Mapping[str, Any], today: date) -> Answer:
        return Decision(self, facts, today).answer()


class Decision:
    """One set of facts. Definitions and tables are computed anew on each use, evidence is judged once."""

    def __init__(self, oracle: Oracle, facts: Mapping[str, Any], today: date) -> None:
        self._ruleset, self._kinds, self._given = oracle.ruleset, oracle.kinds, facts
        self._today = today
        applied = facts.get("applied_on")
        self._applied_on = today if applied is None else typed(applied, "date")
        self._evaluation = Evaluation(self)
        self._form = Form(self._ruleset.get("form", {}), facts.get("form", {}), self._evaluation.text)
        self._judged: dict[str, Judged] = {}

    # names

    def named(self, name: str) -> Value:
        if name == "today":
            return self._today
        if name == "applied_on":
            return self._applied_on
        if name == "form":
            return self._form
        if name == "applicant":
            return self._applicant()
        if name == "case":
            situation = self._given.get("case", {}).get("situation")
            return {"situation": None if situation is None else fold(situation)}
        if name == "material":
            materials: defaultdict[str, Value] = defaultdict(lambda: None)
            for id_, material in self._given.get("materials", {}).items():
                materials[id_.replace("-", "_")] = {"met": material.get("met"), "by": material.get("by")}
            return materials
        if name in self._ruleset["evidence"]:
            return self.judged(name).value
        if name in self._ruleset["parameters"]:
            return self.parameter_on(name, self._day)
        if name in self._ruleset["define"]:
            return self._evaluation.text(self._ruleset["define"][name])
        return self._table(name)

    def _applicant(self) -> dict[str, Value]:
        given = self._given.get("applicant", {})
        kind = given.get("kind", "person")
        agent = given.get("agent_number") if kind == "organisation" else None
        return {
            "kind": kind,
            "name": None if given.get("name") is None else fold(given["name"]),
            "number": None if given.get("number") is None else fold(given["number"]).upper(),
            "agent_number": None if agent is None else fold(agent).upper(),
        }

    @property
    def _day(self) -> date:
        """The day that picks parameters and dated rows."""
        return self._applied_on if self._ruleset.get("dated_by") == "applied_on" else self._today

    def parameter_on(self, name: str, day: date) -> Value:
        parameter = self._ruleset["parameters"][name]
        raw = latest(parameter["from"], day)
        return None if raw is None else policy_value(raw, parameter["type"])

    def sampled(self, percent: Value) -> Truth:
        draw = self._given.get("case", {}).get("draw")
        return draw is not None and Fraction(str(draw)) < percent

    # tables

    def _rows(self, table: Mapping[str, Any]) -> list[list[Any]]:
        return (latest(table["from"], self._day) or []) if "from" in table else table["rows"]

    def _table(self, name: str) -> Value:
        table = self._ruleset["tables"][name]
        inputs = [self._evaluation.text(each) for each in table["inputs"]]
        matched = []
        for row in self._rows(table):
            cells, outputs = row[: len(inputs)], row[len(inputs) :]
            truth = conjunction([self._evaluation.cell(*pair) for pair in zip(cells, inputs, strict=True)])
            matched.append((truth, outputs))
        defaults = table.get("default", [])
        defaults = defaults if isinstance(defaults, list) else [defaults]
        named = table["outputs"] if "outputs" in table else {"": table["output"]}
        results = {}
        for place, (id_, output) in enumerate(named.items()):
            order = priorities(output["type"])
            rows = [(truth, settled(self._evaluation.text(outputs[place]))) for truth, outputs in matched]
            default = [settled(self._evaluation.text(defaults[place]))] if defaults else []
            results[id_] = hit_policies.result(table["hit"], table.get("aggregate"), rows, default, order)
        return results if "outputs" in table else results[""]

    # evidence

    def judged(self, name: str) -> Judged:
        if name not in self._judged:
            evidence = self._ruleset["evidence"][name]
            judged = self._judge(evidence, self._given.get("evidence", {}).get(name))
            self._judged[name] = judged if self._asked(evidence) is not None else perhaps_not_asked(judged)
        return self._judged[name]

    def _kind(self, evidence: Mapping[str, Any]) -> Kind:
        group = "licence" if "licence" in evidence else "check"
        return self._kinds[group, evidence[group]]

    def _judge(self, evidence: Mapping[str, Any], answer: Any) -> Judged:
        terms = Terms(self._kind(evidence), accepted(evidence), evidence.get("fresh"), self._today)
        if self._asked(evidence) is False:
            return judge_all("none", "", terms) if evidence.get("all") else none(terms.kind)
        if "for_each" in evidence:
            members = self._evaluation.text(evidence["for_each"])
            if members is None:
                return Judged(None, False, None)
            return judge_each(answer, [self._holder(evidence, member) for member in members.values], terms)
        return (judge_all if evidence.get("all") else judge)(answer, self._holder(evidence, None), terms)

    def _holder(self, evidence: Mapping[str, Any], member: Value) -> str | None:
        expression = evidence.get("of", "applicant.number")
        holder = settled(self._evaluation.text(expression, {"item": member}))
        return None if holder is None else str(holder)

    def _asked(self, evidence: Mapping[str, Any]) -> Truth:
        asked: Truth = self._evaluation.text(evidence["when"]) if "when" in evidence else True
        return asked

    def _required(self, evidence: Mapping[str, Any]) -> Truth:
        """By its `required:` alone."""
        required: Truth = self._evaluation.text(evidence.get("required", False))
        return required

    def _surely_required(self, evidence: Mapping[str, Any]) -> bool:
        return self._required(evidence) is True and self._asked(evidence) is True

    def _demanded(self) -> dict[str, Mapping[str, Any]]:
        return {
            name: evidence
            for name, evidence in self._ruleset["evidence"].items()
            if self._required(evidence) is not False and self._asked(evidence) is not False
        }

    def _symbol(self, name: str, evidence: Mapping[str, Any]) -> str:
        judged = self.judged(name)
        if judged.usable:
            return "unknown" if judged.ill_typed else "pass"
        return "fail" if judged.definitely_bad(accepted(evidence)) else "unknown"

    # outcomes

    def _outcomes(self) -> tuple[dict[str, str], list[tuple[str, date]]]:
        conditions = self._ruleset["conditions"]
        words: dict[Truth, str] = {True: "pass", False: "fail", None: "unknown"}
        plain = {id_: words[self._evaluation.text(each["require"])] for id_, each in conditions.items()}
        outcomes, follow_up = dict(plain), []
        for id_, condition in conditions.items():
            day = self._commitment(id_, condition, plain)
            if day is not None:
                outcomes[id_] = "committed"
                follow_up.append((id_, day))
        return outcomes, follow_up

    def _commitment(self, id_: str, condition: Mapping[str, Any], plain: Mapping[str, str]) -> date | None:
        """The day a commitment that stands must be checked; None: it does not stand."""
        if "commitment" not in condition or plain[id_] != "unknown" or id_ not in self._given.get("commitments", []):
            return None
        commitment = condition["commitment"]
        if any(plain[other] != "pass" for other in commitment.get("unless", [])):
            return None
        read = self._facts_read(parse(written(condition["require"])))
        unknown = {source for source, value in read if not known_throughout(value)}
        if not unknown or any(source is None or self._may_be_required(source) for source in unknown):
            return None
        return days.add_duration(self._today, commitment["check_within"])

    def _may_be_required(self, name: str) -> bool:
        evidence = self._ruleset["evidence"][name]
        return self._required(evidence) is not False and self._asked(evidence) is not False

    def _facts_read(self, node: tree.Node, variables: frozenset[str] = frozenset()) -> Iterator[Read]:
        """Every fact an expression reads, through definitions and tables."""
        if isinstance(node, tree.Field) and isinstance(node.base, tree.Name) and node.base.name not in variables:
            base = node.base.name
            if base in self._ruleset["evidence"] and not isinstance(self.named(base), dict):
                yield base, self.named(base)
                return
            if base in ("form", "applicant", "case") or base in self._ruleset["evidence"]:
                yield base if base in self._ruleset["evidence"] else None, self.named(base)[node.name]
                return
        if isinstance(node, tree.Field) and isinstance(node.base, tree.Field) and isinstance(node.base.base, tree.Name):
            root = node.base.base.name
            if root == "material":
                yield None, self._evaluation.value(node, {})
                return
        if isinstance(node, tree.Name) and node.name not in variables and node.name != "item":
            yield from self._facts_of_name(node.name)
        if isinstance(node, tree.Quantified):
            variables = variables | {node.variable}
        for child in tree.children(node):
            yield from self._facts_read(child, variables)

    def _facts_of_name(self, name: str) -> Iterator[Read]:
        if name in self._ruleset["evidence"]:
            yield name, self.named(name)
        elif name in self._ruleset["define"]:
            yield from self._facts_read(parse(written(self._ruleset["define"][name])))
        elif name in self._ruleset["tables"]:
            table = self._ruleset["tables"][name]
            defaults = table.get("default", [])
            expressions = [*table["inputs"], *(defaults if isinstance(defaults, list) else [defaults])]
            periods = table["from"].values() if "from" in table else [table["rows"]]
            for row in chain.from_iterable(periods):
                for text in row[: len(table["inputs"])]:
                    yield from self._facts_read(cell(written(text)))
                expressions += row[len(table["inputs"]) :]
            for text in expressions:
                yield from self._facts_read(parse(written(text)))

    # the conclusion

    def _written(self, rule: Mapping[str, Any], outcomes: Mapping[str, str]) -> Truth:
        when = rule["when"]
        if not isinstance(when, Mapping):
            holds: Truth = self._evaluation.text(when)
            return holds
        wanted = [(id_, "fail") for id_ in when.get("fails", [])] + [(id_, "pass") for id_ in when.get("passes", [])]
        return conjunction(
            [None if outcomes[id_] == "unknown" else outcomes[id_] == outcome for id_, outcome in wanted]
        )

    def answer(self) -> Answer:
        refused = self._form.refused()
        if refused or self._applied_on > self._today:
            return Answer(None, refused=refused or ["applied_on"])
        outcomes, follow_up = self._outcomes()
        conditions = {id_: c for id_, c in self._ruleset["conditions"].items() if c.get("counts", True)}
        demanded = self._demanded()
        symbols = {name: self._symbol(name, evidence) for name, evidence in demanded.items()}
        reviews = {rule["review"]: self._written(rule, outcomes) for rule in self._ruleset.get("conclusions", [])}
        grant = {id_: self._evaluation.text(each["value"]) for id_, each in self._ruleset.get("grant", {}).items()}
        ungranted = [id_ for id_, value in grant.items() if not known_throughout(value)]

        rejects = any(
            outcomes[id_] == "fail" and condition.get("otherwise") == "reject" for id_, condition in conditions.items()
        ) or any(
            symbols[name] == "fail" and evidence.get("otherwise") == "reject" and self._surely_required(evidence)
            for name, evidence in demanded.items()
        )
        approves = (
            all(outcomes[id_] in ("pass", "committed") for id_ in conditions)
            and all(symbol == "pass" for symbol in symbols.values())
            and not ungranted
            and all(holds is False for holds in reviews.values())
        )
        if any(reviews.values()):
            conclusion = "review"
        elif rejects:
            conclusion = "review" if None in reviews.values() else "reject"
        else:
            conclusion = "approve" if approves else "review"

        causes = [id_ for sure in (True, None) for id_, holds in reviews.items() if holds is sure]
        for outcome in ("fail", "unknown"):
            causes += [id_ for id_ in conditions if outcomes[id_] == outcome]
            causes += [f"evidence.{name}" for name, symbol in symbols.items() if symbol == outcome]
        causes += [f"grant.{id_}" for id_ in ungranted]
        review = conclusion == "review"
        return Answer(
            conclusion=conclusion,
            outcomes=outcomes,
            grant={id_: rendered(value, self._ruleset["grant"][id_]["type"]) for id_, value in grant.items()}
            if conclusion == "approve"
            else {},
            missing=[name for name in demanded if not self.judged(name).usable],
            causes=causes if review else [],
            queue=self._queue(reviews, conditions, outcomes, symbols) if review else None,
            committed=[id_ for id_, _ in follow_up],
            follow_up=follow_up,
        )

    def _queue(
        self,
        reviews: Mapping[str, Truth],
        conditions: Mapping[str, Mapping[str, Any]],
        outcomes: Mapping[str, str],
        symbols: Mapping[str, str],
    ) -> str:
        rules = {rule["review"]: rule for rule in self._ruleset.get("conclusions", [])}
        holding, unknown = ([id_ for id_, holds in reviews.items() if holds is truth] for truth in (True, None))
        queues = [rules[id_].get("queue") for id_ in (holding or unknown)[:1]]
        for outcome in ("fail", "unknown"):
            queues += [condition.get("queue") for id_, condition in conditions.items() if outcomes[id_] == outcome]
            queues += [self._ruleset["evidence"][n].get("queue") for n, symbol in symbols.items() if symbol == outcome]
        return next((queue for queue in queues if queue is not None), "general")


def priorities(declared: Declared) -> list[str]:
    """The values of a one-of, the highest first; empty for any other type."""
    one_of = declared.get("one-of", []) if isinstance(declared, Mapping) else []
    return [fold(written(value)) for value in one_of]


def accepted(evidence: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(evidence.get("accept", ["valid"]))


def latest(dated: Mapping[Any, Any], day: date) -> Any:
    """The entry of the latest day on or before `day`; None before the first."""
    begun = {start: entry for start, entry in dated.items() if date.fromisoformat(str(start)) <= day}
    return begun[max(begun, key=lambda start: str(start))] if begun else None
