"""How fast a decision is beside other engines: the same documents, the same answers, interleaved five times in one run.

Nothing is remembered between decisions, and every receipt of a timed pass is decided again from what it says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median
from typing import Any

import orjson
import pytest

from bench.peers import drools
from bench.peers.workload import TODAY, as_facts, compiled, disagreements, documents, hand_written, miaopi
from bench.timing import Pass, timed
from engine.decision.receipt import Receipt, ReceiptWriter
from engine.decision.strict_json import read_json

pytestmark = pytest.mark.peers

COMMAND = "make bench-peers"
ROUNDS = 5
TIMES_FASTER_WITH_RECEIPT = 4.0
TIMES_FASTER_WITHOUT = 6.0
"""Than ZEN with its trace, from typed facts."""

HAND = "hand-written Python, no record"
ZEN, ZEN_TRACE, ZEN_HASHED = "ZEN", "ZEN with trace", "ZEN with trace, serialised and hashed"
DECISION, RECEIPT, WHOLE = (
    "miaopi: typed facts → decision", "miaopi: typed facts → hashed receipt", "miaopi: JSON bytes → hashed receipt"
)

Contestant = tuple[Callable[[Any], Any], Sequence[Any]]


@pytest.fixture(scope="module")
def contestants() -> dict[str, Contestant]:
    """Whatever is timed, with its inputs; held to the same conclusions and outcomes first."""
    pytest.importorskip("zen", reason="the extra `peers` is not installed")
    from bench.peers.zen_engine import zen_answers, zen_engine

    plain, traced = zen_engine(trace=False), zen_engine(trace=True)
    assert [disagreements(engine) for engine in (plain, traced, miaopi())] == [0, 0, 0]
    answer = zen_answers(trace=True)
    given = documents()
    ruleset = compiled()
    writer = ReceiptWriter(ruleset)
    bodies = [json.dumps(as_facts(each), ensure_ascii=False).encode() for each in given]
    facts = [ruleset.read(read_json(body), TODAY) for body in bodies]
    return {
        HAND: (hand_written, given),
        ZEN: (plain, given),
        ZEN_TRACE: (traced, given),
        ZEN_HASHED: (lambda each: hashlib.sha256(orjson.dumps(answer(each), option=orjson.OPT_SORT_KEYS)), given),
        DECISION: (ruleset.decide, facts),
        RECEIPT: (lambda each: writer.write(ruleset.decide(each)), facts),
        WHOLE: (lambda body: writer.write(ruleset.decide(ruleset.read(read_json(body), TODAY))), bodies),
    }


def test_a_decision_with_its_receipt_is_several_times_faster_than_a_traced_one_of_zen(
    contestants: dict[str, Contestant], benchmark: Any, figures: dict[str, Any]
) -> None:
    passes: dict[str, list[Pass]] = {name: [] for name in contestants}

    def one_round() -> None:
        for name, (function, inputs) in contestants.items():
            passes[name].append(timed(function, inputs, keep=name in (RECEIPT, WHOLE)))

    benchmark.pedantic(one_round, rounds=ROUNDS)
    for each in (*passes[RECEIPT], *passes[WHOLE]):
        _replay(each.answers)
    medians = {name: [each.median for each in found] for name, found in passes.items()}
    ratios = {
        name: round(median(zen / own for zen, own in zip(medians[ZEN_TRACE], medians[name], strict=True)), 2)
        for name in (DECISION, RECEIPT, WHOLE)
    }
    figures["times faster than ZEN with trace"] = ratios
    figures["latency"] = {
        name: {"median": median(each), "min": min(each), "max": max(each), "slow": median(one.slow for one in passes[name])}
        for name, each in medians.items()
    }
    assert ratios[RECEIPT] >= TIMES_FASTER_WITH_RECEIPT
    assert ratios[DECISION] >= TIMES_FASTER_WITHOUT


def test_drools_decides_the_same_documents_in_java(benchmark: Any, figures: dict[str, Any]) -> None:
    if (jar := drools.jar()) is None:
        pytest.skip("needs java, and the jars of drools-jpy")
    result = benchmark.pedantic(drools.run, [jar], rounds=1)
    assert result.pop("disagreements") == 0
    figures["drools"] = result


def _replay(receipts: Sequence[Receipt]) -> None:
    """Each is decided again by a ruleset compiled anew, from the facts and the day it states, to the same bytes."""
    ruleset = compiled()
    writer = ReceiptWriter(ruleset)
    for each in receipts:
        stated = read_json(each.body)
        again = ruleset.decide(ruleset.read(stated["facts"], date.fromisoformat(stated["decided_for"])))
        assert writer.write(again) == each
