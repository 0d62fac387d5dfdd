"""Every action an officer can take on an entry, in one table, for the buttons and for the command line.

An action changes things inside the caller's transaction and returns what changed, a plain sentence
each. NotAllowed says why not. Whether the person may ask for it is the caller's matter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import NotAllowed
from ..register.states import OutboxState, Outcome, Publication, ResponsibleAuthority, Status
from ..store import entries, facts, outbox, timers
from ..store.tables import Entry, Outbox, Received
from ..triage.model import Category
from . import acknowledging, clock, joining, notices, publishing, referring, reply_through, sending, views
from .desk import Job


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is asked: the action, on what, by whom. `text` is the officer's free text (a reason, an edit)."""

    action: str
    by: str  # the officer's address, or "command-line"
    entry: Entry | None = None
    outbox_row: Outbox | None = None
    argument: str = ""
    text: str = ""
    version: int | None = None
    received: Received | None = None  # the message that the button is about (link, not spam)
    other: Entry | None = None  # the second entry (merge)


def perform(job: Job, command: Command) -> list[str]:
    """Do it. Returns what changed; raises NotAllowed where the entry or the protocol forbids it."""
    action = ACTIONS.get(command.action)
    if action is None:
        raise NotAllowed(f"“{command.action}” is not a command: send “help” for the list.")
    if command.action in NEED_ENTRY and command.entry is None:
        raise NotAllowed(
            f"“{command.action}” needs an entry's reference, such as “{command.action} WMR-0007”."
        )
    changes = action(job, command)
    job.audit(f"command_{command.action}", command.entry.reference if command.entry else "")
    return changes


def _entry(command: Command) -> Entry:
    assert command.entry is not None  # perform() has checked it
    return command.entry


def _reason(text: str) -> str:
    """The officer's reason: the first lines of the mail, without the prompt that the button put there."""
    lines = [line.strip().removeprefix("Reason:").strip() for line in text.splitlines()]
    return " ".join(line for line in lines if line)[:500]


