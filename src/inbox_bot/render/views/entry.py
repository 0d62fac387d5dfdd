"""An entry as officers see it, the part of it an acknowledgement may know, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class OfferView:
    """A briefing document or published answer that may already answer a question (R11).

    Trusted: the title is the office's own, or was approved for the public by an officer.
    """

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document asked with or given, under its running reference (R2)."""

    reference: str  # trusted: "Ref 001"
    name: str  # outside: the attachment's safe file name, or the link's address
    url: str = ""  # trusted: where an officer or the public finds it
    size: int = 0  # trusted, octets


@dataclass(frozen=True, kw_only=True)
class SimilarView:
    """An earlier entry that asked the same, so that the same question gets the same answer."""

    reference: str  # trusted
    asked_on: date  # trusted
    sought: str  # outside
    provided: str = ""  # outside
    difference: str = ""  # outside: how two answers given so far differ


@dataclass(frozen=True, kw_only=True)
class AcknowledgementView:
    """All that an acknowledgement may know of the message it answers. Every field is trusted."""

    reference: str
    category: str
    underlying: str | None = None
    matters: tuple[str, ...] = ()
    received_on: date | None = None
    due_on: date | None = None  # None: no date is promised
    statutory_due_on: date | None = None
    publication: str = "spoc"  # "yes", "never", "spoc"
    responsible_authority: str = "office"
    confidential: bool = False
    emergency: bool = False
    needs_review: bool = False
    counts_as_candidate: bool = False
    offers: tuple[OfferView, ...] = ()

    @property
    def about(self) -> str:
        """The category of what was asked: of the original where the force passed it on."""
        return self.underlying or self.category


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """An entry of the register as officers see it."""

    reference: str  # trusted
    category: str  # trusted
    underlying: str | None = None  # trusted
    matters: tuple[str, ...] = ()  # trusted
    status: str = "open"  # trusted
    publication: str = "undecided"  # trusted: the state, register.states.Publication
    publication_scope: str = "spoc"  # trusted: Protocol.publication_scope
    responsible_authority: str = "office"  # trusted
    received_at: datetime | None = None  # trusted: the mailbox's own time
    received_by_force_on: date | None = None  # trusted
    due_on: date | None = None  # trusted: the office's target or the statute, whichever governs
    due_promise: date | None = None  # trusted: what the acknowledgement promises; None: no date
    statutory_due_on: date | None = None  # trusted
    deadline_explanation: tuple[str, ...] = ()  # trusted: the days counted and skipped
    enquirer_name: str = ""  # outside
    enquirer_email: str = ""  # outside
    enquirer_role: str = "unknown"  # trusted
    counts_as_candidate: bool = False  # trusted
    subject: str = ""  # outside
    information_sought: str = ""  # outside: the enquirer's new words
    information_provided: str = ""  # outside: the officer's words, as read from mail
    documents_sought: tuple[DocumentView, ...] = ()
    documents_provided: tuple[DocumentView, ...] = ()
    officer: str = ""  # outside: a name read from Sender or a signature
    officer_assumed: bool = False  # trusted
    method_of_contact: str = "email"  # trusted
    follows: str = ""  # trusted: the reference of the entry that this one follows
    forwarded_by: str = ""  # outside: the member of staff who passed it on
    evidence: tuple[str, ...] = ()  # outside: why it was classified so, may quote matched words
    confidence: float | None = None  # trusted, 0–1
    confidential: bool = False  # trusted
    emergency: bool = False  # trusted
    needs_review: bool = False  # trusted
    held_reasons: tuple[str, ...] = ()  # trusted: why the acknowledgement waits for an officer
    foi_missing: tuple[str, ...] = ()  # trusted: parts of FOIA s.8 that are missing
    journalist_deadline: str = ""  # outside: "by 5 pm today", as the journalist put it
    decider: str = ""  # trusted: whose decision it waits for, "" where nobody's
    offers: tuple[OfferView, ...] = ()
    similar: tuple[SimilarView, ...] = ()  # the same question asked earlier, with its answer
    language: str = "en"  # trusted
    link: str = ""  # trusted: mailto: that brings the whole entry back

    def for_acknowledgement(self) -> AcknowledgementView:
        """The trusted part: what may go back to whoever wrote."""
        return AcknowledgementView(
            reference=self.reference,
            category=self.category,
            underlying=self.underlying,
            matters=self.matters,
            received_on=self.received_at.date() if self.received_at else None,
            due_on=self.due_promise,
            statutory_due_on=self.statutory_due_on,
            publication=self.publication_scope,
            responsible_authority=self.responsible_authority,
            confidential=self.confidential,
            emergency=self.emergency,
            needs_review=self.needs_review,
            counts_as_candidate=self.counts_as_candidate,
            offers=self.offers,
        )
