# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Address fields, whole and broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.message import mailboxes
from inbox_bot.message.model import Address


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Ann Ashby <Ann@Mail.Example>", (Address(name="Ann Ashby", email="ann@mail.example"),)),
        ('"Ashby, Ann" <ann@mail.example>', (Address(name="Ashby, Ann", email="ann@mail.example"),)),
        ("ann@mail.example (Ann Ashby)", (Address(name="Ann Ashby", email="ann@mail.example"),)),
        ("=?utf-8?Q?Ashby=2C_Ann?= <ann@mail.example>", (Address(name="Ashby, Ann", email="ann@mail.example"),)),
        ("undisclosed-recipients:;", ()),
        ("Panel: a@one.example, B <b@two.example>;", (Address(email="a@one.example"), Address(name="B", email="b@two.example"))),
        ("<ann>", (Address(name="ann"),)),
        ("Just A Name", (Address(name="Just A Name"),)),
        ("ann@mail.example, ann2@mail.example", (Address(email="ann@mail.example"), Address(email="ann2@mail.example"))),
        ("'Ann' <ann@mail.example>", (Address(name="Ann", email="ann@mail.example"),)),
        ('"unclosed <ann@mail.example>', (Address(name="unclosed", email="ann@mail.example"),)),
        ("Ann <ann@mail.example", (Address(name="Ann", email="ann@mail.example"),)),
        ("", ()),
    ],
)  # fmt: skip
def test_addresses(field: str, found: tuple[Address, ...]) -> None:
    assert mailboxes.addresses(field) == found


@given(st.text(max_size=400))
def test_addresses_never_raises(text: str) -> None:
    mailboxes.addresses(text)
