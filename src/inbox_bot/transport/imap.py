"""The mailbox as the service sees it: what is new, move it away, wait for more.

Synchronous; belongs to one thread, apart from `wake`. One connection, which the caller opens again
after any MailboxError. Reading never changes the mailbox: folders are opened with EXAMINE and bodies
fetched with BODY.PEEK, so nothing becomes \\Seen. Who is told what, cursors and retries are the
caller's.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from ..errors import MailboxError
from . import imap_folders
from .imap_data import (
    Folder,
    Token,
    encode_folder,
    header_message_id,
    imap_date,
    imap_datetime,
    number,
    parse_internaldate,
    parse_list,
    parse_numbers,
    parse_status,
    quote,
)
from .imap_folders import ResolvedFolders
from .imap_model import Fetched, FolderState, Listed, MessageUnreadable, Renumbered
from .imap_session import BATCH, Session
from .imap_wire import CommandRefused

__all__ = [
    "Fetched",
    "Folder",
    "FolderState",
    "Listed",
    "Mailbox",
    "MessageUnreadable",
    "Renumbered",
    "ResolvedFolders",
]

CHUNK = 1 << 20
"""Octets of one partial fetch when a large message is streamed."""


class Mailbox(Session):
    """One account on one server."""

    # Folders.

    def folders(self) -> list[Folder]:
        """Every folder, INBOX included, with its special use where the server tells (RFC 6154)."""
        connection = self._connected()
        wanted = ('""', '"*"', "RETURN", "(SPECIAL-USE)")
        # Without LIST-EXTENDED the fourth word is an error; such servers put the flags in any LIST.
        extended = {"SPECIAL-USE", "LIST-EXTENDED"} <= set(connection.capabilities)
        return list(parse_list(connection.run("LIST", *(wanted if extended else wanted[:2]))))

    def resolve(self, *, inbox: str = "INBOX", sent: str = "", junk: str = "") -> ResolvedFolders:
        """The names to use; a configured folder that is missing is a MailboxError naming what exists."""
        return imap_folders.resolve(self.folders(), inbox=inbox, sent=sent, junk=junk, prefix=self._prefix)

    def state(self, folder: str) -> FolderState:
        """Asked of the server now; UIDNEXT is worked out where an old server does not tell it."""
        connection = self._connected()
        status = parse_status(self._on_folder("STATUS", folder, "(UIDVALIDITY UIDNEXT MESSAGES)"))
        uidvalidity, uidnext = status.get("UIDVALIDITY", 0), status.get("UIDNEXT", 0)
        if not (uidvalidity and uidnext):
            uidvalidity = self._open(folder)
            uids = parse_numbers(connection.run("SEARCH", "ALL", of_uids=True))
            uidnext = max(uids, default=0) + 1
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
        connection = self._connected()
        current = self._open(folder, expected=uidvalidity)
        # `n:*` names the last message even where its UID is below n (RFC 3501 6.4.8).
        found = parse_numbers(connection.run("SEARCH", "UID", f"{after_uid + 1}:*", of_uids=True))
        uids = [uid for uid in found if uid > after_uid][:limit]
        sizes = self._records(uids, "(UID RFC822.SIZE INTERNALDATE FLAGS)", need="RFC822.SIZE")
        for uid in uids:
            record = sizes.get(uid)
            if record is None:
                continue  # deleted since the search
            size = number(record.get("RFC822.SIZE"))
            raw, problem, oversize = None, "", size > max_octets
            if not oversize:
                try:
                    self._reopen(folder, current)
                    raw, oversize = self._body(uid, max_octets)
                except CommandRefused as refused:
                    problem = f"The server will not hand this message over ({refused.code or 'NO'})."
                except MailboxError as error:
                    raise MessageUnreadable(
                        str(error), folder=folder, uidvalidity=current, uid=uid
                    ) from error
                if raw is None and not oversize:
                    if not self._exists(uid):
                        continue
                    problem = problem or "The server lists this message but sends no body for it."
            yield Fetched(
                folder=folder,
                uidvalidity=current,
                uid=uid,
                internaldate=parse_internaldate(record.get("INTERNALDATE")),
                size=size,
                raw=raw,
                oversize=oversize,
                flags=_flags(record.get("FLAGS")),
                problem=problem,
            )

    def stream(self, folder: str, uid: int, *, uidvalidity: int | None = None) -> Iterator[bytes]:
        """A message in pieces of a mebibyte (partial FETCH), for `Archive.put_stream`.

        Ends at the first short piece, whatever size the server claimed.
        """
        current = self._open(folder, expected=uidvalidity)
        offset = 0
        while True:
            self._reopen(folder, current)
            try:
                piece, _ = self._body(uid, CHUNK, part=f"<{offset}.{CHUNK}>")
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

    def listing(self, folder: str, since: date | None = None) -> Iterator[Listed]:
        """Every message for reconciliation, by UID; `since` may bring some of the day before too.

        Servers compare SINCE with the date in a zone of their own, so one day more is asked for.
        """
        connection = self._connected()
        current = self._open(folder)
        if since is None:
            criteria = ["ALL"]
        else:
            start = datetime(since.year, since.month, since.day) - timedelta(days=1)  # noqa: DTZ001 a date only
            criteria = ["SINCE", imap_date(start)]
        uids = parse_numbers(connection.run("SEARCH", *criteria, of_uids=True))
        for at in range(0, len(uids), BATCH):
            self._reopen(folder, current)
            batch = uids[at : at + BATCH]
            items = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
            records = self._records(batch, items, need="RFC822.SIZE")
            for uid in batch:
                if (record := records.get(uid)) is not None:
                    yield Listed(
                        uid=uid,
                        message_id=_message_id(record),
                        size=number(record.get("RFC822.SIZE")),
                        internaldate=parse_internaldate(record.get("INTERNALDATE")),
                    )

    def find_message_id(self, folder: str, message_id: str) -> bool:
        """Whether the folder holds a message of exactly this Message-ID (given with angle brackets)."""
        if not message_id.isascii() or not message_id.isprintable():
            return False
        connection = self._connected()
        self._open(folder)
        uids = parse_numbers(
            connection.run("SEARCH", "HEADER", "Message-ID", quote(message_id), of_uids=True)
        )
        # HEADER matches parts of words too (RFC 3501 6.4.4), hence the second look.
        records = self._records(uids, "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        return any(_message_id(record) == message_id for record in records.values())

    # Changing.

    def move(self, folder: str, uid: int, target: str, *, uidvalidity: int | None = None) -> bool:
        """Moves one message, making `target` where it is missing; False where it was gone already.

        By MOVE (RFC 6851), or by COPY and UID EXPUNGE of this one message where the server has UIDPLUS
        (RFC 4315): a plain EXPUNGE would also remove what a person marked as deleted. Refused:
        MailboxError, and the message stays where it is.
        """
        connection = self._connected()
        can = set(connection.capabilities)
        if "MOVE" not in can and "UIDPLUS" not in can:
            raise MailboxError(
                f"{self.endpoint.place} can neither MOVE nor UIDPLUS, so mail cannot be filed away: "
                "leave `mailbox.filed` empty."
            )
        name = self._make(target)
        try:
            self._open(folder, write=True, expected=uidvalidity)
            if not self._exists(uid):
                return False
            if "MOVE" in can:
                connection.run("MOVE", str(uid), encode_folder(name), of_uids=True)
            else:
                connection.run("COPY", str(uid), encode_folder(name), of_uids=True)
                connection.run("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)", of_uids=True)
                connection.run("EXPUNGE", str(uid), of_uids=True)
            if self._exists(uid):
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
        connection = self._connected()
        arguments = [encode_folder(folder), f"({' '.join(flags)})"]
        if internaldate is not None:
            arguments.append(imap_datetime(internaldate))
        try:
            connection.run("APPEND", *arguments, literal=raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
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
        connection = self._connected()
        self._open(folder)
        if after_uid is not None and self._newer(after_uid):
            return True
        if "IDLE" in connection.capabilities:
            news = connection.idle(seconds, self._woken)
        else:
            before = self._arrived
            select.select([self._woken], [], [], max(seconds, 0))
            self._open(folder)
            news = self._arrived > before
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        return news

    def _make(self, target: str) -> str:
        """The server's name for the folder, created and subscribed where it was missing."""
        if target in self._made:
            return self._made[target]
        folders = self.folders()
        found = imap_folders.find(folders, target, self._prefix)
        if found is not None:
            self._made[target] = found.name
            return found.name
        delimiter = next((folder.delimiter for folder in folders if folder.delimiter), "")
        name = imap_folders.spelled(target, delimiter)
        # Some servers keep every folder below the personal namespace and refuse others.
        for attempt in dict.fromkeys((name, self._prefix + name)):
            try:
                self._connected().run("CREATE", encode_folder(attempt))
            except CommandRefused as refused:
                if refused.code != "ALREADYEXISTS":
                    continue
            with suppress(CommandRefused):
                self._connected().run("SUBSCRIBE", encode_folder(attempt))
            self._made[target] = attempt
            return attempt
        raise MailboxError(
            f"The folder “{target}” could not be made: "
            "check `mailbox.filed`, the quota and the account's rights."
        )


def _message_id(record: dict[str, Token]) -> str:
    for name, value in record.items():
        if name.startswith("BODY[HEADER") and isinstance(value, bytes):
            return header_message_id(value)
    return ""


def _flags(value: Token) -> tuple[str, ...]:
    words = value if isinstance(value, list) else []
    return tuple(word.decode("ascii", "replace") for word in words if isinstance(word, bytes))
