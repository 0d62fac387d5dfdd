"""The force's own disclosure, mailed to the inbox: it closes the force's entry and is published (R7, R23)."""

from __future__ import annotations

import re

from ..message import thread
from ..message.model import Trust
from ..register.states import Outcome, Publication, ResponsibleAuthority, Status
from ..store import entries, messages
from ..store.tables import Entry, Received
from ..triage.model import Understood
from . import answering, believing, joining, notices, publishing, referring, views
from .desk import Job

_DISCLOSES = re.compile(
    r"\b(?:disclos\w+|(?:our|the|final|full) (?:foi )?response\b|"
    r"response to (?:your|the|this) (?:foi|freedom|request)|"
    r"information (?:that )?(?:you|was) requested|refusal notice|"
    r"section \d{1,2}\b|no information held|datgel\w+)",
    re.IGNORECASE,
)
_ONLY_RECEIPT = re.compile(
    r"\b(?:received|receipt|logged|allocated|will (?:reply|respond|be dealt))\b", re.IGNORECASE
)


def take(job: Job, received: Received, understood: Understood, verdict: Trust) -> Outcome | None:
    """ATTACHED where the force sends its answer to an entry that is the force's to answer; else None."""
    message = understood.message
    sender = message.author.email
    if not believing.is_force(job, sender) or verdict.verdict == "fail":
        return None
    entry = _entry(job, understood)
    if entry is None:
        return None
    if _reaches_enquirer(understood, entry):  # the force's SPOC answers, with us in copy
        received.entry_id = entry.id
        answering.record(job, entry, joining.answer_in(job, message, received), received)
        return Outcome.ATTACHED
    if not _is_forces(entry) or not _is_disclosure(understood):
        return None
    if not believing.is_proved(verdict, sender) and sender not in entries.participants(job.session, entry):
        return None  # neither vouched for nor asked: it goes the ordinary way and is shown
    referring.confirm(job, entry, sender)
    officer = message.author.name or "the force's freedom of information team"
    answering.record(
        job,
        entry,
        answering.Answer(
            text=understood.words.new or message.text,
            at=received.received_at,
            officer=officer,
            message_id=message.message_id,
            attachments=message.attachments,
            holding=False,
        ),
        received,
    )
    if views.scope(job, entry) != "never" and entry.publication is Publication.UNDECIDED:
        publishing.choose_to_publish(job, entry)
    if entry.status is not Status.CLOSED:
        entries.set_status(entry, Status.CLOSED)
    received.entry_id = entry.id
    job.audit("force_disclosure", entry.reference, message=received.id, sha256=received.sha256)
    notices.notify_new(job, entry, received, None, what="disclosure")
    spoc = job.settings.people.spoc
    if notices.owner(job, entry).email != spoc.email:  # the office keeps the central log (NF 10, 12)
        notices.notify_new(job, entry, received, None, what="disclosure", to=spoc)
    return Outcome.ATTACHED


def _entry(job: Job, understood: Understood) -> Entry | None:
    known = messages.entry_of_mail(job.session, thread.parents(understood.message))
    entry = job.session.get(Entry, known[0]) if known else None
    if entry is None:
        entry = next(filter(None, (entries.find(job.session, t) for t in understood.tokens)), None)
    return joining.current(job, entry) if entry is not None else None


def _reaches_enquirer(understood: Understood, entry: Entry) -> bool:
    """In the entry's own thread, to the enquirer: a `[REF]` alone would not do for an outsider."""
    message = understood.message
    recipients = {a.email for a in (*message.to, *message.cc)}
    return bool(thread.parents(message)) and bool(entry.contact_email) and entry.contact_email in recipients


def _is_forces(entry: Entry) -> bool:
    return entry.owner == "force" or entry.responsible_authority in (
        ResponsibleAuthority.FORCE,
        ResponsibleAuthority.FIRE,
    )


def _is_disclosure(understood: Understood) -> bool:
    """Words or files that answer, not a receipt that says when an answer will come."""
    words = understood.words.new
    files = [a for a in understood.message.attachments if not a.inline]
    if not files and _ONLY_RECEIPT.search(words) and len(words.split()) < 60:
        return False
    return (
        bool(files) or bool(_DISCLOSES.search(words)) or bool(_DISCLOSES.search(understood.message.subject))
    )
