# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Mail that a website's form wrote: the frame taken off, the person and the person's words kept.

A form's labels stand before their values ("Name: Ann"), beside them (a table's cells, two spaces apart) or
above them (a line of their own), in English, Welsh or both ("Enw / Name").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from . import notices
from .model import Address, ParsedMessage
from .sieve import Sieved

_WHOSE = r"(?:your |full |contact |customer(?:'s)? |client(?:'s)? |caller(?:'s)? |enquirer(?:'s)? |applicant(?:'s)? |requester(?:'s)? |sender(?:'s)? |reply |first |eich )?"
_NAME = rf"{_WHOSE}(?:name|enw|enw llawn|surname|first names?|forenames?)|contact|name of (?:sender|enquirer)|from name|(?:submitted|requested|reported|raised|logged) by|request[eo]r|(?:customer|caller|client|enquirer)|surname|last name|family name|first names?|forenames?|given name|cyfenw|enw cyntaf"
_EMAIL = rf"{_WHOSE}(?:e-?mail(?: address)?(?: ?\([^()\n]{{1,50}}\))?|cyfeiriad e-?bost|e-?bost)"
_MESSAGE = (
    r"(?:your |eich |the |their )?(?:message|neges|enquiry|query|question|comments?|(?:question|enquiry|query|message)s? (?:or|and|/) (?:comments?|messages?|questions?)|feedback|details(?: of (?:your |the )?(?:enquiry|request|complaint))?|request|sylwadau|ymholiad|cwestiwn|how can we help(?: you)?|body|message body|enquiry details|information requested|description|free text|(?:message|enquiry|query|contact|request|customer|caller|client) text|(?:customer|caller|client|enquirer)(?:'s)? (?:message|words|comments?|question|enquiry|query)|text of (?:the )?(?:message|enquiry|contact|request|e-?mail)|in your own words|(?:chat )?transcript|nature of (?:your )?enquiry|(?:details|message|words|text|enquiry|question)(?: as)? (?:given|typed|entered|written)(?: by (?:the )?(?:contact|customer|caller|client|enquirer|user|person))?|text|narrative)"
    r"|what (?:is your (?:question|enquiry|message)|(?:would|do|did) you (?:like|want|wish) to (?:ask|know|tell|say)[^:\n]{0,20}|(?:they|you|the (?:contact|customer|caller|client|enquirer|person)) (?:told us|asked|wrote|said))|please (?:tell us|give details)[^:\n]{0,40}|tell us (?:more|what)[^:\n]{0,40}|what (?:happened|has happened)"
)
_ABOUT = r"what is (?:it|this|your enquiry) about"  # asks for a word, or for all that somebody has to say
_OTHER = (
    r"(?:your |contact |customer(?:'s)? |caller(?:'s)? )?(?:telephone|phone|mobile|tel)(?: (?:number|no\.?))?|rhif ffôn|ffôn|address|cyfeiriad|postcode|cod post|town|county|ward|organi[sz]ation|sefydliad|company|i am(?: an?)?|form(?: name)?|submitted(?: (?:on|at|by))?|"
    r"date(?: (?:and time|submitted))?|time|ip(?: address)?|subject|pwnc|topic|category|reason(?: code)?|title|consent[^:\n]{0,60}|page(?: url)?|url|reference|ref|(?:contact|submission|form) ref(?:erence)?|department|preferred(?: (?:contact|language)[^:\n]{0,30})?|(?:please )?(?:reply|respond|contact me|answer)(?: (?:by|via|method|preference|requested|wanted|to))?|which[^:\n]{0,20} describes you|best time to (?:call|ring)|language|iaith|how did you hear[^:\n]{0,40}|(?:i )?(?:agreed?|consent|(?:am )?happy (?:for|to)|have read)\b[^:\n]{0,60}|declaration|browser|user agent|role|age|gender|newsletter[^:\n]{0,20}|privacy[^:\n]{0,40}|gdpr[^:\n]{0,40}|attachments?|files?|channel|source|priority|status|assigned to|(?:original )?route|re-?assigned by|case(?: (?:number|ref(?:erence)?|type|owner))?|enquiry type|"
    + _ABOUT
    + r"|vulnerab[^:\n]{0,40}|accessibility[^:\n]{0,30}|(?:are|do|may|can|would|have) (?:you|we) [^:\n]{1,60}|(?:is|are) (?:anyone|anybody) [^:\n]{1,60}|how (?:should|would|shall|may|can|do) (?:you|we) [^:\n]{1,60}|(?:please )?tick to [^:\n]{1,80}"
)
_LABEL = rf"(?:(?P<name>{_NAME})|(?P<email>{_EMAIL})|(?P<message>{_MESSAGE})|(?P<other>{_OTHER}))"
_ASKED = r"(?:\[?Q?\d{1,2}[\].)]\s+)?"  # "[Q4] Your name", "4. Your name"


