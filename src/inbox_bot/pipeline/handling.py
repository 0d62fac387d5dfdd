"""One message that was taken in: try committed → parsed → exactly one step in one transaction.

A message that raises is tried again and then set aside with its reason; what stands behind it goes on. One
that ends the process leaves its try behind: after so many it is read by a process of its own first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog

from .. import faults
from ..bootstrap import Service
from ..errors import InboxBotError, MessageLost, UnavailableError
from ..message import parse as parsing
from ..message.model import Defect, ParsedMessage
from ..register.states import Outcome
from ..steps import aside, intake
from ..store import messages
from ..store.tables import Received
from ..transport import documents, trial
from .report import Report
from .routing import Router

log = structlog.get_logger()
DEATHS = 3  # times limits.tries: how often the service may die over a message that a child can read
KILLER = "it stopped the service each time it was read"
BEGINNING = 4_000_000  # octets read of a message that is too large: its headers and its letter stand there


class Handling:
    """Gives each message that waits its outcome."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._database = service.database
        self._router = Router(service)

    def pending(
        self, report: Report, stop: Callable[[], bool] = lambda: False, limit: int | None = None
    ) -> bool:
        """Handle every message that waits (or the first `limit`), oldest first, each at most `limits.tries`
        times; True where more are waiting."""
        with self._database.begin() as session:
            waiting = list(messages.pending(session))
        try:
            for received_id in waiting[:limit]:
                outcome: Outcome | None = Outcome.PENDING
                while outcome is Outcome.PENDING and not stop():
                    outcome = self.handle(received_id, report)
                if outcome is not None:
                    report.outcomes[outcome] += 1
        finally:
            documents.close()
        return limit is not None and len(waiting) > limit

    def handle(self, received_id: int, report: Report) -> Outcome | None:
        """One try at one message: its outcome, PENDING where it may be tried again at once, None where
        another process has handled it meanwhile."""
        with self._database.begin() as session:
            row = session.get(Received, received_id, with_for_update=True)
            assert row is not None
            if row.outcome is not Outcome.PENDING:
                return None
            row.tries += 1
            limit = self.service.settings.limits.tries
            if row.tries > limit and (row.reason or row.tries > DEATHS * limit):
                return aside.handle(self.service.job(session), row, row.reason or KILLER)
        faults.point("intake.tried")
        # So many silent deaths: the message is the cause, or was only in hand when the power went.
        if row.tries > limit and not trial.survives(self.service.archive.path_of(row.sha256)):
            with self._database.begin() as session:
                killer = session.get(Received, received_id, with_for_update=True)
                assert killer is not None
                return aside.handle(self.service.job(session), killer, KILLER)
        try:
            message = self._read(row)
            faults.point("intake.parsed")
            texts = documents.words_of(message)
            with self._database.begin() as session:
                job = self.service.job(session)
                fresh = session.get(Received, received_id, with_for_update=True)
                assert fresh is not None
                if fresh.outcome is not Outcome.PENDING:
                    return None
                fresh.outcome = self._router.route(job, fresh, message, texts, report)
                faults.point("intake.before_commit")
            faults.point("intake.committed")
            log.info("handled", message=received_id, outcome=fresh.outcome.value, sha256=row.sha256[:12])
            return fresh.outcome
        except MessageLost as error:  # this one message; those behind it can be read
            return self._blame(received_id, error)
        except UnavailableError:  # the disk or the database, not the message: nothing is counted against it
            with suppress(UnavailableError), self._database.begin() as session:
                row = session.get(Received, received_id)
                assert row is not None
                row.tries -= 1
            raise
        except Exception as error:
            return self._blame(received_id, error)

    def _read(self, row: Received) -> ParsedMessage:
        """Parse from the archive; above `mailbox.max_message_mb` only the beginning, without files."""
        if self.service.archive.size(row.sha256) <= self.service.settings.mailbox.max_octets:
            return parsing.parse(self.service.archive.get(row.sha256))
        message = parsing.parse(self.service.archive.beginning(row.sha256, BEGINNING))
        return replace(
            message,
            attachments=tuple(replace(a, content=b"", sha256="") for a in message.attachments),
            defects=(*message.defects, Defect(code=intake.TOO_LARGE, detail=str(row.size))),
        )

    def _blame(self, received_id: int, error: Exception) -> Outcome:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        spot = f"{where.tb_frame.f_code.co_name}, line {where.tb_lineno}" if where is not None else "?"
        reason = str(error) if isinstance(error, InboxBotError) else f"{type(error).__name__} in {spot}"
        log.warning("message failed", message=received_id, error=type(error).__name__, where=spot)
        with self._database.begin() as session:
            row = session.get(Received, received_id)
            assert row is not None
            row.reason = reason
            if row.tries >= self.service.settings.limits.tries:
                return aside.handle(self.service.job(session), row, reason)
        return Outcome.PENDING
