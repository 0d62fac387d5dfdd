"""Whether a message goes on with what was said before: a thread with the office, a mere thanks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..message import forwarded
from ..message.model import NewWords, ParsedMessage
from .context import Context
from .model import Matter
from .reading import Reading
from .who import Surroundings

_THANKS_WORDS = 45  # a mere thanks is short
GREETING = re.compile(
    r"^(?:dear|hello|hi|annwyl|good (?:morning|afternoon|evening)|fao|to) [^|,]{0,60}(?:,|\||$)"
)


def follows(
    message: ParsedMessage,
    around: Surroundings,
    found: Reading,
    cut: NewWords,
    context: Context,
    tokens: tuple[str, ...],
) -> bool:
    """Whether it belongs to a thread with the office. By headers, a reference, or our words quoted."""
    if context.known_parent is not None:
        return context.known_parent
    if found.how != "direct":
        return False
    reply = forwarded.is_reply_subject(message.subject)
    linked = (*message.in_reply_to, *message.references)
    ours = {a.rpartition("@")[2] for a in around.addresses} | {around.office_domain} - {""}
    if any(any(i.rpartition("@")[2].endswith(domain) for domain in ours if domain) for i in linked):
        return True
    if tokens and (reply or linked):
        return True
    quoted = cut.quoted.lower()
    named = any(address in quoted for address in around.addresses) or (
        around.office_domain and around.office_domain in quoted
    )
    return bool((reply or linked) and named)


def is_thanks(scores: Mapping[str, float], found: Reading, follows: bool) -> bool:
    """A mere thanks: short, asks nothing, decides nothing; outside a thread it also begins so."""
    words = GREETING.sub("", found.sections["words"], count=1).strip(" ,|")
    return (
        scores.get("thanks", 0) >= 1
        and len(words.split()) <= _THANKS_WORDS
        and scores.get("question", 0) < 1
        and scores.get("request", 0) < 1
        and max(scores.get(name, 0) for name in _HEAVY) < 3
        and not any(scores.get(m.value, 0) >= 1 for m in _DECIDED)
        and (follows or bool(_THANKS_FIRST.match(words)))
    )


_HEAVY = ("policing_matter", "conduct_concern", "foi", "recorded", "emergency", "electoral_process")
_DECIDED = (Matter.VISIT, Matter.COMPLAINT, Matter.INTERVIEW, Matter.HUSTINGS)
_THANKS_FIRST = re.compile(
    r"(?:many |very many |a (?:big|huge) |just (?:a (?:quick )?note |wanted )?to say )?"
    r"(?:thank|thanks|diolch|cheers|ta\b)"
)
