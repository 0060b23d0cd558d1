"""Cases with all that came of them, as they are stored."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from service.cases.states import OPEN
from service.database import Utc
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted, EncryptedBytes

_OPEN = "status IN ({})".format(", ".join(f"'{each}'" for each in OPEN))
IS_OPEN = text(_OPEN)
IN_THE_WAY = text(f"{_OPEN} OR settling")
_CASE = "case.number"
SETTLED = "settled"
"""Why there is a receipt on what a person settled."""


class CaseRow(SQLModel, table=True):
    """`account_id`: the applicant; `submitted_by`: who acted. `version` goes up with every move.

    `decided_for`: the legal day of the decision; `proposed`: what the ruleset concluded where a person has to confirm it.
    `due_on`: the last day of the promise, None where nothing is promised or the clock stands still. `clock_days`: the working days
    given from `clock_from` on, or, where that is None, left when the clock was stopped. `until`: the moment to which the case
    waits for evidence or a supplement.
    `assignee_id`: the approver who has taken it. `proposed_by`: whose decision waits for a second person. `procedure_since`: a special
    procedure has been running from then on. `settling`: approved, and its result is not issued yet: until it is, it stands in the way of
    another application as an open case does, since what is issued is what keeps the same from being granted twice.
    `erased_at`: from then on nothing is held of what it was about.
    """

    __tablename__ = "case"
    __table_args__ = (
        Index("one_open_case", "account_id", "situation", unique=True, sqlite_where=IN_THE_WAY, postgresql_where=IN_THE_WAY),
        Index("cases_of_account", "account_id", "situation"),
        Index("cases_to_review", "department", "status", "due_on"),
    )

    number: str = Field(primary_key=True)
    version: int = 1
    account_id: int = Field(foreign_key="account.id")
    submitted_by: int = Field(foreign_key="account.id")
    situation: str = Field(index=True)
    department: str
    status: str
    conclusion: str
    proposed: str | None = None
    queue: str | None = None
    ruleset: str | None = None
    ruleset_hash: str | None = None
    received_at: datetime = Field(sa_type=Utc)
    decided_for: date
    receipts: int = 1
    due_on: date | None = None
    due_provisional: bool = False
    clock_from: date | None = None
    clock_days: int | None = None
    until: datetime | None = Field(default=None, sa_type=Utc)
    assignee_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    claimed_at: datetime | None = Field(default=None, sa_type=Utc)
    proposed_by: int | None = Field(default=None, foreign_key="account.id")
    procedure_since: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    settling: bool = False
    erased_at: datetime | None = Field(default=None, sa_type=Utc)


class GivenOnceRow(SQLModel, table=True):
    """That an approval gave somebody what nobody is given twice, as long as that stands. `what`: a type of licence.

    `until`: the last day, where it ends by itself.
    """

    __tablename__ = "given_once"
    __table_args__ = (Index("one_given", "what", "holder_index", unique=True),)

    case_number: str = Field(primary_key=True, foreign_key=_CASE)
    place: int = Field(primary_key=True)
    what: str
    holder: str = Field(sa_type=Encrypted("given_once.holder"))
    holder_index: bytes = blind_index("given_once.holder")
    until: date | None = None


class ReceiptRow(SQLModel, table=True):
    """One decision of the rules. `sequence`: 1 for the submission's, then one for each time it was decided again.

    `body`: the complete receipt, canonical JSON. `withheld`: JSON list of names beyond its own `approver_only`.
    `shortfalls`: JSON list of the evidence that was not usable, with what was to say it and why it does not.
    `why`: `submission`, `source-returned`, `supplement`, `settled`, …
    """

    __tablename__ = "receipt"

    case_number: str = Field(primary_key=True, foreign_key=_CASE)
    sequence: int = Field(default=1, primary_key=True)
    body: bytes = Field(sa_type=EncryptedBytes("receipt.body"))
    hash: str = Field(sa_type=Encrypted("receipt.hash"))
    withheld: str
    shortfalls: str = "[]"
    why: str = "submission"
    at: datetime = Field(sa_type=Utc)


class DecisionRow(SQLModel, table=True):
    """What a person decided. `receipt`: the sequence of the receipt it rests on. `settled`: JSON list of what the person settled.

    `judged`: JSON list of conditions the person judged. `clause`: where a refusal rests on no ruleset. `grant`: JSON, computed by the
    ruleset from what was settled. `second_id`: who confirmed it, where it takes two.
    """

    __tablename__ = "decision"

    case_number: str = Field(primary_key=True, foreign_key=_CASE)
    sequence: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    account_id: int = Field(foreign_key="account.id")
    conclusion: str
    reason: str = Field(sa_type=Encrypted("decision.reason"))
    settled: str = Field(default="[]", sa_type=Encrypted("decision.settled"))
    judged: str = Field(default="[]", sa_type=Encrypted("decision.judged"))
    clause: str | None = None
    grant: str = Field(default="{}", sa_type=Encrypted("decision.grant"))
    receipt: int
    second_id: int | None = Field(default=None, foreign_key="account.id")


class ProposalRow(SQLModel, table=True):
    """A decision that waits for a second person, or waited. `word`: JSON of all that was said; `answer`: `confirmed` or `sent-back`."""

    __tablename__ = "proposal"

    case_number: str = Field(primary_key=True, foreign_key=_CASE)
    sequence: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    account_id: int = Field(foreign_key="account.id")
    word: str = Field(sa_type=Encrypted("proposal.word"))
    answer: str | None = None
    answered_by: int | None = Field(default=None, foreign_key="account.id")
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    why: str | None = Field(default=None, sa_type=Encrypted("proposal.why"))


class TimelineRow(SQLModel, table=True):
    """One thing that happened. `sequence`: the version it made. `actor_id`: None where nobody did, but the rules or the clock.

    `shown`: whether the applicant sees it. `note`: in words of a person.
    """

    __tablename__ = "timeline"

    case_number: str = Field(primary_key=True, foreign_key=_CASE)
    sequence: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    kind: str
    status: str
    actor_id: int | None = Field(default=None, foreign_key="account.id")
    shown: bool = True
    note: str | None = Field(default=None, sa_type=Encrypted("timeline.note"))


class IdempotencyRow(SQLModel, table=True):
    """`key`: as it was sent, behind the id of the machine client and a blank where one asked, since each has keys of its own.
    `digest`: SHA-256 of what was asked; `answer`: the bytes that were answered.
    """

    __tablename__ = "idempotency"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    key: str = Field(primary_key=True)
    digest: str = Field(sa_type=Encrypted("idempotency.digest"))
    case_number: str = Field(foreign_key=_CASE)
    answer: bytes = Field(sa_type=EncryptedBytes("idempotency.answer"))
    at: datetime = Field(sa_type=Utc)


class CaseCounterRow(SQLModel, table=True):
    """The last case number of a day that some process has set aside."""

    __tablename__ = "case_counter"

    day: date = Field(primary_key=True)
    last: int
