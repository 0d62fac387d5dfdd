"""Invented values for every acknowledgement, in every phase: what `inbox-bot check` renders.

The people, places and addresses do not exist. The other mails' are in `sample_notices`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from .views.entry import AcknowledgementView, DocumentView, EntryView, OfferView, SimilarView
from .views.office import DateView, PhaseView

POLL = date(2027, 5, 6)
# A day in each phase of the invented poll of 6 May 2027 (notice 31 March, nominations 8 April).
PHASE_DAYS: Mapping[str, date] = {
    "before_notice": date(2027, 2, 10),
    "pre_election_period": date(2027, 4, 1),
    "after_close_of_nominations": date(2027, 4, 14),
    "polling_day": POLL,
    "after": date(2027, 5, 12),
}
SET_DAY = date(2027, 4, 10)  # between two of them: an event that lies ahead, and one that is past
NOON = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
DUE = date(2027, 4, 7)
STATUTORY = date(2027, 4, 30)
OFFER = OfferView(title="Budget and reserves 2026–27", url="https://wessmoor-pcc.example/election/budget")
DOCUMENT = DocumentView(
    reference="Ref 001", name="Questions – Ó Néill.pdf", url="https://wessmoor-pcc.example/d/1", size=20_480
)
ALL_MATTERS = (
    "visit",
    "meeting",
    "briefing_event",
    "photo_imagery",
    "hustings",
    "interview",
    "press_statement",
    "already_published",
)


def phase_views() -> Iterator[PhaseView]:
    """One view a phase, with and without the office's own events."""
    for phase, today in PHASE_DAYS.items():
        yield PhaseView(
            phase=phase,
            today=today,
            poll_date=POLL,
            pre_election_start=date(2027, 3, 31),
            close_of_nominations=date(2027, 4, 8),
            dates=(DateView(label="Poll", on=POLL, source="set by the office"),),
            events=(DateView(label="Joint briefing", on=date(2027, 4, 19), at=time(18), place="County Hall"),)
            if phase == "pre_election_period"
            else (),
        )


def acknowledgements() -> Iterator[tuple[str, AcknowledgementView]]:
    """(label, view) for every template and every branch in it."""
    base = AcknowledgementView(
        reference="WMR-0007", category="public_enquiry", received_on=NOON.date(), due_on=DUE
    )
    for category in ("candidate_enquiry", "public_enquiry", "media"):
        plain = replace(
            base, category=category, publication="yes" if category == "candidate_enquiry" else "spoc"
        )
        yield category, plain
        yield (
            f"{category} with matters",
            replace(plain, matters=ALL_MATTERS, offers=(OFFER,), counts_as_candidate=True),
        )
        yield f"{category} without a date", replace(plain, due_on=None)
    complaint = replace(base, matters=("meeting", "briefing_event", "complaint"), publication="never")
    yield "public_enquiry with a complaint", complaint
    foi = replace(base, category="foi", publication="yes", due_on=STATUTORY, statutory_due_on=STATUTORY)
    yield "foi", foi
    yield "foi with an earlier target", replace(foi, due_on=DUE)
    yield "foi internal review", replace(foi, matters=("internal_review",), publication="spoc")
    yield "foi undecided", replace(foi, due_on=None, responsible_authority="undecided", publication="spoc")
    yield "foi of the force", replace(foi, due_on=None, responsible_authority="force", publication="spoc")
    for category in ("electoral_process", "conduct_concern", "policing_matter"):
        yield category, replace(base, category=category, publication="never", due_on=None)
    yield (
        "conduct_concern with imagery",
        replace(base, category="conduct_concern", matters=("photo_imagery",), publication="never"),
    )
    yield (
        "policing_matter emergency",
        replace(base, category="policing_matter", publication="never", emergency=True),
    )
    for underlying in (
        "candidate_enquiry",
        "foi",
        "media",
        "public_enquiry",
        "electoral_process",
        "conduct_concern",
        "policing_matter",
        None,
    ):
        yield (
            f"misdirected_force {underlying}",
            replace(
                base,
                category="misdirected_force",
                underlying=underlying,
                responsible_authority="undecided" if underlying == "foi" else "office",
                due_on=None if underlying == "foi" else DUE,
                matters=("visit",) if underlying == "candidate_enquiry" else (),
                publication="yes" if underlying == "candidate_enquiry" else "spoc",
            ),
        )
    yield (
        "subject_access",
        replace(base, matters=("sar",), publication="never", due_on=STATUTORY, statutory_due_on=STATUTORY),
    )
    yield (
        "subject_access undecided",
        replace(base, matters=("sar",), publication="never", due_on=None, responsible_authority="undecided"),
    )
    yield "staff_confidential", replace(base, confidential=True, publication="never")
    yield "neutral", replace(base, needs_review=True, due_on=None, offers=(OFFER,))


def entry() -> EntryView:
    """An entry with something in every field."""
    return EntryView(
        reference="WMR-0007",
        category="misdirected_force",
        underlying="foi",
        matters=("information", "visit"),
        publication_scope="spoc",
        responsible_authority="undecided",
        received_at=NOON,
        received_by_force_on=date(2027, 3, 30),
        due_on=DUE,
        statutory_due_on=STATUTORY,
        deadline_explanation=("20 working days from 31 March", "2 April, Good Friday, not counted"),
        enquirer_name='Siân "Shan" Ó Néill, Dr',
        enquirer_email="sian@mail.example",
        enquirer_role="prospective_candidate",
        counts_as_candidate=True,
        subject="Budget <b>2026</b> & reserves",
        information_sought="Good morning,\n\nhow large are the reserves?\n<script>alert(1)</script>",
        information_provided="They are on page 4.",
        documents_sought=(DOCUMENT,),
        officer="Priya Ravenscroft",
        follows="WMR-0003",
        forwarded_by="desk@wessmoor.police.example",
        evidence=("names the Act: “under the FOI Act”",),
        confidence=0.61,
        needs_review=True,
        emergency=True,
        held_reasons=("the sender's server said: fail",),
        foi_missing=("an address for correspondence",),
        journalist_deadline="5 pm",
        decider="chief_executive",
        offers=(OFFER,),
        similar=(
            SimilarView(
                reference="WMR-0003",
                asked_on=DUE,
                sought="How big are the reserves?",
                provided="See page 4.",
                difference="the year",
            ),
        ),
    )
