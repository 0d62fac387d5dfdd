"""What an officer decides about an entry's publication."""

from __future__ import annotations

import datetime as dt

from ...errors import NotAllowed
from ...register.states import Publication
from ...store import entries, timers
from .. import publishing
from ..desk import Job
from .command import Command, reason


def approve(job: Job, command: Command) -> list[str]:
    entry = command.about
    draft = publishing.approve(job, entry, by=command.by, version=command.version)
    return [
        f"{entry.reference} is approved (text version {draft.version}); "
        "it goes on the website with the next build."
    ]


def edit(job: Job, command: Command) -> list[str]:
    entry = command.about
    sought, provided = publishing.split_edit(job, command.text)
    if sought is None or provided is None:
        raise NotAllowed(
            "The edited text needs the two headings “Asked:” and “Answered:”, each on a line of its own."
        )
    last = entries.latest_draft(job.session, entry)
    if last is not None and command.version and last.version != command.version:
        raise NotAllowed(
            f"The text of {entry.reference} has changed since this preview: please use the newest one."
        )
    if entry.publication not in (Publication.AWAITING_APPROVAL, Publication.HELD, Publication.SCHEDULED):
        raise NotAllowed(f"{entry.reference} does not wait for approval.")
    if entry.publication is Publication.SCHEDULED:
        entries.set_publication(entry, Publication.AWAITING_APPROVAL)
    draft = publishing.prepare(job, entry, sought=sought, provided=provided)
    publishing.approve(job, entry, by=command.by, version=draft.version)
    removed = f" {len(draft.spans)} more things were taken out as personal data." if draft.spans else ""
    return [f"{entry.reference} is approved with your text (version {draft.version}).{removed}"]


def hold(job: Job, command: Command) -> list[str]:
    entry = command.about
    until = dt.date.fromisoformat(command.argument) if command.argument else None
    if until is not None and until <= job.today:
        raise NotAllowed(f"{until:%A} {until.day} {until:%B} is not ahead: say a later day.")
    publishing.hold(job, entry, reason(job, command.text))
    changes = [f"{entry.reference} is held: nothing of it is published until somebody approves it."]
    if until is not None:
        timers.set_timer(
            job.session,
            publishing.PREVIEW,
            f"{publishing.PREVIEW}:{entry.reference}:until:{until}:{job.now.isoformat()}",
            job.desk.hours.opens(until),
            entry_id=entry.id,
            data={"from_hold": True},
        )
        changes.append(f"A new preview comes on {until:%A} {until.day} {until:%B}.")
    return changes


def withdraw(job: Job, command: Command) -> list[str]:
    entry = command.about
    publishing.withdraw(job, entry, reason(job, command.text))
    return [f"{entry.reference} comes off the website with the next build."]


def keep_off(job: Job, command: Command) -> list[str]:
    entry = command.about
    publishing.keep_off(job, entry, reason(job, command.text))
    return [f"{entry.reference} is not for publication; the register of contacts shows the reason."]


def publish(job: Job, command: Command) -> list[str]:
    entry = command.about
    publishing.choose_to_publish(job, entry)
    return [f"{entry.reference} will be published once it is answered and its preview is approved."]


def clear_documents(job: Job, command: Command) -> list[str]:
    entry = command.about
    names = []
    for row in entries.documents(job.session, entry):
        if row.sha256 and not row.cleared:
            row.cleared = True
            names.append(row.ref)
    if not names:
        raise NotAllowed(f"{entry.reference} has no document that waits to be cleared.")
    return [f"Cleared for the website: {', '.join(names)}."]
