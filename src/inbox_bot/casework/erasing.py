"""What retention takes away: all personal data from before a date, and the files that nothing else needs.

What was published stays as the public saw it. So do states, dates and counts: no message is taken in twice.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from ..register.states import OutboxState, Publication
from ..store import entries, search
from ..store.outbox import without_bytes
from ..store.tables import (
    Audit,
    AuditSalt,
    Decision,
    Document,
    Draft,
    Entry,
    Outbox,
    Participant,
    Received,
    Referral,
    SearchText,
    ThreadMail,
    Timer,
    Token,
)
from . import filing, publishing, showing
from .desk import Job

ERASED_HASH = "0" * 64  # of a message whose bytes are gone; no archive has it
ERASED_WORDS = "(erased)"
NOT_PUBLISHED = "Erased at the end of its retention period."
OWN_DECISION = "N/A: the office decided so"  # in place of the officer's own words
SETTLED = (OutboxState.SENT, OutboxState.FAILED, OutboxState.CANCELLED, OutboxState.HELD)
_MERGED = re.compile(r"N/A: merged into \S+")
_COMMITMENT = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Every row with personal data from before the date, those erased earlier left out."""

    start: dt.datetime
    entries: Sequence[Entry]
    received: Sequence[Received]
    outbox: Sequence[Outbox]

    @classmethod
    def of(cls, session: Session, start: dt.datetime) -> Scope:
        found = session.exec(
            select(Entry)
            .where(col(Entry.received_at) < start, col(Entry.erased_at).is_(None))
            .order_by(col(Entry.id))
        ).all()
        ids = {entry.id for entry in found}
        received = [
            row
            for row in session.exec(select(Received).where(Received.sha256 != ERASED_HASH)).all()
            if row.entry_id in ids or (row.entry_id is None and row.received_at < start)
        ]
        numbers = {row.id for row in received}
        outbox = [
            row
            for row in session.exec(select(Outbox).where(Outbox.raw != b"").options(without_bytes())).all()
            if row.entry_id in ids
            or (row.entry_id is None and (row.queued_at < start or row.caused_by in numbers))
            or (row.entry_id is None and row.state in SETTLED)  # a list, which may name anybody
        ]
        return cls(start=start, entries=found, received=received, outbox=outbox)

    @property
    def ids(self) -> list[int]:
        return [entry.id for entry in self.entries if entry.id is not None]

    def mail_files(self, session: Session) -> list[str]:
        """Archived mails that nothing else refers to."""
        ours = {row.id for row in self.received}
        kept = {row.sha256 for row in session.exec(select(Received)).all() if row.id not in ours}
        return sorted({row.sha256 for row in self.received} - kept - {""})  # "" was never fetched

    def document_files(self, session: Session) -> list[str]:
        rows = session.exec(select(Document).where(Document.sha256 != "")).all()
        going = {row.sha256 for row in rows if self._goes(row)}
        return sorted(going - {row.sha256 for row in rows if not self._goes(row)})

    def _goes(self, document: Document) -> bool:
        """Whether a document is erased: those published with their entry stay."""
        entry = next((e for e in self.entries if e.id == document.entry_id), None)
        return entry is not None and not (_published(entry) and document.cleared)

    def erase(self, job: Job) -> None:
        session, now = job.session, job.now
        for entry in self.entries:  # while it is known who is to be left out of what the public sees
            _erase_documents(job, entry)
        received, outbox = [r.id for r in self.received], [r.id for r in self.outbox]
        for token in session.exec(select(Token)).all():
            if token.entry_id in self.ids or token.received_id in received or token.outbox_id in outbox:
                session.delete(token)
        for thread_mail in session.exec(select(ThreadMail)).all():
            if (
                thread_mail.entry_id in self.ids
                or thread_mail.received_id in received
                or thread_mail.outbox_id in outbox
            ):
                session.delete(thread_mail)
        session.execute(delete(Participant).where(col(Participant.entry_id).in_(self.ids)))
        for decision in session.exec(select(Decision).where(col(Decision.entry_id).in_(self.ids))).all():
            decision.decision, decision.rationale, decision.risk_mitigation = ERASED_WORDS, "", ""
            decision.by = ""
        for referral in session.exec(select(Referral).where(col(Referral.entry_id).in_(self.ids))).all():
            referral.to_email = ""
        for timer in session.exec(select(Timer).where(col(Timer.entry_id).in_(self.ids))).all():
            timer.data = {}
            timer.cancelled_at = timer.cancelled_at or timer.done_at or now
        for mail in self.outbox:
            _erase_mail(mail, now)
        for message in self.received:
            _erase_message(message)
        for entry in self.entries:
            _erase_entry(session, entry, now)
        references = [entry.reference for entry in self.entries]
        session.execute(
            delete(SearchText).where(
                col(SearchText.kind) == search.QUESTION, col(SearchText.key).in_(references)
            )
        )


