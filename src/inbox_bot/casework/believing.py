"""Who may command, and who may see: trust gates effects (architecture 7; docs/decisions/authenticity.md)."""

from __future__ import annotations

from ..message.model import Trust
from ..store.tables import Entry
from .desk import Job


def commanders(job: Job) -> frozenset[str]:
    """Addresses whose plain words are commands once the receiving server vouches for them."""
    people = job.settings.people
    more = {people.alternate.email, people.force_spoc.email} - {""}
    return people.officer_addresses | more


def stands_for(job: Job, sender: str, officer: str) -> bool:
    """Whether a sender may use an officer's button: the officer, or a delegate where it is the SPOC's."""
    people = job.settings.people
    return sender == officer or (officer == people.spoc.email and sender in people.delegates)


def is_proved(verdict: Trust, sender: str) -> bool:
    """The receiving server's own pass, for the very domain that the mail claims to be from."""
    return verdict.verdict == "pass" and verdict.domain == sender.rpartition("@")[2]


def in_words(verdict: Trust) -> str:
    """What the receiving server said, for people."""
    if verdict.verdict == "fail":
        return "the receiving server says that it is not from that domain"
    return "the receiving server does not say that it is from that domain"


def is_force(job: Job, sender: str) -> bool:
    """The force's own people: they keep and see the force's log, the office all (R23)."""
    people = job.settings.people
    return bool(sender) and sender in (people.force_spoc.email, people.force_foi.email)


def may_see(job: Job, entry: Entry, sender: str) -> bool:
    """Each SPOC sees its own log; what names an officer is not shown to that officer (R10, R23, R28)."""
    people = job.settings.people
    if is_force(job, sender):
        return entry.owner == "force"
    named = entry.clock.get("names_staff", ())
    return not any(getattr(people, role).email == sender for role in named if hasattr(people, role))


def may_decide(job: Job, decider: str, sender: str) -> bool:
    """A matter that waits for somebody's decision is decided by them, or by the Chief Executive for them."""
    people = job.settings.people
    if not decider or decider == "spoc":
        return not is_force(job, sender)
    setting = getattr(people, decider, people.chief_executive)
    return sender in (setting.email, people.chief_executive.email)
