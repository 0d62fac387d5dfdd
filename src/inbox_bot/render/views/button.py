"""What the reader of a mail can do with a click."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Button:
    """One thing the reader can do. The label begins with the action word: "Approve WMR-0007"."""

    action: str  # trusted: approve, hold, reclassify, not_spam …
    label: str  # trusted
    href: str  # trusted: mailto: with reference and token in its subject, or https:
    main: bool = False  # trusted: drawn filled; at most one a mail
