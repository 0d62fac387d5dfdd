"""Commands by mail: a notice's button or an officer's plain words, believed only when authentic.

Order: the force's disclosure, buttons (a token in the subject or the address), telephone notes, plain words.
What an officer's address asks without proof is held and shown to that officer, with a button of its own to
confirm it (docs/decisions/authenticity.md). Enquirers' commands are words: they go the ordinary way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from ..casework import asking, believing, command_words, disclosing, hearing, joining, reply_through
from ..casework.actions import Command, perform
from ..casework.desk import Job
from ..casework.granting import Asked, Reply
from ..errors import NotAllowed
from ..message import body, forwarded
from ..message import parse as parsing
from ..message.model import Attachment, ParsedMessage, Trust
from ..register.states import Outcome
from ..render.views import Button, CommandReplyView, ConfirmationView
from ..store import entries, facts, tokens
from ..store.tables import Entry, Outbox, Received, Token
from ..triage.model import Understood

CONFIRM = "confirm"
CONFIRM_DAYS = 2  # a confirmation is asked for at once or not at all
CONFIRM_A_DAY = 10  # to one officer: more is somebody's game


def handle(job: Job, received: Received, understood: Understood, verdict: Trust) -> Outcome | None:
    """COMMAND where the message gave one (done, held or refused); None where it is something else."""
    if (taken := disclosing.take(job, received, understood, verdict)) is not None:
        return taken
    message = understood.message
    if facts.get(job.session, _believed(received)):
        verdict = Trust(verdict="pass", domain=message.author.domain)
    asked = Asked(
        received=received,
        message=message,
        words=understood.words,
        forward=understood.forward,
        verdict=verdict,
        by=message.author.email,
    )
    if (outcome := _by_button(job, asked)) is not None:
        return outcome
    if asked.sender not in believing.commanders(job):
        return None
    if (wish := hearing.wish_in(job, asked)) is not None:
        name = hearing.name_of(job, asked)
        if asked.proved or not name:
            return _settle(job, asked, lambda: wish(asked))
        return _hold(job, asked, name)
    if verdict.verdict == "fail":
        return _hold(job, asked, "believe this mail")  # a forged answer must not count as one
    return None


def may_repeat(job: Job, message: ParsedMessage) -> bool:
    """Whether the same words may come twice and mean two things: buttons, and officers' short mails."""
    return bool(_token_texts(job, message)) or message.author.email in believing.commanders(job)


def is_to_ourselves(job: Job, message: ParsedMessage) -> bool:
    """Whether a sent mail went to the inbox and to nobody else: then its copy in the inbox is handled."""
    return hearing.to_inbox_alone(job, message)


# -- buttons ------------------------------------------------------------------------------------------


def _token_texts(job: Job, message: ParsedMessage) -> list[str]:
    """Tokens in the subject, and in a reply address (`election+TOKEN@`, `election+REF.TOKEN@`).

    Never in the body: there our own notices are quoted. The header as written, because addresses are
    folded to lower case elsewhere.
    """
    found = job.desk.tokens.texts_in(message.subject)
    local, _, domain = job.settings.office.inbox_address.partition("@")
    plus = re.compile(rf"{re.escape(local)}\+([^\s@<>\"]+)@{re.escape(domain)}", re.I)
    for header in ("to", "cc", "delivered-to", "x-original-to"):
        for value in message.header_all(header):
            for tag in plus.findall(value):
                tag = re.sub(
                    rf"^{re.escape(job.settings.office.reference_prefix)}-\d+\.", "", tag, flags=re.I
                )
                found += job.desk.tokens.texts_in("#" + tag)
    return list(dict.fromkeys(found))


