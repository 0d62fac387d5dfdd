"""The IMAP grammar this service needs (RFC 3501 section 9): names out, responses in. Pure.

Responses come as imaplib hands them over: a list of lines (bytes) and of (line, literal) pairs.
Servers send FETCH data that nobody asked for between the lines that were, so a record is never
taken for the answer by its place in the list: callers look at its UID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from imap_tools.imap_utf7 import utf7_decode, utf7_encode

from ..errors import MailboxError

Item = bytes | tuple[bytes, bytes] | None
Token = bytes | list["Token"] | None
"""An atom or string as bytes, NIL as None, a parenthesised list as a list."""

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for an INTERNALDATE that the server did not give: old enough that nothing is sent on its account."""

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_INTERNALDATE = re.compile(rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_ATOM_END = re.compile(rb'[ ()"\r\n]')


@dataclass(frozen=True, kw_only=True)
class Folder:
    """One folder as LIST shows it. `name` is decoded; `flags` are its attributes in lower case."""

    name: str
    flags: frozenset[str]
    delimiter: str
    selectable: bool


def encode_folder(name: str) -> str:
    """A folder's name for a command: modified UTF-7 (RFC 3501 5.1.3), quoted."""
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in name):
        raise MailboxError("A folder's name in the settings holds a control character: remove it.")
    return quote(utf7_encode(name).decode("ascii"))


def decode_folder(name: bytes) -> str:
    """What people call the folder; a name in broken modified UTF-7 is shown as it came."""
    try:
        return utf7_decode(name)
    except (ValueError, UnicodeError):
        return name.decode("utf-8", "replace")


def quote(text: str) -> str:
    """A quoted string; the caller has seen to it that `text` is ASCII without CR, LF and NUL."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def imap_date(moment: datetime) -> str:
    """`01-May-2027`, whatever the locale."""
    return f"{moment.day:02d}-{_MONTHS[moment.month - 1]}-{moment.year:04d}"


def imap_datetime(moment: datetime) -> str:
    """INTERNALDATE as APPEND wants it, in UTC, quoted."""
    utc = moment.astimezone(UTC)
    return f'"{imap_date(utc)} {utc:%H:%M:%S} +0000"'


def parse_internaldate(value: Token) -> datetime:
    """Aware; NO_DATE where the server gave none or nonsense."""
    match = _INTERNALDATE.fullmatch(value) if isinstance(value, bytes) else None
    if match is None:
        return NO_DATE
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        return datetime(
            int(year), _MONTHS.index(month.decode().title()) + 1, int(day), int(hour), int(minute),
            min(int(second), 59),  # a leap second
            tzinfo=timezone(-offset if sign == b"-" else offset),
        )  # fmt: skip
    except ValueError:
        return NO_DATE


def parse_fetch(items: Sequence[Item]) -> Iterator[dict[str, Token]]:
    """FETCH responses as {item name in upper case: value}; broken ones are passed over."""
    for tokens in _responses(items):
        if len(tokens) != 2 or not isinstance(tokens[1], list):
            continue
        pairs = tokens[1]
        yield {_name(key): value for key, value in zip(pairs[::2], pairs[1::2], strict=False) if _name(key)}


def parse_list(items: Sequence[Item]) -> Iterator[Folder]:
    """LIST responses: `(\\HasNoChildren \\Sent) "/" "Sent Items"`."""
    for tokens in _responses(items):
        if len(tokens) < 3 or not isinstance(tokens[0], list) or not isinstance(tokens[2], bytes):
            continue
        flags = frozenset(_name(flag).lower() for flag in tokens[0])
        delimiter = tokens[1].decode("ascii", "replace") if isinstance(tokens[1], bytes) else ""
        yield Folder(
            name=decode_folder(tokens[2]),
            flags=flags,
            delimiter=delimiter,
            selectable=not flags & {"\\noselect", "\\nonexistent"},
        )


def parse_status(items: Sequence[Item]) -> dict[str, int]:
    """The last STATUS response's numbers by name."""
    found: dict[str, int] = {}
    for tokens in _responses(items):
        if len(tokens) >= 2 and isinstance(tokens[-1], list):
            pairs = tokens[-1]
            found = {_name(key): number(value) for key, value in zip(pairs[::2], pairs[1::2], strict=False)}
    return found


