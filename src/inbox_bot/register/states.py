"""The states of an entry, a message, an outbox row and a timer, and which changes are allowed."""

from __future__ import annotations

from enum import StrEnum

from ..errors import NotAllowed


class Outcome(StrEnum):
    """What became of a received message; exactly one each (architecture, 1)."""

    FILED = "filed"  # a new entry
    ATTACHED = "attached"  # belongs to an entry: follow-up, answer, thanks
    COMMAND = "command"  # an officer's instruction
    AUTOMATED = "automated"  # a machine wrote it
    OWN_COPY = "own_copy"  # our own mail, seen in Sent or come back
    DUPLICATE = "duplicate"  # a second delivery
    SPAM = "spam"  # spam, or found in the junk folder
    SET_ASIDE = "set_aside"  # could not be handled; raw bytes kept, a person is told
    PENDING = "pending"  # taken in, not yet handled


class Status(StrEnum):
    OPEN = "open"
    AWAITING_DECISION = "awaiting_decision"  # the Chief Executive decides (R12–R16)
    REFERRED = "referred"  # passed to PARO, police, force
    ANSWERED = "answered"
    CLOSED = "closed"


class Publication(StrEnum):
    NEVER = "never"  # outside the scope of publication (R19)
    UNDECIDED = "undecided"  # the SPOC chooses
    SCHEDULED = "scheduled"  # answered; the preview is due at a time
    AWAITING_APPROVAL = "awaiting_approval"  # preview sent
    APPROVED = "approved"  # goes out at the next build
    HELD = "held"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class OutboxState(StrEnum):
    QUEUED = "queued"
    HELD = "held"  # waits for an officer's release
    SENDING = "sending"  # claimed under a lease
    SENT = "sent"
    RETRYING = "retrying"  # temporary failure; next_try_at says when
    UNKNOWN = "unknown"  # may have been accepted; evidence or a person settles it
    FAILED = "failed"  # refused for good, or given up
    CANCELLED = "cancelled"  # withdrawn before sending


class ResponsibleAuthority(StrEnum):
    """Who must answer a request under FOIA (R7)."""

    OFFICE = "office"
    FORCE = "force"
    FIRE = "fire"
    UNDECIDED = "undecided"


_S, _P, _O = Status, Publication, OutboxState

STATUS_MOVES: dict[Status, frozenset[Status]] = {
    _S.OPEN: frozenset({_S.AWAITING_DECISION, _S.REFERRED, _S.ANSWERED, _S.CLOSED}),
    _S.AWAITING_DECISION: frozenset({_S.OPEN, _S.REFERRED, _S.ANSWERED, _S.CLOSED}),
    _S.REFERRED: frozenset({_S.OPEN, _S.AWAITING_DECISION, _S.ANSWERED, _S.CLOSED}),
    _S.ANSWERED: frozenset({_S.OPEN, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.OPEN, _S.ANSWERED}),
}

PUBLICATION_MOVES: dict[Publication, frozenset[Publication]] = {
    _P.NEVER: frozenset({_P.UNDECIDED, _P.SCHEDULED}),
    _P.UNDECIDED: frozenset({_P.NEVER, _P.SCHEDULED, _P.HELD}),
    _P.SCHEDULED: frozenset({_P.AWAITING_APPROVAL, _P.HELD, _P.NEVER, _P.UNDECIDED, _P.APPROVED}),
    _P.AWAITING_APPROVAL: frozenset({_P.APPROVED, _P.HELD, _P.NEVER, _P.SCHEDULED, _P.UNDECIDED}),
    _P.APPROVED: frozenset({_P.PUBLISHED, _P.HELD, _P.WITHDRAWN, _P.NEVER, _P.SCHEDULED}),
    _P.HELD: frozenset({_P.SCHEDULED, _P.AWAITING_APPROVAL, _P.APPROVED, _P.NEVER, _P.UNDECIDED}),
    _P.PUBLISHED: frozenset({_P.WITHDRAWN, _P.SCHEDULED}),  # SCHEDULED: a later answer, previewed anew
    _P.WITHDRAWN: frozenset({_P.SCHEDULED, _P.NEVER, _P.APPROVED}),
}

OUTBOX_MOVES: dict[OutboxState, frozenset[OutboxState]] = {
    _O.QUEUED: frozenset({_O.SENDING, _O.HELD, _O.CANCELLED}),
    _O.HELD: frozenset({_O.QUEUED, _O.CANCELLED}),
    _O.SENDING: frozenset({_O.SENT, _O.RETRYING, _O.UNKNOWN, _O.FAILED}),
    _O.RETRYING: frozenset({_O.SENDING, _O.FAILED, _O.HELD, _O.CANCELLED}),
    _O.UNKNOWN: frozenset({_O.SENT, _O.QUEUED, _O.RETRYING, _O.FAILED}),
    _O.SENT: frozenset({_O.FAILED}),  # a bounce came back
    _O.FAILED: frozenset({_O.QUEUED}),
    _O.CANCELLED: frozenset(),
}


def may_move(old: StrEnum, new: StrEnum) -> bool:
    """Whether `old` → `new` is allowed; staying put always is."""
    tables: dict[type, dict[StrEnum, frozenset[StrEnum]]] = {
        Status: STATUS_MOVES,  # type: ignore[dict-item]  # one look-up over three enum-keyed tables
        Publication: PUBLICATION_MOVES,  # type: ignore[dict-item]
        OutboxState: OUTBOX_MOVES,  # type: ignore[dict-item]
    }
    return old == new or new in tables[type(old)][old]


def move(old: StrEnum, new: StrEnum, reference: str) -> None:
    """Raise NotAllowed where the change is not in the table."""
    if not may_move(old, new):
        raise NotAllowed(
            f"{reference} is {old.value.replace('_', ' ')}: it cannot become {new.value.replace('_', ' ')}."
        )
