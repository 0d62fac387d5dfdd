"""The grammar by itself: what imaplib hands over, in and out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.errors import MailboxError
from inbox_bot.transport import imap_data
from inbox_bot.transport.imap_data import NO_DATE


def test_parse_fetch_reads_literals_strings_and_lists() -> None:
    items = [
        (b"1 (UID 5 FLAGS (\\Seen $Junk) RFC822.SIZE 12 BODY[HEADER.FIELDS (MESSAGE-ID)] {4}", b"a)b("),
        b' INTERNALDATE " 1-May-2027 09:00:00 +0100")',
        b"2 (FLAGS (\\Answered))",
        (b"3 (UID 7 BODY[]<0> ~{3}", b"xyz"),
        b")",
        b'4 (UID 8 BODY[] "short \\"one\\"")',
        b"5 (UID 9 BODY[] NIL)",
    ]
    assert list(imap_data.parse_fetch(items)) == [
        {
            "UID": b"5", "FLAGS": [b"\\Seen", b"$Junk"], "RFC822.SIZE": b"12",
            "BODY[HEADER.FIELDS (MESSAGE-ID)]": b"a)b(", "INTERNALDATE": b" 1-May-2027 09:00:00 +0100",
        },
        {"FLAGS": [b"\\Answered"]},
        {"UID": b"7", "BODY[]<0>": b"xyz"},
        {"UID": b"8", "BODY[]": b'short "one"'},
        {"UID": b"9", "BODY[]": None},
    ]  # fmt: skip


@given(st.lists(st.one_of(st.binary(max_size=40), st.tuples(st.binary(max_size=40), st.binary(max_size=9)))))
def test_no_response_whatever_raises(items: list[bytes | tuple[bytes, bytes]]) -> None:
    list(imap_data.parse_fetch(items))
    list(imap_data.parse_list(items))
    imap_data.parse_status(items)
    imap_data.parse_namespace(items)
    imap_data.parse_numbers(items)


def test_parse_list_reads_special_use_and_literal_names() -> None:
    folders = list(
        imap_data.parse_list(
            [
                b'(\\HasNoChildren \\Sent) "/" "Sent Items"',
                (b'(\\HasNoChildren) "." {9}', b'Odd"name"'),
                b"",
                b'(\\Noselect) NIL "T&AXc-"',
            ]
        )
    )
    assert [(folder.name, folder.delimiter, folder.selectable) for folder in folders] == [
        ("Sent Items", "/", True), ('Odd"name"', ".", True), ("Tŷ", "", False),
    ]  # fmt: skip
    assert "\\sent" in folders[0].flags


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" 1-May-2027 09:00:00 +0100", datetime(2027, 5, 1, 9, tzinfo=timezone(timedelta(hours=1)))),
        (b"01-may-2027 09:00:60 -0000", datetime(2027, 5, 1, 9, 0, 59, tzinfo=UTC)),
        (b"31-Feb-2027 09:00:00 +0000", NO_DATE),
        (b"yesterday", NO_DATE),
        (None, NO_DATE),
    ],
)  # fmt: skip
def test_parse_internaldate_is_aware_or_says_that_there_is_none(value, expected) -> None:
    assert imap_data.parse_internaldate(value) == expected


def test_imap_datetime_is_utc_and_knows_no_locale() -> None:
    moment = datetime(2027, 5, 1, 9, 5, 7, tzinfo=timezone(timedelta(hours=1)))
    assert imap_data.imap_datetime(moment) == '"01-May-2027 08:05:07 +0000"'
    assert imap_data.imap_date(datetime(2027, 12, 31, tzinfo=UTC)) == "31-Dec-2027"


@pytest.mark.parametrize("name", ["Tŷ & gardd", 'with "quotes" and \\', "Election/foi", "Дело"])
def test_folder_names_come_back_as_they_went(name: str) -> None:
    quoted = imap_data.encode_folder(name)
    assert quoted.isascii()
    (folder,) = imap_data.parse_list([b'() "/" ' + quoted.encode()])
    assert folder.name == name


def test_a_folder_name_cannot_carry_a_command() -> None:
    with pytest.raises(MailboxError):
        imap_data.encode_folder("INBOX\r\na1 DELETE INBOX")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"Message-ID: <a@b.example>\r\n\r\n", "<a@b.example>"),
        (b"MESSAGE-ID:\r\n\t<a@b.example>\r\n", "<a@b.example>"),
        (b"Message-Id: <a b@c.example>\r\n", "<ab@c.example>"),
        (b"\r\n", ""),
    ],
)
def test_header_message_id_undoes_folding(header: bytes, expected: str) -> None:
    assert imap_data.header_message_id(header) == expected
