"""Invented values for every mail but the acknowledgements: each template of `templates/mail` with contexts
in the shapes that the steps pass, with what may be missing left out as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from . import samples
from .views.button import Button
from .views.commands import CommandReplyView, ConfirmationView, ReplyThroughView
from .views.digest import DigestLine, DigestSection, DigestView, FairnessLine
from .views.entry import EntryView
from .views.notices import (
    DecisionLine,
    DecisionView,
    NoticeItem,
    NoticeView,
    ReferralView,
    ReminderItem,
    UnmatchedView,
)
from .views.office import PersonView
from .views.publication import PreviewView, ReleaseView, SpanView
from .views.trouble import FloodView, SendView, SetAsideView, SilenceView

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


def contexts() -> dict[str, tuple[Mapping[str, object], ...]]:
    """Template → the contexts to try it with, acknowledgements apart."""
    full, bare = samples.entry(), EntryView(reference="WMR-0008", category="public_enquiry")
    phase = next(samples.phase_views())
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
        documents=(samples.DOCUMENT,),
        documents_left_out=((samples.DOCUMENT, "its text could not be checked"),),
        goes_out_on=samples.DUE,
        text_version="3f2a",
        buttons=_BUTTONS,
    )
    referral = ReferralView(
        entry=full,
        to=PersonView(title="Police Area Returning Officer", email="paro@wessmoor-council.example"),
        why="It is about the running of the election.",
        quoted="How do I register to vote?",
        sent_on=samples.NOON.date(),
        receipt="They acknowledged it on 2 April.",
        answer_by=samples.DUE,
        buttons=_BUTTONS,
    )
    bare_referral = ReferralView(entry=bare, to=PersonView(title="force"), why="", passes_personal_data=False)
    send = SendView(
        kind="acknowledgement",
        reference="WMR-0007",
        to="sian@mail.example",
        queued_at=samples.NOON,
        tried_at=samples.NOON,
        tries=3,
        reply="550 5.1.1 no such user",
        buttons=_BUTTONS,
    )
    bare_send = SendView(kind="digest", reference="", to="ce@mail.example", queued_at=samples.NOON)
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
        day=samples.NOON.date(),
        since=samples.NOON - timedelta(days=1),
        until=samples.NOON,
        phase=phase,
        sections=(
            DigestSection(
                key="new",
                title="New",
                lines=(
                    DigestLine(
                        reference="WMR-0007",
                        text="Ada Quill: budget and reserves",
                        on=samples.DUE,
                        what="due",
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
        last_poll=samples.NOON,
        noticed_at=samples.NOON,
        error="The server refused the log-in.",
        recovered_at=samples.NOON,
        fetched_since=3,
    )
    unmatched = UnmatchedView(
        sent_by="officer@mail.example",
        sent_to="x@mail.example",
        sent_at=samples.NOON,
        subject="Re: budget",
        text="Page 4.",
    )
    flood = FloodView(
        sender="x@mail.example",
        since=samples.NOON,
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
                on=samples.DUE,
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
        received_at=samples.NOON,
        folder="INBOX",
        reason="not readable after 3 tries",
        size=100,
        buttons=_BUTTONS,
    )
    release = ReleaseView(
        reference="WMR-0007",
        sought="Reserves?",
        provided="Page 4.",
        documents=(samples.DOCUMENT,),
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
                    entry=bare, sought="", provided="", approval_required=False, goes_out_on=samples.DUE
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
                    replace(full, underlying="candidate_enquiry", matters=samples.ALL_MATTERS),
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
                    came_at=samples.NOON,
                    verdict="the server said none",
                    buttons=_BUTTONS,
                )
            },
        ),
        "notice/reply_through": (
            {
                "reply": ReplyThroughView(
                    entry=full,
                    text="Page 4.",
                    goes_at=samples.NOON,
                    documents=(samples.DOCUMENT,),
                    buttons=_BUTTONS,
                )
            },
        ),
        "notice/register": (
            {"count": 12, "generated_at": samples.NOON},
            {"count": 1, "generated_at": samples.NOON},
        ),
        "notice/set_aside": ({"items": (set_aside,)},),
        "notice/flood": ({"flood": flood}, {"flood": replace(flood, sender="", references=())}),
        "notice/silence": (
            {"silence": silence},
            {"silence": SilenceView(last_poll=None, noticed_at=samples.NOON)},
        ),
        "notice/recovered": (
            {"silence": silence},
            {"silence": SilenceView(last_poll=None, noticed_at=samples.NOON)},
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
                    bare, method_of_contact="telephone", due_promise=samples.DUE, publication_scope="yes"
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
