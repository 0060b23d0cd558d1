"""The generators reach the whole language, approve often enough, and give one ruleset as dictionary and as text."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.language import tree
from engine.language.parser import parse_cell, parse_expression
from tests.generators import (
    EVIDENCE_TYPES,
    Made,
    facts_for,
    hide,
    random_facts,
    random_hidden,
    random_ruleset,
    rulesets,
)
from tests.generators.yaml_text import Expression
from tests.oracle import Answer, Oracle
from tests.oracle.functions import FUNCTIONS

SEEDS = range(300)


@cache
def made(seed: int) -> Made:
    return random_ruleset(random.Random(seed))


@cache
def decisions() -> list[tuple[dict[str, Any], Answer]]:
    decided = []
    for seed in SEEDS:
        rng = random.Random(seed)
        oracle = Oracle(made(seed).ruleset, EVIDENCE_TYPES, made(seed).fragments)
        for _ in range(5):
            facts, today = random_facts(rng, made(seed))
            decided.append((facts, oracle.decide(facts, today)))
    return decided


def written_parts(document: Any) -> Iterator[str]:
    if isinstance(document, Expression):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from written_parts(value)
    elif isinstance(document, list):
        for value in document:
            yield from written_parts(value)


def nodes() -> Iterator[tree.Node]:
    """Every node of every expression and cell; a cell that is no expression is read as the cell it is."""
    for seed in SEEDS:
        for text in written_parts({key: part for key, part in made(seed).ruleset.items() if key != "tables"}):
            yield from tree.walk(parse_expression(text))
        for table in made(seed).ruleset.get("tables", {}).values():
            yield from (node for text in table["inputs"] for node in tree.walk(parse_expression(text)))
            for row in table.get("rows", []):
                yield from (node for text in row[: len(table["inputs"])] for node in tree.walk(parse_cell(text)))


def test_every_kind_of_expression_and_every_function_is_generated() -> None:
    kinds: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for node in nodes():
        kinds[type(node).__name__] += 1
        if isinstance(node, tree.Call):
            functions[node.function] += 1
    every = {each.__name__ for each in vars(tree).values() if isinstance(each, type) and issubclass(each, tree.Node)}
    assert set(kinds) == every - {"Node"}
    assert set(functions) == set(FUNCTIONS) | {"count", "sampled"}


def test_every_hit_policy_and_every_way_of_evidence_is_generated() -> None:
    tables = [table for seed in SEEDS for table in made(seed).ruleset.get("tables", {}).values()]
    assert len({(table["hit"], table.get("aggregate")) for table in tables}) == 11
    assert any("from" in table for table in tables)
    assert any("outputs" in table for table in tables)
    evidence = [entry for seed in SEEDS for entry in made(seed).ruleset["evidence"].values()]
    ways = {"of", "for_each", "all", "when", "accept", "fresh", "otherwise", "licence", "check", "queue"}
    assert ways <= {way for entry in evidence for way in entry}
    assert any(isinstance(entry["required"], str) for entry in evidence)


def test_a_tenth_of_decisions_approve_and_every_conclusion_and_outcome_occurs() -> None:
    conclusions = Counter(answer.conclusion for _, answer in decisions())
    assert conclusions["approve"] >= len(decisions()) / 10
    assert min(conclusions["reject"], conclusions["review"], conclusions[None]) > 0
    outcomes = {outcome for _, answer in decisions() for outcome in answer.outcomes.values()}
    assert outcomes == {"pass", "fail", "unknown", "committed"}


def test_facts_are_json() -> None:
    for facts, _ in decisions():
        assert json.loads(json.dumps(facts)) == facts


def test_the_same_seed_gives_the_same_ruleset_and_facts() -> None:
    first, second = (random_ruleset(random.Random(7)) for _ in range(2))
    assert first.text == second.text
    assert random_facts(random.Random(7), first) == random_facts(random.Random(7), second)


@pytest.mark.parametrize("seed", range(40))
def test_the_text_reads_back_as_the_dictionary(seed: int) -> None:
    def as_text(document: Any) -> Any:
        if isinstance(document, dict):
            return {str(key): as_text(value) for key, value in document.items()}
        if isinstance(document, list):
            return [as_text(value) for value in document]
        if isinstance(document, bool):
            return "true" if document else "false"
        return format(document, "f") if isinstance(document, Decimal) else str(document)

    read = yaml.load(made(seed).text, Loader=yaml.BaseLoader)
    assert read == as_text(made(seed).ruleset)


@given(rulesets(), st.data())
def test_whatever_hypothesis_draws_can_be_decided_and_hidden(made_one: Made, data: st.DataObject) -> None:
    facts, today = data.draw(facts_for(made_one))
    hidden = data.draw(hide(facts))
    oracle = Oracle(made_one.ruleset, EVIDENCE_TYPES, made_one.fragments)
    for each in (facts, hidden):
        assert oracle.decide(each, today).conclusion in ("approve", "reject", "review", None)


def test_learning_more_never_turns_one_decision_into_the_other() -> None:
    """Promise 2."""
    seen = 0
    for seed in SEEDS:
        one = made(seed)
        rng, oracle = random.Random(seed), Oracle(one.ruleset, EVIDENCE_TYPES, one.fragments)
        for _ in range(5):
            facts, today = random_facts(rng, one)
            more, less = oracle.decide(facts, today), oracle.decide(random_hidden(rng, facts), today)
            if not less.follow_up:
                seen += 1
                assert {less.conclusion, more.conclusion} != {"approve", "reject"}
    assert seen > 500
