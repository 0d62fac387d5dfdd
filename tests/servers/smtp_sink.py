"""aiosmtpd as the provider's submission server: records what it was given, refuses what it is told to."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from inbox_bot.transport.endpoint import Endpoint, Security, TokenProvider

from .certificates import Pair
from .processes import free_port

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One accepted message: its envelope and its text."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    options: tuple[str, ...] = ()
    username: str = ""

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


class SmtpSink:
    """One server on a free port.

    `refuse[address]` is the reply to RCPT for that address; `on_data` may return another reply than
    250, which then is not recorded; a message for which `hangs_up` is true is recorded, and its connection
    (no other) is cut before the answer goes out; `tokens` are the access tokens that XOAUTH2 lets in.
    """

    def __init__(
        self,
        *,
        security: Security = "plain",
        pair: Pair | None = None,
        username: str = "",
        tokens: Iterable[str] = (),
        offer_starttls: bool = True,
        **options: Any,
    ) -> None:
        self.security = security
        self.username = username
        self.tokens = set(tokens)
        self.delivered: list[Delivered] = []
        self.refuse: dict[str, str] = {}
        self.on_data: Callable[[Envelope], str | None] = lambda _: None
        self.hangs_up: Callable[[Envelope], bool] = lambda _: False
        self.connections = 0
        self.open_connections = 0
        self.most_connections = 0
        self._lock = threading.Lock()
        self._transports: set[Any] = set()
        self.port = free_port()
        settings: dict[str, Any] = {"enable_SMTPUTF8": True, **options}
        if username:
            settings |= {
                "authenticator": self._check, "auth_require_tls": False,
                "auth_required": True,
            }  # fmt: skip
        if security == "tls":
            assert pair is not None
            settings["ssl_context"] = pair.server_context()
        elif security == "starttls" and offer_starttls:
            assert pair is not None
            settings |= {"tls_context": pair.server_context(), "require_starttls": True}
        self._settings = settings
        self.restart()
        while self.open_connections:  # aiosmtpd's own first call
            time.sleep(0.001)
        self.connections = self.most_connections = 0

    def endpoint(self, *, credential: str | TokenProvider | None = None, host: str = "127.0.0.1") -> Endpoint:
        return Endpoint(
            host=host,
            port=self.port,
            security=self.security,
            username=self.username,
            credential=(credential or PASSWORD) if self.username else None,
        )

    def restart(self) -> None:
        """Starts, or starts again after `stop`, on the same port."""
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, **self._settings)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop(no_assert=True)

    def drop_connections(self) -> None:
        """Closes every open connection without a word, as a restart does."""
        with self._lock:
            transports = list(self._transports)
        loop = self._controller.loop
        for transport in transports:
            loop.call_soon_threadsafe(transport.abort)
        while self.open_connections:
            time.sleep(0.005)

    def to(self, address: str) -> list[Delivered]:
        """What this recipient got, in order."""
        return [item for item in self.delivered if address in item.recipients]

    # aiosmtpd's hooks.

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.on_data(envelope)
        if answer is not None:
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        with self._lock:
            self.delivered.append(
                Delivered(
                    sender=(envelope.mail_from or "").removeprefix("<>"),
                    recipients=tuple(envelope.rcpt_tos),
                    raw=content,
                    options=tuple(envelope.mail_options),
                    username=str(session.auth_data or ""),
                )
            )
            number = len(self.delivered)
        if self.hangs_up(envelope):
            server.transport.abort()  # type: ignore[union-attr]  # it is connected: a message just came
        return f"250 2.0.0 Ok: queued as Q{number:04d}"

    def _check(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = data.login == self.username.encode() and data.password == PASSWORD.encode()
        return AuthResult(success=right, handled=False, auth_data=self.username)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """RFC 4954: the response in the command, or after an empty challenge where it would be too long."""
        raw = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth("")
        text = raw.decode() if isinstance(raw, bytes) else ""
        fields = dict(part.partition("=")[::2] for part in text.split("\1") if part)
        token = fields.get("auth", "").removeprefix("Bearer ")
        if fields.get("user") == self.username and token in self.tokens:
            return AuthResult(success=True, auth_data=self.username)
        await server.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)


class _Counting(SMTP):
    """Counts connections for the sink it belongs to."""

    sink: SmtpSink

    def connection_made(self, transport: Any) -> None:
        if not hasattr(self, "_counted"):  # once more after STARTTLS
            self._counted = True
            self.sink._transports.add(transport)
            self.sink.connections += 1
            self.sink.open_connections += 1
            self.sink.most_connections = max(self.sink.most_connections, self.sink.open_connections)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.open_connections -= 1
        self.sink._transports.clear() if not self.sink.open_connections else None
        super().connection_lost(error)


class _Controller(Controller):
    def __init__(self, sink: SmtpSink, **settings: Any) -> None:
        self._sink = sink
        super().__init__(sink, ready_timeout=10, **settings)

    def factory(self) -> SMTP:
        server = _Counting(self.handler, **self.SMTP_kwargs)
        server.sink = self._sink
        return server
