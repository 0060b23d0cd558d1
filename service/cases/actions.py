"""Everything that can be done with cases, for the service's other nouns."""

from __future__ import annotations

from datetime import date
from functools import partial

from service.cases import store
from service.cases.applicant_moves import APPEALED, appeal, appeal_refused, supplement, withdraw
from service.cases.approved import Approved, approved, day_received, settle
from service.cases.asking import end_procedure, request_supplement, start_procedure
from service.cases.clock import after, deadline
from service.cases.coming_to import Findings, JudgedCondition, Outcome
from service.cases.erasing import ClosedCase, closed_cases, erase_case, still_closed
from service.cases.form import form_of, held
from service.cases.granting import Given, given_by, takes_two
from service.cases.handing_over import HandedOver, hand_over
from service.cases.lapsing import LAPSE, lapse
from service.cases.moves import MOVED, SOURCE, count_again
from service.cases.once import EARLIER, ends_on, holders, put_down_earlier
from service.cases.one_page import one_page
from service.cases.person import approval_takes_two, decide_by_person, preview
from service.cases.queue import Clock, Filter, Page, Waiting, queue_of
from service.cases.reading import (
    Brief,
    WhyWhole,
    brief_of,
    case_of,
    cases_of,
    first_seen_of_others,
    is_holder,
    open_case_of,
    receipt_of,
    receipt_to_try,
    timeline_of,
)
from service.cases.relation import reaches
from service.cases.reviewing import REVIEWED, claim, facts_of, release, reviewable, seen_beside, standing_of, transfer
from service.cases.revoking import approved_on, kept_promise, note, promises_of, revoke
from service.cases.said import Word
from service.cases.second_person import confirm, send_back
from service.cases.settled import SettledFact
from service.cases.store import OpenCases, first_receipt, let_go, open_cases, pass_on
from service.cases.submission import Submitted, precheck, submit
from service.cases.waiting import try_again
from service.cases.workload import Workload, workload
from service.database import Conflict, Database

__all__ = [
    "APPEALED",
    "EARLIER",
    "LAPSE",
    "MOVED",
    "REVIEWED",
    "SOURCE",
    "Approved",
    "Brief",
    "Clock",
    "ClosedCase",
    "Filter",
    "Findings",
    "Given",
    "HandedOver",
    "JudgedCondition",
    "OpenCases",
    "Outcome",
    "Page",
    "SettledFact",
    "Submitted",
    "Waiting",
    "WhyWhole",
    "Word",
    "Workload",
    "after",
    "appeal",
    "appeal_refused",
    "approval_takes_two",
    "approved",
    "approved_on",
    "brief_of",
    "case_of",
    "cases_of",
    "claim",
    "closed_cases",
    "confirm",
    "count_again",
    "day_received",
    "deadline",
    "decide_by_person",
    "end_procedure",
    "ends_on",
    "erase_case",
    "facts_of",
    "first_receipt",
    "first_seen_of_others",
    "form_of",
    "given_by",
    "hand_over",
    "held",
    "holders",
    "is_holder",
    "kept_promise",
    "lapse",
    "let_go",
    "note",
    "one_page",
    "open_case_of",
    "open_cases",
    "pass_on",
    "precheck",
    "preview",
    "promises_of",
    "put_down_earlier",
    "queue_of",
    "reaches",
    "receipt_of",
    "receipt_to_try",
    "release",
    "request_supplement",
    "reviewable",
    "revoke",
    "seen_beside",
    "send_back",
    "set_aside",
    "settle",
    "standing_of",
    "start_procedure",
    "still_closed",
    "submit",
    "supplement",
    "takes_two",
    "timeline_of",
    "transfer",
    "try_again",
    "withdraw",
    "workload",
]


def set_aside(database: Database, day: date, count: int) -> int:
    """The last of so many case numbers of the day that are nobody else's."""
    work = partial(store.set_aside, day=day, count=count)
    try:
        return database.write(work)
    except Conflict:  # another process began the day at the same moment
        return database.write(work)
