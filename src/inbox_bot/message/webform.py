# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Mail that a website's form wrote: the frame taken off, the person and the person's words kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from . import notices
from .model import Address, ParsedMessage

_WHOSE = r"(?:your |full |contact |customer(?:'s)? |client(?:'s)? |caller(?:'s)? |enquirer(?:'s)? |applicant(?:'s)? |requester(?:'s)? |sender(?:'s)? |reply |first |eich )?"
_NAME = rf"{_WHOSE}(?:name|enw|enw llawn)|name of (?:sender|enquirer)|from name|submitted by|surname|last name|first name|forename"
_EMAIL = rf"{_WHOSE}(?:e-?mail(?: address)?|cyfeiriad e-?bost|e-?bost)"
_MESSAGE = r"(?:your |eich )?(?:message|neges|enquiry|query|question|comments?|feedback|details(?: of (?:your |the )?(?:enquiry|request|complaint))?|request|sylwadau|ymholiad|cwestiwn|how can we help(?: you)?\??|what (?:is your (?:question|enquiry)|would you like to (?:ask|know|tell us))\??|body|message body|enquiry details|information requested|description)"
_OTHER = (
    r"(?:your |contact |customer(?:'s)? |caller(?:'s)? )?(?:telephone|phone|mobile|tel)(?: (?:number|no\.?))?|rhif ffôn|ffôn|address|cyfeiriad|postcode|cod post|town|county|organi[sz]ation|sefydliad|company|i am an?|form(?: name)?|submitted(?: (?:on|at|by))?|"
    r"date(?: (?:and time|submitted))?|time|ip(?: address)?|subject|pwnc|topic|category|reason|title|consent[^:\n]{0,60}|page(?: url)?|url|reference|ref|department|preferred contact[^:\n]{0,30}|how did you hear[^:\n]{0,40}|i agree[^:\n]{0,60}|browser|user agent|role|age|gender|newsletter|privacy[^:\n]{0,40}|gdpr[^:\n]{0,40}|attachments?|files?|channel|source|priority|status|assigned to|case(?: (?:number|ref(?:erence)?|type|owner))?|enquiry type|are you [^:\n]{1,50}"
)
_FIELD = re.compile(
    rf"^\s*[*_•·-]{{0,3}}\s*(?:(?P<name>{_NAME})|(?P<email>{_EMAIL})|(?P<message>{_MESSAGE})|(?P<other>{_OTHER}))\s*[*_]{{0,2}}\s*(?::|=|–|\t|\s{{2}})\s*[*_]{{0,2}}\s*(?P<value>.*)$",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class WebForm:
    """What a form carried. `words` is the person's text as typed; `sender.email` may be ""."""

    sender: Address
    words: str
    subject: str = ""
    fields: tuple[tuple[str, str], ...] = ()  # (label, value) in order


def read(message: ParsedMessage) -> WebForm | None:
    """The form inside a message, None where it is an ordinary letter."""
    return read_text(message.text)


@lru_cache(maxsize=16)
def read_text(text: str) -> WebForm | None:
    """At least a message label and two more labelled lines, of which one is a name or an address."""
    fields: list[tuple[str, str, str]] = []  # kind, label, value
    current: list[str] | None = None
    words: list[str] = []
    for line in text.split("\n")[:2000]:
        # Long runs of white space would make the pattern try every way to share them out.
        match = _FIELD.match(re.sub(r"\s{3,}", "  ", line.strip())[:1000]) if line.strip() else None
        if match and current is not None and match["message"] and words_in(current):
            match = None  # a word of the person's own
        if match:
            kind = next(k for k in ("name", "email", "message", "other") if match[k])
            value = (
                match["value"].strip()
                if len(line) < 900
                else line.partition(match[kind])[2].lstrip(" \t:=*_–").strip()
            )
            fields.append((kind, match[kind].lower(), value))
            current = None
            if kind == "message":
                words = [value]
                current = words
            continue
        if current is not None:
            if re.match(r"^\s*(?:--|_{3,}|-{3,}|={3,}|\*{3,})\s*$", line) or (
                line.strip() and notices.is_footer(line)
            ):
                current = None
                continue
            current.append(line.rstrip())
        elif fields and not fields[-1][2] and line.strip() and fields[-1][0] != "other":
            fields[-1] = (*fields[-1][:2], line.strip())  # the value on the line below its label
    kinds = {k for k, _, _ in fields}
    if "message" not in kinds or len(fields) < 3 or not kinds & {"name", "email"}:
        return None
    typed = "\n".join(words).strip()
    if not typed:
        return None
    email = next(
        (
            m[0].lower()
            for k, _, v in fields
            if k == "email" and (m := re.search(r"[^\s<>@\[\]()]+@[^\s<>@\[\]();,]+", v))
        ),
        "",
    )
    given = [v for k, label, v in fields if k == "name" and v and v != email]
    return WebForm(
        sender=Address(name=re.sub(r"\s+", " ", " ".join(given[:2])).strip(), email=email),
        words=typed,
        subject=next((v for k, label, v in fields if label in {"subject", "pwnc", "topic"}), ""),
        fields=tuple((label, v) for _, label, v in fields),
    )


def words_in(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)
