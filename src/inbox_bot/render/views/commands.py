"""What comes back to an officer who has sent a command or an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .button import Button
from .entry import DocumentView, EntryView


@dataclass(frozen=True, kw_only=True)
class CommandReplyView:
    """The answer that every command by mail gets."""

    done: bool  # trusted
    action: str  # trusted
    reference: str = ""  # trusted
    changes: tuple[str, ...] = ()  # outside: what changed, in words (may quote the officer's reason)
    why_not: str = ""  # trusted
    body: str = ""  # outside: the answer to a question (`show`, `find`, `help`)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConfirmationView:
    """A token came without its officer's authenticated mail: the officer is asked."""

    action: str  # trusted
    reference: str  # trusted
    came_from: str  # outside: the address in From
    came_at: datetime  # trusted
    verdict: str  # trusted: what the receiving server said of the sender
    words: str = ""  # outside: the new words of the mail, shown before anybody confirms them
    by_link: bool = True  # trusted: a button's token came along; else plain words in the officer's name
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReplyThroughView:
    """The copy an officer gets of an answer that is about to be sent on."""

    entry: EntryView
    text: str  # outside: the officer's new words, exactly as they will go
    goes_at: datetime  # trusted
    documents: tuple[DocumentView, ...] = ()
    buttons: tuple[Button, ...] = ()