def _either(label: str) -> str:
    """ "Enw / Name", "Name / Enw" and each alone."""
    return rf"(?:[^:/\n]{{2,50}}/ ?)?{label}(?: ?/ ?[^:/\n]{{2,30}}?)?"


def _before_value(label: str) -> str:
    return rf"^\s*[*_•·-]{{0,3}}\s*{_ASKED}{_either(label)}\s*\??[*_]{{0,2}}\s*(?:\.{{2,}}\s*:|:|=|–|\t|\s\|\s|\.{{4,}}|\s{{2}}|(?<=\?)\s(?=(?:yes|no|ydw|oes|ie|na)$))"


def _alone(label: str) -> str:
    return (
        rf"^\s*(?:-{{2,5}} )?[*_]{{0,2}}{_ASKED}{_either(label)}\s*[?]?[*_]{{0,2}}(?:\s*>{{2,3}}| -{{2,5}})?$"
    )


_FIELD = re.compile(rf"{_before_value(_LABEL)}\s*[*_]{{0,2}}\s*(?P<value>.*)$", re.I)
_ALONE = re.compile(_alone(_LABEL), re.I)
# A label of the message, in any line.
_FORM = Sieved("|".join(where(f"(?:{_MESSAGE}|{_ABOUT})") for where in (_before_value, _alone)), re.I | re.M)
_WIDE = re.compile(r"\s{3,}")
_PARTS = re.compile(
    r"[:=–\t]|\s{2}|\s\|\s|\.{4}|\? (?:[Yy]es|[Nn]o|[Yy]dw|[Oo]es|[Ii]e|[Nn]a)$"
)  # what parts a label from its value: most lines of prose have none
_END = re.compile(
    r"(?i)^\W*(?:end of (?:submission|form|message)|diwedd)\b.*$|^\W*end\W*$|^\s*(?:--|_{3,}|-{3,}|={3,}|\*{3,})\s*$"
    r"|^\W*end of (?:(?:customer|caller|client|message|enquiry) )?(?:text|ticket|case|record|enquiry|contact|transcript|transfer)\b.{0,60}$|^\s*#\d{1,9} / .{0,80}$|^\s*<{3}.{0,40}$"
    r"|^\W*(?:sent|submitted|anfonwyd) (?:from|via|o) <?(?:https?://|www\.|[\w-]+(?:\.[\w-]+)+/).*$|^(?:no reply has been (?:sent|given)|case closed)\b.*$|^(?:the|this) (?:person|customer|caller|enquirer|sender) has been (?:told|advised|informed)\b.*$|^\W*submission (?:no\.? |number |id )?#?\d{2,}\b.{0,160}$"
    r"|^(?:this (?:e-?mail|message) was )?(?:sent|submitted|generated|anfonwyd)\b[^.\n]{0,30}\b(?:by|from|via|through|o'r) (?:the |our |a )?(?:[\w ]{0,30})?(?:website|web ?site|form|contact page|wefan|wordpress|drupal|wix|squarespace)\b"
)
# What a case system adds below the person's words: a paragraph of nothing but short answers.
_TAIL = re.compile(r"\n[ \t]*(?:\n(?!P\.?S)[ \t]*[A-Z][\w'’() /-]{2,40}\??: ?\w[^\n.?!]{0,40})+\s*\Z")
_FRAME = re.compile(r"^\s*[-_=*]{2,}\s*$")
_ADDRESS = re.compile(r"[^\s<>@\[\]()]+@[^\s<>@\[\]();,]+")
_WITH_ADDRESS = re.compile(r"\s*[<(\[][^\s<>()\[\]]+@[^\s<>()\[\]]+[>)\]]$")
_WITHHELD = re.compile(
    r"(?i)\W*(?:prefer not to say|anonymous|not (?:given|known|supplied)|n/?a|none)\W*|[\W\d]+"
)
_SHORT = 40  # characters: the longest answer to a bare label below the person's own words
_KINDS = ("name", "email", "message", "other")


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
    if not _FORM.may_match(text):
        return None  # no line is like a label of the message, as in most mail
    fields: list[tuple[str, str, str]] = []  # kind, label, value
    current: list[str] | None = None  # the person's words, while they go on
    words: list[str] = []
    lines = text.split("\n")[:2000]
    for number, line in enumerate(lines):
        found = _label(lines, number, current) if line.strip() else None
        if found is not None:
            fields.append(found)
            current = None
            if found[0] == "message":
                words = [found[2]]
                current = words
        elif current is not None:
            if _FRAME.match(line) and not words_in(current):
                continue  # a rule between the label and the words
            if _END.match(line) or (line.strip() and notices.is_footer(line)):
                current = None
            else:
                current.append(line.strip() if line.startswith("   ") else line.rstrip())
        elif fields and not fields[-1][2] and line.strip():
            fields[-1] = (*fields[-1][:2], line.strip())  # the value on the line below its label
    return _form(fields, _TAIL.sub("", "\n".join(words)).strip())


