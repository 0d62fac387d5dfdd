"""A message from outside the office: a new entry, a follow-up, a thanks, or nothing that needs one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from ..casework import acknowledging, answering, belonging, notices, referring, unseen
from ..casework.arrival import Arrival
from ..casework.desk import Job
from ..casework.filing import Contact, open_entry
from ..message.model import Address
from ..register.states import Outcome, ResponsibleAuthority, Status
from ..store import entries, facts
from ..store.tables import Entry
from ..triage.model import Category, Hit, Matter, Role, Understood

TOO_LARGE = "too_large"  # defect of a message of which only the beginning was read
FUTURE_TOLERANCE = dt.timedelta(hours=26)  # more than any zone or clock-change error: a clock is wrong


def handle(job: Job, arrival: Arrival) -> Outcome:
    """File, or attach to the entry it belongs to."""
    found = belonging.belongs_to(job, arrival)
    if found is not None:
        entry, certain = found
        if certain:
            return _attach(job, arrival, entry)
    if (same := belonging.forward_of_known(job, arrival)) is not None:
        return _attach_again(job, arrival, same)
    if found is None:
        unseen.ask_elsewhere(job, arrival)
    entry = _file(job, arrival, suggested=found[0] if found else None)
    arrival.received.entry_id = entry.id
    return Outcome.FILED


def taken_back(understood: Understood) -> Understood:
    """What an officer says is no spam: an enquiry, in doubt where triage saw nothing else in it."""
    found = understood.classification
    if found.category not in (Category.SPAM, Category.AUTOMATED):
        return understood
    message = understood.message
    enquiry = replace(
        found,
        category=Category.PUBLIC_ENQUIRY,
        enquirer=message.author if message.author.email else None,
        enquirer_role=Role.PUBLIC
        if found.enquirer_role in (Role.SYSTEM, Role.UNKNOWN)
        else found.enquirer_role,
        acknowledge=bool(message.author.email),
        needs_review=True,
        new_text=found.new_text or understood.words.new or message.text,
    )
    return replace(understood, classification=enquiry, automated=replace(understood.automated, kind=None))


# -- a new entry ----------------------------------------------------------------------------------------


def _file(job: Job, arrival: Arrival, suggested: Entry | None, follows: Entry | None = None) -> Entry:
    received, understood = arrival.received, arrival.understood
    found, message = understood.classification, understood.message
    forward = understood.forward if found.forwarded_by else None
    sought = found.original_text if forward is not None else found.new_text
    notes = []
    if suggested is not None:
        notes.append(
            f"Its subject or thread names {suggested.reference}, but the sender takes no part in that entry."
        )
    if found.follow_up and suggested is None and follows is None:
        notes.append("It continues a conversation that this service has not seen: no fresh acknowledgement.")
    if found.foi_missing:
        notes.append("FOIA s.8, missing: " + ", ".join(found.foi_missing) + ".")
    if forward is not None and forward.covering_note:
        notes.append("It came with a covering note from staff; see the archived message.")
    too_large = any(defect.code == TOO_LARGE for defect in message.defects)
    if too_large:
        notes.append("It is too large to be read whole: attachments are only in the archived message.")
    contact = Contact(
        category=found.category,
        underlying=found.underlying,
        matters=found.matters,
        received_at=received.received_at,
        enquirer=found.enquirer or Address(),
        role=found.enquirer_role,
        standing=arrival.standing,
        subject=(forward.original.subject if forward else "") or message.subject,
        sought=sought or (forward.original.text if forward else message.text)[:20_000],
        language=found.language,
        forwarded_by=found.forwarded_by or "",
        received_by_force_on=_force_day(job, arrival),
        authority=_authority(found.category, found.underlying, found.recorded_information),
        attachments=(forward.original.attachments or message.attachments) if forward else message.attachments,
        participants=_participants(job, arrival),
        evidence=found.evidence,
        confidence=found.confidence,
        needs_review=found.needs_review or found.enquirer is None or too_large,
        confidential=found.confidential,
        emergency=found.emergency,
        recorded_information=found.recorded_information,
        environmental=_environmental(found.evidence),
        names_staff=found.names_staff,
        notes=notes,
        follows=follows,
    )
    entry = open_entry(job, contact, received)
    _thread(job, arrival, entry)
    sent = None
    if found.acknowledge or follows is not None:
        parent, references = acknowledging.thread_of(job, entry)
        sent = acknowledging.acknowledge(
            job,
            entry,
            received,
            message_id=parent,
            references=references,
            hold=hold_reason(job, arrival),
            offers=arrival.offers,
        )
    if found.emergency:
        notices.alert_emergency(job, entry, received)
    referring.propose(job, entry)
    if sent is None or sent.hold_reason != acknowledging.SENDER_CAP or found.emergency:
        notices.notify_new(
            job,
            entry,
            received,
            sent,
            foi_missing=found.foi_missing,
            offers=arrival.offers,
            similar=arrival.similar,
        )  # of a mail bomb the hour's summary tells (housekeeping), not a notice each
    if entry.status is Status.AWAITING_DECISION:
        notices.request_decision(job, entry)
    return entry


def hold_reason(job: Job, arrival: Arrival) -> str:
    """Why the acknowledgement must wait for an officer, "" where it need not (architecture 8 and 9)."""
    received, understood = arrival.received, arrival.understood
    if received.ack_hold:
        return received.ack_hold
    age = job.now - received.received_at
    cleared = facts.get(job.session, f"not_spam:{received.id}")  # an officer has just asked for it
    if not cleared and age > dt.timedelta(hours=job.settings.smtp.ack_max_age_hours):
        return f"it arrived more than {job.settings.smtp.ack_max_age_hours} hours ago"
    if age < -FUTURE_TOLERANCE:
        return "it seems to come from the future: check the clock of this machine"
    if arrival.trust.verdict == "fail":
        return "the receiving server could not confirm the sender"
    found = understood.classification
    if understood.forward is not None and found.enquirer is not None and not _known_forwarder(job, arrival):
        inside = understood.forward.original.sender.email
        if inside == found.enquirer.email and inside != understood.message.author.email:
            return "the enquirer's address stands only inside a forward by somebody unknown"
    return ""


def _known_forwarder(job: Job, arrival: Arrival) -> bool:
    """Force and fire staff, the office's own people and the returning officer may pass mail on."""
    people, author = job.settings.people, arrival.understood.message.author
    if author.email in people.addresses or author.domain == job.settings.office.domain:
        return True
    return any(author.domain == d or author.domain.endswith("." + d) for d in people.force_domains)