def _published(entry: Entry) -> bool:
    return entry.publication in (Publication.PUBLISHED, Publication.APPROVED)


def _erase_documents(job: Job, entry: Entry) -> None:
    """What the published page shows of an entry's documents stays, under the names that it shows."""
    for row in entries.documents(job.session, entry):
        shown = showing.public_document(job, entry, row) if _published(entry) else None
        if shown is None or not shown.cleared:
            row.title, row.link, row.sha256 = "", "", ""
        else:
            row.title = shown.title


def _erase_mail(mail: Outbox, now: dt.datetime) -> None:
    mail.raw, mail.recipients, mail.sender, mail.refused, mail.last_error = b"", [], "", {}, ""
    if "@" in mail.key:  # what it was for names an address
        mail.key = f"erased:{mail.id}"
    if mail.state is OutboxState.HELD:
        mail.state, mail.settled_at = OutboxState.CANCELLED, now


def _erase_message(message: Received) -> None:
    """Place, time, size and outcome stay: the message is counted, and never taken in again."""
    message.sha256 = ERASED_HASH
    message.message_id = message.fingerprint = message.content_key = ""
    message.sender = message.subject = ""


def _erase_entry(session: Session, entry: Entry, now: dt.datetime) -> None:
    approved = None
    for draft in session.exec(
        select(Draft).where(Draft.entry_id == entry.id).order_by(col(Draft.version).desc())
    ).all():
        if approved is None and draft.approved_at is not None and _published(entry):
            approved = draft
            draft.spans, draft.approved_by = [], ""
        else:
            session.delete(draft)
    entry.information_sought = approved.sought if approved else ""
    entry.information_provided = approved.provided if approved else ""
    entry.contact_name = entry.contact_email = entry.forwarded_by = entry.subject = entry.assigned_to = ""
    if approved is None:
        entry.officer = ""
        search.remove_entry(session, entry)
    if entry.publication not in (
        Publication.PUBLISHED,
        Publication.APPROVED,
        Publication.NEVER,
        Publication.WITHDRAWN,
    ):
        # not along the table of moves: there is nothing left to publish
        entry.publication, entry.not_published_reason = Publication.NEVER, NOT_PUBLISHED
    entry.not_published_reason = _reason(entry)
    entry.evidence, entry.notes = [], []
    entry.clock = {key: day for key, day in entry.clock.items() if key == "withdrawn_on"}  # the page says so
    entry.erased_at = now


def _reason(entry: Entry) -> str:
    """Why it is not on the website, where that says nothing of an officer's own words."""
    said = entry.not_published_reason
    if said in ("", NOT_PUBLISHED, filing.why_never(entry)) or _MERGED.fullmatch(said):
        return said
    return publishing.WITHDRAWN if entry.publication is Publication.WITHDRAWN else OWN_DECISION


def salts(session: Session, scope: Scope) -> list[AuditSalt]:
    """The salts of what audit rows said before the date, or of these entries whenever."""
    references = {entry.reference for entry in scope.entries}
    old: set[str] = set()
    for at, subject, detail in session.exec(select(Audit.at, Audit.subject, Audit.detail)).all():
        if at < scope.start or subject in references:
            old.update(_COMMITMENT.findall(json.dumps(detail)))
    rows = session.exec(select(AuditSalt)).all()
    return [row for row in rows if row.subject in references or row.commitment in old]
