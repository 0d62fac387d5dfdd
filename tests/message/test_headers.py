# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Encoded words, dates and parameters, whole and broken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.message import headers
from inbox_bot.message.parse import parse


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        ("=?utf-8?Q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?B?Q2Fmw?= =?utf-8?B?6kg4oCT?=", "Café –"),  # split inside a character and a group of four
        ("=?utf-8?q?=E2=82?= =?utf-8?q?=AC5?=", "€5"),
        ("=?windows-1252?Q?=A35=2C000?= today", "£5,000 today"),
        ("=?utf-8?B?Q2Fmw6k?=", "Café"),  # padding missing
        ("=?x-unknown?Q?plain?=", "plain"),
        ("=?utf-8?Q?with raw spaces?=", "with raw spaces"),
        ("=?broken", "=?broken"),
        ("=?utf-8*cy?Q?Annwyl?=", "Annwyl"),  # RFC 2231 5
    ],
)
def test_decode_words(encoded: str, decoded: str) -> None:
    assert headers.decode_words(encoded) == decoded


@pytest.mark.parametrize(
    ("field", "moment", "odd"),
    [
        ("Mon, 01 Feb 2027 10:00:00 +0100", datetime(2027, 2, 1, 9, tzinfo=UTC), ""),
        ("Mon, 01 Feb 2027 10:00:00 GMT", datetime(2027, 2, 1, 10, tzinfo=UTC), ""),
        ("Mon, 01 Feb 2027 10:00:00", datetime(2027, 2, 1, 10, tzinfo=UTC), "date_naive"),
        ("Mon, 31 Feb 2027 10:00:00 +0000", None, "date_invalid"),
        ("yesterday", None, "date_invalid"),
        ("Mon, 01 Feb 2027 10:00:00 +9999999", None, "date_invalid"),
        ("", None, "date_missing"),
        ("Thu, 01 Jan 1900 00:00:00 +0000", None, "date_invalid"),
    ],
)
def test_date(field: str, moment: datetime | None, odd: str) -> None:
    assert headers.date(field) == (moment, odd)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("attachment; filename*=utf-8''Ll%C5%B7thyr.pdf", "Llŷthyr.pdf"),
        ("attachment; filename*0=\"a very \"; filename*1=\"long.pdf\"", "a very long.pdf"),
        ("attachment; filename*0*=utf-8''%C2%A3; filename*1=5.pdf", "£5.pdf"),
        ("attachment; filename=my file.pdf", "my file.pdf"),
        ('attachment; filename="a;b.pdf"', "a;b.pdf"),
        ('attachment; filename="=?utf-8?Q?=C2=A35.pdf?="', "£5.pdf"),
    ],
)  # fmt: skip
def test_parameters_name_the_file(field: str, name: str) -> None:
    assert headers.parameters(field) == ("attachment", {"filename": name})


def test_message_ids_keep_order_and_drop_doubles() -> None:
    assert headers.message_ids("<a@x> text <b@y>\t<a@x>") == ("a@x", "b@y")


@given(st.text(max_size=400))
def test_readers_never_raise(text: str) -> None:
    headers.parameters(text)
    headers.message_ids(text)
    moment, odd = headers.date(text)
    assert (moment is None) <= bool(odd)
    assert isinstance(headers.decode_words(text), str)


def test_letters_sent_unencoded_are_read_in_the_bodys_charset() -> None:
    """RFC 6532 asks for UTF-8; what is none is in the body's charset more often than in any other."""
    subject = "Вопрос о бюджете"
    head = f"From: Ann <ann@mail.example>\nSubject: {subject}\nContent-Type: text/plain; charset={{}}\n\n{subject}\n"
    for label, codec in (("windows-1251", "cp1251"), ("koi8-r", "koi8-r"), ("koi8-r", "utf-8")):
        assert parse(head.format(label).encode(codec)).subject == subject
