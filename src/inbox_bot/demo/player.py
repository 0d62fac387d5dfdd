"""Plays the scenario: fills the mailbox, moves the clock, lets the service make its passes, keeps the rest.

Only the clock is simulated. Mail travels over IMAP and SMTP, and everything between is the service as an
office runs it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import unquote

from sqlmodel import Session, select

from .. import bootstrap, config
from ..bootstrap import Service
from ..casework.actions import Command, perform
from ..casework.desk import Job
from ..errors import InboxBotError, NotAllowed
from ..pipeline import Pipeline, Report
from ..store import roster as roster_store
from ..store.tables import Entry, Outbox, Received
from ..triage.roster import read_csv
from . import scenario
from .servers import Account, PostBox, Sent, deliver, imap_server, mail_client, smtp_server

_PACKAGE = files(__package__)
_PLACEHOLDER = re.compile(rb"@@(REF|ACK|APPROVE):([a-z-]+)@@")
USER, PASSWORD = "election@harrowdale-pcc.example", "harrow-demo"


class Clock:
    """The simulated clock: stands still until it is set."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now.astimezone(dt.UTC)


@dataclass
class Show:
    """The stage, and what happened on it."""

    home: Path
    service: Service
    clock: Clock
    post_box: PostBox
    mailbox: Account
    smtp: Account
    passes: list[tuple[dt.datetime, Report, list[Sent]]] = field(default_factory=list)
    delivered: dict[str, str] = field(default_factory=dict)  # mail → SHA-256 of the bytes in the mailbox
    refused: dict[str, str] = field(default_factory=dict)  # mail of a step → why it was refused

    @property
    def site(self) -> Path:
        return Path(self.service.settings.publication_target)

    @contextmanager
    def job(self) -> Iterator[Job]:
        """One transaction at the service's desk, as the command line has it."""
        with self.service.database.begin() as session:
            yield Job(desk=self.service.desk, session=session, now=self.clock(), actor="command-line")

    def received(self, session: Session, mail: str) -> Received | None:
        """The row of a sample mail; None where the service never took it in."""
        found = select(Received).where(Received.sha256 == self.delivered.get(mail, ""))
        return session.exec(found).first()

    def entry(self, session: Session, mail: str) -> Entry | None:
        """The entry that a sample mail opened or was attached to."""
        row = self.received(session, mail)
        return session.get(Entry, row.entry_id) if row is not None and row.entry_id is not None else None


@contextmanager
def stage(home: Path) -> Iterator[Show]:
    """Servers up, the office configured, its database and key made; everything down again at the end."""
    clock = Clock(scenario.BEGIN)
    post_box = PostBox(home / "mails-sent", clock.now)
    with (
        imap_server(USER, PASSWORD, ("Sent", "Junk")) as mailbox,
        smtp_server(post_box, USER, PASSWORD) as smtp,
    ):
        settings = config.load(_write_configuration(home, mailbox, smtp))
        bootstrap.make_key(settings)
        service = bootstrap.build(settings, clock=clock)
        service.database.upgrade()
        with service.database.begin() as session:
            roster_store.save(session, read_csv(_PACKAGE.joinpath("office", "roster.csv").read_text("utf-8")))
        try:
            yield Show(home=home, service=service, clock=clock, post_box=post_box, mailbox=mailbox, smtp=smtp)
        finally:
            service.database.dispose()


def _write_configuration(home: Path, mailbox: Account, smtp: Account) -> Path:
    folder = home / "config"
    folder.mkdir(parents=True, exist_ok=True)
    office = _PACKAGE.joinpath("office")
    text = Template(office.joinpath("inbox-bot.toml").read_text("utf-8")).substitute(
        imap_port=mailbox.port, smtp_port=smtp.port, user=USER, password=PASSWORD
    )
    path = folder / "inbox-bot.toml"
    path.write_text(text, encoding="utf-8")
    (folder / "briefing.toml").write_bytes(office.joinpath("briefing.toml").read_bytes())
    return path


async def play(show: Show) -> None:
    """From the first moment to the last: what is due at each pass is delivered or done just before it."""
    events: list[scenario.Delivery | scenario.Step] = [*scenario.DELIVERIES, *scenario.STEPS]
    events.sort(key=lambda event: event.at)
    pipeline = Pipeline(show.service)
    try:
        with mail_client(show.mailbox) as client:
            for moment in scenario.PASSES:
                while events and events[0].at <= moment:
                    event = events.pop(0)
                    show.clock.now = event.at
                    if isinstance(event, scenario.Delivery):
                        _deliver(show, client, event)
                    else:
                        _act(show, event)
                show.clock.now = show.post_box.now = moment
                before = len(show.post_box.sent)
                report = await pipeline.once()
                show.passes.append((moment, report, show.post_box.sent[before:]))
    finally:
        pipeline.close()


def _deliver(show: Show, client: imaplib.IMAP4, delivery: scenario.Delivery) -> None:
    raw = _PACKAGE.joinpath("mails", f"{delivery.mail}.eml").read_bytes()
    raw = _PLACEHOLDER.sub(lambda found: _known(show, found[1].decode(), found[2].decode()), raw)
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    show.delivered[delivery.mail] = hashlib.sha256(raw).hexdigest()
    deliver(client, delivery.folder, raw, delivery.at)


def _known(show: Show, what: str, mail: str) -> bytes:
    """What a sample mail quotes of the service's own mail; a plain word where there is none to quote."""
    with show.job() as job:
        entry = show.entry(job.session, mail)
        if entry is None:
            return b"nothing"
        if what == "REF":
            return entry.reference.encode()
        if what == "APPROVE":
            return _subject_of_button(show, entry.reference).encode()
        wanted = select(Outbox).where(Outbox.entry_id == entry.id, Outbox.kind == "acknowledgement")
        row = job.session.exec(wanted).first()
        return row.message_id.strip("<>").encode() if row is not None else b"nothing"


def _subject_of_button(show: Show, reference: str) -> str:
    """What a mail client puts into the subject when the SPOC presses Approve in the newest preview."""
    button = re.compile(r'href="mailto:[^"?]*\?subject=([^"&]+)[^"]*"[^>]*>\s*(?:<[^>]+>\s*)*Approve')
    for sent in reversed(show.post_box.sent):
        if f"[{reference}]" in sent.subject and (found := button.search(sent.html())):
            return unquote(found[1])
    return "nothing"


def _act(show: Show, step: scenario.Step) -> None:
    """What `inbox-bot approve REF` or `inbox-bot close REF` does."""
    spoc = show.service.settings.people.spoc.email
    try:
        with show.job() as job:
            entry = show.entry(job.session, step.mail)
            if entry is None:
                raise NotAllowed("its mail opened no entry")
            perform(job, Command(action=step.action, by=spoc, entry=entry, text=step.reason))
    except InboxBotError as error:
        show.refused[step.mail] = str(error)
