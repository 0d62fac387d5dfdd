"""The Chief Executive's morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .button import Button
from .office import PhaseView


@dataclass(frozen=True, kw_only=True)
class DigestLine:
    """One line of a section. `text` says what there is to say about it."""

    reference: str = ""  # trusted, "" where there is no entry
    text: str  # outside: may hold a subject or a name
    on: date | None = None  # trusted: the date that matters in this section
    what: str = ""  # trusted: what that date is: "due", "answered", "published"
    late: bool = False  # trusted
    button: Button | None = None


@dataclass(frozen=True, kw_only=True)
class DigestSection:
    """A heading and its lines; an empty section still says "none"."""

    key: str  # trusted: new, answered, overdue …
    title: str  # trusted
    lines: tuple[DigestLine, ...] = ()
    note: str = ""  # trusted


@dataclass(frozen=True, kw_only=True)
class FairnessLine:
    """Even-handedness of one candidate; hours are office hours, None where there is nothing to measure."""

    name: str  # outside
    enquiries: int
    answered: int
    open: int
    median_hours_to_acknowledge: float | None = None
    median_hours_to_answer: float | None = None
    longest_hours_to_answer: float | None = None
    share_on_time: float | None = None  # 0–1
    incumbent: bool = False


@dataclass(frozen=True, kw_only=True)
class DigestView:
    """The Chief Executive's morning. `sections` in the order given: new, answered, overdue, FOI due,
    awaiting decision, awaiting approval, published, needs review, held acknowledgements, spam and junk,
    set aside, outbox unknown and failed, dates ahead."""

    day: date  # trusted
    since: datetime  # trusted: what happened from here …
    until: datetime  # trusted: … to here
    phase: PhaseView
    sections: tuple[DigestSection, ...]
    received: int  # trusted
    outcomes: tuple[tuple[str, int], ...]  # trusted: (outcome, count), every outcome of the contract
    fairness: tuple[FairnessLine, ...] = ()
    paused: str = ""  # trusted: "Sending is paused since …", "" where it is not
    observe: bool = False  # trusted
    audit_head: str = ""  # trusted: hex SHA-256 of the newest audit row
    version: str = ""  # trusted

    @property
    def conservation(self) -> str:
        """`received N = filed N + attached N + …`, the same line in text and HTML."""
        parts = " + ".join(f"{name.replace('_', ' ')} {count}" for name, count in self.outcomes)
        return f"received {self.received} = {parts}"

    @property
    def conserved(self) -> bool:
        """Whether the sum holds; where it does not, the digest says so in its first line."""
        return self.received == sum(count for _, count in self.outcomes)
