"""Scores → one category, the matters, and how sure we are.

The table is data (config/triage.toml); this module only walks it. A score is the sum of the weights of
the rules that spoke. Ties between two categories go to the earlier row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .likeness import EMERGENCY, Opinion
from .model import Category, Hit, Matter
from .rules import Decision, RuleSet

# Matters that make a mail more than a question about the poll. Information does not: all ask for some.
_BUSINESS = (
    Matter.VISIT,
    Matter.MEETING,
    Matter.BRIEFING_EVENT,
    Matter.PHOTO_IMAGERY,
    Matter.HUSTINGS,
    Matter.INTERVIEW,
    Matter.PRESS_STATEMENT,
    Matter.ALREADY_PUBLISHED,
)
# What mostly candidates ask for (CL 9, 10; AP 8): no proof, but it tips a scale.
_CANDIDATES_ASK = (Matter.VISIT, Matter.MEETING, Matter.BRIEFING_EVENT)
# What only the press asks for: a journalist's mail with it is no question about the poll, whatever the story.
_PRESS_ASKS = (Matter.PRESS_STATEMENT, Matter.INTERVIEW, Matter.PHOTO_IMAGERY)
_WRITES_FOR_PRESS = 2.0  # the mark of the row for media
_BUSINESS_WEIGHT = 2.5  # one other matter outweighs a passing election word, not a mail full of them
_LOUDEST = 2.0  # times its mark: a rule that says more is heard no louder
_STRUCTURE = frozenset({Category.AUTOMATED, Category.STAFF_REPLY, Category.MISDIRECTED_FORCE})
_RIVALS = (
    "policing_matter",
    "conduct_concern",
    "electoral_process",
    "foi",
    "journalist",
    "candidate",
    "spam",
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    category: Category
    row: Decision
    confidence: float  # 0 to 1

    @property
    def voice(self) -> float:
        """How loudly it is heard: 0 for the last row of the table, which takes what no rule spoke for."""
        return self.row.voice * self.confidence if self.row.when else 0.0


def add_up(hits: Iterable[Hit], facts: Mapping[str, float]) -> dict[str, float]:
    """Scores by what the rules speak for, with the facts of structure and what follows from both."""
    scores: dict[str, float] = defaultdict(float)
    for hit in hits:
        scores[hit.speaks_for] += hit.weight
    scores["other_business"] = _BUSINESS_WEIGHT * sum(scores[m.value] >= 1 for m in _BUSINESS)
    if scores["journalist"] >= _WRITES_FOR_PRESS and any(scores[m.value] >= 1 for m in _PRESS_ASKS):
        scores["other_business"] += scores["journalist"]
    if any(scores[m.value] >= 1 for m in _CANDIDATES_ASK):
        scores["candidate"] += 1.0
    if scores["danger_denied"] > 0:
        scores["emergency"] = 0.0
    scores.update(facts)
    return scores


def choose(scores: Mapping[str, float], rules: RuleSet, skip: frozenset[Category] = frozenset()) -> Verdict:
    """The first row of the table that the scores reach; `skip` leaves out rows (for the message within)."""
    for row in rules.decisions:
        category = Category(row.category)
        if category in skip or not _reached(row, scores):
            continue
        return Verdict(category=category, row=row, confidence=_confidence(category, row, scores))
    raise AssertionError("the last row has no conditions; rulefile.load saw to that")


def _reached(row: Decision, scores: Mapping[str, float]) -> bool:
    if any(scores.get(name, 0.0) < least for name, least in row.when.items()):
        return False  # so it is with most rows
    own = max((scores.get(name, 0.0) for name in row.when), default=0.0)
    return not any(scores.get(name, 0.0) >= most for name, most in row.unless.items()) and all(
        own >= scores.get(name, 0.0) for name in row.beats
    )


def _confidence(category: Category, row: Decision, scores: Mapping[str, float]) -> float:
    """How far the deciding score stands above its mark, less what speaks for something else."""
    if category in _STRUCTURE:
        return 0.97
    if not row.when:
        # The fallback: surer the less nearly something else was reached, where a question was asked.
        nearest = max((scores.get(name, 0.0) / 3 for name in _RIVALS), default=0.0)
        base = 0.8 if scores.get("question", 0) + scores.get("request", 0) > 0 else 0.5
        return _clamp(base - 0.35 * max(0.0, min(nearest, 1.0)))
    name, least = max(row.when.items(), key=lambda item: scores.get(item[0], 0.0))
    own = scores.get(name, 0.0)
    strength = 0.62 + 0.1 * (own - least)
    rival = max(
        (
            scores.get(other, 0.0)
            for other in _RIVALS
            if other not in row.when and not _later(other, category)
        ),
        default=0.0,
    )
    return _clamp(min(strength, 0.95) - 0.12 * max(0.0, rival - 1.5) / max(own, 1.0) * 2)


def _later(rival: str, category: Category) -> bool:
    """Capacity is compatible with subject: a candidate's FOI request is no doubtful FOI request."""
    return rival in {"journalist", "candidate"} and category not in {
        Category.MEDIA,
        Category.CANDIDATE_ENQUIRY,
    }


