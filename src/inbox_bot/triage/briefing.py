"""The office's briefing documents (R11, R26): what is already published and may answer a question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..config import read_toml
from ..errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document of the election page. `topics` head the page's list and weigh in the search."""

    title: str
    link: str
    topics: tuple[str, ...] = ()
    text: str = ""


def load(path: Path) -> list[Document]:
    """`[[document]]` tables with title, link, topics and text. ConfigError names the file and the fault."""
    found = []
    for number, row in enumerate(read_toml(path).get("document", []), 1):
        if not isinstance(row, dict) or not row.get("title") or not row.get("link"):
            raise ConfigError(f"{path}: document {number} needs a title and a link.")
        if unknown := set(row) - {"title", "link", "topics", "text"}:
            raise ConfigError(f"{path}: document {number} has an unknown key {sorted(unknown)[0]!r}.")
        found.append(
            Document(
                title=str(row["title"]),
                link=str(row["link"]),
                topics=tuple(str(t) for t in row.get("topics", ())),
                text=str(row.get("text", "")),
            )
        )
    return found
