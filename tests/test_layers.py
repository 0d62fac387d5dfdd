"""Imports go downward only: a module may import from its own floor and from those below, never up."""

from __future__ import annotations

import ast
from pathlib import Path

import inbox_bot

PACKAGE = Path(inbox_bot.__file__).parent
# The floors of the README's picture, lowest first. A module is on the floor of its longest matching prefix.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"", "errors", "resources", "faults", "protocol"}),
    frozenset({"config"}),
    frozenset({"message", "calendar", "register", "triage"}),
    frozenset({"store"}),
    frozenset({"transport", "render", "sources"}),
    frozenset({"casework"}),
    frozenset({"steps"}),
    frozenset({"bootstrap"}),
    frozenset({"pipeline"}),
    frozenset({"daemon", "demo", "upkeep", "checks", "installation", "metrics", "reconciliation"}),
    frozenset({"cli", "__main__"}),
)
# Sideways on one floor is fine inside a package; between steps it is not.
APART = frozenset({"steps"})


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        if "_data" in path.parts:
            continue
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(p for p in parts if p != "__init__")] = path
    return found


def floor(module: str) -> int:
    top = module.split(".")[0]
    for number, names in enumerate(FLOORS):
        if top in names:
            return number
    raise AssertionError(f"{module} stands on no floor: add it to FLOORS and to the README's picture")


def imports(module: str, path: Path) -> set[str]:
    """Modules of the package that this one imports, wherever in the file."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    package = [p for p in package if p]
    known = set(modules())
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level + 1]
            elif (node.module or "").split(".")[0] == "inbox_bot":
                base = []
            else:
                continue
            rest = (node.module or "").removeprefix("inbox_bot").strip(".")
            stem = ".".join([*base, *([rest] if rest else [])])
            for alias in node.names:
                full = f"{stem}.{alias.name}".strip(".")
                found.add(full if full in known else stem)
        elif isinstance(node, ast.Import):
            found |= {
                a.name.removeprefix("inbox_bot").strip(".")
                for a in node.names
                if a.name.split(".")[0] == "inbox_bot"
            }
    return found - {module}


def test_every_arrow_points_down() -> None:
    upward = [
        f"{module} imports {other}"
        for module, path in modules().items()
        for other in imports(module, path)
        if floor(other) > floor(module)
    ]
    assert upward == []


def test_no_step_imports_another() -> None:
    sideways = [
        f"{module} imports {other}"
        for module, path in modules().items()
        for other in imports(module, path)
        if module.split(".")[0] in APART and other.split(".")[0] == module.split(".")[0] and "." in other
    ]
    assert sideways == []


def test_no_circles() -> None:
    graph = {module: imports(module, path) for module, path in modules().items()}
    done: set[str] = set()
    circles: list[str] = []

    def walk(module: str, trail: tuple[str, ...]) -> None:
        if module in trail:
            circles.append(" → ".join((*trail[trail.index(module) :], module)))
        elif module not in done:
            for other in sorted(graph.get(module, ())):
                if other != "":
                    walk(other, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        walk(module, ())
    assert circles == []


def test_pure_floors_do_no_io() -> None:
    """L1 gets bytes and values: no sockets, database or clock. Only triage reads files: its rules."""
    forbidden = {
        "socket",
        "sqlite3",
        "sqlalchemy",
        "sqlmodel",
        "aiosmtplib",
        "imap_tools",
        "requests",
        "urllib.request",
    }
    guilty = []
    for module, path in modules().items():
        if module.split(".")[0] not in {"message", "calendar", "register", "triage"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            guilty += [
                f"{module} imports {n}" for n in names if n in forbidden or n.split(".")[0] in forbidden
            ]
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "datetime.now",
                "dt.datetime.now",
                "date.today",
                "time.time",
            }:
                guilty.append(f"{module} asks the clock")
    assert guilty == []
