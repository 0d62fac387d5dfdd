"""Passes in processes of their own, which a test may kill: forked from one that has imported everything.

What runs in the child is what `inbox-bot once` runs: the settings, the worker's lock, one full pass. Only the
clock is the test's. A kill is SIGKILL at a point of `inbox_bot.faults`: no handler, no `finally`, no flush.
"""

from __future__ import annotations

import datetime as dt
import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.reliability.preload"])
KILLED = -signal.SIGKILL


def run_pass(
    data: Mapping[str, Any], home: Path, now: dt.datetime, plan: str, environment: Mapping[str, str]
) -> None:
    """One pass in this process; exit code 3 where a server could not be reached, as `once` has it."""
    os.environ.update(environment)
    import asyncio

    from inbox_bot import bootstrap, config, faults
    from inbox_bot.pipeline import Pipeline

    faults.point = nth_point(int(plan[2:])) if plan.startswith("*:") else faults.armed(plan)
    service = bootstrap.build(config.from_mapping(data, home=home), clock=lambda: now.astimezone(dt.UTC))
    pipeline = Pipeline(service)
    try:
        with service.database.worker(wait_seconds=30):
            report = asyncio.run(pipeline.once())
    finally:
        pipeline.close()
    if report.unreachable:
        raise SystemExit(3)


def nth_point(number: int) -> Callable[[str], None]:
    """Kills at the n-th passing of any point, whichever it is."""
    passed = itertools.count(1)

    def point(_name: str) -> None:
        if next(passed) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return point


def in_child(
    data: Mapping[str, Any], home: Path, now: dt.datetime, plan: str = "", *, kill_after: float | None = None
) -> int:
    """Run one pass in a child and wait for it: its exit code, KILLED where it was killed.

    `plan` is "name:n" as in `INBOX_BOT_FAULT`, "*:n" for the n-th point of any name; `kill_after` seconds
    kills it from outside, wherever it is.
    """
    environment = {key: os.environ[key] for key in ("SSL_CERT_FILE",) if key in os.environ}
    child = FORKED.Process(target=run_pass, args=(dict(data), home, now, plan, environment))
    child.start()
    if kill_after is not None:
        child.join(kill_after)
        child.kill()
    child.join()
    assert child.exitcode is not None
    return child.exitcode
