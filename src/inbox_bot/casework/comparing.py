"""Same question, same answer: earlier entries that ask the same, and how the answers given differ."""

from __future__ import annotations

from ..register.same_answer import difference
from ..render.views.entry import SimilarView
from ..store import search
from ..store.tables import Entry
from .desk import Job

SHOWN = 500  # characters of each text; the whole stands in the register of contacts


def similar_to(job: Job, question: str, entry: Entry | None = None) -> tuple[SimilarView, ...]:
    """Entries that ask the same as `question`, best first; differences are to `entry`'s answer, or else to
    the answer of the best of them."""
    if not question.strip():
        return ()
    found = [
        other
        for other, score in search.similar_entries(job.session, question, entry.id if entry else None)
        if score >= search.SAME_QUESTION and not other.confidential
    ]
    measure = entry.information_provided if entry else next((o.information_provided for o in found), "")
    return tuple(
        SimilarView(
            reference=other.reference,
            asked_on=job.desk.local_day(other.received_at),
            sought=other.information_sought[:SHOWN],
            provided=other.information_provided[:SHOWN],
            difference=difference(measure, other.information_provided),
        )
        for other in found
    )
