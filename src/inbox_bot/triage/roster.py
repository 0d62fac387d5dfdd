"""Who is a candidate, an agent or somebody else, and since when.

The roster records facts with dates. Whether a standing counts as *candidate* is the profile's matter
(R4: CL 7.1a, AP 6.1.1 and NT 1.1 say declared or nominated; NF 6 and BD 2 say anyone interested). A
party may be noted for the office's own lists; triage never looks at it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from ..errors import ConfigError
from .model import Role
from .phrases import unaccented


class Standing(StrEnum):
    INTERESTED = "interested"  # has said so; nothing formal
    DECLARED = "declared"  # registered with the PARO (CL 1.4)
    NOMINATED = "nominated"  # on the statement of persons nominated
    WITHDRAWN = "withdrawn"
    ELECTED = "elected"


_EVER = date.min  # a standing without a date holds from the beginning


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person of the roster. `standings` are (from this day on, standing), in any order."""

    name: str
    emails: tuple[str, ...] = ()  # lower-cased
    role: Role = Role.UNKNOWN
    agent_for: str = ""  # name of the candidate, "" for anyone else
    party: str = ""  # for the office's lists only; never used in triage
    incumbent: bool = False
    standings: tuple[tuple[date, Standing], ...] = ()


class Roster:
    """Look-ups by address, then by name. Names match whatever their case, accents and titles."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self.people: tuple[Person, ...] = tuple(people)
        self._by_email = {email: person for person in self.people for email in person.emails}
        self._by_name: dict[str, Person | None] = {}
        for person in self.people:
            key = _name_key(person.name)
            # Two people of one name cannot be told apart by it, so neither is found.
            self._by_name[key] = None if key in self._by_name else person

    def find(self, email: str, name: str, on: date) -> Person | None:
        """The person behind an address, or else behind a full name; None where unknown on that day."""
        found = self._by_email.get(email.lower()) if email else None
        if found is None and " " in name.strip():
            found = self._by_name.get(_name_key(name))
        if found is not None and found.standings and self.standing(found, on) is None:
            return None
        return found

    def standing(self, person: Person, on: date) -> Standing | None:
        """The latest standing on or before the day; None before the first."""
        so_far = [entry for entry in person.standings if entry[0] <= on]
        return max(so_far, key=lambda entry: entry[0])[1] if so_far else None

    def names_nominated(self, on: date) -> bool:
        """Whether it holds the statement of persons nominated: somebody is nominated on that day."""
        return any(self.standing(p, on) in (Standing.NOMINATED, Standing.ELECTED) for p in self.people)

    def role_on(self, person: Person, on: date) -> Role:
        """R4: nominated people are candidates, interested and declared ones prospective; agents are agents.
        A declared one whom the office's own list calls a candidate is one."""
        if person.agent_for or person.role is Role.AGENT:
            return Role.AGENT
        standing = self.standing(person, on)
        if standing in (Standing.NOMINATED, Standing.ELECTED):
            return Role.CANDIDATE
        if standing is Standing.DECLARED and person.role is Role.CANDIDATE:
            return Role.CANDIDATE
        if standing in (Standing.INTERESTED, Standing.DECLARED):
            return Role.PROSPECTIVE_CANDIDATE
        if standing is Standing.WITHDRAWN:
            return Role.PUBLIC
        return person.role


def counts_as_candidate(
    role: Role, standing: Standing | None, definition: Literal["declared", "any"]
) -> bool:
    """R4. Under "declared" only a declared or nominated person counts; under "any" interest is enough.

    Self-description makes a prospective candidate, never a declared one.
    """
    if standing is Standing.WITHDRAWN:
        return False
    if standing in (Standing.DECLARED, Standing.NOMINATED, Standing.ELECTED) or role is Role.CANDIDATE:
        return True
    if definition == "declared":
        return False
    return role is Role.PROSPECTIVE_CANDIDATE or standing is Standing.INTERESTED


_TITLES = re.compile(
    r"\b(?:mrs?|ms|miss|mx|dr|prof(?:essor)?|sir|dame|lord|lady|rev|cllr|councillor|ald|deputy|pcc|pfcc|mp|"
    r"ms|mbe|obe|cbe|qpm|kpm|jp|retd)\b\.?"
)


def _name_key(name: str) -> str:
    plain = unaccented(name.lower())
    if "," in plain:
        last, _, first = plain.partition(",")
        plain = f"{first} {last}"
    return " ".join(re.findall(r"[a-z'-]+", _TITLES.sub(" ", plain)))


