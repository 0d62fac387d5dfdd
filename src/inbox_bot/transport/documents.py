"""The text of PDF and Word attachments, read in a subprocess that cannot take the service down with it.

One bad PDF stopped a comparable system's intake for two days. So the file is parsed by a child with bounds on
time, memory and output; whatever happens there, the parent gets text, or "" and a reason.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

from . import child

if TYPE_CHECKING:
    from ..message.model import ParsedMessage

MAX_INPUT = 30_000_000  # octets; what `message.parse` holds in memory
MAX_TEXT = 1_000_000  # characters; a 400-page report has about as many
MAX_PAGES = 500
MAX_UNPACKED = 200_000_000  # octets of a DOCX once unpacked: a zip bomb promises more

_PDF = frozenset({"application/pdf", "application/x-pdf"})
_DOCX = frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"})
_REFUSED = 4  # the child's exit code for "understood, but there is no text to have"


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

    `seconds` bounds the processor time (and twice that the time on the wall), `megabytes` the child's memory.
    """
    kind = kind_of(content, content_type=content_type, name=name)
    if not kind:
        return DocumentText(reason="not a PDF or Word document")
    if len(content) > MAX_INPUT:
        return DocumentText(reason=f"larger than {MAX_INPUT // 1_000_000} MB")
    command = [sys.executable, "-m", __name__, kind, str(seconds), str(megabytes)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no words of the sender's
            command,
            input=content,
            capture_output=True,
            timeout=max(1.0, 2 * seconds) + 5,
            check=False,
            env=child.environment(),
        )
    except subprocess.TimeoutExpired:
        return DocumentText(reason=f"not read within {seconds:g} s")
    except OSError as error:
        return DocumentText(reason=f"the reader could not be started ({error.strerror})")
    text = done.stdout.decode("utf-8", "replace")[:MAX_TEXT].strip()
    if done.returncode == 0 and text:
        return DocumentText(text)
    if done.returncode == 0:
        return DocumentText(reason="holds no text (perhaps a scan)")
    if done.returncode == _REFUSED:
        return DocumentText(reason=done.stderr.decode("utf-8", "replace").strip()[:200])
    if done.returncode < 0:
        return DocumentText(reason=f"stopped: needed more than {seconds:g} s or {megabytes} MB")
    return DocumentText(reason="damaged, or not the kind of document it claims to be")


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


# -- in the child ------------------------------------------------------------------------------------


class _Refused(Exception):
    """Understood, but there is no text to have; the message is for people."""


def _limit(seconds: float, megabytes: int) -> None:
    """Bounds by the operating system, where it has them."""
    try:
        import resource  # inline: Unix only
    except ImportError:  # Windows: the parent's time-out is the only bound
        return
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(seconds)), max(1, int(seconds)) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024, megabytes * 1024 * 1024))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # the child writes to pipes only


def _pdf(content: bytes) -> str:
    import pypdf  # inline: only the child needs it

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
    import docx  # inline: only the child needs it
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


def _child(kind: str, seconds: float, megabytes: int) -> int:
    """Reads the document from standard input, writes its text to standard output."""
    content = sys.stdin.buffer.read()
    _limit(seconds, megabytes)
    try:
        text = _pdf(content) if kind == "pdf" else _docx(content)
    except _Refused as reason:
        sys.stderr.write(str(reason))
        return _REFUSED
    except MemoryError:
        sys.stderr.write(f"needed more than {megabytes} MB")
        return _REFUSED
    sys.stdout.buffer.write(text[:MAX_TEXT].encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
