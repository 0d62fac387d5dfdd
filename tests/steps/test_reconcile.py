"""Reconciliation: whatever the server has is in the register, or is named."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from inbox_bot.steps.reconcile import (
    MISSED,
    RENUMBERED,
    UNREAD_FOLDER,
    WAITING,
    Known,
    Listed,
    Polled,
    reconcile,
    unaccounted,
)
from inbox_bot.store.tables import Cursor

from .conftest import Office
from .material import add_received

START = dt.datetime(2027, 4, 1, 9, 0, tzinfo=dt.UTC)
POLLED: Mapping[str, Polled] = {"INBOX": Polled(uidvalidity=7, last_uid=100, started_at=START)}


def place(uid: int, **changes: Any) -> dict[str, Any]:
    return {
        "folder": "INBOX",
        "uidvalidity": 7,
        "uid": uid,
        "message_id": f"<{uid}@riverton.example>",
        "size": 1000 + uid,
        "internaldate": START + dt.timedelta(hours=1),
        **changes,
    }


def found(listed: list[dict[str, Any]], known: list[dict[str, Any]]) -> list[tuple[int, str]]:
    result = unaccounted([Listed(**m) for m in listed], [Known(**row) for row in known], POLLED)
    return [(u.message.uid, u.why) for u in result]


def test_what_is_recorded_under_its_place_is_accounted_for() -> None:
    assert found([place(1), place(2)], [place(2), place(1), place(3)]) == []


def test_a_place_is_enough_whatever_size_the_server_reports() -> None:
    assert found([place(1, size=1, message_id="")], [place(1)]) == []


def test_a_message_below_the_cursor_was_missed_and_one_above_waits() -> None:
    assert found([place(99), place(101)], []) == [(99, MISSED), (101, WAITING)]


def test_only_what_was_missed_is_a_fault() -> None:
    waiting, missed = unaccounted([Listed(**place(101)), Listed(**place(99))], [], POLLED)
    assert (waiting.missed, missed.missed) == (False, True)


def test_a_moved_or_renumbered_message_is_known_by_message_id_and_size() -> None:
    moved = place(5, folder="Election/foi", uidvalidity=3, message_id="<1@riverton.example>", size=1001)
    renumbered = place(40, uidvalidity=8, message_id="2@riverton.example", size=1002)
    assert found([moved, renumbered], [place(1), place(2)]) == []


def test_the_same_message_id_with_another_size_is_another_message() -> None:
    assert found([place(50, message_id="<1@riverton.example>")], [place(1)]) == [(50, MISSED)]


def test_one_row_accounts_for_one_message() -> None:
    copy = place(2, message_id="<1@riverton.example>", size=1001)
    assert found([place(1), copy], [place(1)]) == [(2, MISSED)]
    assert found([copy, place(1)], [place(1)]) == [(2, MISSED)]


def test_after_a_renumbering_what_no_row_has_is_named() -> None:
    assert found([place(1, uidvalidity=8, message_id="<new@x.example>")], [place(1)]) == [(1, RENUMBERED)]


def test_without_message_id_the_time_of_arrival_stands_in() -> None:
    known = [place(1, message_id="")]
    assert found([place(60, message_id="", size=1001)], known) == []
    late = START + dt.timedelta(hours=2)
    assert found([place(60, message_id="", size=1001, internaldate=late)], known) == [(60, MISSED)]


def test_mail_from_before_the_first_start_was_never_ours() -> None:
    assert found([place(1, internaldate=START - dt.timedelta(seconds=1))], []) == []
    assert found([place(1, internaldate=START)], []) == [(1, MISSED)]


def test_where_numbers_tell_no_clock_is_asked() -> None:
    polled = {"INBOX": Polled(uidvalidity=7, last_uid=100, started_at=START, first_uid=50)}
    early, late = START - dt.timedelta(seconds=1), START + dt.timedelta(days=1)
    listed = [place(49, internaldate=late), place(50, internaldate=early), place(51, internaldate=late)]
    result = unaccounted([Listed(**m) for m in listed], [], polled)
    assert [u.message.uid for u in result] == [50, 51]
    renumbered = Listed(**place(60, uidvalidity=8, internaldate=early))
    assert unaccounted([renumbered], [], polled) == []  # numbers of another UIDVALIDITY tell nothing


def test_a_folder_that_was_never_polled_is_named() -> None:
    assert found([place(1, folder="Old")], []) == [(1, UNREAD_FOLDER)]


def test_the_register_is_asked(office: Office) -> None:
    with office.database.begin() as session:
        add_received(session, office.archive, 1, START)
        session.add(Cursor(folder="INBOX", uidvalidity=7, last_uid=5, started_at=START, polled_at=START))
        session.flush()
        result = reconcile(session, [Listed(**place(1)), Listed(**place(2)), Listed(**place(6))])
    assert [(u.message.uid, u.why) for u in result] == [(2, MISSED), (6, WAITING)]
