"""Labels that lie, labels that name nothing, and text that is damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.message import charsets


@pytest.mark.parametrize(
    ("label", "octets", "text", "codec"),
    [
        ("windows-874", "สวัสดี".encode("cp874"), "สวัสดี", "cp874"),
        ("X-UNKNOWN", "café".encode(), "café", "utf-8"),
        ("X-UNKNOWN", "café".encode("cp1252"), "café", "cp1252"),
        ("", "caffè".encode("cp1252"), "caffè", "cp1252"),
        ("iso-8859-8-i", "שלום".encode("iso8859-8"), "שלום", "iso8859-8"),
        ("unicode-1-1-utf-7", b"Caf+AOk-", "Café", "utf-7"),
        ("gb2312", "镕".encode("gb18030"), "镕", "gb18030"),  # not in GB 2312 itself
        ("iso-8859-1", b"\x93quoted\x94 \x80", "“quoted” €", "cp1252"),
        ("iso-8859-1", "£5 – naïve".encode(), "£5 – naïve", "utf-8"),
        ("ks_c_5601-1987", "스티해".encode("cp949"), "스티해", "cp949"),
        ("us-ascii", "Comisiynydd ŵ".encode(), "Comisiynydd ŵ", "utf-8"),
        ("rot13", b"Uryyb", "Uryyb", "utf-8"),  # a codec to Python, no charset
    ],
)
def test_decode_reads_what_was_meant(label: str, octets: bytes, text: str, codec: str) -> None:
    assert charsets.decode(octets, label)[:2] == (text, codec)


def test_decode_drops_nul_and_other_controls() -> None:
    assert charsets.decode(b"a\x00b\x08c\td", "utf-8")[0] == "abc\td"


@given(st.binary(max_size=300), st.text(max_size=20))
def test_decode_never_raises(octets: bytes, label: str) -> None:
    text, codec, _ = charsets.decode(octets, label)
    assert "\x00" not in text
    assert codec