def parse_numbers(items: Sequence[Item]) -> list[int]:
    """SEARCH's numbers, ascending and once each."""
    found = {
        int(word)
        for item in items
        if isinstance(item, bytes)
        for word in item.split()
        if word.isdigit()
    }  # fmt: skip
    return sorted(found)


def parse_namespace(items: Sequence[Item]) -> str:
    """The first personal namespace's prefix from `(("INBOX." ".")) NIL NIL`, decoded."""
    for tokens in _responses(items):
        personal = tokens[0] if tokens else None
        if isinstance(personal, list) and personal and isinstance(personal[0], list):
            first = personal[0][0] if personal[0] else None
            return decode_folder(first) if isinstance(first, bytes) else ""
    return ""


def number(value: Token) -> int:
    """A number; 0 for anything else."""
    return int(value) if isinstance(value, bytes) and value.isdigit() else 0


def header_message_id(header: bytes) -> str:
    """The Message-ID from a fetched header block, angle brackets kept, folding undone; "" for none."""
    match = re.search(rb"(?im)^message-id:((?:[^\r\n]|\r?\n[ \t])*)", header)
    if match is None:
        return ""
    return b"".join(match.group(1).split()).decode("utf-8", "replace")


def _responses(items: Sequence[Item]) -> Iterator[list[Token]]:
    """Tokens of each response; a literal belongs to the response in whose line it was announced."""
    pieces: list[bytes | memoryview] = []
    for item in items:
        if isinstance(item, tuple):
            pieces += [item[0].rsplit(b"{", 1)[0].removesuffix(b"~"), memoryview(item[1])]
            continue
        if item is not None:
            pieces.append(item)
        if pieces:
            yield _tokens(pieces)
        pieces = []
    if pieces:
        yield _tokens(pieces)


def _tokens(pieces: Sequence[bytes | memoryview]) -> list[Token]:
    """Reads atoms, strings, literals and lists; what is not closed at the end is closed there."""
    top: list[Token] = []
    stack: list[list[Token]] = [top]
    for piece in pieces:
        if isinstance(piece, memoryview):
            stack[-1].append(bytes(piece))
            continue
        at = 0
        while at < len(piece):
            character = piece[at : at + 1]
            if character in b" \r\n":
                at += 1
            elif character == b"(":
                stack.append([])
                stack[-2].append(stack[-1])
                at += 1
            elif character == b")":
                if len(stack) > 1:
                    stack.pop()
                at += 1
            elif character == b'"':
                value, at = _quoted(piece, at + 1)
                stack[-1].append(value)
            else:
                value, at = _atom(piece, at)
                stack[-1].append(None if value.upper() == b"NIL" else value)
    return top


def _quoted(line: bytes, at: int) -> tuple[bytes, int]:
    value = bytearray()
    while at < len(line) and line[at : at + 1] != b'"':
        if line[at : at + 1] == b"\\":
            at += 1
        value += line[at : at + 1]
        at += 1
    return bytes(value), at + 1


def _atom(line: bytes, at: int) -> tuple[bytes, int]:
    """Up to the next space, bracket or quote; in `BODY[HEADER.FIELDS (DATE)]` those are part of it."""
    end = at
    while (match := _ATOM_END.search(line, end)) is not None:
        if line.count(b"[", at, match.start()) <= line.count(b"]", at, match.start()):
            return line[at : match.start()], match.start()
        end = match.end()
    return line[at:], len(line)


def _name(value: Token) -> str:
    return value.decode("ascii", "replace").upper() if isinstance(value, bytes) else ""
