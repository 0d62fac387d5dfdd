"""The settings' [mailbox] and [smtp] as the endpoints that transport works with: secrets are read here."""

from __future__ import annotations

from ..config.servers import MailboxSettings, OAuth2, SmtpSettings
from ..errors import ConfigError
from .endpoint import Endpoint
from .oauth import OAuthSettings, TokenSource


def endpoint_of(settings: MailboxSettings | SmtpSettings) -> Endpoint:
    """Reads the password or the OAuth 2 secret from its file or credential; ConfigError where it cannot."""
    credential: str | TokenSource | None = None
    if settings.username:
        oauth2 = settings.oauth2
        credential = token_source(oauth2, settings.username) if oauth2 else settings.secret()
    return Endpoint(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        username=settings.username,
        credential=credential,
    )


def token_source(settings: OAuth2, mailbox: str) -> TokenSource:
    """`mailbox` is whom a Google service account speaks for."""
    return TokenSource(
        OAuthSettings(
            provider=settings.provider,
            client_id=settings.client_id,
            tenant=settings.tenant,
            client_secret=settings.secret(),
            certificate=_certificate(settings),
            subject=mailbox,
            token_url=settings.token_url,
            scope=settings.scope,
        )
    )


def _certificate(settings: OAuth2) -> str | None:
    file = settings.certificate_file
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"certificate_file: {file} cannot be read: give this user a readable PEM file."
        ) from None
