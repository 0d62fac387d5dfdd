"""One logged-in connection: imap-tools' mailbox on our hardened client.

imap-tools does the talking. What is overridden or added here is where a trap of its own lies, each named
at its place; errors leave as MailboxError with one clear sentence.
"""

from __future__ import annotations

import imaplib
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from imap_tools import A, BaseMailBox, MailMessageFlags
from imap_tools.idle import IdleManager
from imap_tools.utils import clean_uids

from ..errors import ConfigError, MailboxError, UnavailableError
from .endpoint import Endpoint, TokenProvider
from .imap_data import Answer, Item, answers
from .imap_folders import Folders
from .imap_model import Renumbered
from .imap_wire import SMALL_LITERAL, CommandRefused, Connection, told

BATCH = 200
"""Messages whose sizes or Message-IDs are asked for in one command."""

IDLE_LIMIT = 28 * 60
"""Seconds. Servers may log an idling client out after 30 minutes; RFC 2177 says to re-issue before 29."""


class LogInRefused(MailboxError):
    """The name, password or token was not accepted."""


class Idle(IdleManager):
    """imap-tools' IDLE, but for what it misses: lines already read, and a call to stop waiting."""

    mailbox: Session

    def start(self) -> None:
        """Takes what servers say ahead of the go-ahead, where imap-tools wants `+` to come first."""
        client = self.mailbox.client
        client.untagged_responses.clear()
        self._idle_tag = tag = client._command("IDLE")
        while client._get_response() is not None:
            if answer := client.tagged_commands[tag]:
                raise client.refused("IDLE", answer[-1][-1])  # type: ignore[arg-type] # (kind, [line])

    def poll(self, timeout: float | None) -> list[bytes]:
        """What the server says until it speaks of new mail, or time is up, or `wake` was called.

        imap-tools watches the socket alone: a notice that came in one packet with `+ idling`, or lies
        decrypted in the TLS layer, would wait until the next one.
        """
        client = self.mailbox.client
        until = time.monotonic() + min(timeout or 0, IDLE_LIMIT)
        said = []
        while "EXISTS" not in client.untagged_responses and client.has_line(until, self.mailbox.woken):
            said.append(client._get_response())
            client._check_bye()
        return said


