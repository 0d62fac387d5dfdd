"""Small things that fall due: the hour's notices, floods, silence, mail to be filed away on the server."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session, col, select

from ..casework import acknowledging, clock, notices
from ..casework.desk import Job
from ..register.deadlines import change_text
from ..register.states import OutboxState, Outcome
from ..render.views.notices import NoticeView
from ..render.views.trouble import FloodView, SilenceView
from ..store import entries, facts, outbox, timers
from ..store.tables import Entry, Outbox, Received

SHOWN = 50  # references in a summary of a flood
CLOCK_ERROR = dt.timedelta(hours=26)  # less would make a reminder of today come twice
HANDLED = (
    Outcome.FILED,
    Outcome.ATTACHED,
    Outcome.AUTOMATED,
    Outcome.COMMAND,
    Outcome.OWN_COPY,
    Outcome.DUPLICATE,
)


def run(job: Job) -> None:
    _hourly(job)
    _flood(job)
    _holidays(job)


def _holidays(job: Job) -> None:
    """New bank holidays move the dates of open entries: count again, and say what moved."""
    digest = job.desk.holidays_digest
    known = facts.get(job.session, "holidays_digest")
    if known == digest:
        return
    facts.put(job.session, "holidays_digest", digest)
    if known is None:
        return  # the first start: every entry is counted with these days
    changes = []
    for entry in entries.open_entries(job.session):
        before, limit = entry.due_on, entry.statutory_due_on
        if clock.recompute(job, entry):
            said = change_text(entry.reference, before, entry.due_on)
            changes.append(
                said or change_text(f"The legal limit of {entry.reference}", limit, entry.statutory_due_on)
            )
    job.audit("holidays_changed", "", moved=len(changes))
    if changes:
        job.post(
            "notice/recomputed",
            to=[job.settings.people.spoc.email],
            context={"why": "The bank holidays that we know of have changed.", "changes": tuple(changes)},
            key=f"recomputed:{digest}",
        )


def mind_the_clock(job: Job) -> None:
    """Where the clock was set back, reminders that fired in a future that has not come are due again then."""
    before = facts.get_time(job.session, "last_tick")
    facts.put_time(job.session, "last_tick", job.now)
    if before is None or before <= job.now + CLOCK_ERROR:
        return
    job.audit("clock_set_back", "", seconds=int((before - job.now).total_seconds()))
    for timer in timers.fired_later_than(job.session, job.now, clock.REMINDER):
        timer.done_at, timer.cancelled_at = None, job.now
    for entry in entries.all_entries(job.session):
        if entry.status in clock.OPEN:
            clock.schedule_reminder(job, entry, after=job.today - dt.timedelta(days=1))


def to_file_away(session: Session, limit: int = 200) -> Sequence[Received]:
    """Handled mail of the inbox that still stands there."""
    query = select(Received).where(
        Received.place == "inbox",
        col(Received.outcome).in_(HANDLED),
        Received.filed_to == "",
        Received.sha256 != "",
    )
    return session.exec(query.order_by(col(Received.id)).limit(limit)).all()


def _hourly(job: Job) -> None:
    """`notices.new_entries = "hourly"`: one mail for the entries of the hour."""
    waiting = facts.get(job.session, "hourly_notice", [])
    last = facts.get_time(job.session, "hourly_notice_at")
    if not waiting or (last is not None and job.now - last < dt.timedelta(hours=1)):
        return
    by_owner: dict[str, list[Entry]] = {}
    for reference in waiting:
        entry = entries.find(job.session, reference)
        if entry is not None:
            by_owner.setdefault(notices.owner(job, entry).email, []).append(entry)
    for address, found in by_owner.items():
        items = tuple(
            notices.notice_item(job, e, notices.owner(job, e), outbox.by_key(job.session, _ack_key(job, e)))
            for e in found
        )
        job.post(
            "notice/new_entries",
            to=[address],
            context={"notice": NoticeView(items=items)},
            key=f"hourly:{address}:{job.now.isoformat(timespec='minutes')}",
        )
    facts.put(job.session, "hourly_notice", [])
    facts.put_time(job.session, "hourly_notice_at", job.now)


def _ack_key(job: Job, entry: Entry) -> str:
    mail = next((m for m in entries.thread(job.session, entry) if m.kind == acknowledging.KIND), None)
    row = job.session.get(Outbox, mail.outbox_id) if mail is not None and mail.outbox_id else None
    return row.key if row is not None else ""


def _flood(job: Job) -> None:
    """Acknowledgements held by a cap within the last hour: one summary to the SPOC an hour and sender."""
    since = job.now - acknowledging.HOUR
    by_sender, overall = Counter[str](), 0
    for recipient, reason, count in outbox.held_figures(job.session, acknowledging.KIND, since):
        if reason == acknowledging.SENDER_CAP:
            by_sender[recipient] += count
        elif reason == acknowledging.CAP:
            overall += count
    limits = job.settings.limits
    for sender, count in by_sender.items():
        _tell_flood(job, sender, count, limits.acknowledgements_per_sender_per_hour)
    if overall:
        _tell_flood(job, "", overall, limits.acknowledgements_per_hour)


def _tell_flood(job: Job, sender: str, held: int, cap: int) -> None:
    key = f"flood:{sender or 'all'}:{job.now.isoformat()[:13]}"
    if outbox.by_key(job.session, key) is not None:
        return  # told this hour: what was held is not listed again each minute
    since = job.now - acknowledging.HOUR
    reasons = (acknowledging.SENDER_CAP, acknowledging.CAP) if sender else (acknowledging.CAP,)
    sent = outbox.acknowledgements_since(job.session, since, sender or None)
    job.post(
        "notice/flood",
        to=[job.settings.people.spoc.email],
        context={
            "flood": FloodView(
                sender=sender,
                since=job.desk.local(since),
                received=held + sent,
                acknowledged=sent,
                held=held,
                cap=cap,
                references=outbox.held_references(
                    job.session, acknowledging.KIND, since, reasons, sender, SHOWN
                ),
            )
        },
        key=key,
    )


def note_silence(job: Job, error: str) -> bool:
    """Nothing could be polled for `notices.silence_minutes`: alert the SPOC once; True where it was done."""
    last = facts.get_time(job.session, "last_poll") or facts.get_time(job.session, "started_at")
    limit = dt.timedelta(minutes=job.settings.notices.silence_minutes)
    if last is None or job.now - last < limit or facts.get(job.session, "silent_since"):
        return False
    facts.put(job.session, "silent_since", last.isoformat())
    view = SilenceView(
        last_poll=job.desk.local(last),
        noticed_at=job.desk.local(job.now),
        error=error,
        waiting_to_send=outbox.counts(job.session)[OutboxState.QUEUED],
    )
    job.post(
        "notice/silence",
        to=[job.settings.people.spoc.email],
        context={"silence": view},
        key=f"silence:{last.isoformat()}",
        urgent=True,
    )
    return True


def note_recovery(job: Job, fetched: int) -> None:
    """It works again: say so, once."""
    since = facts.get_time(job.session, "silent_since")
    if since is None:
        return
    facts.put(job.session, "silent_since", None)
    view = SilenceView(
        last_poll=job.desk.local(since),
        noticed_at=job.desk.local(job.now),
        recovered_at=job.desk.local(job.now),
        fetched_since=fetched,
        waiting_to_send=outbox.counts(job.session)[OutboxState.QUEUED],
    )
    job.post(
        "notice/recovered",
        to=[job.settings.people.spoc.email],
        context={"silence": view},
        key=f"recovered:{since.isoformat()}",
    )
