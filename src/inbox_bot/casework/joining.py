"""Entries that are one, an entry that is two, and answers that belong to an entry after all."""

from __future__ import annotations

import datetime as dt

from sqlmodel import select

from ..errors import NotAllowed
from ..message import body, forwarded
from ..message import parse as parsing
from ..message.model import Address, Original, ParsedMessage
from ..register.states import Outcome, Publication, Status
from ..store import entries, search, timers
from ..store.tables import Document, Entry, Received, ThreadMail
from ..triage.model import Category, Matter
from . import answering, clock, filing, notices, views
from .desk import Job


def merge(job: Job, entry: Entry, into: Entry) -> list[str]:
    """The later entry becomes part of the earlier: its thread, people, documents and words move there.

    The earlier one stays because its dates are the earlier ones: merging never wins the office time.
    """
    if entry.id == into.id:
        raise NotAllowed("An entry cannot be merged into itself.")
    if entry.received_at < into.received_at:
        raise NotAllowed(f"{into.reference} came later: merge {into.reference} into {entry.reference}.")
    if Publication.PUBLISHED in (entry.publication, into.publication):
        raise NotAllowed("One of them is on the website already: withdraw it first.")
    if entry.answered_at is not None:
        raise NotAllowed(f"{entry.reference} has been answered: it keeps its own row.")
    if entry.statutory_due_on is not None and into.statutory_due_on is None:
        raise NotAllowed(
            f"{entry.reference} has a legal limit and {into.reference} has none: "
            f"reclassify {into.reference} first."
        )
    assert entry.id is not None and into.id is not None
    for mail in entries.thread(job.session, entry):
        mail.entry_id = into.id
    for document in job.session.exec(select(Document).where(Document.entry_id == entry.id)).all():
        document.entry_id = into.id
    for received in job.session.exec(select(Received).where(Received.entry_id == entry.id)).all():
        received.entry_id = into.id
    for email, name in entries.participants(job.session, entry).items():
        entries.add_participant(job.session, into, email, name)
    into.information_sought = f"{into.information_sought}\n\n{entry.information_sought}".strip()
    search.index_question(job.session, into)
    into.matters = list(dict.fromkeys([*into.matters, *entry.matters]))
    into.notes = [*into.notes, f"{entry.reference} was merged into this entry."]
    into.emergency |= entry.emergency
    into.confidential |= entry.confidential
    entry.clock = {**entry.clock, "merged_into": into.reference}
    entry.notes = [*entry.notes, f"Merged into {into.reference}."]
    entries.set_status(entry, Status.CLOSED)
    if entry.publication is not Publication.NEVER:
        entries.set_publication(entry, Publication.NEVER)
    entry.not_published_reason = f"N/A: merged into {into.reference}"
    timers.cancel(job.session, job.now, entry.id)
    if views.scope(job, into) == "never" and into.publication is not Publication.NEVER:
        entries.set_publication(into, Publication.NEVER, "N/A: what was merged into it is never published")
    clock.recompute(job, into)
    job.audit("entries_merged", entry.reference, into=into.reference)
    return [f"{entry.reference} is now part of {into.reference}; answers to either go to {into.reference}."]


def current(job: Job, entry: Entry) -> Entry:
    """The entry that one was merged into, however often; itself where it was not."""
    seen = {entry.reference}
    while (reference := entry.clock.get("merged_into")) and reference not in seen:
        following = entries.find(job.session, reference)
        if following is None:
            break
        seen.add(reference)
        entry = following
    return entry


def split(job: Job, entry: Entry, *, category: str, text: str) -> list[str]:
    """A second entry for another question of the same mail: same enquirer, same day of arrival.

    The mail's thread stays with the first, so that one answer never closes both by mistake; the second is
    answered by its button, or by its reference in the subject.
    """
    if not text.strip():
        raise NotAllowed(f"Write the other question below: “split {entry.reference}: the other question”.")
    kind = Category(category) if category in set(Category) else entry.underlying or entry.category
    if category and category not in set(Category):
        raise NotAllowed(f"“{category}” is not a category.")
    if kind in (Category.AUTOMATED, Category.SPAM, Category.STAFF_REPLY, Category.MISDIRECTED_FORCE):
        raise NotAllowed(f"An entry cannot become {kind.value.replace('_', ' ')}.")
    enquirer = Address(name=entry.contact_name, email=entry.contact_email)
    new = filing.open_entry(
        job,
        filing.Contact(
            category=kind,
            received_at=entry.received_at,
            enquirer=enquirer,
            role=entry.contact_role,
            subject=entry.subject,
            sought=text.strip(),
            matters=(Matter.INFORMATION,) if category and kind is Category.FOI else (),
            method=entry.method,
            language=entry.language,
            forwarded_by=entry.forwarded_by,
            received_by_force_on=entry.received_by_force_on,
            confidential=entry.confidential,
            names_staff=tuple(entry.clock.get("names_staff", ())),
            participants=[
                Address(name=n, email=e) for e, n in entries.participants(job.session, entry).items()
            ],
            notes=[f"Split off from {entry.reference}. Answer it by its button, or with its reference."],
        ),
    )
    new.counts_as_candidate = entry.counts_as_candidate
    new.owner = entry.owner
    entry.notes = [*entry.notes, f"{new.reference} was split off from this entry."]
    clock.recompute(job, new)
    notices.notify_new(job, new, None, None)
    if views.decider(job, new):
        notices.request_decision(job, new)
    job.audit("entry_split", entry.reference, new=new.reference)
    due = f", due on {new.due_on:%A} {new.due_on.day} {new.due_on:%B}" if new.due_on else ""
    return [f"{new.reference} holds the other question{due}."]


