"""What each step of a decision costs, on the workload of the comparison; and what reading a ruleset costs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from bench.peers.workload import TODAY, as_facts, compiled, documents
from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.facts import Facts
from engine.decision.receipt import ReceiptWriter
from engine.decision.strict_json import read_json
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import Rules, load

COMMAND = "make bench"
LONGEST_COMPILING = 20.0
"""Milliseconds to read, check and compile one ruleset."""
LONGEST_CHECK = 1.0
"""Seconds for `miaopi check` of one file, from the shell."""

ROOT = Path(__file__).parent.parent
RULES = Rules(ROOT / "rules")
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def ruleset() -> CompiledRuleset:
    return compiled()


@pytest.fixture(scope="module")
def bodies() -> list[bytes]:
    return [json.dumps(as_facts(each), ensure_ascii=False).encode() for each in documents()]


@pytest.fixture(scope="module")
def facts(ruleset: CompiledRuleset, bodies: list[bytes]) -> list[Facts]:
    return [ruleset.read(read_json(body), TODAY) for body in bodies]


def keep(figures: dict[str, Any], name: str, benchmark: Any, per_second: float) -> None:
    """The figures of one step, where it was timed, in the unit of which there are `per_second`."""
    if benchmark.stats is not None:
        figures[name] = {each: round(benchmark.stats[each] * per_second, 3) for each in ("median", "min")}


def each_of(function: Any, inputs: list[Any]) -> Any:
    """The function of the next input at each call, round and round."""
    turn = cycle(inputs)
    return lambda: function(next(turn))


def test_json_is_read_strictly(benchmark: Any, figures: dict[str, Any], bodies: list[bytes]) -> None:
    assert benchmark(each_of(read_json, bodies))
    keep(figures, "strict JSON", benchmark, 1e6)


def test_facts_are_typed(benchmark: Any, figures: dict[str, Any], ruleset: CompiledRuleset, bodies: list[bytes]) -> None:
    given = [read_json(body) for body in bodies]
    assert benchmark(each_of(lambda each: ruleset.read(each, TODAY), given)).today == TODAY
    keep(figures, "typing the facts", benchmark, 1e6)


def test_conditions_are_evaluated(benchmark: Any, figures: dict[str, Any], ruleset: CompiledRuleset, facts: list[Facts]) -> None:
    settled = []
    for each in facts:
        values = dict(each.values)
        for settler in ruleset.settlers:
            settler.settle(values, each, [])
        settled.append(values)
    assert benchmark(each_of(lambda values: ruleset.answers(values, []), settled))
    keep(figures, "twelve conditions with what they read", benchmark, 1e6)


def test_the_engine_concludes(benchmark: Any, figures: dict[str, Any], ruleset: CompiledRuleset) -> None:
    symbols = ["p" * 16, "p" * 15 + "f", "p" * 14 + "up"]
    assert benchmark(each_of(ruleset.concluding.conclude, symbols)).kind in ("approve", "reject", "review")
    keep(figures, "conclusion by durable-rules, held to the fold", benchmark, 1e6)


def test_a_decision_is_made(benchmark: Any, figures: dict[str, Any], ruleset: CompiledRuleset, facts: list[Facts]) -> None:
    assert benchmark(each_of(ruleset.decide, facts)).conclusion in ("approve", "reject", "review")
    keep(figures, "decision from typed facts", benchmark, 1e6)


def test_a_receipt_is_written(benchmark: Any, figures: dict[str, Any], ruleset: CompiledRuleset, facts: list[Facts]) -> None:
    decisions = [ruleset.decide(each) for each in facts]
    assert benchmark(each_of(ReceiptWriter(ruleset).write, decisions)).hash.startswith("sha256:")
    keep(figures, "receipt of a decision, hashed", benchmark, 1e6)


@pytest.mark.parametrize("id_", RULES.ids())
def test_a_ruleset_is_ready_within_20_ms(benchmark: Any, figures: dict[str, Any], id_: str) -> None:
    RULES.load_for(id_, DAY)  # the grammar is built once a process

    def read_and_compile() -> CompiledRuleset:
        loaded = RULES.load_for(id_, DAY)
        assert loaded
        return compile_ruleset(check_ruleset(loaded))

    assert benchmark(read_and_compile).ruleset.id == id_
    keep(figures, f"ruleset {id_}", benchmark, 1e3)
    if benchmark.stats is not None:
        assert benchmark.stats["min"] * 1e3 <= LONGEST_COMPILING  # what else runs here can only add to it


def test_loading_checking_and_compiling(benchmark: Any, figures: dict[str, Any]) -> None:
    path = RULES.file_for("senior-allowance", DAY)
    assert path
    checked = check_ruleset(load(path))
    assert benchmark(compile_ruleset, checked).ruleset.id == "senior-allowance"
    keep(figures, "compile alone: senior-allowance", benchmark, 1e3)


def test_one_changed_file_is_checked_from_the_shell_within_a_second(benchmark: Any, figures: dict[str, Any]) -> None:
    changed = RULES.file_for("senior-allowance", DAY)
    arguments = [sys.executable, "-c", "from service.cli import main; main()", "check", str(changed)]  # as the script does
    result = benchmark.pedantic(
        subprocess.run, [arguments], {"cwd": ROOT, "capture_output": True}, rounds=7, warmup_rounds=1
    )
    assert result.returncode == 0, result.stderr.decode()
    keep(figures, "miaopi check, one file, from the shell", benchmark, 1.0)
    if benchmark.stats is not None:
        assert benchmark.stats["median"] <= LONGEST_CHECK
