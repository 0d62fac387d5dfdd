"""Whether everything came out as the scenario says it should: each check is a claim, and what was found.

They read what anybody could: the register's rows, the mails that the SMTP server was given, the files of
the site. One that fails makes the demo end with exit code 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..casework.showing import export_rows
from ..register.states import Outcome, Publication
from ..store import audit, entries, outbox
from . import scenario
from .player import Show
from .servers import Sent


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One claim about the whole run. `wrong` lists what contradicts it."""

    claim: str
    wrong: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.wrong


def all_of(show: Show) -> list[Finding]:
    return [Finding(claim=claim, wrong=tuple(check(show))) for claim, check in _CHECKS]


def acknowledgements(show: Show) -> list[Sent]:
    """What the service sent as acknowledgements, told by the header that such mail must bear (RFC 3834)."""
    return [sent for sent in show.post_box.sent if sent.message["Auto-Submitted"] == "auto-replied"]


def digests(show: Show) -> list[Sent]:
    """The Chief Executive's mornings: the mails with the line that accounts for every message."""
    chief = show.service.settings.people.chief_executive.email
    return [s for s in show.post_box.sent if s.recipients == (chief,) and conservation_line(s)]


def conservation_line(sent: Sent) -> str:
    """The digest's line: received = the sum of the outcomes; "" where there is none."""
    found = re.search(r"received \d+ = (?:[a-z ]+ \d+(?: \+ )?)+", " ".join(sent.text().split()))
    return found[0].strip() if found else ""


def _outcomes(show: Show) -> Iterator[str]:
    with show.job() as job:
        for delivery in scenario.DELIVERIES:
            row = show.received(job.session, delivery.mail)
            found = row.outcome if row is not None else None
            if found is not delivery.outcome:
                yield f"{delivery.mail}: {found or 'not taken in'}, not {delivery.outcome or 'left alone'}"
            elif row is not None and delivery.category is not None and row.category != delivery.category:
                yield f"{delivery.mail}: {row.category}, not {delivery.category}"


def _acknowledged(show: Show) -> Iterator[str]:
    wanted = Counter(d.acknowledged for d in scenario.DELIVERIES if d.acknowledged)
    got = Counter(address for sent in acknowledgements(show) for address in sent.recipients)
    for address in sorted(wanted | got):
        if wanted[address] != got[address]:
            yield f"{address} got {got[address]} and should have got {wanted[address]}"


def _ends(show: Show) -> Iterator[str]:
    with show.job() as job:
        for end in scenario.ENDS:
            entry = show.entry(job.session, end.mail)
            if entry is None:
                yield f"{end.mail}: there is no entry"
            elif entry.status is not end.status:
                yield f"{end.mail}: {entry.status}, not {end.status}"
            elif end.publication is not None and entry.publication is not end.publication:
                yield f"{end.mail}: publication is {entry.publication}, not {end.publication}"
            elif end.provided not in entry.information_provided:
                yield f"{end.mail}: the officer's words are not in the register"
    yield from (f"{mail}: {why}" for mail, why in show.refused.items())


def _documents(show: Show) -> Iterator[str]:
    with show.job() as job:
        entry = show.entry(job.session, scenario.WITH_DOCUMENT)
        provided = (
            [d for d in entries.documents(job.session, entry) if d.direction == "provided"] if entry else []
        )
    if len(provided) != 1 or not provided[0].ref:
        yield f"{scenario.WITH_DOCUMENT}: {len(provided)} documents provided, not 1"


def _reminded(show: Show) -> Iterator[str]:
    people = show.service.settings.people
    with show.job() as job:
        entry = show.entry(job.session, scenario.OVERDUE)
    reference = entry.reference if entry is not None else "nothing"
    told = {
        address for sent in show.post_box.sent if _is_overdue(sent, reference) for address in sent.recipients
    }
    for who in (people.spoc.email, people.chief_executive.email):
        if who not in told:
            yield f"{who} was not told that {reference} is overdue"


def _is_overdue(sent: Sent, reference: str) -> bool:
    return "overdue" in sent.subject.lower() and reference in sent.text()


