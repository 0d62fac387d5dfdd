"""Pass an enquiry on (R9, R10): tracked until somebody confirms it, and only after an officer's click."""

from __future__ import annotations

import re
from dataclasses import replace

from ..config.people import PersonSetting
from ..errors import NotAllowed
from ..register.states import Status
from ..render.views.notices import ReferralView
from ..render.views.office import PersonView
from ..render.words import day
from ..store import entries, outbox, timers
from ..store.tables import Entry, Referral
from ..triage.model import Category, Matter
from . import notices, views
from .desk import Job

FOLLOW_UP = "referral"
WHY = {
    "paro": "How the election is run is the returning officer's responsibility.",
    "police": "It reads like a report of a crime, or of conduct that the police look into.",
    "force_foi": "The force answers for the information that it holds (FOIA s.1).",
    "chief_executive": "A concern about conduct: staff are the Chief Executive's responsibility.",
    "panel": "Complaints about the Commissioner go to the Police and Crime Panel.",
    "alternate": "It names the officers who would otherwise deal with it.",
}
WHY_CONDUCT = {
    "conduct": "Concerns about the conduct of a candidate or campaign are raised with the returning officer.",
    "imagery": "Unauthorised use of police imagery in a campaign is reported to the returning officer.",
}
_CAMPAIGN = re.compile(r"\b(?:candidate|campaign|canvass|leaflet|hustings|ymgeisydd|ymgyrch)", re.IGNORECASE)
# How an office is spoken of where `people` gives it no title of its own: "referred to the …".
TITLES = {
    "paro": "Police Area Returning Officer",
    "police": "police",
    "force_foi": "force's freedom of information team",
    "chief_executive": "Chief Executive",
    "panel": "Police and Crime Panel",
    "alternate": "officer for complaints that name others",
}


def suggested(job: Job, entry: Entry) -> str:
    """The role an entry would be passed on to, "" where it stays here. Never acted on without a click."""
    kind = entry.underlying or entry.category
    if kind is Category.ELECTORAL_PROCESS and job.settings.protocol.electoral_process == "pass_on":
        return "paro"
    if kind is Category.CONDUCT_CONCERN:
        return _for_conduct(job, entry)
    if kind is Category.FOI and entry.responsible_authority.value in ("force", "fire"):
        return "force_foi"
    return ""


def _for_conduct(job: Job, entry: Entry) -> str:
    """Candidates' conduct is the returning officer's to look into, staff's the Chief Executive's (R10)."""
    if entry.clock.get("names_staff"):
        return "alternate"
    if Matter.PHOTO_IMAGERY in entry.matters:  # the Chief Executive is asked for a decision anyway (R16)
        return "paro" if job.settings.protocol.imagery_paro_told else ""
    return "paro" if _CAMPAIGN.search(f"{entry.subject}\n{entry.information_sought}") else "chief_executive"


def why(entry: Entry, role: str) -> str:
    """What the referral rests on, as a sentence."""
    if role == "paro" and (entry.underlying or entry.category) is Category.CONDUCT_CONCERN:
        imagery = Matter.PHOTO_IMAGERY in entry.matters
        return WHY_CONDUCT["imagery" if imagery else "conduct"]
    return WHY.get(role, "")


def title_of(setting: PersonSetting, role: str) -> str:
    """Whom a role is, as it stands after “the”."""
    return setting.title or TITLES.get(role, role.replace("_", " "))


def address(job: Job, role: str) -> PersonSetting:
    return getattr(job.settings.people, role, PersonSetting())


def propose(job: Job, entry: Entry) -> Referral | None:
    """Write the referral down and ask the entry's officer for the click that sends it."""
    role = suggested(job, entry)
    setting = address(job, role) if role else PersonSetting()
    officer = notices.owner(job, entry)
    if not setting.email or entry.needs_review or setting.email == officer.email:
        return None  # nobody to pass it to, or doubt: never guess into a referral
    if any(r.to_role == role for r in entries.referrals(job.session, entry)):
        return None
    assert entry.id is not None
    row = Referral(entry_id=entry.id, to_role=role, to_email=setting.email, asked_at=job.now)
    job.session.add(row)
    job.session.flush()
    ask(job, entry, row)
    job.audit("referral_proposed", entry.reference, to=role)
    return row


