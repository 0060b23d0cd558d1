"""Random facts for a ruleset, as the JSON of `decide`: clean ones that can be approved, and all that can go wrong."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from tests.generators import world
from tests.generators.rulesets import Made, attributes
from tests.generators.world import chance, element_of, fields_of, is_list, is_one_of, pick

DEFINITELY_WRONG: dict[str, list[Any]] = {
    "boolean": ["true", 1, []],
    "integer": ["abc", "1.5", True, "9999999999999999", {}],
    "number": ["1e3", "0.00000000001", True, "1,000", []],
    "money": ["1.005", "12元", False, {}],
    "date": ["2025-02-29", "2025/03/01", 20250301, "2025-13-01"],
    "text": [5, True, ["深圳市"]],
    "resident-id": ["440309194503150020", "440309200102290016", "4403", 440309],
    "uscc": ["91350200MA2YJ1XR9", 5, "o1350200MA2YJ1XR9G"],
    "phone": [13800138000, [], True],
}
JUNK: list[Any] = [5, True, "foo", "unavailable", "unavailable"]


def random_facts(rng: random.Random, made: Made) -> tuple[dict[str, Any], date]:
    """Facts and `today`. Two thirds are clean, so that approvals are common; of the rest much is wrong."""
    return _Facts(rng, made, clean=chance(rng, 66)).make()


class _Facts:
    def __init__(self, rng: random.Random, made: Made, clean: bool) -> None:
        self._rng, self._clean = rng, clean
        self._ruleset = made.ruleset
        self._evidence: dict[str, Any] = {}
        for part in (*made.fragments, made.ruleset):
            self._evidence |= part.get("evidence", {})
        self._today = rng.choice(world.TODAYS)

    def make(self) -> tuple[dict[str, Any], date]:
        rng = self._rng
        facts: dict[str, Any] = {"applicant": self._applicant(), "form": self._form()}
        answers: dict[str, Any] = {}
        for name, entry in self._evidence.items():
            if not chance(rng, 8 if not self._clean else 0 if entry["required"] else 12):
                answers[name] = self._answer(entry, {**facts, "evidence": answers})
        facts["evidence"] = answers
        facts["case"] = {"number": "A-1"}
        if chance(rng, 80):
            facts["case"]["draw"] = rng.choice(["0", "0.42", "2", "4.99", "50", "99.99"])
        if chance(rng, 90):
            facts["materials"] = {"household": {"met": chance(rng, 80), "by": "licence"}}
        if chance(rng, 60):
            facts["commitments"] = [id_ for id_ in self._ruleset["conditions"] if chance(rng, 75)]
        if chance(rng, 40):
            applied = self._today - timedelta(days=rng.choice([0, 1, 2, 30, 366]))
            facts["applied_on"] = applied.isoformat()
        return facts, self._today

    def _applicant(self) -> dict[str, Any]:
        rng = self._rng
        if chance(rng, 15):
            number, agent = rng.choice(world.USCCS), rng.choice(world.PEOPLE)
            return {"kind": "organisation", "name": "秒批公司", "number": number, "agent_number": agent}
        return {"kind": "person", "name": rng.choice(world.NAMES), "number": rng.choice(world.PEOPLE)}

    # the form

    def _form(self) -> dict[str, Any]:
        rng, form = self._rng, {}
        for name, fact in self._ruleset["form"].items():
            if ("optional" in fact or "default" in fact) and chance(rng, 25):
                continue
            if not self._clean and chance(rng, 2):
                form[name] = rng.choice([None, "", self._wrong(fact["type"])])
            else:
                form[name] = self._value(fact["type"], at_most=fact.get("at_most", 4))
                if fact["type"] == "uscc" and chance(rng, 5):
                    form[name] = rng.choice(world.WRONG_CHECK_USCCS)
        return form

    # values

    def _value(self, declared: Any, at_most: int = 4) -> Any:
        rng = self._rng
        if is_list(declared):
            size = rng.choice([0, 1, 2, 2, 3, at_most]) if at_most else 0
            fields = fields_of(declared)
            if fields is None:
                return [self._value(element_of(declared)) for _ in range(min(size, at_most))]
            return [{name: self._value(type_) for name, type_ in fields.items()} for _ in range(min(size, at_most))]
        if is_one_of(declared):
            return pick(rng, declared["one-of"], [f" {declared['one-of'][0]} "], 4)
        if declared == "date":
            return self._date().isoformat()
        makers: dict[str, Callable[[], Any]] = {
            "boolean": lambda: chance(rng, 65),
            "integer": lambda: self._number(str(pick(rng, world.INTEGERS, world.FAR_INTEGERS))),
            "number": lambda: pick(rng, [*world.NUMBERS, "1", "70"], world.FAR_NUMBERS),
            "money": lambda: pick(rng, world.MONEY, world.FAR_MONEY),
            "text": lambda: pick(rng, world.TEXTS, [*world.UNTIDY_TEXTS, *world.NAMES], 30),
            "resident-id": lambda: pick(rng, world.PEOPLE, ["11010519491231002x", " 440524188001010014 "]),
            "uscc": lambda: pick(rng, world.USCCS, [world.USCCS[0].lower()]),
            "phone": lambda: rng.choice(world.PHONES),
        }
        return makers[declared]()

    def _number(self, text: str) -> Any:
        return int(text) if chance(self._rng, 60) else text

    def _date(self) -> date:
        rng = self._rng
        if chance(rng, 35):
            return self._today - timedelta(days=rng.choice([0, 1, 28, 29, 30, 31, 59, 60, 61, 90, 365, 366, 731]))
        return pick(rng, world.DATES, world.FAR_DATES, 3)

    def _wrong(self, declared: Any) -> Any:
        if is_one_of(declared):
            return self._rng.choice(["丁", 5, ""])
        return self._rng.choice(["foo", 5, {}] if is_list(declared) else DEFINITELY_WRONG[declared])

    # evidence

    def _answer(self, entry: Mapping[str, Any], facts: Mapping[str, Any]) -> Any:
        rng = self._rng
        kind = entry.get("licence") or entry["check"]
        if "for_each" in entry:
            members = facts["form"].get("members") or []
            if not isinstance(members, list) or (not self._clean and chance(rng, 8)):
                return rng.choice(["unavailable", [], [self._one(kind, None)], 5])
            holders = [each.get("id_number") if isinstance(each, dict) else None for each in members]
            return [self._maybe_missing(kind, holder) for holder in holders]
        holder = self._holder(entry, facts)
        if entry.get("all"):
            if chance(rng, 85):
                return [self._one(kind, holder) for _ in range(rng.choice([0, 1, 1, 2, 3]) if not self._clean else 1)]
            return self._maybe_missing(kind, holder)
        if not self._clean and chance(rng, 12):
            return [self._one(kind, holder) for _ in range(rng.randrange(4))]
        if self._clean and chance(rng, 5):
            return [self._one(kind, holder), self._one(kind, holder) | {"status": "cancelled"}]
        return self._maybe_missing(kind, holder)

    def _holder(self, entry: Mapping[str, Any], facts: Mapping[str, Any]) -> Any:
        root, _, name = str(entry.get("of", "applicant.number")).partition(".")
        source = facts.get(root, facts["evidence"].get(root))
        return source.get(name) if isinstance(source, dict) else None

    def _maybe_missing(self, kind: str, holder: Any) -> Any:
        rng = self._rng
        has_meaning = "none_means" in EVIDENCE[kind]
        if chance(rng, (5 if has_meaning else 1) if self._clean else 15):
            return "none"
        if not self._clean and chance(rng, 10):
            return copy.deepcopy(rng.choice(JUNK))
        return self._one(kind, holder)

    def _one(self, kind: str, holder: Any) -> dict[str, Any]:
        """One answer with its attributes and the reserved names that say how good it is."""
        rng, answer = self._rng, {}
        most = {name: each.get("at_most", 4) for name, each in EVIDENCE[kind]["attributes"].items()}
        for name, declared in attributes(kind).items():
            if not self._clean and chance(rng, 8):
                continue
            answer[name] = self._value(declared, most[name])
            if not self._clean and chance(rng, 4) and not is_list(declared):
                answer[name] = self._wrong(declared)
            elif not self._clean and chance(rng, 20) and is_list(declared):
                self._spoil(answer, name, declared)
        answer |= self._standing(holder)
        return answer

    def _spoil(self, answer: dict[str, Any], name: str, declared: Any) -> None:
        """Something wrong with a list attribute: a field missing or of the wrong type, no record, too long, no list."""
        rng, fields = self._rng, fields_of(declared)
        roll = rng.randrange(6)
        if roll == 0 or fields is None:
            answer[name] = rng.choice(["foo", 5]) if chance(rng, 50) else []
        elif roll == 1:
            answer[name] = (answer[name] or [{}]) * 12
        elif roll == 2:
            answer[name] = [*answer[name], 5]
        elif answer[name]:
            field = rng.choice(sorted(fields))
            if roll == 3:
                answer[name][0][field] = self._wrong(fields[field])
            else:
                del answer[name][0][field]

    def _standing(self, holder: Any) -> dict[str, Any]:
        rng = self._rng
        near = [0, 1, 10, 20] if self._clean else [0, 29, 30, 31, 80, 90, 200, 731, -1]
        standing: dict[str, Any] = {"issued_on": self._shifted(-rng.choice(near))}
        if chance(rng, 40):
            standing["valid_until"] = self._shifted(rng.choice([0, 1, 365] if self._clean else [-1, 0, 1, 365]))
        if chance(rng, 30):
            standing["status"] = "valid"
        if chance(rng, 30) and isinstance(holder, str):
            standing["holder"] = holder
        if chance(rng, 20):
            standing["signature_valid"] = True
        if self._clean:
            return standing
        if chance(rng, 15):
            standing["status"] = pick(rng, world.STATUSES, ["unclear", 5, ""], 20)
        if chance(rng, 8):
            standing["holder"] = rng.choice([*world.PEOPLE, 5])
        if chance(rng, 5):
            standing["signature_valid"] = rng.choice([False, "true"])
        if chance(rng, 10):
            del standing["issued_on"]
        if chance(rng, 5):
            standing[rng.choice(["issued_on", "valid_until"])] = rng.choice(["soon", 20250101, "2025-02-29"])
        return standing

    def _shifted(self, days: int) -> str:
        return (self._today + timedelta(days=days)).isoformat()


EVIDENCE: dict[str, Any] = world.EVIDENCE_TYPES["licences"] | world.EVIDENCE_TYPES["checks"]
RESERVED = ("status", "holder", "issued_on", "valid_until", "signature_valid")

Place = tuple[str | int, ...]
"""Where something stands in `facts["evidence"]`; hiding it makes it unknown."""


def hideable(facts: Mapping[str, Any]) -> list[Place]:
    """Every piece of evidence, every attribute, every field of a list's element that may be hidden."""
    return list(_places(facts.get("evidence", {})))


