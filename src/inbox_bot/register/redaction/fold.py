"""A text made comparable, with the way back to every position of the original.

People write one name in many ways: another case, accents or none, full-width or mathematical
letters, invisible characters between the letters. Folding removes these differences; `span` says
which stretch of the original a stretch of the folded text stands for.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters that look like Latin ones (Unicode TR 39, the few that real mixing uses) and Latin letters
# that NFKD leaves whole.
_LOOKALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУаеѕіјорсхуԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορ",
        "ABESIJKMHOPCTXYaesijopcxydqwhABEZHIKMNOPTYXaivop",
        strict=True,
    )
)
_WHOLE = {
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i",
    "ß": "ss", "ẞ": "SS",
    "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH", "ð": "d", "Ð": "D", "ŋ": "n", "Ŋ": "N",
}  # fmt: skip  # a table reads better closely set
_APOSTROPHES = "’‘ʼ´`′ʹ＇‛ˈ"
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters by category, nothing on the screen


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    """What one character is compared as; "" for what cannot be seen."""
    if char in _WHOLE:
        return _WHOLE[char]
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    if char in _APOSTROPHES:
        return "'"
    if char in "“”„«»":
        return '"'
    if char in _BLANK_LETTERS:
        return ""
    if char in "\n\r\v\f\x85\u2028\u2029":
        return "\n"
    if char == "\t":
        return " "
    out = ""
    for part in unicodedata.normalize("NFKD", char):
        kind = unicodedata.category(part)
        if kind in {"Mn", "Me", "Cf", "Cc", "Cs"}:
            continue
        if kind == "Zs":
            out += " "
        elif kind == "Pd" or part == "−":
            out += "-"
        elif kind == "Nd":
            out += str(unicodedata.decimal(part))
        else:
            out += _WHOLE.get(part, _LOOKALIKES.get(part, part))
    return out


@dataclass(frozen=True, kw_only=True)
class Folded:
    """`cased` and `low` have the same length; `starts[i]` is where `cased[i]` begins in the original."""

    cased: str
    low: str
    starts: tuple[int, ...]
    source: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original stretch of folded [start, end), with the invisible characters that end it."""
        last = self.starts[end - 1]
        while end < len(self.starts) and self.starts[end] == last:
            end += 1  # the rest of a ligature
        return self.starts[start], self.starts[end] if end < len(self.starts) else len(self.source)


def fold(text: str) -> Folded:
    cased: list[str] = []
    low: list[str] = []
    starts: list[int] = []
    for at, char in enumerate(text):
        if char == "\r" and text[at + 1 : at + 2] == "\n":
            continue
        for part in _fold_char(char):
            small = part.lower()
            cased.append(part)
            low.append(small if len(small) == 1 else part)
            starts.append(at)
    return Folded(cased="".join(cased), low="".join(low), starts=tuple(starts), source=text)


def squash(text: str) -> str:
    """Letters and digits only, folded: "O’Neill-Śmith" → "oneillsmith"."""
    return "".join(char for char in fold(text).low if char.isalnum())
