"""A date with its law and its working, and whether the days it rests on can be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ...calendar.words import long_date, runs, skipped_text
from ...calendar.workdays import Skipped, days_after
from ...errors import NotAllowed


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


def in_order(received_on: date, asked: date | None, answered: date | None, what: str) -> None:
    if answered is not None and asked is None:
        raise NotAllowed(f"The day on which {what} was asked for is missing.")
    if asked is not None and asked < received_on:
        raise NotAllowed(f"The day on which {what} was asked for comes before the request.")
    if asked is not None and answered is not None and answered < asked:
        raise NotAllowed(f"The day on which {what} came is before the day on which it was asked for.")
