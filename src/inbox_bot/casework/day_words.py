"""Days as people write them → a date. Pure: the words, today and the vocabulary come in."""

from __future__ import annotations

import datetime as dt
import re

from .vocabulary import Days


def day_in(words: str, today: dt.date, days: Days) -> dt.date | None:
    """ "Friday", "next Tuesday", "yfory", "12 March", "12/03/2027", "2027-03-12" → the day, ahead of `today`.

    None where no day is named, or one that the calendar does not have.
    """
    low = re.sub(r"[,.\s]+", " ", words.lower())
    low = re.sub(rf"\b(\d{{1,2}})(?:{days.ordinal})\b", r"\1", low)
    if match := re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", low):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.search(r"\b(\d{1,2})/(\d{1,2})/(\d{2,4})\b", low):
        return _date(int(match[3]) % 100 + 2000, int(match[2]), int(match[1]))
    for number, month in enumerate(days.months, 1):
        for pattern in (rf"\b(?P<d>\d{{1,2}})(?: (?:{days.of}))? (?:{month})(?: (?P<y>\d{{4}}))?\b",
                        rf"\b(?:{month}) (?P<d>\d{{1,2}})(?: (?P<y>\d{{4}}))?\b"):  # fmt: skip
            if match := re.search(pattern, low):
                return _day_of_month(match, number, today)
    if re.search(rf"\b(?:{days.tomorrow})\b", low):
        return today + dt.timedelta(days=1)
    for weekday, name in enumerate(days.weekdays):
        if re.search(rf"\b(?:{name})\b", low):
            ahead = (weekday - today.weekday() - 1) % 7 + 1  # 1..7: never today
            follows = re.search(rf"\b(?:{days.next})\b", low) and ahead + today.weekday() < 7
            return today + dt.timedelta(days=ahead + (7 if follows else 0))
    if re.search(rf"\b(?:{days.next_week})\b", low):
        return today + dt.timedelta(days=7 - today.weekday())
    if match := re.search(rf"\b(\d{{1,2}}) (?:(?P<week>{days.week})|{days.day})\b", low):
        return today + dt.timedelta(days=int(match[1]) * (7 if match["week"] else 1))
    return None


def until_in(text: str, today: dt.date, days: Days) -> dt.date | None:
    """The day after "until" (or "Until:", "tan") somewhere in a button's mail."""
    match = re.search(rf"\b(?:{days.until})\b:?\s*([^\n;]{{1,40}})", text, re.I)
    return day_in(match[1], today, days) if match else None


def _day_of_month(match: re.Match[str], month: int, today: dt.date) -> dt.date | None:
    """Without a year: this year's, or next year's where this year's has passed."""
    number = int(match["d"])
    if match["y"]:
        return _date(int(match["y"]), month, number)
    day = _date(today.year, month, number)
    return day if day is None or day >= today else _date(today.year + 1, month, number)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
