"""The fault-injection seam: silent in production, exact in tests."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inbox_bot import faults
from inbox_bot.errors import ConfigError

SOURCE = Path(faults.__file__).parent
PROGRAM = """
from inbox_bot import faults
for n in range(4):
    print(n, flush=True)
    try:
        faults.point("dispatch.claimed")
        faults.point("dispatch.after_data")
    except faults.InjectedFault as fault:
        print("raised", fault, flush=True)
"""


def run(plan: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, faults.VARIABLE: plan}
    return subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment)


def test_without_a_plan_every_point_is_passed() -> None:
    done = run("")
    assert (done.returncode, done.stdout.split()) == (0, ["0", "1", "2", "3"])


def test_the_nth_passing_kills_the_process_without_a_handler() -> None:
    done = run("dispatch.after_data:3")
    assert (done.returncode, done.stdout.split()) == (-signal.SIGKILL, ["0", "1", "2"])


def test_the_nth_passing_raises_once() -> None:
    done = run("dispatch.after_data:2:raise")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["0", "1", "raised dispatch.after_data", "2", "3"]


@pytest.mark.parametrize("plan", ["dispatch", "nowhere:1", "dispatch.claimed:0", "dispatch.claimed:1:cry"])
def test_a_wrong_plan_stops_the_start(plan: str) -> None:
    with pytest.raises(ConfigError, match="INBOX_BOT_FAULT"):
        faults.armed(plan)


def test_every_point_in_the_source_is_registered() -> None:
    used = set()
    for file in SOURCE.rglob("*.py"):
        used |= set(re.findall(r'faults\.point\("([^"]+)"\)', file.read_text(encoding="utf-8")))
    assert used <= set(faults.NAMES)
