"""The Chief Executive's morning: what came, what went, what waits, and that nothing is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .. import __version__
from ..casework import acknowledging, clock
from ..casework.desk import Desk, Job
from ..register import fairness
from ..register.states import OutboxState, Outcome, Publication, Status
from ..render.views.digest import DigestLine, DigestSection, DigestView, FairnessLine
from ..store import audit, entries, facts, messages, outbox, roster, timers
from ..store.tables import Entry, Outbox, Received
from ..triage.model import Role

KIND = "digest"
UNTIL = "digest_until"  # a fact: up to when the Chief Executive has been told
SHOWN = 100  # lines of one section
_CANDIDATES = (Role.CANDIDATE, Role.PROSPECTIVE_CANDIDATE)


def due_at(desk: Desk, day: dt.date) -> dt.datetime:
    return desk.at(day, desk.settings.digest.at)


def run(job: Job) -> bool:
    """Queue today's digest once its time has come; True where one was queued.

    A timer row with the day as its key makes it once a day, whatever the clocks do and however often the
    service is restarted. A digest whose day has passed is not made up for: today's covers it.
    """
    if not job.desk.office_days.is_working(job.today) or job.now < due_at(job.desk, job.today):
        return False
    if not timers.set_timer(job.session, KIND, f"{KIND}:{job.today}", job.now):
        return False
    for timer in timers.due(job.session, job.now, KIND):
        timer.done_at = job.now
    return queue(job, job.today)


def queue(job: Job, day: dt.date, *, again: str = "") -> bool:
    """Queue the digest of a day; `again` tells one asked for by hand from the morning's own."""
    row = job.post(
        "notice/digest",
        to=[job.settings.people.chief_executive.email],
        context={"digest": view(job, day)},
        key=f"{KIND}:{day}{again}",
        kind=KIND,
    )
    if row is not None and day >= job.today:  # one of a day gone by tells only of that day
        facts.put(job.session, UNTIL, job.now.isoformat())
    return row is not None


