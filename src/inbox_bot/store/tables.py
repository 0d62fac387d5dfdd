"""Every table. UTC in the database; Europe/London is for people (the render floor's matter).

Values are validated before they get here: `table=True` models do not validate. Lists and dicts are
JSON columns. Enums are stored by value, so a row reads well in any database browser.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, Date, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..register.states import OutboxState, Outcome, Publication, ResponsibleAuthority, Status
from ..triage.model import Category, Role
from .columns import enum, json, utc


class Fact(SQLModel, table=True):
    """Small facts about the service itself: paused, last poll, first start. `key` → JSON value."""

    __tablename__ = "fact"
    key: str = Field(primary_key=True, max_length=64)
    value: Any = Field(default=None, sa_column=Column(JSON))


class Counter(SQLModel, table=True):
    """Running numbers (entries, documents), raised by one UPDATE so that two daemons never share one."""

    __tablename__ = "counter"
    name: str = Field(primary_key=True, max_length=32)
    value: int = 0


class Cursor(SQLModel, table=True):
    """How far a folder has been read under one UIDVALIDITY (RFC 3501 2.3.1.1)."""

    __tablename__ = "cursor"
    folder: str = Field(primary_key=True, max_length=255)
    uidvalidity: int
    last_uid: int
    # Ours by number: every message from this UID on. None where numbers do not tell (`since`, a renumbered
    # folder): then it is what arrived at `started_at` or later, in whole seconds as INTERNALDATE has them.
    first_uid: int | None = None
    started_at: dt.datetime = Field(sa_column=utc(nullable=False))
    polled_at: dt.datetime = Field(sa_column=utc(nullable=False))  # last successful poll


class Received(SQLModel, table=True):
    """One message as the server had it. The bytes are in the archive under `sha256`."""

    __tablename__ = "received"
    __table_args__ = (UniqueConstraint("folder", "uidvalidity", "uid", name="uq_received_place"),)
    id: int | None = Field(default=None, primary_key=True)
    place: str = Field(max_length=8)  # inbox, junk, sent, hand (added by a person)
    folder: str = Field(max_length=255)
    uidvalidity: int
    uid: int
    sha256: str = Field(max_length=64, index=True)
    size: int
    received_at: dt.datetime = Field(sa_column=utc(nullable=False, index=True))  # INTERNALDATE
    taken_in_at: dt.datetime = Field(sa_column=utc(nullable=False))
    outcome: Outcome = Field(default=Outcome.PENDING, sa_column=enum(Outcome, index=True))
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))  # never the writer's words
    tries: int = 0
    ack_hold: str = Field(
        default="", max_length=200
    )  # why its acknowledgement must wait, "" where it need not
    message_id: str = Field(default="", max_length=998, index=True)
    fingerprint: str = Field(default="", max_length=64, index=True)
    content_key: str = Field(default="", max_length=64, index=True)
    sender: str = Field(default="", max_length=320)
    subject: str = Field(default="", sa_column=Column(Text, nullable=False))
    category: str = Field(default="", max_length=32)
    automated_kind: str = Field(default="", max_length=16)
    entry_id: int | None = Field(default=None, foreign_key="entry.id", index=True)
    duplicate_of: int | None = Field(default=None, foreign_key="received.id")
    filed_to: str = Field(default="", max_length=255)  # folder it was moved to


class Entry(SQLModel, table=True):
    """A row of the register of contacts (R2, R3; CL App. A, AP App. C)."""

    __tablename__ = "entry"
    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(max_length=24, unique=True)
    category: Category = Field(sa_column=enum(Category, index=True))
    underlying: Category | None = Field(default=None, sa_column=enum(Category, nullable=True))
    matters: list[str] = Field(default_factory=list, sa_column=json())
    status: Status = Field(default=Status.OPEN, sa_column=enum(Status, index=True))
    publication: Publication = Field(default=Publication.UNDECIDED, sa_column=enum(Publication, index=True))
    responsible_authority: ResponsibleAuthority = Field(
        default=ResponsibleAuthority.OFFICE, sa_column=enum(ResponsibleAuthority)
    )
    owner: str = Field(default="office", max_length=8)  # office or force: whose log it stands in (R23)
    received_at: dt.datetime = Field(sa_column=utc(nullable=False, index=True))  # arrival in the mailbox
    received_by_force_on: dt.date | None = Field(default=None, sa_column=Column(Date))
    contact_name: str = Field(default="", max_length=320)
    contact_email: str = Field(default="", max_length=320, index=True)
    contact_role: Role = Field(default=Role.UNKNOWN, sa_column=enum(Role))
    counts_as_candidate: bool = False
    forwarded_by: str = Field(default="", max_length=320)
    method: str = Field(default="email", max_length=32)
    language: str = Field(default="en", max_length=2)
    subject: str = Field(default="", sa_column=Column(Text, nullable=False))
    information_sought: str = Field(default="", sa_column=Column(Text, nullable=False))
    information_provided: str = Field(default="", sa_column=Column(Text, nullable=False))
    officer: str = Field(default="", max_length=320)
    officer_assumed: bool = False
    assigned_to: str = Field(default="", max_length=320)
    added_at: dt.datetime = Field(sa_column=utc(nullable=False))  # date added to the register of contacts
    published_at: dt.datetime | None = Field(default=None, sa_column=utc())  # date added to website
    not_published_reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    due_on: dt.date | None = Field(default=None, sa_column=Column(Date))
    statutory_due_on: dt.date | None = Field(default=None, sa_column=Column(Date))
    due_working: str = Field(default="", sa_column=Column(Text, nullable=False))  # the deadlines' explanation
    clock: dict[str, Any] = Field(default_factory=dict, sa_column=json())  # clarification, fees, extension
    answered_at: dt.datetime | None = Field(default=None, sa_column=utc())
    acknowledged_at: dt.datetime | None = Field(default=None, sa_column=utc())
    waiting_on_enquirer: bool = False  # nobody is reminded meanwhile
    emergency: bool = False
    confidential: bool = False  # R28
    needs_review: bool = False
    recorded_information: bool = False  # R7
    confidence: float = 0.0
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_column=json())
    notes: list[str] = Field(default_factory=list, sa_column=json())  # for the SPOC; never published
    follows_id: int | None = Field(default=None, foreign_key="entry.id")
    erased_at: dt.datetime | None = Field(default=None, sa_column=utc())  # personal data gone (retention)


class ThreadMail(SQLModel, table=True):
    """A mail of an entry's thread, ours or theirs: Message-ID → entry. `kind` says its part in it."""

    __tablename__ = "thread_mail"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    message_id: str = Field(max_length=998, index=True)
    # enquiry, original, follow_up, thanks, answer, holding, internal, acknowledgement, notice, referral,
    # automated
    kind: str = Field(max_length=16)
    at: dt.datetime = Field(sa_column=utc(nullable=False))
    received_id: int | None = Field(default=None, foreign_key="received.id")
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id")


