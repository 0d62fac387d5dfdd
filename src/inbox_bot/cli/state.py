"""`status`: what an officer or a monitoring system asks of a running service, without anybody's words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from .common import clean, iso, say, transaction

if TYPE_CHECKING:
    from ..bootstrap import Service
    from ..casework.desk import Job

TIMERS_SHOWN = 10


def of_service(service: Service, *, reconcile: bool = False) -> dict[str, Any]:
    """The state as plain values: times are ISO 8601 in the office's zone, None where there is none."""
    found: dict[str, Any] = {}
    if reconcile:
        found["reconciliation"] = _reconcile(service)
    with transaction(service) as job:
        return {**_state(job), **found}


def _reconcile(service: Service) -> list[dict[str, Any]]:
    """What the mailbox had and the register had not; it is taken in, and the next pass handles it."""
    from .. import reconciliation

    missed = reconciliation.run(service)
    zone = service.settings.office.zone
    return [
        {
            "folder": one.message.folder,
            "uid": one.message.uid,
            "message_id": one.message.message_id,
            "received_at": one.message.internaldate.astimezone(zone).isoformat(timespec="seconds"),
            "why": one.why,
        }
        for one in missed
    ]


def _state(job: Job) -> dict[str, Any]:
    from sqlmodel import col, select

    from ..register.states import OutboxState, Outcome, Publication, Status
    from ..store import entries, facts, messages, outbox, timers
    from ..store.tables import Cursor, Entry

    session = job.session
    everything = entries.all_entries(session)
    waiting = timers.waiting(session)[:TIMERS_SHOWN]
    of_timer = {t.id: session.get(Entry, t.entry_id) for t in waiting if t.entry_id}
    counts = outbox.counts(session)
    paused = facts.paused(session)
    last_poll = facts.get_time(session, "last_poll")
    return {
        "office": job.settings.office.short_name or job.settings.office.name,
        "mode": job.settings.office.mode,
        "phase": job.phase.value,
        "paused": paused,
        "last_poll": iso(job, last_poll),
        "seconds_since_last_poll": round((job.now - last_poll).total_seconds()) if last_poll else None,
        "silent_since": iso(job, facts.get_time(session, "silent_since")),
        "cursor": [
            {
                "folder": c.folder,
                "uidvalidity": c.uidvalidity,
                "last_uid": c.last_uid,
                "polled_at": iso(job, c.polled_at),
            }
            for c in session.exec(select(Cursor).order_by(col(Cursor.folder))).all()
        ],
        "messages": {outcome.value: n for outcome, n in messages.outcomes(session).items()},
        "entries": {
            "total": len(everything),
            **{status.value: sum(e.status is status for e in everything) for status in Status},
            "overdue": sum(_overdue(e, job.today) for e in everything),
            "needs_review": sum(e.needs_review for e in everything),
            "awaiting_approval": sum(e.publication is Publication.AWAITING_APPROVAL for e in everything),
            "published": sum(e.publication is Publication.PUBLISHED for e in everything),
        },
        "outbox": {state.value: counts[state] for state in OutboxState},
        "oldest_unsent": iso(job, outbox.oldest_unsent(session)),
        "next_timers": [
            {
                "due_at": iso(job, t.due_at),
                "kind": t.kind,
                "reference": entry.reference if (entry := of_timer.get(t.id)) else None,
            }
            for t in waiting
        ],
        "set_aside": [
            {"id": r.id, "received_at": iso(job, r.received_at), "folder": r.folder, "reason": r.reason}
            for r in messages.with_outcome(session, Outcome.SET_ASIDE)
        ],
    }


def _overdue(entry: Any, today: dt.date) -> bool:
    from ..casework.clock import OPEN

    return entry.status in OPEN and entry.due_on is not None and entry.due_on < today


def print_state(found: dict[str, Any]) -> None:
    """The same for people."""
    mode = ", observing only: it writes to nobody outside the office" if found["mode"] == "observe" else ""
    say(f"{found['office']}: {found['phase'].replace('_', ' ')}{mode}")
    if found["paused"]:
        say(f"Sending     PAUSED since {found['paused']['at'][:16]} UTC; `inbox-bot resume` lets it go on")
    say(f"Last poll   {found['last_poll'] or 'never'}")
    if found["silent_since"]:
        say(f"Silent      nothing could be polled since {found['silent_since']}")
    for cursor in found["cursor"]:
        say(f"Folder      {cursor['folder']}: read up to UID {cursor['last_uid']}")
    say(f"Messages    {_counts(found['messages'])}")
    say(f"Entries     {_counts(found['entries'])}")
    say(f"Outbox      {_counts(found['outbox'])}; oldest unsent {found['oldest_unsent'] or 'none'}")
    for timer in found["next_timers"]:
        say(f"Next        {timer['due_at']}  {timer['kind']}  {timer['reference'] or ''}")
    for row in found["set_aside"]:
        say(f"Set aside   {row['id']}  {row['received_at']}  {row['folder']}: {clean(row['reason'])}")
    if "reconciliation" in found:
        say("Reconciled  " + ("taken in:" if found["reconciliation"] else "everything is accounted for"))
        for row in found["reconciliation"]:
            say(f"            {row['folder']} UID {row['uid']}, {row['received_at']}: {row['why']}")


def _counts(values: dict[str, Any]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in values.items() if n) or "none"
