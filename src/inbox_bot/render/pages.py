"""Published entries → the election page, swapped in whole.

The site is built beside its target, flushed to disk and put in place by one rename, so that a
reader never meets half of it. What was not checked stops the build, what is not cleared is neither
named nor copied, and a withdrawn entry keeps its address and loses its content (R19). The same
input gives the same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..errors import ConfigError, NotAllowed, StorageError, TemplateError
from ..register.export import PUBLIC_COLUMNS, public_row, rows_to_csv, rows_to_json
from ..transport.delivery import swap_in
from .site import PublishedDocument, PublishedEntry, SiteContext
from .words import day as in_words
from .words import unwrapped

_REFERENCE = re.compile(r"[A-Z][A-Z0-9]{0,11}-\d{1,8}")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|[\w./-]+$)")
# Groups of roles: fine enough for equal access to be seen, too coarse to point at anyone.
_CANDIDATES = frozenset({"candidate", "prospective_candidate", "agent_or_representative"})


@dataclass(frozen=True, kw_only=True)
class SiteReport:
    """`withheld`: documents not shown because nobody cleared them, as "WMR-0007 Ref 001"."""

    target: Path
    files: tuple[str, ...]
    entries: int
    withdrawn: int
    withheld: tuple[str, ...]


def build_site(
    entries: Sequence[PublishedEntry],
    *,
    site: SiteContext,
    template_dirs: Sequence[Path],
    target: Path,
    now: datetime,
) -> SiteReport:
    """Write the whole site to `target`. `template_dirs` hold `site/`, the office's own before the shipped.

    NotAllowed for an entry whose redaction was not checked; TemplateError; StorageError.
    """
    _insist(entries)
    folders = [folder / "site" for folder in template_dirs if (folder / "site").is_dir()]
    words = _words(folders, site.language)
    shown = sorted(entries, key=lambda one: (one.date_of_contact, _number(one.reference)), reverse=True)
    files: dict[str, str | Path] = {}
    pages = {entry.reference for entry in entries}
    views = [_view(entry, words, files, pages) for entry in shown]
    render = _renderer(folders, site, words, now)
    files["index.html"] = render("index.html.j2", {"entries": views, "root": ""})
    for view in views:
        files[view["page"]] = render("entry.html.j2", {"entry": view, "root": "../"})
    rows = [view["row"] for view in views]
    files["register.csv"] = "\ufeff" + rows_to_csv(PUBLIC_COLUMNS, rows)  # the mark makes Excel read UTF-8
    files["register.json"] = rows_to_json(rows)
    if site.calendar:
        files["key-dates.ics"] = site.calendar
    for folder in reversed(folders):
        for path in sorted((folder / "static").rglob("*")):
            if path.is_file():
                files[f"static/{path.relative_to(folder / 'static').as_posix()}"] = path
    try:
        _write(files, target)
    except OSError as error:
        raise StorageError(
            f"The site could not be written to {target}: {error.strerror or error}."
        ) from error
    return SiteReport(
        target=target,
        files=tuple(sorted(files)),
        entries=len(entries),
        withdrawn=sum(entry.withdrawn_on is not None for entry in entries),
        withheld=tuple(
            f"{entry.reference} {document.ref}"
            for entry in entries
            if entry.withdrawn_on is None
            for document in entry.documents
            if not document.cleared
        ),
    )


def page_of(reference: str) -> str:
    """ "WMR-0007" → "entries/WMR-0007.html"; links of mails use it too."""
    return f"entries/{reference}.html"


def _insist(entries: Sequence[PublishedEntry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if not _REFERENCE.fullmatch(entry.reference) or entry.reference in seen:
            raise ConfigError(f"{entry.reference!r} is not a reference of its own.")
        seen.add(entry.reference)
        if not entry.checked and entry.withdrawn_on is None:
            raise NotAllowed(f"{entry.reference}: the redaction was not checked, so it cannot be published.")


def _number(reference: str) -> int:
    return int(reference.rpartition("-")[2])


def _words(folders: Sequence[Path], language: str) -> dict[str, Any]:
    """Labels of one language: the shipped words, an office's own laid over them."""
    words: dict[str, Any] = {}
    for folder in reversed(folders):
        file = folder / "words.toml"
        if not file.is_file():
            continue
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file}: {error}") from error
        for name in ("en", language):  # English where a translation is missing
            for key, value in tables.get(name, {}).items():
                words[key] = {**words.get(key, {}), **value} if isinstance(value, dict) else value
    return words


