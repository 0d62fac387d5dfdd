# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Tokens, parents, bare subjects, and what counts as the same mail."""

from __future__ import annotations

import pytest
from tests.message.mails import mail

from inbox_bot.message import thread


@pytest.mark.parametrize(
    ("subject", "tokens"),
    [
        ("Re: Visit [WMR-0007]", ("WMR-0007",)),
        ("[wmr-0007] and [WMR-0012] [WMR-0007]", ("WMR-0007", "WMR-0012")),
        ("About WMR-0007", ()),
        ("[XYZ-0007]", ()),
    ],
)
def test_reference_tokens(subject: str, tokens: tuple[str, ...]) -> None:
    assert thread.reference_tokens(subject, "WMR") == tokens


def test_parents_are_likeliest_first() -> None:
    message = mail(In_Reply_To="<c@x>", References="<a@x> <b@x> <c@x>")
    assert thread.parents(message) == ("c@x", "b@x", "a@x")


@pytest.mark.parametrize(
    "subject",
    [
        "Visit to Harrowick", "Re: Visit to Harrowick", "RE: FW: Visit to Harrowick", "AW: Visit to Harrowick", "ML: Visit to Harrowick",
        "Ateb: Visit to Harrowick", "Re[2]: Visit to Harrowick", "[EXTERNAL] Re: Visit to Harrowick", "Anf: Visit to Harrowick",
        "Automatic reply: Visit to Harrowick", "TR : Visit to Harrowick", "Re: " * 20 + "Visit to Harrowick",
    ],
)  # fmt: skip
def test_bare_subject(subject: str) -> None:
    assert thread.bare_subject(subject) == "Visit to Harrowick"


def test_fingerprint_survives_rewrapping_but_not_another_date() -> None:
    one = mail("Dear office,\nhow many “officers”\nserve?\n")
    rewrapped = mail(
        'Dear office,\r\nhow many "officers" serve?\r\n',
        Received="from a by b; Mon, 1 Feb 2027 10:00:00 +0000",
    )
    later = mail("Dear office,\nhow many “officers”\nserve?\n", Date="Tue, 02 Feb 2027 10:00:00 +0000")
    assert thread.fingerprint(one) == thread.fingerprint(rewrapped)
    assert thread.fingerprint(one) != thread.fingerprint(later)


def test_content_key_knows_the_same_text_again_but_not_from_another_sender() -> None:
    text = "Please publish the register.\n"
    one = mail(text, Message_ID="<1@x>")
    again = mail(text, Message_ID="<2@x>", Date="Thu, 04 Feb 2027 10:00:00 +0000")
    campaign = mail(text, sender="Bea <bea@mail.example>")
    assert thread.content_key(one) == thread.content_key(again)
    assert thread.content_key(one) != thread.content_key(campaign)


def test_content_key_tells_two_forwards_with_the_same_covering_note_apart() -> None:
    def passed_on(sender: str, words: str) -> str:
        block = f"-----Original Message-----\nFrom: {sender}\nSent: 1 February 2027 09:00\nTo: desk@force.example\nSubject: A question\n\n{words}\n"
        return thread.content_key(mail(f"One for the inbox.\n\n{block}", Subject="FW: A question"))

    first = passed_on("Ada Quill <ada@mail.example>", "How many officers are there?")
    assert first == passed_on("Ada Quill <ada@mail.example>", "How many officers\nare there?")
    assert first != passed_on("Ada Quill <ada@mail.example>", "How many dogs are there?")
    assert first != passed_on("Ben Orr <ben@mail.example>", "How many officers are there?")


def test_content_key_knows_what_another_address_of_ours_passed_on() -> None:
    """The same mail to two addresses of the office, one of which redirects to the other, comes twice."""
    words = "May I come on Monday?\n"
    passed_on = mail(words, X_Forwarded_To="election@office.example", Delivered_To="office@office.example")
    assert thread.content_key(passed_on) == thread.content_key(mail(words))


def test_content_key_tells_the_same_words_in_answer_to_two_mails_apart() -> None:
    one, other = (mail("Yes please.\n", In_Reply_To=f"<{n}@office.example>") for n in (1, 2))
    assert thread.content_key(one) != thread.content_key(other)
