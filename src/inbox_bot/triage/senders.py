"""Kinds of sender known by the shape of their address: `config/senders.toml` → patterns.

Structure comes before words: a newsroom, an FOI platform, a no-reply machine, a force or a campaign says
what it is in its domain. Nothing here looks at a person's name or party.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import re2

from ..errors import RuleError
from ..message.model import Address

KINDS = (
    "force",
    "fire",
    "commissioner",
    "council",
    "newsroom",
    "foi_platform",
    "campaign",
    "free_mail",
    "no_reply",
    "web_form",
    "election_inbox",
)


@dataclass(frozen=True, kw_only=True)
class Senders:
    """Compiled patterns by kind; each is searched in the whole lower-cased address `local@domain`."""

    patterns: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def is_kind(self, kind: str, address: Address) -> bool:
        """Whether the address is of the kind; an empty address is of none."""
        return bool(address.email) and _fits(self.patterns[kind], address.email)


@lru_cache(maxsize=1024)  # of one mail the same few addresses are asked about over and over
def _fits(pattern: Any, email: str) -> bool:
    return pattern.search(email) is not None


def load(path: Path) -> Senders:
    """Read the patterns. RuleError where a kind is missing, unknown or malformed."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RuleError(f"{path}: there is no such file.") from error
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path}: not TOML: {error}.") from error
    if set(data) != set(KINDS):
        odd = sorted(set(data) ^ set(KINDS))[0]
        raise RuleError(f"{path}: the kind {odd!r} is missing or unknown; kinds are {', '.join(KINDS)}.")
    patterns: dict[str, Any] = {}
    for kind, items in data.items():
        try:
            patterns[kind] = re2.compile("|".join(f"(?:{item})" for item in items))
        except (re2.error, TypeError) as error:
            raise RuleError(f"{path}: the patterns of {kind!r} are malformed: {error}.") from error
    return Senders(patterns=patterns)