class Session(BaseMailBox):
    """Connected from the start. `woken` is the socket that ends a wait by becoming readable."""

    client: Connection
    folder: Folders
    idle: Idle
    folder_manager_class = Folders
    idle_manager_class = Idle

    def __init__(self, endpoint: Endpoint, timeout: float, woken: socket.socket) -> None:
        self.endpoint = endpoint
        self.woken = woken
        self.arrived = 0
        """EXISTS of the open folder when it was opened."""
        self._open_folder: str | None = None
        self._timeout = timeout
        super().__init__()

    def _get_mailbox_client(self) -> Connection:
        return Connection(self.endpoint, self._timeout)

    def log_in(self, *, fresh_token: bool = False) -> None:
        """By XOAUTH2, SASL PLAIN or LOGIN, whichever the settings and the server have."""
        username, credential = self.endpoint.username, self.endpoint.credential
        try:
            if not username or credential is None:
                if self.client.state != "AUTH":  # PREAUTH needs none
                    raise MailboxError(
                        f"{self.endpoint.place} wants a log-in: set `mailbox.username` and a password."
                    )
            elif isinstance(credential, str):
                self._log_in_by_password(username, credential)
            else:
                self.xoauth2(username, _token(credential, fresh_token), initial_folder=None)
        except CommandRefused as refused:
            raise self._log_in_refused(refused) from None
        with self.client.guarded():
            # Servers tell of MOVE, UIDPLUS and IDLE only now; imap-tools would go by what it read before.
            self.client._get_capabilities()
            self.folder.ask_prefix()

    def log_out(self) -> None:
        """Where the server still listens; never raises."""
        with suppress(MailboxError), told(self.endpoint):
            self.logout()
        self.client.shutdown()

    def open(self, folder: str, *, write: bool = False, expected: int | None = None) -> int:
        """EXAMINE or SELECT; returns UIDVALIDITY, 0 where an old server tells none."""
        self._open_folder = None
        try:
            with self.naming(folder):
                (exists,) = self.folder.set(folder, readonly=not write)[1]
        except imaplib.IMAP4.readonly:
            raise MailboxError(
                f"The folder “{folder}” is read-only for this account: ask for the right to write."
            ) from None
        self._open_folder = folder
        self.arrived = _number(exists)
        current = _number(self.client.response("UIDVALIDITY")[1][-1])
        if expected is not None and current != expected:
            raise Renumbered(
                f"The server has renumbered the folder “{folder}”: it is read anew from its state."
            )
        return current

    def reopen(self, folder: str, uidvalidity: int) -> None:
        """Between two messages the caller may have used another folder."""
        if self._open_folder != folder:
            self.open(folder, expected=uidvalidity)

    @contextmanager
    def naming(self, folder: str) -> Iterator[None]:
        """A refusal as a sentence about the folder."""
        try:
            yield
        except CommandRefused as refused:
            raise MailboxError(
                f"The folder “{folder}” cannot be opened ({refused.code or 'refused'}): "
                "check its name in the settings and the account's rights."
            ) from refused

    def search(self, criteria: A) -> list[int]:
        """UIDs, ascending and once each. Without a charset: some servers refuse any."""
        with told(self.endpoint):
            return sorted({int(uid) for uid in self.uids(criteria, charset=None)})

    def exists(self, uid: int) -> bool:
        return uid in self.search(A(uid=str(uid)))

    def records(self, uids: Sequence[int], items: str) -> dict[int, Answer]:
        """FETCH answers by UID, only of the messages asked for and only those that tell the size."""
        found: dict[int, Answer] = {}
        for at in range(0, len(uids), BATCH):
            batch = uids[at : at + BATCH]
            for answer in answers(self._fetch(",".join(map(str, batch)), f"(UID RFC822.SIZE {items})")):
                if answer.has_size and answer.uid in batch:
                    found[answer.uid] = answer
        return found

    def body(self, uid: int, limit: int, *, part: str = "") -> tuple[bytes | None, bool]:
        """The raw bytes, None where none came; and whether they went over `limit` and were thrown away."""
        data = self._fetch(str(uid), f"(UID BODY.PEEK[]{part})", limit)
        if self.client.cut_short:
            return None, True
        bodies = (answer.body for answer in answers(data) if answer.uid == uid)
        return next((body for body in bodies if body is not None), None), False

    def delete(self, uid_list: str | Iterable[str], chunks: int | None = None) -> list[Any]:
        """These messages alone, by UID EXPUNGE (RFC 4315), when `move` has to copy and delete.

        imap-tools ends with a plain EXPUNGE, which would also remove what a person marked as deleted.
        """
        uids = ",".join(clean_uids(uid_list))
        stored = self.client.uid("STORE", uids, "+FLAGS.SILENT", f"({MailMessageFlags.DELETED})")
        return [(stored, self.client.uid("EXPUNGE", uids))]

    def wait(self, seconds: float) -> bool:
        """One IDLE; True as soon as the server speaks of new mail, False when time is up or `wake` came."""
        with self.client.guarded():
            self.idle.start()
            self.idle.poll(seconds)
            self.idle.stop()  # type: ignore[no-untyped-call] # untyped in imap-tools
        return "EXISTS" in self.client.untagged_responses

    def _fetch(self, uids: str, items: str, limit: int = SMALL_LITERAL) -> list[Item]:
        with self.client.keeping(limit):
            return self.client.uid("FETCH", uids, items)[1]

    def _log_in_by_password(self, username: str, password: str) -> None:
        if "AUTH=PLAIN" in self.client.capabilities:  # carries any character, where LOGIN is ASCII
            self.login_utf8(username, password, initial_folder=None)
        elif not f"{username}{password}".isascii() or not f"{username}{password}".isprintable():
            raise MailboxError(
                f"{self.endpoint.place} takes only plain ASCII in name and password: choose another."
            )
        else:
            self.login(username, password, initial_folder=None)

    def _log_in_refused(self, refused: CommandRefused) -> MailboxError:
        if refused.code in ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"):
            return MailboxError(
                f"{self.endpoint.place} cannot log anyone in at the moment: it will be tried again."
            )
        return LogInRefused(
            f"{self.endpoint.place} refused the log-in: check `mailbox.username` and its password or token."
        )


def _token(source: TokenProvider, fresh: bool) -> str:
    """A token that cannot be had means a mailbox that cannot be reached."""
    try:
        return source.token(fresh=fresh)
    except (ConfigError, UnavailableError) as error:
        raise MailboxError(str(error)) from error


def _number(value: bytes | None) -> int:
    """A number; 0 for anything else."""
    return int(value) if value is not None and value.isdigit() else 0
