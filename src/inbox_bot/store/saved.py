"""What a backup's folder looks like, and the private, durable files that it is made of."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import ConfigError, StorageError

FORMAT = 1
MANIFEST, ROWS, SNAPSHOT, ARCHIVE, KEY = "manifest.json", "rows", "inbox-bot.db", "archive", "key"
CHUNK = 1 << 20  # octets read at a time


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
            f"The backup is damaged ({wrong[0]}{more} missing or changed): "
            "nothing was restored; use another one."
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


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below `folder` in order, none where it is missing; unfinished ones (dot files) apart."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path
