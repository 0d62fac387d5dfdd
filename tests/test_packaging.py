"""The wheel by itself: built from this checkout, installed into an empty environment, run far from it."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from inbox_bot import resources

ROOT = resources.data_dir()
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="not run from a checkout"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (found,) = target.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def inbox_bot(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a new environment. Its libraries are borrowed from this one: no network is needed."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install", "--quiet",
         "--no-deps", "--no-index", "--ignore-installed", str(wheel)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "bin/inbox-bot"


def run(inbox_bot: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "INBOX_BOT", "COV_"))}
    return subprocess.run(
        [str(inbox_bot), *arguments], capture_output=True, text=True, cwd=folder, env=environment, timeout=300
    )


def test_the_wheel_carries_what_the_service_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "config", "migrations"):
        ours = {
            f"inbox_bot/_data/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert ours and ours <= names


def test_the_command_runs_far_from_the_checkout(inbox_bot: Path, tmp_path: Path) -> None:
    where = run(inbox_bot.parent / "python", tmp_path, "-c", "import inbox_bot; print(inbox_bot.__file__)")
    assert str(inbox_bot.parent.parent) in where.stdout  # the wheel's, not the checkout's
    assert run(inbox_bot, tmp_path, "--version").stdout.startswith("inbox-bot ")
    made = run(inbox_bot, tmp_path, "init", "office")
    assert (made.returncode, made.stderr) == (0, "")
    checked = run(inbox_bot, tmp_path / "office", "check")
    assert checked.returncode == 3, checked.stderr  # nobody serves mail on this machine's standard ports
    assert "templates:" in checked.stdout and "Nothing answers" in checked.stdout
    found = run(inbox_bot, tmp_path / "office", "status", "--json")
    assert found.returncode == 0, found.stderr
    again = run(inbox_bot, tmp_path, "init", "office")
    assert again.returncode == 0
    assert [line.split()[0] for line in again.stdout.splitlines()] == ["Kept"] * 5 + ["Next:"]


def test_as_a_module(inbox_bot: Path, tmp_path: Path) -> None:
    done = run(inbox_bot.parent / "python", tmp_path, "-m", "inbox_bot", "--version")
    assert done.returncode == 0 and done.stdout.startswith("inbox-bot ")
