"""The text of PDF and Word attachments, read in a child that cannot take the service down with it.

One bad PDF stopped a comparable system's intake for two days. So a file is parsed in a process of its own
(`docreader.py`) with bounds on time, memory and output; whatever happens there, the parent gets text, or ""
and a reason.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from . import child
from .docreader import MAX_TEXT, REFUSED

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ..message.model import ParsedMessage

MAX_INPUT = 30_000_000  # octets; what `message.parse` holds in memory

_PDF = frozenset({"application/pdf", "application/x-pdf"})
_DOCX = frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"})

_LATELY: dict[str, str] = {}  # hash and kind → text: a campaign's leaflet comes with mail after mail
_MOST_LATELY = 32


class DocumentText(str):
    """The text itself; where it is "", `reason` says why in words for people."""

    reason: str

    def __new__(cls, text: str = "", *, reason: str = "") -> DocumentText:
        made = super().__new__(cls, text)
        made.reason = reason
        return made


def extract_text(
    content: bytes, *, content_type: str, name: str, seconds: float = 10, megabytes: int = 512
) -> DocumentText:
    """The document's text. Never raises for what is in the file.

    `seconds` bounds the processor time (and twice that the time on the wall), `megabytes` the memory.
    """
    kind = kind_of(content, content_type=content_type, name=name)
    if not kind:
        return DocumentText(reason="not a PDF or Word document")
    if len(content) > MAX_INPUT:
        return DocumentText(reason=f"larger than {MAX_INPUT // 1_000_000} MB")
    known = hashlib.sha256(content).hexdigest() + kind
    if known in _LATELY:
        return DocumentText(_LATELY[known])
    request = f"{kind} {seconds} {megabytes}\n".encode() + content
    try:
        code, _, said = _READER.ask(request, max(1.0, 2 * seconds) + 5).partition(b"\n")
    except TimeoutError:
        return DocumentText(reason=f"not read within {seconds:g} s")
    except OSError as error:
        return DocumentText(reason=f"the reader could not be started ({error.strerror or error})")
    text = said.decode("utf-8", "replace")[:MAX_TEXT].strip()
    if int(code) == REFUSED:
        return DocumentText(reason=text[:200])
    if int(code) < 0:
        return DocumentText(reason=f"stopped: needed more than {seconds:g} s or {megabytes} MB")
    if int(code):
        return DocumentText(reason="damaged, or not the kind of document it claims to be")
    if not text:
        return DocumentText(reason="holds no text (perhaps a scan)")
    _LATELY[known] = text
    if len(_LATELY) > _MOST_LATELY:
        _LATELY.pop(next(iter(_LATELY)), None)
    return DocumentText(text)


def words_of(message: ParsedMessage) -> tuple[str, ...]:
    """The words of PDF and DOCX attachments; only asked for where the mail itself says little."""
    if len(message.text.split()) > 60:
        return ()
    found = (
        extract_text(a.content, content_type=a.content_type, name=a.name)
        for a in message.attachments[:5]
        if a.content and kind_of(a.content, content_type=a.content_type, name=a.name)
    )
    return tuple(text for text in found if text)


def kind_of(content: bytes, *, content_type: str, name: str) -> str:
    """ "pdf", "docx" or "". What the bytes say counts more than what the label says."""
    lower = name.lower()
    if content[:1024].lstrip().startswith(b"%PDF-") or b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04") and (content_type in _DOCX or lower.endswith((".docx", ".docm"))):
        return "docx"
    if content.startswith(b"PK\x03\x04") and b"word/" in content[:4000]:
        return "docx"
    # Labelled, but without its signature: let the reader say that it is damaged.
    return "pdf" if content_type in _PDF and lower.endswith(".pdf") else ""


def close() -> None:
    """End the child that reads, if there is one: nothing is to be read for a while."""
    _READER.close()


class _Reader:
    """The child, started when first asked and again when it has gone; one question at a time."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Without ending it: in a fork of this process, whose child it is not."""
        self._asking = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The child's answer. TimeoutError where none came in so many seconds, OSError where it cannot be
        had."""
        with self._asking:
            for _ in range(2):  # it may have gone since it was last asked
                try:
                    line = self._line or self._start()
                    line.send_bytes(request)
                    if not line.poll(seconds):
                        raise TimeoutError
                    return line.recv_bytes()
                except (EOFError, ConnectionError):
                    self.stop()
                except BaseException:  # its answer, should it yet come, must not be taken for the next one's
                    self.stop()
                    raise
        raise OSError("it ended before it had answered")

    def close(self) -> None:
        """End the child once it has answered."""
        with self._asking:
            self.stop()

    def stop(self) -> None:
        """End the child and its forks, if there are any, whatever they are doing."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            with suppress(ProcessLookupError):  # the session's: a fork that hangs goes with it
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self._line = None

    def _start(self) -> Connection:
        from multiprocessing import Pipe  # inline: most commands read no document

        self._line, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
                [sys.executable, "-m", f"{__package__}.docreader", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=child.environment(),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        return self._line


_READER = _Reader()
atexit.register(_READER.stop)
os.register_at_fork(after_in_child=_READER.forget)
