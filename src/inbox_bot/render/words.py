"""How values are put into words for people: dates in two languages, and plain names for our own codes."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from datetime import date, datetime, time
from itertools import pairwise

WIDTH = 72  # columns of the text part: survives one level of quoting within 78 (RFC 5322 2.1.1)

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "cy": (
        "dydd Llun",
        "dydd Mawrth",
        "dydd Mercher",
        "dydd Iau",
        "dydd Gwener",
        "dydd Sadwrn",
        "dydd Sul",
    ),
}
_MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "cy": (
        "Ionawr",
        "Chwefror",
        "Mawrth",
        "Ebrill",
        "Mai",
        "Mehefin",
        "Gorffennaf",
        "Awst",
        "Medi",
        "Hydref",
        "Tachwedd",
        "Rhagfyr",
    ),
}

NAMES = {
    # categories
    "candidate_enquiry": "enquiry from a candidate or prospective candidate",
    "foi": "freedom of information request",
    "media": "media enquiry",
    "misdirected_force": "message passed on by the force or fire service",
    "electoral_process": "question about the running of the election",
    "conduct_concern": "concern about conduct",
    "policing_matter": "policing matter in the wrong inbox",
    "public_enquiry": "enquiry from the public",
    "staff_reply": "reply by the office",
    "automated": "automated mail",
    "spam": "spam",
    # matters
    "information": "information",
    "visit": "a visit to premises",
    "meeting": "a meeting",
    "briefing_event": "a briefing event",
    "photo_imagery": "photographs, filming or imagery",
    "hustings": "hustings or a campaign event",
    "interview": "an interview",
    "press_statement": "a press statement",
    "sar": "access to one's own data",
    "internal_review": "an internal review",
    "complaint": "a complaint",
    "already_published": "something already published",
    # roles
    "candidate": "candidate",
    "prospective_candidate": "prospective candidate",
    "agent_or_representative": "agent or representative",
    "journalist": "journalist",
    "member_of_public": "member of the public",
    "staff": "staff",
    "system": "system",
    "unknown": "not known",
    # offices
    "spoc": "the SPOC",
    "chief_executive": "the Chief Executive",
    "chief_constable": "the Chief Constable",
    "chief_fire_officer": "the Chief Fire Officer",
    # responsible authority
    "office": "this office",
    "force": "the force",
    "fire": "the fire service",
    "undecided": "not yet decided",
    # the two halves of an entry
    "sought": "the question",
    "provided": "the answer",
    # phases
    "before_notice": "before the notice of election",
    "pre_election_period": "the pre-election period, nominations open",
    "after_close_of_nominations": "the pre-election period, nominations closed",
    "polling_day": "polling day",
    "after": "after the poll",
    # publication, scope
    "yes": "will be published without the name",
    "never": "never published",
}


def day(value: date | datetime, language: str = "en") -> str:
    """ "Thursday 6 May 2027", "dydd Iau 6 Mai 2027"."""
    return f"{_DAYS[language][value.weekday()]} {value.day} {_MONTHS[language][value.month - 1]} {value.year}"


def clock(value: datetime | time) -> str:
    """ "16:05"; the date and the zone are the sentence's matter."""
    return value.strftime("%H:%M")


def moment(value: datetime, language: str = "en") -> str:
    """ "16:05 on Thursday 6 May 2027", "16:05 ar ddydd Iau 6 Mai 2027" (soft mutation after *ar*)."""
    between = " ar d" if language == "cy" else " on "
    return clock(value) + between + day(value, language)


def name(value: str) -> str:
    """A code of ours in plain words; an unknown one with its underscores taken out."""
    return NAMES.get(value, value.replace("_", " "))


def one_line(value: object, limit: int = 200) -> str:
    """Outside text as one harmless line: no control or direction characters, bounded length."""
    text = _printable(str(value))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def block(value: object, limit: int = 20_000) -> str:
    """Outside text as lines: control and direction characters removed, blank lines folded, bounded."""
    text = _printable(str(value).replace("\r\n", "\n").replace("\r", "\n"), keep="\n\t")
    text = re.sub(r"\n[ \t]*(\n[ \t]*)+", "\n\n", text.strip("\n"))
    return text if len(text) <= limit else text[:limit].rstrip() + "\n[…]"


def unwrapped(text: str) -> str:
    """Somebody's text without the line ends that their mail program put in: it is read on a phone too.

    A line end is a program's where the next line's first word would not have fitted before it, the longest
    line being the width; or, since redaction changes lengths, where a long line breaks off in the middle of
    a sentence. People end lines earlier (addresses, lists, greetings).
    """
    lines = text.split("\n")
    width = max(map(len, lines))
    if not 60 <= width <= 100:  # programs wrap at 72 to 78 (RFC 3676 4.2, RFC 5322 2.1.1), or not at all
        return text
    joined = lines[:1]
    for before, line in pairwise(lines):
        first, *_ = line.split(maxsplit=1) or [""]
        end = before.rstrip()
        goes_on = len(end) >= 50 and end[-1] not in ".:;!?" and line[:1].islower()
        wrapped = end and first and len(end) + 1 + len(first) > width
        if (wrapped or goes_on) and line[:1] not in " \t>-*•":
            joined[-1] = f"{joined[-1].rstrip()} {line}"
        else:
            joined.append(line)
    return "\n".join(joined)


def _printable(text: str, keep: str = "") -> str:
    """Without C0/C1 controls, separators that break lines, and bidirectional overrides (UAX 9)."""
    return "".join(
        c if c in keep or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else " " for c in text
    )


def wrap(text: str, *, first: str = "", rest: str | None = None) -> str:
    """White space folded, lines broken at `WIDTH` columns; addresses and links stay whole."""
    rest = first if rest is None else rest
    lines = textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)
