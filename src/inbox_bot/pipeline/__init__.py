"""One full pass: take in, handle, send, remind, publish, digest.

taking_in    server → archive (fsynced) → received row and cursor, one commit a message
handling     try committed → parse and understand (pure) → exactly one step (routing) in one transaction
filing_away  move it on the server where the office wants that; a crash before it is a no-op next time
site         build and deliver what is published
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from .. import faults
from ..bootstrap import Service
from ..casework import acknowledging
from ..errors import StorageError
from ..steps import digest, dispatch, housekeeping, publication, release, reminders
from ..store import facts, outbox
from ..transport.smtp import Sender
from . import filing_away
from .handling import Handling
from .report import Report
from .site import Site
from .taking_in import TakingIn

__all__ = ["PORTION", "Pipeline", "Report"]

T = TypeVar("T")
PORTION = 50  # messages handled before what they queued is sent


class Pipeline:
    """Runs passes for one service. All database and mailbox work is on one worker thread."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.desk = service.desk
        self.database = service.database
        self.taking_in = TakingIn(service)
        self.handling = Handling(service)
        self.site = Site(service)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker")

    def close(self) -> None:
        self._worker.shutdown(wait=True)

    async def on_worker(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run synchronous work on the worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, lambda: work(*arguments))

    async def once(
        self,
        *,
        since: dt.date | None = None,
        stop: Callable[[], bool] = lambda: False,
        sender: Sender | None = None,
    ) -> Report:
        """Everything that is due now. What a server or a message breaks is reported; the rest goes on."""
        report = Report()
        begun = self.service.clock()
        started = asyncio.get_running_loop().time()
        await self._part(report, self.taking_in.receive, report, since, stop)
        async with AsyncExitStack() as stack:
            post = self.service.sender() if sender is None else sender
            if sender is None:
                await stack.enter_async_context(post)
                earlier = await self._part(report, dispatch.tried_lately, self.desk, self.database)
                post.count_earlier(earlier or [])
            # In portions, with a dispatch after each: a flood keeps nobody's answer waiting behind it.
            while await self._part(report, self.handling.pending, report, stop, PORTION) and not stop():
                if not report.unreachable:
                    await self._part_of(report, self.dispatch(report, post, stop=stop))
            await self._part(report, self.tick, report)
            if not stop():
                await self._part_of(report, self.dispatch(report, post, stop=stop, wait=sender is None))
        await self._part(report, filing_away.after_pass, self.service, report)
        await self._part(report, self.site.publish_if_changed, report)
        await self._part(report, self._count, report, begun)
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
        report.digest_sent |= done.digests > 0  # one asked for by hand too
        report.errors += list(dict.fromkeys(done.errors))
        report.unreachable |= done.unreachable

    def _count(self, report: Report, begun: dt.datetime) -> None:
        with self.database.begin() as session:
            report.outbox = outbox.counts(session)
            report.acknowledgements_held = outbox.held(session, acknowledging.KIND, since=begun)
            facts.put_time(session, "last_pass", self.service.clock())

    def tick(self, report: Report) -> None:
        """Everything that a clock sets going."""
        with self.database.begin() as session:
            job = self.service.job(session)
            housekeeping.mind_the_clock(job)
            report.reminders_sent += reminders.run(job)
            faults.point("timers.fired")
        faults.point("timers.committed")
        with self.database.begin() as session:
            report.approvals_requested += publication.run(self.service.job(session))
        faults.point("previews.committed")
        with self.database.begin() as session:
            release.run(self.service.job(session))
        with self.database.begin() as session:
            job = self.service.job(session)
            dispatch.ask_about_unknown(job)
            housekeeping.run(job)
        faults.point("notices.committed")
        with self.database.begin() as session:
            report.digest_sent = digest.run(self.service.job(session)) or report.digest_sent
            faults.point("digest.before_commit")
        faults.point("digest.committed")
