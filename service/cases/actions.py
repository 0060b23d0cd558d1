"""Everything that can be done with cases, for the service's other nouns."""

from __future__ import annotations

from datetime import date
from functools import partial

from service.cases import store
from service.cases.applicant_moves import appeal, supplement, withdraw
from service.cases.form import form_of
from service.cases.lapsing import LAPSE, lapse
from service.cases.moves import MOVED, SOURCE, count_again
from service.cases.reading import case_of, cases_of, receipt_of, timeline_of
from service.cases.store import first_receipt
from service.cases.submission import Submitted, precheck, submit
from service.cases.waiting import try_again
from service.database import Conflict, Database

__all__ = [
    "LAPSE", "MOVED", "SOURCE", "Submitted", "appeal", "case_of", "cases_of", "count_again", "first_receipt", "form_of", "lapse",
    "precheck", "receipt_of", "set_aside", "submit", "supplement", "timeline_of", "try_again", "withdraw",
]  # fmt: skip


def set_aside(database: Database, day: date, count: int) -> int:
    """The last of so many case numbers of the day that are nobody else's."""
    work = partial(store.set_aside, day=day, count=count)
    try:
        return database.write(work)
    except Conflict:  # another process began the day at the same moment
        return database.write(work)
