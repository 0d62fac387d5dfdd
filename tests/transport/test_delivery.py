"""Delivery to a folder and to an fsspec address; nothing withdrawn stays, nothing foreign goes."""

from __future__ import annotations

import threading
from pathlib import Path

import fsspec
import pytest

from inbox_bot.errors import UnavailableError
from inbox_bot.transport.delivery import MANIFEST, deliver


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(
        tmp_path / "built", {"index.html": "one", "register.json": "[]", "entries/WMR-0001.html": "first"}
    )


@pytest.fixture
def memory():
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_folder_gets_the_site_and_loses_what_vanished(tmp_path: Path, source: Path) -> None:
    target = tmp_path / "www"
    first = deliver(source, str(target))
    assert first.uploaded == ("entries/WMR-0001.html", "index.html", "register.json")
    write(source, {"index.html": "two"})
    (source / "entries/WMR-0001.html").unlink()
    second = deliver(source, str(target))
    assert (second.uploaded, second.removed, second.unchanged) == (
        ("index.html",),
        ("entries/WMR-0001.html",),
        1,
    )
    assert (target / "index.html").read_text(encoding="utf-8") == "two"
    assert not (target / "entries/WMR-0001.html").exists()
    assert deliver(source, str(target)).unchanged == 2


def test_folder_is_never_seen_half(tmp_path: Path, source: Path) -> None:
    """A reader meets the old page or the new one, never none and never a part."""
    target = tmp_path / "www"
    deliver(source, str(target))
    seen: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append((target / "index.html").read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        write(source, {"index.html": f"{number}" * 1000})
        deliver(source, str(target))
    stop.set()
    reader.join()
    assert all(text == "one" or (len(set(text)) <= 2 and len(text) in (1000, 2000)) for text in seen)


def test_memory_uploads_changes_only_and_removes(source: Path, memory) -> None:
    target = "memory://public/election"
    deliver(source, target)
    assert memory.cat_file("/public/election/entries/WMR-0001.html") == b"first"
    memory.pipe_file("/public/election/other.txt", b"not ours")
    write(source, {"index.html": "two"})
    (source / "entries/WMR-0001.html").unlink()
    report = deliver(source, target)
    assert (report.uploaded, report.removed, report.unchanged) == (
        ("index.html",),
        ("entries/WMR-0001.html",),
        1,
    )
    assert not memory.exists("/public/election/entries/WMR-0001.html")
    assert memory.cat_file("/public/election/other.txt") == b"not ours"


def test_index_goes_last_and_withdrawn_first(source: Path, memory, monkeypatch: pytest.MonkeyPatch) -> None:
    target = "memory://public/election"
    deliver(source, target)
    (source / "entries/WMR-0001.html").unlink()
    write(source, {"index.html": "two", "register.json": "[1]", "entries/WMR-0002.html": "second"})
    done: list[str] = []
    put, remove = type(memory).pipe_file, type(memory).rm_file
    monkeypatch.setattr(
        type(memory), "pipe_file", lambda s, p, v, **k: (done.append(p), put(s, p, v, **k))[1]
    )
    monkeypatch.setattr(type(memory), "rm_file", lambda s, p: (done.append(f"-{p}"), remove(s, p))[1])
    deliver(source, target)
    names = [name.replace("/public/election/", "") for name in done if not name.endswith(MANIFEST)]
    assert names == ["-entries/WMR-0001.html", "entries/WMR-0002.html", "register.json", "index.html"]


def test_broken_off_delivery_forgets_nothing(source: Path, memory, monkeypatch: pytest.MonkeyPatch) -> None:
    target = "memory://public/election"
    put = type(memory).pipe_file

    def full(system, path, value, **more):
        if path.endswith("index.html"):
            raise OSError(28, "No space left on device")
        return put(system, path, value, **more)

    with monkeypatch.context() as patched:
        patched.setattr(type(memory), "pipe_file", full)
        with pytest.raises(UnavailableError):
            deliver(source, target)
    assert memory.exists("/public/election/entries/WMR-0001.html")  # it was on its way already
    (source / "entries/WMR-0001.html").unlink()  # and is withdrawn before the next try
    deliver(source, target)
    assert not memory.exists("/public/election/entries/WMR-0001.html")
    assert memory.cat_file("/public/election/index.html") == b"one"


@pytest.mark.parametrize("target", ["nonsense://x/y", "sftp://user:hunter2@127.0.0.1:1/site"])
def test_unreachable_target_is_one_sentence_without_password(source: Path, target: str) -> None:
    with pytest.raises(UnavailableError) as caught:
        deliver(source, target)
    assert "hunter2" not in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_site_without_index_is_not_delivered(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="index"):
        deliver(write(tmp_path / "empty", {"a.html": "x"}), str(tmp_path / "www"))


def test_unwritable_folder(tmp_path: Path, source: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UnavailableError, match="could not be written"):
        deliver(source, str(tmp_path / "file/www"))
