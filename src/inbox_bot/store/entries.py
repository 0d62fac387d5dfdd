"""Entries of the register of contacts: opened once, changed only along the tables of allowed moves.

Each change that a person may ask about later is one function here, so that it cannot be half done.
The audit row is written by the caller, who knows the actor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import String, cast, false, or_
from sqlmodel import Session, col, select

from ..errors import NotAllowed
from ..register.states import Publication, Status, move
from . import facts
from .tables import Decision, Document, Draft, Entry, Participant, Referral, ThreadMail


def next_reference(session: Session, prefix: str) -> str:
    """The next entry's reference, such as WMR-0001 (four digits, more when needed)."""
    return f"{prefix}-{facts.next_number(session, 'entry'):04d}"


def add(session: Session, entry: Entry, people: Iterable[tuple[str, str]] = ()) -> Entry:
    """Store a new entry with its participants, (email, name) each."""
    session.add(entry)
    session.flush()
    names = {email: name for email, name in reversed(list(people)) if email}  # the first name given counts
    session.add_all(Participant(entry_id=entry.id, email=e, name=names[e]) for e in reversed(names))  # type: ignore[arg-type]  # flushed: it has its number
    return entry


def get(session: Session, reference: str) -> Entry:
    """One entry by its reference. NotAllowed with a clear sentence where there is none."""
    entry = find(session, reference)
    if entry is None:
        raise NotAllowed(f"There is no entry {reference}: see `inbox-bot register list`.")
    return entry


def find(session: Session, reference: str) -> Entry | None:
    return session.exec(select(Entry).where(Entry.reference == reference.strip().upper())).first()


def all_entries(session: Session) -> Sequence[Entry]:
    return session.exec(select(Entry).order_by(col(Entry.id))).all()


def on_the_page(session: Session) -> Sequence[Entry]:
    """What the website shows, or shows as withdrawn, in order of the references."""
    shown = col(Entry.publication).in_((Publication.APPROVED, Publication.PUBLISHED))
    withdrawn = cast(Entry.clock, String).contains("withdrawn_on")
    return session.exec(select(Entry).where(or_(shown, withdrawn)).order_by(col(Entry.id))).all()


def open_entries(session: Session) -> Sequence[Entry]:
    states = (Status.OPEN, Status.AWAITING_DECISION, Status.REFERRED)
    return session.exec(select(Entry).where(col(Entry.status).in_(states)).order_by(col(Entry.id))).all()


# -- whose they are: a mail bomb has thousands, so each question is put to the database -----------------


def _of(email: str) -> Any:
    """The condition that an entry's enquirer or participant has this address; nobody has ""."""
    taking_part = select(Participant.entry_id).where(Participant.email == email)
    own = or_(col(Entry.contact_email) == email, col(Entry.id).in_(taking_part))
    return own if email else false()


def knows(session: Session, email: str) -> bool:
    """Whether an entry's enquirer or participant has this address."""
    return session.exec(select(Entry.id).where(_of(email)).limit(1)).first() is not None


def received_of(session: Session, email: str, since: dt.datetime, until: dt.datetime) -> Sequence[Entry]:
    """Somebody's entries that arrived from `since` to `until`, newest first."""
    query = select(Entry).where(_of(email), col(Entry.received_at).between(since, until))
    return session.exec(query.order_by(col(Entry.id).desc())).all()


def acknowledged_of(session: Session, email: str, after: dt.datetime, until: dt.datetime) -> Sequence[Entry]:
    """Somebody's entries whose acknowledgement went out later than `after` and not after `until`, newest
    first. The caps bound how many there are."""
    query = select(Entry).where(
        _of(email), col(Entry.acknowledged_at) > after, col(Entry.acknowledged_at) <= until
    )
    return session.exec(query.order_by(col(Entry.id).desc())).all()


def not_closed_of(session: Session, email: str, limit: int, *, unanswered: bool = False) -> Sequence[Entry]:
    """Somebody's newest entries that are not closed, or that are not answered either."""
    query = select(Entry).where(_of(email), Entry.status != Status.CLOSED)
    if unanswered:
        query = query.where(col(Entry.answered_at).is_(None))
    return session.exec(query.order_by(col(Entry.id).desc()).limit(limit)).all()


# -- the thread -----------------------------------------------------------------------------------


def add_participant(session: Session, entry: Entry, email: str, name: str = "") -> None:
    if not email or email in participants(session, entry):
        return
    assert entry.id is not None
    session.add(Participant(entry_id=entry.id, email=email, name=name))
    session.flush()


def participants(session: Session, entry: Entry) -> dict[str, str]:
    """Address → name of everybody in the thread."""
    rows = session.exec(
        select(Participant).where(Participant.entry_id == entry.id).order_by(col(Participant.id))
    ).all()
    return {row.email: row.name for row in rows}


def add_mail(
    session: Session,
    entry: Entry,
    message_id: str,
    kind: str,
    at: dt.datetime,
    *,
    received_id: int | None = None,
    outbox_id: int | None = None,
) -> None:
    assert entry.id is not None
    session.add(
        ThreadMail(
            entry_id=entry.id,
            message_id=message_id,
            kind=kind,
            at=at,
            received_id=received_id,
            outbox_id=outbox_id,
        )
    )
    session.flush()


def thread(session: Session, entry: Entry) -> Sequence[ThreadMail]:
    return session.exec(
        select(ThreadMail).where(ThreadMail.entry_id == entry.id).order_by(col(ThreadMail.id))
    ).all()


