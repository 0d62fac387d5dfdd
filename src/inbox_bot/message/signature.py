# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Where a letter's words end and its closing begins: "Kind regards", a name, a delimiter, a device line."""

from __future__ import annotations

import re
from functools import lru_cache

from . import phrases
from .signers import ADDED, DAY, NAME_WORD, PARTED, has_contact, is_name, without_pictures

MAX_NAME_LINE = 300  # characters: a longer line below a letter is no name, whatever else it is
MAX_LINES = 18  # non-empty lines of a signature block; corporate ones seen have up to 15
_CLOSING = re.compile(
    rf"^[\s*_>–—-]{{0,4}}(?:{'|'.join(phrases.CLOSINGS)})(?:\s*(?:[/|]|ac|and|&)\s*(?:{'|'.join(phrases.CLOSINGS)}))?[\s*_]{{0,2}}(?P<end>[,.!;:…~\s*xX💙😊🙂👍–—-]*)$",
    re.I,
)
_CLOSING_NAME = re.compile(
    rf"^[\s*_]{{0,4}}(?i:{'|'.join(c for c in phrases.CLOSINGS if len(c) > 8 and c not in phrases.THANKS)}|(?:many |kind |with )?thanks|thank you|cheers|diolch)[ ]?(?P<comma>[,.!–-]{{1,2}})\s+(?P<name>[A-ZÀ-Þ][\w’'.-]*(?: [A-ZÀ-Þ(][\w’'.)-]*){{0,4}})\s*[xX.]*$"
)
# What _CLOSING_NAME ends with, found far sooner than the list it begins with.
_ENDS_NAMED = re.compile(r"[,.!–-]\s+[A-ZÀ-Þ][\w’'.-]*(?: [A-ZÀ-Þ(][\w’'.)-]*){0,4}\s*[xX.]*$")
_DEVICE = re.compile(
    rf"^[\s*_>–—-]{{0,4}}(?:{phrases.DEVICE})[^\n]{{0,80}}$|^[\s*_>–—-]{{0,4}}(?:{phrases.DEVICE_OTHER})[^\n]{{0,120}}$",
    re.I,
)
_DEVICE_BEGINS = re.compile(rf"[\s*_>–—-]{{0,4}}(?:{phrases.DEVICE}|{phrases.DEVICE_OTHER})", re.I)
_EXCUSE = re.compile(
    r"(?i)(?<=\w)[\s,.;–-]{1,4}(?:so |and )?(?:please |pls )?(?:excuse|forgive|pardon|ignore|apologies|sorry)\b[^\n]{0,80}$"
)
_DELIMITER = re.compile(r"^\s{0,3}(?:--[ \xa0]?|—|__|-{2,3}|_{2,40}|\*{3,10})\s*$")
_POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?s\.?|p\.?p\.?s\.?|o\.?n\.?)\s*[:–—.-]?\s+(?!\d{2,5}\b)\S", re.I)
_PERSONAL = re.compile(
    r"\?|\bI\b|\bI['’]|\b(?i:my|p\.?s\.?|please (?:send|tell|provide|could|can|let me)|could you|can you|hoffwn|rwy)\b"
)
# What stands in lower case under a letter that nobody signs by name: "Club secretary", "Coastwire newsroom".
_CALLINGS = frozenset([
    "secretary", "treasurer", "chair", "chairman", "chairwoman", "clerk", "editor", "reporter",
    "agent", "organiser", "coordinator", "newsroom", "newsdesk", "committee", "desk", "team",
    "president", "presidents", "producer", "trustee", "governor", "director", "headteacher", "vicar", "clerc",
])  # fmt: skip
_HOURS = re.compile(  # below a name: "I work flexibly and do not expect an answer outside your hours"
    r"(?i)\bI work (?:flexibl|part|full|different|mon|tue|wed|thu|fri|in the|from home)|\bmy (?:working|office) (?:days|hours|pattern|week)\b"
    r"|\b(?:do not|don['’]t) (?:expect|feel) (?:that )?(?:a |an |you (?:need |have )?(?:to )?)?(?:reply|response|answer|respond)"
)
_NAMES_ALONE = re.compile(r"[\w’'-]+(?: (?:&|\+|and|a) [\w’'-]+)*")  # "jaz & imo", and no more than names
# "Thank you and good night": so people bow out on the line above their name, in words that no list holds.
_BOWS_OUT = re.compile(
    r"(?i)(?:(?:many |kind )?thanks?|ta|cheers|(?:best|(?:warm|kind)(?:est)?) (?:regards|wishes|thoughts|thanks)|with (?:best|kind|warm|every|many|all|good|thanks|gratitude|respect)|in (?:haste|hope)|good ?night|diolch|cofion|gyda|pob)\b"
    r"(?!.*\b(?:is|was|are|will|would|can|could|see|send|meet|attached|please|when|if)\b)(?:[ ,]+(?!for\b)[^\W\d]+){0,6}[,.!]?"
)
# What may also end a sentence that a mail program wrapped: "should prefer to use / yours."
_WRAPPED = re.compile(
    r"(?:yours|best|the best|truly|ever|love|respects|wish|kindly)\b[.,]?|(?:for|on behalf of|in) [^\n]*"
)
_LEAST_WRAPPED = 45  # characters: a shorter line was ended by its writer


