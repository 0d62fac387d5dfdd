"""What FETCH brings: one answer a message, its small parts read with imap-tools' helpers. Pure.

Two traps keep imap-tools' own `fetch` away from here. It pairs answers by their place in the list, and
servers put FETCH data that nobody asked for in between: here an answer is known by its UID alone. And
its `MailMessage` parses the whole mail and loses the bytes: here it reads flags, sizes and one header
field, and a body stays the bytes that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from imap_tools import MailMessage
from imap_tools.consts import DEFAULT_EMAIL_DATE
from imap_tools.utils import parse_email_date

Item = bytes | tuple[bytes, bytes] | None
"""As imaplib hands them over: lines, and pairs of a line and the literal that it announced."""

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for an INTERNALDATE that the server did not give: old enough that nothing is sent on its account."""

_INTERNALDATE = re.compile(rb'INTERNALDATE "([^"]*)"')
_QUOTED_BODY = re.compile(rb'BODY\[\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')


class Answer:
    """One FETCH response. `uid` is 0 where it names none; `size` only counts where `has_size`."""

    def __init__(self, items: Sequence[bytes | tuple[bytes, bytes]]) -> None:
        self._items = items
        lines = [item if isinstance(item, bytes) else item[0] for item in items]
        self._line = b" ".join(lines)
        # Without literals and as text, since one keyword in 8 bits makes imap-tools raise.
        told = MailMessage([line.decode("ascii", "replace").encode() for line in lines])
        self.uid = int(told.uid or 0)
        self.flags = told.flags
        self.has_size = b"RFC822.SIZE" in self._line
        self.size = told.size_rfc822

    @property
    def internaldate(self) -> datetime:
        """Aware; NO_DATE where the server gave none or nonsense."""
        found = _INTERNALDATE.search(self._line)
        return internaldate(found.group(1)) if found else NO_DATE

    @property
    def body(self) -> bytes | None:
        """The octets of BODY[…], None where the answer has none."""
        for item in self._items:
            if isinstance(item, tuple) and b"BODY[" in item[0]:
                return item[1]
        found = _QUOTED_BODY.search(self._line)
        return re.sub(rb"\\(.)", rb"\1", found.group(1)) if found else None

    @property
    def message_id(self) -> str:
        """Of a fetched header block: angle brackets kept, folding undone; "" for none."""
        found = MailMessage.from_bytes(self.body or b"").headers.get("message-id", ("",))[0]
        return "".join(found.split()).encode(errors="surrogateescape").decode(errors="replace")


def answers(items: Sequence[Item]) -> Iterator[Answer]:
    """Each FETCH response by itself; its literals belong to the line in which they were announced."""
    parts: list[bytes | tuple[bytes, bytes]] = []
    for item in items:
        if item is not None:
            parts.append(item)
        if parts and not isinstance(item, tuple):
            yield Answer(parts)
            parts = []
    if parts:
        yield Answer(parts)


def internaldate(value: bytes) -> datetime:
    """` 1-May-2027 09:00:00 +0100`, aware; NO_DATE for what is no date."""
    moment = parse_email_date(value.decode("ascii", "replace"))
    if moment == DEFAULT_EMAIL_DATE:  # imap-tools' word for a date that it cannot read
        return NO_DATE
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # RFC 5322 3.3: -0000 tells no zone
