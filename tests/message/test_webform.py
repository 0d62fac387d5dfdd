# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Forms give up the person and the person's words; letters are no forms."""

from __future__ import annotations

from tests.message.mails import mail

from inbox_bot.message import webform
from inbox_bot.message.model import Address


def test_read_finds_the_person_and_the_words() -> None:
    form = webform.read(
        mail(
            "Form: Contact us\nYour name: Bea Birch\nE-mail: Bea@mail.example\nSubject: Visit\nMessage:\nMay I come?\n\nOn Monday?\n\n--\nSent from the website\n"
        )
    )
    assert form is not None
    assert (form.sender, form.words, form.subject) == (
        Address(name="Bea Birch", email="bea@mail.example"),
        "May I come?\n\nOn Monday?",
        "Visit",
    )


def test_read_finds_a_form_in_an_html_table() -> None:
    rows = "".join(
        f"<tr><td>{k}</td><td>{v}</td></tr>"
        for k, v in (
            ("First name", "Bea"),
            ("Last name", "Birch"),
            ("E-mail", "bea@mail.example"),
            ("Message", "May I come?"),
        )
    )
    form = webform.read(mail(f"<table>{rows}</table>", Content_Type="text/html"))
    assert form is not None
    assert (form.sender.name, form.words) == ("Bea Birch", "May I come?")


def test_read_leaves_a_letter_alone() -> None:
    assert (
        webform.read(
            mail("Dear office,\n\nMy name: Bea. My question: may I come?\n\nEmail: bea@mail.example\n")
        )
        is None
    )
