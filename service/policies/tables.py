"""Policies as they are stored. What is published is only ever added; what is in force from when is a table of its own.

Texts are kept as bytes, as they came, by what they hash to. Texts are encrypted, since cases may be
modelled on people; nothing else here is personal data but who did what.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc
from service.protection.encrypted import Encrypted, EncryptedBytes

_KEPT = text("state <> 'withdrawn'")
_TEXT = "policy_text.digest"


class TextRow(SQLModel, table=True):
    """`digest`: SHA-256 of the body, hexadecimal."""

    __tablename__ = "policy_text"

    digest: str = Field(primary_key=True)
    body: bytes = Field(sa_type=EncryptedBytes("policy_text.body"))


class LibraryRow(SQLModel, table=True):
    """What rulesets of their day are resolved with: evidence types and fragments, the latest of a path counts.

    `path`: in a folder of rules, `common/identity/2020-01-01.yaml`.
    """

    __tablename__ = "policy_library"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    path: str = Field(index=True)
    digest: str = Field(foreign_key=_TEXT)
    at: datetime = Field(sa_type=Utc)


class PublishedRow(SQLModel, table=True):
    """`hash`: of the resolved ruleset, which every receipt names. `effective`: the day its file is named by.

    `resolved_for`: the day that picks its fragments, `effective` or later. `sources`: JSON, the digest of everything else it was read
    with by path. `author_id`, `reviewer_id`: None for what a new database starts from. `reason`: why it was published with
    promises that nobody has proved.
    """

    __tablename__ = "published_ruleset"

    hash: str = Field(primary_key=True)
    ruleset: str = Field(index=True)
    effective: date
    resolved_for: date
    text: str = Field(foreign_key=_TEXT)
    cases: str | None = Field(default=None, foreign_key=_TEXT)
    sources: str
    author_id: int | None = Field(default=None, foreign_key="account.id")
    reviewer_id: int | None = Field(default=None, foreign_key="account.id")
    reason: str | None = None
    published_at: datetime = Field(sa_type=Utc)


class ActivationRow(SQLModel, table=True):
    """A published ruleset that decides from the beginning of the day `since` on, until a later one does.

    `state`: active, stopped, withdrawn. `shadow`: it is answered beside the one that decides, and decides nothing.
    """

    __tablename__ = "activation"
    __table_args__ = (
        Index("one_activation_a_day", "ruleset", "since", "shadow", unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    ruleset: str
    since: date
    hash: str = Field(foreign_key="published_ruleset.hash")
    shadow: bool = False
    state: str = "active"
    changed_at: datetime = Field(sa_type=Utc)


class GenerationRow(SQLModel, table=True):
    """One row: how often what is in force was changed. Whoever changes it holds the row, so that changes come one after another."""

    __tablename__ = "policy_generation"

    id: int = Field(default=1, primary_key=True)
    number: int = 0


class DraftRow(SQLModel, table=True):
    """`state`: draft, submitted, published. `version` goes up with every change. `effective`: the day its file is named by.

    `restores`: the hash of an older ruleset that is to decide again from `effective` on. `reason`: why it should be published unproved.
    `remark`: what a second person wants changed, who sent it back.
    """

    __tablename__ = "policy_draft"

    ruleset: str = Field(primary_key=True)
    effective: date = Field(primary_key=True)
    version: int = 1
    state: str = "draft"
    text: bytes = Field(sa_type=EncryptedBytes("policy_draft.text"))
    cases: bytes = Field(sa_type=EncryptedBytes("policy_draft.cases"))
    restores: str | None = Field(default=None, foreign_key="published_ruleset.hash")
    reason: str | None = None
    remark: str | None = None
    changed_by: int = Field(foreign_key="account.id")
    changed_at: datetime = Field(sa_type=Utc)


class WriterRow(SQLModel, table=True):
    """Whoever has had a hand in a draft since it was begun: none of them publishes it."""

    __tablename__ = "policy_writer"

    ruleset: str = Field(primary_key=True)
    effective: date = Field(primary_key=True)
    account_id: int = Field(primary_key=True, foreign_key="account.id")


class EventRow(SQLModel, table=True):
    """What happened to a ruleset: `drafted`, `submitted`, `published`, `stopped`, … `detail`: JSON."""

    __tablename__ = "policy_event"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    ruleset: str = Field(index=True)
    at: datetime = Field(sa_type=Utc)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    kind: str
    detail: str = "{}"


class JobRow(SQLModel, table=True):
    """Cases being run. `digest`: of what they are run on. `report`: JSON, when it is done.

    `state`: waiting, running, done. `finished`, `total`: cases, None until they have been read.
    """

    __tablename__ = "policy_job"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    ruleset: str
    effective: date
    version: int
    digest: str
    account_id: int = Field(foreign_key="account.id")
    state: str = "waiting"
    finished: int = 0
    total: int | None = None
    passed: bool | None = None
    report: str | None = Field(default=None, sa_type=Encrypted("policy_job.report"))
    created_at: datetime = Field(sa_type=Utc)
    done_at: datetime | None = Field(default=None, sa_type=Utc)


class OutcomeRow(SQLModel, table=True):
    """What rules concluded on an application when it was submitted: what figures are made of. `causes`: JSON, of a review."""

    __tablename__ = "policy_outcome"

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    ruleset: str = Field(index=True)
    hash: str = Field(index=True)
    conclusion: str
    causes: str = "[]"
    at: datetime = Field(sa_type=Utc)


class ShadowRow(SQLModel, table=True):
    """What a shadow answered on the facts of a submission, beside what was decided.

    `differing`: JSON, by condition the outcome decided and the shadow's. `refused`: the facts lack what the shadow asks for.
    """

    __tablename__ = "policy_shadow"

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    hash: str = Field(primary_key=True)
    ruleset: str = Field(index=True)
    decided: str
    answered: str
    same: bool
    differing: str = "{}"
    at: datetime = Field(sa_type=Utc)
