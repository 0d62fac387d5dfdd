"""Header fields (RFC 5322 2.2, RFC 2047, RFC 2231) read leniently: what is broken is read as far as it goes.

Python's own `email` raises on several kinds of real headers (a CR in an address, group syntax, unknown
charsets), so that the fields are read here, from bytes, with bounds on every loop.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from urllib.parse import unquote_to_bytes

from . import charsets

MAX_FIELDS = 1000  # RFC 5322 names no limit; real mail has under 150
MAX_VALUE = 64 * 1024  # octets of one unfolded value; References of very long threads reach 20 kB

_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,200}[ \t]{0,20}:")
_WORD = re.compile(r"=\?([^\s?]{1,60})\?([bBqQ])\?([^\r\n]{0,1000}?)\?=")
_DELIMITER = re.compile(r'["\\;]')
_ESCAPED = re.compile(r'\\(["\\])')
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")  # RFC 2231: name*0*
_ZONE = re.compile(r"[+-]\d{2}:?\d{2}\b|\b[A-Z]{1,4}\s*(?:\(|$)")
_MSG_ID = re.compile(r"<\s*([^<>\s]{1,998})\s*>")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as it stands: `name` lower-cased, `raw` unfolded octets."""

    name: str
    raw: bytes
    charset: str = ""  # of the body: letters sent unencoded are UTF-8 (RFC 6532), or in that

    @cached_property
    def text(self) -> str:
        """The octets as text, encoded words left encoded."""
        return charsets.decode(self.raw, self.charset)[0].strip()

    @property
    def value(self) -> str:
        """The text with encoded words decoded."""
        return decode_words(self.text)


