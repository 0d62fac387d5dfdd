"""All tables together, frozen, and the paths among them made absolute."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ..protocol import Protocol
from .conduct import Deadlines, DigestSettings, Limits, Notices, PublicationSettings, TrustSettings
from .office import Election, Office
from .people import People
from .places import ArchiveSettings, Database, Files, Metrics, Security
from .servers import MailboxSettings, SmtpSettings

ENVIRONMENT = "INBOX_BOT__"  # before every setting that the environment lays over the file
SECRET_FILES = frozenset({"password_file", "client_secret_file", "certificate_file"})


class Settings(BaseSettings):
    """Everything an office decides. `home` is the installation folder that relative paths count from."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENVIRONMENT, env_nested_delimiter="__"
    )

    home: Path = Path()
    office: Office
    election: Election
    people: People
    mailbox: MailboxSettings = MailboxSettings()
    smtp: SmtpSettings = SmtpSettings()
    database: Database = Database()
    archive: ArchiveSettings = ArchiveSettings()
    deadlines: Deadlines = Deadlines()
    publication: PublicationSettings = PublicationSettings()
    digest: DigestSettings = DigestSettings()
    trust: TrustSettings = TrustSettings()
    security: Security = Security()
    limits: Limits = Limits()
    notices: Notices = Notices()
    metrics: Metrics = Metrics()
    files: Files = Files()
    protocol: Protocol = Protocol()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; nothing else is read."""
        return env_settings, init_settings

    @model_validator(mode="before")
    @classmethod
    def _secret_files_from_home(cls, data: Any) -> Any:
        """A relative *_file counts from the installation folder, as every other path does."""
        home = Path.cwd() / str(data.get("home", ""))
        servers = {name: data[name] for name in ("mailbox", "smtp") if isinstance(data.get(name), dict)}
        return {**data, **{name: _placed(table, home) for name, table in servers.items()}}

    def path(self, value: Path | str) -> Path:
        """A path of the settings as an absolute one."""
        path = Path(value).expanduser()
        # Not resolved: the site's folder is a link to its newest build and must be replaced as a link.
        return path if path.is_absolute() else Path(os.path.normpath(Path.cwd() / self.home / path))

    @property
    def database_url(self) -> str:
        """The database URL with a relative SQLite file made absolute."""
        prefix = "sqlite:///"
        url = self.database.url
        if url.startswith(prefix) and url != prefix and not url.startswith(prefix + ":memory:"):
            return prefix + str(self.path(url[len(prefix) :]))
        return url

    @property
    def publication_target(self) -> str:
        """A folder as an absolute path, a URL as it stands."""
        target = self.publication.target
        return target if "://" in target else str(self.path(target))

    @property
    def languages(self) -> tuple[str, ...]:
        return self.office.languages or tuple(self.protocol.languages)


def _placed(table: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """The table and those within it, with each secret's file counted from `home`."""
    placed = dict(table)
    for key, value in table.items():
        if isinstance(value, dict):
            placed[key] = _placed(value, home)
        elif key in SECRET_FILES and isinstance(value, (str, Path)):
            placed[key] = home / Path(value).expanduser()
    return placed
