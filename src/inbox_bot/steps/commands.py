"""Commands by mail: an officer's button or plain words, believed only when authentic."""

from __future__ import annotations

from ..casework.desk import Job
from ..message.model import Trust
from ..register.states import Outcome
from ..store.tables import Received
from ..triage.model import Understood


def handle(job: Job, received: Received, understood: Understood, verdict: Trust) -> Outcome | None:
    """COMMAND where the message gave one (done or refused); None where it is something else."""
    return None
