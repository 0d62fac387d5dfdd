"""Structure first: who sent it, from where, to whom, before any word is read.

Where the settings do not match the mail (another area, or none configured), the office is taken from the
address that the mail was delivered to. Facts are named `is_...` and reach the decision table as scores of 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..message import signature, signers
from ..message.automated import asks
from ..message.model import Address, NewWords, ParsedMessage
from .context import Context
from .phrases import fold

# The letter first and the boundary after it: so `re` leaps from f to f, and need not stop at each letter.
_RECEIVED_FOR = re.compile(r"[fF](?<!\w[fF])[oO][rR]\s+<?([^\s<>;]+@[^\s<>;]+)>?")
_DELIVERED = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "apparently-to",
)
_GREETING = re.compile(
    r"\W*(?:(?:dear|hi|hello|(?:good )?(?:morning|afternoon|evening)|annwyl|helo)\W+)?"
    r"(?:(?:mr|mrs|ms|miss|dr)\W+)?([^\W\d_]+)"
)
_TO_OFFICE = re.compile(r"\W*(?:dear|hello|hi)\W+(?:[^\W\d_]+['\w]*\W+){0,3}(?:office|opcc|opfcc)\b")
_WANTS = re.compile(r"\bI(?:['’]d| would) like\b")
_BOX_TO_PERSON = re.compile(r"^(?P<name>.+?)\s+(?:via|trwy)\s+.+$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Who is who around one message."""

    sender: Address
    inbox: str  # "" where it could not be told
    office_domain: str  # "" where unknown, or where the inbox stands on the force's own domain
    office: bool  # sent by the office: an officer, the inbox itself, or its domain
    officer: bool  # sent from a configured officer's address
    force: bool
    council: bool
    machine: bool  # a no-reply or form address
    addresses: frozenset[str] = field(default=frozenset())  # of the office, as far as known


def look(message: ParsedMessage, context: Context) -> Surroundings:
    """Read the envelope."""
    sender = sender_of(message)
    inbox = inbox_of(message, context)
    known = {a.lower() for a in (*context.officers, *context.office_addresses, *context.own_addresses) if a}
    for official in (context.spoc, context.chief_executive):
        known |= {a.lower() for a in official.emails}
    officers = known - {a.lower() for a in context.own_addresses}
    if inbox:
        known.add(inbox)
    inbox_domain = inbox.rpartition("@")[2]
    on_force = bool(inbox_domain) and is_force(Address(email=inbox), context)
    machine = any(context.senders.is_kind(kind, sender) for kind in ("no_reply", "web_form"))
    office_domain = "" if on_force else inbox_domain
    same_domain = bool(office_domain) and within(sender.domain, office_domain)
    office = bool(sender.email) and not machine and (sender.email in known or same_domain)
    return Surroundings(
        sender=sender,
        inbox=inbox,
        office_domain=office_domain,
        office=office,
        officer=sender.email in officers,
        force=not office and is_force(sender, context),
        council=context.senders.is_kind("council", sender)
        or any(within(sender.domain, email.rpartition("@")[2]) for email in context.paro.emails),
        machine=machine,
        addresses=frozenset(known),
    )


def sender_of(message: ParsedMessage) -> Address:
    """From; where it names no address, Reply-To, Sender, then Return-Path."""
    author = message.author
    if author.email:
        return author
    for other in (*message.reply_to[:1], *([message.sender] if message.sender else [])):
        if other.email:
            return Address(name=author.name or other.name, email=other.email)
    returned = re.search(r"[^\s<>]+@[^\s<>]+", message.header("return-path"))
    return Address(name=author.name, email=returned.group().lower() if returned else "")


def inbox_of(message: ParsedMessage, context: Context) -> str:
    """The election inbox: the configured address where the mail agrees, else whom it was delivered to."""
    configured = context.inbox_address.lower()
    domain = configured.rpartition("@")[2]
    delivered = [v.strip().strip("<>").lower() for name in _DELIVERED for v in message.header_all(name)]
    for line in message.header_all("received"):
        delivered += [m.lower() for m in _RECEIVED_FOR.findall(line)]
    visible = [a.email for a in (*message.to, *message.cc) if a.email]
    everyone = [*delivered, *visible, message.author.email]
    if configured and (
        (not delivered and not visible) or any(within(a.rpartition("@")[2], domain) for a in everyone)
    ):
        return configured
    inboxes = [
        a for a in (*delivered, *visible) if context.senders.is_kind("election_inbox", Address(email=a))
    ]
    own = [a for a in delivered if not is_force(Address(email=a), context)] or delivered
    if inboxes:
        return inboxes[0]
    if own:
        return own[0]
    author = message.author
    if author.email and context.senders.is_kind("election_inbox", author):
        return author.email  # a copy from Sent
    return configured


def is_force(address: Address, context: Context) -> bool:
    """Police or fire service, but not a commissioner's office that sits under the force's domain."""
    if not address.email:
        return False
    if any(within(address.domain, d.lower()) for d in context.force_domains):
        return True
    if context.senders.is_kind("commissioner", address):
        return False
    return context.senders.is_kind("force", address) or context.senders.is_kind("fire", address)


def person_behind_list(message: ParsedMessage, sender: Address) -> Address:
    """The writer where a list rewrote From ("Jo Hill via Residents"): X-Original-From or Reply-To."""
    via = _BOX_TO_PERSON.match(sender.name)
    original = re.search(
        r"([^\s<>@]+@[^\s<>]+)", message.header("x-original-from") or message.header("x-original-sender")
    )
    if via is None and original is None:
        # Some lists write as themselves, and only Reply-To has the writer.
        posted = bool(sender.email) and sender.email in message.header("list-post").lower()
        return next((a for a in message.reply_to if posted and a.email), sender)
    name = via["name"].strip("'\" ") if via else sender.name
    if original is not None:
        return Address(name=name, email=original.group(1).lower())
    reply = next((a for a in message.reply_to if a.email and a.email != sender.email), None)
    return Address(name=name, email=reply.email) if reply else Address(name=name, email=sender.email)


def person_behind_mailer(message: ParsedMessage, cut: NewWords, context: Context) -> Address | None:
    """Who wrote a letter that a bulk mailer carried: it asks an officer by name, and is to be answered to
    an address outside the mailer or to whoever signed it (Reply-To); one that is both may ask the office.
    None for what goes to everybody.
    """
    reply = next((a for a in message.reply_to if a.email), None)
    if reply is None or not (asks(cut.new) or _WANTS.search(cut.new)):
        return None
    signed = set(fold(signature.signed_name(cut.signature)).split()) & signers.names_of(reply)
    inside = within(reply.domain, message.author.domain)
    if (inside and not signed) or context.senders.is_kind("no_reply", reply):
        return None
    if signed and not inside and _TO_OFFICE.match(fold(cut.new)):
        return reply
    named = {m[1] for line in cut.new.split("\n")[:3] if (m := _GREETING.match(fold(line)))}
    officials = (context.spoc, context.chief_executive)
    officers = {word for o in officials for name in o.names for word in fold(name).split()}
    return reply if named & officers else None


def within(domain: str, parent: str) -> bool:
    """Whether it is that domain or one below it (both lower-cased); never where `parent` is ""."""
    return bool(parent) and (domain == parent or domain.endswith("." + parent))
