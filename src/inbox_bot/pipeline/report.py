"""What one pass did, as the contract's `once --json` tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..register.states import OutboxState, Outcome


@dataclass
class Report:
    """What one pass did: the contract's `once --json`."""

    fetched: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    acknowledged: int = 0
    acknowledgements_held: int = 0
    replies_matched: int = 0
    reminders_sent: int = 0
    approvals_requested: int = 0
    published: int = 0
    digest_sent: bool = False
    outbox: dict[OutboxState, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    unreachable: bool = False  # a server could not be reached: exit code 3
    polled: bool = False  # the mailbox was read to its end
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        shown = ("queued", "held", "sent", "retrying", "unknown", "failed")
        waiting = self.outbox.get(OutboxState.SENDING, 0)
        figures = {state.value: n for state, n in self.outbox.items()}
        figures["queued"] = figures.get("queued", 0) + waiting
        return {
            "fetched": self.fetched,
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "acknowledged": self.acknowledged,
            "acknowledgements_held": self.acknowledgements_held,
            "replies_matched": self.replies_matched,
            "reminders_sent": self.reminders_sent,
            "approvals_requested": self.approvals_requested,
            "published": self.published,
            "digest_sent": self.digest_sent,
            "outbox": {name: figures.get(name, 0) for name in shown},
            "errors": self.errors,
            "seconds": round(self.seconds, 3),
        }
