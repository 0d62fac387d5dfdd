"""Which entry a message belongs to: by its thread, its reference, or what it passes on."""

from __future__ import annotations

import datetime as dt

from ..message import thread
from ..store import entries, messages
from ..store.tables import Entry
from . import joining
from .arrival import Arrival
from .desk import Job


def belongs_to(job: Job, arrival: Arrival) -> tuple[Entry, bool] | None:
    """The entry of this thread, and whether it may attach: only its participants may (architecture 7)."""
    message = arrival.understood.message
    sender = message.author.email
    found = messages.entry_of_mail(job.session, thread.parents(message))
    entry = job.session.get(Entry, found[0]) if found else None
    if entry is None:
        for token in arrival.understood.tokens:
            if (entry := entries.find(job.session, token)) is not None:
                break
    if entry is None:
        return None
    entry = joining.current(job, entry)
    people = entries.participants(job.session, entry)
    trusted = sender in people and arrival.trust.verdict != "fail"
    return entry, trusted


def forward_of_known(job: Job, arrival: Arrival) -> Entry | None:
    """A forward of a message that is registered already attaches to its entry instead of opening another."""
    forward = arrival.understood.forward
    if forward is None:
        return None
    original = forward.original
    found = messages.entry_of_mail(job.session, [original.message_id]) if original.message_id else None
    entry = job.session.get(Entry, found[0]) if found else None
    # What a forward within the text refers to may also be the conversation in which it was passed on.
    if entry is not None and (forward.how != "inline" or entry.contact_email == original.sender.email):
        return entry
    week, came = dt.timedelta(days=messages.DUPLICATE_DAYS), arrival.received.received_at
    words = _folded(original.new_text)
    near = entries.received_of(job.session, original.sender.email, came - week, came + week)
    return next((entry for entry in near if _folded(entry.information_sought) == words), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