def split(block: bytes) -> tuple[list[Field], list[str]]:
    """The fields of a header block, and stable codes of what was odd."""
    names: list[str] = []
    values: list[list[bytes]] = []
    size = 0  # of the last field's value
    odd: list[str] = []
    for number, line in enumerate(block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")):
        if not line.strip():
            continue
        if line[:1] in b" \t":
            if not values:
                odd.append("header_leading_space")
            elif size >= MAX_VALUE:
                odd.append("header_too_long")
            else:
                values[-1].append(line[:MAX_VALUE].strip(b" \t\x00"))
                size += len(values[-1][-1]) + 1
            continue
        if number == 0 and line.startswith((b"From ", b">From ")):
            continue  # the mbox separator (RFC 4155)
        match = _NAME.match(line)
        if match is None:
            odd.append("header_line_without_name")
            continue
        if len(names) >= MAX_FIELDS:
            odd.append("headers_too_many")
            break
        if len(line) > MAX_VALUE:
            odd.append("header_too_long")
        names.append(match[0][:-1].strip().decode("ascii").lower())
        values.append([line[match.end() : MAX_VALUE + match.end()].strip(b" \t\x00")])
        size = len(values[-1][0])
    fields = [Field(name=n, raw=b" ".join(v)[:MAX_VALUE]) for n, v in zip(names, values, strict=True)]
    return fields, list(dict.fromkeys(odd))


def in_charset(fields: list[Field], charset: str) -> list[Field]:
    """The fields, those with unencoded letters that are no UTF-8 to be read in the body's charset."""
    return [f if _is_utf8(f.raw) else replace(f, charset=charset) for f in fields]


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode_words(text: str) -> str:
    """RFC 2047 with its usual breakages: words split inside a character, unpadded base64, spaces inside."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[tuple[str, str, str]] = []  # adjacent words (charset, q or b, payload)
    last = 0
    for match in _WORD.finditer(text):
        between = text[last : match.start()]
        if between.strip() or not pending:
            out.append(_join(pending))
            pending = []
            out.append(between)
        pending.append((match[1].lower().partition("*")[0], match[2].lower(), match[3]))
        last = match.end()
    out.append(_join(pending))
    out.append(text[last:])
    return "".join(out)


def _join(words: list[tuple[str, str, str]]) -> str:
    """Neighbours of one charset are decoded together: many programs split a character between words."""
    out: list[str] = []
    for charset, run in groupby(words, key=itemgetter(0)):
        octets = b""
        held = ""  # base64 that ends inside a group of four and goes on in the next word
        for _, kind, payload in run:
            if kind == "q":
                octets += _b(held) + _q(payload)
                held = ""
                continue
            held += payload
            if len(held) % 4 == 0 or payload.endswith("="):
                octets += _b(held)
                held = ""
        out.append(charsets.decode(octets + _b(held), charset)[0])
    return "".join(out)


def _q(payload: str) -> bytes:
    octets = payload.encode("utf-8", "replace")
    return binascii.a2b_qp(octets.replace(b" ", b"_"), header=True)


def _b(payload: str) -> bytes:
    letters = re.sub(r"[^A-Za-z0-9+/]", "", payload)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


# -- identifiers, dates, parameters ------------------------------------------------------------------


def message_ids(text: str) -> tuple[str, ...]:
    """Every message id of a field, without angle brackets, in order, each once."""
    found = _MSG_ID.findall(text)
    if not found:
        found = [w.strip("<>,;") for w in text.split() if "@" in w]
    return tuple(dict.fromkeys(i for i in found if i))


def date(text: str) -> tuple[datetime | None, str]:
    """(instant in UTC or None, stable code of what was odd or "")."""
    text = " ".join(text.split())
    if not text:
        return None, "date_missing"
    try:
        parts = parsedate_tz(text[:200])
    except (ValueError, IndexError, TypeError, OverflowError):
        parts = None
    if parts is None:
        for form in (
            "%Y-%m-%dT%H:%M:%S%z",
            "%Y-%m-%d %H:%M:%S %z",
            "%Y-%m-%dT%H:%M:%SZ",
            "%Y-%m-%d %H:%M:%S",
        ):
            try:
                moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is put right below
            except ValueError:
                continue
            naive = moment.tzinfo is None
            return moment.replace(tzinfo=UTC) if naive else moment.astimezone(UTC), "date_nonstandard"
        return None, "date_invalid"
    year, month, day, hour, minute, second = parts[:6]
    zone = parts[9]
    try:
        offset = timezone(timedelta(seconds=zone)) if zone is not None else UTC
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None, "date_invalid"
    if moment.year < 1970:  # the era of no mail: a placeholder, or a clock that was never set
        return None, "date_invalid"
    has_zone = _ZONE.search(text)
    return moment, "" if zone is not None and has_zone else "date_naive"


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """(value lower-cased, parameters) of a MIME field, RFC 2231 continuations and charsets resolved."""
    pieces = _split_parameters(text)
    value = pieces[0].strip().lower() if pieces else ""
    simple: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1:200]:
        name, equals, content = piece.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        content = content.strip()
        if len(content) > 1 and content[0] == '"' and '"' in content[1:]:
            content = content[1 : content.rindex('"')]
            content = _ESCAPED.sub(r"\1", content) if "\\" in content else content
        content = content.strip('"')
        match = _CONTINUED.fullmatch(name)
        if match and (match[2] is not None or match[3]):
            extended.setdefault(match[1], []).append((int(match[2] or 0), bool(match[3]), content))
        else:
            simple.setdefault(name, content)
    for name, parts in extended.items():
        parts.sort(key=lambda p: p[0])
        octets = b""
        charset = "utf-8"
        for i, (_, encoded, content) in enumerate(parts):
            if encoded and i == 0 and content.count("'") >= 2:
                charset, _, content = content.split("'", 2)
            octets += unquote_to_bytes(content) if encoded else content.encode("utf-8", "replace")
        simple[name] = charsets.decode(octets, charset)[0]
    for name in ("filename", "name", "title"):
        if name in simple:
            simple[name] = decode_words(simple[name])
    return value, simple


def _split_parameters(text: str) -> list[str]:
    if '"' not in text:
        return text.split(";")
    pieces: list[str] = []
    start = escaped = 0
    quoted = False
    last_quote = text.rfind('"')
    for match in _DELIMITER.finditer(text):
        at = match.start()
        if at < escaped:
            continue
        if match[0] == "\\":
            escaped = at + 2 if quoted else escaped
        elif match[0] == '"':
            quoted = not quoted and last_quote > at
        elif not quoted:
            pieces.append(text[start:at])
            start = at + 1
    pieces.append(text[start:])
    return pieces
