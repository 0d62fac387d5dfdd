"""Answers that the service never saw: people thank for them, and the SPOC is asked."""

from __future__ import annotations

from ..register.states import Status
from ..store import entries, timers
from ..store.tables import Entry
from .arrival import Arrival
from .desk import Job

THANKS_WORDS = 60  # a longer mail that also thanks is about something else


def ask_elsewhere(job: Job, arrival: Arrival) -> None:
    """Thanks in a mail of its own, from somebody with one open question: it is filed, and asked about too."""
    sender = arrival.understood.message.author.email
    words = arrival.understood.classification.new_text or ""
    if arrival.trust.verdict == "fail" or len(words.split()) > THANKS_WORDS or not _thanks_for_reply(words):
        return
    waiting = entries.not_closed_of(job.session, sender, 2, unanswered=True)
    if len(waiting) == 1:
        ask(job, waiting[0], words)


def ask(job: Job, entry: Entry, text: str) -> None:
    """Thanks for a reply that we never saw: the SPOC is asked whether an answer went out unseen."""
    if entry.answered_at is not None or entry.status is Status.CLOSED or not _thanks_for_reply(text):
        return
    assert entry.id is not None
    data = {"words": text[:500]}
    if timers.set_timer(
        job.session, "unseen", f"unseen:{entry.reference}", job.now, entry_id=entry.id, data=data
    ):
        job.audit("answer_unseen_suspected", entry.reference)


def _thanks_for_reply(text: str) -> bool:
    low = text.casefold()
    thanks = any(word in low for word in ("thank", "thanks", "diolch"))
    return thanks and any(
        word in low
        for word in ("reply", "response", "answer", "getting back", "information", "ateb", "ymateb")
    )
