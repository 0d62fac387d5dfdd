"""What an officer can also do by email: decide, reclassify, approve and the rest, one entry's change each."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from .common import ACTOR, Reason, Reference, a_day, open_service, say, transaction

References = Annotated[
    list[str], typer.Argument(metavar="REF…", help="One or several references, such as WMR-0007.")
]
NEXT_BUILD = "It is built and delivered with the next pass: the running service, `once` or `publish`."


def add_to(app: typer.Typer) -> None:
    for command in (
        approve, hold, withdraw, release, decide, reclassify, close, reopen, refer, extend, assign, authority,
    ):  # fmt: skip
        app.command()(command)
    app.command("keep-off")(keep_off)
    app.command("clear-documents")(clear_documents)


def _do(
    context: typer.Context,
    action: str,
    references: list[str],
    *,
    argument: str = "",
    text: str = "",
    by: str = ACTOR,
) -> None:
    """The action on each entry in a transaction of its own; what is refused is said, and the rest goes on."""
    from ..casework.actions import Command, perform
    from ..errors import NotAllowed
    from ..store import entries

    service = open_service(context)
    refused = False
    for reference in references:
        try:
            with transaction(service) as job:
                command = Command(
                    action=action,
                    by=by,
                    entry=entries.get(job.session, reference),
                    argument=argument,
                    text=text,
                )
                changes = perform(job, command)
            for change in changes:
                say(change)
        except NotAllowed as error:
            refused = True
            typer.echo(str(error), err=True)
    if refused:
        raise typer.Exit(2)


def approve(context: typer.Context, references: References) -> None:
    """Approve the anonymised text of entries for the website; the next pass puts them there."""
    _do(context, "approve", references)
    say(NEXT_BUILD)


def hold(
    context: typer.Context,
    references: References,
    reason: Reason = "",
    until: Annotated[
        dt.date | None,
        typer.Option(parser=a_day, metavar="YYYY-MM-DD", help="Send a new preview on this day."),
    ] = None,
) -> None:
    """Keep entries off the website until somebody approves them."""
    _do(context, "hold", references, argument=until.isoformat() if until else "", text=reason)


def withdraw(context: typer.Context, references: References, reason: Reason = "") -> None:
    """Take published entries off the website."""
    _do(context, "withdraw", references, text=reason)
    say(NEXT_BUILD)


def keep_off(context: typer.Context, references: References, reason: Reason = "") -> None:
    """Never publish these entries; the register of contacts shows the reason."""
    _do(context, "not_for_publication", references, text=reason)


def clear_documents(context: typer.Context, references: References) -> None:
    """Let the documents of entries go on the website with them."""
    _do(context, "clear_documents", references)


def release(context: typer.Context, references: References) -> None:
    """Send the held acknowledgement of entries."""
    _do(context, "release", references)


def decide(
    context: typer.Context,
    reference: Reference,
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="yes, no, or a short wording.")] = "",
    decided: Annotated[str, typer.Option("--decision", help="The same as an option.")] = "",
    reason: Annotated[
        str, typer.Option("--reason", "--rationale", help="Why: the register's rationale.")
    ] = "",
    risk: Annotated[
        str, typer.Option("--risk-mitigation", "--conditions", help="Conditions, or how risks are met.")
    ] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="ADDRESS", help="Who decided; default: this terminal.")
    ] = "",
) -> None:
    """Record a decision on an entry with its reason (R3)."""
    word = decision or decided
    if not word or (decision and decided and decision != decided):
        raise typer.BadParameter("say one decision: yes, no, or a short wording", param_hint="DECISION")
    lines = [f"Reason: {reason}" if reason else "", f"Risk mitigation: {risk}" if risk else ""]
    _do(context, "decide", [reference], argument=word, text="\n".join(lines), by=by.strip().lower() or ACTOR)


def reclassify(
    context: typer.Context,
    reference: Reference,
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="Such as foi or media.")],
) -> None:
    """Change an entry's category; its dates and its scope of publication follow."""
    _do(context, "reclassify", [reference], argument=category.strip().lower().replace("-", "_"))


def close(context: typer.Context, references: References, reason: Reason = "") -> None:
    """Close entries that need no answer; their reminders stop."""
    _do(context, "close", references, text=reason)


def reopen(context: typer.Context, references: References) -> None:
    """Open closed entries again."""
    _do(context, "reopen", references)


def refer(
    context: typer.Context,
    reference: Reference,
    role: Annotated[
        str,
        typer.Argument(
            metavar="ROLE",
            help="paro, police, force_foi, chief_executive or panel; default: what is proposed.",
        ),
    ] = "",
) -> None:
    """Pass an entry on and follow it up until it is confirmed."""
    _do(context, "refer", [reference], argument=role.strip().lower())


def extend(
    context: typer.Context,
    reference: Reference,
    ground: Annotated[
        str,
        typer.Argument(metavar="GROUND", help="clarification, fees, paid, public_interest or complex."),
    ],
    until: Annotated[
        dt.date | None,
        typer.Argument(parser=a_day, metavar="[YYYY-MM-DD]", help="For public_interest: until when."),
    ] = None,
) -> None:
    """Stop or extend an entry's statutory clock, each ground by its law."""
    word = ground.strip().lower().replace("-", "_")
    _do(context, "extend", [reference], argument=f"{word} {until}" if until else word)


def assign(
    context: typer.Context,
    reference: Reference,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="One of people.officers.")],
) -> None:
    """Give an entry to an officer; its reminders go there."""
    _do(context, "assign", [reference], argument=address)


def authority(
    context: typer.Context,
    reference: Reference,
    who: Annotated[str, typer.Argument(metavar="WHO", help="office, force, fire or undecided.")],
) -> None:
    """Record who must answer a request under the Freedom of Information Act (R7)."""
    _do(context, "authority", [reference], argument=who.strip().lower())
