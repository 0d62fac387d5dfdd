"""The office and its election: [office], [election]."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from .section import Section, lower


class Office(Section):
    name: str
    short_name: str = ""
    reference_prefix: str = Field(default="REF", pattern=r"^[A-Z][A-Z0-9]{1,9}$")
    inbox_address: str
    website: str = ""
    timezone: str = "Europe/London"
    profile: str = "apace-police"
    privacy_notice: str = ""
    mode: Literal["live", "observe"] = "live"
    telephone: str = ""
    languages: tuple[str, ...] = ()  # empty: the profile's
    hours_start: dt.time = dt.time(9)
    hours_end: dt.time = dt.time(17)

    _low = field_validator("inbox_address", mode="before")(lower)

    @field_validator("inbox_address")
    @classmethod
    def _has_domain(cls, value: str) -> str:
        if value.count("@") != 1:
            raise ValueError("is not an e-mail address")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except Exception as error:
            raise ValueError(f"{value!r} is not a time zone such as Europe/London") from error
        return value

    @property
    def domain(self) -> str:
        return self.inbox_address.rpartition("@")[2]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_inbox(self, address: str) -> bool:
        """Whether an address is the inbox itself, with or without a tag: `election+REF.token@…`."""
        local, _, domain = address.lower().partition("@")
        ours, _, _ = self.inbox_address.partition("@")
        return domain == self.domain and (local == ours or local.startswith(f"{ours}+"))


class Event(Section):
    """A date that the office adds to the election's timetable, such as a briefing for candidates."""

    title: str
    date: dt.date | dt.datetime
    place: str = ""


class Election(Section):
    type: Literal["pcc", "pfcc", "mayor"] = "pcc"
    poll_date: dt.date
    notice_of_election: dt.date | None = None
    pre_election_period_start: dt.date | None = None
    close_of_nominations: dt.datetime | None = None
    statement_of_persons_nominated: dt.date | None = None
    events: tuple[Event, ...] = ()
