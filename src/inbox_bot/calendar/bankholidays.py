"""Bank holidays of the three jurisdictions, and what an office adds to or strikes from them.

The dates come from the `holidays` library, which derives them by rule and knows the proclaimed ones up to
its own release. An office's `config/holidays.toml` carries what was proclaimed since, days of public
thanksgiving or mourning, and the days on which the office itself is shut. `HolidayData` tells how old all
of this is. Which days count for which clock is `workdays.py`'s matter.

Source of the rules: Banking and Financial Dealings Act 1971, s.1 and Sch. 1, and proclamations under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import holidays
from uk_election_timetables.calendars import Country, UnitedKingdomBankHolidays

from ..errors import ConfigError


class Part(StrEnum):
    """The three lists of bank holidays, under the names that gov.uk gives them."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"

    @property
    def label(self) -> str:
        return {
            Part.ENGLAND_AND_WALES: "England and Wales",
            Part.SCOTLAND: "Scotland",
            Part.NORTHERN_IRELAND: "Northern Ireland",
        }[self]


# `holidays.UK()` without a subdivision leaves out Easter Monday, so every part is asked for by name.
_SUBDIVISIONS: dict[Part, tuple[str, ...]] = {
    Part.ENGLAND_AND_WALES: ("ENG", "WLS"),
    Part.SCOTLAND: ("SCT",),
    Part.NORTHERN_IRELAND: ("NIR",),
}
_COUNTRIES = {
    Part.ENGLAND_AND_WALES: Country.ENGLAND,
    Part.SCOTLAND: Country.SCOTLAND,
    Part.NORTHERN_IRELAND: Country.NORTHERN_IRELAND,
}
_PUBLISHED = UnitedKingdomBankHolidays()  # gov.uk's own list, as shipped with uk-election-timetables

