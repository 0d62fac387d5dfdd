"""The clocks that run on an entry; each gives a date together with its law and its working.

    target            the office's own target, Monday–Friday office hours
    foia              FOIA 2000 s.10: 20 working days after receipt
    eir               EIR 2004 regs 5 and 7: 20 working days, 40 where extended
    subject_access    UK GDPR arts 12 and 12A: one calendar month, three where extended
    internal_review   FOIA s.45 Code of Practice (2018), part 5; EIR reg. 11

Which clock runs on which entry is `deadlines.py`'s matter. Nothing here knows what day it is today.
`docs/deadlines.md` has the same as a table; `docs/decisions/` says why where the law leaves room.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..calendar.words import long_date, runs, short_date, skipped_text
from ..calendar.workdays import Calendar, Kind, OfficeHours, Skipped, days_after
from ..errors import NotAllowed

_DAY = timedelta(days=1)
STATUTORY_WORKING_DAYS = 20
EXTENDED_WORKING_DAYS = 40


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A date that explains itself. The day the clock started is not itself counted."""

    due_on: date  # where `waiting_since` is set: the date as it would stand had the clock not stopped
    clock: str  # target, foia, eir, subject_access, internal_review
    started_on: date
    law: str
    counted: int
    unit: str = "working days"  # or "calendar months"
    skipped: Skipped = ()
    notes: tuple[str, ...] = ()
    waiting_since: date | None = None  # the clock stands still until the enquirer answers or pays

    @property
    def waiting(self) -> bool:
        return self.waiting_since is not None

    @property
    def counted_days(self) -> tuple[date, ...]:
        """The days that were counted, in order; () for a period in months."""
        if self.unit != "working days":
            return ()
        left_out = {day for day, _ in self.skipped}
        return tuple(day for day in days_after(self.started_on, self.due_on) if day not in left_out)

    def explain(self) -> str:
        """Plain sentences, a line each: the date and its law, the days counted, the days skipped, notes."""
        unit = self.unit.removesuffix("s") if self.counted == 1 else self.unit
        word = "after" if self.unit == "working days" else "from"
        start = f"{word} {long_date(self.started_on)}"
        if self.waiting_since is not None:
            first = (
                f"No date runs: the clock stands still since {long_date(self.waiting_since)}. It stood at "
                f"{long_date(self.due_on)}: {self.counted} {unit} {start}. {self.law}."
            )
        else:
            first = f"Due on {long_date(self.due_on)}: {self.counted} {unit} {start}. {self.law}."
        lines = [first]
        if days := self.counted_days:
            lines.append(f"Counted ({len(days)}): {runs(days)}.")
        if self.skipped:
            lines.append(f"Not counted ({len(self.skipped)}): {skipped_text(self.skipped)}.")
        return "\n".join([*lines, *self.notes])


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


def foia(
    received_on: date,
    calendar: Calendar,
    *,
    working_days: int = STATUTORY_WORKING_DAYS,
    clarification_sought_on: date | None = None,
    clarification_received_on: date | None = None,
    fees_notice_on: date | None = None,
    fees_paid_on: date | None = None,
    extended_to: date | None = None,
) -> Deadline:
    """Freedom of information: the 20th working day following receipt (s.10(1)).

    A needed clarification restarts the count at its receipt (s.1(3), 10(6)(b)). A fees notice takes out the
    days from its giving to the payment, both included (s.10(2)). `extended_to` is the date that the public
    interest test needs, as told to the applicant (s.10(3), 17(2)). Raises NotAllowed for impossible dates.
    """
    law = "Freedom of Information Act 2000, s.10(1)"
    own = working_days != STATUTORY_WORKING_DAYS
    deadline = _information_request(
        "foia",
        f"The office's own, shorter target within {law}" if own else law,
        received_on,
        calendar,
        working_days,
        (clarification_sought_on, clarification_received_on, "s.1(3) and 10(6)(b)"),
        (fees_notice_on, fees_paid_on, "s.10(2)", "three months, s.9(2)"),
    )
    if extended_to is None:
        return deadline
    notes = [*deadline.notes]
    if extended_to <= deadline.due_on:
        notes.append(f"An extension to {short_date(extended_to)} changes nothing: it is no later.")
        return replace(deadline, notes=tuple(notes))
    notes.append(
        f"Extended from {short_date(deadline.due_on)} for the public interest test (s.10(3)); the applicant "
        "is told the new date within the first period (s.17(2))."
    )
    usual = calendar.add(deadline.due_on, STATUTORY_WORKING_DAYS).due
    if extended_to > usual:
        notes.append(
            "The Information Commissioner expects no more than a further 20 working days: "
            f"{short_date(usual)}."
        )
    skipped = (
        *deadline.skipped,
        *((d, why) for d in days_after(deadline.due_on, extended_to) if (why := calendar.why_not(d))),
    )
    return Deadline(
        due_on=extended_to,
        clock="foia",
        started_on=deadline.started_on,
        law="Freedom of Information Act 2000, s.10(3): a time that is reasonable in the circumstances",
        counted=sum(1 for _ in days_after(deadline.started_on, extended_to)) - len(skipped),
        skipped=skipped,
        notes=tuple(notes),
        waiting_since=deadline.waiting_since,
    )


