"""Floods, bombs and giants: caps hold, others are served on time, and nothing is unpacked or read whole."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from inbox_bot.pipeline import PORTION, Report
from inbox_bot.register.states import OutboxState, Outcome
from inbox_bot.store import entries

from ..office import SPOC, Office, mail
from ..servers.accounts import Account

pytestmark = pytest.mark.thorough
LOUD = "loud@bomb.example"


def test_a_mail_bomb_gets_its_cap_a_summary_and_keeps_nobody_waiting(office: Office) -> None:
    number = 2 * PORTION
    for n in range(number):
        text = f"Dear office,\n\nhow much did item {n * 7919} of list {n} cost? Please tell me.\n"
        office.deliver(mail(LOUD, f"Matter {n}", text, message_id=f"<{n}@bomb.example>", date=office.now))
        if n == PORTION - 1:
            office.deliver(mail("quiet@mail.example", "Officers", "How many officers are there at night?"))
    report = office.once()
    cap = office.settings.limits.acknowledgements_per_sender_per_hour
    assert report.outcomes[Outcome.FILED] == number + 1  # a cap holds answers back, never an entry
    assert len(office.sent_to(LOUD)) == cap
    assert len(office.sent_to("quiet@mail.example")) == 1
    held = [row for row in office.outbox("acknowledgement") if row.state is OutboxState.HELD]
    assert len(held) == number - cap
    subjects = [str(m["Subject"]) for m in office.sent_to(SPOC)]
    assert sum("Unusually many mails" in s for s in subjects) == 1
    assert len(subjects) <= cap + 1 + 1 + 1  # those acknowledged, the quiet one, the summary, one to spare
    # The quiet one's acknowledgement went out with its own portion, before the bomb was summed up.
    order = [(d.recipients[0], str(d.message["Subject"])) for d in office.sink.delivered]
    quiet = next(i for i, (address, _) in enumerate(order) if address == "quiet@mail.example")
    assert quiet < next(i for i, (_, subject) in enumerate(order) if "Unusually many mails" in subject)
    office.once()
    assert len(office.sent_to(LOUD)) == cap  # a second pass within the hour sends no more and says no more


def test_ten_thousand_recipients_and_five_thousand_parts(office: Office) -> None:
    crowd = ", ".join(f"person{n}@crowd.example" for n in range(10_000))
    office.deliver(
        f"From: a@mail.example\r\nTo: {crowd}\r\nSubject: All\r\n\r\nHow many officers?\r\n".encode()
    )
    parts = "".join(f"--x\r\nContent-Type: text/plain\r\n\r\npart {n}\r\n" for n in range(5_000))
    office.deliver(
        "From: b@mail.example\r\nSubject: Parts\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="x"\r\n\r\n{parts}--x--\r\n'.encode()
    )
    office.deliver(mail("c@mail.example", "Officers", "How many officers work at night?"))
    report = office.once()
    assert (report.fetched, report.outcomes[Outcome.PENDING], report.outcomes[Outcome.SET_ASIDE]) == (3, 0, 0)
    assert len(office.sent_to("c@mail.example")) == 1
    for delivered in office.sink.delivered:
        assert len(delivered.recipients) <= 2  # a crowd in To: is never written to
    with office.database.begin() as session:
        for entry in entries.all_entries(session):
            assert len(entries.participants(session, entry)) <= 51


def test_a_giant_is_listed_from_its_beginning(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    office = make_office(mailbox_account, overrides={"mailbox": {"max_message_mb": 5}})
    office.once()
    giant = mail("press@mail.example", "Film", "Could you tell me how many officers are in this film?")
    giant.add_attachment(b"\0" * 30_000_000, maintype="video", subtype="mp4", filename="film.mp4")
    raw = office.deliver(giant)
    office.deliver(mail("c@mail.example", "Officers", "How many officers work at night?"))
    tracemalloc.start()
    report = office.once()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.outcomes[Outcome.FILED] == 2
    assert peak < len(raw)  # 41 MB on the wire; neither fetched nor parsed in one piece
    row = office.received()[0]
    assert office.service.archive.size(row.sha256) == len(raw)
    entry = office.rows()[0]
    assert entry["information_sought"].startswith("Could you tell me how many officers")
    (film,) = entry["sought_refs"]
    with office.database.begin() as session:
        (document,) = entries.documents(session, entries.get(session, entry["reference"]))
        assert (document.ref, document.title, document.sha256) == (film, "film.mp4", "")
        assert entries.get(session, entry["reference"]).needs_review


def test_fifty_megabytes_within_the_limit_are_read_and_the_next_mail_goes_on(office: Office) -> None:
    big = mail("big@mail.example", "Plans", "What do these plans cost? Please tell me.")
    big.add_attachment(
        b"\1" * 40_000_000, maintype="application", subtype="octet-stream", filename="plans.bin"
    )
    office.deliver(big)
    office.deliver(mail("c@mail.example", "Officers", "How many officers work at night?"))
    assert office.once().outcomes[Outcome.FILED] == 2


def test_a_zip_bomb_is_kept_as_it_is(office: Office) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros.bin", b"\0" * 50_000_000)
    packed = buffer.getvalue()
    message = mail("zip@mail.example", "Plans", "What do these plans cost? Please tell me.")
    message.add_attachment(packed, maintype="application", subtype="zip", filename="plans.zip")
    office.deliver(message)
    office.once()
    stored = office.service.desk.documents.path.rglob("*.eml")
    assert [p.read_bytes() for p in stored] == [packed]


def test_a_regex_bomb_in_the_offices_rules_takes_no_time(
    make_office: Callable[..., Office], mailbox_account: Account, tmp_path: Path
) -> None:
    """RE2 is linear: a rule that would keep a backtracking engine busy for 2**5000 steps ends at once."""
    rules = tmp_path / "triage.toml"
    rules.write_text(
        '[[rule]]\nname = "bomb"\nfor = "journalist"\nweight = 0.1\nwhere = ["words"]\n'
        'any = ["(a+)+$"]\nsource = "a test"\n'
    )
    office = make_office(mailbox_account, overrides={"files": {"triage": str(rules)}})
    office.once()
    office.deliver(mail("a@mail.example", "How many officers?", "Please tell me. " + "a" * 5_000 + "!"))
    assert office.once().outcomes[Outcome.FILED] == 1


@pytest.mark.parametrize("number", [2 * PORTION])
def test_the_database_is_asked_as_little_for_the_last_mail_as_for_the_first(
    office: Office, number: int
) -> None:
    """Statements a mail do not grow with the register: what a flood of thousands would die of."""
    from sqlalchemy import event

    seen: list[int] = []
    count = 0

    def statement(*_: object) -> None:
        nonlocal count
        count += 1

    for n in range(number):
        text = f"What did item {n} of list {n * 31} cost? Please tell me.\n\nWriter {n}"
        office.deliver(mail(f"w{n}@mail.example", f"Question {n}", text, date=office.now))
    office.pipeline.taking_in.receive(Report())
    event.listen(office.database.engine, "before_cursor_execute", statement)
    for row in office.received():
        assert row.id is not None
        before = count
        office.pipeline.handling.handle(row.id, Report())
        seen.append(count - before)
    event.remove(office.database.engine, "before_cursor_execute", statement)
    assert seen[-1] <= seen[5] + 5
