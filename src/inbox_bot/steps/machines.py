"""Automated mail: recorded, never answered, never a reply. A bounce marks the mail that bounced."""

from __future__ import annotations

from ..casework import notices
from ..casework.desk import Job
from ..register.states import OutboxState, Outcome
from ..store import entries, messages, outbox
from ..store.tables import Entry, Outbox, Received, Referral
from ..triage.model import Understood


def handle(job: Job, received: Received, understood: Understood) -> Outcome:
    """Record it against what it answers, where that can be told."""
    found = understood.automated
    received.automated_kind = found.kind or ""
    row = outbox.by_message_id(job.session, found.original_message_id)
    parents = (*understood.message.in_reply_to, *understood.message.references)
    if row is None:
        row = next(filter(None, (outbox.by_message_id(job.session, parent) for parent in parents)), None)
    if row is not None:
        received.entry_id = row.entry_id
    elif (known := messages.entry_of_mail(job.session, parents)) is not None:
        received.entry_id = known[0]
    entry = job.session.get(Entry, received.entry_id) if received.entry_id else None
    if entry is not None:
        entries.add_mail(
            job.session,
            entry,
            understood.message.message_id,
            "automated",
            received.received_at,
            received_id=received.id,
        )
    if found.kind == "bounce" and row is not None:
        _bounced(job, received, understood, row)
    job.audit("automated", entry.reference if entry else "", kind=found.kind or "", message=received.id)
    return Outcome.AUTOMATED


def _bounced(job: Job, received: Received, understood: Understood, row: Outbox) -> None:
    """Our mail did not arrive: the row says so, and the SPOC hears of it once."""
    found = understood.automated
    for address in found.bounced_recipients or tuple(row.recipients):
        row.refused = {**row.refused, address: "bounced"}
    if found.permanent is False:
        return  # a delay or full mailbox: the other server goes on trying
    if row.state in (OutboxState.SENT, OutboxState.UNKNOWN):
        outbox.settle(row, OutboxState.FAILED, job.now, by="bounce", error="returned as undeliverable")
    for referral in _referrals(job, row):
        referral.state = "bounced"
    entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
    officer = notices.owner(job, entry) if entry is not None else job.settings.people.spoc
    if officer.email in row.recipients and len(row.recipients) == 1:
        return  # the notice would bounce in its turn; the digest shows the row
    buttons = (job.button("send_again", f"Send mail {row.id} again", officer, outbox_id=row.id),)
    job.post(
        "notice/bounced",
        to=[officer.email],
        context={"send": notices.send_view(job, row, buttons)},
        key=f"bounced:{row.id}:{row.tries}",
        entry=entry,
        caused_by=received.id,
    )


def _referrals(job: Job, row: Outbox) -> list[Referral]:
    entry = job.session.get(Entry, row.entry_id) if row.entry_id else None
    if entry is None or row.kind != "referral":
        return []
    return [r for r in entries.referrals(job.session, entry) if r.outbox_id == row.id]
