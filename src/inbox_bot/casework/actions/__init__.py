"""Every action an officer can take on an entry, in one table, for the buttons and for the command line.

An action changes things inside the caller's transaction and returns what changed, a plain sentence
each. NotAllowed says why not. Whether the person may ask for it is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Callable

from ...errors import NotAllowed
from .. import joining
from ..desk import Job
from . import clocks, handling, post, publication, sorting
from .command import Command

__all__ = ["ACTIONS", "NEED_ENTRY", "Command", "perform"]

ACTIONS: dict[str, Callable[[Job, Command], list[str]]] = {
    "approve": publication.approve,
    "edit": publication.edit,
    "hold": publication.hold,
    "withdraw": publication.withdraw,
    "not_for_publication": publication.keep_off,
    "publish": publication.publish,
    "clear_documents": publication.clear_documents,
    "reclassify": sorting.reclassify,
    "assign": sorting.assign,
    "authority": sorting.authority,
    "not_spam": sorting.not_spam,
    "merge": sorting.merge,
    "split": lambda job, command: joining.split(
        job, command.about, category=command.argument, text=command.text
    ),
    "link": sorting.link,
    "refer": sorting.refer,
    "keep_here": sorting.keep_here,
    "decide_yes": lambda job, command: handling.decide(job, command, "yes"),
    "decide_no": lambda job, command: handling.decide(job, command, "no"),
    "decide": lambda job, command: handling.decide(job, command, command.argument),
    "extend": clocks.extend,
    "holding": handling.holding,
    "answered_elsewhere": lambda job, command: joining.answered_elsewhere(
        job, command.about, command.text, command.by
    ),
    "close": handling.close,
    "reopen": handling.reopen,
    "note": handling.note,
    "release": post.release,
    "sent": post.sent,
    "send_again": post.send_again,
    "cancel": post.cancel,
    "pause": post.pause,
    "resume": post.resume,
}
NEED_ENTRY = frozenset(ACTIONS) - {"sent", "send_again", "cancel", "pause", "resume", "not_spam"}


def perform(job: Job, command: Command) -> list[str]:
    """Do it. Returns what changed; raises NotAllowed where the entry or the protocol forbids it."""
    action = ACTIONS.get(command.action)
    if action is None:
        raise NotAllowed(f"“{command.action}” is not a command: send “help” for the list.")
    if command.action in NEED_ENTRY and command.entry is None:
        raise NotAllowed(
            f"“{command.action}” needs an entry's reference, such as “{command.action} WMR-0007”."
        )
    changes = action(job, command)
    job.audit(f"command_{command.action}", command.entry.reference if command.entry else "")
    return changes
