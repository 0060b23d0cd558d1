"""The queue as a table for a spreadsheet: limited, on record, and with no cell that a spreadsheet would run.

It has no personal data of applicants: who applied stands in the case. What it says is in words, as the page says it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from openpyxl import Workbook
from sqlmodel import Session

from service import audit
from service.accounts.actions import Caller
from service.cases import actions as cases
from service.cases.wording import UNNAMED
from service.problems import Language, Problem
from service.review import store
from service.review.tables import ExportRow
from service.review.wording import QUEUES, STATUSES
from service.state import Service
from service.web.formats import SHANGHAI
from service.web.page import said, titled
from service.web.translation import mark

MOST_ROWS, MOST_EXPORTS, WINDOW = 1_000, 20, timedelta(days=1)
"""Rows of one export, and how many exports somebody may have in so long."""
_HEADINGS = (
    mark("办件编号"), mark("事项和情形"), mark("状态"), mark("队列"), mark("截止日"),
    mark("剩余工作日"), mark("超期"), mark("日期暂定"), mark("经办人"), mark("收件时间"),
)  # fmt: skip
_YES, _SHEET = mark("是"), mark("待办")
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet may take a cell for, that begins with it: a formula (CWE-1236)."""
Format = Literal["csv", "xlsx"]
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def export(service: Service, caller: Caller, wanted: cases.Filter, format_: Format, lang: Language) -> bytes:
    """Raises `Problem`."""
    now = service.now()
    page = cases.queue_of(service, caller, wanted, None, MOST_ROWS)
    rows = [_row(service, each, lang) for each in page.waiting]

    def count(session: Session) -> None:
        if store.exports_since(session, caller.id, now - WINDOW) >= MOST_EXPORTS:
            raise Problem("too-many-requests")
        session.add(ExportRow(account_id=caller.id, at=now, rows=len(rows), format=format_))
        audit.record(session, now, caller, "review.exported")

    service.database.write(count)
    table = [[said(each, lang) for each in _HEADINGS], *rows]
    return _csv(table) if format_ == "csv" else _xlsx(table, said(_SHEET, lang))


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _row(service: Service, waiting: cases.Waiting, lang: Language) -> list[str]:
    case, clock = waiting.case, waiting.clock
    left = "" if clock.left is None else str(clock.left)
    status, yes = said(STATUSES.get(case.status, UNNAMED).label, lang), said(_YES, lang)
    queue = said(QUEUES.get(case.queue or "", case.queue or ""), lang)
    cells = (case.number, titled(service.title(case.situation), lang), status, queue, str(clock.due_on or ""), left,
             yes if clock.overdue else "", yes if clock.provisional else "", waiting.assignee or "",
             f"{case.received_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")  # fmt: skip
    return [left if each is left else harmless(each) for each in cells]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)  # RFC 4180
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Sequence[str]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
