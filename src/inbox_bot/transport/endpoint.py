"""Where a mail server is and how to log in to it: one value for IMAP and SMTP.

Transport depends on this and not on the settings, so that tests, the demo and the daemon build
it alike. A wrong combination is refused when the value is made, before any connection.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ..errors import ConfigError

Security = Literal["tls", "starttls", "plain"]
"""tls: from the first byte (RFC 8314); starttls: required, never merely tried; plain: loopback only."""


class TokenProvider(Protocol):
    """What hands out OAuth 2 access tokens; see oauth.TokenSource."""

    def token(self, *, fresh: bool = False) -> str:
        """An access token; `fresh` asks for a new one although the last has not expired."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One server. `credential`: a password, a source of OAuth 2 tokens, or None for no log-in."""

    host: str
    port: int
    security: Security = "tls"
    username: str = ""
    credential: str | TokenProvider | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.security not in ("tls", "starttls", "plain"):
            raise ConfigError("`security` must be one of tls, starttls or plain.")
        if self.security == "plain" and not is_loopback(self.host):
            raise ConfigError(
                f"Mail to {self.host} would travel in the clear: "
                "set `security` to tls or starttls (plain is for this machine only)."
            )
        if self.username and self.credential is None:
            raise ConfigError(
                f"A log-in to {self.host} is set but no password: "
                "set `password_file` or an oauth2 section, or remove `username`."
            )

    @property
    def place(self) -> str:
        """`host:port`, for messages to people."""
        return f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """True for this machine alone: `localhost`, 127.0.0.0/8 and ::1. Never looks a name up."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
