"""What an officer's plain words do, once somebody else has made sure that they are the officer's.

Nothing here sends the answer: a `Reply` says what the officer is to be told. NotAllowed says why not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import NotAllowed
from ..message.model import Attachment, Forward, NewWords, ParsedMessage, Trust
from ..register.states import OutboxState
from ..render.views.button import Button
from ..store import entries, outbox
from ..store.tables import Entry, Outbox, Received
from . import asking, believing, byhand, joining, reply_through, telephone, views
from .actions import Command, perform
from .command_words import QUESTIONS, Wish
from .desk import Job

NO_COMMAND = "no_command"  # what an officer wrote is none
OFFICE_ONLY = frozenset({"pause", "resume", "not_spam", "candidates", "authority", "assign"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A mail that may be a command. `by`: whose wish it is, an address of [people] or whoever wrote."""

    received: Received
    message: ParsedMessage
    words: NewWords
    forward: Forward | None
    verdict: Trust
    by: str

    @property
    def sender(self) -> str:
        return self.message.author.email

    @property
    def proved(self) -> bool:
        return believing.is_proved(self.verdict, self.sender)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the officer is told."""

    action: str
    reference: str = ""
    changes: Sequence[str] = ()
    why_not: str = ""
    body: str = ""
    buttons: tuple[Button, ...] = ()
    told: bool = False  # the officer has been written to already, with the copy of their answer
    file: Attachment | None = None
    count: int = 0  # entries in the file


def not_understood(job: Job, parent: Outbox) -> Reply:
    """The list of commands, in answer to a reply to a notice."""
    entry = job.session.get(Entry, parent.entry_id) if parent.entry_id else None
    why = "A reply to a notice is never sent on to the enquirer, and its first line is not a command."
    return Reply(action=NO_COMMAND, reference=entry.reference if entry else "", why_not=why, body=asking.HELP)


def telephone_note(job: Job, asked: Asked, method: str) -> Reply:
    """A telephone note: an entry, confirmed to the enquirer in writing (R17)."""
    own = believing.commanders(job) | {job.settings.office.inbox_address, *(s for s in (asked.sender,) if s)}
    note, told = telephone.read(
        asked.words.new or asked.message.text,
        method=method,
        at=min(asked.received.received_at, job.now),
        own=own,
        today=job.today,
        vocabulary=job.desk.vocabulary,
    )
    entry = byhand.add(job, note)
    asked.received.entry_id = entry.id
    entries.add_mail(
        job.session, entry, asked.message.message_id, "internal", asked.received.received_at,
        received_id=asked.received.id,
    )  # fmt: skip
    if believing.is_force(job, asked.sender):
        entry.owner = "force"
    due = f", due on {entry.due_on:%A} {entry.due_on.day} {entry.due_on:%B}" if entry.due_on else ""
    changes = [f"{entry.reference} is in the register of contacts{due}."]
    changes.append(
        "What was asked is confirmed to the enquirer in writing."
        if entry.contact_email
        else "No address was noted, so nothing is confirmed in writing: ask for one before you answer."
    )
    if told:
        changes += joining.answered_elsewhere(job, entry, told, asked.sender)
    return Reply(action="telephone_note", reference=entry.reference, changes=changes)


def grant(job: Job, asked: Asked, wish: Wish, parent: Outbox | None) -> Reply:
    """Do what the words say, for each entry named."""
    if wish.problem:
        raise NotAllowed(wish.problem)
    if wish.action in OFFICE_ONLY and believing.is_force(job, asked.by):
        raise NotAllowed("That is for the office to do.")
    named = _entries(job, wish, parent)
    for entry in named:
        if not believing.may_see(job, entry, asked.by):
            raise NotAllowed(f"{entry.reference} is not in the log that you keep.")
    if wish.action in QUESTIONS:
        return _question(job, asked, wish, named)
    if wish.action.startswith("decide"):
        for entry in named:
            decider = views.decider(job, entry)
            if not believing.may_decide(job, decider, asked.by):
                raise NotAllowed(
                    f"{entry.reference} waits for the {decider.replace('_', ' ')}'s decision, not yours."
                )
    if wish.action == "merge":
        if len(named) != 2:
            raise NotAllowed("Name both entries: “merge WMR-0002 into WMR-0001”.")
        changes = perform(job, _command(job, asked, wish, named[0], parent, other=named[1]))
        return Reply(action="merge", reference=named[1].reference, changes=changes)
    changes, refused = [], []
    about: list[Entry | None] = [*named] if named else [None]
    for one in about:
        try:
            with job.session.begin_nested():
                changes += perform(job, _command(job, asked, wish, one, parent))
        except NotAllowed as error:
            refused.append(str(error))
    if refused and not changes:
        raise NotAllowed(" ".join(refused))
    if named:
        asked.received.entry_id = named[0].id
    reference = named[0].reference if len(named) == 1 else ""
    return Reply(
        action=wish.action, reference=reference, changes=[*changes, *(f"Not done: {r}" for r in refused)]
    )


def _command(
    job: Job, asked: Asked, wish: Wish, entry: Entry | None, parent: Outbox | None, other: Entry | None = None
) -> Command:
    row = _waiting_answer(job, entry, parent) if wish.action == "cancel" else None
    received = None
    if wish.action == "not_spam":
        received = job.session.get(Received, int(wish.argument)) if wish.argument.isdigit() else None
    return Command(
        action=wish.action,
        by=asked.by,
        entry=entry,
        outbox_row=row,
        argument=wish.argument,
        text=wish.text,
        received=received,
        other=other,
    )


def _entries(job: Job, wish: Wish, parent: Outbox | None) -> list[Entry]:
    """The entries named, else the one that the notice was about."""
    found = [joining.current(job, entries.get(job.session, reference)) for reference in wish.references]
    if not found and parent is not None and parent.entry_id:
        entry = job.session.get(Entry, parent.entry_id)
        found = [joining.current(job, entry)] if entry is not None else []
    return found


def _waiting_answer(job: Job, entry: Entry | None, parent: Outbox | None) -> Outbox | None:
    """The answer that the copy in the officer's hands is about, else the entry's one that still waits."""
    copied = re.fullmatch(r"reply_through:(\d+)", parent.key) if parent is not None else None
    if copied:
        return job.session.get(Outbox, int(copied[1]))
    waiting = outbox.in_state(job.session, OutboxState.QUEUED, OutboxState.HELD)
    return next(
        (r for r in waiting if r.kind == reply_through.KIND and entry is not None and r.entry_id == entry.id),
        None,
    )


def _question(job: Job, asked: Asked, wish: Wish, named: list[Entry]) -> Reply:
    match wish.action:
        case "register":
            file, count = asking.register_file(job, asked.by)
            return Reply(action="register", file=file, count=count)
        case "show":
            if not named:
                raise NotAllowed("Say which entry, such as “show WMR-0007”.")
            text = "\n\n\n".join(asking.show(job, entry, asked.by) for entry in named)
            return Reply(action="show", reference=named[0].reference, body=text)
        case "find":
            return Reply(action="find", body=asking.find(job, wish.argument, asked.by))
        case "candidates":
            text, buttons = asking.candidates(job, asked.message, asked.received, asked.by)
            return Reply(action="candidates", body=text, buttons=buttons)
        case _:
            pause = job.button("pause", "Pause all sending", asked.by)
            return Reply(action="help", body=asking.HELP, buttons=(pause,))
