"""One compiled ruleset decides for many threads at once as it does for one."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from engine.decision.decide import Decision
from engine.decision.receipt import ReceiptWriter
from tests.engine.decision.agreement import compiled, decide
from tests.generators import random_facts, random_ruleset


def test_threads_never_mix_decisions() -> None:
    alarms: list[str] = []
    for seed in range(12):
        rng = random.Random(seed)
        made = random_ruleset(rng)
        ruleset = compiled(made)
        ruleset.concluding._alarm = alarms.append
        drawn = [random_facts(rng, made) for _ in range(60)]
        writer = ReceiptWriter(ruleset)

        def body(place: int) -> bytes:
            decision = decide(ruleset, *drawn[place])  # noqa: B023 - called before the next round
            return writer.write(decision).body if isinstance(decision, Decision) else b""  # noqa: B023

        alone = [body(place) for place in range(60)]
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(body, [place % 60 for place in range(600)]))
        assert together == alone * 10
    assert alarms == []
