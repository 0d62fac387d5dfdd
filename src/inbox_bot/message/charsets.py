"""Bytes to text, whatever the label says: declared charset, near misses, UTF-8, cp1252, in that order.

Browsers and mail programs have long agreed that a label is a hint: `gb2312` is written for GB 18030,
`iso-8859-1` for windows-1252, and some labels name nothing at all. `decode` says which charset it used,
so that the choice is recorded beside the text.
"""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

# label → codec that reads what is really sent under it (WHATWG Encoding Standard, and labels seen in mail)
_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-7": "utf-7",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp-850": "cp850",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-cp1252": "cp1252",
    "utf8mb4": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
}
_UNKNOWN = frozenset(
    {
        "",
        "x-unknown",
        "unknown",
        "unknown-8bit",
        "default",
        "default_charset",
        "x-user-defined",
        "binary",
        "none",
    }
)
# C1 control characters hardly ever stand in a mail: their presence means that the guess was wrong.
_C1 = re.compile(r"[\x80-\x84\x86-\x9f]")
# The control characters nobody types; tabs and line ends stay.
_CONTROLS = dict.fromkeys((*range(0, 9), 11, *range(14, 32), 127))
_ODD = re.compile(f"[{re.escape(''.join(map(chr, _CONTROLS)))}\x80-\x84\x86-\x9f]")  # either of them
_CONTROL_OCTETS = bytes(_CONTROLS)


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """The codec that reads mail so labelled, None where the label names none."""
    name = label.strip().strip("\"'").lower().partition("*")[0]
    if name in _UNKNOWN:
        return None
    variants = (name, name.replace("_", "-"), name.removeprefix("x-"), re.sub(r"^(?:charset=|cs)", "", name))
    for variant in variants:
        candidate = _ALIASES.get(variant, variant)
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError):
            match = re.fullmatch(r"(?:windows|win|cp)[-_ ]?(\d{3,4})", variant)
            if match is None:
                continue
            try:
                info = codecs.lookup("cp" + match[1])
            except LookupError:
                continue
        # rot13, hex, zip and their like are codecs to Python, but no charset.
        if getattr(info, "_is_text_encoding", True) and info.name not in {"idna", "punycode", "undefined"}:
            return str(info.name)
    return None


def decode(data: bytes, label: str = "") -> tuple[str, str, bool]:
    """(text, charset used, whether the label held). Never raises; the last resort is cp1252 with U+FFFD."""
    if data.startswith(codecs.BOM_UTF8):
        return _clean(data[3:].decode("utf-8", "replace")), "utf-8", True
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(data) > 3 and b"\x00" in data[:64]:
        return _clean(data.decode("utf-16", "replace")), "utf-16", codec_for(label) == "utf-16"
    if not label.strip() and data.isascii() and b"\x1b" not in data:
        return data.translate(None, _CONTROL_OCTETS).decode("ascii"), "us-ascii", True
    declared = codec_for(label) if label.strip() else "ascii"
    candidates: list[str] = []
    if declared is not None and not (declared.startswith(("utf-16", "utf-32")) and b"\x00" not in data):
        if declared == "cp1252" and not data.isascii():
            # UTF-8 that is labelled Latin-1 is common, and Latin-1 that happens to be valid UTF-8 is not.
            candidates.append("utf-8")
        candidates.append(declared)
    if b"\x1b$" in data or b"\x1b(" in data:
        candidates.append("iso2022_jp_ext")
    candidates.append("utf-8")
    for codec in dict.fromkeys(candidates):
        try:
            text = data.decode(codec)
        except (UnicodeError, ValueError, LookupError, binascii.Error):
            continue
        return _clean(text), codec, codec == declared
    if declared is not None and declared not in {"ascii", "utf-8", "utf-7"}:
        lenient = _lenient(data, declared)
        if lenient is not None:
            return _clean(lenient), declared, False
    if declared == "utf-8":
        text = data.decode("utf-8", "replace")
        # One broken character in a long text is damage; many mean that it never was UTF-8.
        if text.count("\ufffd") * 40 < len(text):
            return _clean(text), "utf-8", False
    return _clean(data.decode("cp1252", "replace")), "cp1252", False


def _lenient(data: bytes, codec: str) -> str | None:
    """The text with U+FFFD for damage, None where most of it is damage."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        return None
    return text if text.count("\ufffd") * 10 <= len(text) else None


def _clean(text: str) -> str:
    """Without NUL and the other control characters that no writer types."""
    if _ODD.search(text) is None:
        return text
    # C1 in decoded text: cp1252 read as ISO 8859-1 by an earlier program.
    text = _C1.sub(lambda m: m[0].encode("latin-1").decode("cp1252", "replace"), text)
    return text.translate(_CONTROLS)
