"""After a busy week: nobody's word, name or address in the logs or the audit trail; files are private."""

from __future__ import annotations

import logging
import os
import re
import stat

import pytest
import structlog
from sqlmodel import select

from inbox_bot import __version__
from inbox_bot.store import audit, health
from inbox_bot.store.tables import Audit

from ..office import INBOX, SPOC, Office, mail

PEOPLE = {
    "Ffion Garrick <ffion.garrick@mail.example>": "I am a candidate. How many patrol Thistledown Lane?",
    "Gethin Ormsby <gethin@gazette.example>": "I report for the Gazette. Comment on the zebra budget?",
    "Maud Tranter <maud@mail.example>": "Under the Freedom of Information Act send me the heliport invoices.",
    "": "Nobody signs this letter about marmalade.",
}
SECRETS = (
    "garrick", "ffion", "thistledown", "gethin", "ormsby", "gazette.example", "zebra", "tranter", "maud",
    "heliport", "marmalade", "mail.example", "calloway", "nerys", "thackeray", "walrus", "correct-horse",
)  # fmt: skip
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


def busy_week(office: Office) -> None:
    asked = []
    for sender, text in PEOPLE.items():
        message = mail(sender or "x@mail.example", f"About {text[-12:]}", text, date=office.now)
        if not sender:
            del message["From"]
        office.deliver(message)
        asked.append(str(message["Message-ID"]))
    office.deliver(b"\x80\x81 not a mail at all, marmalade\r\n")
    office.once()
    for day in range(3, 7):
        office.go_to(f"2026-02-0{day} 09:05")
        if day == 3:
            office.deliver(
                mail(f"Nerys Calloway <{SPOC}>", "Re: walrus", "There are 14 walrus officers.",
                     to=f"ffion.garrick@mail.example, {INBOX}", date=office.now, in_reply_to=asked[0]),
                folder="Sent",
            )  # fmt: skip
        office.once()
    office.command("approve", "HDL-0001")
    office.command("close", "HDL-0003", text="heliport was withdrawn by Maud Tranter")
    office.once()


@pytest.fixture
def week(
    office: Office, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> tuple[Office, str]:
    caplog.set_level(logging.DEBUG)
    structlog.configure(processors=[structlog.processors.LogfmtRenderer()])
    busy_week(office)
    structlog.reset_defaults()
    shown = capsys.readouterr()
    return office, shown.out + shown.err + caplog.text


def test_logs_hold_no_address_and_no_word(week: tuple[Office, str]) -> None:
    _, logs = week
    ours = "\n".join(
        line for line in logs.splitlines() if "mail.log" not in line
    )  # aiosmtpd's own, the test's
    assert "handled" in ours
    assert [s for s in SECRETS if s in ours.lower()] == []
    assert ADDRESS.findall(ours) == []


def test_audit_rows_say_who_what_when_and_by_which_program_but_nobodys_name(week: tuple[Office, str]) -> None:
    office, _ = week
    with office.database.begin() as session:
        rows = session.exec(select(Audit)).all()
        assert audit.verify(session).broken_at is None
    assert {"entry_opened", "mail_queued", "mail_sent", "deadline_set"} <= {row.action for row in rows}
    for row in rows:
        assert row.actor and row.action and row.at.tzinfo is not None
        assert row.detail["program"] == __version__
        assert re.fullmatch(r"[0-9a-f]{12}", row.detail["rules"])
        text = f"{row.actor} {row.action} {row.subject} {row.detail}".lower()
        assert [s for s in SECRETS if s in text] == [], row.action
        assert ADDRESS.findall(text) == [], row.action
    opened = [row for row in rows if row.action == "entry_opened"]
    assert all(row.detail["message"] and row.detail["sha256"] for row in opened)


def test_status_holds_no_address_word_or_password(week: tuple[Office, str]) -> None:
    office, _ = week
    text = str(health.status(office.database, office.service.clock())).lower()
    assert [s for s in SECRETS if s in text] == []
    assert ADDRESS.findall(text) == []


def test_what_is_kept_is_for_the_services_user_alone(week: tuple[Office, str]) -> None:
    office, _ = week
    file = office.database.file
    assert file is not None
    private = [file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))]
    private += list(office.service.archive.path.rglob("*"))
    private.append(office.settings.path(office.settings.security.key_file))
    for path in private:
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, path


def test_secrets_are_in_no_settings_shown(office: Office) -> None:
    assert office.account.password not in repr(office.settings)
    assert office.account.password not in repr(office.service.mailbox().endpoint)
