"""Retention erases people, keeps what was published and the chain, and refuses while anything is open."""

import datetime as dt
import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from inbox_bot import faults
from inbox_bot.casework import showing
from inbox_bot.casework.desk import Job
from inbox_bot.casework.erasing import ERASED_HASH
from inbox_bot.errors import NotAllowed, StorageError
from inbox_bot.register.states import OutboxState, Outcome, Publication, Status
from inbox_bot.steps import digest
from inbox_bot.steps.backup import backup
from inbox_bot.steps.retention import earliest, hold, lift, retention
from inbox_bot.store import audit, entries, search
from inbox_bot.store.database import Database
from inbox_bot.store.tables import AuditSalt, Candidate, Decision, Outbox, Received, Token

from .conftest import Office
from .material import NAME, PUBLISHED, SENDER, WORDS, add_entry, add_received, fill, raw_mail

ARRIVED = dt.datetime(2027, 4, 1, 9, 0, tzinfo=dt.UTC)
CUT = dt.date(2027, 7, 1)
ALLOWED = dt.datetime(2028, 5, 6, 8, 0, tzinfo=dt.UTC)  # the poll of 6 May 2027 plus twelve months


@pytest.fixture
def filled(office: Office) -> Office:
    """Three published entries and a spam mail from April 2027, one entry from August; all mail settled."""
    with office.database.begin() as session:
        fill(session, office.archive, ARRIVED)
        for row in session.exec(select(Outbox)).all():
            row.state = OutboxState.SENT
        add_entry(session, office.archive, 20, dt.datetime(2027, 8, 1, tzinfo=dt.UTC))
    return office


def erase(office: Office, *, before: dt.date = CUT, now: dt.datetime = ALLOWED, dry_run: bool = False):  # type: ignore[no-untyped-def]
    return retention(office.desk, office.database, before, now, dry_run=dry_run)


def entry_of(session: Session, number: int):  # type: ignore[no-untyped-def]
    return entries.get(session, f"WMR-{number:04d}")


def test_what_is_older_is_erased_and_what_is_younger_stays(filled: Office) -> None:
    done = erase(filled)
    assert (done.entries, done.messages, done.mails_sent, done.files, done.salts, done.candidates) == (
        ("WMR-0001", "WMR-0002", "WMR-0003"),
        4,  # three enquiries and the spam
        8,  # three acknowledgements and five notices
        7,  # four mails and three documents
        3,
        1,
    )
    with filled.database.begin() as session:
        for number in (1, 2, 3):
            entry = entry_of(session, number)
            assert (entry.contact_name, entry.contact_email, entry.subject, entry.evidence) == (
                "",
                "",
                "",
                [],
            )
            assert entry.erased_at == ALLOWED
        young = entry_of(session, 4)
        assert (young.contact_name, young.erased_at) == (NAME, None)
        places = {row.uid: row.sha256 == ERASED_HASH for row in session.exec(select(Received)).all()}
        assert places == {1: True, 2: True, 3: True, 9: True, 20: False}
        assert [len(session.exec(select(t)).all()) for t in (Token, AuditSalt, Candidate)] == [1, 1, 0]
        assert {d.decision for d in session.exec(select(Decision)).all()} == {"(erased)", f"Yes, {NAME}"}
        assert filled.archive.get(session.exec(select(Received.sha256).where(Received.uid == 20)).one())
    for uid in (1, 2, 3, 9):
        with pytest.raises(StorageError):
            filled.archive.get(hashlib.sha256(raw_mail(uid)).hexdigest())


def test_what_was_published_stays_and_can_be_found(filled: Office) -> None:
    erase(filled)
    with filled.database.begin() as session:
        entry = entry_of(session, 1)
        assert (entry.publication, entry.published_at) == (
            Publication.PUBLISHED,
            ARRIVED + dt.timedelta(days=3),
        )
        draft = entries.approved_draft(session, entry)
        assert draft is not None
        assert (draft.sought, draft.provided, draft.spans) == (PUBLISHED, "There are twelve.", [])
        assert search.search(session, "horses")[0].key == "WMR-0001"
        assert [e.reference for e, _ in search.similar_entries(session, "zanzibar horses")] == ["WMR-0004"]


def test_the_audit_trail_still_proves_itself(filled: Office) -> None:
    with filled.database.begin() as session:
        before = audit.head(session)
    erase(filled)
    with filled.database.begin() as session:
        verdict = audit.verify(session)
        rows = audit.verify(session).rows
        assert (verdict.broken_at, rows) == (None, 5)  # four entries filed, then the erasure itself
        assert audit.head(session) != before


