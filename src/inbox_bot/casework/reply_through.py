"""Reply-through: an officer answers from a personal mailbox, and only their words reach the enquirer.

The answer waits `notices.send_delay_minutes` in the outbox with a Cancel link in the officer's copy. The
entry counts as answered when the mail has gone, not when it is queued: a cancelled answer leaves no trace
in the register of contacts, and until then the reminders go on.
"""

from __future__ import annotations

import datetime as dt

from ..errors import NotAllowed
from ..message import parse as parsing
from ..message import signature
from ..message.model import Address, Attachment, NewWords, ParsedMessage
from ..render.headers import can_be_written_to, reply_subject
from ..render.views.commands import ReplyThroughView
from ..render.views.entry import DocumentView
from ..store import entries, facts
from ..store.tables import Entry, Outbox, Received, ThreadMail
from . import acknowledging, answering, views
from .desk import Job

KIND = "answer"
WAITING = "answer_waiting"  # its part in the thread until it has gone
CANCELLED = "cancelled"


def queue(
    job: Job, entry: Entry, message: ParsedMessage, words: NewWords, received: Received, officer: str
) -> list[str]:
    """Queue the officer's words for the enquirer and send the officer a copy with Cancel. NotAllowed."""
    if not can_be_written_to(entry.contact_email):
        raise NotAllowed(f"{entry.reference} has no address that can be written to.")
    text = words.new.strip()
    if not text:
        raise NotAllowed("There were no words to send: write the answer into the mail that the button opens.")
    if _holds_our_text(job, text):
        raise NotAllowed(
            "The mail still holds text or links of our notice, which must not reach the enquirer: "
            "write the answer into the empty mail that the button opens."
        )
    name, assumed = answering.officer_of(job, message, words)
    letter = f"{text}\n\n{_sign_off(job, name, assumed, words, officer)}"
    attachments = tuple(a for a in message.attachments if not a.inline and a.content)
    parent, references = acknowledging.thread_of(job, entry)
    goes_at = job.now + dt.timedelta(minutes=job.settings.notices.send_delay_minutes)
    row = job.post(
        "enquirer/answer",
        to=[Address(name=entry.contact_name, email=entry.contact_email)],
        subject=reply_subject(entry.subject, entry.reference),
        context={"words": letter},
        key=f"{KIND}:{received.id}",
        kind=KIND,
        mail_kind="personal",
        entry=entry,
        caused_by=received.id,
        in_reply_to=parent,
        references=references,
        language="en",  # the officer's words stand as written, in whatever language
        attachments=attachments,
        not_before=goes_at,
    )
    if row is None:
        raise NotAllowed("This answer was queued before.")
    _thread_mail(job, row).kind = WAITING
    facts.put(job.session, _fact(row), {"text": text, "officer": name, "assumed": assumed})
    _copy(job, entry, row, letter, attachments, officer, goes_at)
    job.audit("answer_queued", entry.reference, mail=row.id, message=received.id)
    when = f"{job.desk.local(goes_at):%H:%M}"
    if row.hold_reason:
        return [f"Your answer to {entry.reference} waits: {row.hold_reason}."]
    return [f"Your answer to {entry.reference} goes out at {when}; the copy you get carries a Cancel link."]


def _holds_our_text(job: Job, text: str) -> bool:
    """Whether a notice of ours was left in the words: its tokens, its links, or its own sentence."""
    inbox = job.settings.office.inbox_address
    ours = (f"mailto:{inbox}", "A reply to this notice is never sent on", "In the enquirer's words")
    return bool(job.desk.tokens.texts_in(text)) or any(one.lower() in text.lower() for one in ours)


def _sign_off(job: Job, name: str, assumed: bool, words: NewWords, officer: str) -> str:
    """The closing line as the officer wrote it, the name, the office; never a private signature block."""
    first = next((line.strip() for line in words.signature.splitlines() if line.strip(" -_")), "")
    spoc = job.settings.people.spoc
    lines = [first if first and signature.is_closing(first) else ""]
    lines.append("" if "@" in name or (assumed and not spoc.name) else name)
    lines += [spoc.title if officer == spoc.email else "", job.settings.office.name]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _copy(
    job: Job,
    entry: Entry,
    row: Outbox,
    letter: str,
    attachments: tuple[Attachment, ...],
    officer: str,
    goes_at: dt.datetime,
) -> None:
    label = f"Cancel the answer to {entry.reference}"
    cancel = job.button("cancel", label, officer, entry=entry, outbox_id=row.id, main=True)
    view = ReplyThroughView(
        entry=views.entry_view(job, entry),
        text=letter,
        goes_at=job.desk.local(goes_at),
        documents=tuple(DocumentView(reference="With it", name=a.name, size=a.size) for a in attachments),
        buttons=(cancel,),
    )
    job.post(
        "notice/reply_through",
        to=[officer],
        context={"reply": view},
        key=f"reply_through:{row.id}",
        entry=entry,
    )


def sent(job: Job, row: Outbox) -> None:
    """The answer has gone (or is proved to have): the entry is answered. Safe to call again."""
    said = facts.get(job.session, _fact(row)) if row.kind == KIND else None
    entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
    if not said or entry is None:
        return
    received = job.session.get(Received, row.caused_by) if row.caused_by else None
    attachments: tuple[Attachment, ...] = ()
    if received is not None and received.sha256:
        attachments = parsing.parse(job.desk.archive.get(received.sha256)).attachments
    _thread_mail(job, row).kind = KIND
    answering.record(
        job,
        entry,
        answering.Answer(
            text=said["text"],
            at=job.now,
            officer=said["officer"],
            assumed=said["assumed"],
            message_id=row.message_id,
            attachments=attachments,
        ),
        received,
    )
    facts.put(job.session, _fact(row), None)


def cancelled(job: Job, row: Outbox) -> None:
    """The answer was taken back: it is no part of the thread's answers."""
    if row.kind == KIND:
        _thread_mail(job, row).kind = CANCELLED
        facts.put(job.session, _fact(row), None)


def _thread_mail(job: Job, row: Outbox) -> ThreadMail:
    entry = job.session.get(Entry, row.entry_id)
    assert entry is not None  # an answer always belongs to one
    return next(m for m in entries.thread(job.session, entry) if m.outbox_id == row.id)


def _fact(row: Outbox) -> str:
    return f"answer:{row.id}"
