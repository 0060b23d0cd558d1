"""`miaopi demo`: three applications for the senior allowance, really decided: an approval, a rejection, a review."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
import orjson

from engine.commands.command import Command
from engine.commands.decide import TIME_ZONE
from engine.commands.picture import show
from engine.commands.rulesets import InForce
from engine.commands.session import Language, Session
from engine.decision.explanation import explain
from engine.decision.receipt_document import ReceiptDocument

RULESET = "senior-allowance"
_NUMBER = "440309194503150021"
_APPLICATION: dict[str, Any] = {
    "applicant": {"name": "李桂芳", "number": _NUMBER},
    "form": {"bank_account": "6222000000000001"},
    "evidence": {
        "id_card": {"name": "李桂芳", "number": _NUMBER, "birth_date": "1945-03-15"},
        "hukou": {"city": "深圳市"},
        "death": {"registered": False},
        "notice": "none",
    },
}
APPLICATIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("证照和登记齐全", "All licences and registers answer", {}),
    ("户籍在惠州", "The household is registered in Huizhou", {"hukou": {"city": "惠州市"}}),
    ("死亡登记库没有回应", "The death register does not answer", {"death": "unavailable"}),
)
"""What each is about, and the evidence in which it differs from the first. The people are made up."""


def command(lang: Language) -> click.Command:
    return Command(
        lang, "demo", demo, example="miaopi demo",
        help="用高龄老人津贴演示一次准予、一次不予批准和一次转人工。"
        if lang == "zh" else "Decides three applications for the senior allowance: an approval, a rejection, a review.",
    )


def demo(session: Session) -> int:
    today: date = datetime.now(TIME_ZONE).date()
    in_force = InForce(session, RULESET, today)
    decided = []
    for zh, en, evidence in APPLICATIONS:
        facts = {**_APPLICATION, "evidence": {**_APPLICATION["evidence"], **evidence}}
        receipt, decider = in_force.receipt(facts)
        decided.append({"about": session.say(zh, en), "facts": facts, "receipt": orjson.loads(receipt.body)})
        if not session.json:
            document = ReceiptDocument.model_validate(decided[-1]["receipt"])
            session.out.rule(session.say(zh, en), align="left")
            session.out.print_json(orjson.dumps(facts).decode(), indent=None)
            session.out.print()
            show(session, explain(document, session.lang, ruleset=decider.ruleset if decider else None), document)
            session.out.print()
    if session.json:
        session.answer({"decisions": decided})
    return 0
