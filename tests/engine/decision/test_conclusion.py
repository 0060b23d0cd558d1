"""What a plan's symbols add up to: the fold and durable-rules say it, and nothing is approved where they differ."""

from __future__ import annotations

import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import durable_rules_engine
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision import conclusion
from engine.decision.conclusion import APPROVE, DISAGREEMENT, GROUPS, ConclusionEngine, EngineFault
from engine.decision.fold import Conclusion, Demand, Kind, Plan, fold

SENIOR = Plan(
    evidence=(Demand("hukou", True), Demand("death", False)),
    conditions=(Demand("aged", True), Demand("resident", False), Demand("income", True)),
    grants=("monthly_amount", "months"),
    reviews=("hardship", "sampled"),
)
IN_ORDER = "pppppppff"


def no_alarm(code: str) -> None:
    raise AssertionError(f"alarm {code}")


def resident_kilobytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


def demands(prefix: str, most: int) -> st.SearchStrategy[tuple[Demand, ...]]:
    return st.lists(st.booleans(), max_size=most).map(
        lambda rejects: tuple(Demand(f"{prefix}-{at}", flag) for at, flag in enumerate(rejects))
    )


def names(prefix: str, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.integers(0, most).map(lambda count: tuple(f"{prefix}-{at}" for at in range(count)))


def plans(most: int) -> st.SearchStrategy[Plan]:
    conditions = demands("condition", most).filter(bool)
    return st.builds(Plan, demands("evidence", 4), conditions, names("grant", 2), names("review", 2))


@st.composite
def vectors(draw: st.DrawFn, plan: Plan) -> str:
    """Mostly in order, so that every rank is the gravest often enough."""

    def letters(choices: tuple[str, ...], count: int) -> str:
        return draw(st.text(draw(st.sampled_from(choices)), min_size=count, max_size=count))

    demanded = ("p", "pppppu", "pppppf", "ppppfu", "pfu")
    return (
        letters(demanded, len(plan.evidence))
        + letters(demanded, len(plan.conditions))
        + letters(("p", "pu"), len(plan.grants))
        + letters(("f", "f", "fu", "tfu"), len(plan.reviews))
    )


def by_rank(plan: Plan, symbols: str) -> Conclusion:
    """The order of `fired` in `docs/meaning.md` as a table: each finding has its rank, and the least is what fires."""
    parts = iter(symbols)
    findings: list[tuple[int, int, Kind, str]] = []
    for at, demand in enumerate(plan.evidence):
        symbol, name = next(parts), f"evidence.{demand.name}"
        if symbol == "f":
            findings.append((3, at, "reject", name) if demand.rejects else (6, at, "review", name))
        if symbol == "u":
            findings.append((8, at, "review", name))
    for at, demand in enumerate(plan.conditions):
        symbol = next(parts)
        if symbol == "f":
            findings.append((4, at, "reject", demand.name) if demand.rejects else (5, at, "review", demand.name))
        if symbol == "u":
            findings.append((7, at, "review", demand.name))
    findings += [(9, at, "review", f"grant.{grant}") for at, grant in enumerate(plan.grants) if next(parts) == "u"]
    for at, review in enumerate(plan.reviews):
        symbol = next(parts)
        if symbol in "tu":
            findings.append((1 if symbol == "t" else 2, at, "review", review))
    if not findings:
        return APPROVE
    _, _, kind, name = min(findings)
    return Conclusion(kind, f"{kind}:{name}")


@pytest.mark.parametrize(
    ("symbols", "kind", "name"),
    [
        ("ff fff uu tt", "review", "hardship"),
        ("ff fff uu ut", "review", "sampled"),
        ("ff fff uu uu", "review", "hardship"),
        ("pp ppp pp fu", "review", "sampled"),
        ("ff fff uu ff", "reject", "evidence.hukou"),
        ("uf fff uu ff", "reject", "aged"),
        ("uu uuf uu ff", "reject", "income"),
        ("uf ufu uu ff", "review", "resident"),
        ("uf upu uu ff", "review", "evidence.death"),
        ("uu puu uu ff", "review", "resident"),
        ("pu ppp uu ff", "review", "evidence.death"),
        ("pp ppp uu ff", "review", "grant.monthly_amount"),
        ("pp ppp pu ff", "review", "grant.months"),
    ],
)
def test_the_gravest_finding_is_what_fires(symbols: str, kind: Kind, name: str) -> None:
    symbols = symbols.replace(" ", "")
    assert fold(SENIOR, symbols) == Conclusion(kind, f"{kind}:{name}")
    assert ConclusionEngine(SENIOR, no_alarm).conclude(symbols) == Conclusion(kind, f"{kind}:{name}")


@given(st.data())
def test_the_fold_follows_the_table_of_ranks(data: st.DataObject) -> None:
    plan = data.draw(plans(12))
    symbols = data.draw(vectors(plan))
    assert fold(plan, symbols) == by_rank(plan, symbols)


@given(st.data())
def test_only_all_in_order_approves(data: st.DataObject) -> None:
    plan = data.draw(plans(6))
    symbols = data.draw(vectors(plan))
    in_order = "p" * (len(plan) - len(plan.reviews)) + "f" * len(plan.reviews)
    assert (fold(plan, symbols) == APPROVE) == (symbols == in_order)


@given(st.data())
def test_what_is_learnt_about_the_unknown_never_undoes_a_rejection(data: st.DataObject) -> None:
    plan = data.draw(plans(6))
    symbols = data.draw(vectors(plan))
    learnt = "".join(data.draw(st.sampled_from("pu")) if symbol == "u" else symbol for symbol in symbols)
    if fold(plan, symbols).kind == "reject":
        assert fold(plan, learnt).kind == "reject"


@settings(deadline=None)
@given(st.data())
def test_durable_rules_concludes_as_the_fold(data: st.DataObject) -> None:
    plan = data.draw(plans(8))
    engine = ConclusionEngine(plan, no_alarm)
    for _ in range(8):
        symbols = data.draw(vectors(plan))
        assert engine.conclude(symbols) == fold(plan, symbols)


@settings(deadline=None)
@given(st.data())
def test_groups_conclude_as_the_fold(data: st.DataObject) -> None:
    plan = data.draw(plans(12))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conclusion, "GROUP", 4)
        engine = ConclusionEngine(plan, no_alarm)
        for _ in range(8):
            symbols = data.draw(vectors(plan))
            assert engine.conclude(symbols) == fold(plan, symbols)


