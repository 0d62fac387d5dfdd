"""Where the shipped templates, configuration and migrations stand: in the wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_dir() -> Path:
    """The folder that holds `templates/`, `config/` and `migrations/`.

    In a wheel these travel as package data; in a checkout they stand at the top level, where an
    office looks for them.
    """
    packed = _PACKAGE / "_data"
    return packed if packed.is_dir() else _PACKAGE.parent.parent


def templates_dir() -> Path:
    return data_dir() / "templates"


def config_dir() -> Path:
    return data_dir() / "config"


def migrations_dir() -> Path:
    return data_dir() / "migrations"
