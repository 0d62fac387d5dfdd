"""The desk: what every piece of casework needs, built once; and a job: one transaction's work at it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote

from sqlmodel import Session

from .. import __version__
from ..calendar.timetable import Phase, Timetable
from ..calendar.workdays import Calendar, OfficeHours
from ..config import Settings
from ..config.people import PersonSetting
from ..message import ownmark
from ..message.model import Address
from ..register.states import OutboxState
from ..render import office
from ..render.mails import Mails
from ..render.views.button import Button
from ..render.views.office import PhaseView
from ..store import audit, entries, outbox, tokens
from ..store.tables import Entry, Outbox
from ..transport.archive import Archive
from .vocabulary import Vocabulary

LOCAL_PART = 64  # octets before the @ at the most (RFC 5321 4.5.3.1.1)
MailKind = Literal["acknowledgement", "notice", "personal"]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that outlives a transaction. `clock` gives aware UTC; only the demo and tests replace it."""

    settings: Settings
    clock: Callable[[], dt.datetime]
    mails: Mails
    archive: Archive
    documents: Archive
    key: bytes
    tokens: tokens.TokenBook
    timetable: Timetable
    office_days: Calendar
    foia_days: Calendar
    hours: OfficeHours
    vocabulary: Vocabulary  # the officers' plain words
    rules: str = ""  # SHA-256 of the triage rules

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment as people of the office see it."""
        return moment.astimezone(self.settings.office.zone)

    def local_day(self, moment: dt.datetime) -> dt.date:
        return self.local(moment).date()

    def at(self, day: dt.date, time: dt.time) -> dt.datetime:
        """A local wall-clock time as UTC; a time that a clock change skips is the moment after it."""
        local = dt.datetime.combine(day, time, tzinfo=self.settings.office.zone)
        return local.astimezone(dt.UTC)

    @cached_property
    def role_of(self) -> Mapping[str, str]:
        """Address → the role it has in the audit trail."""
        people = self.settings.people
        roles = dict.fromkeys(people.officer_addresses, "officer")
        named = (("paro", people.paro), ("alternate", people.alternate), ("force_spoc", people.force_spoc))
        for role, person in (*named, ("chief_executive", people.chief_executive), ("spoc", people.spoc)):
            if person.email:
                roles[person.email] = role
        return roles

    @cached_property
    def holidays_digest(self) -> str:
        """SHA-256 of the days off around the poll, so that new bank holidays are noticed (AL 7292)."""
        year = self.settings.election.poll_date.year
        first, last = dt.date(year - 1, 1, 1), dt.date(year + 1, 12, 31)
        days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        off = [(day.isoformat(), c.why_not(day)) for c in (self.office_days, self.foia_days) for day in days]
        return hashlib.sha256(repr([one for one in off if one[1]]).encode()).hexdigest()

    def actor(self, address: str) -> str:
        """Who did it, for the audit trail: a role, never a name or address of a person outside [people]."""
        return self.role_of.get(address, "enquirer" if address else "service")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One transaction's work. `actor` is who asked for it, in the audit trail's words."""

    desk: Desk
    session: Session
    now: dt.datetime
    actor: str = "service"

    @property
    def settings(self) -> Settings:
        return self.desk.settings

    @property
    def today(self) -> dt.date:
        return self.desk.local_day(self.now)

    @property
    def phase(self) -> Phase:
        return self.desk.timetable.phase(self.today)

    def audit(self, action: str, subject: str = "", **detail: Any) -> None:
        """One row in the audit trail; `detail` holds references, hashes, states and numbers only.

        Which program under which rules did it stands in every row.
        """
        by = {"program": __version__, "rules": self.desk.rules[:12]}
        audit.append(
            self.session, at=self.now, actor=self.actor, action=action, subject=subject, detail=by | detail
        )

    def commitment(self, value: str, subject: str = "") -> str:
        return audit.commit_to(self.session, value, subject)

    # -- mail out ---------------------------------------------------------------------------------

    def new_message_id(self, key: str) -> str:
        """A Message-ID fixed by what the mail is for: queued again after a crash it is the same mail."""
        secret = hashlib.sha256(self.desk.key + b"message-id" + key.encode()).hexdigest()[:32]
        return f"{secret}@{self.settings.office.domain}"

    def post(
        self,
        template: str,
        *,
        to: Sequence[Address | str],
        context: Mapping[str, object],
        key: str,
        subject: str = "",
        kind: str = "notice",
        mail_kind: MailKind = "notice",
        entry: Entry | None = None,
        caused_by: int | None = None,
        in_reply_to: str = "",
        references: Sequence[str] = (),
        language: str = "en",
        cc: Sequence[Address | str] = (),
        reply_to: str | None = None,
        attachments: Sequence[Any] = (),
        hold_reason: str = "",
        urgent: bool = False,
        not_before: dt.datetime | None = None,
    ) -> Outbox | None:
        """Render and queue one mail; None where the same `key` was queued before or nobody would get it.

        `subject` empty: the template's own.
        """
        to = [a for a in to if _email(a)]
        if not to or outbox.by_key(self.session, key) is not None:
            return None
        message = self.desk.mails.build(
            template,
            to=to,
            subject=subject,
            context=context,
            kind=mail_kind,
            message_id=self.new_message_id(key),
            date=self.now,
            in_reply_to=in_reply_to,
            references=references,
            reference=entry.reference if entry is not None else "",
            language=language,
            cc=cc,
            reply_to=reply_to,
            attachments=attachments,
        )
        return self.queue(
            message,
            key=key,
            kind=kind,
            entry=entry,
            caused_by=caused_by,
            hold_reason=hold_reason,
            urgent=urgent,
            not_before=not_before,
        )

    def queue(
        self,
        message: EmailMessage,
        *,
        key: str,
        kind: str,
        entry: Entry | None = None,
        caused_by: int | None = None,
        hold_reason: str = "",
        urgent: bool = False,
        not_before: dt.datetime | None = None,
    ) -> Outbox | None:
        """Queue a built mail: marked as ours, held where the mode forbids it, filed in the entry's thread."""
        message_id = str(message["Message-ID"] or make_msgid(domain=self.settings.office.domain)).strip("<> ")
        if ownmark.HEADER not in message:
            message[ownmark.HEADER] = ownmark.sign(self.desk.key, message_id)
        recipients = _recipients(message)
        outside = not recipients <= self.settings.people.addresses | {self.settings.office.inbox_address}
        if outside and self.settings.office.mode == "observe" and not hold_reason:
            hold_reason = "the service only observes: it writes to nobody outside the office"
        null = self.settings.smtp.envelope_sender == "null" and kind != "answer"
        row = outbox.queue(
            self.session,
            kind=kind,
            key=key,
            raw=message.as_bytes(),
            message_id=message_id,
            sender="" if null else self.settings.office.inbox_address,
            recipients=sorted(recipients),
            now=self.now,
            outside=outside,
            entry_id=entry.id if entry is not None else None,
            caused_by=caused_by,
            hold_reason=hold_reason,
            urgent=urgent,
            not_before=not_before,
        )
        if row is not None and entry is not None:
            entries.add_mail(self.session, entry, message_id, kind, self.now, outbox_id=row.id)
        if row is not None:
            state = "held" if row.state is OutboxState.HELD else "queued"
            self.audit(f"mail_{state}", entry.reference if entry is not None else "", mail=row.id, kind=kind)
        return row

    # -- buttons ----------------------------------------------------------------------------------

    def button(
        self,
        action: str,
        label: str,
        officer: PersonSetting | str,
        *,
        entry: Entry | None = None,
        outbox_id: int | None = None,
        received_id: int | None = None,
        version: int = 0,
        argument: str = "",
        group: str = "",
        main: bool = False,
        body: str = "",
    ) -> Button:
        """A mailto link to the inbox whose subject holds the reference and a single-use token."""
        address = officer if isinstance(officer, str) else officer.email
        token = self.desk.tokens.issue(
            self.session,
            action=action,
            officer=address,
            now=self.now,
            days=self.settings.notices.token_days,
            entry_id=entry.id if entry is not None else None,
            outbox_id=outbox_id,
            received_id=received_id,
            version=version,
            argument=argument,
            group=group,
        )
        return self.link(action, label, token, entry=entry, main=main, body=body)

    def link(
        self,
        action: str,
        label: str,
        token: str,
        *,
        entry: Entry | None = None,
        main: bool = False,
        body: str = "",
    ) -> Button:
        """The mailto link of a token: it stands in the address where that works, else in the subject."""
        reference = entry.reference if entry is not None else ""
        subject = f"[{reference}] {label}" if reference else label
        address = self._tagged_address(token, reference)
        if not address:
            address, subject = self.settings.office.inbox_address, f"{subject} {token}"
        href = f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"
        if body:
            href += f"&body={quote(body, safe='')}"
        return Button(action=action, label=label, href=href, main=main)

    def _tagged_address(self, token: str, reference: str) -> str:
        """`election+REF.token@…` where the server has plus addressing and it fits, else ""."""
        if not self.settings.mailbox.plus_addressing:
            return ""
        local, _, domain = self.settings.office.inbox_address.partition("@")
        tag = token.removeprefix("#")
        tries = (f"{local}+{reference}.{tag}", f"{local}+{tag}") if reference else (f"{local}+{tag}",)
        fits = (one for one in tries if len(one) <= LOCAL_PART)
        return next((f"{one}@{domain}" for one in fits), "")

    # -- views --------------------------------------------------------------------------------------

    def phase_view(self) -> PhaseView:
        """Where in the election this mail is written, with the dates and the office's events ahead."""
        return office.phase_view(self.desk.timetable, self.now)


def _email(address: Address | str) -> str:
    return address if isinstance(address, str) else address.email


def _recipients(message: EmailMessage) -> set[str]:
    """Everybody in To, Cc and Bcc; Bcc is taken off the message."""
    found = {
        address.addr_spec.lower()
        for name in ("to", "cc", "bcc")
        for header in message.get_all(name, [])
        for address in header.addresses
    }
    del message["bcc"]
    return found
