"""The mailbox as the service sees it: what is new, move it away, wait for more.

Synchronous; belongs to one thread, apart from `wake`. One connection, which the caller opens again
after any MailboxError. Reading never changes the mailbox: folders are opened with EXAMINE and bodies
fetched with BODY.PEEK, so nothing becomes \\Seen. Who is told what, cursors and retries are the
caller's.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Self

from imap_tools import A, FolderInfo, H, U

from ..errors import MailboxError
from .endpoint import Endpoint
from .imap_folders import ResolvedFolders
from .imap_model import Fetched, FolderState, Listed, MessageUnreadable, Renumbered
from .imap_session import BATCH, LogInRefused, Session
from .imap_wire import CommandRefused, told

__all__ = [
    "Fetched",
    "FolderInfo",
    "FolderState",
    "Listed",
    "Mailbox",
    "MessageUnreadable",
    "Renumbered",
    "ResolvedFolders",
]

CHUNK = 1 << 20
"""Octets of one partial fetch when a large message is streamed."""


class Mailbox:
    """One account on one server, through imap-tools (see imap_session)."""

    def __init__(self, endpoint: Endpoint, *, timeout: float = 30) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._session: Session | None = None
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
        self._made.clear()
        try:
            self._log_in()
        except LogInRefused:
            if isinstance(self.endpoint.credential, str):
                raise
            self._log_in(fresh_token=True)

    def close(self) -> None:
        """Logs out where the server still listens; never raises."""
        session, self._session = self._session, None
        if session is not None:
            session.log_out()

    def wake(self) -> None:
        """Ends a running or the next `idle` at once; the one method for other threads."""
        with suppress(OSError):
            self._waker.send(b"\0")

    # Folders.

    def folders(self) -> list[FolderInfo]:
        """Every folder, INBOX included, with its special use where the server tells (RFC 6154)."""
        with told(self.endpoint):
            return self._connected().folder.everything()

    def resolve(self, *, inbox: str = "INBOX", sent: str = "", junk: str = "") -> ResolvedFolders:
        """The names to use; a configured folder that is missing is a MailboxError naming what exists."""
        with told(self.endpoint):
            return self._connected().folder.resolve(inbox=inbox, sent=sent, junk=junk)

    def state(self, folder: str) -> FolderState:
        """Asked of the server now; UIDNEXT is worked out where an old server does not tell it."""
        session = self._connected()
        with session.naming(folder), told(self.endpoint):
            status = session.folder.status(folder, ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
        uidvalidity, uidnext = status.get("UIDVALIDITY", 0), status.get("UIDNEXT", 0)
        if not (uidvalidity and uidnext):
            uidvalidity = session.open(folder)
            uidnext = max(session.search(A(all=True)), default=0) + 1
        return FolderState(uidvalidity=uidvalidity, uidnext=uidnext, count=status.get("MESSAGES", 0))

    # Reading.

    def fetch_new(
        self,
        folder: str,
        *,
        after_uid: int,
        limit: int = 50,
        max_octets: int = 60_000_000,
        uidvalidity: int | None = None,
    ) -> Iterator[Fetched]:
        """Messages above `after_uid`, oldest first, at most `limit`; a message deleted meanwhile is left out.

        Give the `uidvalidity` that `after_uid` belongs to, and a folder renumbered since then raises
        Renumbered instead of handing out other messages under old numbers.
        """
        session = self._connected()
        current = session.open(folder, expected=uidvalidity)
        uids = _above(session, after_uid)[:limit]
        sizes = session.records(uids, "INTERNALDATE FLAGS")
        for uid in uids:
            record = sizes.get(uid)
            if record is None:
                continue  # deleted since the search
            raw, problem, oversize = None, "", record.size > max_octets
            if not oversize:
                try:
                    session.reopen(folder, current)
                    raw, oversize = session.body(uid, max_octets)
                except CommandRefused as refused:
                    problem = f"The server will not hand this message over ({refused.code or 'NO'})."
                except MailboxError as error:
                    raise MessageUnreadable(
                        str(error), folder=folder, uidvalidity=current, uid=uid
                    ) from error
                if raw is None and not oversize:
                    if not session.exists(uid):
                        continue
                    problem = problem or "The server lists this message but sends no body for it."
            yield Fetched(
                folder=folder,
                uidvalidity=current,
                uid=uid,
                internaldate=record.internaldate,
                size=record.size,
                raw=raw,
                oversize=oversize,
                flags=record.flags,
                problem=problem,
            )

    def stream(self, folder: str, uid: int, *, uidvalidity: int | None = None) -> Iterator[bytes]:
        """A message in pieces of a mebibyte (partial FETCH), for `Archive.put_stream`.

        Ends at the first short piece, whatever size the server claimed.
        """
        session = self._connected()
        current = session.open(folder, expected=uidvalidity)
        offset = 0
        while True:
            session.reopen(folder, current)
            try:
                piece, _ = session.body(uid, CHUNK, part=f"<{offset}.{CHUNK}>")
            except MailboxError as error:
                raise MessageUnreadable(str(error), folder=folder, uidvalidity=current, uid=uid) from error
            if piece is None:
                raise MessageUnreadable(
                    "The server stopped handing a large message over: it will be tried again.",
                    folder=folder, uidvalidity=current, uid=uid,
                )  # fmt: skip
            if piece:
                yield piece
            if len(piece) < CHUNK:
                return
            offset += len(piece)

    def listing(self, folder: str, since: date | None = None, *, from_uid: int = 1) -> Iterator[Listed]:
        """Messages from a UID on for reconciliation, by UID; `since` may bring some of the day before too.

        Servers compare SINCE with the date in a zone of their own, so one day more is asked for.
        """
        session = self._connected()
        current = session.open(folder)
        uids = _above(session, from_uid - 1)
        if since is not None:
            recent = set(session.search(A(date_gte=since - timedelta(days=1))))
            uids = [uid for uid in uids if uid in recent]
        for at in range(0, len(uids), BATCH):
            session.reopen(folder, current)
            batch = uids[at : at + BATCH]
            records = session.records(batch, "INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
            for uid in batch:
                if (record := records.get(uid)) is not None:
                    yield Listed(
                        uid=uid,
                        message_id=record.message_id,
                        size=record.size,
                        internaldate=record.internaldate,
                    )

    def find_message_id(self, folder: str, message_id: str) -> bool:
        """Whether the folder holds a message of exactly this Message-ID (given with angle brackets)."""
        if not message_id.isascii() or not message_id.isprintable():
            return False
        session = self._connected()
        session.open(folder)
        uids = session.search(A(header=H("Message-ID", message_id)))
        # HEADER matches parts of words too (RFC 3501 6.4.4), hence the second look.
        records = session.records(uids, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
        return any(record.message_id == message_id for record in records.values())

    # Changing.

    def move(self, folder: str, uid: int, target: str, *, uidvalidity: int | None = None) -> bool:
        """Moves one message, making `target` where it is missing; False where it was gone already.

        By MOVE (RFC 6851), or by COPY and UID EXPUNGE of this one message where the server has UIDPLUS
        (RFC 4315): a plain EXPUNGE would also remove what a person marked as deleted. Refused:
        MailboxError, and the message stays where it is.
        """
        session = self._connected()
        if not {"MOVE", "UIDPLUS"} & set(session.client.capabilities):
            # imap-tools would copy and then expunge whatever is marked as deleted.
            raise MailboxError(
                f"{self.endpoint.place} can neither MOVE nor UIDPLUS, so mail cannot be filed away: "
                "leave `mailbox.filed` empty."
            )
        name = self._made.get(target)
        if name is None:
            with told(self.endpoint):
                name = self._made[target] = session.folder.make(target)
        try:
            session.open(folder, write=True, expected=uidvalidity)
            if not session.exists(uid):
                return False
            session.move(str(uid), name)
            if session.exists(uid):
                raise MailboxError(
                    f"The server took the move to “{name}” and left the message in “{folder}”: "
                    "check the account's rights there."
                )
        except CommandRefused as refused:
            raise MailboxError(
                f"The message could not be moved to “{name}” ({refused.code or 'refused'}) and stays in "
                f"“{folder}”: check quota and rights, or leave `mailbox.filed` empty."
            ) from refused
        return True

    def append(
        self,
        folder: str,
        raw: bytes,
        *,
        flags: Sequence[str] = (),
        internaldate: datetime | None = None,
    ) -> None:
        """Stores a message in the folder; MailboxError where it is refused (over quota, read-only)."""
        try:
            self._connected().append(raw, folder, dt=internaldate, flag_set=flags)
        except CommandRefused as refused:
            raise MailboxError(
                f"The server refused a message for “{folder}” ({refused.code or 'NO'}): "
                "check quota and rights."
            ) from refused

    # Waiting.

    def idle(self, folder: str, seconds: float, *, after_uid: int | None = None) -> bool:
        """Waits for new mail; True as soon as there is some, False when time is up or `wake` was called.

        With `after_uid` mail that came before the wait began counts too. Where the server has no IDLE
        (RFC 2177), it is asked once, at the end of the wait.
        """
        session = self._connected()
        session.open(folder)
        if after_uid is not None and _above(session, after_uid):
            return True
        if "IDLE" in session.client.capabilities:
            news = session.wait(seconds)
        else:
            before = session.arrived
            select.select([self._woken], [], [], max(seconds, 0))
            session.open(folder)
            news = session.arrived > before
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        return news

    def _connected(self) -> Session:
        if self._session is None:
            raise MailboxError(f"There is no connection to {self.endpoint.place}: connect first.")
        return self._session

    def _log_in(self, *, fresh_token: bool = False) -> None:
        session = Session(self.endpoint, self.timeout, self._woken)
        try:
            session.log_in(fresh_token=fresh_token)
        except BaseException:
            session.client.shutdown()
            raise
        self._session = session


def _above(session: Session, uid: int) -> list[int]:
    """UIDs above this one; `n:*` names the last message even where its UID is below n (RFC 3501 6.4.8)."""
    return [found for found in session.search(A(uid=U(str(uid + 1), "*"))) if found > uid]
