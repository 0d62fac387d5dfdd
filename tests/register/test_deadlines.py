"""Which clocks run on an entry, what an acknowledgement may promise, reminders and publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.calendar.bankholidays import Change, HolidayChanges
from inbox_bot.calendar.workdays import Calendar, Kind, OfficeHours
from inbox_bot.register.deadlines import (
    EntryFacts,
    Recipient,
    Stage,
    Targets,
    change_text,
    entry_deadlines,
    may_disturb,
    next_reminder,
    publication_due,
    reminder_days,
    stage,
    who_is_told,
)
from inbox_bot.register.states import ResponsibleAuthority
from inbox_bot.triage.model import Category, Matter

LONDON = ZoneInfo("Europe/London")
HOURS = OfficeHours()
OFFICE = Calendar(kind=Kind.OFFICE)
TARGETS = Targets()
FRIDAY_NIGHT = datetime(2027, 3, 5, 23, 0, tzinfo=LONDON)
# From Friday 5 March 2027: the 20th working day under FOIA is 7 April (see test_clocks.py).
FOI_DUE = date(2027, 4, 7)


def facts(category: Category, **more: object) -> EntryFacts:
    return replace(EntryFacts(category=category, received_at=FRIDAY_NIGHT), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "due", "statutory"),
    [
        # Targets count from Monday 8 March: 3 working days are 9, 10, 11; one is 9 March.
        (facts(Category.CANDIDATE_ENQUIRY), date(2027, 3, 11), None),
        (facts(Category.PUBLIC_ENQUIRY), date(2027, 3, 11), None),
        (facts(Category.CONDUCT_CONCERN), date(2027, 3, 11), None),
        (facts(Category.ELECTORAL_PROCESS), date(2027, 3, 11), None),
        (facts(Category.POLICING_MATTER), date(2027, 3, 11), None),
        (facts(Category.MEDIA), date(2027, 3, 9), None),
        (facts(Category.FOI), FOI_DUE, FOI_DUE),
        # R7: a written request for recorded information, whoever asks, also carries the Act's date.
        (facts(Category.CANDIDATE_ENQUIRY, recorded_information=True), date(2027, 3, 11), FOI_DUE),
        (facts(Category.MEDIA, recorded_information=True), date(2027, 3, 9), FOI_DUE),
        # One month from 5 March; it is the person's own data, so no FOI clock beside it.
        (
            facts(Category.PUBLIC_ENQUIRY, matters=(Matter.SAR,), recorded_information=True),
            date(2027, 4, 5),
            date(2027, 4, 5),
        ),
        (facts(Category.FOI, matters=(Matter.INTERNAL_REVIEW,)), FOI_DUE, FOI_DUE),
        (
            facts(Category.FOI, matters=(Matter.SAR,)),
            date(2027, 4, 5),
            date(2027, 4, 5),
        ),  # the earlier of two
        (facts(Category.FOI, environmental=True), FOI_DUE, FOI_DUE),
        (facts(Category.SPAM), None, None),
        (facts(Category.AUTOMATED), None, None),
        (facts(Category.STAFF_REPLY), None, None),
        (facts(Category.MISDIRECTED_FORCE, underlying=Category.MEDIA), date(2027, 3, 9), None),
        (facts(Category.MISDIRECTED_FORCE), date(2027, 3, 11), None),
    ],
)
def test_due_and_statutory_date_by_category(
    entry: EntryFacts, due: date | None, statutory: date | None
) -> None:
    found = entry_deadlines(entry, TARGETS, HOURS)
    assert (found.due_on, found.statutory_due_on, found.promise) == (due, statutory, due)


def test_candidates_and_the_public_have_the_same_date_by_default() -> None:
    dates = {
        entry_deadlines(facts(category, counts_as_candidate=standing), TARGETS, HOURS).due_on
        for category in (Category.CANDIDATE_ENQUIRY, Category.PUBLIC_ENQUIRY)
        for standing in (True, False)
    }
    assert dates == {date(2027, 3, 11)}


def test_a_faster_foi_target_governs_and_the_statutory_date_stays() -> None:
    found = entry_deadlines(facts(Category.FOI), Targets(foi=10), HOURS)
    # 8–12 are 5, 15, 16, 18, 19 are 9 (17: St Patrick's), 22 March is 10.
    assert (found.due_on, found.statutory_due_on, found.promise) == (
        date(2027, 3, 22),
        FOI_DUE,
        date(2027, 3, 22),
    )
    assert "own, shorter target" in found.explain()


def test_a_slower_foi_target_changes_nothing() -> None:
    assert entry_deadlines(facts(Category.FOI), Targets(foi=30), HOURS).due_on == FOI_DUE


def test_in_the_foi_frame_every_written_enquiry_carries_the_acts_date() -> None:
    framed = Targets(everything_in_foi_frame=True)
    assert entry_deadlines(facts(Category.CANDIDATE_ENQUIRY), framed, HOURS).statutory_due_on == FOI_DUE
    assert entry_deadlines(facts(Category.POLICING_MATTER), framed, HOURS).statutory_due_on is None


# The force had it on Monday 22 February 2027: 23–26 are 4, 1–5 March 9, 8–12 14, then 15, 16, 18, 19 18,
# 22 and 23 March 20.
BY_THE_FORCE = facts(
    Category.MISDIRECTED_FORCE, underlying=Category.FOI, received_by_force_on=date(2027, 2, 22)
)


@pytest.mark.parametrize(
    ("authority", "due", "promise"),
    [
        (ResponsibleAuthority.UNDECIDED, date(2027, 3, 23), None),
        (ResponsibleAuthority.FORCE, date(2027, 3, 23), None),
        (ResponsibleAuthority.FIRE, date(2027, 3, 23), None),
        (ResponsibleAuthority.OFFICE, FOI_DUE, FOI_DUE),  # a transfer runs from our receipt
    ],
)
def test_who_must_answer_decides_from_when_it_counts(
    authority: ResponsibleAuthority, due: date, promise: date | None
) -> None:
    found = entry_deadlines(replace(BY_THE_FORCE, responsible_authority=authority), TARGETS, HOURS)
    assert (found.due_on, found.statutory_due_on, found.promise) == (due, due, promise)


def test_undecided_the_earlier_date_governs_even_a_target() -> None:
    late = replace(
        BY_THE_FORCE,
        underlying=Category.CANDIDATE_ENQUIRY,
        recorded_information=True,
        received_by_force_on=date(2027, 2, 8),  # 20 working days: Monday 8 March
        responsible_authority=ResponsibleAuthority.UNDECIDED,
    )
    found = entry_deadlines(late, TARGETS, HOURS)
    assert (found.due_on, found.promise) == (date(2027, 3, 8), None)


def test_undecided_our_own_receipt_governs_where_it_was_the_earlier() -> None:
    entry = replace(
        BY_THE_FORCE,
        received_by_force_on=date(2027, 3, 9),
        responsible_authority=ResponsibleAuthority.UNDECIDED,
    )
    assert entry_deadlines(entry, TARGETS, HOURS).due_on == FOI_DUE


def test_an_unknown_day_of_receipt_is_asked_for() -> None:
    entry = replace(
        BY_THE_FORCE, received_by_force_on=None, responsible_authority=ResponsibleAuthority.UNDECIDED
    )
    found = entry_deadlines(entry, TARGETS, HOURS)
    assert (found.due_on, found.promise) == (FOI_DUE, None)
    assert "is not known: ask for it" in found.explain()


def test_what_the_force_asked_stops_nothing_after_a_transfer() -> None:
    asked = replace(BY_THE_FORCE, clarification_sought_on=date(2027, 2, 24))
    assert entry_deadlines(asked, TARGETS, HOURS).due_on == FOI_DUE
    charged = replace(BY_THE_FORCE, fees_notice_on=date(2027, 2, 24))
    assert entry_deadlines(charged, TARGETS, HOURS).due_on == FOI_DUE
    undecided = replace(asked, responsible_authority=ResponsibleAuthority.UNDECIDED)
    assert entry_deadlines(undecided, TARGETS, HOURS).due_on is None


@pytest.mark.parametrize("category", [Category.FOI, Category.PUBLIC_ENQUIRY])
def test_while_the_office_waits_on_the_enquirer_there_is_no_date(category: Category) -> None:
    found = entry_deadlines(facts(category, clarification_sought_on=date(2027, 3, 9)), TARGETS, HOURS)
    assert (found.due_on, found.promise) == (None, None)
    assert found.explain().startswith("No date runs")


def test_a_clarification_restarts_the_target_as_well() -> None:
    entry = facts(
        Category.PUBLIC_ENQUIRY,
        clarification_sought_on=date(2027, 3, 9),
        clarification_received_on=date(2027, 3, 13),  # a Saturday: counts from Monday 15 March
    )
    assert entry_deadlines(entry, TARGETS, HOURS).due_on == date(2027, 3, 18)


def test_explain_shows_the_governing_clock_and_then_the_law() -> None:
    text = entry_deadlines(facts(Category.MEDIA, recorded_information=True), TARGETS, HOURS).explain()
    assert [line for line in text.split("\n") if "Due on" in line] == [
        "Due on Tuesday 9 March 2027: 1 working day after Monday 8 March 2027. "
        "The office's own target for media enquiries.",
        "By law: Due on Wednesday 7 April 2027: 20 working days after Friday 5 March 2027. "
        "Freedom of Information Act 2000, s.10(1).",
    ]
    assert entry_deadlines(facts(Category.SPAM), TARGETS, HOURS).explain().startswith("No deadline")


def test_a_new_holiday_moves_the_date_and_says_so() -> None:
    changes = HolidayChanges(proclaimed=(Change(day=date(2027, 3, 10), name="Jubilee"),))
    hours = OfficeHours(calendar=Calendar(kind=Kind.OFFICE, changes=changes))
    before = entry_deadlines(facts(Category.FOI), TARGETS, HOURS).due_on
    after = entry_deadlines(facts(Category.FOI), TARGETS, hours).due_on
    assert change_text("WMR-0007", before, after) == (
        "WMR-0007 is now due on Thursday 8 April 2027 instead of Wednesday 7 April 2027."
    )
    assert change_text("WMR-0007", after, after) == ""
    assert change_text("WMR-0007", None, after) == "WMR-0007 is now due on Thursday 8 April 2027."
    assert change_text("WMR-0007", before, None).startswith("WMR-0007 has no date at present")


# --- reminders ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "received", "expected"),
    [
        # 7 April 2027 less five working days: 6, 5, 2, 1 April, 31 March.
        (FOI_DUE, date(2027, 3, 5), [date(2027, 3, 31), date(2027, 4, 6), FOI_DUE]),
        (FOI_DUE, date(2027, 3, 31), [date(2027, 4, 6), FOI_DUE]),  # none on the day of arrival
        (FOI_DUE, date(2027, 4, 6), [FOI_DUE]),
        (FOI_DUE, FOI_DUE, []),
    ],
)
def test_reminder_days(due: date, received: date, expected: list[date]) -> None:
    assert list(reminder_days(due, (5, 1, 0), received, OFFICE)) == expected


def test_a_statutory_date_on_a_closed_day_is_reminded_before_and_on_it() -> None:
    shut = HolidayChanges(closures=(Change(day=FOI_DUE, name="Office closed"),))
    calendar = Calendar(kind=Kind.OFFICE, changes=shut)
    received = date(2027, 3, 5)
    assert reminder_days(FOI_DUE, (0,), received, calendar) == (date(2027, 4, 6),)
    assert reminder_days(FOI_DUE, (0,), received, calendar, statutory=True) == (date(2027, 4, 6), FOI_DUE)


def test_overdue_is_repeated_every_working_day() -> None:
    after, seen = date(2027, 3, 5), []
    for _ in range(6):
        after = next_reminder(after, FOI_DUE, (5, 1, 0), date(2027, 3, 5), OFFICE)
        seen.append(after)
    assert seen == [
        date(2027, 3, 31),
        date(2027, 4, 6),
        FOI_DUE,
        date(2027, 4, 8),
        date(2027, 4, 9),
        date(2027, 4, 12),  # over the weekend
    ]


@given(
    due=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    age=st.integers(-30, 40),
    before=st.sets(st.integers(0, 15), max_size=4),
    since=st.integers(-40, 40),
)
@settings(max_examples=200, deadline=None)
def test_nobody_is_reminded_on_or_before_the_day_of_arrival(
    due: date, age: int, before: set[int], since: int
) -> None:
    received = due - timedelta(days=age)
    after = due + timedelta(days=since)
    found = next_reminder(after, due, before, received, OFFICE)
    assert found > received
    assert found > after
    assert OFFICE.is_working(found)
    assert all(received < day <= due for day in reminder_days(due, before, received, OFFICE))


@pytest.mark.parametrize(
    ("on", "names", "ce_is_spoc", "told"),
    [
        (date(2027, 4, 6), (), False, (Recipient.OWNER,)),
        (FOI_DUE, (), False, (Recipient.OWNER,)),
        (date(2027, 4, 8), (), False, (Recipient.OWNER, Recipient.CHIEF_EXECUTIVE)),
        (date(2027, 4, 8), (), True, (Recipient.OWNER, Recipient.ALTERNATE)),
        (date(2027, 4, 6), ("spoc",), False, (Recipient.ALTERNATE,)),
        (date(2027, 4, 8), ("chief_executive",), False, (Recipient.ALTERNATE,)),
    ],
)
def test_who_is_told(on: date, names: tuple[str, ...], ce_is_spoc: bool, told: tuple[Recipient, ...]) -> None:
    assert who_is_told(on, FOI_DUE, names_staff=names, spoc_is_chief_executive=ce_is_spoc) == told


def test_stages() -> None:
    days = [FOI_DUE + timedelta(days=n) for n in (-1, 0, 1)]
    assert [stage(day, FOI_DUE) for day in days] == [Stage.BEFORE, Stage.ON_THE_DAY, Stage.OVERDUE]


def test_quiet_outside_office_hours_but_for_emergencies_and_the_last_statutory_day() -> None:
    night = datetime(2027, 4, 7, 20, 0, tzinfo=LONDON)
    assert may_disturb(datetime(2027, 4, 7, 10, 0, tzinfo=LONDON), HOURS)
    assert not may_disturb(night, HOURS)
    assert may_disturb(night, HOURS, emergency=True)
    assert may_disturb(night, HOURS, statutory_due_on=FOI_DUE)
    assert not may_disturb(night, HOURS, statutory_due_on=date(2027, 4, 8))


# --- publication --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "delay", "due"),
    [
        (datetime(2027, 3, 5, 15, 0, tzinfo=LONDON), 1, datetime(2027, 3, 8, 9, 0, tzinfo=LONDON)),
        (datetime(2027, 3, 6, 12, 0, tzinfo=LONDON), 1, datetime(2027, 3, 8, 9, 0, tzinfo=LONDON)),
        (datetime(2027, 3, 25, 12, 0, tzinfo=LONDON), 2, datetime(2027, 3, 31, 8, 0, tzinfo=UTC)),  # BST
        (datetime(2027, 3, 6, 12, 0, tzinfo=LONDON), 0, datetime(2027, 3, 6, 12, 0, tzinfo=LONDON)),
    ],
)
def test_publication_due(answered: datetime, delay: int, due: datetime) -> None:
    assert publication_due(answered, delay, HOURS) == due