def start(lines: list[str], names: frozenset[str] = frozenset()) -> tuple[int, str]:
    """(first line of the closing, why). `len(lines)` and "" where there is none.

    The earliest of: a delimiter with nothing but a signature below, a closing phrase with nothing but a
    signature below, a name line, a device line. Line 0 is never a closing by itself.
    """
    end = len(lines)
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if not filled:
        return end, ""
    best, why = end, ""
    window = filled[-MAX_LINES - 2 :]
    for i in window:
        line = lines[i].strip()
        first, last = i == filled[0], i == filled[-1]
        if _DELIMITER.match(lines[i]):
            below = _block_below(lines, i, names)
            if line.startswith(("--", "—", "__")) or not below:
                if len(below) <= MAX_LINES and (
                    lines[i].rstrip("\n") in {"-- ", "--"} or _looks_signed(below, names)
                ):
                    return _no_closing_above(lines, i, names), "delimiter"
                continue
        if first and len(filled) > 1 and not names:
            continue
        device = is_device(line)
        closing = (
            is_closing(line)
            or _closes_with_name(line, names, last=last and not first)
            or (not first and _bows_out(lines, i, names))
        ) and not _ends_the_line_above(lines, i)
        with_name = not first and bool(_ENDS_NAMED.search(line) and _CLOSING_NAME.match(line))
        name = not first and _stands_apart(lines, i) and is_name(line, names)
        if not (device or closing or with_name or name):
            continue
        below = _block_below(lines, i, names)
        if not _looks_signed(below, names):
            continue
        if device and len(below) <= 6 and all(len(b) < 90 for b in below):
            best, why = i, "device"
            break
        if closing:
            if first and not below and re.search(r"(?i)thank|diolch|cheers|ta\b", line):
                continue  # "Many thanks" as the whole message is the message
            return i, "closing words"
        if with_name or name:
            return i, "closing words with a name" if with_name else "name"
    if why == "device":
        earlier, reason = start(lines[:best], names)
        return (earlier, reason) if reason else (best, why)
    return _unknown_name(lines, filled, names)


