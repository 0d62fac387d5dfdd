"""Which folder is the inbox, which holds sent mail, which junk, whatever the server calls them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import MailboxError
from .imap_data import Folder

SENT_NAMES = (
    "sent", "sent items", "sent mail", "sent messages",
    "anfonwyd", "eitemau a anfonwyd", "negeseuon a anfonwyd", "wedi'u hanfon", "post a anfonwyd",
    "gesendet", "gesendete elemente", "gesendete objekte", "envoyés", "éléments envoyés", "messages envoyés",
    "enviados", "elementos enviados", "itens enviados", "posta inviata", "inviati", "verzonden",
    "verzonden items", "wysłane", "elementy wysłane", "skickat", "sendt", "seolta",
)  # fmt: skip
"""Where no folder bears \\Sent (RFC 6154): what mail programs call it, in lower case."""

JUNK_NAMES = (
    "junk", "junk email", "junk e-mail", "junk mail", "spam", "bulk mail",
    "sothach", "e-bost sothach", "post sothach", "sbam",
    "junk-e-mail", "courrier indésirable", "pourriel", "correo no deseado", "posta indesiderata",
    "ongewenste e-mail", "wiadomości-śmieci", "skräppost", "turscar",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ResolvedFolders:
    """The folders' names on this server; None where none was configured and none was found."""

    inbox: str
    sent: str | None
    junk: str | None


def resolve(
    folders: Sequence[Folder], *, inbox: str, sent: str, junk: str, prefix: str = ""
) -> ResolvedFolders:
    """Finds each by its configured name, or by its special use where the name is empty.

    `prefix` is the personal namespace ("INBOX." on some servers), tried before a name is given up.
    """
    usable = [folder for folder in folders if folder.selectable]
    return ResolvedFolders(
        inbox=_named(usable, inbox or "INBOX", "mailbox.inbox", prefix),
        sent=_named(usable, sent, "mailbox.sent", prefix) if sent else _by_use(usable, "\\sent", SENT_NAMES),
        junk=_named(usable, junk, "mailbox.junk", prefix) if junk else _by_use(usable, "\\junk", JUNK_NAMES),
    )


def find(folders: Sequence[Folder], name: str, prefix: str = "") -> Folder | None:
    """By the exact name, by the server's own delimiter for `/`, or under the prefix; INBOX in any case."""
    for folder in folders:
        candidates = {
            name, spelled(name, folder.delimiter), prefix + name, prefix + spelled(name, folder.delimiter)
        }  # fmt: skip
        if folder.name in candidates or (name.upper() == "INBOX" == folder.name.upper()):
            return folder
    return None


def spelled(name: str, delimiter: str) -> str:
    """`Election/foi` in the server's way, `Election.foi` where the levels are parted by a full stop."""
    return name.replace("/", delimiter) if delimiter not in ("", "/") else name


def _named(folders: Sequence[Folder], name: str, key: str, prefix: str) -> str:
    found = find(folders, name, prefix)
    if found is None:
        there = ", ".join(sorted(folder.name for folder in folders)[:40]) or "none"
        raise MailboxError(f"The mailbox has no folder “{name}” (`{key}`); it has: {there}.")
    return found.name


def _by_use(folders: Sequence[Folder], use: str, names: Sequence[str]) -> str | None:
    marked = [folder.name for folder in folders if use in folder.flags]
    if marked:
        return marked[0]
    for name in names:
        for folder in folders:
            last = folder.name.rsplit(folder.delimiter, 1)[-1] if folder.delimiter else folder.name
            if last.lower() == name:
                return folder.name
    return None
