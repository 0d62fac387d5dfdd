"""A backup of everything, made while the service runs; `restore.py` is its other half.

The folder holds `rows/` (every table as JSON Lines, for either database), `inbox-bot.db` (SQLite's own
copy, to look into by hand), `archive/` (mail and documents), `key`, `config/`, `templates/`, and
`manifest.json` with the hash of every file. The database is copied first: whatever a row refers to was
archived before it. The folder gets its name only when it is whole.

It is as confidential as the mailbox: 0600 and 0700, to be kept encrypted. The manifest finds accidents; who
can write to the backup can also rewrite its manifest.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlmodel import Session

from .. import faults
from ..config import Settings
from ..errors import ConfigError, StorageError
from ..store import audit, portable
from ..store.database import Database
from ..store.saved import (
    ARCHIVE,
    FORMAT,
    KEY,
    MANIFEST,
    ROWS,
    SNAPSHOT,
    copy_private,
    files_below,
    hash_of,
    private_folder,
    sync_folder,
    write_private,
)

CONFIGURATION = ("config", "templates")  # folders of the installation that an office edits


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What was saved. `damaged`: archived mails whose bytes no longer have the hash they are kept under."""

    directory: Path
    rows: dict[str, int]
    files: int
    octets: int
    damaged: tuple[str, ...] = ()


def backup(settings: Settings, database: Database, directory: Path, now: dt.datetime) -> Backup:
    """Save everything to the new or empty folder `directory`. ConfigError, StorageError."""
    database.require_current_schema()
    try:
        if directory.exists() and any(directory.iterdir()):
            raise ConfigError(f"{directory} is not empty: name a new folder for this backup.")
        unfinished = directory.with_name(f".{directory.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)  # of a backup that was killed
        private_folder(unfinished)
        return _make(settings, database, directory, unfinished, now)
    except OSError as error:
        raise StorageError(
            f"The backup cannot be written to {directory} ({os.strerror(error.errno or 0).lower()}): "
            "free space, or name a folder that this user may write to."
        ) from error


def _make(
    settings: Settings, database: Database, directory: Path, unfinished: Path, now: dt.datetime
) -> Backup:
    rows, head = _dump(database, unfinished)
    archive = settings.path(settings.archive.path)
    damaged = []
    for file in files_below(archive):
        sha256 = copy_private(file, unfinished / ARCHIVE / file.relative_to(archive))
        if sha256 not in (file.stem, None):
            damaged.append(file.stem)
    copy_private(settings.path(settings.security.key_file), unfinished / KEY)
    for name in CONFIGURATION:
        for file in files_below(settings.home / name):
            copy_private(file, unfinished / name / file.relative_to(settings.home / name))
    faults.point("backup.copied")
    sums = {str(file.relative_to(unfinished)): hash_of(file) for file in files_below(unfinished)}
    manifest = {
        "format": FORMAT,
        "made_at": now.astimezone(dt.UTC).isoformat(),
        "schema": database.schema_versions()[0],
        "rows": rows,
        "audit_head": head,
        "files": {name: {"sha256": sha256, "size": size} for name, (sha256, size) in sums.items()},
    }
    write_private(unfinished / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    unfinished.replace(directory)
    sync_folder(directory.parent)
    return Backup(
        directory=directory,
        rows=rows,
        files=len(sums),
        octets=sum(size for _, size in sums.values()),
        damaged=tuple(damaged),
    )


def _dump(database: Database, folder: Path) -> tuple[dict[str, int], str]:
    """Every row at one moment, and the newest hash of the audit trail."""
    private_folder(folder / ROWS)
    if database.is_sqlite:
        database.snapshot(folder / SNAPSHOT)
        engine = create_engine(f"sqlite:///{folder / SNAPSHOT}")
    else:
        engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, Session(bind=connection) as session:
        found = portable.dump(connection, folder / ROWS), audit.head(session)
    if database.is_sqlite:
        engine.dispose()
    for file in (folder / ROWS).iterdir():
        file.chmod(0o600)
    return found
