"""The command line: every command is a thin layer over casework, steps and the pipeline.

Exit codes: 0 done · 1 done, with findings · 2 bad usage or configuration (one line on stderr) · 3 a server or
disk could not be reached. Commands import what they need when they run, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..errors import InboxBotError, UnavailableError
from . import candidates, casework, keeping, office, post, register, service
from .common import Globals, set_up_logging

DEFAULT_CONFIG = Path("config/inbox-bot.toml")

app = typer.Typer(
    name="inbox-bot",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: it reads the same in a terminal, a log and a screen reader
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The service behind a police and crime commissioner's election mailbox.",
    epilog="Begin with: inbox-bot demo. To set it up for an office: inbox-bot init DIR.",
)
for module in (service, office, post, register, candidates, casework, keeping):
    module.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"inbox-bot {__version__}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            envvar="INBOX_BOT_CONFIG",
            metavar="PATH",
            help=f"The office's settings; {DEFAULT_CONFIG} where this is not given.",
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Runs before every command."""
    set_up_logging(verbose or context.invoked_subcommand == "run")
    context.obj = Globals(config=config or DEFAULT_CONFIG, named=config is not None)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--config PATH` brought to the front: it may stand after the command as well."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == "--config":
            front += [argument, *([value] if (value := next(waiting, None)) is not None else [])]
        elif argument.startswith("--config="):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    try:
        given = hoisted(sys.argv[1:] if arguments is None else arguments)
        code = app(given, prog_name="inbox-bot", standalone_mode=False)
    except typer.TyperException as error:
        _bad_usage(error)
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)  # as a shell says that somebody pressed Ctrl-C
    except InboxBotError as error:
        typer.echo(" ".join(str(error).split()), err=True)  # one line, whatever was quoted
        sys.exit(3 if isinstance(error, UnavailableError) else 2)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        reason = error.strerror or type(error).__name__
        typer.echo(f"The disk or the network failed:{where} ({reason.lower()}).", err=True)
        sys.exit(3)
    sys.exit(code if isinstance(code, int) else 0)


def _bad_usage(error: typer.TyperException) -> None:
    """One line on stderr that says where the help is; a bare `inbox-bot register` has its help on stdout."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "inbox-bot"
    said = error.format_message()
    if said.startswith("Usage:"):
        typer.echo(said)
        said = "Missing command"
    said = " ".join(said.replace("Value error, ", "").removesuffix(".").split())
    typer.echo(f"{path}: {said}. See `{path} --help`.", err=True)
