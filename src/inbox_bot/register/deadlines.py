"""When an answer, a reminder or a publication falls due, and why.

`entry_deadlines` picks the clocks that run on an entry and lets the earliest date govern. `reminder_days`
and what follows say when somebody is told, and who. `publication_due` says when an answer may be shown.
Everything is computed from facts, so that a new holiday or a reclassification recomputes it: `change_text`
then says what moved. The clocks themselves, with their law, are in `clocks/`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from ..calendar.words import long_date
from ..calendar.workdays import Calendar, Kind, OfficeHours
from ..triage.model import Category, Matter
from .clocks.deadline import Deadline
from .clocks.information import STATUTORY_WORKING_DAYS, eir, foia, internal_review
from .clocks.subject_access import subject_access
from .clocks.target import target
from .states import ResponsibleAuthority

# Nobody waits for an answer to these.
_NO_CLOCK = frozenset({Category.STAFF_REPLY, Category.AUTOMATED, Category.SPAM})
# Where a protocol answers everything within the FOI framework (BD 10d).
_IN_FOI_FRAME = frozenset({Category.CANDIDATE_ENQUIRY, Category.MEDIA, Category.PUBLIC_ENQUIRY})


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The office's own targets in working days (`[deadlines]`, the profile's where it sets them)."""

    candidate: int = 3
    public: int = 3
    media: int = 1
    foi: int = STATUTORY_WORKING_DAYS
    everything_in_foi_frame: bool = False  # BD 10d


@dataclass(frozen=True, kw_only=True)
class EntryFacts:
    """What the clocks need to know of an entry. Days are calendar days in the office's time zone."""

    category: Category
    received_at: datetime  # INTERNALDATE, aware
    underlying: Category | None = None
    matters: Collection[Matter] = ()
    counts_as_candidate: bool = False
    recorded_information: bool = False  # a written request for recorded information: R7
    environmental: bool = False  # EIR instead of FOIA
    responsible_authority: ResponsibleAuthority = ResponsibleAuthority.OFFICE
    received_by_force_on: date | None = None
    clarification_sought_on: date | None = None
    clarification_received_on: date | None = None
    fees_notice_on: date | None = None
    fees_paid_on: date | None = None
    extended_to: date | None = None  # FOIA, public interest test
    extended: bool = False  # EIR to 40 days, subject access by two months, internal review to 40 days
    identity_received_on: date | None = None  # subject access, where proof was asked for

    @property
    def kind(self) -> Category:
        """The category that decides deadlines: for mail passed on by the force, what it is underneath."""
        if self.category is Category.MISDIRECTED_FORCE:
            return self.underlying or Category.PUBLIC_ENQUIRY
        return self.category


@dataclass(frozen=True, kw_only=True)
class EntryDeadlines:
    """`due` governs; `statutory` is the law's own; `promise` is the date an acknowledgement may name."""

    due: Deadline | None = None
    statutory: Deadline | None = None
    promise: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def due_on(self) -> date | None:
        """The date for the register; None where no clock runs, or while the office waits on the enquirer."""
        return None if self.due is None or self.due.waiting else self.due.due_on

    @property
    def statutory_due_on(self) -> date | None:
        return None if self.statutory is None or self.statutory.waiting else self.statutory.due_on

    def explain(self) -> str:
        """Every clock with its working, the governing one first."""
        if self.due is None:
            return "No deadline: nobody waits for an answer."
        parts = [self.due.explain()]
        if self.statutory is not None and self.statutory != self.due:
            parts.append("By law: " + self.statutory.explain())
        return "\n\n".join(parts + (["\n".join(self.notes)] if self.notes else []))


def entry_deadlines(facts: EntryFacts, targets: Targets, hours: OfficeHours) -> EntryDeadlines:
    """The deadlines of an entry; the calendars of the statutory clocks follow `hours.calendar.changes`.

    The earlier of target and statutory date governs. While it is undecided who must answer, the statutory
    clock runs from the earliest receipt, and nothing is promised; a transfer to the office runs from the
    office's own receipt (R7).
    """
    if facts.kind in _NO_CLOCK:
        return EntryDeadlines()
    start, notes = _statutory_start(facts, hours)
    facts = _without_the_forces_questions(facts, start)
    statutory = _statutory(facts, start, STATUTORY_WORKING_DAYS, targets, hours.calendar)
    due = statutory if _law_is_the_target(facts) else _target(facts, targets, hours)
    if facts.kind is Category.FOI and statutory is not None and statutory.clock in {"foia", "eir"}:
        due = _statutory(facts, start, targets.foi, targets, hours.calendar)
    if statutory is not None and (due is None or statutory.due_on < due.due_on or statutory.waiting):
        due = statutory
    promised = (
        facts.responsible_authority is ResponsibleAuthority.OFFICE and due is not None and not due.waiting
    )
    return EntryDeadlines(
        due=due, statutory=statutory, promise=due.due_on if due and promised else None, notes=notes
    )


