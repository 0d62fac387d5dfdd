"""Which words of an officer's mail are a command, and which mails are none whatever they say.

Only a mail to the inbox alone counts, and of replies only those to our own notices: an answer to an enquirer,
a copy of it, or a forward is never taken for a command.
"""

from __future__ import annotations

from collections.abc import Callable

from ..message import forwarded, thread
from ..message.model import ParsedMessage
from ..store import outbox
from ..store.tables import Outbox
from . import command_words, granting, telephone
from .command_words import Wish
from .desk import Job
from .granting import Asked, Reply

# Mail of ours to the office's own people; a reply to anything else is an ordinary letter.
OFFICE_KINDS = frozenset({"notice", "alert", "reminder", "preview", "decision", "digest", "reply"})


def name_of(job: Job, asked: Asked) -> str:
    """The action's name for the confirmation; "" for words that only get the list of commands back."""
    parent = _parent(job, asked.message)
    if parent is None and _note_method(asked):
        return "telephone_note"
    wish = _read(job, asked, parent)
    return wish.action if wish is not None else ""


def wish_in(job: Job, asked: Asked) -> Callable[[Asked], Reply] | None:
    """What the words ask for, as something to be done; None where they are no command.

    Only a mail to the inbox alone counts, and of replies only those to our own notices: an answer to an
    enquirer, a copy of it, or a forward is never taken for a command.
    """
    message = asked.message
    if asked.forward is not None or not to_inbox_alone(job, message):
        return None
    parent = _parent(job, message)
    if parent is None:
        if thread.parents(message) or forwarded.is_reply_subject(message.subject):
            return None
        if method := _note_method(asked):
            return lambda a: granting.telephone_note(job, a, method)
    wish = _read(job, asked, parent)
    if wish is not None:
        return lambda a: granting.grant(job, a, wish, parent)
    if parent is not None:
        return lambda a: granting.not_understood(job, parent)
    return None


def _note_method(asked: Asked) -> str:
    """How the contact came about that a mail notes; "" where it is no such note."""
    subject = thread.bare_subject(asked.message.subject)
    return telephone.method_of(subject, next(iter(asked.words.new.splitlines()), ""))


def _read(job: Job, asked: Asked, parent: Outbox | None) -> Wish | None:
    words = asked.words.new or _above_quotation(asked.message.text)
    subject = thread.bare_subject(asked.message.subject) if parent is None else ""
    prefix, vocabulary = job.settings.office.reference_prefix, job.desk.vocabulary
    if parent is not None and parent.kind == "decision":
        decided = command_words.read_decision(words, prefix=prefix, today=job.today, vocabulary=vocabulary)
        if decided is not None:
            return decided
    return command_words.read(subject, words, prefix=prefix, today=job.today, vocabulary=vocabulary)


def _above_quotation(text: str) -> str:
    """The first line where cutting left nothing: "Thanks, approved" reads like a closing."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return "" if first.startswith(">") else first


def to_inbox_alone(job: Job, message: ParsedMessage) -> bool:
    to = [a.email for a in (*message.to, *message.cc) if a.email]
    return bool(to) and all(job.settings.office.is_inbox(email) for email in to)


def _parent(job: Job, message: ParsedMessage) -> Outbox | None:
    """The mail of ours to the office that this one answers."""
    found = (outbox.by_message_id(job.session, parent) for parent in thread.parents(message))
    row = next(filter(None, found), None)
    return row if row is not None and row.kind in OFFICE_KINDS else None
