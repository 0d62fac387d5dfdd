"""The child that reads PDF and Word files: `python -m inbox_bot.transport.docreader FD`.

Its libraries are loaded once; each document is then read in a fork of its own, with bounds on time and
memory, so that none finds what another left behind. `documents.py` asks it over a pair of sockets:

    request   kind " " seconds " " megabytes "\\n" the file
    answer    exit code of the fork (below 0: killed by that signal) "\\n" its text, or why there is none
"""

from __future__ import annotations

import io
import os
import resource
import sys
import zipfile
from contextlib import suppress
from multiprocessing.connection import Connection

REFUSED = 4  # the exit code for "understood, but there is no text to have"; the text then says why
MAX_TEXT = 1_000_000  # characters; a 400-page report has about as many
MAX_PAGES = 500
MAX_UNPACKED = 200_000_000  # octets of a DOCX once unpacked: a zip bomb promises more


class _Refused(Exception):
    """Understood, but there is no text to have; the message is for people."""


def serve(line: Connection) -> None:
    """Answer requests until whoever asks hangs up or ends."""
    _load()
    with suppress(EOFError):
        while True:
            head, _, content = line.recv_bytes().partition(b"\n")
            kind, seconds, megabytes = head.decode().split()
            line.send_bytes(_in_a_fork(kind, content, float(seconds), int(megabytes)))


def _load() -> None:
    """The libraries, and what they load when they first read a page: the forks find it there."""
    import docx  # noqa: F401  inline, here and below: only this process needs them
    import pypdf

    blank = pypdf.PdfWriter()
    blank.add_blank_page(width=1, height=1)
    file = io.BytesIO()
    blank.write(file)
    _pdf(file.getvalue())


def _in_a_fork(kind: str, content: bytes, seconds: float, megabytes: int) -> bytes:
    ours, theirs = os.pipe()
    fork = os.fork()
    if not fork:
        os.close(ours)
        try:
            os._exit(_read(kind, content, seconds, megabytes, theirs))
        finally:  # whatever is raised, the fork ends here
            os._exit(1)
    os.close(theirs)
    with os.fdopen(ours, "rb") as said:
        text = said.read()
    _, status = os.waitpid(fork, 0)
    return b"%d\n%b" % (os.waitstatus_to_exitcode(status), text)


def _read(kind: str, content: bytes, seconds: float, megabytes: int, out: int) -> int:
    """In the fork: the exit code; the text is written to `out`."""
    code = 1
    try:
        _limit(seconds, megabytes)
        text = _pdf(content) if kind == "pdf" else _docx(content)
        code = 0
    except _Refused as reason:
        text, code = str(reason), REFUSED
    except MemoryError:
        text, code = f"needed more than {megabytes} MB", REFUSED
    except Exception:  # damaged: whatever a library says of it
        text = ""
    with os.fdopen(out, "wb") as pipe:
        pipe.write(text[:MAX_TEXT].encode("utf-8", "replace"))
    return code


def _limit(seconds: float, megabytes: int) -> None:
    """Bounds by the operating system."""
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(seconds)), max(1, int(seconds)) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024, megabytes * 1024 * 1024))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a fork writes to its pipe only


def _pdf(content: bytes) -> str:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Refused("locked by a password")
    out: list[str] = []
    length = 0
    for page in reader.pages[:MAX_PAGES]:
        text = page.extract_text() or ""
        out.append(text)
        length += len(text)
        if length > MAX_TEXT:
            break
    return "\n\n".join(out)


def _docx(content: bytes) -> str:
    import docx
    from docx.table import Table

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise _Refused("unpacks to more than 200 MB")
    document = docx.Document(io.BytesIO(content))
    out: list[str] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            out.extend("\t".join(cell.text for cell in row.cells) for row in item.rows)
        else:
            out.append(item.text)
    return "\n".join(out)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
