"""Each day, and on `status --reconcile`: the server's messages against the register; what lacks is taken in.

Which message is accounted for is `steps/reconcile.py`'s matter; this module asks the server and takes in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import structlog

from .bootstrap import Service
from .casework.desk import Job
from .pipeline.taking_in import TakingIn
from .steps.reconcile import Listed, Unaccounted, reconcile
from .store import facts
from .store.tables import Cursor
from .transport.imap import Mailbox

log = structlog.get_logger()
DONE_ON = "reconciled_on"  # fact: the office's day of the last reconciliation


def due(job: Job) -> bool:
    """Whether today's has not been done yet; the first is due on the day after the first poll."""
    last = facts.get(job.session, DONE_ON)
    if last is None:
        facts.put(job.session, DONE_ON, job.today.isoformat())
        return False
    return bool(last < job.today.isoformat())


def daily(service: Service) -> bool:
    """Today's reconciliation where it is due; True where something was missed and now waits for a pass."""
    with service.database.begin() as session:
        if not due(service.job(session)):
            return False
    return bool(run(service))


def run(service: Service) -> list[Unaccounted]:
    """Compare, take in what was missed, and say what that was. MailboxError where the server is away.

    What was taken in waits for the next pass, which handles it as any other mail.
    """
    with service.mailbox() as mailbox:
        wanted = service.settings.mailbox
        found = mailbox.resolve(inbox=wanted.inbox, sent=wanted.sent, junk=wanted.junk)
        places = {
            folder: place
            for place, folder in (("sent", found.sent), ("junk", found.junk), ("inbox", found.inbox))
            if folder
        }
        listings = [item for folder in places for item in _listing(service, mailbox, folder)]
        with service.database.begin() as session:
            missed = [u for u in reconcile(session, listings) if u.missed]
        for one in missed:
            _fetch(service, mailbox, places[one.message.folder], one.message)
    with service.database.begin() as session:
        job = service.job(session)
        facts.put(session, DONE_ON, job.today.isoformat())
        job.audit("reconciled", "", listed=len(listings), missed=len(missed))
    if missed:
        log.warning("reconciled", listed=len(listings), missed=len(missed))
    return missed


def _listing(service: Service, mailbox: Mailbox, folder: str) -> Iterator[Listed]:
    """What the server has of our time; nothing of a folder never polled or about to be read anew."""
    with service.database.begin() as session:
        cursor = session.get(Cursor, folder)
    if cursor is None:
        return
    state = mailbox.state(folder)
    if state.uidvalidity != cursor.uidvalidity:
        return  # the next pass reads the whole folder anew
    since = cursor.started_at.date() - dt.timedelta(days=1) if cursor.first_uid is None else None
    for item in mailbox.listing(folder, since, from_uid=cursor.first_uid or 1):
        yield Listed(
            folder=folder,
            uidvalidity=state.uidvalidity,
            uid=item.uid,
            message_id=item.message_id,
            size=item.size,
            internaldate=item.internaldate,
        )


def _fetch(service: Service, mailbox: Mailbox, place: str, message: Listed) -> None:
    for fetched in mailbox.fetch_new(
        message.folder,
        after_uid=message.uid - 1,
        limit=1,
        max_octets=service.settings.mailbox.max_octets,
        uidvalidity=message.uidvalidity,
    ):
        if fetched.uid == message.uid:  # gone meanwhile: the next one is not ours to take
            TakingIn(service).take_in(mailbox, place, fetched, None, None)
