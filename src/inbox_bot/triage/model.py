"""Values of classification: categories, matters, and a decision with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ..message.model import Address, Automated, Forward, NewWords, ParsedMessage


class Category(StrEnum):
    CANDIDATE_ENQUIRY = "candidate_enquiry"
    FOI = "foi"
    MEDIA = "media"
    MISDIRECTED_FORCE = "misdirected_force"
    ELECTORAL_PROCESS = "electoral_process"
    CONDUCT_CONCERN = "conduct_concern"
    POLICING_MATTER = "policing_matter"
    PUBLIC_ENQUIRY = "public_enquiry"
    STAFF_REPLY = "staff_reply"
    AUTOMATED = "automated"
    SPAM = "spam"


class Matter(StrEnum):
    INFORMATION = "information"
    VISIT = "visit"
    MEETING = "meeting"
    BRIEFING_EVENT = "briefing_event"
    PHOTO_IMAGERY = "photo_imagery"
    HUSTINGS = "hustings"
    INTERVIEW = "interview"
    PRESS_STATEMENT = "press_statement"
    SAR = "sar"
    INTERNAL_REVIEW = "internal_review"
    COMPLAINT = "complaint"
    ALREADY_PUBLISHED = "already_published"


FACTS = frozenset(
    f"is_{name}"
    for name in (
        "automated", "office", "officer", "outgoing", "own_question", "impersonation", "force", "passed_on",
        "forwarded", "staff", "council", "paro", "reply",
    )
)  # fmt: skip
"""Facts of structure (`structure.facts`), by the names under which the decision table waits for them."""


class Role(StrEnum):
    """Who the enquirer is as a fact (R4); whether that counts as a candidate is the profile's matter."""

    CANDIDATE = "candidate"
    PROSPECTIVE_CANDIDATE = "prospective_candidate"
    AGENT = "agent_or_representative"
    JOURNALIST = "journalist"
    PUBLIC = "member_of_public"
    STAFF = "staff"
    SYSTEM = "system"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A rule that spoke. `where`: subject, new_text, original, note, sender, attachments, structure."""

    rule: str
    weight: float
    where: str
    text: str = ""  # the words that matched, at most 80 characters
    speaks_for: str = ""  # category or matter
    source: str = ""  # clause or statute the rule rests on


@dataclass(frozen=True, kw_only=True)
class Classification:
    """The decision on one message, in the contract's terms (`classify --json`)."""

    category: Category
    underlying: Category | None = None
    matters: tuple[Matter, ...] = ()
    enquirer: Address | None = None  # whom to acknowledge; None for automated, spam, staff replies
    enquirer_role: Role = Role.UNKNOWN
    acknowledge: bool = False
    follow_up: bool = False
    thank_you: bool = False
    emergency: bool = False
    confidential: bool = False  # R28
    language: str = "en"  # "en" or "cy"
    recorded_information: bool = False  # R7: asks in writing for recorded information: statutory_due_on
    foi_missing: tuple[str, ...] = ()  # parts of FOIA s.8 that are missing
    names_staff: tuple[str, ...] = ()  # "spoc", "chief_executive": a complaint that names them (R10)
    confidence: float = 0.0
    needs_review: bool = False
    forwarded_by: str | None = None
    new_text: str | None = None
    original_text: str | None = None
    evidence: tuple[Hit, ...] = ()
    misses: tuple[str, ...] = ()  # rules that were asked and did not speak


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A message with everything the pure floor found in it; what the pipeline routes on."""

    message: ParsedMessage
    words: NewWords
    automated: Automated
    forward: Forward | None
    classification: Classification
    tokens: tuple[str, ...] = field(default=())  # entry references found in the subject, e.g. "WMR-0007"