def _clamp(value: float) -> float:
    return round(max(0.05, min(0.99, value)), 2)


def matters(
    category: Category, scores: Mapping[str, float], rules: RuleSet, opinion: Opinion | None = None
) -> tuple[Matter, ...]:
    """What must be decided by somebody: the rules' scores and, where there is one, what the words resemble;
    see [thresholds] for the marks."""
    marks = rules.thresholds
    found: list[Matter] = [
        m for m in Matter if m is not Matter.INFORMATION and there(m.value, scores, marks, opinion)
    ]
    if category in {Category.AUTOMATED, Category.SPAM, Category.STAFF_REPLY}:
        return ()
    if category is Category.POLICING_MATTER:
        return ()
    if category is Category.CONDUCT_CONCERN:
        return tuple(m for m in Matter if m is Matter.COMPLAINT or (m is Matter.PHOTO_IMAGERY and m in found))
    if category is Category.ELECTORAL_PROCESS:
        found = [m for m in found if m is Matter.COMPLAINT]
        return tuple(found) or (Matter.INFORMATION,)
    if (
        category not in {Category.CANDIDATE_ENQUIRY, Category.PUBLIC_ENQUIRY}
        and Matter.ALREADY_PUBLISHED in found
    ):
        found.remove(Matter.ALREADY_PUBLISHED)
    if category is Category.FOI and Matter.INTERNAL_REVIEW not in found:
        found = [m for m in found if m in {Matter.SAR, Matter.COMPLAINT}]
        return (Matter.INFORMATION, *found)
    if category is not Category.MEDIA:
        found = [m for m in found if m is not Matter.PRESS_STATEMENT]
    if category is not Category.MEDIA and scores.get("journalist", 0) < 1.5:
        found = [m for m in found if m is not Matter.INTERVIEW]
    if category is Category.MEDIA and Matter.INTERVIEW in found:
        found = [m for m in found if m is not Matter.MEETING]
    asked = {Matter.INFORMATION.value: float(_wants_information(found, scores))}
    own = Matter.SAR in found or Matter.INTERNAL_REVIEW in found  # of itself a request for information
    if not own and there(Matter.INFORMATION.value, asked, marks, opinion):
        found.append(Matter.INFORMATION)
    return tuple(m for m in Matter if m in found)


def emergency(scores: Mapping[str, float], marks: Mapping[str, float], opinion: Opinion | None) -> bool:
    """Whether it sounds like danger to somebody now."""
    if scores.get("danger_denied", 0.0) >= marks["danger_denied"]:
        return False
    return there(EMERGENCY, scores, marks, opinion)


def there(
    name: str, scores: Mapping[str, float], marks: Mapping[str, float], opinion: Opinion | None
) -> bool:
    """The rules' score reaches its mark; or, where words were learnt for it, both voices together do."""
    score = scores.get(name, 0.0)
    if opinion is None or name not in opinion.margins:
        return score >= marks.get(name, 1.0)
    said = max(-_LOUDEST, min(_LOUDEST, score / marks.get(name, 1.0)))
    return opinion.margins[name] + marks["matter_voice"] * said > marks["matter_from"]


def _wants_information(found: list[Matter], scores: Mapping[str, float]) -> bool:
    """Information is a matter of its own where facts are asked for, not merely when and where to come."""
    others = [m for m in found if m not in {Matter.ALREADY_PUBLISHED, Matter.COMPLAINT}]
    if Matter.ALREADY_PUBLISHED in found:
        return True
    if others:
        return scores.get("asks_facts", 0.0) >= 1 or scores.get("recorded", 0.0) >= 3
    return (
        scores.get("wants_information", 0.0) >= 1
        or scores.get("request", 0.0) >= 1
        or scores.get("question", 0.0) >= 1
    )
