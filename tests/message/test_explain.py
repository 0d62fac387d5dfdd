# ruff: noqa: E501 - mails and header fields stand as they were sent
"""The memo names what was cut, unwrapped and found."""

from __future__ import annotations

from tests.message.mails import mail

from inbox_bot.message import automated, body, explain, forwarded


def test_explain_tells_the_whole_story() -> None:
    text = "One for you.\n\nJo\n\nBegin forwarded message:\n\nFrom: Bea <bea@mail.example>\nSubject: Visit\nDate: 1 February 2027 at 10:00:00 GMT\nTo: x@force.example\n\nMay I come?\n"
    message = mail(text, subject="Fwd: Visit", sender="Jo <jo@force.example>")
    memo = explain.explain(message, body.cut(message), automated.detect(message), forwarded.unwrap(message))
    assert memo == (
        "Subject    Fwd: Visit\nFrom       Jo <jo@force.example>\nDate       2027-02-01T10:00:00+00:00\n"
        f"Body       plain, utf-8, {len(message.text)} characters\n\n"
        "Written by a person\n\n"
        "Forward (inline, 1 deep) of a message by Bea <bea@mail.example>\n  subject  Visit\n"
        "  date     2027-02-01T10:00:00+00:00\n  because  inline: marker: Begin forwarded message:\n"
        "  covering note\n    | One for you.\n  the original's own words\n    | May I come?\n\n"
        "New words\n    | One for you.\n"
        "  cut      history (forward): Begin forwarded message:\n  cut      signature (name): Jo\n"
    )
