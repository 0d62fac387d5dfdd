"""An officer's plain words → what they ask for. Pure: the words, the office's prefix and the day come in.

Only a whole first line counts ("please hold until Friday"), never a word somewhere in a sentence: an
officer's letter that happens to begin with "Approve" stays a letter. What follows a colon, a dash or
"because", and the lines below, is the reason or the text that the action takes. Which words mean what is
data: `config/commands.toml`, in English and Welsh.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from ..triage.model import Category
from .day_words import day_in
from .vocabulary import Row, Vocabulary

QUESTIONS = frozenset({"register", "show", "find", "candidates", "help"})
LONGEST_LINE = 400  # characters: a longer one is no command
_TAKES_TEXT = frozenset(
    {
        "edit",
        "hold",
        "withdraw",
        "not_for_publication",
        "decide_yes",
        "decide_no",
        "answered_elsewhere",
        "close",
        "split",
        "note",
        "pause",
        "extend",
    }
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked. `text`: the reason or the text; `problem`: why a command cannot be read as it stands."""

    action: str
    references: tuple[str, ...] = ()
    argument: str = ""
    text: str = ""
    problem: str = ""


def references_in(text: str, prefix: str) -> tuple[str, ...]:
    """Every reference, bracketed or not, each once, in order."""
    found = re.findall(rf"(?<![\w-]){re.escape(prefix)}-\d{{1,9}}\b", text, re.I)
    return tuple(dict.fromkeys(reference.upper() for reference in found))


def read(subject: str, words: str, *, prefix: str, today: dt.date, vocabulary: Vocabulary) -> Wish | None:
    """The command in a mail to the inbox: in its first line, else in its subject; None where there is none.

    `subject` must have its "Re:" taken off. A subject that is a command takes the whole body as its text.
    """
    lines = words.splitlines()
    while lines and (not lines[0].strip() or vocabulary.greeting.match(lines[0].strip())):
        lines.pop(0)
    named = references_in(subject, prefix)
    if lines:
        wish = read_line(lines[0], prefix=prefix, today=today, vocabulary=vocabulary)
        if wish is not None:
            return _complete(wish, "\n".join(lines[1:]), named)
    wish = read_line(subject, prefix=prefix, today=today, vocabulary=vocabulary)
    return _complete(wish, "\n".join(lines), ()) if wish is not None else None


def read_decision(words: str, *, prefix: str, today: dt.date, vocabulary: Vocabulary) -> Wish | None:
    """ "Yes: the same for everybody", as the answer to the question that a decision mail puts."""
    first, _, below = words.lstrip().partition("\n")
    wish = read_line(f"decide {first}", prefix=prefix, today=today, vocabulary=vocabulary)
    return _complete(wish, below, ()) if wish is not None else None


def _complete(wish: Wish, below: str, named: tuple[str, ...]) -> Wish:
    text = "\n".join(part for part in (wish.text, below.strip()) if part)
    return replace(
        wish,
        references=wish.references or named,
        text=text if wish.action in _TAKES_TEXT else "",
    )


def read_line(line: str, *, prefix: str, today: dt.date, vocabulary: Vocabulary) -> Wish | None:
    """One line as a command; None where the whole line is not one."""
    if len(line) > LONGEST_LINE:
        return None
    references = references_in(line, prefix)
    bare = re.sub(
        rf"(?:\b(?:{vocabulary.before_reference})\s+)?\[?\s*(?<![\w-]){re.escape(prefix)}-\d{{1,9}}\b\s*\]?",
        " ",
        line,
        flags=re.I,
    )
    if len(references) > 1:
        bare = vocabulary.between_references.sub(" ", bare)
    bare = " ".join(bare.split()).strip(" ,;:–—-\t*_\"'“”")
    polite = vocabulary.polite.sub("", bare).strip()
    thanks = vocabulary.thanks
    for candidate in dict.fromkeys((thanks.sub("", polite).strip(), thanks.sub("", bare).strip(), polite)):
        candidate = re.sub(r"\s+([:,.;])", r"\1", candidate)
        for row in vocabulary.rows:
            match = row.pattern.fullmatch(candidate)
            if match is not None:
                return _wish(row, match, references, today, vocabulary)
    return None


def _wish(
    row: Row, match: re.Match[str], references: tuple[str, ...], today: dt.date, vocabulary: Vocabulary
) -> Wish:
    found = match.groupdict()
    argument = (found.get("argument") or found.get("number") or "").strip(" .,\"'“”")
    wish = Wish(
        action=row.action, references=references, argument=argument, text=(found.get("why") or "").strip()
    )
    until = (found.get("until") or "").strip()
    day = day_in(until, today, vocabulary.days) if until else None
    if until and day is None:
        return replace(
            wish, problem=f"“{until[:60]}” is not a day that could be read: write 12 March or 2027-03-12."
        )
    low = argument.lower()
    match row.action:
        case "hold":
            return replace(wish, argument=day.isoformat() if day else "")
        case "decide":
            word = "yes" if vocabulary.yes.fullmatch(argument) else "no"
            return replace(wish, action=f"decide_{word}", argument="")
        case "reclassify" | "split":
            return replace(wish, argument=category_of(argument, vocabulary) if argument else "")
        case "refer":
            return replace(wish, argument=vocabulary.roles.get(low, low.replace(" ", "_")))
        case "authority":
            return replace(wish, argument=vocabulary.authorities.get(low, low))
        case "extend":
            return replace(wish, argument=f"{row.ground} {day.isoformat()}" if day else row.ground)
        case _:
            return wish


def category_of(words: str, vocabulary: Vocabulary) -> str:
    """A category's code from how people write it; what is not known comes back as typed."""
    low = re.sub(r"[\s_-]+", " ", words.strip().lower().removeprefix("a ").removeprefix("an "))
    low = re.sub(r"[.!]+$", "", low)
    code = low.replace(" ", "_")
    if code in set(Category):
        return code
    known = vocabulary.categories
    return known.get(low, known.get(low.removesuffix(" enquiry").removesuffix(" request"), low))
