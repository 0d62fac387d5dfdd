"""The election's dates against the protocols' own, the phase on a day, and what people are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar as Ics
from uk_election_timetables.elections import MayoralElection, PoliceAndCrimeCommissionerElection

from inbox_bot.calendar.bankholidays import Change, HolidayChanges
from inbox_bot.calendar.ics import to_ics
from inbox_bot.calendar.timetable import DERIVED, SET_BY_OFFICE, SET_BY_PARO, Phase, render_text, timetable
from inbox_bot.calendar.words import runs, skipped_text
from inbox_bot.calendar.workdays import Calendar, Kind
from inbox_bot.config.office import Election
from inbox_bot.errors import ConfigError

LONDON = ZoneInfo("Europe/London")


def four_pm(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, tzinfo=LONDON)


@pytest.mark.parametrize("election_type", ["pcc", "pfcc", "mayor"])
@pytest.mark.parametrize(
    ("poll", "notice", "close", "statement"),
    [
        (date(2024, 5, 2), date(2024, 3, 26), date(2024, 4, 5), date(2024, 4, 8)),  # CL 1.4, NT 12
        (date(2021, 5, 6), date(2021, 3, 29), date(2021, 4, 8), date(2021, 4, 9)),  # AP 15.4
        (date(2016, 5, 5), date(2016, 3, 30), date(2016, 4, 7), date(2016, 4, 8)),
        # 2027: 5 and 4 May are 2, 26–30 April 7 (3 May: May Day), 19–23 12, 12–16 17, then 9 April 18,
        # 8 April 19, 5–7 April 22, 2 and 1 April 24, 31 March 25.
        (date(2027, 5, 6), date(2027, 3, 31), date(2027, 4, 8), date(2027, 4, 9)),
    ],
)
def test_nomination_dates(election_type: str, poll: date, notice: date, close: date, statement: date) -> None:
    table = timetable(election_type, poll)
    assert table["notice_of_election"].when == notice
    assert table["close_of_nominations"].when == four_pm(close)
    assert table["statement_of_persons_nominated"].when == statement
    assert table["pre_election_period_start"].when == notice


def test_every_date_of_2027_in_order() -> None:
    assert [(d.key, d.text) for d in timetable("pcc", date(2027, 5, 6)).dates] == [
        ("notice_of_election", "Wednesday 31 March 2027"),
        ("pre_election_period_start", "Wednesday 31 March 2027"),
        ("close_of_nominations", "Thursday 8 April 2027, 16:00"),
        ("statement_of_persons_nominated", "Friday 9 April 2027"),
        ("registration_deadline", "Monday 19 April 2027"),
        ("postal_vote_deadline", "Tuesday 20 April 2027, 17:00"),
        ("proxy_vote_deadline", "Tuesday 27 April 2027, 17:00"),
        ("voter_authority_certificate_deadline", "Tuesday 27 April 2027, 17:00"),
        ("poll", "Thursday 6 May 2027"),
        ("taking_of_office", "Thursday 13 May 2027"),
    ]


@pytest.mark.parametrize(
    ("election_type", "poll", "takes_office"),
    [
        ("pcc", date(2021, 5, 6), date(2021, 5, 13)),  # AP 10.1
        ("pcc", date(2024, 5, 2), date(2024, 5, 9)),
        ("pfcc", date(2024, 5, 2), date(2024, 5, 9)),
        ("mayor", date(2021, 5, 6), date(2021, 5, 10)),  # fourth day after the poll
    ],
)
def test_taking_of_office(election_type: str, poll: date, takes_office: date) -> None:
    assert timetable(election_type, poll)["taking_of_office"].when == takes_office


def test_a_mayor_who_would_begin_on_a_bank_holiday_is_pointed_to_the_areas_order() -> None:
    began = timetable("mayor", date(2024, 5, 2))["taking_of_office"]
    assert began.when == date(2024, 5, 6)  # May Day
    assert began.notes == (
        "That day is May Day: some areas' orders then name the next working day; check yours.",
    )


def test_no_certificate_before_photographic_identity_was_asked_for() -> None:
    assert timetable("pcc", date(2021, 5, 6)).get("voter_authority_certificate_deadline") is None


@pytest.mark.parametrize("year", range(2012, 2029))
def test_the_calendar_agrees_with_democracy_clubs(year: int) -> None:
    theirs = PoliceAndCrimeCommissionerElection(date(year, 12, 31))._calendar().exempted_dates()
    ours = Calendar(kind=Kind.ELECTION)
    for number in range(366):
        day = date(year, 1, 1) + timedelta(days=number)
        free = day.weekday() >= 5 or any(matcher.matches(day) for matcher in theirs)
        assert ours.is_working(day) is not free


@pytest.mark.parametrize("poll", [date(2021, 5, 6), date(2024, 5, 2), date(2027, 5, 6), date(2028, 5, 4)])
def test_our_dates_are_democracy_clubs_but_for_the_known_day(poll: date) -> None:
    mayor, table = MayoralElection(poll), timetable("mayor", poll)
    assert table["notice_of_election"].day == mayor.notice_of_election_deadline
    assert table["close_of_nominations"].day == mayor.close_of_nominations
    assert table["statement_of_persons_nominated"].day == mayor.sopn_publish_deadline
    assert table["registration_deadline"].day == mayor.registration_deadline
    assert table["postal_vote_deadline"].day == mayor.postal_vote_application_deadline
    # For a commissioner the library counts 18 days where the Order says 19: when it is mended, this fails.
    commissioner = PoliceAndCrimeCommissionerElection(poll)
    assert commissioner.close_of_nominations == timetable("pcc", poll)["statement_of_persons_nominated"].day


def test_a_day_of_mourning_moves_the_whole_timetable() -> None:
    changes = HolidayChanges(mourning=(Change(day=date(2027, 4, 28), name="Day of mourning"),))
    table = timetable("pcc", date(2027, 5, 6), changes=changes)
    assert table["close_of_nominations"].day == date(2027, 4, 7)  # one day earlier than 8 April
    assert (date(2027, 4, 28), "Day of mourning") in table["close_of_nominations"].skipped


def test_what_the_returning_officer_decides_overrides_and_says_so() -> None:
    table = timetable(
        "pcc",
        date(2027, 5, 6),
        {
            "type": "pcc",
            "notice_of_election": date(2027, 3, 22),
            "statement_of_persons_nominated": date(2027, 4, 8),
            "pre_election_period_start": None,
        },
    )
    sources = {d.key: (d.day, d.source) for d in table.dates[:4]}
    assert sources == {
        "notice_of_election": (date(2027, 3, 22), SET_BY_PARO),
        "pre_election_period_start": (date(2027, 3, 22), SET_BY_PARO),
        "close_of_nominations": (date(2027, 4, 8), DERIVED),
        "statement_of_persons_nominated": (date(2027, 4, 8), SET_BY_PARO),
    }
    assert table["notice_of_election"].title == "Notice of election"
    assert table.warnings == ()


@pytest.mark.parametrize(
    "value",
    [
        date(2027, 4, 7),  # a date alone keeps the hour of the law
        datetime(2027, 4, 7, 16, 0),  # noqa: DTZ001  # TOML gives local times
        datetime(2027, 4, 7, 15, 0, tzinfo=UTC),
    ],
)
def test_another_close_of_nominations_moves_the_phase(value: date) -> None:
    table = timetable("pcc", date(2027, 5, 6), {"close_of_nominations": value})
    assert table["close_of_nominations"].when == four_pm(date(2027, 4, 7))
    assert table.phase(date(2027, 4, 8)) is Phase.AFTER_CLOSE_OF_NOMINATIONS


def test_a_date_that_is_not_in_the_timetable_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        timetable("pcc", date(2027, 5, 6))["event_1"]


def test_the_laws_latest_day_itself_is_in_order() -> None:
    assert timetable("pcc", date(2027, 5, 6), {"notice_of_election": date(2027, 3, 31)}).warnings == ()


def test_a_date_later_than_the_law_allows_is_set_and_pointed_out() -> None:
    table = timetable("pcc", date(2027, 5, 6), {"notice_of_election": date(2027, 4, 1)})
    assert table["notice_of_election"].when == date(2027, 4, 1)
    assert len(table.warnings) == 1
    assert table.warnings[0].startswith(
        "Notice of election: set to Thursday 1 April 2027, "
        "later than the law's latest day, Wednesday 31 March 2027"
    )


def test_events_of_the_settings_stand_among_the_dates() -> None:
    table = timetable(
        "pcc",
        date(2027, 5, 6),
        {
            "events": [
                {
                    "title": "Briefing for candidates",
                    "date": datetime(2027, 4, 19, 18),  # noqa: DTZ001  # TOML gives local times
                    "place": "County Hall",
                },
                {"title": "Pre-nomination brief", "date": date(2027, 3, 1)},
            ]
        },
    )
    first = table.dates[0]
    assert (first.title, first.when, first.source) == (
        "Pre-nomination brief",
        date(2027, 3, 1),
        SET_BY_OFFICE,
    )
    briefing = table["event_1"]
    assert briefing.when == datetime(2027, 4, 19, 18, tzinfo=LONDON)
    assert briefing.place == "County Hall"


def test_the_settings_section_is_taken_as_it_is() -> None:
    section = Election.model_validate(
        {
            "poll_date": date(2027, 5, 6),
            "statement_of_persons_nominated": date(2027, 4, 8),
            "events": [{"title": "Briefing for candidates", "date": date(2027, 4, 19)}],
        }
    )
    table = timetable(section.type, section.poll_date, section.model_dump())
    assert table["statement_of_persons_nominated"].day == date(2027, 4, 8)
    assert table["event_1"].day == date(2027, 4, 19)


@pytest.mark.parametrize(
    ("election_type", "overrides"),
    [
        ("council", {}),
        ("pcc", {"notice_of_elections": date(2027, 3, 1)}),
        ("pcc", {"notice_of_election": "1 March"}),
        ("pcc", {"events": [{"title": "Briefing"}]}),
    ],
)
def test_a_mistake_in_the_settings_is_a_configuration_error(
    election_type: str, overrides: dict[str, object]
) -> None:
    with pytest.raises(ConfigError, match=r"^election\."):
        timetable(election_type, date(2027, 5, 6), overrides)


@pytest.mark.parametrize(
    ("on", "phase"),
    [
        (date(2026, 11, 1), Phase.BEFORE_NOTICE),
        (date(2027, 3, 30), Phase.BEFORE_NOTICE),
        (date(2027, 3, 31), Phase.PRE_ELECTION_PERIOD),
        (date(2027, 4, 8), Phase.PRE_ELECTION_PERIOD),
        (datetime(2027, 4, 8, 14, 59, tzinfo=UTC), Phase.PRE_ELECTION_PERIOD),  # 15:59 in London
        (datetime(2027, 4, 8, 15, 0, tzinfo=UTC), Phase.AFTER_CLOSE_OF_NOMINATIONS),  # 16:00 in London
        (date(2027, 4, 9), Phase.AFTER_CLOSE_OF_NOMINATIONS),
        (date(2027, 5, 5), Phase.AFTER_CLOSE_OF_NOMINATIONS),
        (datetime(2027, 5, 5, 23, 30, tzinfo=UTC), Phase.POLLING_DAY),  # 00:30 on the 6th in London
        (date(2027, 5, 6), Phase.POLLING_DAY),
        (date(2027, 5, 7), Phase.AFTER),
    ],
)
def test_phase(on: date | datetime, phase: Phase) -> None:
    assert timetable("pcc", date(2027, 5, 6)).phase(on) is phase


def test_the_period_can_begin_before_the_notice() -> None:
    table = timetable("pcc", date(2027, 5, 6), {"pre_election_period_start": date(2027, 3, 15)})
    assert table.phase(date(2027, 3, 15)) is Phase.PRE_ELECTION_PERIOD
    assert table.phase(date(2027, 3, 14)) is Phase.BEFORE_NOTICE
    assert [p.in_pre_election_period for p in Phase] == [False, True, True, True, False]


def test_the_text_shows_an_event_with_its_place() -> None:
    events = [{"title": "Briefing", "date": date(2027, 4, 19), "place": "County Hall"}]
    text = render_text(timetable("pcc", date(2027, 5, 6), {"events": events}))
    assert "Monday 19 April 2027  Briefing (County Hall)\n    Source: set by the office\n\n" in text


def test_the_text_shows_rule_and_days_skipped() -> None:
    text = render_text(timetable("pcc", date(2027, 5, 6)))
    assert text.startswith("Election timetable, poll on Thursday 6 May 2027\n")
    assert (
        "Thursday 8 April 2027, 16:00  Close of nominations\n"
        "    19 working days before the poll: "
        "Police and Crime Commissioner Elections Order 2012, Sch. 3 r. 1\n"
        "    Source: derived\n"
        "    Not counted: weekends 10–11, 17–18, 24–25 April and 1–2 May 2027; 3 May 2027 (May Day)\n"
    ) in text


def test_the_calendar_file_round_trips() -> None:
    table = timetable(
        "pcc",
        date(2027, 5, 6),
        {"events": [{"title": "Briefing, for all", "date": date(2027, 4, 19), "place": "County Hall"}]},
    )
    data = to_ics(table, "Wessmoor", datetime(2026, 11, 22, tzinfo=UTC))
    assert all(line.endswith(b"\r") for line in data.split(b"\n")[:-1])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))  # octets, RFC 5545 3.1
    events = {str(e["summary"]): e for e in Ics.from_ical(data).walk("VEVENT")}
    assert len(events) == len(table.dates) == 11
    assert events["Close of nominations"]["dtstart"].dt == datetime(2027, 4, 8, 15, tzinfo=UTC)
    assert events["Polling day"]["dtstart"].dt == date(2027, 5, 6)
    assert events["Polling day"]["dtend"].dt == date(2027, 5, 7)
    assert events["Briefing, for all"]["dtstart"].dt == date(2027, 4, 19)
    assert str(events["Briefing, for all"]["location"]) == "County Hall"
    assert "3 May 2027 (May Day)" in str(events["Close of nominations"]["description"])


def test_an_event_that_moves_keeps_its_uid() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    def uids(overrides: dict[str, object]) -> list[str]:
        table = timetable("pcc", date(2027, 5, 6), overrides)
        return sorted(str(e["uid"]) for e in Ics.from_ical(to_ics(table, "Wessmoor", now)).walk("VEVENT"))

    assert uids({}) == uids({"notice_of_election": date(2027, 3, 22)})
    assert len(set(uids({}))) == 10


def test_days_in_words() -> None:
    days = [date(2027, 4, d) for d in (6, 7, 8, 9, 12)] + [date(2027, 5, 3)]
    assert runs(days) == "6–9, 12 April and 3 May 2027"
    assert runs([date(2026, 12, 31), date(2027, 1, 1)]) == "31 December 2026 and 1 January 2027"
    assert runs([]) == ""
    assert skipped_text(()) == ""
