"""What the commands share: settings and service, one transaction, output for people and for programs."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..bootstrap import Service
    from ..casework.desk import Job
    from ..config import Settings

ACTOR = "command-line"  # in the audit trail
PIPED_WIDTH = 160  # columns of a table that goes into a file or another program

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else there.")]
Reference = Annotated[str, typer.Argument(metavar="REF", help="The entry's reference, such as WMR-0007.")]
Reason = Annotated[str, typer.Option("--reason", help="Why: kept with the entry.")]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a subject line must not move a terminal's cursor


def a_day(text: str) -> dt.date:
    """An option's date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date such as 2027-03-01") from None


@dataclass(frozen=True, kw_only=True)
class Globals:
    """The options before the command. `named`: the configuration was asked for, not merely the default."""

    config: Path
    named: bool


def set_up_logging(talkative: bool) -> None:
    """Logs go to stderr, one `key=value` line each: stdout belongs to the command's answer."""
    import structlog

    level = logging.INFO if talkative else logging.WARNING
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="level=%(levelname)s event=%(message)s"
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def settings_of(context: typer.Context) -> Settings:
    from .. import config

    return config.load(context.obj.config)


def open_service(context: typer.Context) -> Service:
    """The service with a database of the current schema. ConfigError, StorageError."""
    from .. import bootstrap

    service = bootstrap.build(settings_of(context))
    service.database.require_current_schema()
    return service


def ready_service(context: typer.Context) -> Service:
    """As `open_service`, with the office's own templates tried out: their faults are not the mails'."""
    from ..render.check import check_all

    service = open_service(context)
    own = service.settings.path(service.settings.files.templates) / "mail"
    if any(own.rglob("*.j2")):
        check_all(service.desk.mails)
    return service


@contextmanager
def transaction(service: Service) -> Iterator[Job]:
    """One transaction on behalf of whoever sits at this terminal."""

    with service.database.begin() as session:
        yield service.job(session, ACTOR)


@contextmanager
def desk_work(context: typer.Context) -> Iterator[Job]:
    """Build the service and open one transaction."""
    with transaction(open_service(context)) as job:
        yield job


# -- output -----------------------------------------------------------------------------------------


def clean(value: object) -> str:
    """Text from outside without control characters."""
    return _CONTROL.sub(" ", "" if value is None else str(value))


def say(text: object = "") -> None:
    typer.echo(clean(text))


def print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=plain))


def plain(value: object) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people; what stands in it is text, never markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    console.print(table)


def local(job: Job, moment: dt.datetime | None) -> str:
    """A moment as the office's people see it."""
    return f"{job.desk.local(moment):%a %d %b %Y %H:%M}" if moment else "–"


def iso(job: Job, moment: dt.datetime | None) -> str | None:
    return job.desk.local(moment).isoformat(timespec="seconds") if moment else None
