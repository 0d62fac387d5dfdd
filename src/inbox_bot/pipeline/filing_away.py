"""Moving handled mail out of the inbox, where the office wants that (`mailbox.filed`).

It comes after the commit: a crash before it leaves the message where it is, and the next pass moves it.
"""

from __future__ import annotations

from .. import faults
from ..bootstrap import Service
from ..errors import MailboxError
from ..steps import housekeeping
from ..store.tables import Received
from ..transport.imap import Mailbox
from .report import Report


def after_pass(service: Service, report: Report) -> None:
    """Move what this pass handled, over a connection of its own; none is made where nothing waits."""
    if not service.settings.mailbox.filed or report.unreachable:
        return
    with service.database.begin() as session:
        waiting = bool(housekeeping.to_file_away(session, limit=1))
    if not waiting:
        return
    try:
        with service.mailbox() as mailbox:
            move(service, mailbox, report)
    except MailboxError as error:
        report.errors.append(str(error))
        report.unreachable = True


def move(service: Service, mailbox: Mailbox, report: Report) -> None:
    """Move handled mail of the inbox where the office wants it; what fails is tried again next time."""
    pattern = service.settings.mailbox.filed
    if not pattern:
        return
    with service.database.begin() as session:
        rows = housekeeping.to_file_away(session)
    for row in rows:
        target = pattern.format(category=row.category or "other")
        try:
            moved = mailbox.move(row.folder, row.uid, target, uidvalidity=row.uidvalidity)
        except MailboxError as error:
            report.errors.append(str(error))
            return
        faults.point("imap.filed_away")
        with service.database.begin() as session:
            again = session.get(Received, row.id)
            assert again is not None
            again.filed_to = target if moved else "gone"
