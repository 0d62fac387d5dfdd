"""The demo's story as data: six simulated working days at the election inbox of Harrowdale, an invented area.

Which sample mail arrives when and in which folder, what should become of it, when the officer approves
an entry, and at which moments the service makes a pass. The mails are in `mails/`, named as here; what
they need to know of the service's own mail stands in them as @@REF:name@@ (an entry's reference),
@@ACK:name@@ (the Message-ID of its acknowledgement) or @@APPROVE:name@@ (the subject that the Approve
button of its preview makes).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ..register.states import Outcome, Publication, Status
from ..triage.model import Category as C

LONDON = ZoneInfo("Europe/London")


def _at(march: int, time: str) -> dt.datetime:
    """A moment of March 2027, local time."""
    return dt.datetime.combine(dt.date(2027, 3, march), dt.time.fromisoformat(time), tzinfo=LONDON)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A mail that comes to the mailbox, and what a careful officer would want to become of it."""

    at: dt.datetime
    mail: str  # file in mails/, without .eml
    outcome: Outcome | None  # None: from before the service began, so none of its business
    category: C | None = None  # None: not asked about
    acknowledged: str = ""  # the one address that gets an acknowledgement
    folder: str = "INBOX"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the officer does at the command line about the entry that a mail opened."""

    at: dt.datetime
    mail: str
    action: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class End:
    """How an entry should stand when the story is over."""

    mail: str
    status: Status
    publication: Publication | None = None  # None: not asked about
    provided: str = ""  # words of the officer's answer that the register must hold


def _enquiry(march: int, time: str, mail: str, category: C, to: str) -> Delivery:
    at = _at(march, time)
    return Delivery(at=at, mail=mail, outcome=Outcome.FILED, category=category, acknowledged=to)


def _other(march: int, time: str, mail: str, outcome: Outcome, folder: str = "INBOX") -> Delivery:
    return Delivery(at=_at(march, time), mail=mail, outcome=outcome, folder=folder)


FORCE = "harrowdale.police.example"
CONSTANCE = "constance.aldgate@post.example"
BEGIN = _at(8, "08:00")

DELIVERIES = (
    Delivery(at=_at(5, "16:20"), mail="before-the-start", outcome=None),
    # Monday 8 March
    _enquiry(8, "08:41", "candidate-reserves", C.CANDIDATE_ENQUIRY, "r.kettlewell@post.example"),
    _enquiry(8, "09:05", "candidate-meeting-html-only", C.CANDIDATE_ENQUIRY, "bronagh@civicunion.example"),
    _enquiry(8, "10:12", "candidate-welsh", C.CANDIDATE_ENQUIRY, "meilir.cadwgan@llythyr.example"),
    _enquiry(8, "10:30", "foi-platform", C.FOI, "request-90417-3cd18f2a@openrequests.example"),
    _enquiry(8, "11:50", "force-forwards-candidate", C.MISDIRECTED_FORCE, "lionel.stavely@post.example"),
    _enquiry(8, "12:20", "journalist-deadline", C.MEDIA, "tarquin.bellerby@harrowdale-echo.example"),
    _other(8, "13:02", "out-of-office", Outcome.AUTOMATED),
    _other(8, "15:12", "answer-journalist", Outcome.ATTACHED, "Sent"),
    _enquiry(8, "15:40", "nomination-papers", C.ELECTORAL_PROCESS, "idris.fothergill@post.example"),
    # Tuesday 9 March
    _enquiry(9, "02:44", "web-form-mistyped-address", C.PUBLIC_ENQUIRY, "kwabena.stothard@inboxmial.example"),
    _other(9, "08:31", "bounce", Outcome.AUTOMATED),
    _other(9, "08:55", "spam-gift-cards", Outcome.SPAM),
    _other(9, "09:10", "answer-nomination-papers", Outcome.ATTACHED, "Sent"),
    _enquiry(9, "09:20", "burglary-report", C.POLICING_MATTER, "edwina.palfrey@ymail.example"),
    _enquiry(9, "10:10", "conduct-leaflet", C.CONDUCT_CONCERN, "rosamund.tyndale@post.example"),
    _other(9, "10:32", "answer-welsh", Outcome.ATTACHED, "Sent"),
    _other(9, "11:00", "newsletter", Outcome.AUTOMATED),
    _enquiry(9, "13:00", "public-what-is-a-pcc", C.PUBLIC_ENQUIRY, "clementina.howgill@post.example"),
    _enquiry(9, "14:30", "candidate-broken-mime", C.CANDIDATE_ENQUIRY, "isolde.wragby@post.example"),
    _other(9, "15:05", "holding-reply-reserves", Outcome.ATTACHED, "Sent"),
    _other(9, "15:20", "second-delivery", Outcome.DUPLICATE),
    _other(9, "16:20", "answer-chief-executive", Outcome.ATTACHED),
    _enquiry(9, "22:47", "emergency", C.POLICING_MATTER, "tess4417@inboxmail.example"),
    # Wednesday 10 March
    _other(10, "08:40", "answer-burglary", Outcome.ATTACHED, "Sent"),
    _other(10, "09:20", "answer-public", Outcome.ATTACHED, "Sent"),
    _enquiry(10, "11:00", "officer-thinks-of-standing", C.CANDIDATE_ENQUIRY, f"callum.rennick@{FORCE}"),
    _enquiry(10, "12:00", "subject-access", C.PUBLIC_ENQUIRY, "perpetua.lockyer@ymail.example"),
    _enquiry(10, "13:10", "force-forwards-foi-attached", C.MISDIRECTED_FORCE, CONSTANCE),
    _other(10, "15:10", "answer-reserves", Outcome.ATTACHED, "Sent"),
    _other(10, "16:05", "candidate-in-junk", Outcome.SPAM, "Junk"),
    _other(10, "17:20", "approve-welsh", Outcome.COMMAND),
    # Thursday 11 March
    _other(11, "08:12", "thanks", Outcome.ATTACHED),
    _other(11, "09:20", "answer-force-forward", Outcome.ATTACHED, "Sent"),
    _other(11, "10:15", "follow-up-before-answer", Outcome.ATTACHED),
    _enquiry(11, "11:20", "agent-letter-docx", C.CANDIDATE_ENQUIRY, "agent@civicunion.example"),
    _other(11, "14:00", "answer-conduct", Outcome.ATTACHED),
    _other(11, "17:20", "approve-reserves", Outcome.COMMAND),
    _enquiry(11, "20:05", "incumbent-as-candidate", C.CANDIDATE_ENQUIRY, "dom.eastcott@post.example"),
    # Friday 12 March
    _enquiry(12, "09:00", "campaign-text-one", C.PUBLIC_ENQUIRY, "eustace.billinge@post.example"),
    _enquiry(12, "09:09", "campaign-text-two", C.PUBLIC_ENQUIRY, "letitia.mossop@ymail.example"),
    _enquiry(12, "10:30", "podcast", C.MEDIA, "jethro.amblecote@inboxmail.example"),
    _other(12, "11:00", "answer-standing", Outcome.ATTACHED),
    _other(12, "17:20", "approve-burglary", Outcome.COMMAND),
    # Monday 15 March
    _other(15, "09:10", "answer-podcast", Outcome.ATTACHED, "Sent"),
    _other(15, "10:00", "answer-incumbent", Outcome.ATTACHED, "Sent"),
    _other(15, "11:00", "calendar-invitation", Outcome.AUTOMATED),
)  # fmt: skip

STEPS = (
    Step(at=_at(10, "08:35"), mail="emergency", action="close", reason="Given to the control room at 22:56"),
    Step(
        at=_at(12, "09:10"),
        mail="web-form-mistyped-address",
        action="close",
        reason="The address does not exist",
    ),
)

ENDS = (
    End(
        mail="candidate-reserves",
        status=Status.ANSWERED,
        publication=Publication.PUBLISHED,
        provided="£11.4 million is held in reserves",
    ),
    End(
        mail="candidate-welsh", status=Status.ANSWERED, publication=Publication.PUBLISHED, provided="19 April"
    ),
    End(
        mail="force-forwards-candidate",
        status=Status.ANSWERED,
        publication=Publication.PUBLISHED,
        provided="187 led to a charge",
    ),
    End(mail="journalist-deadline", status=Status.ANSWERED, provided="24 posts in 2024"),
    End(
        mail="candidate-meeting-html-only", status=Status.ANSWERED, provided="after the close of nominations"
    ),
    End(mail="public-what-is-a-pcc", status=Status.ANSWERED, provided="never directs an investigation"),
    End(mail="incumbent-as-candidate", status=Status.ANSWERED, provided="Skelwick 4"),
    End(mail="foi-platform", status=Status.OPEN),
)

OVERDUE = "candidate-broken-mime"  # nobody answers it: reminders, then the Chief Executive is copied
EMERGENCY = "emergency"
WITH_DOCUMENT = "candidate-reserves"  # answered with a PDF
# R28, R19: a member of staff's own position, personal data, an allegation, a crime.
NEVER_PUBLISHED = ("officer-thinks-of-standing", "subject-access", "conduct-leaflet", "emergency")

# What must not be found in any file of the site (R19): names, addresses, numbers of those who wrote.
PERSONAL = (
    "Kettlewell", "r.kettlewell@", "07700 900412", "Tollgate Lane", "HD4 7QX",
    "Cadwgan", "llythyr.example", "Stavely", "Brabourne", "post.example",
)  # fmt: skip

WORKING_DAYS = tuple(dt.date(2027, 3, day) for day in (8, 9, 10, 11, 12, 15))
_DAILY = ("07:30", "09:30", "13:30", "17:30")

PASSES = tuple(
    sorted(
        {
            BEGIN,
            *(_at(d.day, time) for d in WORKING_DAYS for time in _DAILY if _at(d.day, time) > BEGIN),
            _at(9, "22:50"),  # the daemon passes every minute; this one is for the emergency
            _at(13, "11:00"),  # a Saturday: mail is taken in, nobody is reminded
        }
    )
)
