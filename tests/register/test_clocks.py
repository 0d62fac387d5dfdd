"""The clocks by example, each with its arithmetic, and what they say of themselves."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from inbox_bot.calendar.bankholidays import Change, HolidayChanges
from inbox_bot.calendar.workdays import Calendar, Kind, OfficeHours
from inbox_bot.errors import NotAllowed
from inbox_bot.register.clocks.information import eir, foia, internal_review
from inbox_bot.register.clocks.subject_access import same_day_in, subject_access
from inbox_bot.register.clocks.target import target

LONDON = ZoneInfo("Europe/London")
FOIA = Calendar(kind=Kind.FOIA)
PUBLIC = Calendar(kind=Kind.PUBLIC)
HOURS = OfficeHours()


def test_foia_explains_itself() -> None:
    # Received Fri 5 March 2027: 8–12 are 5, 15, 16, 18, 19 are 9 (17: St Patrick's), 22–25 are 13
    # (26: Good Friday), 30 and 31 are 15 (29: Easter Monday), 1 and 2 April 17, 5–7 April 20.
    found = foia(date(2027, 3, 5), FOIA)
    assert found.due_on == date(2027, 4, 7)
    assert found.explain() == (
        "Due on Wednesday 7 April 2027: 20 working days after Friday 5 March 2027. "
        "Freedom of Information Act 2000, s.10(1).\n"
        "Counted (20): 8–12, 15–16, 18–19, 22–25, 30–31 March, 1–2 and 5–7 April 2027.\n"
        "Not counted (13): weekends 6–7, 13–14, 20–21, 27–28 March and 3–4 April 2027; "
        "17 March 2027 (Saint Patrick's Day in Northern Ireland); 26 March 2027 (Good Friday); "
        "29 March 2027 (Easter Monday in England and Wales and Northern Ireland)."
    )


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # 7–11 December are 5, 14–18 10, 21–24 14 (25; 28: substitute), 29–31 17 (1 January; 4: Scotland),
        # 5, 6 and 7 January 20.
        (date(2026, 12, 4), date(2027, 1, 7)),
        (date(2026, 7, 10), date(2026, 8, 11)),  # 13 July (Northern Ireland), 3 August (Scotland)
        (date(2026, 11, 1), date(2026, 11, 27)),  # a Sunday counts as the day of receipt
    ],
)
def test_foia_skips_the_holidays_of_every_part(received: date, due: date) -> None:
    assert foia(received, FOIA).due_on == due


def test_a_clarification_restarts_the_twenty_days() -> None:
    found = foia(
        date(2027, 4, 5),
        FOIA,
        clarification_sought_on=date(2027, 4, 8),
        clarification_received_on=date(2027, 4, 12),
    )
    # From 12 April: 13–16 are 4, 19–23 9, 26–30 14, 4–7 May 18 (3: May Day), 10 and 11 May 20.
    assert found.due_on == date(2027, 5, 11)
    assert found.notes == (
        "Received on 5 April 2027; clarification sought on 8 April 2027 came on 12 April 2027 and started "
        "the 20 days anew (s.1(3) and 10(6)(b)).",
    )


def test_while_clarification_is_awaited_no_date_runs() -> None:
    found = foia(date(2027, 4, 5), FOIA, clarification_sought_on=date(2027, 4, 8))
    assert found.waiting_since == date(2027, 4, 8)
    assert found.explain().startswith("No date runs: the clock stands still since Thursday 8 April 2027.")


def test_a_clarification_sought_too_late_is_pointed_out() -> None:
    found = foia(
        date(2027, 4, 5),
        FOIA,
        clarification_sought_on=date(2027, 5, 10),
        clarification_received_on=date(2027, 5, 11),
    )
    assert found.notes[-1] == "The clarification was sought after the first date, 4 May 2027, had passed."


def test_a_fees_notice_takes_out_its_days_both_included() -> None:
    # 5 April 2027 without the notice: 4 May. Notice 8 April, paid 13 April takes out 8, 9, 12, 13: four days.
    found = foia(date(2027, 4, 5), FOIA, fees_notice_on=date(2027, 4, 8), fees_paid_on=date(2027, 4, 13))
    assert foia(date(2027, 4, 5), FOIA).due_on == date(2027, 5, 4)
    assert found.due_on == date(2027, 5, 10)  # 5, 6, 7 and 10 May
    assert "8–9 and 12–13 April 2027 (the fee was awaited)" in found.explain()


def test_an_unpaid_fee_stops_the_clock() -> None:
    found = foia(date(2027, 4, 5), FOIA, fees_notice_on=date(2027, 4, 8))
    assert found.waiting_since == date(2027, 4, 8)
    assert found.notes == (
        "Fees notice given on 8 April 2027, not paid yet (s.10(2)); nothing need be answered if it stays "
        "unpaid for three months, s.9(2).",
    )


def test_the_public_interest_test_extends_with_its_law_and_a_warning() -> None:
    found = foia(date(2027, 4, 5), FOIA, extended_to=date(2027, 6, 30))
    assert (found.due_on, found.counted) == (date(2027, 6, 30), len(found.counted_days))
    assert "s.10(3)" in found.law
    # 20 further working days after 4 May: 5–7 3, 10–14 8, 17–21 13, 24–28 18 (31: holiday), 1 and 2 June 20.
    assert found.notes[-1] == (
        "The Information Commissioner expects no more than a further 20 working days: 2 June 2027."
    )


@pytest.mark.parametrize("day", [date(2027, 4, 20), date(2027, 5, 4)])
def test_an_extension_that_is_no_later_changes_nothing(day: date) -> None:
    found = foia(date(2027, 4, 5), FOIA, extended_to=day)
    assert (found.due_on, found.law) == (date(2027, 5, 4), "Freedom of Information Act 2000, s.10(1)")
    assert found.notes == (f"An extension to {day.day} {day:%B %Y} changes nothing: it is no later.",)


@pytest.mark.parametrize(
    ("sought", "received"),
    [
        (None, date(2027, 4, 9)),
        (date(2027, 4, 4), None),
        (date(2027, 4, 9), date(2027, 4, 8)),
    ],
)
def test_impossible_dates_are_refused(sought: date | None, received: date | None) -> None:
    with pytest.raises(NotAllowed, match="clarification"):
        foia(date(2027, 4, 5), FOIA, clarification_sought_on=sought, clarification_received_on=received)
    with pytest.raises(NotAllowed, match="the fee"):
        eir(date(2027, 4, 5), FOIA, fees_notice_on=sought, fees_paid_on=received)


def test_environmental_information_and_reviews_name_their_law() -> None:
    start = date(2027, 4, 5)
    # 20 working days: 4 May (above); 20 more: 2 June (above).
    assert (eir(start, FOIA).due_on, eir(start, FOIA, extended=True).due_on) == (
        date(2027, 5, 4),
        date(2027, 6, 2),
    )
    assert "reg. 5(2)" in eir(start, FOIA).law
    assert "reg. 7(1)" in eir(start, FOIA, extended=True).law
    review = internal_review(start, FOIA)
    assert (review.due_on, review.notes) == (
        date(2027, 5, 4),
        ("By a different reviewer from the person who gave the first answer.",),
    )
    assert internal_review(start, FOIA, environmental=True).due_on == date(2027, 6, 2)
    assert internal_review(start, FOIA, extended=True).due_on == date(2027, 6, 2)
    # A target of 5 working days within the Regulations: 6–9 April are 4, 12 April is 5.
    own = eir(start, FOIA, working_days=5)
    assert (own.due_on, own.law.startswith("The office's own, shorter target")) == (date(2027, 4, 12), True)


@pytest.mark.parametrize(
    ("received", "extended", "due"),
    [
        (date(2026, 9, 3), False, date(2026, 10, 5)),  # 3 October is a Saturday
        (date(2026, 9, 3), True, date(2026, 12, 3)),
        (date(2027, 1, 31), False, date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2028, 1, 31), False, date(2028, 2, 29)),  # leap year
        (date(2026, 11, 25), False, date(2026, 12, 29)),  # Christmas, Boxing Day, Sunday, substitute
        (date(2027, 2, 17), False, date(2027, 3, 17)),  # St Patrick's is no holiday in England and Wales
    ],
)
def test_subject_access_ends_on_the_corresponding_date(received: date, extended: bool, due: date) -> None:
    assert subject_access(received, PUBLIC, extended=extended).due_on == due


def test_a_clarification_pauses_subject_access() -> None:
    # 1 June → 1 July 2027; asked on 7 June, answered on 9 June: 7, 8 and 9 do not count → 4 July, a Sunday.
    found = subject_access(date(2027, 6, 1), PUBLIC, paused=((date(2027, 6, 7), date(2027, 6, 9)),))
    assert found.due_on == date(2027, 7, 5)
    assert found.explain() == (
        "Due on Monday 5 July 2027: 1 calendar month from Tuesday 1 June 2027. "
        "UK GDPR arts 12(3) and 12A: one month.\n"
        "Not counted (4): weekends 4 July 2027; 7–9 June 2027 (clarification was awaited).\n"
        "Sunday 4 July 2027 is no working day: due on the next one."
    )


def test_pauses_that_overlap_count_once_and_a_late_one_not_at_all() -> None:
    start = date(2027, 6, 1)
    twice = ((date(2027, 6, 7), date(2027, 6, 9)), (date(2027, 6, 8), date(2027, 6, 10)))
    assert subject_access(start, PUBLIC, paused=twice).due_on == date(2027, 7, 5)  # 1 July + 4 days
    late = subject_access(start, PUBLIC, paused=((date(2027, 7, 2), date(2027, 7, 9)),))
    assert late.due_on == date(2027, 7, 1)
    assert "came too late" in late.notes[0]


def test_a_question_on_the_last_day_still_stops_the_clock() -> None:
    # 1 July and 2 July do not count: 3 July, a Saturday, so Monday 5 July.
    found = subject_access(date(2027, 6, 1), PUBLIC, paused=((date(2027, 7, 1), date(2027, 7, 2)),))
    assert found.due_on == date(2027, 7, 5)


def test_subject_access_starts_with_identity_and_waits_for_clarification() -> None:
    found = subject_access(date(2027, 6, 1), PUBLIC, identity_received_on=date(2027, 6, 8))
    assert (found.started_on, found.due_on) == (date(2027, 6, 8), date(2027, 7, 8))
    waits = subject_access(date(2027, 6, 1), PUBLIC, paused=((date(2027, 6, 7), None),))
    assert waits.waiting_since == date(2027, 6, 7)


def test_months_end_on_the_last_day_where_the_day_is_missing() -> None:
    assert same_day_in(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert same_day_in(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert same_day_in(date(2027, 12, 15), 1) == date(2028, 1, 15)


def test_a_target_counts_from_monday_for_mail_of_friday_night() -> None:
    arrived = datetime(2027, 3, 5, 23, 0, tzinfo=LONDON)
    found = target("candidate", arrived, 3, HOURS)
    assert (found.started_on, found.due_on) == (date(2027, 3, 8), date(2027, 3, 11))
    assert found.notes == (
        "Arrived at 23:00 on Friday 5 March 2027, outside office hours: counts from Monday 8 March 2027.",
    )
    assert foia(HOURS.received_day(arrived), FOIA).started_on == date(2027, 3, 5)


def test_a_target_of_no_days_is_the_day_itself() -> None:
    found = target("media", datetime(2027, 3, 8, 10, 0, tzinfo=LONDON), 0, HOURS)
    assert (found.due_on, found.counted_days, found.notes) == (date(2027, 3, 8), (), ())


def test_a_statutory_clock_knows_a_new_holiday_but_no_closure_of_the_office() -> None:
    changes = HolidayChanges(
        proclaimed=(Change(day=date(2027, 4, 6), name="Jubilee"),),
        closures=(Change(day=date(2027, 4, 7), name="Office closed"),),
    )
    calendar = Calendar(kind=Kind.FOIA, changes=changes)
    assert foia(date(2027, 4, 5), calendar).due_on == date(2027, 5, 5)  # one later; the closure stops nothing
