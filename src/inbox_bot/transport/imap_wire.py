"""One IMAP connection on imaplib, with the reading made safe.

imaplib leaves `open`, `read`, `readline` and `shutdown` to be replaced; here they read through a
buffer of their own, which gives four things that imaplib lacks:

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from ..errors import ConfigError, MailboxError, UnavailableError
from .endpoint import Endpoint, TokenProvider
from .imap_data import Item
from .tls import client_context, explain

MAX_LINE = 8 << 20
"""Octets in one line. A SEARCH over a million messages is one line of 8 MB."""

SLOWEST = 10_000
"""Octets a second under which a server counts as gone: each read may take its timeout plus size/SLOWEST."""

SMALL_LITERAL = 1 << 20
"""Octets kept of a literal where no message body was asked for."""

IDLE_LIMIT = 28 * 60
"""Seconds. Servers may log an idling client out after 30 minutes; RFC 2177 says to re-issue before 29."""

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

    # What the mailbox calls.

    def log_in(self, *, fresh_token: bool = False) -> None:
        """By XOAUTH2, SASL PLAIN or LOGIN; then asks anew what the server can do.

        Servers announce MOVE, UIDPLUS and IDLE only after the log-in, and imaplib would go on with
        what it read before.
        """
        credential = self.endpoint.credential
        with self._guarded():
            if self.endpoint.username and credential is not None:
                if isinstance(credential, str):
                    self._log_in_by_password(self.endpoint.username, credential)
                else:
                    self._log_in_by_token(self.endpoint.username, self._token(credential, fresh_token))
            elif self.state != "AUTH":  # PREAUTH needs none
                raise MailboxError(
                    f"{self.endpoint.place} wants a log-in: set `mailbox.username` and a password."
                )
            self.run("CAPABILITY")
            listed = b" ".join(item for item in self.response("CAPABILITY")[1] if isinstance(item, bytes))
            self.capabilities = tuple(listed.decode("ascii", "replace").upper().split())

    def run(
        self,
        name: str,
        *arguments: str,
        of_uids: bool = False,
        literal: bytes | None = None,
        literal_limit: int = SMALL_LITERAL,
    ) -> list[Item]:
        """One command; the untagged data of its kind. CommandRefused for NO and BAD.

        `literal` is sent after the arguments (APPEND); `literal_limit` bounds what is kept of each
        literal that comes back.

        Afterwards `cut_short` tells whether a literal went over the limit and was thrown away.
        """
        self.untagged_responses.clear()
        self.cut_short, self._literal_limit = False, literal_limit
        self.literal = literal  # type: ignore[assignment] # typeshed has str; imaplib sends bytes
        with self._guarded():
            try:
                if of_uids:
                    kind, data = self.uid(name, *arguments)
                else:
                    kind, data = self._simple_command(name, *arguments)
                    data = self.untagged_responses.get(name, data) if kind == "OK" else data
            except self.error as error:
                if isinstance(error, self.abort):
                    raise
                raise self._refused(name, [str(error).encode()]) from None  # BAD
        if kind != "OK":
            raise self._refused(name, data)
        return list(data)

    def untagged(self, name: str) -> list[Item]:
        """What the last command brought of this kind, asked for or not."""
        return list(self.untagged_responses.get(name, []))

    def idle(self, seconds: float, wake: socket.socket) -> bool:
        """One IDLE of at most `seconds`; True as soon as the server speaks of new mail.

        Ends early, with False, when something is written to `wake`.
        """
        tag = b"IDLING"
        until = time.monotonic() + min(seconds, IDLE_LIMIT)
        news = False
        with self._guarded():
            self.sock.sendall(tag + b" IDLE\r\n")
            line = self.readline()
            while not line.startswith(b"+"):
                if line.startswith(tag):
                    raise self._refused("IDLE", [line])
                news = self._is_news(line) or news
                line = self.readline()
            while not news and (line := self._line_before(until, wake)):
                news = self._is_news(line)
            self.sock.sendall(b"DONE\r\n")
            while not (line := self.readline()).startswith(tag):
                news = self._is_news(line) or news
        return news

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """After anything but a plain refusal the answers are out of step: this connection is done with."""
        try:
            with told(self.endpoint):
                yield
        except CommandRefused:
            raise
        except MailboxError:
            self.shutdown()
            raise

    def _is_news(self, line: bytes) -> bool:
        if line.upper().startswith(b"* BYE"):
            raise MailboxError(f"{self.endpoint.place} closed the connection: it will be opened again.")
        return bool(re.match(rb"\* \d+ EXISTS\b", line, re.IGNORECASE))

    def _line_before(self, until: float, wake: socket.socket) -> bytes:
        """The next line, or b"" when time is up or someone woke us; buffered lines come first."""
        while b"\n" not in self._buffer:
            if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
                self._more(self._deadline(0))
                continue
            left = until - time.monotonic()
            ready = select.select([self.sock, wake], [], [], left)[0] if left > 0 else []
            if wake in ready or not ready:
                return b""
            self._more(self._deadline(0))
        return self.readline()

    def _upgrade(self) -> None:
        """STARTTLS, required. What came in before the handshake is not trusted (CVE-2011-0411)."""
        if "STARTTLS" not in self.capabilities:
            raise MailboxError(
                f"{self.endpoint.place} offers no STARTTLS, so nothing was sent to it: "
                "set `security` to tls and its port (993), or ask the server's administrator."
            )
        self.run("STARTTLS")
        if self._buffer:
            raise MailboxError(
                f"{self.endpoint.place} sent data ahead of TLS, as an attacker would: not used."
            )
        self.sock = client_context().wrap_socket(self.sock, server_hostname=self.host)
        self._tls_established = True

    def _log_in_by_password(self, username: str, password: str) -> None:
        try:
            if "AUTH=PLAIN" in self.capabilities:  # carries any character, where LOGIN is ASCII
                self.authenticate("PLAIN", lambda _: f"\0{username}\0{password}".encode())
            elif not f"{username}{password}".isascii() or not f"{username}{password}".isprintable():
                raise MailboxError(
                    f"{self.endpoint.place} takes only plain ASCII in name and password: choose another."
                )
            else:
                self.login(self._quote(username), password)
        except self.error as error:
            if isinstance(error, self.abort):
                raise
            raise self._log_in_refused(error) from None

    def _log_in_by_token(self, username: str, token: str) -> None:
        """XOAUTH2; after a refusal the server sends a challenge that wants an empty answer."""
        answers = iter([f"user={username}\1auth=Bearer {token}\1\1".encode()])
        try:
            self.authenticate("XOAUTH2", lambda _: next(answers, b""))
        except self.error as error:
            if isinstance(error, self.abort):
                raise
            raise self._log_in_refused(error) from None

    @staticmethod
    def _token(source: TokenProvider, fresh: bool) -> str:
        """A token that cannot be had means a mailbox that cannot be reached."""
        try:
            return source.token(fresh=fresh)
        except (ConfigError, UnavailableError) as error:
            raise MailboxError(str(error)) from error

    def _log_in_refused(self, error: imaplib.IMAP4.error) -> MailboxError:
        found = _CODE.search(str(error).encode())
        if found is not None and found.group(1) in (b"UNAVAILABLE", b"INUSE", b"LIMIT", b"SERVERBUG"):
            return MailboxError(
                f"{self.endpoint.place} cannot log anyone in at the moment: it will be tried again."
            )
        return LogInRefused(
            f"{self.endpoint.place} refused the log-in: check `mailbox.username` and its password or token."
        )

    def _refused(self, name: str, data: Sequence[Item]) -> CommandRefused:
        last = data[-1] if data and isinstance(data[-1], bytes) else b""
        found = _CODE.search(last)
        code = found.group(1).decode() if found else ""
        return CommandRefused(
            f"{self.endpoint.place} refused {name}{f' [{code}]' if code else ''}.", code=code
        )

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


class LogInRefused(MailboxError):
    """The name, password or token was not accepted."""


@contextmanager
def told(endpoint: Endpoint) -> Iterator[None]:
    """Turns what sockets and imaplib raise into MailboxError, dropping the server's words."""
    try:
        yield
    except OSError as error:
        raise MailboxError(explain(error, endpoint.place)) from error
    except imaplib.IMAP4.error as error:
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
