"""OAuth 2 access tokens for Microsoft 365 and Google mailboxes, by their token endpoints alone.

Without a browser and without a person: the client credentials grant (RFC 6749 4.4) with a secret or
a certificate (RFC 7523 2.2), or a service account's assertion (RFC 7523 2.1). One POST, no discovery
beforehand: the addresses below are the providers' published ones.
Secrets and tokens appear in no error, and nothing is kept but the last token.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ..errors import ConfigError, UnavailableError
from .endpoint import is_loopback
from .tls import client_context, explain

EARLY = 5 * 60
"""Seconds before its expiry at which a token is no longer handed out: a long IDLE or send outlasts less."""

LIFETIME = 3600
"""Seconds that a token lasts whose endpoint does not say (RFC 6749 5.1 only recommends `expires_in`)."""

ASSERTION_LIFETIME = 10 * 60
"""Seconds that a signed assertion of ours is good for; Google allows an hour, Microsoft advises minutes."""

_ANSWER_LIMIT = 1 << 20

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Where tokens come from and what they must be good for. `{tenant}` is filled in."""

    token_url: str
    scope: str


PROVIDERS = {
    "microsoft365": Provider(
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106 an address
        scope="https://outlook.office365.com/.default",
    ),
    "google": Provider(
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 an address
        scope="https://mail.google.com/",
    ),
    "other": Provider(token_url="", scope=""),
}


@dataclass(frozen=True, kw_only=True)
class OAuthSettings:
    """What [mailbox.oauth2] or [smtp.oauth2] holds, with the files already read.

    `certificate`, or else `client_secret`, proves who is asking. `certificate` is PEM: the certificate
    and its private key; for Google a service account's private key (or its JSON file), which asks on
    behalf of `subject`, the mailbox.
    """

    provider: Literal["microsoft365", "google", "other"]
    client_id: str
    tenant: str = ""
    client_secret: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    subject: str = ""
    token_url: str = ""
    scope: str = ""


