"""A journalist's stated deadline, in their own words, so that the SPOC sees it at once (R8)."""

from __future__ import annotations

import re2

_HOUR = (
    r"(?:\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|hrs)?|noon|midday|midnight|lunchtime"
    r"|close of (?:play|business)|cop|cob|end of (?:the )?day)"
)
_DAY = (
    r"(?:today|tonight|tomorrow|this (?:morning|afternoon|evening)"
    r"|(?:on |this |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
# Ordered: what says "deadline" wins over what merely names an hour.
_PATTERNS = tuple(
    re2.compile(f"(?i){pattern}")
    for pattern in (
        rf"\bdeadline\b[^.\n]{{0,40}}?\b{_HOUR}\b(?:[ ,]+(?:on )?{_DAY})?",
        rf"\bdeadline\b[^.\n]{{0,40}}?\b{_DAY}\b",
        rf"\b(?:by|before|no later than)\s+{_HOUR}(?:[ ,]+(?:on )?{_DAY})\b",
        rf"\b(?:by|before|no later than)\s+{_DAY}\b",
        r"\b(?:dyddiad cau|erbyn)\b[^.\n]{0,30}?\b(?:heddiw|yfory|hanner dydd|\d{1,2}(?:[:.]\d{2})?)\b",
    )
)
_LOOKED_AT = 5000  # characters; a deadline stands in the first lines or the last of a short mail


def stated_deadline(text: str) -> str:
    """ "deadline 5pm today", as the writer put it; "" where none is stated."""
    for pattern in _PATTERNS:
        if found := pattern.search(text[:_LOOKED_AT]):
            return " ".join(found.group(0).split())
    return ""
