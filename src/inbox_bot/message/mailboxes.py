"""Address fields (RFC 5322 3.4) read leniently: groups, comments, quotation marks that are never closed."""

from __future__ import annotations

import re

from . import headers
from .model import Address

MAX_ADDRESSES = 2000  # in one field; a list of all councillors has a few hundred
_STRUCTURE = re.compile(r'[\\"(),;:]')  # without any of these there is one mailbox at most
_COMMENT = re.compile(r"\([^()]*\)")
_ESCAPE = re.compile(r"\\(.)")
_ADDR = re.compile(r"[^\s<>()\[\],;:\"]{1,256}@[^\s<>()\[\],;:\"]{0,255}")


def addresses(text: str) -> tuple[Address, ...]:
    """The mailboxes of a field as it stands (encoded words still encoded). Groups are opened."""
    found: list[Address] = []
    for item in _split_addresses(text)[:MAX_ADDRESSES]:
        address = _mailbox(item)
        if address is not None:
            found.append(address)
    return tuple(found)


def _split_addresses(text: str) -> list[str]:
    """At commas and semicolons outside quotes, comments and angle brackets; group names dropped."""
    if not _STRUCTURE.search(text):
        return [text.strip()] if text.strip() else []
    items: list[str] = []
    current: list[str] = []
    quoted = False
    depth = 0
    angle = False
    skip = False
    last_quote, last_paren, last_angle = text.rfind('"'), text.rfind(")"), text.rfind(">")
    for i, c in enumerate(text):
        if skip:
            skip = False
            current.append(c)
            continue
        if c == "\\":
            skip = True
            current.append(c)
            continue
        if quoted:
            quoted = c != '"'
        elif c == '"':
            # A quotation mark that is never closed is a letter, not a quotation.
            quoted = last_quote > i
        elif c == "(" and last_paren > i:
            depth += 1
        elif c == ")" and depth:
            depth -= 1
        elif c == "<":
            angle = last_angle > i
        elif c == ">":
            angle = False
        elif c in ",;" and not depth and not angle:
            items.append("".join(current))
            current = []
            continue
        elif (
            c == ":"
            and not depth
            and not angle
            and "@" not in "".join(current[-80:])
            and "[" not in current[-80:]
        ):
            current = []  # the name of a group (RFC 5322 3.4)
            continue
        current.append(c)
    items.append("".join(current))
    return [item for item in (i.strip() for i in items) if item]


def _mailbox(item: str) -> Address | None:
    match = re.search(r"<([^<>]*)>[^<>]*$", item)
    if match is None and "<" in item and "@" in item.rpartition("<")[2]:
        before, _, inside = item.rpartition("<")
        return Address(name=_display(before), email=_email(inside))
    if match is not None:
        inside = match[1].strip()
        name = _display(item[: match.start()])
        if not name:
            comment = re.search(r"\(([^()]*)\)", item)
            name = _display(comment[1]) if comment else ""
        inside = inside.removeprefix("mailto:").removeprefix("MAILTO:")
        if "@" not in inside and not name and "=?" not in inside:
            return Address(name=_display(inside)) if inside else None
        return Address(name=name, email=_email(inside))
    comment = re.search(r"\(([^()]*)\)", item)
    bare = _COMMENT.sub(" ", item).strip()
    bare = re.sub(r"(@[\w.-]{1,200}?)[ \t]{0,20}\.[ \t]{1,20}(?=\w)", r"\1.", bare)  # RFC 5322 4.4 obs-domain
    if "@" in bare:
        quoted = re.fullmatch(r'\s*"([^"]+)"\s*@\s*([^\s]+)\s*', bare)
        if quoted:
            return Address(email=f'"{quoted[1]}"@{quoted[2]}'.lower())
        found = _ADDR.search(bare)
        if found:
            rest = (bare[: found.start()] + " " + bare[found.end() :]).strip()
            return Address(
                name=_display(comment[1] if comment and not rest else rest), email=_email(found[0])
            )
    decoded = headers.decode_words(item)
    if decoded != item and "@" in decoded:
        return _mailbox(decoded)  # the whole mailbox inside an encoded word
    name = _display(bare)
    return Address(name=name) if name else None


def _email(text: str) -> str:
    """Lower-cased addr-spec without source route, quotes around it, or spaces."""
    text = _COMMENT.sub("", text)
    text = (
        "".join(headers.decode_words(text).split()) if '"' not in text else headers.decode_words(text).strip()
    )
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]  # RFC 5322 4.4 obs-route
    return text.strip("<>'.,; ").lower() if not text.startswith('"') else text.lower()


def _display(text: str) -> str:
    """A display name: encoded words decoded, quotes and escapes gone, one space between words."""
    text = headers.decode_words(text.strip())
    text = text.strip('"') if '\\"' in text else text.replace('"', "")
    text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    text = " ".join(text.split())
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1].strip()
    return text.strip("<>").strip()
