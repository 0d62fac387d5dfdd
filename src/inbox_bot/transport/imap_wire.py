"""The connection under imap-tools: imaplib's, with the reading made safe.

imaplib leaves `open`, `read`, `readline` and `shutdown` to be replaced; here they read through a
buffer of their own, which gives four things that imaplib, and so imap-tools, lacks:

- a server that claims a literal of ten gigabytes cannot fill the memory: it is read and thrown away;
- a literal cut off by a lost connection is an error, not a shorter message;
- a deadline for each read as a whole, so that one octet a minute does not hold the thread for ever;
- IDLE can see what has already been read: a notice that comes in one packet with `+ idling` counts.

Errors leave as MailboxError with one sentence; the server's own words never do, as they may hold
an address, apart from its response code in square brackets (RFC 5530).
"""

from __future__ import annotations

import imaplib
import re
import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imap_tools import ImapToolsError
from imap_tools.imap_utf7 import utf7_decode

from ..errors import MailboxError
from .endpoint import Endpoint
from .tls import client_context, explain

MAX_LINE = 8 << 20
"""Octets in one line. A SEARCH over a million messages is one line of 8 MB."""

SLOWEST = 10_000
"""Octets a second under which a server counts as gone: each read may take its timeout plus size/SLOWEST."""

SMALL_LITERAL = 1 << 20
"""Octets kept of a literal where no message body was asked for."""

_CODE = re.compile(rb"\[([A-Z][A-Z0-9-]{1,40})[ \]]")


class CommandRefused(MailboxError):
    """The server answered NO or BAD: this command failed, the connection is sound."""

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        """RFC 5530 response code such as OVERQUOTA, or ""."""


