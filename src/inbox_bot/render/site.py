"""What the election page is made from. Everything here is public already: texts arrive redacted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class PublishedDocument:
    """A document of an entry. Only a cleared one is named and copied; `source` None: it stands at `href`."""

    ref: str  # "Ref 001"
    title: str  # redacted; for a file the name to download it under
    cleared: bool
    source: Path | None = None
    href: str = ""
    size: int = 0  # octets


@dataclass(frozen=True, kw_only=True)
class PublishedEntry:
    """One entry for the public (R2, R19). `checked`: the redaction of both texts could check everything."""

    reference: str
    date_of_contact: date
    category: str  # a triage category's value; its label comes from words.toml
    role: str  # a role's value; shown only as one of two groups, so that nobody is singled out
    method: str  # "email", "telephone", "verbal", "social_media", "letter"
    information_sought: str
    information_provided: str
    checked: bool
    officer: str = ""  # a role such as "Head of Governance and Transparency", never a name
    sought_refs: Sequence[str] = ()
    provided_refs: Sequence[str] = ()
    documents: Sequence[PublishedDocument] = ()
    date_added_to_register: date | None = None
    date_added_to_website: date | None = None
    not_added_reason: str = ""  # shown behind "N/A" where there is no date (CL App. A)
    follows: str = ""  # reference of an earlier entry
    withdrawn_on: date | None = None  # the page stays, without any content


@dataclass(frozen=True, kw_only=True)
class KeyDate:
    day: date
    title: str
    note: str = ""  # a time, a place, where the date comes from


@dataclass(frozen=True, kw_only=True)
class Link:
    title: str
    href: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Briefing documents under one heading (R26, AP App. B)."""

    title: str
    documents: Sequence[Link]


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Statutory business of the incumbent in the period (BD 22d), from the office's own file."""

    day: date
    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    name: str
    email: str = ""
    telephone: str = ""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteContext:
    """The page around the register (R26)."""

    office_name: str
    short_name: str
    election_title: str
    poll_date: date
    inbox_address: str
    website: str = ""
    privacy_notice: str = ""
    returning_officer: Contact | None = None
    candidate_addresses: str = ""  # the official page with candidates' election addresses
    key_dates: Sequence[KeyDate] = ()
    calendar: str = ""  # the same dates as iCalendar text (RFC 5545)
    briefing: Sequence[Topic] = ()
    incumbent_activity: Sequence[Activity] = ()
    foi_log: bool = False  # AP 7.8: the freedom of information requests listed by themselves as well
    language: str = "en"  # "en" or "cy"
