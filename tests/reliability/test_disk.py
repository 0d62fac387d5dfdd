"""Disks that fill up, files that are torn, a database that is locked, read-only or damaged: a pass says so in
one clear line, loses nothing, and goes on once it is repaired."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from inbox_bot import checks
from inbox_bot.pipeline import Report
from inbox_bot.register.states import Outcome
from inbox_bot.store import database as database_module

from ..office import Office, mail
from ..servers.accounts import Account

MEGABYTE = 1_000_000


def question(office: Office, number: int, words: int = 0) -> bytes:
    body = (
        f"Dear office,\n\nwhat did team {number} cost last year?\n\nWriter {number}\n" + "padding\n" * words
    )
    return office.deliver(mail(f"writer{number}@mail.example", f"Question {number}", body, date=office.now))


@contextmanager
def disk_full_at(octets: int) -> Iterator[None]:
    """Files of this process cannot grow beyond this: write(2) fails as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def one_line(report: Report) -> str:
    (error,) = report.errors
    assert "\n" not in error and "Traceback" not in error
    assert report.unreachable
    return error


def everything_is_filed(office: Office, number: int) -> None:
    assert [row.outcome for row in office.received()] == [Outcome.FILED] * number
    for n in range(number):
        assert len(office.sent_to(f"writer{n}@mail.example")) == 1


def test_a_full_disk_under_the_archive(office: Office) -> None:
    question(office, 0, words=500_000)  # 4 MB
    with disk_full_at(3 * MEGABYTE):
        report = office.once()
    assert "make room on the disk" in one_line(report)
    assert office.received() == []
    assert [f for f in office.service.archive.path.rglob("*") if f.is_file()] == []  # no torn file is left
    assert office.once().errors == []
    everything_is_filed(office, 1)


def test_a_full_disk_under_the_database(office: Office) -> None:
    question(office, 0)
    with disk_full_at(20_000):  # the database and its log are larger already
        report = office.once()
    assert "disk of the database is full or failing" in one_line(report)
    assert office.once().errors == []
    everything_is_filed(office, 1)


def test_an_archive_that_cannot_be_written(office: Office) -> None:
    archive = office.service.archive.path
    archive.rename(archive.with_name("away")) if archive.exists() else None
    archive.write_text("a file stands where the folder was")
    question(office, 0)
    assert str(archive) in one_line(office.once())
    archive.unlink()
    assert office.once().errors == []
    everything_is_filed(office, 1)


def test_a_read_only_database(office: Office) -> None:
    def read_only(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")  # root, as tests may run, may write to any file

    question(office, 0)
    office.database.dispose()
    event.listen(office.database.engine, "connect", read_only)
    report = office.once()
    event.remove(office.database.engine, "connect", read_only)
    office.database.dispose()
    assert "read-only: give this user write access" in one_line(report)
    assert office.once().errors == []
    everything_is_filed(office, 1)


def test_a_locked_database(
    make_office: Callable[..., Office], mailbox_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0)  # else the test waits as long as the service does
    office = make_office(mailbox_account)
    office.once()
    question(office, 0)
    assert office.database.file is not None
    with closing(sqlite3.connect(office.database.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        report = office.once()
        other.execute("ROLLBACK")
    assert "locked by another program" in one_line(report)
    assert office.once().errors == []
    everything_is_filed(office, 1)


def test_a_torn_archive_file_holds_up_nobody_else(office: Office) -> None:
    question(office, 0)
    question(office, 1)
    office.pipeline.taking_in.receive(Report())
    first = office.received()[0]
    path = office.service.archive.path_of(first.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])  # as a disk may do that lost power and lied about fsync
    report = office.once()
    assert (report.outcomes[Outcome.SET_ASIDE], report.outcomes[Outcome.FILED]) == (1, 1)
    torn, other = office.received()
    assert (torn.outcome, other.outcome) == (Outcome.SET_ASIDE, Outcome.FILED)
    assert "is damaged: restore" in torn.reason
    path.write_bytes(whole)
    with office.database.begin() as session:
        again = session.get(type(torn), torn.id)
        assert again is not None
        again.outcome, again.tries, again.reason = Outcome.PENDING, 0, ""
    office.once()
    everything_is_filed(office, 2)


def test_a_damaged_database_page_is_found_and_restore_is_named(office: Office) -> None:
    question(office, 0)
    office.once()
    file = office.database.file
    assert file is not None
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'received'").fetchone()[0]
    office.database.dispose()
    with file.open("r+b") as database:
        database.seek((page - 1) * size)
        database.write(b"\xff" * size)
    question(office, 1)
    assert "inbox-bot restore BACKUP_DIR" in one_line(office.once())
    found = {f.subject: f.text for f in checks.run(office.settings, offline=True, now=office.service.clock())}
    assert "restore" in found["database"]