class Participant(SQLModel, table=True):
    """Who has taken part in an entry's thread; only they may attach to it by reference (architecture 7)."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("entry_id", "email", name="uq_participant"),)
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    email: str = Field(max_length=320, index=True)
    name: str = Field(default="", max_length=320)


class Document(SQLModel, table=True):
    """An attachment or link asked about or provided, with its running reference (R2: Ref 001)."""

    __tablename__ = "document"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    ref: str = Field(max_length=16, unique=True)
    direction: str = Field(max_length=8)  # sought, provided
    title: str = Field(max_length=255)
    content_type: str = Field(default="", max_length=255)
    size: int = 0
    sha256: str = Field(default="", max_length=64, index=True)  # in the archive's documents; "" for a link
    link: str = Field(default="", sa_column=Column(Text, nullable=False))
    cleared: bool = False  # may be served with the published entry
    received_id: int | None = Field(default=None, foreign_key="received.id")


class Decision(SQLModel, table=True):
    """A decision with its rationale and risk mitigation (R3)."""

    __tablename__ = "decision"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    matter: str = Field(default="", max_length=32)
    decision: str = Field(sa_column=Column(Text, nullable=False))
    rationale: str = Field(default="", sa_column=Column(Text, nullable=False))
    risk_mitigation: str = Field(default="", sa_column=Column(Text, nullable=False))
    by: str = Field(max_length=320)
    at: dt.datetime = Field(sa_column=utc(nullable=False))


class Draft(SQLModel, table=True):
    """One version of an entry's anonymised text; approval is of a version, never of an entry at large."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("entry_id", "version", name="uq_draft"),)
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    version: int
    sought: str = Field(sa_column=Column(Text, nullable=False))
    provided: str = Field(sa_column=Column(Text, nullable=False))
    spans: list[dict[str, Any]] = Field(default_factory=list, sa_column=json())
    checked: bool = False  # redaction was sure; False waits for an edit
    created_at: dt.datetime = Field(sa_column=utc(nullable=False))
    approved_at: dt.datetime | None = Field(default=None, sa_column=utc())
    approved_by: str = Field(default="", max_length=320)


