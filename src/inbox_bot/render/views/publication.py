"""What goes to the website and to every candidate, and the preview that is approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .button import Button
from .entry import DocumentView, EntryView


@dataclass(frozen=True, kw_only=True)
class SpanView:
    """One thing that redaction took out of a text."""

    original: str  # outside: shown to the officer only
    replacement: str  # trusted: "[name]"
    reason: str  # trusted
    where: str = ""  # trusted: "sought", "provided", a document's reference


@dataclass(frozen=True, kw_only=True)
class PreviewView:
    """What would be published, for the officer's approval."""

    entry: EntryView
    title: str = ""  # outside, redacted
    sought: str  # outside, redacted
    provided: str  # outside, redacted
    spans: tuple[SpanView, ...] = ()
    doubts: tuple[str, ...] = ()  # trusted: what the redaction could not be sure of
    documents: tuple[DocumentView, ...] = ()  # to be published with it
    documents_left_out: tuple[tuple[DocumentView, str], ...] = ()  # (document, trusted reason)
    goes_out_on: date | None = None  # trusted: if approved, or if not held where approval = "unless_held"
    approval_required: bool = True  # trusted
    text_version: str = ""  # trusted: what the buttons approve; a later change makes them void
    buttons: tuple[Button, ...] = ()

    @property
    def removed(self) -> tuple[tuple[str, int], ...]:
        """(reason, how many), most frequent first."""
        counts: dict[str, int] = {}
        for span in self.spans:
            counts[span.reason] = counts.get(span.reason, 0) + 1
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, kw_only=True)
class ReleaseView:
    """What one candidate was told, told to every candidate at once (R20)."""

    reference: str  # trusted
    sought: str  # outside, redacted and approved
    provided: str  # outside, redacted and approved
    documents: tuple[DocumentView, ...] = ()
    published_at: str = ""  # trusted: the entry's page
