"""Somebody else's words that were copied into a mail, not forwarded.

They stand under their writer's address, or come from a place where nobody has one. To be believed only of
those who pass on mail as their duty; who that is, the caller knows.
"""

from __future__ import annotations

import re

from . import automated, body, headerblock, signers
from .model import Address, Evidence, Forward, Original, ParsedMessage


def pasted(message: ParsedMessage) -> Forward | None:
    """What was copied into a mail with nothing above it but its writer's address: "From: A <a@x>", alone."""
    lines = message.text[: body.MAX_TEXT].split("\n")[: body.MAX_LINES]
    for at, line in enumerate(lines):
        if (headerblock.label(line) or ("",))[0] != "from":
            continue
        sender = headerblock.first_address(line.partition(":")[2])
        if sender.email:
            return _under(sender, lines[:at], lines[at + 1 :], message)
    return None


def _under(sender: Address, above: list[str], below: list[str], message: ParsedMessage) -> Forward | None:
    words = "\n".join(below).strip("\n")
    new = body.cut_text(words, names=signers.names_of(sender)).new
    note = body.cut_text("\n".join(above), names=signers.names_of(message.author))
    attached = tuple(a for a in message.attachments if not a.inline)
    if not new:
        return None
    return Forward(
        how="inline",
        original=Original(sender=sender, text=words, new_text=new, attachments=attached),
        covering_note=note.new,
        evidence=(Evidence(rule="inline", text="a line that names the writer"),),
    )


_MAX_COPIED = 20_000  # characters in which copied words are looked for
# Where staff say that what they copy came from, places that know no addresses; or that it was not forwarded.
_CHANNEL = re.compile(
    r"(?i)\b(?:facebook|fb|instagram|insta|twitter|tweet\w*|messenger|whatsapp|tiktok|snapchat|nextdoor|"
    r"social media|direct message|d\.?m\.?s?|comment(?:ed)?|posted|our page|voicemail|voice message|"
    r"web ?chat|chat ?(?:box|bot|window)|text message"
    r"|cop(?:y|ying|ied) (?:it |this |them |the text )?(?:out|below)"
    r"|can(?:not|['’]t) forward)\b"
)
_NAME = r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){1,3}"
# How the words of another stand in a mail that staff wrote: in quotation marks, between two rules, behind
# labels ("User: …", "Message: …"), or under a name with the time. Each a paragraph of its own; a line above
# or in it may name the writer.
_LAYOUTS = (
    re.compile(r"(?ms)^[ \t]*[\"“](?P<words>[^\"“”]{40,3000})[\"”][ \t]*$"),
    re.compile(
        r"(?ms)^[ \t]*[-=*_~<>+#]{3,}[^\n]{0,40}\n\s*"
        rf"(?:(?P<who>{_NAME})\b[^\n]{{0,60}}(?::|\d)[ \t]*\n\s*)?"
        r"(?P<words>\S.{20,3000}?)\n\s*[-=*_~<>+#]{3,}[^\n]{0,40}$"
    ),
    re.compile(
        r"(?ms)^[ \t]*(?i:user ?(?:name)?|name|from|by|profile|account|posted by|author):[ \t]*"
        rf"(?P<who>{_NAME})\b[^\n]*\n"
        r"(?:[^\n]{1,60}\n){0,4}?"
        r"[ \t]*(?i:message|comment|text|post|words|content|query|question|wrote|said):[ \t]*[\"“]?"
        r"(?P<words>\S.{20,3000}?)[\"”]?[ \t]*(?=\n[ \t]*\n|\Z)"
    ),
    # "JANE HILL (Facebook Messenger, 16/02/2027 21:55)"
    re.compile(
        rf"(?m)^[ \t]*(?P<who>{_NAME}) ?[(\[][^\n()\[\]]{{0,60}}\d[^\n()\[\]]{{0,30}}[)\]]:?[ \t]*\n"
        r"(?P<words>\S(?s:.{20,3000}?))(?=\n[ \t]*\n|\Z)"
    ),
)
_SAYS = re.compile(rf"^({_NAME})\b[^\n]{{0,60}}:\s*$")


def quoted(message: ParsedMessage) -> Forward | None:
    """What somebody copied where it could not be forwarded, as from a social network or a chat, into a mail
    that says so and asks nothing itself. Its writer may have a name, and seldom an address."""
    text = message.text[:_MAX_COPIED]
    if not _CHANNEL.search(f"{message.subject} {text}"):
        return None
    cut = body.cut(message)
    kept = _spaced(f"{cut.new}\n{cut.quoted}")  # a signature and small print stand between rules, too
    found = next(
        (m for layout in _LAYOUTS for m in layout.finditer(text) if _spaced(m["words"]) in kept), None
    )
    above = text[: found.start()].rstrip() if found else ""
    if found is None or not _CHANNEL.search(f"{message.subject} {above}"):
        return None
    says = _SAYS.match(above.rpartition("\n")[2])
    note = body.cut_text(above[: says.start()] if says else above, names=signers.names_of(message.author))
    if automated.asks(note.new):
        return None  # "We posted this in March. May it stay?" is a question of the writer's own
    name = found.groupdict().get("who") or (says[1] if says else "")
    writer = _labelled(above.rpartition("\n\n")[2])
    return Forward(
        how="inline",
        original=Original(
            sender=Address(name=name or writer.name, email=writer.email),
            text=found["words"],
            new_text=found["words"],
        ),
        covering_note=note.new,
        evidence=(Evidence(rule="inline", text="words copied into the mail"),),
    )


def _spaced(text: str) -> str:
    return " ".join(text.split())


# Ann Lee (ann@mail.example)
_NAMED = re.compile(rf"({_NAME}) ?[(<,] ?<?([^\s<>@()]+@[^\s<>@()]+\.[^\s<>@(),]+)")


def _labelled(lines: str) -> Address:
    """Whom the lines right above copied words name: "Visitor name: Ann", "Email: ann@mail.example", or
    "A lady called Ann Lee (ann@mail.example) wrote"."""
    named = _NAMED.findall(lines)
    if len(named) == 1:
        return Address(name=named[0][0], email=named[0][1].lower())
    name = re.search(r"(?im)^[ \t]*(?:\w+ )?name:[ \t]*([^\n@]{2,60})$", lines)
    email = re.search(r"(?im)^[ \t]*e-?mail(?: address)?:[ \t]*<?([^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)", lines)
    return Address(name=name[1].strip() if name else "", email=email[1].lower() if email else "")
