"""What a message is to the rest of the service: frozen values, no behaviour beyond look-ups.

`parse.py` makes a `ParsedMessage`; `automated.py`, `forwarded.py`, `body.py`, `thread.py` and
`trust.py` read it and return values of their own, defined here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Address:
    """One mailbox of RFC 5322 3.4. `email` is lower-cased, "" where the header named none."""

    name: str = ""
    email: str = ""

    @property
    def domain(self) -> str:
        """Lower-cased domain, "" where there is none."""
        return self.email.rpartition("@")[2] if "@" in self.email else ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A part that is not the body. `name` is safe as a file name (no path, no reserved name)."""

    name: str
    content_type: str
    size: int  # octets, decoded
    sha256: str  # of the decoded octets, lower-case hex
    content: bytes = field(repr=False, default=b"")
    content_id: str = ""
    inline: bool = False  # referred to by cid: from the HTML part, so no document of its own
    encrypted: str = ""  # "", "smime", "rpmsg", "pgp", "egress": why it cannot be read


@dataclass(frozen=True, kw_only=True)
class Defect:
    """Something odd in the bytes, recorded instead of raised. `code` is stable, `detail` is for people."""

    code: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)  # each is itself: `once` keeps what is found of it
class ParsedMessage:
    """Any bytes as a message. Never partly filled: what was missing is "", None or ()."""

    size: int  # octets as received
    headers: tuple[tuple[str, str], ...] = ()  # (lower-cased name, decoded and unfolded value), in order
    message_id: str = ""  # without angle brackets; "" where missing
    in_reply_to: tuple[str, ...] = ()  # message ids without angle brackets
    references: tuple[str, ...] = ()
    from_: tuple[Address, ...] = ()
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None  # aware, UTC; None where missing or impossible
    content_type: str = "text/plain"  # of the top part
    text: str = ""  # the whole readable body, LF line ends, nothing cut
    html: str = field(default="", repr=False)  # raw HTML part, "" where none
    body_source: str = "none"  # "plain", "html", "none"
    attachments: tuple[Attachment, ...] = ()
    embedded: tuple[ParsedMessage, ...] = ()  # message/rfc822 parts, parsed
    defects: tuple[Defect, ...] = ()
    charsets: tuple[str, ...] = ()  # charsets used for decoding the text parts, in order

    def header(self, name: str) -> str:
        """First value of a header, "" where missing."""
        return self._by_name.get(name.lower(), ("",))[0]

    def header_all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, topmost first."""
        return self._by_name.get(name.lower(), ())

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers:
            found[name] = (*found.get(name, ()), value)
        return found

    @property
    def author(self) -> Address:
        """The first From with an address, else the first From, else an empty Address."""
        return next((a for a in self.from_ if a.email), self.from_[0] if self.from_ else Address())


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One reason for a finding: which test, what it saw, and its source (RFC, clause)."""

    rule: str
    text: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Automated:
    """Whether a machine wrote it. `kind` None means a person did, whatever the evidence says."""

    kind: str | None = None  # bounce delay auto_reply receipt list calendar challenge own_mail
    permanent: bool | None = None  # for a bounce: True permanent, False temporary
    bounced_recipients: tuple[str, ...] = ()
    original_message_id: str = ""  # of the mail that bounced or was answered, "" where not named
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NewWords:
    """A body cut into what is new and what is not. `new` obeys the contract's `new_text`."""

    new: str = ""
    quoted: str = ""
    signature: str = ""
    disclaimer: str = ""
    banner: str = ""  # EXTERNAL warnings put in by a gateway
    protective_marking: str = ""  # OFFICIAL, OFFICIAL-SENSITIVE …
    cuts: tuple[Evidence, ...] = ()  # what was cut and why


@dataclass(frozen=True, kw_only=True)
class Original:
    """The first message inside a forward, as far as it could be read."""

    sender: Address = Address()
    to: tuple[Address, ...] = ()
    date: datetime | None = None  # aware, UTC, None where unreadable
    subject: str = ""
    message_id: str = ""
    text: str = ""  # its whole body, uncut
    new_text: str = ""  # the original sender's own words, cut like `new_text`
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Forward:
    """A forward found in a message. `how`: rfc822, inline, redirect. Trust is the caller's matter."""

    how: str
    original: Original  # the innermost, that is the first, sender
    covering_note: str = ""  # the forwarder's own new words, "" where none
    depth: int = 1  # how many forwards were unwound
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the receiving server says of the sender. `verdict`: pass, fail, none."""

    verdict: str = "none"
    domain: str = ""  # the aligned domain that passed
    evidence: tuple[Evidence, ...] = ()