def _block_below(lines: list[str], at: int, names: frozenset[str]) -> list[str]:
    """The filled lines under a closing, without the institution's prose that follows the name.

    Prose under the sender's own name is the employer's, unless it asks something or speaks as "I".
    """
    paragraphs: list[list[str]] = [[]]
    for line in lines[at + 1 :]:
        if line.strip():
            paragraphs[-1].append(line.strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    filled = [p for p in paragraphs if p]
    named = is_name(lines[at].strip(), names)
    kept: list[str] = []
    for paragraph in filled:
        prose = len(" ".join(paragraph).split()) > 20
        if named and prose and not _PERSONAL.search(" ".join(paragraph)):
            continue
        named = named or is_name(paragraph[0], names)
        kept.extend(paragraph)
    return kept


def _closes_with_name(line: str, names: frozenset[str], *, last: bool) -> bool:
    """ "cheers barney", "Thanks for your time, Ann Hill": a closing and the sender's name, in whatever case. The
    name in a short last line may be anybody's."""
    words = line.strip(" ,.!*").split()
    if last and 2 <= len(words) <= 3 and not line.endswith("?") and is_closing(_but_last(words, 1)):
        return True
    for signed in range(1, min(4, len(words))):
        if words[-signed].lower() not in names:
            return False
        if is_closing(_but_last(words, signed)):
            return True
    return False


def _but_last(words: list[str], count: int) -> str:
    return " ".join(words[:-count]).rstrip(",.")


def _bows_out(lines: list[str], at: int, names: frozenset[str]) -> bool:
    """Whether a short line of leave-taking stands directly above the sender's own name."""
    below = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return bool(_BOWS_OUT.fullmatch(lines[at].strip()) and _stands_apart(lines, at) and is_name(below, names))


def _ends_the_line_above(lines: list[str], at: int) -> bool:
    """Whether a line that might close the letter is the end of a sentence wrapped above it."""
    above = lines[at - 1].strip() if at else ""
    return bool(
        len(above) >= _LEAST_WRAPPED and above[-1:].isalnum() and _WRAPPED.fullmatch(lines[at].strip())
    )


@lru_cache(maxsize=256)  # a closing is looked for again after each cut
def is_closing(line: str) -> bool:
    """ "Kind regards," and its like, alone on a line."""
    return len(line) <= 90 and bool(_CLOSING.match(line))


@lru_cache(maxsize=256)
def is_device(line: str) -> bool:
    """ "Sent from my iPhone" and its like, but not "Sent from my desk, which is easier"."""
    line = line.strip(" \t<>()[]")
    if len(line) > 160 or not _DEVICE_BEGINS.match(line):
        return False
    line = _EXCUSE.sub("", line)
    prose = len(line.split()) > 11 and "http" not in line
    return bool(_DEVICE.match(line)) and not prose and not re.search(r",\s+[a-z]", line)


def is_impersonal(lines: list[str]) -> bool:
    """Whether nobody speaks as "I" or asks in the lines: so in what a program marks as a signature. People
    also type into that container, as some programs put the cursor there."""
    words = "\n".join(x for x in lines if not is_device(x.strip()))
    return not _PERSONAL.search(re.sub(r"https?://\S+", "", words))


def signed_name(text: str) -> str:
    """The name under a letter: the first line of a signature (`NewWords.signature`) that reads as one, else ""."""
    for line in text.split("\n")[:6]:
        bare = re.sub(r"\([^()]{0,60}\)|\s[xX]{1,3}$", "", line.strip(" \t*_-–—/~,.|")).strip()
        words = bare.split()
        if not words or is_closing(line.strip()) or has_contact(bare):
            continue
        if (
            1 <= len(words) <= 5
            and all(NAME_WORD.match(w.strip(",.")) for w in words)
            and not re.search(r"\d", bare)
        ):
            return bare
        return ""
    return ""


def is_postscript(line: str) -> bool:
    return bool(_POSTSCRIPT.match(line))


def _no_closing_above(lines: list[str], at: int, names: frozenset[str]) -> int:
    """A delimiter often stands below the closing words and the name: those go too."""
    above, why = start(lines[:at], names)
    return above if why else at


def _looks_signed(below: list[str], names: frozenset[str]) -> bool:
    """Whether the lines under a closing read like a signature: few, short, no sentences."""
    if len(below) > MAX_LINES:
        return False
    sentences = 0
    for number, line in enumerate(below):
        if _POSTSCRIPT.match(line):
            break
        words = line.split()
        if _HOURS.search(line):
            continue
        if (
            (len(words) > 16 and not has_contact(line))
            or line.endswith("?")
            or (number < 2 and len(words) > 9 and line.endswith(".") and not has_contact(line))
            or (
                len(words) > 5
                and words[0].lower()
                in {"i", "i'm", "i’ve", "we", "please", "could", "can", "if", "my", "hoffwn", "rwy'n", "os"}
            )
        ):
            sentences += 1
    return sentences == 0


def _stands_apart(lines: list[str], at: int) -> bool:
    """Whether the line above is empty or ends a sentence."""
    above = lines[at - 1].strip() if at else ""
    return not above or above.endswith((".", "?", "!", ")", ":", "…", '"', "”"))


def _unknown_name(lines: list[str], filled: list[int], names: frozenset[str]) -> tuple[int, str]:
    """A last paragraph of one to five short capitalised lines after a finished sentence: somebody's name."""
    end = len(lines)
    at = filled[-1]
    while at > 0 and lines[at - 1].strip():
        at -= 1
    block = [lines[i].strip() for i in range(at, filled[-1] + 1)]
    above = [i for i in filled if i < at]
    if not above or len(block) > 5 or max(map(len, block)) > MAX_NAME_LINE:
        return end, ""
    signed, _, calling = ADDED.sub("", block[0].lstrip("-–—~/")).partition(", ")
    called = _CALLINGS.intersection(re.findall(r"[a-z]+", calling.lower()))
    calls = len(block) == 1 and called and len(calling.split()) <= 5 and not DAY.match(signed)
    if calls and all(map(NAME_WORD.match, signed.split())):
        return at, "name"  # "Amara & Felix, co-presidents", whatever stands above
    first = (signed if ":" in signed else PARTED.split(signed)[0]).split()
    last = re.findall(r"[^\W\d_]+", block[-1].lower())
    if 2 <= len(last) <= 5 and names.issuperset(last) and not re.search(r"[.?!:]", block[-1]):
        # "jaz & imo / the unfiltered", whatever stands above; of other lines only the last is the name.
        alone = len(block) <= 3 and all(map(_NAMES_ALONE.fullmatch, block[:-1]))
        return (at if alone else filled[-1]), "name"
    said = without_pictures(lines[above[-1]].strip())
    said = re.sub(r"(?<=\w) ?x{1,3}$", ".", said) if said.endswith("x") else said
    if not said.endswith((".", "?", "!", "…")) and [said] != first[:1]:  # "Fenella", then her whole block
        return end, ""
    if not 1 <= len(first) <= 4 or (
        re.search(r"[.?!:;]$", block[0])
        and not re.search(r"\b[A-Z]\.$|\b(?:sec|treas|chair)\.$", block[0], re.I)
    ):
        return end, ""
    if (
        not all(NAME_WORD.match(w.strip(",.")) or w in _CALLINGS for w in first)
        or not re.match(r"[-–—~/]?[A-ZÀ-Þ(]", block[0])
        or re.match(r"\d", block[0])
    ):
        return end, ""
    if re.match(r"[-–—~/]", block[0]) and len(block) > 1 and re.match(r"[-–—~/]", block[1]):
        return end, ""  # a list
    if any(len(line.split()) > (8 if line.endswith(".") else 12) or line.endswith("?") for line in block) or (
        len(first) == 1 and len(first[0]) < 2
    ):
        return end, ""
    if re.fullmatch(r"(?i)(?:please|yes|no|ok|okay|urgent|none|hello|hi|diolch|thanks)\W*", block[0]):
        return end, ""
    return at, "name"
