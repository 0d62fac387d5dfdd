"""Full text over briefing documents and published entries, and "same question, same answer" (R11, R20).

The database finds what shares a term (SQLite by FTS5, PostgreSQL by a GIN index over `tsvector`); the
score is computed here, in the same way for both, since neither `bm25()` nor `ts_rank` can say whether
the best match is a good one. It is the share of the question's *information* that the text covers: each
term weighs by its rarity in the collection (inverse document frequency), 1.0 is everything that was asked.

A question's own words never leave the office: rows of the kind `question` serve `similar_entries` alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Protocol

from sqlalchemy import delete, func, text
from sqlmodel import Session, col, select

from ..register import terms as cutting
from .tables import Draft, Entry, SearchText

BRIEFING, ENTRY, QUESTION = "briefing", "entry", "question"
PUBLIC = (BRIEFING, ENTRY)

GOOD_MATCH = 0.45
"""A text at or above this very likely answers what was asked. Measured by tests/store/test_search.py over
8 papers: 14 of 16 questions that a paper answers reach it with the right paper, 0 of 20 others do."""

SAME_QUESTION = 0.3
"""An entry at or above this very likely asks the same. Measured over 20 topics asked twice in different
words: 18 of 20 pairs reach it, 0 of 180 unlike pairs do. A question put without a common word is missed."""

_CANDIDATES = 200  # texts scored for one question; the database puts the likeliest first
_QUESTIONS = 1000  # newest questions that a new one is compared with: what is asked again is asked soon
_MOST_TERMS = 60  # of a question; a letter that long has said what it is about
_UNLIKE = 0.1  # no question with a score below this is ever asked for
_BODY_ONLY = 0.8  # what a term weighs that stands in the text but not in its title or topics
_SNIPPET = 200  # characters

Term = tuple[str, ...]  # the forms that one word may be found by


class Briefing(Protocol):
    """A document of config/briefing.toml."""

    @property
    def title(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def topics(self) -> Sequence[str]: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Match:
    """A text that may answer a question. `kind`: briefing or entry; `key`: link, or the entry's reference."""

    kind: str
    key: str
    title: str
    link: str
    score: float  # 0–1, comparable between questions; see GOOD_MATCH
    snippet: str


# -- what is indexed --------------------------------------------------------------------------------


def _put(session: Session, kind: str, key: str, *, title: str, link: str, head: str, body: str) -> None:
    """Index one text."""
    heading, rest = _flat(cutting.terms(head)), _flat(cutting.terms(body))
    session.add(
        SearchText(
            kind=kind,
            key=key,
            title=title,
            link=link,
            body="" if kind == QUESTION else body,
            head=" ".join(dict.fromkeys(heading)),
            terms=" ".join(heading + rest),
        )
    )
    session.flush()


def remove(session: Session, kind: str, key: str) -> None:
    session.execute(delete(SearchText).where(col(SearchText.kind) == kind, col(SearchText.key) == key))


def index_briefing(session: Session, documents: Iterable[Briefing]) -> int:
    """Replace the briefing documents by these; how many there are."""
    session.execute(delete(SearchText).where(col(SearchText.kind) == BRIEFING))
    number = 0
    for document in documents:
        key = (document.link or document.title)[:400]
        remove(session, BRIEFING, key)  # named twice: the later one counts
        _put(
            session,
            BRIEFING,
            key,
            title=document.title,
            link=document.link,
            head=" ".join((document.title, *document.topics)),
            body=document.text,
        )
        number += 1
    return number


def index_entry(session: Session, entry: Entry, draft: Draft, link: str = "") -> None:
    """Index what is published of an entry: the approved version, nothing else of it."""
    title = f"{entry.reference}: {_shorten(draft.sought, 80)}"
    remove_entry(session, entry)
    _put(
        session,
        ENTRY,
        entry.reference,
        title=title,
        link=link,
        head=draft.sought,
        body=f"{draft.sought}\n\n{draft.provided}",
    )


def remove_entry(session: Session, entry: Entry) -> None:
    """Forget a withdrawn entry's published text."""
    remove(session, ENTRY, entry.reference)


def keep_entries(session: Session, references: Collection[str]) -> None:
    """Forget the published text of every entry but these."""
    for key in session.exec(select(SearchText.key).where(SearchText.kind == ENTRY)).all():
        if key not in references:
            remove(session, ENTRY, key)


