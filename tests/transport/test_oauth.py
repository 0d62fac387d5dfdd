"""Tokens from a local endpoint, used for real on Dovecot and on aiosmtpd."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.servers.token_endpoint import Issuer, TokenEndpoint, issuing

from inbox_bot.config.servers import OAuth2, SmtpSettings
from inbox_bot.errors import ConfigError, InboxBotError, MailboxError, SmtpUnavailable, UnavailableError
from inbox_bot.transport.endpoints import endpoint_of, token_source
from inbox_bot.transport.imap import Mailbox
from inbox_bot.transport.oauth import OAuthSettings, TokenSource
from inbox_bot.transport.smtp import check, send

MAILBOX = "election@wessmoor-pcc.example"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with issuing("first", "second", "third") as running:
        yield running


def source(url: str, clock: Callable[[], float] = lambda: 1000.0, **options: object) -> TokenSource:
    settings = {"provider": "microsoft365", "client_id": "app", "client_secret": "s3cret", **options}
    return TokenSource(OAuthSettings(token_url=url, **settings), timeout=5, clock=clock)  # type: ignore[arg-type]


def test_token_is_kept_until_five_minutes_before_its_end(endpoint: TokenEndpoint) -> None:
    now = [1000.0]
    tokens = source(endpoint.url, clock=lambda: now[0])
    assert tokens.token() == "first"
    now[0] = 1000 + 3600 - 300 - 1  # issued for an hour, handed out for 55 minutes
    assert tokens.token() == "first"
    now[0] += 1
    assert tokens.token() == "second"
    assert len(endpoint.asked) == 2


def test_token_is_asked_anew_when_a_server_refused_it(endpoint: TokenEndpoint) -> None:
    tokens = source(endpoint.url)
    assert [tokens.token(), tokens.token(fresh=True), tokens.token()] == ["first", "second", "second"]


def test_client_secret_is_posted_with_the_providers_scope(endpoint: TokenEndpoint) -> None:
    source(endpoint.url).token()
    assert endpoint.asked == [
        {
            "grant_type": "client_credentials", "client_id": "app", "client_secret": "s3cret",
            "scope": "https://outlook.office365.com/.default",
        }
    ]  # fmt: skip


def test_certificate_signs_an_assertion_for_microsoft(
    endpoint: TokenEndpoint,
) -> None:
    key, certificate = rsa_pair()
    source(endpoint.url, client_secret=None, certificate=key + certificate).token()
    (form,) = endpoint.asked
    assert "client_secret" not in form
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assertion = form["client_assertion"]
    parsed = x509.load_pem_x509_certificate(certificate.encode())
    claims = jwt.decode(
        assertion, parsed.public_key(), algorithms=["PS256"], audience=endpoint.url,  # type: ignore[arg-type]
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )  # fmt: skip
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"]) == ("app", "app", 600)
    thumbprint = base64.urlsafe_b64encode(parsed.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    assert jwt.get_unverified_header(assertion)["x5t#S256"] == thumbprint


@pytest.mark.parametrize("as_json", [True, False])
def test_service_account_asks_google_on_behalf_of_the_mailbox(endpoint: TokenEndpoint, as_json: bool) -> None:
    key, certificate = rsa_pair()
    account = json.dumps({"private_key": key, "client_email": "bot@project.example"}) if as_json else key
    tokens = source(
        endpoint.url, provider="google", client_id="" if as_json else "bot@project.example",
        client_secret=None, certificate=account, subject=MAILBOX,
    )  # fmt: skip
    assert tokens.token() == "first"
    (form,) = endpoint.asked
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = jwt.decode(
        form["assertion"], x509.load_pem_x509_certificate(certificate.encode()).public_key(),  # type: ignore[arg-type]
        algorithms=["RS256"], audience=endpoint.url,
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )  # fmt: skip
    assert (claims["iss"], claims["sub"], claims["scope"]) == (
        "bot@project.example", MAILBOX, "https://mail.google.com/",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, {"error": "invalid_client", "error_description": "s3cret"}, ConfigError, "(invalid_client)"),
        (400, {"error": "unauthorized_client"}, ConfigError, "(unauthorized_client)"),
        (403, b"<html>s3cret</html>", ConfigError, "(403)"),
        (400, {"error": "temporarily_unavailable"}, UnavailableError, "at the moment"),
        (503, b"", UnavailableError, "(503)"),
        (429, {"error": "rate s3cret"}, UnavailableError, "(429)"),
        (302, b"", UnavailableError, "(302)"),
        (200, b"hello", UnavailableError, "without a token"),
        (200, {"token": "x"}, UnavailableError, "without a token"),
        (200, ["s3cret"], UnavailableError, "without a token"),
    ],
)  # fmt: skip
def test_each_refusal_is_one_sentence_without_secrets(
    endpoint: TokenEndpoint, status: int, body: object, kind: type[InboxBotError], words: str
) -> None:
    endpoint.answer = lambda _: (status, body)
    with pytest.raises(kind) as raised:
        source(endpoint.url).token()
    assert words in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert len(endpoint.asked) == 1  # a redirect carries the secret nowhere


def test_an_endpoint_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match=r"Nothing answers at 127\.0\.0\.1:1"):
        source("http://127.0.0.1:1/token").token()
    with pytest.raises(UnavailableError, match="could not be found"):
        source("https://login.nowhere.invalid/token").token()


@pytest.mark.parametrize("lifetime", ["3600", None, "soon"])
def test_a_lifetime_given_oddly_does_no_harm(lifetime: object) -> None:
    with issuing("first", seconds=lifetime) as endpoint:
        tokens = source(endpoint.url)
        assert [tokens.token(), tokens.token()] == ["first", "first"]
        assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"token_url": "http://login.wessmoor.example/token"}, "must begin with https"),
        ({"token_url": "file:///etc/passwd"}, "must begin with https"),
        ({"token_url": "http://127.0.0.1.wessmoor.example/token"}, "must begin with https"),
        ({"token_url": ""}, "needs `tenant`"),
        ({"token_url": "", "provider": "other"}, "needs its `token_url`"),
        ({"token_url": "", "provider": "google"}, "service account"),
        ({"client_secret": None}, "client_secret_file"),
        ({"provider": "yahoo"}, "must be one of google, microsoft365, other"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(options: dict[str, object], words: str) -> None:
    settings = {
        "provider": "microsoft365", "client_id": "app", "client_secret": "x",
        "token_url": "https://login.example/token", **options,
    }  # fmt: skip
    with pytest.raises(ConfigError, match=words):
        TokenSource(OAuthSettings(**settings))  # type: ignore[arg-type]


def test_a_certificate_file_that_holds_none_is_named(endpoint: TokenEndpoint) -> None:
    with pytest.raises(ConfigError, match="no PEM certificate"):
        source(endpoint.url, certificate="nonsense").token()
    with pytest.raises(ConfigError, match="no usable private key"):
        source(endpoint.url, certificate=rsa_pair()[1]).token()
    with pytest.raises(ConfigError, match="service account"):
        source(endpoint.url, provider="google", certificate="{").token()


@pytest.fixture
def token_dovecot(make_dovecot: Callable[[str], Dovecot], issuer: Issuer) -> Dovecot:
    server = make_dovecot("")
    server.trust_token_key(issuer.public_pem)
    return server


def test_dovecot_lets_a_token_in(token_dovecot: Dovecot, issuer: Issuer) -> None:
    account = token_dovecot.account(MAILBOX)
    account.deliver(b"Subject: x\r\n\r\ny\r\n")
    with issuing(issuer.token(MAILBOX)) as endpoint:
        with Mailbox(account.endpoint(credential=source(endpoint.url)), timeout=10) as mailbox:
            assert mailbox.state("INBOX").count == 1


def test_dovecot_refuses_a_lapsed_token_and_takes_the_new_one(token_dovecot: Dovecot, issuer: Issuer) -> None:
    with issuing(issuer.token(MAILBOX, seconds=-5), issuer.token(MAILBOX)) as endpoint:
        tokens = source(endpoint.url)
        with Mailbox(token_dovecot.account(MAILBOX).endpoint(credential=tokens), timeout=10) as mailbox:
            assert mailbox.state("INBOX").count == 0
        assert len(endpoint.asked) == 2


def test_dovecot_refuses_another_mailboxs_token_once_and_for_all(
    token_dovecot: Dovecot, issuer: Issuer
) -> None:
    with issuing(issuer.token("someone.else@wessmoor-pcc.example")) as endpoint:
        login = token_dovecot.account(MAILBOX).endpoint(credential=source(endpoint.url))
        with pytest.raises(MailboxError, match="refused the log-in"):
            Mailbox(login, timeout=10).connect()
        assert len(endpoint.asked) == 2  # renewed once, not for ever


def test_a_secret_that_lapsed_is_a_mailbox_out_of_reach(
    dovecot: Dovecot, trust: Authority, endpoint: TokenEndpoint
) -> None:
    endpoint.answer = lambda _: (401, {"error": "invalid_client"})
    login = dovecot.account(MAILBOX).endpoint(credential=source(endpoint.url))
    with pytest.raises(MailboxError, match=r"gave no token \(invalid_client\)"):
        Mailbox(login, timeout=10).connect()


async def test_smtp_takes_a_token_and_renews_a_refused_one(make_smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = make_smtp_sink(security="tls", username=MAILBOX, tokens=["second"])
    with issuing("first", "second") as endpoint:
        login = sink.endpoint(credential=source(endpoint.url))
        await send(login, raw=b"Subject: x\n\ny\n", sender=MAILBOX, recipients=["one@candidate.example"])
        assert len(endpoint.asked) == 2
    assert sink.delivered[0].username == MAILBOX


async def test_smtp_takes_a_token_that_is_too_long_for_a_command(
    make_smtp_sink: Callable[..., SmtpSink],
) -> None:
    token = "t" * 600  # RFC 5321 4.5.3.1.4: a command line has 512 octets
    sink = make_smtp_sink(security="tls", username=MAILBOX, tokens=[token])
    with issuing("u" * 600, token) as endpoint:
        await check(sink.endpoint(credential=source(endpoint.url)))
        assert len(endpoint.asked) == 2  # the first was refused, not misunderstood


async def test_smtp_that_refuses_every_token_is_unavailable(make_smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = make_smtp_sink(security="tls", username=MAILBOX, tokens=["right"])
    with issuing("wrong") as endpoint:
        with pytest.raises(SmtpUnavailable, match="refused the log-in"):
            await check(sink.endpoint(credential=source(endpoint.url)))
        assert len(endpoint.asked) == 2


async def test_a_token_that_cannot_be_had_stops_before_the_message(
    make_smtp_sink: Callable[..., SmtpSink],
) -> None:
    sink = make_smtp_sink(security="tls", username=MAILBOX)
    with pytest.raises(SmtpUnavailable, match="Nothing answers"):
        await check(sink.endpoint(credential=source("http://127.0.0.1:1/token")))


def test_endpoint_of_reads_secrets_from_their_files(tmp_path: Path, endpoint: TokenEndpoint) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    settings = SmtpSettings(
        host="smtp.wessmoor.example", username=MAILBOX,
        oauth2=OAuth2(client_id="app", client_secret_file=secret, token_url=endpoint.url),
    )  # fmt: skip
    login = endpoint_of(settings)
    assert "s3cret" not in repr(login)
    assert not isinstance(login.credential, str | None)
    assert login.credential.token() == "first"
    assert endpoint.asked[0]["client_secret"] == "s3cret"
    password = SmtpSettings(host="smtp.wessmoor.example", username=MAILBOX, password_file=secret)
    assert endpoint_of(password).credential == "s3cret"
    assert endpoint_of(SmtpSettings(host="smtp.wessmoor.example")).credential is None


def test_endpoint_of_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no password"):
        endpoint_of(SmtpSettings(host="smtp.wessmoor.example", username=MAILBOX))
    with pytest.raises(ConfigError, match="certificate_file"):
        token_source(OAuth2(client_id="app", certificate_file=tmp_path / "none.pem"), MAILBOX)


def rsa_pair() -> tuple[str, str]:
    """A private key and a self-signed certificate for it, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "inbox-bot")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(start).not_valid_after(start + dt.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()
