"""What is asked of an action, as every action gets it."""

from __future__ import annotations

from dataclasses import dataclass

from ...store.tables import Entry, Outbox, Received
from ..desk import Job


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is asked: the action, on what, by whom. `text` is the officer's free text (a reason, an edit)."""

    action: str
    by: str  # the officer's address, or "command-line"
    entry: Entry | None = None
    outbox_row: Outbox | None = None
    argument: str = ""
    text: str = ""
    version: int | None = None
    received: Received | None = None  # the message that the button is about (link, not spam)
    other: Entry | None = None  # the second entry (merge)

    @property
    def about(self) -> Entry:
        """The entry, of an action that needs one: `perform` has made sure of it."""
        assert self.entry is not None
        return self.entry


def reason(job: Job, text: str) -> str:
    """The officer's reason: the lines of the mail, without the prompt that the button put there."""
    after = job.desk.vocabulary.after
    lines = [
        found if (found := after("reason", line)) is not None else line.strip() for line in text.splitlines()
    ]
    return " ".join(line for line in lines if line)[:500]
