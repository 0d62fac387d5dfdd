"""A mailbox account on a running server, handled with imaplib so that tests do not lean on the product."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inbox_bot.transport.endpoint import Endpoint, Security, TokenProvider


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where one user's mailbox is. `ports` by kind of security; `ca` where the server has TLS."""

    username: str
    password: str
    ports: dict[Security, int]
    ca: Path | None = None
    host: str = "127.0.0.1"

    def endpoint(
        self,
        security: Security | None = None,
        *,
        credential: str | TokenProvider | None = None,
        host: str | None = None,
    ) -> Endpoint:
        """What the product connects to; the first kind of security that the server has by default."""
        chosen = security or next(iter(self.ports))
        return Endpoint(
            host=host or self.host,
            port=self.ports[chosen],
            security=chosen,
            username=self.username,
            credential=self.password if credential is None else credential,
        )

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """A logged-in imaplib client, as an officer's mail program would be."""
        if "plain" in self.ports:
            client = imaplib.IMAP4(self.host, self.ports["plain"], timeout=10)
        else:
            context = ssl.create_default_context(cafile=str(self.ca))
            client = imaplib.IMAP4_SSL(self.host, self.ports["tls"], ssl_context=context, timeout=10)
        with client:
            client.login(self.username, self.password)
            yield client

    def deliver(
        self,
        *messages: bytes,
        folder: str = "INBOX",
        at: datetime | None = None,
        flags: Sequence[str] = (),
    ) -> None:
        """Puts messages into a folder, with `at` as their INTERNALDATE; makes the folder where missing."""
        with self.client() as client:
            if folder.upper() != "INBOX":
                client.create(f'"{folder}"')  # an answer of NO means that it is there
            for raw in messages:
                when = imaplib.Time2Internaldate(at) if at else ""
                kind, answer = client.append(f'"{folder}"', " ".join(flags), when, raw)
                assert kind == "OK", answer

    def messages(self, folder: str = "INBOX") -> list[bytes]:
        """Every message's raw bytes by UID; nothing becomes \\Seen."""
        with self.client() as client:
            if client.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            _, data = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
            return [item[1] for item in data if isinstance(item, tuple)]

    def flags(self, folder: str = "INBOX") -> list[frozenset[str]]:
        """Each message's flags, \\Recent left out since it says nothing about people."""
        with self.client() as client:
            client.select(f'"{folder}"', readonly=True)
            _, data = client.uid("FETCH", "1:*", "(FLAGS)")
            lines = [item for item in data if isinstance(item, bytes)]
            return [
                frozenset(flag.decode() for flag in imaplib.ParseFlags(line)) - {"\\Recent"} for line in lines
            ]

    def folders(self) -> list[str]:
        """Folder names as the server writes them."""
        with self.client() as client:
            lines = [line.decode() for line in client.list()[1] if isinstance(line, bytes)]
            return sorted(line.rsplit(' "/" ', 1)[-1].strip('"') for line in lines)