def test_five_hundred_conditions_conclude() -> None:
    plan = Plan(
        evidence=tuple(Demand(f"e{at}", at % 2 == 0) for at in range(20)),
        conditions=tuple(Demand(f"c{at}", at % 7 == 0) for at in range(500)),
        grants=("amount",),
        reviews=("sampled",),
    )
    engine = ConclusionEngine(plan, no_alarm)
    in_order = "p" * 521 + "f"
    assert engine.conclude(in_order) == APPROVE
    assert engine.conclude(in_order[:519] + "fpf") == Conclusion("review", "review:c499")
    assert engine.conclude("f" + in_order[1:300] + "f" * 220 + "pu") == Conclusion("review", "review:sampled")
    draw = random.Random(500)
    for _ in range(200):
        at, symbol = draw.randrange(520), draw.choice("fu")
        symbols = in_order[:at] + symbol + in_order[at + 1 :]
        assert engine.conclude(symbols) == by_rank(plan, symbols)


def test_the_largest_plan_concludes_and_a_larger_one_is_refused() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conclusion, "GROUP", 2)
        largest = Plan((), tuple(Demand(f"c{at}", at % 2 == 0) for at in range(2 * GROUPS)), (), ())
        engine = ConclusionEngine(largest, no_alarm)
        assert engine.conclude("u" * len(largest)).fired == "review:c0"
        assert engine.conclude("p" * (len(largest) - 1) + "f") == Conclusion("review", "review:c99")
        with pytest.raises(ValueError, match="at most 100"):
            ConclusionEngine(Plan((Demand("hukou", True),), largest.conditions, (), ()), no_alarm)


