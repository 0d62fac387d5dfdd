"""The servers as pytest fixtures; each test gets accounts and databases that nobody else uses.

A service that is not installed skips its tests with one line naming it; with REQUIRE_SERVICES=1
it fails them instead, so that a green run of the full suite means that everything ran.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from .accounts import Account
from .certificates import Authority
from .dovecot import Dovecot
from .postgres import Postgres
from .processes import ServiceMissing
from .pymap import Pymap
from .smtp_sink import SmtpSink

Server = TypeVar("Server")


def need(start: Callable[[], Server]) -> Server:
    """Starts a service, or skips (or fails, with REQUIRE_SERVICES=1) the test that wants it."""
    try:
        return start()
    except ServiceMissing as missing:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The certificate authority of this test session; not trusted until `trust` is used."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trust(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Trusts the session's authority, here and in programs that the test starts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    return authority


@pytest.fixture(scope="session")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    """One Dovecot for the session."""
    server = need(lambda: Dovecot(authority))
    yield server
    server.remove()


@pytest.fixture
def make_dovecot(trust: Authority) -> Iterator[Callable[[str], Dovecot]]:
    """Starts a Dovecot with extra configuration for one test."""
    started: list[Dovecot] = []

    def start(extra: str = "") -> Dovecot:
        started.append(need(lambda: Dovecot(trust, extra=extra)))
        return started[-1]

    yield start
    for server in started:
        server.remove()


@pytest.fixture
def mailbox_account(dovecot: Dovecot, trust: Authority) -> Account:
    """An empty mailbox on Dovecot, over TLS unless the test asks for another security."""
    return dovecot.account(f"election-{uuid.uuid4().hex[:12]}@wessmoor-pcc.example")


@pytest.fixture
def pymap_account() -> Iterator[Account]:
    """An empty mailbox on pymap, in the clear on loopback."""
    server = Pymap()
    yield server.account()
    server.remove()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A submission server on loopback without TLS or log-in that accepts and records everything."""
    server = SmtpSink()
    yield server
    server.stop()


@pytest.fixture
def make_smtp_sink(trust: Authority) -> Iterator[Callable[..., SmtpSink]]:
    """Starts submission servers with TLS, log-in or limits; certified for localhost unless told otherwise."""
    started: list[SmtpSink] = []

    def start(**options: object) -> SmtpSink:
        if options.get("security", "plain") != "plain":
            options.setdefault("pair", trust.issue())
        started.append(SmtpSink(**options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the session."""
    server = need(Postgres)
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """The SQLAlchemy URL of an empty database of its own."""
    return postgres.fresh()
