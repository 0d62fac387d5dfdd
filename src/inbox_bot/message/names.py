"""File names of attachments, made safe for every system."""

from __future__ import annotations

import re

_RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
# what a part without a name is called by
EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "application/pkcs7-signature": ".p7s",
    "application/pgp-signature": ".asc",
}
# what programs call a part that they send without a name, too
_KNOWN = {
    "application/ms-tnef": "winmail.dat",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-microsoft-rpmsg-message": "message.rpmsg",
}


def safe_name(name: str, kind: str, number: int) -> str:
    """A file name that is safe on every system: no path, no control or reserved characters, ≤ 200 octets."""
    name = re.split(r"[/\\]", name.replace("\x00", ""))[-1] if not re.fullmatch(r"[/\\.\s]*", name) else ""
    name = re.sub(
        r"[\x00-\x1f\x7f<>:\"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", re.sub(r"\s+", " ", name)
    )
    name = name.strip(" .")
    if _RESERVED.match(name):
        name = "_" + name
    if not name:
        name = _KNOWN.get(kind) or f"attachment-{number}{EXTENSIONS.get(kind, '.bin')}"
    if len(name.encode()) > 200:
        stem, dot, extension = name.rpartition(".")
        if not dot or len(extension) > 10:
            stem, dot, extension = name, "", ""
        room = 200 - len((dot + extension).encode())
        name = stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + extension
    return name
