"""What an SMTP reply means for a retry: RFC 5321 reply codes and RFC 3463 enhanced codes, in one table.

The first digit decides (RFC 5321 4.2.1) unless a row below says otherwise: servers give 5yz to
conditions that pass, such as a full mailbox, and RFC 3463 calls those "persistent transient".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    GARBLED = "garbled"  # no code that RFC 5321 knows at this place


@dataclass(frozen=True, kw_only=True)
class Row:
    """Matches a reply by code (None: any 5yz) and by the beginning of its enhanced code."""

    code: int | None
    enhanced: str
    verdict: Verdict
    why: str


TABLE = (
    Row(code=552, enhanced="5.5.3", verdict=Verdict.TEMPORARY,
        why="too many recipients: RFC 5321 4.5.3.1.10 says to treat this 552 as 452"),
    Row(code=None, enhanced="5.2.2", verdict=Verdict.TEMPORARY,
        why="mailbox full: RFC 3463 3.3, the recipient can make room"),
    Row(code=None, enhanced="5.3.1", verdict=Verdict.TEMPORARY,
        why="mail system full: RFC 3463 3.4"),
    Row(code=None, enhanced="5.4.3", verdict=Verdict.TEMPORARY,
        why="directory server failure: RFC 3463 3.5, useful only as a persistent transient error"),
    Row(code=None, enhanced="5.4.5", verdict=Verdict.TEMPORARY,
        why="congestion: RFC 3463 3.5; Gmail's daily sending limit"),
    Row(code=None, enhanced="5.1.90", verdict=Verdict.TEMPORARY,
        why="Exchange Online's daily recipient limit"),
)  # fmt: skip

LOGIN_CODES = frozenset({454, 530, 534, 535, 538})
"""RFC 4954 6: the log-in is refused, not the message: temporarily, required, too weak, wrong, without TLS."""

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")


def enhanced_code(text: str) -> str:
    """The RFC 3463 code at the beginning of a reply's text (RFC 2034 4), or ""."""
    match = _ENHANCED.match(text)
    return match.group(1) if match else ""


def verdict(code: int, text: str = "") -> Verdict:
    """What a reply to MAIL, RCPT or the end of DATA means."""
    if 200 <= code < 300:
        return Verdict.ACCEPTED
    if 400 <= code < 500:
        return Verdict.TEMPORARY
    if not 500 <= code < 600:
        return Verdict.GARBLED
    enhanced = enhanced_code(text)
    for row in TABLE:
        if row.code in (None, code) and enhanced == row.enhanced:
            return row.verdict
    return Verdict.PERMANENT
