"""Fault injection: named points at which a test kills this process, or makes it fail.

A service that promises "nothing is lost, nothing is sent twice" must be killed between any two of its
lasting effects to prove it. `faults.point("dispatch.after_data")` marks such a place. In production it
calls an empty function. With `INBOX_BOT_FAULT="dispatch.after_data:2"` in the environment when this
module is first imported, the second passing of that point ends the process with SIGKILL: no handler, no
`finally`, no flush, as a power cut would. `INBOX_BOT_FAULT="archive.synced:1:raise"` raises
InjectedFault there instead. A wrong value stops the start: a test that kills nothing proves nothing.

Each point stands *after* the effect that its name tells and before the next one, unless it says "before".
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

from .errors import ConfigError

VARIABLE = "INBOX_BOT_FAULT"

NAMES: dict[str, str] = {
    "imap.started": "how far a folder was read is committed; nothing is fetched",
    "imap.fetched": "a message's bytes are in memory; nothing of it is on disk",
    "archive.written": "the raw bytes are in a temporary file, not yet renamed",
    "archive.synced": "the raw bytes are in the archive for good; no row knows them",
    "intake.recorded": "the received row and the cursor are committed; nothing is parsed",
    "intake.tried": "the try is committed; the parser has not seen the bytes",
    "intake.parsed": "the message is parsed and routed; no step has begun",
    "intake.before_commit": "entry, outbox row, timers and audit are written, not committed",
    "intake.committed": "the step is committed; the mail is not yet filed away on the server",
    "imap.filed_away": "the mail is moved on the server",
    "dispatch.connected": "SMTP is logged in; no row is claimed",
    "dispatch.claimed": "the outbox row is leased (sending); no DATA yet",
    "dispatch.in_data": "the text has been handed to the connection; the server has not answered",
    "dispatch.after_data": "the server has accepted the mail; no row says so",
    "dispatch.settled": "the outcome is committed",
    "timers.fired": "what a timer asked for is written, not committed",
    "timers.committed": "reminders are queued and their timers done; previews, notices, digest are not",
    "previews.committed": "previews are queued and their timers done; notices and digest are not",
    "notices.committed": "the small notices are queued; the digest is not",
    "digest.before_commit": "the digest is queued, not committed",
    "digest.committed": "the digest is queued for good; nothing of this pass is sent",
    "publication.built": "the new site stands beside the old one, not yet swapped in",
    "publication.swapped": "the new site is live; no row says so",
    "publication.committed": "the date added to the website is committed",
    "backup.copied": "files are copied; the manifest is not yet written",
    "restore.emptied": "the rows of the old database are gone within an open transaction",
    "retention.files_removed": "the raw files are erased; the rows are, too, but not committed",
}


class InjectedFault(RuntimeError):
    """Raised at a point on a test's request; deliberately outside the tree of errors.py."""


def _nothing(_name: str) -> None:
    """What every point does in production."""


def armed(plan: str, names: Mapping[str, str] = NAMES) -> Callable[[str], None]:
    """The point function for a plan `name:n` or `name:n:raise`; ConfigError where it is not one."""
    if not plan:
        return _nothing
    wanted, _, rest = plan.partition(":")
    number, _, how = rest.partition(":")
    if wanted not in names or not number.isdecimal() or int(number) < 1 or how not in ("", "raise"):
        raise ConfigError(f'{VARIABLE} is not "name:n" or "name:n:raise" with a name of faults.NAMES.')
    left = int(number)

    def point(name: str) -> None:
        nonlocal left
        if name != wanted:
            return
        left -= 1
        if left == 0:
            if how == "raise":
                raise InjectedFault(name)
            os.kill(os.getpid(), signal.SIGKILL)

    return point


point: Callable[[str], None] = armed(os.environ.get(VARIABLE, ""))
