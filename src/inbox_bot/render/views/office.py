"""Who writes, and where in the election: the office, its people, its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """An office-holder from `[people]` or from the profile. All trusted."""

    title: str
    name: str = ""
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficeView:
    """The office as it introduces itself. All trusted: settings and profile."""

    name: str
    short_name: str
    inbox_address: str
    website: str = ""
    privacy_notice: str = ""
    reference_prefix: str = ""
    commissioner: str = "Police and Crime Commissioner"  # by election.type
    commissioner_cy: str = "Comisiynydd yr Heddlu a Throseddu"
    spoc: PersonView = PersonView(title="Election Single Point of Contact")
    chief_executive: PersonView = PersonView(title="Chief Executive")
    paro: PersonView = PersonView(title="Police Area Returning Officer")
    answering_title: str = "Election Single Point of Contact"
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, kw_only=True)
class DateView:
    """A date of the timetable. All trusted."""

    label: str
    on: date
    at: time | None = None
    source: str = ""  # "set by the PARO", "25 working days before the poll, at the latest"
    place: str = ""  # of an event


@dataclass(frozen=True, kw_only=True)
class PhaseView:
    """Where in the election a mail is written. All trusted."""

    phase: str  # calendar.timetable.Phase: before_notice, pre_election_period …
    today: date
    poll_date: date
    pre_election_start: date | None = None
    close_of_nominations: date | None = None
    dates: tuple[DateView, ...] = ()  # what lies ahead, soonest first
    events: tuple[DateView, ...] = ()  # the office's own, such as a briefing for candidates

    @property
    def in_pre_election_period(self) -> bool:
        """From the notice to the poll, polling day included (NT 11.1)."""
        return self.phase in {"pre_election_period", "after_close_of_nominations", "polling_day"}
