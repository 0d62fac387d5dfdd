"""Commands that keep the record: db, backup, restore, retention, audit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from .common import (
    ACTOR,
    Json,
    Reason,
    a_day,
    desk_work,
    iso,
    local,
    open_service,
    print_json,
    print_table,
    say,
    settings_of,
)

db_app = typer.Typer(no_args_is_help=True, help="The database's schema.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail and its chain.")


def add_to(app: typer.Typer) -> None:
    db_app.command("upgrade")(upgrade)
    app.add_typer(db_app, name="db")
    audit_app.command("verify")(audit_verify)
    audit_app.command("show")(audit_show)
    app.add_typer(audit_app, name="audit")
    app.command()(backup)
    app.command()(restore)
    app.command()(retention)


def upgrade(context: typer.Context) -> None:
    """Bring the database to this version's schema; creates a missing database and key."""
    from .. import bootstrap
    from ..store.database import Database

    settings = settings_of(context)
    made = bootstrap.make_key(settings)
    database = Database(settings.database_url)
    database.make_if_missing()
    before, _ = database.schema_versions()
    database.upgrade()
    after, _ = database.schema_versions()
    if made:
        say(f"Made the key {settings.path(settings.security.key_file)}: keep it with the backup.")
    if before == after:
        say(f"The database is at schema {after} already.")
    else:
        say(f"The database is now at schema {after}" + (f" (was {before})." if before else " (new)."))


def backup(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> None:
    """Copy register, archive, key and configuration to a folder; works while the service runs."""
    from ..steps.backup import backup as save

    service = open_service(context)
    made = save(service.settings, service.database, directory, service.clock())
    say(f"{made.directory}: {made.files} files, {made.octets / 1e6:.1f} MB, {made.rows['entry']} entries.")
    say("It is as confidential as the mailbox: keep it encrypted.")
    for sha256 in made.damaged:
        typer.echo(
            f"The archived message {sha256[:12]}… is damaged: restore it from an older backup.", err=True
        )
    if made.damaged:
        raise typer.Exit(1)


def restore(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `backup` made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of a register that is there already.")
    ] = False,
) -> None:
    """Bring a backup back. Sending is paused, and unsent mail waits for a person's look."""
    from ..bootstrap import utc_now
    from ..steps.restore import restore as bring_back
    from ..store.database import Database

    settings = settings_of(context)
    done = bring_back(settings, Database(settings.database_url), directory, utc_now(), replace=replace)
    made_at = f"{done.made_at:%d %B %Y %H:%M} UTC"
    say(f"Restored {done.rows['entry']} entries and {done.files} files as of {made_at}.")
    if done.aside is not None:
        say(f"The database that was there is kept as {done.aside}.")
    say(
        f"Sending is paused. {done.unknown} mails may have been sent since: settle them with "
        "`inbox-bot outbox list`, `outbox sent` and `outbox send-again`, then `inbox-bot resume`."
    )


def retention(
    context: typer.Context,
    before: Annotated[
        dt.date | None,
        typer.Option(parser=a_day, metavar="YYYY-MM-DD", help="Erase what is older than this day."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be erased, and what forbids it.")
    ] = False,
    hold: Annotated[
        str, typer.Option(metavar="REF", help="Keep an entry from being erased; “*” keeps everything.")
    ] = "",
    lift: Annotated[str, typer.Option(metavar="REF", help="End such a hold.")] = "",
    reason: Reason = "",
) -> None:
    """Erase raw mail and personal data of the time before a day, once the law allows it."""
    from ..steps import retention as step
    from ..store import entries

    if sum((before is not None, bool(hold), bool(lift))) != 1:
        raise typer.BadParameter("say one of --before, --hold and --lift", param_hint="--before")
    if before is None:
        with desk_work(context) as job:
            named = hold or lift
            reference = named if named == "*" else entries.get(job.session, named).reference
            if hold:
                step.hold(job.session, reference, ACTOR, job.now, reason)
                said = f"{reference} is kept until the hold is lifted."
            else:
                said = (
                    "The hold is lifted." if step.lift(job.session, reference) else "There was no such hold."
                )
            job.audit("retention_hold" if hold else "retention_lift", "" if named == "*" else reference)
        say(said)
        return
    service = open_service(context)
    found = step.retention(service.desk, service.database, before, service.clock(), dry_run=dry_run)
    word = "Erased" if found.done else "Would erase"
    say(
        f"{word}: {len(found.entries)} entries' personal data, {found.messages} messages, {found.mails_sent} "
        f"sent mails, {found.files} files, {found.candidates} people of the roster."
    )
    for why in found.refused:
        say(f"Not yet: {why}")
    kept = [str(file) for file in service.database.kept_aside()]
    say(f"Not reached, and to follow the same date: {', '.join(['the mailbox', 'backups', 'logs', *kept])}.")


# -- audit ------------------------------------------------------------------------------------------


def audit_verify(context: typer.Context, as_json: Json = False) -> None:
    """Walk the chain of the audit trail; names the first row that does not follow (exit code 1)."""
    from ..store import audit

    with desk_work(context) as job:
        found = audit.verify(job.session)
    if as_json:
        print_json(
            {
                "whole": found.broken_at is None,
                "rows": found.rows,
                "head": found.head,
                "broken_at": found.broken_at,
                "why": found.why,
            }
        )
    elif found.broken_at is None:
        say(f"The audit trail is whole: {found.rows} rows, head {found.head}.")
    else:
        say(f"The audit trail is BROKEN at row {found.broken_at}: {found.why}. Before it: {found.head}.")
    if found.broken_at is not None:
        raise typer.Exit(1)


def audit_show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="[REF]", help="One entry's rows; default: all.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many of the newest rows.")] = 200,
    as_json: Json = False,
) -> None:
    """The audit trail, newest rows last."""
    from sqlmodel import col, select

    from ..store import entries
    from ..store.tables import Audit

    with desk_work(context) as job:
        query = select(Audit).order_by(col(Audit.id).desc()).limit(limit)
        if reference:
            query = query.where(Audit.subject == entries.get(job.session, reference).reference)
        rows = list(reversed(job.session.exec(query).all()))
        if as_json:
            print_json(
                [
                    {
                        "id": r.id,
                        "at": iso(job, r.at),
                        "actor": r.actor,
                        "action": r.action,
                        "subject": r.subject,
                        "detail": r.detail,
                        "hash": r.hash,
                    }
                    for r in rows
                ]
            )
            return
        print_table(
            "Audit trail",
            ("Row", "At", "Actor", "Action", "Subject", "Detail"),
            [(r.id, local(job, r.at), r.actor, r.action, r.subject, _detail(r.detail)) for r in rows],
        )


def _detail(values: dict[str, object]) -> str:
    return ", ".join(f"{k} {v}" for k, v in values.items() if v not in (None, "", []))
