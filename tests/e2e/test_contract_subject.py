"""The reference stands at the very beginning of the subject, however a reader unfolds it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from inbox_bot.render.headers import POLICY


@pytest.mark.parametrize(
    "subject",
    [
        "[HDL-0003] Freedom of information request, due Monday 21 December 2026",
        "[HDL-0003] " + "words and more words " * 12 + "end",
        "[HDL-0003] " + "x" * 2000,
        "[HDL-0003] Cais am wybodaeth am y tîm troseddau gwledig, " * 3,
        "[HDL-0003]  two  spaces",
    ],
)
def test_subject_comes_back_as_it_was(subject: str) -> None:
    message = EmailMessage(policy=POLICY)
    message["Subject"] = subject
    raw = message.as_bytes()
    assert message_from_bytes(raw, policy=policy.default)["Subject"].strip() == subject.strip()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    if len(max(subject.split(), key=len)) < 39 and subject.isascii():
        assert raw.startswith(b"Subject: [HDL-0003]")
