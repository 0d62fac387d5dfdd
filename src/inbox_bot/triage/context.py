"""What triage is told about the office, the day and the thread: one frozen value, no settings object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from ..message.model import ParsedMessage
from .likeness import Likeness
from .model import Category, Role
from .roster import Roster
from .rules import RuleSet
from .senders import Senders


@dataclass(frozen=True, kw_only=True)
class Official:
    """An office-holder: how mails name them. Words are compared folded, addresses lower-cased."""

    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Context:
    """Everything outside the message that triage may look at. Trust is not part of it, on purpose:
    most internal mail carries no Authentication-Results, so a category never hangs on them."""

    rules: RuleSet
    senders: Senders
    roster: Roster = field(default_factory=Roster)
    inbox_address: str = ""
    office_addresses: tuple[str, ...] = ()  # addresses of the office besides the officers'
    officers: tuple[str, ...] = ()  # people.officers: whose mail counts as the office's reply
    spoc: Official = Official()
    chief_executive: Official = Official()
    commissioner: Official = Official()
    paro: Official = Official()
    force_domains: tuple[str, ...] = ()
    reference_prefix: str = ""
    statement_of_persons_nominated: date | None = None
    received_at: datetime | None = None  # aware; when the mailbox took it in
    known_parent: bool | None = None  # whether it belongs to a known thread; None where nobody knows
    known_category: Category | None = None  # of the entry it belongs to
    known_role: Role | None = None  # what this enquirer was found to be before
    documents_text: tuple[str, ...] = ()  # text of PDF and DOCX attachments
    own_addresses: tuple[str, ...] = ()
    is_own: Callable[[ParsedMessage], bool] | None = None
    likeness: Likeness | None = None  # what words resemble, heard beside the rules
