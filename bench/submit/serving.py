"""The service under test: a new database with many made-up people, and a process that serves it. Run as a script, it serves."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from stdnum.iso7064 import mod_11_2

from service.accounts import actions as accounts
from service.app import create_app, start
from service.cases.draw import Draw
from service.demo import DRAW_SECRET
from service.evidence import actions as evidence
from service.rulesets import load_rules
from service.settings import find_settings
from service.state import day_of

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 400
SITUATION = "senior-allowance-first-claim"


def numbers() -> list[str]:
    """Of made-up people in their seventies, none of whom is drawn for a second look: nobody's case stays open."""
    drawing, today = Draw(DRAW_SECRET), day_of(datetime.now(UTC))
    found = []
    for each in range(PEOPLE):
        born = date(1948, 1, 1) + timedelta(days=each * 3)
        digits = f"440309{born:%Y%m%d}{each % 499 * 2 + 1:03}"
        found.append(digits + mod_11_2.calc_check_digit(digits))
    return [each for each in found if float(drawing.of(each, SITUATION, today)) >= 2]


def enrol(session: Any) -> None:
    people = numbers()
    accounts.enrol(session, [{"kind": "person", "name": "测试", "number": each, "roles": "applicant"} for each in people])
    licences: list[dict[str, Any]] = []
    for each in people:
        born = f"{each[6:10]}-{each[10:12]}-{each[12:14]}"
        card = {"name": "测试", "number": each, "birth_date": born}
        household = {"city": "深圳市", "head_number": each, "members": [each]}
        licences += [
            {"type": "resident-id-card", "holder": each, "issued_on": date(2015, 6, 1), "attributes": card},
            {"type": "household-register", "holder": each, "issued_on": date(2010, 3, 1), "attributes": household},
        ]
    deaths = "civil-affairs/death-register"
    registers = [{"check": deaths, "subject": each, "attributes": {"registered": False}} for each in people]
    evidence.seed(session, licences, registers)


def serve(database: str, port: int) -> None:
    settings = find_settings(database, ROOT / "rules")
    service = start(settings, *load_rules(settings))
    service.database.write(enrol)
    uvicorn.run(create_app(service), port=port, log_level="warning", access_log=False, proxy_headers=False)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
