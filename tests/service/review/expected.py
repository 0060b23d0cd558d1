"""What a case should be, kept in the plainest way: the model that the machine of `test_machine` holds the service to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

from engine.language.working_days import last_published_day

OPEN = {"in_review", "awaiting_supplement", "under_appeal", "awaiting_evidence"}
REVIEWED = {"in_review", "under_appeal"}


def is_worked(day: date) -> bool:
    return chinese_calendar.is_workday(day) if day <= last_published_day() else day.weekday() < 5


def nth_working_day_after(day: date, count: int) -> date:
    while count:
        day += timedelta(1)
        count -= is_worked(day)
    return day


def worked_between(start: date, end: date) -> int:
    """After `start` up to `end`."""
    return sum(is_worked(start + timedelta(each)) for each in range(1, (end - start).days + 1))


@dataclass
class ExpectedClock:
    """`due` while it runs, `left` working days while it stands still; neither where nothing is promised."""

    due: date | None = None
    left: int | None = None

    def start(self, day: date, days: int | None) -> None:
        self.due, self.left = (None, None) if days is None else (nth_working_day_after(day, days), None)

    def stop(self, day: date) -> None:
        if self.due is not None:
            self.left = worked_between(day, self.due) if day < self.due else 0
            self.due = None

    def go_on(self, day: date) -> None:
        if self.left is not None:
            self.start(day, self.left)


@dataclass
class ExpectedCase:
    """One case. `fails`: a condition of refusal certainly. `settling`: approved, and the work that issues its result is not done.

    `kinds`: of its timeline; `decided`: who decided, by themselves or as the second.
    """

    number: str
    applicant: str
    situation: str
    status: str
    has_rules: bool
    takes_two: bool
    procedure: bool
    fails: bool = False
    settling: bool = False
    version: int = 1
    assignee: str | None = None
    proposed_by: str | None = None
    proposed: str | None = None
    running: bool = False
    until: date | None = None
    closed_on: date | None = None
    clock: ExpectedClock = field(default_factory=ExpectedClock)
    kinds: list[str] = field(default_factory=lambda: ["submitted"])
    decided: list[tuple[str, set[str]]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def moved(self, kind: str, becomes: str | None = None) -> None:
        self.version += 1
        self.kinds.append(kind)
        self.status = becomes or self.status
        self.settling = self.settling or becomes == "approved"

    def barred(self, approver: str) -> bool:
        """Whether the approver had a hand in what is to be looked at again."""
        before = {self.proposed_by}
        if self.status == "under_appeal":
            before |= {each for _, by in self.decided for each in by}
        return approver in before

    def free(self) -> str | None:
        return "waits-for-second" if self.proposed_by else "procedure-runs" if self.running else None

    def claimed(self, approver: str) -> str | None:
        return "not-claimed" if self.assignee is None else "taken" if self.assignee != approver else None
