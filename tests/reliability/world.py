"""An office, its mailbox and the provider's server, and the account that is drawn up at the end.

The office may be killed as often as one likes; the account is drawn from three things that no kill touches:
what stands in the mailbox (Dovecot), what the provider's server accepted (aiosmtpd), and the register.
"""

from __future__ import annotations

import hashlib
import imaplib
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from aiosmtpd.smtp import Envelope
from sqlmodel import col, func, select

from inbox_bot.register.states import OutboxState, Outcome
from inbox_bot.store import audit, outbox
from inbox_bot.store.tables import Entry, Outbox, Received, ThreadMail

from ..office import INBOX, SPOC, Office, mail
from ..servers.accounts import Account
from ..servers.smtp_sink import SmtpSink
from .passes import in_child

QUESTIONS = (
    "I am standing as a candidate in the election in May. Could you tell me how many officers team {} has?",
    "Under the Freedom of Information Act 2000 please send me the spending on project number {} since 2024.",
    "I write for the Sorrel Gazette. For a story on Friday: what does the commissioner say to report {}?",
    "As a resident of ward {} I should like to know when the next public meeting of the commissioner is.",
)
WAITING = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.RETRYING)


def enquiry(office: Office, number: int) -> EmailMessage:
    """A question that nobody else has asked, from somebody who has not written before."""
    return mail(
        f"Writer {number} <writer{number}@mail.example>",
        f"Question {number}",
        QUESTIONS[number % len(QUESTIONS)].format(number) + f"\n\nWriter {number}\n",
        date=office.now,
        message_id=f"<question-{number}@mail.example>",
    )


