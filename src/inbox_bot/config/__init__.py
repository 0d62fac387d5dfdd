"""The settings of one office: TOML, its profile laid under it, the environment laid over it.

Precedence, highest first: `INBOX_BOT__SECTION__KEY` in the environment, the office's TOML file, the
profile named by `office.profile`, the defaults of the tables. Secrets come from `password_file`, a systemd
credential (`$CREDENTIALS_DIRECTORY/imap_password`, `smtp_password`) or the environment.

Relative paths count from the installation folder: the folder of the configuration file, or the one
above it where that folder is called `config`, so that the service runs from anywhere.

office      [office], [election]
people      [people]
servers     [mailbox], [smtp] and their secrets
conduct     [deadlines], [publication], [digest], [notices], [limits], [trust]
places      [database], [archive], [security], [metrics], [files]
settings    all of these in one; [protocol] is `protocol.py`'s
mistakes    what is wrong with a configuration, in one sentence
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from .. import resources
from ..errors import ConfigError
from .mistakes import check_environment, explain
from .places import Files
from .settings import ENVIRONMENT, Settings

__all__ = ["Settings", "from_mapping", "load", "read_toml"]


def load(path: Path) -> Settings:
    """The settings of one office. ConfigError with one sentence that names file and key."""
    return from_mapping(read_toml(path), home=_home_of(path), source=str(path))


def from_mapping(data: Mapping[str, Any], *, home: Path, source: str = "settings") -> Settings:
    """Settings from a mapping such as a parsed TOML file, its profile laid under it. ConfigError."""
    office = data.get("office", {})
    files = data.get("files", {})
    if not isinstance(office, Mapping) or not isinstance(files, Mapping):
        raise ConfigError(f"{source}: office and files must be tables, such as [office].")
    name = os.environ.get(f"{ENVIRONMENT}OFFICE__PROFILE") or office.get("profile", "apace-police")
    own = Path(str(files.get("profiles", Files().profiles)))
    merged = _merge(_profile(str(name), home, own), data)
    check_environment()
    try:
        return Settings(**{**merged, "home": home})
    except ValidationError as error:
        raise ConfigError(explain(error, source)) from error
    except SettingsError as error:  # a value of the environment that is not JSON where a table is due
        raise ConfigError(
            f"A variable {ENVIRONMENT}… in the environment: {str(error).splitlines()[0]}: "
            "write a table as JSON."
        ) from error


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file; ConfigError names file, line and what is wrong."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path} does not exist: run `inbox-bot init DIR`, or name it with --config."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {type(error).__name__}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error


def _home_of(config_path: Path) -> Path:
    """The installation folder of a configuration file."""
    folder = config_path.resolve().parent
    return folder.parent if folder.name == "config" else folder


def _profile(name: str, home: Path, own: Path) -> dict[str, Any]:
    places = [home / own / f"{name}.toml", resources.config_dir() / "profiles" / f"{name}.toml"]
    for place in places:
        if place.is_file():
            return read_toml(place)
    known = sorted({p.stem for place in places for p in place.parent.glob("*.toml")})
    raise ConfigError(f'office.profile "{name}" is not known: use one of {", ".join(known)}.')


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
