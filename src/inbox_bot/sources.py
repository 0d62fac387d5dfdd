"""Messages on disk: .eml files, mbox files and folders of them, in name and file order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .errors import ConfigError

_MBOX_FROM = re.compile(rb"^From \S.*\d{4}", re.MULTILINE)
_STUFFED = re.compile(rb"^>(>*From )", re.MULTILINE)  # mboxrd: one ">" was put before each ">*From "


def read_messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """(name, raw bytes) for every message under the path; one message is in memory at a time.

    A message of an mbox is named `file.mbox#1`, `#2` and so on. ConfigError where the path does not exist
    or cannot be read.
    """
    try:
        if path.is_dir():
            for child in sorted(path.iterdir(), key=lambda p: p.name):
                if child.is_dir() or child.suffix.lower() in {".eml", ".mbox", ".mbx"}:
                    yield from read_messages(child)
        elif _is_mbox(path):
            yield from _mbox(path)
        else:
            yield path.name, path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file or folder.") from error
    except PermissionError as error:
        raise ConfigError(f"{path}: cannot be read.") from error


def _is_mbox(path: Path) -> bool:
    if path.suffix.lower() == ".eml":
        return False
    with path.open("rb") as file:
        return _MBOX_FROM.match(file.read(200)) is not None


def _mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    """Messages of an mbox: a line "From …" after an empty line begins the next one."""
    number = 0
    lines: list[bytes] = []
    empty_before = True
    with path.open("rb") as file:
        for line in file:
            if empty_before and _MBOX_FROM.match(line):
                if number:
                    yield f"{path.name}#{number}", _unstuffed(lines)
                number += 1
                lines = []
            else:
                lines.append(line)
            empty_before = line.strip() == b""
    if number:
        yield f"{path.name}#{number}", _unstuffed(lines)


def _unstuffed(lines: list[bytes]) -> bytes:
    raw = b"".join(lines)
    if raw.endswith((b"\n\n", b"\r\n\r\n")):
        raw = raw[: -2 if raw.endswith(b"\r\n\r\n") else -1]
    return _STUFFED.sub(rb"\1", raw)
