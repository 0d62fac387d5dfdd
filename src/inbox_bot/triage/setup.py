"""Builds a Context from the settings, or from nothing, with the shipped rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .. import resources
from ..message.model import ParsedMessage
from . import likeness, rulefile, senders
from .context import Context, Official
from .roster import Roster
from .rules import RuleSet

if TYPE_CHECKING:
    from ..config import Settings
    from ..config.people import PersonSetting

LIKENESS = "triage-likeness.json"


def default_context(roster: Roster | None = None) -> Context:
    """For mail of an unknown office: shipped rules, nothing known; the inbox is read off each mail."""
    folder = resources.config_dir()
    return Context(
        rules=_rules((folder / "triage.toml",)),
        senders=senders.load(folder / "senders.toml"),
        likeness=likeness.load(folder / LIKENESS),
        roster=roster or Roster(),
    )


def context_from(
    settings: Settings,
    roster: Roster | None = None,
    *,
    is_own: Callable[[ParsedMessage], bool] | None = None,
) -> Context:
    """What triage may know of this office. An office's own rule file is laid over the shipped one."""
    from ..calendar.timetable import timetable  # inline: the default context has no election

    folder = resources.config_dir()
    people, election = settings.people, settings.election
    dates = timetable(election.type, election.poll_date, election.model_dump())
    officers = {
        *people.officers,
        people.spoc.email,
        people.chief_executive.email,
        people.alternate.email,
        *people.delegates,
    }
    layers = _layers(folder / "triage.toml", settings.path(settings.files.triage))
    return Context(
        rules=_rules(layers),
        senders=senders.load(_layers(folder / "senders.toml", settings.path(settings.files.senders))[-1]),
        likeness=likeness.load(folder / LIKENESS),
        roster=roster or Roster(),
        inbox_address=settings.office.inbox_address,
        officers=tuple(sorted(officers - {""})),
        spoc=_official(people.spoc),
        chief_executive=_official(people.chief_executive),
        commissioner=_official(people.commissioner),
        paro=_official(people.paro),
        force_domains=people.force_domains,
        reference_prefix=settings.office.reference_prefix,
        statement_of_persons_nominated=dates["statement_of_persons_nominated"].day,
        own_addresses=(settings.office.inbox_address,),
        is_own=is_own,
    )


def digest(settings: Settings) -> str:
    """SHA-256 over the rules and the weights of words that judge this office's mail; compiles nothing."""
    folder = resources.config_dir()
    layers = _layers(folder / "triage.toml", settings.path(settings.files.triage))
    return _digest(layers, folder / LIKENESS, _states((*layers, folder / LIKENESS)))


def _rules(paths: tuple[Path, ...]) -> RuleSet:
    """The rules of these files, compiled once for each state that the files have been in."""
    return _compiled(paths, _states(paths))


def _states(paths: tuple[Path, ...]) -> tuple[int, ...]:
    return tuple(path.stat().st_mtime_ns for path in paths)


@lru_cache(maxsize=8)
def _digest(layers: tuple[Path, ...], weights: Path, _states: tuple[int, ...]) -> str:
    learnt = hashlib.sha256(weights.read_bytes()).hexdigest()
    return hashlib.sha256(f"{rulefile.read(*layers).digest} {learnt}".encode()).hexdigest()


@lru_cache(maxsize=8)
def _compiled(paths: tuple[Path, ...], _states: tuple[int, ...]) -> RuleSet:
    return rulefile.require_thresholds(rulefile.load(*paths), paths[-1])


def _layers(shipped: Path, own: Path) -> tuple[Path, ...]:
    """The shipped file, then the office's where there is one and it is another."""
    if not own.is_file() or own.resolve() == shipped.resolve():
        return (shipped,)
    return shipped, own


def _official(person: PersonSetting) -> Official:
    return Official(
        names=(person.name,) if person.name else (),
        titles=(person.title,) if person.title else (),
        emails=(person.email,) if person.email else (),
    )
