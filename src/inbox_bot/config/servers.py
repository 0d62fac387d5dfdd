"""The servers of the mail and the way in: [mailbox], [smtp], their oauth2 and where their secrets are."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from ..errors import ConfigError
from .section import Section

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _secret(value: SecretStr | None, file: Path | None, credential: str, key: str) -> str | None:
    if value is not None:
        return value.get_secret_value()
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{key}: {file} cannot be read: give this user a readable file.") from error
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder and (path := Path(folder) / credential).is_file():
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    return None


class OAuth2(Section):
    provider: Literal["microsoft365", "google", "other"] = "microsoft365"
    tenant: str = ""
    client_id: str = ""
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    certificate_file: Path | None = None
    token_url: str = ""
    scope: str = ""

    def secret(self) -> str | None:
        return _secret(
            self.client_secret, self.client_secret_file, "oauth2_client_secret", "client_secret_file"
        )


class Server(Section):
    """What IMAP and SMTP have in common. Plain text is for loopback only (fail closed)."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=1, le=65535)
    security: Literal["tls", "starttls", "plain"] = "tls"
    username: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None
    oauth2: OAuth2 | None = None

    @model_validator(mode="after")
    def _plain_on_loopback_only(self) -> Self:
        if self.security == "plain" and self.host not in LOOPBACK:
            raise ValueError('security = "plain" is for loopback only: use "tls" or "starttls"')
        return self


class MailboxSettings(Server):
    port: int = Field(default=993, ge=1, le=65535)
    inbox: str = "INBOX"
    sent: str = ""
    junk: str = ""
    filed: str = ""
    poll_seconds: int = Field(default=60, ge=1)
    since: dt.date | None = None
    idle: bool = True
    max_message_mb: int = Field(default=60, ge=1)  # larger ones are listed from their headers
    plus_addressing: bool = False  # the server delivers election+anything@… too: buttons write to there

    @property
    def max_octets(self) -> int:
        return self.max_message_mb * 1_000_000

    def secret(self) -> str | None:
        return _secret(self.password, self.password_file, "imap_password", "mailbox.password_file")


class SmtpSettings(Server):
    port: int = Field(default=465, ge=1, le=65535)
    envelope_sender: Literal["inbox", "null"] = "inbox"
    max_connections: int = Field(default=3, ge=1)
    max_per_minute: int = Field(default=30, ge=1)
    ack_max_age_hours: int = Field(default=72, ge=1)
    give_up_hours: int = Field(
        default=48, ge=1
    )  # RFC 5321 4.5.4.1 suggests 4–5 days; an election has less time
    unknown_shown_minutes: int = Field(default=30, ge=0)  # then the SPOC is asked: sent, or send again
    bcc_inbox: bool = False  # evidence of acceptance where the server keeps no copy in Sent

    def secret(self) -> str | None:
        return _secret(self.password, self.password_file, "smtp_password", "smtp.password_file")
