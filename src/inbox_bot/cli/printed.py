"""An entry as `register show` prints it for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .common import local, say

if TYPE_CHECKING:
    from ..casework.desk import Job
    from ..store.tables import Entry


def kind(entry: Entry) -> str:
    """The category in words, with that of the original where the force passed it on."""
    words = entry.category.value.replace("_", " ")
    return f"{words}: {entry.underlying.value.replace('_', ' ')}" if entry.underlying else words


def print_entry(job: Job, entry: Entry) -> None:
    """The whole entry: its facts, the words with their documents, dates, decisions, reasons and notes."""
    _facts(job, entry)
    _words(job, entry)
    _dates(job, entry)
    _decisions(job, entry)
    _reasons(entry)


def _facts(job: Job, entry: Entry) -> None:
    for label, value in (
        ("Reference", entry.reference),
        ("Category", kind(entry)),
        ("Matters", ", ".join(m.replace("_", " ") for m in entry.matters)),
        ("Status", entry.status.value.replace("_", " ")),
        ("Website", entry.publication.value.replace("_", " ")),
        ("Not published because", entry.not_published_reason),
        ("Contact", f"{entry.contact_name} <{entry.contact_email}>".strip()),
        ("Role", entry.contact_role.value.replace("_", " ")),
        ("Method of contact", entry.method.replace("_", " ")),
        ("Passed on by", entry.forwarded_by),
        ("Received", local(job, entry.received_at)),
        ("Received by the force", entry.received_by_force_on),
        ("Must answer", entry.responsible_authority.value),
        ("Acknowledged", local(job, entry.acknowledged_at)),
        ("Answered", local(job, entry.answered_at)),
        ("By", entry.officer + (" (assumed)" if entry.officer_assumed else "")),
        ("Assigned to", entry.assigned_to),
        ("Subject", entry.subject),
    ):
        if value not in ("", None):
            say(f"{label:<22}{value}")


def _words(job: Job, entry: Entry) -> None:
    from ..store import entries

    for heading, text, direction in (
        ("Information sought", entry.information_sought, "sought"),
        ("Information provided", entry.information_provided, "provided"),
    ):
        documents = entries.documents(job.session, entry, direction)
        if text or documents:
            say(f"\n{heading}\n")
            _indented(text)
            for document in documents:
                cleared = " (cleared for the website)" if document.cleared else ""
                say(f"    {document.ref}: {document.title}{cleared}")


def _dates(job: Job, entry: Entry) -> None:
    from ..store import timers

    if entry.due_working:
        say("\nDates")
        _indented(entry.due_working)
    for timer in timers.waiting(job.session, entry.id):
        say(f"    next {timer.kind}: {local(job, timer.due_at)}")


def _decisions(job: Job, entry: Entry) -> None:
    from ..store import entries

    decided = entries.decisions(job.session, entry)
    if decided:
        say("\nDecisions")
    for one in decided:
        risks = f" Risk mitigation: {one.risk_mitigation}" if one.risk_mitigation else ""
        say(f"    {local(job, one.at)}  {one.decision}, by {one.by}. {one.rationale}{risks}")


def _reasons(entry: Entry) -> None:
    if entry.evidence:
        doubt = ", needs review" if entry.needs_review else ""
        say(f"\nWhy this category ({entry.confidence:.0%}{doubt})")
    for hit in entry.evidence:
        seen = f": “{hit['text']}”" if hit.get("text") else ""
        say(f"    {hit['weight']:+g} {hit['rule']} ({hit['where']}){seen}")
    for note in entry.notes:
        say(f"Note                  {note}")


def _indented(text: str) -> None:
    say("\n".join(f"    {line}" for line in text.splitlines()))