def _label(lines: list[str], number: int, current: list[str] | None) -> tuple[str, str, str] | None:
    """(kind, label, value) where a label stands in this line."""
    line = lines[number]
    # Long runs of white space would make the pattern try every way to share them out.
    short = _WIDE.sub("  ", line.strip())[:1000]
    match = _FIELD.match(short) if _PARTS.search(short) else None
    if match is None:
        match = _ALONE.match(short[:100]) if len(short) <= 80 else None
        if match is None or (current is not None and not _asks_below(lines, number, match)):
            return None
        kind = _kind(match)
        label = match[kind].lower()
        told = (
            kind == "other"
            and re.fullmatch(_ABOUT, label) is not None
            and not _asks_below(lines, number, match)
        )
        return "message" if told else kind, label, ""
    if current is not None and match["message"] and words_in(current):
        return None  # a word of the person's own
    kind = _kind(match)
    value = match["value"].strip()
    if len(line) >= 900:
        value = line.partition(match[kind])[2].lstrip(" \t:=*_–").strip()
    return kind, match[kind].lower(), value


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind in _KINDS if match[kind])


def _asks_below(lines: list[str], number: int, match: re.Match[str]) -> bool:
    """Whether a bare label below the person's words is the form's next question: its answer is short, and
    the person's text goes on no further."""
    if match["message"]:
        return False
    below = [x.strip() for x in lines[number + 1 : number + 4] if x.strip()]
    return not below or len(below[0]) <= _SHORT


def _form(fields: list[tuple[str, str, str]], typed: str) -> WebForm | None:
    kinds = {k for k, _, _ in fields}
    if "message" not in kinds or len(fields) < 3 or not kinds & {"name", "email"} or not typed:
        return None
    # "Contact: ann@mail.example / 07700 …" has the address where no label of its own has.
    values = [v for kind in ("email", "name") for k, _, v in fields if k == kind]
    email = next((m[0].lower() for v in values if (m := _ADDRESS.search(v))), "")
    names = [_WITH_ADDRESS.sub("", v) for k, _, v in fields if k == "name"]
    given = [v for v in names if "@" not in v and not _WITHHELD.fullmatch(v or "-")]
    return WebForm(
        sender=Address(name=" ".join(" ".join(given[:2]).split()), email=email),
        words=typed,
        subject=next((v for _, label, v in fields if label in {"subject", "pwnc", "topic"}), ""),
        fields=tuple((label, v) for _, label, v in fields),
    )


def words_in(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)
