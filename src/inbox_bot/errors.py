"""The errors this service raises on purpose, and what each means for a retry.

InboxBotError                  one clear sentence in str(error); never a person's words or address
├── ConfigError                exit 2: settings, rules, templates or schema are wrong; never retried
│   ├── RuleError              config/triage.toml, with file and line
│   └── TemplateError          a template does not render
├── UnavailableError           exit 3: a server or disk cannot be reached; retried with back-off
│   ├── MailboxError           IMAP
│   ├── SmtpUnavailable        SMTP could not be reached or logged in to; nothing was handed over
│   └── StorageError           archive or database
│       └── MessageLost        one archived message is missing or damaged: the others can be read
├── SendError                  one message's SMTP outcome
│   ├── TemporarySendError     retried with back-off (RFC 5321 4yz)
│   ├── PermanentSendError     never retried (RFC 5321 5yz); shown to the SPOC
│   └── UnknownSendError       lost after DATA: settled by evidence or a person, never by a retry
└── NotAllowed                 a command or transition the entry's state or the protocol forbids
"""

from __future__ import annotations

from collections.abc import Mapping


class InboxBotError(Exception):
    """Root of the tree. `str(error)` is one sentence that says what to do."""


class ConfigError(InboxBotError):
    """The installation's settings are wrong; exit code 2."""


class RuleError(ConfigError):
    """A triage rule is malformed or unreachable; the message names file and line."""


class TemplateError(ConfigError):
    """A mail or page template does not render; the message names the file."""


class UnavailableError(InboxBotError):
    """A server or disk could not be reached; exit code 3; worth a retry later."""


class MailboxError(UnavailableError):
    """The IMAP server could not be reached, refused the log-in, or lacks a folder."""


class SmtpUnavailable(UnavailableError):
    """The SMTP server could not be reached or logged in to; the message was not handed over."""


class StorageError(UnavailableError):
    """The archive or the database cannot be read or written."""


class MessageLost(StorageError):
    """One archived message is missing or damaged; the archive itself is there."""


class SendError(InboxBotError):
    """One message's SMTP outcome. `code` is the reply code, 0 where there was none.

    `refused` holds (code, text) by recipient where every one was refused; never for logs.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int = 0,
        enhanced: str = "",
        refused: Mapping[str, tuple[int, str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.enhanced = enhanced
        self.refused = dict(refused or {})


class TemporarySendError(SendError):
    """Worth another try (RFC 5321 4yz, or the connection broke before DATA was accepted)."""


class PermanentSendError(SendError):
    """Refused for good (RFC 5321 5yz)."""


class UnknownSendError(SendError):
    """The connection was lost after the final dot: it may have been accepted (RFC 5321 4.5.4)."""


class NotAllowed(InboxBotError):
    """The entry's state or the office's protocol does not allow this; says why."""
