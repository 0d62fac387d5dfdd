"""IMAP servers that drop, lie, renumber and refuse, end to end: every message once, none in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from inbox_bot.register.states import Outcome
from inbox_bot.transport.imap import Mailbox

from ..office import LONDON, Office
from ..servers import bad_imap
from ..servers.accounts import Account
from ..servers.certificates import Authority
from ..servers.dovecot import Dovecot
from ..servers.fixtures import need
from ..servers.scripted import Wire, serving

pytestmark = pytest.mark.dovecot
NOW = dt.datetime(2027, 3, 1, 10, 0, tzinfo=LONDON)  # an hour after the scripted messages came
MakeOffice = Callable[..., Office]


@contextmanager
def office_on(
    make_office: MakeOffice,
    account: Account,
    behave: Callable[[Wire], None],
    *,
    also: Mapping[str, Mapping[str, object]] | None = None,
    **mailbox: Any,
) -> Iterator[Office]:
    """An office on a scripted mailbox of three messages, UIDs 11 to 13, that waits a second for answers."""
    with serving(behave) as port:
        settings = {
            "port": port, "security": "plain", "sent": "", "junk": "", "since": dt.date(2027, 3, 1), **mailbox
        }  # fmt: skip
        office = make_office(
            account,
            now=NOW,
            overrides={
                "mailbox": settings,
                "election": {"poll_date": dt.date(2027, 5, 6)},
                **(also or {}),
            },
        )
        endpoint = office.service.mailbox().endpoint
        object.__setattr__(office.service, "mailbox", lambda: Mailbox(endpoint, timeout=1))
        yield office


def on_record(office: Office) -> dict[int, str]:
    """UID → handled, set_aside or pending; a second row for one message fails."""
    rows = office.received()
    assert len(rows) == len({row.uid for row in rows})
    special = {Outcome.SET_ASIDE: "set_aside", Outcome.PENDING: "pending"}
    return {row.uid: special.get(row.outcome, "handled") for row in rows}


ALL = {11: "handled", 12: "handled", 13: "handled"}
SECOND_ASIDE = {**ALL, 12: "set_aside"}


NULS = (
    b"Message-ID: <nul\0one@candidate.example>\r\nFrom: Ann\0a Tre\0loar <anna@candidate.example>\r\n"
    b"Subject: How ma\0ny?\r\n\r\nHow many of\0ficers work at night?\r\n\0\r\nAnna\r\n",
    b"From: ben@candidate.example\r\nSubject: =?utf-8?q?Nul=00_in_a_word?=\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>What did the h\0orses cost&#0; last year?</p>\r\n--b\r\nContent-Type: text/plain\r\n"
    b'Content-Disposition: attachment; filename="no\0tes.txt"\r\n\r\nx\0y\r\n--b--\r\n',
    b"\0" * 100,
)


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nul_octets_reach_no_text_column(
    make_office: MakeOffice, mailbox_account: Account, backend: str, request: pytest.FixtureRequest
) -> None:
    """PostgreSQL takes no NUL in text: a mail with one would be set aside there, and filed on SQLite."""
    database = {"database": {"url": request.getfixturevalue("postgres_url")}} if backend != "sqlite" else {}
    with office_on(make_office, mailbox_account, bad_imap.hands_over(*NULS), also=database) as office:
        report = office.once()
        assert (report.errors, on_record(office)) == ([], ALL)
        archived = [office.service.archive.get(row.sha256) for row in office.received()]
        asked = {row["contact_email"]: row["information_sought"] for row in office.rows()}
    assert archived == list(NULS)  # the bytes as they came
    assert "officers work at night" in asked["anna@candidate.example"]
    assert "the horses cost" in asked["ben@candidate.example"]


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (bad_imap.imap(), ALL),
        (lambda wire: bad_imap.drops_in_fetch(wire, attempts=1), ALL),
        (bad_imap.drops_in_fetch, SECOND_ASIDE),
        (bad_imap.claims_tiny_sizes, ALL),
        (bad_imap.claims_vast_sizes, ALL),
        (bad_imap.sends_more_than_it_claimed, ALL),
        (bad_imap.chatters, ALL),
        (bad_imap.loses_a_message_meanwhile, {11: "handled", 13: "handled"}),
        (bad_imap.withholds_a_message, SECOND_ASIDE),
        (bad_imap.splits_its_search, ALL),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_message_is_on_record_once(
    make_office: MakeOffice,
    mailbox_account: Account,
    behave: Callable[[Wire], None],
    expected: dict[int, str],
) -> None:
    with office_on(make_office, mailbox_account, behave) as office:
        for _ in range(5):
            office.once()
        assert on_record(office) == expected
        set_aside = [row for row in office.outbox() if row.key.startswith("set_aside:")]
        assert len(set_aside) == list(expected.values()).count("set_aside")  # a person is told, once


@pytest.mark.parametrize(
    "behave",
    [
        bad_imap.never_greets, bad_imap.speaks_http, bad_imap.announces_a_literal_and_goes_quiet,
        bad_imap.renumbers(), bad_imap.refuses_the_list, bad_imap.tells_no_status,
    ],
)  # fmt: skip
def test_a_server_that_cannot_be_read_is_an_error_and_not_a_loss(
    make_office: MakeOffice, mailbox_account: Account, behave: Callable[[Wire], None]
) -> None:
    with office_on(make_office, mailbox_account, behave) as office:
        report = office.once()
        assert (report.unreachable, report.polled, len(report.errors)) == (True, False, 1)
        assert "pending" not in on_record(office).values()


@pytest.mark.parametrize(
    "behave", [bad_imap.refuses_move, bad_imap.pretends_to_move, bad_imap.cannot_move, bad_imap.read_only]
)
def test_mail_that_cannot_be_moved_is_handled_once_and_stays(
    make_office: MakeOffice, mailbox_account: Account, behave: Callable[[Wire], None]
) -> None:
    """Over quota, without the right to write, without MOVE: told at each pass, and nothing else changes."""
    with office_on(make_office, mailbox_account, behave, filed="Filed") as office:
        reports = [office.once() for _ in range(4)]
        assert on_record(office) == ALL
        assert [len(report.errors) for report in reports] == [1, 1, 1, 1]
        assert sum(report.fetched for report in reports) == 3


def test_no_starttls_where_it_is_required_reads_nothing(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    with office_on(make_office, mailbox_account, bad_imap.imap(), security="starttls") as office:
        object.__delattr__(office.service, "mailbox")
        report = office.once()
        assert report.unreachable
        assert any("STARTTLS" in error for error in report.errors)
        assert office.received() == []


def test_a_wrong_certificate_reads_nothing(make_office: MakeOffice, trust: Authority) -> None:
    server = need(lambda: Dovecot(trust, pair=trust.issue("elsewhere.example")))
    try:
        office = make_office(server.account("election@wessmoor-pcc.example"))
        report = office.once()
        assert report.unreachable
        assert any("certificate" in error.lower() for error in report.errors)
    finally:
        server.remove()


def test_numbers_given_again_hide_no_new_mail(make_office: MakeOffice, mailbox_account: Account) -> None:
    """The mailbox is restored without its last message; the next arrival gets that one's UID."""
    restored = bad_imap.Restored()
    with office_on(make_office, mailbox_account, restored) as office:
        office.once()
        assert on_record(office) == ALL
        restored.messages.pop(13)
        office.once()
        restored.messages[13] = b"From: new@mail.example\r\nSubject: another\r\n\r\nSomething else.\r\n"
        office.now += dt.timedelta(hours=1)
        office.once()
        office.once()
        rows = office.received()
        assert len(rows) == 4
        (new,) = [row for row in rows if row.uid == 13]
        assert (new.sender, new.outcome) == ("new@mail.example", Outcome.FILED)
        assert len(office.sent_to("new@mail.example")) == 1
