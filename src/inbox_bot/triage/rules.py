"""Triage rules and the table of decisions, compiled: what they say of a mail's words.

Rules say what words mean; `decide.py` turns the scores into one category; `rulefile.py` reads both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .model import Hit

SECTIONS = ("subject", "words", "note", "signature", "sender", "attachments", "documents", "quoted")
DEFAULT_WHERE = ("subject", "words", "documents")
# Between sections, which hold no line break: an end for `$` and a beginning for `^`, and an end of paragraph.
_SEPARATOR = b"\n|\n"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule, compiled. `other`: a second pattern that must stand within so many words of the first.
    `most`: a list of mere hints; every different one adds the weight, up to this sum
    (0: the rule speaks once)."""

    name: str
    speaks_for: str
    weight: float
    where: tuple[str, ...]
    source: str
    pattern: Any = field(repr=False)
    other: Any = field(default=None, repr=False)
    within: int = 0
    ignore: Any = field(default=None, repr=False)
    unless: Any = field(default=None, repr=False)
    needs: Any = field(default=None, repr=False)
    most: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One row of the table: the category where every score in `when` is reached and none in `unless`."""

    category: str  # a category, or "follow" = the category of the message within
    when: Mapping[str, float]
    unless: Mapping[str, float]
    beats: tuple[str, ...]
    voice: float  # how loudly it is heard beside what the words resemble
    why: str


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Everything an office can change about triage."""

    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]
    thresholds: Mapping[str, float]
    digest: str  # sha256 of the canonical rule data: which rules judged an entry
    _together: Any = field(repr=False)  # re2.Filter: which rules' patterns could match at all

    def run(self, sections: Mapping[str, str]) -> tuple[list[Hit], list[str]]:
        """Hits and the names of misses. `sections`: folded text by section name."""
        # RE2 works on UTF-8: encoded here once, it need not translate each offset back into characters.
        encoded = {name: text.encode() for name in SECTIONS if (text := sections.get(name, ""))}
        # A rule looks in some sections only, so it is asked there; here, whether its words stand anywhere.
        found = frozenset(self._together.Match(_SEPARATOR.join(encoded.values()), potential=True) or ())
        parts: dict[tuple[str, ...], _Part] = {}
        hits: list[Hit] = []
        misses: list[str] = []
        for index, rule in enumerate(self.rules):
            hit = None
            if index in found:
                if rule.where not in parts:
                    names = tuple(name for name in rule.where if name in encoded)
                    parts[rule.where] = _Part(names, _SEPARATOR.join(encoded[name] for name in names))
                hit = _ask(rule, parts[rule.where])
            if hit is None:
                misses.append(rule.name)
            else:
                hits.append(hit)
        return hits, misses


class _Part(NamedTuple):
    """The sections where a rule looks, in one text: it is asked once, not once a section."""

    names: tuple[str, ...]
    text: bytes


def _ask(rule: Rule, part: _Part) -> Hit | None:
    span = _span(rule.pattern, part.text)
    if (
        span is None
        or (rule.unless is not None and rule.unless.search(part.text))
        or (rule.needs is not None and not rule.needs.search(part.text))
    ):
        return None
    heard = part.text
    if rule.ignore is not None:
        heard = rule.ignore.sub(b" # ", heard)
        span = _span(rule.pattern, heard)
    if rule.other is not None:
        span = _near(rule, heard)
    if span is None:
        return None
    at, end = span
    weight, words = rule.weight, heard[at:end].decode()
    if rule.most:
        seen = dict.fromkeys(m.group().decode().strip() for m in rule.pattern.finditer(heard))
        weight, words = min(rule.most, rule.weight * len(seen)), ", ".join(seen)
    return _hit(rule, weight, part.names[heard.count(_SEPARATOR, 0, at)], words)


def _hit(rule: Rule, weight: float, where: str, words: str) -> Hit:
    return Hit(
        rule=rule.name,
        weight=weight,
        where=where,
        text=words[:80],
        speaks_for=rule.speaks_for,
        source=rule.source,
    )


def _span(pattern: Any, text: bytes) -> tuple[int, int] | None:
    match = pattern.search(text)
    return match.span() if match else None


def _near(rule: Rule, text: bytes) -> tuple[int, int] | None:
    """The first pair in either order within `rule.within` words of one another, in one section."""
    firsts = [m.span() for m in rule.pattern.finditer(text)]
    if not firsts:
        return None
    for other in rule.other.finditer(text):
        for first in firsts:
            start, end = min(first, other.span()), max(first, other.span())
            apart = text[start[1] : end[0]]
            if end[0] >= start[1] and apart.count(b" ") <= rule.within and _SEPARATOR not in apart:
                return start[0], end[1]
    return None