def _by_button(job: Job, asked: Asked) -> Outcome | None:
    texts = _token_texts(job, asked.message)
    if not texts:
        return None
    ours = asked.sender in believing.commanders(job)
    token = next(filter(None, (job.desk.tokens.read(job.session, text) for text in texts)), None)
    if token is None:
        why = "this button is not one of ours, or was changed on the way"
        return _refuse(job, asked, asked.sender, Reply(action="button", why_not=why)) if ours else None
    named = believing.stands_for(job, asked.sender, token.officer)
    dead = _dead(token, job.now)
    if dead and not (named or ours):
        return None  # it can do nothing any more: the mail is whatever its words are
    if dead:
        return _refuse(job, asked, token.officer if named else asked.sender, _about(job, token, why_not=dead))
    if token.action == CONFIRM:
        return _confirmed(job, asked, token)
    if named and asked.proved:
        return _settle(job, asked, lambda: _press(job, asked, token), token=token)
    outcome = _hold(job, asked, token.action, token)
    return None if _is_enquirer(job, asked.sender) and asked.words.new else outcome


def _dead(token: Token, now: dt.datetime) -> str:
    if token.spent_at is not None:
        return "this button was used before; nothing was done a second time"
    return "this button has expired; the newest notice has a fresh one" if token.expires_at < now else ""


def _is_enquirer(job: Job, sender: str) -> bool:
    """Somebody of the register of contacts: their own words are filed besides."""
    inside = job.settings.people.addresses | believing.commanders(job)
    return sender not in inside and bool(entries.of_contact(job.session, sender))


def _press(job: Job, asked: Asked, token: Token) -> Reply:
    """Do what a button says. Raises NotAllowed, and then the button stays unspent."""
    refusal = tokens.spend(job.session, token, job.now)
    if refusal is not None:
        raise NotAllowed(refusal.why)
    entry = _entry_of(job, token)
    text = asked.words.new
    reference = entry.reference if entry is not None else ""
    if entry is not None:
        asked.received.entry_id = entry.id
    if token.action == "answer":
        assert entry is not None  # issued with one
        changes = reply_through.queue(job, entry, asked.message, asked.words, asked.received, asked.by)
        return Reply(action="answer", reference=reference, changes=changes, told=True)
    if token.action == "candidates":
        changes = asking.import_candidates(job, _archived(job, token.received_id))
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
    until = command_words.until_in(text, job.today)
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


def _entry_of(job: Job, token: Token) -> Entry | None:
    entry = job.session.get(Entry, token.entry_id) if token.entry_id else None
    return joining.current(job, entry) if entry is not None else None


def _about(job: Job, token: Token, why_not: str) -> Reply:
    entry = _entry_of(job, token)
    return Reply(action=token.action, reference=entry.reference if entry else "", why_not=why_not)


def _archived(job: Job, received_id: int | None) -> ParsedMessage:
    row = job.session.get(Received, received_id) if received_id else None
    if row is None or not row.sha256:
        raise NotAllowed("The mail that this is about is no longer here: please send it again.")
    return parsing.parse(job.desk.archive.get(row.sha256))


# -- what cannot be proved ------------------------------------------------------------------------------


def _hold(job: Job, asked: Asked, action: str, token: Token | None = None) -> Outcome:
    """Nothing is done; the officer whose button or address it was is asked, with the words that came."""
    officer = token.officer if token is not None else asked.sender
    asked.received.reason = "a command that could not be proved: its officer was asked"
    entry = _entry_of(job, token) if token is not None else None
    if entry is not None:
        asked.received.entry_id = entry.id
    job.audit("command_held", entry.reference if entry else "", what=action[:40], message=asked.received.id)
    counter = f"confirmations:{job.today}:{officer}"[:64]
    count = int(facts.get(job.session, counter, 0))
    if count >= CONFIRM_A_DAY:
        asked.received.reason = "a command that could not be proved; its officer was asked often enough today"
        return Outcome.COMMAND
    facts.put(job.session, counter, count + 1)
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


