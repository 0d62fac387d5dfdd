"""What becomes of an entry on its way to the answer: a decision, a holding reply, a note, its end."""

from __future__ import annotations

from ...errors import NotAllowed
from ...register.states import Status
from ...store import entries, timers
from .. import clock, joining, notices, referring
from ..desk import Job
from .command import Command, reason


def decide(job: Job, command: Command, word: str) -> list[str]:
    entry = command.about
    rationale, mitigation = _rationale(job, command.text)
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


def _rationale(job: Job, text: str) -> tuple[str, str]:
    """(reason, conditions or risks) out of the mail's lines."""
    found: dict[str, list[str]] = {"reason": [], "risks": []}
    into = "reason"
    for line in text.splitlines():
        for heading in found:
            if (rest := job.desk.vocabulary.after(heading, line)) is not None:
                into, line = heading, rest
                break
        if line.strip():
            found[into].append(line.strip())
    return " ".join(found["reason"])[:2000], " ".join(found["risks"])[:2000]


def holding(job: Job, command: Command) -> list[str]:
    job.audit("holding_noted", command.about.reference)
    return joining.only_holding(job, command.about)


def close(job: Job, command: Command) -> list[str]:
    entry = command.about
    entries.set_status(entry, Status.CLOSED)
    if why := reason(job, command.text):
        entry.notes = [*entry.notes, f"Closed: {why}"]
    assert entry.id is not None
    timers.cancel(job.session, job.now, entry.id, clock.REMINDER, referring.FOLLOW_UP, "unseen")
    job.audit("entry_closed", entry.reference)
    return [f"{entry.reference} is closed; its reminders stop."]


def reopen(job: Job, command: Command) -> list[str]:
    entry = command.about
    entries.set_status(entry, Status.OPEN)
    clock.schedule_reminder(job, entry, after=job.today)
    return [f"{entry.reference} is open again."]


def note(job: Job, command: Command) -> list[str]:
    entry = command.about
    if not command.text.strip():
        raise NotAllowed("There were no words to note.")
    entry.notes = [*entry.notes, command.text.strip()[:2000]]
    return [f"{entry.reference}: noted; notes are never published."]
