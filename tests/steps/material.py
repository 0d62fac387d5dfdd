"""A small register of invented people in every table, to be saved, restored and erased."""

import datetime as dt

from sqlmodel import Session

from inbox_bot.register.states import OutboxState, Outcome, Publication, Status
from inbox_bot.store import audit, entries, facts, outbox, search, timers
from inbox_bot.store.tables import (
    Candidate,
    Cursor,
    Decision,
    Draft,
    Entry,
    Outbox,
    Received,
    Referral,
    Token,
)
from inbox_bot.transport.archive import Archive
from inbox_bot.triage.model import Category, Role

SENDER, NAME = "petra.quill@riverton.example", "Petra Quill"
WORDS = "zanzibar"  # a word of the writer's that must be gone where personal data is gone
PUBLISHED = "How many horses are there?"


def raw_mail(number: int) -> bytes:
    return (
        f"From: {NAME} <{SENDER}>\r\nMessage-ID: <{number}@riverton.example>\r\n"
        f"Subject: Question {number}\r\n\r\nMy aunt in {WORDS} asks: how many horses are there?\r\n"
    ).encode()


def add_received(
    session: Session, archive: Archive, uid: int, at: dt.datetime, entry: Entry | None = None
) -> Received:
    raw = raw_mail(uid)
    row = Received(
        place="inbox",
        folder="INBOX",
        uidvalidity=7,
        uid=uid,
        sha256=archive.put(raw),
        size=len(raw),
        received_at=at,
        taken_in_at=at,
        outcome=Outcome.SPAM if entry is None else Outcome.FILED,
        message_id=f"<{uid}@riverton.example>",
        fingerprint=f"{uid:064d}",
        content_key=f"{uid + 1000:064d}",
        sender=SENDER,
        subject=f"Question {uid} from {NAME}",
        entry_id=None if entry is None else entry.id,
    )
    session.add(row)
    session.flush()
    return row


def add_entry(session: Session, archive: Archive, uid: int, at: dt.datetime) -> Entry:
    """A published entry with everything that can hang on one; its raw mail is in the archive."""
    entry = Entry(
        reference=entries.next_reference(session, "WMR"),
        category=Category.CANDIDATE_ENQUIRY,
        contact_role=Role.CANDIDATE,
        matters=["information"],
        status=Status.CLOSED,
        publication=Publication.PUBLISHED,
        received_at=at,
        added_at=at,
        published_at=at + dt.timedelta(days=3),
        due_on=at.date() + dt.timedelta(days=3),
        contact_name=NAME,
        contact_email=SENDER,
        subject=f"Question {uid} from {NAME}",
        information_sought=f"My aunt in {WORDS} asks: how many horses are there?",
        information_provided=f"Dear {NAME}, there are twelve.",
        officer="Head of Governance",
        evidence=[{"rule": "x", "text": WORDS}],
        clock={"note": WORDS},
    )
    entries.add(session, entry, [(SENDER, NAME)])
    assert entry.id is not None
    received = add_received(session, archive, uid, at, entry)
    document = entries.add_document(
        session,
        entry,
        direction="sought",
        title=f"{NAME}.pdf",
        sha256=Archive(archive.path / "documents").put(raw_mail(uid + 500)),
        received_id=received.id,
    )
    assert not document.cleared
    mail = outbox.queue(
        session,
        kind="acknowledgement",
        key=f"ack:{uid}",
        raw=raw_mail(uid),
        message_id=f"<ack-{uid}@wessmoor-pcc.example>",
        sender="election@wessmoor-pcc.example",
        recipients=[SENDER],
        now=at,
        outside=True,
        entry_id=entry.id,
        caused_by=received.id,
    )
    assert mail is not None
    mail.state = OutboxState.SENT
    entries.add_mail(session, entry, received.message_id, "enquiry", at, received_id=received.id)
    entries.add_mail(session, entry, mail.message_id, "acknowledgement", at, outbox_id=mail.id)
    timers.set_timer(session, "reminder", f"r:{uid}", at, entry_id=entry.id, data={"to": SENDER})
    session.add(
        Token(
            id=f"token{uid:010d}x",
            action="approve",
            entry_id=entry.id,
            outbox_id=mail.id,
            received_id=received.id,
            officer="spoc.officer@wessmoor-pcc.example",
            issued_at=at,
            expires_at=at,
        )
    )
    session.add(
        Decision(
            entry_id=entry.id, decision=f"Yes, {NAME}", rationale=WORDS, by=SENDER, at=at, matter="visit"
        )
    )
    session.add(Referral(entry_id=entry.id, to_role="paro", to_email=SENDER, asked_at=at, outbox_id=mail.id))
    draft = Draft(
        entry_id=entry.id,
        version=1,
        sought=PUBLISHED,
        provided="There are twelve.",
        spans=[{"text": NAME}],
        checked=True,
        created_at=at,
        approved_at=at,
        approved_by="spoc.officer@wessmoor-pcc.example",
    )
    session.add(draft)
    session.flush()
    search.index_entry(session, entry, draft)
    search.index_question(session, entry)
    commitment = audit.commit_to(session, SENDER, entry.reference)
    audit.append(
        session, at=at, actor="service", action="filed", subject=entry.reference, detail={"to": commitment}
    )
    return entry


def fill(session: Session, archive: Archive, at: dt.datetime) -> None:
    """Three entries a day apart, junk, a cursor, a candidate, and unsent mail in each state."""
    first = add_entry(session, archive, 1, at)
    second = add_entry(session, archive, 2, at + dt.timedelta(days=1))
    add_entry(session, archive, 3, at + dt.timedelta(days=2))
    first.follows_id = second.id  # points to a later row
    add_received(session, archive, 9, at)
    session.add(Cursor(folder="INBOX", uidvalidity=7, last_uid=9, started_at=at, polled_at=at))
    session.add(
        Candidate(name=NAME, emails=[SENDER], standings=[{"from": "2027-04-01", "standing": "declared"}])
    )
    facts.put(session, "nothing", None)
    facts.put_time(session, "first_start", at)
    for number, state in enumerate(
        (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.RETRYING, OutboxState.HELD, OutboxState.SENT)
    ):
        session.add(
            Outbox(
                kind="notice",
                key=f"notice:{number}",
                message_id=f"<n{number}@wessmoor-pcc.example>",
                raw=b"\x00\xff\r\nnotice",
                recipients=["spoc.officer@wessmoor-pcc.example"],
                state=state,
                queued_at=at,
                not_before=at,
                outside=False,
            )
        )
    session.flush()
