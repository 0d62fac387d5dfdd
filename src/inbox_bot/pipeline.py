"""One message's way, and one full pass: take in, handle, send, remind, publish, digest.

    take in   server → archive (fsynced) → received row and cursor, one commit a message
    handle    try committed → parse and understand (pure) → exactly one step in one transaction
    then      move it on the server where the office wants that; a crash before it is a no-op next time

A message that raises is tried again and then set aside with its reason; what stands behind it goes on.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import structlog
from sqlmodel import Session

from . import faults
from .bootstrap import Service, template_dirs
from .casework import acknowledging, comparing, publishing, sending, showing
from .casework.desk import Job
from .errors import InboxBotError, MailboxError, MessageLost, StorageError, UnavailableError
from .message import parse as parsing
from .message import thread, trust
from .message.model import Defect, ParsedMessage, Trust
from .register.states import OutboxState, Outcome, Publication
from .render.pages import build_site, page_of
from .render.views import OfferView, SetAsideView
from .steps import (
    commands,
    digest,
    dispatch,
    housekeeping,
    intake,
    machines,
    own,
    publication,
    release,
    reminders,
    replies,
)
from .store import entries, facts, messages, outbox, roster, search
from .store.tables import Cursor, Entry, Outbox, Received
from .transport import documents, trial
from .transport.delivery import deliver
from .transport.imap import Fetched, Mailbox, MessageUnreadable
from .transport.smtp import Sender
from .triage.classify import understand
from .triage.model import Category, Understood

log = structlog.get_logger()
T = TypeVar("T")
DEATHS = 3  # times limits.tries: how often the service may die over a message that a child can read
KILLER = "it stopped the service each time it was read"
FETCH = 50  # messages of one folder a request; the next request follows at once
PORTION = 50  # messages handled before what they queued is sent
BEGINNING = 4_000_000  # octets read of a message that is too large: its headers and its letter stand there


@dataclass
class Report:
    """What one pass did: the contract's `once --json`."""

    fetched: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    acknowledged: int = 0
    acknowledgements_held: int = 0
    replies_matched: int = 0
    reminders_sent: int = 0
    approvals_requested: int = 0
    published: int = 0
    digest_sent: bool = False
    outbox: dict[OutboxState, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    unreachable: bool = False  # a server could not be reached: exit code 3
    polled: bool = False  # the mailbox was read to its end
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        shown = ("queued", "held", "sent", "retrying", "unknown", "failed")
        waiting = self.outbox.get(OutboxState.SENDING, 0)
        figures = {state.value: n for state, n in self.outbox.items()}
        figures["queued"] = figures.get("queued", 0) + waiting
        return {
            "fetched": self.fetched,
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "acknowledged": self.acknowledged,
            "acknowledgements_held": self.acknowledgements_held,
            "replies_matched": self.replies_matched,
            "reminders_sent": self.reminders_sent,
            "approvals_requested": self.approvals_requested,
            "published": self.published,
            "digest_sent": self.digest_sent,
            "outbox": {name: figures.get(name, 0) for name in shown},
            "errors": self.errors,
            "seconds": round(self.seconds, 3),
        }


class Pipeline:
    """Runs passes for one service. All database and mailbox work is on one worker thread."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.desk = service.desk
        self.database = service.database
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker")

    def close(self) -> None:
        self._worker.shutdown(wait=True)

    async def on_worker(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run synchronous work on the worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, lambda: work(*arguments))

    # -- one pass ---------------------------------------------------------------------------------------

    async def once(
        self,
        *,
        since: dt.date | None = None,
        stop: Callable[[], bool] = lambda: False,
        sender: Sender | None = None,
    ) -> Report:
        """Everything that is due now. What a server or a message breaks is reported; the rest goes on."""
        report = Report()
        started = asyncio.get_running_loop().time()
        await self._part(report, self.receive, report, since, stop)
        async with AsyncExitStack() as stack:
            post = self.service.sender() if sender is None else sender
            if sender is None:
                await stack.enter_async_context(post)
                earlier = await self._part(report, dispatch.tried_lately, self.desk, self.database)
                post.count_earlier(earlier or [])
            # In portions, with a dispatch after each: a flood keeps nobody's answer waiting behind it.
            while await self._part(report, self.handle_pending, report, stop, PORTION) and not stop():
                if not report.unreachable:
                    await self._part_of(report, self.dispatch(report, post, stop=stop))
            await self._part(report, self.tick, report)
            if not stop():
                await self._part_of(report, self.dispatch(report, post, stop=stop, wait=sender is None))
        await self._part(report, self.file_away, report)
        await self._part(report, self.publish_if_changed, report)
        await self._part(report, self._count, report)
        report.errors = list(dict.fromkeys(report.errors))  # what ended several parts is said once
        report.seconds = asyncio.get_running_loop().time() - started
        return report

    async def _part(self, report: Report, work: Callable[..., T], *arguments: Any) -> T | None:
        """One part of a pass on the worker."""
        return await self._part_of(report, self.on_worker(work, *arguments))

    @staticmethod
    async def _part_of(report: Report, work: Awaitable[T]) -> T | None:
        """A full disk or a locked database is told once and ends this part; what needs neither goes on."""
        try:
            return await work
        except StorageError as error:
            report.errors.append(str(error))
            report.unreachable = True
            return None

    async def dispatch(
        self,
        report: Report,
        sender: Sender,
        *,
        stop: Callable[[], bool] = lambda: False,
        wait: bool = False,
    ) -> None:
        """Send what is due and the provider's rate allows now; with `wait` all of it, in its time."""
        limit = dispatch.BATCH if wait else sender.free()
        done = await dispatch.run(self.desk, self.database, sender, self.on_worker, limit=limit, stop=stop)
        report.acknowledged += done.acknowledged
        report.errors += list(dict.fromkeys(done.errors))
        report.unreachable |= done.unreachable

    def _job(self, session: Session, actor: str = "service") -> Job:
        return Job(desk=self.desk, session=session, now=self.service.clock(), actor=actor)

    def _count(self, report: Report) -> None:
        with self.database.begin() as session:
            report.outbox = outbox.counts(session)
            report.acknowledgements_held = outbox.held(session, acknowledging.KIND)
            facts.put_time(session, "last_pass", self.service.clock())

    # -- take in ------------------------------------------------------------------------------------------

    def receive(
        self, report: Report, since: dt.date | None = None, stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Take in what is new in Sent, inbox and junk. A server that is away is an error, not a loss."""
        try:
            with self.service.mailbox() as mailbox:
                self._receive(mailbox, report, since, stop)
                self._seek_evidence(mailbox)
                report.polled = True
                self._file_away(mailbox, report)
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
        with self.database.begin() as session:
            unknown = [(r.id, r.message_id) for r in outbox.in_state(session, OutboxState.UNKNOWN)[:FETCH]]
        if not unknown:
            return
        wanted = self.service.settings.mailbox
        found = mailbox.resolve(inbox=wanted.inbox, sent=wanted.sent, junk=wanted.junk)
        places = (found.sent, found.inbox if self.service.settings.smtp.bcc_inbox else None)
        for folder in filter(None, places):
            for row_id, message_id in unknown:
                if mailbox.find_message_id(folder, f"<{message_id}>"):
                    with self.database.begin() as session:
                        row = session.get(Outbox, row_id, with_for_update=True)
                        assert row is not None
                        sending.prove(self._job(session), row)

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
                    max_octets=wanted_octets(self.service),
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
        with self.database.begin() as session:
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
        with self.database.begin() as session:
            cursor = session.get(Cursor, folder, with_for_update=True)
            if cursor is None:
                floor = self.desk.at(since, dt.time(0)) if since else None
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
                floor = self.desk.at(since, dt.time(0))
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
            with self.database.begin() as session:
                self._advance_in(session, fetched)
            return 0
        with self.database.begin() as session:
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
        with self.database.begin() as session:
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
                self._set_aside(session, row, fetched.problem or "the server gives no content")
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
        with self.database.begin() as session:
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
            self._set_aside(
                session, row, "the connection breaks whenever this message is read; it stands in the mailbox"
            )
            cursor = session.get(Cursor, error.folder)
            if cursor is not None:
                cursor.last_uid = max(cursor.last_uid, error.uid)

    def file_away(self, report: Report) -> None:
        """Move what this pass handled, over a connection of its own; none is made where nothing waits."""
        if not self.service.settings.mailbox.filed or report.unreachable:
            return
        with self.database.begin() as session:
            waiting = bool(housekeeping.to_file_away(session, limit=1))
        if not waiting:
            return
        try:
            with self.service.mailbox() as mailbox:
                self._file_away(mailbox, report)
        except MailboxError as error:
            report.errors.append(str(error))
            report.unreachable = True

    def _file_away(self, mailbox: Mailbox, report: Report) -> None:
        """Move handled mail of the inbox where the office wants it; what fails is tried again next time."""
        pattern = self.service.settings.mailbox.filed
        if not pattern:
            return
        with self.database.begin() as session:
            rows = housekeeping.to_file_away(session)
        for row in rows:
            target = pattern.format(category=row.category or "other")
            try:
                moved = mailbox.move(row.folder, row.uid, target, uidvalidity=row.uidvalidity)
            except MailboxError as error:
                report.errors.append(str(error))
                return
            faults.point("imap.filed_away")
            with self.database.begin() as session:
                again = session.get(Received, row.id)
                assert again is not None
                again.filed_to = target if moved else "gone"

    # -- handle --------------------------------------------------------------------------------------------

    def handle_pending(
        self, report: Report, stop: Callable[[], bool] = lambda: False, limit: int | None = None
    ) -> bool:
        """Handle every message that waits (or the first `limit`), oldest first, each at most `limits.tries`
        times; True where more are waiting."""
        with self.database.begin() as session:
            waiting = list(messages.pending(session))
        for received_id in waiting[:limit]:
            outcome: Outcome | None = Outcome.PENDING
            while outcome is Outcome.PENDING and not stop():
                outcome = self.handle(received_id, report)
            if outcome is not None:
                report.outcomes[outcome] += 1
        return limit is not None and len(waiting) > limit

    def handle(self, received_id: int, report: Report) -> Outcome | None:
        """One try at one message: its outcome, PENDING where it may be tried again at once, None where
        another process has handled it meanwhile."""
        with self.database.begin() as session:
            row = session.get(Received, received_id, with_for_update=True)
            assert row is not None
            if row.outcome is not Outcome.PENDING:
                return None
            row.tries += 1
            limit = self.service.settings.limits.tries
            if row.tries > limit and (row.reason or row.tries > DEATHS * limit):
                return self._set_aside(session, row, row.reason or KILLER)
        faults.point("intake.tried")
        # So many silent deaths: the message is the cause, or was only in hand when the power went.
        if row.tries > limit and not trial.survives(self.service.archive.path_of(row.sha256)):
            with self.database.begin() as session:
                killer = session.get(Received, received_id, with_for_update=True)
                assert killer is not None
                return self._set_aside(session, killer, KILLER)
        try:
            message = self._read(row)
            faults.point("intake.parsed")
            texts = self.document_texts(message)
            with self.database.begin() as session:
                job = self._job(session)
                fresh = session.get(Received, received_id, with_for_update=True)
                assert fresh is not None
                if fresh.outcome is not Outcome.PENDING:
                    return None
                fresh.outcome = self._route(job, fresh, message, texts, report)
                faults.point("intake.before_commit")
            faults.point("intake.committed")
            log.info("handled", message=received_id, outcome=fresh.outcome.value, sha256=row.sha256[:12])
            return fresh.outcome
        except MessageLost as error:  # this one message; those behind it can be read
            return self._blame(received_id, error)
        except UnavailableError:  # the disk or the database, not the message: nothing is counted against it
            with suppress(UnavailableError), self.database.begin() as session:
                row = session.get(Received, received_id)
                assert row is not None
                row.tries -= 1
            raise
        except Exception as error:
            return self._blame(received_id, error)

    def _read(self, row: Received) -> ParsedMessage:
        """Parse from the archive; above `mailbox.max_message_mb` only the beginning, without files."""
        if self.service.archive.size(row.sha256) <= wanted_octets(self.service):
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
        with self.database.begin() as session:
            row = session.get(Received, received_id)
            assert row is not None
            row.reason = reason
            if row.tries >= self.service.settings.limits.tries:
                return self._set_aside(session, row, reason)
        return Outcome.PENDING

    def _set_aside(self, session: Session, row: Received, reason: str) -> Outcome:
        """Keep the bytes, tell the SPOC, go on."""
        row.outcome, row.reason = Outcome.SET_ASIDE, reason
        job = self._job(session)
        job.audit("set_aside", "", message=row.id, sha256=row.sha256)
        view = SetAsideView(
            identifier=str(row.id),
            received_at=self.desk.local(row.received_at),
            folder=row.folder,
            reason=reason,
            size=row.size,
        )
        job.post(
            "notice/set_aside",
            to=[self.service.settings.people.spoc.email],
            context={"items": (view,)},
            key=f"set_aside:{row.id}:{row.tries}",
        )
        return Outcome.SET_ASIDE

    @staticmethod
    def document_texts(message: ParsedMessage) -> tuple[str, ...]:
        """The words of PDF and DOCX attachments; only asked for where the mail itself says little."""
        if len(message.text.split()) > 60:
            return ()
        found = (
            documents.extract_text(a.content, content_type=a.content_type, name=a.name)
            for a in message.attachments[:5]
            if a.content and documents.kind_of(a.content, content_type=a.content_type, name=a.name)
        )
        return tuple(text for text in found if text)

    def _route(
        self, job: Job, row: Received, message: ParsedMessage, texts: tuple[str, ...], report: Report
    ) -> Outcome:
        """Exactly one step for each message, the first that fits."""
        row.message_id = message.message_id
        row.fingerprint = thread.fingerprint(message)
        row.content_key = thread.content_key(message)
        row.sender, row.subject = message.author.email, message.subject
        is_own = self.service.context.is_own
        if (is_own is not None and is_own(message)) or outbox.by_message_id(
            job.session, message.message_id
        ) is not None:
            return own.handle(job, row, message)
        if row.place == "sent" and commands.is_to_ourselves(job, message):
            row.fingerprint = row.content_key = (
                ""  # the copy that arrives in the inbox is the one that counts
            )
            row.reason = "sent to the inbox itself"
            return Outcome.OWN_COPY
        if commands.may_repeat(job, message):
            row.content_key = ""  # two buttons with empty mails are two commands, not one delivered twice
        earlier = messages.second_delivery_of(job.session, row)
        if earlier is not None:
            row.duplicate_of, row.entry_id = earlier.id, earlier.entry_id
            job.audit("duplicate", "", message=row.id, of=earlier.id)
            return Outcome.DUPLICATE
        understood = self._understand(job, row, message, texts)
        if facts.get(job.session, f"not_spam:{row.id}"):
            understood = intake.taken_back(understood)
        found = understood.classification
        row.category = found.category.value
        verdict = trust.judge(
            message,
            provider=self.service.settings.trust.provider,
            authserv_id=self.service.settings.trust.authserv_id,
        )
        if understood.automated.kind is not None and row.place != "sent":
            return machines.handle(job, row, understood)
        if row.place == "sent":
            return self._count_reply(report, replies.handle(job, row, understood))
        if row.place == "junk":
            row.reason = "found in the junk folder"
            job.audit("junk", "", message=row.id)
            return Outcome.SPAM
        if (outcome := commands.handle(job, row, understood, verdict)) is not None:
            return outcome
        if found.category is Category.SPAM:
            job.audit("spam", "", message=row.id)
            return Outcome.SPAM
        if found.category is Category.STAFF_REPLY:
            return self._count_reply(report, replies.handle(job, row, understood))
        return intake.handle(job, self._arrival(job, row, understood, verdict))

    @staticmethod
    def _count_reply(report: Report, outcome: Outcome) -> Outcome:
        report.replies_matched += outcome is Outcome.ATTACHED
        return outcome

    def _understand(
        self, job: Job, row: Received, message: ParsedMessage, texts: tuple[str, ...]
    ) -> Understood:
        known = messages.entry_of_mail(job.session, thread.parents(message))
        entry = job.session.get(Entry, known[0]) if known else None
        context = replace(
            self.service.context,
            roster=roster.roster(job.session),
            received_at=row.received_at,
            # A reply to a mail we never saw may still be one: then only its own structure can tell.
            known_parent=True if known else (None if thread.parents(message) else False),
            known_category=(entry.underlying or entry.category) if entry else None,
            known_role=entry.contact_role if entry and entry.contact_email == message.author.email else None,
            documents_text=texts,
        )
        return understand(message, context)

    def _arrival(self, job: Job, row: Received, understood: Understood, verdict: Trust) -> intake.Arrival:
        found = understood.classification
        people = roster.roster(job.session)
        on = self.desk.local_day(row.received_at)
        person = people.find(found.enquirer.email, found.enquirer.name, on) if found.enquirer else None
        standing = people.standing(person, on) if person else None
        question = found.original_text or found.new_text or ""
        matches = search.search(job.session, question, snippets=False) if question else []
        offers = tuple(
            OfferView(title=m.title, url=m.link) for m in matches if m.score >= search.GOOD_MATCH and m.link
        )
        similar = comparing.similar_to(job, question)
        return intake.Arrival(
            received=row,
            understood=understood,
            trust=verdict,
            person=person,
            standing=standing.value if standing else "",
            offers=offers,
            similar=similar,
        )

    # -- what falls due ------------------------------------------------------------------------------------

    def tick(self, report: Report) -> None:
        """Everything that a clock sets going."""
        with self.database.begin() as session:
            job = self._job(session)
            housekeeping.mind_the_clock(job)
            report.reminders_sent += reminders.run(job)
            faults.point("timers.fired")
        faults.point("timers.committed")
        with self.database.begin() as session:
            report.approvals_requested += publication.run(self._job(session))
        faults.point("previews.committed")
        with self.database.begin() as session:
            release.run(self._job(session))
        with self.database.begin() as session:
            job = self._job(session)
            dispatch.ask_about_unknown(job)
            housekeeping.run(job)
        faults.point("notices.committed")
        with self.database.begin() as session:
            report.digest_sent = digest.run(self._job(session)) or report.digest_sent
            faults.point("digest.before_commit")
        faults.point("digest.committed")

    # -- the site ------------------------------------------------------------------------------------------

    def publish_if_changed(self, report: Report) -> None:
        """Build and deliver the site where what it shows has changed since the last build."""
        try:
            with self.database.begin() as session:
                job = self._job(session)
                digest_now = showing.site_digest(job, self.service.briefing)
                if digest_now == facts.get(session, "site_built"):
                    return
            report.published += self.publish()
        except InboxBotError as error:
            report.errors.append(str(error))
            report.unreachable |= isinstance(error, UnavailableError)

    def publish(self) -> int:
        """Build the whole site, deliver it, then record what is on it; how many entries are new there."""
        settings = self.service.settings
        with self.database.begin() as session:
            job = self._job(session)
            search.index_briefing(session, self.service.briefing)
            shown = showing.public_entries(job)
            context = showing.site_context(job, self.service.briefing)
        target = settings.publication_target
        remote = "://" in target
        folder = settings.path("var/site-build") if remote else settings.path(target)
        build_site(
            [page for _, page, _ in shown],
            site=context,
            template_dirs=template_dirs(settings),
            target=folder,
            now=self.desk.local(self.service.clock()),
        )
        faults.point("publication.built")
        if remote:
            deliver(folder, target)
        faults.point("publication.swapped")
        fresh = 0
        with self.database.begin() as session:
            job = self._job(session)
            for entry, _, draft in shown:
                now = session.get(Entry, entry.id)
                assert now is not None
                approved = entries.approved_draft(session, now)
                if draft is None or approved is None or approved.version != draft.version:
                    continue
                if now.publication is Publication.APPROVED:
                    publishing.published(job, [now])
                    fresh += 1
                link = (
                    f"{settings.office.website.rstrip('/')}/{page_of(now.reference)}"
                    if settings.office.website
                    else ""
                )
                search.index_entry(session, now, approved, link)
            on_it = (Publication.PUBLISHED, Publication.APPROVED)
            search.keep_entries(
                session, {e.reference for e in entries.on_the_page(session) if e.publication in on_it}
            )
            facts.put(session, "site_built", showing.site_digest(job, self.service.briefing))
        faults.point("publication.committed")
        return fresh


def wanted_octets(service: Service) -> int:
    return service.settings.mailbox.max_message_mb * 1_000_000
