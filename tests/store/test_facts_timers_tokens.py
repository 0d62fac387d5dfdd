"""Running numbers, timers that fire once, and tokens that are spent once."""

import datetime as dt

import pytest
from sqlmodel import select

from inbox_bot.store import facts, timers, tokens
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Entry, Token
from inbox_bot.triage.model import Category

HOUR = dt.timedelta(hours=1)
OFFICER = "spoc.officer@wessmoor-pcc.example"


@pytest.fixture
def entry(database: Database, now: dt.datetime) -> Entry:
    with database.begin() as session:
        row = Entry(reference="WMR-0001", category=Category.FOI, received_at=now, added_at=now)
        session.add(row)
    return row


@pytest.fixture
def book() -> tokens.TokenBook:
    return tokens.TokenBook(b"k" * 32)


def test_numbers_run_by_name(database: Database) -> None:
    with database.begin() as session:
        assert [facts.next_number(session, name) for name in ("a", "a", "b", "a")] == [1, 2, 1, 3]


def test_a_rolled_back_number_is_given_again(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as session:
        facts.next_number(session, "a")
        raise RuntimeError
    with database.begin() as session:
        assert facts.next_number(session, "a") == 1


def test_facts_are_put_over_and_times_come_back(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        facts.put(session, "x", {"a": [1]})
        facts.put(session, "x", {"a": [2]})
        facts.put_time(session, "t", now)
    with database.begin() as session:
        assert facts.get(session, "x") == {"a": [2]}
        assert facts.get_time(session, "t") == now
        assert (facts.get(session, "none", 5), facts.get_time(session, "none")) == (5, None)


def test_paused_until_resumed(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        assert facts.paused(session) is None
        facts.pause(session, "spoc", now, "a mistake in a template")
        assert facts.paused(session) == {
            "by": "spoc",
            "at": now.isoformat(),
            "why": "a mistake in a template",
        }
        facts.put(session, "paused", None)
        assert facts.paused(session) is None


def test_a_timer_is_set_once_whatever_became_of_it(
    database: Database, now: dt.datetime, entry: Entry
) -> None:
    with database.begin() as session:
        assert timers.set_timer(session, "reminder", "k", now, entry_id=entry.id)
        assert not timers.set_timer(session, "reminder", "k", now + HOUR)
        assert timers.cancel(session, now, entry.id or 0, "reminder") == 1
        assert not timers.set_timer(session, "reminder", "k", now + HOUR)


def test_due_timers_come_oldest_first_and_only_once(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        for key, hours in (("late", -1), ("now", 0), ("later", 1), ("early", -2)):
            timers.set_timer(session, "digest" if key == "now" else "reminder", key, now + hours * HOUR)
        assert [t.key for t in timers.due(session, now)] == ["early", "late", "now"]
        assert [t.key for t in timers.due(session, now, "digest")] == ["now"]
        for timer in timers.due(session, now, "reminder"):
            timer.done_at = now
        assert [t.key for t in timers.due(session, now + HOUR)] == ["now", "later"]


def test_cancelling_touches_one_entry_and_the_kinds_named(
    database: Database, now: dt.datetime, entry: Entry
) -> None:
    with database.begin() as session:
        timers.set_timer(session, "reminder", "a", now, entry_id=entry.id)
        timers.set_timer(session, "publication", "b", now, entry_id=entry.id)
        timers.set_timer(session, "reminder", "c", now)
        assert timers.cancel(session, now, entry.id or 0, "reminder") == 1
        assert [t.key for t in timers.waiting(session)] == ["b", "c"]
        assert timers.cancel(session, now, entry.id or 0) == 1


def test_a_token_is_read_back_from_a_subject(
    database: Database, now: dt.datetime, book: tokens.TokenBook
) -> None:
    with database.begin() as session:
        text = book.issue(session, action="approve", officer=OFFICER, now=now, days=30, version=2)
        [found] = book.texts_in(f"Re: [WMR-0001] Approve {text} (do not edit)")
        row = book.read(session, found)
        assert row is not None
        assert (row.action, row.officer, row.version, row.expires_at) == (
            "approve",
            OFFICER,
            2,
            now + dt.timedelta(days=30),
        )
        assert book.read(session, text) is row


def test_a_token_fits_a_reply_address_and_survives_a_change_of_case(
    database: Database, now: dt.datetime, book: tokens.TokenBook
) -> None:
    with database.begin() as session:
        text = book.issue(session, action="approve", officer=OFFICER, now=now, days=30)
        # 9 for "election+", 10 for "WESSMOOR12", 6 for "-00001", 1 for "."; 64 octets (RFC 5321 4.5.3.1.1)
        assert len(text.removeprefix("#")) == 33
        assert len(f"election+WESSMOOR12-00001.{text.removeprefix('#')}") <= 64
        assert book.read(session, text.upper()) is book.read(session, text)
        assert (
            len({book.issue(session, action="x", officer=OFFICER, now=now, days=1) for _ in range(50)}) == 50
        )


def test_an_altered_or_foreign_token_is_not_ours(
    database: Database, now: dt.datetime, book: tokens.TokenBook
) -> None:
    with database.begin() as session:
        text = book.issue(session, action="approve", officer=OFFICER, now=now, days=30)
        name, _, signature = text.lstrip("#").partition(".")
        other = tokens.TokenBook(b"x" * 32).issue(session, action="x", officer=OFFICER, now=now, days=1)
        for wrong in (f"#{name[::-1]}.{signature}", f"#{name}.{signature[::-1]}", f"#{name}", other, "", "#"):
            assert book.read(session, wrong) is None


def test_a_token_is_spent_once_with_its_siblings(
    database: Database, now: dt.datetime, book: tokens.TokenBook
) -> None:
    with database.begin() as session:
        for action, group in (("approve", "g"), ("hold", "g"), ("close", "other"), ("help", "")):
            book.issue(session, action=action, officer=OFFICER, now=now, days=30, group=group)
        rows = {row.action: row for row in session.exec(select(Token)).all()}
        assert tokens.spend(session, rows["approve"], now) is None
        assert {action for action, row in rows.items() if row.spent_at} == {"approve", "hold"}
        again = tokens.spend(session, rows["hold"], now)
        assert again is not None
        assert "used before" in again.why
        assert tokens.spend(session, rows["help"], now) is None


def test_an_expired_token_is_refused_and_stays_unspent(
    database: Database, now: dt.datetime, book: tokens.TokenBook
) -> None:
    with database.begin() as session:
        row = book.read(session, book.issue(session, action="x", officer=OFFICER, now=now, days=1))
        assert row is not None
        refusal = tokens.spend(session, row, now + dt.timedelta(days=1, seconds=1))
        assert refusal is not None
        assert ("expired" in refusal.why, row.spent_at) == (True, None)
