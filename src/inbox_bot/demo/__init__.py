"""`inbox-bot demo`: the main job on sample mail, with nothing to set up and nothing pretended.

servers.py    a real IMAP and a real SMTP server on loopback
scenario.py   the story as data: which mail comes when, what should become of it
player.py     plays it through the service; only the clock is simulated
checks.py     whether everything came out as it should
report.py     the account of it for people
serve.py      keeps it all up for a look around
"""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

from ..errors import ConfigError, StorageError

DEFAULT_FOLDER = "demo-output"
_MARK = ".inbox-bot-demo"  # says that the next demo may replace this folder


def run(directory: Path | None, *, keep: bool, serve: bool) -> int:
    """Play the demo and print what happened. 0: all as it should be; 1: something was not.

    Everything is left in `directory` (`demo-output` where None) for a look; the next demo replaces it,
    unless `keep` said otherwise.
    """
    # Loaded late: the servers and the service take a second.
    from . import checks, player, report
    from . import serve as serving

    home = _prepare(directory or Path(DEFAULT_FOLDER), keep=keep)
    started = time.monotonic()
    with player.stage(home) as show:
        report.opening(show)
        asyncio.run(player.play(show))
        findings = checks.all_of(show)
        report.account(show, findings, seconds=time.monotonic() - started)
        if serve:
            serving.until_stopped(show)
    return 0 if all(finding.ok for finding in findings) else 1


def _prepare(folder: Path, *, keep: bool) -> Path:
    """An empty folder. ConfigError where something stands in it that no demo put there; StorageError."""
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder: name another one with --dir.")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise ConfigError(
                f"{folder} is not empty and not a demo to replace: name another one with --dir."
            )
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not keep:
            (folder / _MARK).touch()
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: name another one with --dir.") from error
    return folder
