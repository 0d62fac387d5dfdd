"""Mails to the office's own people about an entry: new entry, decision, emergency, held mail."""

from __future__ import annotations

from collections.abc import Sequence

from ..config.people import PersonSetting
from ..register.states import OutboxState
from ..render.views.button import Button
from ..render.views.entry import OfferView, SimilarView
from ..render.views.notices import DecisionView, NoticeItem
from ..render.views.trouble import SendView
from ..store import facts
from ..store.tables import Entry, Outbox, Received
from . import views
from .desk import Job
from .entry_buttons import entry_buttons

TITLES = {
    "follow_up": "The enquirer wrote again",
    "referral_reply": "An answer to what you passed on",
    "disclosure": "The force has answered its request",
    "decided_yes": "Decided yes; please answer the enquirer",
    "decided_no": "Decided no; please answer the enquirer",
    "assigned": "Assigned to you",
    "authority": "Yours to answer",
}


def owner(job: Job, entry: Entry) -> PersonSetting:
    """Who works on the entry: its assignee; the alternate where it names staff (R10); the Chief Executive
    where staff ask about their own position (R28); the force's SPOC for the force's log (R23); else the SPOC.
    """
    people = job.settings.people
    if entry.assigned_to:
        return PersonSetting(email=entry.assigned_to)
    if entry.clock.get("names_staff") and people.alternate.email:
        return people.alternate
    if entry.confidential:
        return people.chief_executive
    if entry.owner == "force" and people.force_spoc.email:
        return people.force_spoc
    return people.spoc


def notify_new(
    job: Job,
    entry: Entry,
    received: Received | None,
    acknowledgement: Outbox | None,
    *,
    foi_missing: tuple[str, ...] = (),
    offers: tuple[OfferView, ...] = (),
    similar: tuple[SimilarView, ...] = (),
    what: str = "new",
    to: PersonSetting | None = None,
) -> None:
    """One notice to the entry's owner, or `to`: who, what, why so, by when, what to decide, how to answer.

    With `notices.new_entries = "hourly"` the entry is remembered and the hour's batch tells of it.
    """
    if job.settings.notices.new_entries == "hourly" and what == "new" and not entry.emergency:
        waiting = list(facts.get(job.session, "hourly_notice", []))
        facts.put(job.session, "hourly_notice", [*waiting, entry.reference])
        return
    # What the force sends the office hears of: it publishes, and keeps the log of all (R23).
    officer = to or (job.settings.people.spoc if what == "disclosure" else owner(job, entry))
    item = notice_item(
        job, entry, officer, acknowledgement, foi_missing=foi_missing, offers=offers, similar=similar
    )
    moved = what in ("assigned", "authority")  # may happen to and fro
    since = received.id if received else (job.now.isoformat() if moved else 0)
    key = f"notice:{what}:{entry.reference}:{since}"
    if to is not None:
        key += f":{to.email}"
    title = TITLES.get(what, "")
    kind_words = (entry.underlying or entry.category).value.replace("_", " ")
    job.post(
        "notice/new_entry",
        to=[officer.email],
        subject=f"{title}: {kind_words}" if title else "",
        context={"item": item},
        key=key,
        kind="notice",
        entry=entry,
        caused_by=received.id if received else None,
        urgent=entry.emergency,
    )


def notice_item(
    job: Job,
    entry: Entry,
    officer: PersonSetting,
    acknowledgement: Outbox | None,
    *,
    foi_missing: tuple[str, ...] = (),
    offers: tuple[OfferView, ...] = (),
    similar: tuple[SimilarView, ...] = (),
) -> NoticeItem:
    held = (
        (acknowledgement.hold_reason,)
        if acknowledgement and acknowledgement.state is OutboxState.HELD
        else ()
    )
    if acknowledgement is None:
        said = "not sent"
    else:
        said = f"held: {held[0]}" if held else "being sent"
    view = views.entry_view(job, entry, offers=offers, similar=similar, foi_missing=foi_missing, held=held)
    return NoticeItem(entry=view, acknowledged=said, buttons=entry_buttons(job, entry, officer))


def request_decision(job: Job, entry: Entry) -> None:
    """Put the question to whoever the protocol says decides it, with the earlier decisions on the matter."""
    role = views.decider(job, entry)
    if not role:
        return
    people = job.settings.people
    setting: PersonSetting = getattr(people, role, PersonSetting())
    if not setting.email:  # a Chief Constable without an address here: the Chief Executive passes it on
        role, setting = "chief_executive", people.chief_executive
    protocol, reference = job.settings.protocol, entry.reference
    titles = {"spoc": protocol.spoc_title, "chief_executive": protocol.chief_executive_title}
    title = titles.get(role, role.replace("_", " ").title())
    buttons = (
        job.button("decide_yes", f"Decide yes on {reference}", setting, entry=entry, group=f"d:{reference}",
                   body="Reason: \nConditions or risks: "),
        job.button("decide_no", f"Decide no on {reference}", setting, entry=entry, group=f"d:{reference}",
                   body="Reason: "),
    )  # fmt: skip
    decision = DecisionView(
        entry=views.entry_view(job, entry),
        decider=views.person(setting, title),
        earlier=views.earlier_decisions(job, entry),
        buttons=buttons,
    )
    job.post(
        "notice/decision",
        to=[setting.email],
        context={"decision": decision, "phase": job.phase_view()},
        key=f"decision:{reference}:{role}",
        kind="decision",
        entry=entry,
    )


def alert_emergency(job: Job, entry: Entry, received: Received | None) -> None:
    """Tell `people.emergency_alert` at once; exempt from caps, pauses of reminders and quiet hours."""
    to: Sequence[str] = job.settings.people.emergency_alert or (job.settings.people.spoc.email,)
    job.post(
        "notice/emergency",
        to=list(to),
        context={"entry": views.entry_view(job, entry), "buttons": ()},
        key=f"emergency:{entry.reference}:{received.id if received else 0}",
        kind="alert",
        entry=entry,
        caused_by=received.id if received else None,
        urgent=True,
    )


def send_view(job: Job, row: Outbox, buttons: tuple[Button, ...] = ()) -> SendView:
    entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
    return SendView(
        kind=row.kind,
        reference=entry.reference if entry else "",
        to=", ".join(row.recipients),
        queued_at=job.desk.local(row.queued_at),
        tried_at=job.desk.local(row.first_tried_at) if row.first_tried_at else None,
        tries=row.tries,
        reply=row.last_error,
        buttons=buttons,
    )