# Holiday data should have been compared with gov.uk within this time; proclamations give months of notice,
# the State Funeral of 2022 gave nine days.
STALE_AFTER_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of `config/holidays.toml`. `parts` empty means the whole United Kingdom."""

    day: date
    name: str
    parts: tuple[Part, ...] = ()

    def applies_to(self, part: Part) -> bool:
        return not self.parts or part in self.parts


@dataclass(frozen=True, kw_only=True)
class HolidayChanges:
    """What an office's file adds to the library's holidays. Hashable, so that calendars can be compared."""

    proclaimed: tuple[Change, ...] = ()  # bank holidays that the library does not know yet
    cancelled: tuple[Change, ...] = ()  # bank holidays moved or struck out
    mourning: tuple[Change, ...] = ()  # public thanksgiving or mourning: stop the election timetable only
    closures: tuple[Change, ...] = ()  # the office is shut: no statutory clock stops
    checked_on: date | None = None  # when the office last compared the data with gov.uk's list
    data_of: date | None = None  # how old the libraries' own data is; the shipped file says it


NO_CHANGES = HolidayChanges()

_TABLES = {"holiday": "proclaimed", "cancelled": "cancelled", "mourning": "mourning", "closure": "closures"}


def read_changes(data: Mapping[str, Any]) -> HolidayChanges:
    """The parsed `holidays.toml` as values.

    Shape: `checked_on`, `data_of` and any of the lists of tables `holiday`, `cancelled`, `mourning`,
    `closure`, each with `date`, `name` and, if not for the whole United Kingdom, `parts`. Raises ConfigError.
    """
    unknown = sorted(set(data) - set(_TABLES) - {"checked_on", "data_of"})
    if unknown:
        known = ", ".join([*_TABLES, "checked_on"])
        raise ConfigError(f"holidays.toml: {unknown[0]!r} is not known: use one of {known}.")
    for key in ("checked_on", "data_of"):
        if key in data and type(data[key]) is not date:
            raise ConfigError(f"holidays.toml: {key} must be a date such as 2026-11-21.")
    found = {
        ours: tuple(_change(table, row) for row in data.get(table, ())) for table, ours in _TABLES.items()
    }
    return HolidayChanges(checked_on=data.get("checked_on"), data_of=data.get("data_of"), **found)


def _change(table: str, row: object) -> Change:
    if not isinstance(row, Mapping) or set(row) - {"date", "name", "parts"}:
        raise ConfigError(f"holidays.toml: each [[{table}]] has date, name and, if need be, parts.")
    day, name = row.get("date"), row.get("name")
    if type(day) is not date or not isinstance(name, str) or not name.strip():
        raise ConfigError(f"holidays.toml: each [[{table}]] needs a date such as 2029-06-04 and a name.")
    try:
        parts = tuple(Part(part) for part in row.get("parts", ()))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"holidays.toml: parts of {name!r} are of {', '.join(Part)}.") from error
    return Change(day=day, name=name.strip(), parts=parts)


@lru_cache(maxsize=256)
def _derived(part: Part, year: int) -> Mapping[date, str]:
    found: dict[date, str] = {}
    for subdivision in _SUBDIVISIONS[part]:
        found.update(holidays.country_holidays("GB", subdiv=subdivision, years=year))
    for matcher in _PUBLISHED.from_country(_COUNTRIES[part]).exempted_dates():
        if matcher.year == year:
            found.setdefault(date(year, matcher.month, matcher.day), matcher.name)
    return {day: name.replace("(observed)", "(substitute day)") for day, name in sorted(found.items())}


def bank_holidays(part: Part, year: int, changes: HolidayChanges = NO_CHANGES) -> dict[date, str]:
    """Bank holidays, Christmas Day and Good Friday of one part in one year, with their names.

    A holiday that falls on a weekend is listed on its own day and on its substitute day.
    """
    found = dict(_derived(part, year))
    for change in changes.cancelled:
        if change.applies_to(part):
            found.pop(change.day, None)
    found.update({c.day: c.name for c in changes.proclaimed if c.day.year == year and c.applies_to(part)})
    return found


@dataclass(frozen=True, kw_only=True)
class HolidayData:
    """How far the holiday data can be trusted; what `check` reports."""

    library: str  # release of `holidays`
    published_until: date  # last day of the last year in the published list that was shipped
    checked_on: date | None
    data_of: date | None
    age_days: int | None  # since the later of the two; None where neither is known
    problems: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def sentence(self) -> str:
        compared = f"compared with gov.uk on {self.checked_on}"
        checked = compared if self.checked_on else "not compared with gov.uk here"
        data_of = f" of {self.data_of}" if self.data_of else ""
        return (
            f"Holidays by holidays {self.library}{data_of}; published list to {self.published_until.year}; "
            f"{checked}." + "".join(f" {problem}" for problem in self.problems)
        )


def holiday_data(
    today: date, changes: HolidayChanges = NO_CHANGES, *, needed_until: date | None = None
) -> HolidayData:
    """The age of the holiday data on a day; `needed_until` is the last date that is computed from it."""
    last = max(m.year for m in _PUBLISHED.england_and_wales().exempted_dates())
    until = date(last, 12, 31)
    known = [day for day in (changes.checked_on, changes.data_of) if day is not None]
    age = (today - max(known)).days if known else None
    problems = []
    if age is None or age > STALE_AFTER_DAYS:
        problems.append(
            "Compare the dates with www.gov.uk/bank-holidays and set checked_on in config/holidays.toml."
        )
    if max(needed_until or today, today + timedelta(days=60)) > until:
        problems.append(
            f"Holidays after {until.year} are derived by rule, not yet confirmed: "
            "update holidays and uk-election-timetables."
        )
    return HolidayData(
        library=holidays.__version__,  # type: ignore[attr-defined]  # public, but not in its __all__
        published_until=until,
        checked_on=changes.checked_on,
        data_of=changes.data_of,
        age_days=age,
        problems=tuple(problems),
    )
