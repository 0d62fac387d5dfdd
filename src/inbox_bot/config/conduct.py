"""How the service goes about it, when and how often: [deadlines], [publication], [digest], [notices],
[limits], [trust]."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from .section import Section


class Deadlines(Section):
    candidate_working_days: int = Field(default=3, ge=0)
    public_working_days: int = Field(default=3, ge=0)
    media_working_days: int = Field(default=1, ge=0)
    foi_working_days: int = Field(default=20, ge=1, le=20)
    reminder_working_days_before: tuple[int, ...] = (5, 1, 0)
    referral_working_days: int = Field(default=2, ge=1)


class PublicationSettings(Section):
    target: str = "var/site"
    approval: Literal["required", "unless_held"] = "required"
    delay_working_days: int = Field(default=1, ge=0)
    keep_names: tuple[str, ...] = ()  # office-holders whose names may stand
    tell_candidates: bool = False  # R20: mail every candidate of the roster what one of them was told


class DigestSettings(Section):
    at: dt.time = dt.time(7, 30)


class Notices(Section):
    new_entries: Literal["each", "hourly"] = "each"
    send_delay_minutes: int = Field(default=5, ge=0)  # reply-through, with a Cancel link
    token_days: int = Field(default=30, ge=1)
    silence_minutes: int = Field(default=60, ge=1)  # nothing polled for so long: an alert


class Limits(Section):
    """Manners of machines: overflow is filed, unacknowledged, and shown."""

    acknowledgements_per_sender_per_hour: int = Field(default=5, ge=1)
    acknowledgements_per_hour: int = Field(default=200, ge=1)
    tries: int = Field(default=3, ge=1)  # then a message is set aside


class TrustSettings(Section):
    provider: Literal["authentication-results", "microsoft365"] = "authentication-results"
    authserv_id: str = ""
