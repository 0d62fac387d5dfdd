"""Even-handedness in figures: was one candidate answered sooner than another?

Times are office hours from the arrival of a mail to the acknowledgement and to the answer, so that a mail of
Friday night is not counted as slow. The figures show what happened and leave the judgement to people; where
there are too few answers to compare, the sentences say so (R4, R5, R20).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from ..calendar.workdays import OfficeHours

# A difference is worth a sentence when it is both long (half an office day of eight hours) and large.
NOTABLE_HOURS = 4.0
NOTABLE_RATIO = 1.5
# Below this many answers a median says little.
FEW = 3


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One enquiry by or for a candidate. Moments are aware; `email` is the candidate's, not an agent's."""

    name: str
    email: str
    received_at: datetime
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    due_on: date | None = None
    closed: bool = False  # needs no answer (withdrawn, thanks): neither answered nor open
    incumbent: bool = False


@dataclass(frozen=True, kw_only=True)
class CandidateFigures:
    """One candidate; None where nothing was measured. `share_on_time` is from 0 to 1."""

    name: str
    email: str
    enquiries: int
    answered: int
    open: int
    median_office_hours_to_acknowledge: float | None
    median_office_hours_to_answer: float | None
    longest_office_hours_to_answer: float | None
    share_on_time: float | None  # of what was answered or is overdue; None where neither, or no day is given
    incumbent: bool


def figures(
    contacts: Sequence[Contact],
    hours: OfficeHours,
    *,
    today: date | None = None,
    roster: Sequence[tuple[str, str, bool]] = (),
) -> list[CandidateFigures]:
    """The figures of every candidate, by name.

    `today` lets an open entry past its date count as not on time: without it a question that was never
    answered would improve the figures. `roster` (name, email, incumbent) adds candidates who never wrote.
    """
    groups: dict[str, list[Contact]] = {}
    known: dict[str, tuple[str, str, bool]] = {}
    for name, email, incumbent in roster:
        known[_key(name, email)] = (name, email, incumbent)
    for contact in contacts:
        key = _key(contact.name, contact.email)
        groups.setdefault(key, []).append(contact)
        name, email, incumbent = known.get(key, (contact.name, contact.email, False))
        known[key] = (name or contact.name, email, incumbent or contact.incumbent)
    found = [_of(person, groups.get(key, []), hours, today) for key, person in known.items()]
    return sorted(found, key=lambda f: (f.name.casefold(), f.email))


def _key(name: str, email: str) -> str:
    return email.strip().lower() or name.strip().casefold()


def _of(
    person: tuple[str, str, bool], contacts: Sequence[Contact], hours: OfficeHours, today: date | None
) -> CandidateFigures:
    name, email, incumbent = person
    acknowledged = [
        hours.working_hours_between(c.received_at, c.acknowledged_at) for c in contacts if c.acknowledged_at
    ]
    answered = [hours.working_hours_between(c.received_at, c.answered_at) for c in contacts if c.answered_at]
    timed = [on_time for c in contacts if (on_time := _on_time(c, hours, today)) is not None]
    return CandidateFigures(
        name=name,
        email=email,
        enquiries=len(contacts),
        answered=len(answered),
        open=sum(1 for c in contacts if c.answered_at is None and not c.closed),
        median_office_hours_to_acknowledge=_rounded(median(acknowledged)) if acknowledged else None,
        median_office_hours_to_answer=_rounded(median(answered)) if answered else None,
        longest_office_hours_to_answer=_rounded(max(answered)) if answered else None,
        share_on_time=_rounded(sum(timed) / len(timed)) if timed else None,
        incumbent=incumbent,
    )


def _on_time(contact: Contact, hours: OfficeHours, today: date | None) -> bool | None:
    """Whether it was answered by its date; None where there is no date, or it is open and not yet due."""
    if contact.due_on is None:
        return None
    if contact.answered_at is not None:
        return hours.received_day(contact.answered_at) <= contact.due_on
    overdue = today is not None and today > contact.due_on and not contact.closed
    return False if overdue else None


def _rounded(value: float) -> float:
    return round(value, 2)


def to_json(found: Sequence[CandidateFigures]) -> list[dict[str, object]]:
    """The list of `fairness --json`, keys in the contract's order."""
    return [{key: getattr(one, key) for key in CandidateFigures.__dataclass_fields__} for one in found]


_MEASURES: Mapping[str, str] = {
    "median_office_hours_to_acknowledge": "acknowledged",
    "median_office_hours_to_answer": "answered",
}


def disparities(found: Sequence[CandidateFigures]) -> list[str]:
    """What a monitoring officer should look at, in plain sentences; never empty.

    The slowest and the quickest median are compared, and the incumbent's with the middle of the others'.
    """
    wrote = [f for f in found if f.enquiries]
    if len(wrote) < 2:
        return ["Fewer than two candidates have written: there is nothing to compare yet."]
    sentences = [
        sentence
        for measure, verb in _MEASURES.items()
        for sentence in (*_extremes(wrote, measure, verb), *_incumbent(wrote, measure, verb))
    ]
    if not sentences:
        sentences = ["No notable difference between candidates."]
    few = [f for f in wrote if f.answered < FEW]
    if few:
        names = ", ".join(_label(f) for f in few)
        sentences.append(f"Small numbers: fewer than {FEW} answers so far to {names}; read with care.")
    overdue = [f for f in wrote if f.share_on_time is not None and f.share_on_time < 1]
    sentences += [f"{_label(f)}: {f.share_on_time:.0%} answered on time." for f in overdue]
    return sentences


def _label(one: CandidateFigures) -> str:
    return f"{one.name or one.email} (the incumbent)" if one.incumbent else one.name or one.email


def _extremes(found: Sequence[CandidateFigures], measure: str, verb: str) -> list[str]:
    measured = sorted((value, _label(f)) for f in found if (value := getattr(f, measure)) is not None)
    if len(measured) < 2:
        return []
    (quick, quickest), (slow, slowest) = measured[0], measured[-1]
    if not _notable(quick, slow):
        return []
    return [
        f"{slowest} was {verb} after {_hours(slow)} in the median, {quickest} after {quick:g}: "
        "look at the entries and write down the reason."
    ]


def _incumbent(found: Sequence[CandidateFigures], measure: str, verb: str) -> list[str]:
    own = [v for f in found if f.incumbent and (v := getattr(f, measure)) is not None]
    others = [v for f in found if not f.incumbent and (v := getattr(f, measure)) is not None]
    if not own or not others:
        return []
    mine, theirs = median(own), median(others)
    if not _notable(min(mine, theirs), max(mine, theirs)):
        return []
    word = "sooner" if mine < theirs else "later"
    return [f"The incumbent was {verb} {word} than the others: {_hours(mine)} against {theirs:g}."]


def _hours(value: float) -> str:
    return f"{value:g} office hour" + ("" if value == 1 else "s")


def _notable(less: float, more: float) -> bool:
    return more - less >= NOTABLE_HOURS and more >= NOTABLE_RATIO * less
