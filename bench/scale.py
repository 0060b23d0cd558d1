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
from time import perf_counter
from typing import Any

import yaml

from bench.figures import save
from bench.peers.workload import RULES, TODAY, as_facts, compiled, document, documents
from bench.timing import timed
from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.receipt import ReceiptWriter
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import Rules

RULESETS = 968
LONGEST_LOADING = 15.0  # seconds, all rulesets
MOST_MEMORY = 500.0  # MB for all
MOST_GROWTH = 5.0  # MB between the 100,000th and the 1,000,000th decision
MOST_SLOWER = 1.10  # decisions spread over all, against one at a time
EACH = 10  # facts that every ruleset decides on, in each of five passes
ROUNDS = 5


def rulesets() -> bool:
    """Reads, checks and compiles all; then decides in order, ruleset by ruleset, and spread over all."""
    first = _decider(compiled())
    facts_of_one = [first[0].read(as_facts(each), TODAY) for each in documents()]
    alone_first = min(timed(first[1], facts_of_one).median for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        write_rules(Path(folder))
        before, started = resident(), perf_counter()
        rules = Rules(Path(folder))
        loaded = []
        for id_ in rules.ids():
            ruleset = rules.load_for(id_, TODAY)
            assert ruleset
            loaded.append(_decider(compile_ruleset(check_ruleset(ruleset))))
        seconds = perf_counter() - started
        gc.collect()
        memory = resident() - before
    gc.freeze()  # as the service does: what is loaded stays, and need not be looked at again
    draw = random.Random(0)
    work = [(decide, compiled_.read(as_facts(document(draw.randrange(1_000))), TODAY))
            for compiled_, decide in loaded for _ in range(EACH)]
    spread = draw.sample(work, len(work))
    passes: dict[str, list[float]] = {"one": [], "in order": [], "spread": []}
    for _ in range(ROUNDS):
        passes["one"].append(timed(first[1], facts_of_one).median)
        passes["in order"].append(timed(_call, work).median)
        passes["spread"].append(timed(_call, spread).median)
    assert all(decide(facts) == decide(facts) for decide, facts in work)
    medians = {name: median(found) for name, found in passes.items()}
    slower = median(b / a for a, b in zip(passes["in order"], passes["spread"], strict=True))
    found = {
        "rulesets": len(loaded), "seconds": seconds, "megabytes": memory, "one, before the others were loaded": alone_first,
        "one, all loaded": medians["one"], "in order": medians["in order"], "spread": medians["spread"], "slower": slower,
    }
    save("scale", "python -m bench.scale rulesets", found)
    _tell(found)
    return seconds <= LONGEST_LOADING and memory <= MOST_MEMORY and slower <= MOST_SLOWER


def memory() -> bool:
    """Whether a process that has made 100,000 decisions, facts to receipt, grows until it has made 1,000,000."""
    ruleset, decide = _decider(compiled())
    given = [as_facts(each) for each in documents()]
    sizes = {}
    for number in range(1, 1_000_001):
        decide(ruleset.read(given[number % len(given)], TODAY))
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


def _decider(ruleset: CompiledRuleset) -> tuple[CompiledRuleset, Any]:
    writer = ReceiptWriter(ruleset)
    return ruleset, lambda facts: writer.write(ruleset.decide(facts))


def _call(work: tuple[Any, Any]) -> Any:
    decide, facts = work
    return decide(facts)


def resident() -> float:
    """Megabytes of memory that this process holds."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _tell(found: dict[str, Any]) -> None:
    for name, value in found.items():
        print(f"{name:40} {value:10.2f}" if isinstance(value, float) else f"{name:40} {value:>10}")


if __name__ == "__main__":
    measures = {"rulesets": rulesets, "memory": memory}
    if len(sys.argv) != 2 or sys.argv[1] not in measures:
        sys.exit("usage: python -m bench.scale rulesets | memory")
    sys.exit(0 if measures[sys.argv[1]]() else 1)
