"""Working days and office hours: which days a clock counts, and why it skips the others.

One calendar a kind of clock, because the law names different days for each:

    office     Monday–Friday without the bank holidays of England and Wales and the office's own closures
    public     the same without the closures (a public holiday in the sense of Regulation 1182/71, art. 3)
    foia, eir  FOIA s.10(6): not Saturday, Sunday, Christmas Day, Good Friday or a bank holiday in *any*
               part of the United Kingdom; EIR reg. 2(1) takes the same meaning
    election   PCC Elections Order 2012, Sch. 3 r. 2: not Saturday, Sunday, Christmas Eve, Christmas Day,
               Good Friday, a bank holiday in England and Wales, or a day of public thanksgiving or mourning

Dates are calendar dates in the office's time zone; moments are aware datetimes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from .bankholidays import NO_CHANGES, Change, HolidayChanges, Part, bank_holidays

_DAY = timedelta(days=1)
_SATURDAY = 5  # date.weekday()


class Kind(StrEnum):
    """The kinds of calendar; see the module's docstring for the law of each."""

    OFFICE = "office"
    PUBLIC = "public"
    FOIA = "foia"
    EIR = "eir"
    ELECTION = "election"


_PARTS: dict[Kind, tuple[Part, ...]] = {
    Kind.OFFICE: (Part.ENGLAND_AND_WALES,),
    Kind.PUBLIC: (Part.ENGLAND_AND_WALES,),
    Kind.FOIA: tuple(Part),
    Kind.EIR: tuple(Part),
    Kind.ELECTION: (Part.ENGLAND_AND_WALES,),
}

Skipped = tuple[tuple[date, str], ...]  # (day, reason), in the order of the calendar


@dataclass(frozen=True, kw_only=True)
class Count:
    """The result of counting working days, with its working."""

    due: date
    started_on: date  # not itself counted
    counted: int
    skipped: Skipped = ()


@lru_cache(maxsize=512)
def _days_off(kind: Kind, changes: HolidayChanges, year: int) -> Mapping[date, str]:
    """Every named day of a year on which this clock stands still; weekends are left to the caller."""
    by_part = {part: bank_holidays(part, year, changes) for part in _PARTS[kind]}
    found: dict[date, str] = {}
    for day in sorted({day for days in by_part.values() for day in days}):
        where = [part for part, days in by_part.items() if day in days]
        names = list(dict.fromkeys(by_part[part][day] for part in where))
        everywhere = len(where) == len(by_part)
        found[day] = "; ".join(names) + ("" if everywhere else " in " + " and ".join(p.label for p in where))
    extra: tuple[Change, ...] = ()
    if kind is Kind.OFFICE:
        extra = changes.closures
    elif kind is Kind.ELECTION:
        extra = tuple(c for c in changes.mourning if c.applies_to(Part.ENGLAND_AND_WALES))
        found.setdefault(date(year, 12, 24), "Christmas Eve")
    for change in extra:
        if change.day.year == year:
            found.setdefault(change.day, change.name)
    return found


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The working days of one kind of clock."""

    kind: Kind
    changes: HolidayChanges = NO_CHANGES

    def why_not(self, day: date) -> str:
        """Why a day is not a working day, "" where it is one."""
        named = _days_off(self.kind, self.changes, day.year).get(day, "")
        return named or (f"{day:%A}" if day.weekday() >= _SATURDAY else "")

    def is_working(self, day: date) -> bool:
        return not self.why_not(day)

    def add(self, start: date, n: int) -> Count:
        """The nth working day after `start`, which is not counted; 0 is `start` itself."""
        return self._walk(start, n, _DAY)

    def subtract(self, end: date, n: int) -> Count:
        """The nth working day before `end`, which is not counted; 0 is `end` itself."""
        return self._walk(end, n, -_DAY)

    def on_or_after(self, day: date) -> date:
        """The day itself where it is a working day, else the next one."""
        while not self.is_working(day):
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The day itself where it is a working day, else the last one before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where `end` comes first."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(day) for day in days_after(start, end))

    def _walk(self, start: date, n: int, step: timedelta) -> Count:
        if n < 0:
            raise ValueError("a count of working days is never negative: use add or subtract")
        day, left = start, n
        skipped: list[tuple[date, str]] = []
        while left:
            day += step
            if reason := self.why_not(day):
                skipped.append((day, reason))
            else:
                left -= 1
        return Count(due=day, started_on=start, counted=n, skipped=tuple(sorted(skipped)))


def days_after(start: date, end: date) -> Iterator[date]:
    """Every calendar day after `start` up to and including `end`."""
    for number in range(1, (end - start).days + 1):
        yield start + timedelta(days=number)


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """When the office is at work: on the working days of `calendar`, from `start` until before `end`.

    A statutory clock takes the calendar day of arrival (`received_day`); the office's own targets and the
    fairness figures take the hours at which somebody could have read the mail.
    """

    start: time = time(9)
    end: time = time(17)
    timezone: str = "Europe/London"
    calendar: Calendar = Calendar(kind=Kind.OFFICE)

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError("office hours must start before they end")

    def local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return moment.astimezone(ZoneInfo(self.timezone))

    def received_day(self, moment: datetime) -> date:
        """The calendar day on which mail arrived, whatever the hour, even a Sunday (FOIA s.10(1))."""
        return self.local(moment).date()

    def effective_receipt(self, moment: datetime) -> date:
        """The day from which a target counts: mail after hours belongs to the next working day."""
        local = self.local(moment)
        if local.time() >= self.end:
            return self.calendar.on_or_after(local.date() + _DAY)
        return self.calendar.on_or_after(local.date())

    def is_open(self, moment: datetime) -> bool:
        local = self.local(moment)
        return self.calendar.is_working(local.date()) and self.start <= local.time() < self.end

    def opens(self, day: date) -> datetime:
        """When the office opens on a day, in UTC; whether it opens at all is the calendar's matter."""
        return datetime.combine(day, self.start, ZoneInfo(self.timezone)).astimezone(UTC)

    def closes(self, day: date) -> datetime:
        return datetime.combine(day, self.end, ZoneInfo(self.timezone)).astimezone(UTC)

    def working_hours_between(self, start: datetime, end: datetime) -> float:
        """Office hours from one moment to another, 0.0 where `end` is not later."""
        first, last = self.local(start), self.local(end)
        seconds = 0.0
        day = first.date()
        while day <= last.date():
            if self.calendar.is_working(day):
                # In UTC, because subtraction within one zone ignores a change of the clocks.
                begin = max(self.opens(day), first.astimezone(UTC))
                finish = min(self.closes(day), last.astimezone(UTC))
                seconds += max(0.0, (finish - begin).total_seconds())
            day += _DAY
        return seconds / 3600