def _all_sent(tmp_path: Path, database: Database) -> Office:
    """A filled office on this database whose mails have all gone out, so that nothing keeps them."""
    from .conftest import office_at

    office = office_at(tmp_path / "office", database)
    with database.begin() as session:
        fill(session, office.archive, ARRIVED)
        for row in session.exec(select(Outbox)).all():
            row.state = OutboxState.SENT
    return office


def test_no_trace_of_people_is_left_in_the_files(sqlite: Database, tmp_path: Path) -> None:
    """The bytes of the database, not only its rows: freed pages and the full-text index, too."""
    office = _all_sent(tmp_path, sqlite)
    assert sqlite.file is not None
    traces = (NAME.encode(), SENDER.encode(), WORDS.encode())

    def found() -> set[bytes]:
        files = [*sqlite.file.parent.glob("inbox-bot.db*"), *office.archive.path.rglob("*.eml")]  # type: ignore[union-attr]
        content = b"".join(file.read_bytes() for file in files)
        return {trace for trace in traces if trace in content}

    assert found() == set(traces)
    erase(office)
    assert found() == set()


def test_no_trace_of_people_is_left_in_postgresql_s_statistics(postgresql: Database, tmp_path: Path) -> None:
    """The planner quotes values of columns, also of tables that are empty by now."""
    office = _all_sent(tmp_path, postgresql)
    with postgresql.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as outside:
        outside.execute(text("ANALYZE"))

    def tables() -> set[str]:
        """Whose statistics name the enquirer."""
        query = "SELECT tablename, most_common_vals::text, histogram_bounds::text FROM pg_stats"
        with postgresql.begin() as session:
            return {
                t for t, *said in session.execute(text(query)) if SENDER in str(said) or NAME in str(said)
            }

    assert {"entry", "participant"} <= tables()
    erase(office)
    assert tables() == set()


def test_no_trace_of_people_is_left_in_the_rows(filled: Office, tmp_path: Path) -> None:
    with filled.database.begin() as session:  # so that the whole register is older than the date
        entry_of(session, 4).received_at = ARRIVED
    erase(filled, before=dt.date(2027, 9, 1))
    made = backup(filled.settings, filled.database, tmp_path / "saved", ALLOWED)
    rows = "".join(file.read_text() for file in (made.directory / "rows").iterdir())
    assert [trace for trace in (NAME, SENDER, WORDS, "Quill") if trace in rows] == []


def test_an_officers_words_about_people_go(filled: Office) -> None:
    """Notes of an entry, and the reason why it is not on the website; the office's standing words stay."""
    reasons = {1: f"N/A: {NAME} asked for it", 2: "N/A: a complaint", 3: f"{NAME} is mistaken"}
    states = {1: Publication.NEVER, 2: Publication.NEVER, 3: Publication.WITHDRAWN}
    with filled.database.begin() as session:
        for number, reason in reasons.items():
            entry = entry_of(session, number)
            entry.publication, entry.not_published_reason = states[number], reason
            entry.notes = [f"Closed: {NAME} rang"]
        entry_of(session, 2).matters = ["complaint"]
    erase(filled)
    with filled.database.begin() as session:
        found = {n: (entry_of(session, n).notes, entry_of(session, n).not_published_reason) for n in reasons}
    assert found == {
        1: ([], "N/A: the office decided so"),
        2: ([], "N/A: a complaint"),
        3: ([], "withdrawn by the office"),
    }


def test_lists_of_the_office_go_whenever_they_were_sent(filled: Office) -> None:
    """A digest or a reminder of later names the people of before; so does the key of a flood's summary."""
    later = dt.datetime(2027, 8, 2, tzinfo=dt.UTC)
    states = {f"flood:{SENDER}:2027": OutboxState.SENT, "digest:x": OutboxState.QUEUED}
    with filled.database.begin() as session:
        for key, state in states.items():
            session.add(
                Outbox(kind="notice", key=key, message_id=key, raw=NAME.encode(), state=state,
                       recipients=["spoc@x.example"], queued_at=later, not_before=later)
            )  # fmt: skip
    erase(filled)
    with filled.database.begin() as session:
        rows = [row for row in session.exec(select(Outbox)).all() if row.queued_at == later]
    assert {(row.key, row.raw) for row in rows if row.entry_id is None} == {
        (f"erased:{next(r.id for r in rows if r.state is OutboxState.SENT)}", b""),
        ("digest:x", NAME.encode()),  # not yet sent
    }


