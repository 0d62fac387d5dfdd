"""The officer's own mail: an answer to an enquirer, a holding reply, an internal note, or none of ours."""

from __future__ import annotations

from contextlib import suppress

from ..casework import answering, asking, believing, confirming, hearing, joining, reporting, views
from ..casework.desk import Job
from ..casework.granting import NO_COMMAND, Asked, Reply
from ..errors import MessageLost
from ..message import parse as parsing
from ..message import thread
from ..message.model import ParsedMessage, Trust
from ..register.states import Outcome
from ..render.views.notices import UnmatchedView
from ..store import entries, messages
from ..store.tables import Entry, Received
from ..triage.model import Understood

LIKELY = 5  # entries to choose from where an answer matches none


def handle(job: Job, received: Received, understood: Understood) -> Outcome:
    """Match by thread, then by `[REF]` (the sender is a trusted officer), never by subject words alone."""
    message = understood.message
    matched = matching_entries(job, understood)
    if not matched:
        _tell_unmatched(job, received, understood)
        received.reason = "an officer's mail that belongs to no entry"
        return Outcome.OWN_COPY
    answered = False
    for entry in matched:
        if _is_recorded(job, message, entry):
            received.entry_id, received.reason = entry.id, "another copy of an answer"
            return Outcome.DUPLICATE
        if _reaches_enquirer(job, message, entry):
            answering.record(job, entry, joining.answer_in(job, message, received), received)
            answered = True
        else:
            entries.add_mail(
                job.session,
                entry,
                message.message_id,
                "internal",
                received.received_at,
                received_id=received.id,
            )
            job.audit("internal_mail", entry.reference, message=received.id)
        received.entry_id = entry.id
    received.reason = "" if answered else "internal"
    return Outcome.ATTACHED


def matching_entries(job: Job, understood: Understood) -> list[Entry]:
    """Every entry that the officer's mail answers: its thread, and each reference in its subject."""
    message = understood.message
    found: dict[int, Entry] = {}
    known = messages.entry_of_mail(job.session, thread.parents(message))
    if known is not None and (entry := job.session.get(Entry, known[0])) is not None:
        found[known[0]] = entry
    inner = joining.sent_inside(job, message)
    if inner is not None and inner.message_id and not found:
        known = messages.entry_of_mail(job.session, [inner.message_id])
        if known is not None and (entry := job.session.get(Entry, known[0])) is not None:
            found[known[0]] = entry
    for token in understood.tokens:
        named = entries.find(job.session, token)
        if named is not None and named.id is not None:
            found.setdefault(named.id, named)
    current = {e.id: e for e in (joining.current(job, entry) for entry in found.values()) if e.id is not None}
    return [current[i] for i in sorted(current)]


def _is_recorded(job: Job, message: ParsedMessage, entry: Entry) -> bool:
    """Whether this very mail is an answer of the entry already: its copy may have got a banner on its way."""
    kinds = ("answer", "holding")
    thread_of = entries.thread(job.session, entry)
    return any(m.message_id == message.message_id and m.kind in kinds for m in thread_of if m.message_id)


def _reaches_enquirer(job: Job, message: ParsedMessage, entry: Entry) -> bool:
    """An answer goes to the enquirer; so did the officer's own sent mail where they forward that to us.

    A forward to a colleague does not, whatever it quotes.
    """
    recipients = {a.email for a in (*message.to, *message.cc) if a.email}
    inner = joining.sent_inside(job, message)
    if inner is not None and any(job.settings.office.is_inbox(address) for address in recipients):
        recipients |= {a.email for a in inner.to if a.email}
    if not entry.contact_email or entry.contact_email in recipients:
        return bool(entry.contact_email)
    return bool(recipients & _reply_to(job, entry))


def _reply_to(job: Job, entry: Entry) -> set[str]:
    """Where the enquirer's own mails ask to be answered (RFC 5322 3.6.2), never an address of the office."""
    people, office = job.settings.people, job.settings.office
    wanted: set[str] = set()
    for mail in entries.thread(job.session, entry):
        row = job.session.get(Received, mail.received_id) if mail.received_id else None
        if mail.kind not in ("enquiry", "follow_up") or row is None or row.sender != entry.contact_email:
            continue
        with suppress(MessageLost):  # erased, or gone: then it asks for nothing
            asked = parsing.parse(job.desk.archive.get(row.sha256)).reply_to
            wanted |= {a.email for a in asked if a.email and a.domain != office.domain}
    return wanted - people.addresses


def _tell_not_understood(job: Job, received: Received, understood: Understood) -> None:
    """An officer's mail to the inbox alone that is neither command nor note: silence would look like done."""
    message = understood.message
    alone = received.place == "inbox" and hearing.to_inbox_alone(job, message)
    if not alone or understood.forward is not None or thread.parents(message):
        return  # among colleagues, with the inbox in copy
    sender = message.author.email
    if sender not in believing.commanders(job) or not confirming.once_more(job, sender):
        return
    asked = Asked(
        received=received,
        message=message,
        words=understood.words,
        forward=None,
        verdict=Trust(),
        by=sender,
    )
    why = "Neither the subject nor the first line is a command, so nothing was done; the mail is kept"
    reporting.tell(job, asked, sender, Reply(action=NO_COMMAND, why_not=why, body=asking.HELP))


def _tell_unmatched(job: Job, received: Received, understood: Understood) -> None:
    """An answer that matches nothing is shown to the SPOC with the likely entries to choose from."""
    message, people = understood.message, job.settings.people
    inner = joining.sent_inside(job, message)
    outside = [
        a
        for a in (*message.to, *message.cc, *(inner.to if inner is not None else ()))
        if a.email and a.email not in people.addresses and a.domain != job.settings.office.domain
    ]
    if not outside:
        _tell_not_understood(job, received, understood)
        return
    likely: dict[int, Entry] = {}
    for address in outside:
        for entry in entries.not_closed_of(job.session, address.email, LIKELY):
            assert entry.id is not None
            likely.setdefault(entry.id, entry)
    if not likely and received.place != "inbox":
        return  # ordinary office mail in Sent, to somebody who never wrote to the inbox
    officer = people.spoc
    choices = tuple(
        (
            views.entry_view(job, entry),
            job.button(
                "link", f"Attach to {entry.reference}", officer, entry=entry, received_id=received.id,
                group=f"u:{received.id}",
            ),
        )
        for entry in list(likely.values())[:LIKELY]
    )  # fmt: skip
    view = UnmatchedView(
        sent_by=message.author.name or message.author.email,
        sent_to=", ".join(a.email for a in outside),
        sent_at=job.desk.local(received.received_at),
        subject=message.subject,
        text=understood.words.new,
        candidates=choices,
    )
    job.post(
        "notice/unmatched",
        to=[officer.email],
        context={"unmatched": view},
        key=f"unmatched:{received.id}",
        caused_by=received.id,
    )
