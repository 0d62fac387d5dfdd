"""The buttons under an entry's notice: what can be done about it, each with its law where it has one."""

from __future__ import annotations

from ..config.people import PersonSetting
from ..register.states import Status
from ..render.views.button import Button
from ..store.tables import Entry
from ..triage.model import Category
from . import acknowledging, clock, views
from .desk import Job

RECLASSIFY_TO = (
    Category.CANDIDATE_ENQUIRY,
    Category.FOI,
    Category.MEDIA,
    Category.PUBLIC_ENQUIRY,
    Category.ELECTORAL_PROCESS,
    Category.CONDUCT_CONCERN,
    Category.POLICING_MATTER,
)
ASSIGN_TO = 4  # officers offered by button; by plain words any


def entry_buttons(job: Job, entry: Entry, officer: PersonSetting) -> tuple[Button, ...]:
    """What can be done about an entry from its notice."""
    reference = entry.reference
    buttons: list[Button] = []
    if entry.contact_email and entry.status is not Status.CLOSED:
        buttons.append(
            job.button("answer", f"Answer the enquirer of {reference}", officer, entry=entry, main=True)
        )
    for row in acknowledging.held_for(job, entry):
        buttons.append(
            job.button(
                "release",
                f"Release the acknowledgement of {reference}",
                officer,
                entry=entry,
                outbox_id=row.id,
            )
        )
    buttons += [
        job.button("reclassify", f"Reclassify {reference} to {words}", officer, entry=entry, argument=code)
        for code, words in _reclassify_to(entry).items()
    ]
    if views.scope(job, entry) == "spoc":
        buttons.append(
            job.button("publish", f"Publish {reference} when it is answered", officer, entry=entry)
        )
    if views.scope(job, entry) != "never":
        buttons.append(
            job.button(
                "not_for_publication",
                f"Keep {reference} off the website",
                officer,
                entry=entry,
                body="Reason: ",
            )
        )
    buttons += _clock_buttons(job, entry, officer)
    buttons += [
        job.button("assign", f"Assign {reference} to {address}", officer, entry=entry, argument=address)
        for address in sorted(job.settings.people.officer_addresses - {officer.email})[:ASSIGN_TO]
    ]
    buttons.append(
        job.button("close", f"Close {reference} without an answer", officer, entry=entry, body="Reason: ")
    )
    return tuple(buttons)


def _reclassify_to(entry: Entry) -> dict[str, str]:
    """What an entry may be instead of what it is, in words; of a request also by which of the two laws."""
    kind = entry.underlying or entry.category
    choices = {c.value: c.value.replace("_", " ") for c in RECLASSIFY_TO}
    now = kind.value
    if kind is Category.FOI:
        choices["environmental"] = "environmental information"
        now = "environmental" if entry.clock.get("environmental") else now
    return {code: words for code, words in choices.items() if code != now}


def _clock_buttons(job: Job, entry: Entry, officer: PersonSetting) -> list[Button]:
    """What may stop or lengthen an entry's time, each with its law; and whose it is to answer."""
    reference = entry.reference
    buttons = [
        job.button(
            "extend", f"Extend {reference}: {words}", officer, entry=entry, argument=ground,
            body="Until: " if ground == "public_interest" else "",
        )
        for ground, words in _grounds(job, entry).items()
    ]  # fmt: skip
    if entry.category is Category.MISDIRECTED_FORCE and clock.compute(job.desk, entry).statutory is not None:
        buttons += [
            job.button(
                "authority", f"Authority for {reference}: the {who}", officer, entry=entry, argument=who,
                group=f"a:{reference}",
            )
            for who in ("office", "force")
        ]  # fmt: skip
    return buttons


def _grounds(job: Job, entry: Entry) -> dict[str, str]:
    """Ground → words, of the clock that runs on the entry or stands still at present."""
    statutory = clock.compute(job.desk, entry).statutory
    law = statutory.clock if statutory is not None else ""
    if law == "internal_review":
        return {}
    marks = entry.clock
    grounds: dict[str, str] = {}
    if marks.get("clarification_sought_on") and not marks.get("clarification_received_on"):
        grounds["clarified"] = "the clarification came"
    else:
        source = {"foia": " (FOIA s.1(3))", "eir": " (EIR reg. 9)", "subject_access": " (UK GDPR art. 12A)"}
        grounds["clarification"] = f"clarification was sought{source.get(law, '')}"
    if law in ("foia", "eir"):
        if marks.get("fees_notice_on") and not marks.get("fees_paid_on"):
            grounds["paid"] = "the fee was paid"
        else:
            grounds["fees"] = f"a fees notice was given ({'FOIA s.9' if law == 'foia' else 'EIR reg. 8'})"
    if law == "foia":
        grounds["public_interest"] = "public interest test (FOIA s.10(3))"
    elif law in ("eir", "subject_access"):
        grounds["complex"] = (
            f"the request is complex ({'EIR reg. 7' if law == 'eir' else 'UK GDPR art. 12A'})"
        )
    return grounds
