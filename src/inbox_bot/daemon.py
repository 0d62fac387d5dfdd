"""The service as a daemon: ticks, IDLE, signals, watchdog.

The scheduler only ticks; what is due is a row in the database and a reading of the clock. One thing happens
at a time: a poll is a full pass, between polls a tick sends what fell due. A thread of its own waits in IDLE
and asks for a poll when mail comes. A server that is away is tried again with growing pauses.

    poll    every mailbox.poll_seconds, and at once when IDLE tells of mail
    send    every few seconds: mail queued by a command, retries whose time has come
    timers  every minute: reminders, previews, the digest, the site, also while the mailbox is away
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import sdnotify
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from . import reconciliation
from .bootstrap import Service
from .errors import InboxBotError
from .metrics import Metrics
from .pipeline import Pipeline, Report
from .steps import housekeeping
from .store import facts
from .transport.imap import Mailbox
from .transport.smtp import Sender

log = structlog.get_logger()

SEND_SECONDS = 5
TIMER_SECONDS = 60
IDLE_SECONDS = 25 * 60  # RFC 2177: to be renewed before 29 minutes
LONGEST_PAUSE = 300.0  # between tries of a mailbox that is away
LONGEST_SEND_PAUSE = 30.0  # likewise of SMTP: a temporary failure is tried again within a minute
STUCK_SECONDS = 30 * 60  # a pass that takes longer hangs: the watchdog is left to end it


class Pause:
    """Growing pauses between tries: 1, 2, 4 … seconds up to `longest`; no pause after a success."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._failures = 0

    def failed(self) -> float:
        """Seconds to wait after one more failure in a row."""
        self._failures += 1
        return float(min(2.0 ** min(self._failures - 1, 16), self._longest))

    def succeeded(self) -> None:
        self._failures = 0


class Watch:
    """Waits in IDLE on a connection and thread of its own, and calls `news` when there may be new mail."""

    def __init__(self, service: Service, news: Callable[[], object]) -> None:
        self._service = service
        self._news = news
        self._mailbox: Mailbox | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="idle", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._mailbox is not None:
            self._mailbox.wake()
        self._thread.join(timeout=10)  # a server that does not answer must not keep the service alive

    def _run(self) -> None:
        pause = Pause(LONGEST_PAUSE)
        while not self._stop.is_set():
            try:
                with self._service.mailbox() as mailbox:
                    self._mailbox = mailbox
                    self._wait_for_mail(mailbox, pause)
            except InboxBotError as error:
                log.info("idle_interrupted", error=type(error).__name__)
                self._stop.wait(pause.failed())

    def _wait_for_mail(self, mailbox: Mailbox, pause: Pause) -> None:
        inbox = mailbox.resolve(inbox=self._service.settings.mailbox.inbox).inbox
        while not self._stop.is_set():
            seen = mailbox.state(inbox).uidnext - 1  # asked first: what comes during the poll counts as news
            self._news()
            while not self._stop.is_set() and not mailbox.idle(inbox, IDLE_SECONDS, after_uid=seen):
                pass
            pause.succeeded()


