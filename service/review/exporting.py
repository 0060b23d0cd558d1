"""The queue as a table for a spreadsheet: limited, on record, and with no cell that a spreadsheet would run.

It has no personal data of applicants: who applied stands in the case.
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
from service.problems import Problem
from service.review import store
from service.review.tables import ExportRow
from service.state import Service

MOST_ROWS, MOST_EXPORTS, WINDOW = 1_000, 20, timedelta(days=1)
"""Rows of one export, and how many exports somebody may have in so long."""
_HEADINGS = ("办件编号", "事项", "状态", "队列", "截止日", "剩余工作日", "超期", "暂定", "经办人", "收件时间")
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet may take a cell for, that begins with it: a formula (CWE-1236)."""
Format = Literal["csv", "xlsx"]
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def export(service: Service, caller: Caller, wanted: cases.Filter, format_: Format) -> bytes:
    """Raises `Problem`."""
    now = service.now()
    page = cases.queue_of(service, caller, wanted, None, MOST_ROWS)
    rows = [_row(service, each) for each in page.waiting]

    def count(session: Session) -> None:
        if store.exports_since(session, caller.id, now - WINDOW) >= MOST_EXPORTS:
            raise Problem("too-many-requests")
        session.add(ExportRow(account_id=caller.id, at=now, rows=len(rows), format=format_))
        audit.record(session, now, caller, "review.exported")

    service.database.write(count)
    return _csv(rows) if format_ == "csv" else _xlsx(rows)


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _row(service: Service, waiting: cases.Waiting) -> list[str]:
    case, clock = waiting.case, waiting.clock
    left = "" if clock.left is None else str(clock.left)
    cells = (case.number, service.title(case.situation), case.status, case.queue or "", str(clock.due_on or ""), left,
             "是" if clock.overdue else "", "是" if clock.provisional else "", waiting.assignee or "",
             case.received_at.isoformat(timespec="seconds"))  # fmt: skip
    return [left if each is left else harmless(each) for each in cells]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)  # RFC 4180
    writer.writerows([_HEADINGS, *rows])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("待办")
    for row in (_HEADINGS, *rows):
        sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
