"""Goes where a `Visit` says, as the person it says, with the cases that the demo people have by then."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Browser, Page

from service.demo import APPROVER, PORTAL
from tests.web.browser import visiting
from tests.web.desk import begin_to_revoke, doubt, draw, with_desk_cases
from tests.web.people import HE, LI, WU, apply_for_allowance
from tests.web.server import Address
from tests.web.studio import with_drafts
from tests.web.visits import Visit


def with_cases(browser: Browser, base: Address) -> Mapping[str, str]:
    """One case each of those whose allowance is approved, refused, and waits: the number of the case by that of the person; and
    `asked`, another of LI's, for which an approver asks for more; `licence`, what the approval gave, and `verify`, where it is verified.

    `revoking`: an approval of HE's that may be taken back. HE lets the demo's portal act for them. Beside them what `with_drafts` and
    `with_desk_cases` prepare.
    """
    found = {**with_drafts(base), **with_desk_cases(base)}
    for person in (LI, WU, HE):
        with visiting(browser, base) as page:
            found[person] = apply_for_allowance(page, person)
    with visiting(browser, base) as page:
        sign_in_quickly(page, LI)
        card = {"situation": "senior-card-new", "form": {}}
        answer = page.request.post("/api/v1/applications", data=card, headers={"Idempotency-Key": "card"})
        assert answer.ok, answer.text()
        found["asked"] = answer.json()["number"]
        ask_for_more(page, found["asked"], APPROVER, "照片请换成近半年的。")
        sign_in_quickly(page, LI)
        found["licence"] = result_of(page, found[LI])
        code = page.request.post(f"/api/v1/licences/{found['licence']}/code", data={})
        found["verify"] = f"/verify/{code.json()['code']}"
        sign_in_quickly(page, HE)
        answer = page.request.put(f"/api/v1/consents/{PORTAL}", data={"scopes": ["applications", "cases"]})
        assert answer.ok, answer.text()
    found["revoking"] = begin_to_revoke(base, HE)
    draw(base, found[LI])
    doubt(base, found[LI])
    return found


def result_of(page: Page, number: str) -> str:
    """The id of the licence that the case gave, which is issued a moment after the approval."""
    for _ in range(1200):
        licences = page.request.get("/api/v1/licences").json()["licences"]
        if found := next((each["id"] for each in licences if each["case_number"] == number), None):
            return str(found)
        page.wait_for_timeout(50)
    raise AssertionError(f"case {number} gave no licence")


def ask_for_more(page: Page, number: str, approver: str, words: str) -> None:
    """As an approver, over the API."""
    sign_in_quickly(page, approver)
    for step, said in (("claim", {}), ("request-supplement", {"words": words})):
        case = f"/api/v1/reviews/{number}"
        version = page.request.get(case).json()["version"]
        answer = page.request.post(f"{case}/{step}", data=said, headers={"If-Match": f'"{version}"'})
        assert answer.ok, answer.text()


def sign_in_quickly(page: Page, person: str) -> None:
    """By the API, as a browser would keep it."""
    answer = page.request.post("/api/v1/sessions", data={"number": person})
    assert answer.status == 201


def open_case(page: Page, person: str, number: str) -> None:
    """In the workbench."""
    sign_in_quickly(page, person)
    page.goto(f"/desk/cases/{number}")


def go(page: Page, visit: Visit, cases: Mapping[str, str]) -> None:
    """Until the page is there, filled in as the visit says."""
    if visit.person:
        sign_in_quickly(page, visit.person)
    page.goto(re.sub(r"\{(?:case:)?(\w+)\}", lambda found: cases[found[1]], visit.path))
    for name, value in visit.fill.items():
        box = page.locator(f'[name="{name}"]')
        if box.first.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            box.fill(value)
    if visit.press:
        page.locator(f'main button[value="{visit.press}"]:visible').last.click()
    page.wait_for_load_state("networkidle")
