"""10,000 mails in an hour of simulated time: how long one takes, and whether memory stays flat.

    .venv/bin/python -m benchmarks.load [--mails 10000]

A real Dovecot and a real submission server on loopback, each in a process of its own, the office as in the
tests, a pass each simulated minute. Every third mail of each minute comes from one sender, the bomb. Prints
a line each five minutes: mails so far; of the last five minutes alone, the milliseconds and the processor
time of this process a mail; the mean since the start; resident megabytes of this process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.office import Office, mail
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink

MINUTES = 60
SHOWN = 5  # minutes a line


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def letter(number: int, bomb: bool) -> bytes:
    who = (
        "Loud Sender <loud@bomb.example>"
        if bomb
        else f"Person {number} <p{number}@mail{number % 97}.example>"
    )
    text = (
        f"Dear office,\n\nplease tell me what the team in ward {number} cost "
        f"in the year {1900 + number % 120}, "
        f"and how many of its {number % 40} officers work at night.\n\nRegards,\nPerson {number}\n"
    )
    return mail(
        who, f"Question {number} about ward {number}", text, message_id=f"<{number}@load.example>"
    ).as_bytes()


class Elsewhere:
    """A submission server in a process of its own: neither its memory nor its time is taken for ours."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        self.port: int = self._pipe.recv()

    def stop(self) -> int:
        """How many mails it was sent."""
        self._pipe.send("stop")
        count: int = self._pipe.recv()
        self._process.join()
        return count


def _serve(pipe: Connection) -> None:
    """Accepts whatever comes and counts it, until it is told to stop."""
    sink, count = SmtpSink(), 0

    def accept(_envelope: object) -> str:
        nonlocal count
        count += 1
        return "250 2.0.0 Ok"

    sink.on_data = accept
    pipe.send(sink.port)
    pipe.recv()
    sink.stop()
    pipe.send(count)


def run(mails: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "ca").mkdir()
        authority = Authority(Path(folder) / "ca")
        os.environ["SSL_CERT_FILE"] = str(authority.ca)
        dovecot, sink = Dovecot(authority), Elsewhere()
        try:
            account = dovecot.account("load@wessmoor-pcc.example")
            home = Path(folder) / "office"
            home.mkdir()
            office = Office(home, account, sink)
            office.once()
            print("  mails   ms a mail   CPU ms a mail   ms since the start      MB", flush=True)
            busy = busy_shown = used = 0.0
            done = done_shown = 0
            for minute in range(MINUTES):
                office.pass_time(minutes=1)
                upto = mails * (minute + 1) // MINUTES
                account.deliver(*(letter(n, n % 3 == 0) for n in range(done, upto)), at=office.now)
                started, cpu = time.perf_counter(), time.process_time()
                report = office.once()
                busy += time.perf_counter() - started
                used += time.process_time() - cpu
                assert report.fetched == upto - done, (report.fetched, report.errors)
                done = upto
                if minute % SHOWN == SHOWN - 1:
                    now = done - done_shown
                    print(
                        f"{done:7d} {(busy - busy_shown) / now * 1000:11.1f} {used / now * 1000:15.1f} "
                        f"{busy / done * 1000:20.1f} {resident_mb():7.0f}",
                        flush=True,
                    )
                    busy_shown, done_shown, used = busy, done, 0.0
            office.close()
            print(f"{done} mails in {busy:.0f} s; simulated {dt.timedelta(minutes=MINUTES)}")
        finally:
            print(f"{sink.stop()} mails sent")
            dovecot.remove()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=10_000)
    run(parser.parse_args().mails)
