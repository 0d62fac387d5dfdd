"""Mails written in place, and the shipped rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from inbox_bot.message import parse
from inbox_bot.triage.classify import understand
from inbox_bot.triage.context import Context
from inbox_bot.triage.model import Understood
from inbox_bot.triage.setup import default_context

INBOX = "election@calderfen-pcc.example"


def write_mail(
    body: str,
    *,
    sender: str = "Ada Finch <ada.finch@post.example>",
    subject: str = "Question",
    to: str = INBOX,
    html: str = "",
    **headers: str,
) -> bytes:
    message = EmailMessage()
    message["Received"] = f"from a.example by b.example for <{INBOX}>; Mon, 01 Mar 2027 10:00:00 +0000"
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 01 Mar 2027 10:00:00 +0000"
    message["Message-ID"] = f"<{abs(hash((body, sender, subject))):x}@post.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture(scope="session")
def shipped() -> Context:
    return default_context()


@pytest.fixture
def look(shipped: Context):
    def run(
        body: str, *, context: Context | None = None, known: dict | None = None, **mail: str
    ) -> Understood:
        base = replace(context or shipped, received_at=datetime(2027, 3, 1, 10, tzinfo=UTC), **(known or {}))
        return understand(parse.parse(write_mail(body, **mail)), base)

    return run
