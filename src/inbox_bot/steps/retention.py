"""Erasing what is no longer needed: raw mail and personal data of entries before a date.

What stays is what was published, the states and dates of every entry, the count of every message, and the
audit trail with its chain: its rows name nobody, and the salts of their commitments are erased here.

It refuses within twelve months of the poll, since electoral offences may be prosecuted for a year
(Representation of the People Act 1983 s.176), and while anything is open: to erase what somebody has asked
for is an offence (Freedom of Information Act 2000 s.77; Data Protection Act 2018 s.173 for subject access).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from .. import faults
from ..casework import filing, publishing, showing
from ..casework.desk import Desk, Job
from ..config import Settings
from ..errors import NotAllowed
from ..register.states import OutboxState, Outcome, Publication, Status
from ..store import audit, entries, facts, search
from ..store.database import Database
from ..store.tables import (
    Audit,
    AuditSalt,
    Candidate,
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

ERASED_HASH = "0" * 64  # of a message whose bytes are gone; no archive has it
ERASED_WORDS = "(erased)"
NOT_PUBLISHED = "Erased at the end of its retention period."
HOLDS = "retention_holds"  # fact: reference → {"by", "at", "why"}; "*" holds everything
OWN_DECISION = "N/A: the office decided so"  # in place of the officer's own words
_MERGED = re.compile(r"N/A: merged into \S+")
_SETTLED = (OutboxState.SENT, OutboxState.FAILED, OutboxState.CANCELLED, OutboxState.HELD)
_OPEN = (Status.OPEN, Status.AWAITING_DECISION, Status.REFERRED)
_COMMITMENT = re.compile(r"\b[0-9a-f]{64}\b")
_NAMED = 5  # references named in a refusal


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What was erased, or would be. `refused`: why nothing may be erased now, a sentence each."""

    before: dt.date
    entries: tuple[str, ...]
    messages: int
    mails_sent: int
    files: int
    salts: int
    candidates: int
    refused: tuple[str, ...] = ()
    done: bool = False


def retention(
    desk: Desk, database: Database, before: dt.date, now: dt.datetime, *, dry_run: bool = False
) -> Retention:
    """Erase what is older than the beginning of the day `before`; with `dry_run` only say what that is.

    NotAllowed, with the first reason and nothing erased, where it must not be done yet.
    """
    settings, archive, documents = desk.settings, desk.archive, desk.documents
    start = dt.datetime.combine(before, dt.time(), tzinfo=settings.office.zone)
    with database.begin() as session:
        scope = _Scope.of(session, start)
        refused = tuple(_refusals(settings, session, scope, now))
        salts = _salts(session, scope)
        candidates = session.exec(select(Candidate)).all() if before > settings.election.poll_date else []
        mail_files, document_files = scope.mail_files(session), scope.document_files(session)
        result = Retention(
            before=before,
            entries=tuple(entry.reference for entry in scope.entries),
            messages=len(scope.received),
            mails_sent=len(scope.outbox),
            files=len(mail_files) + len(document_files),
            salts=len(salts),
            candidates=len(candidates),
            refused=refused,
            done=not dry_run,
        )
        if dry_run:
            return result
        if refused:
            raise NotAllowed(f"Nothing was erased: {refused[0]}")
        scope.erase(Job(desk=desk, session=session, now=now, actor="command-line"))
        for row in (*salts, *candidates):
            session.delete(row)
        audit.append(
            session,
            at=now,
            actor="command-line",
            action="retention",
            detail={
                "before": before.isoformat(),
                "entries": list(result.entries),
                "messages": result.messages,
                "files": result.files,
            },
        )
        session.flush()
        # Files go before the commit: who dies here finds the rows as they were, and runs it again.
        for sha256 in mail_files:
            archive.remove(sha256)
        for sha256 in document_files:
            documents.remove(sha256)
        for place in (archive, documents):
            place.discard_unfinished()
        faults.point("retention.files_removed")
    database.compact()
    return result


# -- holds ------------------------------------------------------------------------------------------