def read_csv(text: str, *, on: date | None = None, nominated: bool = False) -> list[Person]:
    """People from Democracy Club's candidate CSV, or from `name,email,role,standing[,date,agent_for]`.

    `on`: the day from which a standing without a date of its own holds (default: always).
    `nominated`: the Democracy Club file was made after the statement of persons nominated, so whoever is in
    it is on it; otherwise only rows marked as locked are. ConfigError names the line that cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), skipinitialspace=True)
    columns = {(name or "").strip().lower() for name in reader.fieldnames or ()}
    if not columns:
        raise ConfigError("The roster file is empty: its first line must name the columns.")
    rows = [
        (
            reader.line_num,
            {(k or "").strip().lower(): (v or "").strip() for k, v in row.items() if isinstance(v, str)},
        )
        for row in reader
    ]
    rows = [(line, row) for line, row in rows if any(row.values())]
    since = on or _EVER
    if {"person_id", "person_name"} <= columns or {"id", "name", "election"} <= columns:
        return _merge(_democracy_club(row, line, since, nominated) for line, row in rows)
    if "name" in columns and ("email" in columns or "standing" in columns):
        return _merge(_simple(row, line, since) for line, row in rows)
    raise ConfigError(
        "The roster file has neither Democracy Club's columns (person_id, person_name, …) "
        "nor name,email,role,standing."
    )


def _democracy_club(row: Mapping[str, str], line: int, since: date, nominated: bool) -> Person:
    name = row.get("person_name") or row.get("name") or ""
    if not name:
        raise ConfigError(f"Roster line {line}: the name is missing.")
    locked = any(_true(row.get(key, "")) for key in ("ballot_locked", "candidates_locked", "locked"))
    standings = [(since, Standing.NOMINATED if nominated or locked else Standing.INTERESTED)]
    if _true(row.get("elected", "")):
        polled = row.get("election_date", "")
        standings.append((_day(polled, line) if polled else since, Standing.ELECTED))
    return Person(
        name=name,
        emails=_emails(row.get("email", ""), line),
        role=Role.PROSPECTIVE_CANDIDATE,
        party=row.get("party_name", ""),
        incumbent=_true(row.get("incumbent", "")),
        standings=tuple(standings),
    )


def _simple(row: Mapping[str, str], line: int, since: date) -> Person:
    name = row.get("name", "")
    if not name:
        raise ConfigError(f"Roster line {line}: the name is missing.")
    role_text = row.get("role", "").lower().replace(" ", "_").replace("-", "_")
    role = _ROLE_WORDS.get(role_text)
    if role is None:
        raise ConfigError(
            f"Roster line {line}: unknown role {role_text!r}; "
            f"use one of {', '.join(sorted(filter(None, _ROLE_WORDS)))}."
        )
    standing_text = row.get("standing", "").lower()
    standings: tuple[tuple[date, Standing], ...] = ()
    if standing_text:
        if standing_text not in set(Standing):
            raise ConfigError(
                f"Roster line {line}: unknown standing {standing_text!r}; use one of {', '.join(Standing)}."
            )
        own_date = row.get("date") or row.get("since") or row.get("on") or ""
        standings = ((_day(own_date, line) if own_date else since, Standing(standing_text)),)
    elif role is Role.CANDIDATE:
        standings = ((since, Standing.NOMINATED),)
    elif role is Role.PROSPECTIVE_CANDIDATE:
        standings = ((since, Standing.INTERESTED),)
    return Person(
        name=name,
        emails=_emails(row.get("email", ""), line),
        role=role,
        agent_for=row.get("agent_for", "") or row.get("for", ""),
        party=row.get("party", ""),
        incumbent=_true(row.get("incumbent", "")),
        standings=standings if role is not Role.AGENT else (),
    )


_ROLE_WORDS: dict[str, Role] = {role.value: role for role in Role} | {
    "": Role.UNKNOWN,
    "prospective": Role.PROSPECTIVE_CANDIDATE,
    "agent": Role.AGENT,
    "election_agent": Role.AGENT,
    "representative": Role.AGENT,
    "media": Role.JOURNALIST,
    "press": Role.JOURNALIST,
    "public": Role.PUBLIC,
}


def _merge(people: Iterable[Person]) -> list[Person]:
    """Rows of one person (same name and role) become one, with every address and standing."""
    merged: dict[tuple[str, Role, str], Person] = {}
    for person in people:
        key = (_name_key(person.name), person.role, person.agent_for)
        old = merged.get(key)
        merged[key] = (
            person
            if old is None
            else Person(
                name=old.name,
                emails=tuple(dict.fromkeys(old.emails + person.emails)),
                role=old.role,
                agent_for=old.agent_for,
                party=old.party or person.party,
                incumbent=old.incumbent or person.incumbent,
                standings=tuple(dict.fromkeys(old.standings + person.standings)),
            )
        )
    return list(merged.values())


def _emails(value: str, line: int) -> tuple[str, ...]:
    found = tuple(part.lower() for part in re.split(r"[;,\s]+", value) if part)
    for email in found:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            raise ConfigError(f"Roster line {line}: the address cannot be read.")
    return found


def _day(value: str, line: int) -> date:
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
    ):
        match = re.fullmatch(pattern, value.strip())
        if match:
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                break
    raise ConfigError(f"Roster line {line}: the date {value!r} cannot be read; write 2027-04-09.")


def _true(value: str) -> bool:
    return value.strip().lower() in {"true", "t", "1", "yes", "y", "elected"}
