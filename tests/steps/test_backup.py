"""Backup and restore: whole, private, between both databases, and never mailing the past."""

import datetime as dt
import json
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, select

from inbox_bot import faults
from inbox_bot.errors import ConfigError, NotAllowed, StorageError
from inbox_bot.register.states import OutboxState
from inbox_bot.steps.backup import backup
from inbox_bot.steps.restore import restore
from inbox_bot.store import audit, entries, facts, search
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Outbox

from .conftest import Office, office_at
from .material import fill

LATER = dt.timedelta(days=2)


@pytest.fixture
def filled(office: Office, now: dt.datetime) -> Office:
    key = office.settings.path(office.settings.security.key_file)
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_bytes(b"the key")
    (office.settings.home / "config").mkdir()
    (office.settings.home / "config" / "inbox-bot.toml").write_text("[office]\n")
    with office.database.begin() as session:
        fill(session, office.archive, now)
    return office


@pytest.fixture(params=["to sqlite", "to postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    """Another, empty installation, on either database."""
    if request.param == "to sqlite":
        return office_at(tmp_path / "elsewhere", Database(f"sqlite:///{tmp_path / 'elsewhere' / 'new.db'}"))
    return office_at(tmp_path / "elsewhere", request.getfixturevalue("another_postgresql"))


@pytest.fixture
def another_postgresql(postgres: object) -> Database:
    return Database(postgres.fresh())  # type: ignore[attr-defined]  # the shared fixture's server


def all_rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))
            ]
            for table in SQLModel.metadata.sorted_tables
        }


def test_a_backup_comes_back_the_same_in_either_database(
    filled: Office, elsewhere: Office, now: dt.datetime, tmp_path: Path
) -> None:
    before = all_rows(filled.database)
    made = backup(filled.settings, filled.database, tmp_path / "saved", now)
    restored = restore(elsewhere.settings, elsewhere.database, tmp_path / "saved", now + LATER)
    after = all_rows(elsewhere.database)
    assert made.rows == restored.rows == {name: len(rows) for name, rows in before.items()}
    assert {name for name in before if before[name] != after[name]} == {"fact", "outbox", "audit"}
    assert after["audit"][:-1] == before["audit"]
    assert [r for r in after["fact"] if r[0] not in ("paused", "restored_at")] == before["fact"]
    for received in before["received"]:
        sha256 = str(received[5])
        assert elsewhere.archive.get(sha256) == filled.archive.get(sha256)
    assert elsewhere.settings.path(elsewhere.settings.security.key_file).read_bytes() == b"the key"


def test_after_a_restore_sending_is_paused_and_unsent_mail_is_unknown(
    filled: Office, elsewhere: Office, now: dt.datetime, tmp_path: Path
) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    restored = restore(elsewhere.settings, elsewhere.database, tmp_path / "saved", now + LATER)
    assert restored.unknown == 3
    with elsewhere.database.begin() as session:
        states = {row.key: row.state for row in session.exec(select(Outbox)).all()}
        assert states == {
            "notice:0": OutboxState.UNKNOWN,
            "notice:1": OutboxState.UNKNOWN,
            "notice:2": OutboxState.UNKNOWN,
            "notice:3": OutboxState.HELD,
            "notice:4": OutboxState.SENT,
            **{f"ack:{n}": OutboxState.SENT for n in (1, 2, 3)},
        }
        paused = facts.paused(session)
        assert paused is not None
        assert (paused["by"], paused["at"]) == ("restore", (now + LATER).isoformat())


def test_a_restored_database_works_on(
    filled: Office, elsewhere: Office, now: dt.datetime, tmp_path: Path
) -> None:
    """Numbers go on where they stopped, search finds, the audit trail's chain holds and is still closed."""
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    restore(elsewhere.settings, elsewhere.database, tmp_path / "saved", now + LATER)
    with elsewhere.database.begin() as session:
        assert entries.next_reference(session, "WMR") == "WMR-0004"
        audit.append(session, at=now, actor="service", action="x")
        verdict = audit.verify(session)
        assert (verdict.rows, verdict.broken_at) == (5, None)  # 3 entries, the restore, this one
        assert [m.key for m in search.search(session, "horses")] == ["WMR-0001", "WMR-0002", "WMR-0003"]
        entries.add_participant(session, entries.get(session, "WMR-0001"), "new@riverton.example")
    with pytest.raises(Exception, match="append-only"), Session(elsewhere.database.engine) as session:
        session.connection().exec_driver_sql("DELETE FROM audit")
    have, want = elsewhere.database.schema_versions()
    assert have == want


def test_everything_saved_is_private(filled: Office, now: dt.datetime, tmp_path: Path) -> None:
    made = backup(filled.settings, filled.database, tmp_path / "saved", now)
    modes = {path.stat().st_mode & 0o777 for path in made.directory.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in made.directory.rglob("*") if path.is_dir()}
    assert (modes, folders, made.directory.stat().st_mode & 0o777) == ({0o600}, {0o700}, 0o700)
    names = {
        path.relative_to(made.directory).as_posix() for path in made.directory.rglob("*") if path.is_file()
    }
    assert {"manifest.json", "key", "config/inbox-bot.toml", "rows/entry.jsonl"} <= names
    assert ("inbox-bot.db" in names) is filled.database.is_sqlite


def test_a_folder_in_use_is_refused(filled: Office, now: dt.datetime, tmp_path: Path) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    with pytest.raises(ConfigError, match="is not empty"):
        backup(filled.settings, filled.database, tmp_path / "saved", now)


def test_a_full_database_is_refused_until_it_is_meant(
    filled: Office, now: dt.datetime, tmp_path: Path
) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    with filled.database.begin() as session:
        facts.put(session, "since", "the backup")
    with pytest.raises(NotAllowed, match="--replace"):
        restore(filled.settings, filled.database, tmp_path / "saved", now)
    restored = restore(filled.settings, filled.database, tmp_path / "saved", now, replace=True)
    with filled.database.begin() as session:
        assert facts.get(session, "since") is None
        assert len(entries.all_entries(session)) == 3
    if filled.database.is_sqlite:
        assert restored.aside is not None
        old = Database(f"sqlite:///{restored.aside}")
        with old.begin() as session:
            assert facts.get(session, "since") == "the backup"
        old.dispose()


def test_a_working_daemon_is_not_restored_under(filled: Office, now: dt.datetime, tmp_path: Path) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    second = Database(filled.database.url)
    with filled.database.worker(), pytest.raises(StorageError, match="Another inbox-bot"):
        restore(filled.settings, second, tmp_path / "saved", now, replace=True)
    second.dispose()


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_damaged_backup_changes_nothing(
    filled: Office, now: dt.datetime, tmp_path: Path, harm: str
) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    file = tmp_path / "saved" / "rows" / "entry.jsonl"
    if harm == "changed":
        file.write_text(file.read_text().replace("Petra", "Pedra"))
    else:
        file.unlink()
    before = all_rows(filled.database)
    with pytest.raises(StorageError, match=r"damaged \(rows/entry.jsonl missing or changed\)"):
        restore(filled.settings, filled.database, tmp_path / "saved", now, replace=True)
    assert all_rows(filled.database) == before


def test_what_is_no_backup_is_refused(office: Office, now: dt.datetime, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"has no manifest\.json"):
        restore(office.settings, office.database, tmp_path, now)


def test_a_backup_of_a_newer_schema_is_refused(filled: Office, now: dt.datetime, tmp_path: Path) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    file = tmp_path / "saved" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "schema": "9999"}))
    with pytest.raises(ConfigError, match="schema 9999, newer"):
        restore(filled.settings, filled.database, tmp_path / "saved", now, replace=True)


