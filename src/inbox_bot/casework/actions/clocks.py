"""What stops, restarts or lengthens an entry's time, each ground by the law of the clock that runs on it."""

from __future__ import annotations

import datetime as dt

from ...errors import NotAllowed
from ...register.clocks.deadline import Deadline
from ...store.tables import Entry
from .. import clock
from ..answering import awaits_clarification
from ..desk import Job
from .command import Command

# The law of a ground by the clock that runs on the entry; "" is the office's own target alone.
_CLARIFICATION = {
    "foia": "the 20 working days start anew when it comes (FOIA s.1(3), 10(6)(b))",
    "eir": "the 20 working days start anew when it comes (EIR reg. 9(4))",
    "subject_access": "the time stands still until it comes (UK GDPR art. 12A)",
    "": "the office's own time starts anew when it comes",
}
_FEES = {"foia": "FOIA s.9, 10(2)", "eir": "EIR reg. 8"}
_COMPLEX = {
    "eir": "EIR reg. 7: 40 working days",
    "subject_access": "UK GDPR art. 12A: two months more",
    "internal_review": "FOIA s.45 Code of Practice, part 5: 40 working days",
}


def extend(job: Job, command: Command) -> list[str]:
    """Note the ground's day, count anew, say what changed. NotAllowed where the clock has no such ground."""
    entry = command.about
    ground, _, value = command.argument.partition(" ")
    running = clock.compute(job.desk, entry).statutory  # also one that stands still at present
    law = running.clock if running is not None else ""
    if ground == "clarification":
        said = _clarification(job, entry, law)
    elif ground == "clarified":
        said = _clarified(job, entry)
    elif running is None:
        raise NotAllowed(f"{entry.reference} has no statutory deadline to extend.")
    elif ground == "fees":
        said = _fees(job, entry, law)
    elif ground == "paid":
        entry.clock = {**entry.clock, "fees_paid_on": job.today.isoformat()}
        said = "the fee was paid; the time runs on"
    elif ground == "public_interest":
        said = _public_interest(entry, running, value)
    elif ground == "complex":
        said = _complex(entry, law)
    else:
        raise NotAllowed("Say why: clarification, clarified, fees, paid, public_interest DATE, or complex.")
    entry.waiting_on_enquirer = _waits(entry)
    clock.recompute(job, entry)
    due = f" Now due on {entry.due_on:%A} {entry.due_on.day} {entry.due_on:%B}." if entry.due_on else ""
    job.audit("extended", entry.reference, ground=ground)
    return [f"{entry.reference}: {said}.{due}"]


def _waits(entry: Entry) -> bool:
    return awaits_clarification(entry) or bool(
        entry.clock.get("fees_notice_on") and not entry.clock.get("fees_paid_on")
    )


def _clarification(job: Job, entry: Entry, law: str) -> str:
    if law not in _CLARIFICATION:
        raise NotAllowed("A clarification does not stop the time of an internal review.")
    entry.clock = {
        **entry.clock,
        "clarification_sought_on": job.today.isoformat(),
        "clarification_received_on": None,
    }
    return f"clarification was sought; {_CLARIFICATION[law]}"


def _clarified(job: Job, entry: Entry) -> str:
    """It came by another way than a mail in the thread, which is noticed by itself."""
    if not entry.clock.get("clarification_sought_on") or entry.clock.get("clarification_received_on"):
        raise NotAllowed(f"{entry.reference} waits for no clarification.")
    entry.clock = {**entry.clock, "clarification_received_on": job.today.isoformat()}
    return "the clarification came; the time runs on from today"


def _fees(job: Job, entry: Entry, law: str) -> str:
    if law not in _FEES:
        raise NotAllowed("Only FOIA and EIR requests know a fees notice.")
    entry.clock = {**entry.clock, "fees_notice_on": job.today.isoformat(), "fees_paid_on": None}
    return f"a fees notice was given; the time stands still until it is paid ({_FEES[law]})"


def _public_interest(entry: Entry, running: Deadline, value: str) -> str:
    if running.clock != "foia":
        raise NotAllowed("Only FOIA lengthens the time for the public interest test (s.10(3)).")
    try:
        until = dt.date.fromisoformat(value)
    except ValueError:
        raise NotAllowed(
            "A public interest extension needs its date, such as “extend public interest until 12 March”."
        ) from None
    limit = running.due_on
    if until <= limit:
        raise NotAllowed(
            f"That is no later than the limit as it stands, {limit:%A} {limit.day} {limit:%B}: "
            "say a later day."
        )
    entry.clock = {**entry.clock, "extended_to": until.isoformat()}
    return f"more time for the public interest test, until {until:%A} {until.day} {until:%B} (FOIA s.10(3))"


def _complex(entry: Entry, law: str) -> str:
    if law not in _COMPLEX:
        raise NotAllowed(
            "FOIA knows no extension for a complex request. Where environmental information is asked for: "
            f"“reclassify {entry.reference} to environmental information” first."
        )
    entry.clock = {**entry.clock, "extended": True}
    return f"extended because it is complex ({_COMPLEX[law]})"
