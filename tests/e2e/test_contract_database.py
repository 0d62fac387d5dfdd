"""`db upgrade` creates a missing database, on PostgreSQL as on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from inbox_bot.errors import StorageError
from inbox_bot.store.database import Database

from ..installation import Installation


def test_upgrade_creates_a_missing_postgresql_database(postgres_url: str) -> None:
    url = make_url(postgres_url)
    wanted = url.set(database=f"{url.database}-new").render_as_string(hide_password=False)
    database = Database(wanted)
    try:
        database.upgrade()
        database.require_current_schema()
        database.upgrade()  # a second time finds it
    finally:
        database.dispose()


def test_the_command_creates_it_too(postgres_url: str, tmp_path: Path) -> None:
    url = make_url(postgres_url)
    wanted = url.set(database=f"{url.database}-by-command").render_as_string(hide_password=False)
    office = Installation(tmp_path / "office", overrides={"database": {"url": wanted}})
    done = office.run("db", "upgrade")
    assert (done.code, done.err) == (0, "") and "(new)" in done.out
    assert office.run("status", "--json").json["entries"]["total"] == 0


def test_a_server_that_is_away_is_one_error(postgres_url: str) -> None:
    away = make_url(postgres_url).set(port=1).render_as_string(hide_password=False)
    with pytest.raises(StorageError, match=r"cannot be reached: check database\.url"):
        Database(away).upgrade()
