"""Equal access (R20): what one was told, every candidate is told, at once.

The mails are queued in one transaction with one time, which the audit row repeats: that is the proof that
nobody was told first. Whoever asked gets it too, because leaving one out would show who it was.
"""

from __future__ import annotations

from ..casework import publishing
from ..casework.desk import Job
from ..register.states import Publication
from ..render.pages import page_of
from ..render.views.publication import ReleaseView
from ..store import entries, roster, timers
from ..store.tables import Candidate, Draft, Entry
from ..triage.model import Role
from ..triage.roster import Roster, Standing

GONE = (Standing.WITHDRAWN,)


def run(job: Job) -> int:
    """Tell what was approved since the last tick; how many mails were queued."""
    told = 0
    for timer in timers.due(job.session, job.now, publishing.RELEASE):
        timer.done_at = job.now
        entry = job.session.get(Entry, timer.entry_id)
        if entry is None or entry.publication not in (Publication.APPROVED, Publication.PUBLISHED):
            continue  # withdrawn or held meanwhile
        draft = entries.approved_draft(job.session, entry)
        if draft is not None:
            told += _tell(job, entry, draft)
    return told


def _tell(job: Job, entry: Entry, draft: Draft) -> int:
    website = job.settings.office.website.rstrip("/")
    view = ReleaseView(
        reference=entry.reference,
        sought=draft.sought,
        provided=draft.provided,
        documents=publishing.public_documents(job, entry),
        published_at=f"{website}/{page_of(entry.reference)}" if website else "",
    )
    queued = 0
    for row in candidates(job):
        sent = job.post(
            "enquirer/equal_release",
            to=[row.emails[0]],  # each in a mail of their own: addresses are nobody else's business
            context={"release": view},
            key=f"{publishing.RELEASE}:{entry.reference}:{draft.version}:{row.id}",
            kind=publishing.RELEASE,
            not_before=job.now,
        )
        queued += sent is not None
    job.audit("equal_release", entry.reference, version=draft.version, mails=queued, at=job.now.isoformat())
    return queued


def candidates(job: Job) -> list[Candidate]:
    """Everybody of the roster who stands or may stand today and has an address; agents are not told twice."""
    people = {p.name: p for p in roster.people(job.session)}
    known = Roster(people.values())
    found = []
    for row in roster.rows(job.session):
        person = people[row.name]
        stands = known.role_on(person, job.today) in (Role.CANDIDATE, Role.PROSPECTIVE_CANDIDATE)
        if stands and row.emails and known.standing(person, job.today) not in GONE:
            found.append(row)
    return found
