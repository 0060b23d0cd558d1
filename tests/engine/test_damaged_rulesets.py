"""Whatever is done to a ruleset's text, it ends in a ruleset that decides or in findings with places and words."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from engine.decision.decide import compile_ruleset
from engine.decision.problems import InvalidFacts
from engine.ruleset.checking import check_ruleset
from engine.ruleset.findings import Refused
from engine.ruleset.loading import Rules, load

RULES = Path(__file__).parents[2] / "rules"
SIGNS = "{}[]:,#&*!|>'\"%@`()<>=+-/.0123456789abc中é\t\n（）＝．"
TODAY = date(2026, 11, 23)


def damaged(text: str, rng: random.Random, words: list[str]) -> str:
    lines = text.split("\n")
    line = rng.randrange(len(lines))
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.choice([1, 1, 2, 5, 20, 100]))
    match rng.randrange(6):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:start] + str(rng.choice([*SIGNS, rng.choice(words)])) + text[start:]
        case 2:
            return text[:start] + text[start:end] * rng.choice([2, 3, 50]) + text[end:]
        case 3:
            del lines[line]
        case 4:
            lines.insert(rng.randrange(len(lines)), lines[line])
        case _:
            parts = lines[line].split(" ")
            parts[rng.randrange(len(parts))] = rng.choice(words)
            lines[line] = " ".join(parts)
    return "\n".join(lines)


def _run(folder: Path, times: int, seed: int) -> Counter[str]:
    rules = folder / "rules"
    shutil.copytree(RULES, rules)
    texts = {path: path.read_text(encoding="utf-8") for path in Rules(rules).paths()}
    words = [word for text in texts.values() for word in text.replace(",", " ").split()]
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    for _ in range(times):
        path = rng.choice(list(texts))
        text = texts[path]
        for _ in range(rng.choice([1, 1, 2, 3])):
            text = damaged(text, rng, words)
        path.write_text(text, encoding="utf-8")
        try:
            compiled = compile_ruleset(check_ruleset(load(path)))
            counts["loads"] += 1
            decision = compiled.decide(compiled.read({}, TODAY))
            assert decision.conclusion != "approve"  # nothing is known
        except InvalidFacts:
            counts["invalid facts"] += 1
        except Refused as refused:
            counts["refused"] += 1
            for finding in refused.findings:
                assert finding.place.line >= 1
                assert finding.line("zh") != finding.line("en")
        path.write_text(texts[path], encoding="utf-8")
    return counts


def test_a_damaged_ruleset_loads_or_is_refused_with_findings(tmp_path: Path) -> None:
    counts = _run(tmp_path, 1_500, seed=11)
    assert counts["loads"] > 100
    assert counts["refused"] > 500


@pytest.mark.long
def test_many_damaged_rulesets_load_or_are_refused_with_findings(tmp_path: Path) -> None:
    assert _run(tmp_path, 60_000, seed=12)["refused"] > 20_000