def test_a_plan_that_demands_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="approve everything"):
        Plan((), (), ("amount",), ("sampled",))


@pytest.mark.parametrize(
    "symbols", ["", "p", "pppppppffp", "ppppppppp", "ppxppppff", "ppppptpff", "pppppfpff", '"pppppp"f']
)
def test_symbols_that_are_not_the_plans_are_reviewed_with_an_alarm(symbols: str) -> None:
    alarms: list[str] = []
    engine = ConclusionEngine(SENIOR, alarms.append)
    with pytest.raises(ValueError, match="symbols"):
        fold(SENIOR, symbols)
    assert engine.conclude(symbols) == DISAGREEMENT
    assert alarms == ["symbols"]
    assert engine.conclude(IN_ORDER) == APPROVE


def test_what_policy_writers_write_never_reaches_durable_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    create, assert_event = durable_rules_engine.create_ruleset, durable_rules_engine.assert_event

    def create_and_note(name: str, text: str) -> int:
        given.append(text)
        return int(create(name, text))

    def assert_and_note(handle: int, event: str) -> object:
        given.append(event)
        return assert_event(handle, event)

    monkeypatch.setattr(durable_rules_engine, "create_ruleset", create_and_note)
    monkeypatch.setattr(durable_rules_engine, "assert_event", assert_and_note)
    conclusion._shared.cache_clear()
    plan = Plan((Demand("户口", True),), (Demand('"}', False),), ("$s",), ("approve",))
    engine = ConclusionEngine(plan, no_alarm)
    assert engine.conclude("pfpf") == Conclusion("review", 'review:"}')
    assert engine.conclude("pppt") == Conclusion("review", "review:approve")
    assert given
    for text in given:
        assert text.isascii()
        assert "$s" not in text
        assert all(re.fullmatch(r"approve|sid|id|[ECGW]\d(:[a-z])?", name) for name in json.loads(text))


def spoil(engine: ConclusionEngine, rules: dict[str, object]) -> None:
    """Put the handle of another ruleset in the place of the engine's."""
    (ruleset,) = engine._rulesets
    ruleset._handle = durable_rules_engine.create_ruleset("spoilt", json.dumps(rules))


ALWAYS = {"all": [{"m": {"C1": "p"}}]}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"approve": {"pri": 1, **ALWAYS}}, "disagreement"),
        ({"C1:r": {"pri": 1, **ALWAYS}}, "disagreement"),
        ({"unheard": {"pri": 1, **ALWAYS}}, "exception"),
        ({"approve": {"pri": 1, "all": [{"m": {"sid": "2"}}]}}, "no-conclusion"),
        ({"approve": {"pri": 1, "all": [{"m": {"C1": "p"}}, {"n": {"C1": "u"}}]}}, "no-conclusion"),
        ({"approve": {"pri": 1, "all": [{"m": {"sid": "1"}}]}}, "second-conclusion"),  # of the session, too
    ],
)
def test_a_ruleset_that_answers_otherwise_is_reviewed_and_replaced(rules: dict[str, object], code: str) -> None:
    alarms: list[str] = []
    engine = ConclusionEngine(SENIOR, alarms.append)
    spoil(engine, rules)
    assert engine.conclude("ppppfppff") == DISAGREEMENT
    assert alarms == [code]
    assert engine.conclude("ppppfppff") == Conclusion("reject", "reject:income")
    assert engine.conclude(IN_ORDER) == APPROVE
    assert alarms == [code]