class Evidence:
    """Puts what the server accepts where its own copy is looked for, before the client has its answer.

    "sent": into the account's Sent folder, as Exchange Online does; "inbox": what is addressed to the inbox
    is delivered to it; "none": nowhere. Every `leave_out_every`-th mail is left out where it is not 0.
    """

    def __init__(self, account: Account, sink: SmtpSink, kind: str, *, leave_out_every: int = 0) -> None:
        self._account, self._kind, self._every = account, kind, leave_out_every
        self._accepted = 0
        self._lock = threading.Lock()
        self._client: imaplib.IMAP4 | None = None
        sink.on_data = self._accept

    def _accept(self, envelope: Envelope) -> None:
        self._accepted += 1
        if self._every and self._accepted % self._every == 0:
            return
        if self._kind == "sent":
            self._append("Sent", envelope)
        elif self._kind == "inbox" and INBOX in envelope.rcpt_tos:
            self._append("INBOX", envelope)

    def _append(self, folder: str, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        with self._lock:
            if self._client is None:
                self._client = imaplib.IMAP4(self._account.host, self._account.ports["plain"], timeout=20)
                self._client.login(self._account.username, self._account.password)
            kind, answer = self._client.append(folder, "", "", envelope.content)
            assert kind == "OK", answer


@dataclass
class Reckoning:
    """What became of everything: each list is empty, or names what went wrong."""

    lost: list[str] = field(default_factory=list)
    twice_recorded: list[str] = field(default_factory=list)
    twice_filed: list[str] = field(default_factory=list)
    sent_twice: list[str] = field(default_factory=list)
    unacknowledged: list[str] = field(default_factory=list)  # neither sent nor shown
    waiting: list[str] = field(default_factory=list)
    chain_broken_at: int | None = None
    unknown_shown: int = 0
    proved: int = 0
    set_aside: int = 0
    entries: int = 0
    on_the_wire: int = 0

    @property
    def wrong(self) -> dict[str, object]:
        names = ("lost", "twice_recorded", "twice_filed", "sent_twice", "unacknowledged", "waiting")
        found: dict[str, object] = {name: getattr(self, name) for name in names if getattr(self, name)}
        return found | ({"chain_broken_at": self.chain_broken_at} if self.chain_broken_at else {})


class World:
    """One office under attack."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.numbers: list[int] = []
        self.kills = 0

    def arrive(self, count: int) -> None:
        """So many enquiries come in."""
        first = len(self.numbers) + 1
        numbers = range(first, first + count)
        raws = [enquiry(self.office, number).as_bytes(policy=SMTP) for number in numbers]
        self.office.account.deliver(*raws, at=self.office.now)
        self.numbers += numbers

    def child(self, plan: str = "", *, kill_after: float | None = None) -> int:
        """One pass in a process of its own, at the office's time."""
        office = self.office
        code = in_child(office.data, office.home, office.now, plan, kill_after=kill_after)
        self.kills += code == -9
        return code

    def settle(self) -> None:
        """Send what has piled up; let leases run out, evidence come in and what has none be shown."""
        for minutes in (2, 2, 32, 2):
            self.office.pass_time(minutes=minutes)
            self.office.once()
            while self._queued():
                self.office.once()

    def _queued(self) -> int:
        with self.office.database.begin() as session:
            return outbox.counts(session)[OutboxState.QUEUED]

    def reckon(self) -> Reckoning:
        """Compare mailbox, wire and register."""
        found = Reckoning()
        office = self.office
        raws = [hashlib.sha256(raw).hexdigest() for raw in office.account.messages()]
        on_wire = Counter(str(d.message["Message-ID"]).strip("<>") for d in office.sink.delivered)
        found.sent_twice = [message_id for message_id, n in on_wire.items() if n > 1]
        found.on_the_wire = len(office.sink.delivered)
        with office.database.begin() as session:
            inbox = session.exec(select(Received).where(Received.place == "inbox")).all()
            rows = Counter(row.sha256 for row in inbox)
            done = {row.sha256 for row in inbox if row.outcome is not Outcome.PENDING}
            # What was moved away was handled before; what stands in the inbox must be on record.
            found.lost = [h for h in raws if h not in done or not office.service.archive.has(h)]
            recorded = {row.message_id for row in inbox}
            found.lost += [
                f"question {n}" for n in self.numbers if f"question-{n}@mail.example" not in recorded
            ]
            found.twice_recorded = [h for h, n in rows.items() if n > 1]
            found.set_aside = sum(row.outcome is Outcome.SET_ASIDE for row in inbox)
            filed = session.exec(
                select(ThreadMail.message_id, func.count())
                .where(ThreadMail.kind == "enquiry")
                .group_by(col(ThreadMail.message_id))
            ).all()
            found.twice_filed = [message_id for message_id, n in filed if n > 1]
            found.entries = len(session.exec(select(Entry.id)).all())
            sendings = session.exec(select(Outbox)).all()
            found.waiting = [f"{row.kind} {row.id} {row.state}" for row in sendings if row.state in WAITING]
            found.proved = sum(row.settled_by == "own_copy" for row in sendings)
            shown = {row.key for row in sendings}
            for number in self.numbers:
                self._acknowledged(number, sendings, shown, found)
            for row in sendings:
                if row.state is OutboxState.UNKNOWN and set(row.recipients) != {SPOC}:
                    if f"unknown:{row.id}:{row.tries}" not in shown:
                        found.unacknowledged.append(f"unknown and not shown: {row.kind} {row.id}")
                    found.unknown_shown += 1
            found.chain_broken_at = audit.verify(session).broken_at
        return found

    def _acknowledged(
        self, number: int, sendings: Sequence[Outbox], shown: set[str], found: Reckoning
    ) -> None:
        address = f"writer{number}@mail.example"
        on_wire = len(self.office.sink.to(address))
        if on_wire > 1:
            found.sent_twice.append(address)
        rows = [row for row in sendings if row.kind == "acknowledgement" and address in row.recipients]
        known = [row for row in rows if row.state in (OutboxState.SENT, OutboxState.UNKNOWN)]
        if len(rows) != 1 or not known or (known[0].state is OutboxState.SENT and on_wire != 1):
            found.unacknowledged.append(f"{address}: {[row.state.value for row in rows]}, {on_wire} sent")
