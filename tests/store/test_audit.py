"""The audit trail: each row proves the one before it, and a changed one is named."""

import datetime as dt
import hashlib
import json
import threading

from sqlalchemy import text
from sqlmodel import Session, select

from inbox_bot.store import audit
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Audit, AuditSalt

OPEN = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": ["DROP TRIGGER audit_append_only ON audit"],
}


def write(database: Database, now: dt.datetime, number: int) -> None:
    for n in range(number):
        with database.begin() as session:
            audit.append(
                session, at=now, actor="service", action="filed", subject=f"WMR-{n:04d}", detail={"n": n}
            )


def tamper(database: Database, statement: str) -> audit.Verdict:
    """As an insider with the database's password would: past the triggers."""
    with Session(database.engine) as session:
        for line in (*OPEN["sqlite" if database.is_sqlite else "postgresql"], statement):
            session.execute(text(line))
        session.commit()
    with database.begin() as session:
        return audit.verify(session)


def test_the_first_row_follows_sixty_four_zeros(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        assert audit.head(session) == "0" * 64
        row = audit.append(session, at=now, actor="service", action="x", subject="WMR-0001", detail={"b": 1})
    body = (
        '{"action":"x","actor":"service","at":"2027-03-15T10:30:00.000000+00:00",'
        '"detail":{"b":1},"subject":"WMR-0001"}'
    )
    assert row.previous == "0" * 64
    assert row.hash == hashlib.sha256(("0" * 64 + "\n" + body).encode()).hexdigest()


def test_an_untouched_trail_is_whole(database: Database, now: dt.datetime) -> None:
    write(database, now, 1200)  # more than one batch of reading
    with database.begin() as session:
        verdict = audit.verify(session)
        assert (verdict.rows, verdict.broken_at, verdict.head) == (1200, None, audit.head(session))


def test_a_savepoint_rolled_back_leaves_no_gap(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        audit.append(session, at=now, actor="service", action="before")
        savepoint = session.begin_nested()
        audit.append(session, at=now, actor="service", action="undone")
        savepoint.rollback()
        audit.append(session, at=now, actor="service", action="after")
    with database.begin() as session:
        verdict = audit.verify(session)
        assert (verdict.rows, verdict.broken_at) == (2, None)


def test_a_changed_row_is_named(database: Database, now: dt.datetime) -> None:
    write(database, now, 5)
    verdict = tamper(database, "UPDATE audit SET actor = 'spoc' WHERE id = 3")
    assert (verdict.broken_at, verdict.why) == (3, "its content was changed")


def test_a_removed_row_is_noticed(database: Database, now: dt.datetime) -> None:
    write(database, now, 5)
    verdict = tamper(database, "DELETE FROM audit WHERE id = 3")
    assert (verdict.broken_at, verdict.why) == (4, "a row after 2 is missing or changed")


def test_a_rewritten_tail_has_another_head(database: Database, now: dt.datetime) -> None:
    """Who recomputes the chain is found out by whoever kept yesterday's head."""
    write(database, now, 3)
    with database.begin() as session:
        kept = audit.head(session)
    tamper(database, "DELETE FROM audit WHERE id = 3")
    with database.begin() as session:
        audit.append(session, at=now, actor="service", action="another story")
        assert audit.verify(session).broken_at is None
        assert kept not in session.exec(select(Audit.hash)).all()


def test_a_rolled_back_row_leaves_no_gap(database: Database, now: dt.datetime) -> None:
    write(database, now, 2)
    with Session(database.engine) as session:
        audit.append(session, at=now, actor="service", action="never happened")
        session.rollback()
    write(database, now, 1)
    with database.begin() as session:
        assert (audit.verify(session).rows, audit.verify(session).broken_at) == (3, None)


def test_writers_at_the_same_time_make_one_chain(database: Database, now: dt.datetime) -> None:
    threads = [threading.Thread(target=write, args=(database, now, 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.begin() as session:
        assert (audit.verify(session).rows, audit.verify(session).broken_at) == (40, None)


def test_a_time_in_another_zone_hashes_the_same(database: Database, now: dt.datetime) -> None:
    summer = dt.datetime(2027, 7, 1, 9, 30, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    with database.begin() as session:
        audit.append(session, at=summer, actor="service", action="x", detail={"ŵ": ["é", 1.5, None, True]})
    with database.begin() as session:
        assert audit.verify(session).broken_at is None


def test_a_commitment_can_be_proved_until_its_salt_is_erased(database: Database, now: dt.datetime) -> None:
    address = "petra.quill@riverton.example"
    with database.begin() as session:
        first = audit.commit_to(session, address, "WMR-0001")
        second = audit.commit_to(session, address, "WMR-0002")
        audit.append(session, at=now, actor="service", action="filed", detail={"from": first})
    assert first != second  # two commitments to one value cannot be linked
    with database.begin() as session:
        salt = session.get(AuditSalt, first)
        assert salt is not None
        assert hashlib.sha256(f"{salt.salt}\n{address}".encode()).hexdigest() == first
        assert address not in json.dumps([row.detail for row in session.exec(select(Audit)).all()])
        session.delete(salt)
    with database.begin() as session:
        assert audit.verify(session).broken_at is None
