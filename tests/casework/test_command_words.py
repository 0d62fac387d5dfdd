"""Plain words: what is a command, what is not, and which day is meant."""

# ruff: noqa: E501  (a table of lines)
from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from inbox_bot.casework import day_words
from inbox_bot.casework.actions import ACTIONS
from inbox_bot.casework.command_words import QUESTIONS, Wish, category_of, read, read_decision, read_line
from inbox_bot.casework.vocabulary import load, shipped
from inbox_bot.config import read_toml
from inbox_bot.errors import ConfigError
from inbox_bot.resources import config_dir

MONDAY = dt.date(2026, 2, 2)
WORDS: Any = {"prefix": "WMR", "today": MONDAY, "vocabulary": shipped()}


def day_in(words: str, today: dt.date) -> dt.date | None:
    return day_words.day_in(words, today, shipped().days)


def wish(line: str) -> tuple[str, tuple[str, ...], str, str] | None:
    found = read_line(line, **WORDS)
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
        ("clarification received WMR-0003", ("extend", ("WMR-0003",), "clarified", "")),
        ("the fee was paid", ("extend", (), "paid", "")),
        ("extend WMR-0003 fees", ("extend", ("WMR-0003",), "fees", "")),
        ("extend WMR-0003 complex", ("extend", ("WMR-0003",), "complex", "")),
        ("reclassify WMR-0003 to environmental information", ("reclassify", ("WMR-0003",), "environmental", "")),
    ],
)  # fmt: skip
def test_line_is_a_command(line: str, expected: tuple[str, tuple[str, ...], str, str]) -> None:
    assert wish(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cymeradwyo", ("approve", (), "", "")),
        ("Cymeradwywch WMR-0007 os gwelwch yn dda", ("approve", ("WMR-0007",), "", "")),
        ("cymeradwyo WMR-0007 a WMR-0008, diolch yn fawr", ("approve", ("WMR-0007", "WMR-0008"), "", "")),
        ("golygu WMR-0007", ("edit", ("WMR-0007",), "", "")),
        ("dal WMR-0007 tan ddydd Gwener: achos llys", ("hold", ("WMR-0007",), "2026-02-06", "achos llys")),
        ("daliwch yn ôl tan 12 Mawrth", ("hold", (), "2026-03-12", "")),
        ("tynnu'n ôl WMR-0007: camgymeriad", ("withdraw", ("WMR-0007",), "", "camgymeriad")),
        ("nid i'w gyhoeddi: mae'n enwi tyst", ("not_for_publication", (), "", "mae'n enwi tyst")),
        ("peidiwch â chyhoeddi WMR-0007", ("not_for_publication", ("WMR-0007",), "", "")),
        ("cyhoeddi WMR-0007", ("publish", ("WMR-0007",), "", "")),
        ("clirio'r dogfennau WMR-0007", ("clear_documents", ("WMR-0007",), "", "")),
        ("ailddosbarthu WMR-0007 i rhyddid gwybodaeth", ("reclassify", ("WMR-0007",), "foi", "")),
        ("neilltuo WMR-0007 i a.jones@pcc.example", ("assign", ("WMR-0007",), "a.jones@pcc.example", "")),
        ("penderfynu ie WMR-0003: teg i bawb", ("decide_yes", ("WMR-0003",), "", "teg i bawb")),
        ("penderfynwyd gwrthod oherwydd preifatrwydd", ("decide_no", (), "", "preifatrwydd")),
        ("gofynnwyd am eglurhad WMR-0003", ("extend", ("WMR-0003",), "clarification", "")),
        ("daeth yr eglurhad", ("extend", (), "clarified", "")),
        ("budd y cyhoedd tan 12 Mawrth", ("extend", (), "public_interest 2026-03-12", "")),
        ("awdurdod WMR-0002 heddlu", ("authority", ("WMR-0002",), "force", "")),
        ("ateb dros dro", ("holding", (), "", "")),
        ("atebwyd dros y ffôn: pedwar ar ddeg", ("answered_elsewhere", (), "", "pedwar ar ddeg")),
        ("cau WMR-0002: dyblyg", ("close", ("WMR-0002",), "", "dyblyg")),
        ("ailagor WMR-0002", ("reopen", ("WMR-0002",), "", "")),
        ("rhyddhau WMR-0002", ("release", ("WMR-0002",), "", "")),
        ("cyfeirio WMR-0002 at y swyddog canlyniadau", ("refer", ("WMR-0002",), "paro", "")),
        ("cadw WMR-0002 yma", ("keep_here", ("WMR-0002",), "", "")),
        ("nid sbam 12", ("not_spam", (), "12", "")),
        ("uno WMR-0002 i WMR-0001", ("merge", ("WMR-0002", "WMR-0001"), "", "")),
        ("hollti WMR-0003 fel foi: y contract", ("split", ("WMR-0003",), "foi", "y contract")),
        ("nodyn WMR-0003: ffoniodd", ("note", ("WMR-0003",), "", "ffoniodd")),
        ("canslo", ("cancel", (), "", "")),
        ("oedi", ("pause", (), "", "")),
        ("ailddechrau anfon", ("resume", (), "", "")),
        ("cofrestr", ("register", (), "", "")),
        ("dangos WMR-0007", ("show", ("WMR-0007",), "", "")),
        ("chwilio am Garrick", ("find", (), "Garrick", "")),
        ("ymgeiswyr", ("candidates", (), "", "")),
        ("cymorth", ("help", (), "", "")),
    ],
)
def test_line_is_a_command_in_welsh(line: str, expected: tuple[str, tuple[str, ...], str, str]) -> None:
    assert wish(line) == expected


