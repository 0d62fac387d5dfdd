"""The briefing documents that the office has published: config/briefing.toml (R11; CL 9.1, AP 8.1, BD 12).

Which of them may already answer an enquiry, the store's full-text search tells.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Document:
    """One published briefing document. `topics` are phrases that enquirers use."""

    title: str
    link: str
    topics: tuple[str, ...] = ()
    text: str = ""


def load(path: Path) -> tuple[Document, ...]:
    """Read the list. ConfigError names what is missing."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}.") from error
    documents = []
    for number, entry in enumerate(data.get("document", []), 1):
        if not isinstance(entry, dict) or not entry.get("title") or not entry.get("link"):
            raise ConfigError(f"{path}: document {number} needs a title and a link.")
        unknown = set(entry) - {"title", "link", "topics", "text"}
        if unknown:
            raise ConfigError(f"{path}: document {number} has an unknown key {sorted(unknown)[0]!r}.")
        documents.append(
            Document(
                title=str(entry["title"]),
                link=str(entry["link"]),
                topics=tuple(str(topic) for topic in entry.get("topics", ())),
                text=str(entry.get("text", "")),
            )
        )
    return tuple(documents)
