"""Commands about the installation and its election: init, check, timetable, texts, fairness."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .common import Json, desk_work, print_json, print_table, say, settings_of


def add_to(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(check)
    app.command()(timetable)
    app.command()(texts)
    app.command()(fairness)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The installation's folder.")],
) -> None:
    """Write a commented configuration, a place for your own templates, a key and an empty database."""
    from .. import installation

    for line in installation.make(directory):
        say(line)


def check(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Leave out the mail servers.")] = False,
    as_json: Json = False,
) -> None:
    """Is everything right? A line each, ok or what to do. Sends nothing."""
    from .. import checks
    from ..errors import ConfigError

    found = []
    for finding in checks.run(settings_of(context), offline=offline):
        found.append(finding)
        if not as_json:
            say(f"{finding.subject + ':':<16} {finding.text}")
    if as_json:
        print_json(
            [{"check": f.subject, "ok": not f.problem, "text": f.problem or f.remark or "ok"} for f in found]
        )
    broken = [f.problem for f in found if f.broken]
    if broken:
        raise ConfigError(broken[0])
    if any(f.unreachable for f in found):
        raise typer.Exit(3)
    if any(f.problem for f in found):
        raise typer.Exit(1)


def timetable(
    context: typer.Context,
    ics: Annotated[bool, typer.Option("--ics", help="A calendar file on stdout.")] = False,
    as_json: Json = False,
) -> None:
    """The election's dates, each with its rule and the days that do not count."""
    from ..bootstrap import utc_now
    from ..calendar.ics import to_ics
    from ..calendar.timetable import render_text
    from ..checks import timetable_of

    settings = settings_of(context)
    table = timetable_of(settings)
    if ics:
        sys.stdout.flush()
        sys.stdout.buffer.write(to_ics(table, settings.office.name, utc_now()))
        sys.stdout.buffer.flush()
    elif as_json:
        print_json(
            [
                {
                    "key": d.key,
                    "title": d.title,
                    "when": d.when.isoformat(),
                    "rule": d.rule,
                    "source": d.source,
                    "counted": d.counted,
                    "unit": d.unit,
                    "skipped": [[day.isoformat(), why] for day, why in d.skipped],
                    "notes": list(d.notes),
                    "place": d.place,
                }
                for d in table.dates
            ]
        )
    else:
        say(render_text(table))


def texts(
    context: typer.Context,
    language: Annotated[str, typer.Option(help="en or cy.")] = "en",
) -> None:
    """The texts to hand out: for the force's mailboxes, and for social-media accounts."""
    from ..bootstrap import template_dirs
    from ..render.mails import HANDOUTS, Mails

    if language not in ("en", "cy"):
        raise typer.BadParameter("use en or cy", param_hint="--language")
    settings = settings_of(context)
    mails = Mails(settings, template_dirs(settings))
    for which in HANDOUTS:
        say(f"== {which.replace('_', ' ').capitalize()}\n")
        say(mails.handout(which, language).strip() + "\n")


def fairness(context: typer.Context, as_json: Json = False) -> None:
    """Was one candidate answered sooner than another? The figures, and what to look at."""
    from ..register import fairness as figures
    from ..steps import digest

    with desk_work(context) as job:
        found = digest.figures(job)
    if as_json:
        print_json(figures.to_json(found))
        return

    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:g}"

    print_table(
        "Even-handedness, in office hours",
        ("Candidate", "Enquiries", "Answered", "Open", "To acknowledge", "To answer", "Longest", "On time"),
        [
            (
                (f.name or f.email) + (" (incumbent)" if f.incumbent else ""),
                f.enquiries,
                f.answered,
                f.open,
                shown(f.median_office_hours_to_acknowledge),
                shown(f.median_office_hours_to_answer),
                shown(f.longest_office_hours_to_answer),
                "–" if f.share_on_time is None else f"{f.share_on_time:.0%}",
            )
            for f in found
        ],
    )
    for sentence in figures.disparities(found):
        say(sentence)
