"""Where somebody else's words begin in a body: the first mark of quoted history.

A mark is an attribution line ("On … wrote:"), a header block, a marker line ("-----Original Message-----"),
or the container that an HTML mail program puts around history (see `html`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import headerblock, html, phrases
from .headerblock import HeaderBlock
from .sieve import Sieved

_WROTE = Sieved(rf"(?:{phrases.WROTE})(?![\w’'])[^\n]{{0,120}}[:：]\s*$", re.I)
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_TIME = re.compile(r"\b\d{1,2}[:.hH]\d{2}\b|\b\d{4}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d年")
_OPENERS = re.compile(
    r"^\s*(?:on|ar|am|le|el|il|em|op|den|w dniu|dnia|dne|dňa|în|la|dana|kuupäeval|στις|в|на|a|pe|d\.|vào|"
    r"\d|[^\W\d_]{2,12}[,.]? \d|[^\W\d_]{2,12}\.?,? )",
    re.I,
)
# The beginning that leaves no doubt: a preposition with a date, on one line.
_DATED = re.compile(
    r"^(?:on|ar|am|le|el|il|em|op|den|w dniu|dnia|dne|dňa|la|dana|på|vào)\s(?=[^\n]{0,40}\d)[^\n]{0,60}?"
    r"\b(?:\d{1,2}[./: -]|\d{4}\b|\d{1,2}(?:st|nd|rd|th|,))",
    re.I,
)
_NOT_HISTORY = re.compile(
    r"\b(?:you|i|we|they|chi|chithau|he|she|who|it) (?:wrote|said|writes)\b|"
    r"\bas (?:he|she|they) wrote\b|ysgrifennoch",
    re.I,
)
_ABOVE = Sieved(
    r"(?i)\b(?:reply|write|type|respond|ateb\w*)\b[^\n]{0,40}\b(?:above|uwchben) (?:this|the|y) line|"
    r"^\W*-{2,}\s*[^\n]{2,60}\bwrote\s*-{2,}\W*$"
)
_NAMED = re.compile(
    r"^\s*(?:\d{4}[-/年]\s?\d{1,2}[-/月]\s?\d{1,2}[^\n<]{0,80}<[^<>\s]+@[^<>\s]+>\s*[:：]?\s*$)"
)
# GroupWise: ">>> Ann Hill <ann@mail.example> 19/02/2027 12:58 >>>", and the words below as they are.
_GROUPWISE = re.compile(
    r"^\s*>>> (?P<who>[^\n>]{2,120}?>?)\s+\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[^\n]{0,30}>>>\s*$"
)
MAX_ATTRIBUTION = 4  # lines over which "On … wrote:" wraps
# Every mark has one of these within as many lines. Most lines have none, and are asked nothing else.
_SIGN = re.compile(r"[:：@/\ue000]")
_DASHES = re.compile(r"[-–—_=][-–—_=]")  # one pattern for all would be ten times slower than each of these


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Lines `start`:`end` introduce history; `kind`: attribution, headers, original, forward, html, quote."""

    kind: str
    start: int
    end: int
    block: HeaderBlock | None = None
    words: str = ""  # the marker's own words, for the record


def first(lines: list[str], start: int = 0, stop: int | None = None) -> Mark | None:
    """The first mark at or after line `start`; lines that begin with ">" are not looked into."""
    signed = -1  # the last line looked into for a sign, and before it the last that had one
    last = -MAX_ATTRIBUTION
    for at in range(start, len(lines) if stop is None else min(stop, len(lines))):
        for line in range(max(signed + 1, at), min(at + MAX_ATTRIBUTION, len(lines))):
            signed = line
            if _has_sign(lines[line]):
                last = line
        if last >= at:
            mark = _at_line(lines, at)
            if mark is not None:
                return mark
    return None


def at_line(lines: list[str], at: int) -> Mark | None:
    """The mark that begins at this very line, None where none does."""
    if any(map(_has_sign, lines[at : at + MAX_ATTRIBUTION])):
        return _at_line(lines, at)
    return None


def _has_sign(line: str) -> bool:
    if _SIGN.search(line) or _DASHES.search(line):
        return True
    small = line.lower()
    return "above" in small or "uwchben" in small


