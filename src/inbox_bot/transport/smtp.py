"""Sending: one message by itself, or many within what the provider allows (at once, and a minute).

What an outcome means is smtp_session.py's; what is done about it is the caller's.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Self

import aiosmtplib

from .. import faults
from ..errors import SendError, SmtpUnavailable
from .endpoint import Endpoint
from .smtp_session import LOST, SendReport, connect, hand_over, hang_up
from .tls import explain

__all__ = ["Order", "SendReport", "Sender", "TokenBucket", "check", "send"]

IDLE_SECONDS = 20.0
"""A connection unused for longer is opened anew: some servers hang up after half a minute without a word."""


async def send(
    endpoint: Endpoint,
    *,
    raw: bytes | EmailMessage,
    sender: str,
    recipients: Sequence[str],
    timeout: float = 60,  # noqa: ASYNC109 for each answer, not for the whole
) -> SendReport:
    """Sends over a connection of its own; `timeout` in seconds for each answer. `sender` "": null sender."""
    client = await connect(endpoint, timeout=timeout)
    try:
        return await hand_over(client, endpoint, raw=raw, sender=sender, recipients=recipients)
    finally:
        await hang_up(client)


async def check(endpoint: Endpoint, *, timeout: float = 20) -> None:  # noqa: ASYNC109 as in send
    """Logs in and says NOOP; sends nothing. SmtpUnavailable says what to do."""
    client = await connect(endpoint, timeout=timeout)
    try:
        await client.noop()
    except LOST as error:
        raise SmtpUnavailable(explain(error, endpoint.place)) from error
    finally:
        await hang_up(client)


class TokenBucket:
    """At most `per_minute` starts in any minute, the first ones at once. 0: no limit."""

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._sleep = sleep
        self._starts: list[float] = []
        """When the starts of the last minute were, oldest first."""
        self._turn = asyncio.Lock()

    def count_earlier(self, seconds_ago: Sequence[float]) -> None:
        """Starts of another process, or of an earlier one, that the limit counts too."""
        now = self._clock()
        self._starts = sorted([*self._starts, *(now - seconds for seconds in seconds_ago)])

    def free(self) -> int:
        """How many starts are allowed now, without waiting."""
        if self._per_minute <= 0:
            return sys.maxsize
        now = self._clock()
        return self._per_minute - sum(now - start < 60 for start in self._starts)

    async def take(self) -> None:
        """Returns when one more start is allowed; first come, first served."""
        if self._per_minute <= 0:
            return
        async with self._turn:
            while True:
                now = self._clock()
                self._starts = [start for start in self._starts if now - start < 60]
                if len(self._starts) < self._per_minute:
                    self._starts.append(now)
                    return
                # Of more starts than the limit (others' were counted) only as many as it allows may remain.
                await self._sleep(self._starts[-self._per_minute] + 60 - now)


@dataclass(frozen=True, kw_only=True)
class Order:
    """One mail to hand over; `sender` is the envelope's, "" for the null sender."""

    raw: bytes | EmailMessage
    sender: str
    recipients: Sequence[str]
    copy_to: str = ""
    """Gets a copy where every recipient was accepted, so that its arrival proves that they were."""


class Sender:
    """Sends through at most `max_connections` connections; belongs to one event loop."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        max_connections: int = 3,
        max_per_minute: int = 30,
        timeout: float = 60,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.endpoint = endpoint
        self._timeout = timeout
        self._clock = clock
        self._bucket = TokenBucket(max_per_minute, clock=clock, sleep=sleep)
        self._places = asyncio.Semaphore(max_connections)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def send(self, *, raw: bytes | EmailMessage, sender: str, recipients: Sequence[str]) -> SendReport:
        """As smtp.send, waiting for a free connection and for the rate first."""
        order = Order(raw=raw, sender=sender, recipients=recipients)

        async def always() -> Order:
            return order

        report = await self.send_claimed(always)
        assert report is not None  # `always` never declines
        return report

    async def send_claimed(self, claim: Callable[[], Awaitable[Order | None]]) -> SendReport | None:
        """Claim a mail only once the server is ready for it, then send it; None where `claim` declines.

        A server that is away therefore never costs a claim, and a lease never waits for the rate.
        """
        async with self._places:
            await self._bucket.take()
            client = await self._ready()
            faults.point("dispatch.connected")
            try:
                order = await claim()
                if order is None:
                    await self._put_back(client)
                    return None
                report = await hand_over(
                    client,
                    self.endpoint,
                    raw=order.raw,
                    sender=order.sender,
                    recipients=order.recipients,
                    copy_to=order.copy_to,
                )
            except SendError:
                await self._put_back(client)  # a refusal leaves the connection sound; a loss has closed it
                raise
            except BaseException:
                client.close()
                raise
            await self._put_back(client)
            return report

    def count_earlier(self, seconds_ago: Sequence[float]) -> None:
        """Mails handed over by other connections within the last minute: the rate counts them too."""
        self._bucket.count_earlier(seconds_ago)

    def free(self) -> int:
        """How many mails the provider's rate allows now."""
        return self._bucket.free()

    async def close(self) -> None:
        """Hangs up; the next `send` connects anew."""
        idle, self._idle = self._idle, []
        for client, _ in idle:
            await hang_up(client)

    async def _ready(self) -> aiosmtplib.SMTP:
        """A pooled connection that answers RSET, else a new one; no mail was offered yet: nothing is lost."""
        while self._idle:
            client, since = self._idle.pop()
            if client.is_connected and self._clock() - since < IDLE_SECONDS:
                try:
                    await client.rset()
                except LOST:
                    client.close()
                else:
                    return client
            else:
                client.close()
        return await connect(self.endpoint, timeout=self._timeout)

    async def _put_back(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            self._idle.append((client, self._clock()))
