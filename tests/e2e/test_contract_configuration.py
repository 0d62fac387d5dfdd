"""What the contract promises of the configuration: relative files, the environment laid over the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_bot import config

FILE = """
[office]
name = "Office of the Police and Crime Commissioner for Harrowdale"
short_name = "Harrowdale OPCC"
reference_prefix = "HDL"
inbox_address = "election@harrowdale-pcc.example"
website = "https://harrowdale-pcc.example/election"
privacy_notice = "https://harrowdale-pcc.example/privacy"
[election]
poll_date = 2027-05-06
[people]
spoc = { email = "spoc@harrowdale-pcc.example" }
chief_executive = { email = "chief@harrowdale-pcc.example" }
paro = { email = "paro@harrowdale-council.example" }
[mailbox]
password_file = "secrets/imap"
[mailbox.oauth2]
client_secret_file = "secrets/client"
[smtp]
port = 465
password_file = "secrets/smtp"
"""


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "secrets").mkdir()
    for name in ("imap", "smtp", "client", "other"):
        (tmp_path / "secrets" / name).write_text(f"{name}-secret\n")
    file = tmp_path / "config" / "inbox-bot.toml"
    file.write_text(FILE)
    return file


def test_relative_secret_files_count_from_the_installation(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    settings = config.load(settings_file)
    assert settings.mailbox.secret() == "imap-secret"
    assert settings.smtp.secret() == "smtp-secret"
    assert settings.mailbox.oauth2 is not None
    assert settings.mailbox.oauth2.secret() == "client-secret"


def test_the_environment_wins_key_by_key(settings_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_BOT__SMTP__PORT", "2525")
    monkeypatch.setenv("INBOX_BOT__SMTP__PASSWORD_FILE", "secrets/other")
    settings = config.load(settings_file)
    assert (settings.smtp.port, settings.smtp.secret()) == (2525, "other-secret")
    assert settings.mailbox.secret() == "imap-secret"
