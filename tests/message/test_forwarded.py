# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Forwards of the usual programs, nested ones, and replies that only look like forwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.message.mails import mail, multipart, raw

from inbox_bot.message import body, forwarded
from inbox_bot.message.model import Address
from inbox_bot.message.parse import parse

BEA = Address(name="Bea Birch", email="bea@mail.example")
WORDS = "May I visit the station in March?"

BLOCKS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Bea Birch <bea@mail.example>\nDate: Mon, 1 Feb 2027 at 10:00\nSubject: Visit\nTo: <desk@force.example>\n\n\n",
    "outlook": "________________________________\nFrom: Bea Birch <bea@mail.example>\nSent: 01 February 2027 10:00\nTo: Desk\nSubject: Visit\n\n",
    "outlook 2003": "-----Original Message-----\nFrom: Bea Birch [mailto:bea@mail.example]\nSent: 01 February 2027 10:00\nTo: Desk\nSubject: Visit\n\n",
    "outlook mac": "From: Bea Birch <bea@mail.example>\nDate: Monday, 1 February 2027 at 10:00\nTo: Desk\nSubject: Visit\n",
    "apple": "Begin forwarded message:\n\nFrom: Bea Birch <bea@mail.example>\nSubject: Visit\nDate: 1 February 2027 at 10:00:00 GMT\nTo: desk@force.example\n\n",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tVisit\nDate: \tMon, 1 Feb 2027 10:00:00 +0000\nFrom: \tBea Birch <bea@mail.example>\nTo: \tdesk@force.example\n\n\n",
    "samsung": "-------- Original message --------\nFrom: Bea Birch <bea@mail.example>\nDate: 01/02/2027 10:00 (GMT+00:00)\nTo: desk@force.example\nSubject: Visit\n\n",
    "yahoo": "----- Forwarded Message ----- From: Bea Birch <bea@mail.example>To: Desk <desk@force.example>Sent: Monday, 1 February 2027, 10:00:00 GMTSubject: Visit\n",
    "welsh": "________________________________\nOddi wrth: Bea Birch <bea@mail.example>\nAnfonwyd: Dydd Llun, 1 Chwefror 2027 10:00\nAt: Desg\nPwnc: Visit\n\n",
    "german": "-----Ursprüngliche Nachricht-----\nVon: Bea Birch <bea@mail.example>\nGesendet: Montag, 1. Februar 2027 10:00\nAn: Desk\nBetreff: Visit\n\n",
    "romanian": "Începe mesajul redirecționat:\n\nExpeditorul: Bea Birch <bea@mail.example>\nSubiectul: Visit\nData: 1 februarie 2027 la 10:00:00 GMT\nDestinatarul: desk@force.example\n\n",
    "notes": "----- Forwarded by Jo/HQ/Force on 02/02/2027 09:00 -----\n\nBea Birch <bea@mail.example>\n01/02/2027 10:00\n\nTo\nDesk\ncc\n\nSubject\nVisit\n\n",
    "notes with a line": "----- Forwarded by Jo/HQ/Force on 02/02/2027 09:00 -----\n\nFrom:\tBea Birch <bea@mail.example>\nTo:\tDesk\nDate:\t01/02/2027 10:00\nSubject:\tVisit\n_____________________________________________\n\n",
    "labels alone": "From:\nBea Birch <bea@mail.example>\nSent:\n01 February 2027 10:00\nTo:\nDesk\nSubject:\nVisit\n\n",
    "spanish": "De: Bea Birch <bea@mail.example>\nEnviado: lunes, 1 de febrero de 2027 10:00\nPara: Desk\nAsunto: Visit\n\n",
}  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_unwrap_reads_an_inline_forward(block: str) -> None:
    forward = forwarded.unwrap(
        mail(
            f"One for you.\n\nJo\n\n{block}{WORDS}\n\nBea\n",
            subject="FW: Visit",
            sender="Jo <jo@force.example>",
        )
    )
    assert forward is not None
    assert (forward.how, forward.depth, forward.covering_note) == ("inline", 1, "One for you.")
    assert (forward.original.sender, forward.original.subject) == (BEA, "Visit")
    assert forward.original.date == datetime(2027, 2, 1, 10, tzinfo=UTC)
    assert (forward.original.text, forward.original.new_text) == (f"{WORDS}\n\nBea", WORDS)


@pytest.mark.parametrize("gap", ["", "\n"])
def test_unwrap_reads_the_head_of_groupwise(gap: str) -> None:
    text = f"Pls deal. Jo\n\n>>> Bea Birch <bea@mail.example> 01/02/2027 10:00 >>>\n{gap}{WORDS}\n\nBea\n"
    forward = forwarded.unwrap(mail(text, subject="Fwd: Visit", sender="Jo <jo@force.example>"))
    assert forward is not None
    assert (forward.original.sender, forward.original.new_text) == (BEA, WORDS)
    assert forward.covering_note == "Pls deal. Jo"
    reply = mail(text, subject="Re: Visit", sender="Jo <jo@force.example>")
    assert forwarded.unwrap(reply) is None
    assert body.cut(reply).new == "Pls deal. Jo"


