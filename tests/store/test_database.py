"""The engine, the unit of work, the schema and the one worker, on both databases."""

import datetime as dt
import multiprocessing
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import Session, SQLModel, select

from inbox_bot.errors import ConfigError, StorageError
from inbox_bot.store import facts
from inbox_bot.store.database import Database, is_ours
from inbox_bot.store.tables import Audit, Fact, Outbox, Participant


def test_upgrade_gives_exactly_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_ours}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_upgrade_twice_changes_nothing(database: Database) -> None:
    with database.begin() as session:
        facts.put(session, "kept", 1)
    database.upgrade()
    with database.begin() as session:
        assert facts.get(session, "kept") == 1
    have, want = database.schema_versions()
    assert have == want


def test_upgrade_creates_a_private_file_in_a_missing_folder(tmp_path: Path) -> None:
    file = tmp_path / "var" / "inbox-bot.db"
    Database(f"sqlite:///{file}").upgrade()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_missing_or_older_schema_is_told_in_one_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(ConfigError, match="does not exist yet: run `inbox-bot db upgrade`"):
        database.require_current_schema()
    database.upgrade("0001")
    with pytest.raises(ConfigError, match="has schema 0001, this program wants"):
        database.require_current_schema()


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError, match="half-way"), database.begin() as session:
        facts.put(session, "first", 1)
        session.flush()
        raise RuntimeError("half-way")
    with database.begin() as session:
        assert session.exec(select(Fact)).all() == []


def test_foreign_keys_are_kept(database: Database) -> None:
    with pytest.raises(IntegrityError), database.begin() as session:
        session.add(Participant(entry_id=12345, email="nobody@riverton.example"))


def test_times_come_back_aware_and_in_utc(database: Database, now: dt.datetime) -> None:
    summer = dt.datetime(2027, 7, 1, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    with database.begin() as session:
        session.add(Audit(at=summer, actor="service", action="x", previous="0" * 64, hash="1" * 64))
    with database.begin() as session:
        at = session.exec(select(Audit.at)).one()
    assert (at, at.utcoffset()) == (dt.datetime(2027, 7, 1, 8, 0, tzinfo=dt.UTC), dt.timedelta(0))


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="naive datetime"), database.begin() as session:
        session.add(
            Audit(at=dt.datetime(2027, 1, 1), actor="service", action="x", previous="", hash="")  # noqa: DTZ001
        )


def test_bytes_and_lists_come_back_as_they_were(database: Database, now: dt.datetime) -> None:
    raw = bytes(range(256))
    with database.begin() as session:
        session.add(
            Outbox(
                kind="notice",
                key="k",
                message_id="<1@wessmoor-pcc.example>",
                raw=raw,
                recipients=["ŵyn@wessmoor-pcc.example"],
                queued_at=now,
                not_before=now,
            )
        )
    with database.begin() as session:
        row = session.exec(select(Outbox)).one()
        assert (row.raw, row.recipients, row.refused) == (raw, ["ŵyn@wessmoor-pcc.example"], {})


def test_two_threads_queue_for_the_same_number(database: Database) -> None:
    """8 threads take 5 numbers each: 1..40, none twice."""
    got: list[int] = []

    def take() -> None:
        for _ in range(5):
            with database.begin() as session:
                number = facts.next_number(session, "entry")
            got.append(number)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 41))


def test_sqlite_is_durable_and_checks_keys(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_read_only_database_is_told_in_one_sentence(sqlite: Database) -> None:
    sqlite.dispose()
    assert sqlite.file is not None
    read_only = Database(f"sqlite:///file:{sqlite.file}?mode=ro&uri=true")
    with pytest.raises(StorageError, match="read-only"), read_only.begin() as session:
        facts.put(session, "x", 1)


def test_a_damaged_database_says_how_to_restore(sqlite: Database) -> None:
    with sqlite.begin() as session:
        for n in range(2000):
            facts.put(session, f"key {n}", "x" * 200)
    sqlite.dispose()  # the last connection folds the write-ahead log into the file
    assert sqlite.file is not None
    with sqlite.file.open("r+b") as file:
        for page in range(40, 120):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    assert sqlite.integrity() != []
    with pytest.raises(StorageError, match="inbox-bot restore"), sqlite.begin() as session:
        session.exec(select(Fact)).all()


def test_what_is_no_database_says_how_to_restore(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"This is no database. " * 100)
    with pytest.raises(StorageError, match="inbox-bot restore"):
        Database(f"sqlite:///{tmp_path / 'x.db'}").schema_versions()


def test_a_healthy_database_has_no_findings(database: Database) -> None:
    assert database.integrity() == []


def test_an_unreachable_server_is_told_in_one_sentence() -> None:
    nowhere = Database("postgresql+psycopg://postgres@/x?host=/nonexistent")
    with (
        pytest.raises(StorageError, match=r"cannot be reached: check database\.url"),
        nowhere.begin() as session,
    ):
        facts.get(session, "x")
    with pytest.raises(StorageError, match="cannot be reached"):
        nowhere.schema_versions()
    with pytest.raises(StorageError, match="cannot be reached"), nowhere.worker():
        raise AssertionError("nobody works on a database that is not there")


def test_a_wrong_url_is_told_in_one_sentence() -> None:
    with pytest.raises(ConfigError, match="not a database URL"):
        Database("a folder")


def test_a_second_worker_is_refused_and_the_next_one_let_in(database: Database) -> None:
    second = Database(database.url)
    with database.worker(), pytest.raises(StorageError, match="Another inbox-bot"), second.worker():
        raise AssertionError("two workers on one database")
    with second.worker():
        pass
    second.dispose()


def _work_until_killed(url: str, ready: "multiprocessing.synchronize.Event") -> None:
    with Database(url).worker():
        ready.set()
        threading.Event().wait()


def test_a_killed_worker_leaves_no_lock_behind(database: Database) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    other = spawn.Process(target=_work_until_killed, args=(database.url, ready))
    other.start()
    assert ready.wait(30)
    with pytest.raises(StorageError, match="Another inbox-bot"), database.worker():
        raise AssertionError("two workers on one database")
    other.kill()
    other.join()
    with database.worker(wait_seconds=10):
        pass


def test_a_snapshot_is_whole_while_a_writer_is_at_work(sqlite: Database, tmp_path: Path) -> None:
    """Each transaction writes a pair; no snapshot may hold half of one."""
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            with sqlite.begin() as session:
                facts.put(session, "left", n)
                facts.put(session, "right", n)
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(10):
            copy = tmp_path / f"copy-{n}.db"
            sqlite.snapshot(copy)
            assert copy.stat().st_mode & 0o777 == 0o600
            with sqlite3.connect(copy) as connection:
                values = dict(connection.execute("SELECT key, value FROM fact").fetchall())
            assert values.get("left") == values.get("right")
    finally:
        stop.set()
        writer.join()


def test_the_audit_trail_refuses_change(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        session.add(Audit(at=now, actor="service", action="x", previous="0" * 64, hash="1" * 64))
    for statement in ("UPDATE audit SET actor = 'spoc'", "DELETE FROM audit"):
        with pytest.raises(DatabaseError, match="append-only"), Session(database.engine) as session:
            session.execute(text(statement))
