"""Even-handedness: the figures by hand, and the sentences that people read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.calendar.workdays import OfficeHours
from inbox_bot.register.fairness import Contact, disparities, figures, to_json

LONDON = ZoneInfo("Europe/London")
HOURS = OfficeHours()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 4, day, hour, minute, tzinfo=LONDON)  # 1 April 2027 is a Thursday


def contact(who: str, received: datetime, **more: object) -> Contact:
    return Contact(name=who, email=f"{who.lower()}@mail.example", received_at=received, **more)  # type: ignore[arg-type]


def answered_after(who: str, *hours: int, incumbent: bool = False) -> list[Contact]:
    """Enquiries of Tuesday 6 April, 09:00, answered so many office hours (at most 8) later the same day."""
    return [
        contact(who, at(6, 9), acknowledged_at=at(6, 9), answered_at=at(6, 9 + n), incumbent=incumbent)
        for n in hours
    ]


def test_figures_by_hand() -> None:
    found = figures(
        [
            # Friday 2 April 16:00 → acknowledged 16:30 (0.5), answered Monday 5 April 11:00 (1 + 2 = 3).
            contact(
                "Asha",
                at(2, 16),
                acknowledged_at=at(2, 16, 30),
                answered_at=at(5, 11),
                due_on=date(2027, 4, 7),
            ),
            # Saturday 3 April: acknowledged at once (0), answered Tuesday 12:00 (8 + 3 = 11), one day late.
            contact(
                "Asha",
                at(3, 10),
                acknowledged_at=at(3, 10, 1),
                answered_at=at(6, 12),
                due_on=date(2027, 4, 5),
            ),
            contact("Asha", at(6, 9), acknowledged_at=at(6, 11), due_on=date(2027, 4, 9)),  # open, not due
            contact("Asha", at(6, 9), closed=True),
            contact("Bryn", at(6, 9), due_on=date(2027, 4, 7), incumbent=True),  # open and overdue
        ],
        HOURS,
        today=date(2027, 4, 8),
        roster=[("Carys", "carys@mail.example", False)],
    )
    assert to_json(found) == [
        {
            "name": "Asha",
            "email": "asha@mail.example",
            "enquiries": 4,
            "answered": 2,
            "open": 1,
            "median_office_hours_to_acknowledge": 0.5,  # of 0, 0.5, 2
            "median_office_hours_to_answer": 7.0,  # (3 + 11) / 2
            "longest_office_hours_to_answer": 11.0,
            "share_on_time": 0.5,
            "incumbent": False,
        },
        {
            "name": "Bryn",
            "email": "bryn@mail.example",
            "enquiries": 1,
            "answered": 0,
            "open": 1,
            "median_office_hours_to_acknowledge": None,
            "median_office_hours_to_answer": None,
            "longest_office_hours_to_answer": None,
            "share_on_time": 0.0,
            "incumbent": True,
        },
        {
            "name": "Carys",
            "email": "carys@mail.example",
            "enquiries": 0,
            "answered": 0,
            "open": 0,
            "median_office_hours_to_acknowledge": None,
            "median_office_hours_to_answer": None,
            "longest_office_hours_to_answer": None,
            "share_on_time": None,
            "incumbent": False,
        },
    ]


def test_the_due_day_itself_is_on_time() -> None:
    due = date(2027, 4, 7)
    answered = contact("Asha", at(6, 9), answered_at=at(7, 16), due_on=due)
    waiting = contact("Bryn", at(6, 9), due_on=due)
    asha, bryn = figures([answered, waiting], HOURS, today=due)
    assert (asha.share_on_time, bryn.share_on_time) == (1.0, None)


def test_one_candidate_under_two_spellings_of_an_address_is_one() -> None:
    both = [
        Contact(name="Asha", email="Asha@Mail.example", received_at=at(6, 9)),
        Contact(name="Asha Rao", email="asha@mail.example", received_at=at(6, 9), incumbent=True),
    ]
    (found,) = figures(both, HOURS, roster=[("Asha Rao", "ASHA@mail.example", False)])
    assert (found.enquiries, found.name, found.incumbent) == (2, "Asha Rao", True)


def test_without_an_address_the_name_tells_candidates_apart() -> None:
    calls = [Contact(name=n, email="", received_at=at(6, 9)) for n in ("Asha", "asha", "Bryn")]
    assert [(f.name, f.enquiries) for f in figures(calls, HOURS)] == [("Asha", 2), ("Bryn", 1)]


def test_equal_speed_is_said_to_be_equal() -> None:
    found = figures(answered_after("Asha", 2, 3, 4) + answered_after("Bryn", 3, 3, 4, incumbent=True), HOURS)
    assert disparities(found) == ["No notable difference between candidates."]


def test_an_incumbent_who_is_answered_sooner_is_pointed_out() -> None:
    found = figures(
        answered_after("Asha", 7, 8, 8)
        + answered_after("Bryn", 1, 1, 2, incumbent=True)
        + answered_after("Carys", 7, 7, 8),
        HOURS,
    )
    assert disparities(found) == [
        "Asha was answered after 8 office hours in the median, Bryn (the incumbent) after 1: "
        "look at the entries and write down the reason.",
        "The incumbent was answered sooner than the others: 1 office hour against 7.5.",
    ]


def test_small_numbers_are_called_small() -> None:
    found = figures(answered_after("Asha", 1) + answered_after("Bryn", 8, 8, 8), HOURS)
    assert disparities(found)[-1] == "Small numbers: fewer than 3 answers so far to Asha; read with care."


def test_late_answers_are_named() -> None:
    late = contact("Bryn", at(6, 9), answered_at=at(8, 10), due_on=date(2027, 4, 7))
    assert disparities(figures([*answered_after("Asha", 8, 8, 8), late], HOURS))[-1] == (
        "Bryn: 0% answered on time."
    )


def test_with_one_writer_there_is_nothing_to_compare() -> None:
    found = figures(answered_after("Asha", 1), HOURS, roster=[("Bryn", "bryn@mail.example", False)])
    assert disparities(found) == ["Fewer than two candidates have written: there is nothing to compare yet."]


@given(st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 9_000)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_who_asks_does_not_change_the_figures(times: list[tuple[int, int]]) -> None:
    """The same enquiries under another name, by the incumbent or not, measure the same."""

    def enquiries(who: str, incumbent: bool) -> list[Contact]:
        return [
            contact(
                who,
                at(1, 9) + timedelta(minutes=start),
                acknowledged_at=at(1, 9) + timedelta(minutes=start + wait // 2),
                answered_at=at(1, 9) + timedelta(minutes=start + wait),
                due_on=date(2027, 4, 7),
                incumbent=incumbent,
            )
            for start, wait in times
        ]

    one, other = to_json(figures(enquiries("Asha", False) + enquiries("Bryn", True), HOURS))
    identity = {"name", "email", "incumbent"}
    assert {k: v for k, v in one.items() if k not in identity} == {
        k: v for k, v in other.items() if k not in identity
    }