def eir(
    received_on: date,
    calendar: Calendar,
    *,
    working_days: int = STATUTORY_WORKING_DAYS,
    clarification_sought_on: date | None = None,
    clarification_received_on: date | None = None,
    fees_notice_on: date | None = None,
    fees_paid_on: date | None = None,
    extended: bool = False,
) -> Deadline:
    """Environmental information: 20 working days after receipt (reg. 5(2)), 40 where extended (reg. 7).

    Fuller particulars restart the count (reg. 9(4)), a charge asked for in advance pauses it (reg. 8(6)).
    An extension is for complexity and volume only, and the applicant is told within the 20 days.
    """
    law = "Environmental Information Regulations 2004, reg. 5(2)"
    if extended:
        working_days = EXTENDED_WORKING_DAYS
        law = "Environmental Information Regulations 2004, reg. 7(1): complex and voluminous"
    elif working_days != STATUTORY_WORKING_DAYS:
        law = f"The office's own, shorter target within {law}"
    return _information_request(
        "eir",
        law,
        received_on,
        calendar,
        working_days,
        (clarification_sought_on, clarification_received_on, "reg. 9(4)"),
        (fees_notice_on, fees_paid_on, "reg. 8(6)", "60 working days, reg. 8(5)"),
    )


_Clarification = tuple[date | None, date | None, str]  # sought on, received on, provision
_Fees = tuple[date | None, date | None, str, str]  # notice given on, paid on, provision, time to pay


def _information_request(
    clock: str,
    law: str,
    received_on: date,
    calendar: Calendar,
    working_days: int,
    clarification: _Clarification,
    fees: _Fees,
) -> Deadline:
    """What FOIA and EIR have in common: a restart, a pause, and working days of the whole United Kingdom."""
    sought, supplied, restart_law = clarification
    noticed, paid, pause_law, time_to_pay = fees
    _in_order(received_on, sought, supplied, "clarification")
    _in_order(received_on, noticed, paid, "the fee")
    start, notes = received_on, []
    waiting = sought if supplied is None else None
    if sought is not None and supplied is not None:
        start = supplied
        notes.append(
            f"Received on {short_date(received_on)}; clarification sought on {short_date(sought)} came on "
            f"{short_date(supplied)} and started the {working_days} days anew ({restart_law})."
        )
        first = calendar.add(received_on, working_days).due
        if sought > first:
            notes.append(
                f"The clarification was sought after the first date, {short_date(first)}, had passed."
            )
    elif sought is not None:
        notes.append(
            f"Clarification sought on {short_date(sought)}: the {working_days} days start anew on the day "
            f"it comes ({restart_law})."
        )
    paused: dict[date, str] = {}
    if noticed is not None and paid is not None:
        days = (noticed, *days_after(noticed, paid))
        paused = dict.fromkeys(days, "the fee was awaited")
        notes.append(
            f"Fees notice of {short_date(noticed)}, paid on {short_date(paid)}: the days from the one to the "
            f"other are left out ({pause_law})."
        )
    elif noticed is not None:
        waiting = min(filter(None, (waiting, noticed)))
        notes.append(
            f"Fees notice given on {short_date(noticed)}, not paid yet ({pause_law}); nothing need be "
            f"answered if it stays unpaid for {time_to_pay}."
        )
    day, left = start, working_days
    skipped: list[tuple[date, str]] = []
    while left:
        day += _DAY
        if reason := calendar.why_not(day) or paused.get(day, ""):
            skipped.append((day, reason))
        else:
            left -= 1
    return Deadline(
        due_on=day,
        clock=clock,
        started_on=start,
        law=law,
        counted=working_days,
        skipped=tuple(skipped),
        notes=tuple(notes),
        waiting_since=waiting,
    )


def _in_order(received_on: date, asked: date | None, answered: date | None, what: str) -> None:
    if answered is not None and asked is None:
        raise NotAllowed(f"The day on which {what} was asked for is missing.")
    if asked is not None and asked < received_on:
        raise NotAllowed(f"The day on which {what} was asked for comes before the request.")
    if asked is not None and answered is not None and answered < asked:
        raise NotAllowed(f"The day on which {what} came is before the day on which it was asked for.")


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
        _in_order(received_on, asked, answered, "clarification")
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


def internal_review(
    received_on: date, calendar: Calendar, *, environmental: bool = False, extended: bool = False
) -> Deadline:
    """Review of an answer by somebody else than who gave it: 20 working days, 40 at the most."""
    working_days = EXTENDED_WORKING_DAYS if environmental or extended else STATUTORY_WORKING_DAYS
    law = "Freedom of Information Act 2000, s.45 Code of Practice, part 5"
    if environmental:
        law = "Environmental Information Regulations 2004, reg. 11(4)"
    elif extended:
        law += ": complex, with notice to the applicant"
    count = calendar.add(received_on, working_days)
    return Deadline(
        due_on=count.due,
        clock="internal_review",
        started_on=received_on,
        law=law,
        counted=working_days,
        skipped=count.skipped,
        notes=("By a different reviewer from the person who gave the first answer.",),
    )


def statutory_calendar(clock: str, like: Calendar) -> Calendar:
    """The calendar of a statutory clock, with the same changes as another calendar."""
    kinds = {"foia": Kind.FOIA, "eir": Kind.EIR, "internal_review": Kind.FOIA, "subject_access": Kind.PUBLIC}
    return Calendar(kind=kinds[clock], changes=like.changes)
