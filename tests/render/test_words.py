"""Values in plain words, and other people's text on a screen of any width."""

from __future__ import annotations

from inbox_bot.casework.asking import HELP
from inbox_bot.render.words import WIDTH, unwrapped

WRAPPED = """Good morning,

How much of the 2026/27 budget is held in reserves, what is it meant
for, and how many vacant constable posts does the budget carry? I ask as
somebody who stood in 2021.

- one thing that is long enough to stand for the width of this letter so
- another

Ada Quill
3 Mill Row
Harrowdale"""


def test_unwrapped_takes_out_a_mail_programs_line_ends_and_keeps_peoples_own() -> None:
    assert unwrapped(WRAPPED).split("\n") == [
        "Good morning,",
        "",
        "How much of the 2026/27 budget is held in reserves, what is it meant for, and how many vacant "
        "constable posts does the budget carry? I ask as somebody who stood in 2021.",
        "",
        "- one thing that is long enough to stand for the width of this letter so",
        "- another",
        "",
        "Ada Quill",
        "3 Mill Row",
        "Harrowdale",
    ]


def test_unwrapped_is_not_misled_by_what_redaction_made_longer() -> None:
    text = (
        "I am putting myself forward as an [party removed] candidate for Police and\nCrime Commissioner.\n"
        "\nHow much of the 2026/27 budget is held in reserves, what is it meant\nfor, and why?"
    )
    assert unwrapped(text).count("\n") == 2


def test_unwrapped_leaves_text_alone_that_no_program_wrapped() -> None:
    short = "We ask:\nhow many\nand when"
    assert unwrapped(short) == short
    flowing = "A paragraph on one line that goes on and on, as most programs write it today, " * 2
    assert unwrapped(f"{flowing}\nand the next") == f"{flowing}\nand the next"
    assert unwrapped("") == ""


def test_help_is_shown_as_it_stands() -> None:
    assert max(map(len, HELP.split("\n"))) <= WIDTH - 2  # beside the bar of what is quoted
