"""Invented values for every template: what `inbox-bot check` renders, and what a new template is tried with.

Each template of `templates/mail` has its contexts here, in the shapes that the steps pass. The people,
places and addresses do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from .views import (
    AcknowledgementView,
    Button,
    CommandReplyView,
    ConfirmationView,
    DateView,
    DecisionLine,
    DecisionView,
    DigestLine,
    DigestSection,
    DigestView,
    DocumentView,
    EntryView,
    FairnessLine,
    FloodView,
    NoticeItem,
    NoticeView,
    OfferView,
    PersonView,
    PhaseView,
    PreviewView,
    ReferralView,
    ReleaseView,
    ReminderItem,
    ReplyThroughView,
    SendView,
    SetAsideView,
    SilenceView,
    SimilarView,
    SpanView,
    UnmatchedView,
)

POLL = date(2027, 5, 6)
# A day in each phase of the invented poll of 6 May 2027 (notice 31 March, nominations 8 April).
PHASE_DAYS: Mapping[str, date] = {
    "before_notice": date(2027, 2, 10),
    "pre_election_period": date(2027, 4, 1),
    "after_close_of_nominations": date(2027, 4, 14),
    "polling_day": POLL,
    "after": date(2027, 5, 12),
}
_NOON = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
_DUE = date(2027, 4, 7)
_STATUTORY = date(2027, 4, 30)
_OFFER = OfferView(title="Budget and reserves 2026–27", url="https://wessmoor-pcc.example/election/budget")
_BUTTON = Button(
    action="approve",
    label="Approve WMR-0007",
    href="mailto:election@wessmoor-pcc.example?subject=approve%20WMR-0007%20%5Btoken%5D",
    main=True,
)
_OTHER = Button(
    action="hold", label="Hold WMR-0007", href="mailto:election@wessmoor-pcc.example?subject=hold%20WMR-0007"
)
_BUTTONS = (_BUTTON, _OTHER)
_DOCUMENT = DocumentView(
    reference="Ref 001", name="Questions – Ó Néill.pdf", url="https://wessmoor-pcc.example/d/1", size=20_480
)
_ALL_MATTERS = (
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
        reference="WMR-0007", category="public_enquiry", received_on=_NOON.date(), due_on=_DUE
    )
    for category in ("candidate_enquiry", "public_enquiry", "media"):
        plain = replace(
            base, category=category, publication="yes" if category == "candidate_enquiry" else "spoc"
        )
        yield category, plain
        yield (
            f"{category} with matters",
            replace(plain, matters=_ALL_MATTERS, offers=(_OFFER,), counts_as_candidate=True),
        )
        yield f"{category} without a date", replace(plain, due_on=None)
    complaint = replace(base, matters=("meeting", "briefing_event", "complaint"), publication="never")
    yield "public_enquiry with a complaint", complaint
    foi = replace(base, category="foi", publication="yes", due_on=_STATUTORY, statutory_due_on=_STATUTORY)
    yield "foi", foi
    yield "foi with an earlier target", replace(foi, due_on=_DUE)
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
                came_by_force=True,
                responsible_authority="undecided" if underlying == "foi" else "office",
                due_on=None if underlying == "foi" else _DUE,
                matters=("visit",) if underlying == "candidate_enquiry" else (),
                publication="yes" if underlying == "candidate_enquiry" else "spoc",
            ),
        )
    yield (
        "subject_access",
        replace(base, matters=("sar",), publication="never", due_on=_STATUTORY, statutory_due_on=_STATUTORY),
    )
    yield (
        "subject_access undecided",
        replace(base, matters=("sar",), publication="never", due_on=None, responsible_authority="undecided"),
    )
    yield "staff_confidential", replace(base, confidential=True, publication="never")
    yield "neutral", replace(base, needs_review=True, due_on=None, offers=(_OFFER,))


def entry() -> EntryView:
    """An entry with something in every field."""
    return EntryView(
        reference="WMR-0007",
        category="misdirected_force",
        underlying="foi",
        matters=("information", "visit"),
        publication_scope="spoc",
        responsible_authority="undecided",
        received_at=_NOON,
        received_by_force_on=date(2027, 3, 30),
        due_on=_DUE,
        statutory_due_on=_STATUTORY,
        deadline_explanation=("20 working days from 31 March", "2 April, Good Friday, not counted"),
        enquirer_name='Siân "Shan" Ó Néill, Dr',
        enquirer_email="sian@mail.example",
        enquirer_role="prospective_candidate",
        counts_as_candidate=True,
        subject="Budget <b>2026</b> & reserves",
        information_sought="Good morning,\n\nhow large are the reserves?\n<script>alert(1)</script>",
        information_provided="They are on page 4.",
        documents_sought=(_DOCUMENT,),
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
        offers=(_OFFER,),
        similar=(
            SimilarView(
                reference="WMR-0003",
                asked_on=_DUE,
                sought="How big are the reserves?",
                provided="See page 4.",
                difference="the year",
            ),
        ),
    )


def contexts() -> dict[str, tuple[Mapping[str, object], ...]]:
    """Template → the contexts to try it with, acknowledgements apart."""
    full, bare = entry(), EntryView(reference="WMR-0008", category="public_enquiry")
    phase = next(phase_views())
    preview = PreviewView(
        entry=full,
        title="Reserves",
        sought="[name] asked how large the reserves are.",
        provided="They are on page 4.",
        spans=(
            SpanView(
                original="Siân Ó Néill",
                replacement="[name]",
                reason="name of a person in the thread",
                where="sought",
            ),
        ),
        doubts=("“Rose” may be a name",),
        documents=(_DOCUMENT,),
        documents_left_out=((_DOCUMENT, "its text could not be checked"),),
        goes_out_on=_DUE,
        text_version="3f2a",
        buttons=_BUTTONS,
    )
    referral = ReferralView(
        entry=full,
        to=PersonView(title="Police Area Returning Officer", email="paro@wessmoor-council.example"),
        why="It is about the running of the election.",
        quoted="How do I register to vote?",
        sent_on=_NOON.date(),
        receipt="They acknowledged it on 2 April.",
        answer_by=_DUE,
        buttons=_BUTTONS,
    )
    bare_referral = ReferralView(
        entry=bare, to=PersonView(title="the force"), why="", passes_personal_data=False
    )
    send = SendView(
        kind="acknowledgement",
        reference="WMR-0007",
        to="sian@mail.example",
        queued_at=_NOON,
        tried_at=_NOON,
        tries=3,
        reply="550 5.1.1 no such user",
        buttons=_BUTTONS,
    )
    bare_send = SendView(kind="digest", reference="", to="ce@mail.example", queued_at=_NOON)
    reminders = tuple(
        ReminderItem(
            entry=full if days else bare,
            kind="overdue" if days < 0 else "before",
            working_days=days,
            buttons=_BUTTONS,
        )
        for days in (5, 1, 0, -1, -3)
    )
    digest = DigestView(
        day=_NOON.date(),
        since=_NOON - timedelta(days=1),
        until=_NOON,
        phase=phase,
        sections=(
            DigestSection(
                key="new",
                title="New",
                lines=(
                    DigestLine(
                        reference="WMR-0007",
                        text="Ada Quill: budget and reserves",
                        on=_DUE,
                        late=True,
                        button=_BUTTON,
                    ),
                    DigestLine(text="Two mails in Junk, neither acknowledged"),
                ),
            ),
            DigestSection(key="overdue", title="Overdue"),
            DigestSection(key="ahead", title="Dates ahead", note="None within a month."),
        ),
        received=5,
        outcomes=(("filed", 3), ("attached", 1), ("set_aside", 1)),
        fairness=(
            FairnessLine(
                name="Ada Quill",
                enquiries=2,
                answered=1,
                open=1,
                median_hours_to_answer=6.5,
                share_on_time=1.0,
                incumbent=True,
            ),
            FairnessLine(name="Ben Marsh", enquiries=0, answered=0, open=0),
        ),
        paused="Sending is paused since 9:00.",
        observe=True,
        audit_head="9f" * 32,
        version="0.1.0",
    )
    silence = SilenceView(
        last_poll=_NOON,
        noticed_at=_NOON,
        error="The server refused the log-in.",
        recovered_at=_NOON,
        fetched_since=3,
    )
    unmatched = UnmatchedView(
        sent_by="officer@mail.example",
        sent_to="x@mail.example",
        sent_at=_NOON,
        subject="Re: budget",
        text="Page 4.",
    )
    flood = FloodView(
        sender="x@mail.example",
        since=_NOON,
        received=50,
        acknowledged=5,
        held=45,
        cap=5,
        references=("WMR-0007",),
        buttons=_BUTTONS,
    )
    decision = DecisionView(
        entry=full,
        decider=PersonView(title="Chief Executive"),
        earlier=(
            DecisionLine(
                reference="WMR-0002",
                asked_by="Ben Marsh",
                decision="no",
                rationale="Nobody has had one.",
                by="Chief Executive",
                on=_DUE,
            ),
        ),
        buttons=_BUTTONS,
    )
    items = (
        NoticeItem(entry=full, acknowledged="held", buttons=_BUTTONS),
        NoticeItem(entry=bare, acknowledged="sent", buttons=()),
    )
    set_aside = SetAsideView(
        identifier="12",
        received_at=_NOON,
        folder="INBOX",
        reason="not readable after 3 tries",
        size=100,
        buttons=_BUTTONS,
    )
    release = ReleaseView(
        reference="WMR-0007",
        sought="Reserves?",
        provided="Page 4.",
        documents=(_DOCUMENT,),
        published_at="https://wessmoor-pcc.example/7",
    )
    return {
        "notice/new_entry": tuple({"item": item} for item in items),
        "notice/new_entries": ({"notice": NoticeView(items=items)}, {"notice": NoticeView(items=items[:1])}),
        "notice/emergency": ({"entry": full, "buttons": _BUTTONS}, {"entry": bare, "buttons": ()}),
        "notice/reminders": ({"items": reminders}, {"items": reminders[2:3]}),
        "notice/overdue": ({"items": reminders}, {"items": reminders[3:4]}),
        "notice/preview": (
            {"preview": preview},
            {
                "preview": PreviewView(
                    entry=bare, sought="", provided="", approval_required=False, goes_out_on=_DUE
                )
            },
        ),
        "notice/foi_copy": (
            {"preview": preview},
            {"preview": PreviewView(entry=bare, sought="", provided="")},
        ),
        "notice/decision": (
            {"decision": decision, "phase": phase},
            *(
                {"decision": replace(decision, entry=one, earlier=()), "phase": phase}
                for one in (
                    bare,
                    replace(full, underlying="candidate_enquiry", matters=_ALL_MATTERS),
                    replace(full, underlying="conduct_concern", matters=("photo_imagery", "complaint")),
                )
            ),
        ),
        "referral/outgoing": ({"referral": referral}, {"referral": bare_referral}),
        "referral/follow_up": ({"referral": referral}, {"referral": bare_referral}),
        "notice/referral_waiting": ({"referral": referral}, {"referral": bare_referral}),
        "notice/referral_silent": ({"referral": referral}, {"referral": bare_referral}),
        "notice/bounced": ({"send": send}, {"send": bare_send}),
        "notice/failed_send": ({"send": send}, {"send": bare_send}),
        "notice/unknown_send": ({"send": send}, {"send": bare_send}),
        "notice/held_acknowledgement": ({"entry": full, "buttons": _BUTTONS}, {"entry": bare, "buttons": ()}),
        "notice/unmatched": (
            {"unmatched": replace(unmatched, candidates=((full, _BUTTON), (bare, _OTHER)))},
            {"unmatched": unmatched},
        ),
        "notice/unseen_answer": ({"entry": full, "words": "Thank you for your reply.", "buttons": _BUTTONS},),
        "notice/command_reply": (
            {
                "reply": CommandReplyView(
                    done=True,
                    action="approve",
                    reference="WMR-0007",
                    changes=("approved",),
                    body="WMR-0007",
                    buttons=_BUTTONS,
                )
            },
            {"reply": CommandReplyView(done=False, action="approve", why_not="The link was used before.")},
        ),
        "notice/confirm": (
            {
                "confirmation": ConfirmationView(
                    action="approve",
                    reference="WMR-0007",
                    came_from="x@mail.example",
                    came_at=_NOON,
                    verdict="the server said none",
                    buttons=_BUTTONS,
                )
            },
        ),
        "notice/reply_through": (
            {
                "reply": ReplyThroughView(
                    entry=full, text="Page 4.", goes_at=_NOON, documents=(_DOCUMENT,), buttons=_BUTTONS
                )
            },
        ),
        "notice/register": ({"count": 12, "generated_at": _NOON}, {"count": 1, "generated_at": _NOON}),
        "notice/set_aside": ({"items": (set_aside,)},),
        "notice/flood": ({"flood": flood}, {"flood": replace(flood, sender="", references=())}),
        "notice/silence": ({"silence": silence}, {"silence": SilenceView(last_poll=None, noticed_at=_NOON)}),
        "notice/recovered": (
            {"silence": silence},
            {"silence": SilenceView(last_poll=None, noticed_at=_NOON)},
        ),
        "notice/recomputed": (
            {"why": "A bank holiday was added.", "changes": ("WMR-0007: 7 April → 8 April",)},
        ),
        "notice/digest": (
            {"digest": digest},
            {"digest": replace(digest, received=6, fairness=(), audit_head="", paused="")},
        ),
        "enquirer/telephone_note": (
            {"entry": full},
            {
                "entry": replace(
                    bare, method_of_contact="telephone", due_promise=_DUE, publication_scope="yes"
                )
            },
        ),
        "enquirer/equal_release": (
            {"release": release},
            {"release": ReleaseView(reference="WMR-0007", sought="a", provided="b")},
        ),
        "enquirer/answer": ({"words": "Page 4.\n\nPriya"},),
        "handout/force_response": ({},),
        "handout/social_media_response": ({},),
    }
