"""Bytes to `ParsedMessage`: never raises, never hangs; what is odd is recorded as a defect.

Headers are read by `headers`, structure by `mime`, charsets by `charsets`, HTML by `html`; this module puts
them together and decides which part is the body and which an attachment.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from . import charsets, headers, mailboxes, mime, names, readable
from .model import Address, Attachment, Defect, ParsedMessage

MAX_BODY = 2_000_000  # octets of one text part that are decoded; the longest letter seen has 300 kB
MAX_HELD = 30_000_000  # octets of attachments kept in memory per message; what is larger is hashed and named
MAX_EMBEDDED = 8  # messages within messages within messages
MAX_DEFECTS = 200


@dataclass
class _Gathered:
    """What the walk over the parts found."""

    texts: list[tuple[str, str, int]] = field(
        default_factory=list
    )  # (plain or html, text, alternative group)
    attachments: list[Attachment] = field(default_factory=list)
    embedded: list[ParsedMessage] = field(default_factory=list)
    charsets: list[str] = field(default_factory=list)
    label: str = ""  # the charset that the first text part declares
    defects: list[Defect] = field(default_factory=list)
    cids: set[str] = field(default_factory=set)
    held: int = 0

    def defect(self, code: str, detail: str = "") -> None:
        if len(self.defects) < MAX_DEFECTS:
            self.defects.append(Defect(code=code, detail=detail))


def parse(raw: bytes) -> ParsedMessage:
    """Any bytes as a message. Never raises."""
    if b"\n" not in raw and b"\r" in raw:  # line ends of old Macintosh systems
        raw = raw.replace(b"\r", b"\n")
    return _parse(raw, 0)


def _parse(raw: bytes, depth: int) -> ParsedMessage:
    try:
        return _read(raw, depth)
    except (
        RecursionError,
        MemoryError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
    ) as error:
        # Kept for what nobody foresaw: the message is still filed, with its size and the reason.
        return ParsedMessage(size=len(raw), defects=(Defect(code="unreadable", detail=type(error).__name__),))


def _read(raw: bytes, depth: int) -> ParsedMessage:
    reader = mime.Reader(raw)
    top = reader.read(0, len(raw))
    found = _Gathered()
    _walk(reader, top, found, depth, group=0, inline_type="")
    text, source, markup = readable.readable(found.texts)
    top.fields = headers.in_charset(top.fields, top.parameters.get("charset") or found.label)
    fields: dict[str, headers.Field] = {}
    for f in top.fields:
        fields.setdefault(f.name, f)
    date, odd_date = headers.date(_text(top, "date"))
    for code, detail in reader.defects:
        found.defect(code, detail)
    if odd_date:
        found.defect(odd_date)
    ids = headers.message_ids(_text(top, "message-id"))
    if not ids:
        found.defect("message_id_missing")
    elif sum(f.name == "message-id" for f in top.fields) > 1:
        found.defect("message_id_repeated")
    from_ = _addresses(top, "from")
    if not from_:
        found.defect("from_missing")
    elif not any("@" in a.email and a.domain for a in from_):
        found.defect("from_without_domain")
    if sum(f.name == "from" for f in top.fields) > 1:
        found.defect("from_repeated")
    sender = _addresses(top, "sender")
    subject = " ".join(fields["subject"].value.split()) if "subject" in fields else ""
    inline = found.cids
    attachments = tuple(
        replace(a, inline=True) if a.content_id and a.content_id in inline else a for a in found.attachments
    )
    return ParsedMessage(
        size=len(raw),
        headers=tuple((f.name, f.value) for f in top.fields),
        message_id=ids[0] if ids else "",
        in_reply_to=headers.message_ids(_text(top, "in-reply-to")),
        references=headers.message_ids(_text(top, "references")),
        from_=from_,
        sender=sender[0] if sender else None,
        reply_to=_addresses(top, "reply-to"),
        to=_addresses(top, "to"),
        cc=_addresses(top, "cc"),
        subject=subject,
        date=date,
        content_type=top.content_type,
        text=text,
        html=markup,
        body_source=source,
        attachments=attachments,
        embedded=tuple(found.embedded),
        defects=tuple(dict.fromkeys(found.defects)),
        charsets=tuple(found.charsets),
    )


def _text(part: mime.Part, name: str) -> str:
    """All values of a field in one, as they stand."""
    return " ".join(f.text for f in part.fields if f.name == name)


def _addresses(part: mime.Part, name: str) -> tuple[Address, ...]:
    return tuple(a for f in part.fields if f.name == name for a in mailboxes.addresses(f.text))


# -- parts -------------------------------------------------------------------------------------------


def _walk(
    reader: mime.Reader, part: mime.Part, found: _Gathered, depth: int, *, group: int, inline_type: str
) -> None:
    if part.children:
        if part.content_type == "multipart/alternative":
            group = id(part)
        for child in part.children:
            _walk(reader, child, found, depth, group=group, inline_type=part.content_type)
        return
    disposition, disposition_parameters = headers.parameters(part.text("content-disposition"))
    name = disposition_parameters.get("filename") or part.parameters.get("name") or ""
    kind = part.content_type
    if (
        kind in {"message/rfc822", "message/global"} and disposition != "attachment"
    ) or kind == "message/rfc822":
        _embed(reader, part, found, depth, name)
        return
    is_text = kind.startswith("text/") or part.is_multipart or kind in {"text", "application/xhtml+xml"}
    is_body = (
        is_text
        and disposition != "attachment"
        and (not name or disposition == "inline" or inline_type == "multipart/alternative")
        and kind
        not in {
            "text/calendar",
            "text/rfc822-headers",
            "text/x-vcard",
            "text/vcard",
            "text/directory",
            "text/csv",
        }
    )
    if (
        is_body
        and name
        and any(t for _, t, _ in found.texts if t.strip())
        and inline_type != "multipart/alternative"
    ):
        is_body = False  # a named text after the body is a document
    if is_body:
        _body_text(reader, part, found, group)
    elif not (part.start >= part.end and not name and kind == "text/plain"):
        _attach(reader, part, found, disposition, name)


def _body_text(reader: mime.Reader, part: mime.Part, found: _Gathered, group: int) -> None:
    octets, whole = reader.content(part, limit=MAX_BODY)
    if not whole:
        found.defect("body_truncated", str(MAX_BODY))
    text, charset, held = charsets.decode(octets, part.parameters.get("charset", ""))
    found.charsets.append(charset)
    found.label = found.label or part.parameters.get("charset", "")
    if not held:
        found.defect("charset", f"{part.parameters.get('charset', '')[:40]} read as {charset}")
    if part.content_type in {"text/html", "application/xhtml+xml"} or readable.looks_like_html(
        text, part.content_type
    ):
        found.texts.append(("html", text, group))
        found.cids.update(re.findall(r"(?i)cid:([^\s\"'<>)]{1,200})", text))
        return
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.parameters.get("format", "").lower() == "flowed":
        text = readable.unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    text, files = readable.uu_blocks(text)
    for name, content in files:
        found.attachments.append(_attachment(name, "application/octet-stream", content))
        found.defect("uuencoded", name)
    found.texts.append(("plain", text, group))


def _attach(reader: mime.Reader, part: mime.Part, found: _Gathered, disposition: str, name: str) -> None:
    digest, size, content = reader.hashed(part, hold=max(0, MAX_HELD - found.held))
    found.held += len(content)
    if size and not content:
        found.defect("attachment_not_held", f"{size} octets: hashed only")
    content_id = part.text("content-id").strip().strip("<>")
    if not name and content_id and part.content_type.startswith("image/"):
        # Lotus Notes names its pictures only so.
        name = content_id.partition("@")[0] + names.EXTENSIONS.get(part.content_type, "")
    kind = part.content_type if not part.is_multipart else "application/octet-stream"
    found.attachments.append(
        Attachment(
            name=names.safe_name(name, kind, len(found.attachments) + 1),
            content_type=kind,
            size=size,
            sha256=digest,
            content=content,
            content_id=content_id,
            inline=False,
            encrypted=_encrypted(kind, name.lower(), part.parameters, content),
        )
    )


def _attachment(name: str, kind: str, content: bytes) -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(
        name=names.safe_name(name, kind, 1),
        content_type=kind,
        size=len(content),
        sha256=digest,
        content=content,
    )


def _embed(reader: mime.Reader, part: mime.Part, found: _Gathered, depth: int, name: str) -> None:
    digest, size, content = reader.hashed(part, hold=max(0, MAX_HELD - found.held))
    found.held += len(content)
    if depth >= MAX_EMBEDDED:
        found.defect("embedded_too_deep", str(depth))
        inner = None
    elif size and not content:
        found.defect("attachment_not_held", f"{size} octets: hashed only")
        inner = None
    else:
        inner = _parse(content, depth + 1)
        found.embedded.append(inner)
    found.attachments.append(
        Attachment(
            name=names.safe_name(
                name or (f"{inner.subject}.eml" if inner and inner.subject else ""), "message/rfc822", 1
            ),
            content_type="message/rfc822",
            size=size,
            sha256=digest,
            content=content,
        )
    )


def _encrypted(kind: str, name: str, parameters: dict[str, str], content: bytes) -> str:
    """Why a part cannot be read: "smime", "rpmsg", "pgp", "egress", or "" where nothing says so."""
    if "rpmsg" in kind or name.endswith(".rpmsg"):
        return "rpmsg"
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"} or name.endswith(".p7m"):
        return "" if parameters.get("smime-type", "").lower() in {"signed-data", "certs-only"} else "smime"
    if name.endswith((".switch", ".egress")) or "egress" in kind or "egress" in name:
        return "egress"
    if kind == "application/pgp-encrypted" or content[:64].startswith(b"-----BEGIN PGP MESSAGE"):
        return "pgp"
    return ""


def received(message: ParsedMessage) -> datetime | None:
    """The time of the topmost Received field (RFC 5321 4.4), None where there is none to read."""
    for value in message.header_all("received"):
        moment, _ = headers.date(value.rpartition(";")[2])
        if moment is not None:
            return moment
    return None
