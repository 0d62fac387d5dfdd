"""What is asked first, since it is cheap, hides nothing that would be found: on real and made-up words."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.message import bounces, history, mime, parse, signature, signers, webform
from inbox_bot.message.model import ParsedMessage
from inbox_bot.sources import read_messages
from inbox_bot.triage import likeness, who

HERE = Path(__file__).parents[1]
FOLDERS = [HERE / "corpus", *sorted(f for f in (HERE / "triage/areas").iterdir() if f.is_dir())[::3]]
LINES = [
    "Many thanks, Joan Prewett", "Cheers - Barney x", "Many thanks, Ann Mary Hill (Mrs) North",
    "Atebwch uwchben y llinell", "Diolch, Siân",
    "Sent from my iPhone", "> Sent from Outlook for Android, sorry for typos", "Anfonwyd o fy ffôn",
    "T: 01632 960001", "Mob. 07700 900123", "www.hill.example", "AB1 2CD", "ann@mail.example", "ext | 12",
]  # fmt: skip


@pytest.fixture(scope="module")
def mails() -> list[ParsedMessage]:
    return [parse.parse(raw) for folder in FOLDERS for _, raw in read_messages(folder)]


@pytest.fixture(scope="module")
def lines(mails: list[ParsedMessage]) -> list[str]:
    return [*LINES, *dict.fromkeys(line.strip() for mail in mails for line in mail.text.split("\n"))]


@pytest.mark.parametrize(
    ("first", "exact"),
    [
        (signature._ENDS_NAMED.search, signature._CLOSING_NAME.match),
        (signers._CONTACT_SIGN.search, signers._CONTACT.search),
        (signature._DEVICE_BEGINS.match, signature._DEVICE.match),
        (history._has_sign, re.compile(r"(?i)[:：@/\ue000]|[-–—_=]{2}|above|uwchben").search),
    ],
)
def test_a_line_that_is_passed_over_holds_nothing(first, exact, lines: list[str]) -> None:
    found = [line for line in lines if exact(line)]
    assert len(found) >= 5
    assert [line for line in found if not first(line)] == []


def test_no_form_is_passed_over(mails: list[ParsedMessage]) -> None:
    texts = [mail.text for mail in mails]
    read = webform.read_text.__wrapped__
    quickly = [read(text) for text in texts]
    with patch.object(webform, "_FORM") as nothing_first:
        nothing_first.may_match.return_value = True
        assert quickly == [read(text) for text in texts]
    assert sum(form is not None for form in quickly) >= 20
    assert sum(not webform._FORM.may_match(text) for text in texts) > len(texts) / 2


@pytest.mark.parametrize("label", ["Message", "Your question", "Neges / Message", "Q3. What is it about?"])
@pytest.mark.parametrize("form", ["{}: {}", "  {} = {}", "{}\n\n{}", "{} ....... {}", "** {} **\n{}"])
def test_a_form_is_known_by_any_label_of_the_message(label: str, form: str) -> None:
    text = f"Name: Ann Hill\nE-mail: ann@mail.example\nWard: North\n{form.format(label, 'When is it?')}\n"
    assert webform._FORM.may_match(text)


@given(st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b" ", b"\t", b"a: b"]), max_size=9).map(b"".join))
def test_the_header_ends_where_it_did(octets: bytes) -> None:
    plainly = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r").search(octets)
    found = mime._HEADER_END.search(octets)
    assert (found and found.span()) == (plainly and plainly.span())


@given(st.text("a1'£ ", max_size=12))
def test_words_are_what_they_were(text: str) -> None:
    assert likeness._WORD.findall(text) == re.findall(r"[a-z0-9£']*[a-z£][a-z0-9£']*", text)


@given(st.lists(st.sampled_from(["for", "FOR", "x", " ", "\t", "<", "a@b.example", ">", ";"]), max_size=9))
def test_whom_a_server_received_it_for(pieces: list[str]) -> None:
    line = "".join(pieces)
    plainly = re.findall(r"(?i)\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?", line)
    assert who._RECEIVED_FOR.findall(line) == plainly


def test_prose_is_read_for_a_failure_only_where_something_else_tells_of_one() -> None:
    told = "Your message could not be delivered to the following recipients: a@hill.example\n"
    person = f"From: Ann <ann@mail.example>\nSubject: Hello\n\n{told}".encode()
    daemon = f"From: MAILER-DAEMON@mail.example\nSubject: Undelivered\n\n{told}".encode()
    with patch.object(bounces, "_FAILED") as failed:
        assert bounces.read(parse.parse(person)) is None
        assert failed.mock_calls == []
    report = bounces.read(parse.parse(daemon))
    assert report is not None
    assert report.recipients == ("a@hill.example",)
