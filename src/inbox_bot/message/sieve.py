"""Patterns that seldom match, made cheap: RE2 looks first, `re` decides.

Most mail is neither a bounce nor a disclaimer, yet a long list of alternatives in `re` costs a third of a
millisecond a text to say so. RE2 says it in a few microseconds and in linear time, but knows no look-around,
and its `\\b`, `\\w` and `\\s` are ASCII's. So a relaxed form of the pattern, which matches wherever the exact
one does and perhaps elsewhere, is asked first; only where it finds something is the exact one asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import re2

_MEMORY = 8 << 20  # bytes RE2 may use for the states of one pattern
_SPACES = r"\s\v\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_WIDER = {"w": r"\pL\pN_", "d": r"\pN", "s": _SPACES}  # what `re` means by them, for the inside of a class
# A gap of up to so many characters: RE2 would need a state for every place where it might have begun, and
# make new ones for every new text. A gap of any length matches wherever that one does, too.
_COUNTED = re.compile(r"\{(\d*),(?:[2-9]|\d\d+)?\}")
_FLAGS = re.compile(r"\(\?([imsx]+)\)")
_LETTERS = {"i": re.I, "m": re.M, "s": re.S, "x": re.X}
_LOOK_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_UNKNOWN = ("(?P=", "(?(", "(?>", "(?#")  # what the relaxing does not know: then nothing is asked first


class Sieved:
    """As a compiled pattern of `re`, for whole texts only. Compiled when first asked: most commands read no
    mail, and most mail needs few of the exact patterns."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self._flags = pattern, flags

    @cached_property
    def _exact(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    @property
    def flags(self) -> int:
        """Those given and those that the pattern begins with."""
        found = _FLAGS.match(self.pattern)
        return self._flags | sum(_LETTERS[letter] for letter in (found[1] if found else ""))

    @cached_property
    def _sieve(self) -> Callable[[str], object] | None:
        return _sieve(self.pattern, self.flags)

    @property
    def sieved(self) -> bool:
        """Whether RE2 looks first."""
        return self._sieve is not None

    def may_match(self, text: str) -> object:
        """False where the pattern is nowhere in the text: what RE2 alone says."""
        return True if self._sieve is None else self._sieve(text)

    def search(self, text: str) -> re.Match[str] | None:
        return self._exact.search(text) if self.may_match(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        return self._exact.match(text) if self.may_match(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._exact.finditer(text) if self.may_match(text) else iter(())

    def findall(self, text: str) -> list[Any]:
        return self._exact.findall(text) if self.may_match(text) else []

    def sub(self, replacement: Callable[[re.Match[str]], str], text: str) -> str:
        return self._exact.sub(replacement, text) if self.may_match(text) else text


def _sieve(pattern: str, flags: int) -> Callable[[str], object] | None:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.never_capture = True  # only whether, not what
    try:
        search: Callable[[bytes], object] = re2.compile(relaxed(pattern, flags), options).search
    except (ValueError, re2.error):
        return None
    # RE2 works on UTF-8; given a str, its wrapper would count letters to translate offsets nobody wants.
    return lambda text: search(text.encode())


def relaxed(pattern: str, flags: int = 0) -> str:
    """RE2 source that matches wherever `pattern` does. `flags`: those of the compiled pattern.

    ValueError where the pattern uses what cannot be relaxed.
    """
    found = _FLAGS.match(pattern)
    at = found.end() if found else 0
    kept = "".join(letter for letter, flag in (("i", re.I), ("m", re.M), ("s", re.S)) if flags & flag)
    out = [f"(?{kept})" if kept else ""]
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            out.append(_escape(pattern[at + 1], pattern, at))
            at += 6 if pattern[at + 1] == "u" else 2
        elif char == "[":
            end = _class_end(pattern, at)
            out.append(_class(pattern[at + 1 : end]))
            at = end + 1
        elif flags & re.X and char.isspace():
            at += 1
        elif flags & re.X and char == "#":
            at = (pattern + "\n").index("\n", at)
        elif pattern.startswith(_UNKNOWN, at):
            raise ValueError(pattern[at : at + 4])
        elif pattern.startswith(_LOOK_AROUND, at):
            at = _group_end(pattern, at) + 1
        elif counted := _COUNTED.match(pattern, at):
            out.append("+" if int(counted[1] or 0) else "*")
            at = counted.end()
        elif char == "$" and not flags & re.M:
            out.append(r"(?:\n?\z)")  # `re` also stops before a last line break
            at += 1
        else:
            out.append(char)
            at += 1
    return "".join(out)


def _escape(letter: str, pattern: str, at: int) -> str:
    if letter in "bB":
        return ""
    if letter == "Z":
        return r"\z"
    if letter == "u":
        return f"\\x{{{pattern[at + 2 : at + 6]}}}"
    if letter in _WIDER:
        return f"[{_WIDER[letter]}]"
    if letter.isdigit() and letter != "0":
        raise ValueError("a back-reference")
    return f"\\{letter}"


def _class(inside: str) -> str:
    """A class as wide as that of `re`. RE2's \\s within [^…] is the narrower, which makes the class wider."""
    inside = re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", inside)
    if inside.startswith("^"):
        if re.search(r"\\[WSD]", inside):
            raise ValueError(inside)
        return f"[{inside}]"
    widened = re.sub(r"\\([wds])", lambda m: _WIDER[m[1]], inside)
    return f"[{widened}]"


def _class_end(pattern: str, at: int) -> int:
    at += 1
    if pattern.startswith("^", at):
        at += 1
    if pattern.startswith("]", at):
        at += 1
    while pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at


def _group_end(pattern: str, at: int) -> int:
    depth = 0
    while True:
        if pattern[at] == "\\":
            at += 2
            continue
        if pattern[at] == "[":
            at = _class_end(pattern, at)
        depth += {"(": 1, ")": -1}.get(pattern[at], 0)
        if depth == 0:
            return at
        at += 1
