"""The service under test: a new database with many made-up people, each signed in. Run as a script, it serves.

Nobody applies twice, since what is granted once is not granted again. The work that a submission leaves behind is kept, but not
done here: `bench.submit.following` does it, and tells what it takes.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from stdnum.iso7064 import mod_11_2

from service.accounts import actions as accounts
from service.cases.draw import Draw
from service.demo import DRAW_SECRET
from service.evidence import actions as evidence
from service.rulesets import load_rules
from service.serving import serving
from service.settings import find_settings
from service.starting import start
from service.state import Service, day_of

ROOT = Path(__file__).resolve().parents[2]
SITUATION = "senior-allowance-first-claim"
TOKENS = "tokens.json"
"""Beside the database: of everybody who is signed in."""
_BIRTHS = 2000  # days on which somebody was born


def numbers(count: int) -> list[str]:
    """Of so many made-up people in their seventies, none of whom is drawn for a second look: nobody's case stays open."""
    drawing, today = Draw(DRAW_SECRET), day_of(datetime.now(UTC))
    found: list[str] = []
    each = 0
    while len(found) < count:
        born = date(1948, 1, 1) + timedelta(days=each % _BIRTHS)
        digits = f"440309{born:%Y%m%d}{each // _BIRTHS * 2 + 101:03}"
        number = digits + mod_11_2.calc_check_digit(digits)
        if float(drawing.of(number, SITUATION, today)) >= 2:
            found.append(number)
        each += 1
    return found


def enrol(session: Any, people: list[str]) -> None:
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


def opened(database: str) -> Service:
    settings = find_settings(database, ROOT / "rules")
    return start(settings, *load_rules(settings))


def serve(database: str, port: int, count: int) -> None:
    service = opened(database)
    people, now = numbers(count), service.now()
    service.database.write(lambda session: enrol(session, people))
    tokens = service.database.write(lambda session: [accounts.open_session(session, each, now).token for each in people])
    Path(database).with_name(TOKENS).write_bytes(orjson.dumps(tokens))
    uvicorn.run(serving(service), port=port, log_level="warning", access_log=False, proxy_headers=False, lifespan="off")


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
