"""The dates of one election, each with its rule and the days skipped, and the phase on a day.

Derived dates are the law's latest days. What the returning officer (PARO) decides overrides them, and every
date says which of the two it is. Working days are those of `workdays.Kind.ELECTION`. The counts are our own:
`uk-election-timetables` puts the close of nominations for a commissioner one working day late.

    PCC, PFCC   PCC Elections Order 2012 (SI 2012/1917), Sch. 3 rr. 1–2 as amended in 2014; a PFCC is a
                commissioner with fire functions (Policing and Crime Act 2017) and is elected in the same way
    mayor       Combined Authorities (Mayoral Elections) Order 2017 (SI 2017/67), Sch. 1 rr. 3–4

The calendar file (.ics) is made by `ics.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import ConfigError
from .bankholidays import NO_CHANGES, HolidayChanges
from .words import long_date, skipped_text
from .workdays import Calendar, Kind, Skipped

LONDON = ZoneInfo("Europe/London")
DERIVED = "derived"
SET_BY_PARO = "set by the PARO"
SET_BY_OFFICE = "set by the office"

# Elections Act 2022: photographic identity, and so the free certificate, from the polls of this day on.
_FIRST_POLL_WITH_VOTER_ID = date(2023, 5, 4)


class Phase(StrEnum):
    """Where the election stands; acknowledgements differ by it."""

    BEFORE_NOTICE = "before_notice"
    PRE_ELECTION_PERIOD = "pre_election_period"  # from the notice of election (R24)
    AFTER_CLOSE_OF_NOMINATIONS = "after_close_of_nominations"  # still within the pre-election period
    POLLING_DAY = "polling_day"
    AFTER = "after"

    @property
    def in_pre_election_period(self) -> bool:
        return self in {Phase.PRE_ELECTION_PERIOD, Phase.AFTER_CLOSE_OF_NOMINATIONS, Phase.POLLING_DAY}


@dataclass(frozen=True, kw_only=True)
class KeyDate:
    """One line of the timetable. `when` is an aware datetime where an hour is fixed, else a date."""

    key: str
    title: str
    when: date | datetime
    rule: str = ""  # the provision, in words
    counted: int = 0  # days counted from the poll; 0 where nothing was counted
    unit: str = ""  # "working days before the poll", "days after the poll"
    skipped: Skipped = ()
    source: str = DERIVED
    place: str = ""
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        return self.when.astimezone(LONDON).date() if isinstance(self.when, datetime) else self.when

    @property
    def text(self) -> str:
        """ "Thursday 8 April 2027", with ", 16:00" where an hour is fixed."""
        hour = f", {self.when.astimezone(LONDON):%H:%M}" if isinstance(self.when, datetime) else ""
        return long_date(self.day) + hour


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """The election's dates in order of time."""

    election_type: str
    poll_date: date
    dates: tuple[KeyDate, ...]

    def get(self, key: str) -> KeyDate | None:
        return next((d for d in self.dates if d.key == key), None)

    def __getitem__(self, key: str) -> KeyDate:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the returning officer's own dates do that the law's latest days do not allow."""
        return tuple(f"{d.title}: {note}" for d in self.dates if d.source == SET_BY_PARO for note in d.notes)

    def phase(self, on: date | datetime) -> Phase:
        """The phase on a day, or at an aware moment.

        For a whole day the close of nominations counts from the day after it, for a moment from its hour.
        """
        exact = on.astimezone(LONDON) if isinstance(on, datetime) else None
        day = exact.date() if exact else on
        closes = self["close_of_nominations"]
        if day > self.poll_date:
            return Phase.AFTER
        if day == self.poll_date:
            return Phase.POLLING_DAY
        closed = day > closes.day
        if exact and isinstance(closes.when, datetime):
            closed = exact >= closes.when
        if closed:
            return Phase.AFTER_CLOSE_OF_NOMINATIONS
        if day >= self["pre_election_period_start"].day:
            return Phase.PRE_ELECTION_PERIOD
        return Phase.BEFORE_NOTICE


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A deadline counted back from the poll. `law` is by election type, "" for every type."""

    key: str
    title: str
    working_days: int
    law: Mapping[str, str]
    hour: time | None = None
    note: str = ""
    paro_may_set: bool = False

    def law_for(self, election_type: str) -> str:
        return self.law.get(election_type) or self.law[""]


