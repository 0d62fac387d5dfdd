"""An officer's plain words → what they ask for. Pure: the words, the office's prefix and the day come in.

Only a whole first line counts ("please hold until Friday"), never a word somewhere in a sentence: an
officer's letter that happens to begin with "Approve" stays a letter. What follows a colon, a dash or
"because", and the lines below, is the reason or the text that the action takes.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from ..triage.model import Category

QUESTIONS = frozenset({"register", "show", "find", "candidates", "help"})


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked. `text`: the reason or the text; `problem`: why a command cannot be read as it stands."""

    action: str
    references: tuple[str, ...] = ()
    argument: str = ""
    text: str = ""
    problem: str = ""


_POLITE = re.compile(
    r"^(?:(?:please|pls|kindly|ok(?:ay)?|yes|hi|hello|could you|can you|would you|i|we)[\s,:!-]+)+", re.I
)
_THANKS = re.compile(
    r"[\s,.;!–-]*\b(?:many thanks|thank you|thanks|cheers|please|diolch)(?: you)?[\s.!?]*$|[\s.!?]+$", re.I
)
_GREETING = re.compile(
    r"^(?:(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|morning|afternoon|annwyl|helo)\b[^.!?:]{0,40}|all)[,.!:]?$",
    re.I,
)
_WHY = r"(?:\s*(?::|;|,|\.|[–—-](?=\s)|\bbecause\b|\bas\b|\bsince\b)\s*(?P<why>.+))?"
_IT = r"(?: (?:it|this|that|them|these|the (?:text|entry|entries|preview|draft|answer|acknowledgement)|all))?"

# (pattern of the whole line without references and politeness, action). First match wins.
# ruff: noqa: E501  (a table: one pattern a line reads better than pieces of it)
_LINES: tuple[tuple[str, str], ...] = (
    (rf"approved?{_IT}|(?:happy|fine|content) (?:for (?:it|this) )?to (?:be )?publish(?:ed)?{_IT}", "approve"),
    (r"edit(?: and approve)?", "edit"),
    (rf"(?:hold|held|put on hold|wait){_IT}(?: back)?(?: (?:until|till|til|to|for) (?P<until>[^:;–—]+?))?{_WHY}", "hold"),
    (rf"(?:withdraw|unpublish|take{_IT} (?:down|off)|remove{_IT}){_IT}(?: (?:from|off)?\s*the (?:web ?site|site|page))?{_WHY}", "withdraw"),
    (rf"(?:(?:is |it is |this is )?not (?:for|to be) publi(?:cation|shed)|(?:do not|don[’']?t|never) publish{_IT}|keep{_IT} off (?:the )?(?:web ?site|site)){_WHY}", "not_for_publication"),
    (rf"publish{_IT}(?: when (?:it is )?answered)?", "publish"),
    (r"clear (?:the |its )?documents?", "clear_documents"),
    (r"(?:re-?classify|reclassified|change(?: the)? category)(?: (?:it|this))?(?: (?:to|as|into))?:? (?P<argument>.+)", "reclassify"),
    (r"(?:re-?)?assign(?: (?:it|this))? to (?P<argument>.+)", "assign"),
    (rf"(?:decid(?:e|ed)|decision)(?: is)?[\s:,–-]*(?P<argument>yes|no)\b{_WHY}", "decide"),
    (r"(?:extend(?:ed)?(?: the (?:time|deadline|clock))?(?: (?:for|by|because of))?[\s:,–-]*)?(?P<argument>clarification|fees?(?: notice)?|fees? paid|paid|public interest|complex(?:ity)?)"
     r"(?: (?:was |is )?(?:sought|asked for|given|sent|issued|test|request))?(?: (?:until|till|to) (?P<until>.+?))?", "extend"),
    (r"(?:the )?(?:responsible )?authority(?: is)?[\s:]*(?:the )?(?P<argument>office|force|fire|undecided)(?: service)?", "authority"),
    (r"(?:that was |this was |only )?(?:a )?holding(?: (?:reply|answer|response))?(?: (?:only|sent|given))?", "holding"),
    (r"(?:answered|replied)(?: (?:elsewhere|already|by (?:tele)?phone|in person|by letter|from (?:my|another) (?:own )?mailbox))?[\s:,–-]*(?P<why>.*)", "answered_elsewhere"),
    (rf"closed?{_IT}(?: without (?:an )?answer)?{_WHY}", "close"),
    (rf"re-?open{_IT}", "reopen"),
    (rf"release{_IT}(?: the acknowledgement)?", "release"),
    (r"(?:refer|pass|forward)(?: (?:it|this))?(?: on)? to (?:the )?(?P<argument>.+)|refer(?: (?:it|this))?", "refer"),
    (r"keep(?: (?:it|this))? here", "keep_here"),
    (r"(?:(?:message|number|no\.?) ?)?(?P<number>\d+)? ?(?:is )?not spam(?: ?:? ?(?:message|number|no\.?)? ?(?P<argument>\d+))?", "not_spam"),
    (r"merge(?: (?:with|into|and))*", "merge"),
    (r"split(?: (?:it|this))?(?: (?:off|as) (?P<argument>[a-z _-]+?))?(?:\s*:\s*(?P<why>.+))?", "split"),
    (r"note[\s:,–-]+(?P<why>.+)|note", "note"),
    (r"cancel(?: (?:it|this|that|the answer))?", "cancel"),
    (rf"(?:pause|stop)(?: (?:all|everything|all sending|sending|all mail)){{0,1}}{_WHY}", "pause"),
    (r"(?:resume|continue|restart)(?: (?:all )?sending)?", "resume"),
    (r"(?:send (?:me )?)?(?:the )?register(?: of contacts)?", "register"),
    (r"show(?: me)?", "show"),
    (r"(?:find|search(?: for)?|look up)[\s:]+(?P<argument>.+)", "find"),
    (r"(?:the )?(?:candidates?|roster)(?: (?:list|csv|roster|file|import))?(?: attached)?", "candidates"),
    (r"help(?: me)?|commands", "help"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.I), action) for pattern, action in _LINES)
