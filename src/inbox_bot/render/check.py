"""Does every template render, in every profile, phase and language? What `inbox-bot check` asks.

The samples walk every branch: a name that is undefined in one profile's wording is found here and not on
the day that somebody writes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import ConfigError, TemplateError
from ..protocol import Protocol
from ..resources import config_dir
from . import sample_notices, samples
from .mails import Mails, acknowledgement_template

# The folders whose mails go to the public: these exist in Welsh too, but for an officer's own words.
OUTWARD = ("acknowledgement/", "enquirer/", "handout/")
NO_LANGUAGE = frozenset({"enquirer/answer"})


def profiles(*folders: Path) -> dict[str, Protocol]:
    """Every profile by name; a later folder's file wins over an earlier one's. ConfigError names the file."""
    found: dict[str, Protocol] = {}
    for folder in (config_dir() / "profiles", *folders):
        for path in sorted(folder.glob("*.toml")):
            try:
                values = tomllib.loads(path.read_text(encoding="utf-8"))
                found[path.stem] = Protocol.model_validate(values.get("protocol", {}))
            except (OSError, ValueError) as error:  # TOML, UTF-8 and pydantic errors are ValueErrors
                raise ConfigError(f"{path}: {str(error).splitlines()[0]}.") from error
    return found


def check_all(mails: Mails) -> int:
    """Render everything with invented values; how many renderings. TemplateError names file and line."""
    own = mails.settings.path(mails.settings.files.profiles)
    every = list(profiles(own).values())
    if mails.protocol not in every:
        every.append(mails.protocol)
    done = 0
    for protocol in [*every, *filter(None, map(_with_its_day, every))]:
        for template, language, context in _work(mails, protocol):
            mails.templates.try_out(template, context, language)
            done += 1
    view, phase = next(samples.acknowledgements())[1], next(samples.phase_views())
    for kind in ("acknowledgement", "personal"):  # the layout around them, in both its shapes
        context = _context(mails, mails.protocol, {"entry": view, "phase": phase, "kind": kind})
        mails.templates.render("acknowledgement/neutral", context, mails.protocol.languages)
        done += 1
    return done


def _with_its_day(protocol: Protocol) -> Protocol | None:
    """An area with one day for visits and meetings, once it is fixed: before it and after (CL 9.2, 10.1)."""
    if protocol.visits != "declared_one_set_day" and protocol.meetings != "one_joint_day":
        return None
    return protocol.model_copy(update={"visit_day": samples.SET_DAY, "meeting_day": samples.SET_DAY})


def missing_in_welsh(mails: Mails) -> tuple[str, ...]:
    """Mails to people outside that exist in English only."""
    welsh = set(mails.templates.names("cy"))
    english = (t for t in mails.templates.names("en") if t.startswith(OUTWARD) and t not in NO_LANGUAGE)
    return tuple(t for t in english if t not in welsh)


def _work(mails: Mails, protocol: Protocol) -> Iterator[tuple[str, str, dict[str, object]]]:
    """(template, language, context) for one profile."""
    contexts = sample_notices.contexts()
    if unknown := set(mails.templates.names("en", "notice/")) - set(contexts):
        raise TemplateError(f"Template en/{min(unknown)}.j2 is not one that the service uses.")
    for language in protocol.languages:
        known = set(mails.templates.names(language))
        for phase in samples.phase_views():
            for _, view in samples.acknowledgements():
                context = _context(mails, protocol, {"entry": view, "phase": phase})
                yield acknowledgement_template(view), language, context
        for template, several in contexts.items():
            if language == "en" or template in known:
                for values in several:
                    yield template, language, _context(mails, protocol, values)


def _context(mails: Mails, protocol: Protocol, values: Mapping[str, object]) -> dict[str, object]:
    office = replace(mails.office, languages=protocol.languages)
    return {"kind": "notice", **values, "office": office, "protocol": protocol}
