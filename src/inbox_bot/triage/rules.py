"""Triage rules and the table of decisions, compiled: what they say of a mail's words.

Rules say what words mean; `decide.py` turns the scores into one category; `rulefile.py` reads both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .model import Hit

SECTIONS = ("subject", "words", "note", "signature", "sender", "attachments", "documents", "quoted")
DEFAULT_WHERE = ("subject", "words", "documents")
_SEPARATOR = b" \x1f "  # keeps a phrase from running over the edge of a section


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
    _together: Any = field(repr=False)  # re2.Filter: which rules' patterns match at all

    def run(self, sections: Mapping[str, str]) -> tuple[list[Hit], list[str]]:
        """Hits and the names of misses. `sections`: folded text by section name."""
        # RE2 works on UTF-8: encoded here once, it need not translate each offset back into characters.
        encoded = {name: sections.get(name, "").encode() for name in SECTIONS}
        joined = _SEPARATOR.join(encoded.values())
        found = frozenset(self._together.Match(joined) or ())
        hits: list[Hit] = []
        misses: list[str] = []
        for index, rule in enumerate(self.rules):
            hit = _ask(rule, encoded) if index in found else None
            if hit is None:
                misses.append(rule.name)
            else:
                hits.append(hit)
        return hits, misses


def _ask(rule: Rule, sections: Mapping[str, bytes]) -> Hit | None:
    texts = [(where, text) for where in rule.where if (text := sections[where])]
    if rule.unless is not None and any(rule.unless.search(text) for _, text in texts):
        return None
    if rule.needs is not None and not any(rule.needs.search(text) for _, text in texts):
        return None
    seen: dict[str, str] = {}  # words → where, for lists of hints
    for where, text in texts:
        heard = rule.ignore.sub(b" # ", text) if rule.ignore is not None else text
        if rule.most:
            for match in rule.pattern.finditer(heard):
                seen.setdefault(match.group().decode().strip(), where)
            continue
        span = _near(rule, heard) if rule.other is not None else _span(rule.pattern, heard)
        if span is not None:
            return _hit(rule, rule.weight, where, heard[span[0] : span[1]].decode())
    if seen:
        return _hit(rule, min(rule.most, rule.weight * len(seen)), next(iter(seen.values())), ", ".join(seen))
    return None


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
    """The closest pair in either order within `rule.within` words of one another."""
    firsts = [m.span() for m in rule.pattern.finditer(text)]
    if not firsts:
        return None
    for other in rule.other.finditer(text):
        for first in firsts:
            start, end = min(first, other.span()), max(first, other.span())
            if end[0] >= start[1] and text.count(b" ", start[1], end[0]) <= rule.within:
                return start[0], end[1]
    return None
