"""The demo's mail servers on loopback: a mailbox to read from, an SMTP server that keeps what it is given.

Both are real servers on real sockets. Each is stopped by its own handle; nothing else is touched.
"""

from __future__ import annotations

import asyncio
import imaplib
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ..errors import MailboxError

CLIENT_SECONDS = 20  # a server on loopback answers within milliseconds; this ends a demo that hangs
STOP_SECONDS = 5  # pymap ends at once when its stdin closes; after this it is killed


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a mail client connects, and as whom."""

    host: str
    port: int
    user: str
    password: str


@contextmanager
def imap_server(user: str, password: str, folders: tuple[str, ...]) -> Iterator[Account]:
    """A mailbox with INBOX and `folders`, until the block ends. MailboxError where it does not start."""
    child = subprocess.Popen(
        [sys.executable, "-m", "inbox_bot.demo.imap_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdin is not None and child.stdout is not None  # both are pipes
    try:
        child.stdin.write(f"{user}\n{password}\n")
        child.stdin.flush()
        port = child.stdout.readline().strip()
        if not port.isdigit():
            raise MailboxError("The demo's IMAP server did not start: is pymap installed?")
        account = Account(host="127.0.0.1", port=int(port), user=user, password=password)
        with mail_client(account) as client:
            for folder in folders:
                client.create(folder)
        yield account
    finally:
        child.stdin.close()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


@contextmanager
def mail_client(account: Account) -> Iterator[imaplib.IMAP4]:
    """Another client of the same mailbox: the officer's, and the server that delivers."""
    client = imaplib.IMAP4(account.host, account.port, timeout=CLIENT_SECONDS)
    try:
        client.login(account.user, account.password)
        yield client
    finally:
        client.logout()


def deliver(client: imaplib.IMAP4, folder: str, raw: bytes, at: datetime) -> None:
    """Put a mail into a folder with its day of arrival (INTERNALDATE), CRLF as IMAP wants (RFC 3501 2.2)."""
    crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    status, answer = client.append(folder, "", imaplib.Time2Internaldate(at), crlf)
    if status != "OK":
        raise MailboxError(f"The demo's IMAP server refused a sample mail: {answer!r}.")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A mail that the service handed over, as the SMTP server took it."""

    at: datetime  # simulated
    sender: str  # envelope sender, "" for null
    recipients: tuple[str, ...]
    raw: bytes
    path: Path  # the copy in the demo's folder

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "").strip()

    def text(self) -> str:
        """The plain-text part, "" where there is none."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    def html(self) -> str:
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part is not None else ""


class PostBox:
    """aiosmtpd's handler: keeps every mail in memory and as a numbered .eml file.

    `now` is set by the scenario before each pass; the server's thread only reads it.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder = folder
        self.now = now
        self.sent: list[Sent] = []
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(  # aiosmtpd finds its hooks by such names
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content or b""
        recipients = tuple(str(address).lower() for address in envelope.rcpt_tos)
        subject = str(message_from_bytes(raw, policy=policy.default)["Subject"] or "no subject")
        slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{recipients[0].partition('@')[0]} {subject}").strip("-")[:70]
        path = self.folder / f"{len(self.sent) + 1:03d}-{slug}.eml"
        path.write_bytes(raw)
        sender = (envelope.mail_from or "").strip("<>")
        self.sent.append(Sent(at=self.now, sender=sender, recipients=recipients, raw=raw, path=path))
        return f"250 2.0.0 Kept as {path.name[:3]}"


class _Server(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)  # started just before
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has types only in part


@contextmanager
def smtp_server(post_box: PostBox, user: str, password: str) -> Iterator[Account]:
    """An SMTP server that offers a log-in and takes everything, until the block ends."""

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = (
            isinstance(data, LoginPassword)
            and data.login.decode() == user
            and data.password.decode() == password
        )
        return AuthResult(success=right, handled=False)

    server = _Server(
        post_box,
        hostname="127.0.0.1",
        port=0,
        authenticator=authenticate,
        auth_require_tls=False,  # loopback only, an invented password
        data_size_limit=50_000_000,
    )
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's advice about its own next version
    server.start()
    try:
        yield Account(host="127.0.0.1", port=server.port, user=user, password=password)
    finally:
        server.stop()
