"""Children of the service are given no secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from inbox_bot.transport import child, trial
from inbox_bot.transport.documents import extract_text

SHOW = "import os, sys; sys.stdout.write(' '.join(f'{k}={v}' for k, v in os.environ.items()))"


def test_a_child_sees_no_setting_and_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_BOT__SMTP__PASSWORD", "correct-horse")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/inbox-bot.service")
    seen = subprocess.run(
        [sys.executable, "-c", SHOW], env=child.environment(), capture_output=True, text=True, check=True
    ).stdout
    assert "correct-horse" not in seen
    assert "credentials" not in seen.lower()


def test_the_children_work_with_what_they_get(tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_bytes(b"From: a@mail.example\r\nSubject: Hello\r\n\r\nWhen is the panel?\r\n")
    assert trial.survives(mail)
    nothing = extract_text(b"%PDF-1.4 torn", content_type="application/pdf", name="torn.pdf", seconds=5)
    assert (nothing, bool(nothing.reason)) == ("", True)
