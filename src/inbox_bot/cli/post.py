"""Commands about single mails: classify, set-aside, requeue, outbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import (
    ACTOR,
    Json,
    desk_work,
    iso,
    local,
    open_service,
    print_json,
    print_table,
    say,
    transaction,
)

if TYPE_CHECKING:
    from ..triage.batch import Batch

set_aside_app = typer.Typer(no_args_is_help=True, help="Mail that could not be handled.")
outbox_app = typer.Typer(no_args_is_help=True, help="Mail of ours that waits, failed, or may not have gone.")

_GREATEST = 2**63 - 1  # that a database's integer holds
Number = Annotated[
    int,
    typer.Argument(metavar="ID", max=_GREATEST, help="The message's number, as `set-aside list` shows it."),
]
MailNumbers = Annotated[
    list[int], typer.Argument(metavar="ID…", max=_GREATEST, help="Numbers from `outbox list`.")
]


def add_to(app: typer.Typer) -> None:
    app.command()(classify)
    app.command()(requeue)
    set_aside_app.command("list")(set_aside_list)
    app.add_typer(set_aside_app, name="set-aside")
    outbox_app.command("list")(outbox_list)
    outbox_app.command("sent")(outbox_sent)
    outbox_app.command("send-again")(outbox_send_again)
    outbox_app.command("cancel")(outbox_cancel)
    app.add_typer(outbox_app, name="outbox")


def classify(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help=".eml files, mbox files or folders.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, one object a message.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Every rule that hit and missed, and what was cut.")
    ] = False,
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="FILE", help="A candidates' CSV to lend.")
    ] = None,
) -> None:
    """Say what would be done with these messages; touches neither register nor network."""
    from ..errors import ConfigError
    from ..sources import read_messages

    batch = _batch(context, roster)
    for path in paths:  # before the first line: a misspelt name is no half-done answer
        if not path.exists():
            raise ConfigError(f"{path}: there is no such file or folder.")
    for path in paths:
        for name, raw in read_messages(path):
            if as_json:
                _put(_compact(_object(batch, raw, name, explain)))
            elif explain:
                _put(batch.memo(raw, name) + "\n")
            else:
                _put(_short(batch.line(raw, name)))


def _batch(context: typer.Context, roster: Path | None) -> Batch:
    """With the office's settings where there are any, else with the shipped rules alone."""
    from ..errors import ConfigError
    from ..transport import documents
    from ..triage import setup
    from ..triage.batch import Batch
    from ..triage.roster import Roster, read_csv

    people = Roster()
    if roster is not None:
        try:
            people = Roster(read_csv(roster.read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{roster} cannot be read: give a CSV file in UTF-8.") from error
    chosen = context.obj
    if chosen.named or chosen.config.is_file():
        from .. import config  # inline: slow to load, and not needed without an office

        return Batch(setup.context_from(config.load(chosen.config), people), documents=documents.words_of)
    return Batch(setup.default_context(people), documents=documents.words_of)


def _put(line: str) -> None:
    typer.echo(line)  # echo flushes: a line is there as soon as its message was read


def _object(batch: Batch, raw: bytes, name: str, explain: bool) -> dict[str, object]:
    """The contract's object; `--explain` adds the names of the rules that were asked and missed."""
    from ..triage.batch import as_line

    understood, duplicate_of = batch.understand(raw, name)
    line = as_line(understood, duplicate_of, name)
    return {**line, "missed": list(understood.classification.misses)} if explain else line


def _compact(line: dict[str, object]) -> str:
    import json

    return json.dumps(line, ensure_ascii=False)


def _short(line: dict[str, object]) -> str:
    from .common import clean

    kind = str(line["category"]) + (f" ({line['underlying']})" if line["underlying"] else "")
    matters = line["matters"]
    assert isinstance(matters, list)
    doubt = "  needs review" if line["needs_review"] else ""
    answer = "acknowledge" if line["acknowledge"] else "no acknowledgement"
    return clean(
        f"{line['file']}  {kind}  {answer}{doubt}" + (f"  [{', '.join(matters)}]" if matters else "")
    )


def set_aside_list(context: typer.Context, as_json: Json = False) -> None:
    """Mail that was set aside, with its number and the reason."""
    from ..register.states import Outcome
    from ..store import messages

    with desk_work(context) as job:
        rows = messages.with_outcome(job.session, Outcome.SET_ASIDE)
        if as_json:
            print_json(
                [
                    {
                        "id": r.id,
                        "received_at": iso(job, r.received_at),
                        "folder": r.folder,
                        "sender": r.sender,
                        "subject": r.subject,
                        "size": r.size,
                        "sha256": r.sha256,
                        "tries": r.tries,
                        "reason": r.reason,
                    }
                    for r in rows
                ]
            )
        elif not rows:
            say("Nothing is set aside.")
        else:
            print_table(
                "Set aside",
                ("ID", "Received", "Folder", "From", "Subject", "Reason"),
                [(r.id, local(job, r.received_at), r.folder, r.sender, r.subject, r.reason) for r in rows],
            )


def requeue(context: typer.Context, number: Number) -> None:
    """Try a message again that was set aside; the next pass handles it."""
    from ..errors import NotAllowed
    from ..register.states import Outcome
    from ..store.tables import Received

    with desk_work(context) as job:
        row = job.session.get(Received, number)
        if row is None or row.outcome is not Outcome.SET_ASIDE:
            raise NotAllowed(f"Message {number} is not set aside: see `inbox-bot set-aside list`.")
        if not row.sha256:
            raise NotAllowed(
                f"Message {number} could not be fetched, so its bytes are not here: "
                "copy it to another folder and back in a mail program, and it is taken in as a new one."
            )
        row.outcome, row.tries, row.reason = Outcome.PENDING, 0, ""
        job.audit("requeued", "", message=row.id, sha256=row.sha256)
    say(f"Message {number} is tried again with the next pass.")


def outbox_list(context: typer.Context, as_json: Json = False) -> None:
    """Mail that waits, is held, failed, or may not have gone."""
    from ..register.states import OutboxState
    from ..store import outbox
    from ..store.tables import Entry

    done = (OutboxState.SENT, OutboxState.CANCELLED)
    with desk_work(context) as job:
        rows = outbox.in_state(job.session, *(s for s in OutboxState if s not in done))
        found = [
            {
                "id": r.id,
                "kind": r.kind,
                "reference": entry.reference
                if r.entry_id and (entry := job.session.get(Entry, r.entry_id))
                else None,
                "state": r.state.value,
                "recipients": r.recipients,
                "queued_at": iso(job, r.queued_at),
                "tries": r.tries,
                "why": r.hold_reason or r.last_error,
            }
            for r in rows
        ]
        if as_json:
            print_json(found)
        elif not found:
            say("Nothing waits: every mail has gone.")
        else:
            columns = ("id", "kind", "reference", "state", "recipients", "queued_at", "tries", "why")
            values = [
                [", ".join(v) if isinstance(v, list) else v for v in (row[c] for c in columns)]
                for row in found
            ]
            print_table("Outbox", [c.replace("_", " ").capitalize() for c in columns], values)


def _settle(context: typer.Context, action: str, numbers: list[int]) -> None:
    from ..casework.actions import Command, perform
    from ..errors import NotAllowed
    from ..store.tables import Entry, Outbox

    service = open_service(context)
    refused = False
    for number in numbers:
        try:
            with transaction(service) as job:
                row = job.session.get(Outbox, number)
                if row is None:
                    raise NotAllowed(f"There is no mail {number}: see `inbox-bot outbox list`.")
                entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
                for change in perform(job, Command(action=action, by=ACTOR, entry=entry, outbox_row=row)):
                    say(change)
        except NotAllowed as error:
            refused = True
            typer.echo(str(error), err=True)
    if refused:
        raise typer.Exit(2)


def outbox_sent(context: typer.Context, numbers: MailNumbers) -> None:
    """Settle mail of unknown outcome: it did go."""
    _settle(context, "sent", numbers)


def outbox_send_again(context: typer.Context, numbers: MailNumbers) -> None:
    """Send mail again that failed or whose outcome is unknown."""
    _settle(context, "send_again", numbers)


def outbox_cancel(context: typer.Context, numbers: MailNumbers) -> None:
    """Take back mail that is queued or held."""
    _settle(context, "cancel", numbers)
