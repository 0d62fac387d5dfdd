"""Our own mail seen again, in Sent or come back: the proof that the server took it."""

from __future__ import annotations

from ..casework import sending
from ..casework.desk import Job
from ..message.model import ParsedMessage
from ..register.states import Outcome
from ..store import facts, outbox
from ..store.tables import Received

OLDER = "the mailbox holds mail of ours that this database does not know: it is older than the mailbox"


def handle(job: Job, received: Received, message: ParsedMessage) -> Outcome:
    """Settle the row that this is a copy of.

    A copy in Sent of which no row knows was sent after this database was saved: somebody brought back an
    old one without `restore`. Sending stops until a person has looked, for what waits may have gone before.
    """
    row = outbox.by_message_id(job.session, message.message_id)
    if row is not None:
        received.entry_id = row.entry_id
        sending.prove(job, row)
    elif received.place == "sent" and not facts.paused(job.session):
        facts.pause(job.session, "service", job.now, OLDER)
        job.audit("paused", "", message=received.id)
    return Outcome.OWN_COPY