def index_question(session: Session, entry: Entry) -> None:
    """Index what an entry asks, for `similar_entries`; call again when the words change."""
    remove(session, QUESTION, entry.reference)
    asked = " ".join(cutting.asking(entry.information_sought))
    _put(session, QUESTION, entry.reference, title="", link="", head="", body=asked)


# -- what is found ----------------------------------------------------------------------------------


def search(session: Session, question: str, limit: int = 5, *, snippets: bool = True) -> list[Match]:
    """Published texts that may answer `question` (a few words or a whole letter), best first.

    A letter is scored by the sentence of it that a text covers best, so that a second question does not
    hide the first; a sentence that says little beside the others, such as its polite ones, counts less.
    """
    asked = [found for s in cutting.asking(question) if (found := _distinct(cutting.terms(s)))]
    every = _distinct([term for sentence in asked for term in sentence])[:_MOST_TERMS]
    rows = _candidates(session, every)
    rarity = _rarity(session, every, rows)
    shares = _shares(asked, rarity)
    scored = []
    for row in rows:
        score = max((share * _coverage(sentence, row, rarity) for sentence, share in shares), default=0.0)
        if score > 0:
            scored.append((score, row))
    scored.sort(key=lambda pair: (-pair[0], pair[1].kind, pair[1].key))
    return [
        Match(
            kind=row.kind,
            key=row.key,
            title=row.title,
            link=row.link,
            score=round(score, 3),
            snippet=_snippet(row.body, every) if snippets else "",
        )
        for score, row in scored[:limit]
    ]


def similar_entries(
    session: Session, question: str, besides_id: int | None = None, limit: int = 3
) -> list[tuple[Entry, float]]:
    """Entries, published or not, that ask the same, with a score of 0–1, best first (see SAME_QUESTION).

    The score is the cosine between the two questions' terms, each weighed by its rarity among the
    newest questions. All of those are read: a question is a line of some twenty terms.
    """
    query = select(SearchText.key, SearchText.terms).where(SearchText.kind == QUESTION)
    newest = session.exec(query.order_by(col(SearchText.id).desc()).limit(_QUESTIONS)).all()
    theirs = {key: _forms(line) for key, line in newest}
    rarity = _Rarity(texts=len(theirs), having=Counter(chain.from_iterable(theirs.values())))
    asked = frozenset(_flat(cutting.terms(" ".join(cutting.asking(question)))))
    scores = _cosines(asked, theirs, rarity)
    best = sorted(scores, key=lambda key: (-scores[key], key))[: limit + 1]  # one of them may be `besides_id`
    if not best:
        return []
    entries = session.exec(select(Entry).where(col(Entry.reference).in_(best))).all()
    found = [(entry, round(scores[entry.reference], 3)) for entry in entries if entry.id != besides_id]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].reference))[:limit]


# -- scores -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Rarity:
    """What a term tells, in nats: much where few texts have it."""

    texts: int
    having: dict[str, int]

    def of(self, term: Term) -> float:
        return self.weight(max((self.having.get(form, 0) for form in term), default=0))

    def weight(self, having: int) -> float:
        """Of a term that so many texts have."""
        return math.log(1 + (self.texts + 10) / (having + 0.5)) if having else math.log(1 + self.texts + 10)


def _coverage(sentence: Sequence[Term], row: SearchText, rarity: _Rarity) -> float:
    head, body = set(row.head.split()), set(row.terms.split())
    asked = covered = 0.0
    for term in sentence:
        weight = rarity.of(term)
        asked += weight
        if not head.isdisjoint(term):
            covered += weight
        elif not body.isdisjoint(term):
            covered += weight * _BODY_ONLY
    return covered / asked if asked else 0.0


def _shares(sentences: Sequence[Sequence[Term]], rarity: _Rarity) -> list[tuple[Sequence[Term], float]]:
    """Each sentence with what it says beside the fullest one, 0–1."""
    said = [sum(rarity.of(term) for term in sentence) for sentence in sentences]
    return [(s, math.sqrt(n / max(said))) for s, n in zip(sentences, said, strict=True)]


