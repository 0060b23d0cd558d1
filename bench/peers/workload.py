"""What every engine of the comparison decides: 1,000 seeded documents of about 920 bytes, and the answers expected of them.

Twelve conditions over a nested document; three conclusions. The level of a disability is missing in some documents, so that
its condition has no answer there. `hand_written` is the reference, and the floor of what Python can do. `Drools.java` and
`ruleset/` state the same conditions.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import Rules

Document = dict[str, Any]
Outcomes = tuple[bool | None, ...]
Decided = tuple[str, Outcomes]
Engine = Callable[[Document], Decided]

TODAY = date(2026, 11, 22)
DOCUMENTS = 1_000
CONDITIONS = tuple(f"c{number:02d}" for number in range(1, 13))
DISTRICTS = ("海淀区", "朝阳区", "西城区", "东城区", "丰台区", "石景山区")
BANKS = ("ICBC", "CCB", "ABC", "BOC", "BCM", "PSBC", "CMB", "BRCB")
INCOME_LIMITS = {1: 3000, 2: 5400, 3: 7500, 4: 9400, 5: 11000}
LARGEST_LIMIT = 12500
RULES = Path(__file__).parent / "ruleset"
APPLICANT = {"kind": "person", "name": "李桂芳", "number": "440309194503150021"}

_RARELY = 0.04
_DAY = TODAY.isoformat()
_ID_NO = re.compile(r"[1-9][0-9]{16}[0-9Xx]")
_DISTRICTS, _BANKS = frozenset(DISTRICTS), frozenset(BANKS)
_OUTCOMES = {"pass": True, "fail": False, "unknown": None}


def documents() -> list[Document]:
    """All of them, the same every time."""
    return [document(seed) for seed in range(DOCUMENTS)]


def document(seed: int) -> Document:
    """One application, by which most conditions pass, and each fails now and then."""
    draw = random.Random(seed)

    def rarely(chance: float = _RARELY) -> bool:
        return draw.random() < chance

    birth_date = f"{draw.randint(1930, 1944)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    birth_date = "1960-05-01" if rarely() else "1946-11-22" if rarely(0.02) else birth_date
    id_no = f"11010{draw.randint(1, 9)}{birth_date.replace('-', '')}{draw.randint(0, 999):03d}{draw.choice('0123456789X')}"
    id_no = "X" + id_no[1:] if rarely() else id_no
    name = draw.choice("张王李赵陈") + draw.choice("三四五六七")
    size = draw.randint(1, 8)
    limit = INCOME_LIMITS.get(size, LARGEST_LIMIT)
    income = limit + 1 if rarely() else limit - draw.randint(0, 900)
    base, months, paid = draw.choice([150, 200, 300]), draw.randint(1, 12), draw.randint(0, 100)
    dependants = [{"name": "甲", "birth_date": "1999-01-01"} for _ in range(draw.randint(0, 2))]
    if not rarely():
        dependants.append({"name": "乙", "birth_date": f"20{draw.randint(10, 25)}-0{draw.randint(1, 9)}-15"})
    level = {} if rarely(0.15) else {"level": 3 if rarely() else draw.choice([1, 2])}
    return {
        "today": _DAY,
        "submission": {
            "name": name,
            "id_no": id_no,
            "birth_date": birth_date,
            "household_size": size,
            "monthly_income": income,
            "bank": "XYZ" if rarely() else draw.choice(BANKS),
            "declared": not rarely(),
            "receives_other": rarely(),
            "claim": {"base": base, "months": months, "paid": paid, "amount": base * months - paid + rarely()},
            "dependants": dependants,
            "phone": "13800138000",
            "address": {"street": "中关村大街1号", "postcode": "100080"},
            "apply_time": "2026-11-22T09:00:00",
        },
        "licences": {
            "id_card": {
                "name": name + "某" if rarely() else name,
                "id_no": id_no[::-1] if rarely() else id_no,
                "valid_until": "2026-11-21" if rarely() else "2035-01-01",
                "issuer": "海淀分局",
            },
            "hukou": {
                "name": name,
                "district": "昌平区" if rarely() else draw.choice(DISTRICTS),
                "valid_until": "2099-12-31",
                "members": 3,
            },
            "income_cert": {"monthly_income": income, "valid_until": "2027-01-01", "issuer": "民政局"},
            "disability": {**level, "valid_until": "2030-01-01"},
        },
    }


def conclude(outcomes: Sequence[bool | None]) -> str:
    """One fail rejects; else one without an answer goes to review."""
    return "reject" if False in outcomes else "review" if None in outcomes else "approve"


def hand_written(given: Document) -> Decided:
    """The twelve conditions as a programmer writes them, on values that need no typing: no record is kept of anything."""
    form, licences, today = given["submission"], given["licences"], given["today"]
    claim, id_card, hukou = form["claim"], licences["id_card"], licences["hukou"]
    level = licences["disability"].get("level")
    outcomes = (
        _age(form["birth_date"], today) >= 80,
        hukou["district"] in _DISTRICTS,
        id_card["valid_until"] >= today,
        form["name"] == id_card["name"],
        form["monthly_income"] <= INCOME_LIMITS.get(form["household_size"], LARGEST_LIMIT),
        form["bank"] in _BANKS,
        any(_age(each["birth_date"], today) < 18 for each in form["dependants"]),
        claim["amount"] <= claim["base"] * claim["months"] - claim["paid"],
        _ID_NO.fullmatch(form["id_no"]) is not None,
        form["declared"] and not form["receives_other"],
        None if level is None else level in (1, 2),
        id_card["id_no"] == form["id_no"] and hukou["valid_until"] >= today,
    )
    return conclude(outcomes), outcomes


def _age(birth_date: str, today: str) -> int:
    return int(today[:4]) - int(birth_date[:4]) - (today[5:] < birth_date[5:])


def as_facts(given: Document) -> Document:
    """The document as the facts of `miaopi decide`: the same values under the ruleset's names."""
    form = {name: value for name, value in given["submission"].items() if name not in ("claim", "address")}
    form |= {f"claim_{name}": value for name, value in given["submission"]["claim"].items()}
    evidence = {
        name: {"expires" if key == "valid_until" else key: value for key, value in licence.items()}
        for name, licence in given["licences"].items()
    }
    return {"applicant": APPLICANT, "form": form | given["submission"]["address"], "evidence": evidence}


def compiled() -> CompiledRuleset:
    """The ruleset of the comparison, ready to decide."""
    ruleset = Rules(RULES).load_for("old-age-support", TODAY)
    assert ruleset is not None
    return compile_ruleset(check_ruleset(ruleset))


def miaopi() -> Engine:
    """miaopi as the others are called: a document in, conclusion and outcomes out."""
    ruleset = compiled()

    def decide(given: Document) -> Decided:
        decision = ruleset.decide(ruleset.read(as_facts(given), TODAY))
        return decision.conclusion, tuple(_OUTCOMES[outcome] for outcome in decision.outcomes)

    return decide


def disagreements(engine: Engine) -> int:
    """How many of the documents an engine decides otherwise than `hand_written`, in its conclusion or any outcome."""
    return sum(engine(each) != hand_written(each) for each in documents())
