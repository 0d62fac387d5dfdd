"""What was received, and the entries of the register, on both databases."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from inbox_bot.errors import NotAllowed
from inbox_bot.register.states import Outcome, Publication, Status
from inbox_bot.store import entries, messages
from inbox_bot.store.database import Database
from inbox_bot.store.tables import Draft, Entry, Received
from inbox_bot.triage.model import Category

DAY = dt.timedelta(days=1)
PETRA = "petra.quill@riverton.example"


def receive(session: Session, uid: int, at: dt.datetime, **changes: Any) -> Received:
    values: dict[str, Any] = {
        "place": "inbox",
        "folder": "INBOX",
        "uidvalidity": 7,
        "uid": uid,
        "sha256": f"{uid:064d}",
        "size": 10,
        "received_at": at,
        "taken_in_at": at,
        "outcome": Outcome.FILED,
    }
    row = Received(**{**values, **changes})
    session.add(row)
    session.flush()
    return row


def open_entry(session: Session, now: dt.datetime, **changes: Any) -> Entry:
    values: dict[str, Any] = {"category": Category.FOI, "received_at": now, "added_at": now}
    reference = entries.next_reference(session, "WMR")
    return entries.add(session, Entry(reference=reference, **{**values, **changes}), [(PETRA, "Petra Quill")])


def draft(entry: Entry, now: dt.datetime, *, checked: bool = True) -> Draft:
    assert entry.id is not None
    return Draft(entry_id=entry.id, version=0, sought="s", provided="p", checked=checked, created_at=now)


# -- received ---------------------------------------------------------------------------------------


def test_a_place_is_recorded_once(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        row = receive(session, 1, now)
        assert messages.at_place(session, "INBOX", 7, 1) is row
        assert messages.at_place(session, "INBOX", 8, 1) is None
    with pytest.raises(IntegrityError), database.begin() as session:
        receive(session, 1, now)


def test_pending_mail_comes_in_order_of_arrival(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        second = receive(session, 1, now, outcome=Outcome.PENDING)
        first = receive(session, 2, now - DAY, outcome=Outcome.PENDING)
        receive(session, 3, now - DAY)
        assert list(messages.pending(session)) == [first.id, second.id]


@pytest.mark.parametrize(
    ("earlier", "age", "later", "repeats"),
    [
        ({"fingerprint": "f"}, 400 * DAY, {"fingerprint": "f"}, True),
        ({"content_key": "c"}, 7 * DAY, {"content_key": "c"}, True),
        ({"content_key": "c"}, 7 * DAY + dt.timedelta(seconds=1), {"content_key": "c"}, False),
        ({"fingerprint": "f", "outcome": Outcome.SPAM}, DAY, {"fingerprint": "f"}, False),
        ({"fingerprint": "f", "outcome": Outcome.SET_ASIDE}, DAY, {"fingerprint": "f"}, False),
        ({"fingerprint": ""}, DAY, {"fingerprint": ""}, False),
        ({"fingerprint": "f"}, DAY, {"fingerprint": "g"}, False),
    ],
)
def test_a_second_delivery_is_told_from_a_new_message(
    database: Database,
    now: dt.datetime,
    earlier: dict[str, Any],
    age: dt.timedelta,
    later: dict[str, Any],
    repeats: bool,
) -> None:
    with database.begin() as session:
        first = receive(session, 1, now - age, **earlier)
        second = receive(session, 2, now, outcome=Outcome.PENDING, **later)
        assert messages.second_delivery_of(session, second) == (first if repeats else None)
        assert messages.second_delivery_of(session, first) is None


def test_every_outcome_is_counted_also_within_a_day(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        receive(session, 1, now - DAY)
        receive(session, 2, now)
        receive(session, 3, now, outcome=Outcome.SPAM)
        assert sum(messages.outcomes(session).values()) == 3
        today = messages.outcomes(session, since=now)
        assert {o: n for o, n in today.items() if n} == {Outcome.FILED: 1, Outcome.SPAM: 1}
        assert messages.outcomes(session, before=now)[Outcome.FILED] == 1
        assert set(today) == set(Outcome)


def test_a_thread_is_found_by_the_likeliest_message_id(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        one, two = open_entry(session, now), open_entry(session, now)
        entries.add_mail(session, one, "a@x", "enquiry", now)
        entries.add_mail(session, two, "b@x", "enquiry", now)
        found = messages.entry_of_mail(session, ["unknown@x", "b@x", "a@x"])
        assert found is not None
        assert found[0] == two.id
        assert messages.entry_of_mail(session, ["unknown@x"]) is None


# -- entries ----------------------------------------------------------------------------------------


def test_references_run_and_are_found_however_written(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        assert [open_entry(session, now).reference for _ in range(2)] == ["WMR-0001", "WMR-0002"]
        assert entries.get(session, " wmr-0002 ").reference == "WMR-0002"
        with pytest.raises(NotAllowed, match="no entry WMR-0009"):
            entries.get(session, "WMR-0009")


def test_participants_are_kept_once(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = open_entry(session, now)
        entries.add_participant(session, entry, PETRA, "P. Quill")
        entries.add_participant(session, entry, "", "nobody")
        entries.add_participant(session, entry, "agent@riverton.example")
        assert entries.participants(session, entry) == {PETRA: "Petra Quill", "agent@riverton.example": ""}


def test_somebodys_entries_are_those_they_wrote_or_take_part_in(database: Database, now: dt.datetime) -> None:
    hour = dt.timedelta(hours=1)
    with database.begin() as session:
        own, answered, closed, part = (open_entry(session, now) for _ in range(4))
        part.contact_email = "agent@riverton.example"
        answered.answered_at, answered.acknowledged_at = now, now
        closed.status, closed.received_at = Status.CLOSED, now - 3 * hour
        own.acknowledged_at = now - 2 * hour
        assert entries.not_closed_of(session, PETRA, 5) == [part, answered, own]
        assert entries.not_closed_of(session, PETRA, 2, unanswered=True) == [part, own]
        assert entries.not_closed_of(session, PETRA, 1) == [part]
        assert entries.received_of(session, PETRA, now - 3 * hour, now - hour) == [closed]
        assert entries.acknowledged_of(session, PETRA, now - 2 * hour, now) == [answered]
        assert entries.acknowledged_of(session, PETRA, now - 3 * hour, now - hour) == [own]
        assert entries.not_closed_of(session, "agent@riverton.example", 5) == [part]
        for address, known in ((PETRA, True), ("agent@riverton.example", True), ("x@y.example", False)):
            assert entries.knows(session, address) is known
        open_entry(session, now).contact_email = ""
        assert not entries.knows(session, "")
        assert entries.not_closed_of(session, "", 5) == []


def test_documents_get_running_references_and_keep_them(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry, other = open_entry(session, now), open_entry(session, now)
        first = entries.add_document(session, entry, direction="sought", title="a.pdf", sha256="1" * 64)
        again = entries.add_document(session, entry, direction="sought", title="b.pdf", sha256="1" * 64)
        link = entries.add_document(
            session, entry, direction="provided", title="page", link="https://x.example"
        )
        third = entries.add_document(session, other, direction="sought", title="a.pdf", sha256="1" * 64)
        assert again is first
        assert [d.ref for d in (first, link, third)] == ["Ref 001", "Ref 002", "Ref 003"]
        assert [d.ref for d in entries.documents(session, entry, "provided")] == ["Ref 002"]


def test_a_later_answer_stands_below_the_first(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = open_entry(session, now)
        entries.answer(entry, text="Twelve.", officer="A", assumed=False, at=now)
        entries.answer(entry, text="Thirteen now.", officer="B", assumed=True, at=now + DAY)
        assert (entry.status, entry.information_provided, entry.answered_at, entry.officer) == (
            Status.ANSWERED,
            "Twelve.\n\nThirteen now.",
            now,
            "B",
        )
        assert list(entries.open_entries(session)) == []


def test_a_decision_opens_what_waited_for_it(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry, other = open_entry(session, now), open_entry(session, now)
        entries.set_status(entry, Status.AWAITING_DECISION)
        entries.decide(session, entry, decision="no", by="ce", at=now, matter="visit", rationale="r")
        assert entry.status is Status.OPEN
        assert [d.rationale for d in entries.decisions(session, entry)] == ["r"]
        assert [(d.decision, e.id) for d, e in entries.decisions_on(session, "visit", other)] == [
            ("no", entry.id)
        ]
        assert entries.decisions_on(session, "visit", entry) == []


def test_a_move_outside_the_table_is_refused(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = open_entry(session, now)
        with pytest.raises(NotAllowed, match="WMR-0001 is undecided: it cannot become published"):
            entries.set_publication(entry, Publication.PUBLISHED)
        entries.set_publication(entry, Publication.NEVER, "about one person")
        assert entry.not_published_reason == "about one person"


def test_only_the_newest_checked_version_is_approved(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = open_entry(session, now, publication=Publication.AWAITING_APPROVAL)
        first = entries.add_draft(session, entry, draft(entry, now))
        second = entries.add_draft(session, entry, draft(entry, now, checked=False))
        assert (first.version, second.version) == (1, 2)
        with pytest.raises(NotAllowed, match="has changed since this preview"):
            entries.approve(session, entry, first, by="spoc", at=now)
        with pytest.raises(NotAllowed, match="could not be checked"):
            entries.approve(session, entry, second, by="spoc", at=now)
        assert entries.approved_draft(session, entry) is None
        third = entries.add_draft(session, entry, draft(entry, now))
        entries.approve(session, entry, third, by="spoc", at=now)
        assert entries.approved_draft(session, entry) is third
        assert entry.publication is Publication.APPROVED


def test_an_answer_threads_on_the_original_inside_a_forward(database: Database, now: dt.datetime) -> None:
    with database.begin() as session:
        entry = open_entry(session, now)
        assert entries.enquiry_mail(session, entry) is None
        entries.add_mail(session, entry, "forward@x", "enquiry", now)
        entries.add_mail(session, entry, "original@x", "original", now)
        mail = entries.enquiry_mail(session, entry)
        assert mail is not None
        assert mail.message_id == "original@x"
