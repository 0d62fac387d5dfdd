"""An officer's mail headed *telephone note* → a contact for the register (R17). Pure reading, no I/O.

Either lines with headings (Name:, Email:, Telephone:, Asked: …) or a few sentences of prose; what cannot be
told apart stays in *asked*, so that nothing noted is lost.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from ..triage.model import Category, Role
from .byhand import Note
from .command_words import category_of
from .day_words import day_in
from .vocabulary import Vocabulary

# ruff: noqa: E501  (tables: one row a line)
_METHODS = (
    (r"(?:tele)?phone(?: call)?(?: note)?|note of (?:a |the )?(?:tele)?phone (?:call|conversation)|call note|nodyn ff[oô]n", "telephone"),
    (r"(?:verbal|conversation|meeting) note|note of (?:a |the )?conversation", "verbal"),
    (r"social media note", "social_media"),
    (r"letter note", "letter"),
)  # fmt: skip
_HEADINGS = {
    "name": "name", "from": "name", "caller": "name", "who": "name", "enw": "name",
    "email": "email", "e-mail": "email", "address": "email", "ebost": "email",
    "telephone": "telephone", "phone": "telephone", "tel": "telephone", "number": "telephone", "ffôn": "telephone", "rhif": "telephone",
    "asked": "asked", "question": "asked", "sought": "asked", "request": "asked", "about": "asked", "wants": "asked",
    "gofynnodd": "asked", "gofynnwyd": "asked", "cwestiwn": "asked",
    "told": "told", "answered": "told", "said": "told", "advised": "told", "dywedwyd": "told", "atebwyd": "told",
    "role": "role", "capacity": "role", "category": "category", "date": "date", "when": "date", "subject": "subject",
    "rôl": "role", "categori": "category", "dyddiad": "date", "pwnc": "subject",
}  # fmt: skip
_HEADING = re.compile(r"^\s*([A-Za-zô-]{2,12})\s*:\s*(.*)$")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NAME = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Cllr|Councillor|Prof|Rev|Sir|Dame)\.?\s+)?"
    r"([A-Z][\w'’-]+(?:\s+(?:[a-z]{2,3}\s+)?[A-Z][\w'’-]+){1,3})(?=[^.!?\n]{0,60}?\b(?:rang|called|phoned|telephoned|spoke|asked|stopped|came)\b)"
)
_ROLES = (
    (r"prospective|possible|potential|would-be|thinking of standing", Role.PROSPECTIVE_CANDIDATE),
    (r"\bagent\b|representative|campaign manager", Role.AGENT),
    (r"\bcandidate\b|ymgeisydd", Role.CANDIDATE),
    (r"journalist|reporter|newspaper|\bradio\b|\bBBC\b|\bpress\b", Role.JOURNALIST),
    (r"member of (?:the )?public|resident", Role.PUBLIC),
)


def method_of(subject: str, first_line: str) -> str:
    """The method of contact where the mail is headed as such a note, else ""."""
    for heading in (subject.strip(), first_line.strip(" :.-–")):
        for pattern, method in _METHODS:
            if re.match(rf"(?:{pattern})\b", heading, re.I) and (
                "note" in heading.lower() or "nodyn" in heading.lower()
            ):
                return method
    return ""


def read(
    text: str,
    *,
    method: str,
    at: dt.datetime,
    own: Collection[str],
    today: dt.date,
    vocabulary: Vocabulary,
) -> tuple[Note, str]:
    """(the contact, what the caller was told). `own`: addresses of the office, never the caller's."""
    fields: dict[str, list[str]] = {}
    into = "prose"
    for line in text.splitlines():
        match = _HEADING.match(line)
        key = _HEADINGS.get(match[1].lower()) if match else None
        if match and key:
            into = key
            fields.setdefault(into, []).append(match[2].strip())
        else:
            fields.setdefault(into, []).append(line)
    found = {key: "\n".join(lines).strip() for key, lines in fields.items()}
    prose = _without_heading(found.get("prose", ""))
    asked = "\n\n".join(
        part for part in (found.get("asked", ""), "" if found.get("asked") else prose) if part
    )
    if found.get("telephone"):
        asked = f"{asked}\n\n(Telephone: {found['telephone']})"
    email = next(
        (e.lower().rstrip(".") for e in _EMAIL.findall(found.get("email") or text) if e.lower() not in own),
        "",
    )
    named = _NAME.search(prose)
    name = found.get("name") or (named[1] if named else "")
    role = next(
        (role for pattern, role in _ROLES if re.search(pattern, found.get("role") or prose, re.I)), None
    )
    dated = found.get("date", "")
    # A day without a year is the last one of that name, not the next.
    past = today - dt.timedelta(days=364)
    day = day_in(dated, past, vocabulary.days) if any(c.isdigit() for c in dated) else None
    when = at.replace(year=day.year, month=day.month, day=day.day) if day and day <= today else at
    note = Note(
        method=method,
        sought=asked.strip(),
        at=min(when, at),
        name=_EMAIL.sub("", name).strip(" <>,()"),
        email=email,
        subject=found.get("subject", ""),
        role=role,
        category=_category(found.get("category", ""), vocabulary),
    )
    return note, found.get("told", "")


def _category(words: str, vocabulary: Vocabulary) -> Category | None:
    code = category_of(words, vocabulary)
    return Category(code) if code in set(Category) else None


def _without_heading(prose: str) -> str:
    """Without the line "Telephone note" itself."""
    lines = prose.splitlines()
    if lines and method_of("", lines[0]) and len(lines[0].split()) <= 6:
        lines = lines[1:]
    return "\n".join(lines).strip()
