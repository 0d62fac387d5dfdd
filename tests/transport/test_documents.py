"""PDF and Word text in a bounded child: real documents, damaged ones, bombs."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docx
import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from inbox_bot.transport import docreader, documents

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pdf_saying(words: str, *, password: str = "", stream: bytes | None = None) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(width=595, height=842)
    content = DecodedStreamObject()
    content.set_data(stream if stream is not None else f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode())
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    page[NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx_saying(words: str, cells: tuple[str, str]) -> bytes:
    document = docx.Document()
    document.add_paragraph(words)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = cells
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_extract_text_reads_a_pdf() -> None:
    text = documents.extract_text(
        pdf_saying("How many officers are there?"), content_type=PDF, name="letter.pdf"
    )
    assert (str(text), text.reason) == ("How many officers are there?", "")


def test_extract_text_reads_paragraphs_and_tables_of_a_word_document() -> None:
    content = docx_saying("Please tell me the cost.", ("Year", "2026/27"))
    text = documents.extract_text(content, content_type="application/octet-stream", name="Letter.DOCX")
    assert (str(text), text.reason) == ("Please tell me the cost.\nYear\t2026/27", "")


def test_extract_text_says_that_a_scan_holds_no_text() -> None:
    text = documents.extract_text(
        pdf_saying("", stream=b"0 0 595 842 re f"), content_type=PDF, name="scan.pdf"
    )
    assert (str(text), text.reason) == ("", "holds no text (perhaps a scan)")


def test_extract_text_says_that_a_pdf_is_locked() -> None:
    text = documents.extract_text(pdf_saying("secret", password="pass"), content_type=PDF, name="locked.pdf")
    assert (str(text), text.reason) == ("", "locked by a password")


@pytest.mark.parametrize("content", [b"%PDF-1.7\ngarbage", b"%PDF-", b"PK\x03\x04word/garbage"])
def test_extract_text_says_that_a_document_is_damaged(content: bytes) -> None:
    text = documents.extract_text(content, content_type=PDF, name="broken.pdf")
    assert str(text) == ""
    assert text.reason in {
        "damaged, or not the kind of document it claims to be",
        "holds no text (perhaps a scan)",
    }


def test_extract_text_refuses_what_is_no_document() -> None:
    text = documents.extract_text(b"\x89PNG\r\n", content_type="image/png", name="a.png")
    assert (str(text), text.reason) == ("", "not a PDF or Word document")


def test_extract_text_stops_at_the_processor_time() -> None:
    # A content stream of several million operators keeps pypdf busy for far longer than a second.
    slow = pdf_saying("", stream=b"BT /F1 12 Tf " + b"(a) Tj " * 3_000_000 + b"ET")
    text = documents.extract_text(slow, content_type=PDF, name="slow.pdf", seconds=1)
    assert (str(text), text.reason) == ("", "stopped: needed more than 1 s or 512 MB")


def test_extract_text_stops_at_the_memory() -> None:
    big = pdf_saying("", stream=b"BT /F1 12 Tf " + b"(a) Tj " * 2_000_000 + b"ET")
    text = documents.extract_text(big, content_type=PDF, name="big.pdf", seconds=30, megabytes=150)
    assert (str(text), text.reason) == ("", "needed more than 150 MB")


def test_extract_text_refuses_a_zip_bomb() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (docreader.MAX_UNPACKED + 1))
    text = documents.extract_text(out.getvalue(), content_type=DOCX, name="bomb.docx")
    assert (str(text), text.reason) == ("", "unpacks to more than 200 MB")


def test_one_reader_reads_one_document_after_another() -> None:
    documents.extract_text(pdf_saying("The first."), content_type=PDF, name="a.pdf")
    first = documents._READER._process
    text = documents.extract_text(docx_saying("The second.", ("a", "b")), content_type=DOCX, name="b.docx")
    assert (str(text), documents._READER._process) == ("The second.\na\tb", first)


def test_a_document_that_is_stopped_takes_nothing_from_the_next() -> None:
    slow = pdf_saying("", stream=b"BT /F1 12 Tf " + b"(a) Tj " * 3_000_000 + b"ET")
    assert not documents.extract_text(slow, content_type=PDF, name="slow.pdf", seconds=1)
    text = documents.extract_text(pdf_saying("After it."), content_type=PDF, name="next.pdf", seconds=1)
    assert str(text) == "After it."


@pytest.mark.parametrize("end", [lambda process: process.kill(), lambda _process: documents.close()])
def test_a_reader_that_is_gone_is_started_again(end: Callable[[subprocess.Popen[bytes]], None]) -> None:
    documents.extract_text(pdf_saying("Before."), content_type=PDF, name="a.pdf")
    gone = documents._READER._process or pytest.fail("nothing was started to read it")
    documents._LATELY.clear()
    end(gone)
    assert gone.wait(timeout=30) == -signal.SIGKILL
    text = documents.extract_text(pdf_saying("Before."), content_type=PDF, name="b.pdf")
    assert str(text) == "Before."
    assert documents._READER._process is not gone


def test_a_reader_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its late answer must not be taken for that to the next question."""
    documents.extract_text(pdf_saying("Warm."), content_type=PDF, name="a.pdf")
    stopped = documents._READER._process
    assert stopped is not None
    stopped.send_signal(signal.SIGSTOP)
    ask = documents._READER.ask
    monkeypatch.setattr(documents._READER, "ask", lambda request, _seconds: ask(request, 0.2))
    text = documents.extract_text(pdf_saying("Late."), content_type=PDF, name="b.pdf")
    assert (str(text), text.reason) == ("", "not read within 10 s")
    assert stopped.poll() == -signal.SIGKILL
    monkeypatch.undo()
    text = documents.extract_text(pdf_saying("The next."), content_type=PDF, name="c.pdf")
    assert str(text) == "The next."


def test_the_same_document_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    leaflet = pdf_saying("The leaflet that comes with every mail.")
    first = documents.extract_text(leaflet, content_type=PDF, name="leaflet.pdf")
    monkeypatch.setattr(documents._READER, "ask", None)
    assert documents.extract_text(leaflet, content_type=PDF, name="Leaflet (1).pdf") == first


def test_what_is_kept_of_documents_is_bounded() -> None:
    for number in range(documents._MOST_LATELY + 3):
        documents.extract_text(pdf_saying(f"Number {number}."), content_type=PDF, name="a.pdf")
    assert len(documents._LATELY) == documents._MOST_LATELY


def test_the_reader_ends_with_whoever_asked_it() -> None:
    asks = (
        "from inbox_bot.transport import documents as d;"
        "d.extract_text(b'%PDF-', content_type='application/pdf', name='a.pdf');"
        "print(d._READER._process.pid, flush=True);"
        "import os; os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert gone(int(done.stdout))


def gone(pid: int) -> bool:
    """Waits a while for it."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with suppress(OSError):  # a zombie that nobody reaps here has ended too
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.05)
    return False
