"""Text → search terms: stems that are the same for every form of a word, in English and in Welsh.

Databases know English stems only, each in its own way. Cutting the words here gives SQLite and
PostgreSQL the same terms, hence the same score for the same question, and lets a Welsh question find
its document: Welsh changes the first letter of a word (*cyllideb*, *gyllideb*, *chyllideb*,
*nghyllideb*), so a Welsh term holds the class of that letter instead. Welsh terms begin with `cy:` and
stand beside the English stem of the same word: names and numbers match across languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST = 40  # letters; longer runs are keys, hashes or noise, not words


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH_EMPTY = _listed(
    """a about above across after again against all also although am an and any anyone are as at be because
    been before being below between both but by can cannot could did do does doing done down during each
    either else etc ever every few for from further get give given gives giving got had has have having
    he her here hers him his how however i if in into is it its just kind kindly know let like made make
    many may me might more most much must my need no nor not now of off on once one only or other our
    out over own per please possible rather same say see shall she should since so some such take tell
    than that the their them then there these they this those through thus to too under until up us use
    used very via was we well were what when where whether which while who whom whose why will with
    within without would yes yet you your yours advance advise answer appreciate appreciated ask asking
    best concerning contact dear detail details election email enquiry faithfully find following forward
    grateful greatly hear hello help hi information inform interested kind look looking madam mail
    message morning note obtain provide provided query question re reach receive regarding regards reply
    request response send share sincerely sir sirs stand standing stands team thank thanks understand
    want wish wonder wondering write writing"""
)
"""Words that say nothing of the subject: function words, and those of any polite letter."""

WELSH_EMPTY = _listed(
    """a ac am amdano amdanynt ar arall at ati atoch beth ble bod bu bydd byddai byddaf byddech byddwn chi
    cyfer dan ddim dim dros drwy dyma e ef efo ei eich ein er eraill eu faint felly fi fod fu fy fyddai
    fyddech fyddwn gael gall gallai gallech gallwch gan gennych ger gyda gydag hefyd heb hi hon honno
    hwn hwnnw hyn hynny i iawn iddi iddo iddynt in ir iw ll mae maen mewn mi mor na nad nes neu ni nid
    nu nw nhw o oed oedd oes ohono ohonynt ond onid os pa pam pan pawb pob pryd pwy rhag rhwng roedd rwy
    rwyf sawl sef sut sy sydd tan ti tra trwy tuag un unrhyw wedi wrth wyf y ydi ydw ydych ydy ydym
    ydynt yn yna yw yng yr ystod annwyl atebwch byddwn cais cofion cwestiwn cyfarch diolch ddiolch ebost
    garedig gofyn gwybodaeth wybodaeth hoffwn helo llawer ofyn rhoi syr anfon etholiad"""
)
_WELSH_SIGNS = WELSH_EMPTY - ENGLISH_EMPTY - {"er", "in", "mi", "pan", "pa", "sy", "ti", "tan", "tra", "ger"}

# First letters that mutation exchanges, longest first; the class stands for all of them. (g disappears
# altogether under soft mutation, which can be undone only where w follows: gwasanaeth, wasanaeth.)
_MUTATIONS = (
    ("ngw", "w"),
    ("gw", "w"),
    ("ngh", "k"),
    ("ng", "k"),
    ("ch", "k"),
    ("c", "k"),
    ("g", "k"),
    ("mh", "p"),
    ("ph", "p"),
    ("ff", "ff"),
    ("p", "p"),
    ("b", "p"),
    ("f", "p"),
    ("m", "p"),
    ("nh", "t"),
    ("th", "t"),
    ("dd", "t"),
    ("t", "t"),
    ("d", "t"),
    ("n", "t"),
    ("ll", "l"),
    ("rh", "r"),
)
_PLURALS = ("iaethau", "oedd", "iaid", "feydd", "iadau", "iau", "ion", "aid", "ydd", "adau", "au", "on", "i")
_ROOT = 4  # letters that must remain when a plural ending is cut

_english = snowballstemmer.stemmer("english")
_KEPT = {"officer": "officer", "officers": "officer"}  # Porter's rules make office and officer one word

# A sentence asks where it has a question mark or one of these; the rest of a letter introduces its writer.
_ASKING = re.compile(
    r"""\?|\b(?:please|could\ you|can\ you|would\ you|would\ like|i\ want|wish\ to|request|requesting|grateful
    |looking\ for|let\ me\ know|tell\ me|send\ me|provide|supply|asking|to\ know
    |hoffwn|hoffem|allwch|wnewch|fyddech|garedig|anfonwch|gofyn|eisiau)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n\s*(?=[-•*\d])")


def fold(text: str) -> str:
    """Lower case without accents or circumflexes: ŵ → w, é → e."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text, folded, in order; apostrophes join (`don't`) or are dropped (`force's`)."""
    found = (re.sub(r"['’](?:s$)?", "", word) for word in _WORD.findall(fold(text)))
    return [word for word in found if word and len(word) <= _LONGEST]


def is_welsh(found: Iterable[str]) -> bool:
    """Whether Welsh function words outnumber English ones; a text without either counts as both."""
    welsh = english = 0
    for word in found:
        welsh += word in _WELSH_SIGNS
        english += word in ENGLISH_EMPTY
    return welsh >= english


def _welsh_term(word: str) -> str:
    for ending in _PLURALS:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT:
            word = word[: -len(ending)]
            break
    for initial, group in _MUTATIONS:
        if word.startswith(initial):
            return f"cy:{group}{word[len(initial) :]}"
    return f"cy:{word}"


@lru_cache(maxsize=20_000)  # the stemmer is slow, and a language's letters repeat a few thousand words
def _stem(word: str) -> str:
    return _KEPT.get(word) or str(_english.stemWord(word))


def terms(text: str) -> list[tuple[str, ...]]:
    """Each telling word of `text` as the terms it may be found by, in order, repetitions kept.

    `[("budget",), …]` for English, `[("cyllideb", "cy:kyllideb"), …]` for Welsh.
    """
    found = words(text)
    welsh = is_welsh(found)
    telling: list[tuple[str, ...]] = []
    for word in found:
        if word in ENGLISH_EMPTY or (welsh and word in WELSH_EMPTY) or len(word) < 2:
            continue
        stem = _stem(word)
        telling.append((stem, _welsh_term(word)) if welsh and word.isalpha() else (stem,))
    return telling


def asking(text: str) -> list[str]:
    """The sentences of a letter that ask for something; all of them where none seems to."""
    sentences = [s.strip() for s in _SENTENCE.split(text) if s.strip()]
    return [s for s in sentences if _ASKING.search(s)] or sentences
