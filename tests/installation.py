"""An installation on disk, as an office has it: a configuration file, a key, a database; and its commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from .office import SETTINGS
from .servers.accounts import Account
from .servers.smtp_sink import SmtpSink


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Installation:
    """`config/inbox-bot.toml` in a folder of its own, for the given servers; commands run as processes."""

    def __init__(
        self,
        home: Path,
        account: Account | None = None,
        sink: SmtpSink | None = None,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.home = home
        self.config = home / "config" / "inbox-bot.toml"
        data: dict[str, Any] = tomllib.loads(SETTINGS)
        data["election"]["poll_date"] = tomllib.loads("d = 2027-05-06")["d"]
        data["mailbox"] |= {"host": "127.0.0.1", "port": 9, "security": "plain"}
        data["smtp"] |= {"port": 9}
        if account is not None:
            security = next(iter(account.ports))
            data["mailbox"] |= {
                "port": account.ports[security],
                "security": security,
                "username": account.username,
                "password": account.password,
            }
            with account.client() as client:
                for folder in ("Sent", "Junk"):
                    client.create(folder)
        if sink is not None:
            data["smtp"]["port"] = sink.port
        for section, values in (overrides or {}).items():
            data.setdefault(section, {}).update(values)
        self.write(data)

    def write(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(tomli_w.dumps(data), encoding="utf-8")

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.home}/var/inbox-bot.db"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "inbox_bot", "--config", str(self.config), *arguments]

    def run(self, *arguments: str, **environment: str) -> Done:
        """One command in a process of its own, away from the checkout."""
        done = subprocess.run(
            self.command(*arguments),
            capture_output=True,
            cwd=self.home,
            env={**os.environ, **environment},
            timeout=300,
        )
        return Done(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    def start(self) -> Service:
        return Service(self)


class Service:
    """`inbox-bot run` as a child."""

    def __init__(self, installation: Installation) -> None:
        self.log = installation.home / "daemon.log"
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                installation.command("run"), stdout=output, stderr=output, cwd=installation.home
            )

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after the signal."""
        if self.child.poll() is None:
            self.child.send_signal(number)
        return self.child.wait(180)

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait(10)


def until(true: Callable[[], bool], what: str, seconds: float = 180) -> None:
    """Wait for something that another process does; the limit only ends a test that would hang."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what}")
        time.sleep(0.05)
