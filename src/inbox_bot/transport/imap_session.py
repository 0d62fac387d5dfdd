"""A logged-in connection and the folder open on it: what every task on a mailbox is made of."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from ..errors import MailboxError
from .endpoint import Endpoint
from .imap_data import (
    Item,
    Token,
    encode_folder,
    number,
    parse_fetch,
    parse_namespace,
    parse_numbers,
)
from .imap_model import Renumbered
from .imap_wire import CommandRefused, Connection, LogInRefused

BATCH = 200
"""Messages whose sizes or Message-IDs are asked for in one command."""


class Session:
    """Connects, opens folders and fetches records by UID. `imap.Mailbox` says what for."""

    def __init__(self, endpoint: Endpoint, *, timeout: float = 30) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._connection: Connection | None = None
        self._prefix = ""
        self._selected = ("", False)
        """The open folder, and whether for writing."""
        self._arrived = 0
        """EXISTS of the open folder when it was opened."""
        self._made: dict[str, str] = {}
        """Targets of moves that are known to exist, with the names the server knows them by."""
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Opens the connection and logs in; a refused OAuth 2 token is renewed once."""
        self.close()
        credential = self.endpoint.credential
        try:
            self._log_in()
        except LogInRefused:
            if credential is None or isinstance(credential, str):
                raise
            self._log_in(fresh_token=True)
        self._prefix = self._personal_prefix()
        self._made.clear()

    def _log_in(self, *, fresh_token: bool = False) -> None:
        connection = Connection(self.endpoint, self.timeout)
        try:
            connection.log_in(fresh_token=fresh_token)
        except BaseException:
            connection.shutdown()
            raise
        self._connection = connection

    def close(self) -> None:
        """Logs out where the server still listens; never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(MailboxError):
                connection.run("LOGOUT")
            connection.shutdown()

    def wake(self) -> None:
        """Ends a running or the next `idle` at once; the one method for other threads."""
        with suppress(OSError):
            self._waker.send(b"\0")

    @property
    def connected(self) -> bool:
        return self._connection is not None

    # For the mailbox.

    def _connected(self) -> Connection:
        if self._connection is None:
            raise MailboxError(f"There is no connection to {self.endpoint.place}: connect first.")
        return self._connection

    def _open(self, folder: str, *, write: bool = False, expected: int | None = None) -> int:
        """EXAMINE or SELECT; returns UIDVALIDITY, 0 where an old server tells none."""
        connection = self._connected()
        self._selected = ("", False)
        connection.is_readonly = True  # keeps imaplib from raising on its own; checked below
        self._on_folder("SELECT" if write else "EXAMINE", folder)
        connection.state = "SELECTED"
        if write and connection.untagged("READ-ONLY"):
            raise MailboxError(
                f"The folder “{folder}” is read-only for this account: ask for the right to write."
            )
        self._selected = (folder, write)
        self._arrived = max(parse_numbers(connection.untagged("EXISTS")), default=0)
        current = max(parse_numbers(connection.untagged("UIDVALIDITY")), default=0)
        if expected is not None and current != expected:
            raise Renumbered(
                f"The server has renumbered the folder “{folder}”: it is read anew from its state."
            )
        return current

    def _reopen(self, folder: str, uidvalidity: int) -> None:
        """Between two yields the caller may have used another folder."""
        if self._selected[0] != folder:
            self._open(folder, expected=uidvalidity)

    def _on_folder(self, command: str, folder: str, *arguments: str) -> list[Item]:
        try:
            return self._connected().run(command, encode_folder(folder), *arguments)
        except CommandRefused as refused:
            raise MailboxError(
                f"The folder “{folder}” cannot be opened ({refused.code or 'refused'}): "
                "check its name in the settings and the account's rights."
            ) from refused

    def _records(self, uids: Sequence[int], items: str, *, need: str = "") -> dict[int, dict[str, Token]]:
        """FETCH records by UID, only of the messages asked for and only whole ones."""
        found: dict[int, dict[str, Token]] = {}
        for at in range(0, len(uids), BATCH):
            batch = uids[at : at + BATCH]
            wanted = set(batch)
            for record in parse_fetch(
                self._connected().run("FETCH", ",".join(map(str, batch)), items, of_uids=True)
            ):
                uid = number(record.get("UID"))
                if uid in wanted and (not need or need in record):
                    found.setdefault(uid, {}).update(record)
        return found

    def _body(self, uid: int, limit: int, *, part: str = "") -> tuple[bytes | None, bool]:
        """The body, None where none came; and whether it went over `limit` and was thrown away."""
        connection = self._connected()
        data = connection.run(
            "FETCH", str(uid), f"(UID BODY.PEEK[]{part})", of_uids=True, literal_limit=limit
        )
        if connection.cut_short:
            return None, True
        for record in parse_fetch(data):
            if number(record.get("UID")) == uid:
                for name, value in record.items():
                    if name.startswith("BODY[]") and isinstance(value, bytes):
                        return value, False
        return None, False

    def _newer(self, after_uid: int) -> bool:
        found = self._connected().run("SEARCH", "UID", f"{after_uid + 1}:*", of_uids=True)
        return any(uid > after_uid for uid in parse_numbers(found))

    def _exists(self, uid: int) -> bool:
        return uid in parse_numbers(self._connected().run("SEARCH", "UID", str(uid), of_uids=True))

    def _personal_prefix(self) -> str:
        """The first personal namespace (RFC 2342), such as "INBOX."; "" where there is none."""
        connection = self._connected()
        if "NAMESPACE" not in connection.capabilities:
            return ""
        try:
            return parse_namespace(connection.run("NAMESPACE"))
        except CommandRefused:
            return ""
