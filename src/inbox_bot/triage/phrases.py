"""Text folded for matching, and the small phrase language of `config/triage.toml`.

A phrase is a regular expression of RE2 with four conveniences:

    {list}      an alternation named under [words]
    word*       the word with any ending
    ~N          up to N words in between, within one sentence
    a space     exactly one space: texts are folded first, so this is any white space

Everything is folded the same way on both sides: lower case, accents off (so that "rôl" and "rol" are
one), typographic quotes and dashes made plain, white space to single spaces, paragraph ends to " | ".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_PLAIN = {
    **dict.fromkeys("‘’ʼ`´", "'"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("–—‑", "-"),
    "\u00a0": " ",
    **dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad", ""),
}
_PARAGRAPH = re.compile(r"\s*\n\s*\n\s*")
_LIST_NAME = re.compile(r"\{([a-z_]+)\}")
_GAP = re.compile(r"~(\d{1,2}) ?")
_SUFFIX = re.compile(r"(?<!\\)([a-z])\*")
_DEPTH = 6  # word lists may name word lists; deeper is a circle


def fold(text: str) -> str:
    """The text as patterns see it; see the module's docstring."""
    text = unaccented(text)
    if "\n" in text:
        text = _PARAGRAPH.sub(" | ", text)
    return " ".join(text.lower().split())


def unaccented(text: str) -> str:
    """Accents off, one kind of quotation mark and dash; case and white space are left as they are."""
    if text.isascii():
        return text.replace("`", "'")
    for odd, plain in _PLAIN.items():  # far sooner done than asking of each character
        text = text.replace(odd, plain)
    text = unicodedata.normalize("NFKD", text)
    for accent in filter(unicodedata.combining, set(text)):
        text = text.replace(accent, "")
    return text


def expand(phrase: str, lists: Mapping[str, str]) -> str:
    """Put the word lists in place of their names. KeyError names an unknown list; ValueError a circle."""
    for _ in range(_DEPTH):
        if not _LIST_NAME.search(phrase):
            return phrase
        phrase = _LIST_NAME.sub(lambda m: "(?:" + lists[m.group(1)] + ")", phrase)
    raise ValueError("word lists name one another in a circle")


def to_regex(phrase: str, lists: Mapping[str, str]) -> str:
    """RE2 source for one phrase, bounded by word boundaries at ends that are word characters."""
    source = _SUFFIX.sub(r"\1\\w*", unaccented(expand(phrase, lists)))
    source = _GAP.sub(lambda m: f"(?:[^ .!?|]+ ){{0,{m.group(1)}}}?", source)
    if "~" in source:
        raise ValueError("a gap is written ~3, with a number of words")
    return bound(source)


def bound(source: str) -> str:
    r"""`\b` on both ends; RE2's is ASCII, which folded text is in English and Welsh."""
    left = r"\b" if re.match(r"[\w(]", source) else ""
    right = r"\b" if re.search(r"(?:[\w*+]|[^$]\)\??)$", source) else ""
    return f"{left}(?:{source}){right}"


_WELSH = frozenset(
    [
        "yr",
        "yn",
        "i'r",
        "a'r",
        "o'r",
        "ei",
        "eich",
        "eu",
        "ar",
        "gyfer",
        "am",
        "yw",
        "mae",
        "oes",
        "oedd",
        "rwy'n",
        "rydw",
        "rydym",
        "dw",
        "hoffwn",
        "hoffem",
        "fyddech",
        "gallwch",
        "allwch",
        "diolch",
        "annwyl",
        "gan",
        "dan",
        "fel",
        "neu",
        "ond",
        "hefyd",
        "gyda",
        "wedi",
        "bod",
        "ddim",
        "nid",
        "na",
        "beth",
        "pryd",
        "ble",
        "sut",
        "pam",
        "pwy",
        "heddlu",
        "etholiad",
        "comisiynydd",
        "throseddu",
        "ymgeisydd",
        "gwybodaeth",
        "cyfarfod",
        "swyddfa",
        "ynghylch",
        "fod",
        "ym",
        "mis",
        "dydd",
        "byddwn",
        "byddaf",
        "buaswn",
        "fy'n",
        "fi",
        "chi",
        "ni",
        "nhw",
        "hwn",
        "hon",
        "hyn",
        "un",
        "bore",
        "da",
        "cofion",
        "gywir",
        "ffeithiau",
        "cais",
        "ymholiad",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "of",
        "to",
        "in",
        "is",
        "that",
        "for",
        "it",
        "with",
        "as",
        "was",
        "on",
        "are",
        "be",
        "this",
        "have",
        "from",
        "or",
        "had",
        "by",
        "but",
        "what",
        "we",
        "can",
        "you",
        "your",
        "our",
        "would",
        "could",
        "please",
        "how",
        "when",
        "where",
        "which",
        "who",
        "will",
        "has",
        "been",
        "not",
        "they",
        "my",
        "me",
    ]
)


def language(folded: str) -> str:
    """ "cy" where Welsh function words outnumber English ones, else "en"."""
    words = re.findall(r"[a-z']+", folded)
    welsh = sum(word in _WELSH for word in words)
    return "cy" if welsh >= 3 and welsh > sum(word in _ENGLISH for word in words) else "en"
