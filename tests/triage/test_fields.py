"""Round six: one line a mail, by field of meaning, labelled before any rule was run on it.

`category|subject|words|name;address` (the last part may be missing). `emergency` stands for a policing matter
with danger now. At first sight the rules of the day made 0.44 of the first 90 and 0.51 of the rest; the mark
guards against falling back and measures nothing new.
"""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from inbox_bot.message.body import cut_text
from inbox_bot.triage.batch import Batch

LINES = (Path(__file__).parent / "fields.txt").read_text(encoding="utf-8").splitlines()


def mail(line: str, number: int) -> tuple[str, bytes]:
    category, subject, words, *writer = line.split("|")
    name, address = writer[0].split(";") if writer else (f"Sam Person{number}", f"sam{number}@mail.example")
    message = EmailMessage()
    message["From"] = f"{name} <{address}>"
    message["To"] = "election@calderfen-pcc.example"
    message["Subject"] = subject
    message["Date"] = "Wed, 06 Jan 2027 14:00:00 +0000"
    message["Message-ID"] = f"<six-{number}@mail.example>"
    message.set_content(words.replace("\\n", "\n") + ("" if "\\n" in words else f"\n\n{name.split()[0]}"))
    return category, message.as_bytes()


@pytest.fixture(scope="module")
def judged(shipped):
    batch = Batch(shipped)
    mails = [mail(line, number) for number, line in enumerate(LINES)]
    return [(want, batch.line(raw, str(number))) for number, (want, raw) in enumerate(mails)]


def test_categories_by_field(judged):
    right = [got["category"] == want.replace("emergency", "policing_matter") for want, got in judged]
    assert sum(right) / len(right) >= 0.86


def test_danger_now_and_only_now(judged):
    assert [got["subject"] for want, got in judged if (want == "emergency") != got["emergency"]] == []


def test_nothing_but_spam_is_taken_for_spam(judged):
    assert [got["subject"] for want, got in judged if want != "spam" and got["category"] == "spam"] == []


def test_a_cut_never_leaves_a_short_message_empty():
    assert cut_text("delete my email address from your mailing list").new == (
        "delete my email address from your mailing list"
    )
