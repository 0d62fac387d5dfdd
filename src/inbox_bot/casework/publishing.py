"""From an answer to the website: schedule, anonymise, preview, approve, hold, withdraw.

Scope (R19) is asked first, redaction second, a person third; where any of them is in doubt nothing is
published. Approval is of one version of the text: a later change makes older buttons void.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..errors import NotAllowed
from ..register.deadlines import publication_due
from ..register.redaction import KnownPerson, Redacted, redact, redact_filename
from ..register.states import Publication
from ..render.views.entry import DocumentView
from ..render.views.publication import PreviewView
from ..store import entries, roster, timers
from ..store.tables import Draft, Entry
from ..triage.model import Category, Role
from . import views
from .desk import Job

PREVIEW = "publication"
AUTO = "autopublish"
RELEASE = "release"
WITHDRAWN = "withdrawn by the office"  # where no other reason is given
CANDIDATE_ROLES = (Role.CANDIDATE, Role.PROSPECTIVE_CANDIDATE, Role.AGENT)  # R20: what they get, all get


def people_in(job: Job, entry: Entry) -> list[KnownPerson]:
    """Everybody in the thread, and every candidate of the roster; none of them may be recognisable."""
    found = [
        KnownPerson(name=name, emails=(email,))
        for email, name in entries.participants(job.session, entry).items()
    ]
    found.append(
        KnownPerson(name=entry.contact_name, emails=(entry.contact_email,) if entry.contact_email else ())
    )
    if entry.officer:
        found.append(KnownPerson(name=entry.officer))
    found += [KnownPerson(name=p.name, emails=tuple(p.emails)) for p in roster.people(job.session)]
    return found


def redacted(job: Job, entry: Entry, text: str) -> Redacted:
    """The text as it could be published."""
    office, paro = job.settings.office, job.settings.people.paro
    return redact(
        text,
        people_in(job, entry),
        keep_names=[office.name, office.short_name, *job.settings.publication.keep_names],
        keep_addresses=[a for a in (office.inbox_address, office.website, paro.email, paro.telephone) if a],
    )


def schedule(job: Job, entry: Entry) -> None:
    """After an answer: a preview falls due where the scope says yes; else the state stays as it is."""
    if entry.publication is Publication.HELD or views.scope(job, entry) == "never":
        return
    if entry.publication is Publication.UNDECIDED and views.scope(job, entry) == "spoc":
        return  # the SPOC chooses; the notice carries the button
    if entry.answered_at is None:
        return
    entries.set_publication(entry, Publication.SCHEDULED)
    delay = job.settings.publication.delay_working_days
    due = publication_due(
        job.now if delay == 0 else max(entry.answered_at, _last_answer(job, entry)), delay, job.desk.hours
    )
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, PREVIEW, AUTO)
    answers = sum(m.kind == "answer" for m in entries.thread(job.session, entry))
    key = f"{PREVIEW}:{entry.reference}:{answers}:{job.now.isoformat()}"
    timers.set_timer(job.session, PREVIEW, key, due, entry_id=entry.id)
    job.audit("publication_scheduled", entry.reference, due=due.isoformat())


def _last_answer(job: Job, entry: Entry) -> dt.datetime:
    return max((m.at for m in entries.thread(job.session, entry) if m.kind == "answer"), default=job.now)


def prepare(job: Job, entry: Entry, *, sought: str | None = None, provided: str | None = None) -> Draft:
    """Make the next version of the anonymised text; an officer's own wording is redacted all the same."""
    assert entry.id is not None
    parts = {"sought": sought, "provided": provided}
    originals = {"sought": entry.information_sought, "provided": entry.information_provided}
    texts: dict[str, Redacted] = {}
    for name, own in parts.items():
        texts[name] = redacted(job, entry, originals[name] if own is None else own)
    spans = [
        {
            "where": name,
            "kind": s.kind,
            "replacement": s.replacement,
            "reason": s.reason,
            "start": s.start,
            "end": s.end,
        }
        for name, result in texts.items()
        for s in result.spans
    ]
    draft = Draft(
        entry_id=entry.id,
        version=0,
        sought=texts["sought"].text,
        provided=texts["provided"].text,
        spans=spans,
        checked=all(t.checked for t in texts.values()),
        created_at=job.now,
    )
    entries.add_draft(job.session, entry, draft)
    job.audit("draft_made", entry.reference, version=draft.version, removed=len(spans), checked=draft.checked)
    return draft


def public_documents(job: Job, entry: Entry) -> tuple[DocumentView, ...]:
    """Documents that go on the website: links, and files an officer has cleared."""
    shown = []
    people = people_in(job, entry)
    for row in entries.documents(job.session, entry):
        if row.link:
            if not redacted(job, entry, row.link).spans:
                shown.append(DocumentView(reference=row.ref, name=row.link, url=row.link))
        elif row.cleared:
            name = redact_filename(row.title, people)
            shown.append(DocumentView(reference=row.ref, name=name, size=row.size))
    return tuple(shown)


# -- what an officer decides ------------------------------------------------------------------------