@pytest.mark.parametrize("call", ["assert_event", "start_action_for_state", "complete_and_start_action"])
def test_a_call_that_raises_is_reviewed_and_the_handle_replaced(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def raises(*_: object) -> None:
        raise RuntimeError("out of memory")

    alarms: list[str] = []
    engine = ConclusionEngine(SENIOR, alarms.append)
    with monkeypatch.context() as patch:
        patch.setattr(durable_rules_engine, call, raises)
        assert engine.conclude(IN_ORDER) == DISAGREEMENT
    assert alarms == ["exception"]
    assert engine.conclude(IN_ORDER) == APPROVE


def test_an_interrupted_decision_never_answers_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    alarms: list[str] = []
    engine = ConclusionEngine(SENIOR, alarms.append)
    with monkeypatch.context() as patch:
        patch.setattr(durable_rules_engine, "start_action_for_state", interrupted)
        with pytest.raises(KeyboardInterrupt):
            engine.conclude(IN_ORDER)
    assert engine.conclude("ppppfppff") == DISAGREEMENT
    assert alarms == ["no-conclusion"]
    assert engine.conclude("ppppfppff") == Conclusion("reject", "reject:income")


def test_a_handle_that_keeps_failing_goes_out_of_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conclusion, "REBUILDS", 2)
    conclusion._shared.cache_clear()
    alarms: list[str] = []
    engine = ConclusionEngine(SENIOR, alarms.append)
    for _ in range(3):
        spoil(engine, {"approve": {"pri": 1, **ALWAYS}})
        assert engine.conclude("uupuuuuff") == DISAGREEMENT
    assert [engine.conclude(IN_ORDER), engine.conclude("uuuuuuuff")] == [DISAGREEMENT] * 2
    assert alarms == ["disagreement"] * 3 + ["out-of-service"] * 2
    with pytest.raises(EngineFault, match="self-test"):
        ConclusionEngine(SENIOR, no_alarm)
    conclusion._shared.cache_clear()


def test_fired_comes_from_durable_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    class Agreeing:
        def __eq__(self, other: object) -> bool:
            return True

    engine = ConclusionEngine(SENIOR, no_alarm)
    monkeypatch.setattr(conclusion, "fold", lambda plan, symbols: Agreeing())
    assert engine.conclude("ppppfppff") == Conclusion("reject", "reject:income")
    spoil(engine, {"C2:u": {"pri": 1, **ALWAYS}})
    assert engine.conclude("ppppfppff") == Conclusion("review", "review:resident")
    conclusion._shared.cache_clear()


def test_a_wrong_ruleset_fails_its_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    conclusion._shared.cache_clear()
    monkeypatch.setattr(conclusion, "GRAVITY", conclusion.GRAVITY[::-1])
    with pytest.raises(EngineFault, match="self-test"):
        ConclusionEngine(SENIOR, no_alarm)
    conclusion._shared.cache_clear()


def test_threads_share_an_engine() -> None:
    engine = ConclusionEngine(SENIOR, no_alarm)
    draw = random.Random(8)
    cases = ["".join(draw.choice("ppppfu") for _ in range(5)) + "ppff" for _ in range(8000)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.conclude, cases)) == [fold(SENIOR, symbols) for symbols in cases]


def test_deciding_leaves_nothing_behind() -> None:
    engine = ConclusionEngine(SENIOR, no_alarm)
    cases = [IN_ORDER, "ppppfppff", "uuuuuuuff", "fffffuutt"]
    for symbols in cases * 1000:
        engine.conclude(symbols)
    before = resident_kilobytes()
    for symbols in cases * 50_000:
        engine.conclude(symbols)
    assert resident_kilobytes() - before < 4096  # 20 bytes a decision: the smallest object would be more


def test_engines_come_and_go_without_growth() -> None:
    for _ in range(20):
        ConclusionEngine(SENIOR, no_alarm)
    before = resident_kilobytes()
    for at in range(2000):
        ConclusionEngine(Plan((Demand(f"e{at}", True),) * 2, SENIOR.conditions, ("amount",), ("sampled",)), no_alarm)
    assert resident_kilobytes() - before < 4096
