"""What a mail's words resemble: learnt weights of words, heard beside the rules.

Rules say what their author foresaw; wording has no end. So every word, pair and near pair that stood in
labelled mails carries a weight for each category and matter (`config/triage-likeness.json`, a line a word,
so that anybody can look up why). Their sum is one voice, the rules' verdict the other; `weigh` joins them.
Structure (who sent it, forwarded, automated) is never put to the vote. People's names are left out when it
is learnt (`benchmarks/learn_likeness.py`): who writes must not count. Of a signature only callings are heard,
for they tell in what capacity somebody writes.
"""

from __future__ import annotations

import json
import math
import re
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import RuleError
from .model import Category, Hit, Matter

_WORD = re.compile(r"[0-9']*[a-z£][a-z0-9£']*")
_MOST_WORDS = 600  # of one mail: a long letter has said what it is about
_MOST_SIGNED = 60  # of its signature: below it stands small print
SIGNED = "~"  # before a word of the signature
WHOLE = "="  # before a word that is longer than its stem, as a whole
# Staff who write from work ask as staff, unless a rule heard that they stand: a fact among the words, that
# counts as three of them, to be heard in a letter of two hundred.
AT_WORK = ("@work 1", "@work 2", "@work 3")
_STEM = 6  # letters of a word that count: "burgled" and "burglary" are one
_SURE = 0.5  # the share from which words make spam of a mail
_SHOWN = 5  # words named as the reason
CAPACITIES = frozenset({Category.MEDIA, Category.CANDIDATE_ENQUIRY, Category.PUBLIC_ENQUIRY})
"""Categories that hang on who writes rather than on what about."""
_LIFT = 1 << 32  # above any weight; what some thousands of words add up to still fits its 64 bits
_UNLIKELY = 0.02  # of the share that capacities have together, where structure tells of another
EMERGENCY = "emergency"
AGENT = "agent"  # among those who stand or act for one who does
STANDS = "stands"  # where the category does not hang on it
COLUMNS = (*(c.value for c in Category), *(m.value for m in Matter), EMERGENCY, AGENT, STANDS)


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """`shares`: category → 0–1, together 1. `margins`: matter or emergency → above 0 where the words speak
    for it, below where against. `words`: what speaks most for the likeliest category."""

    shares: Mapping[Category, float]
    margins: Mapping[str, float]
    words: tuple[str, ...]

    @property
    def likeliest(self) -> Category:
        return max(self.shares, key=self.shares.__getitem__)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The category after both voices. `doubt`: they differ, so a person should look."""

    category: Category
    confidence: float  # 0–1
    doubt: bool = False
    hit: Hit | None = None


def weigh(
    category: Category,
    confidence: float,
    voice: float,
    opinion: Opinion | None,
    sure_from: float,
    capacity: Category | None = None,
    unsaid: float = 1.0,
) -> Weighed:
    """Join the rules' verdict with the words': its share counts e^voice times; 0 where no rule spoke.

    `capacity`: in what capacity the person writes, where structure tells (the roster, a newsroom's address or
    signature); the words then only say whether it is another subject altogether. `unsaid`: what the share of
    candidates counts, less than 1 where no rule heard that the person stands (R4).

    A verdict of structure (a category that no words were learnt for) stands as it is. Words make spam of a
    mail only where they are surer of it than of all else: a wrong spam costs a person their answer. `doubt`
    where the two differ and the winner's share of both stays below `sure_from`.
    """
    if opinion is None or category not in opinion.shares:
        return Weighed(category=category, confidence=confidence)
    votes = dict(opinion.shares)
    if Category.CANDIDATE_ENQUIRY in votes:
        votes[Category.CANDIDATE_ENQUIRY] *= unsaid
    if capacity in votes and votes.keys() >= CAPACITIES:
        settled = sum(votes[c] for c in CAPACITIES)
        votes |= dict.fromkeys(CAPACITIES, _UNLIKELY * settled) | {capacity: settled}
    votes[category] *= math.exp(voice)
    total = sum(votes.values())
    if category is not Category.SPAM and votes.get(Category.SPAM, 0.0) < _SURE * total:
        votes.pop(Category.SPAM, None)
    best = max(votes, key=votes.__getitem__)
    hit = Hit(
        rule="likeness",
        weight=round(opinion.shares[best], 2),
        where="words",
        text=", ".join(opinion.words)[:80],
        speaks_for=opinion.likeliest.value,
        source="labelled mails: config/triage-likeness.json",
    )
    return Weighed(
        category=best,
        confidence=round(min(votes[best] / total, 0.99), 2),
        doubt=voice > 0 and opinion.likeliest is not category and votes[best] / total < sure_from,
        hit=hit,
    )


def features(
    folded: str, signature: str = "", leave_out: frozenset[str] = frozenset(), *, at_work: bool = False
) -> list[str]:
    """Stems, neighbouring pairs and pairs with one word between, each once, in order; then whole words that
    are longer than their stems ("commission" and "commissioner" are two) and the stems of the signature, both
    marked as such: of the signature's only callings have a weight ("reporter", "clerk"), no name.

    `leave_out`: words (not stems) that count in none of them. `at_work`: sent by staff for themselves.
    """
    words = _WORD.findall(folded)[:_MOST_WORDS]
    stems = [None if word in leave_out else word[:_STEM] for word in words]
    pairs = [f"{a} {b}" for a, b in pairwise(stems) if a and b]
    near = [f"{a} _ {b}" for a, b in zip(stems, stems[2:], strict=False) if a and b]
    whole = [WHOLE + word for word in words if len(word) > _STEM and word not in leave_out]
    signed = [SIGNED + word[:_STEM] for word in _WORD.findall(signature)[:_MOST_SIGNED]]
    marks = AT_WORK if at_work else ()
    return list(dict.fromkeys([*filter(None, stems), *pairs, *near, *whole, *signed, *marks]))


class _Row(NamedTuple):
    """`lifted`: the weights, above 0; `packed`: the same side by side in one number, 64 bits each, so that
    one addition adds all columns."""

    rarity: int
    lifted: Sequence[int]
    packed: int


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """`rows[feature]`: its rarity, then its weight for each column, in hundredths, with spaces between: one
    mail holds some two hundred of a hundred thousand, so a row is taken apart when it is first met."""

    columns: tuple[str, ...]
    bias: tuple[float, ...]
    steepness: float  # how quickly a lead in weight becomes a lead in share
    rows: Mapping[str, str] = field(repr=False)
    _met: dict[str, _Row] = field(default_factory=dict, init=False, repr=False, compare=False)

    def opinion(self, folded: str, signature: str = "", *, at_work: bool = False) -> Opinion | None:
        """None where no word is known. Both texts folded."""
        found = [f for f in features(folded, signature, at_work=at_work) if f in self.rows]
        if set(found) <= set(AT_WORK):
            return None
        rows = [self._met.get(f) or self._meet(f) for f in found]
        length = math.hypot(*[row.rarity for row in rows])  # a long letter speaks no louder than a short one
        sums = self._apart(sum(row.packed for row in rows))
        margins = {
            name: (total - _LIFT * len(rows)) / length + bias
            for name, total, bias in zip(self.columns, sums, self.bias, strict=True)
        }
        categories = {_CATEGORIES[n]: m for n, m in margins.items() if n in _CATEGORIES}
        best = max(categories, key=categories.__getitem__)
        raised = {c: math.exp(self.steepness * (m - categories[best])) for c, m in categories.items()}
        total = sum(raised.values())
        place = self.columns.index(best.value)
        said = [row.lifted[place] - _LIFT for row in rows]
        order = sorted(range(len(found)), key=said.__getitem__, reverse=True)[:_SHOWN]
        return Opinion(
            shares={c: value / total for c, value in raised.items()},
            margins={n: m for n, m in margins.items() if n not in _CATEGORIES},
            words=_in_full((found[i] for i in order if said[i] > 0), f"{folded} {signature}"),
        )

    def _meet(self, feature: str) -> _Row:
        rarity, *weights = self.rows[feature].split()
        lifted = array("Q", [_LIFT + int(weight) for weight in weights])
        row = _Row(int(rarity), lifted, int.from_bytes(lifted.tobytes(), sys.byteorder))
        return self._met.setdefault(feature, row)

    def _apart(self, packed: int) -> array[int]:
        return array("Q", packed.to_bytes(8 * len(self.columns), sys.byteorder))


def _in_full(said: Iterable[str], letter: str) -> tuple[str, ...]:
    """The features as the letter has them, for whoever reads why: whole words for stems, each reason once."""
    whole: dict[str, str] = {}
    for word in _WORD.findall(letter):
        whole.setdefault(word[:_STEM], word)
    shown = (f.lstrip(WHOLE + SIGNED).split() for f in said if f not in AT_WORK)
    return tuple(dict.fromkeys(" ".join(whole.get(x, x).replace("_", "…") for x in parts) for parts in shown))


_CATEGORIES = {c.value: c for c in Category}


def build(
    columns: Sequence[str],
    bias: Sequence[float],
    steepness: float,
    weights: Mapping[str, tuple[float, Sequence[float]]],
) -> Likeness:
    """From (rarity, weights by column) of each feature, rounded as the file holds them: hundredths."""
    return _likeness(
        {
            "columns": list(columns),
            "bias": [round(b, 4) for b in bias],
            "steepness": steepness,
            "words": {
                name: " ".join(str(round(weight * 100)) for weight in (rarity, *row))
                for name, (rarity, row) in sorted(weights.items())
            },
        }
    )


def to_json(likeness: Likeness) -> str:
    """One line a word, so that a change can be read."""
    head = {"columns": likeness.columns, "bias": likeness.bias, "steepness": likeness.steepness}
    rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(row)}" for name, row in likeness.rows.items())
    return json.dumps(head)[:-1] + f',\n"words":{{\n{rows}\n}}}}\n'


def _likeness(data: Mapping[str, Any]) -> Likeness:
    return Likeness(
        columns=tuple(str(name) for name in data["columns"]),
        bias=tuple(float(b) for b in data["bias"]),
        steepness=float(data["steepness"]),
        rows=data["words"],
    )


@lru_cache(maxsize=4)
def load(path: Path) -> Likeness:
    """Read the weights. RuleError names the file and what is wrong."""
    try:
        found = _likeness(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise RuleError(f"{path} cannot be read as weights of words: restore the shipped file.") from error
    if not _CATEGORIES.keys() & set(found.columns) or set(found.columns) - set(COLUMNS):
        raise RuleError(f"{path} has columns that are no category or matter: restore the shipped file.")
    width = len(found.columns)
    rows = found.rows.values()
    if (
        len(found.bias) != width
        or not all(isinstance(row, str) and row[:1] > "0" and row.count(" ") == width for row in rows)
        or "".join(rows).encode().translate(None, b"-0123456789 ")
    ):
        raise RuleError(f"{path} has rows that do not fit its columns: restore the shipped file.")
    return found
