"""The head that Lotus Notes (HCL Notes) puts above somebody else's words: labels stand on lines of their own.

    Bob Smith <bob@mail.example>
    17/04/2027 15:57

    To
    Office <election@office.example>
    cc

    Subject
    A question

Older versions add "Sent by:" and "Please respond to"; within an organisation the name is "Bob Smith/HQ".
"""

from __future__ import annotations

import re

from . import phrases

MAX_HEAD = 12  # lines from the sender to "To"; with "Sent by" and "Please respond to" there are nine
MAX_LINES = 60  # lines of one head; To lists stand one name a line
_DATE = re.compile(
    r"\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4},?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?(?:\s\w{2,5})?\s*$"
)
_SENDER = re.compile(
    r"\s*(?:\S[^\n<>]{0,80}\s)?<?[^\s<>]{1,64}@[^\s<>]{1,200}>?\s*$|\s*[A-Z][^\n/,]{2,60}(?:/[^\n/]{1,40}){1,5}\s*$"
)


def read(lines: list[str], start: int) -> tuple[tuple[tuple[str, str], ...], int] | None:
    """(fields as (kind, value), first line of the words below), None where no such head begins at `start`."""
    if not _SENDER.match(lines[start][:300]):
        return None
    date = next(
        (i for i in range(start + 1, min(start + MAX_HEAD, len(lines))) if _DATE.match(lines[i][:60])), None
    )
    if date is None:
        return None
    first = next(
        (i for i in range(date + 1, min(date + MAX_HEAD, len(lines))) if _kind(lines[i]) == "to"), None
    )
    if first is None:
        return None
    fields = [("from", lines[start].strip()), ("date", lines[date].strip())]
    at = first
    while at < min(len(lines), first + MAX_LINES):
        kind = _kind(lines[at])
        if kind:
            fields.append((kind, ""))
        elif lines[at].strip():
            if fields[-1][0] == "subject" and fields[-1][1]:
                break
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {lines[at].strip()}".strip())
        elif fields[-1][0] == "subject" and fields[-1][1]:
            break
        at += 1
    return (tuple(fields), at) if fields[-1][0] == "subject" else None


def _kind(line: str) -> str:
    """What a line that is nothing but a label labels, "" for any other."""
    kind = phrases.LABELS.get(line.strip().lower(), "") if len(line) < 120 else ""
    return kind if kind in {"to", "cc", "bcc", "subject"} else ""
