"""What officers are told of an entry so that they act: new, due, to be decided, referred, unmatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .button import Button
from .entry import EntryView
from .office import PersonView


@dataclass(frozen=True, kw_only=True)
class NoticeItem:
    """An entry with what can be done about it."""

    entry: EntryView
    acknowledged: str  # trusted: "acknowledged", "held", "not sent: …"
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """New entries for the SPOC: one, or an hour's."""

    items: tuple[NoticeItem, ...]


@dataclass(frozen=True, kw_only=True)
class ReminderItem:
    """One entry in the morning's batch."""

    entry: EntryView
    kind: str  # trusted: "before", "today", "overdue", "statutory", "referral", "decision"
    working_days: int  # trusted: left (positive) or over (negative)
    last_action: str = ""  # trusted: "acknowledged 3 March, no answer seen"
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """A decision already taken, for consistency between candidates."""

    reference: str  # trusted
    asked_by: str  # outside: name or address
    decision: str  # trusted: an officer's word ("yes", "no")
    rationale: str = ""  # trusted: an officer's words
    by: str = ""  # trusted
    on: date | None = None  # trusted


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """A question that is the Chief Executive's (or Chief Constable's) to decide."""

    entry: EntryView
    decider: PersonView  # trusted
    earlier: tuple[DecisionLine, ...] = ()  # on the same matter, so that candidates are treated alike
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReferralView:
    """What is passed on to another office, and what is known of it since (issue 5, "Referrals")."""

    entry: EntryView
    to: PersonView  # trusted
    why: str  # trusted: the clause or duty it rests on
    passes_personal_data: bool = True  # trusted: then an officer's click comes first
    quoted: str = ""  # outside: the enquirer's words, marked as quoted
    sent_on: date | None = None  # trusted
    receipt: str = ""  # trusted: "acknowledged on 3 March", "" for none
    answer_by: date | None = None  # trusted
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UnmatchedView:
    """An officer's answer that belongs to no entry for certain."""

    sent_by: str  # outside
    sent_to: str  # outside
    sent_at: datetime  # trusted
    subject: str  # outside
    text: str  # outside
    candidates: tuple[tuple[EntryView, Button], ...] = ()  # likeliest first