def test_every_action_and_question_has_its_words_in_both_languages() -> None:
    without_words = {"link", "sent", "send_again"}  # only the buttons know which mail is meant
    named = {"decide" if action.startswith("decide") else action for action in ACTIONS} - without_words
    rows = read_toml(config_dir() / "commands.toml")["command"]
    assert {row["action"] for row in rows} == named | QUESTIONS
    assert all(row["en"] and row["cy"] for row in rows)


@pytest.mark.parametrize(
    ("words", "action", "text"),
    [
        ("Yes: the same for everybody", "decide_yes", "the same for everybody"),
        ("Approved – fine by me\nConditions or risks: none", "decide_yes", "fine by me\nConditions or risks: none"),
        ("No, nobody has one", "decide_no", "nobody has one"),
        ("Cytuno: yr un fath i bawb", "decide_yes", "yr un fath i bawb"),
        ("Gwrthod\nRheswm: preifatrwydd", "decide_no", "Rheswm: preifatrwydd"),
    ],
)  # fmt: skip
def test_an_answer_to_the_question_of_a_decision(words: str, action: str, text: str) -> None:
    assert read_decision(words, **WORDS) == Wish(action=action, text=text)


def test_headings_stand_in_either_language() -> None:
    assert shipped().after("reason", "Rheswm: achos llys") == "achos llys"
    assert shipped().after("asked", "Asked:") == ""
    assert shipped().after("reason", "No reason given") is None


@pytest.mark.parametrize(
    ("change", "said"),
    [(("approved?{it}", "approved?({it}"), r"command 1 \(approve, en\) is no regular expression"),
     (("[roles]", "[rolls]"), "roles is missing"),
     (('polite = ["please"', 'polite = [1, "please"'), "list of words is expected")],
)  # fmt: skip
def test_an_offices_own_words_that_are_wrong_stop_the_start(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    own = tmp_path / "commands.toml"
    own.write_text((config_dir() / "commands.toml").read_text(encoding="utf-8").replace(*change, 1), "utf-8")
    with pytest.raises(ConfigError, match=said):
        load(own)


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
        "Dal i aros am ateb gan yr heddlu",
        "Mae'r gofrestr wedi'i hatodi",
        "Cadw mewn cysylltiad",
        "approve " * 100,
        "",
    ],
)
def test_line_is_a_sentence(line: str) -> None:
    assert wish(line) is None


def test_only_the_first_line_counts() -> None:
    assert read("FYI", "The figures are with me.\napprove\n", **WORDS) is None


def test_reason_is_what_stands_below() -> None:
    found = read("x", "Hi,\n\nclose WMR-0001\nIt is a duplicate.\n", **WORDS)
    assert found == Wish(action="close", references=("WMR-0001",), text="It is a duplicate.")


def test_subject_as_the_command() -> None:
    assert read("show WMR-0001", "", **WORDS) == Wish(action="show", references=("WMR-0001",))


def test_a_day_that_cannot_be_read_is_a_problem_not_a_guess() -> None:
    found = read_line("hold until smarch", **WORDS)
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
        ("dydd Mawrth", "2026-02-03"),  # Tuesday
        ("ddydd Gwener nesaf", "2026-02-13"),
        ("yfory", "2026-02-03"),
        ("wythnos nesaf", "2026-02-09"),
        ("2 wythnos", "2026-02-16"),
        ("y 12fed o Fawrth", "2026-03-12"),
        ("3 Rhagfyr 2027", "2027-12-03"),
    ],
)
def test_day_in_words(words: str, day: str | None) -> None:
    assert day_in(words, MONDAY) == (dt.date.fromisoformat(day) if day else None)


def test_until_in_a_buttons_mail() -> None:
    days = shipped().days
    assert day_words.until_in("Reason: court case\nUntil: 12 March", MONDAY, days) == dt.date(2026, 3, 12)
    assert day_words.until_in("Rheswm: achos llys\ntan 12 Mawrth", MONDAY, days) == dt.date(2026, 3, 12)
    assert day_words.until_in("Reason: not sure", MONDAY, days) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [("Electoral process", "electoral_process"), ("press", "media"), ("a public enquiry", "public_enquiry"), ("zebra", "zebra")],
)  # fmt: skip
def test_category_of(words: str, code: str) -> None:
    assert category_of(words, shipped()) == code


def test_every_form_in_the_table_for_people_is_understood() -> None:
    page = (config_dir().parent / "docs/commands.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2:3] for line in page.splitlines() if line.startswith("| ")]
    forms = [form for row in rows for form in re.findall(r"`([^`]+)`", row[0])]
    parts = {
        "Asked:",
        "Answered:",
        "Conditions or risks:",
        "paro",
        "police",
        "force",
        "chief executive",
        "panel",
    }
    parts |= {"to environmental information", "heddlu", "tân"}  # what a form may say instead
    unread = []
    for form in forms:
        line = form.replace("REF and REF", "WMR-0002 and WMR-0001")
        line = line.replace("REF into REF", "WMR-0002 into WMR-0001").replace("REF", "WMR-0001")
        line = line.replace("not spam N", "not spam 7").replace("sbam N", "sbam 7")
        line = (
            line.replace("to …", "to media")
            .replace("i …", "i media")
            .replace("at …", "at paro")
            .replace("…", "x")
        )
        if form in parts or read_line(line, **WORDS) or read_decision(line, **WORDS):
            continue
        unread.append(form)
    assert len(forms) > 70
    assert unread == []
