"""Which days each clock counts, and the office's hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.calendar.bankholidays import Change, HolidayChanges
from inbox_bot.calendar.workdays import Calendar, Kind, OfficeHours

LONDON = ZoneInfo("Europe/London")
OFFICE = Calendar(kind=Kind.OFFICE)
FOIA = Calendar(kind=Kind.FOIA)
ELECTION = Calendar(kind=Kind.ELECTION)
DAYS = st.dates(date(2012, 1, 1), date(2032, 12, 31))


def london(*args: int) -> datetime:
    return datetime(*args, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("day", "office", "foia", "election"),
    [
        (date(2026, 1, 2), "", "New Year Holiday in Scotland", ""),
        (date(2026, 3, 17), "", "Saint Patrick's Day in Northern Ireland", ""),
        (date(2026, 7, 13), "", "Battle of the Boyne (substitute day) in Northern Ireland", ""),
        (date(2026, 8, 3), "", "Summer Bank Holiday in Scotland", ""),
        (date(2026, 11, 30), "", "Saint Andrew's Day in Scotland", ""),
        (date(2026, 12, 24), "", "", "Christmas Eve"),
        (date(2026, 12, 25), "Christmas Day", "Christmas Day", "Christmas Day"),
        (date(2027, 3, 25), "", "", ""),  # Maundy Thursday: Electoral Administration Act 2006, s.20
        (date(2027, 3, 26), "Good Friday", "Good Friday", "Good Friday"),
        (
            date(2027, 3, 29),
            "Easter Monday",
            "Easter Monday in England and Wales and Northern Ireland",
            "Easter Monday",
        ),
        (date(2027, 5, 3), "May Day", "May Day", "May Day"),
        (date(2022, 9, 19), *["State Funeral of Queen Elizabeth II"] * 3),
        (date(2027, 4, 10), "Saturday", "Saturday", "Saturday"),
        (date(2027, 4, 12), "", "", ""),
    ],
)
def test_why_not_names_the_reason(day: date, office: str, foia: str, election: str) -> None:
    assert (OFFICE.why_not(day), FOIA.why_not(day), ELECTION.why_not(day)) == (office, foia, election)
    assert Calendar(kind=Kind.EIR).why_not(day) == foia
    assert Calendar(kind=Kind.PUBLIC).why_not(day) == office


def test_add_counts_from_the_day_after_and_shows_what_it_skipped() -> None:
    # Thu 25 March 2027; 26 Good Friday, 27–28 weekend, 29 Easter Monday; 30 is 1, 31 is 2, 1 April is 3.
    count = OFFICE.add(date(2027, 3, 25), 3)
    assert (count.due, count.counted) == (date(2027, 4, 1), 3)
    assert count.skipped == (
        (date(2027, 3, 26), "Good Friday"),
        (date(2027, 3, 27), "Saturday"),
        (date(2027, 3, 28), "Sunday"),
        (date(2027, 3, 29), "Easter Monday"),
    )


def test_subtract_mirrors_add() -> None:
    count = OFFICE.subtract(date(2027, 4, 1), 3)  # 31 March is 1, 30 is 2, 25 is 3
    assert count.due == date(2027, 3, 25)
    assert [day for day, _ in count.skipped] == [date(2027, 3, d) for d in (26, 27, 28, 29)]


def test_between_counts_either_way() -> None:
    start, end = date(2027, 3, 25), date(2027, 4, 1)
    assert (OFFICE.between(start, end), OFFICE.between(end, start), OFFICE.between(end, end)) == (3, -3, 0)


def test_a_negative_count_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="never negative"):
        OFFICE.add(date(2027, 4, 1), -1)


@given(start=DAYS, n=st.integers(0, 45), kind=st.sampled_from(Kind))
@settings(max_examples=150, deadline=None)
def test_every_day_is_either_counted_or_skipped(start: date, n: int, kind: Kind) -> None:
    calendar = Calendar(kind=kind)
    count = calendar.add(start, n)
    assert (count.due - start).days == n + len(count.skipped)
    assert calendar.between(start, count.due) == n
    assert n == 0 or calendar.is_working(count.due)
    assert all(reason == calendar.why_not(day) != "" for day, reason in count.skipped)


@given(start=DAYS, n=st.integers(1, 45), kind=st.sampled_from(Kind))
@settings(max_examples=150, deadline=None)
def test_subtracting_what_was_added_comes_back(start: date, n: int, kind: Kind) -> None:
    calendar = Calendar(kind=kind)
    start = calendar.on_or_after(start)
    assert calendar.subtract(calendar.add(start, n).due, n).due == start


# --- office hours -------------------------------------------------------------------------------------

HOURS = OfficeHours()


@pytest.mark.parametrize(
    ("arrived", "day", "effective"),
    [
        (london(2027, 3, 5, 23, 0), date(2027, 3, 5), date(2027, 3, 8)),  # Friday night: Monday
        (london(2027, 3, 5, 16, 59), date(2027, 3, 5), date(2027, 3, 5)),
        (london(2027, 3, 5, 17, 0), date(2027, 3, 5), date(2027, 3, 8)),
        (london(2027, 3, 8, 6, 0), date(2027, 3, 8), date(2027, 3, 8)),  # before opening: the same day
        (london(2027, 3, 7, 12, 0), date(2027, 3, 7), date(2027, 3, 8)),  # Sunday
        (london(2027, 3, 25, 18, 0), date(2027, 3, 25), date(2027, 3, 30)),  # before Easter
        # 23:30 UTC on 31 May is 00:30 on 1 June in London: summer time moves the calendar day.
        (datetime(2026, 5, 31, 23, 30, tzinfo=UTC), date(2026, 6, 1), date(2026, 6, 1)),
        (datetime(2026, 1, 14, 23, 30, tzinfo=UTC), date(2026, 1, 14), date(2026, 1, 15)),
    ],
)
def test_the_day_of_receipt_for_law_and_for_targets(arrived: datetime, day: date, effective: date) -> None:
    assert (HOURS.received_day(arrived), HOURS.effective_receipt(arrived)) == (day, effective)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (london(2027, 3, 8, 10, 0), london(2027, 3, 8, 12, 30), 2.5),
        (london(2027, 3, 5, 16, 0), london(2027, 3, 8, 10, 0), 2.0),  # 1 on Friday, 1 on Monday
        (london(2027, 3, 5, 23, 0), london(2027, 3, 8, 9, 0), 0.0),
        (london(2027, 3, 25, 9, 0), london(2027, 3, 30, 17, 0), 16.0),  # Easter between: two days of 8
        (london(2027, 3, 8, 12, 0), london(2027, 3, 8, 11, 0), 0.0),
        # The clocks go forward on Sunday 28 March 2027; office days keep their eight hours.
        (datetime(2027, 3, 25, 16, 0, tzinfo=UTC), datetime(2027, 3, 30, 8, 30, tzinfo=UTC), 1.5),
    ],
)
def test_working_hours_between(start: datetime, end: datetime, expected: float) -> None:
    assert HOURS.working_hours_between(start, end) == expected


MINUTES = st.integers(0, 365 * 24 * 60).map(lambda n: datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(st.lists(MINUTES, min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_working_hours_add_up(moments: list[datetime]) -> None:
    a, b, c = sorted(moments)
    whole = HOURS.working_hours_between(a, c)
    assert whole == pytest.approx(HOURS.working_hours_between(a, b) + HOURS.working_hours_between(b, c))


def test_hours_and_closures_are_the_offices_own() -> None:
    shut = HolidayChanges(closures=(Change(day=date(2027, 3, 8), name="Office closed"),))
    hours = OfficeHours(start=time(8, 30), end=time(16), calendar=Calendar(kind=Kind.OFFICE, changes=shut))
    assert hours.effective_receipt(london(2027, 3, 5, 16, 0)) == date(2027, 3, 9)
    assert hours.working_hours_between(london(2027, 3, 5, 15, 0), london(2027, 3, 9, 9, 0)) == 1.5


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        HOURS.received_day(datetime(2027, 3, 8, 10, 0))  # noqa: DTZ001  # naive on purpose


def test_hours_must_start_before_they_end() -> None:
    with pytest.raises(ValueError, match="start before"):
        OfficeHours(start=time(17), end=time(9))
