"""A text without the people in it, and what the officer must still look at.

`redact` takes out what it recognises, shows every stretch with its reason, lists what it was not
sure of, and says whether it could check everything. It fails closed: `checked` is False where the
text could not be read in full, and what is not checked is not published (architecture, 10). It
never replaces a person's approval: names of third parties can only be guessed.

Sources: R19 (anonymised and published, for everyone), CL 3.a.iv, AP 3.2.4, NT 3.2.4.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .fold import Folded, fold
from .known import KnownPerson, Names
from .patterns import Hit, find_addresses, find_numbers, find_phones, find_places
from .strangers import find_introduced, find_parties, find_strangers, find_titled
from .words import POSTNOMINALS, TITLES

__all__ = ["KnownPerson", "Redacted", "Span", "Suspect", "redact", "redact_filename"]

MAX_CHARS = 200_000  # above, a person reads it: nobody's question is a book
_ROUNDS = 6  # a replacement may bring two halves together; so far two rounds were enough

# Where stretches overlap, the later kind of this list gives the words.
REPLACEMENTS = {
    "name": "[name removed]",
    "party": "[party removed]",
    "number": "[number removed]",
    "phone": "[telephone number removed]",
    "birth": "[date of birth removed]",
    "nhs": "[NHS number removed]",
    "nino": "[National Insurance number removed]",
    "vehicle": "[vehicle registration removed]",
    "postcode": "[postcode removed]",
    "address": "[address removed]",
    "handle": "[social media name removed]",
    "url": "[web address removed]",
    "email": "[email address removed]",
    "signature": "[signature removed]",
}
_RANK = {kind: rank for rank, kind in enumerate(REPLACEMENTS)}
_PLACEHOLDER = re.compile("|".join(re.escape(words) for words in REPLACEMENTS.values()))
_BEFORE = re.compile(rf"(?<![^\W_])(?:(?:{'|'.join(sorted(TITLES))})\.?\s{{1,2}})+$")
_TITLE = re.compile(rf"(?:(?:{'|'.join(sorted(TITLES))})\.?\s{{1,2}})+")
_AFTER = re.compile(rf"(?:,?\s(?:{POSTNOMINALS}))+(?![^\W_])")
# What no text for publication holds: control characters, private use, runs of encoded data.
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]|[A-Za-z0-9+/=]{120,}")


@dataclass(frozen=True, kw_only=True)
class Span:
    """Original characters [start, end) were replaced."""

    start: int
    end: int
    kind: str
    replacement: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """Original characters [start, end) stayed, and may be personal data; shown to the officer."""

    start: int
    end: int
    kind: str
    text: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """`checked` False: not to be published, whoever approves, until the text was edited."""

    text: str
    spans: tuple[Span, ...]
    residue: tuple[Suspect, ...]
    checked: bool
    why_unchecked: str = ""


def redact(
    text: str,
    people: Sequence[KnownPerson],
    *,
    keep_names: Sequence[str] = (),
    keep_addresses: Sequence[str] = (),
) -> Redacted:
    """Take out what identifies people. Names of `keep_names` and addresses of `keep_addresses` stay."""
    if len(text) > MAX_CHARS:
        return Redacted(
            text="", spans=(), residue=(), checked=False, why_unchecked="The text is too long to be checked."
        )
    names = Names(people, keep_names, keep_addresses)
    spans: list[Span] = []
    out = text
    residue: list[Suspect] = []
    settled = False
    for _ in range(_ROUNDS):
        hits, unsure = _look(fold(out), names)
        if not hits:
            back = _Back(spans)
            residue = [_suspect(hit, back, text) for hit in unsure]
            settled = True
            break
        spans = _merge(text, spans, hits)
        out = _apply(text, spans)
    problem = ""
    if _UNREADABLE.search(text):
        problem = "The text holds characters or encoded data that cannot be checked."
    elif not settled:
        problem = "Taking out the personal data did not come to an end."
    return Redacted(
        text=out, spans=tuple(spans), residue=tuple(residue), checked=not problem, why_unchecked=problem
    )


def redact_filename(name: str, people: Sequence[KnownPerson], *, keep_names: Sequence[str] = ()) -> str:
    """A document's name for the public; only its ending is left where anything had to go."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,5}", ending):
        stem, ending = name, ""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[_+]|%20|(?<=\D)[-.](?=\D)", " ", stem))
    clean = all(
        not found.spans and found.checked and all(suspect.kind != "name" for suspect in found.residue)
        for found in (redact(form, people, keep_names=keep_names) for form in (stem, spaced))
    )
    safe = re.sub(r"[^\w .()-]", "_", stem).strip(" .") if clean else ""
    return (safe or "document") + (f".{ending.lower()}" if ending else "")


