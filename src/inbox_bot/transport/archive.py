"""Every message as received, by the SHA-256 of its bytes: `aa/<sha256>.eml`.

What `put` has returned survives a power cut: temporary file, fsync, rename, fsync of the folder.
A file under its final name is therefore whole unless the disk itself lost data; `get` and `verify`
check the hash all the same, and a later `put` of the same bytes repairs a damaged file.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from .. import faults
from ..errors import MessageLost, StorageError

CHUNK = 1 << 20
"""Octets read at a time: one mebibyte keeps memory flat for a 50 MB attachment."""

ABANDONED = timedelta(hours=1)
"""No writer takes so long over one piece: a file untouched for so long is nobody's."""

_UNFINISHED = ".incoming-"
"""Begins the name of a file being written; one that outlives its writer holds nothing that was promised."""

_NAME = re.compile(r"[0-9a-f]{64}")


class Archive:
    """A folder of received mail. Safe for several processes: a file is only ever renamed into place."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def put(self, raw: bytes) -> str:
        """Stores `raw` durably and returns its SHA-256 in hex; once stored, stored again at no cost."""
        sha256 = hashlib.sha256(raw).hexdigest()
        with _told(self.path):
            if self._whole(sha256, size=len(raw)):
                return sha256
        return self.put_stream((raw,))

    def put_stream(self, chunks: Iterable[bytes]) -> str:
        """As `put`, for what is too large to hold in memory; the errors of `chunks` pass through."""
        digest = hashlib.sha256()
        size = 0
        with _told(self.path):
            self._folder(self.path)
            handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=self.path)  # 0600 by mkstemp
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    for chunk in chunks:
                        digest.update(chunk)
                        size += len(chunk)
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                faults.point("archive.written")
                return self._settle(temporary, digest.hexdigest(), size)
            finally:
                temporary.unlink(missing_ok=True)

    def get(self, sha256: str) -> bytes:
        """The bytes under this hash; MessageLost where they are missing or no longer hash to it."""
        path = self.path_of(sha256)
        with _told(self.path):
            try:
                raw = path.read_bytes()
            except FileNotFoundError:
                raise self._lost(sha256) from None
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise self._lost(sha256)
        return raw

    def beginning(self, sha256: str, octets: int) -> bytes:
        """As `get`, the first octets only: what is too large to hold is still read and checked, in pieces."""
        with _told(self.path):
            if not self._whole(sha256):
                raise self._lost(sha256)
            with self.path_of(sha256).open("rb") as file:
                return file.read(octets)

    def size(self, sha256: str) -> int:
        """Octets of the file; MessageLost where there is none."""
        with _told(self.path):
            try:
                return self.path_of(sha256).stat().st_size
            except FileNotFoundError:
                raise self._lost(sha256) from None

    def _lost(self, sha256: str) -> MessageLost:
        path = self.path_of(sha256)
        if path.exists():
            return MessageLost(
                f"The archived message {sha256[:12]}… is damaged: restore {path} from a backup."
            )
        return MessageLost(f"The archive has no message {sha256[:12]}…: restore {path} from a backup.")

    def has(self, sha256: str) -> bool:
        with _told(self.path):
            return self.path_of(sha256).is_file()

    def remove(self, sha256: str) -> bool:
        """Erases one message (retention); False where it was not there."""
        path = self.path_of(sha256)
        with _told(self.path):
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            _sync_folder(path.parent)
        return True

    def verify(self) -> Iterator[str]:
        """The hashes whose file is damaged, in order; reads everything, so it takes its time."""
        with _told(self.path):
            for path in sorted(self.path.glob("??/*.eml")):
                if not _NAME.fullmatch(path.stem) or not self._whole(path.stem):
                    yield path.stem

    def discard_unfinished(self, *, before: datetime | None = None) -> int:
        """Removes what writers that were killed left behind before this moment, by default `ABANDONED` ago by
        this machine's clock, as the files' own times are; returns how many files."""
        limit = before.timestamp() if before is not None else time.time() - ABANDONED.total_seconds()
        removed = 0
        with _told(self.path):
            for path in self.path.glob(f"{_UNFINISHED}*"):
                with suppress(FileNotFoundError):  # its writer has just finished
                    if path.stat().st_mtime < limit:
                        path.unlink()
                        removed += 1
        return removed

    def path_of(self, sha256: str) -> Path:
        """Where this hash is kept. Refuses anything but a hash, so no name can lead out of the folder."""
        if not _NAME.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self.path / sha256[:2] / f"{sha256}.eml"

    def _whole(self, sha256: str, *, size: int | None = None) -> bool:
        """Whether the file is there with this hash; `size` spares reading a truncated one."""
        path = self.path_of(sha256)
        try:
            if size is not None and path.stat().st_size != size:
                return False
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha256

    def _settle(self, temporary: Path, sha256: str, size: int) -> str:
        if self._whole(sha256, size=size):
            return sha256
        path = self.path_of(sha256)
        self._folder(path.parent)
        temporary.replace(path)
        _sync_folder(path.parent)
        return sha256

    @staticmethod
    def _folder(path: Path) -> None:
        """Makes the folder, and every missing one above it, for the service's user alone."""
        if path.is_dir():
            return
        Archive._folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """Makes a rename in this folder durable (POSIX leaves that to an fsync of the folder)."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turns the disk's errors into one sentence naming the folder and the system's reason."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown error"
        raise StorageError(
            f"The archive {folder} cannot be used ({reason.lower()}): "
            "make room on the disk, or give the service's user the right to write there."
        ) from error