def _law_is_the_target(facts: EntryFacts) -> bool:
    """Whether the office sets no target of its own beside the statutory one."""
    return facts.kind is Category.FOI or bool({Matter.SAR, Matter.INTERNAL_REVIEW} & set(facts.matters))


def _statutory_start(facts: EntryFacts, hours: OfficeHours) -> tuple[date, tuple[str, ...]]:
    ours = hours.received_day(facts.received_at)
    theirs, authority = facts.received_by_force_on, facts.responsible_authority
    if authority is ResponsibleAuthority.OFFICE:
        if theirs is not None and theirs < ours:
            return ours, (
                f"Transferred to the office: the time runs from its own receipt, {long_date(ours)}.",
            )
        return ours, ()
    if authority is ResponsibleAuthority.UNDECIDED:
        note = "It is not decided yet who must answer: the earlier date governs and none is promised."
    else:
        note = f"The {authority.value} must answer: the time runs from its own receipt."
    if theirs is None:
        return ours, (note, "The day on which it reached the other authority is not known: ask for it.")
    return min(ours, theirs), (note,)


def _without_the_forces_questions(facts: EntryFacts, start: date) -> EntryFacts:
    """After a transfer the clock starts anew, and what the force asked before it stops nothing."""
    reached_force, asked, noticed = (
        facts.received_by_force_on,
        facts.clarification_sought_on,
        facts.fees_notice_on,
    )
    if reached_force is None:
        return facts
    if asked is not None and reached_force <= asked < start:
        facts = replace(facts, clarification_sought_on=None, clarification_received_on=None)
    if noticed is not None and reached_force <= noticed < start:
        facts = replace(facts, fees_notice_on=None, fees_paid_on=None)
    return facts


def _statutory(
    facts: EntryFacts, start: date, working_days: int, targets: Targets, like: Calendar
) -> Deadline | None:
    """The earliest of the statutory clocks that run on the entry, None where none does."""
    matters = set(facts.matters)
    found: list[Deadline] = []
    if Matter.INTERNAL_REVIEW in matters:
        calendar = replace(like, kind=Kind.FOIA)
        found.append(
            internal_review(start, calendar, environmental=facts.environmental, extended=facts.extended)
        )
    if Matter.SAR in matters:
        asked = facts.clarification_sought_on
        found.append(
            subject_access(
                start,
                replace(like, kind=Kind.PUBLIC),
                paused=((asked, facts.clarification_received_on),) if asked else (),
                identity_received_on=facts.identity_received_on,
                extended=facts.extended,
            )
        )
    framed = targets.everything_in_foi_frame and facts.kind in _IN_FOI_FRAME
    asked_for_records = facts.recorded_information or framed
    is_foi = facts.kind is Category.FOI and Matter.INTERNAL_REVIEW not in matters
    if is_foi or (asked_for_records and not found):
        found.append(_information_clock(facts, start, working_days, like))
    return min(found, key=lambda d: (d.waiting, d.due_on), default=None)


def _information_clock(facts: EntryFacts, start: date, working_days: int, like: Calendar) -> Deadline:
    if facts.environmental:
        return eir(
            start,
            replace(like, kind=Kind.EIR),
            working_days=working_days,
            clarification_sought_on=facts.clarification_sought_on,
            clarification_received_on=facts.clarification_received_on,
            fees_notice_on=facts.fees_notice_on,
            fees_paid_on=facts.fees_paid_on,
            extended=facts.extended,
        )
    return foia(
        start,
        replace(like, kind=Kind.FOIA),
        working_days=working_days,
        clarification_sought_on=facts.clarification_sought_on,
        clarification_received_on=facts.clarification_received_on,
        fees_notice_on=facts.fees_notice_on,
        fees_paid_on=facts.fees_paid_on,
        extended_to=facts.extended_to,
    )