def _look(text: Folded, names: Names) -> tuple[list[Hit], list[Hit]]:
    """What must go and what is unsure, as stretches of the unfolded text."""
    size = len(text.low)
    kept = _mask(size, names.kept(text))
    closed = _mask(size, (match.span() for match in _PLACEHOLDER.finditer(text.cased)))
    sure: list[Hit] = []
    unsure: list[Hit] = []
    for finder in (
        names.find, find_addresses, find_phones, find_places, find_numbers,
        find_titled, find_introduced, find_strangers, find_parties,
    ):  # fmt: skip  # a list of nine names
        for hit in finder(text):
            start, end = hit.start, hit.end
            title = _TITLE.match(text.low, start, end) if hit.kind == "name" else None
            if start >= end or kept.find(0, title.end() if title else start, end) < 0:
                continue
            if hit.kind == "name" and hit.sure:  # a title before and letters behind go with the name
                before = _BEFORE.search(text.low, max(0, start - 40), start)
                after = _AFTER.match(text.low, end)
                start, end = before.start() if before else start, after.end() if after else end
            for a, b in _open(closed, start, end):
                piece = text.cased[a:b]
                if any(char.isalnum() for char in piece):
                    a, b = text.span(
                        a + len(piece) - len(piece.lstrip()), b - (len(piece) - len(piece.rstrip()))
                    )
                    (sure if hit.sure else unsure).append(
                        Hit(start=a, end=b, kind=hit.kind, reason=hit.reason, sure=hit.sure)
                    )
    taken = _mask(len(text.source), ((hit.start, hit.end) for hit in sure))
    doubts = {(hit.start, hit.end): hit for hit in unsure if taken.find(1, hit.start, hit.end) < 0}
    return sure, [doubts[key] for key in sorted(doubts)]


def _mask(size: int, stretches: Iterable[tuple[int, int]]) -> bytearray:
    """One byte a character, 1 inside any of the stretches: look-ups stay linear."""
    mask = bytearray(size)
    for start, end in stretches:
        mask[start:end] = b"\x01" * (end - start)
    return mask


def _open(closed: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """[start, end) less what was replaced before."""
    while start < end and (start := closed.find(0, start, end)) >= 0:
        stop = closed.find(1, start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop


def _merge(text: str, spans: Sequence[Span], hits: Sequence[Hit]) -> list[Span]:
    """Old spans and new hits (positions of the text after `spans`) as disjoint spans of the original."""
    back = _Back(spans)
    mapped = list(spans)
    for hit in hits:
        words = REPLACEMENTS[hit.kind]
        mapped.append(
            Span(
                start=back(hit.start), end=back(hit.end), kind=hit.kind, replacement=words, reason=hit.reason
            )
        )
    merged: list[Span] = []
    for span in sorted(mapped, key=lambda one: (one.start, -one.end)):
        last = merged[-1] if merged else None
        if last is None or not (
            span.start < last.end or (span.kind == last.kind and not text[last.end : span.start].strip())
        ):
            merged.append(span)
            continue
        best = span if _RANK[span.kind] > _RANK[last.kind] else last
        merged[-1] = replace(best, start=last.start, end=max(last.end, span.end))
    return merged


class _Back:
    """Positions after replacing → positions in the original; asked only outside the replacements."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._ends: list[int] = []  # where each replacement ends in the new text
        self._shifts = [0]
        for span in spans:
            shift = self._shifts[-1] + len(span.replacement) - (span.end - span.start)
            self._shifts.append(shift)
            self._ends.append(span.end + shift)

    def __call__(self, position: int) -> int:
        return position - self._shifts[bisect_right(self._ends, position)]


def _apply(text: str, spans: Sequence[Span]) -> str:
    pieces = []
    at = 0
    for span in spans:
        pieces += [text[at : span.start], span.replacement]
        at = span.end
    return "".join(pieces) + text[at:]


def _suspect(hit: Hit, back: _Back, text: str) -> Suspect:
    start, end = back(hit.start), back(hit.end)
    return Suspect(start=start, end=end, kind=hit.kind, text=text[start:end], reason=hit.reason)
