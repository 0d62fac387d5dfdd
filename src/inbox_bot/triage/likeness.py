"""A second opinion where the rules are unsure: which labelled mails do these words resemble?

A multinomial naive Bayes over words and pairs of words, as counts: `config/triage-likeness.json` says in how
many labelled mails of each category a word stood, nothing else, so that anybody can look up why. It is asked
only where the rules reach little or nothing; what structure or a rule decides, it never overrules. Names of
people are left out when it is learnt (`benchmarks/learn_likeness.py`): who writes must not count.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from ..errors import RuleError
from .model import Category, Hit

SMOOTHING = 0.3  # Lidstone's; of 0.1, 0.3 and 1.0 the best on mails left out of the learning
_WORD = re.compile(r"[a-z0-9£']*[a-z£][a-z0-9£']*")
_MOST_WORDS = 600  # of one mail: a long letter has said what it is about


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """The likeliest category with its share of all (0–1), and the words that speak for it most."""

    category: Category
    share: float
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The category after the second opinion. `doubt`: the two opinions differ, so a person should look."""

    category: Category
    confidence: float
    doubt: bool = False
    hit: Hit | None = None


def weigh(
    category: Category,
    confidence: float,
    folded: str,
    known: Likeness | None,
    thresholds: Mapping[str, float],
) -> Weighed:
    """Ask for a second opinion where the rules are unsure of a category that words decide.

    It never makes spam of a person's mail: that would cost them the acknowledgement (R29).
    """
    first = Weighed(category=category, confidence=confidence)
    if known is None or category not in known.categories or confidence >= thresholds["likeness_below"]:
        return first
    opinion = known.opinion(folded)
    if opinion is None or opinion.share <= thresholds["likeness_share"]:
        return first
    hit = Hit(
        rule="likeness",
        weight=round(opinion.share, 2),
        where="words",
        text=", ".join(opinion.words)[:80],
        speaks_for=opinion.category.value,
        source="labelled mails: config/triage-likeness.json",
    )
    if opinion.category is category:
        return Weighed(category=category, confidence=max(confidence, thresholds["likeness_below"]), hit=hit)
    if Category.SPAM in (opinion.category, category):
        return Weighed(category=category, confidence=confidence, doubt=True, hit=hit)
    return Weighed(category=opinion.category, confidence=confidence, doubt=True, hit=hit)


def features(folded: str) -> list[str]:
    """The words and neighbouring pairs of a folded text, each once, in order."""
    words = _WORD.findall(folded)[:_MOST_WORDS]
    pairs = (f"{a} {b}" for a, b in pairwise(words))
    return list(dict.fromkeys([*words, *pairs]))


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """`counts[feature][i]`: labelled mails of `categories[i]` that hold the feature."""

    categories: tuple[Category, ...]
    mails: tuple[int, ...]  # labelled mails of each category
    counts: Mapping[str, Sequence[int]] = field(repr=False)
    totals: tuple[int, ...] = ()  # sum of the counts of each category

    def opinion(self, folded: str) -> Opinion | None:
        """None where no word is known."""
        found = [f for f in features(folded) if f in self.counts]
        if not found:
            return None
        size = len(self.counts)
        number = sum(self.mails)
        logs = [math.log(n / number) for n in self.mails]
        floors = [math.log(SMOOTHING / (total + SMOOTHING * size)) for total in self.totals]
        gains: list[list[float]] = []
        for name in found:
            row = self.counts[name]
            gain = [
                math.log((n + SMOOTHING) / (total + SMOOTHING * size)) if n else floor
                for n, total, floor in zip(row, self.totals, floors, strict=True)
            ]
            gains.append(gain)
            logs = [log + g for log, g in zip(logs, gain, strict=True)]
        best = max(range(len(logs)), key=logs.__getitem__)
        share = 1 / sum(math.exp(log - logs[best]) for log in logs)

        def lead(index: int) -> float:
            gain = gains[index]
            return gain[best] - max(g for i, g in enumerate(gain) if i != best)

        order = sorted(range(len(found)), key=lead, reverse=True)[:5]
        return Opinion(
            category=self.categories[best], share=share, words=tuple(found[i] for i in order if lead(i) > 0)
        )


def learn(labelled: Iterable[tuple[str, Category]], *, leave_out: frozenset[str] = frozenset()) -> Likeness:
    """From (folded text, category) pairs. A feature counts that stands in two mails at the least."""
    pairs = list(labelled)
    categories = tuple(sorted({category for _, category in pairs}))
    place = {category: i for i, category in enumerate(categories)}
    counts: dict[str, list[int]] = {}
    for text, category in pairs:
        for name in features(text):
            if not leave_out.intersection(name.split()):
                counts.setdefault(name, [0] * len(categories))[place[category]] += 1
    kept = {name: tuple(row) for name, row in sorted(counts.items()) if sum(row) > 1}
    return Likeness(
        categories=categories,
        mails=tuple(sum(c == category for _, c in pairs) for category in categories),
        counts=kept,
        totals=_totals(kept, len(categories)),
    )


def _totals(counts: Mapping[str, Sequence[int]], size: int) -> tuple[int, ...]:
    return tuple(sum(row[i] for row in counts.values()) for i in range(size))


def to_json(likeness: Likeness) -> str:
    """One line a word, so that a change can be read."""
    head = {c.value: n for c, n in zip(likeness.categories, likeness.mails, strict=True)}
    rows = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(list(row), separators=(',', ':'))}"
        for name, row in likeness.counts.items()
    )
    return f'{{"mails":{json.dumps(head)},\n"words":{{\n{rows}\n}}}}\n'


@lru_cache(maxsize=4)
def load(path: Path) -> Likeness:
    """Read the counts. RuleError names the file and what is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        categories = tuple(Category(name) for name in data["mails"])
        mails = tuple(int(n) for n in data["mails"].values())
        counts = {str(name): tuple(int(n) for n in row) for name, row in data["words"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleError(f"{path} cannot be read as word counts: restore the shipped file.") from error
    if any(len(row) != len(categories) for row in counts.values()) or not all(mails):
        raise RuleError(f"{path} has rows that do not fit its categories: restore the shipped file.")
    return Likeness(
        categories=categories, mails=mails, counts=counts, totals=_totals(counts, len(categories))
    )
