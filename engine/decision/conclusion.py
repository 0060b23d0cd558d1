"""The conclusion, inferred by durable-rules: the only module that knows it, so that it can be replaced here.

A plan compiles to a durable-rules ruleset whose rules are its conclusions, and a decision is one event with one closed
letter a slot (`E1` evidence, `C1` condition, `G1` grant value, `W1` written review), consumed by the one rule that
fires: of those that match, the one with the lowest `pri`. Nothing submitted and nothing a policy writer wrote reaches
the engine. The letters, gravest first; priorities follow this order, then file order:

    t  a written review holds               f  a condition fails
    m  a written review may hold            e  required evidence fails
    x  required evidence fails and rejects  u  a condition is unknown
    r  a condition fails and rejects        v  required evidence is unknown
    p  in order: approval needs it of all   g  a grant value is unknown

More than `GROUP` symbols are inferred in groups, whose letters are the next event, one slot a group (`T1`).

durable-rules 2.0.28, measured, and what follows from it:

- A ruleset that has seen an event holds over 20 kB a rule, and `delete_ruleset` gives only a third of that back. As
  names and letters are generated, plans of one shape compile to one text: they share its handle, which lives as long as
  the process, so there is nothing to close. Slots are padded to the steps in `STEP`, so that there are few shapes.
- A handle that answered wrongly is replaced, and the old one left alone. As that costs memory, it happens `REBUILDS`
  times; then the plans of that shape conclude review, with an alarm each time.
- A handle takes one event at a time, hence its lock. Do not fork while another thread decides.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import getitem
from threading import Lock

import durable_rules_engine

from engine.decision.fold import Conclusion, Demand, Plan, fold

GROUP = 32  # symbols in one event: the time an event takes grows faster than its slots
GROUPS = 50  # slots of the event above: at most 64 rules may match one event, and a ruleset may hold 512 distinct tests
REBUILDS = 32
GRAVITY = "tmxrfeuvg"
LETTERS = {"E": "xev", "C": "rfu", "G": "g", "W": "tm", "T": GRAVITY}  # by kind of slot, besides p
STEP = {"E": 2, "C": 4, "G": 2, "W": 2, "T": 1}
APPROVE = Conclusion("approve", "approve")
DISAGREEMENT = Conclusion("review", "engine-disagreement")


class EngineFault(Exception):
    """The engine did not conclude as it must; `code` says how."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class ConclusionEngine:
    """Concludes for one ruleset; may be shared between threads.

    Construction compiles the plan and tests it against the fold: all in order, each other symbol alone, random vectors.
    Raises EngineFault (`self-test`) if the engine does not agree, ValueError for more than `GROUP * GROUPS` symbols.

    `alarm` is called with a code whenever the conclusion is `DISAGREEMENT`: `disagreement`, `exception`,
    `no-conclusion`, `second-conclusion`, `out-of-service`, or `symbols` where those given are not the plan's.
    """

    def __init__(self, plan: Plan, alarm: Callable[[str], None]) -> None:
        slots = tuple(_slots(plan))
        if len(slots) > GROUP * GROUPS:
            raise ValueError(f"{len(slots)} symbols; at most {GROUP * GROUPS} can be concluded")
        self._plan = plan
        self._alarm = alarm
        self._groups = [_Group(slots[start : start + GROUP]) for start in range(0, len(slots), GROUP)]
        self._top = _shared("T" * len(self._groups)) if len(self._groups) > 1 else None
        self._rulesets = {group.ruleset for group in self._groups} | ({self._top} if self._top else set())
        for symbols in _vectors(slots):
            self._test(symbols)

    def conclude(self, symbols: str) -> Conclusion:
        """What the plan's symbols add up to, see `fold`; `DISAGREEMENT` whenever that is in doubt."""
        try:
            expected = fold(self._plan, symbols)
        except ValueError:
            self._alarm("symbols")
            return DISAGREEMENT
        try:
            concluded = self._infer(symbols)
            if concluded == expected:
                return concluded
            code = "disagreement"
        except EngineFault as fault:
            code = fault.code
        except Exception:  # durable-rules raises bare ones
            code = "exception"
        for ruleset in self._rulesets:
            ruleset.rebuild()
        self._alarm(code)
        return DISAGREEMENT

    def _infer(self, symbols: str) -> Conclusion:
        if self._top is None:
            return self._groups[0].infer(symbols)[1]
        answers = {"approve": APPROVE}
        event = ""
        for number, group in enumerate(self._groups, 1):
            letter, conclusion = group.infer(symbols[(number - 1) * GROUP : number * GROUP])
            answers[f"T{number}:{letter}"] = conclusion
            event += f',"T{number}":"{letter}"'
        return answers[self._top.fire(event)]

    def _test(self, symbols: str) -> None:
        expected = fold(self._plan, symbols)
        try:
            concluded = self._infer(symbols)
        except Exception as error:
            raise EngineFault("self-test", f"{symbols}: {error}") from error
        if concluded != expected:
            raise EngineFault("self-test", f"{symbols}: {concluded.fired}, not {expected.fired}")


