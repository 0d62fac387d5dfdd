"""An answer in the register of contacts: what was provided, by whom, when, and what follows from it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..message import signature
from ..message.model import Attachment, NewWords, ParsedMessage
from ..register.states import Publication, Status
from ..store import entries, search, timers
from ..store.tables import Entry, Received
from . import clock, publishing
from .desk import Job
from .filing import add_documents

# A holding reply says that the answer is still to come. English and Welsh; each pattern is a whole idea,
# because "we will" alone also stands in final answers ("we will publish this next week").
_HOLDING = re.compile(
    r"\bholding (?:reply|response|answer)\b"
    r"|\b(?:full|fuller|further|substantive|complete|detailed|proper) (?:reply|response|answer)\b[^.]{0,60}"
    r"\b(?:will follow|to follow|follows|shortly|in due course|by|once|when|as soon)\b"
    r"|\b(?:we|i)(?: will|'ll|’ll| shall| hope to| aim to| expect to) "
    r"(?:reply|respond|answer|come back|get back|write)"
    r"[^.]{0,80}\b(?:as soon as|by|shortly|soon|in due course|once|when|next week|within|before)\b"
    r"|\b(?:we are|we're|i am|i'm) (?:still )?"
    r"(?:looking into|making enquir|checking|seeking|gathering|working on|collating|preparing)\b"
    r"|\b(?:byddwn|byddaf) yn (?:ateb|ymateb|cysylltu)\b[^.]{0,80}"
    r"\b(?:cyn gynted|erbyn|yn fuan|maes o law|pan)\b"
    r"|\b(?:ateb|ymateb) (?:llawn|llawnach) (?:i ddilyn|yn dilyn)\b",
    re.IGNORECASE,
)
HOLDING_WORDS = 90  # a long letter that also promises more is an answer, not a holding reply
_CLARIFY = re.compile(
    r"\b(?:could|can|would|please)\b[^.?]{0,60}"
    r"\b(?:clarify|clarification|be more specific|narrow|tell us (?:which|what))\b"
    r"|\bwe need (?:some )?(?:more information|clarification)\b[^.]{0,80}"
    r"\b(?:before|to identify|to locate|in order)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an officer sent to an enquirer, as read from the mail (or told by telephone)."""

    text: str
    at: dt.datetime
    officer: str
    assumed: bool = False
    message_id: str = ""
    attachments: Sequence[Attachment] = ()
    holding: bool | None = None  # None: told from the words


def officer_of(job: Job, message: ParsedMessage, words: NewWords) -> tuple[str, bool]:
    """(name, assumed): from Sender, else From where it is a person, else the signature, else the SPOC."""
    people = job.settings.people
    own = {job.settings.office.inbox_address}
    for address in (message.sender, message.author):
        if address is None or not address.email or address.email in own:
            continue
        if address.name:
            return address.name, False
        if signed := signature.signed_name(words.signature):
            return signed, False
        if address.email in people.officer_addresses:
            return address.email, False
    if signed := signature.signed_name(words.signature):
        return signed, False
    return people.spoc.name or people.spoc.title or job.settings.protocol.answering_title, True


def is_holding(text: str) -> bool:
    """Whether the words only promise an answer."""
    return len(text.split()) <= HOLDING_WORDS and bool(_HOLDING.search(text))


def record(job: Job, entry: Entry, answer: Answer, received: Received | None) -> str:
    """Write the answer into the entry; "answer" or "holding", by what it was.

    A holding reply moves the reminder and not the status. A final one cancels the reminders and
    schedules publication where the scope allows it.
    """
    holding = is_holding(answer.text) if answer.holding is None else answer.holding
    kind = "holding" if holding else "answer"
    entries.add_mail(
        job.session, entry, answer.message_id, kind, answer.at, received_id=received.id if received else None
    )
    if holding:
        note_clarification(job, entry, answer)
        clock.schedule_reminder(
            job, entry, after=job.today, not_before=job.desk.office_days.add(job.today, 1).due
        )
        entry.notes = [*entry.notes, f"Holding reply sent on {job.desk.local_day(answer.at).isoformat()}."]
        job.audit("holding_reply", entry.reference, message=received.id if received else None)
        return kind
    if entry.status is Status.CLOSED:
        entries.set_status(entry, Status.OPEN)
    entries.answer(entry, text=answer.text, officer=answer.officer, assumed=answer.assumed, at=answer.at)
    add_documents(job, entry, "provided", answer.attachments, answer.text, received)
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, clock.REMINDER, "unseen")
    job.audit(
        "entry_answered",
        entry.reference,
        message=received.id if received else None,
        sha256=received.sha256 if received else None,
        officer=job.commitment(answer.officer, entry.reference),
        assumed=answer.assumed,
    )
    if entry.publication is not Publication.NEVER:
        publishing.schedule(job, entry)
    return kind


def note_clarification(job: Job, entry: Entry, answer: Answer) -> None:
    """A holding reply that asks what was meant stops a statutory clock (FOIA s.1(3), 10(6)(b))."""
    if entry.statutory_due_on is None or not _CLARIFY.search(answer.text):
        return
    entry.notes = [
        *entry.notes,
        "The holding reply reads like a request for clarification: use the Extend button to record it.",
    ]


def awaits_clarification(entry: Entry) -> bool:
    """Whether the enquirer was asked what is meant, and has not said so yet (FOIA s.1(3))."""
    return bool(
        entry.clock.get("clarification_sought_on") and not entry.clock.get("clarification_received_on")
    )


def follow_up(
    job: Job, entry: Entry, text: str, at: dt.datetime, attachments: Sequence[Attachment], received: Received
) -> None:
    """The enquirer adds to an open question; a clarification that was asked for restarts the clock."""
    day = job.desk.local_day(at).isoformat()
    entry.information_sought = f"{entry.information_sought}\n\n{text}".strip()
    search.index_question(job.session, entry)
    add_documents(job, entry, "sought", attachments, text, received)
    if awaits_clarification(entry):
        entry.clock = {**entry.clock, "clarification_received_on": day}
        entry.waiting_on_enquirer = False
    clock.recompute(job, entry)
    job.audit("follow_up", entry.reference, message=received.id, sha256=received.sha256)
