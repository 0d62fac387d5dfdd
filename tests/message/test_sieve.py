"""What `re` finds the sieve lets through: on made-up patterns, and for every sieved pattern on real words."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot import message as package
from inbox_bot.message import parse
from inbox_bot.message.sieve import Sieved, relaxed

MAILS = sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))
SIEVED = [
    (f"{info.name}.{name}", value)
    for info in pkgutil.iter_modules(package.__path__)
    for name, value in vars(importlib.import_module(f"inbox_bot.message.{info.name}")).items()
    if isinstance(value, Sieved)
]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    whole = [parse.parse(path.read_bytes()).text[:4000] for path in MAILS]
    return [*whole, *(line for text in whole for line in text.splitlines()[:30])]


def test_many_patterns_are_sieved() -> None:
    assert len(SIEVED) >= 16


@pytest.mark.parametrize(("name", "pattern"), SIEVED, ids=[name for name, _ in SIEVED])
def test_nothing_is_sieved_out_that_matches(name: str, pattern: Sieved, texts: list[str]) -> None:
    exact = re.compile(pattern.pattern, pattern.flags)
    for text in texts:
        assert [m.span() for m in pattern.finditer(text)] == [m.span() for m in exact.finditer(text)]


@pytest.mark.parametrize(("name", "pattern"), SIEVED, ids=[name for name, _ in SIEVED])
def test_every_sieved_pattern_has_a_sieve(name: str, pattern: Sieved) -> None:
    """One that RE2 does not take would be asked exactly each time, and gain nothing."""
    assert pattern.sieved


@pytest.mark.parametrize(
    ("pattern", "flags", "text"),
    [
        (r"\bdésolé\b", 0, "désolé, je suis absent"),  # RE2's \b is ASCII's
        (r"\w+ allan", 0, "ŵyl allan"),
        (r"a\sb", 0, "a\xa0b"),
        (r"[\s,]x", 0, "\u2003x"),
        (r"[^\s<>]+@", 0, "ŵ@"),
        (r"end$", 0, "the end\n"),
        (r"^b$", re.M, "a\nb\nc"),
        (r"a(?!b[()\]])c?", 0, "ac"),
        (r"(?<=[)(])x", 0, "(x"),
        (r"(?ix) one \s two  # comment (", 0, "ONE two"),
        (r"(?ix) [ ] a", 0, " A"),
        (r"[\u00e9]", 0, "é"),
        (r"\u00e9", 0, "é"),
        (r"STRASSE", re.I, "strasse"),
        (r"\d", 0, "٣"),
    ],
)
def test_the_relaxed_form_matches_too(pattern: str, flags: int, text: str) -> None:
    exact = re.compile(pattern, flags)
    assert exact.search(text) is not None
    assert re2.search(relaxed(pattern, exact.flags), text) is not None
    assert Sieved(pattern, flags).search(text) is not None


@pytest.mark.parametrize("pattern", [r"(a)\1", r"[^\W\d_]x", r"(?P<q>a)(?P=q)"])
def test_what_cannot_be_relaxed_is_asked_exactly(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        relaxed(pattern)
    asked = Sieved(pattern)
    assert not asked.sieved
    assert asked.search("aa éx") is not None


@given(st.text(alphabet="aé \n\xa0bŵ1.", max_size=12))
def test_any_text(text: str) -> None:
    for pattern in (r"\ba\b", r"é\b\s", r"\w\s\w", r"a(?=\s)", r"1$"):
        exact, sieved = re.compile(pattern), Sieved(pattern)
        assert sieved.findall(text) == exact.findall(text)
        assert sieved.sub(lambda m: "#", text) == exact.sub("#", text)