class Connection(imaplib.IMAP4):
    """A socket to one server, as the endpoint says: TLS, STARTTLS or, on loopback, plain."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self.endpoint = endpoint
        self.cut_short = False
        self._literal_limit = SMALL_LITERAL
        self._buffer = bytearray()
        self._seconds = timeout
        with told(endpoint):
            super().__init__(endpoint.host, endpoint.port, timeout)
            if endpoint.security == "starttls":
                try:
                    self._upgrade()
                except BaseException:
                    self.shutdown()
                    raise

    # What imaplib calls.

    def open(self, host: str = "", port: int = 993, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), timeout)
        if self.endpoint.security != "tls":
            self.sock = plain
            return
        try:
            self.sock = client_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def read(self, size: int) -> bytes:
        deadline = self._deadline(size)
        if size > self._literal_limit:
            self.cut_short = True
            while size > 0:
                if not self._buffer:
                    self._more(deadline)
                taken = min(size, len(self._buffer))
                del self._buffer[:taken]
                size -= taken
            return b""
        while len(self._buffer) < size:
            self._more(deadline)
        return self._take(size)

    def readline(self) -> bytes:
        deadline = self._deadline(0)
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            if len(self._buffer) > MAX_LINE:
                raise MailboxError(
                    f"{self.endpoint.place} sent a line without an end: it does not speak IMAP."
                )
            searched = len(self._buffer)
            self._more(deadline)
        return self._take(end + 1)

    def shutdown(self) -> None:
        with suppress(OSError):
            self.sock.close()

    # What imap-tools calls.

    def _simple_command(self, name: str, *arguments: Any) -> tuple[str, list[Any]]:
        """Every command of imaplib and imap-tools but IDLE comes by here; CommandRefused for NO and BAD.

        imap-tools takes NO to LIST for an empty mailbox, and imaplib leaves answers of one command for
        the next to trip over.
        """
        self.untagged_responses.clear()
        self.cut_short = False
        with self.guarded():
            try:
                kind, data = super()._simple_command(name, *arguments)  # type: ignore[misc] # not in typeshed
            except self.abort:
                raise
            except self.error as error:
                raise self.refused(arguments[0] if name == "UID" else name, str(error).encode()) from None
        if kind == "NO":
            raise self.refused(arguments[0] if name == "UID" else name, data[-1])
        return kind, data

    def _untagged_response(self, kind: str, data: list[Any], name: str) -> tuple[str, list[Any]]:
        """imap-tools reads the first SEARCH line only, and fails on a folder's name that is no UTF-7."""
        kind, data = super()._untagged_response(kind, data, name)  # type: ignore[misc] # not in typeshed
        if name == "SEARCH":
            data = [b" ".join(line for line in data if isinstance(line, bytes))]
        elif name == "LIST":
            data = [_readable(line) if isinstance(line, bytes) else line for line in data]
        return kind, data

    # What the session calls.

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """After anything but a plain refusal the answers are out of step: this connection is done with."""
        try:
            with told(self.endpoint):
                yield
        except CommandRefused:
            raise
        except MailboxError:
            self.shutdown()
            raise

    @contextmanager
    def keeping(self, octets: int) -> Iterator[None]:
        """Bounds what is kept of each literal; `cut_short` then tells whether one was thrown away."""
        self._literal_limit = octets
        try:
            yield
        finally:
            self._literal_limit = SMALL_LITERAL

    def has_line(self, until: float, wake: socket.socket) -> bool:
        """Waits for a line, those already read included; False when time is up or someone woke us."""
        while b"\n" not in self._buffer:
            if not (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
                left = until - time.monotonic()
                ready = select.select([self.sock, wake], [], [], left)[0] if left > 0 else []
                if wake in ready or not ready:
                    return False
            self._more(self._deadline(0))
        return True

    def refused(self, name: str, answer: bytes) -> CommandRefused:
        """The server's answer as an error that keeps nothing of it but the response code."""
        found = _CODE.search(answer)
        code = found.group(1).decode() if found else ""
        return CommandRefused(
            f"{self.endpoint.place} refused {name}{f' [{code}]' if code else ''}.", code=code
        )

    def _upgrade(self) -> None:
        """STARTTLS, required. What came in before the handshake is not trusted (CVE-2011-0411)."""
        if "STARTTLS" not in self.capabilities:
            raise MailboxError(
                f"{self.endpoint.place} offers no STARTTLS, so nothing was sent to it: "
                "set `security` to tls and its port (993), or ask the server's administrator."
            )
        self._simple_command("STARTTLS")
        if self._buffer:
            raise MailboxError(
                f"{self.endpoint.place} sent data ahead of TLS, as an attacker would: not used."
            )
        self.sock = client_context().wrap_socket(self.sock, server_hostname=self.host)
        self._tls_established = True

    def _deadline(self, size: int) -> float:
        return time.monotonic() + self._seconds + size / SLOWEST

    def _more(self, deadline: float) -> None:
        """Reads what is there, at least one octet, before the deadline."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        self.sock.settimeout(min(left, self._seconds))
        try:
            chunk = self.sock.recv(1 << 16)
        finally:
            with suppress(OSError):
                self.sock.settimeout(self._seconds)
        if not chunk:
            raise ConnectionResetError("closed by the server")
        self._buffer += chunk

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


@contextmanager
def told(endpoint: Endpoint) -> Iterator[None]:
    """Turns what sockets, imaplib and imap-tools raise into MailboxError, dropping the server's words.

    Both read answers with `[0]` and `int()`, so that a server's nonsense comes out as IndexError or
    ValueError.
    """
    try:
        yield
    except OSError as error:
        raise MailboxError(explain(error, endpoint.place)) from error
    except (imaplib.IMAP4.error, ImapToolsError, IndexError, ValueError) as error:
        cause = error.__context__
        if isinstance(cause, OSError):
            raise MailboxError(explain(cause, endpoint.place)) from None
        if isinstance(error, imaplib.IMAP4.abort):
            raise MailboxError(
                f"The connection to {endpoint.place} was lost or refused: it will be tried again."
            ) from None
        raise MailboxError(
            f"{endpoint.place} answered in a way that is not IMAP: check `host` and `port`."
        ) from None


def _readable(line: bytes) -> bytes:
    """A LIST line as it came where its modified UTF-7 is whole, else with each `&` made a plain one."""
    try:
        utf7_decode(line)
    except ValueError:
        return line.replace(b"&", b"&-")
    return line
