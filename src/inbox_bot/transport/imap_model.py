"""What the mailbox hands to the steps, and the two failures that concern one message or one folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ..errors import MailboxError


@dataclass(frozen=True, kw_only=True)
class FolderState:
    """RFC 3501 2.3.1.1: `uidnext` is the number that the next arrival gets at the least."""

    uidvalidity: int
    uidnext: int
    count: int


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """One message. `size` is the server's claim; only `len(raw)` is the truth.

    `raw` is None where the message is larger than asked for (`oversize`: read it with `stream`) or
    where the server will not give it (`problem`: one sentence).
    """

    folder: str
    uidvalidity: int
    uid: int
    internaldate: datetime
    size: int
    raw: bytes | None = field(repr=False)
    oversize: bool = False
    flags: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A message as reconciliation compares it; `message_id` with its angle brackets, "" for none."""

    uid: int
    message_id: str
    size: int
    internaldate: datetime


class MessageUnreadable(MailboxError):
    """The connection broke while this one message was read; `uid` lets the caller count its tries."""

    def __init__(self, sentence: str, *, folder: str, uidvalidity: int, uid: int) -> None:
        super().__init__(sentence)
        self.folder = folder
        self.uidvalidity = uidvalidity
        self.uid = uid


class Renumbered(MailboxError):
    """The folder's UIDVALIDITY is another than the caller's cursor belongs to (RFC 3501 2.3.1.1)."""
