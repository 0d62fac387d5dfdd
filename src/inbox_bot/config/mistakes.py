"""What is wrong with the values of a configuration, in one sentence that names file or variable, and key."""

from __future__ import annotations

import json
import os
from typing import get_origin

from pydantic import BaseModel, ValidationError

from ..errors import ConfigError
from .settings import ENVIRONMENT, Settings


def explain(error: ValidationError, source: str) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    variable = ENVIRONMENT + "__".join(str(part) for part in first["loc"]).upper()
    said = first["msg"]
    what = {
        "extra_forbidden": "is not a setting: check the spelling",
        "missing": "is missing: please set it",
        "value_error": said.removeprefix("Value error, "),  # a sentence of ours
    }.get(first["type"], f"is not right: {said[:1].lower()}{said[1:]}")
    more = error.error_count() - 1
    found_in = f"{variable} in the environment" if variable in os.environ else source
    return f"{found_in}: {where} {what}." + (f" ({more} more.)" if more else "")


def check_environment() -> None:
    """A misspelt section, or a list that is no JSON, is named; pydantic-settings passes over the one and does
    not say which variable is the other. ConfigError."""
    for name, value in sorted(os.environ.items()):
        section, _, key = name.removeprefix(ENVIRONMENT).lower().partition("__")
        if not name.startswith(ENVIRONMENT):
            continue
        if section not in Settings.model_fields or section == "home":
            raise ConfigError(f"{name} in the environment: {section} is not a section: check the spelling.")
        model = Settings.model_fields[section].annotation
        field = (
            model.model_fields.get(key) if isinstance(model, type) and issubclass(model, BaseModel) else None
        )
        if field is None or get_origin(field.annotation) is not tuple:
            continue
        try:
            right = isinstance(json.loads(value), list)
        except ValueError:
            right = False
        if not right:
            raise ConfigError(f'{name} in the environment: write a list as JSON, such as ["a", "b"].')
