"""Loads the servers and the office; see tests/servers/fixtures.py and tests/office.py for what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .office import Office
from .servers.accounts import Account
from .servers.smtp_sink import SmtpSink

pytest_plugins = ["tests.servers.fixtures"]


@pytest.fixture
def make_office(tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[Callable[..., Office]]:
    """Sets up an office on a mailbox: `make_office(account, now=…, overrides={"office": {...}})`."""
    made: list[Office] = []

    def make(account: Account, *, sink: SmtpSink | None = None, **options: Any) -> Office:
        home = tmp_path / f"office{len(made)}"
        home.mkdir()
        made.append(Office(home, account, sink or smtp_sink, **options))
        return made[-1]

    yield make
    for office in made:
        office.close()


@pytest.fixture
def office(make_office: Callable[..., Office], mailbox_account: Account) -> Office:
    """An office on Dovecot that has polled its empty mailbox once, on Monday 2 February 2026 at 09:30."""
    made = make_office(mailbox_account)
    report = made.once()
    assert report.errors == []
    return made