def _places(evidence: Mapping[str, Any]) -> Iterator[Place]:
    for name, answer in evidence.items():
        yield (name,)
        if isinstance(answer, dict):
            yield from _attributes((name,), answer)
        elif isinstance(answer, list):
            for n, one in enumerate(answer):
                if isinstance(one, dict):
                    yield from _attributes((name, n), one)


def _attributes(place: Place, answer: Mapping[str, Any]) -> Iterator[Place]:
    for name, value in answer.items():
        if name in RESERVED:
            continue
        yield (*place, name)
        if isinstance(value, list):
            for n, element in enumerate(value):
                if isinstance(element, dict):
                    yield from ((*place, name, n, field) for field in element)


def without(facts: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The same facts with what `place` names left out; a whole piece of evidence becomes unavailable."""
    hidden: dict[str, Any] = copy.deepcopy(dict(facts))
    if len(place) == 1:
        hidden["evidence"][place[0]] = "unavailable"
        return hidden
    target: Any = hidden["evidence"]
    for step in place[:-1]:
        target = target[step]
    del target[place[-1]]
    return hidden


def random_hidden(rng: random.Random, facts: Mapping[str, Any]) -> dict[str, Any]:
    places = hideable(facts)
    return without(facts, rng.choice(places)) if places else dict(facts)
