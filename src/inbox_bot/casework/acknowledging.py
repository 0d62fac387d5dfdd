"""The one acknowledgement that a message may get: when, to whom, and why it sometimes waits.

A hold is never silence: the row stands in the outbox, the SPOC's notice and the digest show it, and one
button releases it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..render.views import OfferView
from ..store import entries, outbox
from ..store.tables import Entry, Outbox, Received
from . import views
from .desk import Job

KIND = "acknowledgement"
HOUR = dt.timedelta(hours=1)


def over_cap(job: Job, address: str) -> str:
    """Why one more acknowledgement now would be one too many, "" where it would not (architecture 8)."""
    limits, since = job.settings.limits, job.now - HOUR
    if (
        outbox.acknowledgements_since(job.session, since, address)
        >= limits.acknowledgements_per_sender_per_hour
    ):
        return "too many acknowledgements to this address within an hour"
    if outbox.acknowledgements_since(job.session, since) >= limits.acknowledgements_per_hour:
        return "too many acknowledgements within an hour"
    return ""


def acknowledge(
    job: Job,
    entry: Entry,
    received: Received | None,
    *,
    message_id: str = "",
    references: Sequence[str] = (),
    hold: str = "",
    offers: tuple[OfferView, ...] = (),
) -> Outbox | None:
    """Queue the entry's acknowledgement; None where there is nobody to write to or it was queued before."""
    if not entry.contact_email:
        return None
    key = f"{KIND}:{received.id}" if received is not None else f"{KIND}:{entry.reference}"
    if outbox.by_key(job.session, key) is not None:
        return None
    if not hold and not entry.emergency:
        hold = over_cap(job, entry.contact_email)
    message = job.desk.mails.acknowledgement(
        views.entry_view(job, entry, offers=offers),
        to=entry.contact_email,
        phase=job.phase_view(),
        message_id=job.new_message_id(key),
        date=job.now,
        in_reply_to=message_id,
        references=references,
        language=entry.language,
    )
    return job.queue(
        message,
        key=key,
        kind=KIND,
        entry=entry,
        caused_by=received.id if received else None,
        hold_reason=hold,
        urgent=entry.emergency,
    )


def held_for(job: Job, entry: Entry) -> Sequence[Outbox]:
    """The entry's acknowledgements that wait for an officer."""
    return [row for row in outbox.held_of(job.session, entry.id) if row.kind == KIND]


def thread_of(job: Job, entry: Entry) -> tuple[str, tuple[str, ...]]:
    """(In-Reply-To, References) for a mail to the enquirer: on their own message, or the original forwarded."""
    mail = entries.enquiry_mail(job.session, entry)
    return (mail.message_id, (mail.message_id,)) if mail is not None and mail.message_id else ("", ())
