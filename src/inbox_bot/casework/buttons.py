"""What a button does: the token in a mail's subject or address, read and carried out.

Whether the sender may press it is the caller's matter. Raises NotAllowed, and then the button stays unspent.
"""

from __future__ import annotations

import datetime as dt
import re

from ..errors import NotAllowed
from ..message import parse as parsing
from ..message.model import ParsedMessage
from ..render.views.button import Button
from ..store import facts, tokens
from ..store.tables import Entry, Outbox, Received, Token
from . import asking, joining, reply_through
from .actions import Command, perform
from .day_words import until_in
from .desk import Job
from .granting import Asked, Reply

# Where a server writes the address that a mail was delivered to, besides To and Cc.
_ADDRESSED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


def token_texts(job: Job, message: ParsedMessage) -> list[str]:
    """Tokens in the subject, and in a reply address (`election+TOKEN@`, `election+REF.TOKEN@`).

    Never in the body: there our own notices are quoted.
    """
    found = job.desk.tokens.texts_in(message.subject)
    prefix = re.escape(job.settings.office.reference_prefix)
    for tag in _tags(job, message):
        found += job.desk.tokens.texts_in("#" + re.sub(rf"^{prefix}-\d+\.", "", tag, flags=re.I))
    return list(dict.fromkeys(found))


def note_plus_addressing(job: Job, message: ParsedMessage) -> None:
    """A mail to `election+anything@` has arrived: the server has plus addressing, which `check` tells."""
    if _tags(job, message) and facts.get(job.session, facts.PLUS_ADDRESSING) is None:
        facts.put_time(job.session, facts.PLUS_ADDRESSING, job.now)


def _tags(job: Job, message: ParsedMessage) -> list[str]:
    local, _, domain = job.settings.office.inbox_address.partition("@")
    plus = re.compile(rf"{re.escape(local)}\+([^\s@<>\"]+)@{re.escape(domain)}", re.I)
    return [tag for name in _ADDRESSED for value in message.header_all(name) for tag in plus.findall(value)]


def dead(token: Token, now: dt.datetime) -> str:
    """Why a button can do nothing any more; "" where it can."""
    if token.spent_at is not None:
        return "this button was used before; nothing was done a second time"
    return "this button has expired; the newest notice has a fresh one" if token.expires_at < now else ""


def press(job: Job, asked: Asked, token: Token) -> Reply:
    """Do what a button says, once."""
    refusal = tokens.spend(job.session, token, job.now)
    if refusal is not None:
        raise NotAllowed(refusal.why)
    entry = entry_of(job, token)
    text = asked.words.new
    reference = entry.reference if entry is not None else ""
    if entry is not None:
        asked.received.entry_id = entry.id
    if token.action == "answer":
        assert entry is not None  # issued with one
        changes = reply_through.queue(job, entry, asked.message, asked.words, asked.received, asked.by)
        return Reply(action="answer", reference=reference, changes=changes, told=True)
    if token.action == "candidates":
        changes = asking.import_candidates(job, archived(job, token.received_id))
        return Reply(action="candidates", changes=changes)
    command = Command(
        action=token.action,
        by=asked.by,
        entry=entry,
        outbox_row=job.session.get(Outbox, token.outbox_id) if token.outbox_id else None,
        argument=_argument(job, token, text),
        text=text,
        version=token.version or None,
        received=job.session.get(Received, token.received_id) if token.received_id else None,
    )
    changes = perform(job, command)
    return Reply(
        action=token.action, reference=reference, changes=changes, buttons=_next(job, asked, token, entry)
    )


def _argument(job: Job, token: Token, text: str) -> str:
    """The button's own argument, completed by a day that the officer wrote."""
    until = until_in(text, job.today, job.desk.vocabulary.days)
    if token.action == "hold" and until is not None:
        return until.isoformat()
    if token.action == "extend" and token.argument == "public_interest":
        return f"public_interest {until.isoformat()}" if until else "public_interest"
    return token.argument


def _next(job: Job, asked: Asked, token: Token, entry: Entry | None) -> tuple[Button, ...]:
    """What undoes it: the answer to Approve carries Withdraw, the answer to Pause carries Resume."""
    if token.action in ("approve", "edit") and entry is not None:
        return (
            job.button("withdraw", f"Withdraw {entry.reference}", asked.by, entry=entry, body="Reason: "),
        )
    return (job.button("resume", "Resume sending", asked.by),) if token.action == "pause" else ()


def entry_of(job: Job, token: Token) -> Entry | None:
    """The entry that a button is about, or the one that it was merged into."""
    entry = job.session.get(Entry, token.entry_id) if token.entry_id else None
    return joining.current(job, entry) if entry is not None else None


def about(job: Job, token: Token) -> Reply:
    """What a refusal names: the button and its entry."""
    entry = entry_of(job, token)
    return Reply(action=token.action, reference=entry.reference if entry else "")


def archived(job: Job, received_id: int | None) -> ParsedMessage:
    """A message that a button is about, out of the archive. NotAllowed where it is gone."""
    row = job.session.get(Received, received_id) if received_id else None
    if row is None or not row.sha256:
        raise NotAllowed("The mail that this is about is no longer here: please send it again.")
    return parsing.parse(job.desk.archive.get(row.sha256))
