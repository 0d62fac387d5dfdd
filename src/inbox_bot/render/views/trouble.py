"""What went wrong and needs a person: sends, mail set aside, floods, silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .button import Button


@dataclass(frozen=True, kw_only=True)
class SendView:
    """A row of the outbox that needs a person: unknown, failed, bounced, held."""

    kind: str  # trusted: acknowledgement, reminder …
    reference: str  # trusted, "" where there is none
    to: str  # outside
    queued_at: datetime  # trusted
    tried_at: datetime | None = None  # trusted
    tries: int = 0  # trusted
    reply: str = ""  # outside: what the other server said
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SetAsideView:
    """Mail that could not be handled; its bytes are kept."""

    identifier: str  # trusted: for `requeue`
    received_at: datetime  # trusted
    folder: str  # trusted
    reason: str  # trusted
    size: int = 0  # trusted, octets
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FloodView:
    """Very many mails from one sender, or in one hour: filed, not acknowledged one by one."""

    sender: str  # outside, "" where the global cap was reached
    since: datetime  # trusted
    received: int  # trusted
    acknowledged: int  # trusted
    held: int  # trusted
    cap: int  # trusted, acknowledgements an hour
    references: tuple[str, ...] = ()  # trusted
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SilenceView:
    """Nothing could be polled for a while, or it can be again. All trusted."""

    last_poll: datetime | None
    noticed_at: datetime
    error: str = ""  # one sentence, of our own error tree
    recovered_at: datetime | None = None
    fetched_since: int = 0
    waiting_to_send: int = 0
