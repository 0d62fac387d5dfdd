"""Commands by mail: a notice's button or an officer's plain words, believed only when authentic.

Order: the force's disclosure, buttons (a token in the subject or the address), telephone notes, plain words.
What an officer's address asks without proof is held and shown to that officer, with a button of its own to
confirm it (docs/decisions/authenticity.md). Enquirers' commands are words: they go the ordinary way.
"""

from __future__ import annotations

from ..casework import believing, buttons, confirming, disclosing, hearing, reporting
from ..casework.desk import Job
from ..casework.granting import NO_COMMAND, Asked, Reply
from ..message.model import ParsedMessage, Trust
from ..register.states import Outcome
from ..store import entries
from ..store.tables import Received
from ..triage.model import Understood


def handle(job: Job, received: Received, understood: Understood, verdict: Trust) -> Outcome | None:
    """COMMAND where the message gave one (done, held or refused); None where it is something else."""
    message = understood.message
    buttons.note_plus_addressing(job, message)
    if (taken := disclosing.take(job, received, understood, verdict)) is not None:
        return taken
    if confirming.is_believed(job, received):
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
            return reporting.settle(job, asked, lambda: wish(asked), refused=Reply(action=name or NO_COMMAND))
        return confirming.hold(job, asked, name)
    if verdict.verdict == "fail":
        return confirming.hold(job, asked, "believe this mail")  # a forged answer must not count as one
    return None


def may_repeat(job: Job, message: ParsedMessage) -> bool:
    """Whether the same words may come twice and mean two things: buttons, and officers' short mails."""
    return bool(buttons.token_texts(job, message)) or message.author.email in believing.commanders(job)


def is_to_ourselves(job: Job, message: ParsedMessage) -> bool:
    """Whether a sent mail went to the inbox and to nobody else: then its copy in the inbox is handled."""
    return hearing.to_inbox_alone(job, message)


def _by_button(job: Job, asked: Asked) -> Outcome | None:
    texts = buttons.token_texts(job, asked.message)
    if not texts:
        return None
    ours = asked.sender in believing.commanders(job)
    token = next(filter(None, (job.desk.tokens.read(job.session, text) for text in texts)), None)
    if token is None:
        why = "this button is not one of ours, or was changed on the way"
        return reporting.refuse(job, asked, asked.sender, Reply(action="button"), why) if ours else None
    named = believing.stands_for(job, asked.sender, token.officer)
    about = buttons.about(job, token)
    if dead := buttons.dead(token, job.now):
        if not (named or ours):
            return None  # it can do nothing any more: the mail is whatever its words are
        return reporting.refuse(job, asked, token.officer if named else asked.sender, about, dead)
    if token.action == confirming.CONFIRM:
        return confirming.confirmed(job, asked, token)
    if named and asked.proved:
        return reporting.settle(job, asked, lambda: buttons.press(job, asked, token), refused=about)
    outcome = confirming.hold(job, asked, token.action, token)
    return None if _is_enquirer(job, asked.sender) and asked.words.new else outcome


def _is_enquirer(job: Job, sender: str) -> bool:
    """Somebody of the register of contacts: their own words are filed besides."""
    inside = job.settings.people.addresses | believing.commanders(job)
    return sender not in inside and entries.knows(job.session, sender)