_TAKES_TEXT = frozenset(
    {
        "edit",
        "hold",
        "withdraw",
        "not_for_publication",
        "decide",
        "answered_elsewhere",
        "close",
        "split",
        "note",
        "pause",
        "extend",
    }
)

ROLES = {
    "paro": "paro",
    "returning officer": "paro",
    "police area returning officer": "paro",
    "police": "police",
    "force": "force_foi",
    "force foi": "force_foi",
    "force foi team": "force_foi",
    "chief executive": "chief_executive",
    "ce": "chief_executive",
    "monitoring officer": "chief_executive",
    "panel": "panel",
    "police and crime panel": "panel",
    "alternate": "alternate",
}
CATEGORIES = {
    "candidate": "candidate_enquiry",
    "freedom of information": "foi",
    "freedom of information request": "foi",
    "foi request": "foi",
    "press": "media",
    "media enquiry": "media",
    "election process": "electoral_process",
    "electoral": "electoral_process",
    "conduct": "conduct_concern",
    "complaint": "conduct_concern",
    "policing": "policing_matter",
    "police matter": "policing_matter",
    "public": "public_enquiry",
    "enquiry": "public_enquiry",
    "force": "misdirected_force",
}
_GROUNDS = {"fee": "fees", "fees": "fees", "paid": "paid", "complex": "complex", "complexity": "complex"}


def references_in(text: str, prefix: str) -> tuple[str, ...]:
    """Every reference, bracketed or not, each once, in order."""
    found = re.findall(rf"(?<![\w-]){re.escape(prefix)}-\d{{1,9}}\b", text, re.I)
    return tuple(dict.fromkeys(reference.upper() for reference in found))


def read(subject: str, words: str, *, prefix: str, today: dt.date) -> Wish | None:
    """The command in a mail to the inbox: in its first line, else in its subject; None where there is none.

    `subject` must have its "Re:" taken off. A subject that is a command takes the whole body as its text.
    """
    lines = words.splitlines()
    while lines and (not lines[0].strip() or _GREETING.match(lines[0].strip())):
        lines.pop(0)
    named = references_in(subject, prefix)
    if lines:
        wish = read_line(lines[0], prefix=prefix, today=today)
        if wish is not None:
            return _complete(wish, "\n".join(lines[1:]), named)
    wish = read_line(subject, prefix=prefix, today=today)
    return _complete(wish, "\n".join(lines), ()) if wish is not None else None


def _complete(wish: Wish, below: str, named: tuple[str, ...]) -> Wish:
    text = "\n".join(part for part in (wish.text, below.strip()) if part)
    return replace(
        wish,
        references=wish.references or named,
        text=text if wish.action in _TAKES_TEXT else "",
    )


def read_line(line: str, *, prefix: str, today: dt.date) -> Wish | None:
    """One line as a command; None where the whole line is not one."""
    references = references_in(line, prefix)
    bare = re.sub(
        rf"(?:\b(?:on|of|about)\s+)?\[?\s*(?<![\w-]){re.escape(prefix)}-\d{{1,9}}\b\s*\]?",
        " ",
        line,
        flags=re.I,
    )
    if len(references) > 1:
        bare = re.sub(r"\s(?:and|&|,|into|with)(?=\s|$)", " ", bare)
    bare = re.sub(r"\s+", " ", bare).strip(" ,;:–—-\t*_\"'“”")
    polite = _POLITE.sub("", bare).strip()
    for candidate in dict.fromkeys((_THANKS.sub("", polite).strip(), _THANKS.sub("", bare).strip(), polite)):
        candidate = re.sub(r"\s+([:,.;])", r"\1", candidate)
        for pattern, action in _PATTERNS:
            match = pattern.fullmatch(candidate)
            if match is not None:
                return _wish(action, match, references, today)
    return None


