"""Bring a backup back, into the database it came from or into the other kind.

Afterwards the world has moved on and the rows have not: mail that the backup shows as waiting may have
been sent since. So sending is paused, and every unsent mail is *unknown* until a person has looked
(architecture 9). The configuration in the backup is left where it is: this one names the database.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, text
from sqlmodel import Session, SQLModel, col, select

from .. import faults
from ..config import Settings
from ..errors import ConfigError, NotAllowed, StorageError
from ..register.states import OutboxState
from ..store import audit, facts, portable
from ..store import saved as saving
from ..store.database import Database
from ..store.tables import Candidate, Entry, Outbox, Received

UNSENT = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.RETRYING)
WHY = "restored from a backup: check whether it was sent"


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back. `unknown`: mails to be checked before `resume`; `aside`: where the old one stands."""

    made_at: dt.datetime
    rows: dict[str, int]
    files: int
    unknown: int
    aside: Path | None = None


def restore(
    settings: Settings, database: Database, directory: Path, now: dt.datetime, *, replace: bool = False
) -> Restored:
    """Fill the database, the archive and the key from the backup in `directory`.

    NotAllowed where the database already holds something and `replace` is not set; ConfigError or
    StorageError, with nothing changed, where the backup is not whole or of a newer version.
    """
    manifest = saving.read_manifest(directory)
    if not database.knows_schema(manifest["schema"]):
        raise ConfigError(
            f"The backup has schema {manifest['schema']}, newer than this program: "
            "restore it with its own version."
        )
    if database.file is not None:
        saving.private_folder(database.file.parent)
    with database.worker():
        if not replace and _holds_something(database):
            raise NotAllowed(
                "The database already holds a register, or is damaged: "
                "add --replace to put the backup in its place."
            )
        try:
            files = _restore_files(settings, directory, manifest, now)
            if database.is_sqlite:
                unknown, aside = _restore_sqlite(database, directory, manifest, now)
            else:
                unknown, aside = _restore_postgresql(database, directory, manifest, now), None
        except OSError as error:
            raise StorageError(
                f"The backup cannot be restored ({os.strerror(error.errno or 0).lower()}): "
                "free space, or give this user the right to write, and run it again."
            ) from error
    return Restored(
        made_at=dt.datetime.fromisoformat(manifest["made_at"]),
        rows=dict(manifest["rows"]),
        files=files,
        unknown=unknown,
        aside=aside,
    )


def _holds_something(database: Database) -> bool:
    """Whether restoring would overwrite anything; a database that cannot be read counts as full."""
    try:
        if database.schema_versions()[0] is None:
            return False
        with database.begin() as session:
            tables = (Entry, Received, Outbox, Candidate)
            return any(session.exec(select(func.count()).select_from(table)).one() for table in tables)
    except ConfigError:  # an older schema: not ours to judge, so keep it
        return True
    except StorageError:
        if not database.is_sqlite:
            raise  # unreachable is not damaged
        return True


def _restore_files(settings: Settings, directory: Path, manifest: dict[str, Any], now: dt.datetime) -> int:
    """Archive and key, each whole or not at all. Mail that came after the backup stays in the archive."""
    archive = settings.path(settings.archive.path)
    number = 0
    for name, wanted in manifest["files"].items():
        top, _, rest = name.partition("/")
        if top == saving.ARCHIVE:
            _put(directory / name, archive / rest, wanted["sha256"])
            number += 1
    if saving.KEY in manifest["files"]:
        key = settings.path(settings.security.key_file)
        if key.exists() and saving.hash_of(key)[0] != manifest["files"][saving.KEY]["sha256"]:
            key.replace(_aside(key, now))
        _put(directory / saving.KEY, key, manifest["files"][saving.KEY]["sha256"])
        number += 1
    return number


def _put(source: Path, target: Path, sha256: str) -> None:
    if target.exists() and saving.hash_of(target)[0] == sha256:
        return
    temporary = target.with_name(f".restoring-{target.name}")
    saving.copy_private(source, temporary)
    temporary.replace(target)
    saving.sync_folder(target.parent)


def _aside(path: Path, now: dt.datetime) -> Path:
    return path.with_name(f"{path.name}.before-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}")


def _restore_sqlite(
    database: Database, directory: Path, manifest: dict[str, Any], now: dt.datetime
) -> tuple[int, Path | None]:
    """Fill a new file beside the old one and put it in its place by one rename."""
    assert database.file is not None
    file = database.file
    new = Database(f"sqlite:///{file}.restoring")
    assert new.file is not None
    for path in (new.file, *_companions(new.file)):
        path.unlink(missing_ok=True)
    new.file.touch(mode=0o600)
    with new.engine.begin() as connection:
        unknown = _fill(new, connection, directory, manifest, now)
    new.dispose()  # folds the write-ahead log into the file
    database.dispose()
    aside = None
    if file.exists():
        aside = _aside(file, now)
        aside.unlink(missing_ok=True)
        os.link(file, aside)
        for old, kept in zip(_companions(file), _companions(aside), strict=True):
            if old.exists():
                old.replace(kept)
    new.file.replace(file)
    saving.sync_folder(file.parent)
    return unknown, aside


def _companions(file: Path) -> tuple[Path, Path]:
    """SQLite's write-ahead log and its index, which belong to one file only."""
    return Path(f"{file}-wal"), Path(f"{file}-shm")


def _restore_postgresql(
    database: Database, directory: Path, manifest: dict[str, Any], now: dt.datetime
) -> int:
    """Drop and fill in one transaction: whoever dies half-way leaves the old rows."""
    with database.engine.begin() as connection:
        for table in (*(t.name for t in SQLModel.metadata.sorted_tables), "alembic_version"):
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
        connection.execute(text("DROP FUNCTION IF EXISTS audit_append_only CASCADE"))
        faults.point("restore.emptied")
        return _fill(database, connection, directory, manifest, now)


def _fill(
    database: Database, connection: Connection, directory: Path, manifest: dict[str, Any], now: dt.datetime
) -> int:
    """The rows, under the backup's schema, then this program's; the number of mails now unknown."""
    database.upgrade_within(connection, manifest["schema"])
    portable.load(connection, directory / saving.ROWS, manifest["rows"])
    database.upgrade_within(connection)
    with Session(bind=connection) as session:
        rows = session.exec(select(Outbox).where(col(Outbox.state).in_(UNSENT))).all()
        for row in rows:  # not along the table of moves: the backup's states are about another day
            row.state = OutboxState.UNKNOWN
            row.lease_until = None
            row.settled_at = now
            row.last_error = WHY
        facts.pause(session, "restore", now, WHY)
        facts.put_time(session, "restored_at", now)  # what arrived before may have been acknowledged since
        audit.append(
            session,
            at=now,
            actor="command-line",
            action="restored",
            detail={"backup_of": manifest["made_at"], "head": manifest["audit_head"], "unknown": len(rows)},
        )
        session.flush()
        return len(rows)