class Daemon:
    """Lives in one event loop, from `live()` to the signal that ends it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.pipeline = Pipeline(service)
        self.metrics = Metrics()
        self._stop = asyncio.Event()
        self._busy = asyncio.Lock()
        self._busy_since: float | None = None
        self._sender: Sender | None = None
        self._loop: asyncio.AbstractEventLoop
        self._poll_pause, self._send_pause = Pause(LONGEST_PAUSE), Pause(LONGEST_SEND_PAUSE)
        self._poll_after = self._send_after = 0.0  # the loop's time
        self._poked: asyncio.Task[None] | None = None

    def stopping(self) -> bool:
        return self._stop.is_set()

    async def live(self) -> None:
        """Work until SIGTERM or SIGINT; the message in hand is finished first."""
        loop = self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        settings = self.service.settings
        systemd = sdnotify.SystemdNotifier()
        async with AsyncExitStack() as stack:
            stack.callback(self.pipeline.close)
            self._sender = await stack.enter_async_context(self.service.sender())
            self.metrics.serve(settings.metrics.port)
            await self.pipeline.on_worker(self._note_start)
            scheduler = self._scheduler(systemd)
            scheduler.start()
            stack.callback(scheduler.shutdown, wait=False)
            if settings.mailbox.idle:
                watch = Watch(self.service, lambda: loop.call_soon_threadsafe(self._poke))
                watch.start()
                stack.push_async_callback(asyncio.to_thread, watch.stop)
            log.info("started", mode=settings.office.mode, poll_seconds=settings.mailbox.poll_seconds)
            systemd.notify("READY=1")
            self._poke()
            await self._stop.wait()
            log.info("stopping")
            systemd.notify("STOPPING=1")
            scheduler.pause()  # no new ticks; one that the shutdown had to cancel would be logged as a fault
            await asyncio.sleep(0)  # those just made take their place in the queue before us
            async with self._busy:  # whoever works finishes what is in hand and lets go
                pass
        log.info("stopped")

    def _scheduler(self, systemd: sdnotify.SystemdNotifier) -> AsyncIOScheduler:
        """Interval ticks only. A tick that is still at work or was late is one tick, never two."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        scheduler.add_job(self.poll, "interval", seconds=self.service.settings.mailbox.poll_seconds)
        scheduler.add_job(self.send, "interval", seconds=SEND_SECONDS)
        scheduler.add_job(self.timers, "interval", seconds=TIMER_SECONDS)
        period = int(os.environ.get("WATCHDOG_USEC", "0")) / 2e6
        if period:
            scheduler.add_job(self._alive, "interval", seconds=period, args=[systemd])
        return scheduler

    def _note_start(self) -> None:
        with self.service.database.begin() as session:
            facts.put_time(session, "started_at", self.service.clock())

    def _poke(self) -> None:
        """Poll at once; a poll that waits for its turn already will do."""
        self._poll_after = 0.0
        if not self.stopping() and (self._poked is None or self._poked.done()):
            self._poked = asyncio.get_running_loop().create_task(self.poll())

    async def _alive(self, systemd: sdnotify.SystemdNotifier) -> None:
        now = asyncio.get_running_loop().time()
        if self._busy_since is None or now - self._busy_since < STUCK_SECONDS:
            systemd.notify("WATCHDOG=1")

    # -- ticks --------------------------------------------------------------------------------------

    async def poll(self) -> None:
        """One full pass, unless the mailbox was away a moment ago."""
        if asyncio.get_running_loop().time() >= self._poll_after:
            await self._work("poll", self._pass)

    async def _pass(self) -> None:
        report = await self.pipeline.once(stop=self.stopping, sender=self._sender)
        self._account(report)
        if report.polled:
            self._poll_pause.succeeded()
        elif not self.stopping():
            self._poll_after = asyncio.get_running_loop().time() + self._poll_pause.failed()
        await self.pipeline.on_worker(self._silence, report)

    def _silence(self, report: Report) -> None:
        """Tell the SPOC once when the mailbox has been away for long, and once when it is back."""
        with self.service.database.begin() as session:
            job = self.service.job(session)
            if report.polled:
                housekeeping.note_recovery(job, report.fetched)
            elif report.errors:
                housekeeping.note_silence(job, report.errors[0])

    async def send(self) -> None:
        """Send what has fallen due since the last pass."""
        if asyncio.get_running_loop().time() >= self._send_after and not self._busy.locked():
            await self._work("send", self._send)

    async def _send(self) -> None:
        report = Report()
        assert self._sender is not None  # `live` opened it
        await self.pipeline.dispatch(report, self._sender, stop=self.stopping)
        if report.unreachable:
            self._send_after = asyncio.get_running_loop().time() + self._send_pause.failed()
        else:
            self._send_pause.succeeded()
        self._account(report)

    async def timers(self) -> None:
        """Everything that a clock sets going; a poll does this too, but the mailbox may be away."""
        await self._work("timers", self._timers)

    async def _timers(self) -> None:
        report = Report()
        await self.pipeline.on_worker(self.pipeline.tick, report)
        await self.pipeline.on_worker(self.pipeline.site.publish_if_changed, report)
        self._account(report)
        await self.pipeline.on_worker(self._reconcile)

    def _reconcile(self) -> None:
        """Once a day; a server that is away leaves it for the next tick."""
        if reconciliation.daily(self.service):
            self._loop.call_soon_threadsafe(self._poke)

    def _account(self, report: Report) -> None:
        for error in report.errors:
            log.warning("pass_error", error=error)
        self.metrics.count(report)

    async def _work(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """One thing at a time; a failure is logged without anybody's words, and the next tick tries again."""
        loop = asyncio.get_running_loop()
        async with self._busy:
            if self.stopping():
                return
            self._busy_since = loop.time()
            try:
                await work()
            except InboxBotError as error:
                log.error("tick_failed", tick=what, error=str(error))
                self.metrics.failures.labels(what).inc()
            except Exception as error:
                trace = error.__traceback__
                while trace is not None and trace.tb_next is not None:
                    trace = trace.tb_next
                where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
                log.error("tick_failed", tick=what, error=type(error).__name__, where=where)
                self.metrics.failures.labels(what).inc()
            finally:
                self._busy_since = None


def run(service: Service) -> None:
    """Be the one worker on this database until told to stop. StorageError where another is already."""
    with service.database.worker():
        asyncio.run(Daemon(service).live())
