"""Which briefing documents may already answer an enquiry (R11; CL 9.1, AP 8.1, BD 12).

A plain scorer over the office's own list, config/briefing.toml; the store's full-text search does the same
over published entries. A document scores by its topics named outright and by how much of what the enquirer
asks about it covers; rare words count for more than common ones.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..errors import ConfigError
from .phrases import fold

_WORD = re.compile(r"[a-z][a-z'-]{2,}")
_COMMON = frozenset(
    [
        "about",
        "after",
        "again",
        "also",
        "and",
        "any",
        "are",
        "ask",
        "because",
        "been",
        "before",
        "being",
        "but",
        "can",
        "could",
        "did",
        "does",
        "doing",
        "done",
        "down",
        "each",
        "for",
        "from",
        "get",
        "give",
        "had",
        "has",
        "have",
        "her",
        "here",
        "him",
        "his",
        "how",
        "into",
        "its",
        "just",
        "know",
        "let",
        "like",
        "made",
        "make",
        "many",
        "may",
        "might",
        "more",
        "most",
        "much",
        "must",
        "not",
        "now",
        "off",
        "one",
        "only",
        "other",
        "our",
        "out",
        "over",
        "own",
        "please",
        "possible",
        "same",
        "see",
        "send",
        "she",
        "should",
        "some",
        "such",
        "tell",
        "thank",
        "thanks",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "too",
        "very",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "yes",
        "you",
        "your",
        "dear",
        "hello",
        "sir",
        "madam",
        "regards",
        "sincerely",
        "office",
        "commissioner",
        "police",
        "crime",
        "election",
        "candidate",
        "candidates",
        "chief",
        "constable",
        "executive",
        "question",
        "questions",
        "answer",
        "meeting",
        "event",
    ]
)
_TOPIC_WORTH = 0.34  # each topic named outright; two make a sure match
_TITLE, _TOPIC, _TEXT = 3, 2, 1  # how much a word counts by where it stands in a document


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


def match(text: str, documents: Sequence[Document]) -> list[tuple[Document, float]]:
    """(document, score from 0 to 1), best first, those with no point in common left out.

    `[thresholds] briefing_match` says from which score a document is offered.
    """
    index = _index(tuple(documents))
    asked = _stems(text)
    folded = fold(text)
    known = {stem: index.rarity[stem] for stem in asked if stem in index.rarity}
    total = sum(known.values())
    found: list[tuple[Document, float]] = []
    for document, weights, topics in zip(documents, index.weights, index.topics, strict=True):
        named = sum(bool(topic.search(folded)) for topic in topics)
        covered = sum(rarity * min(weights.get(stem, 0), _TITLE) / _TITLE for stem, rarity in known.items())
        # A single shared word is no match, however rare: it takes three to say what somebody asks about.
        overlap = covered / total * min(1.0, len(known) / 3) if total else 0.0
        score = min(1.0, _TOPIC_WORTH * named + 0.5 * overlap)
        if score > 0:
            found.append((document, round(score, 3)))
    return sorted(found, key=lambda item: -item[1])


@dataclass(frozen=True, kw_only=True)
class _Index:
    rarity: dict[str, float]
    weights: tuple[dict[str, int], ...]
    topics: tuple[tuple[re.Pattern[str], ...], ...]


@lru_cache(maxsize=8)
def _index(documents: tuple[Document, ...]) -> _Index:
    weights: list[dict[str, int]] = []
    for document in documents:
        own: dict[str, int] = {}
        for source, weight in (
            (document.text, _TEXT),
            (" ".join(document.topics), _TOPIC),
            (document.title, _TITLE),
        ):
            own |= dict.fromkeys(_stems(source), weight)
        weights.append(own)
    counts: dict[str, int] = {}
    for own in weights:
        for stem in own:
            counts[stem] = counts.get(stem, 0) + 1
    rarity = {stem: math.log(1 + len(documents) / count) for stem, count in counts.items()}
    topics = tuple(tuple(_phrase(topic) for topic in document.topics) for document in documents)
    return _Index(rarity=rarity, weights=tuple(weights), topics=topics)


def _phrase(topic: str) -> re.Pattern[str]:
    """The topic's words in order, with endings free ("budget" finds "budgets")."""
    return re.compile(
        r"\b"
        + r"\W+".join(re.escape(word.removesuffix("y")) + r"\w{0,3}" for word in fold(topic).split())
        + r"\b"
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(fold(text)) if word not in _COMMON)


def _stem(word: str) -> str:
    """Plurals, possessives and -ing, -ed off: enough to let "priorities" meet "priority"."""
    word = word.removesuffix("'s").strip("'-")
    for ending, put in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)] + put
    return word


def best(text: str, documents: Iterable[Document], least: float) -> list[tuple[Document, float]]:
    """At most three documents that score `least` or more."""
    return [item for item in match(text, tuple(documents)) if item[1] >= least][:3]
