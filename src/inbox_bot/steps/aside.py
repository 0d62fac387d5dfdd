"""A message that cannot be handled: its bytes are kept, the SPOC is told, those behind it go on."""

from __future__ import annotations

from ..casework.desk import Job
from ..register.states import Outcome
from ..render.views.trouble import SetAsideView
from ..store.tables import Received


def handle(job: Job, row: Received, reason: str) -> Outcome:
    """Set it aside with its reason, which never holds the writer's words; `requeue` tries it again."""
    row.outcome, row.reason = Outcome.SET_ASIDE, reason
    job.audit("set_aside", "", message=row.id, sha256=row.sha256)
    view = SetAsideView(
        identifier=str(row.id),
        received_at=job.desk.local(row.received_at),
        folder=row.folder,
        reason=reason,
        size=row.size,
    )
    job.post(
        "notice/set_aside",
        to=[job.settings.people.spoc.email],
        context={"items": (view,)},
        key=f"set_aside:{row.id}:{row.tries}",
    )
    return Outcome.SET_ASIDE