def _approve(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    draft = publishing.approve(job, entry, by=command.by, version=command.version)
    return [
        f"{entry.reference} is approved (text version {draft.version}); "
        "it goes on the website with the next build."
    ]


def _edit(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    sought, provided = publishing.split_edit(command.text)
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


def _hold(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    until = dt.date.fromisoformat(command.argument) if command.argument else None
    if until is not None and until <= job.today:
        raise NotAllowed(f"{until:%A} {until.day} {until:%B} is not ahead: say a later day.")
    publishing.hold(job, entry, _reason(command.text))
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


def _withdraw(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    publishing.withdraw(job, entry, _reason(command.text))
    return [f"{entry.reference} comes off the website with the next build."]


def _keep_off(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    publishing.keep_off(job, entry, _reason(command.text))
    return [f"{entry.reference} is not for publication; the register of contacts shows the reason."]


def _publish(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    publishing.choose_to_publish(job, entry)
    return [f"{entry.reference} will be published once it is answered and its preview is approved."]


def _clear_documents(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    names = []
    for row in entries.documents(job.session, entry):
        if row.sha256 and not row.cleared:
            row.cleared = True
            names.append(row.ref)
    if not names:
        raise NotAllowed(f"{entry.reference} has no document that waits to be cleared.")
    return [f"Cleared for the website: {', '.join(names)}."]


def _reclassify(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    try:
        category = Category(command.argument)
    except ValueError:
        known = ", ".join(c.value for c in Category)
        raise NotAllowed(f"“{command.argument}” is not a category: use one of {known}.") from None
    if category in (Category.AUTOMATED, Category.SPAM, Category.STAFF_REPLY):
        raise NotAllowed(f"An entry cannot become {category.value.replace('_', ' ')}: close it instead.")
    before = entry.underlying or entry.category
    if entry.category is Category.MISDIRECTED_FORCE and category is not Category.MISDIRECTED_FORCE:
        entry.underlying = category
    else:
        entry.category = category
    entry.needs_review = False
    changes = [
        f"{entry.reference} is now {category.value.replace('_', ' ')} (was {before.value.replace('_', ' ')})."
    ]
    if views.scope(job, entry) == "never" and entry.publication is not Publication.NEVER:
        was_public = entry.publication is Publication.PUBLISHED
        publishing.keep_off(job, entry, category.value.replace("_", " "))
        changes.append("It comes off the website at once." if was_public else "It is not for publication.")
    elif views.scope(job, entry) == "yes" and entry.publication is Publication.NEVER:
        entries.set_publication(entry, Publication.UNDECIDED)
        entry.not_published_reason = ""
        publishing.schedule(job, entry)
        changes.append("It will be published once answered and approved.")
    if clock.recompute(job, entry):
        changes.append(
            f"It is due on {entry.due_on:%A} {entry.due_on.day} {entry.due_on:%B}." if entry.due_on else ""
        )
    if views.decider(job, entry) and entry.status is Status.OPEN:
        entries.set_status(entry, Status.AWAITING_DECISION)
        notices.request_decision(job, entry)
    referring.propose(job, entry)
    job.audit("reclassified", entry.reference, before=before.value, after=category.value)
    return [c for c in changes if c]


def _assign(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    address = command.argument.strip().lower()
    if address not in job.settings.people.officer_addresses:
        raise NotAllowed("Entries are assigned to an address in people.officers.")
    entry.assigned_to = address
    return [f"{entry.reference} is assigned; its reminders go there."]


def _decide(job: Job, command: Command, word: str) -> list[str]:
    entry = _entry(command)
    rationale, mitigation = _rationale(command.text)
    matter = next((m for m in entry.matters if job.settings.protocol.deciders.get(m)), "")
    entries.decide(
        job.session,
        entry,
        decision=word,
        by=command.by,
        at=job.now,
        matter=matter,
        rationale=rationale,
        risk_mitigation=mitigation,
    )
    job.audit("decided", entry.reference, decision=word, matter=matter)
    officer = notices.owner(job, entry)
    if officer.email != command.by:
        notices.notify_new(job, entry, None, None, what=f"decided_{word}")
    return [f"{entry.reference}: decided {word}. The office now answers the enquirer."]


def _rationale(text: str) -> tuple[str, str]:
    """(reason, conditions or risks) out of the mail's lines."""
    reason: list[str] = []
    risks: list[str] = []
    into = reason
    for line in text.splitlines():
        low = line.strip().lower()
        if low.startswith(("conditions or risks:", "risk mitigation:", "risks:", "conditions:")):
            into, line = risks, line.split(":", 1)[1]
        elif low.startswith("reason:"):
            into, line = reason, line.split(":", 1)[1]
        if line.strip():
            into.append(line.strip())
    return " ".join(reason)[:2000], " ".join(risks)[:2000]


def _extend(job: Job, command: Command) -> list[str]:
    """FOIA: clarification sought (s.1(3)), fees notice (s.9), public interest test (s.10(3)); EIR reg. 7."""
    entry = _entry(command)
    if entry.statutory_due_on is None:
        raise NotAllowed(f"{entry.reference} has no statutory deadline to extend.")
    kind, _, value = command.argument.partition(" ")
    today = job.today.isoformat()
    if kind == "clarification":
        entry.clock = {**entry.clock, "clarification_sought_on": today, "clarification_received_on": None}
        entry.waiting_on_enquirer = True
        said = (
            "clarification was sought; the 20 working days start anew when it comes (FOIA s.1(3), 10(6)(b))"
        )
    elif kind == "fees":
        entry.clock = {**entry.clock, "fees_notice_on": today, "fees_paid_on": None}
        entry.waiting_on_enquirer = True
        said = "a fees notice was given; the time stands still until it is paid (FOIA s.9, 10(2))"
    elif kind == "paid":
        entry.clock = {**entry.clock, "fees_paid_on": today}
        entry.waiting_on_enquirer = False
        said = "the fee was paid; the time runs on"
    elif kind == "public_interest":
        try:
            until = dt.date.fromisoformat(value)
        except ValueError:
            raise NotAllowed(
                "A public interest extension needs its date, such as “extend public_interest 2027-03-12”."
            ) from None
        entry.clock = {**entry.clock, "extended_to": until.isoformat()}
        said = (
            f"more time for the public interest test, until {until:%A} {until.day} {until:%B} (FOIA s.10(3))"
        )
    elif kind == "complex":
        entry.clock = {**entry.clock, "extended": True}
        said = "extended for complexity (EIR reg. 7; UK GDPR art. 12A)"
    else:
        raise NotAllowed("Say why: clarification, fees, paid, public_interest DATE, or complex.")
    clock.recompute(job, entry)
    due = f" Now due on {entry.due_on:%A} {entry.due_on.day} {entry.due_on:%B}." if entry.due_on else ""
    job.audit("extended", entry.reference, ground=kind)
    return [f"{entry.reference}: {said}.{due}"]


def _authority(job: Job, command: Command) -> list[str]:
    """Who must answer under FOIA (R7)."""
    entry = _entry(command)
    try:
        entry.responsible_authority = ResponsibleAuthority(command.argument)
    except ValueError:
        raise NotAllowed("The responsible authority is office, force, fire or undecided.") from None
    forces = entry.responsible_authority in (ResponsibleAuthority.FORCE, ResponsibleAuthority.FIRE)
    entry.owner = "force" if forces and job.settings.people.force_spoc.email else "office"  # whose log (R23)
    clock.recompute(job, entry)
    referring.propose(job, entry)
    return [f"{entry.reference}: the {entry.responsible_authority.value} must answer."]


def _holding(job: Job, command: Command) -> list[str]:
    job.audit("holding_noted", _entry(command).reference)
    return joining.only_holding(job, _entry(command))


def _merge(job: Job, command: Command) -> list[str]:
    if command.other is None:
        raise NotAllowed("Name both entries: “merge WMR-0002 into WMR-0001”.")
    return joining.merge(job, _entry(command), command.other)


def _link(job: Job, command: Command) -> list[str]:
    if command.received is None:
        raise NotAllowed("Say which mail: use the button in the notice about it.")
    return joining.link(job, _entry(command), command.received)


def _note(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    if not command.text.strip():
        raise NotAllowed("There were no words to note.")
    entry.notes = [*entry.notes, command.text.strip()[:2000]]
    return [f"{entry.reference}: noted; notes are never published."]


def _not_spam(job: Job, command: Command) -> list[str]:
    """Handled anew as if it had come to the inbox: filed, acknowledged, its owner told (R29)."""
    row = command.received
    if row is None or row.outcome is not Outcome.SPAM:
        raise NotAllowed(
            "Only a message recorded as spam or junk can be taken back: see the digest for its number."
        )
    facts.put(job.session, f"not_spam:{row.id}", True)
    row.outcome, row.place, row.tries, row.reason = Outcome.PENDING, "inbox", 0, ""
    job.audit("not_spam", "", message=row.id, sha256=row.sha256)
    return [f"Message {row.id} is handled as an enquiry with the next pass and acknowledged."]


def _close(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    entries.set_status(entry, Status.CLOSED)
    reason = _reason(command.text)
    if reason:
        entry.notes = [*entry.notes, f"Closed: {reason}"]
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, clock.REMINDER, referring.FOLLOW_UP, "unseen")
    job.audit("entry_closed", entry.reference)
    return [f"{entry.reference} is closed; its reminders stop."]


def _reopen(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    entries.set_status(entry, Status.OPEN)
    clock.schedule_reminder(job, entry, after=job.today)
    return [f"{entry.reference} is open again."]


def _release(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    rows = [command.outbox_row] if command.outbox_row else list(acknowledging.held_for(job, entry))
    rows = [row for row in rows if row.state is OutboxState.HELD]
    if not rows:
        raise NotAllowed(f"{entry.reference} has no held acknowledgement.")
    if job.settings.office.mode == "observe" and any(row.outside for row in rows):
        raise NotAllowed(
            f"The acknowledgement of {entry.reference} stays held: the service only observes (office.mode)."
        )
    for row in rows:
        outbox.release(row, job.now)
    job.audit("acknowledgement_released", entry.reference, mails=len(rows))
    return [f"The acknowledgement of {entry.reference} goes out now."]


def _refer(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    role = command.argument or referring.suggested(job, entry)
    if not role:
        raise NotAllowed(
            f"Say to whom {entry.reference} goes: paro, police, force_foi, chief_executive or panel."
        )
    referring.refer(job, entry, role)
    return [
        f"{entry.reference} is passed on to the {role.replace('_', ' ')}; it is followed up until confirmed."
    ]


def _keep_here(job: Job, command: Command) -> list[str]:
    entry = _entry(command)
    for row in entries.referrals(job.session, entry):
        if row.state == "waiting" and command.argument in ("", row.to_role):
            row.state = "declined"
    return [f"{entry.reference} stays with the office."]


def _sent(job: Job, command: Command) -> list[str]:
    row = _unknown(command)
    outbox.settle(row, OutboxState.SENT, job.now, by="officer")
    sending.sent(job, row)
    return [f"Mail {row.id} counts as sent."]


def _send_again(job: Job, command: Command) -> list[str]:
    row = _unknown(command)
    outbox.settle(row, OutboxState.QUEUED, job.now, by="officer")
    row.not_before = job.now
    return [f"Mail {row.id} is sent again."]


def _unknown(command: Command) -> Outbox:
    row = command.outbox_row
    if row is None or row.state not in (OutboxState.UNKNOWN, OutboxState.FAILED):
        raise NotAllowed("That mail has been settled already.")
    return row


def _cancel(job: Job, command: Command) -> list[str]:
    row = command.outbox_row
    if row is not None and row.state is OutboxState.CANCELLED:
        raise NotAllowed("That mail was cancelled before.")
    if row is None or row.state not in (OutboxState.QUEUED, OutboxState.HELD, OutboxState.RETRYING):
        raise NotAllowed("That mail has gone already: it cannot be cancelled.")
    outbox.settle(row, OutboxState.CANCELLED, job.now, by="officer")
    reply_through.cancelled(job, row)
    return [f"Mail {row.id} was not sent, and will not be."]


def _pause(job: Job, command: Command) -> list[str]:
    if facts.paused(job.session):
        return ["Sending is paused already."]
    facts.put(
        job.session, "paused", {"by": job.actor, "at": job.now.isoformat(), "why": _reason(command.text)}
    )
    job.audit("paused")
    return ["All sending is paused; mail is still taken in and filed."]


def _resume(job: Job, _command: Command) -> list[str]:
    if not facts.paused(job.session):
        return ["Sending is on already."]
    facts.put(job.session, "paused", None)
    job.audit("resumed")
    return ["Sending goes on."]


ACTIONS: dict[str, Callable[[Job, Command], list[str]]] = {
    "approve": _approve,
    "edit": _edit,
    "hold": _hold,
    "withdraw": _withdraw,
    "not_for_publication": _keep_off,
    "publish": _publish,
    "clear_documents": _clear_documents,
    "reclassify": _reclassify,
    "assign": _assign,
    "decide_yes": lambda job, command: _decide(job, command, "yes"),
    "decide_no": lambda job, command: _decide(job, command, "no"),
    "decide": lambda job, command: _decide(job, command, command.argument),
    "extend": _extend,
    "authority": _authority,
    "holding": _holding,
    "answered_elsewhere": lambda job, command: joining.answered_elsewhere(
        job, _entry(command), command.text, command.by
    ),
    "merge": _merge,
    "split": lambda job, command: joining.split(
        job, _entry(command), category=command.argument, text=command.text
    ),
    "link": _link,
    "note": _note,
    "not_spam": _not_spam,
    "close": _close,
    "reopen": _reopen,
    "release": _release,
    "refer": _refer,
    "keep_here": _keep_here,
    "sent": _sent,
    "send_again": _send_again,
    "cancel": _cancel,
    "pause": _pause,
    "resume": _resume,
}
NEED_ENTRY = frozenset(ACTIONS) - {"sent", "send_again", "cancel", "pause", "resume", "not_spam"}
