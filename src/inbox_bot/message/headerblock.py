"""Finds the block of header lines that mail programs put above somebody else's words (`From: … Sent: …`).

Outlook, Gmail, Apple Mail, Thunderbird, Yahoo, Samsung and others, in the languages of `phrases`. The block
alone does not say whether the message is a reply or a forward; that is decided by `forwarded`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from . import dates, mailboxes, notesblock, phrases
from .model import Address
from .sieve import Sieved

_NEAR = 10  # lines within which a block names its sender
MAX_LINES = 40  # lines of one block; long To lists wrap over many lines
_LABEL = "|".join(
    re.escape(w).replace(r"\ ", r"[ \xa0]") for w in sorted(phrases.LABELS, key=len, reverse=True)
)
_COLON = re.compile("[:：]")
# Fields without a line between: only where a capital letter begins the label, else "Kopi|a" would part.
_RUN_ON = Sieved(rf"(?<=[\w>)\"\]])[ \t\xa0]{{0,3}}((?:{_LABEL})[ \xa0]?[:：][ \xa0])", re.I)
_ADJOINING = re.compile(r"<[^<>\s]+@[^<>\s]+>\s?\w{2,12}[ \xa0]?:[ \xa0]")
_FROM_LINE = Sieved(rf"@[^\s<>]{{1,200}}[>)\]]?[ \xa0]{{1,3}}(?:{_LABEL})[ \xa0]?[:：][ \xa0]", re.I)
# "Yes. On 5 May 2027 at 10:00, A <a@x> wrote:": some telephones add what they quote to the last line.
_SHARED = re.compile(
    r"^(?P<own>\S.{0,500}?)[ \t]{0,3}[-–]{0,3}[ \t]{1,3}"
    r"(?P<attribution>(?:On|Ar) (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?"
    r"(?=.{0,60}\d{1,2}[:.]\d\d).{5,300}(?:wrote|ysgrifennodd):)\s*$"
)
_DASHED = re.compile(
    r"^[\s>*]{0,20}[-_–—=]{2,60}[ >]{0,3}([^-_–—=\n][^\n]{1,80}?)[ <:]{0,3}[-_–—=]{2,60}[\s*]*(.*)$"
)
_RULE = re.compile(r"^[\s>*]{0,20}(?:[_]{5,}|[-–—]{5,}|={5,})[\s*]*$")


@dataclass(frozen=True, kw_only=True)
class HeaderBlock:
    """Lines `start`:`end` (half open) of a text; `end` is the first line of the words below."""

    start: int
    end: int
    fields: tuple[tuple[str, str], ...]  # (kind, value) in order

    def get(self, kind: str) -> str:
        return next((v for k, v in self.fields if k == kind), "")

    @property
    def sender(self) -> Address:
        return first_address(self.get("from"))

    @property
    def to(self) -> tuple[Address, ...]:
        return tuple(a for k, v in self.fields if k == "to" for a in mailboxes.addresses(clean(v)))

    @property
    def cc(self) -> tuple[Address, ...]:
        return tuple(a for k, v in self.fields if k == "cc" for a in mailboxes.addresses(clean(v)))

    @property
    def subject(self) -> str:
        return " ".join(self.get("subject").split()).strip(" *_")

    @property
    def date(self) -> datetime | None:
        return dates.read(self.get("date"))


def clean(value: str) -> str:
    """An address list as a person reads it: without `<mailto:…>` doubles and Markdown stars."""
    value = re.sub(r"\[mailto:\s*([^\]\s]+)\]", r"<\1>", value, flags=re.I)
    value = re.sub(r"<(?:mailto|tel|https?):[^<>]*>", "", value, flags=re.I)
    value = re.sub(r"\[([^\]\s@]+@[^\]\s@]+)\]", r"<\1>", value)  # Outlook: Name [address]
    value = re.sub(r"\((?:mailto:)?([^()\s@]+@[^()\s@]+)\)", r"<\1>", value, flags=re.I)
    value = re.sub(r"\(\s*(?:mailto:|https?:)[^()]*\)", "", value, flags=re.I)
    value = re.sub(r"[*_]{1,2}(?=\S)|(?<=\S)[*]{1,2}", "", value) if "*" in value else value
    return value.strip(" \t*")


def first_address(value: str) -> Address:
    """The sender a block names. `A <a@x> on behalf of B <b@y>`: A wrote it."""
    value = re.split(
        r"\s+(?:on behalf of|ar ran|im auftrag von|de la part de|en nombre de|namens|för|på vegne af|"
        r"per conto di)\s+",
        clean(value),
        maxsplit=1,
        flags=re.I,
    )[0]
    value = re.sub(r"\s+via\s+[^<>]{1,60}(?=<)", " ", value)
    found = mailboxes.addresses(value.strip("'\" ") if value.count('"') == 1 else value)
    with_email = [a for a in found if a.email]
    if with_email:
        first = with_email[0]
        if not first.name and len(found) > 1 and found[0].name and not found[0].email:
            return Address(name=", ".join(a.name for a in found if not a.email), email=first.email)
        # "Surname, First <address>": the comma belongs to the name
        position = found.index(first)
        if position and all(a.name and not a.email for a in found[:position]):
            return Address(
                name=", ".join([*(a.name for a in found[:position]), first.name]).strip(", "),
                email=first.email,
            )
        return Address(name="" if first.name.lower() == first.email else first.name, email=first.email)
    return Address(name=" ".join(value.split()).strip("<>'\" "))


def label(line: str) -> tuple[str, str] | None:
    """(kind, value) of a header line, None for any other."""
    colon = _COLON.search(line, 0, 100)
    if colon is None:
        return None
    word = " ".join(line[: colon.start()].strip(" \t\xa0>|*_").split())
    kind = phrases.LABELS.get(lower(word))
    value = line[colon.end() : 2000]
    if kind is None or value.startswith("/"):
        return None
    return kind, value.strip(" \t\xa0*_")


@lru_cache(maxsize=8)  # cutting and unwrapping ask for the same text
def split_run_on(text: str) -> str:
    """Yahoo puts the whole block on one line (`From: a <a@x>To: b`): one line for each field. Likewise an
    attribution that shares a line with the words above it."""
    lines: list[str] = []
    for line in text.split("\n"):
        match = _DASHED.match(line) if "--" in line[:80] else None
        if match and label(match[2]):
            lines.append(line[: match.start(2)].strip())
            lines.extend(_run_on(match[2][:4000]))
        elif "@" in line and (
            (_ADJOINING.search(line[:2000]) and label(line))
            or (_FROM_LINE.search(line[:2000]) and (label(line) or ("", ""))[0] in {"from", "date"})
        ):
            lines.extend(_run_on(line[:4000]))
        elif line.rstrip().endswith(":") and (shared := _SHARED.match(line[:1000])):
            lines.extend([shared["own"], "", shared["attribution"]])
        else:
            lines.append(line)
    return "\n".join(lines)


def _run_on(line: str) -> list[str]:
    """The fields of one line, each on its own."""
    return _RUN_ON.sub(
        lambda m: "\n" + m[1] if m[1][0].isupper() or not m[1][0].islower() else m[0], line
    ).split("\n")


def dashed(line: str) -> str:
    """The words of a `----- words -----` line, lower-cased, "" for any other line."""
    match = _DASHED.match(line[:300])
    return lower(match[1].strip(" \t:*")) if match and not match[2].strip() else ""


def lower(text: str) -> str:
    """Lower case in which the Turkish capital İ is an i."""
    return text.lower().replace("i̇", "i")


def is_rule(line: str) -> bool:
    """A line of nothing but underscores, dashes or equals signs."""
    return bool(_RULE.match(line[:300]))


def read(lines: list[str], start: int, *, announced: bool = False) -> HeaderBlock | None:
    """The block that begins at line `start`, None where there is none.

    Unannounced, it must name a sender and two more of date, recipient and subject, a date or an address
    among them: people do write "From: Tuesday" and "To: whom it may concern".
    """
    if not any((found := label(line)) and found[0] == "from" for line in lines[start : start + _NEAR]):
        found_notes = notesblock.read(lines, start)
        return found_notes and HeaderBlock(start=start, end=found_notes[1], fields=found_notes[0])
    fields: list[tuple[str, str]] = []
    at = start
    blank = 0
    while at < len(lines) and at - start < MAX_LINES:
        line = lines[at]
        found = label(line)
        bare = line.strip(" \t>|\xa0")
        if found:
            kind, value = found
            if kind in {"from", "subject"} and any(k == kind for k, _ in fields):
                break  # the next block
            fields.append((kind, value))
            blank = 0
        elif not bare:
            blank += 1
            if not fields or blank > 1 or not _more(lines, at + 1):
                break
        elif fields and blank == 0 and (_continues(fields[-1], bare) or _wrapped(fields[-1], lines, at)):
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {bare}".strip())
        else:
            break
        at += 1
    kinds = {k for k, _ in fields}
    if "from" not in kinds or not _plausible_sender(fields):
        return None
    others = len(kinds & {"date", "to", "subject"})
    dated = "date" in kinds or any("@" in v for _, v in fields)
    if (
        (others >= 2 and dated)
        or (announced and others >= 1)
        or (others == 1 and "date" in kinds and "@" in dict(fields)["from"])
    ):
        return HeaderBlock(start=start, end=at, fields=tuple(fields))
    return None


def _more(lines: list[str], at: int) -> bool:
    """Whether a header line follows an empty one (HTML turned to text puts empty lines between them)."""
    following = label(lines[at]) if at < len(lines) else None
    return (
        following is not None
        and following[0] in {"from", "date", "to", "cc", "subject"}
        and bool(following[1])
    )


def _wrapped(last: tuple[str, str], lines: list[str], at: int) -> bool:
    """Whether a line is the rest of a long subject: only where another field follows it."""
    return last[0] == "subject" and _more(lines, at + 1)


def _continues(last: tuple[str, str], line: str) -> bool:
    """Whether a line goes on with the field above: more recipients, or a value put on its own line."""
    kind, value = last
    if kind in {"to", "cc", "bcc"}:
        return (
            not value
            or value.endswith((",", ";"))
            or (
                "@" in line
                and bool(re.match(r"^[^.!?]{0,200}[<\[]?[^\s<>]+@[^\s<>]+[>\]]?[;,]?", line))
                and len(line) < 300
                and not re.search(r"[.!?]\s+\w", line)
            )
        )
    if kind == "from":
        return (
            not value
            or value.count("<") > value.count(">")
            or value.count("[") > value.count("]")
            or bool(re.fullmatch(r"<[^<>\s]+@[^<>\s]+>|\[mailto:[^\]]+\]", line))
        )
    return not value and kind in {"date", "subject"}


def _plausible_sender(fields: list[tuple[str, str]]) -> bool:
    value = dict(reversed(fields)).get("from", "")
    return bool(value) and len(value) < 400
