"""What fell due: reminders to owners and the Chief Executive, one mail a morning each; referrals; doubts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from ..casework import clock, notices, referring, views
from ..casework.desk import Job
from ..register.deadlines import Recipient, Stage, may_disturb, stage, who_is_told
from ..register.states import Status
from ..render.views.notices import ReminderItem
from ..store import entries, timers
from ..store.tables import Entry, Referral, Timer


def run(job: Job) -> int:
    """Send what is due and set what comes next; how many reminder mails were queued."""
    return _reminders(job) + _referrals(job) + _unseen(job)


def _reminders(job: Job) -> int:
    batches: dict[str, list[Entry]] = defaultdict(list)
    for timer in timers.due(job.session, job.now, clock.REMINDER):
        entry = job.session.get(Entry, timer.entry_id)
        if (
            entry is None
            or entry.due_on is None
            or entry.status not in clock.OPEN
            or entry.waiting_on_enquirer
        ):
            timer.done_at = job.now
            continue
        if not may_disturb(
            job.now, job.desk.hours, emergency=entry.emergency, statutory_due_on=entry.statutory_due_on
        ):
            continue  # the next tick within office hours
        timer.done_at = job.now
        if job.today > job.desk.local_day(entry.received_at):
            for address in _told(job, entry, entry.due_on):
                batches[address].append(entry)
        clock.schedule_reminder(job, entry, after=job.today)
    return sum(_send(job, address, due) for address, due in sorted(batches.items()))


def _told(job: Job, entry: Entry, due: dt.date) -> list[str]:
    """The owner; once overdue the Chief Executive too; past both where a complaint names them (R10)."""
    people, protocol = job.settings.people, job.settings.protocol
    roles = who_is_told(
        job.today,
        due,
        names_staff=tuple(entry.clock.get("names_staff", ())) if people.alternate.email else (),
        spoc_is_chief_executive=protocol.spoc_is_chief_executive and bool(people.alternate.email),
    )
    if entry.status is Status.AWAITING_DECISION and Recipient.CHIEF_EXECUTIVE not in roles:
        roles = (*roles, Recipient.CHIEF_EXECUTIVE) if views.decider(job, entry) != "spoc" else roles
    addresses = {
        Recipient.OWNER: notices.owner(job, entry).email,
        Recipient.CHIEF_EXECUTIVE: people.chief_executive.email,
        Recipient.ALTERNATE: people.alternate.email or people.chief_executive.email,
    }
    return list(dict.fromkeys(addresses[role] for role in roles))


def _send(job: Job, address: str, due: list[Entry]) -> int:
    """One mail a morning and reader, what is latest first; headed *overdue* where any of it is."""
    items = []
    late = []
    for entry in sorted(due, key=lambda e: (e.due_on or dt.date.max, e.reference)):
        assert entry.due_on is not None
        when = stage(job.today, entry.due_on)
        late.append(when is Stage.OVERDUE)
        job.audit("reminded", entry.reference, stage=when.value, to=job.desk.actor(address))
        kind = {Stage.BEFORE: "before", Stage.ON_THE_DAY: "today", Stage.OVERDUE: "overdue"}[when]
        if when is not Stage.OVERDUE and entry.due_on == entry.statutory_due_on:
            kind = "statutory"
        if entry.status is Status.AWAITING_DECISION:
            kind = "decision"
        items.append(
            ReminderItem(
                entry=views.entry_view(job, entry),
                kind=kind,
                working_days=job.desk.office_days.between(job.today, entry.due_on),
                last_action=_last_action(job, entry),
                buttons=(
                    job.button("answer", f"Answer the enquirer of {entry.reference}", address, entry=entry),
                )
                if entry.contact_email
                else (),
            )
        )
    template = "notice/overdue" if any(late) else "notice/reminders"
    # One a day and reader: a second tick, a restart or a changed clock repeats nothing.
    key = f"reminder:{job.today}:{address}:{','.join(e.reference for e in due)}"
    row = job.post(template, to=[address], context={"items": tuple(items)}, key=key[:200], kind="reminder")
    return int(row is not None)


SO_FAR = {
    "acknowledgement": "acknowledged",
    "holding": "holding reply",
    "referral": "passed on",
    "follow_up": "the enquirer wrote again",
}


def _last_action(job: Job, entry: Entry) -> str:
    thread = entries.thread(job.session, entry)
    shown = [m for m in thread if m.kind in SO_FAR]
    if not shown:
        return "nothing sent yet"
    last = shown[-1]
    day = job.desk.local_day(last.at)
    return f"{SO_FAR[last.kind]} on {day.day} {day:%B}"


def _referrals(job: Job) -> int:
    """A referral that waits for its click or its receipt: remind whose turn it is, and tell the officer."""
    sent = 0
    for timer in timers.due(job.session, job.now, referring.FOLLOW_UP):
        timer.done_at = job.now
        row = job.session.get(Referral, timer.data.get("referral"))
        entry = job.session.get(Entry, timer.entry_id)
        if row is None or entry is None or row.confirmed_at is not None:
            continue
        if row.state == "waiting":
            sent += referring.ask(job, entry, row)
        elif row.state in ("queued", "sent"):
            sent += _chase(job, entry, row)
            referring.follow_up(job, entry, row)
    return sent


def _chase(job: Job, entry: Entry, row: Referral) -> int:
    context = {"referral": referring.referral_view(job, entry, row)}
    key = f"{row.id}:{job.today}"
    mails = (
        ("referral/follow_up", row.to_email, f"referral_reminder:{key}"),
        ("notice/referral_silent", notices.owner(job, entry).email, f"referral_silent:{key}"),
    )
    queued = [
        job.post(template, to=[to], context=context, key=name, kind="reminder", entry=entry)
        for template, to, name in mails
    ]
    return sum(row is not None for row in queued)


def _unseen(job: Job) -> int:
    """The enquirer thanks for a reply that nobody saw: ask the officer."""
    sent = 0
    for timer in timers.due(job.session, job.now, "unseen"):
        if not job.desk.hours.is_open(job.now):
            break  # it can wait for the morning
        timer.done_at = job.now
        entry = job.session.get(Entry, timer.entry_id)
        if entry is None or entry.answered_at is not None:
            continue
        sent += _ask(job, entry, timer)
    return sent


def _ask(job: Job, entry: Entry, timer: Timer) -> int:
    officer = notices.owner(job, entry)
    group = f"x:{entry.reference}:{timer.id}"
    buttons = (
        job.button("answered_elsewhere", f"Yes, {entry.reference} was answered", officer, entry=entry,
                   group=group, body="What the enquirer was told:\n"),
        job.button("close", f"Close {entry.reference} without an answer", officer, entry=entry, group=group),
    )  # fmt: skip
    row = job.post(
        "notice/unseen_answer",
        to=[officer.email],
        context={
            "entry": views.entry_view(job, entry),
            "words": timer.data.get("words", ""),
            "buttons": buttons,
        },
        key=f"unseen:{entry.reference}",
        entry=entry,
    )
    return int(row is not None)
