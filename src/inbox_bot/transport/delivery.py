"""A built site to where the public reads it: a folder, or any address that fsspec knows.

A folder is swapped in whole, so that no reader meets half a site. A remote server has no such swap:
there, what vanished is removed first, because a withdrawn entry must not stay readable even where
the rest fails (R19); then documents and pages go up, and `index.html` last.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ..errors import StorageError, UnavailableError

MANIFEST = ".inbox-bot-site"  # "sha256  path" a line: what we put there, so that nothing else is removed


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """Paths relative to the site, sorted."""

    uploaded: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def deliver(source: Path, target: str) -> DeliveryReport:
    """Bring `target` to the state of the folder `source`. UnavailableError where it cannot be reached."""
    wanted = _digests(source)
    if "index.html" not in wanted:
        raise UnavailableError("The built site has no index.html, so it was not delivered.")
    if "://" in target and not target.startswith("file://"):
        return _deliver_remote(source, target, wanted)
    folder = Path(target.removeprefix("file://"))
    if folder.resolve() == source.resolve():
        return DeliveryReport(uploaded=(), removed=(), unchanged=len(wanted))
    try:
        return _deliver_folder(source, folder, wanted)
    except OSError as error:
        raise UnavailableError(
            f"The site could not be written to {folder}: {error.strerror or error}."
        ) from error


def swap_in(built: Path, target: Path) -> None:
    """Put the finished folder `built` (same file system) where `target` is, atomically.

    `target` is a symbolic link to a folder beside it, renamed over in one step (rename(2)); a plain
    folder that stands there from before is moved aside first, once.
    """
    plain = target.is_dir() and not target.is_symlink()
    if plain and any(target.iterdir()) and not (target / "register.json").is_file():
        raise StorageError(
            f"{target} holds files that are not this site: name a folder of its own for the site."
        )
    home = target.parent / f".{target.name}.builds"
    home.mkdir(exist_ok=True)
    final = Path(tempfile.mkdtemp(prefix="site-", dir=home))
    built.rename(final)
    final.chmod(0o755)
    sync_folder(home)
    link = home / "next"
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(final, target.parent))
    if plain:
        target.rename(home / f"before-{final.name}")
    link.rename(target)
    sync_folder(target.parent)
    for old in home.iterdir():
        if old != final:
            shutil.rmtree(old, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """fsync(2) on a directory, so that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digests(source: Path) -> dict[str, str]:
    return {
        path.relative_to(source).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(source.rglob("*"))
        if path.is_file()
    }


def _deliver_folder(source: Path, folder: Path, wanted: dict[str, str]) -> DeliveryReport:
    before = _digests(folder) if folder.is_dir() else {}
    changed = tuple(path for path, digest in wanted.items() if before.get(path) != digest)
    gone = tuple(sorted(set(before) - set(wanted)))
    if changed or gone:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            built = staging / "site"
            shutil.copytree(source, built)
            for path in built.rglob("*"):
                if path.is_file():
                    with path.open("rb") as file:
                        os.fsync(file.fileno())
            swap_in(built, folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return DeliveryReport(uploaded=changed, removed=gone, unchanged=len(wanted) - len(changed))


def _deliver_remote(source: Path, target: str, wanted: dict[str, str]) -> DeliveryReport:
    import fsspec  # a second of imports that a folder does not need

    shown = f"{urlsplit(target).scheme}://{urlsplit(target).hostname or ''}"  # never the password in a URL
    try:
        system, root = fsspec.core.url_to_fs(target)
        before = _read_manifest(system, root)
        changed = tuple(path for path, digest in wanted.items() if before.get(path) != digest)
        gone = tuple(sorted(set(before) - set(wanted)))
        if changed or gone:
            # Written before as well, so that a delivery that broke off leaves nothing that is forgotten.
            _write_manifest(system, root, {**before, **dict.fromkeys(changed, "unfinished")})
            for path in gone:
                if system.exists(f"{root}/{path}"):
                    system.rm_file(f"{root}/{path}")
            for path in sorted(changed, key=_order):
                system.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
                system.pipe_file(f"{root}/{path}", (source / path).read_bytes())
            _write_manifest(system, root, wanted)
    except ImportError as error:
        raise UnavailableError(
            f"Delivery to {shown} needs a library ({error.name}): pip install 'inbox-bot[sftp]'."
        ) from error
    except ValueError as error:  # fsspec: an unknown protocol
        raise UnavailableError(f"The site's target {shown} is not one that can be written to.") from error
    except Exception as error:  # every back-end of fsspec has exceptions of its own
        raise UnavailableError(
            f"The site could not be delivered to {shown} ({type(error).__name__})."
        ) from error
    return DeliveryReport(uploaded=changed, removed=gone, unchanged=len(wanted) - len(changed))


def _read_manifest(system: Any, root: str) -> dict[str, str]:
    """What an earlier delivery put there; {} at the first."""
    if not system.exists(f"{root}/{MANIFEST}"):
        return {}
    lines = system.cat_file(f"{root}/{MANIFEST}").decode().splitlines()
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    # A damaged manifest must not remove files outside the site.
    return {
        path: digest
        for digest, path in pairs
        if ".." not in PurePosixPath(path).parts and not path.startswith("/")
    }


def _write_manifest(system: Any, root: str, digests: dict[str, str]) -> None:
    system.makedirs(root, exist_ok=True)
    system.pipe_file(
        f"{root}/{MANIFEST}", "".join(f"{digest}  {path}\n" for path, digest in digests.items()).encode()
    )


def _order(path: str) -> tuple[int, str]:
    """Leaves first: style and documents, entries, lists, the index at the end."""
    rank = 3 if path == "index.html" else 2 if "/" not in path else 1 if path.endswith(".html") else 0
    return rank, path