def _confirmed(job: Job, asked: Asked, token: Token) -> Outcome:
    """The confirmation's button: only who reads the officer's mailbox has it; only their address counts."""
    own = asked.sender == token.officer and asked.verdict.verdict != "fail"
    if not own and not (asked.proved and believing.stands_for(job, asked.sender, token.officer)):
        asked.received.reason = "a confirmation from another address than the officer's"
        job.audit("confirmation_refused", "", message=asked.received.id)
        return Outcome.COMMAND
    first = job.session.get(Received, token.received_id) if token.received_id else None
    if first is None or not first.sha256:
        return _refuse(job, asked, token.officer, _about(job, token, why_not="the mail is no longer here"))
    message = parsing.parse(job.desk.archive.get(first.sha256))
    again = Asked(
        received=first,
        message=message,
        words=body.cut(message),
        forward=forwarded.unwrap(message),
        verdict=Trust(verdict="pass", domain=message.author.domain),
        by=token.officer,
    )
    return _settle(job, asked, lambda: _do_confirmed(job, again, token), to=token.officer)


def _do_confirmed(job: Job, again: Asked, confirmation: Token) -> Reply:
    refusal = tokens.spend(job.session, confirmation, job.now)
    if refusal is not None:
        raise NotAllowed(refusal.why)
    for text in _token_texts(job, again.message):
        token = job.desk.tokens.read(job.session, text)
        if token is not None and token.officer == again.by:
            return _press(job, again, token)
    wish = hearing.wish_in(job, again) if again.sender == again.by else None
    if wish is not None:
        return wish(again)
    facts.put(job.session, _believed(again.received), True)
    again.received.outcome, again.received.tries, again.received.reason = Outcome.PENDING, 0, ""
    return Reply(action=CONFIRM, changes=["The mail is believed now and handled with the next pass."])


def _believed(received: Received) -> str:
    return f"believed:{received.id}"


# -- the answer -----------------------------------------------------------------------------------------


def _settle(
    job: Job, asked: Asked, do: Callable[[], Reply], *, token: Token | None = None, to: str = ""
) -> Outcome:
    """Do it within a savepoint and tell the officer what changed, or why not."""
    officer = to or asked.by
    try:
        with job.session.begin_nested():
            reply = do()
    except NotAllowed as error:
        about = (
            _about(job, token, str(error))
            if token is not None
            else Reply(action="command", why_not=str(error))
        )
        return _refuse(job, asked, officer, about)
    asked.received.reason = f"command: {reply.action}"
    job.audit("command_done", reply.reference, what=reply.action, message=asked.received.id)
    if not reply.told:
        _tell(job, asked, officer, reply)
    return Outcome.COMMAND


def _refuse(job: Job, asked: Asked, officer: str, reply: Reply) -> Outcome:
    asked.received.reason = f"command refused: {reply.action}"
    job.audit("command_refused", reply.reference, what=reply.action, message=asked.received.id)
    _tell(job, asked, officer, reply)
    return Outcome.COMMAND


def _tell(job: Job, asked: Asked, officer: str, reply: Reply) -> None:
    """Always to an address of the settings, never to whatever the mail says in From or Reply-To."""
    if officer not in job.settings.people.addresses | believing.commanders(job):
        return
    entry = entries.find(job.session, reply.reference) if reply.reference else None
    parent = asked.message.message_id if asked.sender == officer else ""
    if reply.file is not None:
        context: dict[str, object] = {"count": reply.count, "generated_at": job.desk.local(job.now)}
        template = "notice/register"
        attachments: tuple[Attachment, ...] = (reply.file,)
    else:
        view = CommandReplyView(
            done=not reply.why_not,
            action=reply.action,
            reference=reply.reference,
            changes=tuple(reply.changes),
            why_not=_sentence(reply.why_not),
            body=reply.body,
            buttons=reply.buttons,
        )
        context, template, attachments = {"reply": view}, "notice/command_reply", ()
    job.post(
        template,
        to=[officer],
        context=context,
        key=f"command_reply:{asked.received.id}",
        kind="reply",
        entry=entry,
        caused_by=asked.received.id,
        attachments=attachments,
        in_reply_to=parent,
        references=(parent,) if parent else (),
    )


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?”" else ".")
