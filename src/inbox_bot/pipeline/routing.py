"""Which step a message goes to, and what that step is told: who wrote, what of, what is known already."""

from __future__ import annotations

from dataclasses import replace

from ..bootstrap import Service
from ..casework import comparing
from ..casework.arrival import Arrival
from ..casework.desk import Job
from ..message import thread, trust
from ..message.model import ParsedMessage, Trust
from ..register.states import Outcome
from ..render.views.entry import OfferView
from ..steps import commands, intake, machines, own, replies
from ..store import facts, messages, outbox, roster, search
from ..store.tables import Entry, Received
from ..triage.classify import understand
from ..triage.model import Category, Understood
from ..triage.roster import Roster
from .report import Report


class Router:
    """Sends each message to exactly one step."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.context = service.context  # compiled now: a bad rule stops the start, not the first mail

    def route(
        self, job: Job, row: Received, message: ParsedMessage, texts: tuple[str, ...], report: Report
    ) -> Outcome:
        """Exactly one step for each message, the first that fits."""
        row.message_id = message.message_id
        row.fingerprint = thread.fingerprint(message)
        row.content_key = thread.content_key(message)
        row.sender, row.subject = message.author.email, message.subject
        is_own = self.context.is_own
        if (is_own is not None and is_own(message)) or outbox.by_message_id(
            job.session, message.message_id
        ) is not None:
            return own.handle(job, row, message)
        if row.place == "sent" and commands.is_to_ourselves(job, message):
            row.fingerprint = row.content_key = (
                ""  # the copy that arrives in the inbox is the one that counts
            )
            row.reason = "sent to the inbox itself"
            return Outcome.OWN_COPY
        if commands.may_repeat(job, message):
            row.content_key = ""  # two buttons with empty mails are two commands, not one delivered twice
        earlier = messages.second_delivery_of(job.session, row)
        if earlier is not None:
            row.duplicate_of, row.entry_id = earlier.id, earlier.entry_id
            job.audit("duplicate", "", message=row.id, of=earlier.id)
            return Outcome.DUPLICATE
        people = roster.roster(job.session)
        understood = self._understand(job, row, message, texts, people)
        if facts.get(job.session, f"not_spam:{row.id}"):
            understood = intake.taken_back(understood)
        found = understood.classification
        row.category = found.category.value
        verdict = trust.judge(
            message,
            provider=self.service.settings.trust.provider,
            authserv_id=self.service.settings.trust.authserv_id,
        )
        if understood.automated.kind is not None and row.place != "sent":
            return machines.handle(job, row, understood)
        if row.place == "sent":
            return self._count_reply(report, replies.handle(job, row, understood))
        if row.place == "junk":
            row.reason = "found in the junk folder"
            job.audit("junk", "", message=row.id)
            return Outcome.SPAM
        if (outcome := commands.handle(job, row, understood, verdict)) is not None:
            return outcome
        if found.category is Category.SPAM:
            job.audit("spam", "", message=row.id)
            return Outcome.SPAM
        if found.category is Category.STAFF_REPLY:
            return self._count_reply(report, replies.handle(job, row, understood))
        return intake.handle(job, self._arrival(job, row, understood, verdict, people))

    @staticmethod
    def _count_reply(report: Report, outcome: Outcome) -> Outcome:
        report.replies_matched += outcome is Outcome.ATTACHED
        return outcome

    def _understand(
        self, job: Job, row: Received, message: ParsedMessage, texts: tuple[str, ...], people: Roster
    ) -> Understood:
        known = messages.entry_of_mail(job.session, thread.parents(message))
        entry = job.session.get(Entry, known[0]) if known else None
        context = replace(
            self.context,
            roster=people,
            received_at=row.received_at,
            # A reply to a mail we never saw may still be one: then only its own structure can tell.
            known_parent=True if known else (None if thread.parents(message) else False),
            known_category=(entry.underlying or entry.category) if entry else None,
            known_role=entry.contact_role if entry and entry.contact_email == message.author.email else None,
            documents_text=texts,
        )
        return understand(message, context)

    def _arrival(
        self, job: Job, row: Received, understood: Understood, verdict: Trust, people: Roster
    ) -> Arrival:
        found = understood.classification
        on = self.service.desk.local_day(row.received_at)
        person = people.find(found.enquirer.email, found.enquirer.name, on) if found.enquirer else None
        standing = people.standing(person, on) if person else None
        question = found.original_text or found.new_text or ""
        matches = search.search(job.session, question, snippets=False) if question else []
        offers = tuple(
            OfferView(title=m.title, url=m.link) for m in matches if m.score >= search.GOOD_MATCH and m.link
        )
        similar = comparing.similar_to(job, question)
        return Arrival(
            received=row,
            understood=understood,
            trust=verdict,
            person=person,
            standing=standing.value if standing else "",
            offers=offers,
            similar=similar,
        )
