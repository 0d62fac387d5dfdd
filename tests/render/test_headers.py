"""Headers as the contract has them, whatever stands in names, subjects and message ids."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.errors import PermanentSendError
from inbox_bot.message.model import Address, Attachment
from inbox_bot.render.headers import can_be_written_to, compose, reply_subject, with_reference

NOW = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
OFFICE = Address(name="Wessmoor OPCC", email="election@wessmoor-pcc.example")


def mail(**changes: Any) -> EmailMessage:
    values: dict[str, Any] = {
        "kind": "notice",
        "sender": OFFICE,
        "to": ["ada@mail.example"],
        "subject": "Reserves",
        "text": "Page 4.\n",
        "html": "<p>Page 4.</p>",
        "message_id": "one@wessmoor-pcc.example",
        "date": NOW,
    }
    return compose(**{**values, **changes})


def read_back(message: EmailMessage) -> EmailMessage:
    """What another server parses from our bytes."""
    return email.message_from_bytes(message.as_bytes(), policy=policy.default)


def names_and_addresses(message: EmailMessage) -> list[tuple[str, str]]:
    """The To header by RFC 2047 6.2 (Python 3.11's newer parser leaves a space between encoded words)."""
    raw = email.message_from_bytes(message.as_bytes())["To"]
    return [(str(make_header(decode_header(name))), address) for name, address in getaddresses([raw])]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def headers_of(message: EmailMessage) -> list[str]:
    return [name.lower() for name in message]


@pytest.mark.parametrize(
    ("kind", "auto", "suppress"),
    [
        ("acknowledgement", "auto-replied", "DR, RN, NRN, OOF, AutoReply"),
        ("notice", "auto-generated", "DR, RN, NRN, OOF, AutoReply"),
        ("personal", None, None),
    ],
)
def test_automatic_marks_by_kind(kind: str, auto: str | None, suppress: str | None) -> None:
    found = read_back(mail(kind=kind))
    assert (found["Auto-Submitted"], found["X-Auto-Response-Suppress"]) == (auto, suppress)


def test_threading_headers_and_reference() -> None:
    found = read_back(
        mail(
            in_reply_to="<b@mail.example>",
            references=["a@mail.example", "b@mail.example"],
            reference="WMR-0007",
        )
    )
    assert found["Message-ID"] == "<one@wessmoor-pcc.example>"
    assert found["In-Reply-To"] == "<b@mail.example>"
    assert found["References"] == "<a@mail.example> <b@mail.example>"
    assert found["Subject"] == "[WMR-0007] Reserves"
    assert found["From"] == "Wessmoor OPCC <election@wessmoor-pcc.example>"
    assert found["Date"] == "Thu, 01 Apr 2027 12:00:00 +0000"


def test_no_thread_no_headers() -> None:
    found = mail()
    assert "in-reply-to" not in headers_of(found)
    assert "references" not in headers_of(found)


def test_parts_are_text_and_html_in_seven_bits() -> None:
    found = mail(text="Tân, Ó Néill\n", html="<p>Tân</p>")
    back = read_back(found)
    assert back.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in back.iter_parts()] == ["text/plain", "text/html"]
    assert text_of(back) == "Tân, Ó Néill\n"
    assert found.as_bytes().isascii()


@pytest.mark.parametrize(
    "name",
    [
        "Siân Ó Néill",
        'Ada "Quill" Marsh',
        "Quill, Ada",
        "Ó Néill, Siân; (agent) <x@y.example>",
        "back\\slash",
        "Łukasz Żółć " * 6,
        "@ : ; < > [ ]",
        "élu, " * 20,
        "日本語の名前",
    ],
)
def test_names_come_back_as_written(name: str) -> None:
    people = [Address(name=name, email="ada@mail.example"), Address(name=name, email="ben@mail.example")]
    wanted = " ".join(name.split())[:120]
    assert names_and_addresses(mail(to=people)) == [
        (wanted, "ada@mail.example"),
        (wanted, "ben@mail.example"),
    ]


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: victim@mail.example",
        "x\nBcc: victim@mail.example\n\nbody",
        "x\r\n\r\nGIF89a",
        "x\x00\x0bBcc: victim@mail.example",
        "x\u2028Bcc: victim@mail.example",
        "x\x85Bcc: victim@mail.example",
    ],
)
def test_nothing_can_be_injected(evil: str) -> None:
    clean = headers_of(mail(in_reply_to="a@b", reply_to="ada@mail.example", extra_headers=[("X-Own", "x")]))
    found = mail(
        subject=evil,
        to=[Address(name=evil, email="ada@mail.example")],
        reply_to=Address(name=evil, email="ada@mail.example"),
        in_reply_to=f"<{evil}>",
        references=[evil],
        extra_headers=[("X-Own", evil)],
        attachments=(),
    )
    back = read_back(found)
    assert sorted(headers_of(back)) == sorted({*clean, "references"})
    assert back["Bcc"] is None
    assert text_of(back) == "Page 4.\n"


