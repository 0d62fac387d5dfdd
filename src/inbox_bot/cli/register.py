"""`register …` and `candidates …`: the register of contacts and the roster."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import (
    Json,
    Reference,
    a_day,
    desk_work,
    local,
    print_json,
    print_table,
    say,
)

if TYPE_CHECKING:
    from ..casework.desk import Job
    from ..store.tables import Entry

register_app = typer.Typer(no_args_is_help=True, help="The register of contacts.")
candidates_app = typer.Typer(no_args_is_help=True, help="Who is a candidate, an agent, and since when.")


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
    candidates_app.command("import")(import_roster)
    candidates_app.command("list")(list_roster)
    app.add_typer(candidates_app, name="candidates")


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
                    _kind(e),
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


def _kind(entry: Entry) -> str:
    kind = entry.category.value.replace("_", " ")
    return f"{kind}: {entry.underlying.value.replace('_', ' ')}" if entry.underlying else kind


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
        _print_entry(job, entry)


def _print_entry(job: Job, entry: Entry) -> None:
    from ..store import entries, timers

    def line(label: str, value: object) -> None:
        if value not in ("", None, [], ()):
            say(f"{label:<22}{value}")

    session = job.session
    line("Reference", entry.reference)
    line("Category", _kind(entry))
    line("Matters", ", ".join(m.replace("_", " ") for m in entry.matters))
    line("Status", entry.status.value.replace("_", " "))
    line("Website", entry.publication.value.replace("_", " "))
    line("Not published because", entry.not_published_reason)
    line("Contact", f"{entry.contact_name} <{entry.contact_email}>".strip())
    line("Role", entry.contact_role.value.replace("_", " "))
    line("Method of contact", entry.method.replace("_", " "))
    line("Passed on by", entry.forwarded_by)
    line("Received", local(job, entry.received_at))
    line("Received by the force", entry.received_by_force_on)
    line("Must answer", entry.responsible_authority.value)
    line("Acknowledged", local(job, entry.acknowledged_at))
    line("Answered", local(job, entry.answered_at))
    line("By", entry.officer + (" (assumed)" if entry.officer_assumed else ""))
    line("Assigned to", entry.assigned_to)
    line("Subject", entry.subject)
    for heading, text, direction in (
        ("Information sought", entry.information_sought, "sought"),
        ("Information provided", entry.information_provided, "provided"),
    ):
        documents = entries.documents(session, entry, direction)
        if text or documents:
            say(f"\n{heading}\n")
            say("\n".join(f"    {part}" for part in text.splitlines()))
            for document in documents:
                cleared = " (cleared for the website)" if document.cleared else ""
                say(f"    {document.ref}: {document.title}{cleared}")
    if entry.due_working:
        say("\nDates")
        say("\n".join(f"    {part}" for part in entry.due_working.splitlines()))
    for timer in timers.waiting(session, entry.id):
        say(f"    next {timer.kind}: {local(job, timer.due_at)}")
    decided = entries.decisions(session, entry)
    if decided:
        say("\nDecisions")
    for one in decided:
        risks = f" Risk mitigation: {one.risk_mitigation}" if one.risk_mitigation else ""
        say(f"    {local(job, one.at)}  {one.decision}, by {one.by}. {one.rationale}{risks}")
    if entry.evidence:
        doubt = ", needs review" if entry.needs_review else ""
        say(f"\nWhy this category ({entry.confidence:.0%}{doubt})")
    for hit in entry.evidence:
        seen = f": “{hit['text']}”" if hit.get("text") else ""
        say(f"    {hit['weight']:+g} {hit['rule']} ({hit['where']}){seen}")
    for note in entry.notes:
        say(f"Note                  {note}")


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
        content = exporting.to_xlsx(rows)
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


# -- the roster -------------------------------------------------------------------------------------


def import_roster(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", help="Democracy Club's candidates, or columns name,email,role,standing."
        ),
    ],
    on: Annotated[
        dt.date | None,
        typer.Option(parser=a_day, metavar="YYYY-MM-DD", help="From when a standing without a date holds."),
    ] = None,
    nominated: Annotated[
        bool, typer.Option("--nominated", help="The file was made from the statement of persons nominated.")
    ] = False,
) -> None:
    """Add people to the roster, or complete those who are in it."""
    from ..errors import ConfigError
    from ..store import roster
    from ..triage.roster import read_csv

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: give a CSV file in UTF-8.") from error
    people = read_csv(text, on=on, nominated=nominated)
    with desk_work(context) as job:
        added, changed = roster.save(job.session, people)
        job.audit("roster_imported", "", read=len(people), added=added, changed=changed)
    say(f"Read {len(people)}: {added} added, {changed} changed.")


def list_roster(context: typer.Context, as_json: Json = False) -> None:
    """Who is in the roster, with standing and role today."""
    from ..store import roster

    with desk_work(context) as job:
        everybody = roster.roster(job.session)
        rows: list[dict[str, Any]] = []
        for person in everybody.people:
            standing = everybody.standing(person, job.today)
            rows.append(
                {
                    "name": person.name,
                    "emails": list(person.emails),
                    "role": everybody.role_on(person, job.today).value,
                    "standing": standing.value if standing else None,
                    "agent_for": person.agent_for or None,
                    "incumbent": person.incumbent,
                    "standings": [
                        {"from": None if day == dt.date.min else str(day), "standing": word.value}
                        for day, word in person.standings
                    ],
                }
            )
    if as_json:
        print_json(rows)
    elif not rows:
        say("The roster is empty: `inbox-bot candidates import FILE.csv` fills it.")
    else:
        print_table(
            "Roster",
            ("Name", "Addresses", "Role today", "Standing", "Agent for", "Incumbent"),
            [
                (
                    r["name"],
                    ", ".join(r["emails"]),
                    r["role"].replace("_", " "),
                    r["standing"] or "–",
                    r["agent_for"] or "–",
                    "yes" if r["incumbent"] else "",
                )
                for r in rows
            ],
        )