def test_the_page_stays_as_it_was(filled: Office) -> None:
    """Links and documents under the names that the public saw; a withdrawn entry is still shown as such."""
    with filled.database.begin() as session:
        entry = entry_of(session, 1)
        [letter] = entries.documents(session, entry)
        letter.cleared, letter.title = True, f"Letter from {NAME}.pdf"
        for link in ("https://statistics.example/fleet", f"https://riverton.example/{SENDER}"):
            entries.add_document(session, entry, direction="provided", title=link, link=link)
        gone = entry_of(session, 2)
        gone.publication, gone.clock = Publication.WITHDRAWN, {"withdrawn_on": "2027-05-01", "names": [NAME]}

    def page() -> list[object]:
        with filled.database.begin() as session:
            shown = showing.public_entries(Job(desk=filled.desk, session=session, now=ALLOWED))
            return [
                (e.reference, e.information_sought, e.withdrawn_on, [d for d in e.documents if d.cleared])
                for _, e, _ in shown
            ]

    before = page()
    erase(filled)
    assert page() == before
    with filled.database.begin() as session:
        titles = [(d.title, d.link) for d in entries.documents(session, entry_of(session, 1))]
        assert titles == [
            ("document.pdf", ""),
            ("https://statistics.example/fleet", "https://statistics.example/fleet"),
            ("", ""),  # the public saw that there was a link, and not whose
        ]
        assert entry_of(session, 2).clock == {"withdrawn_on": "2027-05-01"}


def test_who_was_erased_is_no_candidate_among_the_others(filled: Office) -> None:
    erase(filled)
    with filled.database.begin() as session:
        found = digest.figures(Job(desk=filled.desk, session=session, now=ALLOWED))
    assert [(f.name, f.enquiries) for f in found] == [(NAME, 1)]  # the entry of August alone


def test_what_a_killed_writer_left_in_the_archive_goes(filled: Office) -> None:
    leavings = [folder.path / ".incoming-abc" for folder in (filled.archive, filled.documents)]
    for file in leavings:
        file.write_text(WORDS)
        os.utime(file, (1000, 1000))
    erase(filled)
    assert [file for file in leavings if file.exists()] == []


