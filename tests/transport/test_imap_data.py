"""FETCH answers by themselves: what imaplib hands over, and what is read from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.transport.imap_data import NO_DATE, Answer, answers, internaldate


def test_answers_keep_literals_strings_and_flags_apart() -> None:
    items = [
        (b"1 (UID 5 FLAGS (\\Seen $Junk) RFC822.SIZE 12 BODY[HEADER.FIELDS (MESSAGE-ID)] {4}", b"a)b("),
        b' INTERNALDATE " 1-May-2027 09:00:00 +0100")',
        b"2 (FLAGS (\\Answered))",
        (b"3 (UID 7 BODY[]<0> ~{3}", b"xyz"),
        b")",
        b'4 (UID 8 BODY[] "short \\"one\\"")',
        b"5 (UID 9 BODY[] NIL)",
        b'6 (UID 10 BODY[]<2097152> "")',
    ]
    found = list(answers(items))
    assert [(answer.uid, answer.has_size, answer.flags, answer.body) for answer in found] == [
        (5, True, ("\\Seen", "$Junk"), b"a)b("),
        (0, False, ("\\Answered",), None),
        (7, False, (), b"xyz"),
        (8, False, (), b'short "one"'),
        (9, False, (), None),
        (10, False, (), b""),
    ]  # fmt: skip
    assert found[0].size == 12
    assert found[0].internaldate == datetime(2027, 5, 1, 8, tzinfo=UTC)
    assert found[1].internaldate == NO_DATE


def test_a_mails_own_text_is_never_taken_for_data() -> None:
    text = b"Subject: UID 99 RFC822.SIZE 7 FLAGS (\\Deleted)\r\n\r\nUID 98\r\n"
    (answer,) = answers([(b"1 (BODY[] {%d}" % len(text), text), b" UID 5)"])
    assert (answer.uid, answer.has_size, answer.flags, answer.body) == (5, False, (), text)


def test_a_keyword_in_8_bits_hides_nothing() -> None:
    (answer,) = answers([b"1 (FLAGS (Gew\xe4hlt \\Seen) UID 5 RFC822.SIZE 0)"])
    assert (answer.uid, answer.has_size, answer.size) == (5, True, 0)
    assert "\\Seen" in answer.flags


@given(st.lists(st.one_of(st.none(), st.binary(max_size=40), st.tuples(st.binary(max_size=40), st.binary()))))
def test_no_response_whatever_raises(items: list[bytes | tuple[bytes, bytes] | None]) -> None:
    for answer in answers(items):
        assert answer.uid >= 0
        assert answer.internaldate.tzinfo is not None
        assert not answer.message_id.isspace()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" 1-May-2027 09:00:00 +0100", datetime(2027, 5, 1, 9, tzinfo=timezone(timedelta(hours=1)))),
        (b"01-may-2027 09:00:59 -0000", datetime(2027, 5, 1, 9, 0, 59, tzinfo=UTC)),
        (b"31-Feb-2027 09:00:00 +0000", NO_DATE),
        (b"yesterday", NO_DATE),
        (b"", NO_DATE),
    ],
)  # fmt: skip
def test_internaldate_is_aware_or_says_that_there_is_none(value: bytes, expected: datetime) -> None:
    assert internaldate(value) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"Message-ID: <a@b.example>\r\n\r\n", "<a@b.example>"),
        (b"MESSAGE-ID:\r\n\t<a@b.example>\r\n", "<a@b.example>"),
        (b"Message-Id: <a b@c.example>\r\n", "<ab@c.example>"),
        (b"Message-Id: <\xe9@c.example>\r\n", "<\ufffd@c.example>"),
        (b"\r\n", ""),
    ],
)
def test_message_id_undoes_folding(header: bytes, expected: str) -> None:
    assert Answer([(b"1 (BODY[HEADER.FIELDS (MESSAGE-ID)] {9}", header), b")"]).message_id == expected
