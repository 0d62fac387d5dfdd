"""The text kit's drawing: lists, two-column facts, tables and quotations within `words.WIDTH` columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from .words import WIDTH, wrap

BEGIN, END = "\x1e", "\x1f"  # RS and US frame a finished block; outside text cannot hold them


def boxed(text: str) -> str:
    """A finished block: its line ends and spaces are meant."""
    return f"{BEGIN}{text}{END}" if text.strip() else ""


def heading(title: str) -> str:
    """A title with a line below it."""
    return f"{title}\n{'-' * min(len(title), WIDTH)}"


def bullets(items: Iterable[object]) -> str:
    """One item a line, hanging indent."""
    return "\n".join(wrap(str(item), first="- ", rest="  ") for item in items)


def columns(pairs: Iterable[tuple[str, object]]) -> str:
    """Label and value; empty values are left out; long values hang below their beginning."""
    shown = [(f"{label}:", str(value)) for label, value in pairs if value]
    width = max((len(label) for label, _ in shown), default=0) + 2
    lines = []
    for label, value in shown:
        parts = [
            wrap(line, rest=" " * width, first=" " * width) for line in value.split("\n") if line.strip()
        ]
        lines.append(label.ljust(width) + "\n".join(parts).lstrip())
    return "\n".join(lines)


def grid(rows: Iterable[Sequence[object]], head: Sequence[str]) -> str:
    """A small table; the first column takes what width is left and is cut."""
    table = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    widths[0] = max(min(widths[0], WIDTH - sum(widths[1:]) - 2 * (len(head) - 1)), 8)
    return "\n".join(
        "  ".join(
            textwrap.shorten(c, w, placeholder="…").ljust(w) for c, w in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    )


def quoted(text: str) -> str:
    """Somebody's own lines, marked as theirs by a bar."""
    lines = (textwrap.wrap(line, WIDTH - 2, break_long_words=False) or [""] for line in text.split("\n"))
    return "\n".join(f"| {line}".rstrip() for wrapped in lines for line in wrapped)