def _wish(action: str, match: re.Match[str], references: tuple[str, ...], today: dt.date) -> Wish:
    found = match.groupdict()
    argument = (found.get("argument") or found.get("number") or "").strip(" .,\"'“”")
    wish = Wish(
        action=action, references=references, argument=argument, text=(found.get("why") or "").strip()
    )
    until = (found.get("until") or "").strip()
    day = day_in(until, today) if until else None
    if until and day is None:
        return replace(
            wish, problem=f"“{until[:60]}” is not a day that could be read: write 12 March or 2027-03-12."
        )
    if action == "hold":
        return replace(wish, argument=day.isoformat() if day else "")
    if action == "decide":
        return replace(wish, action=f"decide_{argument.lower()}", argument="")
    if action == "reclassify":
        return replace(wish, argument=category_of(argument))
    if action == "split":
        return replace(wish, argument=category_of(argument) if argument else "")
    if action == "refer":
        return replace(wish, argument=ROLES.get(argument.lower(), argument.lower().replace(" ", "_")))
    if action == "authority":
        return replace(wish, argument=argument.lower())
    if action == "extend":
        return replace(wish, argument=_ground(argument, day))
    return wish


def _ground(words: str, day: dt.date | None) -> str:
    low = words.lower()
    if low.startswith("fee") and "paid" in low:
        return "paid"
    ground = _GROUNDS.get(low.split()[0], low.split()[0])
    if ground == "public":
        return f"public_interest {day.isoformat()}" if day else "public_interest"
    return ground


def category_of(words: str) -> str:
    """A category's code from how people write it; what is not known comes back as typed."""
    low = re.sub(r"[\s_-]+", " ", words.strip().lower().removeprefix("a ").removeprefix("an "))
    low = re.sub(r"[.!]+$", "", low)
    code = low.replace(" ", "_")
    if code in set(Category):
        return code
    return CATEGORIES.get(low, CATEGORIES.get(low.removesuffix(" enquiry").removesuffix(" request"), low))


# -- days in words -----------------------------------------------------------------------------------

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip


def day_in(words: str, today: dt.date) -> dt.date | None:
    """ "Friday", "next Tuesday", "tomorrow", "12 March", "12/03/2027", "2027-03-12" → the day, ahead of `today`."""
    low = re.sub(r"[,.\s]+", " ", words.lower())
    low = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", low)
    if match := re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", low):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.search(r"\b(\d{1,2})/(\d{1,2})/(\d{2,4})\b", low):
        return _date(int(match[3]) % 100 + 2000, int(match[2]), int(match[1]))
    month = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS)
    for pattern in (rf"\b(?P<d>\d{{1,2}})(?: of)? (?P<m>{month})(?: (?P<y>\d{{4}}))?\b",
                    rf"\b(?P<m>{month}) (?P<d>\d{{1,2}})(?: (?P<y>\d{{4}}))?\b"):  # fmt: skip
        if match := re.search(pattern, low):
            number = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(match["m"][:3]))
            if match["y"]:
                return _date(int(match["y"]), number, int(match["d"]))
            day = _date(today.year, number, int(match["d"]))
            return day if day is None or day >= today else _date(today.year + 1, number, int(match["d"]))
    if re.search(r"\btomorrow\b", low):
        return today + dt.timedelta(days=1)
    for number, name in enumerate(_WEEKDAYS):
        if re.search(rf"\b{name}\b|\b{name[:3]}\b", low):
            ahead = (number - today.weekday() - 1) % 7 + 1  # 1..7: never today
            week = 7 if "next" in low and ahead + today.weekday() < 7 else 0
            return today + dt.timedelta(days=ahead + week)
    if "next week" in low:
        return today + dt.timedelta(days=7 - today.weekday())
    if match := re.search(r"\b(\d{1,2}) (day|week)s?\b", low):
        return today + dt.timedelta(days=int(match[1]) * (7 if match[2] == "week" else 1))
    return None


def until_in(text: str, today: dt.date) -> dt.date | None:
    """The day after "until" (or "Until:") somewhere in a button's mail."""
    match = re.search(r"\b(?:until|till)\b:?\s*([^\n;]{1,40})", text, re.I)
    return day_in(match[1], today) if match else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
