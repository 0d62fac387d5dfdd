"""`db upgrade` creates a missing database, on PostgreSQL as on SQLite."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from inbox_bot.errors import StorageError
from inbox_bot.store.database import Database


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


def test_a_server_that_is_away_is_one_error(postgres_url: str) -> None:
    away = make_url(postgres_url).set(port=1).render_as_string(hide_password=False)
    with pytest.raises(StorageError, match=r"cannot be reached: check database\.url"):
        Database(away).upgrade()
