"""A command that could not be proved: its officer is asked, and what they confirm is carried out.

docs/decisions/authenticity.md says why the confirmation may act where the first mail may not.
"""

from __future__ import annotations

from ..errors import NotAllowed
from ..message import body, forwarded
from ..message import parse as parsing
from ..message.model import Trust
from ..register.states import Outcome
from ..render.views.commands import ConfirmationView
from ..store import facts, tokens
from ..store.tables import Received, Token
from . import believing, buttons, hearing, reporting
from .desk import Job
from .granting import Asked, Reply

CONFIRM = "confirm"
CONFIRM_DAYS = 2  # a confirmation is asked for at once or not at all
CONFIRM_A_DAY = 10  # to one officer: more is somebody's game


def hold(job: Job, asked: Asked, action: str, token: Token | None = None) -> Outcome:
    """Nothing is done; the officer whose button or address it was is asked, with the words that came."""
    officer = token.officer if token is not None else asked.sender
    asked.received.reason = "a command that could not be proved: its officer was asked"
    entry = buttons.entry_of(job, token) if token is not None else None
    if entry is not None:
        asked.received.entry_id = entry.id
    job.audit("command_held", entry.reference if entry else "", what=action[:40], message=asked.received.id)
    if not once_more(job, officer):
        asked.received.reason = "a command that could not be proved; its officer was asked often enough today"
        return Outcome.COMMAND
    text = job.desk.tokens.issue(
        job.session,
        action=CONFIRM,
        officer=officer,
        now=job.now,
        days=CONFIRM_DAYS,
        entry_id=entry.id if entry else None,
        received_id=asked.received.id,
    )
    label = f"Confirm: {action.replace('_', ' ')}" + (f" {entry.reference}" if entry else "")
    view = ConfirmationView(
        action=action,
        reference=entry.reference if entry else "",
        came_from=asked.sender,
        came_at=job.desk.local(asked.received.received_at),
        verdict=believing.in_words(asked.verdict)
        if token is None or believing.stands_for(job, asked.sender, officer)
        else "it came from another address than yours",
        words=asked.words.new,
        by_link=token is not None,
        buttons=(job.link(CONFIRM, label, text, entry=entry, main=True),),
    )
    job.post(
        "notice/confirm",
        to=[officer],
        context={"confirmation": view},
        key=f"confirm:{asked.received.id}",
        kind="notice",
        entry=entry,
        caused_by=asked.received.id,
    )
    return Outcome.COMMAND


def once_more(job: Job, officer: str) -> bool:
    """Count a mail that a forged one may have caused; False where the officer had enough of them today."""
    counter = facts.key_of("confirmations", job.today, officer)
    count = int(facts.get(job.session, counter, 0))
    if count >= CONFIRM_A_DAY:
        return False
    facts.put(job.session, counter, count + 1)
    return True


def confirmed(job: Job, asked: Asked, token: Token) -> Outcome:
    """The confirmation's button: only who reads the officer's mailbox has it; only their address counts."""
    own = asked.sender == token.officer and asked.verdict.verdict != "fail"
    if not own and not (asked.proved and believing.stands_for(job, asked.sender, token.officer)):
        asked.received.reason = "a confirmation from another address than the officer's"
        job.audit("confirmation_refused", "", message=asked.received.id)
        return Outcome.COMMAND
    refused = buttons.about(job, token)
    first = job.session.get(Received, token.received_id) if token.received_id else None
    if first is None or not first.sha256:
        return reporting.refuse(job, asked, token.officer, refused, "the mail is no longer here")
    message = parsing.parse(job.desk.archive.get(first.sha256))
    again = Asked(
        received=first,
        message=message,
        words=body.cut(message),
        forward=forwarded.unwrap(message),
        verdict=Trust(verdict="pass", domain=message.author.domain),
        by=token.officer,
    )
    return reporting.settle(
        job, asked, lambda: _carry_out(job, again, token), refused=refused, to=token.officer
    )


def _carry_out(job: Job, again: Asked, confirmation: Token) -> Reply:
    refusal = tokens.spend(job.session, confirmation, job.now)
    if refusal is not None:
        raise NotAllowed(refusal.why)
    for text in buttons.token_texts(job, again.message):
        token = job.desk.tokens.read(job.session, text)
        if token is not None and token.officer == again.by:
            return buttons.press(job, again, token)
    wish = hearing.wish_in(job, again) if again.sender == again.by else None
    if wish is not None:
        return wish(again)
    facts.put(job.session, _key(again.received), True)
    again.received.outcome, again.received.tries, again.received.reason = Outcome.PENDING, 0, ""
    return Reply(action=CONFIRM, changes=["The mail is believed now and handled with the next pass."])


def is_believed(job: Job, received: Received) -> bool:
    """Whether its officer confirmed a mail that the receiving server did not vouch for."""
    return bool(facts.get(job.session, _key(received)))


def _key(received: Received) -> str:
    return f"believed:{received.id}"
