"""Cases for approvers to find in a browser, made by the API, and what they do there."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from service.demo import APPROVER, APPROVER_2, HE, HEAD, LI, SUN, WU
from tests.service.files import pdf
from tests.web.days import today
from tests.web.people import ACCOUNT
from tests.web.server import Address

V1 = "/api/v1"
CARD = "senior-card-new"
"""A situation without a ruleset."""
ASSISTANCE = "minimum-living-allowance-recognition"
"""What an approval gives is made public first, and it takes two people."""
SUBSIDY = "employment-creation-subsidy-claim"
"""Of more than 20,000 yuan it takes two people."""


class Desk:
    """Calls the API of a service as whoever is named."""

    def __init__(self, base: str) -> None:
        self.base = base

    def call(self, person: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        with httpx.Client(base_url=self.base, trust_env=False, timeout=60) as client:
            client.post(f"{V1}/sessions", json={"number": person})
            answer = client.request(method, f"{V1}{path}", json=body, headers=dict(headers or {}))
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def apply(self, person: str, situation: str, form: Mapping[str, Any], uploads: Sequence[str] = ()) -> str:
        """The number of the case. `uploads`: materials for which a file is handed in."""
        materials = {each: self.upload(person, situation, each) for each in uploads}
        body = {"situation": situation, "form": form, "materials": materials}
        number: str = self.call(person, "POST", "/applications", body, {"Idempotency-Key": f"{situation}.{person}"})["number"]
        return number

    def apply_for_card(self, person: str) -> str:
        return self.apply(person, CARD, {"note": "照片稍后补"})

    def apply_for_assistance(self, person: str) -> str:
        return self.apply(person, ASSISTANCE, {}, ("income", "authorisation"))

    def upload(self, person: str, situation: str, material: str) -> str:
        with httpx.Client(base_url=self.base, trust_env=False, timeout=60) as client:
            client.post(f"{V1}/sessions", json={"number": person})
            sent = {"situation": situation, "material": material}
            answer = client.post(f"{V1}/materials", data=sent, files={"file": (f"{material}.pdf", pdf(text=material))})
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    def apply_for_allowance(self, person: str) -> str:
        return self.apply(person, "senior-allowance-first-claim", {"bank_account": ACCOUNT})

    def move(self, person: str, number: str, what: str, body: Any = None) -> Any:
        version = self.call(person, "GET", f"/reviews/{number}")["version"]
        return self.call(person, "POST", f"/reviews/{number}/{what}", body, {"If-Match": f'"{version}"'})

    def status(self, person: str, number: str) -> str:
        status: str = self.call(person, "GET", f"/reviews/{number}")["status"]
        return status


def with_desk_cases(base: str) -> Mapping[str, str]:
    """`mine`: taken by 郑文清, with a fact to settle; `card`: taken too, without a ruleset; `free`: nobody's.

    `public`: taken too, and made public at present; `second`: decided by them, and taken by 罗海燕 to confirm it.
    """
    desk = Desk(base)
    found = {"mine": desk.apply_for_allowance(SUN), "card": desk.apply_for_card(SUN), "free": desk.apply_for_card(WU)}
    for person in (LI, HE):
        desk.apply(person, "senior-allowance-band-change", {})
    found |= {"public": desk.apply_for_assistance(LI), "second": desk.apply_for_assistance(WU)}
    for each in ("mine", "card", "public", "second"):
        desk.move(APPROVER, found[each], "claim")
    desk.move(APPROVER, found["public"], "start-procedure", {"note": "在社区公示栏和政府网站公示"})
    desk.move(APPROVER, found["second"], "approve", {"reason": "入户调查和经济状况核对符合条件，公示期满无异议。"})
    desk.move(APPROVER_2, found["second"], "claim")
    return found


def begin_to_revoke(base: str, person: str) -> str:
    """An approval of theirs by a person, which a head may take back: the number of the case."""
    desk = Desk(base)
    number = desk.apply_for_card(person)
    desk.move(APPROVER, number, "claim")
    desk.move(APPROVER, number, "approve", {"reason": "材料齐全。"})
    desk.call(HEAD, "POST", f"/cases/{number}/revoke", {"reason": "经核查，户籍已迁出深圳。", "clause": "行政许可法 第六十九条"})
    return number


def draw(base: Address, number: str) -> None:
    """An automatic approval, drawn for a second look: two of a hundred are."""
    with sqlite3.connect(base.database, timeout=30) as connection:
        drawn = (number, "civil-affairs", "2026-11-23 02:00:00.000000")
        connection.execute("INSERT INTO review_sample (case_number, department, drawn_at) VALUES (?, ?, ?)", drawn)


def doubt(base: Address, number: str) -> None:
    """A commitment of an approval that could not be told by its day."""
    with sqlite3.connect(base.database, timeout=30) as connection:
        account = "(SELECT account_id FROM \"case\" WHERE number = ?)"
        connection.execute(
            "INSERT INTO follow_up (case_number, condition, account_id, department, \"by\", state, told, at)"
            f" VALUES (?, 'aged', {account}, 'civil-affairs', '2026-12-31', 'doubtful', 'unknown', '2026-11-23 02:00:00.000000')",
            (number, number),
        )


def age(database: Path, cases: Mapping[str, str]) -> None:
    """Deadlines as they would be after a while: over, today, far off and provisional."""
    with sqlite3.connect(database, timeout=30) as connection:
        for name, days, provisional in (("mine", -4, 0), ("card", 0, 0), ("free", 40, 1)):
            due = (today() + timedelta(days)).isoformat()
            connection.execute('UPDATE "case" SET due_on = ?, due_provisional = ? WHERE number = ?', (due, provisional, cases[name]))


def too_late(base: Address, number: str) -> None:
    """The last day of a supplement as it is when it is over."""
    with sqlite3.connect(base.database, timeout=30) as connection:
        over = "2026-11-23 02:00:00.000000"
        connection.execute('UPDATE "case" SET until = ? WHERE number = ?', (over, number))
        connection.execute("UPDATE work SET due_at = ? WHERE kind = 'case.lapse' AND subject = ?", (over, number))


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """By the Tab key alone."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def walk_to(page: Page, number: str, most: int = 25) -> None:
    """Down the queue by `j`, to the row of the case."""
    for _ in range(most):
        page.keyboard.press("j")
        if page.evaluate("number => document.activeElement.href?.endsWith(number)", number):
            return
    raise AssertionError(f"{number} is not in the queue")


def told(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)