_CONDUCT = {
    "": "Police and Crime Commissioner Elections Order 2012, Sch. 3 r. 1",
    "mayor": "Combined Authorities (Mayoral Elections) Order 2017, Sch. 1 r. 3",
}
_RULES = (
    _Rule(
        key="notice_of_election",
        title="Notice of election, latest day",
        working_days=25,
        law=_CONDUCT,
        paro_may_set=True,
    ),
    _Rule(
        key="close_of_nominations", title="Close of nominations", working_days=19, law=_CONDUCT, hour=time(16)
    ),
    _Rule(
        key="statement_of_persons_nominated",
        title="Statement of persons nominated, latest day",
        working_days=18,
        law=_CONDUCT,
        note="Published by 16:00.",
        paro_may_set=True,
    ),
    _Rule(
        key="registration_deadline",
        title="Last day to register to vote",
        working_days=12,
        law={"": "Representation of the People Act 1983, s.13B"},
        note="By midnight at the end of the day.",
    ),
    _Rule(
        key="postal_vote_deadline",
        title="Last day to apply for a postal vote, or to change one",
        working_days=11,
        law={"": "Representation of the People (England and Wales) Regulations 2001, reg. 56"},
        hour=time(17),
    ),
    _Rule(
        key="proxy_vote_deadline",
        title="Last day to apply for a proxy vote",
        working_days=6,
        law={"": "Representation of the People (England and Wales) Regulations 2001, reg. 56"},
        hour=time(17),
        note="An emergency proxy may be asked for until 17:00 on polling day.",
    ),
    _Rule(
        key="voter_authority_certificate_deadline",
        title="Last day to apply for a Voter Authority Certificate",
        working_days=6,
        law={"": "Voter Identification Regulations 2022"},
        hour=time(17),
    ),
)
ELECTION_TYPES = ("pcc", "pfcc", "mayor")


def timetable(
    election_type: str,
    poll_date: date,
    overrides: Mapping[str, Any] | None = None,
    *,
    changes: HolidayChanges = NO_CHANGES,
) -> Timetable:
    """The timetable of a poll.

    `overrides` are the `[election]` settings: a date or datetime by key (None: not set) and `events`, a list
    of mappings or objects with `title`, `date` and perhaps `place`. Raises ConfigError.
    """
    if election_type not in ELECTION_TYPES:
        raise ConfigError(f"election.type is one of {', '.join(ELECTION_TYPES)}, not {election_type!r}.")
    calendar = Calendar(kind=Kind.ELECTION, changes=changes)
    given = {k: v for k, v in (overrides or {}).items() if v is not None and k not in {"type", "poll_date"}}
    events: Sequence[Any] = given.pop("events", ())
    dates = [
        _derive(rule, election_type, poll_date, calendar)
        for rule in _RULES
        if rule.key != "voter_authority_certificate_deadline" or poll_date >= _FIRST_POLL_WITH_VOTER_ID
    ]
    dates += [_poll(election_type, poll_date), _taking_of_office(election_type, poll_date, calendar)]
    found = {d.key: _overridden(d, given.pop(d.key, None)) for d in dates}
    start = _period_start(found["notice_of_election"])
    found[start.key] = _overridden(start, given.pop(start.key, None))
    if given:
        raise ConfigError(
            f"election.{min(given)} is not a date of the timetable: use one of {', '.join(found)}."
        )
    found |= {d.key: d for d in (_event(number, event) for number, event in enumerate(events, 1))}
    ordered = sorted(found.values(), key=_order)
    return Timetable(election_type=election_type, poll_date=poll_date, dates=tuple(ordered))


def _order(key_date: KeyDate) -> tuple[date, time, int]:
    hour = key_date.when.astimezone(LONDON).time() if isinstance(key_date.when, datetime) else time(0)
    return key_date.day, hour, 1 if key_date.key == "pre_election_period_start" else 0


def _at(day: date, hour: time | None) -> date | datetime:
    return datetime.combine(day, hour, LONDON) if hour else day


