"""Erasing what is no longer needed: raw mail and personal data of entries before a date.

What stays is what was published, the states and dates of every entry, the count of every message, and the
audit trail with its chain: its rows name nobody, and the salts of their commitments are erased here.

It refuses within twelve months of the poll, since electoral offences may be prosecuted for a year
(Representation of the People Act 1983 s.176), and while anything is open: to erase what somebody has asked
for is an offence (Freedom of Information Act 2000 s.77; Data Protection Act 2018 s.173 for subject access).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from .. import faults
from ..casework import erasing
from ..casework.desk import Desk, Job
from ..config import Settings
from ..errors import NotAllowed
from ..register.states import Outcome, Publication, Status
from ..store import audit, facts
from ..store.database import Database
from ..store.tables import Candidate, Entry

HOLDS = "retention_holds"  # fact: reference → {"by", "at", "why"}; "*" holds everything
_OPEN = (Status.OPEN, Status.AWAITING_DECISION, Status.REFERRED)
_NAMED = 5  # references named in a refusal


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What was erased, or would be. `refused`: why nothing may be erased now, a sentence each."""

    before: dt.date
    entries: tuple[str, ...]
    messages: int
    mails_sent: int
    files: int
    salts: int
    candidates: int
    refused: tuple[str, ...] = ()
    done: bool = False


def retention(
    desk: Desk, database: Database, before: dt.date, now: dt.datetime, *, dry_run: bool = False
) -> Retention:
    """Erase what is older than the beginning of the day `before`; with `dry_run` only say what that is.

    NotAllowed, with the first reason and nothing erased, where it must not be done yet.
    """
    settings, archive, documents = desk.settings, desk.archive, desk.documents
    start = dt.datetime.combine(before, dt.time(), tzinfo=settings.office.zone)
    with database.begin() as session:
        scope = erasing.Scope.of(session, start)
        refused = tuple(_refusals(settings, session, scope, now))
        salts = erasing.salts(session, scope)
        candidates = session.exec(select(Candidate)).all() if before > settings.election.poll_date else []
        mail_files, document_files = scope.mail_files(session), scope.document_files(session)
        result = Retention(
            before=before,
            entries=tuple(entry.reference for entry in scope.entries),
            messages=len(scope.received),
            mails_sent=len(scope.outbox),
            files=len(mail_files) + len(document_files),
            salts=len(salts),
            candidates=len(candidates),
            refused=refused,
            done=not dry_run,
        )
        if dry_run:
            return result
        if refused:
            raise NotAllowed(f"Nothing was erased: {refused[0]}")
        scope.erase(Job(desk=desk, session=session, now=now, actor="command-line"))
        for row in (*salts, *candidates):
            session.delete(row)
        audit.append(
            session,
            at=now,
            actor="command-line",
            action="retention",
            detail={
                "before": before.isoformat(),
                "entries": list(result.entries),
                "messages": result.messages,
                "files": result.files,
            },
        )
        session.flush()
        # Files go before the commit: who dies here finds the rows as they were, and runs it again.
        for sha256 in mail_files:
            archive.remove(sha256)
        for sha256 in document_files:
            documents.remove(sha256)
        for place in (archive, documents):
            place.discard_unfinished()
        faults.point("retention.files_removed")
    database.compact()
    return result


# -- holds ------------------------------------------------------------------------------------------


def hold(session: Session, reference: str, by: str, now: dt.datetime, why: str) -> None:
    """Keep one entry, or "*" for everything, from being erased until `lift`."""
    holds = dict(facts.get(session, HOLDS) or {})
    holds[reference] = {"by": by, "at": now.astimezone(dt.UTC).isoformat(), "why": why}
    facts.put(session, HOLDS, holds)


def lift(session: Session, reference: str) -> bool:
    """End a hold; False where there was none."""
    holds = dict(facts.get(session, HOLDS) or {})
    found = holds.pop(reference, None) is not None
    facts.put(session, HOLDS, holds)
    return found


# -- whether it may be done -------------------------------------------------------------------------


def earliest(poll: dt.date) -> dt.date:
    """The first day on which anything may be erased: the poll plus twelve months."""
    try:
        return poll.replace(year=poll.year + 1)
    except ValueError:  # 29 February
        return dt.date(poll.year + 1, 3, 1)


def _refusals(settings: Settings, session: Session, scope: erasing.Scope, now: dt.datetime) -> Iterable[str]:
    first_day = earliest(settings.election.poll_date)
    if now.astimezone(settings.office.zone).date() < first_day:
        yield (
            f"nothing may be erased before {first_day:%-d %B %Y}, twelve months after the poll, while "
            "electoral offences may still be prosecuted (Representation of the People Act 1983 s.176)."
        )
    unfinished = session.exec(select(Entry).where(col(Entry.status).in_(_OPEN)).order_by(col(Entry.id))).all()
    if unfinished:
        yield (
            f"{_names(unfinished)} {_is(unfinished)} still open, and to erase what somebody has asked for is "
            "an offence (Freedom of Information Act 2000 s.77): answer or close it first."
        )
    held = [entry for entry in scope.entries if entry.publication is Publication.HELD]
    if held:
        yield f"{_names(held)} {_is(held)} on hold: publish it or decide against publication first."
    holds = facts.get(session, HOLDS) or {}
    kept = sorted({e.reference for e in scope.entries} & set(holds)) + ["everything"] * ("*" in holds)
    if kept:
        yield f"a hold is on {', '.join(kept[:_NAMED])}: lift it first."
    unhandled = [r for r in scope.received if r.outcome in (Outcome.PENDING, Outcome.SET_ASIDE)]
    if unhandled:
        yield (
            f"{len(unhandled)} received {'message has' if len(unhandled) == 1 else 'messages have'} not been "
            "handled and may hold a request: see `inbox-bot set-aside list`."
        )
    unsent = [row for row in scope.outbox if row.state not in erasing.SETTLED]
    if unsent:
        yield (
            f"{len(unsent)} {'mail is' if len(unsent) == 1 else 'mails are'} still waiting to be sent "
            "or checked: see `inbox-bot status`."
        )


def _names(found: Sequence[Entry]) -> str:
    more = len(found) - _NAMED
    return ", ".join(e.reference for e in found[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _is(found: Sequence[Entry]) -> str:
    return "is" if len(found) == 1 else "are"
