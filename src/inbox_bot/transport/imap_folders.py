"""Which folder is the inbox, which holds sent mail, which junk, whatever the server calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from imap_tools import FolderInfo, MailBoxFolderManager

from ..errors import MailboxError
from .imap_wire import CommandRefused

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

_NAMESPACE = re.compile(rb'\(\("((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, kw_only=True)
class ResolvedFolders:
    """The folders' names on this server; None where none was configured and none was found."""

    inbox: str
    sent: str | None
    junk: str | None


class Folders(MailBoxFolderManager):
    """imap-tools' folder commands, and a folder found or made by a name that the server spells otherwise.

    `prefix` is the personal namespace (RFC 2342), "INBOX." on some servers, "" on most.
    """

    prefix = ""

    def ask_prefix(self) -> None:
        """imap-tools has no NAMESPACE; imaplib has."""
        client = self.mailbox.client
        if "NAMESPACE" in client.capabilities:
            with suppress(CommandRefused):
                answer = client.namespace()[1][0] or b""
                found = _NAMESPACE.match(answer)
                self.prefix = found.group(1).decode("ascii", "replace") if found else ""

    def everything(self) -> list[FolderInfo]:
        """Every folder, INBOX included, with its special use where the server tells (RFC 6154)."""
        # Without LIST-EXTENDED the addition is an error; such servers put the flags in any LIST.
        if {"SPECIAL-USE", "LIST-EXTENDED"} <= set(self.mailbox.client.capabilities):
            return self.list(search_args=b'"*" RETURN (SPECIAL-USE)')  # type: ignore[arg-type] # bytes go as they are
        return self.list()

    def resolve(self, *, inbox: str, sent: str, junk: str) -> ResolvedFolders:
        """Finds each by its configured name, or by its special use where the name is empty."""
        usable = [
            folder for folder in self.everything() if not _flags(folder) & {"\\noselect", "\\nonexistent"}
        ]
        return ResolvedFolders(
            inbox=self._named(usable, inbox or "INBOX", "mailbox.inbox"),
            sent=self._named(usable, sent, "mailbox.sent") if sent else by_use(usable, "\\sent", SENT_NAMES),
            junk=self._named(usable, junk, "mailbox.junk") if junk else by_use(usable, "\\junk", JUNK_NAMES),
        )

    def make(self, target: str) -> str:
        """The server's name for the folder, created and subscribed where it was missing."""
        folders = self.everything()
        found = find(folders, target, self.prefix)
        if found is not None:
            return found.name
        delimiter = next((folder.delim for folder in folders if folder.delim != "NIL"), "")
        name = spelled(target, delimiter)
        # Some servers keep every folder below the personal namespace and refuse others.
        for attempt in dict.fromkeys((name, self.prefix + name)):
            try:
                self.create(attempt)
            except CommandRefused as refused:
                if refused.code != "ALREADYEXISTS":
                    continue
            with suppress(CommandRefused):
                self.subscribe(attempt, True)
            return attempt
        raise MailboxError(
            f"The folder “{target}” could not be made: "
            "check `mailbox.filed`, the quota and the account's rights."
        )

    def _named(self, folders: Sequence[FolderInfo], name: str, key: str) -> str:
        found = find(folders, name, self.prefix)
        if found is None:
            there = ", ".join(sorted(folder.name for folder in folders)[:40]) or "none"
            raise MailboxError(f"The mailbox has no folder “{name}” (`{key}`); it has: {there}.")
        return found.name


def find(folders: Iterable[FolderInfo], name: str, prefix: str = "") -> FolderInfo | None:
    """By the exact name, by the server's own delimiter for `/`, or under the prefix; INBOX in any case."""
    for folder in folders:
        written = spelled(name, folder.delim)
        if folder.name in {name, written, prefix + name, prefix + written}:
            return folder
        if name.upper() == "INBOX" == folder.name.upper():
            return folder
    return None


def spelled(name: str, delimiter: str) -> str:
    """`Election/foi` in the server's way, `Election.foi` where the levels are parted by a full stop."""
    return name.replace("/", delimiter) if delimiter not in ("", "/", "NIL") else name


def by_use(folders: Sequence[FolderInfo], use: str, names: Sequence[str]) -> str | None:
    """The folder that the server marks for this use, else the first that bears one of the usual names."""
    marked = [folder.name for folder in folders if use in _flags(folder)]
    if marked:
        return marked[0]
    for name in names:
        for folder in folders:
            if folder.name.rsplit(folder.delim or "/", 1)[-1].lower() == name:
                return folder.name
    return None


def _flags(folder: FolderInfo) -> set[str]:
    return {flag.lower() for flag in folder.flags}