def test_unwrap_takes_the_quote_marks_of_apples_forward_off() -> None:
    quoted = "".join(f"> {line}\n" for line in (BLOCKS["apple"] + WORDS).split("\n"))
    forward = forwarded.unwrap(mail(quoted, subject="Fwd: Visit", sender="Jo <jo@force.example>"))
    assert forward is not None
    assert (forward.original.sender, forward.original.text, forward.covering_note) == (BEA, WORDS, "")


def test_unwrap_takes_the_quote_marks_off_where_a_program_wrapped_some_lines() -> None:
    quoted = "Forwarded message:\n\n> From: Bea Birch <bea@mail.example>\n> Subject: Visit\n> Date: Mon, 1 Feb 2027 10:00:00 +0000\n> To: desk@force.example\n>\n> May I\n> visit the\nstation in\n> March?\n"
    forward = forwarded.unwrap(mail(quoted, subject="Fwd: Visit", sender="Jo <jo@force.example>"))
    assert forward is not None
    assert (forward.original.sender, forward.original.text.split()) == (BEA, WORDS.split())


def test_unwrap_keeps_what_the_forwarder_wrote_below() -> None:
    quoted = "".join(f"> {line}\n" for line in (BLOCKS["apple"] + WORDS).split("\n"))
    forward = forwarded.unwrap(
        mail(
            f"One for you.\n\n{quoted}\nNo answer yet.\n",
            subject="Fwd: Visit",
            sender="Jo <jo@force.example>",
        )
    )
    assert forward is not None
    assert (forward.original.text, forward.covering_note) == (WORDS, "One for you.\n\nNo answer yet.")


def test_unwrap_reads_a_subject_over_two_lines() -> None:
    head = (
        BLOCKS["outlook mac"]
        .replace("Subject: Visit\n", "")
        .replace("To: Desk", "Subject: Visit\nin March\nTo: Desk")
    )
    forward = forwarded.unwrap(mail(f"{head}\n{WORDS}\n", subject="FW: Visit"))
    assert forward is not None
    assert (forward.original.subject, forward.original.text) == ("Visit in March", WORDS)


def test_unwrap_goes_to_the_first_sender() -> None:
    outer = "From: Sgt Lee <lee@force.example>\nSent: 02 February 2027 09:00\nTo: Jo\nSubject: FW: Visit\n\nOne for the office?\n\n"
    forward = forwarded.unwrap(
        mail(
            f"As below.\n\n{outer}{BLOCKS['outlook']}{WORDS}\n",
            subject="FW: Visit",
            sender="Jo <jo@force.example>",
        )
    )
    assert forward is not None
    assert (forward.depth, forward.original.sender, forward.original.text, forward.covering_note) == (
        2,
        BEA,
        WORDS,
        "As below.",
    )


@pytest.mark.parametrize("subject", ["RE: Visit", "Re: Fwd: Visit", "Ateb: Visit", "AW: Visit"])
def test_unwrap_leaves_a_reply_alone(subject: str) -> None:
    assert forwarded.unwrap(mail(f"Thank you.\n\n{BLOCKS['outlook']}{WORDS}\n", subject=subject)) is None


def test_unwrap_leaves_a_reply_without_a_prefix_alone() -> None:
    block = BLOCKS["outlook"].replace("bea@mail.example", "election@office.example")
    assert forwarded.unwrap(mail(f"Thank you.\n\n{block}{WORDS}\n", subject="Visit")) is None


def test_unwrap_leaves_a_list_alone_that_looks_like_a_head() -> None:
    words = "My leave:\n\nFrom: Tuesday\nTo: Friday\nSubject: holiday\n\nWhat are the rules?"
    message = mail(words)
    assert forwarded.unwrap(message) is None
    assert body.cut(message).new == words


def test_unwrap_leaves_an_address_in_the_words_alone() -> None:
    assert forwarded.unwrap(mail("Please write to: Bea <bea@mail.example> about it.\nFrom: me\n")) is None


def test_unwrap_opens_an_attached_message_with_its_documents() -> None:
    pdf = "Content-Type: application/pdf; name=plan.pdf\n\nxx"
    inner = multipart("mixed", f"Content-Type: text/plain\n\n{WORDS}", pdf, subject="Visit", sender="Bea Birch <bea@mail.example>", Message_ID="<7@mail.example>")  # fmt: skip
    outer = multipart(
        "mixed",
        "Content-Type: text/plain\n\nOne for you.",
        "Content-Type: message/rfc822\n\n" + inner.decode().replace("frontier", "inner"),
    )
    forward = forwarded.unwrap(parse(outer))
    assert forward is not None
    assert (forward.how, forward.covering_note) == ("rfc822", "One for you.")
    assert (forward.original.sender, forward.original.message_id) == (BEA, "7@mail.example")
    assert [a.name for a in forward.original.attachments] == ["plan.pdf"]


def test_unwrap_reports_a_redirect() -> None:
    forward = forwarded.unwrap(
        mail(f"{WORDS}\n", sender="Bea Birch <bea@mail.example>", Resent_From="desk@force.example")
    )
    assert forward is not None
    assert (forward.how, forward.original.sender, forward.original.new_text, forward.covering_note) == (
        "redirect",
        BEA,
        WORDS,
        "",
    )


def test_unwrap_leaves_a_bounces_copy_alone() -> None:
    report = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1"
    copy = "Content-Type: message/rfc822\n\n" + raw().decode()
    assert (
        forwarded.unwrap(parse(multipart("report", "Content-Type: text/plain\n\nFailed", report, copy)))
        is None
    )
