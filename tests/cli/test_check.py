"""`check` and `status --reconcile` on real servers; `init` and what `check` makes of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from inbox_bot import checks, config, installation, reconciliation
from inbox_bot.checks import Finding
from inbox_bot.store import facts
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Cursor

from ..installation import Installation
from ..servers.accounts import Account
from ..servers.smtp_sink import SmtpSink
from .conftest import Cli

NOVEMBER = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def problems(office: Installation, now: dt.datetime = NOVEMBER) -> dict[str, Finding]:
    return {f.subject: f for f in checks.run(config.load(office.config), offline=True, now=now) if f.problem}


def test_init_makes_what_check_accepts_and_overwrites_nothing(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "new"
    assert cli("init", str(target)).code == 0
    settings = config.load(target / "config/inbox-bot.toml")
    assert settings.office.mode == "observe"
    assert [f for f in checks.run(settings, offline=True, now=NOVEMBER) if f.problem] == []
    (target / "config/triage.toml").write_text("# mine\n")
    assert cli("init", str(target)).code == 0
    assert (target / "config/triage.toml").read_text() == "# mine\n"


def test_the_example_names_every_setting() -> None:
    text = (installation.resources.config_dir() / "inbox-bot.example.toml").read_text()
    for name, field in config.Settings.model_fields.items():
        if name in ("home", "protocol"):
            continue
        assert f"[{name}]" in text
        section = field.annotation
        assert section is not None
        for key in section.model_fields:
            if key not in ("password",):
                assert f"{key} = " in text or f"[{name}.{key}]" in text or f"[[{name}.{key}]]" in text, key


def test_what_is_worth_a_second_thought_is_a_finding(ready: Cli, office: Installation) -> None:
    assert problems(office) == {}
    data = office.data
    people = {k: v for k, v in data["people"].items() if k != "alternate"}
    office.write(
        {
            **data,
            "office": {**data["office"], "privacy_notice": ""},
            "people": people,
            "trust": {},
            "deadlines": {"candidate_working_days": 1, "public_working_days": 5},
            "election": {**data["election"], "statement_of_persons_nominated": dt.date(2027, 4, 12)},
        }
    )
    assert set(problems(office)) == {"privacy notice", "alternate", "trust", "targets", "timetable"}
    assert ready("check", "--offline").code == 1


@pytest.mark.thorough
def test_old_holiday_data_open_keys_and_wrong_clocks_are_found(ready: Cli, office: Installation) -> None:
    assert set(problems(office, NOVEMBER + dt.timedelta(days=120))) == {"holidays"}
    (office.home / "var/key").chmod(0o644)
    assert "chmod 600" in problems(office)["key"].problem
    (office.home / "var/key").chmod(0o600)
    assert "clock" in problems(office, dt.datetime(2001, 1, 1, tzinfo=dt.UTC))


@pytest.mark.thorough
def test_exchange_is_reminded_of_where_sent_mail_goes(ready: Cli, office: Installation) -> None:
    office.write({**office.data, "trust": {"provider": "microsoft365"}})
    done = ready("check", "--offline")
    assert "MessageCopyForSentAsEnabled" in done.out
    assert done.code in (0, 1)  # a reminder is no finding: only the age of the holiday data may be one today
    assert problems(office) == {}


@pytest.mark.thorough
def test_plus_addressing_is_only_well_once_such_a_mail_has_come(ready: Cli, office: Installation) -> None:
    settings = config.load(office.config)
    assert "plus addressing" not in {f.subject for f in checks.run(settings, offline=True, now=NOVEMBER)}
    office.write({**office.data, "mailbox": {**office.data["mailbox"], "plus_addressing": True}})
    assert "+check@" in problems(office)["plus addressing"].problem
    database = Database(settings.database_url)
    with database.begin() as session:
        facts.put_time(session, facts.PLUS_ADDRESSING, NOVEMBER)
    database.dispose()
    assert problems(office) == {}


@pytest.mark.dovecot
def test_check_logs_in_to_both_servers_and_sends_nothing(
    tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink
) -> None:
    made = Installation(tmp_path / "o", mailbox_account, smtp_sink)
    assert made.run("db", "upgrade").code == 0
    found = {line["check"]: line for line in made.run("check", "--json").json}
    assert all(found[name]["ok"] for name in ("IMAP", "SMTP", "sent folder", "junk folder", "archive"))
    assert found["sent folder"]["text"] == "Sent" and smtp_sink.delivered == []


@pytest.mark.dovecot
@pytest.mark.thorough
def test_reconcile_takes_in_what_was_missed(
    tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink
) -> None:
    made = Installation(tmp_path / "o", mailbox_account, smtp_sink)
    assert made.run("db", "upgrade").code == 0
    assert made.run("once").code == 0
    mailbox_account.deliver(
        b"From: Merryn <m.trevanion@mail.example>\r\nMessage-ID: <lost@mail.example>\r\n"
        b"Subject: the budget\r\n\r\nWhat is the budget of the commissioner?\r\n"
    )
    database = Database(made.database_url)
    with database.begin() as session:  # as if the cursor had run past it
        cursor = session.get(Cursor, "INBOX")
        assert cursor is not None
        cursor.last_uid += 1
        # The daily comparison stays out of it, also where midnight falls between two of these commands.
        facts.put(session, reconciliation.DONE_ON, "9999-12-31")
    database.dispose()
    assert made.run("once", "--json").json["fetched"] == 0
    (missed,) = made.run("status", "--reconcile", "--json").json["reconciliation"]
    assert missed["message_id"].strip("<>") == "lost@mail.example"
    assert made.run("once", "--json").json["outcomes"]["filed"] == 1
    assert "everything is accounted for" in made.run("status", "--reconcile").out
