"""Reads one archived message in a process of its own: whether it is what kills the service.

A message in whose handling the service died several times is either the cause or was merely in hand when
the machine lost power. The child reads and classifies it as the service would and touches nothing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from . import child

SECONDS = 120
"""A message that takes longer to read is as bad as one that kills."""


def survives(message: Path) -> bool:
    """Whether a child lives through reading and classifying this .eml file.

    A child that ends in its own way, even with an error, was not killed by the message.
    """
    command = [sys.executable, "-m", "inbox_bot", "classify", str(message)]
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter and a path of our own archive
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=SECONDS, check=False, env=child.environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode >= 0
