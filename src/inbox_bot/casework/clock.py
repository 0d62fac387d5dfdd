"""An entry's dates: computed from its facts, written with their working, and turned into timers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..register.deadlines import EntryDeadlines, EntryFacts, Targets, entry_deadlines, next_reminder
from ..register.states import Status
from ..store import timers
from ..store.tables import Entry
from ..triage.model import Matter
from .desk import Desk, Job

REMINDER = "reminder"
OPEN = (Status.OPEN, Status.AWAITING_DECISION, Status.REFERRED)


def targets(desk: Desk) -> Targets:
    """The office's targets; the profile's stand under the office's own settings already."""
    days = desk.settings.deadlines
    return Targets(
        candidate=days.candidate_working_days,
        public=days.public_working_days,
        media=days.media_working_days,
        foi=days.foi_working_days,
        everything_in_foi_frame=desk.settings.protocol.everything_in_foi_frame,
    )


def facts_of(entry: Entry) -> EntryFacts:
    """What the clocks need to know; `entry.clock` holds ISO dates and flags set by officers' commands."""

    def day(name: str) -> dt.date | None:
        value: Any = entry.clock.get(name)
        return dt.date.fromisoformat(value) if value else None

    return EntryFacts(
        category=entry.category,
        received_at=entry.received_at,
        underlying=entry.underlying,
        matters=tuple(Matter(m) for m in entry.matters),
        counts_as_candidate=entry.counts_as_candidate,
        recorded_information=entry.recorded_information,
        environmental=bool(entry.clock.get("environmental")),
        responsible_authority=entry.responsible_authority,
        received_by_force_on=entry.received_by_force_on,
        clarification_sought_on=day("clarification_sought_on"),
        clarification_received_on=day("clarification_received_on"),
        fees_notice_on=day("fees_notice_on"),
        fees_paid_on=day("fees_paid_on"),
        extended_to=day("extended_to"),
        extended=bool(entry.clock.get("extended")),
    )


def compute(desk: Desk, entry: Entry) -> EntryDeadlines:
    return entry_deadlines(facts_of(entry), targets(desk), desk.hours)


def recompute(job: Job, entry: Entry) -> bool:
    """Write the entry's dates anew and set its next reminder; True where a date moved."""
    found = compute(job.desk, entry)
    before = (entry.due_on, entry.statutory_due_on)
    entry.due_on, entry.statutory_due_on = found.due_on, found.statutory_due_on
    entry.due_working = found.explain()
    moved = before != (entry.due_on, entry.statutory_due_on)
    if moved:
        job.audit(
            "deadline_set",
            entry.reference,
            due_on=entry.due_on,
            statutory_due_on=entry.statutory_due_on,
        )
    schedule_reminder(job, entry, after=job.today - dt.timedelta(days=1))
    return moved


def schedule_reminder(job: Job, entry: Entry, *, after: dt.date, not_before: dt.date | None = None) -> None:
    """Replace the entry's waiting reminder by the next one later than `after`; none where nobody waits."""
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, REMINDER)
    if entry.status not in OPEN or entry.due_on is None or entry.waiting_on_enquirer:
        return
    desk = job.desk
    day = next_reminder(
        max(after, not_before - dt.timedelta(days=1)) if not_before else after,
        entry.due_on,
        job.settings.deadlines.reminder_working_days_before,
        desk.local_day(entry.received_at),
        desk.office_days,
        statutory=entry.due_on == entry.statutory_due_on,
    )
    # The due date is part of the key: a moved deadline reminds anew, the same one never twice a day.
    key = f"{REMINDER}:{entry.reference}:{entry.due_on}:{day}"
    if not timers.set_timer(
        job.session, REMINDER, key, desk.hours.opens(day), entry_id=entry.id
    ) and not timers.revive(job.session, key):
        schedule_reminder(job, entry, after=day)  # that day's has gone out: the one after it
