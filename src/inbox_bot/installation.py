"""What `init` lays down: a configuration to fill in, places for an office's own files, key and database.

Nothing that is there already is touched. The shipped rules, profiles and templates are not copied to where
they would take effect: a copy would go stale with the next version. What an office changes it lays over them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from . import __version__, bootstrap, config, resources
from .errors import ConfigError, StorageError
from .store.database import Database

CONFIG = "config/inbox-bot.toml"

TRIAGE = """\
# Rules of your own, laid over the shipped ones: a rule of the same name replaces, `remove` takes away, word
# lists and thresholds are merged. `inbox-bot classify MAIL.eml --explain` shows which rules speak.
# `inbox-bot check` tells whether this file is right.
#
# remove = ["name-of-a-shipped-rule"]
#
# [[rule]]
# name = "our-briefing-by-name"
# for = "briefing_event"
# weight = 3
# where = ["subject", "words"]
# any = ["county hall evening"]
# source = "our invitation of 1 March"
"""

BRIEFING = """\
# The briefing documents on your election page. A question that one of them answers is pointed to it in the
# acknowledgement; the page lists them by topic.
#
# [[document]]
# title = "What the Commissioner does"
# link = "https://your-office.example/election/role"
# topics = ["Roles"]
# text = "The words by which the document is found: its summary or its full text."
"""

TEMPLATES = """\
Your own templates
==================

A file here takes the place of the shipped one of the same path: mail/en/acknowledgement/media.j2 is the
English acknowledgement to journalists, site/index.html.j2 the front of the page. Everything else stays as
shipped and is kept up to date by upgrades.

reference-{version}/ holds the shipped files to copy from. It has no effect itself; `inbox-bot init` on this
folder adds the next version's beside it.

After a change: inbox-bot check
"""


def make(directory: Path) -> Iterator[str]:
    """Lay everything down that is missing; one line for each step. ConfigError, StorageError."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for folder in ("config/profiles", "templates", "var"):
            (directory / folder).mkdir(parents=True, exist_ok=True)
        (directory / "var").chmod(0o700)
        shipped = resources.config_dir()
        yield _write(
            directory / CONFIG, (shipped / "inbox-bot.example.toml").read_text(encoding="utf-8"), 0o640
        )
        yield _write(directory / "config/triage.toml", TRIAGE)
        yield _write(directory / "config/briefing.toml", BRIEFING)
        yield _write(directory / "config/holidays.toml", _holidays(shipped / "holidays.toml"))
        yield _write(directory / "templates/README.txt", TEMPLATES.format(version=__version__))
        reference = directory / f"templates/reference-{__version__}"
        if not reference.exists():
            shutil.copytree(
                resources.templates_dir(), reference, ignore=shutil.ignore_patterns("__pycache__")
            )
            yield f"Wrote  {reference}"
    except FileExistsError as error:
        raise ConfigError(f"{error.filename} is in the way: name a folder, not a file.") from error
    except OSError as error:
        raise StorageError(f"{directory} cannot be written: give this user write access.") from error
    settings = config.load(directory / CONFIG)
    if bootstrap.make_key(settings):
        yield f"Made   {settings.path(settings.security.key_file)}: goes into the backup, 0600"
    database = Database(settings.database_url)
    if database.schema_versions()[0] is None:
        database.upgrade()
        yield f"Made   {database.file or settings.database.url.partition('://')[0]}: an empty register"
    database.dispose()
    yield f"Next: edit {directory / CONFIG}, then run: inbox-bot --config {directory / CONFIG} check"


def _write(path: Path, text: str, mode: int = 0o644) -> str:
    if path.exists():
        return f"Kept   {path}"
    path.touch(mode=mode)
    path.write_text(text, encoding="utf-8")
    return f"Wrote  {path}"


def _holidays(shipped: Path) -> str:
    """The shipped file without the day of its data, which belongs to the program's own version."""
    lines = shipped.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("data_of"))