def enquiry_mail(session: Session, entry: Entry) -> ThreadMail | None:
    """The mail an answer threads on: the original inside a forward, else the enquiry itself."""
    mails = thread(session, entry)
    return next((m for kind in ("original", "enquiry") for m in mails if m.kind == kind), None)


# -- documents --------------------------------------------------------------------------------------


def add_document(
    session: Session,
    entry: Entry,
    *,
    direction: str,
    title: str,
    content_type: str = "",
    size: int = 0,
    sha256: str = "",
    link: str = "",
    received_id: int | None = None,
) -> Document:
    """Give an attachment or link the next running reference; the same one in an entry keeps its own (R2)."""
    same = select(Document).where(Document.entry_id == entry.id, Document.direction == direction)
    if sha256:
        same = same.where(Document.sha256 == sha256)
    else:
        same = same.where(Document.link == link, Document.title == title[:255])
    if (old := session.exec(same).first()) is not None:
        return old
    assert entry.id is not None
    document = Document(
        entry_id=entry.id,
        ref=f"Ref {facts.next_number(session, 'document'):03d}",
        direction=direction,
        title=title[:255],
        content_type=content_type[:255],
        size=size,
        sha256=sha256,
        link=link,
        received_id=received_id,
    )
    session.add(document)
    session.flush()
    return document


def documents(session: Session, entry: Entry, direction: str | None = None) -> Sequence[Document]:
    query = select(Document).where(Document.entry_id == entry.id)
    if direction is not None:
        query = query.where(Document.direction == direction)
    return session.exec(query.order_by(col(Document.id))).all()


# -- states -----------------------------------------------------------------------------------------


def set_status(entry: Entry, status: Status) -> None:
    move(entry.status, status, entry.reference)
    entry.status = status


def set_publication(entry: Entry, publication: Publication, reason: str = "") -> None:
    """Move the publication state; NEVER and WITHDRAWN keep the reason that the website's column shows."""
    move(entry.publication, publication, entry.reference)
    entry.publication = publication
    if publication in (Publication.NEVER, Publication.WITHDRAWN, Publication.HELD):
        entry.not_published_reason = reason or entry.not_published_reason
    elif publication is Publication.PUBLISHED:
        entry.not_published_reason = ""


def answer(entry: Entry, *, text: str, officer: str, assumed: bool, at: dt.datetime) -> None:
    """Record an answer; a later one is added below the first, never written over it."""
    if entry.status is not Status.ANSWERED:
        set_status(entry, Status.ANSWERED)
    entry.information_provided = f"{entry.information_provided}\n\n{text}".strip()
    entry.officer = officer
    entry.officer_assumed = assumed
    entry.answered_at = entry.answered_at or at
    entry.waiting_on_enquirer = False
    entry.needs_review = False


def decide(
    session: Session,
    entry: Entry,
    *,
    decision: str,
    by: str,
    at: dt.datetime,
    matter: str = "",
    rationale: str = "",
    risk_mitigation: str = "",
) -> Decision:
    """Record a decision with its rationale (R3); an entry that waited for it is open again."""
    assert entry.id is not None
    row = Decision(
        entry_id=entry.id,
        matter=matter,
        decision=decision,
        rationale=rationale,
        risk_mitigation=risk_mitigation,
        by=by,
        at=at,
    )
    session.add(row)
    if entry.status is Status.AWAITING_DECISION:
        set_status(entry, Status.OPEN)
    session.flush()
    return row


def decisions(session: Session, entry: Entry) -> Sequence[Decision]:
    return session.exec(
        select(Decision).where(Decision.entry_id == entry.id).order_by(col(Decision.id))
    ).all()


def decisions_on(session: Session, matter: str, besides: Entry) -> Sequence[tuple[Decision, Entry]]:
    """Earlier decisions on the same matter, for consistency between candidates; newest first."""
    query = (
        select(Decision, Entry)
        .join(Entry, col(Decision.entry_id) == col(Entry.id))
        .where(Decision.matter == matter, Decision.entry_id != besides.id)
    )
    return session.exec(query.order_by(col(Decision.id).desc())).all()


def referrals(session: Session, entry: Entry) -> Sequence[Referral]:
    return session.exec(
        select(Referral).where(Referral.entry_id == entry.id).order_by(col(Referral.id))
    ).all()


# -- drafts -----------------------------------------------------------------------------------------


def latest_draft(session: Session, entry: Entry) -> Draft | None:
    return session.exec(
        select(Draft).where(Draft.entry_id == entry.id).order_by(col(Draft.version).desc())
    ).first()


def approved_draft(session: Session, entry: Entry) -> Draft | None:
    """The newest approved version: the only text that may be published."""
    query = select(Draft).where(Draft.entry_id == entry.id, col(Draft.approved_at).is_not(None))
    return session.exec(query.order_by(col(Draft.version).desc())).first()


def add_draft(session: Session, entry: Entry, draft: Draft) -> Draft:
    """Store the next version of an entry's anonymised text."""
    last = latest_draft(session, entry)
    draft.version = 1 if last is None else last.version + 1
    session.add(draft)
    session.flush()
    return draft


def approve(session: Session, entry: Entry, draft: Draft, *, by: str, at: dt.datetime) -> None:
    """Approve one version. NotAllowed where a newer one exists or redaction was not sure of it."""
    last = latest_draft(session, entry)
    if last is None or last.version != draft.version:
        raise NotAllowed(
            f"The text of {entry.reference} has changed since this preview: please use the newest one."
        )
    if not draft.checked:
        raise NotAllowed(
            f"The text of {entry.reference} could not be checked for personal data: please edit it first."
        )
    draft.approved_at = at
    draft.approved_by = by
    set_publication(entry, Publication.APPROVED)
