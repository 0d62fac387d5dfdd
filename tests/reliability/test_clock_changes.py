"""The nights on which the clocks change, and clocks that jump: each daily job exactly once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from inbox_bot.casework import clock
from inbox_bot.pipeline import Report
from inbox_bot.store import entries

from ..office import LONDON, Office, mail
from ..servers.accounts import Account

pytestmark = pytest.mark.dovecot
MakeOffice = Callable[..., Office]
AUTUMN = dt.datetime(2026, 10, 22, 10, 0, tzinfo=LONDON)  # Thursday; clocks go back on Sunday 25 at 02:00
SPRING = dt.datetime(2027, 3, 23, 10, 0, tzinfo=LONDON)  # Tuesday; forward on Sunday 28 at 01:00; Easter
CANDIDATE_ASKS = "I am standing as a candidate. When is the briefing?"
# 01:30 is the hour that comes twice, or not at all; the others with `make thorough`.
LATER = [pytest.param(at, marks=pytest.mark.thorough) for at in ("07:30", "00:30")]
POLL = {"election": {"poll_date": dt.date(2027, 5, 6)}}


def ticks(start: dt.datetime, days: float) -> Iterator[dt.datetime]:
    """Every half an hour, every five minutes of the nights from Saturday to Monday, in UTC's even steps."""
    moment, end = start.astimezone(dt.UTC), start.astimezone(dt.UTC) + dt.timedelta(days=days)
    while moment < end:
        yield moment
        local = moment.astimezone(LONDON)
        close = local.weekday() in (6, 0) and local.hour < 4
        moment += dt.timedelta(minutes=5 if close else 30)


def live(office: Office, moments: Iterator[dt.datetime]) -> None:
    """What the daemon's timers do at each of these moments."""
    for moment in moments:
        office.now = moment.astimezone(LONDON)
        office.pipeline.tick(Report())


def asked_on(make_office: MakeOffice, account: Account, now: dt.datetime, digest_at: str) -> Office:
    office = make_office(account, now=now, overrides={**POLL, "digest": {"at": digest_at}})
    office.once()
    office.deliver(
        mail(
            "A Writer <writer@mail.example>",
            "Briefing",
            "I am standing as a candidate. When is the briefing?",
            date=now,
        ),
        at=dt.datetime(2026, 2, 2, 10, tzinfo=LONDON),  # no server takes mail from the future
    )
    office.pipeline.taking_in.receive(Report())
    office.pipeline.handling.pending(Report())
    with office.database.begin() as session:
        entry = entries.get(session, "HDL-0001")
        entry.received_at = now
        clock.recompute(office.job(session), entry)
    return office


def sent_on(office: Office, kind: str) -> list[str]:
    """The local days on which mails of this kind were queued, one item a mail."""
    return [f"{row.queued_at.astimezone(LONDON):%a %d}" for row in office.outbox(kind)]


@pytest.mark.parametrize("digest_at", [*LATER, "01:30"])
def test_the_clocks_go_back_and_each_job_runs_once(
    make_office: MakeOffice, mailbox_account: Account, digest_at: str
) -> None:
    """01:30 comes twice on Sunday 25 October 2026."""
    office = asked_on(make_office, mailbox_account, AUTUMN, digest_at)
    live(office, ticks(AUTUMN, days=6.2))
    days = Counter(sent_on(office, "digest"))
    assert days.pop("Thu 22", 1) == 1  # the day of the start, where its hour had passed
    assert days == {"Fri 23": 1, "Mon 26": 1, "Tue 27": 1, "Wed 28": 1}
    # due on Tuesday 27, Thursday + 3 working days: a day before, on the day, overdue with the Chief Executive
    assert Counter(sent_on(office, "reminder")) == {"Mon 26": 1, "Tue 27": 1, "Wed 28": 2}


@pytest.mark.parametrize("digest_at", [LATER[0], "01:30"])
def test_the_clocks_go_forward_and_each_job_runs_once(
    make_office: MakeOffice, mailbox_account: Account, digest_at: str
) -> None:
    """01:30 does not exist on Sunday 28 March 2027, the end of a week-end of four days."""
    office = asked_on(make_office, mailbox_account, SPRING, digest_at)
    live(office, ticks(SPRING, days=8))
    days = Counter(sent_on(office, "digest"))
    assert days.pop("Tue 23", 1) == 1
    assert days == {"Wed 24": 1, "Thu 25": 1, "Tue 30": 1, "Wed 31": 1} or days == {
        "Wed 24": 1, "Thu 25": 1, "Tue 30": 1
    }  # fmt: skip
    # due on Tuesday 30, three working days on: Good Friday and Easter Monday lie between
    assert Counter(sent_on(office, "reminder"))["Thu 25"] == 1
    assert Counter(sent_on(office, "reminder"))["Tue 30"] == 1


def test_a_clock_that_jumps_to_and_fro_repeats_no_job(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = asked_on(make_office, mailbox_account, AUTUMN, "07:30")
    monday = dt.datetime(2026, 10, 26, 9, 5, tzinfo=LONDON)
    jumps = (0, -90, 5, -24 * 60, 10, 24 * 60, 15, -60, 20)  # minutes
    live(office, (monday + dt.timedelta(minutes=m) for m in jumps))
    for kind in ("digest", "reminder"):
        assert max(Counter(sent_on(office, kind)).values()) == 1, kind
    keys = [row.key for row in office.outbox()]
    assert len(keys) == len(set(keys))


def test_a_clock_a_year_ahead_does_not_silence_the_reminders_afterwards(
    make_office: MakeOffice, mailbox_account: Account
) -> None:
    office = asked_on(make_office, mailbox_account, AUTUMN, "07:30")
    live(office, iter([AUTUMN + dt.timedelta(days=365), AUTUMN + dt.timedelta(days=365, hours=1)]))
    before = len(office.outbox("reminder"))
    live(office, iter([AUTUMN + dt.timedelta(minutes=5)]))
    live(office, (dt.datetime(2026, 10, day, 9, 5, tzinfo=LONDON) for day in (23, 26, 27, 28)))
    again = office.outbox("reminder")[before:]
    assert [f"{row.queued_at.astimezone(LONDON):%a %d}" for row in again[:2]] == ["Mon 26", "Tue 27"]