def test_while_somebody_reads_it_is_not_said_that_the_files_are_clean(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader of what was keeps the write-ahead log."""
    monkeypatch.setattr("inbox_bot.store.database.BUSY_SECONDS", 0.1)
    sqlite.dispose()  # connections take the limit when they are made
    assert sqlite.file is not None
    with closing(sqlite3.connect(sqlite.file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entry").fetchall()
        with pytest.raises(StorageError, match="in use"):
            sqlite.compact()
    sqlite.compact()


def test_a_dry_run_lists_and_changes_nothing(filled: Office) -> None:
    listed = erase(filled, dry_run=True)
    assert (listed.entries, listed.done, listed.refused) == (("WMR-0001", "WMR-0002", "WMR-0003"), False, ())
    done = erase(filled)
    assert (done.files, done.messages, done.done) == (listed.files, listed.messages, True)


def test_a_second_run_finds_nothing(filled: Office) -> None:
    erase(filled)
    again = erase(filled)
    assert (again.entries, again.messages, again.mails_sent, again.files) == ((), 0, 0, 0)


def test_nothing_is_erased_within_twelve_months_of_the_poll(filled: Office) -> None:
    day_before = dt.datetime(2028, 5, 5, 22, 59, tzinfo=dt.UTC)  # 23:59 in London
    with pytest.raises(NotAllowed, match=r"Nothing was erased: nothing may be erased before 6 May 2028"):
        erase(filled, now=day_before)
    with filled.database.begin() as session:
        assert entry_of(session, 1).contact_name == NAME


def test_twelve_months_after_a_poll_on_29_february() -> None:
    assert earliest(dt.date(2028, 2, 29)) == dt.date(2029, 3, 1)


@pytest.mark.parametrize("status", [Status.OPEN, Status.AWAITING_DECISION, Status.REFERRED])
def test_nothing_is_erased_while_a_request_is_open(filled: Office, status: Status) -> None:
    """Even one that is younger than the date: it may ask for what would be erased."""
    with filled.database.begin() as session:
        entry_of(session, 4).status = status
    with pytest.raises(NotAllowed, match=r"WMR-0004 is still open.*s\.77"):
        erase(filled)


def test_nothing_is_erased_while_an_entry_is_on_hold(filled: Office) -> None:
    with filled.database.begin() as session:
        entry_of(session, 2).publication = Publication.HELD
    with pytest.raises(NotAllowed, match="WMR-0002 is on hold"):
        erase(filled)


@pytest.mark.parametrize(("reference", "named"), [("WMR-0002", "WMR-0002"), ("*", "everything")])
def test_nothing_is_erased_while_a_hold_is_on_it(filled: Office, reference: str, named: str) -> None:
    with filled.database.begin() as session:
        hold(session, reference, "chief_executive", ALLOWED, "a claim is expected")
    with pytest.raises(NotAllowed, match=f"a hold is on {named}"):
        erase(filled)
    with filled.database.begin() as session:
        assert lift(session, reference)
        assert not lift(session, reference)
    assert erase(filled).done


def test_a_hold_on_a_younger_entry_does_not_stop_the_rest(filled: Office) -> None:
    with filled.database.begin() as session:
        hold(session, "WMR-0004", "chief_executive", ALLOWED, "a claim is expected")
    assert len(erase(filled).entries) == 3


def test_nothing_is_erased_while_mail_is_set_aside_or_unsent(filled: Office) -> None:
    with filled.database.begin() as session:
        row = add_received(session, filled.archive, 30, ARRIVED)
        row.outcome = Outcome.SET_ASIDE
    with pytest.raises(NotAllowed, match="1 received message has not been handled"):
        erase(filled)
    with filled.database.begin() as session:
        session.exec(select(Received).where(Received.uid == 30)).one().outcome = Outcome.SPAM
        session.exec(select(Outbox).where(Outbox.key == "ack:1")).one().state = OutboxState.UNKNOWN
    with pytest.raises(NotAllowed, match="1 mail is still waiting"):
        erase(filled)


def test_a_dry_run_says_why_it_would_be_refused(filled: Office) -> None:
    with filled.database.begin() as session:
        entry_of(session, 1).status = Status.OPEN
        entry_of(session, 2).publication = Publication.HELD
    assert len(erase(filled, now=ARRIVED, dry_run=True).refused) == 3


def test_a_held_acknowledgement_is_cancelled_with_its_entry(filled: Office) -> None:
    with filled.database.begin() as session:
        session.exec(select(Outbox).where(Outbox.key == "ack:1")).one().state = OutboxState.HELD
    erase(filled)
    with filled.database.begin() as session:
        row = session.exec(select(Outbox).where(Outbox.key == "ack:1")).one()
        assert (row.state, row.raw, row.recipients) == (OutboxState.CANCELLED, b"", [])


def test_an_unpublished_text_goes_with_its_entry(filled: Office) -> None:
    with filled.database.begin() as session:
        entry_of(session, 2).publication = Publication.AWAITING_APPROVAL
    erase(filled)
    with filled.database.begin() as session:
        entry = entry_of(session, 2)
        assert (entry.publication, entry.information_provided, entry.officer) == (Publication.NEVER, "", "")
        assert entries.latest_draft(session, entry) is None
        assert "WMR-0002" not in [m.key for m in search.search(session, "horses")]


def test_a_published_document_stays(filled: Office) -> None:
    with filled.database.begin() as session:
        [document] = entries.documents(session, entry_of(session, 1))
        document.cleared = True
        kept = document.sha256
        [other] = entries.documents(session, entry_of(session, 2))
        gone = other.sha256
    erase(filled)
    assert filled.documents.has(kept)
    assert not filled.documents.has(gone)


def test_a_mail_that_a_younger_entry_shares_stays(filled: Office) -> None:
    with filled.database.begin() as session:
        old = session.exec(select(Received).where(Received.uid == 9)).one()
        young = session.exec(select(Received).where(Received.uid == 20)).one()
        old.sha256 = young.sha256
        shared = young.sha256
    erase(filled)
    assert filled.archive.has(shared)


def test_whoever_dies_between_files_and_rows_finishes_next_time(
    filled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "point", faults.armed("retention.files_removed:1:raise"))
    with pytest.raises(faults.InjectedFault):
        erase(filled)
    with filled.database.begin() as session:
        assert entry_of(session, 1).erased_at is None
    monkeypatch.undo()
    assert erase(filled).entries == ("WMR-0001", "WMR-0002", "WMR-0003")
