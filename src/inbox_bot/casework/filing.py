"""Open an entry: everything a new contact sets going, in one transaction.

Used by mail that comes in, by contacts that an officer adds by hand (R17), and by *not spam*.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..message.model import Address, Attachment
from ..register.states import Publication, ResponsibleAuthority, Status
from ..store import entries, search
from ..store.tables import Entry, Received
from ..triage.model import Category, Hit, Matter, Role
from . import clock, views
from .desk import Job

_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
MAX_LINKS = 20  # of one message; more is a newsletter, not an enquiry


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One contact with the office, from whatever channel, as it goes into the register of contacts."""

    category: Category
    received_at: dt.datetime
    enquirer: Address = field(default_factory=Address)
    role: Role = Role.UNKNOWN
    standing: str = ""  # the roster's word for the person represented
    subject: str = ""
    sought: str = ""
    underlying: Category | None = None
    matters: Sequence[Matter] = ()
    method: str = "email"
    language: str = "en"
    forwarded_by: str = ""
    received_by_force_on: dt.date | None = None
    authority: ResponsibleAuthority = ResponsibleAuthority.OFFICE
    attachments: Sequence[Attachment] = ()
    participants: Sequence[Address] = ()
    evidence: Sequence[Hit] = ()
    confidence: float = 1.0
    needs_review: bool = False
    confidential: bool = False
    emergency: bool = False
    recorded_information: bool = False
    environmental: bool = False
    names_staff: Sequence[str] = ()
    notes: Sequence[str] = field(default=())
    follows: Entry | None = None


def open_entry(job: Job, contact: Contact, received: Received | None = None) -> Entry:
    """Give the contact its reference, dates, documents and first state; queue nothing yet."""
    protocol = job.settings.protocol
    entry = Entry(
        reference=entries.next_reference(job.session, job.settings.office.reference_prefix),
        category=contact.category,
        underlying=contact.underlying,
        matters=[m.value for m in contact.matters],
        responsible_authority=contact.authority,
        received_at=contact.received_at,
        received_by_force_on=contact.received_by_force_on,
        contact_name=contact.enquirer.name,
        contact_email=contact.enquirer.email,
        contact_role=contact.role,
        counts_as_candidate=protocol.counts_as_candidate(contact.role.value, contact.standing),
        forwarded_by=contact.forwarded_by,
        method=contact.method,
        language=contact.language,
        subject=contact.subject,
        information_sought=contact.sought,
        added_at=job.now,
        emergency=contact.emergency,
        confidential=contact.confidential,
        needs_review=contact.needs_review,
        recorded_information=contact.recorded_information,
        confidence=round(contact.confidence, 3),
        evidence=[
            {"rule": h.rule, "weight": h.weight, "where": h.where, "text": h.text, "source": h.source}
            for h in contact.evidence
        ],
        clock={"environmental": True} if contact.environmental else {},
        notes=list(contact.notes),
        follows_id=contact.follows.id if contact.follows else None,
    )
    if contact.names_staff:
        entry.clock = {**entry.clock, "names_staff": list(contact.names_staff)}
    people = [(a.email, a.name) for a in (contact.enquirer, *contact.participants) if a.email]
    entries.add(job.session, entry, people)
    search.index_question(job.session, entry)
    if views.scope(job, entry) == "never":
        entry.publication = Publication.NEVER
        entry.not_published_reason = why_never(entry)
    if views.decider(job, entry):
        entry.status = Status.AWAITING_DECISION
    add_documents(job, entry, "sought", contact.attachments, contact.sought, received)
    clock.recompute(job, entry)
    job.audit(
        "entry_opened",
        entry.reference,
        category=entry.category.value,
        underlying=entry.underlying.value if entry.underlying else None,
        matters=entry.matters,
        role=entry.contact_role.value,
        message=received.id if received else None,
        sha256=received.sha256 if received else None,
        contact=job.commitment(entry.contact_email, entry.reference) if entry.contact_email else None,
        method=entry.method,
        confidence=entry.confidence,
    )
    return entry


def why_never(entry: Entry) -> str:
    """The reason in the register of contacts why the scope (R19) keeps an entry off the website."""
    if entry.confidential:
        return "confidential"
    kind = (entry.underlying or entry.category).value.replace("_", " ")
    matters = [m for m in entry.matters if m in (Matter.SAR, Matter.COMPLAINT)]
    named = {Matter.SAR.value: "a request for one's own data", Matter.COMPLAINT.value: "a complaint"}
    return f"N/A: {named[matters[0]] if matters else kind}"


def add_documents(
    job: Job,
    entry: Entry,
    direction: str,
    attachments: Sequence[Attachment],
    text: str,
    received: Received | None,
) -> None:
    """Every attachment and link gets the next running reference; bytes are stored once, by hash (R2)."""
    received_id = received.id if received else None
    for attachment in attachments:
        if attachment.inline or not attachment.size:
            continue
        if attachment.content:
            job.desk.documents.put(attachment.content)
        entries.add_document(
            job.session,
            entry,
            direction=direction,
            title=attachment.name,
            content_type=attachment.content_type,
            size=attachment.size,
            sha256=attachment.sha256 if attachment.content else "",  # without content it is in no archive
            received_id=received_id,
        )
    links = dict.fromkeys(link.rstrip(".,;:!?") for link in _LINK.findall(text))
    for link in list(links)[:MAX_LINKS]:
        entries.add_document(
            job.session, entry, direction=direction, title=link, link=link, received_id=received_id
        )
