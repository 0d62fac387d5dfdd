"""Commands run in this process, which is quick, with the exit code and the output of a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from inbox_bot.cli import main

from ..installation import Done, Installation

Cli = Callable[..., Done]


@pytest.fixture
def office(tmp_path: Path) -> Installation:
    """An installation whose mail servers are not there."""
    return Installation(tmp_path / "office")


@pytest.fixture
def cli(
    office: Installation, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cli]:
    """`cli("status", "--json")` on `office`, from its folder."""
    monkeypatch.chdir(office.home)

    def run(*arguments: str, config: Path | None = None) -> Done:
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["--config", str(config or office.config), *arguments])
        out, err = capsysbinary.readouterr()
        code = left.value.code
        assert isinstance(code, int)
        return Done(code=code, out=out.decode(errors="replace"), err=err.decode())

    yield run
    structlog.reset_defaults()


@pytest.fixture
def ready(cli: Cli) -> Cli:
    """The same, with a key and an empty database."""
    assert cli("db", "upgrade").code == 0
    return cli
