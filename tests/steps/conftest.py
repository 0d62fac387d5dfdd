"""The databases of tests/store, and an installation of an invented office in a temporary folder."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest

from inbox_bot import bootstrap
from inbox_bot.casework.desk import Desk
from inbox_bot.config import Settings, from_mapping
from inbox_bot.store.database import Database
from inbox_bot.transport.archive import Archive

from ..store.conftest import (  # noqa: F401  (fixtures are found by name)
    NOW,
    database,
    now,
    postgres_template,
    postgresql,
    sqlite,
    sqlite_template,
)


@dataclass(frozen=True, kw_only=True)
class Office:
    """An installation: its settings, its database, its archive."""

    settings: Settings
    database: Database
    archive: Archive

    @property
    def desk(self) -> Desk:
        return bootstrap.build(self.settings, key=b"k" * 32).desk

    @property
    def documents(self) -> Archive:
        return Archive(self.archive.path / "documents")


def office_at(home: Path, store: Database) -> Office:
    home.mkdir(exist_ok=True)
    settings = from_mapping(
        {
            "office": {"name": "OPCC for Wessmoor", "inbox_address": "election@wessmoor-pcc.example"},
            "election": {"poll_date": dt.date(2027, 5, 6)},
            "people": {
                "spoc": {"email": "spoc.officer@wessmoor-pcc.example"},
                "chief_executive": {"email": "chief.executive@wessmoor-pcc.example"},
            },
            "database": {"url": store.url},
        },
        home=home,
    )
    return Office(settings=settings, database=store, archive=Archive(settings.path(settings.archive.path)))


@pytest.fixture
def office(tmp_path: Path, database: Database) -> Office:  # noqa: F811  (the fixture of that name)
    return office_at(tmp_path / "office", database)
