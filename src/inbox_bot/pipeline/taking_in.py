"""Server → archive (fsynced) → received row and cursor, one commit a message.

A message is known by its place (folder, UIDVALIDITY, UID) and, where numbers changed, by its bytes. What
breaks the connection each time it is read is set aside, so that what stands behind it comes in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlmodel import Session

from .. import faults
from ..bootstrap import Service
from ..casework import sending
from ..errors import MailboxError
from ..register.states import OutboxState
from ..steps import aside
from ..store import facts, messages, outbox
from ..store.tables import Cursor, Outbox, Received
from ..transport.imap import Fetched, Mailbox, MessageUnreadable
from . import filing_away
from .report import Report

FETCH = 50  # messages of one folder a request; the next request follows at once
BREAKS = "the connection breaks whenever this message is read; it stands in the mailbox"


class TakingIn:
    """Reads the mailbox; what it took in waits in the database, to be handled."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._database = service.database

    def receive(
        self, report: Report, since: dt.date | None = None, stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Take in what is new in Sent, inbox and junk. A server that is away is an error, not a loss."""
        for archive in (self.service.desk.archive, self.service.desk.documents):
            archive.discard_unfinished()  # half a mail of a killed pass is somebody's words, kept for nothing
        try:
            with self.service.mailbox() as mailbox:
                self._receive(mailbox, report, since, stop)
                self._seek_evidence(mailbox)
                report.polled = True
                filing_away.move(self.service, mailbox, report)
        except MailboxError as error:
            report.errors.append(str(error))
            report.unreachable = True

    def _receive(
        self, mailbox: Mailbox, report: Report, since: dt.date | None, stop: Callable[[], bool]
    ) -> None:
        wanted = self.service.settings.mailbox
        found = mailbox.resolve(inbox=wanted.inbox, sent=wanted.sent, junk=wanted.junk)
        for place, folder in (("inbox", found.inbox), ("sent", found.sent), ("junk", found.junk)):
            if folder and not stop():
                self._receive_folder(mailbox, place, folder, report, since, stop)

    def _seek_evidence(self, mailbox: Mailbox) -> None:
        """Look for copies of the mails whose outcome is unknown; most have been taken in as new mail before.

        In Sent, where some servers keep a copy of what they accept; in the inbox, where we sent one.
        """
        with self._database.begin() as session:
            unknown = [(r.id, r.message_id) for r in outbox.in_state(session, OutboxState.UNKNOWN)[:FETCH]]
        if not unknown:
            return
        wanted = self.service.settings.mailbox
        found = mailbox.resolve(inbox=wanted.inbox, sent=wanted.sent, junk=wanted.junk)
        places = (found.sent, found.inbox if self.service.settings.smtp.bcc_inbox else None)
        for folder in filter(None, places):
            for row_id, message_id in unknown:
                if mailbox.find_message_id(folder, f"<{message_id}>"):
                    with self._database.begin() as session:
                        row = session.get(Outbox, row_id, with_for_update=True)
                        assert row is not None
                        sending.prove(self.service.job(session), row)

    def _receive_folder(
        self,
        mailbox: Mailbox,
        place: str,
        folder: str,
        report: Report,
        since: dt.date | None,
        stop: Callable[[], bool],
    ) -> None:
        state = mailbox.state(folder)
        after, hold_before, floor = self._start(folder, state.uidvalidity, state.uidnext, since)
        faults.point("imap.started")
        while not stop():
            batch = 0
            try:
                for fetched in mailbox.fetch_new(
                    folder,
                    after_uid=after,
                    limit=FETCH,
                    max_octets=self.service.settings.mailbox.max_octets,
                    uidvalidity=state.uidvalidity,
                ):
                    faults.point("imap.fetched")
                    batch += 1
                    after = fetched.uid
                    report.fetched += self.take_in(mailbox, place, fetched, hold_before, floor)
            except MessageUnreadable as error:
                self._unreadable(place, error)
                raise
            if batch == 0:
                break
        with self._database.begin() as session:
            cursor = session.get(Cursor, folder)
            if cursor is not None:
                cursor.polled_at = self.service.clock()
            facts.put_time(session, "last_poll", self.service.clock())

    def _start(
        self, folder: str, uidvalidity: int, uidnext: int, since: dt.date | None
    ) -> tuple[int, dt.datetime | None, dt.datetime | None]:
        """(UID to start after, hold acknowledgements of mail before, leave out mail before).

        First start: only what comes from now on, unless `since` says otherwise. A changed UIDVALIDITY or a
        folder whose numbers ran backwards: everything is looked at again, what is known is recognised by its
        bytes, and what arrived before the last poll is filed with its acknowledgement held.
        """
        now = self.service.clock().replace(microsecond=0)  # as INTERNALDATE: the second of the start is ours
        since = since or self.service.settings.mailbox.since
        with self._database.begin() as session:
            cursor = session.get(Cursor, folder, with_for_update=True)
            if cursor is None:
                floor = self.service.desk.at(since, dt.time(0)) if since else None
                after = 0 if since else uidnext - 1
                session.add(
                    Cursor(
                        folder=folder,
                        uidvalidity=uidvalidity,
                        last_uid=after,
                        first_uid=None if since else uidnext,
                        started_at=floor or now,
                        polled_at=now,
                    )
                )
                return after, None, floor
            if cursor.uidvalidity != uidvalidity or uidnext <= cursor.last_uid:
                known_until = min(cursor.polled_at, now)  # a poll in the future was made under a wrong clock
                cursor.uidvalidity, cursor.last_uid, cursor.first_uid = uidvalidity, 0, None
                cursor.started_at = min(cursor.started_at, known_until.replace(microsecond=0))
                facts.put_time(session, facts.key_of("renumbered", folder), known_until)
            renumbered = facts.get_time(session, facts.key_of("renumbered", folder))
            if since is not None and since != self.service.settings.mailbox.since:
                floor = self.service.desk.at(since, dt.time(0))
                if floor < cursor.started_at:
                    cursor.started_at, cursor.first_uid = floor, None
                return 0, renumbered, floor
            return cursor.last_uid, renumbered, cursor.started_at if renumbered else None

    def take_in(
        self,
        mailbox: Mailbox,
        place: str,
        fetched: Fetched,
        hold_before: dt.datetime | None,
        floor: dt.datetime | None,
    ) -> int:
        """Archive one message, then record it with the cursor; 1 where it is new to us."""
        if floor is not None and fetched.internaldate < floor:
            with self._database.begin() as session:
                self._advance_in(session, fetched)
            return 0
        with self._database.begin() as session:
            if messages.known_at_place(
                session, fetched.folder, fetched.uidvalidity, fetched.uid, fetched.internaldate
            ):
                self._advance_in(session, fetched)
                return 0
        if fetched.oversize:
            sha256 = self.service.archive.put_stream(
                mailbox.stream(fetched.folder, fetched.uid, uidvalidity=fetched.uidvalidity)
            )
        elif fetched.raw is not None:
            sha256 = self.service.archive.put(fetched.raw)
        else:
            sha256 = ""
        faults.point("archive.synced")
        with self._database.begin() as session:
            session.get(Cursor, fetched.folder, with_for_update=True)  # another process may take it in, too
            if messages.known_at_place(
                session, fetched.folder, fetched.uidvalidity, fetched.uid, fetched.internaldate
            ):
                return 0
            known = messages.by_hash(session, sha256, fetched.folder) if sha256 and hold_before else None
            if known is not None and known.uidvalidity != fetched.uidvalidity:
                known.uidvalidity, known.uid = fetched.uidvalidity, fetched.uid  # renumbered, not new
                self._advance_in(session, fetched)
                return 0
            messages.vacate(session, fetched.folder, fetched.uidvalidity, fetched.uid)
            row = Received(
                place=place,
                folder=fetched.folder,
                uidvalidity=fetched.uidvalidity,
                uid=fetched.uid,
                sha256=sha256,
                size=len(fetched.raw) if fetched.raw is not None else fetched.size,
                received_at=fetched.internaldate,
                taken_in_at=self.service.clock(),
            )
            # What came before a restore may have been acknowledged after the backup was made.
            held = max(filter(None, (hold_before, facts.get_time(session, "restored_at"))), default=None)
            if held is not None and fetched.internaldate <= held:
                row.ack_hold = (
                    "it arrived before mailbox or database were restored: it may have been answered"
                )
            session.add(row)
            session.flush()
            if not sha256:
                aside.handle(self.service.job(session), row, fetched.problem or "the server gives no content")
            self._advance_in(session, fetched)
        faults.point("intake.recorded")
        return 1

    @staticmethod
    def _advance_in(session: Session, fetched: Fetched) -> None:
        cursor = session.get(Cursor, fetched.folder)
        assert cursor is not None  # _start made it
        cursor.last_uid = max(cursor.last_uid, fetched.uid)

    def _unreadable(self, place: str, error: MessageUnreadable) -> None:
        """Count the tries of a message that breaks the connection; then set it aside and go past it."""
        key = facts.key_of("unreadable", error.folder, error.uidvalidity, error.uid)
        with self._database.begin() as session:
            tries = int(facts.get(session, key, 0)) + 1
            facts.put(session, key, tries)
            if tries < self.service.settings.limits.tries:
                return
            row = Received(
                place=place,
                folder=error.folder,
                uidvalidity=error.uidvalidity,
                uid=error.uid,
                sha256="",
                size=0,
                received_at=self.service.clock(),
                taken_in_at=self.service.clock(),
            )
            session.add(row)
            session.flush()
            aside.handle(self.service.job(session), row, BREAKS)
            cursor = session.get(Cursor, error.folder)
            if cursor is not None:
                cursor.last_uid = max(cursor.last_uid, error.uid)