def _cosines(ours: frozenset[str], texts: Mapping[str, frozenset[str]], rarity: _Rarity) -> dict[str, float]:
    """The score of each text that shares enough with ours to be worth one."""
    # By how many texts a form is in: thousands of forms share some dozens of weights.
    weights = [rarity.weight(having) ** 2 for having in range(max(rarity.having.values(), default=0) + 1)]

    def length(forms: frozenset[str]) -> float:
        return math.sqrt(sum(weights[rarity.having.get(form, 0)] for form in forms))

    mine, scores = length(ours), {}
    for key, forms in texts.items():
        both = length(ours & forms)
        if both > _UNLIKE * mine:  # the cosine is at most both / mine
            scores[key] = both**2 / (mine * length(forms))
    return scores


@lru_cache(maxsize=2 * _QUESTIONS)
def _forms(line: str) -> frozenset[str]:
    """The forms of one question's line; each new question is compared with the same lines as the last."""
    return frozenset(line.split())


# -- the two databases ------------------------------------------------------------------------------

_FIND = {
    "sqlite": "SELECT {what} FROM search_fts JOIN search_text ON search_text.id = search_fts.rowid "
    "WHERE search_fts MATCH :terms AND kind IN ('briefing', 'entry') {order}",
    "postgresql": "SELECT {what} FROM search_text "
    "WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:terms AS tsquery) "
    "AND kind IN ('briefing', 'entry') {order}",
}
_BEST_FIRST = {
    "sqlite": "ORDER BY bm25(search_fts), search_text.id LIMIT :limit",
    "postgresql": "ORDER BY ts_rank(array_to_tsvector(string_to_array(terms, ' ')), "
    "CAST(:terms AS tsquery)) DESC, id LIMIT :limit",
}
_OR = {"sqlite": " OR ", "postgresql": " | "}
_QUOTE = {"sqlite": '"{}"', "postgresql": "'{}'"}  # a form holds letters, digits and at most one colon


def _any_of(forms: Iterable[str], dialect: str) -> str:
    return _OR[dialect].join(_QUOTE[dialect].format(form) for form in forms)


def _candidates(session: Session, asked: Sequence[Term]) -> Sequence[SearchText]:
    """Public texts that share at least one term."""
    if not asked:
        return []
    dialect = session.get_bind().dialect.name
    statement = _FIND[dialect].format(what="search_text.id", order=_BEST_FIRST[dialect])
    found = session.execute(
        text(statement), {"terms": _any_of(_flat(asked), dialect), "limit": _CANDIDATES}
    ).scalars()
    return session.exec(select(SearchText).where(col(SearchText.id).in_(found.all()))).all()


def _rarity(session: Session, asked: Sequence[Term], found: Sequence[SearchText]) -> _Rarity:
    """How many public texts have each term; `found` holds every text with any, unless it was cut short."""
    if len(found) < _CANDIDATES:
        having = dict(Counter(form for row in found for form in set(row.terms.split())))
    else:
        dialect = session.get_bind().dialect.name
        statement = text(_FIND[dialect].format(what="count(*)", order=""))
        having = {
            form: int(session.execute(statement, {"terms": _any_of((form,), dialect)}).scalar_one())
            for form in _flat(asked)
        }
    texts = session.exec(
        select(func.count()).select_from(SearchText).where(col(SearchText.kind).in_(PUBLIC))
    ).one()
    return _Rarity(texts=texts, having=having)


# -- words ------------------------------------------------------------------------------------------


def _distinct(found: Iterable[Term]) -> list[Term]:
    return list(dict.fromkeys(found))


def _flat(found: Iterable[Term]) -> list[str]:
    return [form for term in found for form in term]


def _shorten(words: str, length: int) -> str:
    line = " ".join(words.split())
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + "…"


def _snippet(body: str, asked: Sequence[Term]) -> str:
    """The part of `body` with the most terms in it, about 200 characters."""
    wanted = set(_flat(asked))
    marks = [
        found.start()
        for found in re.finditer(r"[^\W_]+", body)
        if any(not wanted.isdisjoint(term) for term in cutting.terms(found.group()))
    ]
    if not marks:
        return _shorten(body, _SNIPPET)
    best = max(marks, key=lambda start: (sum(start <= m < start + _SNIPPET for m in marks), -start))
    start = max(0, best - 20)
    start = body.find(" ", start, best) + 1 if start else 0
    return ("…" if start else "") + _shorten(body[start:], _SNIPPET)
