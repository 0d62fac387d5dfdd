"""10,000 mails in an hour of simulated time: how long one takes, and whether memory stays flat.

    .venv/bin/python -m benchmarks.load [--mails 10000]

A real Dovecot and a real submission server on loopback, the office as in the tests, a pass each simulated
minute. Every third mail of each minute comes from one sender, the bomb. Prints a line each five minutes:
mails, milliseconds a mail, resident megabytes of this process (with the submission server in it).
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.office import Office, mail
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink

MINUTES = 60


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


class Forgetful(SmtpSink):
    """Counts what it is given and keeps nothing of it: its memory must not be taken for ours."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.on_data = self._forget

    def _forget(self, _envelope: object) -> str:
        self.count += 1
        return "250 2.0.0 Ok"


def run(mails: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "ca").mkdir()
        authority = Authority(Path(folder) / "ca")
        os.environ["SSL_CERT_FILE"] = str(authority.ca)
        dovecot, sink = Dovecot(authority), Forgetful()
        try:
            account = dovecot.account("load@wessmoor-pcc.example")
            home = Path(folder) / "office"
            home.mkdir()
            office = Office(home, account, sink)
            office.once()
            busy, done = 0.0, 0
            for minute in range(MINUTES):
                office.pass_time(minutes=1)
                upto = mails * (minute + 1) // MINUTES
                account.deliver(*(letter(n, n % 3 == 0) for n in range(done, upto)), at=office.now)
                started = time.perf_counter()
                report = office.once()
                busy += time.perf_counter() - started
                assert report.fetched == upto - done, (report.fetched, report.errors)
                done = upto
                if minute % 5 == 4:
                    print(
                        f"{done:6d} mails  {busy / done * 1000:6.1f} ms a mail  {resident_mb():6.0f} MB",
                        flush=True,
                    )
            office.close()
            print(
                f"{done} mails in {busy:.0f} s; {sink.count} mails sent; "
                f"simulated {dt.timedelta(minutes=MINUTES)}"
            )
        finally:
            sink.stop()
            dovecot.remove()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=10_000)
    run(parser.parse_args().mails)
