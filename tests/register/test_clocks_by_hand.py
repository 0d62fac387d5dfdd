"""The deadline calculators against an independent count, day by day, over 2012–2032.

Nothing below imports the service's calendars or the `holidays` library: the holidays are written out from
the Banking and Financial Dealings Act 1971 and the proclamations of those years, and days are counted one
by one in the plainest way.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.easter import easter
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.calendar.timetable import timetable
from inbox_bot.calendar.workdays import Calendar, Kind, OfficeHours
from inbox_bot.register.clocks.information import eir, foia, internal_review
from inbox_bot.register.clocks.subject_access import subject_access
from inbox_bot.register.clocks.target import target

ONE = timedelta(days=1)
YEARS = range(2011, 2035)  # a margin on both sides of what is asked for


def first_monday(year: int, month: int) -> date:
    day = date(year, month, 1)
    return day + (7 - day.weekday()) % 7 * ONE


def last_monday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - day.weekday() * ONE


def holidays_by_hand() -> dict[str, set[date]]:
    """Days off by part: "ew", "sct", "ni". A holiday on a weekend is given on the next free weekday."""
    found: dict[str, set[date]] = {"ew": set(), "sct": set(), "ni": set()}

    def give(parts: str, day: date) -> None:
        for part in parts.split():
            moved = day
            while moved.weekday() >= 5 or moved in found[part]:
                moved += ONE
            found[part].add(moved)

    for year in YEARS:
        give("ew sct ni", date(year, 1, 1))
        give("sct", date(year, 1, 2))
        give("ni", date(year, 3, 17))
        give("ew sct ni", easter(year) - 2 * ONE)
        give("ew ni", easter(year) + ONE)
        give("ew sct ni", date(2020, 5, 8) if year == 2020 else first_monday(year, 5))  # VE Day
        spring = {2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}  # moved for jubilees
        give("ew sct ni", spring.get(year, last_monday(year, 5)))
        give("ni", date(year, 7, 12))
        give("sct", first_monday(year, 8))
        give("ew ni", last_monday(year, 8))
        give("sct", date(year, 11, 30))
        give("ew sct ni", date(year, 12, 25))
        give("ew sct ni", date(year, 12, 26))
    give("ew sct ni", date(2011, 4, 29))  # royal wedding
    give("ew sct ni", date(2012, 6, 5))  # Diamond Jubilee
    give("ew sct ni", date(2022, 6, 3))  # Platinum Jubilee
    give("ew sct ni", date(2022, 9, 19))  # State Funeral
    give("ew sct ni", date(2023, 5, 8))  # Coronation
    give("sct", date(2026, 6, 15))  # World Cup
    return found


BY_HAND = holidays_by_hand()
ENGLAND_AND_WALES = BY_HAND["ew"]
ANY_PART = BY_HAND["ew"] | BY_HAND["sct"] | BY_HAND["ni"]
ELECTION = ENGLAND_AND_WALES | {date(year, 12, 24) for year in YEARS}

FOIA = Calendar(kind=Kind.FOIA)
PUBLIC = Calendar(kind=Kind.PUBLIC)
HOURS = OfficeHours()
DAYS = st.dates(date(2012, 1, 1), date(2032, 12, 31))


def nth(
    start: date, n: int, off: set[date], paused: tuple[date, date] | None = None, step: timedelta = ONE
) -> date:
    """The nth day from `start` that is neither a weekend, nor off, nor within the pause."""
    day = start
    while n > 0:
        day = day + step
        if day.weekday() in (5, 6) or day in off:
            continue
        if paused and paused[0] <= day <= paused[1]:
            continue
        n = n - 1
    return day


@pytest.mark.parametrize(
    ("kind", "off"),
    [
        (Kind.OFFICE, ENGLAND_AND_WALES),
        (Kind.PUBLIC, ENGLAND_AND_WALES),
        (Kind.FOIA, ANY_PART),
        (Kind.EIR, ANY_PART),
        (Kind.ELECTION, ELECTION),
    ],
)
def test_every_day_of_twenty_one_years_is_working_or_not_as_by_hand(kind: Kind, off: set[date]) -> None:
    calendar = Calendar(kind=kind)
    day = date(2012, 1, 1)
    while day <= date(2032, 12, 31):
        assert calendar.is_working(day) is (day.weekday() < 5 and day not in off), day
        day += ONE


@given(received=DAYS)
@settings(max_examples=200, deadline=None)
def test_information_requests_and_reviews(received: date) -> None:
    assert foia(received, FOIA).due_on == nth(received, 20, ANY_PART)
    assert eir(received, FOIA).due_on == nth(received, 20, ANY_PART)
    assert eir(received, FOIA, extended=True).due_on == nth(received, 40, ANY_PART)
    assert internal_review(received, FOIA).due_on == nth(received, 20, ANY_PART)


@given(received=DAYS, sought=st.integers(0, 25), supplied=st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_a_clarification_restarts(received: date, sought: int, supplied: int) -> None:
    asked = received + sought * ONE
    came = asked + supplied * ONE
    found = foia(received, FOIA, clarification_sought_on=asked, clarification_received_on=came)
    assert found.due_on == nth(came, 20, ANY_PART)
    assert found.started_on == came
    assert not found.waiting


@given(received=DAYS, given_after=st.integers(0, 25), paid_after=st.integers(0, 90))
@settings(max_examples=200, deadline=None)
def test_a_fees_notice_pauses(received: date, given_after: int, paid_after: int) -> None:
    noticed = received + given_after * ONE
    paid = noticed + paid_after * ONE
    found = foia(received, FOIA, fees_notice_on=noticed, fees_paid_on=paid)
    assert found.due_on == nth(received, 20, ANY_PART, (noticed, paid))
    assert len(found.counted_days) == found.counted == 20
    assert (found.due_on - received).days == 20 + len(found.skipped)


@given(received=DAYS, further=st.integers(1, 90))
@settings(max_examples=100, deadline=None)
def test_an_extension_counts_its_days_as_by_hand(received: date, further: int) -> None:
    base = nth(received, 20, ANY_PART)
    found = foia(received, FOIA, extended_to=base + further * ONE)
    assert found.due_on == base + further * ONE
    by_hand = [received + n * ONE for n in range(1, (found.due_on - received).days + 1)]
    assert list(found.counted_days) == [d for d in by_hand if d.weekday() < 5 and d not in ANY_PART]
    assert found.counted == len(found.counted_days)


@given(received=DAYS, extended=st.booleans())
@settings(max_examples=200, deadline=None)
def test_subject_access(received: date, extended: bool) -> None:
    month, year = received.month, received.year
    for _ in range(3 if extended else 1):
        month, year = (1, year + 1) if month == 12 else (month + 1, year)
    day = received.day
    while True:  # 31 February, 30 February, 29 February … until such a day exists
        try:
            due = date(year, month, day)
            break
        except ValueError:
            day -= 1
    while due.weekday() >= 5 or due in ENGLAND_AND_WALES:
        due += ONE
    assert subject_access(received, PUBLIC, extended=extended).due_on == due


@given(day=DAYS, minutes=st.integers(0, 24 * 60 - 1), n=st.integers(0, 10))
@settings(max_examples=200, deadline=None)
def test_targets(day: date, minutes: int, n: int) -> None:
    # In winter London keeps UTC, so that wall clock and UTC are the same without any library's help.
    winter = day.replace(month=1 if day.month > 6 else 2, day=min(day.day, 28))
    arrived = datetime.combine(winter, time(), UTC) + timedelta(minutes=minutes)
    start = winter if minutes < 17 * 60 else winter + ONE
    while start.weekday() >= 5 or start in ENGLAND_AND_WALES:
        start += ONE
    assert target("public", arrived, n, HOURS).due_on == nth(start, n, ENGLAND_AND_WALES)


@given(poll=st.dates(date(2012, 3, 1), date(2032, 12, 31)))
@settings(max_examples=150, deadline=None)
def test_the_timetable_of_any_poll(poll: date) -> None:
    table = timetable("pcc", poll)
    expected = {
        "notice_of_election": 25,
        "close_of_nominations": 19,
        "statement_of_persons_nominated": 18,
        "registration_deadline": 12,
        "postal_vote_deadline": 11,
        "proxy_vote_deadline": 6,
    }
    found = {key: table[key].day for key in expected}
    assert found == {key: nth(poll, n, ELECTION, step=-ONE) for key, n in expected.items()}
    assert table["taking_of_office"].day == poll + 7 * ONE
