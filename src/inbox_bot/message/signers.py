# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Whether a line is somebody's name: the sender's own in any shape, or one that only looks like one."""

from __future__ import annotations

import re

from .model import Address

_CONTACT = re.compile(
    r"(?i)\b(?:tel|telephone|phone|mob|mobile|m|t|f|e|ff[oô]n|e-?mail|e-?bost|web|www|direct(?: dial)?|ext|fax|twitter|office)\b\s*[:.|]|https?://|www\.|[^\s@]+@[^\s@]+|\(?\+?\d[\d\s()-]{8,}\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
_CONTACT_SIGN = re.compile(r"[:.|@/\d]")  # whatever that finds holds one of them, found at once
_NUMBERED = re.compile(r"\d+[.)]\s")
_BULLET = re.compile(r"^\s*[-–—/~*]+\s*")
ADDED = re.compile(r"\s*\([^()]{0,60}\)")  # (Mrs), (Major, retd)
PARTED = re.compile(r"\s*[|·•]\s*|\s+[/–—]\s+")  # a name from the post or the place behind it
_PICTURES = re.compile("\\s*[\u2600-\u27bf\ufe0f\U0001f300-\U0001faff]+\\s*$")
DAY = re.compile(r"(?i)(?:mon|tues|wednes|thurs|fri|satur|sun)day|to(?:day|morrow|night)|yes|no\b|dydd\b")
_KISSES = frozenset({"x", "xx", "xxx"})
_RANK = frozenset([
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "rev", "revd",
    "cllr", "councillor", "pc", "pcso", "sgt", "insp", "inspector", "det", "ds", "dc", "di", "dci",
    "dcc", "acc", "cc", "ch", "supt", "superintendent", "ci", "chief", "station", "manager", "deputy",
    "constable", "sergeant", "major", "capt", "col", "captain", "colonel", "lt", "retd", "mp", "mep",
    "obe", "mbe", "cbe", "qpm", "jp", "pcc", "the", "y", "cyng", "and", "&", "ac", "xx", "x", "xxx",
])  # fmt: skip
NAME_WORD = re.compile(
    r"^[A-ZÀ-ÞŁŚŻŹĆĐČŠŽ(\"'’“][\w’'.()\"”/-]*$|^\d{2,8}$|^(?:van|von|de|der|den|da|di|du|la|le|ap|ab|ferch|bin|al|y|of|and|&|the|for|x{1,3}|[+|/·•–—-])$"
)


def names_of(*people: Address | None) -> frozenset[str]:
    """Lower-case words by which these people may sign."""
    words: set[str] = set()
    for person in people:
        if person is None:
            continue
        source = person.name if person.name and "@" not in person.name else ""
        source += " " + re.sub(r"[\d._+-]+", " ", person.email.partition("@")[0])
        words.update(w for w in re.findall(r"[^\W\d_]{2,}", source.lower()) if w not in _RANK)
    return frozenset(words)


def is_name(line: str, names: frozenset[str]) -> bool:
    """A line that is the sender's own name, in full, shortened, or as initials."""
    if not names or len(line) > 70 or line.endswith(("?", ":", ",")) or _NUMBERED.match(line):
        return False
    first = PARTED.split(line, maxsplit=1)[0]
    if first and first != line and not line.endswith((".", "!")) and is_name(first, names):
        return True  # "Ann Hill | Producer | Harrowick TV"
    text = without_pictures(_BULLET.sub("", line))
    if "(" in text:
        text = ADDED.sub("", text)
    text = text.removesuffix(":)").rstrip()
    if has_contact(text):
        text = _CONTACT.split(text)[0]
    first, comma, rest = text.partition(",")
    if comma and rest.strip() and len(text.split()) <= 8 and not re.search(r"[.?!]", rest):
        text = first  # "Bronwen, Bracken Radio newsroom"
        # "Bev, picture desk", from Picture Desk
        calling = names.intersection(re.findall(r"[^\W\d_]+", rest.lower()))
        if calling and len(first.split()) <= 3 and all(map(NAME_WORD.match, first.split())):
            return DAY.match(first) is None
    words = text.split()
    marked = [w.strip(",;.|") for w in words]
    shorter = next((w for w in marked[:1] if any(n.startswith(w) for n in names)), "")
    small = all(w in names or w in _KISSES or (len(w) > 2 and w == shorter) for w in marked)  # "ann x", "fen"
    if not 1 <= len(words) <= 8 or not (small or all(not w or NAME_WORD.match(w) for w in marked)):
        return False
    bare = [w for w in re.findall(r"[^\W\d_]+", text.lower()) if w not in _RANK]
    if any(w in names for w in bare):
        return True
    if any(len(w) >= 3 and n.startswith(w) for w in bare[:1] for n in names):
        return True  # Leo for Leopold
    if len(words) <= 3 and any(len(n) >= 4 and w.startswith(n) for w in bare for n in names):
        return True  # "L Ogunbanwo", whose address is lateefah.ogun
    initial = len(bare) == 2 and len(bare[1]) == 1 and any(n.startswith(bare[1]) for n in names)
    if any(len(w) >= 4 and len(n) >= 4 and n[:3] == w[:3] for w in bare[:1] for n in names) and (
        len(words) == 1 or initial
    ):
        return True  # Terry, or Terry A, for Terence Abel
    initials = re.fullmatch(r"([A-Z])[.\s]?([A-Z])?[.\s]?([A-Z])?\.?\s*x*", text.strip())
    letters = [g.lower() for g in initials.groups() if g] if initials else []
    return bool(letters) and all(any(n.startswith(c) for n in names) for c in letters)


def without_pictures(line: str) -> str:
    return line if line.isascii() else _PICTURES.sub("", line)


def has_contact(text: str) -> bool:
    """Whether a telephone number, an address or a postcode stands in it."""
    return _CONTACT_SIGN.search(text) is not None and _CONTACT.search(text) is not None