def _renderer(folders: Sequence[Path], site: SiteContext, words: Mapping[str, Any], now: datetime) -> Any:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = lambda value: in_words(value, site.language)
    environment.filters["paragraphs"] = lambda text: [
        part.strip() for part in re.split(r"\n\s*\n", unwrapped(text)) if part.strip()
    ]
    environment.filters["link"] = lambda href: href if _SAFE_LINK.match(href) else "#"
    environment.filters["size"] = _size
    around = {"site": site, "words": words, "today": now.date(), "lang": site.language}

    def render(name: str, context: Mapping[str, Any]) -> str:
        try:
            return environment.get_template(name).render({**around, **context})
        except (JinjaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            line = getattr(error, "lineno", None)
            raise TemplateError(f"Template site/{name}{f', line {line}' if line else ''}: {error}") from error

    return render


def _view(
    entry: PublishedEntry, words: Mapping[str, Any], files: dict[str, str | Path], pages: Set[str]
) -> dict[str, Any]:
    """An entry as its page and its row show it; its cleared documents are added to `files`."""
    gone = entry.withdrawn_on is not None
    documents = [] if gone else [_document(entry.reference, one, files) for one in entry.documents]
    added = entry.date_added_to_website
    website = added.isoformat() if added else f"N/A: {entry.not_added_reason}".rstrip(": ")
    row = public_row(
        reference=entry.reference,
        date_of_contact=entry.date_of_contact.isoformat(),
        contact=words["contacts"]["candidate" if entry.role in _CANDIDATES else "public"],
        officer="" if gone else entry.officer,
        method_of_contact="" if gone else words["methods"].get(entry.method, entry.method),
        information_sought=words["withdrawn"] if gone else entry.information_sought,
        sought_refs=[] if gone else entry.sought_refs,
        information_provided="" if gone else entry.information_provided,
        provided_refs=[] if gone else entry.provided_refs,
        date_added_to_register=entry.date_added_to_register.isoformat()
        if entry.date_added_to_register
        else "",
        date_added_to_website=website,
    )
    return {
        "row": row,
        "page": page_of(entry.reference),
        "entry": entry,
        "gone": gone,
        "category": words["categories"].get(entry.category, words["categories"]["other"]),
        "summary": "" if gone else _summary(entry.information_sought),
        "documents": documents,
        "follows": page_of(entry.follows)
        if entry.follows in pages
        else "",  # no hint at what is not published
    }


def _document(reference: str, document: PublishedDocument, files: dict[str, str | Path]) -> dict[str, Any]:
    if not document.cleared:
        return {"ref": document.ref, "cleared": False}
    href, size = document.href, document.size
    if document.source is not None:
        slug = re.sub(r"[^A-Za-z0-9]+", "-", document.ref).strip("-").lower()
        ending = re.search(r"\.[A-Za-z0-9]{1,5}$", document.title)
        path = f"documents/{reference}-{slug}{ending[0].lower() if ending else ''}"
        if path in files:
            raise ConfigError(f"{reference} has two documents called {document.ref}.")
        files[path] = document.source
        href = f"../{path}"
        size = document.source.stat().st_size if document.source.is_file() else document.size
    return {"ref": document.ref, "cleared": True, "title": document.title, "href": href, "size": size}


def _summary(text: str, limit: int = 160) -> str:
    """The first words, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


def _size(octets: int) -> str:
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} kB"
    return f"{octets / 1_000_000:.1f} MB"


def _write(files: Mapping[str, str | Path], target: Path) -> None:
    """All files into a folder beside `target`, each flushed to disk, then the swap."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        built = staging / "site"
        for name, content in sorted(files.items()):
            path = built / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.read_bytes() if isinstance(content, Path) else content.encode()
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        swap_in(built, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
