"""A ruleset whose parts do not fit together is refused with every finding, each once, at its place, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.ruleset.checking import check_ruleset
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.loading import load

WRONG = Path(__file__).parent / "wrong"


def findings(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as caught:
        check_ruleset(load(path))
    return caught.value.findings


@pytest.mark.parametrize(
    "path", sorted(path for path in WRONG.glob("*.yaml") if path.name != "evidence.yaml"), ids=lambda path: str(path.stem)
)
def test_a_wrong_ruleset_is_refused_with_exactly_its_findings(path: Path) -> None:
    first_line = path.read_text(encoding="utf-8").partition("\n")[0]
    found = findings(path)
    assert [f"{each.place.line}:{each.place.column} {each.code}" for each in found] == re.findall(
        r"[0-9]+:[0-9]+ [a-z-]+", first_line
    )
    for each in found:
        assert re.search("[\u4e00-\u9fff]", each.message("zh"))
        assert re.search("[a-z]{2}", each.message("en"))


def test_findings_are_the_same_in_every_run() -> None:
    path = WRONG / "cycle-over-a-table.yaml"
    assert [each.params["route"] for each in findings(path)] == ["doubled → amount → doubled"]


# What an editor of rulesets does wrong first: one clear finding each.

EVIDENCE = "licences: {card: {title: 身份证, attributes: {name: {type: text}, born: {type: date}}}}\n"
FRAGMENT = "fragment: identity\nconditions: {known: {require: 'card.born < today', otherwise: review}}\n"
SOUND = """\
ruleset: allowance
title: 津贴
include: [identity]
form: {code: {type: text}}
evidence: {card: {licence: card, required: true}}
parameters: {least: {type: integer, from: {2020-01-01: 70}}}
define: {years: 'age(card.born, today)', more: years + 1}
tables:
  amount:
    hit: unique
    inputs: [years]
    output: {type: money}
    rows:
      - ['[70..79]', 200]
      - ['>= 80', 300]
conditions:
  aged:
    require: years >= least
    otherwise: reject
    message: 您{years}岁
  coded: {require: 'matches(form.code, "[0-9]+")', otherwise: review}
grant: {monthly: {value: amount, type: money}}
"""


def edited(old: str, new: str) -> Callable[[], bytes]:
    def edit() -> bytes:
        assert SOUND.count(old) == 1
        return SOUND.replace(old, new).encode()

    return edit


@pytest.fixture
def allowance(tmp_path: Path) -> Path:
    """A ruleset in a rules folder, with a later file after it."""
    for name, text in {
        "evidence": EVIDENCE,
        "common/identity/2020-01-01": FRAGMENT,
        "allowance/2020-01-01": SOUND,
        "allowance/2026-01-01": SOUND,
    }.items():
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "allowance/2020-01-01.yaml"


def test_the_sound_ruleset_is_accepted_without_a_word(allowance: Path) -> None:
    assert check_ruleset(load(allowance)).warnings == ()


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (edited("years >= least", "yeras >= least"), "18:14 unknown-name-near"),
        (edited("years >= least", "years + least"), "18:14 expected-type"),
        (edited("age(card.born, today)", "more - 1"), "7:10 cycle"),
        (edited("{licence: card, required: true}", "{licence: card, required: true, when: years > 3}"), "5:12 evidence-cycle"),
        (edited("title: 津贴", "title: 津贴\nends: 2026-01-01"), "3:7 ends-after-next"),
        (edited("title: 津贴", "title: 津贴\nends: 2026-06-30"), "3:7 ends-after-next"),
        (lambda: edited("include: [identity]\n", "")().partition(b"conditions")[0], "1:1 no-conditions"),
        (edited("required: true", "required: false"), "1:1 no-required-evidence"),
        (edited("['>= 80', 300]", "[300]"), "15:9 row-too-short"),
        (edited("hit: unique", "hit: priority"), "10:10 hit-needs-one-of"),
        (edited("hit: unique", "hit: uniq"), "10:10 not-a-choice"),
        (edited("[0-9]+", "[0-9"), "21:40 pattern"),
        (edited("{type: text}", "{type: text, pattern: '(?=a)'}"), "4:37 bad-pattern"),
        (edited("[identity]", "[identity, identity]"), "3:21 fragment-twice"),
        (edited("  coded:", "  known:"), "21:3 id-twice"),
        (edited("  coded:", "  aged:"), "21:3 duplicate-key"),
        (edited("{2020-01-01: 70}", "{2020-01-02: 70}"), "6:14 parameter-not-in-force"),
        (edited("years >= least", "not(" * 1_000 + "true" + ")" * 1_000), "18:273 too-deep"),
        (edited("[years]", "[" * 1_000), "11:42 too-deep"),
        (edited("years >= least", "(" * 200_000), "18:14 too-long"),
        (edited("[years]", "[" * 200_000), "11:42 too-deep"),
        (lambda: SOUND.encode() + b"# " + b"x" * 5_000_000, "1:1 too-large"),
        (lambda: SOUND.encode("gb18030"), "2:8 not-utf8"),
        (edited("years >= least", "years ≥ least"), "18:20 full-width"),
        (edited("title: 津贴", "title: 0123"), "2:8 unquoted-digits"),
        (edited("years >= least", "years >= 1e400"), "18:23 exponent"),
        (edited("{2020-01-01: 70}", "{2020-01-01: 1e400}"), "6:56 bad-number"),
        (edited("{years}", "{years.__class__}"), "20:15 bad-placeholder"),
    ],
)  # fmt: skip
def test_each_common_mistake_is_one_clear_finding(allowance: Path, edit: Callable[[], bytes], expected: str) -> None:
    allowance.write_bytes(edit())
    found = findings(allowance)
    assert [f"{each.place.line}:{each.place.column} {each.code}" for each in found] == [expected]
    assert found[0].message("zh")
    assert found[0].message("en")
