"""Running the cases of a draft: as work with progress that can be watched, or at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlmodel import Session

from engine.assurance.running import CaseReport
from engine.ruleset.findings import Finding, Refused
from service.accounts.actions import Caller
from service.policies import answers, store
from service.policies.drafts import hold_to_writer, proposed_by
from service.policies.models import Job
from service.policies.proving import Proposal, run
from service.policies.tables import DraftRow, JobRow
from service.problems import Language, Problem
from service.state import Service
from service.work.actions import Work, later

JOB = "policy.cases"
"""The kind of work that runs the cases of a draft; its subject is the job."""
_EVERY = 0.3  # seconds between two tellings of progress


def begin(service: Service, caller: Caller, ruleset: str, effective: date, lang: Language) -> Job:
    """Puts down that the cases of the draft, as it is now, are to be run. Raises `Problem`."""
    hold_to_writer(caller)
    now = service.now()

    def work(session: Session) -> Job:
        draft = store.draft(session, ruleset, effective)
        if draft is None:
            raise Problem("unknown-draft")
        row = _row(session, draft, caller.id, service)
        session.add(row)
        session.add(later(JOB, str(row.id), now))
        session.flush()
        return answers.job(row, lang)

    return service.database.write(work)


def job_of(service: Service, caller: Caller, id_: UUID, lang: Language) -> Job:
    """Raises `Problem`."""
    hold_to_writer(caller)
    with service.database.reading() as session:
        row = store.job(session, id_)
        if row is None:
            raise Problem("unknown-job")
        return answers.job(row, lang)


def last_job(service: Service, caller: Caller, ruleset: str, effective: date, lang: Language) -> Job | None:
    """The last that was begun on just the draft as it is now. Raises `Problem`."""
    hold_to_writer(caller)
    with service.database.reading() as session:
        draft = store.draft(session, ruleset, effective)
        if draft is None:
            raise Problem("unknown-draft")
        row = store.last_job(session, ruleset, effective, proposed_by(session, draft).digest)
        return None if row is None else answers.job(row, lang)


def run_job(service: Service, work: Work) -> None:
    """Does what `begin` put down; a draft that has changed since is not run, and the job says so."""
    with service.database.reading() as session:
        row = store.job(session, UUID(work.subject))
        draft = None if row is None else store.draft(session, row.ruleset, row.effective)
        if row is None or draft is None or row.state == "done":
            return
        proposed = proposed_by(session, draft)
    if draft.version != row.version:
        service.database.write(lambda session: _end(session, row.id, "outdated", service, None))
        return
    last = time.monotonic()

    def told(finished: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _EVERY:
            last = time.monotonic()
            service.database.write(lambda session: _progress(session, row.id, finished, total))

    found = shown(proposed, told)
    service.database.write(lambda session: _end(session, row.id, "done", service, found))


def shown(proposed: Proposal, told: Callable[[int, int], None] | None = None) -> CaseReport | tuple[Finding, ...]:
    """What the cases show, or why they cannot be run."""
    try:
        return run(proposed, told)
    except Refused as refused:
        return refused.findings


def has_passed(found: CaseReport | tuple[Finding, ...]) -> bool:
    return isinstance(found, CaseReport) and found.passed and found.covered


def proved_at_once(session: Session, draft: DraftRow, account_id: int, service: Service, found: CaseReport) -> None:
    """Keeps what was shown without a job as if it had been one."""
    row = _row(session, draft, account_id, service)
    session.add(row)
    session.flush()
    _end(session, row.id, "done", service, found)


def _row(session: Session, draft: DraftRow, account_id: int, service: Service) -> JobRow:
    return JobRow(
        ruleset=draft.ruleset, effective=draft.effective, version=draft.version, digest=proposed_by(session, draft).digest,
        account_id=account_id, created_at=service.now(),
    )  # fmt: skip


def _progress(session: Session, id_: UUID, finished: int, total: int) -> None:
    row = store.job(session, id_)
    assert row is not None
    row.state, row.finished, row.total = "running", finished, total


def _end(
    session: Session, id_: UUID, state: str, service: Service, found: CaseReport | tuple[Finding, ...] | None
) -> None:
    row = store.job(session, id_)
    assert row is not None
    row.state, row.done_at = state, service.now()
    if found is not None:
        row.report, row.passed = answers.report_of(found), has_passed(found)
    if isinstance(found, CaseReport):
        row.finished = row.total = len(found.cases)

