"""Real mounts: folders that are read-only, a disk that is full, in a mount namespace of the command's own.

Unlike file modes, a mount binds root too, as tests and careless installations run.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ..installation import Done, Installation
from ..office import mail
from ..servers.accounts import Account
from ..servers.smtp_sink import SmtpSink

UNSHARE = ("unshare", "--map-root-user", "--mount")


def may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run((*UNSHARE, "mount", "-t", "tmpfs", "x", "/mnt"), capture_output=True).returncode == 0
    )


pytestmark = [
    pytest.mark.thorough,
    pytest.mark.dovecot,
    pytest.mark.skipif(not may_mount(), reason="this machine allows no mount namespaces"),
]
READ_ONLY = "mount --bind {0} {0} && mount -o remount,bind,ro {0}"
SMALL = "mount -t tmpfs -o size=100k x {0}"


@pytest.fixture
def made(tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink) -> Installation:
    made = Installation(tmp_path / "o", mailbox_account, smtp_sink)
    assert made.run("db", "upgrade").code == 0
    assert made.run("once").code == 0
    (made.home / "var" / "archive").mkdir(exist_ok=True)
    return made


def once_under(made: Installation, mounts: str) -> Done:
    shell = [*UNSHARE, "sh", "-ec", f'{mounts}; exec "$@"', "sh", *made.command("once", "--json")]
    done = subprocess.run(shell, capture_output=True, text=True, cwd=made.home, timeout=120)
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize(
    ("folder", "mounts", "said"),
    [
        ("var", READ_ONLY, "cannot be opened for writing"),
        ("var/archive", READ_ONLY, "(read-only file system)"),
        ("var/archive", SMALL, "make room on the disk"),
    ],
    ids=["read-only database", "read-only archive", "full archive"],
)
def test_a_disk_that_takes_nothing_is_one_line_and_no_loss(
    made: Installation, mailbox_account: Account, smtp_sink: SmtpSink, folder: str, mounts: str, said: str
) -> None:
    text = "How many officers work at night?\n\n" + "Please tell me all.\n" * 20_000
    mailbox_account.deliver(mail("writer@mail.example", "Night", text).as_bytes())
    done = once_under(made, mounts.format(made.home / folder))
    assert done.code == 3
    assert "Traceback" not in done.err
    (line,) = [line for line in done.err.splitlines() if said in line]
    assert str(made.home / folder) in line
    assert smtp_sink.delivered == []
    assert made.run("once", "--json").json["outcomes"]["filed"] == 1
    assert len(smtp_sink.to("writer@mail.example")) == 1