@dataclass(frozen=True, slots=True)
class _Slot:
    kind: str  # a key of LETTERS
    letters: Mapping[str, str]  # by symbol
    conclusions: Mapping[str, Conclusion]  # by letter other than p


class _Group:
    """Up to `GROUP` slots, as a ruleset sees them."""

    def __init__(self, slots: Sequence[_Slot]) -> None:
        counts = dict.fromkeys(LETTERS, 0)
        self._phrases: list[dict[str, str]] = []  # of each slot: its part of the event, by symbol
        self._findings = {"approve": ("p", APPROVE)}  # by rule: the letter for the event above, and the conclusion
        for slot in slots:
            counts[slot.kind] += 1
            name = f"{slot.kind}{counts[slot.kind]}"
            self._phrases.append({symbol: f',"{name}":"{letter}"' for symbol, letter in slot.letters.items()})
            self._findings |= {f"{name}:{letter}": (letter, found) for letter, found in slot.conclusions.items()}
        padded = {kind: -(-count // STEP[kind]) * STEP[kind] for kind, count in counts.items()}
        self._padding = "".join(
            f',"{kind}{number}":"p"' for kind, count in counts.items() for number in range(count + 1, padded[kind] + 1)
        )
        self.ruleset = _shared("".join(kind * count for kind, count in padded.items()))

    def infer(self, symbols: str) -> tuple[str, Conclusion]:
        event = "".join(map(getitem, self._phrases, symbols))
        return self._findings[self.ruleset.fire(event + self._padding)]


class _Ruleset:
    """A durable-rules ruleset for slots of these kinds, and its handle."""

    def __init__(self, kinds: str) -> None:
        names = [f"{kind}{at - kinds.index(kind) + 1}" for at, kind in enumerate(kinds)]
        rules = {
            f"{name}:{letter}": {"pri": GRAVITY.index(letter) * 100 + at, "all": [{"m": {name: letter}}]}
            for at, name in enumerate(names, 1)
            for letter in LETTERS[name[0]]
        }
        approve = {"approve": {"pri": 1000, "all": [{"m": {"$and": [{name: "p"} for name in names]}}]}}
        self._text = json.dumps(rules | approve)
        self._lock = Lock()
        self._rebuilds = REBUILDS
        self._handle = self._create()

    def _create(self) -> int:
        return int(durable_rules_engine.create_ruleset("conclusion", self._text))

    def fire(self, event: str) -> str:
        """The rule that fires for an event, given as `,"C1":"p"…`. Raises EngineFault and what durable-rules raises."""
        with self._lock:
            if self._rebuilds < 0:
                raise EngineFault("out-of-service", self._text)
            code, state = durable_rules_engine.assert_event(self._handle, '{"sid":"1","id":"1"' + event + "}")
            first = durable_rules_engine.start_action_for_state(self._handle, state) if code == 0 else None
            if first is None:
                raise EngineFault("no-conclusion", event)
            if durable_rules_engine.complete_and_start_action(self._handle, state) is not None:
                raise EngineFault("second-conclusion", event)
        fired: str = first[1]  # {"C3:u":{"m":{…}}}
        return fired[2 : fired.index('"', 2)]

    def rebuild(self) -> None:
        """Put a new handle in the place of one that is not to be trusted any more."""
        with self._lock:
            self._rebuilds -= 1
            if self._rebuilds >= 0:
                self._handle = self._create()


_shared = cache(_Ruleset)


def _slots(plan: Plan) -> Iterator[_Slot]:
    for demand in plan.evidence:
        yield _demanded("E", demand, f"evidence.{demand.name}")
    for demand in plan.conditions:
        yield _demanded("C", demand, demand.name)
    for grant in plan.grants:
        yield _Slot("G", {"p": "p", "u": "g"}, {"g": Conclusion("review", f"review:grant.{grant}")})
    for written in plan.reviews:
        review = Conclusion("review", f"review:{written}")
        yield _Slot("W", {"f": "p", "t": "t", "u": "m"}, {"t": review, "m": review})


def _demanded(kind: str, demand: Demand, name: str) -> _Slot:
    rejecting, failing, unknown = tuple(LETTERS[kind])
    review = Conclusion("review", f"review:{name}")
    letters = {"p": "p", "f": rejecting if demand.rejects else failing, "u": unknown}
    if kind == "E":
        letters["d"] = failing
    return _Slot(kind, letters, {rejecting: Conclusion("reject", f"reject:{name}"), failing: review, unknown: review})


def _vectors(slots: Sequence[_Slot]) -> Iterator[str]:
    """For the self-test: all in order; each other symbol alone; 64 random vectors, more and more out of order."""
    in_order = [next(iter(slot.letters)) for slot in slots]
    yield "".join(in_order)
    for at, slot in enumerate(slots):
        for symbol in list(slot.letters)[1:]:
            yield "".join([*in_order[:at], symbol, *in_order[at + 1 :]])
    draw = random.Random(len(slots))  # noqa: S311 - the same vectors every time
    for number in range(1, 65):
        yield "".join(
            draw.choice(list(slot.letters)) if draw.random() < number / 64 else first
            for slot, first in zip(slots, in_order, strict=True)
        )
