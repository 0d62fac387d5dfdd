"""Holiday data: two sources agree, an office's changes apply, and its age is told."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import holidays
import pytest
from uk_election_timetables.calendars import Country, UnitedKingdomBankHolidays

from inbox_bot.calendar.bankholidays import (
    NO_CHANGES,
    Change,
    HolidayChanges,
    Part,
    bank_holidays,
    holiday_data,
    read_changes,
)
from inbox_bot.calendar.workdays import Calendar, Kind
from inbox_bot.errors import ConfigError
from inbox_bot.resources import config_dir


@pytest.mark.parametrize(
    ("part", "country"),
    [
        (Part.ENGLAND_AND_WALES, Country.ENGLAND),
        (Part.SCOTLAND, Country.SCOTLAND),
        (Part.NORTHERN_IRELAND, Country.NORTHERN_IRELAND),
    ],
)
def test_derived_holidays_are_those_that_gov_uk_published(part: Part, country: Country) -> None:
    listed = UnitedKingdomBankHolidays().from_country(country).exempted_dates()
    published = {date(m.year, m.month, m.day) for m in listed}
    years = range(2012, max(published).year + 1)
    ours = {day for year in years for day in bank_holidays(part, year)}
    # The library also lists a holiday on the weekend day that it was moved from; weekends never count.
    assert {d for d in ours if d.weekday() < 5} == {d for d in published if d.weekday() < 5}
    assert years.stop > 2027


def test_every_year_to_2032_has_the_permanent_holidays() -> None:
    for year in range(2012, 2033):
        assert len(bank_holidays(Part.ENGLAND_AND_WALES, year)) >= 8
        names = set(bank_holidays(Part.ENGLAND_AND_WALES, year).values())
        assert {"Good Friday", "Easter Monday", "Christmas Day"} <= names


def test_changes_are_read_and_applied_to_the_clocks_they_concern() -> None:
    changes = read_changes(
        tomllib.loads(
            """
            checked_on = 2026-11-01
            [[holiday]]
            date = 2029-06-05
            name = "Jubilee"
            parts = ["scotland"]
            [[cancelled]]
            date = 2029-05-28
            name = "Spring bank holiday, moved"
            [[mourning]]
            date = 2029-02-14
            name = "Day of mourning"
            [[closure]]
            date = 2029-03-01
            name = "Office move"
            """
        )
    )
    closed = {
        day: [kind.value for kind in Kind if not Calendar(kind=kind, changes=changes).is_working(day)]
        for day in (date(2029, 6, 5), date(2029, 5, 28), date(2029, 2, 14), date(2029, 3, 1))
    }
    assert closed == {
        date(2029, 6, 5): ["foia", "eir"],  # a holiday in one part is enough for FOIA
        date(2029, 5, 28): [],
        date(2029, 2, 14): ["election"],
        date(2029, 3, 1): ["office"],  # a closure stops no statutory clock
    }
    assert Calendar(kind=Kind.FOIA, changes=changes).why_not(date(2029, 6, 5)) == "Jubilee in Scotland"
    assert Calendar(kind=Kind.OFFICE, changes=changes).why_not(date(2029, 3, 1)) == "Office move"


def test_a_holiday_cancelled_in_one_part_stays_in_the_others() -> None:
    day = date(2027, 3, 29)
    changes = HolidayChanges(cancelled=(Change(day=day, name="", parts=(Part.NORTHERN_IRELAND,)),))
    assert Calendar(kind=Kind.FOIA, changes=changes).why_not(day) == "Easter Monday in England and Wales"


@pytest.mark.parametrize(
    "text",
    [
        "[[holidays]]\ndate = 2029-06-05\nname = 'x'",
        "[[holiday]]\nname = 'x'",
        "[[holiday]]\ndate = 2029-06-05",
        "[[holiday]]\ndate = '2029-06-05'\nname = 'x'",
        "[[holiday]]\ndate = 2029-06-05\nname = 'x'\nparts = ['england']",
        "[[holiday]]\ndate = 2029-06-05\nname = 'x'\npart = 'scotland'",
        "checked_on = 'today'",
    ],
)
def test_a_mistake_in_the_file_is_one_clear_line(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^holidays\.toml: [^\n]+$"):
        read_changes(tomllib.loads(text))


def test_the_shipped_file_changes_nothing_but_says_how_old_the_data_is() -> None:
    shipped = read_changes(tomllib.loads((config_dir() / "holidays.toml").read_text(encoding="utf-8")))
    assert shipped == HolidayChanges(data_of=shipped.data_of)
    assert shipped.data_of is not None  # and no checked_on: only an office can say that it has compared


def test_the_age_of_the_data_is_told() -> None:
    checked = HolidayChanges(checked_on=date(2026, 11, 1))
    fresh = holiday_data(date(2027, 1, 30), checked, needed_until=date(2027, 5, 13))
    assert (fresh.ok, fresh.age_days) == (True, 90)  # 29 in November + 31 + 30
    assert holidays.__version__ in fresh.sentence
    assert not holiday_data(date(2027, 1, 31), checked).ok  # the 91st day
    assert not holiday_data(date(2027, 1, 30), NO_CHANGES).ok
    shipped = holiday_data(date(2027, 1, 30), HolidayChanges(data_of=date(2026, 11, 1)))
    assert (shipped.ok, shipped.age_days) == (True, 90)
    assert "not compared with gov.uk here" in shipped.sentence
    beyond = holiday_data(date(2027, 1, 30), checked, needed_until=fresh.published_until + timedelta(days=1))
    assert beyond.problems == (
        f"Holidays after {fresh.published_until.year} are derived by rule, not yet confirmed: "
        "update holidays and uk-election-timetables.",
    )
