"""The MIME tree of a message as offsets into its bytes: nothing is copied, every loop has a bound.

Leaves are decoded only when asked for, in pieces, so that a message of 50 MB costs its own size and
little more. Broken structure (RFC 2046 5.1: no boundary, no closing delimiter) is read as far as it goes.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from . import headers

MAX_DEPTH = 20  # forwards of forwards seen in real mail reach 7
MAX_PARTS = 500  # digests of busy lists reach 200
MAX_HEADER = 512 * 1024  # octets of one header block; the largest seen, of a looping mail, had 90 kB
_CHUNK = 1024 * 1024

# \r?\n[ \t]*\r?\n|\r\r, written so that `re` can leap from line end to line end
_HEADER_END = re.compile(rb"[\r\n](?:(?<=\r)\n[ \t]*\r?\n|(?<=\n)[ \t]*\r?\n|(?<=\r)\r)")
_FOLDED = re.compile(rb"[ \t]+[^\s]|[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_FIRST = re.compile(rb"(?:>?From |[\x21-\x39\x3b-\x7e]{1,200}[ \t]{0,20}:|[ \t])")
_AGAIN = re.compile(rb"(?:From|To|Subject|Date|MIME-Version|Content-Type|Message-ID|Received):[ \t]")
_TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,120}")
_COMMENT = re.compile(r"\(.*?\)")
_BLANK = re.compile(rb"[\r\n]*")
_NOT_BASE64 = bytes(
    c for c in range(256) if chr(c) not in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)


@dataclass(kw_only=True)
class Part:
    """One entity: its fields, and where its body lies in the message (`start`:`end`)."""

    fields: list[headers.Field]
    start: int
    end: int
    content_type: str
    parameters: dict[str, str]
    children: list[Part] = field(default_factory=list)

    def get(self, name: str) -> headers.Field | None:
        return next((f for f in self.fields if f.name == name), None)

    def text(self, name: str) -> str:
        """The value of the first such field, encoded words left as they stand; "" where missing."""
        found = self.get(name)
        return found.text if found else ""

    @property
    def encoding(self) -> str:
        """Content-Transfer-Encoding, "" where missing or unknown (RFC 2045 6)."""
        value = _COMMENT.sub("", self.text("content-transfer-encoding")).strip().strip("\"';").lower()
        return value.split()[0] if value.split() else ""

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")


class Reader:
    """Walks one message. `defects` gathers (code, detail) as it goes."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.parts = 0
        self.defects: list[tuple[str, str]] = []

    def read(self, start: int, end: int, *, depth: int = 0, default_type: str = "text/plain") -> Part:
        """The entity that lies at `start`:`end`, with its children."""
        self.parts += 1
        start, body = self._header_span(start, end, top=depth == 0)
        fields, odd = headers.split(self.raw[start : min(body, start + MAX_HEADER)])
        self.defects.extend((code, "") for code in dict.fromkeys(odd))
        if body - start > MAX_HEADER:
            self.defects.append(("header_too_big", str(body - start)))
        declared = next((f.text for f in fields if f.name == "content-type"), "")
        content_type, parameters = headers.parameters(declared)
        content_type = "".join(content_type.split())
        if not _TYPE.fullmatch(content_type):
            if declared:
                self.defects.append(("content_type_invalid", ""))
            content_type = "text/plain" if declared or depth == 0 else default_type
            if re.match(r"\s*text\b", declared, re.I):
                content_type = "text/html" if "html" in declared.lower() else "text/plain"
        part = Part(fields=fields, start=body, end=end, content_type=content_type, parameters=parameters)
        if part.is_multipart:
            self._children(part, depth)
        return part

    def _header_span(self, start: int, end: int, *, top: bool) -> tuple[int, int]:
        """(where the fields begin, where the body begins)."""
        raw = self.raw
        if top:
            match = _BLANK.match(raw, start, end)
            start = match.end() if match else start
            if raw.startswith(b"\xef\xbb\xbf", start):
                start += 3
        elif raw.startswith((b"\r\n", b"\n"), start):
            return start, start + (2 if raw.startswith(b"\r\n", start) else 1)  # no fields at all
        # Without a field in the first line this is a body without a header.
        line_end = raw.find(b"\n", start, min(end, start + 2000))
        first = raw[start : line_end if line_end != -1 else min(end, start + 2000)]
        if not _FIRST.match(first):
            following = raw[line_end + 1 : line_end + 200] if line_end != -1 else b""
            if not re.match(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]", following):
                self.defects.append(("no_header", ""))
                return start, start
        match = _HEADER_END.search(raw, start, end)
        while match is not None and match[0].strip(b"\r\n") and _FOLDED.match(raw, match.end(), end):
            # A line of white space inside a folded field (RFC 5322 4.2 obs-FWS) is not the end.
            match = _HEADER_END.search(raw, match.end(), end)
        if match is None:
            return start, end
        body = match.end()
        # Some gateways put an empty line into the header; what follows is plainly more of it.
        again = _AGAIN.match(raw, body, end)
        if (
            top
            and again
            and not re.search(rb"(?mi)^(?:From|Subject|Content-Type):", raw[start : match.start() + 1])
        ):
            self.defects.append(("header_interrupted", ""))
            match = _HEADER_END.search(raw, body, end)
            body = match.end() if match else end
        return start, body

    def _children(self, part: Part, depth: int) -> None:
        boundary = part.parameters.get("boundary", "").rstrip()
        spans = self._spans(part, boundary) if boundary else []
        if not spans:
            guessed = self._guess_boundary(part)
            if guessed:
                spans = self._spans(part, guessed)
        if not spans:
            self.defects.append(
                ("multipart_without_parts" if boundary else "boundary_missing", part.content_type)
            )
            return
        if depth + 1 >= MAX_DEPTH:
            self.defects.append(("too_deep", str(depth)))
            return
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for start, end in spans:
            if self.parts >= MAX_PARTS:
                self.defects.append(("too_many_parts", str(MAX_PARTS)))
                return
            part.children.append(self.read(start, end, depth=depth + 1, default_type=default))

    def _guess_boundary(self, part: Part) -> str:
        """The delimiter that the body itself begins with, where the field names none or another."""
        head = self.raw[part.start : min(part.end, part.start + 20_000)]
        match = re.search(rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?:[A-Za-z-]{1,60}:|\r?\n)", head)
        if match is None or not re.search(rb"(?i)\ncontent-", head):
            return ""
        self.defects.append(("boundary_guessed", ""))
        return match[1].decode("latin-1")

    def _spans(self, part: Part, boundary: str) -> list[tuple[int, int]]:
        """Start and end of each child (RFC 2046 5.1.1). The line end before one is the delimiter's."""
        raw, delimiter = self.raw, b"--" + boundary.encode("utf-8", "replace")[:500]
        spans: list[tuple[int, int]] = []
        opened = -1
        at = raw.find(delimiter, part.start, part.end)
        closed = False
        while at != -1:
            after = at + len(delimiter)
            if at == part.start or raw[at - 1 : at] in (b"\n", b"\r"):
                closing = raw.startswith(b"--", after)
                line = raw.find(b"\n", after, min(part.end, after + 200))
                rest = raw[after + 2 * closing : line if line != -1 else min(part.end, after + 200)]
                if not rest.strip():
                    if opened >= 0:
                        stop = at - 1 if raw[at - 1 : at] in (b"\n", b"\r") else at
                        stop -= raw[stop - 1 : stop + 1] == b"\r\n"
                        spans.append((opened, max(stop, opened)))
                        opened = -1
                        if len(spans) >= MAX_PARTS:
                            self.defects.append(("too_many_parts", str(MAX_PARTS)))
                            return spans
                    if closing:
                        closed = True
                        # What follows is epilogue, unless another delimiter shows that it was not the end.
                    else:
                        opened = line + 1 if line != -1 else part.end
            at = raw.find(delimiter, after, part.end)
        if opened >= 0:
            spans.append((opened, part.end))
        if spans and not closed:
            self.defects.append(("boundary_not_closed", part.content_type))
        return spans

    # -- leaves --------------------------------------------------------------------------------------

    def chunks(self, part: Part) -> Iterator[bytes]:
        """The decoded octets of a leaf in pieces of about a megabyte."""
        encoding = part.encoding
        if encoding in {"base64", "base-64", "b"}:
            yield from self._base64(part)
        elif encoding in {"quoted-printable", "quotedprintable", "q"}:
            for piece in self._lines(part):
                yield binascii.a2b_qp(piece)
        elif encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
            for piece in self._lines(part):
                yield uudecode(piece)
        else:
            if encoding not in {"", "7bit", "8bit", "binary", "none"}:
                self.defects.append(("encoding_unknown", encoding[:40]))
            for at in range(part.start, part.end, _CHUNK):
                yield self.raw[at : min(at + _CHUNK, part.end)]

    def _lines(self, part: Part) -> Iterator[bytes]:
        """Pieces that end at line ends."""
        at = part.start
        while at < part.end:
            stop = min(at + _CHUNK, part.end)
            if stop < part.end:
                line = self.raw.rfind(b"\n", at, stop)
                stop = line + 1 if line != -1 else stop
            yield self.raw[at:stop]
            at = stop

    def _base64(self, part: Part) -> Iterator[bytes]:
        held = b""
        damaged = False
        for at in range(part.start, part.end, _CHUNK):
            piece = self.raw[at : min(at + _CHUNK, part.end)]
            clean = held + piece.translate(None, _NOT_BASE64)
            last = at + _CHUNK >= part.end
            runs = clean.split(b"=")
            held = b"" if last else runs.pop()
            if not last:  # only whole groups of four; the rest waits for the next piece
                keep = len(held) % 4
                whole, held = (held[: len(held) - keep], held[len(held) - keep :])
                runs.append(whole)
            for run in runs:
                if len(run) % 4 == 1:
                    damaged = True
                    run = run[:-1]
                if run:
                    yield binascii.a2b_base64(run + b"=" * (-len(run) % 4))
        if damaged:
            self.defects.append(("base64_damaged", ""))

    def content(self, part: Part, *, limit: int) -> tuple[bytes, bool]:
        """(decoded octets up to `limit`, whether that was all)."""
        buffer = BytesIO()
        for piece in self.chunks(part):
            room = limit - buffer.tell()
            if len(piece) > room:
                buffer.write(piece[:room])
                return buffer.getvalue(), False
            buffer.write(piece)
        return buffer.getvalue(), True

    def hashed(self, part: Part, *, hold: int) -> tuple[str, int, bytes]:
        """(SHA-256, decoded size, the octets where they are no more than `hold`, else b"")."""
        digest = hashlib.sha256()
        size = 0
        buffer: BytesIO | None = BytesIO()
        for piece in self.chunks(part):
            digest.update(piece)
            size += len(piece)
            if buffer is not None:
                if size > hold:
                    buffer = None
                else:
                    buffer.write(piece)
        return digest.hexdigest(), size, buffer.getvalue() if buffer is not None else b""


def uudecode(octets: bytes) -> bytes:
    """The lines between `begin` and `end`, damaged lines read as far as they go."""
    out: list[bytes] = []
    for line in octets.splitlines():
        if not line or line.startswith(b"begin ") or line in {b"end", b"`"}:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count the trailing octets wrongly (as Python's own uu module works around).
            try:
                out.append(binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1]))
            except binascii.Error:
                continue
    return b"".join(out)
