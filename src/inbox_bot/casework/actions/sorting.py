"""What an entry is, whose it is, and where it goes: category, officer, authority, referral, merging."""

from __future__ import annotations

from ...errors import NotAllowed
from ...register.states import Outcome, Publication, ResponsibleAuthority, Status
from ...store import entries, facts
from ...triage.model import Category
from .. import clock, joining, notices, publishing, referring, views
from ..desk import Job
from .command import Command

ENVIRONMENTAL = "environmental"  # reclassified to it: a request under the EIR 2004 instead of FOIA


def reclassify(job: Job, command: Command) -> list[str]:
    """The category, and with it dates, scope, decider and whom it may be passed on to."""
    entry = command.about
    environmental = command.argument == ENVIRONMENTAL
    try:
        category = Category.FOI if environmental else Category(command.argument)
    except ValueError:
        known = ", ".join([*(c.value for c in Category), ENVIRONMENTAL])
        raise NotAllowed(f"“{command.argument}” is not a category: use one of {known}.") from None
    if category in (Category.AUTOMATED, Category.SPAM, Category.STAFF_REPLY):
        raise NotAllowed(f"An entry cannot become {category.value.replace('_', ' ')}: close it instead.")
    before = entry.underlying or entry.category
    if entry.category is Category.MISDIRECTED_FORCE and category is not Category.MISDIRECTED_FORCE:
        entry.underlying = category
    else:
        entry.category = category
    if environmental or entry.clock.get("environmental"):
        entry.clock = {**entry.clock, "environmental": environmental}
    entry.needs_review = False
    now = "environmental information (EIR 2004)" if environmental else category.value.replace("_", " ")
    changes = [f"{entry.reference} is now {now} (was {before.value.replace('_', ' ')})."]
    if views.scope(job, entry) == "never" and entry.publication is not Publication.NEVER:
        was_public = entry.publication is Publication.PUBLISHED
        publishing.keep_off(job, entry, category.value.replace("_", " "))
        changes.append("It comes off the website at once." if was_public else "It is not for publication.")
    elif views.scope(job, entry) == "yes" and entry.publication is Publication.NEVER:
        entries.set_publication(entry, Publication.UNDECIDED)
        entry.not_published_reason = ""
        publishing.schedule(job, entry)
        changes.append("It will be published once answered and approved.")
    if clock.recompute(job, entry):
        changes.append(
            f"It is due on {entry.due_on:%A} {entry.due_on.day} {entry.due_on:%B}." if entry.due_on else ""
        )
    decider = views.decider(job, entry)
    if decider and entry.status is Status.OPEN:
        entries.set_status(entry, Status.AWAITING_DECISION)
        notices.request_decision(job, entry)
    elif not decider and entry.status is Status.AWAITING_DECISION:
        entries.set_status(entry, Status.OPEN)
    referring.propose(job, entry)
    job.audit("reclassified", entry.reference, before=before.value, after=category.value)
    return [c for c in changes if c]


def assign(job: Job, command: Command) -> list[str]:
    entry = command.about
    address = command.argument.strip().lower()
    if address not in job.settings.people.officer_addresses:
        raise NotAllowed("Entries are assigned to an address in people.officers.")
    entry.assigned_to = address
    if address != command.by:
        notices.notify_new(job, entry, None, None, what="assigned")
    return [f"{entry.reference} is assigned; its notices and reminders go there."]


def authority(job: Job, command: Command) -> list[str]:
    """Who must answer under FOIA (R7)."""
    entry = command.about
    try:
        entry.responsible_authority = ResponsibleAuthority(command.argument)
    except ValueError:
        raise NotAllowed("The responsible authority is office, force, fire or undecided.") from None
    forces = entry.responsible_authority in (ResponsibleAuthority.FORCE, ResponsibleAuthority.FIRE)
    before = notices.owner(job, entry)
    entry.owner = "force" if forces and job.settings.people.force_spoc.email else "office"  # whose log (R23)
    clock.recompute(job, entry)
    if notices.owner(job, entry) != before:
        notices.notify_new(job, entry, None, None, what="authority")
    referring.propose(job, entry)
    return [f"{entry.reference}: the {entry.responsible_authority.value} must answer."]


def not_spam(job: Job, command: Command) -> list[str]:
    """Handled anew as if it had come to the inbox: filed, acknowledged, its owner told (R29)."""
    row = command.received
    if row is None or row.outcome is not Outcome.SPAM:
        raise NotAllowed(
            "Only a message recorded as spam or junk can be taken back: see the digest for its number."
        )
    facts.put(job.session, f"not_spam:{row.id}", True)
    row.outcome, row.place, row.tries, row.reason = Outcome.PENDING, "inbox", 0, ""
    job.audit("not_spam", "", message=row.id, sha256=row.sha256)
    return [f"Message {row.id} is handled as an enquiry with the next pass and acknowledged."]


def merge(job: Job, command: Command) -> list[str]:
    if command.other is None:
        raise NotAllowed("Name both entries: “merge WMR-0002 into WMR-0001”.")
    return joining.merge(job, command.about, command.other)


def link(job: Job, command: Command) -> list[str]:
    if command.received is None:
        raise NotAllowed("Say which mail: use the button in the notice about it.")
    return joining.link(job, command.about, command.received)


def refer(job: Job, command: Command) -> list[str]:
    entry = command.about
    role = command.argument or referring.suggested(job, entry)
    if not role:
        raise NotAllowed(
            f"Say to whom {entry.reference} goes: paro, police, force_foi, chief_executive or panel."
        )
    referring.refer(job, entry, role)
    return [
        f"{entry.reference} is passed on to the {role.replace('_', ' ')}; it is followed up until confirmed."
    ]


def keep_here(job: Job, command: Command) -> list[str]:
    entry = command.about
    for row in entries.referrals(job.session, entry):
        if row.state == "waiting" and command.argument in ("", row.to_role):
            row.state = "declined"
    return [f"{entry.reference} stays with the office."]
