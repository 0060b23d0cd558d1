"""A city's rulesets in one process: 675 matters have 968 rulesets. `python -m bench.scale rulesets | memory`.

The rulesets are made from the comparison's: its twelve conditions in another order, with other limits, lists, tables,
consequences and messages each, so that no two compile to the same code. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, perf_counter_ns
from typing import Any

import yaml

from bench.figures import save
from bench.peers.workload import RULES, TODAY, as_facts, compiled, documents
from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.receipt import ReceiptWriter
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import Rules

RULESETS = 968
LONGEST_LOADING = 15.0  # seconds, all rulesets
MOST_MEMORY = 500.0  # MB for all
MOST_GROWTH = 5.0  # MB between the 100,000th and the 1,000,000th decision
MOST_SLOWER = 1.10  # decisions spread over all, against one at a time
SPREAD = (1, 10, 100, RULESETS)  # over how many rulesets decisions are spread
DECISIONS = 20 * RULESETS  # in a pass
ROUNDS = 5

Decider = tuple[CompiledRuleset, ReceiptWriter]


def rulesets() -> bool:
    """Reads, checks and compiles all; then decides ruleset by ruleset, and spread over some and over all of them."""
    with tempfile.TemporaryDirectory() as folder:
        write_rules(Path(folder))
        compiled()  # what a process builds once, the grammar for one
        before, started = resident(), perf_counter()
        rules = Rules(Path(folder))
        loaded = [_decider(rules, id_) for id_ in rules.ids()]
        seconds = perf_counter() - started
        gc.collect()
        megabytes = resident() - before
    gc.freeze()  # what is loaded stays, and need not be looked at again: a service does the same
    given = [as_facts(each) for each in documents()]
    draw = random.Random(0)
    in_order = [(each, draw.choice(given)) for each in loaded for _ in range(DECISIONS // RULESETS)]
    works = {"one after the other": in_order}
    for count in SPREAD:
        chosen = [loaded[at * len(loaded) // count] for at in range(count)]
        works[f"spread over {count}"] = [(draw.choice(chosen), draw.choice(given)) for _ in range(DECISIONS)]
    works[f"spread over {RULESETS}"] = draw.sample(in_order, len(in_order))
    passes: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            passes[name].append(_latency(work))
    pairs = zip(passes["one after the other"], passes[f"spread over {RULESETS}"], strict=True)
    slower = median(spread / alone for alone, spread in pairs)
    latency = {name: median(each) for name, each in passes.items()}
    found: dict[str, Any] = {"rulesets": len(loaded), "seconds": seconds, "megabytes": megabytes, "slower": slower,
             "latency": latency}
    save("scale", "python -m bench.scale rulesets", found)
    _tell(found | latency)
    return seconds <= LONGEST_LOADING and megabytes <= MOST_MEMORY and slower <= MOST_SLOWER


def _decider(rules: Rules, id_: str) -> Decider:
    loaded = rules.load_for(id_, TODAY)
    assert loaded
    ruleset = compile_ruleset(check_ruleset(loaded))
    return ruleset, ReceiptWriter(ruleset)


def _latency(work: list[tuple[Decider, Any]]) -> float:
    """The median, in microseconds, from facts that were typed just before to the receipt; each 97th is decided again."""
    times = []
    for number, ((ruleset, writer), given) in enumerate(work):
        facts = ruleset.read(given, TODAY)
        started = perf_counter_ns()
        receipt = writer.write(ruleset.decide(facts))
        times.append(perf_counter_ns() - started)
        if number % 97 == 0:
            assert writer.write(ruleset.decide(ruleset.read(given, TODAY))) == receipt
    return median(times) / 1e3


def memory() -> bool:
    """Whether a process that has made 100,000 decisions, facts to receipt, grows until it has made 1,000,000."""
    ruleset = compiled()
    writer = ReceiptWriter(ruleset)
    given = [as_facts(each) for each in documents()]
    sizes = {}
    for number in range(1, 1_000_001):
        writer.write(ruleset.decide(ruleset.read(given[number % len(given)], TODAY)))
        if number in (100_000, 1_000_000):
            gc.collect()
            sizes[f"{number:,}"] = resident()
    growth = sizes["1,000,000"] - sizes["100,000"]
    save("memory", "python -m bench.scale memory", {"megabytes": sizes, "growth": growth})
    _tell({**sizes, "growth": growth})
    return growth <= MOST_GROWTH


def write_rules(folder: Path) -> None:
    """A rules folder of `RULESETS` rulesets, with the evidence types of the project's own rules beside the comparison's."""
    base = yaml.safe_load((RULES / "old-age-support" / "2020-01-01.yaml").read_text(encoding="utf-8"))
    own = (RULES / "evidence.yaml").read_text(encoding="utf-8").partition("licences:\n")[2]
    city = (Path(__file__).parent.parent / "rules" / "evidence.yaml").read_text(encoding="utf-8")
    (folder / "evidence.yaml").write_text(city.replace("licences:\n", "licences:\n" + own, 1), encoding="utf-8")
    for number in range(RULESETS):
        path = folder / f"matter-{number:04d}" / "2020-01-01.yaml"
        path.parent.mkdir()
        written = yaml.dump(_varied(base, number), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        path.write_text(written, encoding="utf-8")


def _varied(base: dict[str, Any], number: int) -> dict[str, Any]:
    draw = random.Random(number)
    conditions = list(base["conditions"].items())
    draw.shuffle(conditions)
    limits = sorted(draw.sample(range(2_500, 13_000, 50), 6))
    rows = [[row[0], limit] for row, limit in zip(base["tables"]["income_limit"]["rows"], limits, strict=True)]
    banks = draw.sample(["ICBC", "CCB", "ABC", "BOC", "BCM", "PSBC", "CMB", "BRCB", "CEB", "CITIC"], draw.randint(4, 9))
    varied = {
        "c03": {"require": f"add_days(id_card.expires, -{draw.randint(0, 400)}) >= today"},
        "c06": {"require": f"form.bank in {json.dumps(banks)}"},
        "c07": {"require": f"count(form.dependants[age(item.birth_date, today) < {draw.randint(6, 18)}]) >= 1"},
        "c11": {"require": f"disability.level <= {draw.randint(1, 3)}"},
    }
    return {
        **base,
        "ruleset": f"matter-{number:04d}",
        "title": f"第{number}号事项",
        "parameters": {"minimum_age": {"type": "integer", "label": "起领年龄", "from": {"2020-01-01": draw.randint(60, 85)}}},
        "tables": {"income_limit": {**base["tables"]["income_limit"], "rows": rows}},
        "conditions": {
            f"{name}-{number}": {
                **condition,
                **(varied[name] if name in varied and draw.random() < 0.5 else {}),
                "otherwise": draw.choice(["reject", "review"]),
                "basis": f"第{draw.randint(1, 40)}条",
                "message": {"zh": f"第{number}号事项：{condition['label']}，未满足。", "en": f"Matter {number}: {name} is not met."},
            }
            for name, condition in conditions
        },
        "grant": {"amount": {"value": f"form.claim_base * {draw.randint(1, 12)}", "type": "money", "label": "补贴金额"}},
    }


def resident() -> float:
    """Megabytes of memory that this process holds."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _tell(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if isinstance(value, (int, float)):
            print(f"{name:30} {value:10.2f}")


if __name__ == "__main__":
    measures = {"rulesets": rulesets, "memory": memory}
    if len(sys.argv) != 2 or sys.argv[1] not in measures:
        sys.exit("usage: python -m bench.scale rulesets | memory")
    sys.exit(0 if measures[sys.argv[1]]() else 1)