def link(job: Job, entry: Entry, received: Received) -> list[str]:
    """An officer's answer that matched nothing is attached to the entry that an officer chose."""
    if received.outcome is Outcome.ATTACHED:
        raise NotAllowed("That answer is attached to an entry already.")
    message = parsing.parse(job.desk.archive.get(received.sha256))
    kind = answering.record(job, entry, answer_in(job, message, received), received)
    received.entry_id, received.outcome, received.reason = entry.id, Outcome.ATTACHED, ""
    what = "as a holding reply" if kind == "holding" else "as its answer"
    return [f"The mail is attached to {entry.reference} {what}."]


def answer_in(job: Job, message: ParsedMessage, received: Received) -> answering.Answer:
    """What an officer told an enquirer: in this mail, or in the sent mail that it forwards or encloses."""
    words = body.cut(message)
    officer, assumed = answering.officer_of(job, message, words)
    answer = answering.Answer(
        text=words.new or message.text,
        at=received.received_at,
        officer=officer,
        assumed=assumed,
        message_id=message.message_id,
        attachments=message.attachments,
    )
    inner = sent_inside(job, message)
    if inner is None:
        return answer
    at = inner.date if inner.date is not None and inner.date <= received.received_at else received.received_at
    return answering.Answer(
        text=inner.new_text or inner.text,
        at=at.astimezone(dt.UTC),
        officer=inner.sender.name or officer,
        assumed=assumed and not inner.sender.name,
        message_id=inner.message_id or message.message_id,
        attachments=inner.attachments
        or tuple(a for a in message.attachments if not a.content_type.startswith("message/")),
    )


def sent_inside(job: Job, message: ParsedMessage) -> Original | None:
    """The officer's own sent mail inside a forward: "I answered this from my own mailbox"."""
    forward = forwarded.unwrap(message)
    if forward is None:
        return None
    ours = job.settings.people.officer_addresses | {job.settings.office.inbox_address}
    return forward.original if forward.original.sender.email in ours else None


def answered_elsewhere(job: Job, entry: Entry, text: str, by: str) -> list[str]:
    """What the enquirer was told otherwise, in the officer's words; without words, the last holding reply."""
    lines = text.strip().splitlines()
    if lines and lines[0].strip().lower().rstrip(":") == "what the enquirer was told":
        lines = lines[1:]
    said = "\n".join(lines).strip()
    held = _last_holding(job, entry)
    if not said and held is None:
        raise NotAllowed(
            "Write what the enquirer was told: it becomes the answer in the register of contacts."
        )
    at = job.now
    if not said and held is not None:
        message = parsing.parse(job.desk.archive.get(held.sha256))
        said, at = body.cut(message).new or message.text, held.received_at
    person = next(
        (p for p in (job.settings.people.spoc, job.settings.people.chief_executive) if p.email == by), None
    )
    name = (person.name or person.title) if person is not None else ""
    answering.record(
        job,
        entry,
        answering.Answer(text=said, at=at, officer=name or by, holding=False, assumed=not name),
        None,
    )
    return [f"{entry.reference} counts as answered, with these words."]


def _last_holding(job: Job, entry: Entry) -> Received | None:
    held = [m for m in entries.thread(job.session, entry) if m.kind == "holding" and m.received_id]
    return job.session.get(Received, held[-1].received_id) if held else None


def only_holding(job: Job, entry: Entry) -> list[str]:
    """The answer so far only holds the enquirer, an officer says: a final one is awaited again."""
    assert entry.id is not None
    if entry.status is Status.ANSWERED:
        if entry.publication in (Publication.APPROVED, Publication.PUBLISHED):
            raise NotAllowed(f"{entry.reference} is {entry.publication.value}: withdraw it first.")
        entries.set_status(entry, Status.OPEN)
        entry.answered_at = None
        if entry.publication in (Publication.SCHEDULED, Publication.AWAITING_APPROVAL):
            entries.set_publication(entry, Publication.UNDECIDED)
            timers.cancel(job.session, job.now, entry.id, "publication", "autopublish")
        for mail in job.session.exec(
            select(ThreadMail).where(ThreadMail.entry_id == entry.id, ThreadMail.kind == "answer")
        ).all():
            mail.kind = "holding"
        entry.notes = [*entry.notes, f"Its answer counted as a holding reply from {job.today.isoformat()}."]
    clock.schedule_reminder(
        job, entry, after=job.today, not_before=job.desk.office_days.add(job.today, 1).due
    )
    return [f"{entry.reference}: the answer so far is a holding one; the final one is still awaited."]
