"""`register …`: the register of contacts."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import printed
from .common import Json, Reference, a_day, desk_work, local, print_json, print_table, say

if TYPE_CHECKING:
    from ..casework.desk import Job

register_app = typer.Typer(no_args_is_help=True, help="The register of contacts.")


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


class Method(StrEnum):
    """How somebody got in touch other than by email (R17)."""

    TELEPHONE = "telephone"
    VERBAL = "verbal"
    SOCIAL_MEDIA = "social_media"
    LETTER = "letter"


def a_method(text: str) -> Method:
    """An option's method of contact: “social-media” and “Social media” are the same word."""
    try:
        return Method(text.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError:
        raise typer.BadParameter(f"use one of {', '.join(Method)}") from None


def add_to(app: typer.Typer) -> None:
    register_app.command("list")(list_entries)
    register_app.command("show")(show)
    register_app.command("export")(export)
    register_app.command("add")(add)
    app.add_typer(register_app, name="register")


def list_entries(
    context: typer.Context,
    status: Annotated[str, typer.Option(help="Only entries of this status, such as open.")] = "",
    category: Annotated[str, typer.Option(help="Only entries of this category, such as foi.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past its date.")] = False,
    as_json: Json = False,
) -> None:
    """Every entry, one line each."""
    from ..casework import showing
    from ..casework.clock import OPEN
    from ..register.states import Status
    from ..store import entries
    from ..triage.model import Category

    _one_of(status, Status, "--status")
    _one_of(category, Category, "--category")
    with desk_work(context) as job:
        found = [
            e
            for e in entries.all_entries(job.session)
            if (not status or e.status == status)
            and (not category or category in (e.category, e.underlying))
            and (not overdue or (e.status in OPEN and e.due_on is not None and e.due_on < job.today))
        ]
        if as_json:
            from dataclasses import asdict

            print_json([asdict(showing.export_row(job, e)) for e in found])
            return
        print_table(
            "Register of contacts",
            ("Reference", "Received", "Category", "Contact", "Subject", "Status", "Due", "Website"),
            [
                (
                    e.reference,
                    local(job, e.received_at),
                    printed.kind(e),
                    e.contact_name or e.contact_email or "–",
                    e.subject,
                    e.status.value.replace("_", " "),
                    f"{e.due_on:%d %b}" if e.due_on else "–",
                    e.publication.value.replace("_", " "),
                )
                for e in found
            ],
        )


def _one_of(value: str, known: type[StrEnum], option: str) -> None:
    if value and value not in set(known):
        raise typer.BadParameter(f"use one of {', '.join(known)}", param_hint=option)


def show(context: typer.Context, reference: Reference, as_json: Json = False) -> None:
    """One entry in full: what was asked and answered, its dates with their working, its reasons."""
    from ..casework import showing
    from ..store import entries

    with desk_work(context) as job:
        entry = entries.get(job.session, reference)
        row = showing.export_row(job, entry)
        if as_json:
            from dataclasses import asdict

            print_json(
                {
                    **asdict(row),
                    "deadline_working": entry.due_working,
                    "evidence": entry.evidence,
                    "confidence": entry.confidence,
                    "needs_review": entry.needs_review,
                    "notes": entry.notes,
                }
            )
            return
        printed.print_entry(job, entry)


def export(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="csv, json or xlsx.")] = Format.CSV,
    owner: Annotated[
        str, typer.Option(help="office or force: one of the two logs (R23); default: all.")
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file, not to stdout.")
    ] = None,
) -> None:
    """The register of contacts as a file, on stdout unless --output names one."""
    from ..casework import showing
    from ..register import export as exporting

    if owner not in ("", "office", "force"):
        raise typer.BadParameter("use office or force", param_hint="--owner")
    if form is Format.XLSX and output is None and sys.stdout.isatty():
        raise typer.BadParameter(
            "a spreadsheet does not go to a terminal: add --output FILE", param_hint="--format"
        )
    with desk_work(context) as job:
        rows = showing.export_rows(job, owner)
        job.audit("register_exported", "", entries=len(rows), format=form.value)
    if form is Format.XLSX:
        from ..register import spreadsheet

        content = spreadsheet.to_xlsx(rows)
    else:
        content = (exporting.to_csv(rows) if form is Format.CSV else exporting.to_json(rows)).encode()
    if output is not None:
        _write_private(output, content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _write_private(path: Path, content: bytes) -> None:
    """The register holds people's names: for this user alone."""
    path.touch(mode=0o600)
    path.write_bytes(content)


def add(
    context: typer.Context,
    sought: Annotated[str, typer.Option(metavar="TEXT", help="What was asked, as you noted it.")],
    name: Annotated[str, typer.Option(help="Who asked.")] = "",
    email: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where the confirmation and the answer go.")
    ] = "",
    method: Annotated[
        Method,
        typer.Option(
            parser=a_method,
            metavar="METHOD",
            help="How they got in touch: telephone, verbal, social_media or letter.",
        ),
    ] = Method.TELEPHONE,
    role: Annotated[str, typer.Option(help="Who they are, such as candidate or journalist.")] = "",
    category: Annotated[str, typer.Option(help="The entry's category; default: by the role.")] = "",
    subject: Annotated[str, typer.Option(help="A short heading.")] = "",
    date: Annotated[
        str,
        typer.Option(metavar="YYYY-MM-DD[THH:MM]", help="When, by the office's clock; default: now."),
    ] = "",
) -> None:
    """Enter a contact by telephone, in person, by letter or on social media; it is confirmed in writing."""
    from ..casework import byhand
    from ..triage.model import Category, Role

    _one_of(role, Role, "--role")
    _one_of(category, Category, "--category")
    with desk_work(context) as job:
        at = _moment(job, date) if date else job.now
        entry = byhand.add(
            job,
            byhand.Note(
                method=method.value,
                name=name.strip(),
                email=email.strip().lower(),
                sought=sought.strip(),
                subject=subject.strip(),
                role=Role(role) if role else None,
                category=Category(category) if category else None,
                at=at,
            ),
        )
        due = f", due on {entry.due_on:%A} {entry.due_on.day} {entry.due_on:%B}" if entry.due_on else ""
        say(f"{entry.reference} is in the register{due}.")
        say(
            "A confirmation goes to the enquirer with the next pass."
            if entry.contact_email
            else "Without an address nothing is confirmed in writing: ask for one before you answer."
        )


def _moment(job: Job, text: str) -> dt.datetime:
    """A wall-clock moment of the office; a bare day is its first office hour, today now at the latest."""
    day, _, hour = text.strip().replace(" ", "T").partition("T")
    try:
        time = dt.time.fromisoformat(hour) if hour else None
    except ValueError:
        raise typer.BadParameter(f"{hour!r} is not a time such as 14:30", param_hint="--date") from None
    on = a_day(day)
    if time is not None:
        return job.desk.at(on, time)
    opening = job.desk.at(on, job.desk.hours.start)
    return min(opening, job.now) if on == job.today else opening
