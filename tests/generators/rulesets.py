"""Random rulesets, well-typed by construction, that use all of the language."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from tests.generators import world
from tests.generators.expressions import NUMERIC, SCALARS, Grammar, Leaf, grammar
from tests.generators.policy_tables import random_table
from tests.generators.world import EVIDENCE_TYPES, chance, is_list, is_one_of, list_of
from tests.generators.yaml_text import Expression, dump

FIRST_DAY = date(2020, 1, 1)
LATER_DAYS = [date(2024, 10, 1), date(2025, 3, 1), date(2026, 5, 1), date(2026, 5, 2)]
FORM_TYPES: list[Any] = [
    *SCALARS, "integer", "money", "date", list_of("integer"), list_of("date"), list_of("text"), list_of("boolean"),
    list_of(world.GRADE),
]  # fmt: skip
DEFINED = ["boolean", "integer", "integer", *NUMERIC, "date", "text", list_of("integer"), list_of("date")]
MEMBERS = {
    "list-of": {
        "id_number": {"type": "resident-id"}, "name": {"type": "text"}, "joined": {"type": "date"},
        "pay": {"type": "money"}, "grade": {"type": world.GRADE}, "insured": {"type": "boolean"},
    }
}  # fmt: skip
CHILDREN = {"list-of": {"born": {"type": "date"}, "points": {"type": "integer"}, "share": {"type": "number"}}}
MESSAGES: list[Any] = ["不符合条件。", "应在{parameter0}以上。", {"zh": "不符合。", "en": "Not met."}]
GIVEN = [Leaf("today", "date"), Leaf("applied_on", "date")]
APPLICANT = [
    Leaf("applicant.name", "text"),
    Leaf("applicant.number", "applicant"),
    Leaf("applicant.agent_number", "resident-id"),
    Leaf("material.household.met", "boolean"),
]
IS_RECORD_LIST_SAFE = ["resident-id-card", "household-register", "residence-permit", "civil-affairs/death-register"]
"""Types without list attributes: a list of their answers is a list of records, which hold no lists."""


@dataclass(frozen=True)
class Made:
    """A ruleset as the dictionary YAML gives and as the text of its file; so its fragments, in `include` order."""

    ruleset: dict[str, Any]
    fragments: tuple[dict[str, Any], ...] = ()

    @property
    def text(self) -> str:
        return dump(self.ruleset)

    def write(self, folder: Path) -> Path:
        """Writes a `rules` folder with the ruleset, its fragments and `evidence.yaml`; the path of the ruleset."""
        ruleset = folder / str(self.ruleset["ruleset"]) / f"{FIRST_DAY}.yaml"
        documents: dict[Path, Any] = {
            folder / "evidence.yaml": EVIDENCE_TYPES,
            ruleset: self.ruleset,
        } | {folder / "common" / each["fragment"] / f"{FIRST_DAY}.yaml": each for each in self.fragments}
        for path, document in documents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dump(document), encoding="utf-8")
        return ruleset


def attributes(kind: str) -> dict[str, Any]:
    declared = EVIDENCE_TYPES["licences"].get(kind) or EVIDENCE_TYPES["checks"][kind]
    return {name: attribute["type"] for name, attribute in declared["attributes"].items()}


def untuned_ruleset(rng: random.Random) -> Made:
    """A ruleset drawn from the grammar. It may seldom approve: see `tuning`."""
    return _Maker(rng).make()


class _Maker:
    """Draws the sections of one ruleset in order, each over the leaves that the earlier ones gave."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._numbers = count(1)
        self._form: dict[str, Any] = {}
        self._form_leaves: list[Leaf] = []
        self._evidence_leaves: list[Leaf] = []
        self._policy_leaves: list[Leaf] = []

    def make(self) -> Made:
        rng = self._rng
        self._make_form()
        evidence = self._make_evidence()
        parameters = self._make_parameters()
        definitions, tables = self._make_definitions(), {}
        for n in range(rng.randrange(3)):
            tables[f"table{n}"], leaf = random_table(self._all(), f"table{n}", FIRST_DAY, LATER_DAYS)
            self._policy_leaves += leaf
        definitions |= self._make_definitions("late_", 2)
        conditions = self._make_conditions("c", rng.randrange(2, 5))
        ruleset: dict[str, Any] = {
            "ruleset": "generated",
            "title": "随机生成",
            "dated_by": rng.choice(["today", "applied_on"]),
            "form": self._form,
            "evidence": evidence,
            "parameters": parameters,
            "define": {name: definitions[name] for name in rng.sample(list(definitions), len(definitions))},
            "tables": tables,
            "conditions": conditions,
            "conclusions": self._make_conclusions(conditions),
            "grant": self._make_grant(),
        }
        made = Made({name: section for name, section in ruleset.items() if section})
        return self._with_fragment(made) if chance(rng, 20) else made

    def _grammar(self, leaves: Iterable[Leaf]) -> Grammar:
        return grammar(self._rng, leaves, self._numbers)

    def _all(self) -> Grammar:
        return self._grammar([*GIVEN, *APPLICANT, *self._form_leaves, *self._evidence_leaves, *self._policy_leaves])

    def _test(self, leaves: list[Leaf], depth: int = 2) -> Expression:
        """A boolean that reads one of the leaves for certain."""
        scope = self._grammar(leaves)
        roots = [leaf.text.split(".")[0] for leaf in leaves if not is_list(leaf.type)]
        sure = scope.member_test(self._rng.choice([root for root in roots if root not in ("today", "applied_on")]), 0)
        if chance(self._rng, 30):
            return Expression(sure)
        word = self._rng.choice(["and", "or"])
        return Expression(f"({sure}) {word} ({scope.expr('boolean', depth)})")

    # sections

    def _make_form(self) -> None:
        rng = self._rng
        self._add_form_fact("amount", {"type": "money"})
        self._add_form_fact("入职日期", {"type": "date"})
        for n in range(rng.randrange(1, 5)):
            fact: dict[str, Any] = {"type": rng.choice(FORM_TYPES)}
            roll = rng.randrange(6)
            if roll == 0:
                fact["optional"] = True
            elif roll == 1 and fact["type"] in ("integer", "boolean", "text", *world.ONE_OFS):
                fact["default"] = self._value(fact["type"])
            elif roll == 2:
                fact["asked_when"] = self._test(list(self._form_leaves), 1)
            elif roll == 3 and fact["type"] == "text":
                fact["pattern"] = ".{1,12}"
            self._add_form_fact(f"fact{n}" if chance(rng, 70) else f"事实{n}", fact)
        if chance(rng, 60):
            self._add_form_fact("members", {"type": MEMBERS, "at_most": 4})
        if chance(rng, 40):
            self._add_form_fact("children", {"type": CHILDREN, "at_least": 0, "optional": True})

    def _add_form_fact(self, name: str, fact: dict[str, Any]) -> None:
        self._form[name] = fact | {"label": name}
        self._form_leaves.append(Leaf(f"form.{name}", fact["type"]))

    def _make_evidence(self) -> dict[str, Any]:
        rng, evidence = self._rng, {}
        kinds = [("licence", each) for each in EVIDENCE_TYPES["licences"]]
        kinds += [("check", each) for each in EVIDENCE_TYPES["checks"]]
        for n, (group, kind) in enumerate(rng.choice(kinds) for _ in range(rng.randrange(2, 5))):
            name = f"evidence{n}" if chance(rng, 70) else f"证据{n}"
            entry: dict[str, Any] = {group: kind}
            self._choose_holder(entry, kind)
            entry["required"] = True if n == 0 else rng.choice([True, False, False])
            if n and chance(rng, 15):
                entry["required"] = self._test(self._form_leaves, 1)
            if "for_each" not in entry and n and chance(rng, 20):
                entry["when"] = self._test([*self._form_leaves, *self._evidence_leaves], 1)
            if chance(rng, 15):
                entry["accept"] = rng.choice([["valid", "suspended"], ["valid", "expired"], ["valid", "transferred"]])
            if chance(rng, 15):
                entry["fresh"] = rng.choice(["30 days", "60 working days", "6 months", "2 years"])
            if entry["required"] is not False:
                if chance(rng, 40):
                    entry["otherwise"] = rng.choice(["reject", "review"])
                if chance(rng, 20):
                    entry["queue"] = rng.choice(world.QUEUES)
            evidence[name] = entry
            self._evidence_leaves += evidence_leaves(name, entry, kind)
        return evidence

    def _choose_holder(self, entry: dict[str, Any], kind: str) -> None:
        rng = self._rng
        listable = kind in IS_RECORD_LIST_SAFE
        if listable and "members" in self._form and chance(rng, 25):
            entry |= {"for_each": Expression("form.members"), "of": Expression("item.id_number"), "ground": "household"}
            return
        ids = [leaf for leaf in [*self._form_leaves, *self._evidence_leaves] if leaf.type in ("resident-id", "uscc")]
        if ids and chance(rng, 25):
            entry |= {"of": Expression(rng.choice(ids).text), "ground": rng.choice(["guardian", "duty: 第五条"])}
        if listable and kind != "civil-affairs/death-register" and chance(rng, 20):
            entry["all"] = True

    def _make_parameters(self) -> dict[str, Any]:
        rng, parameters = self._rng, {}
        types = ["money", "integer", "date", *(rng.choice(["number", "text", "boolean", list_of("integer"),
                 list_of("text"), world.GRADE, list_of("date")]) for _ in range(rng.randrange(3)))]  # fmt: skip
        for n, declared in enumerate(types):
            parameters[f"parameter{n}"] = {
                "type": declared, "label": f"参数{n}",
                "from": {day: self._value(declared) for day in self._days()},
            }  # fmt: skip
            self._policy_leaves.append(Leaf(f"parameter{n}", declared, dated=True))
        if chance(rng, 20):
            bounds = [Decimal(0), Decimal(100), Decimal("2000.50")]
            parameters["bounds"] = {"type": list_of("money"), "label": "级距", "from": {FIRST_DAY: bounds}}
            rates = {day: [Decimal("0.1"), Decimal("0.333"), Decimal("0.5")] for day in self._days()}
            parameters["rates"] = {"type": list_of("number"), "label": "比例", "from": rates}
            self._policy_leaves += [Leaf("bounds", list_of("money")), Leaf("rates", list_of("number"))]
        return parameters

    def _days(self) -> list[date]:
        later = [day for day in LATER_DAYS if chance(self._rng, 25)]
        return [self._rng.choice([FIRST_DAY, date(2019, 7, 1)]), *later]

    def _value(self, declared: Any) -> Any:
        """A value as a ruleset writes it under a declared type."""
        rng = self._rng
        if is_list(declared):
            return [self._value(world.element_of(declared)) for _ in range(rng.randrange(1, 4))]
        if is_one_of(declared):
            return rng.choice(declared["one-of"])
        if declared in ("number", "money"):
            return Decimal(rng.choice(world.NUMBERS if declared == "number" else world.MONEY))
        pools: dict[str, list[Any]] = {
            "boolean": [True, False], "integer": world.INTEGERS, "date": world.DATES, "text": world.PLAIN_LITERALS,
        }  # fmt: skip
        return rng.choice(pools[declared])

    def _make_definitions(self, prefix: str = "", most: int = 4) -> dict[str, Any]:
        rng, definitions = self._rng, {}
        for n in range(rng.randrange(1, most + 1)):
            name = f"{prefix}value{n}" if chance(rng, 70) else f"{prefix}定义{n}"
            scope = self._all()
            declared = rng.choice(DEFINED)
            definitions[name] = Expression(scope.expr(declared, 2))
            self._policy_leaves.append(Leaf(name, declared))
        return definitions

    def _make_conditions(self, prefix: str, number: int) -> dict[str, Any]:
        rng = self._rng
        conditions: dict[str, Any] = {}
        for n in range(number):
            leaves = [*self._form_leaves, *self._evidence_leaves]
            condition: dict[str, Any] = {"label": f"条件{n}", "require": self._condition(leaves)}
            if n and chance(rng, 12):
                condition["counts"] = False
            else:
                condition["otherwise"] = rng.choice(["reject", "review"])
            if chance(rng, 30):
                condition["message"] = rng.choice(MESSAGES)
            if chance(rng, 25):
                condition["queue"] = rng.choice(world.QUEUES)
            if chance(rng, 30):
                commitment: dict[str, Any] = {"check_within": rng.choice(["60 working days", "30 days", "6 months"])}
                if conditions and chance(rng, 40):
                    commitment["unless"] = [rng.choice(list(conditions))]
                condition["commitment"] = commitment
            conditions[f"{prefix}-{n}"] = condition
        return conditions

    def _condition(self, leaves: list[Leaf]) -> Expression:
        """A boolean over everything in scope that reads a fact of the form or of evidence for certain."""
        return self._joined(self._test(leaves, 1), self._all().expr("boolean", 3))

    def _joined(self, sure: str, free: str) -> Expression:
        names = [leaf.text for leaf in [*self._form_leaves, *self._evidence_leaves]]
        if any(name in free for name in names) and chance(self._rng, 70):
            return Expression(free)
        return Expression(sure if chance(self._rng, 50) else f"({sure}) {self._rng.choice(['and', 'or'])} ({free})")

    def _make_conclusions(self, conditions: dict[str, Any]) -> list[dict[str, Any]]:
        rng, conclusions = self._rng, []
        for n in range(rng.choice([0, 0, 1, 2])):
            rule: dict[str, Any] = {"review": f"written-{n}"}
            if chance(rng, 60):
                ids = rng.sample(sorted(conditions), min(2, len(conditions)))
                rule["when"] = {"fails": ids[:1]} | ({"passes": ids[1:]} if chance(rng, 60) else {})
            else:
                rule["when"] = self._condition([*self._form_leaves, *self._evidence_leaves])
            if chance(rng, 60):
                rule["queue"] = rng.choice(world.QUEUES)
            conclusions.append(rule)
        return conclusions

    def _make_grant(self) -> dict[str, Any]:
        rng, grant, scope = self._rng, {}, self._all()
        readable = [each for each in SCALARS if scope.has(each)]
        for n in range(rng.choice([0, 1, 1, 2])):
            declared = rng.choice([*NUMERIC, *readable])
            depth = rng.choice([0, 1, 2])
            value = scope.expr(declared, depth)
            if declared == "money":
                value = f"round({value}, 2)"
            grant[f"grant_{n}"] = {"value": Expression(value), "type": declared, "label": f"给付{n}"}
        return grant

    def _with_fragment(self, made: Made) -> Made:
        """Moves something of the language into a fragment: a licence, a parameter and a condition of its own."""
        rng = self._rng
        entry: dict[str, Any] = {"licence": "resident-id-card", "required": chance(rng, 50)}
        leaves = [*evidence_leaves("card", entry, "resident-id-card"), Leaf("form.amount", "money"), *GIVEN]
        require = self._test(leaves, 1)
        condition = {"label": "共用条件", "require": require, "otherwise": rng.choice(["reject", "review"])}
        fragment = {
            "fragment": "shared",
            "needs": {"amount": {"type": "money"}},
            "evidence": {"card": entry},
            "parameters": {"floor_amount": {"type": "money", "label": "下限", "from": {FIRST_DAY: Decimal("99.99")}}},
            "define": {"above_floor": Expression("form.amount >= floor_amount")},
            "conditions": {"shared-0": condition},
        }
        reading = {"label": "读共用名称", "require": Expression("above_floor or card.valid"), "otherwise": "review"}
        conditions = made.ruleset["conditions"] | {"c-shared": reading}
        ruleset = {"ruleset": "generated", "include": ["shared"]} | made.ruleset | {"conditions": conditions}
        return replace(made, ruleset=ruleset, fragments=(fragment,))


def evidence_leaves(name: str, entry: dict[str, Any], kind: str) -> list[Leaf]:
    own = attributes(kind) | {
        "status": {"one-of": world.STATUSES}, "valid": "boolean", "issued_on": "date", "valid_until": "date",
    }  # fmt: skip
    if "for_each" in entry or "all" in entry:
        return [Leaf(name, {"list-of": {field: {"type": declared} for field, declared in own.items()}})]
    return [Leaf(f"{name}.{field}", declared) for field, declared in own.items()]
