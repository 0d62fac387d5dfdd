"""The one acknowledgement that a message may get: when, to whom, and why it sometimes waits.

A hold is never silence: the row stands in the outbox, the SPOC's notice and the digest show it, and one
button releases it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from ..message import automated
from ..render.headers import can_be_written_to
from ..render.views.entry import OfferView
from ..store import entries, outbox
from ..store.tables import Entry, Outbox, Received
from . import views
from .desk import Job

KIND = "acknowledgement"
HOUR = dt.timedelta(hours=1)
SENDER_CAP = "too many acknowledgements to this address within an hour"
CAP = "too many acknowledgements within an hour"
DAY = dt.timedelta(days=1)


def over_cap(job: Job, address: str) -> str:
    """Why one more acknowledgement now would be one too many, "" where it would not (architecture 8)."""
    limits, since = job.settings.limits, job.now - HOUR
    if (
        outbox.acknowledgements_since(job.session, since, address)
        >= limits.acknowledgements_per_sender_per_hour
    ):
        return SENDER_CAP
    if outbox.acknowledgements_since(job.session, since) >= limits.acknowledgements_per_hour:
        return CAP
    return ""


AT_ONCE = dt.timedelta(minutes=5)  # nobody reads an acknowledgement and writes the next question faster


def answered_by_machine(job: Job, entry: Entry) -> str:
    """Why a machine may be answering our acknowledgements under fresh subjects, "" where a person writes.

    Some ticket systems set none of the headers by which a machine is known (RFC 3834). What gives them
    away: they write after our acknowledgement, and confirm what was sent to them or use the same words
    with the next number.
    """
    until = entry.received_at.replace(microsecond=999_999)  # servers tell whole seconds
    found = entries.acknowledged_of(job.session, entry.contact_email, job.now - DAY, until)
    answered = [earlier for earlier in found if earlier.id != entry.id]
    if answered and automated.acknowledges(entry.information_sought):
        return "it reads like a machine's answer to our acknowledgement"
    words = _without_numbers(entry.information_sought)
    if automated.asks(entry.information_sought):
        # Who asks about one year and then the next is a person, unless it comes as fast as a machine.
        answered = [
            e for e in answered if e.acknowledged_at and entry.received_at - e.acknowledged_at < AT_ONCE
        ]
    if words and any(_without_numbers(earlier.information_sought) == words for earlier in answered):
        return "but for its numbers it repeats an earlier message, as a machine's answers do"
    return ""


def _without_numbers(text: str) -> str:
    return " ".join(re.sub(r"\d+", "0", text).split()).casefold()


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
    if not can_be_written_to(entry.contact_email):
        return None
    key = f"{KIND}:{received.id}" if received is not None else f"{KIND}:{entry.reference}"
    if outbox.by_key(job.session, key) is not None:
        return None
    if not hold and not entry.emergency:
        hold = over_cap(job, entry.contact_email) or (answered_by_machine(job, entry) if received else "")
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
    """(In-Reply-To, References) of a mail to the enquirer: their own message, or the original of a forward.

    Nothing where a forward does not tell its original: the forwarder's own mail stays inside.
    """
    mail = entries.enquiry_mail(job.session, entry)
    if mail is None or not mail.message_id or (entry.forwarded_by and mail.kind != "original"):
        return "", ()
    return mail.message_id, (mail.message_id,)
