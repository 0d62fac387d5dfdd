"""The invented office of Wessmoor under any profile, for the tests of mails."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from inbox_bot.config import from_mapping
from inbox_bot.render.mails import Mails
from inbox_bot.resources import config_dir, templates_dir

PROFILES = tuple(sorted(path.stem for path in (config_dir() / "profiles").glob("*.toml")))


@cache
def office(profile: str = "apace-police", own: Path | None = None) -> Mails:
    """Mails of Wessmoor under a profile, with the office's own folder of templates first if given."""
    settings = from_mapping(
        {
            "office": {
                "name": "Office of the Police and Crime Commissioner for Wessmoor",
                "short_name": "Wessmoor OPCC",
                "reference_prefix": "WMR",
                "inbox_address": "election@wessmoor-pcc.example",
                "website": "https://wessmoor-pcc.example/election",
                "privacy_notice": "https://wessmoor-pcc.example/privacy",
                "profile": profile,
            },
            "election": {
                "type": "pfcc" if profile == "apace-police-and-fire" else "pcc",
                "poll_date": dt.date(2027, 5, 6),
            },
            "people": {
                "spoc": {"email": "spoc.officer@wessmoor-pcc.example"},
                "chief_executive": {"email": "chief.executive@wessmoor-pcc.example"},
                "paro": {"email": "paro@wessmoor-council.example", "telephone": "01632 960001"},
            },
        },
        home=own or Path("/nonexistent"),
    )
    return Mails(settings, [*([own / "templates"] if own else []), templates_dir()])
