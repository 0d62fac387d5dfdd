"""Values → an EmailMessage whose headers nobody can break.

Python's own folding encodes the commas between addresses (CVE-2025-1795) and long message ids (RFC 2047
forbids both), so `MailPolicy` writes those headers itself. Every line is ASCII and at most 998 octets
(RFC 5322 2.1.1); bodies are quoted-printable, so no 8-bit server is needed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.header import Header
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Literal

from ..errors import PermanentSendError
from ..message.model import Address, Attachment
from .words import one_line

Kind = Literal["acknowledgement", "notice", "personal"]

SUPPRESS = "DR, RN, NRN, OOF, AutoReply"  # MS-OXCMAIL 2.2.3.2.14; not NDR: bounces are wanted
FOLD_AT = 78  # octets a line (RFC 5322 2.1.1)
MAX_REFERENCES = 20  # the first and the newest: enough to thread (RFC 5322 3.6.4 sets no bound)
MAX_NAME = 120  # characters of a display name
MAX_ID = 900  # octets; with its header name below the 998 of a line

_ADDRESS_HEADERS = frozenset({"from", "to", "cc", "bcc", "reply-to", "sender"})
_ID_HEADERS = frozenset({"message-id", "in-reply-to", "references"})
_ID = re.compile(r"[^\s<>\x00-\x20\x7f-\U0010ffff]+")
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)  # RFC 5322 dot-atom
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_ATOM_TEXT = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


class MailPolicy(EmailPolicy):
    """EmailPolicy that folds addresses, message ids and plain subjects by itself."""

    def fold(self, name: str, value: Any) -> str:
        lowered = name.lower()
        if lowered in _ADDRESS_HEADERS and hasattr(value, "addresses"):
            return f"{name}: " + ",\r\n ".join(_written(a) for a in value.addresses) + "\r\n"
        if lowered in _ID_HEADERS:
            return f"{name}: " + "\r\n ".join(str(value).split()) + "\r\n"
        words = str(value).split(" ")
        if lowered == "subject" and str(value).isascii() and all(0 < len(w) < FOLD_AT // 2 for w in words):
            # The library would leave the first line empty, and some readers then show a space in front.
            lines = textwrap.wrap(f"{name}: {value}", FOLD_AT, break_long_words=False, break_on_hyphens=False)
            return "\r\n ".join(lines) + "\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "backslashreplace")


POLICY = MailPolicy(linesep="\r\n", cte_type="7bit", max_line_length=FOLD_AT, raise_on_defect=False)


def compose(
    *,
    kind: Kind,
    sender: Address,
    to: Sequence[Address | str],
    subject: str,
    text: str,
    html: str,
    message_id: str,
    date: datetime,
    reference: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    language: str = "en",
    cc: Sequence[Address | str] = (),
    bcc: Sequence[Address | str] = (),
    reply_to: Address | str | None = None,
    attachments: Sequence[Attachment] = (),
    extra_headers: Iterable[tuple[str, str]] = (),
) -> EmailMessage:
    """The message of the contract, "Mail that the service sends".

    `date` must be aware. `message_id`, `in_reply_to` and `references` may stand in angle brackets or not.
    Raises PermanentSendError for an address that cannot be written to, ValueError for a bad header name
    or a naive date.
    """
    if date.tzinfo is None:
        raise ValueError("the Date of a mail must be aware")
    mail = EmailMessage(policy=POLICY)
    mail["From"] = _header_address(sender)
    for header, people in (("To", to), ("Cc", cc), ("Bcc", bcc)):
        if people:
            mail[header] = tuple(_header_address(p) for p in people)
    if reply_to is not None:
        mail["Reply-To"] = _header_address(reply_to)
    mail["Subject"] = with_reference(subject, reference)
    mail["Date"] = format_datetime(date)
    own_id = _ids([message_id])
    if not own_id:
        raise ValueError("the Message-ID is fixed when the row is queued, and is missing")
    mail["Message-ID"] = own_id
    answered = _ids([in_reply_to])
    if answered:
        mail["In-Reply-To"] = answered
    chain = _ids([*references, in_reply_to])
    if chain:
        mail["References"] = chain
    if kind != "personal":
        mail["Auto-Submitted"] = "auto-replied" if kind == "acknowledgement" else "auto-generated"
        mail["X-Auto-Response-Suppress"] = SUPPRESS
    for name, value in extra_headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"not a header name: {one_line(name, 40)!r}")
        mail[name] = one_line(value, 900)
    mail.set_content(text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    for attachment in attachments:
        _attach(mail, attachment)
    mail["Content-Language"] = language  # last: building the parts moves every Content- header into them
    return mail


def with_reference(subject: str, reference: str) -> str:
    """The subject as one line, with `[WMR-0007]` in it exactly once."""
    line = one_line(subject, 240)
    mark = f"[{reference}]"
    return line if not reference or mark in line else f"{mark} {line}".strip()


def reply_subject(subject: str, reference: str) -> str:
    """`Re: [WMR-0007] their subject`: for personal answers only, never for an acknowledgement."""
    bare = re.sub(
        r"^(?:\s*(?:re|aw|sv|ynghylch|atb)\s*(?:\[\d+\])?\s*:)+", "", one_line(subject), flags=re.IGNORECASE
    )
    mark = f"[{reference}]"
    bare = bare.replace(mark, "").strip()
    return f"Re: {mark} {bare}".strip() if reference else f"Re: {bare}".strip()


def can_be_written_to(email: str) -> bool:
    """Whether an address fits into a header without SMTPUTF8 (RFC 6531): ASCII dot-atom, real domain."""
    try:
        _addr_spec(email)
    except PermanentSendError:
        return False
    return True


def _header_address(person: Address | str) -> HeaderAddress:
    name, email = ("", person) if isinstance(person, str) else (person.name, person.email)
    local, domain = _addr_spec(email)
    return HeaderAddress(display_name=one_line(name, MAX_NAME), username=local, domain=domain)


def _addr_spec(email: str) -> tuple[str, str]:
    local, _, domain = email.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    domain_ok = bool(ascii_domain) and all(
        re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})", part) for part in labels
    )
    if not domain_ok or not _LOCAL.fullmatch(local) or len(local) > 64:
        raise PermanentSendError("The address cannot be written to: it is not a plain e-mail address.")
    return local, ascii_domain


def _written(address: HeaderAddress) -> str:
    """`"Siân Ó Néill, Dr" <sian@mail.example>` in ASCII: quoted where RFC 5322 asks, else RFC 2047."""
    spec = f"<{address.username}@{address.domain}>"
    name = address.display_name
    if not name:
        return spec[1:-1]
    if not name.isascii():
        words = Header(name, charset="utf-8", maxlinelen=70, header_name="Reply-To").encode(linesep="\r\n")
        return f"{words}\r\n {spec}"
    if _ATOM_TEXT.fullmatch(name):
        return f"{name} {spec}"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" {spec}'


def _ids(found: Sequence[str]) -> str:
    """Message ids in angle brackets, each once, the first and the newest; "" where there is none."""
    clean: list[str] = []
    for one in found:
        for token in _ID.findall(one):
            if len(token) <= MAX_ID and token not in clean:
                clean.append(token)
    if len(clean) > MAX_REFERENCES:
        clean = [clean[0], *clean[-(MAX_REFERENCES - 1) :]]
    return " ".join(f"<{token}>" for token in clean)


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.content_type.partition("/")
    safe = maintype in {"application", "image", "audio", "video", "text"} and re.fullmatch(
        r"[\w.+-]+", subtype
    )
    mail.add_attachment(
        attachment.content,
        maintype=maintype if safe else "application",
        subtype=subtype if safe else "octet-stream",
        filename=one_line(attachment.name, 150),
    )
