"""PostgreSQL in a temporary folder, as a plain user, on a socket and a free port."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .processes import Process, ServiceMissing, as_plain_user, free_port, plain_user, private_folder


def programs() -> Path:
    """The folder with initdb and postgres of the newest version installed; ServiceMissing where none is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    inside = shutil.which("initdb")
    if inside:
        return Path(inside).resolve().parent
    raise ServiceMissing("PostgreSQL is missing: apt-get install postgresql")


class Postgres:
    """One server; `fresh()` makes an empty database and returns its SQLAlchemy URL."""

    def __init__(self) -> None:
        binaries = programs()
        self.folder = private_folder("postgres")
        self.user = plain_user()[0]
        self.port = free_port()
        self._count = 0
        data = self.folder / "data"
        subprocess.run(
            [str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-E", "UTF8", "--locale=C",
             "--no-sync", "-U", self.user],
            check=True, capture_output=True, cwd="/", **as_plain_user(),
        )  # fmt: skip
        self._process = Process(
            [str(binaries / "postgres"), "-D", str(data), "-p", str(self.port), "-k", str(self.folder),
             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off"],
            ready=self._ready, log=self.folder / "log",
        )  # fmt: skip

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{self.user}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """An empty database of its own for one test."""
        import psycopg  # only where PostgreSQL is there

        self._count += 1
        name = f"test_{self._count}"
        with psycopg.connect(self._dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def remove(self) -> None:
        self._process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user={self.user} dbname=postgres"

    def _ready(self) -> bool:
        import psycopg  # as above

        try:
            with psycopg.connect(self._dsn(), connect_timeout=1):
                return True
        except psycopg.OperationalError:
            return False
