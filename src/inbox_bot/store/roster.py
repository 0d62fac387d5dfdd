"""The roster's rows: who is a candidate, agent or representative, with dated standings (R4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from ..triage.model import Role
from ..triage.roster import Person, Roster, Standing
from .tables import Candidate


def rows(session: Session) -> Sequence[Candidate]:
    return session.exec(select(Candidate).order_by(col(Candidate.name))).all()


def people(session: Session) -> list[Person]:
    """The roster as the triage floor knows it."""
    return [
        Person(
            name=row.name,
            emails=tuple(row.emails),
            role=Role(row.role),
            agent_for=row.agent_for,
            party=row.party,
            incumbent=row.incumbent,
            standings=tuple(
                (dt.date.fromisoformat(s["from"]), Standing(s["standing"])) for s in row.standings
            ),
        )
        for row in rows(session)
    ]


def roster(session: Session) -> Roster:
    return Roster(people(session))


def save(session: Session, found: Iterable[Person]) -> tuple[int, int]:
    """Add people, or complete those of the same name and role; (added, changed)."""
    known = {(row.name.casefold(), row.role): row for row in rows(session)}
    added = changed = 0
    for person in found:
        standings = [
            {"from": day.isoformat(), "standing": standing.value} for day, standing in person.standings
        ]
        row = known.get((person.name.casefold(), person.role.value))
        if row is None:
            row = Candidate(
                name=person.name,
                emails=list(person.emails),
                role=person.role.value,
                agent_for=person.agent_for,
                party=person.party,
                incumbent=person.incumbent,
                standings=standings,
            )
            session.add(row)
            known[person.name.casefold(), person.role.value] = row
            added += 1
            continue
        before = (row.emails, row.agent_for, row.party, row.incumbent, row.standings)
        row.emails = list(dict.fromkeys([*row.emails, *person.emails]))
        row.standings = row.standings + [s for s in standings if s not in row.standings]
        row.agent_for = person.agent_for or row.agent_for
        row.party = person.party or row.party
        row.incumbent = person.incumbent or row.incumbent
        changed += before != (row.emails, row.agent_for, row.party, row.incumbent, row.standings)
    session.flush()
    return added, changed
