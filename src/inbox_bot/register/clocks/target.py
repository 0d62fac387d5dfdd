"""The office's own target: working days of its office hours."""

from __future__ import annotations

from datetime import date, datetime

from ...calendar.words import long_date, short_date
from ...calendar.workdays import OfficeHours
from .deadline import Deadline


def target(
    kind: str,
    received_at: datetime,
    working_days: int,
    hours: OfficeHours,
    *,
    restarted_on: date | None = None,
) -> Deadline:
    """The office's own target: mail after hours counts from the next working day.

    `kind` names the target ("candidate", "public", "media"); `restarted_on` is the day on which an answer
    to the office's question came. The days are those of `hours.calendar`.
    """
    arrived = hours.received_day(received_at)
    start = hours.effective_receipt(received_at)
    notes: tuple[str, ...] = ()
    if restarted_on is not None and restarted_on > start:
        start = hours.calendar.on_or_after(restarted_on)
        notes = (f"Counted anew because the clarification came on {short_date(restarted_on)}.",)
    elif start != arrived:
        at = f"{hours.local(received_at):%H:%M} on {long_date(arrived)}"
        notes = (f"Arrived at {at}, outside office hours: counts from {long_date(start)}.",)
    count = hours.calendar.add(start, working_days)
    return Deadline(
        due_on=count.due,
        clock="target",
        started_on=start,
        law=f"The office's own target for {kind} enquiries",
        counted=working_days,
        skipped=count.skipped,
        notes=notes,
    )