def _target(facts: EntryFacts, targets: Targets, hours: OfficeHours) -> Deadline:
    if facts.kind is Category.MEDIA:
        kind, days = "media", targets.media
    elif facts.kind is Category.CANDIDATE_ENQUIRY or facts.counts_as_candidate:
        kind, days = "candidate", targets.candidate
    else:
        kind, days = "public", targets.public
    found = target(kind, facts.received_at, days, hours, restarted_on=facts.clarification_received_on)
    if facts.clarification_sought_on is not None and facts.clarification_received_on is None:
        return replace(found, waiting_since=facts.clarification_sought_on)
    return found


def change_text(reference: str, before: date | None, after: date | None) -> str:
    """What a recomputation moved, in one sentence; "" where nothing did."""
    if before == after:
        return ""
    if after is None:
        return f"{reference} has no date at present; it was due on {long_date(before)}." if before else ""
    if before is None:
        return f"{reference} is now due on {long_date(after)}."
    return f"{reference} is now due on {long_date(after)} instead of {long_date(before)}."


# --- reminders ------------------------------------------------------------------------------------------


class Stage(StrEnum):
    """Where a day stands to a due date."""

    BEFORE = "before"
    ON_THE_DAY = "on_the_day"
    OVERDUE = "overdue"


class Recipient(StrEnum):
    """Who is told; addresses are the settings' matter."""

    OWNER = "owner"  # the officer, else the SPOC
    CHIEF_EXECUTIVE = "chief_executive"
    ALTERNATE = "alternate"  # people.alternate


def stage(on: date, due: date) -> Stage:
    if on < due:
        return Stage.BEFORE
    return Stage.ON_THE_DAY if on == due else Stage.OVERDUE


def reminder_days(
    due: date, before: Collection[int], received_on: date, calendar: Calendar, *, statutory: bool = False
) -> tuple[date, ...]:
    """The days of the reminders up to the due date, in order; `before` is in working days.

    Nobody is reminded on or before the day of arrival. Where the due date is no working day of the office
    (a closure within a statutory period), 0 means the last working day before it, and for a statutory date
    also the day itself.
    """
    last = calendar.on_or_before(due)
    days = {calendar.subtract(last, n).due for n in before}
    if statutory and 0 in before:
        days.add(due)
    return tuple(sorted(day for day in days if day > received_on))


def next_reminder(
    after: date,
    due: date,
    before: Collection[int],
    received_on: date,
    calendar: Calendar,
    *,
    statutory: bool = False,
) -> date:
    """The first day of a reminder later than `after`; once overdue, every working day is one."""
    coming = (d for d in reminder_days(due, before, received_on, calendar, statutory=statutory) if d > after)
    return next(coming, calendar.add(max(after, due, received_on), 1).due)


def who_is_told(
    on: date, due: date, *, names_staff: Sequence[str] = (), spoc_is_chief_executive: bool = False
) -> tuple[Recipient, ...]:
    """The owner; once it is overdue the Chief Executive too.

    A complaint that names the SPOC or the Chief Executive goes past both to `people.alternate`; so does an
    escalation where the Chief Executive is the SPOC (R10, NF 9).
    """
    if names_staff:
        return (Recipient.ALTERNATE,)
    if stage(on, due) is not Stage.OVERDUE:
        return (Recipient.OWNER,)
    return (Recipient.OWNER, Recipient.ALTERNATE if spoc_is_chief_executive else Recipient.CHIEF_EXECUTIVE)


def may_disturb(
    now: datetime, hours: OfficeHours, *, emergency: bool = False, statutory_due_on: date | None = None
) -> bool:
    """Whether a reminder may go out now: in office hours, in an emergency, or on the last statutory day."""
    return emergency or hours.is_open(now) or hours.received_day(now) == statutory_due_on


# --- publication ----------------------------------------------------------------------------------------


def publication_due(answered_at: datetime, delay_working_days: int, hours: OfficeHours) -> datetime:
    """When an answer's preview falls due, in UTC: at the opening of the nth working day after the answer.

    A delay of 0 is the moment of the answer itself, weekend or not.
    """
    if delay_working_days == 0:
        return answered_at.astimezone(UTC)
    return hours.opens(hours.calendar.add(hours.received_day(answered_at), delay_working_days).due)
