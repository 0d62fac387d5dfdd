"""Publication's ticks: previews that fall due, automatic approval where the office chose it, the build."""

from __future__ import annotations

from ..casework import previewing, publishing
from ..casework.desk import Job
from ..errors import NotAllowed
from ..register.states import Publication
from ..store import timers
from ..store.tables import Draft, Entry


def run(job: Job) -> int:
    """Make the previews that are due; how many were sent for approval."""
    asked = 0
    for timer in timers.due(job.session, job.now, publishing.PREVIEW):
        timer.done_at = job.now
        entry = job.session.get(Entry, timer.entry_id)
        if entry is None:
            continue
        if timer.data.get("from_hold") and entry.publication is Publication.HELD:
            entry.publication = Publication.SCHEDULED
        if entry.publication is not Publication.SCHEDULED:
            continue
        draft = publishing.prepare(job, entry)
        previewing.preview(job, entry, draft)
        asked += 1
    for timer in timers.due(job.session, job.now, publishing.AUTO):
        timer.done_at = job.now
        entry = job.session.get(Entry, timer.entry_id)
        if entry is not None and entry.publication is Publication.AWAITING_APPROVAL:
            _approve_unless_held(job, entry, int(timer.data["version"]))
    return asked


def _approve_unless_held(job: Job, entry: Entry, version: int) -> Draft | None:
    """`approval = "unless_held"`: the time given in the preview has passed and nobody held it."""
    if job.settings.publication.approval != "unless_held":
        return None
    try:
        return publishing.approve(job, entry, by="unless held", version=version)
    except NotAllowed:
        return None  # the text changed or was not sure: the newest preview waits for a person
