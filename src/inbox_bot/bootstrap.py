"""Builds the service once: settings, rules, templates, database, archive, gateways. Nothing connects here."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sqlmodel import Session

from . import config, resources
from .calendar import bankholidays
from .calendar.bankholidays import HolidayChanges
from .calendar.timetable import timetable
from .calendar.workdays import Calendar, Kind, OfficeHours
from .casework import vocabulary
from .casework.desk import Desk, Job
from .config import Settings
from .errors import ConfigError, StorageError
from .message import ownmark
from .message.model import ParsedMessage
from .render.mails import Mails
from .store.database import Database
from .store.tokens import TokenBook
from .transport.archive import Archive
from .transport.endpoints import endpoint_of
from .transport.imap import Mailbox
from .transport.smtp import Sender
from .triage import briefing
from .triage import setup as triage
from .triage.context import Context

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Service:
    """Everything built, nothing connected. The steps get `desk`; the pipeline and daemon the rest."""

    settings: Settings
    clock: Clock
    desk: Desk
    database: Database
    archive: Archive
    briefing: tuple[briefing.Document, ...]

    @cached_property
    def context(self) -> Context:
        """What triage is told; the roster and the day are added for each message. Compiled when first asked
        for: most commands classify nothing. RuleError where the rules are wrong."""
        return replace(
            triage.context_from(self.settings, is_own=own_mark(self.desk.key)),
            statement_of_persons_nominated=self.desk.timetable["statement_of_persons_nominated"].day,
        )

    def job(self, session: Session, actor: str = "service") -> Job:
        """One transaction's work at the desk, now."""
        return Job(desk=self.desk, session=session, now=self.clock(), actor=actor)

    def mailbox(self, timeout: float = 30) -> Mailbox:
        """A new, unconnected client of the mailbox."""
        return Mailbox(endpoint_of(self.settings.mailbox), timeout=timeout)

    def sender(self) -> Sender:
        """A new pool of SMTP connections within the provider's limits."""
        smtp = self.settings.smtp
        return Sender(
            endpoint_of(smtp),
            max_connections=smtp.max_connections,
            max_per_minute=smtp.max_per_minute,
            timeout=45,
        )


def own_or_shipped(settings: Settings, own: Path, name: str) -> list[Path]:
    """The shipped file, then the office's own laid over it where there is one."""
    shipped = resources.config_dir() / name
    mine = settings.path(own)
    return [shipped] if not mine.is_file() or mine.resolve() == shipped.resolve() else [shipped, mine]


def read_key(settings: Settings) -> bytes:
    """The key that signs tokens and own-mail marks. ConfigError where it is missing or unreadable."""
    path = settings.path(settings.security.key_file)
    try:
        key = path.read_bytes().strip()
    except FileNotFoundError:
        raise ConfigError(
            f"{path} is missing: run `inbox-bot db upgrade` to make a key, or restore it."
        ) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: give this user read access.") from error
    if len(key) < 32:
        raise ConfigError(f"{path} holds no key: restore it from the backup.")
    return key


def make_key(settings: Settings) -> bool:
    """Make the key file (0600) where there is none; True where it was made."""
    path = settings.path(settings.security.key_file)
    if path.exists():
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(f"{path.parent} cannot be written: give this user write access.") from error
    return True


def holiday_changes(settings: Settings) -> HolidayChanges:
    """What the office's holiday file adds to the library's data, whose age the shipped file knows."""
    shipped, *own = [
        bankholidays.read_changes(config.read_toml(path))
        for path in own_or_shipped(settings, settings.files.holidays, "holidays.toml")
    ]
    return replace(own[0], data_of=shipped.data_of) if own else shipped


def own_mark(key: bytes) -> Callable[[ParsedMessage], bool]:
    """A test whether a mail carries our keyed mark, which outsiders cannot forge."""

    def is_own(message: ParsedMessage) -> bool:
        value = message.header(ownmark.HEADER)
        return bool(value) and ownmark.verify(key, message.message_id, value)

    return is_own


def template_dirs(settings: Settings) -> list[Path]:
    """The office's own templates first, the shipped ones last."""
    return [settings.path(settings.files.templates), resources.templates_dir()]


def build(settings: Settings, *, clock: Clock = utc_now, key: bytes | None = None) -> Service:
    """The service from its settings. ConfigError names what is wrong."""
    files = settings.files
    changes = holiday_changes(settings)
    office_days = Calendar(kind=Kind.OFFICE, changes=changes)
    hours = OfficeHours(
        start=settings.office.hours_start,
        end=settings.office.hours_end,
        timezone=settings.office.timezone,
        calendar=office_days,
    )
    archive = Archive(settings.path(settings.archive.path))
    secret = key if key is not None else read_key(settings)
    desk = Desk(
        settings=settings,
        clock=clock,
        mails=Mails(settings, template_dirs(settings)),
        archive=archive,
        documents=Archive(settings.path(settings.archive.path) / "documents"),
        key=secret,
        tokens=TokenBook(secret),
        timetable=timetable(
            settings.election.type,
            settings.election.poll_date,
            settings.election.model_dump(),
            changes=changes,
        ),
        office_days=office_days,
        foia_days=Calendar(kind=Kind.FOIA, changes=changes),
        hours=hours,
        vocabulary=vocabulary.load(own_or_shipped(settings, files.commands, "commands.toml")[-1]),
        rules=triage.digest(settings),
    )
    return Service(
        settings=settings,
        clock=clock,
        desk=desk,
        database=Database(settings.database_url),
        archive=archive,
        briefing=tuple(briefing.load(own_or_shipped(settings, files.briefing, "briefing.toml")[-1])),
    )
