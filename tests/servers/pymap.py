"""pymap in a process of its own: a second IMAP server, so that nothing leans on Dovecot's habits."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from .accounts import Account
from .processes import Process, answers, free_port, private_folder

PASSWORD = "correct-horse-battery"


class Pymap:
    """An empty in-memory mailbox of one user, in the clear on loopback."""

    def __init__(self, username: str = "election@wessmoor-pcc.example") -> None:
        self.folder = private_folder("pymap")
        self.port = free_port()
        self._username = username
        program = Path(sys.executable).parent / "pymap"
        # pymap reads its modules as whoever runs it, so it is not given to the plain user:
        # a checkout below /root would be closed to that one.
        self._process = Process(
            [
                str(program), "--host", "127.0.0.1", "--port", str(self.port), "--no-tls",
                "--no-service", "admin", "dict", "--demo-user", username, "--demo-password", PASSWORD,
            ],
            ready=lambda: answers(self.port),
            log=self.folder / "pymap.log",
            drop_rights=False,
        )  # fmt: skip

    def account(self) -> Account:
        return Account(username=self._username, password=PASSWORD, ports={"plain": self.port})

    def remove(self) -> None:
        self._process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
