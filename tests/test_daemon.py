"""The daemon as a process, against Dovecot and a real submission server."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from inbox_bot.daemon import Pause

from .installation import Installation, until
from .servers.accounts import Account
from .servers.dovecot import Dovecot
from .servers.smtp_sink import SmtpSink

pytestmark = [pytest.mark.dovecot, pytest.mark.thorough]
ENQUIRER = "m.trevanion@mail.example"
# Different in more than a number: the same words with the next number would read like a machine's.
TOPICS = ("the budget", "custody visitors", "rural patrols", "the reserves", "stop and search")


def enquiry(number: int = 1) -> bytes:
    now = dt.datetime.now(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"From: Merryn Trevanion <{ENQUIRER}>\r\nTo: election@harrowdale-pcc.example\r\n"
        f"Subject: Question about {TOPICS[number % len(TOPICS)]}\r\nDate: {now}\r\n"
        f"Message-ID: <question-{number}@mail.example>\r\n\r\n"
        f"I am a prospective candidate. Could you tell me about {TOPICS[number % len(TOPICS)]}?\r\n"
    ).encode()


@pytest.fixture
def installation(tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink) -> Installation:
    made = Installation(
        tmp_path / "office", mailbox_account, smtp_sink, {"mailbox": {"poll_seconds": 1, "since": _today()}}
    )
    assert made.run("db", "upgrade").code == 0
    return made


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)


def test_mail_is_acknowledged_and_sigterm_ends_it_cleanly(
    installation: Installation, mailbox_account: Account, smtp_sink: SmtpSink
) -> None:
    mailbox_account.deliver(enquiry(1))
    with installation.start() as service:
        until(lambda: len(smtp_sink.to(ENQUIRER)) == 1, "the first acknowledgement")
        assert mailbox_account.password not in Path(f"/proc/{service.child.pid}/cmdline").read_text()
        mailbox_account.deliver(enquiry(2))  # while it waits in IDLE
        until(lambda: len(smtp_sink.to(ENQUIRER)) == 2, "the second acknowledgement")
        assert service.stop() == 0
    log = service.log.read_text()
    assert "event=started" in log and "event=stopped" in log
    assert "Traceback" not in log
    assert "trevanion" not in log.lower() and "budget" not in log  # neither addresses nor words
    assert installation.run("once", "--json").json["fetched"] == 0


def test_idle_tells_of_mail_long_before_the_next_poll(
    tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink
) -> None:
    office = Installation(
        tmp_path / "office",
        mailbox_account,
        smtp_sink,
        {"mailbox": {"poll_seconds": 3600, "since": _today()}},
    )
    assert office.run("db", "upgrade").code == 0
    mailbox_account.deliver(enquiry(1))
    with office.start() as service:
        until(lambda: len(smtp_sink.to(ENQUIRER)) == 1, "the first acknowledgement")
        mailbox_account.deliver(enquiry(2))
        until(lambda: len(smtp_sink.to(ENQUIRER)) == 2, "the acknowledgement of mail that IDLE told of")
        assert service.stop(signal.SIGINT) == 0


def test_what_a_command_queues_goes_out_without_a_poll(
    tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink
) -> None:
    office = Installation(
        tmp_path / "office", mailbox_account, smtp_sink, {"mailbox": {"poll_seconds": 3600, "idle": False}}
    )
    assert office.run("db", "upgrade").code == 0
    with office.start() as service:
        until(lambda: "event=started" in service.log.read_text(), "the start")
        added = office.run(
            "register", "add", "--email", ENQUIRER, "--name", "Merryn", "--sought", "What is due?"
        )
        assert added.code == 0, added.err
        until(lambda: len(smtp_sink.to(ENQUIRER)) == 1, "the confirmation")
        assert service.stop() == 0


def test_a_mailbox_that_goes_away_and_comes_back(
    tmp_path: Path, make_dovecot: Callable[[str], Dovecot], smtp_sink: SmtpSink
) -> None:
    dovecot = make_dovecot("")
    account = dovecot.account("election@harrowdale-pcc.example")
    office = Installation(
        tmp_path / "office", account, smtp_sink, {"mailbox": {"poll_seconds": 1, "since": _today()}}
    )
    assert office.run("db", "upgrade").code == 0
    account.deliver(enquiry(1))
    with office.start() as service:
        until(lambda: len(smtp_sink.to(ENQUIRER)) == 1, "the first acknowledgement")
        dovecot.stop()
        until(lambda: "event=pass_error" in service.log.read_text(), "the error")
        dovecot.start()
        account.deliver(enquiry(2))
        until(lambda: len(smtp_sink.to(ENQUIRER)) == 2, "the acknowledgement after the server was away")
        assert service.stop() == 0
    assert len(smtp_sink.to(ENQUIRER)) == 2  # and each only once


def test_a_submission_server_that_goes_away_costs_no_mail(
    tmp_path: Path, mailbox_account: Account, make_smtp_sink: Callable[..., SmtpSink]
) -> None:
    sink = make_smtp_sink()
    office = Installation(
        tmp_path / "office", mailbox_account, sink, {"mailbox": {"poll_seconds": 1, "since": _today()}}
    )
    assert office.run("db", "upgrade").code == 0
    sink.stop()
    mailbox_account.deliver(enquiry(1))
    with office.start() as service:
        until(lambda: "event=pass_error" in service.log.read_text(), "the error")
        sink.restart()
        until(lambda: len(sink.to(ENQUIRER)) == 1, "the acknowledgement once the server is back")
        assert service.stop() == 0


def test_a_second_daemon_leaves_with_one_line(installation: Installation) -> None:
    with installation.start() as service:
        until(lambda: "event=started" in service.log.read_text(), "the start")
        second = installation.run("run")
        assert (second.code, second.out) == (3, "")
        assert second.err.count("\n") == 1 and "already working" in second.err
        assert service.stop() == 0


def test_figures_are_served_on_this_machine_only(
    tmp_path: Path, mailbox_account: Account, smtp_sink: SmtpSink
) -> None:
    from urllib.request import urlopen

    from .servers.processes import answers, free_port

    port = free_port()
    office = Installation(
        tmp_path / "office",
        mailbox_account,
        smtp_sink,
        {"mailbox": {"poll_seconds": 1, "since": _today()}, "metrics": {"port": port}},
    )
    assert office.run("db", "upgrade").code == 0
    mailbox_account.deliver(enquiry(1))
    with office.start() as service:
        until(lambda: answers(port), "the port")

        def figures() -> str:
            with urlopen(f"http://127.0.0.1:{port}/metrics") as page:
                return str(page.read().decode())

        until(lambda: 'inbox_bot_received_total{outcome="filed"} 1.0' in figures(), "the figure")
        assert ENQUIRER not in figures()
        assert service.stop() == 0


def test_systemd_is_told(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    name = installation.home / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(name))
        listener.settimeout(180)
        monkeypatch.setenv("NOTIFY_SOCKET", str(name))
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        with installation.start() as service:
            assert listener.recv(100) == b"READY=1"
            assert listener.recv(100) == b"WATCHDOG=1"
            service.stop()
            told = listener.recv(100)
            while told == b"WATCHDOG=1":
                told = listener.recv(100)
            assert told == b"STOPPING=1"


def test_pauses_grow_to_their_limit_and_start_anew() -> None:
    pause = Pause(10)
    assert [pause.failed() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    pause.succeeded()
    assert pause.failed() == 1
