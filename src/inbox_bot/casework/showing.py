"""Entries as other people see them: the export of the register of contacts, and the public's page."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence

from ..calendar import timetable
from ..calendar.ics import to_ics
from ..register.export import Decision, ExportRow
from ..register.redaction import redact_filename
from ..register.states import Publication
from ..render.site import (
    Activity,
    Contact,
    KeyDate,
    Link,
    PublishedDocument,
    PublishedEntry,
    SiteContext,
    Topic,
)
from ..store import entries
from ..store.tables import Document, Draft, Entry
from ..triage.briefing import Document as Briefing
from . import publishing, views
from .desk import Job

TITLES = {
    "pcc": "Police and Crime Commissioner election",
    "pfcc": "Police, Fire and Crime Commissioner election",
    "mayor": "Mayoral election",
}


def export_row(job: Job, entry: Entry) -> ExportRow:
    """One entry with the contract's keys; times are those of the mail itself."""
    session, local = job.session, job.desk.local

    def moment(value: dt.datetime | None) -> str | None:
        return local(value).isoformat(timespec="seconds") if value else None

    def day(value: dt.date | None) -> str | None:
        return value.isoformat() if value else None

    follows = session.get(Entry, entry.follows_id) if entry.follows_id else None
    thread = [
        m.message_id for m in entries.thread(session, entry) if m.message_id and m.kind in _OF_THE_THREAD
    ]
    return ExportRow(
        reference=entry.reference,
        category=entry.category.value,
        underlying=entry.underlying.value if entry.underlying else None,
        matters=list(entry.matters),
        status=entry.status.value,
        publication=entry.publication.value,
        responsible_authority=entry.responsible_authority.value,
        received_by_force_on=day(entry.received_by_force_on),
        date_of_contact=moment(entry.received_at),
        contact_name=entry.contact_name or None,
        contact_email=entry.contact_email or None,
        contact_role=entry.contact_role.value,
        counts_as_candidate=entry.counts_as_candidate,
        officer=entry.officer or None,
        officer_assumed=entry.officer_assumed,
        method_of_contact=entry.method,
        information_sought=entry.information_sought,
        sought_refs=[d.ref for d in entries.documents(session, entry, "sought")],
        information_provided=entry.information_provided or None,
        provided_refs=[d.ref for d in entries.documents(session, entry, "provided")],
        date_added_to_register=moment(entry.added_at),
        date_added_to_website=moment(entry.published_at),
        not_published_reason=entry.not_published_reason or None,
        due_on=day(entry.due_on),
        statutory_due_on=day(entry.statutory_due_on),
        answered_at=moment(entry.answered_at),
        follows=follows.reference if follows else None,
        decisions=[
            Decision(
                decision=d.decision,
                rationale=d.rationale,
                risk_mitigation=d.risk_mitigation,
                by=d.by,
                at=local(d.at).isoformat(timespec="seconds"),
            )
            for d in entries.decisions(session, entry)
        ],
        messages=list(dict.fromkeys(thread)),
    )


_OF_THE_THREAD = frozenset(
    {
        "enquiry",
        "original",
        "follow_up",
        "thanks",
        "answer",
        "holding",
        "acknowledgement",
        "receipt",
        "internal",
    }
)


def export_rows(job: Job, owner: str = "") -> list[ExportRow]:
    """Every entry, or those of one log (R23: office or force), in order of their references."""
    return [export_row(job, e) for e in entries.all_entries(job.session) if not owner or e.owner == owner]


# -- the public's page ----------------------------------------------------------------------------------


def public_entries(job: Job) -> list[tuple[Entry, PublishedEntry, Draft | None]]:
    """What the site shows: approved texts, published ones, and withdrawn ones without their content."""
    shown: list[tuple[Entry, PublishedEntry, Draft | None]] = []
    for entry in entries.on_the_page(job.session):
        withdrawn = entry.clock.get("withdrawn_on")
        if entry.publication in (Publication.APPROVED, Publication.PUBLISHED):
            draft = entries.approved_draft(job.session, entry)
            if draft is not None and draft.checked and views.scope(job, entry) != "never":
                shown.append((entry, _public(job, entry, draft), draft))
        elif withdrawn:
            shown.append((entry, _gone(job, entry, dt.date.fromisoformat(withdrawn)), None))
    return shown


