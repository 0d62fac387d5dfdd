"""Rows as the mail templates see them: local times, references, words; nothing of the database left."""

from __future__ import annotations

from ..config.people import PersonSetting
from ..register.states import ResponsibleAuthority
from ..render.views.entry import DocumentView, EntryView, OfferView, SimilarView
from ..render.views.notices import DecisionLine
from ..render.views.office import PersonView
from ..store import entries
from ..store.tables import Document, Entry
from ..triage.model import Category
from ..triage.press import stated_deadline
from .desk import Job


def promise(entry: Entry) -> bool:
    """Whether an acknowledgement may name a date: not while the responsible authority is undecided (R7)."""
    return entry.responsible_authority is not ResponsibleAuthority.UNDECIDED and not entry.needs_review


def scope(job: Job, entry: Entry) -> str:
    """`yes`, `never` or `spoc`: whether this entry lies within the scope of publication (R19)."""
    return job.settings.protocol.publication_scope(
        entry.category.value,
        entry.underlying.value if entry.underlying else None,
        entry.matters,
        entry.confidential,
        responsible_authority=entry.responsible_authority.value,
    )


def decider(job: Job, entry: Entry) -> str:
    """The role whose decision the entry waits for, "" where nobody's."""
    kind = (entry.underlying or entry.category).value
    phase = job.desk.timetable.phase(entry.received_at)  # of the day it came, so that the answer stays
    return (
        job.settings.protocol.decider(
            entry.matters, kind, in_pre_election_period=phase.in_pre_election_period
        )
        or ""
    )


def person(setting: PersonSetting, title: str) -> PersonView:
    return PersonView(
        title=setting.title or title, name=setting.name, email=setting.email, telephone=setting.telephone
    )


def document(row: Document) -> DocumentView:
    return DocumentView(reference=row.ref, name=row.title, url=row.link, size=row.size)


def entry_view(
    job: Job,
    entry: Entry,
    *,
    offers: tuple[OfferView, ...] = (),
    similar: tuple[SimilarView, ...] = (),
    foi_missing: tuple[str, ...] = (),
    held: tuple[str, ...] = (),
) -> EntryView:
    """One entry as an officer's mail shows it."""
    follows = job.session.get(Entry, entry.follows_id) if entry.follows_id else None
    documents = entries.documents(job.session, entry)
    promised = entry.due_on if promise(entry) else None
    return EntryView(
        reference=entry.reference,
        category=entry.category.value,
        underlying=entry.underlying.value if entry.underlying else None,
        matters=tuple(entry.matters),
        status=entry.status.value,
        publication=entry.publication.value,
        publication_scope=scope(job, entry),
        responsible_authority=entry.responsible_authority.value,
        received_at=job.desk.local(entry.received_at),
        received_by_force_on=entry.received_by_force_on,
        due_on=entry.due_on,
        due_promise=promised,
        statutory_due_on=entry.statutory_due_on,
        deadline_explanation=tuple(entry.due_working.splitlines()),
        enquirer_name=entry.contact_name,
        enquirer_email=entry.contact_email,
        enquirer_role=entry.contact_role.value,
        counts_as_candidate=entry.counts_as_candidate,
        subject=entry.subject,
        information_sought=entry.information_sought,
        information_provided=entry.information_provided,
        documents_sought=tuple(document(d) for d in documents if d.direction == "sought"),
        documents_provided=tuple(document(d) for d in documents if d.direction == "provided"),
        officer=entry.officer,
        officer_assumed=entry.officer_assumed,
        method_of_contact=entry.method,
        follows=follows.reference if follows else "",
        forwarded_by=entry.forwarded_by,
        evidence=tuple(_evidence(hit) for hit in entry.evidence),
        confidence=entry.confidence,
        confidential=entry.confidential,
        emergency=entry.emergency,
        needs_review=entry.needs_review,
        held_reasons=held,
        foi_missing=foi_missing,
        journalist_deadline=_press_deadline(entry),
        decider=decider(job, entry),
        offers=offers,
        similar=similar,
        language=entry.language,
    )


def _press_deadline(entry: Entry) -> str:
    """What a journalist said of their deadline (R8); nobody else's wish for speed is shown as one."""
    kind = entry.underlying or entry.category
    return stated_deadline(f"{entry.subject}\n{entry.information_sought}") if kind is Category.MEDIA else ""


def _evidence(hit: dict[str, object]) -> str:
    source = f" ({hit['source']})" if hit.get("source") else ""
    seen = f": “{hit['text']}”" if hit.get("text") else ""
    rule, where = (str(hit.get(name, "")).replace("_", " ") for name in ("rule", "where"))
    return f"{rule}, in {where}{seen}{source}"


def earlier_decisions(job: Job, entry: Entry) -> tuple[DecisionLine, ...]:
    """What was decided before on the same matters, so that candidates are treated alike."""
    lines: dict[int, DecisionLine] = {}
    for matter in entry.matters:
        for row, other in entries.decisions_on(job.session, matter, entry):
            assert row.id is not None
            lines[row.id] = DecisionLine(
                reference=other.reference,
                asked_by=other.contact_name or other.contact_email,
                decision=row.decision,
                rationale=row.rationale,
                by=job.desk.role_of.get(row.by, row.by).replace("_", " "),
                on=job.desk.local_day(row.at),
            )
    return tuple(lines[i] for i in sorted(lines, reverse=True))
