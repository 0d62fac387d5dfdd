"""Structured delivery reports (RFC 3464), and what a report of any kind says of the mail that it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import headers, mailboxes
from .model import Attachment, Evidence, ParsedMessage

ADDRESS = re.compile(
    r"(?<![\w.+%/=-])([A-Za-z0-9_+&'#$%*/=?^{|}~!.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8})(?![\w@])"
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A delivery report as far as it could be read. `kind`: bounce, delay, receipt."""

    kind: str
    permanent: bool | None
    recipients: tuple[str, ...]
    actions: tuple[str, ...] = ()  # RFC 3464 2.3.3, as `_action` reads them
    original_message_id: str
    evidence: tuple[Evidence, ...]


def read(message: ParsedMessage) -> Report | None:
    """The report in a message/delivery-status part, None where there is no such part. `recipients` are empty
    where the part names none, `actions` where it says nothing at all."""
    status = [
        a
        for a in message.attachments
        if a.content_type in {"message/delivery-status", "message/global-delivery-status"}
    ]
    if not status:
        return None
    blocks = [b for a in status for b in fields_of(a)]
    actions: list[str] = []
    codes: list[str] = []
    recipients: list[str] = []
    for block in blocks:
        action = block.get("action", "").partition("(")[0].strip().lower()
        recipient = recipient_of(block)
        code = block.get("status", "").strip()[:1]
        if not action and not recipient:
            continue
        action = _action(action, code)
        actions.append(action)
        codes.append(code)
        if recipient and action in {"failed", "delayed"}:
            recipients.append(recipient)
    failed = [i for i, a in enumerate(actions) if a == "failed"]
    delayed = [i for i, a in enumerate(actions) if a == "delayed"]
    if not actions:
        failed, codes = [0], [""]
    evidence = (
        Evidence(
            rule="delivery status",
            text=f"Action: {', '.join(dict.fromkeys(actions))}"[:120],
            source="RFC 3464 2.3.3",
        ),
    )
    kind = "bounce" if failed else "delay" if delayed else "receipt"
    permanent = any(codes[i] != "4" for i in failed) if failed else False if delayed else None
    return Report(
        kind=kind,
        permanent=permanent,
        recipients=unique(recipients) if kind != "receipt" else (),
        actions=tuple(actions),
        original_message_id=original_message_id(message),
        evidence=evidence,
    )


def _action(word: str, code: str) -> str:
    """An Action as RFC 3464 2.3.3 has it. `code`: the first digit of Status, for words it does not know."""
    word = (word.split() or [""])[0]
    if word.startswith(("fail", "perm", "bounce")):
        return "failed"
    if word.startswith(("delay", "transient")):
        return "delayed"
    if word in {"delivered", "relayed", "expanded", "deliverable"} or code == "2":
        return "delivered"
    return "failed"


def fields_of(part: Attachment) -> list[dict[str, str]]:
    content = part.content[:200_000].replace(b"\r\n", b"\n")
    return [
        {f.name: f.value for f in reversed(headers.split(b)[0])}
        for b in re.split(rb"\n[ \t]*\n", content)[:300]
        if b.strip()
    ]


def recipient_of(block: dict[str, str]) -> str:
    """Original-Recipient is what the sender wrote (RFC 3464 2.3.1), Final-Recipient where it went (2.3.2).

    The former is who our mail was for; the latter counts where it is missing or is no address.
    """
    for name in ("original-recipient", "final-recipient", "x-actual-recipient", "x-lotus-original-recipient"):
        value = re.sub(r"(?i)^\s*[\w-]{1,20}\s*;", "", block.get(name, "")).strip()
        match = ADDRESS.search(value.strip("<> "))
        if match:
            email = match[1].strip(".").lower()
            if name != "original-recipient" or "." in email.rpartition("@")[2]:
                return email
    return ""


def original_recipients(message: ParsedMessage) -> list[str]:
    """To of the returned copy: the last resort where the report names nobody."""
    for inner in message.embedded:
        if inner.to:
            return [a.email for a in inner.to if a.email]
    for part in message.attachments:
        if part.content_type in {"text/rfc822-headers", "message/rfc822-headers"}:
            fields, _ = headers.split(part.content[:100_000])
            return [a.email for f in fields if f.name == "to" for a in mailboxes.addresses(f.text) if a.email]
    match = re.search(r"(?im)^[ \t>]*to:[ \t]*([^\n]{3,300})$", message.text)
    return [a.email for a in mailboxes.addresses(match[1]) if a.domain] if match else []


def original_message_id(message: ParsedMessage) -> str:
    """Message-ID of the mail that bounced or was answered, "" where the report does not name it."""
    for inner in message.embedded:
        if inner.message_id:
            return inner.message_id
    for part in message.attachments:
        if part.content_type in {
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/disposition-notification",
            "message/delivery-status",
            "message/feedback-report",
        }:
            match = re.search(
                rb"(?im)^(?:original-)?message-id:\s*<([^<>\s]{1,500})>", part.content[:200_000]
            )
            if match:
                return match[1].decode("utf-8", "replace")
    match_text = re.search(
        r"(?im)^[ \t>]*(?:original )?message-?id[ \t]*:[ \t]*\n?[ \t]*<([^<>\s]{1,500})>", message.text
    )
    if match_text:
        return match_text[1]
    return (
        message.in_reply_to[0]
        if message.in_reply_to
        else message.references[-1]
        if message.references
        else ""
    )


def unique(emails: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e for e in emails if e and "@" in e))