def _derive(rule: _Rule, election_type: str, poll_date: date, calendar: Calendar) -> KeyDate:
    count = calendar.subtract(poll_date, rule.working_days)
    return KeyDate(
        key=rule.key,
        title=rule.title,
        when=_at(count.due, rule.hour),
        rule=rule.law_for(election_type),
        counted=count.counted,
        unit="working days before the poll",
        skipped=count.skipped,
        notes=(rule.note,) if rule.note else (),
    )


def _poll(election_type: str, poll_date: date) -> KeyDate:
    return KeyDate(
        key="poll",
        title="Polling day",
        when=poll_date,
        rule=_RULES[0].law_for(election_type),
        source="the [election] settings",
        notes=("Polling stations are open from 07:00 to 22:00.",),
    )


def _taking_of_office(election_type: str, poll_date: date, calendar: Calendar) -> KeyDate:
    """Calendar days, weekends and holidays included: the statutes say "day"."""
    if election_type == "mayor":
        days = 4
        law = "the area's own order under the Local Democracy, Economic Development and Construction Act 2009"
    else:
        days = 7
        law = "Police Reform and Social Responsibility Act 2011, s.50(7)"
    day = poll_date + timedelta(days=days)
    notes: tuple[str, ...] = ()
    if election_type == "mayor" and (why := calendar.why_not(day)):
        notes = (f"That day is {why}: some areas' orders then name the next working day; check yours.",)
    return KeyDate(
        key="taking_of_office",
        title="Taking of office",
        when=day,
        rule=law,
        counted=days,
        unit="days after the poll",
        notes=notes,
    )


def _period_start(notice: KeyDate) -> KeyDate:
    """R24: the pre-election period begins with the notice of election."""
    return KeyDate(
        key="pre_election_period_start",
        title="Pre-election period begins",
        when=notice.day,
        rule="from the notice of election to the poll, by the office's protocol",
        source=notice.source,
        notes=() if notice.source == SET_BY_PARO else ("At the latest: it begins with the notice itself.",),
    )


def _overridden(derived: KeyDate, value: object) -> KeyDate:
    """The date as set, keeping the rule; a day later than the law's latest is noted."""
    if value is None:
        return derived
    if not isinstance(value, date):
        raise ConfigError(f"election.{derived.key} must be a date such as 2027-03-31.")
    when: date | datetime = value
    if isinstance(value, datetime):
        when = value if value.tzinfo else value.replace(tzinfo=LONDON)
    elif isinstance(derived.when, datetime):
        when = _at(value, derived.when.astimezone(LONDON).time())
    title = derived.title.removesuffix(", latest day")
    fresh = replace(
        derived, title=title, when=when, source=SET_BY_PARO, counted=0, unit="", skipped=(), notes=()
    )
    latest = derived.unit == "working days before the poll" and fresh.day > derived.day
    late = f"set to {fresh.text}, later than the law's latest day, {derived.text} ({derived.rule})."
    return replace(fresh, notes=(late,) if latest else ())


def _event(number: int, event: Any) -> KeyDate:
    """An event of the settings: a briefing, a visit day, the pre-nomination brief (R14, R24)."""
    read = event.get if isinstance(event, Mapping) else lambda name, other="": getattr(event, name, other)
    title, when = read("title", ""), read("date", None)
    if not title or not isinstance(when, date):
        raise ConfigError(f"election.events: number {number} needs a title and a date.")
    if isinstance(when, datetime) and when.tzinfo is None:
        when = when.replace(tzinfo=LONDON)
    return KeyDate(
        key=f"event_{number}", title=title, when=when, source=SET_BY_OFFICE, place=read("place", "") or ""
    )


def render_text(table: Timetable) -> str:
    """The timetable for a terminal: one paragraph a date, with rule, source and days skipped."""
    lines = [f"Election timetable, poll on {table['poll'].text}", ""]
    for d in table.dates:
        lines.append(f"{d.text}  {d.title}" + (f" ({d.place})" if d.place else ""))
        if d.counted:
            lines.append(f"    {d.counted} {d.unit}: {d.rule}")
        elif d.rule:
            lines.append(f"    {d.rule}")
        lines.append(f"    Source: {d.source}")
        if d.skipped:
            lines.append(f"    Not counted: {skipped_text(d.skipped)}")
        lines += [f"    Note: {note}" for note in d.notes]
        lines.append("")
    return "\n".join(lines)
