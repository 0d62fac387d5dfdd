"""What an officer is told of a command: what changed, or why not; always, and to a configured address."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import NotAllowed
from ..message.model import Attachment
from ..register.states import Outcome
from ..render.views.commands import CommandReplyView
from ..store import entries
from . import believing
from .desk import Job
from .granting import Asked, Reply


def settle(job: Job, asked: Asked, do: Callable[[], Reply], *, refused: Reply, to: str = "") -> Outcome:
    """Do it within a savepoint and tell the officer. `refused`: what a NotAllowed is told as, without why."""
    officer = to or asked.by
    try:
        with job.session.begin_nested():
            reply = do()
    except NotAllowed as error:
        return refuse(job, asked, officer, refused, str(error))
    asked.received.reason = f"command: {reply.action}"
    job.audit("command_done", reply.reference, what=reply.action, message=asked.received.id)
    if not reply.told:
        tell(job, asked, officer, reply)
    return Outcome.COMMAND


def refuse(job: Job, asked: Asked, officer: str, about: Reply, why_not: str) -> Outcome:
    """Nothing was done, and the officer hears why."""
    asked.received.reason = f"command refused: {about.action}"
    job.audit("command_refused", about.reference, what=about.action, message=asked.received.id)
    tell(job, asked, officer, Reply(action=about.action, reference=about.reference, why_not=why_not))
    return Outcome.COMMAND


def tell(job: Job, asked: Asked, officer: str, reply: Reply) -> None:
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
