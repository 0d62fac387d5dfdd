"""Plain words: what is a command, what is not, and which day is meant."""

# ruff: noqa: E501  (a table of lines)
from __future__ import annotations

import datetime as dt

import pytest

from inbox_bot.casework.command_words import Wish, category_of, day_in, read, read_line, until_in

MONDAY = dt.date(2026, 2, 2)


def wish(line: str) -> tuple[str, tuple[str, ...], str, str] | None:
    found = read_line(line, prefix="WMR", today=MONDAY)
    return (found.action, found.references, found.argument, found.text) if found else None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("approve", ("approve", (), "", "")),
        ("Approved, many thanks.", ("approve", (), "", "")),
        ("approve WMR-0007 and WMR-0008", ("approve", ("WMR-0007", "WMR-0008"), "", "")),
        ("please hold until Friday", ("hold", (), "2026-02-06", "")),
        ("hold WMR-0007 until 12 March: court case", ("hold", ("WMR-0007",), "2026-03-12", "court case")),
        ("[WMR-0007] not for publication: names a victim", ("not_for_publication", ("WMR-0007",), "", "names a victim")),
        ("Don’t publish this: names a victim", ("not_for_publication", (), "", "names a victim")),
        ("keep WMR-0001 off the website", ("not_for_publication", ("WMR-0001",), "", "")),
        ("take WMR-0001 down", ("withdraw", ("WMR-0001",), "", "")),
        ("reclassify WMR-0007 to media", ("reclassify", ("WMR-0007",), "media", "")),
        ("reclassify as freedom of information", ("reclassify", (), "foi", "")),
        ("assign to a.jones@pcc.example", ("assign", (), "a.jones@pcc.example", "")),
        ("decide yes on WMR-0003: fair to all", ("decide_yes", ("WMR-0003",), "", "fair to all")),
        ("Decided no because nobody has one", ("decide_no", (), "", "nobody has one")),
        ("clarification sought", ("extend", (), "clarification", "")),
        ("fees paid WMR-0003", ("extend", ("WMR-0003",), "paid", "")),
        ("extend WMR-0003 public interest until 12 March", ("extend", ("WMR-0003",), "public_interest 2026-03-12", "")),
        ("authority WMR-0002 force", ("authority", ("WMR-0002",), "force", "")),
        ("holding reply", ("holding", (), "", "")),
        ("answered by phone: fourteen", ("answered_elsewhere", (), "", "fourteen")),
        ("close WMR-0002 – duplicate", ("close", ("WMR-0002",), "", "duplicate")),
        ("refer WMR-0002 to the returning officer", ("refer", ("WMR-0002",), "paro", "")),
        ("message 12 is not spam", ("not_spam", (), "12", "")),
        ("merge WMR-0002 into WMR-0001", ("merge", ("WMR-0002", "WMR-0001"), "", "")),
        ("split WMR-0003 as foi: the contract", ("split", ("WMR-0003",), "foi", "the contract")),
        ("pause", ("pause", (), "", "")),
        ("send me the register please", ("register", (), "", "")),
        ("show WMR-0007?", ("show", ("WMR-0007",), "", "")),
        ("find Ffion Garrick", ("find", (), "Ffion Garrick", "")),
        ("help", ("help", (), "", "")),
    ],
)  # fmt: skip
def test_line_is_a_command(line: str, expected: tuple[str, tuple[str, ...], str, str]) -> None:
    assert wish(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Approve the budget increase for the rural team",
        "Hold on, I have to talk to you",
        "The register that you asked for is attached",
        "I can show you the figures",
        "Candidates may visit on 3 March",
        "Close to 200 people came",
        "Please approve of our plan to visit",
        "Dear Ms Garrick,",
        "Thank you",
        "",
    ],
)
def test_line_is_a_sentence(line: str) -> None:
    assert wish(line) is None


def test_only_the_first_line_counts() -> None:
    assert read("FYI", "The figures are with me.\napprove\n", prefix="WMR", today=MONDAY) is None


def test_reason_is_what_stands_below() -> None:
    found = read("x", "Hi,\n\nclose WMR-0001\nIt is a duplicate.\n", prefix="WMR", today=MONDAY)
    assert found == Wish(action="close", references=("WMR-0001",), text="It is a duplicate.")


def test_subject_as_the_command() -> None:
    assert read("show WMR-0001", "", prefix="WMR", today=MONDAY) == Wish(
        action="show", references=("WMR-0001",)
    )


def test_a_day_that_cannot_be_read_is_a_problem_not_a_guess() -> None:
    found = read_line("hold until smarch", prefix="WMR", today=MONDAY)
    assert found is not None
    assert found.problem.startswith("“smarch”")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Friday", "2026-02-06"),
        ("Monday", "2026-02-09"),  # said on a Monday: the next one
        ("next Tuesday", "2026-02-10"),
        ("tomorrow", "2026-02-03"),
        ("next week", "2026-02-09"),
        ("two", None),
        ("3 days", "2026-02-05"),
        ("12 March", "2026-03-12"),
        ("the 1st of February", "2027-02-01"),  # past this year
        ("March 12, 2027", "2027-03-12"),
        ("12/03/2027", "2027-03-12"),
        ("2026-02-30", None),
    ],
)
def test_day_in_words(words: str, day: str | None) -> None:
    assert day_in(words, MONDAY) == (dt.date.fromisoformat(day) if day else None)


def test_until_in_a_buttons_mail() -> None:
    assert until_in("Reason: court case\nUntil: 12 March", MONDAY) == dt.date(2026, 3, 12)
    assert until_in("Reason: not sure", MONDAY) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [("Electoral process", "electoral_process"), ("press", "media"), ("a public enquiry", "public_enquiry"), ("zebra", "zebra")],
)  # fmt: skip
def test_category_of(words: str, code: str) -> None:
    assert category_of(words) == code