class Outbox(SQLModel, table=True):
    """A mail to be sent, its bytes and Message-ID fixed when the row is queued."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_kind_state_queued_at", "kind", "state", "queued_at"),)
    id: int | None = Field(default=None, primary_key=True)
    # acknowledgement, notice, alert, reminder, preview, decision, referral, answer, reply, digest
    kind: str = Field(max_length=24)
    key: str = Field(max_length=200, unique=True)  # what it is for: the same thing is never queued twice
    entry_id: int | None = Field(default=None, foreign_key="entry.id", index=True)
    caused_by: int | None = Field(default=None, foreign_key="received.id")
    message_id: str = Field(max_length=255, unique=True)
    sender: str = Field(default="", max_length=320)  # envelope sender, "" for null
    recipients: list[str] = Field(default_factory=list, sa_column=json())
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: OutboxState = Field(default=OutboxState.QUEUED, sa_column=enum(OutboxState, index=True))
    hold_reason: str = Field(default="", max_length=200)
    outside: bool = True  # somebody outside [people] gets it
    urgent: bool = False  # emergencies: exempt from caps and quiet hours
    queued_at: dt.datetime = Field(sa_column=utc(nullable=False))
    not_before: dt.datetime = Field(sa_column=utc(nullable=False, index=True))
    tries: int = 0
    lease_until: dt.datetime | None = Field(default=None, sa_column=utc())
    last_code: int = 0
    last_error: str = Field(default="", max_length=300)
    first_tried_at: dt.datetime | None = Field(default=None, sa_column=utc(index=True))
    settled_at: dt.datetime | None = Field(default=None, sa_column=utc(index=True))
    settled_by: str = Field(default="", max_length=64)  # server, own_copy, officer, bounce
    refused: dict[str, Any] = Field(default_factory=dict, sa_column=json())  # recipient → code


class Timer(SQLModel, table=True):
    """Something that falls due. The scheduler only ticks; this row is the deadline, and fires once."""

    __tablename__ = "timer"
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=24, index=True)  # reminder, overdue, publication, referral, digest, send …
    key: str = Field(max_length=200, unique=True)
    entry_id: int | None = Field(default=None, foreign_key="entry.id", index=True)
    due_at: dt.datetime = Field(sa_column=utc(nullable=False, index=True))
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json())
    done_at: dt.datetime | None = Field(default=None, sa_column=utc())
    cancelled_at: dt.datetime | None = Field(default=None, sa_column=utc())


class Token(SQLModel, table=True):
    """A single-use token in a mailto link; the signed text carries only `id`."""

    __tablename__ = "token"
    id: str = Field(primary_key=True, max_length=32)
    action: str = Field(max_length=24)
    entry_id: int | None = Field(default=None, foreign_key="entry.id")
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id")
    received_id: int | None = Field(default=None, foreign_key="received.id")
    officer: str = Field(max_length=320)  # for whom it was issued
    version: int = 0  # of the draft it approves
    argument: str = Field(default="", max_length=200)
    group: str = Field(
        default="", max_length=32
    )  # spending one spends its siblings: approve or hold, not both
    issued_at: dt.datetime = Field(sa_column=utc(nullable=False))
    expires_at: dt.datetime = Field(sa_column=utc(nullable=False))
    spent_at: dt.datetime | None = Field(default=None, sa_column=utc())


class Referral(SQLModel, table=True):
    """An enquiry passed on to PARO, police, force or CE; tracked until somebody confirms it."""

    __tablename__ = "referral"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    to_role: str = Field(max_length=24)
    to_email: str = Field(max_length=320)
    state: str = Field(
        default="waiting", max_length=12
    )  # waiting (for a click), queued, sent, received, bounced
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id")
    asked_at: dt.datetime = Field(sa_column=utc(nullable=False))
    confirmed_at: dt.datetime | None = Field(default=None, sa_column=utc())


class Candidate(SQLModel, table=True):
    """A line of the roster (R4): who somebody is, with the dates of each standing."""

    __tablename__ = "candidate"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=320)
    emails: list[str] = Field(default_factory=list, sa_column=json())
    role: str = Field(default="candidate", max_length=32)
    agent_for: str = Field(default="", max_length=320)
    party: str = Field(default="", max_length=320)
    incumbent: bool = False
    standings: list[dict[str, Any]] = Field(default_factory=list, sa_column=json())


class Audit(SQLModel, table=True):
    """Who did what, when: append-only and hash-chained; no name, address or reason in it."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_column=utc(nullable=False))
    actor: str = Field(
        max_length=64
    )  # service, spoc, chief_executive, officer:<hash>, enquirer, command-line
    action: str = Field(max_length=48)
    subject: str = Field(default="", max_length=64, index=True)  # entry reference, outbox or message number
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=json())
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)


class AuditSalt(SQLModel, table=True):
    """The salt of a commitment in an audit row. Erasing it makes the commitment unlinkable for good."""

    __tablename__ = "audit_salt"
    commitment: str = Field(primary_key=True, max_length=64)
    salt: str = Field(max_length=32)
    subject: str = Field(default="", max_length=64, index=True)


class SearchText(SQLModel, table=True):
    """What can be searched, already cut into stems (register/terms.py). Both databases index `terms`:
    SQLite by FTS5 (triggers keep it in step), PostgreSQL by a GIN index. See store/search.py."""

    __tablename__ = "search_text"
    __table_args__ = (
        UniqueConstraint("kind", "key", name="uq_search_text"),
        Index("ix_search_text_kind_id", "kind", "id"),  # the newest questions
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=16)  # briefing, entry (published text), question (never shown outside)
    key: str = Field(max_length=400)  # a briefing document's link or title, an entry's reference
    title: str = Field(default="", sa_column=Column(Text, nullable=False))
    link: str = Field(default="", sa_column=Column(Text, nullable=False))
    body: str = Field(default="", sa_column=Column(Text, nullable=False))  # for snippets; "" for a question
    head: str = Field(default="", sa_column=Column(Text, nullable=False))  # stems of title and topics
    terms: str = Field(default="", sa_column=Column(Text, nullable=False))  # every stem, blanks between
