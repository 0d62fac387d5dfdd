"""The archive on a real disk: full, read-only, torn, and used by several at once."""

from __future__ import annotations

import hashlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox_bot.errors import StorageError
from inbox_bot.transport.archive import Archive

RAW = b"Subject: a question\r\n\r\nWhat is the budget?\r\n"
SHA = hashlib.sha256(RAW).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "var" / "archive")


def test_put_names_the_file_by_its_hash_and_get_gives_it_back(archive: Archive) -> None:
    assert archive.has(SHA) is False
    assert archive.put(RAW) == SHA
    assert archive.path_of(SHA) == archive.path / SHA[:2] / f"{SHA}.eml"
    assert archive.path_of(SHA).read_bytes() == RAW
    assert (archive.has(SHA), archive.get(SHA)) == (True, RAW)


def test_put_is_for_the_services_user_alone(archive: Archive) -> None:
    archive.put(RAW)
    path = archive.path_of(SHA)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, archive.path)} == {0o700}


def test_put_again_writes_nothing(archive: Archive) -> None:
    archive.put(RAW)
    before = archive.path_of(SHA).stat()
    assert archive.put(RAW) == SHA
    assert archive.put_stream([RAW[:5], RAW[5:]]) == SHA
    assert archive.path_of(SHA).stat() == before
    assert [path.name for path in archive.path.iterdir()] == [SHA[:2]]


@pytest.mark.parametrize("damage", [RAW[:-7], b"", b"x" + RAW[1:]], ids=["truncated", "empty", "changed"])
def test_a_damaged_file_is_found_and_repaired_by_the_next_put(archive: Archive, damage: bytes) -> None:
    archive.put(RAW)
    archive.put(b"another")
    archive.path_of(SHA).write_bytes(damage)
    assert list(archive.verify()) == [SHA]
    with pytest.raises(StorageError, match=r"is damaged: restore .* from a backup"):
        archive.get(SHA)
    archive.put(RAW)
    assert archive.get(SHA) == RAW
    assert list(archive.verify()) == []


def test_a_missing_message_is_named(archive: Archive) -> None:
    with pytest.raises(StorageError, match=f"has no message {SHA[:12]}"):
        archive.get(SHA)


def test_put_stream_takes_what_memory_would_not(archive: Archive) -> None:
    def chunks() -> Iterator[bytes]:
        for number in range(64):
            yield bytes([number]) * 65536

    whole = b"".join(chunks())
    assert archive.put_stream(chunks()) == hashlib.sha256(whole).hexdigest()
    assert archive.get(hashlib.sha256(whole).hexdigest()) == whole


def test_put_stream_that_breaks_off_leaves_nothing(archive: Archive) -> None:
    def broken() -> Iterator[bytes]:
        yield RAW
        raise ValueError("the server went away")

    with pytest.raises(ValueError, match="the server went away"):
        archive.put_stream(broken())
    assert list(archive.path.iterdir()) == []


def test_remove_says_whether_there_was_anything(archive: Archive) -> None:
    archive.put(RAW)
    assert [archive.remove(SHA), archive.remove(SHA), archive.has(SHA)] == [True, False, False]


@pytest.mark.parametrize("name", ["../../etc/passwd", SHA.upper(), SHA[:-1], ""])
def test_only_a_hash_is_a_name(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        archive.get(name)


def test_many_writers_of_the_same_message_agree(archive: Archive) -> None:
    mails = [b"mail %d" % (number % 7) for number in range(140)]

    def write(part: list[bytes]) -> None:
        for raw in part:
            archive.put(raw)

    threads = [threading.Thread(target=write, args=(mails[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(archive.verify()) == []
    assert len(list(archive.path.glob("??/*.eml"))) == 7
    assert list(archive.path.glob(".incoming-*")) == []


def test_an_unwritable_archive_is_one_sentence(archive: Archive, tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("in the way")
    with pytest.raises(StorageError, match=r"cannot be used \(not a directory\)"):
        Archive(tmp_path / "file" / "archive").put(RAW)
    archive.put(b"another")
    archive.path.chmod(0o500)
    rights = os.geteuid()
    if rights == 0:  # root may write anywhere, so be somebody else for a moment
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        with pytest.raises(StorageError, match=r"cannot be used \(permission denied\)"):
            archive.put(RAW)
    finally:
        os.seteuid(rights)


def test_a_full_disk_is_one_sentence_and_leaves_no_part(archive: Archive) -> None:
    # A file size limit stands for the full disk: the same errors from the same calls, without root.
    program = """
import resource, signal, sys
from inbox_bot.errors import StorageError
from inbox_bot.transport.archive import Archive
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
archive = Archive(sys.argv[1])
archive.put(b"small")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    archive.put(b"x" * 1_000_000)
except StorageError as error:
    print(error)
print(sorted(path.name[:9] for path in archive.path.iterdir()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(archive.path)], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first.startswith(f"The archive {archive.path} cannot be used (file too large): make room")
    assert second == f"['{hashlib.sha256(b'small').hexdigest()[:2]}']"


@pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/proc/mounts").exists(), reason="mounting a tmpfs needs root"
)
def test_a_really_full_disk_is_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], check=False
    ).returncode:
        pytest.skip("mounting a tmpfs is not allowed here")
    try:
        archive = Archive(place / "archive")
        kept = archive.put(RAW)
        with pytest.raises(StorageError, match=r"\(no space left on device\): make room on the disk"):
            archive.put(b"x" * 1_000_000)
        assert archive.get(kept) == RAW
        assert list(archive.path.glob(".incoming-*")) == []
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_writer_killed_at_any_moment_leaves_only_whole_messages(archive: Archive) -> None:
    program = """
import sys
from inbox_bot.transport.archive import Archive
archive = Archive(sys.argv[1])
number = 0
while True:
    print(archive.put(b"%d " % number * 20_000), flush=True)
    number += 1
"""
    promised: list[str] = []
    for delay in (3, 8, 20):  # killed after so many promises
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(archive.path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        promised += [child.stdout.readline().strip() for _ in range(delay)]
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    assert list(archive.verify()) == []
    assert all(archive.has(sha256) for sha256 in promised)
    archive.discard_unfinished(before=datetime.now(UTC) + timedelta(seconds=1))
    assert list(archive.path.glob(".incoming-*")) == []


def test_discard_unfinished_leaves_what_is_being_written(archive: Archive) -> None:
    archive.put(RAW)
    (archive.path / ".incoming-old").write_bytes(b"half")
    os.utime(archive.path / ".incoming-old", (1000, 1000))
    (archive.path / ".incoming-new").write_bytes(b"half")
    os.utime(archive.path / ".incoming-new", (3000, 3000))
    assert archive.discard_unfinished(before=datetime.fromtimestamp(2000, UTC)) == 1
    assert [path.name for path in archive.path.glob(".incoming-*")] == [".incoming-new"]
    assert archive.get(SHA) == RAW
