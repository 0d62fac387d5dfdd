"""Days in plain words, for timetables and for deadlines that explain themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from .workdays import Skipped

_WEEKEND = frozenset({"Saturday", "Sunday"})  # reasons given by `Calendar.why_not`


def long_date(day: date) -> str:
    """ "Thursday 8 April 2027"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """ "8 April 2027"."""
    return f"{day.day} {day:%B %Y}"


def runs(days: Sequence[date]) -> str:
    """Days as people write them: "6–9, 12 and 13 April 2027"; "" for none."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1) and day.month == spans[-1][1].month:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    out: list[str] = []
    for index, (first, last) in enumerate(spans):
        text = str(first.day) if first == last else f"{first.day}–{last.day}"
        following = spans[index + 1][0] if index + 1 < len(spans) else None
        if following is None or following.year != last.year:
            text += f" {last:%B %Y}"
        elif following.month != last.month:
            text += f" {last:%B}"
        out.append(text)
    return " and ".join([", ".join(out[:-1]), out[-1]] if len(out) > 1 else out)


def skipped_text(skipped: Skipped) -> str:
    """The days left out, weekends together, holidays by name; "" for none."""
    by_reason: dict[str, list[date]] = {}
    for day, reason in skipped:
        by_reason.setdefault("" if reason in _WEEKEND else reason, []).append(day)
    weekends = by_reason.pop("", [])
    named = [f"{runs(days)} ({reason})" for reason, days in by_reason.items()]
    return "; ".join(([f"weekends {runs(weekends)}"] if weekends else []) + named)
