"""Where things stand on the machine: [database], [archive], [security], [metrics], [files]."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from .section import Section


class Database(Section):
    url: str = "sqlite:///var/inbox-bot.db"


class ArchiveSettings(Section):
    path: Path = Path("var/archive")


class Security(Section):
    key_file: Path = Path("var/key")


class Metrics(Section):
    """Figures for Prometheus, on this machine only; port 0: none."""

    port: int = Field(default=0, ge=0, le=65535)


class Files(Section):
    """An office's own files, laid over the shipped ones of the same name."""

    templates: Path = Path("templates")
    triage: Path = Path("config/triage.toml")
    senders: Path = Path("config/senders.toml")
    briefing: Path = Path("config/briefing.toml")
    commands: Path = Path("config/commands.toml")  # in place of the shipped one
    holidays: Path = Path("config/holidays.toml")
    profiles: Path = Path("config/profiles")
