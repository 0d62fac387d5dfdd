"""The clocks of a request for information: FOIA, EIR, and the internal review of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ...calendar.words import short_date
from ...calendar.workdays import Calendar, days_after
from .deadline import Deadline, in_order

_DAY = timedelta(days=1)
STATUTORY_WORKING_DAYS = 20
EXTENDED_WORKING_DAYS = 40
_Clarification = tuple[date | None, date | None, str]  # sought on, received on, provision
_Fees = tuple[date | None, date | None, str, str]  # notice given on, paid on, provision, time to pay


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
    return deadline if extended_to is None else _extended(deadline, extended_to, calendar)


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
    sought, supplied, _ = clarification
    noticed, paid, _, _ = fees
    in_order(received_on, sought, supplied, "clarification")
    in_order(received_on, noticed, paid, "the fee")
    start = received_on if supplied is None else supplied
    unanswered = [asked for asked, came in ((sought, supplied), (noticed, paid)) if asked and not came]
    paused = {noticed, *days_after(noticed, paid)} if noticed and paid else set()
    day, left = start, working_days
    skipped: list[tuple[date, str]] = []
    while left:
        day += _DAY
        if reason := calendar.why_not(day) or ("the fee was awaited" if day in paused else ""):
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
        notes=(
            *_restart_notes(received_on, calendar, working_days, clarification),
            *_pause_notes(fees),
        ),
        waiting_since=min(unanswered, default=None),
    )


def _restart_notes(
    received_on: date, calendar: Calendar, working_days: int, clarification: _Clarification
) -> Iterator[str]:
    sought, supplied, law = clarification
    if sought is None:
        return
    if supplied is None:
        yield (
            f"Clarification sought on {short_date(sought)}: the {working_days} days start anew on the day "
            f"it comes ({law})."
        )
        return
    yield (
        f"Received on {short_date(received_on)}; clarification sought on {short_date(sought)} came on "
        f"{short_date(supplied)} and started the {working_days} days anew ({law})."
    )
    first = calendar.add(received_on, working_days).due
    if sought > first:
        yield f"The clarification was sought after the first date, {short_date(first)}, had passed."


def _pause_notes(fees: _Fees) -> Iterator[str]:
    noticed, paid, law, time_to_pay = fees
    if noticed is not None and paid is not None:
        yield (
            f"Fees notice of {short_date(noticed)}, paid on {short_date(paid)}: the days from the one to the "
            f"other are left out ({law})."
        )
    elif noticed is not None:
        yield (
            f"Fees notice given on {short_date(noticed)}, not paid yet ({law}); nothing need be "
            f"answered if it stays unpaid for {time_to_pay}."
        )


def _extended(deadline: Deadline, to: date, calendar: Calendar) -> Deadline:
    """FOIA's date put off for the public interest test."""
    notes = [*deadline.notes]
    if to <= deadline.due_on:
        notes.append(f"An extension to {short_date(to)} changes nothing: it is no later.")
        return replace(deadline, notes=tuple(notes))
    notes.append(
        f"Extended from {short_date(deadline.due_on)} for the public interest test (s.10(3)); the applicant "
        "is told the new date within the first period (s.17(2))."
    )
    usual = calendar.add(deadline.due_on, STATUTORY_WORKING_DAYS).due
    if to > usual:
        notes.append(
            "The Information Commissioner expects no more than a further 20 working days: "
            f"{short_date(usual)}."
        )
    skipped = (
        *deadline.skipped,
        *((d, why) for d in days_after(deadline.due_on, to) if (why := calendar.why_not(d))),
    )
    return Deadline(
        due_on=to,
        clock="foia",
        started_on=deadline.started_on,
        law="Freedom of Information Act 2000, s.10(3): a time that is reasonable in the circumstances",
        counted=sum(1 for _ in days_after(deadline.started_on, to)) - len(skipped),
        skipped=skipped,
        notes=tuple(notes),
        waiting_since=deadline.waiting_since,
    )
