"""An office under test: real settings, a real database, a real mailbox and submission server.

Only the clock is ours. `Office.once()` runs one full pass exactly as `inbox-bot once` does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import tomllib
from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from inbox_bot import bootstrap, config
from inbox_bot.casework.actions import Command, perform
from inbox_bot.casework.desk import Job
from inbox_bot.casework.showing import export_rows
from inbox_bot.pipeline import Pipeline, Report
from inbox_bot.store import entries
from inbox_bot.store.tables import Entry, Outbox, Received

from .servers.accounts import Account
from .servers.smtp_sink import SmtpSink

LONDON = ZoneInfo("Europe/London")
# In the past, because Dovecot takes no INTERNALDATE from the future.
MONDAY = dt.datetime(2026, 2, 2, 9, 30, tzinfo=LONDON)
DOMAIN = "harrowdale-pcc.example"
INBOX = f"election@{DOMAIN}"
SPOC = f"spoc@{DOMAIN}"
CHIEF = f"chief.executive@{DOMAIN}"
AUTHSERV = f"mx.{DOMAIN}"

SETTINGS = f"""
[office]
name = "Office of the Police and Crime Commissioner for Harrowdale"
short_name = "Harrowdale OPCC"
reference_prefix = "HDL"
inbox_address = "{INBOX}"
website = "https://{DOMAIN}/election"
privacy_notice = "https://{DOMAIN}/privacy"
profile = "apace-police"
[election]
poll_date = 2026-05-07
[people]
spoc = {{ email = "{SPOC}", name = "Nerys Calloway", title = "Head of Governance" }}
chief_executive = {{ email = "{CHIEF}", name = "Owain Thackeray" }}
paro = {{ email = "paro@harrowdale-council.example", telephone = "01632 960001" }}
alternate = {{ email = "deputy.monitoring@{DOMAIN}" }}
emergency_alert = ["{SPOC}"]
officers = ["{SPOC}"]
force_domains = ["harrowdale.police.example"]
[mailbox]
sent = "Sent"
junk = "Junk"
[smtp]
security = "plain"
max_per_minute = 100000
[trust]
authserv_id = "{AUTHSERV}"
"""


class Office:
    """One installation in a folder of its own."""

    def __init__(
        self,
        home: Path,
        account: Account,
        sink: SmtpSink,
        *,
        now: dt.datetime = MONDAY,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.home, self.account, self.sink = home, account, sink
        self.now = now
        security = next(iter(account.ports))
        data = tomllib.loads(SETTINGS)
        data["mailbox"] |= {
            "port": account.ports[security],
            "security": security,
            "username": account.username,
            "password": account.password,
        }
        data["smtp"]["port"] = sink.port
        for section, values in (overrides or {}).items():
            data.setdefault(section, {}).update(values)
        with account.client() as client:
            for folder in ("Sent", "Junk"):
                client.create(folder)
        self.data = data  # what a child process builds the same office from
        self.settings = config.from_mapping(data, home=home)
        bootstrap.make_key(self.settings)
        self.service = bootstrap.build(self.settings, clock=lambda: self.now.astimezone(dt.UTC))
        self.database = self.service.database
        self.database.upgrade()
        self.pipeline = Pipeline(self.service)

    def close(self) -> None:
        self.pipeline.close()
        self.database.dispose()

    # -- time and passes ------------------------------------------------------------------------------

    def once(self, **options: Any) -> Report:
        """One full pass; its errors are a test's failure unless the test expects them."""
        return asyncio.run(self.pipeline.once(**options))

    def pass_time(self, **delta: float) -> None:
        self.now += dt.timedelta(**delta)

    def go_to(self, moment: str) -> None:
        """ "2026-02-03 07:30", local time."""
        self.now = dt.datetime.fromisoformat(moment).replace(tzinfo=LONDON)

    # -- mail in and out --------------------------------------------------------------------------------

    def deliver(
        self, mail: EmailMessage | bytes, folder: str = "INBOX", at: dt.datetime | None = None
    ) -> bytes:
        """Put a mail into the mailbox as arrived now; the bytes as the mailbox has them."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
        self.account.deliver(raw, folder=folder, at=at or self.now)
        return raw

    def sent_to(self, address: str) -> list[EmailMessage]:
        """What one address has got so far, oldest first."""
        return [message_from_bytes(d.raw, policy=policy.default) for d in self.sink.to(address)]  # type: ignore[misc]

    # -- the register ---------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """The register of contacts as `register export --format json` gives it."""
        from inbox_bot.register.export import to_json

        with self.database.begin() as session:
            return json.loads(to_json(export_rows(self.job(session))))  # type: ignore[no-any-return]

    def job(self, session: Any, actor: str = "command-line") -> Job:
        return Job(desk=self.service.desk, session=session, now=self.service.clock(), actor=actor)

    def entry(self, reference: str) -> Entry:
        with self.database.begin() as session:
            return entries.get(session, reference)

    def received(self) -> Sequence[Received]:
        with self.database.begin() as session:
            return session.exec(select(Received).order_by(Received.id)).all()  # type: ignore[arg-type]

    def outbox(self, kind: str = "") -> Sequence[Outbox]:
        with self.database.begin() as session:
            rows = session.exec(select(Outbox).order_by(Outbox.id)).all()  # type: ignore[arg-type]
        return [row for row in rows if not kind or row.kind == kind]

    def command(self, action: str, reference: str = "", **more: Any) -> list[str]:
        """What `inbox-bot ACTION REF` does."""
        with self.database.begin() as session:
            entry = entries.get(session, reference) if reference else None
            return perform(self.job(session), Command(action=action, by="command-line", entry=entry, **more))


def mail(
    sender: str,
    subject: str,
    text: str,
    *,
    to: str = INBOX,
    date: dt.datetime = MONDAY,
    message_id: str = "",
    in_reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    verdict: str = "",
) -> EmailMessage:
    """A plain mail. `verdict` "pass" or "fail": what the receiving server says of the From domain."""
    message = EmailMessage()
    if verdict:
        domain = sender.rpartition("@")[2].rstrip(">")
        message["Authentication-Results"] = (
            f"{AUTHSERV}; dmarc={verdict} header.from={domain}; dkim={verdict} header.d={domain}"
        )
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id or f"<{abs(hash((sender, subject, text, date)))}@mail.example>"
    if in_reply_to:
        message["In-Reply-To"] = message["References"] = in_reply_to
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    return message
