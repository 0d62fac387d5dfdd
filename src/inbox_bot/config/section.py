"""What every table of the configuration has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Frozen; an unknown key is a spelling mistake worth a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value
