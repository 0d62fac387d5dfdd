"""`candidates …`: the roster."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from .common import Json, a_day, desk_work, print_json, print_table, say

candidates_app = typer.Typer(no_args_is_help=True, help="Who is a candidate, an agent, and since when.")


def add_to(app: typer.Typer) -> None:
    candidates_app.command("import")(import_roster)
    candidates_app.command("list")(list_roster)
    app.add_typer(candidates_app, name="candidates")


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
