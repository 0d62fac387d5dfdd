"""In what capacity somebody writes: candidate, agent, journalist, staff, public; on that day (R4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..message.model import Address
from . import decide
from .context import Context
from .likeness import AGENT, CAPACITIES, STANDS, Opinion
from .model import Category, Hit, Role
from .reading import Reading
from .who import Surroundings


def settled(
    hits: list[Hit], scores: Mapping[str, float], person: Address, context: Context
) -> Category | None:
    """In what capacity the person writes, where structure tells: the roster, a newsroom's address or
    signature, a form's tick. A journalist who writes as a candidate says so, and the words decide."""
    day = context.received_at.date() if context.received_at else date.max
    entry = context.roster.find(person.email, person.name, day)
    role = context.roster.role_on(entry, day) if entry is not None else None
    if role in {Role.CANDIDATE, Role.PROSPECTIVE_CANDIDATE, Role.AGENT}:
        return Category.CANDIDATE_ENQUIRY
    by_place = sum(
        h.weight
        for h in hits
        if h.speaks_for == "journalist"
        and h.where in {"sender", "signature"}
        and h.rule != "known-journalist"
    )
    marks = context.rules.thresholds
    if role is Role.JOURNALIST or by_place >= marks["journalist"]:
        return Category.MEDIA if scores.get("candidate", 0) < marks["candidate"] else None
    return None


def known_role(person: Address, context: Context) -> Role | None:
    """What the roster or an earlier entry says of the person on that day; None where nothing."""
    day = context.received_at.date() if context.received_at else date.max
    entry = context.roster.find(person.email, person.name, day)
    if entry is not None:
        return context.roster.role_on(entry, day)
    return context.known_role


def role(
    category: Category,
    around: Surroundings,
    found: Reading,
    scores: Mapping[str, float],
    opinion: Opinion | None,
    context: Context,
) -> Role:
    """The enquirer's role in the entry: by roster or earlier entry, else by what the mail says."""
    if category is Category.AUTOMATED:
        return Role.SYSTEM
    if category is Category.SPAM:
        return Role.UNKNOWN
    if category is Category.STAFF_REPLY:
        return Role.STAFF
    known = known_role(found.enquirer, context)
    if not found.enquirer.email or not (found.words or found.subject):
        return Role.UNKNOWN
    found_role = (
        known if known not in (None, Role.UNKNOWN) else _said_role(category, around, scores, opinion, context)
    )
    if found_role is Role.PROSPECTIVE_CANDIDATE and _nominations_are_out(context):
        return Role.CANDIDATE
    return found_role


# Categories that hang on who writes. Elsewhere faint words of the press ("report", "statement") make nobody
# a journalist: it takes a sure sign.
_BY_CAPACITY = frozenset({Category.MEDIA, Category.CANDIDATE_ENQUIRY, Category.PUBLIC_ENQUIRY, Category.FOI})
_SURELY = 3.0


def _nominations_are_out(context: Context) -> bool:
    """From the statement of persons nominated on, who stands is nominated. A roster that names the nominated
    knows better than anybody's own word (R4)."""
    published, day = context.statement_of_persons_nominated, context.received_at
    return bool(
        published and day and day.date() >= published and not context.roster.names_nominated(day.date())
    )


def _said_role(
    category: Category,
    around: Surroundings,
    scores: Mapping[str, float],
    opinion: Opinion | None,
    context: Context,
) -> Role:
    """What the mail itself says of the writer's capacity; where the category rests on it, that capacity."""
    marks = context.rules.thresholds
    candidate, agent, journalist = (scores.get(name, 0) for name in ("candidate", "agent", "journalist"))
    staff = scores.get("is_staff", 0) > 0
    sure = marks["journalist"] if category in _BY_CAPACITY else _SURELY
    by_words = journalist >= sure and journalist >= candidate and not staff
    if category is Category.MEDIA or (by_words and category is not Category.CANDIDATE_ENQUIRY):
        return Role.JOURNALIST
    if category in CAPACITIES:
        stands = category is Category.CANDIDATE_ENQUIRY or candidate >= marks["candidate"]
    else:
        stands = decide.there(STANDS, {STANDS: candidate / marks["candidate"]}, marks, opinion)
    if stands:
        for_another = decide.there(AGENT, {AGENT: agent}, marks, opinion)
        return Role.AGENT if for_another else Role.PROSPECTIVE_CANDIDATE
    if staff or scores.get("working_for_office", 0) >= marks["working_for_office"]:
        return Role.STAFF
    partner = category in _BY_CAPACITY and scores.get("partner", 0) >= marks["partner"]
    return Role.UNKNOWN if around.council or partner else Role.PUBLIC
