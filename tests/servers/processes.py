"""Server processes on free ports in folders of their own, without root's rights."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class ServiceMissing(Exception):
    """The program is not installed; str() is one line naming what to install."""


def free_port() -> int:
    """A port that was free a moment ago. Servers that can bind port 0 themselves should."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_user() -> tuple[str, str]:
    """User and group that servers run as: ourselves, or nobody where we are root."""
    entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name


def private_folder(prefix: str) -> Path:
    """A temporary folder owned by `plain_user`, outside pytest's own, which other users cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"inbox-bot-{prefix}-"))
    give(folder)
    return folder


def give(path: Path) -> None:
    """Hands a file or folder to `plain_user`."""
    if os.geteuid() == 0:
        shutil.chown(path, *plain_user())


def as_plain_user() -> dict[str, object]:
    """Keyword arguments for subprocess that drop root's rights."""
    if os.geteuid() != 0:
        return {}
    user, group = plain_user()
    return {"user": user, "group": group, "extra_groups": []}


class Process:
    """A child that is ready once `ready()` is true, and is gone, with its children, after `stop()`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        ready: Callable[[], bool],
        log: Path,
        environment: Mapping[str, str] | None = None,
        seconds: float = 20,
        drop_rights: bool = True,
    ) -> None:
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/",
                start_new_session=True, env=environment, **(as_plain_user() if drop_rights else {}),
            )  # fmt: skip
        until = time.monotonic() + seconds
        while not ready():
            if self._child.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError(f"{command[0]} did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        return self._child.pid

    def stop(self, signal_: int = signal.SIGTERM) -> None:
        """Ends the child and whatever it started; safe to call twice."""
        if self._child.poll() is None:
            self._child.send_signal(signal_)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait(5)


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), 1):
            return True
    except OSError:
        return False