def _emergency(show: Show) -> Iterator[str]:
    came = next(d.at for d in scenario.DELIVERIES if d.mail == scenario.EMERGENCY)
    moment, _, sent = next(one for one in show.passes if one[0] >= came)
    alerted = {address for mail in sent if "URGENT" in mail.subject for address in mail.recipients}
    if missing := set(show.service.settings.people.emergency_alert) - alerted:
        yield f"nobody was alerted at {moment:%H:%M}: {', '.join(sorted(missing))}"


def _published(show: Show) -> Iterator[str]:
    with show.job() as job:
        shown = [row for row in export_rows(job) if row.publication == Publication.PUBLISHED]
    wanted = [end for end in scenario.ENDS if end.publication is Publication.PUBLISHED]
    if len(shown) != len(wanted):
        yield f"{len(shown)} entries are published, not {len(wanted)}"
    for row in shown:
        if not row.date_added_to_website:
            yield f"{row.reference} has no date added to website"
        if not list(show.site.rglob(f"{row.reference}.html")):
            yield f"{row.reference} has no page"
    for name in ("index.html", "register.csv", "register.json"):
        if not (show.site / name).is_file():
            yield f"the site has no {name}"


def _anonymous(show: Show) -> Iterator[str]:
    for path in sorted(show.site.rglob("*")):
        if path.suffix in (".html", ".csv", ".json", ".xml", ".txt"):
            text = path.read_text(encoding="utf-8")
            yield from (f"{path.name} shows {word}" for word in scenario.PERSONAL if word in text)


def _unpublished(show: Show) -> Iterator[str]:
    with show.job() as job:
        for mail in scenario.NEVER_PUBLISHED:
            entry = show.entry(job.session, mail)
            if entry is None or entry.publication is not Publication.NEVER:
                yield f"{mail}: {entry.publication if entry else 'there is no entry'}"


def _mornings(show: Show) -> Iterator[str]:
    found = [sent.at.date() for sent in digests(show)]
    if found != list(scenario.WORKING_DAYS):
        yield f"digests came on {', '.join(f'{day:%a %d}' for day in found) or 'no day'}"
    for sent in digests(show):
        left, *right = (int(n) for n in re.findall(r"\d+", conservation_line(sent)))
        if left != sum(right):
            yield f"{sent.at:%a %d}: {conservation_line(sent)}"


def _nothing_lost(show: Show) -> Iterator[str]:
    with show.job() as job:
        waiting = {
            s.value: n
            for s, n in outbox.counts(job.session).items()
            if n and s.value not in ("sent", "failed")
        }
        verdict = audit.verify(job.session)
    if waiting:
        yield f"mail still to go: {waiting}"
    if verdict.broken_at is not None:
        yield "the audit trail's chain is broken"
    yield from (
        f"{moment:%a %d %H:%M}: {error}" for moment, report, _ in show.passes for error in report.errors
    )
    taken_in = sum(report.fetched for _, report, _ in show.passes)
    wanted = sum(delivery.outcome is not None for delivery in scenario.DELIVERIES)
    settled = sum(
        n for _, report, _ in show.passes for o, n in report.outcomes.items() if o is not Outcome.PENDING
    )
    if not taken_in == settled == wanted:
        yield f"{wanted} mails came, {taken_in} were taken in, {settled} have an outcome"


_CHECKS: tuple[tuple[str, Callable[[Show], Iterator[str]]], ...] = (
    ("Every mail became what it should: entry, answer, command, automated, spam, duplicate", _outcomes),
    ("Everybody who should was acknowledged exactly once, nobody else was", _acknowledged),
    ("The officers' answers were found and stand in the register", _ends),
    ("The attachment of an answer is a document with a reference", _documents),
    ("An entry that nobody answered was brought to the SPOC and the Chief Executive", _reminded),
    ("The emergency reached a person within the same pass", _emergency),
    ("What was approved is on the site, with its date", _published),
    ("The site names nobody who wrote: no name, address, number or postcode", _anonymous),
    ("Confidential matters, complaints and people's own data are kept off it", _unpublished),
    ("A digest came each working morning, and its account adds up", _mornings),
    ("Nothing is lost, waiting or in error, and the audit trail is whole", _nothing_lost),
)