class TokenSource:
    """Hands out a token, asking for a new one when the last is close to its end. Safe for threads."""

    def __init__(
        self,
        settings: OAuthSettings,
        *,
        timeout: float = 20,
        clock: Callable[[], float] = time.time,
    ) -> None:
        provider = PROVIDERS.get(settings.provider)
        if provider is None:
            raise ConfigError(f"oauth2 `provider` must be one of {', '.join(sorted(PROVIDERS))}.")
        if not (settings.token_url or provider.token_url):
            raise ConfigError("oauth2 with another provider needs its `token_url`.")
        if settings.provider == "microsoft365" and not (settings.tenant or settings.token_url):
            raise ConfigError("oauth2 for Microsoft 365 needs `tenant`, the directory's name or number.")
        if not (settings.client_secret or settings.certificate):
            raise ConfigError("oauth2 needs `client_secret_file` or `certificate_file`.")
        if settings.provider == "google" and not (settings.certificate or settings.token_url):
            # Google itself gives a mailbox's token to no bare client secret.
            raise ConfigError("oauth2 for Google needs a service account's key as `certificate_file`.")
        tenant = urllib.parse.quote(settings.tenant, safe="")
        self._url = settings.token_url or provider.token_url.format(tenant=tenant)
        parts = urllib.parse.urlsplit(self._url)
        local = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not local:
            raise ConfigError("oauth2 `token_url` must begin with https:// (http only on this machine).")
        self._place = parts.netloc.rpartition("@")[2]
        self._scope = settings.scope or provider.scope
        self._settings = settings
        self._timeout = timeout
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def token(self, *, fresh: bool = False) -> str:
        """An access token good for five minutes at least, or what the endpoint just gave.

        `fresh`: a server refused the last one, so ask anew. Raises ConfigError where the endpoint says
        that the settings are wrong, UnavailableError where it cannot be reached.
        """
        with self._lock:
            now = self._clock()
            if fresh or not self._token or now >= self._until - EARLY:
                self._token = ""
                answer = self._ask(self._form(now))
                self._token = str(answer["access_token"])
                self._until = now + _seconds(answer.get("expires_in"))
            return self._token

    def _form(self, now: float) -> dict[str, str]:
        """The POST's fields for the grant that the settings allow."""
        settings = self._settings
        if settings.provider == "google" and settings.certificate:
            return {
                "grant_type": _JWT_BEARER,
                "assertion": self._google_assertion(settings.certificate, now),
            }
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
        }
        if self._scope:
            form["scope"] = self._scope
        if settings.certificate:
            return form | {
                "client_assertion_type": _ASSERTION,
                "client_assertion": self._microsoft_assertion(settings.certificate, now),
            }
        return form | {"client_secret": settings.client_secret or ""}

    def _microsoft_assertion(self, pem: str, now: float) -> str:
        """Signed by the certificate's key, named by its SHA-256 thumbprint (`x5t#S256`, RFC 7515 4.1.8)."""
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
        except ValueError:
            raise ConfigError("The oauth2 `certificate_file` holds no PEM certificate.") from None
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
        claims = self._claims(now) | {"iss": self._settings.client_id, "sub": self._settings.client_id}
        return _signed(claims, pem, algorithm="PS256", headers={"x5t#S256": thumbprint})

    def _google_assertion(self, key: str, now: float) -> str:
        """For the mailbox itself (`sub`), which needs the administrator's domain-wide delegation."""
        issuer = self._settings.client_id
        if key.lstrip().startswith("{"):
            try:
                account = json.loads(key)
                key, issuer = account["private_key"], issuer or account["client_email"]
            except (ValueError, KeyError, TypeError):
                raise ConfigError(
                    "The oauth2 `certificate_file` is no service account's JSON file."
                ) from None
        claims = self._claims(now) | {"iss": issuer, "sub": self._settings.subject, "scope": self._scope}
        return _signed(claims, key, algorithm="RS256", headers={})

    def _claims(self, now: float) -> dict[str, Any]:
        start = int(now)
        return {
            "aud": self._url, "iat": start, "nbf": start, "exp": start + ASSERTION_LIFETIME,
            "jti": str(uuid.uuid4()),
        }  # fmt: skip

    def _ask(self, form: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 the scheme was checked when the source was made
            self._url,
            data=urllib.parse.urlencode(form).encode(),
            headers={"Accept": "application/json"},
        )
        try:
            with self._opener().open(request, timeout=self._timeout) as reply:
                answer = json.loads(reply.read(_ANSWER_LIMIT))
        except urllib.error.HTTPError as error:
            with error:
                self._refused(error.code, error.read(_ANSWER_LIMIT))
        except OSError as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            cause = reason if isinstance(reason, BaseException) else error
            raise UnavailableError(explain(cause, self._place)) from None
        except ValueError:
            self._nonsense()
        if not isinstance(answer, dict) or not answer.get("access_token"):
            self._nonsense()
        return answer

    def _opener(self) -> urllib.request.OpenerDirector:
        """Verifies certificates, follows no redirect: a secret is not carried to another address."""
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if self._url.startswith("https"):
            handlers.append(urllib.request.HTTPSHandler(context=client_context()))
        else:
            handlers.append(urllib.request.ProxyHandler({}))  # loopback is never reached by a proxy
        return urllib.request.build_opener(*handlers)

    def _refused(self, status: int, body: bytes) -> NoReturn:
        """RFC 6749 5.2: a 4xx with an error code means the settings; anything else may pass."""
        try:
            code = str(json.loads(body).get("error", ""))
        except (ValueError, AttributeError):
            code = ""
        shown = code if code.replace("_", "").isalnum() and len(code) <= 40 else str(status)
        if status in (400, 401, 403) and shown not in ("temporarily_unavailable", "slow_down"):
            raise ConfigError(
                f"{self._place} gave no token ({shown}): check the oauth2 settings: client, secret or "
                "certificate and its expiry, tenant, and the consent given to the application."
            )
        raise UnavailableError(
            f"{self._place} gives no token at the moment ({shown}): it will be tried again."
        )

    def _nonsense(self) -> NoReturn:
        raise UnavailableError(
            f"{self._place} answered without a token: check the oauth2 `token_url`."
        ) from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _signed(claims: dict[str, Any], key: str, *, algorithm: str, headers: dict[str, str]) -> str:
    try:
        return jwt.encode(claims, key, algorithm=algorithm, headers=headers)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise ConfigError("The oauth2 `certificate_file` holds no usable private key in PEM.") from None


def _seconds(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return LIFETIME
