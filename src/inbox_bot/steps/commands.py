"""Commands by mail: a notice's button or an officer's plain words, believed only when authentic.

Order: the force's disclosure, buttons (a token in the subject or the address), telephone notes, plain words.
What an officer's address asks without proof is held and shown to that officer, with a button of its own to
confirm it (docs/decisions/authenticity.md). Enquirers' commands are words: they go the ordinary way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..casework import asking, believing, byhand, command_words, disclosing, joining, reply_through, telephone
from ..casework.actions import Command, perform
from ..casework.command_words import QUESTIONS, Wish
from ..casework.desk import Job
from ..errors import NotAllowed
from ..message import body, forwarded, thread
from ..message import parse as parsing
from ..message.model import Attachment, Forward, NewWords, ParsedMessage, Trust
from ..register.states import OutboxState, Outcome
from ..render.views import Button, CommandReplyView, ConfirmationView
from ..store import entries, facts, outbox, tokens
from ..store.tables import Entry, Outbox, Received, Token
from ..triage.model import Understood

# Mail of ours to the office's own people; a reply to anything else is an ordinary letter.
OFFICE_KINDS = frozenset({"notice", "alert", "reminder", "preview", "decision", "digest", "reply"})
CONFIRM = "confirm"
CONFIRM_DAYS = 2  # a confirmation is asked for at once or not at all
CONFIRM_A_DAY = 10  # to one officer: more is somebody's game
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
    if (wish := _wish(job, asked)) is not None:
        return (
            _settle(job, asked, lambda: wish(asked)) if asked.proved else _hold(job, asked, _name(job, asked))
        )
    if verdict.verdict == "fail":
        return _hold(job, asked, "believe this mail")  # a forged answer must not count as one
    return None


def may_repeat(job: Job, message: ParsedMessage) -> bool:
    """Whether the same words may come twice and mean two things: buttons, and officers' short mails."""
    return bool(_token_texts(job, message)) or message.author.email in believing.commanders(job)


def is_to_ourselves(job: Job, message: ParsedMessage) -> bool:
    """Whether a sent mail went to the inbox and to nobody else: then its copy in the inbox is handled."""
    return _to_inbox_alone(job, message)


# -- buttons ------------------------------------------------------------------------------------------


def _token_texts(job: Job, message: ParsedMessage) -> list[str]:
    """Tokens in the subject, and in a reply address (`election+TOKEN@`, `election+REF.TOKEN@`). Never the body:
    there our own notices are quoted. The header as written: addresses are folded to lower case elsewhere."""
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
    """The confirmation's own button: only who reads the officer's mailbox has it, and only their address counts."""
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
    wish = _wish(job, again) if again.sender == again.by else None
    if wish is not None:
        return wish(again)
    facts.put(job.session, _believed(again.received), True)
    again.received.outcome, again.received.tries, again.received.reason = Outcome.PENDING, 0, ""
    return Reply(action=CONFIRM, changes=["The mail is believed now and handled with the next pass."])


def _believed(received: Received) -> str:
    return f"believed:{received.id}"


# -- plain words ----------------------------------------------------------------------------------------


def _name(job: Job, asked: Asked) -> str:
    """The action's name for the confirmation."""
    wish = _read(job, asked, _parent(job, asked.message))
    return wish.action if wish is not None else "telephone_note"


def _wish(job: Job, asked: Asked) -> Callable[[Asked], Reply] | None:
    """What the words ask for, as something to be done; None where they are no command.

    Only a mail to the inbox alone counts, and of replies only those to our own notices: an answer to an
    enquirer, a copy of it, or a forward is never taken for a command.
    """
    message = asked.message
    if asked.forward is not None or not _to_inbox_alone(job, message):
        return None
    parent = _parent(job, message)
    if parent is None:
        if thread.parents(message) or forwarded.is_reply_subject(message.subject):
            return None
        method = telephone.method_of(
            thread.bare_subject(message.subject), next(iter(asked.words.new.splitlines()), "")
        )
        if method:
            return lambda a: _telephone(job, a, method)
    wish = _read(job, asked, parent)
    if wish is not None:
        return lambda a: _grant(job, a, wish, parent)
    if parent is not None and parent.kind in OFFICE_KINDS:
        return lambda a: _not_understood(job, parent)
    return None


def _read(job: Job, asked: Asked, parent: Outbox | None) -> Wish | None:
    prefix = job.settings.office.reference_prefix
    words = asked.words.new or _above_quotation(asked.message.text)
    subject = thread.bare_subject(asked.message.subject) if parent is None else ""
    if parent is not None and parent.kind == "decision":  # "Yes: the same for everybody"
        first, _, below = words.lstrip().partition("\n")
        decided = command_words.read_line(f"decide {first}", prefix=prefix, today=job.today)
        if decided is not None:
            text = "\n".join(part for part in (decided.text, below.strip()) if part)
            return replace(decided, text=text)
    return command_words.read(subject, words, prefix=prefix, today=job.today)


def _above_quotation(text: str) -> str:
    """The first line where cutting left nothing: "Thanks, approved" reads like a closing."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return "" if first.startswith(">") else first


def _to_inbox_alone(job: Job, message: ParsedMessage) -> bool:
    local, _, domain = job.settings.office.inbox_address.partition("@")
    to = [a.email for a in (*message.to, *message.cc) if a.email]
    return bool(to) and all(
        email == f"{local}@{domain}" or (email.startswith(f"{local}+") and email.endswith(f"@{domain}"))
        for email in to
    )


def _parent(job: Job, message: ParsedMessage) -> Outbox | None:
    """The mail of ours to the office that this one answers."""
    found = (outbox.by_message_id(job.session, parent) for parent in thread.parents(message))
    row = next(filter(None, found), None)
    return row if row is not None and row.kind in OFFICE_KINDS else None


def _not_understood(job: Job, parent: Outbox) -> Reply:
    entry = job.session.get(Entry, parent.entry_id) if parent.entry_id else None
    why = "A reply to a notice is never sent on to the enquirer, and its first line is not a command."
    return Reply(action="help", reference=entry.reference if entry else "", why_not=why, body=asking.HELP)


def _telephone(job: Job, asked: Asked, method: str) -> Reply:
    """A telephone note: an entry, confirmed to the enquirer in writing (R17)."""
    own = believing.commanders(job) | {job.settings.office.inbox_address, *(s for s in (asked.sender,) if s)}
    note, told = telephone.read(
        asked.words.new or asked.message.text,
        method=method,
        at=min(asked.received.received_at, job.now),
        own=own,
        today=job.today,
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


def _grant(job: Job, asked: Asked, wish: Wish, parent: Outbox | None) -> Reply:
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
            decider = _decider(job, entry)
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


def _decider(job: Job, entry: Entry) -> str:
    kind = (entry.underlying or entry.category).value
    return job.settings.protocol.decider(entry.matters, kind) or ""


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
            return Reply(action="help", body=asking.HELP)


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
