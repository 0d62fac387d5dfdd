"""The engine, the unit of work, the schema's version, and who may work on the database.

SQLite runs in WAL with synchronous=FULL (a committed row survives a power cut) and takes its write
lock at BEGIN, so that two processes queue instead of failing half-way. PostgreSQL is the same code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout
from sqlalchemy import (
    JSON,
    Connection,
    Engine,
    String,
    create_engine,
    event,
    inspect,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlmodel import Session

from .. import resources
from ..errors import ConfigError, StorageError

BUSY_SECONDS = 30  # how long a writer waits for another before giving up
WORKER_LOCK = 0x1B07E1EC  # any fixed number: PostgreSQL's advisory lock of the one worker


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN below is the only one
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Whether Alembic compares this with the tables; the full-text indexes stand in migration 0002 alone."""
    return not (
        kind in ("table", "index") and (name or "").startswith(("search_fts", "ix_search_text_terms"))
    )


class Database:
    """One database by its URL. Nothing connects before the first `begin()`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        try:
            self.engine: Engine = create_engine(url, pool_pre_ping=not self.is_sqlite)
        except (SQLAlchemyError, ModuleNotFoundError, ValueError) as error:
            raise ConfigError(
                "database.url is not a database URL such as sqlite:///var/inbox-bot.db."
            ) from error
        if self.is_sqlite:
            event.listen(self.engine, "connect", _sqlite_pragmas)
            event.listen(self.engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))

    @property
    def file(self) -> Path | None:
        """The SQLite file, None for PostgreSQL."""
        return Path(self.engine.url.database) if self.is_sqlite and self.engine.url.database else None

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception.

        Never await or touch the network inside it. Raises StorageError where the database cannot
        be reached, is read-only, full or damaged.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                yield session
                session.commit()
            except (OperationalError, DatabaseError) as error:
                session.rollback()
                raise self._storage_error(error) from error
            except BaseException:
                session.rollback()
                raise

    def _storage_error(self, error: DatabaseError) -> Exception:
        cause = str(error.orig)
        if (
            "no such table" in cause
            or "no such column" in cause
            or "UndefinedTable" in type(error.orig).__name__
        ):
            return ConfigError("The database has no or an older schema: run `inbox-bot db upgrade`.")
        if "malformed" in cause or "not a database" in cause or "disk image" in cause:
            return StorageError(
                "The database is damaged: stop the service and run `inbox-bot restore BACKUP_DIR` "
                "with the latest backup."
            )
        if "readonly" in cause or "read-only" in cause:
            return StorageError(
                "The database is read-only: give this user write access to its file and folder."
            )
        if "unable to open" in cause:
            return StorageError(
                f"The database {self.file} cannot be opened for writing: "
                "give this user write access to its file and folder."
            )
        if "disk is full" in cause or "disk I/O" in cause:
            return StorageError("The disk of the database is full or failing: free space; nothing was lost.")
        if "locked" in cause:
            return StorageError("The database is locked by another program: close it and try again.")
        if isinstance(error, OperationalError):
            return StorageError(
                f"The database cannot be reached: check database.url ({type(error.orig).__name__})."
            )
        return error

    # -- schema -----------------------------------------------------------------------------------

    def _alembic(self) -> AlembicConfig:
        config = AlembicConfig()
        config.set_main_option("script_location", str(resources.migrations_dir()))
        config.attributes["engine"] = self.engine
        return config

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to this version; creates what is missing."""
        self.make_if_missing()
        try:
            command.upgrade(self._alembic(), revision)
        except DatabaseError as error:
            raise self._storage_error(error) from error

    def make_if_missing(self) -> None:
        """An empty file (0600) and its folder, or a PostgreSQL database where the server lets this user make
        one. StorageError."""
        if (file := self.file) is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                file.touch(mode=0o600, exist_ok=True)
            except OSError as error:
                raise StorageError(
                    f"{file.parent} cannot be written: give this user write access."
                ) from error
        else:
            self._make_on_server()

    def _make_on_server(self) -> None:
        """PostgreSQL: a database of this name where the server has none."""
        url = self.engine.url
        try:
            with self.engine.connect():
                return
        except OperationalError as error:
            server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
            try:
                with server.connect() as outside:
                    there = text("SELECT 1 FROM pg_database WHERE datname = :name")
                    if outside.execute(there, {"name": url.database}).first() is None:
                        name = server.dialect.identifier_preparer.quote_identifier(str(url.database))
                        outside.exec_driver_sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
                        return
            except DatabaseError:
                pass  # no way in, or no right to make one: what the office's own URL said is the reason
            finally:
                server.dispose()
            raise self._storage_error(error) from error

    def upgrade_within(self, connection: Connection, revision: str = "head") -> None:
        """As `upgrade`, within the caller's transaction."""
        config = self._alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    def knows_schema(self, revision: str) -> bool:
        """Whether this program can bring that version up to its own."""
        known = ScriptDirectory.from_config(self._alembic()).walk_revisions()
        return any(script.revision == revision for script in known)

    def schema_versions(self) -> tuple[str | None, str | None]:
        """(version of this database, version this program wants)."""
        head = ScriptDirectory.from_config(self._alembic()).get_current_head()
        if (file := self.file) is not None and not file.exists():
            return None, head
        try:
            with self.engine.connect() as connection:
                return MigrationContext.configure(connection).get_current_revision(), head
        except DatabaseError as error:
            raise self._storage_error(error) from error

    def require_current_schema(self) -> None:
        """ConfigError where the database is missing, older or newer than this program."""
        have, want = self.schema_versions()
        if have is None:
            raise ConfigError("The database does not exist yet: run `inbox-bot db upgrade`.")
        if have != want:
            raise ConfigError(
                f"The database has schema {have}, this program wants {want}: run `inbox-bot db upgrade`."
            )

    def integrity(self) -> list[str]:
        """What SQLite's own check finds wrong; [] where all is well or the database is PostgreSQL's."""
        if not self.is_sqlite:
            return []
        try:
            with self.engine.connect() as connection:
                rows = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        except DatabaseError as error:
            return [str(self._storage_error(error))]
        return [] if rows == ["ok"] else [str(r) for r in rows]

    # -- one worker ---------------------------------------------------------------------------------

    @contextmanager
    def worker(self, wait_seconds: float = 0) -> Iterator[None]:
        """Be the one that takes mail in and sends. StorageError where another is, after `wait_seconds`.

        SQLite: a lock file beside the database, freed by the kernel when its holder dies.
        PostgreSQL: an advisory lock, freed when its connection dies.
        """
        busy = (
            "Another inbox-bot is already working on this database: stop it first, or leave it to its work."
        )
        if (file := self.file) is not None:
            lock = FileLock(f"{file}.lock", mode=0o600)
            try:
                with lock.acquire(timeout=wait_seconds):
                    yield
            except Timeout as error:
                raise StorageError(busy) from error
            except PermissionError as error:
                raise StorageError(
                    f"{file.parent} cannot be written: give this user write access."
                ) from error
            return
        try:
            connection = self.engine.connect()
        except OperationalError as error:
            raise self._storage_error(error) from error
        connection.detach()  # closing it then ends it: in the pool it would keep the lock and its timeout
        try:
            connection.execute(text(f"SET lock_timeout = '{int(wait_seconds * 1000) or 1}ms'"))
            try:
                connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": WORKER_LOCK})
            except OperationalError as error:
                raise StorageError(busy) from error
            connection.commit()
            yield
        finally:
            with suppress(SQLAlchemyError):
                connection.close()

    def snapshot(self, target: Path) -> None:
        """A consistent copy of a SQLite database while it is in use (the online backup API)."""
        if (file := self.file) is None:
            raise ConfigError("A PostgreSQL database is copied with pg_dump, not by file.")
        target.touch(mode=0o600)
        try:
            with (
                closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(target)) as copy,
            ):
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"The database cannot be copied to {target.parent} ({error}): check its health and the disk."
            ) from error

    def compact(self) -> None:
        """Rewrite the files so that erased rows leave no trace in freed pages, indexes or the log."""
        try:
            if self.is_sqlite:
                with closing(self.engine.raw_connection()) as connection:
                    cursor = connection.cursor()
                    cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
                    cursor.execute("VACUUM")
                    ((busy, _, _),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                if busy:  # somebody reads: the log still holds what was
                    raise StorageError(
                        "The database is in use, so its files still hold what was erased: "
                        "stop the service and run this again."
                    )
                return
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as outside:
                _forget_statistics(outside)
                outside.execute(text("VACUUM (FULL)"))
        except DatabaseError as error:
            raise self._storage_error(error) from error
        except sqlite3.DatabaseError as error:
            raise StorageError(f"The database cannot be compacted ({error}): run it again later.") from error

    def kept_aside(self) -> list[Path]:
        """SQLite files that `restore --replace` put aside: whole registers of earlier times."""
        return sorted(self.file.parent.glob(f"{self.file.name}.before-*")) if self.file is not None else []

    def dispose(self) -> None:
        self.engine.dispose()


def _forget_statistics(connection: Connection) -> None:
    """The planner's notes of PostgreSQL quote the commonest values of each column: take them anew.

    ANALYZE leaves those of an empty table as they were; a column told its own type loses them.
    """
    inspector = inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    for name in inspector.get_table_names():
        if connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first() is not None:
            continue
        for column in inspector.get_columns(name):
            if isinstance(column["type"], String | JSON):
                kind = column["type"].compile(connection.dialect)
                connection.execute(
                    text(f"ALTER TABLE {quote(name)} ALTER COLUMN {quote(column['name'])} TYPE {kind}")
                )
    connection.execute(text("ANALYZE"))
