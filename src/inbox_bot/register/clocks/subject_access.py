"""The clock of a request for one's own personal data: calendar months, not working days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from ...calendar.words import long_date, short_date
from ...calendar.workdays import Calendar, days_after
from .deadline import Deadline, in_order

_DAY = timedelta(days=1)


def subject_access(
    received_on: date,
    calendar: Calendar,
    *,
    paused: Sequence[tuple[date, date | None]] = (),
    identity_received_on: date | None = None,
    fee_paid_on: date | None = None,
    extended: bool = False,
) -> Deadline:
    """Subject access: one calendar month from the relevant time (art. 12A(1)), three where extended.

    The relevant time is the latest of receipt, proof of identity and fee where these were asked for. The
    period ends on the corresponding date, or on the last day of a shorter month; the days of each pause
    for clarification, (asked on, answered on or None), do not count, both included; a date that is no
    working day rolls to the next one. `calendar` is that of public holidays. Raises NotAllowed.
    """
    start = max(d for d in (received_on, identity_received_on, fee_paid_on) if d is not None)
    notes: list[str] = []
    if start != received_on:
        notes.append(f"Received on {short_date(received_on)}; the month began when identity or fee came.")
    months = 3 if extended else 1
    due = same_day_in(start, months)
    left_out: set[date] = set()
    waiting: date | None = None
    for asked, answered in sorted(paused, key=lambda pause: pause[0]):
        in_order(received_on, asked, answered, "clarification")
        if asked > due:
            notes.append(f"Clarification asked for on {short_date(asked)} came too late to stop the clock.")
        elif answered is None:
            waiting = asked
            notes.append(
                f"Clarification asked for on {short_date(asked)}; the clock stands still until it comes."
            )
        else:
            fresh = {d for d in (asked, *days_after(asked, answered)) if d >= start} - left_out
            left_out |= fresh
            due += len(fresh) * _DAY
    skipped: list[tuple[date, str]] = [(day, "clarification was awaited") for day in sorted(left_out)]
    end = due
    while reason := calendar.why_not(due):
        skipped.append((due, reason))
        due += _DAY
    if due != end:
        notes.append(f"{long_date(end)} is no working day: due on the next one.")
    law = "UK GDPR arts 12(3) and 12A: one month"
    if extended:
        law = "UK GDPR arts 12(3) and 12A: one month, extended by two"
        notes.append("The person is told of the extension, with reasons, within the first month (art. 12A).")
    return Deadline(
        due_on=due,
        clock="subject_access",
        started_on=start,
        law=law,
        counted=months,
        unit="calendar months",
        skipped=tuple(skipped),
        notes=tuple(notes),
        waiting_since=waiting,
    )


def same_day_in(start: date, months: int) -> date:
    """The corresponding date so many months later, the last day where that month is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