def hold(session: Session, reference: str, by: str, now: dt.datetime, why: str) -> None:
    """Keep one entry, or "*" for everything, from being erased until `lift`."""
    holds = dict(facts.get(session, HOLDS) or {})
    holds[reference] = {"by": by, "at": now.astimezone(dt.UTC).isoformat(), "why": why}
    facts.put(session, HOLDS, holds)


def lift(session: Session, reference: str) -> bool:
    """End a hold; False where there was none."""
    holds = dict(facts.get(session, HOLDS) or {})
    found = holds.pop(reference, None) is not None
    facts.put(session, HOLDS, holds)
    return found


# -- whether it may be done -------------------------------------------------------------------------


def earliest(poll: dt.date) -> dt.date:
    """The first day on which anything may be erased: the poll plus twelve months."""
    try:
        return poll.replace(year=poll.year + 1)
    except ValueError:  # 29 February
        return dt.date(poll.year + 1, 3, 1)


def _refusals(settings: Settings, session: Session, scope: _Scope, now: dt.datetime) -> Iterable[str]:
    first_day = earliest(settings.election.poll_date)
    if now.astimezone(settings.office.zone).date() < first_day:
        yield (
            f"nothing may be erased before {first_day:%-d %B %Y}, twelve months after the poll, while "
            "electoral offences may still be prosecuted (Representation of the People Act 1983 s.176)."
        )
    unfinished = session.exec(select(Entry).where(col(Entry.status).in_(_OPEN)).order_by(col(Entry.id))).all()
    if unfinished:
        yield (
            f"{_names(unfinished)} {_is(unfinished)} still open, and to erase what somebody has asked for is "
            "an offence (Freedom of Information Act 2000 s.77): answer or close it first."
        )
    held = [entry for entry in scope.entries if entry.publication is Publication.HELD]
    if held:
        yield f"{_names(held)} {_is(held)} on hold: publish it or decide against publication first."
    holds = facts.get(session, HOLDS) or {}
    kept = sorted({e.reference for e in scope.entries} & set(holds)) + ["everything"] * ("*" in holds)
    if kept:
        yield f"a hold is on {', '.join(kept[:_NAMED])}: lift it first."
    unhandled = [r for r in scope.received if r.outcome in (Outcome.PENDING, Outcome.SET_ASIDE)]
    if unhandled:
        yield (
            f"{len(unhandled)} received {'message has' if len(unhandled) == 1 else 'messages have'} not been "
            "handled and may hold a request: see `inbox-bot set-aside list`."
        )
    unsent = [row for row in scope.outbox if row.state not in _SETTLED]
    if unsent:
        yield (
            f"{len(unsent)} {'mail is' if len(unsent) == 1 else 'mails are'} still waiting to be sent "
            "or checked: see `inbox-bot status`."
        )


def _names(found: Sequence[Entry]) -> str:
    more = len(found) - _NAMED
    return ", ".join(e.reference for e in found[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _is(found: Sequence[Entry]) -> str:
    return "is" if len(found) == 1 else "are"


# -- what is erased ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Scope:
    """Every row with personal data from before the date, those erased earlier left out."""

    start: dt.datetime
    entries: Sequence[Entry]
    received: Sequence[Received]
    outbox: Sequence[Outbox]

    @classmethod
    def of(cls, session: Session, start: dt.datetime) -> _Scope:
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
        without_bytes = defer(Outbox.raw)  # type: ignore[arg-type]  # a mapped attribute on the class
        outbox = [
            row
            for row in session.exec(select(Outbox).where(Outbox.raw != b"").options(without_bytes)).all()
            if row.entry_id in ids
            or (row.entry_id is None and (row.queued_at < start or row.caused_by in numbers))
            or (row.entry_id is None and row.state in _SETTLED)  # a list, which may name anybody
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


def _salts(session: Session, scope: _Scope) -> list[AuditSalt]:
    """The salts of what audit rows said before the date, or of these entries whenever."""
    references = {entry.reference for entry in scope.entries}
    old: set[str] = set()
    for at, subject, detail in session.exec(select(Audit.at, Audit.subject, Audit.detail)).all():
        if at < scope.start or subject in references:
            old.update(_COMMITMENT.findall(json.dumps(detail)))
    rows = session.exec(select(AuditSalt)).all()
    return [row for row in rows if row.subject in references or row.commitment in old]
