"""A contact that did not come by email: entered by an officer, confirmed back in writing (R17).

AP 6.1.2 and NT 6.2: note who asked what, and confirm it to the requester before a reply is issued.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..errors import NotAllowed
from ..message.model import Address
from ..store import roster
from ..store.tables import Entry
from ..triage.model import Category, Role
from . import acknowledging, filing, notices, views
from .desk import Job

_BY_ROLE = {
    Role.CANDIDATE: Category.CANDIDATE_ENQUIRY,
    Role.PROSPECTIVE_CANDIDATE: Category.CANDIDATE_ENQUIRY,
    Role.AGENT: Category.CANDIDATE_ENQUIRY,
    Role.JOURNALIST: Category.MEDIA,
}
_NO_ENTRY = frozenset({Category.STAFF_REPLY, Category.AUTOMATED, Category.SPAM})


@dataclass(frozen=True, kw_only=True)
class Note:
    """What an officer noted. `role` and `category` None: by the roster, and by the role. `at` is aware."""

    method: str  # telephone, verbal, social_media, letter
    sought: str
    at: dt.datetime
    name: str = ""
    email: str = ""
    subject: str = ""
    role: Role | None = None
    category: Category | None = None


def add(job: Job, note: Note) -> Entry:
    """Open the entry, confirm it to the enquirer where there is an address, tell its owner. NotAllowed."""
    if not note.sought:
        raise NotAllowed("Say what was asked.")
    if not note.name and not note.email:
        raise NotAllowed("Say who asked: a name or an address.")
    if note.email and (note.email.count("@") != 1 or note.email.startswith("@") or note.email.endswith("@")):
        raise NotAllowed("The enquirer's address is not an email address.")
    if note.at > job.now:
        raise NotAllowed("The day of the contact lies ahead: check --date.")
    if note.category in _NO_ENTRY:
        raise NotAllowed(f"{note.category.value.replace('_', ' ')} is not a contact to be registered.")
    known = roster.roster(job.session)
    on = job.desk.local_day(note.at)
    person = known.find(note.email, note.name, on)
    standing = known.standing(person, on) if person is not None else None
    role = note.role or (known.role_on(person, on) if person is not None else Role.PUBLIC)
    entry = filing.open_entry(
        job,
        filing.Contact(
            category=note.category or _BY_ROLE.get(role, Category.PUBLIC_ENQUIRY),
            received_at=note.at,
            enquirer=Address(name=note.name, email=note.email),
            role=role,
            standing=standing.value if standing is not None else "",
            subject=note.subject or f"{note.method.replace('_', ' ').capitalize()} contact",
            sought=note.sought,
            method=note.method,
        ),
    )
    if note.email:
        job.post(
            "enquirer/telephone_note",
            to=[note.email],
            context={"entry": views.entry_view(job, entry)},
            key=f"{acknowledging.KIND}:{entry.reference}",
            kind=acknowledging.KIND,
            entry=entry,
            language=entry.language,
        )
    notices.notify_new(job, entry, None, None)
    if views.decider(job, entry):
        notices.request_decision(job, entry)
    return entry