def ask(job: Job, entry: Entry, row: Referral) -> bool:
    """Ask the entry's officer for the click that passes it on, and again each few days until it comes.

    The acknowledgement has told the enquirer that it is being referred: silence is not an option.
    """
    reference, role = entry.reference, row.to_role
    officer = notices.owner(job, entry)
    title = title_of(address(job, role), role)
    group = f"r:{reference}:{role}:{job.today}"
    buttons = (
        job.button("refer", f"Refer {reference} to the {title}", officer, entry=entry,
                   argument=role, group=group, main=True),
        job.button("keep_here", f"Keep {reference} here", officer, entry=entry, argument=role, group=group),
    )  # fmt: skip
    sent = job.post(
        "notice/referral_waiting",
        to=[officer.email],
        context={"referral": replace(referral_view(job, entry, row), buttons=buttons)},
        key=f"referral_waiting:{reference}:{role}:{job.today}",
        entry=entry,
    )
    follow_up(job, entry, row)
    return sent is not None


def follow_up(job: Job, entry: Entry, row: Referral) -> None:
    """Look at it again when the time that the office gives a referral has passed."""
    again = job.desk.office_days.add(job.today, job.settings.deadlines.referral_working_days).due
    timers.set_timer(
        job.session,
        FOLLOW_UP,
        f"{FOLLOW_UP}:{row.id}:{row.state}:{again}",
        job.desk.hours.opens(again),
        entry_id=entry.id,
        data={"referral": row.id},
    )


def refer(job: Job, entry: Entry, role: str) -> Referral:
    """Send the referral, the enquirer's words marked as theirs; follow it up until it is confirmed."""
    setting = address(job, role)
    if not setting.email:
        raise NotAllowed(
            f"people.{role} has no email in the settings: there is nobody to pass {entry.reference} to."
        )
    row = next((r for r in entries.referrals(job.session, entry) if r.to_role == role), None)
    if row is not None and row.state != "waiting":
        raise NotAllowed(f"{entry.reference} was passed on to the {title_of(setting, role)} already.")
    if row is None:
        assert entry.id is not None
        row = Referral(entry_id=entry.id, to_role=role, to_email=setting.email, asked_at=job.now)
        job.session.add(row)
        job.session.flush()
    view = referral_view(job, entry, row)
    sent = job.post(
        "referral/outgoing",
        to=[setting.email],
        context={"referral": view},
        key=f"referral:{entry.reference}:{role}",
        kind="referral",
        entry=entry,
    )
    row.state, row.outbox_id = "queued", sent.id if sent else None
    if entry.status is not Status.REFERRED:
        entries.set_status(entry, Status.REFERRED)
    entries.add_participant(job.session, entry, setting.email, setting.name)
    follow_up(job, entry, row)
    job.audit("referred", entry.reference, to=role)
    return row


def referral_view(job: Job, entry: Entry, row: Referral) -> ReferralView:
    setting = address(job, row.to_role)
    mail = outbox.by_key(job.session, f"referral:{entry.reference}:{row.to_role}")
    sent_on = job.desk.local_day(mail.settled_at) if mail is not None and mail.settled_at else None
    asked_by = sent_on or job.today
    return ReferralView(
        entry=views.entry_view(job, entry),
        to=PersonView(
            title=title_of(setting, row.to_role),
            name=setting.name,
            email=setting.email,
            telephone=setting.telephone,
        ),
        why=why(entry, row.to_role),
        quoted=entry.information_sought,
        sent_on=sent_on,
        receipt=f"They confirmed it on {day(job.desk.local_day(row.confirmed_at))}."
        if row.confirmed_at
        else "",
        answer_by=job.desk.office_days.add(asked_by, job.settings.deadlines.referral_working_days).due,
    )


def confirm(job: Job, entry: Entry, sender: str) -> bool:
    """A reply from whom it was passed to confirms the referral; True where one was waiting for it."""
    for row in entries.referrals(job.session, entry):
        if row.to_email == sender and row.confirmed_at is None and row.state in ("queued", "sent"):
            row.state, row.confirmed_at = "received", job.now
            job.audit("referral_confirmed", entry.reference, to=row.to_role)
            return True
    return False
