"""The officers' plain words as data: `config/commands.toml`, read once and compiled.

An office may lay a file of its own over the shipped one. What is wrong in it stops the start with a
ConfigError that names the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import resources
from ..config import read_toml
from ..errors import ConfigError

LANGUAGES = ("en", "cy")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A whole line that is a command. `ground`: of an extension, where the line itself says which."""

    pattern: re.Pattern[str]
    action: str
    ground: str = ""


@dataclass(frozen=True, kw_only=True)
class Days:
    """Words for days: patterns in alternatives, weekdays from Monday, months from January."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    ordinal: str
    of: str
    until: str
    tomorrow: str
    next: str
    next_week: str
    day: str
    week: str


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Everything that a line of plain words is compared with."""

    rows: tuple[Row, ...]
    polite: re.Pattern[str]  # in front
    thanks: re.Pattern[str]  # behind
    greeting: re.Pattern[str]  # a line of nothing else
    before_reference: str
    between_references: re.Pattern[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    categories: Mapping[str, str]  # words → code
    roles: Mapping[str, str]
    authorities: Mapping[str, str]
    headings: Mapping[str, tuple[str, ...]]
    days: Days

    def after(self, heading: str, line: str) -> str | None:
        """What stands behind a heading ("Reason: …", in whichever language) on its line; None without one."""
        head, colon, rest = line.strip().partition(":")
        return rest.strip() if colon and head.strip().lower() in self.headings[heading] else None


def load(path: Path) -> Vocabulary:
    """The words of a file. ConfigError names the row that is wrong."""
    data = read_toml(path)
    try:
        return _vocabulary(data)
    except KeyError as error:
        raise ConfigError(f"{path}: {error.args[0]} is missing.") from error
    except (TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: a table or a list of words is expected; see the shipped file.") from error
    except _BadRow as error:
        raise ConfigError(f"{path}: {error}.") from error


@lru_cache(maxsize=1)
def shipped() -> Vocabulary:
    """The words that travel with the service."""
    return load(resources.config_dir() / "commands.toml")


class _BadRow(Exception):
    """A pattern that cannot be compiled; the text says where."""


def _vocabulary(data: Mapping[str, Any]) -> Vocabulary:
    words = data["words"]

    def all_of(name: str) -> str:
        return _any(word for language in LANGUAGES for word in words[language][name])

    days = data["days"]
    return Vocabulary(
        rows=tuple(_rows(data["command"], words)),
        polite=_compiled(rf"^(?:(?:{all_of('polite')})[\s,:!-]+)+", "words.polite"),
        thanks=_compiled(rf"[\s,.;!–-]*\b(?:{all_of('thanks')})(?: you)?[\s.!?]*$|[\s.!?]+$", "words.thanks"),
        greeting=_compiled(rf"^(?:(?:{all_of('greeting')})\b[^.!?:]{{0,40}}|all)[,.!:]?$", "words.greeting"),
        before_reference=all_of("before_reference"),
        between_references=_compiled(
            rf"\s(?:{all_of('between_references')}|,)(?=\s|$)", "words.between_references"
        ),
        yes=_compiled(all_of("yes"), "words.yes"),
        no=_compiled(all_of("no"), "words.no"),
        categories=_codes(data["categories"]),
        roles=_codes(data["roles"]),
        authorities=_codes(data["authorities"]),
        headings={code: tuple(data["headings"][code]) for code in ("reason", "risks", "asked", "answered")},
        days=Days(
            weekdays=tuple(_any(row) for row in days["weekdays"]),
            months=tuple(_any(row) for row in days["months"]),
            **{
                name: _any(days[name])
                for name in ("ordinal", "of", "until", "tomorrow", "next", "next_week", "day", "week")
            },
        ),
    )


def _rows(table: Sequence[Mapping[str, Any]], words: Mapping[str, Any]) -> Iterable[Row]:
    yes_no = _any(word for language in LANGUAGES for name in ("yes", "no") for word in words[language][name])
    for number, row in enumerate(table, 1):
        for language in LANGUAGES:
            own = words[language]
            because = _any(own["because"])
            parts = {
                "{it}": rf"(?: (?:{_any(own['it'])}))?",
                "{until}": rf"(?: (?:{_any(own['until'])}) (?P<until>[^:;–—]+?))?",
                "{why}": rf"(?:\s*(?::|;|,|\.|[–—-](?=\s)|\b(?:{because})\b)\s*(?P<why>.+))?",
                "{yes_no}": yes_no,
            }
            for text in row.get(language, ()):
                pattern = text
                for name, part in parts.items():
                    pattern = pattern.replace(name, part)
                where = f"command {number} ({row['action']}, {language})"
                yield Row(
                    pattern=_compiled(pattern, where), action=row["action"], ground=row.get("ground", "")
                )


def _any(words: Iterable[str]) -> str:
    return "|".join(words)


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise _BadRow(f"{where} is no regular expression: {error.msg}") from error


def _codes(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found = {word: code for code, words in table.items() for word in words}
    return found | {code: code for code in table} | {code.replace("_", " "): code for code in table}