def approve(job: Job, entry: Entry, *, by: str, version: int | None = None) -> Draft:
    """Approve the newest version, or the one a button names. NotAllowed says what stands in the way."""
    if views.scope(job, entry) == "never":
        raise NotAllowed(f"{entry.reference} is outside the scope of publication: it cannot be approved.")
    if entry.publication in (Publication.APPROVED, Publication.PUBLISHED):
        raise NotAllowed(f"{entry.reference} is {entry.publication.value} already.")
    if entry.answered_at is None:
        raise NotAllowed(f"{entry.reference} has no answer yet: there is nothing to publish.")
    if entry.publication is Publication.UNDECIDED:  # left to the SPOC (R19): to approve is to choose
        choose_to_publish(job, entry)
    draft = entries.latest_draft(job.session, entry)
    if draft is None or entry.publication is Publication.SCHEDULED:
        draft = prepare(job, entry)
    if version is not None and draft.version != version:
        raise NotAllowed(
            f"The text of {entry.reference} has changed since this preview: please use the newest one."
        )
    entries.approve(job.session, entry, draft, by=by, at=job.now)
    entry.clock = {k: v for k, v in entry.clock.items() if k != "withdrawn_on"}
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, PREVIEW, AUTO)
    job.audit("publication_approved", entry.reference, version=draft.version)
    if job.settings.publication.tell_candidates and entry.contact_role in CANDIDATE_ROLES:
        key = f"{RELEASE}:{entry.reference}:{draft.version}"
        timers.set_timer(job.session, RELEASE, key, job.now, entry_id=entry.id)
    return draft


def hold(job: Job, entry: Entry, reason: str = "") -> None:
    """Nothing of this entry goes out until somebody approves it."""
    if entry.publication is Publication.PUBLISHED:
        raise NotAllowed(f"{entry.reference} is on the website: withdraw it to take it off.")
    entries.set_publication(entry, Publication.HELD, reason or "held by the office")
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, PREVIEW, AUTO)
    job.audit("publication_held", entry.reference)


def withdraw(job: Job, entry: Entry, reason: str = "") -> None:
    """Off the website at the next build, which follows at once."""
    if entry.publication not in (Publication.PUBLISHED, Publication.APPROVED):
        raise NotAllowed(f"{entry.reference} is not on the website.")
    entries.set_publication(entry, Publication.WITHDRAWN, reason or WITHDRAWN)
    if entry.published_at is not None:  # the page says that it was withdrawn, and nothing else
        entry.clock = {**entry.clock, "withdrawn_on": job.today.isoformat()}
    entry.published_at = None
    job.audit("publication_withdrawn", entry.reference)


def keep_off(job: Job, entry: Entry, reason: str) -> None:
    """Not for publication, with the reason that the register of contacts shows."""
    if entry.publication in (Publication.PUBLISHED, Publication.APPROVED):
        withdraw(job, entry, reason)
    entries.set_publication(entry, Publication.NEVER, f"N/A: {reason or 'the office decided so'}")
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, PREVIEW, AUTO)
    job.audit("publication_never", entry.reference)


def choose_to_publish(job: Job, entry: Entry) -> None:
    """The SPOC's choice where the scope leaves it to them."""
    if views.scope(job, entry) == "never":
        raise NotAllowed(f"{entry.reference} is outside the scope of publication.")
    entries.set_publication(entry, Publication.SCHEDULED)
    job.audit("publication_chosen", entry.reference)
    if entry.answered_at is not None:
        schedule(job, entry)


def published(job: Job, to_mark: Sequence[Entry]) -> None:
    """Record the date added to the website, after the build that shows the entries."""
    for entry in to_mark:
        entries.set_publication(entry, Publication.PUBLISHED)
        entry.published_at = entry.published_at or job.now
        job.audit("entry_published", entry.reference)
        _copy_to_force(job, entry)


def _copy_to_force(job: Job, entry: Entry) -> None:
    """The office's own disclosure to the force's SPOC too, as the public reads it (NF 12)."""
    spoc = job.settings.people.force_spoc
    wanted = "force_spoc" in job.settings.protocol.foi_copies and spoc.email
    draft = entries.approved_draft(job.session, entry)
    if not wanted or draft is None or (entry.underlying or entry.category) is not Category.FOI:
        return
    job.post(
        "notice/foi_copy",
        to=[spoc.email],
        context={
            "preview": PreviewView(
                entry=views.entry_view(job, entry),
                sought=draft.sought,
                provided=draft.provided,
                documents=public_documents(job, entry),
            )
        },
        key=f"foi_copy:{entry.reference}:{draft.version}",
        entry=entry,
    )


def split_edit(job: Job, text: str) -> tuple[str | None, str | None]:
    """An officer's edited text → (asked, answered); (None, None) where the two headings are missing."""
    lines = text.splitlines()
    after = job.desk.vocabulary.after  # a heading stands alone: "Asked: …" may be a sentence of the text
    asked = next((i for i, line in enumerate(lines) if after("asked", line) == ""), None)
    answered = next((i for i, line in enumerate(lines) if after("answered", line) == ""), None)
    if asked is None or answered is None or answered < asked:
        return None, None
    return "\n".join(lines[asked + 1 : answered]).strip(), "\n".join(lines[answered + 1 :]).strip()
