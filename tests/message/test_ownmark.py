"""The mark fits one message id and one key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.message import ownmark


@given(st.binary(min_size=1), st.text(min_size=1).filter(lambda t: t.strip("<> \t")))
def test_verify_accepts_what_was_signed_and_nothing_else(key: bytes, message_id: str) -> None:
    value = ownmark.sign(key, message_id)
    assert ownmark.verify(key, message_id, value)
    assert ownmark.verify(key, f"<{message_id}>", value)
    assert not ownmark.verify(key, message_id + "x", value)
    assert not ownmark.verify(key + b"x", message_id, value)
    assert not ownmark.verify(key, message_id, value[:-1])
    assert not ownmark.verify(key, message_id, "é" + value)


def test_verify_refuses_a_message_without_an_id() -> None:
    assert not ownmark.verify(b"key", "", ownmark.sign(b"key", ""))
