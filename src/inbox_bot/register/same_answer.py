"""Same question, same answer (R20): where two answers to like questions differ, in figures or in yes and no.

What is compared is what a candidate could quote against the office: amounts, counts, percentages, dates,
and whether it said yes or no. Wording may differ; nothing here judges which of two answers is right.
"""

from __future__ import annotations

import re

_FIGURE = re.compile(
    r"(?<![\w.])£?\d[\d,]*(?:\.\d+)?(?:\s?(?:%|per cent|million|billion|thousand|m|bn|k)\b|%)?"
)
_NO = re.compile(r"\b(?:no|not|cannot|can't|unable|declin\w+|refus\w+|na|nid|ni allwn)\b", re.IGNORECASE)
_SCALE = {"m": "million", "bn": "billion", "k": "thousand", "per cent": "%"}
MOST = 6  # figures named in the sentence; more is a table to be read


def figures(text: str) -> frozenset[str]:
    """The figures of an answer in one form: "£1.2m" and "£1.2 million" are the same."""
    found = set()
    for match in _FIGURE.finditer(text):
        number = re.match(r"£?[\d,.]*\d", match.group(0))
        assert number is not None  # the pattern above begins so
        unit = match.group(0)[number.end() :].strip().lower()
        found.add(number.group(0).replace(",", "") + (f" {_SCALE.get(unit, unit)}" if unit else ""))
    return frozenset(found)


def difference(ours: str, theirs: str) -> str:
    """What differs between two answers, in words; "" where nothing that could be quoted does."""
    if not ours.strip() or not theirs.strip():
        return ""
    a, b = figures(ours), figures(theirs)
    parts = []
    if a and b and not (a <= b or b <= a):
        only_a, only_b = sorted(a - b)[:MOST], sorted(b - a)[:MOST]
        parts.append(f"figures: {', '.join(only_a)} here, {', '.join(only_b)} there")
    if bool(_NO.search(ours)) != bool(_NO.search(theirs)):
        parts.append("one says no or not, the other does not")
    return "; ".join(parts)