def _public(job: Job, entry: Entry, draft: Draft) -> PublishedEntry:
    session, desk = job.session, job.desk
    follows = session.get(Entry, entry.follows_id) if entry.follows_id else None
    show_follows = follows is not None and follows.publication is Publication.PUBLISHED
    documents = list(entries.documents(session, entry))
    return PublishedEntry(
        reference=entry.reference,
        date_of_contact=desk.local_day(entry.received_at),
        category=(entry.underlying or entry.category).value,
        role=entry.contact_role.value,
        method=entry.method,
        information_sought=draft.sought,
        information_provided=draft.provided,
        checked=draft.checked,
        officer=job.settings.people.spoc.title or job.settings.protocol.answering_title,
        sought_refs=[d.ref for d in documents if d.direction == "sought"],
        provided_refs=[d.ref for d in documents if d.direction == "provided"],
        documents=[public_document(job, entry, d) for d in documents],
        date_added_to_register=desk.local_day(entry.added_at),
        date_added_to_website=desk.local_day(entry.published_at or job.now),
        follows=follows.reference if follows is not None and show_follows else "",
    )


def public_document(job: Job, entry: Entry, row: Document) -> PublishedDocument:
    """A link is public where nothing in it points at a person; a file only once an officer cleared it."""
    if row.link:
        clean = not publishing.redacted(job, entry, row.link).spans
        return PublishedDocument(
            ref=row.ref, title=row.link if clean else "link", cleared=clean, href=row.link if clean else ""
        )
    return PublishedDocument(
        ref=row.ref,
        title=redact_filename(row.title, publishing.people_in(job, entry)),
        cleared=row.cleared,
        source=job.desk.documents.path_of(row.sha256) if row.cleared else None,
        size=row.size,
    )


def _gone(job: Job, entry: Entry, on: dt.date) -> PublishedEntry:
    return PublishedEntry(
        reference=entry.reference,
        date_of_contact=job.desk.local_day(entry.received_at),
        category=(entry.underlying or entry.category).value,
        role="unknown",
        method=entry.method,
        information_sought="",
        information_provided="",
        checked=True,
        withdrawn_on=on,
    )


def site_context(job: Job, briefing: Sequence[Briefing], activity: Sequence[Activity] = ()) -> SiteContext:
    """The page around the entries (R26): dates, briefing documents by topic, the returning officer."""
    office, people, table = job.settings.office, job.settings.people, job.desk.timetable
    topics: dict[str, list[Link]] = {}
    for one in briefing:
        topic = one.topics[0] if one.topics else "Briefing documents"
        topics.setdefault(topic[:1].upper() + topic[1:], []).append(Link(title=one.title, href=one.link))
    paro = people.paro
    return SiteContext(
        office_name=office.name,
        short_name=office.short_name or office.name,
        election_title=f"{TITLES[job.settings.election.type]}, {job.settings.election.poll_date.year}",
        poll_date=job.settings.election.poll_date,
        inbox_address=office.inbox_address,
        website=office.website,
        privacy_notice=office.privacy_notice,
        returning_officer=Contact(
            name=paro.title or "Police Area Returning Officer", email=paro.email, telephone=paro.telephone
        )
        if paro.email or paro.telephone
        else None,
        key_dates=[
            KeyDate(
                day=d.day,
                title=d.title,
                note=", ".join(filter(None, (_hour(d), d.place, _why(d)))),
            )
            for d in table.dates
        ],
        calendar=to_ics(
            table, office.name, job.now.replace(hour=0, minute=0, second=0, microsecond=0)
        ).decode(),
        briefing=[Topic(title=title, documents=links) for title, links in topics.items()],
        foi_log=job.settings.protocol.foi_log,
        incumbent_activity=list(activity) if job.settings.protocol.incumbent_activity_published else [],
    )


def _hour(date: timetable.KeyDate) -> str:
    return f"{date.when:%H:%M}" if isinstance(date.when, dt.datetime) else ""


def _why(date: timetable.KeyDate) -> str:
    """Where a date comes from, for the public."""
    if date.source == timetable.SET_BY_PARO:
        return "set by the returning officer"
    return f"{date.counted} {date.unit}" if date.counted else ""


def site_digest(job: Job, briefing: Sequence[Briefing]) -> str:
    """SHA-256 of what the site shows, so that it is built when that changes and not otherwise.

    *Date added to website* is left out: it is set by the build itself.
    """
    shown = [
        (
            entry.reference,
            draft.version if draft else 0,
            entry.clock.get("withdrawn_on", ""),
            *_documents_shown(job, entry),
        )
        for entry, _, draft in public_entries(job)
    ]
    table = [(d.key, d.text, d.source) for d in job.desk.timetable.dates]
    texts = [(d.title, d.link, list(d.topics)) for d in briefing]
    body = json.dumps([shown, table, texts, job.settings.office.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _documents_shown(job: Job, entry: Entry) -> list[str]:
    return [f"{d.ref}:{d.cleared}" for d in entries.documents(job.session, entry)]