def _authority(
    category: Category, underlying: Category | None, recorded_information: bool
) -> ResponsibleAuthority:
    """Who must answer is open where a request for information reached the force first (R7)."""
    if category is Category.MISDIRECTED_FORCE and (underlying is Category.FOI or recorded_information):
        return ResponsibleAuthority.UNDECIDED
    return ResponsibleAuthority.OFFICE


def _environmental(evidence: Sequence[Hit]) -> bool:
    """Whether the EIR 2004 are invoked and FOIA is not: where a form names both, the officer says which."""
    rules = {hit.rule for hit in evidence}
    return "foi-eir" in rules and "foi-act-named" not in rules


def _force_day(job: Job, arrival: Arrival) -> dt.date | None:
    """The day on which the force had it, as far as the forward tells."""
    found, forward = arrival.understood.classification, arrival.understood.forward
    if found.category is not Category.MISDIRECTED_FORCE or forward is None or forward.original.date is None:
        return None
    return min(job.desk.local_day(forward.original.date), job.desk.local_day(arrival.received.received_at))


def _participants(job: Job, arrival: Arrival) -> Sequence[Address]:
    """The writer, the forwarder and whoever was copied in, but never our own inbox."""
    message = arrival.understood.message
    is_inbox = job.settings.office.is_inbox
    people = [message.author, *message.to, *message.cc]
    outside = [p for p in people if p.email and not is_inbox(p.email)]
    return outside[:50]  # a round robin is no thread of hundreds


def _thread(job: Job, arrival: Arrival, entry: Entry) -> None:
    """Remember the Message-IDs by which answers and follow-ups will find this entry."""
    received, message = arrival.received, arrival.understood.message
    entries.add_mail(
        job.session, entry, message.message_id, "enquiry", received.received_at, received_id=received.id
    )
    forward = arrival.understood.forward
    if forward is not None and forward.original.message_id:
        at = forward.original.date or received.received_at
        entries.add_mail(job.session, entry, forward.original.message_id, "original", at)


# -- follow-ups -------------------------------------------------------------------------------------------


def _attach(job: Job, arrival: Arrival, entry: Entry) -> Outcome:
    """A message in a known thread, from somebody who takes part in it."""
    received, found = arrival.received, arrival.understood.classification
    sender = arrival.understood.message.author.email
    text = found.new_text or ""
    received.entry_id = entry.id
    confirmed = referring.confirm(job, entry, sender)
    if (found.thank_you and not answering.awaits_clarification(entry)) or not text.strip():
        _add(job, arrival, entry, "thanks")
        unseen.ask(job, entry, text)
        job.audit("thanks", entry.reference, message=received.id)
        return Outcome.ATTACHED
    if confirmed or sender in _passed_on_to(job, entry):
        _add(job, arrival, entry, "receipt")
        notices.notify_new(job, entry, received, None, what="referral_reply")
        return Outcome.ATTACHED
    if entry.status in (Status.ANSWERED, Status.CLOSED):
        new = _file(job, arrival, suggested=None, follows=entry)
        received.entry_id = new.id
        return Outcome.FILED
    _add(job, arrival, entry, "follow_up")
    message = arrival.understood.message
    answering.follow_up(job, entry, text, received.received_at, message.attachments, received)
    for matter in found.matters:
        if matter.value not in entry.matters and matter is not Matter.ALREADY_PUBLISHED:
            entry.matters = [*entry.matters, matter.value]
    if found.emergency:
        entry.emergency = True
        notices.alert_emergency(job, entry, received)
    unseen.ask(job, entry, text)
    notices.notify_new(job, entry, received, None, what="follow_up")
    return Outcome.ATTACHED


def _attach_again(job: Job, arrival: Arrival, entry: Entry) -> Outcome:
    """The force forwards what the enquirer sent us too: one entry, both ways of arrival on record."""
    arrival.received.entry_id = entry.id
    _add(job, arrival, entry, "enquiry")
    note = "It also reached the office by another way; see the thread."
    if note not in entry.notes:
        entry.notes = [*entry.notes, note]
    job.audit("second_way", entry.reference, message=arrival.received.id)
    return Outcome.ATTACHED


def _passed_on_to(job: Job, entry: Entry) -> set[str]:
    return {r.to_email for r in entries.referrals(job.session, entry)}


def _add(job: Job, arrival: Arrival, entry: Entry, kind: str) -> None:
    received, message = arrival.received, arrival.understood.message
    entries.add_mail(
        job.session, entry, message.message_id, kind, received.received_at, received_id=received.id
    )
    entries.add_participant(job.session, entry, message.author.email, message.author.name)
