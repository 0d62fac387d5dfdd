"""Two services on one database: the second leaves with one line; were both to work, nothing would double."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from ..office import Office
from ..servers.accounts import Account
from .test_crash_points import as_toml
from .world import World

pytestmark = [pytest.mark.dovecot, pytest.mark.thorough]
MakeOffice = Callable[..., Office]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def database(request: pytest.FixtureRequest) -> dict[str, object]:
    """The [database] section: SQLite as it comes, or an empty PostgreSQL database."""
    if request.param == "sqlite":
        return {}
    return {"url": request.getfixturevalue("postgres_url")}


def command(office: Office, *words: str) -> list[str]:
    file = office.home / "inbox-bot.toml"
    file.write_text(as_toml(office.data))
    return [sys.executable, "-m", "inbox_bot", "--config", str(file), *words]


@pytest.mark.parametrize("database", DATABASES, indirect=True)
def test_the_second_daemon_leaves_with_one_line_and_the_first_goes_on(
    make_office: MakeOffice, mailbox_account: Account, database: dict[str, object]
) -> None:
    office = make_office(
        mailbox_account, overrides={"database": database, "mailbox": {"idle": False, "poll_seconds": 1}}
    )
    office.once()
    first = subprocess.Popen(command(office, "run"), stderr=subprocess.PIPE, env=os.environ)
    try:
        started = polled_at(office)
        until = time.monotonic() + 60
        while polled_at(office) == started and time.monotonic() < until:
            time.sleep(0.1)
        second = subprocess.run(command(office, "run"), capture_output=True, text=True, timeout=60)
        assert second.returncode == 3
        assert second.stderr.strip().count("\n") == 0
        assert "Another inbox-bot is already working on this database" in second.stderr
        assert first.poll() is None
    finally:
        first.terminate()
        first.communicate(timeout=30)
    assert first.returncode == 0


def polled_at(office: Office) -> object:
    from inbox_bot.store import facts

    with office.database.begin() as session:
        return facts.get_time(session, "last_poll")


@pytest.mark.parametrize("database", DATABASES, indirect=True)
def test_two_services_that_work_at_once_double_nothing(
    make_office: MakeOffice, mailbox_account: Account, database: dict[str, object]
) -> None:
    """Past the lock that keeps them apart: leases and unique rows alone keep each mail to one of them."""
    one = make_office(mailbox_account, overrides={"database": database})
    one.once()
    url = database.get("url") or f"sqlite:///{one.database.file}"
    other = make_office(
        mailbox_account,
        sink=one.sink,
        overrides={
            "database": {"url": url},
            "archive": {"path": str(one.home / "var/archive")},
            "security": {"key_file": str(one.home / "var/key")},
        },
    )
    world = World(one)
    for _ in range(3):
        world.arrive(6)
        together = [threading.Thread(target=office.once) for office in (one, other)]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
        one.pass_time(minutes=2)
        other.now = one.now
    world.settle()
    found = world.reckon()
    assert found.wrong == {}
    assert (found.entries, found.set_aside) == (18, 0)