def _at_line(lines: list[str], at: int) -> Mark | None:
    line = lines[at]
    bare = line.strip(" \t\xa0*")
    if names_writer(line):
        return Mark(kind="attribution", start=at, end=at + 1, words=bare.strip("> ") + ">")
    if not bare or bare.startswith(">"):
        return None
    if bare == html.QUOTE:
        return _html(lines, at)
    if len(bare) < 120 and _ABOVE.search(bare):
        return Mark(kind="original", start=at, end=at + 1, words=bare)
    marker = _marker(lines, at)
    if marker is not None:
        return marker
    if headerblock.is_rule(line):
        following = _next(lines, at + 1)
        block = headerblock.read(lines, following, announced=True) if following < len(lines) else None
        return Mark(kind="headers", start=at, end=block.end, block=block) if block else None
    if ":" in bare or "：" in bare or "@" in bare or "/" in bare:
        block = headerblock.read(lines, at)
        if block is not None:
            return Mark(kind="headers", start=at, end=block.end, block=block)
    return _attribution(lines, at)


def names_writer(line: str) -> bool:
    """A line that begins with ">" and is no quotation but the head above one."""
    return line.lstrip().startswith(">>> ") and _GROUPWISE.match(line[:300]) is not None


def _html(lines: list[str], at: int) -> Mark:
    """A marked container; what introduces it inside (an attribution or a block) belongs to the mark."""
    inside = _next(lines, at + 1)
    while inside < len(lines) and lines[inside].strip() == html.QUOTE:
        inside = _next(lines, inside + 1)
    inner = at_line(lines, inside) if inside < len(lines) else None
    if inner is not None:
        return Mark(kind=inner.kind, start=at, end=inner.end, block=inner.block, words=inner.words)
    return Mark(kind="html", start=at, end=at + 1)


def _marker(lines: list[str], at: int) -> Mark | None:
    line = lines[at].strip()
    words = headerblock.dashed(line)
    alone = headerblock.lower(line.strip(" *_\t:")) if len(line) < 80 else ""
    forward = words in phrases.FORWARD_MARKERS or words.startswith(("forwarded by ", "forwarded message"))
    forward = forward or (line.rstrip("* ").endswith((":", "：")) and alone in phrases.FORWARD_MARKERS)
    original = words in phrases.ORIGINAL_MARKERS or (alone in phrases.ORIGINAL_MARKERS and line.endswith(":"))
    if not (words or forward or original):
        return None
    following = _next(lines, at + 1)
    block = headerblock.read(lines, following, announced=True) if following < len(lines) else None
    if block is None and not (forward or original):
        return None
    kind = "forward" if forward else "original"
    if block is None:
        inner = at_line(lines, following) if following < len(lines) and following > at else None
        return Mark(kind=kind, start=at, end=inner.end if inner else at + 1, words=line)
    return Mark(kind=kind, start=at, end=block.end, block=block, words=line)


def _attribution(lines: list[str], at: int) -> Mark | None:
    """ "On 5 May 2027 at 10:00, A <a@x> wrote:", wrapped over up to four lines, in any of the languages."""
    if not _OPENERS.match(lines[at]) and "@" not in lines[at] and not _says_who_wrote(lines[at]):
        return None
    joined = ""
    for count in range(1, MAX_ATTRIBUTION + 1):
        if at + count > len(lines):
            return None
        line = lines[at + count - 1].strip(" \t\xa0*_")
        if (
            not line
            or (line.startswith(">") and joined.count("<") <= joined.count(">"))  # else it closes an address
            or len(line) > 400
            or (count > 1 and line in (html.QUOTE, html.END_QUOTE))
        ):
            return None
        if count > 1 and _DATED.match(line):
            return None  # the attribution begins here: what stands above is somebody's words
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined) or (_above_quote(lines, at + count) and introduces(joined)):
            return Mark(kind="attribution", start=at, end=at + count, words=joined)
        if joined.endswith((".", "?", "!")) and count > 1:
            return None
    return None


def _above_quote(lines: list[str], at: int) -> bool:
    """Whether a ">" line follows, at most one empty line on."""
    return any(x.startswith(">") for x in lines[at : at + 2] if x.strip())


def introduces(text: str) -> bool:
    """A line directly above a quotation that names its writer needs no date."""
    if len(text) > 200 or not text.endswith((":", "：")) or _NOT_HISTORY.search(text):
        return False
    return bool(_WROTE.search(text) or _ADDRESS.search(text))


def _says_who_wrote(text: str) -> bool:
    return text.rstrip().endswith((":", "：")) and _WROTE.search(text) is not None


def _is_attribution(text: str) -> bool:
    if len(text) > 500:
        return False
    if _NAMED.match(text):
        return True
    if not text.endswith((":", "：")) or not _WROTE.search(text) or _NOT_HISTORY.search(text):
        return False
    return bool(_ADDRESS.search(text) or _TIME.search(text))


def _next(lines: list[str], at: int) -> int:
    """The next line that is not empty, at most four lines on."""
    limit = min(len(lines), at + 4)
    while at < limit and not lines[at].strip(" \t>\xa0*"):
        at += 1
    return at
