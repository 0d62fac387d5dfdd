"""Commands that make the service work: demo, run, once, publish, digest, status, pause, resume."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import typer

from .common import (
    Json,
    Reason,
    a_day,
    desk_work,
    open_service,
    print_json,
    ready_service,
    say,
    transaction,
)

LOCK_SECONDS = 30  # how long `once` waits for another pass on the same database


def add_to(app: typer.Typer) -> None:
    app.command()(demo)
    app.command()(run)
    app.command()(once)
    app.command()(publish)
    app.command()(digest)
    app.command()(status)
    app.command()(pause)
    app.command()(resume)


def run(context: typer.Context) -> None:
    """Run the service until it is told to stop (SIGTERM): the daemon."""
    from .. import daemon

    daemon.run(ready_service(context))


def once(
    context: typer.Context,
    since: Annotated[
        dt.date | None,
        typer.Option(parser=a_day, metavar="YYYY-MM-DD", help="Take in mail that arrived from this day on."),
    ] = None,
    as_json: Json = False,
) -> None:
    """One full pass (take in, answer, send, remind, publish, digest if due), then leave."""
    from .. import reconciliation
    from ..errors import MailboxError
    from ..pipeline import Pipeline

    service = ready_service(context)
    pipeline = Pipeline(service)
    try:
        with service.database.worker(wait_seconds=LOCK_SECONDS):
            with suppress(MailboxError):  # the pass says so too
                reconciliation.daily(service)
            report = asyncio.run(pipeline.once(since=since))
    finally:
        pipeline.close()
    if as_json:
        print_json(report.as_json())
    else:
        outcomes = ", ".join(f"{n} {o.value.replace('_', ' ')}" for o, n in report.outcomes.items() if n)
        say(f"Received {report.fetched}" + (f": {outcomes}." if outcomes else "."))
        say(
            f"Acknowledged {report.acknowledged} ({report.acknowledgements_held} held), replies found "
            f"{report.replies_matched}, reminders {report.reminders_sent}, previews "
            f"{report.approvals_requested}, published {report.published}."
        )
        waiting = {s.value: n for s, n in report.outbox.items() if n and s.value not in ("sent", "cancelled")}
        say("Mail still to go: " + (", ".join(f"{n} {s}" for s, n in waiting.items()) or "none") + ".")
    for error in report.errors:
        typer.echo(error, err=True)
    if report.unreachable:
        raise typer.Exit(3)


def publish(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the site would show; write nothing.")
    ] = False,
) -> None:
    """Build the election page from what is approved, and deliver it to its target."""
    from ..casework import showing
    from ..errors import StorageError
    from ..pipeline.site import Site
    from ..store import facts

    service = open_service(context)
    if dry_run:
        with transaction(service) as job:
            shown = showing.public_entries(job)
            for entry, page, _ in shown:
                state = "withdrawn" if page.withdrawn_on else entry.publication.value
                say(f"{entry.reference}  {state}")
            same = showing.site_digest(job, service.briefing) == facts.get(job.session, "site_built")
        target = service.settings.publication_target
        say(
            f"{len(shown)} entries for {target}; "
            + ("nothing has changed." if same else "it would be built.")
        )
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(service.database.worker())
        except StorageError:  # the daemon has the database: it builds within its next tick
            with transaction(service) as job:
                facts.put(job.session, "site_built", None)
            say("The running service builds and delivers the site with its next pass.")
            return
        fresh = Site(service).publish()
    say(f"The site is at {service.settings.publication_target}: {fresh} entries new on it.")


def digest(
    context: typer.Context,
    date: Annotated[
        dt.date | None,
        typer.Option(parser=a_day, metavar="YYYY-MM-DD", help="The day; today where this is not given."),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Print it (the default).")] = False,
    send: Annotated[bool, typer.Option("--send", help="Queue it for the Chief Executive.")] = False,
) -> None:
    """The Chief Executive's digest of a day."""
    from ..steps import digest as step

    with desk_work(context) as job:
        day = date or job.today
        if preview or not send:
            message = job.desk.mails.build(
                "notice/digest",
                to=[job.settings.people.chief_executive.email],
                context={"digest": step.view(job, day)},
                kind="notice",
                message_id=job.new_message_id("digest-preview"),
                date=job.now,
            )
            body = message.get_body(("plain",))
            say(f"Subject: {message['Subject']}\n")
            say(body.get_content() if body is not None else "")
        if send:
            step.queue(job, day, again=f":{job.now.isoformat(timespec='seconds')}")
            say("Queued for the Chief Executive: it goes out with the next pass.")


def status(
    context: typer.Context,
    as_json: Json = False,
    reconcile: Annotated[
        bool,
        typer.Option(
            "--reconcile", help="Compare the mailbox with the register and take in what is missing."
        ),
    ] = False,
) -> None:
    """How it is going: last poll, queues, what is overdue, set aside or paused."""
    from .state import of_service, print_state

    found = of_service(open_service(context), reconcile=reconcile)
    if as_json:
        print_json(found)
    else:
        print_state(found)


def _switch(context: typer.Context, action: str, reason: str = "") -> None:
    from ..casework.actions import Command, perform
    from .common import ACTOR

    with desk_work(context) as job:
        for change in perform(job, Command(action=action, by=ACTOR, text=reason)):
            say(change)


def pause(context: typer.Context, reason: Reason = "") -> None:
    """Stop all sending; mail is still taken in and filed."""
    _switch(context, "pause", reason)


def resume(context: typer.Context) -> None:
    """Let sending go on."""
    _switch(context, "resume")


def demo(
    directory: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Where to put everything.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the folder afterwards.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the mail servers and the site up for a look around.")
    ] = False,
) -> None:
    """The main job on sample mail of an invented area, with nothing to set up."""
    from ..demo import run as demonstrate

    raise typer.Exit(demonstrate(directory, keep=keep, serve=serve))