def period(job: Job, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """[since, until): from the last digest up to now; where that was the same day's, from the working day
    before. A day gone by: from one working day's digest to the next."""
    desk = job.desk
    before = due_at(desk, desk.office_days.subtract(day, 1).due)
    if day < job.today:
        return before, due_at(desk, day)
    since = facts.get_time(job.session, UNTIL)
    if since is None or since >= job.now or desk.local_day(since) >= day:
        since = before
    return since, job.now


def view(job: Job, day: dt.date) -> DigestView:
    """What happened in the day's period, and what waits now."""
    session, desk = job.session, job.desk
    since, until = period(job, day)
    counts = messages.outcomes(session, since=since, before=until)
    paused = facts.paused(session)
    return DigestView(
        day=day,
        since=desk.local(since),
        until=desk.local(until),
        phase=job.phase_view(),
        sections=tuple(_sections(job, day, since, until)),
        received=sum(counts.values()),
        outcomes=tuple((outcome.value, counts[outcome]) for outcome in Outcome),
        fairness=tuple(_fairness(job)),
        paused=_paused(job, paused["at"]) if paused else "",
        observe=job.settings.office.mode == "observe",
        audit_head=audit.head(session),
        version=__version__,
    )


def _paused(job: Job, at: str) -> str:
    since = job.desk.local(dt.datetime.fromisoformat(at))
    return f"All sending is paused since {since:%H:%M} on {since:%A} {since.day} {since:%B}."


def _sections(job: Job, day: dt.date, since: dt.datetime, until: dt.datetime) -> Iterable[DigestSection]:
    def within(at: dt.datetime | None) -> bool:
        return at is not None and since <= at < until

    everything = entries.all_entries(job.session)
    open_ones = [e for e in everything if e.status in clock.OPEN]
    soon = job.desk.office_days.add(day, 5).due

    def section(key: str, title: str, lines: Iterable[DigestLine], note: str = "") -> DigestSection:
        found = tuple(lines)
        if len(found) > SHOWN:  # a flood must not bury the rest of the morning's mail
            note = f"And {len(found) - SHOWN} more: `inbox-bot register list` shows them all. {note}".strip()
        return DigestSection(key=key, title=title, lines=found[:SHOWN], note=note)

    yield section("new", "New", (_line(job, e) for e in everything if within(e.added_at)))
    yield section(
        "answered",
        "Answered",
        (
            _line(job, e, f"by {e.officer}" if e.officer else "", what="answered", at=e.answered_at)
            for e in everything
            if within(e.answered_at)
        ),
    )
    yield section(
        "overdue",
        "Overdue",
        (_line(job, e, on=e.due_on, late=True) for e in open_ones if e.due_on and e.due_on < day),
    )
    yield section(
        "foi_due",
        "Freedom of information and other statutory dates within five working days",
        (
            _line(job, e, on=e.statutory_due_on, late=e.statutory_due_on < day)
            for e in open_ones
            if e.statutory_due_on and e.statutory_due_on <= soon
        ),
    )
    yield section(
        "awaiting_decision",
        "Awaiting your decision",
        (_line(job, e) for e in open_ones if e.status is Status.AWAITING_DECISION),
    )
    yield section(
        "awaiting_approval",
        "Awaiting approval for the website",
        (
            _line(job, e, what="answered", at=e.answered_at)
            for e in everything
            if e.publication is Publication.AWAITING_APPROVAL
        ),
    )
    yield section(
        "published",
        "Published",
        (_published_line(job, e) for e in everything if within(e.published_at)),
    )
    yield section(
        "needs_review", "Classification in doubt", (_line(job, e) for e in open_ones if e.needs_review)
    )
    held = [r for r in outbox.in_state(job.session, OutboxState.HELD) if r.kind == acknowledging.KIND]
    yield section("held", "Acknowledgements held", (_mail_line(job, row, row.hold_reason) for row in held))
    spam = [r for r in messages.with_outcome(job.session, Outcome.SPAM) if within(r.taken_in_at)]
    yield section(
        "spam",
        "Spam and junk",
        (_spam_line(job, r) for r in spam),
        "Recorded and not answered. If one of these is a real enquiry, say so with its link." if spam else "",
    )
    aside = messages.with_outcome(job.session, Outcome.SET_ASIDE)
    yield section("set_aside", "Set aside", (_message_line(job, r, r.reason) for r in aside))
    stuck = outbox.in_state(job.session, OutboxState.UNKNOWN, OutboxState.FAILED)
    yield section(
        "outbox",
        "Mail of ours that did not go, or may not have gone",
        (
            _mail_line(job, row, row.state.value)
            for row in stuck
            if row.queued_at >= since - dt.timedelta(days=7)
        ),
    )
    ahead = [d for d in job.phase_view().dates if (d.on - day).days <= 28]
    yield section(
        "dates",
        "Dates ahead",
        (DigestLine(text=d.label + (f", {d.at:%H:%M}" if d.at else ""), on=d.on) for d in ahead),
    )


def _line(
    job: Job,
    entry: Entry,
    more: str = "",
    *,
    what: str = "due",
    on: dt.date | None = None,
    at: dt.datetime | None = None,
    late: bool = False,
) -> DigestLine:
    """`on` or `at` is the date that the section is about, `what` says which; by default the answer's."""
    kind = (entry.underlying or entry.category).value.replace("_", " ")
    who = "" if entry.confidential else f", {entry.contact_name or entry.contact_email}"
    subject = "confidential" if entry.confidential else entry.subject
    text = f"{kind}{who}: {subject}" + (f" ({more})" if more else "")
    day = job.desk.local_day(at) if at else on or entry.due_on
    return DigestLine(reference=entry.reference, text=text, on=day, what=what, late=late)


def _mail_line(job: Job, row: Outbox, why: str) -> DigestLine:
    entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
    return DigestLine(
        reference=entry.reference if entry else "",
        text=f"{row.kind} {row.id}: {why}",
        on=job.desk.local_day(row.queued_at),
        what="written",
    )


def _message_line(job: Job, row: Received, why: str = "") -> DigestLine:
    text = f"message {row.id}, {row.sender or 'no sender'}: {row.subject or 'no subject'}" + (
        f" ({why})" if why else ""
    )
    return DigestLine(text=text, on=job.desk.local_day(row.received_at), what="received")


def _published_line(job: Job, entry: Entry) -> DigestLine:
    officer = job.settings.people.chief_executive
    button = job.button("withdraw", f"Withdraw {entry.reference}", officer, entry=entry, body="Reason: ")
    return replace(_line(job, entry, what="published", at=entry.published_at), button=button)


def _spam_line(job: Job, row: Received) -> DigestLine:
    officer = job.settings.people.chief_executive
    button = job.button("not_spam", f"Not spam: message {row.id}", officer, received_id=row.id)
    return replace(_message_line(job, row), button=button)


def figures(job: Job) -> Sequence[fairness.CandidateFigures]:
    """Even-handedness by candidate: everybody of the roster, and whoever wrote as or for a candidate.

    What an agent asks counts for their candidate; a candidate who never wrote is a row of zeros.
    """
    people = roster.people(job.session)
    candidates = {p.name: p for p in people if p.role in _CANDIDATES and not p.agent_for}
    contacts = []
    for entry in entries.all_entries(job.session):
        if entry.confidential or entry.erased_at:
            continue  # R28: not even that somebody asked; and who it was is gone (retention)
        if not (entry.contact_role in (*_CANDIDATES, Role.AGENT) or entry.counts_as_candidate):
            continue
        agent = next((p for p in people if p.agent_for and entry.contact_email in p.emails), None)
        principal = candidates.get(agent.agent_for) if agent is not None else None
        own = next((p for p in candidates.values() if entry.contact_email in p.emails), None)
        person = principal or own
        contacts.append(
            fairness.Contact(
                name=person.name if person else entry.contact_name,
                email=(person.emails[0] if person and person.emails else entry.contact_email),
                received_at=entry.received_at,
                acknowledged_at=entry.acknowledged_at,
                answered_at=entry.answered_at,
                due_on=entry.due_on,
                closed=entry.status is Status.CLOSED,
                incumbent=bool(person and person.incumbent),
            )
        )
    known = [(p.name, p.emails[0] if p.emails else "", p.incumbent) for p in candidates.values()]
    return fairness.figures(contacts, job.desk.hours, today=job.today, roster=known)


def _fairness(job: Job) -> Iterable[FairnessLine]:
    for f in figures(job):
        yield FairnessLine(
            name=f.name,
            enquiries=f.enquiries,
            answered=f.answered,
            open=f.open,
            median_hours_to_acknowledge=f.median_office_hours_to_acknowledge,
            median_hours_to_answer=f.median_office_hours_to_answer,
            longest_hours_to_answer=f.longest_office_hours_to_answer,
            share_on_time=f.share_on_time,
            incumbent=f.incumbent,
        )
