"""The preview of an anonymised entry: what the SPOC sees before anything is published, and may decide."""

from __future__ import annotations

from ..register.states import Publication
from ..render.views.button import Button
from ..render.views.publication import PreviewView, SpanView
from ..store import entries, timers
from ..store.tables import Draft, Entry
from . import comparing, notices, views
from .desk import Job
from .publishing import AUTO, public_documents, redacted


def preview(job: Job, entry: Entry, draft: Draft) -> None:
    """Send the anonymised entry to the SPOC with the buttons that decide about it.

    Also where the force answered: the website is the office's.
    """
    entries.set_publication(entry, Publication.AWAITING_APPROVAL)
    officer = job.settings.people.spoc if entry.owner == "force" else notices.owner(job, entry)
    automatic = job.settings.publication.approval == "unless_held" and draft.checked
    goes_out = None
    if automatic:
        day = job.desk.office_days.add(job.today, 1).due
        goes_out = day
        timers.set_timer(
            job.session,
            AUTO,
            f"{AUTO}:{entry.reference}:{draft.version}",
            job.desk.hours.opens(day),
            entry_id=entry.id,
            data={"version": draft.version},
        )
    view = PreviewView(
        entry=views.entry_view(
            job, entry, similar=comparing.similar_to(job, entry.information_sought, entry)
        ),
        title=entry.reference,
        sought=draft.sought,
        provided=draft.provided,
        spans=_span_views(job, entry, draft),
        doubts=doubts(job, entry, draft),
        documents=public_documents(job, entry),
        documents_left_out=tuple(
            (views.document(d), "not cleared for the website")
            for d in entries.documents(job.session, entry)
            if d.sha256 and not d.cleared
        ),
        goes_out_on=goes_out,
        approval_required=not automatic,
        text_version=str(draft.version),
        buttons=_buttons(job, entry, draft, officer.email),
    )
    job.post(
        "notice/preview",
        to=[officer.email],
        context={"preview": view},
        key=f"preview:{entry.reference}:{draft.version}",
        kind="preview",
        entry=entry,
    )


def _buttons(job: Job, entry: Entry, draft: Draft, officer: str) -> tuple[Button, ...]:
    reference, version = entry.reference, draft.version
    group = f"p:{reference}:{version}"
    buttons = []
    if draft.checked:
        buttons.append(
            job.button(
                "approve",
                f"Approve {reference}",
                officer,
                entry=entry,
                version=version,
                group=group,
                main=True,
            )
        )
    buttons += [
        job.button(
            "edit",
            f"Edit and approve {reference}",
            officer,
            entry=entry,
            version=version,
            group=group,
            body=f"Asked:\n{draft.sought}\n\nAnswered:\n{draft.provided}\n"[
                :1500
            ],  # mail clients cut long links
        ),
        job.button(
            "hold", f"Hold {reference}", officer, entry=entry, version=version, group=group, body="Reason: "
        ),
        job.button(
            "not_for_publication",
            f"Keep {reference} off the website",
            officer,
            entry=entry,
            version=version,
            group=group,
            body="Reason: ",
        ),
    ]
    if any(d.sha256 and not d.cleared for d in entries.documents(job.session, entry)):
        buttons.append(
            job.button(
                "clear_documents", f"Clear the documents of {reference} for the website", officer, entry=entry
            )
        )
    return tuple(buttons)


def _span_views(job: Job, entry: Entry, draft: Draft) -> tuple[SpanView, ...]:
    originals = {"sought": entry.information_sought, "provided": entry.information_provided}
    return tuple(
        SpanView(
            original=originals[s["where"]][s["start"] : s["end"]],
            replacement=s["replacement"],
            reason=s["reason"],
            where=s["where"],
        )
        for s in draft.spans
    )


def doubts(job: Job, entry: Entry, draft: Draft) -> tuple[str, ...]:
    """What the redaction was not sure of, for the officer's eye."""
    found = []
    for text in (entry.information_sought, entry.information_provided):
        result = redacted(job, entry, text)
        if not result.checked:
            found.append(result.why_unchecked)
        found += [f"“{suspect.text}”: {suspect.reason}" for suspect in result.residue]
    return tuple(dict.fromkeys(found))