@given(st.text(max_size=300), st.text(max_size=300), st.lists(st.text(max_size=80), max_size=40))
def test_any_text_gives_a_sound_mail(subject: str, name: str, references: list[str]) -> None:
    found = mail(
        subject=subject,
        to=[Address(name=name, email="ada@mail.example")],
        references=references,
        reference="WMR-1",
    )
    raw = found.as_bytes()
    back = email.message_from_bytes(raw, policy=policy.default)
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert [a.addr_spec for a in back["To"].addresses] == ["ada@mail.example"]
    assert set(headers_of(back)) <= {
        "from", "to", "subject", "date", "message-id", "references", "auto-submitted",
        "x-auto-response-suppress", "content-language", "mime-version", "content-type",
    }  # fmt: skip


def test_long_message_ids_are_never_encoded_words() -> None:
    ids = [f"{'x' * 150}{n}@mail.example" for n in range(40)]
    raw = mail(references=ids, in_reply_to=ids[-1]).as_bytes()
    head = raw.split(b"\r\n\r\n", 1)[0].decode("ascii")
    assert "=?" not in head
    found = read_back(mail(references=ids))["References"].split()
    assert found == [f"<{ids[0]}>", *(f"<{i}>" for i in ids[-19:])]  # the first, and the newest 19: 20


def test_commas_between_many_accented_names_survive_folding() -> None:
    people = [Address(name=f"Siân Ó Néill {n}", email=f"p{n}@mail.example") for n in range(30)]
    found = read_back(mail(to=people, cc=people))
    assert [a.addr_spec for a in found["Cc"].addresses] == [p.email for p in people]
    assert names_and_addresses(mail(to=people)) == [(p.name, p.email) for p in people]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@mail.example",
        "ada@",
        "a b@mail.example",
        "ada@mail..example",
        "ada@mail.example\r\nBcc: x@y.example",
        "siân@mail.example",
        "<ada@mail.example>",
        "ada@mail.example, ben@mail.example",
        '"a b"@mail.example',
        "x" * 65 + "@mail.example",
    ],
)
def test_address_that_cannot_be_written_to(address: str) -> None:
    assert can_be_written_to(address) is False
    with pytest.raises(PermanentSendError) as caught:
        mail(to=[address])
    assert not address or address not in str(caught.value)  # people's addresses never reach a log


def test_international_domain_is_written_in_ascii() -> None:
    found = read_back(mail(to=["ada@tân.example"]))
    assert found["To"].addresses[0].addr_spec == "ada@" + "tân.example".encode("idna").decode()


def test_attachments_keep_names_and_bytes() -> None:
    files = (
        Attachment(
            name="Cwestiynau – Siân.pdf", content_type="application/pdf", size=4, sha256="", content=b"%PDF"
        ),
        Attachment(name="a\r\nb.txt", content_type="text/plain", size=4, sha256="", content=b"\xff\xfe00"),
        Attachment(name="mail.eml", content_type="message/rfc822", size=4, sha256="", content=b"From"),
    )
    found = list(read_back(mail(attachments=files)).iter_attachments())
    assert [a.get_filename() for a in found] == ["Cwestiynau – Siân.pdf", "a b.txt", "mail.eml"]
    assert [a.get_payload(decode=True) for a in found] == [b"%PDF", b"\xff\xfe00", b"From"]
    assert found[2].get_content_type() == "application/octet-stream"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Budget", "[WMR-0007] Budget"),
        ("Re: [WMR-0007] Budget", "Re: [WMR-0007] Budget"),
        ("", "[WMR-0007]"),
        ("[WMR-00071] Budget", "[WMR-0007] [WMR-00071] Budget"),
    ],
)
def test_reference_stands_in_the_subject_once(subject: str, expected: str) -> None:
    assert with_reference(subject, "WMR-0007") == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Budget", "Re: [WMR-0007] Budget"),
        ("RE: Re: [WMR-0007] Budget", "Re: [WMR-0007] Budget"),
        ("re[2]: Budget", "Re: [WMR-0007] Budget"),
        ("x\r\nBcc: y", "Re: [WMR-0007] x Bcc: y"),
        ("Reserves", "Re: [WMR-0007] Reserves"),
    ],
)
def test_reply_subject(subject: str, expected: str) -> None:
    assert reply_subject(subject, "WMR-0007") == expected


def test_naive_date_and_missing_id_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="aware"):
        mail(date=datetime(2027, 4, 1))  # noqa: DTZ001 - naive on purpose
    with pytest.raises(ValueError, match="Message-ID"):
        mail(message_id="")
    with pytest.raises(ValueError, match="header name"):
        mail(extra_headers=[("X-Own:\r\nBcc", "x")])
