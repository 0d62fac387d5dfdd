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
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, select

from .. import faults
from ..config import Settings
from ..errors import ConfigError, StorageError
from ..store import audit, portable
from ..store.database import Database
from ..store.tables import Audit

FORMAT = 1
MANIFEST, ROWS, SNAPSHOT, ARCHIVE, KEY = "manifest.json", "rows", "inbox-bot.db", "archive", "key"
CONFIGURATION = ("config", "templates")  # folders of the installation that an office edits
CHUNK = 1 << 20  # octets


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
    for file in _files(archive):
        sha256 = copy_private(file, unfinished / ARCHIVE / file.relative_to(archive))
        if sha256 not in (file.stem, None):
            damaged.append(file.stem)
    copy_private(settings.path(settings.security.key_file), unfinished / KEY)
    for name in CONFIGURATION:
        for file in _files(settings.home / name):
            copy_private(file, unfinished / name / file.relative_to(settings.home / name))
    faults.point("backup.copied")
    sums = {str(file.relative_to(unfinished)): hash_of(file) for file in _files(unfinished)}
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

    def dump(connection: Connection) -> tuple[dict[str, int], str]:
        newest = select(Audit.hash).order_by(Audit.id.desc()).limit(1)  # type: ignore[union-attr]  # a column here
        return portable.dump(connection, folder / ROWS), connection.execute(newest).scalar() or audit.GENESIS

    with engine.connect() as connection:
        found = dump(connection)
    if database.is_sqlite:
        engine.dispose()
    for file in (folder / ROWS).iterdir():
        file.chmod(0o600)
    return found


def read_manifest(directory: Path) -> dict[str, Any]:
    """The manifest of a backup whose every file is there, unchanged. ConfigError, StorageError."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        files = dict(manifest["files"])
    except FileNotFoundError as error:
        raise ConfigError(f"{directory} is not a whole backup: it has no {MANIFEST}.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{directory / MANIFEST} cannot be read: use another backup.") from error
    if manifest.get("format") != FORMAT:
        raise ConfigError(f"{directory} was made by a newer inbox-bot: restore it with that version.")
    wrong = []
    for name, wanted in files.items():
        file = directory / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise StorageError(f"{directory / MANIFEST} names a file outside of it: use another backup.")
        if not file.is_file() or hash_of(file) != (wanted["sha256"], wanted["size"]):
            wrong.append(name)
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise StorageError(
            f"The backup is damaged ({wrong[0]}{more} missing or changed): nothing was restored; use another one."
        )
    return dict(manifest)


# -- files ------------------------------------------------------------------------------------------


def private_folder(path: Path) -> None:
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def copy_private(source: Path, target: Path) -> str | None:
    """Copy one file durably; its SHA-256, or None where it is not there (erased meanwhile)."""
    private_folder(target.parent)
    digest = hashlib.sha256()
    try:
        with source.open("rb") as read, _private(target).open("wb") as write:
            while chunk := read.read(CHUNK):
                digest.update(chunk)
                write.write(chunk)
            write.flush()
            os.fsync(write.fileno())
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def write_private(target: Path, content: bytes) -> None:
    with _private(target).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _private(target: Path) -> Path:
    target.touch(mode=0o600)
    return target


def hash_of(file: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, read piece by piece."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as read:
        while chunk := read.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def sync_folder(path: Path) -> None:
    """Make a rename in this folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below `folder` in order, none where it is missing; unfinished ones (dot files) apart."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path
