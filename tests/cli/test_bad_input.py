"""Issue 2, "Bad input": one clear line each, with the contract's exit code, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_bot.store.database import Database

from ..installation import Done, Installation
from ..servers.accounts import Account
from ..servers.dovecot import Dovecot
from ..servers.smtp_sink import SmtpSink
from .conftest import Cli


def assert_one_line(done: Done, code: int, *words: str) -> None:
    assert (done.code, done.out) == (code, ""), done
    assert done.err.endswith("\n") and done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("INBOX_BOT__OFICE__MODE", "observe", ("ofice", "spelling")),
        ("INBOX_BOT__OFFICE__MOOD", "x", ("office.mood", "spelling")),
        ("INBOX_BOT__OFFICE__MODE", "dry", ("office.mode", "live")),
        ("INBOX_BOT__PEOPLE__OFFICERS", "one@office.example", ("JSON",)),
        ("INBOX_BOT__PEOPLE__SPOC", "one@office.example", ("JSON", "people")),
    ],
)
def test_a_wrong_variable_is_named(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv(variable, value)
    assert_one_line(cli("timetable"), 2, *words, *([variable] if "SPOC" not in variable else []))


def test_a_list_in_the_environment_is_json(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_BOT__PEOPLE__OFFICERS", '["one@office.example"]')
    assert cli("timetable").code == 0


@pytest.mark.parametrize("command", [["check"], ["once"], ["status"], ["run"], ["register", "list"]])
def test_a_missing_configuration(cli: Cli, tmp_path: Path, command: list[str]) -> None:
    assert_one_line(cli(*command, config=tmp_path / "none.toml"), 2, "none.toml", "init")


@pytest.mark.parametrize("command", ["check", "once", "status", "timetable"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[office\nname = 1", ("not valid TOML", "inbox-bot.toml")),
        ("[mailbox]\nhots = 'x'", ("inbox-bot.toml",)),
        ("[office]\nprofile = 'atlantis'", ("atlantis", "cleveland")),
    ],
)
def test_a_configuration_that_cannot_be_read(
    cli: Cli, office: Installation, command: str, text: str, words: tuple[str, ...]
) -> None:
    office.config.write_text(text)
    assert_one_line(cli(command), 2, *words)


@pytest.mark.parametrize(
    ("section", "values", "words"),
    [
        ("mailbox", {"hots": "x"}, ("mailbox.hots", "spelling")),
        ("mailbox", {"port": "many"}, ("mailbox.port",)),
        ("mailbox", {"host": "imap.example", "security": "plain"}, ("mailbox", "loopback")),
        ("office", {"mode": "dry"}, ("office.mode",)),
        ("election", {"poll_date": "in May"}, ("election.poll_date",)),
        ("nonsense", {"key": 1}, ("nonsense", "spelling")),
    ],
)
def test_a_wrong_key(
    cli: Cli, office: Installation, section: str, values: dict[str, object], words: tuple[str, ...]
) -> None:
    office.write({**office.data, section: {**office.data.get(section, {}), **values}})
    for command in ("check", "once"):
        assert_one_line(cli(command), 2, *words)


def test_a_secret_that_is_missing(ready: Cli, office: Installation) -> None:
    office.write(
        {**office.data, "mailbox": {**office.data["mailbox"], "username": "a@harrowdale-pcc.example"}}
    )
    assert_one_line(ready("once"), 2, "password")
    office.data["mailbox"]["password_file"] = str(office.home / "nowhere")
    office.write(office.data)
    assert_one_line(ready("once"), 2, "mailbox.password_file", "nowhere")


@pytest.mark.parametrize("command", ["check", "once", "run"])
@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ('[[decide]]\ncategory = "gossip"\n', ("triage.toml", "gossip")),
        ('[[rule]]\nname = "x"\nfor = "media"\nweight = 1\nany = ["("]\nwhen = 1\n', ("triage.toml", "when")),
        ("[[rule]\n", ("triage.toml",)),
    ],
)
def test_rules_that_are_wrong(
    ready: Cli, office: Installation, command: str, rules: str, words: tuple[str, ...]
) -> None:
    (office.home / "config/triage.toml").write_text(rules)
    done = ready(command)
    assert_one_line(Done(code=done.code, out="", err=done.err), 2, *words)


@pytest.mark.parametrize("command", ["check", "once", "run"])
def test_a_template_with_an_undefined_name(ready: Cli, office: Installation, command: str) -> None:
    folder = office.home / "templates/mail/en/acknowledgement"
    folder.mkdir(parents=True)
    (folder / "media.j2").write_text('{% set subject = "x" %}{% call k.p() %}{{ nonsense }}{% endcall %}')
    done = ready(command)
    assert_one_line(Done(code=done.code, out="", err=done.err), 2, "media.j2", "nonsense")


@pytest.mark.parametrize("command", [["once"], ["status"], ["register", "list"], ["backup", "b"]])
def test_a_database_of_an_older_schema(cli: Cli, office: Installation, command: list[str]) -> None:
    assert cli("db", "upgrade").code == 0
    Path(office.home / "var/inbox-bot.db").unlink()
    database = Database(office.database_url)
    database.upgrade("0001")
    database.dispose()
    assert_one_line(cli(*command), 2, "db upgrade")
    assert cli("db", "upgrade").code == 0
    assert cli("status").code == 0


def test_check_names_an_older_schema(cli: Cli, office: Installation) -> None:
    cli("db", "upgrade")
    Path(office.home / "var/inbox-bot.db").unlink()
    database = Database(office.database_url)
    database.upgrade("0001")
    database.dispose()
    done = cli("check", "--offline")
    assert_one_line(Done(code=done.code, out="", err=done.err), 2, "db upgrade")


def test_no_database_and_no_key_yet(cli: Cli) -> None:
    assert_one_line(cli("once"), 2, "db upgrade")


def test_a_database_folder_that_cannot_be_made(cli: Cli, office: Installation) -> None:
    (office.home / "var").write_text("a file where the folder should be")
    assert_one_line(cli("db", "upgrade"), 3, "var")


def test_an_unwritable_archive(ready: Cli, office: Installation) -> None:
    (office.home / "var/archive").write_text("a file where the folder should be")
    done = ready("check", "--offline")
    assert done.code == 3
    assert any(line.startswith("archive:") and "cannot be written" in line for line in done.out.splitlines())


@pytest.mark.dovecot
@pytest.mark.thorough
def test_an_unwritable_archive_loses_no_mail(
    tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink
) -> None:
    made = Installation(tmp_path / "o", mailbox_account, smtp_sink, {"mailbox": {"since": "2026-01-01"}})
    assert made.run("db", "upgrade").code == 0
    mailbox_account.deliver(b"From: a@mail.example\r\nSubject: hello\r\n\r\nWhat is the budget?\r\n")
    (made.home / "var/archive").write_text("a file where the folder should be")
    done = made.run("once", "--json")
    assert (done.code, done.json["fetched"]) == (3, 0)
    assert done.err.count("\n") == 1
    assert "archive" in done.err
    (made.home / "var/archive").unlink()
    assert made.run("once", "--json").json["fetched"] == 1


def test_unreachable_hosts(ready: Cli) -> None:
    done = ready("check")
    assert done.code == 3
    lines = {line.partition(":")[0]: line for line in done.out.splitlines()}
    assert "Nothing answers at 127.0.0.1:9" in lines["IMAP"] and "Nothing answers" in lines["SMTP"]
    assert done.err == ""


def test_once_says_in_its_json_that_the_server_was_away(ready: Cli) -> None:
    done = ready("once", "--json")
    assert done.code == 3
    assert done.json["fetched"] == 0
    assert len(done.json["errors"]) == 1 and "Nothing answers at 127.0.0.1:9" in done.json["errors"][0]


@pytest.mark.dovecot
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"password": "wrong"}, "log-in"),
        ({"sent": "Gesendet"}, "Gesendet"),
        ({"inbox": "Elsewhere"}, "Elsewhere"),
    ],
)
def test_a_wrong_password_and_a_missing_folder(
    tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink, values: dict[str, str], words: str
) -> None:
    made = Installation(tmp_path / "o", mailbox_account, smtp_sink, {"mailbox": values})
    assert made.run("db", "upgrade").code == 0
    done = made.run("check")
    assert done.code == 3 and done.err == ""
    assert any(words in line for line in done.out.splitlines() if line.startswith("IMAP"))
    again = made.run("once", "--json")
    assert again.code == 3 and words in again.json["errors"][0]


@pytest.mark.dovecot
@pytest.mark.thorough
def test_an_untrusted_certificate_is_an_unreachable_server(
    tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    account = dovecot.account("untrusted@harrowdale-pcc.example")
    values = {"port": account.ports["tls"], "security": "tls", "username": "x", "password": account.password}
    made = Installation(tmp_path / "o", None, smtp_sink, {"mailbox": values})
    assert made.run("db", "upgrade").code == 0
    done = made.run("check", SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt")
    assert done.code == 3 and "not trusted" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["once", "--since", "yesterday"],
        ["register", "export", "--format", "pdf"],
        ["register", "list", "--status", "lost"],
        ["digest", "--date", "2027-13-01"],
        ["approve"],
        ["decide", "HDL-0001"],
        ["requeue", "first"],
        ["requeue", str(2**63)],
        ["outbox", "cancel", str(2**63)],
        ["retention"],
    ],
)
def test_bad_usage(ready: Cli, arguments: list[str]) -> None:
    assert_one_line(ready(*arguments), 2, "--help`")


def test_a_group_without_its_command_shows_its_help(cli: Cli) -> None:
    done = cli("register")
    assert (done.code, done.err) == (
        2,
        "inbox-bot register: Missing command. See `inbox-bot register --help`.\n",
    )
    assert "export" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["register", "show", "HDL-0099"],
        ["approve", "HDL-0099"],
        ["requeue", "99"],
        ["outbox", "sent", "99"],
        ["audit", "show", "HDL-0099"],
        ["register", "add", "--sought", "x"],
        ["register", "add", "--sought", "", "--name", "A"],
        ["register", "add", "--sought", "x", "--name", "A", "--email", "nobody"],
        ["register", "add", "--sought", "x", "--name", "A", "--date", "2099-01-01"],
        ["register", "add", "--sought", "x", "--name", "A", "--category", "spam"],
        ["candidates", "import", "nowhere.csv"],
        ["classify", "nowhere.eml"],
        ["restore", "nowhere"],
        ["retention", "--before", "2027-01-01"],
    ],
)
def test_what_is_not_there_or_not_allowed(ready: Cli, arguments: list[str]) -> None:
    assert_one_line(ready(*arguments), 2)