def test_a_manifest_cannot_lead_outside(filled: Office, now: dt.datetime, tmp_path: Path) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    file = tmp_path / "saved" / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["files"]["archive/../../outside"] = {"sha256": "0" * 64, "size": 0}
    file.write_text(json.dumps(manifest))
    with pytest.raises(StorageError, match="outside"):
        restore(filled.settings, filled.database, tmp_path / "saved", now, replace=True)


def test_a_backup_killed_half_way_leaves_no_folder(
    filled: Office, now: dt.datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "point", faults.armed("backup.copied:1:raise"))
    with pytest.raises(faults.InjectedFault):
        backup(filled.settings, filled.database, tmp_path / "saved", now)
    assert not (tmp_path / "saved").exists()
    monkeypatch.undo()
    backup(filled.settings, filled.database, tmp_path / "saved", now)


def test_a_restore_that_dies_half_way_leaves_the_old_rows(
    filled: Office, now: dt.datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(filled.settings, filled.database, tmp_path / "saved", now)
    before = all_rows(filled.database)

    def fail(*_arguments: object, **_named: object) -> None:
        raise faults.InjectedFault("after every row is in place")

    monkeypatch.setattr(audit, "append", fail)
    with pytest.raises(faults.InjectedFault):
        restore(filled.settings, filled.database, tmp_path / "saved", now, replace=True)
    assert all_rows(filled.database) == before


def test_a_damaged_database_is_replaced(sqlite: Database, now: dt.datetime, tmp_path: Path) -> None:
    office = office_at(tmp_path / "office", sqlite)
    with sqlite.begin() as session:
        fill(session, office.archive, now)
    backup(office.settings, sqlite, tmp_path / "saved", now)
    sqlite.dispose()
    assert sqlite.file is not None
    sqlite.file.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(NotAllowed, match="damaged"):
        restore(office.settings, sqlite, tmp_path / "saved", now)
    restore(office.settings, sqlite, tmp_path / "saved", now, replace=True)
    with sqlite.begin() as session:
        assert len(entries.all_entries(session)) == 3


def test_a_damaged_mail_in_the_archive_is_named(filled: Office, now: dt.datetime, tmp_path: Path) -> None:
    sha256 = all_rows(filled.database)["received"][0][5]
    filled.archive.path_of(str(sha256)).write_bytes(b"bit rot")
    assert backup(filled.settings, filled.database, tmp_path / "saved", now).damaged == (sha256,)


def test_a_backup_while_the_service_writes_is_one_moment(
    filled: Office, now: dt.datetime, tmp_path: Path
) -> None:
    """Every transaction raises two facts together; every backup must hold equal ones."""
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            with filled.database.begin() as session:
                facts.put(session, "a", n)
                facts.put(session, "z", n)
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            made = backup(filled.settings, filled.database, tmp_path / f"saved-{number}", now)
            lines = (made.directory / "rows" / "fact.jsonl").read_text().splitlines()
            values = {row["key"]: row["value"] for row in map(json.loads, lines)}
            assert values.get("a") == values.get("z")
    finally:
        stop.set()
        writer.join()


def test_the_copy_for_people_is_a_whole_database(sqlite: Database, now: dt.datetime, tmp_path: Path) -> None:
    office = office_at(tmp_path / "office", sqlite)
    with sqlite.begin() as session:
        fill(session, office.archive, now)
    backup(office.settings, sqlite, tmp_path / "saved", now)
    shutil.copy(tmp_path / "saved" / "inbox-bot.db", tmp_path / "copy.db")
    connection = sqlite3.connect(tmp_path / "copy.db")
    assert connection.execute("SELECT count(*) FROM entry").fetchone() == (3,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
