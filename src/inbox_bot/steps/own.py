"""Our own mail seen again, in Sent or come back: the proof that the server took it."""

from __future__ import annotations

from ..casework import sending
from ..casework.desk import Job
from ..message.model import ParsedMessage
from ..register.states import OutboxState, Outcome
from ..store import facts, outbox
from ..store.tables import Received

OLDER = "the mailbox holds mail of ours that this database does not know: it is older than the mailbox"


def handle(job: Job, received: Received, message: ParsedMessage) -> Outcome:
    """Settle the row that this is a copy of.

    A copy in Sent of which no row knows, or whose row was never tried, was sent after this database was
    saved: somebody brought back an old one without `restore`. Sending stops until a person has looked, for
    what waits may have gone before.
    """
    row = outbox.by_message_id(job.session, message.message_id)
    never_tried = row is not None and not row.tries and row.state is not OutboxState.UNKNOWN
    if never_tried or (row is None and received.place == "sent"):
        _stop_sending(job, received)
    if row is None:
        return Outcome.OWN_COPY
    received.entry_id = row.entry_id
    # The numbers behind our Message-IDs run anew in an old database: the same one may be for somebody else.
    if not never_tried or {address.email for address in (*message.to, *message.cc)} >= set(row.recipients):
        sending.prove(job, row)
    return Outcome.OWN_COPY


def _stop_sending(job: Job, received: Received) -> None:
    if not facts.paused(job.session):
        facts.pause(job.session, "service", job.now, OLDER)
        job.audit("paused", "", message=received.id)
