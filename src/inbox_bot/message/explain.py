"""A memo for people: what was cut, what was unwrapped, what made a message automated."""

from __future__ import annotations

import textwrap

from .model import Address, Automated, Forward, NewWords, ParsedMessage

_WIDTH = 96
_LONGEST = 2000  # characters of one line that are shown


def explain(message: ParsedMessage, words: NewWords, automated: Automated, forward: Forward | None) -> str:
    """Plain text, one fact a line, the words themselves set off by a bar."""
    out = [f"Subject    {message.subject or '(none)'}", f"From       {_person(message.author)}"]
    out.append(f"Date       {message.date.isoformat() if message.date else '(missing or unreadable)'}")
    out.append(f"Body       {_body(message)}")
    for part in message.attachments:
        notes = [part.content_type, f"{part.size} octets"]
        notes += ["inline"] if part.inline else []
        notes += [f"encrypted ({part.encrypted})"] if part.encrypted else []
        out.append(f"Attached   {part.name} ({', '.join(notes)})")
    out += [f"Odd        {d.code}{': ' + d.detail if d.detail else ''}" for d in message.defects]
    out.append("")
    out += _automated(automated)
    out.append("")
    out += _forward(forward)
    out.append("")
    out += _words(words)
    return "\n".join(out).rstrip() + "\n"


def _person(address: Address) -> str:
    return (
        f"{address.name} <{address.email}>"
        if address.name and address.email
        else address.email or address.name or "(none)"
    )


def _body(message: ParsedMessage) -> str:
    charsets = ", ".join(dict.fromkeys(message.charsets))
    return f"{message.body_source}{', ' + charsets if charsets else ''}, {len(message.text)} characters"


def _automated(automated: Automated) -> list[str]:
    out = [f"Written by a machine: {automated.kind}" if automated.kind else "Written by a person"]
    if automated.permanent is not None:
        out.append(f"  {'permanent' if automated.permanent else 'temporary'}")
    out += [f"  not delivered to {recipient}" for recipient in automated.bounced_recipients]
    if automated.original_message_id:
        out.append(f"  about <{automated.original_message_id}>")
    out += [
        f"  because  {e.rule}{': ' + e.text if e.text else ''}{' (' + e.source + ')' if e.source else ''}"
        for e in automated.evidence
    ]
    return out


def _forward(forward: Forward | None) -> list[str]:
    if forward is None:
        return ["No forward"]
    original = forward.original
    out = [f"Forward ({forward.how}, {forward.depth} deep) of a message by {_person(original.sender)}"]
    if original.subject:
        out.append(f"  subject  {original.subject}")
    if original.date:
        out.append(f"  date     {original.date.isoformat()}")
    out += [
        f"  because  {e.rule}{': ' + e.text if e.text else ''}{' (' + e.source + ')' if e.source else ''}"
        for e in forward.evidence
    ]
    if forward.covering_note:
        out += ["  covering note", *_bar(forward.covering_note)]
    out += ["  the original's own words", *_bar(original.new_text)]
    return out


def _words(words: NewWords) -> list[str]:
    out = ["New words", *_bar(words.new)]
    if words.protective_marking:
        out.append(f"  marking  {words.protective_marking}")
    out += [f"  cut      {e.rule}{' (' + e.source + ')' if e.source else ''}: {e.text}" for e in words.cuts]
    return out


def _bar(text: str) -> list[str]:
    lines = [piece for line in text.split("\n") for piece in (textwrap.wrap(line[:_LONGEST], _WIDTH) or [""])]
    return [f"    | {line}".rstrip() for line in lines]
