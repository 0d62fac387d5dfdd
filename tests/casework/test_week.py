"""A scripted week: the inbox, the SPOC's own mailbox and the Chief Executive's, each on Dovecot.

The officers read over IMAP and send over SMTP as their mail programs do; what they click is the mailto link
of the mail that lies in their mailbox. The relay between is aiosmtpd, which adds what a receiving server
says of the sender. Only the clock is simulated.
"""

# ruff: noqa: E501  (mails as people write them, one line a paragraph)
from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote

import pytest
from aiosmtpd.smtp import Envelope

from inbox_bot.store import audit

from ..office import AUTHSERV, CHIEF, DOMAIN, INBOX, SPOC, Office, mail
from ..servers.accounts import Account
from ..servers.dovecot import Dovecot
from ..servers.smtp_sink import SmtpSink

FORCE = "foi.team@harrowdale.police.example"
ENQUIRERS = {
    "ffion": "Ffion Garrick <ffion.garrick@mail.example>",
    "rhodri": "Rhodri Vance <rhodri.vance@mail.example>",
    "imogen": "Imogen Pell <imogen.pell@thedalesherald.example>",
}
STANDING = "I am standing as a candidate in the Police and Crime Commissioner election in May."


class Post:
    """Everybody's mail: three mailboxes on Dovecot, and the server through which people send."""

    def __init__(self, office: Office, spoc: Account, chief: Account, submission: SmtpSink) -> None:
        self.office, self.submission = office, submission
        self.boxes = {SPOC: spoc, CHIEF: chief}
        office.sink.on_data = self._out
        submission.on_data = self._in

    def _out(self, envelope: Envelope) -> str | None:
        """From the service to its officers' mailboxes; the enquirers' mail stays in the sink."""
        assert isinstance(envelope.content, bytes)
        for address in envelope.rcpt_tos:
            if address in self.boxes:
                self.boxes[address].deliver(envelope.content)
        return None

    def _in(self, envelope: Envelope) -> str | None:
        """From anybody to the inbox: the receiving server's own verdict goes on top."""
        assert isinstance(envelope.content, bytes)
        domain = (envelope.mail_from or "").rpartition("@")[2]
        said = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n".encode()
        if INBOX in envelope.rcpt_tos:
            self.office.deliver(said + envelope.content)
        return None

    def send(self, message: EmailMessage) -> None:
        """As a mail program submits it."""
        with smtplib.SMTP("127.0.0.1", self.submission.port) as client:
            client.send_message(message)
        self.office.once()

    def newest(self, address: str, words: str) -> EmailMessage:
        """The newest mail in somebody's mailbox that holds these words in its subject, read over IMAP."""
        for raw in reversed(self.boxes[address].messages()):
            message = message_from_bytes(raw, policy=policy.default)
            assert isinstance(message, EmailMessage)
            if words in str(message["Subject"]):
                return message
        raise AssertionError(f"no mail with {words!r}")

    def click(self, address: str, words: str, label: str, body: str = "") -> None:
        """Open the newest such mail, click the button, write the body, send."""
        part = self.newest(address, words).get_body(("html",))
        assert part is not None
        for href, shown in re.findall(r'href="(mailto:[^"]+)"[^>]*>([^<]*)<', part.get_content()):
            if shown.strip().startswith(label):
                to, _, query = href.replace("&amp;", "&").removeprefix("mailto:").partition("?")
                fields = dict(pair.split("=", 1) for pair in query.split("&"))
                self.office.pass_time(minutes=1)
                self.send(mail(address, unquote(fields["subject"]), body, to=to, date=self.office.now))
                return
        raise AssertionError(f"no button {label!r}")

    def reply(self, address: str, words: str, body: str) -> None:
        """Reply to the newest such mail, quoting it below as mail programs do."""
        notice = self.newest(address, words)
        part = notice.get_body(("plain",))
        assert part is not None
        quoted = "\n".join(f"> {line}" for line in part.get_content().splitlines())
        self.office.pass_time(minutes=1)
        text = f"{body}\n\nOn Monday {INBOX} wrote:\n{quoted}\n"
        self.send(
            mail(
                address,
                f"Re: {notice['Subject']}",
                text,
                date=self.office.now,
                in_reply_to=str(notice["Message-ID"]),
            )
        )


@pytest.fixture
def post(
    make_office: Callable[..., Office],
    dovecot: Dovecot,
    mailbox_account: Account,
    make_smtp_sink: Callable[..., SmtpSink],
) -> Iterator[Post]:
    office = make_office(
        mailbox_account,
        overrides={
            "people": {
                "force_spoc": {"email": f"spoc@{FORCE.partition('@')[2]}"},
                "force_foi": {"email": FORCE},
            },
            "publication": {"tell_candidates": True},
        },
    )
    office.once()
    tag = mailbox_account.username.partition("@")[0]
    yield Post(
        office,
        dovecot.account(f"spoc-{tag}@{DOMAIN}"),
        dovecot.account(f"chief-{tag}@{DOMAIN}"),
        make_smtp_sink(),
    )


def row(office: Office, reference: str) -> dict[str, object]:
    return next(r for r in office.rows() if r["reference"] == reference)


def test_a_week_of_casework_from_ordinary_mail_clients(post: Post) -> None:
    office = post.office

    # Monday: a candidate asks; the SPOC answers from a personal mailbox through the notice's button.
    post.send(
        mail(
            ENQUIRERS["ffion"],
            "Rural crime team",
            f"{STANDING} How many officers work in the rural crime team?",
            date=office.now,
        )
    )
    post.click(
        SPOC,
        "HDL-0001",
        "Answer the enquirer",
        "Dear Ms Garrick,\n\nIt has 14 officers.\n\nKind regards,\nNerys Calloway\n",
    )
    assert row(office, "HDL-0001")["status"] == "open"
    office.pass_time(minutes=6)
    office.once()
    assert (row(office, "HDL-0001")["status"], row(office, "HDL-0001")["officer"]) == (
        "answered",
        "Nerys Calloway",
    )
    assert len(office.sent_to("ffion.garrick@mail.example")) == 2  # the acknowledgement and the answer

    # Another candidate wants a visit: the Chief Executive decides in a reply, the SPOC answers from the shared mailbox.
    post.send(
        mail(
            ENQUIRERS["rhodri"],
            "Custody suite",
            f"{STANDING} I would like to visit the custody suite in March.",
            date=office.now,
        )
    )
    assert row(office, "HDL-0002")["status"] == "awaiting_decision"
    post.reply(
        CHIEF,
        "Decision needed",
        "No: nobody visits custody in the period\nConditions or risks: a film for all",
    )
    (decision,) = row(office, "HDL-0002")["decisions"]  # type: ignore[misc]  # a JSON list
    assert (decision["decision"], decision["risk_mitigation"]) == ("no", "a film for all")
    question = str(row(office, "HDL-0002")["messages"][0])  # type: ignore[index]  # a JSON list
    office.deliver(
        mail(f"Nerys Calloway <{SPOC}>", "RE: Custody suite", "Dear Mr Vance,\n\nVisits are not possible.\n",
             to="rhodri.vance@mail.example", date=office.now, in_reply_to=f"<{question}>"),
        folder="Sent",
    )  # fmt: skip
    office.once()
    assert row(office, "HDL-0002")["status"] == "answered"

    # Tuesday: the previews. One is approved by its button, one is kept off in plain words.
    office.go_to("2026-02-03 11:00")
    post.send(mail(SPOC, "candidates", "", date=office.now))
    roster = mail(SPOC, "candidates", "", date=office.now)
    roster.add_attachment(
        b"name,email,role,standing\nFfion Garrick,ffion.garrick@mail.example,candidate,declared\n"
        b"Rhodri Vance,rhodri.vance@mail.example,candidate,declared\n",
        maintype="text", subtype="csv", filename="candidates.csv",
    )  # fmt: skip
    post.send(roster)
    post.click(SPOC, "candidates", "Import")
    before = {
        who: len(office.sent_to(who)) for who in ("ffion.garrick@mail.example", "rhodri.vance@mail.example")
    }
    post.reply(SPOC, "[HDL-0002] Preview", "not for publication: it would show who asked")
    assert row(office, "HDL-0002")["not_published_reason"] == "N/A: it would show who asked"
    post.click(SPOC, "[HDL-0001] Preview", "Approve")
    office.once()
    assert row(office, "HDL-0001")["publication"] == "published"
    told = {who: office.sent_to(who)[n:] for who, n in before.items()}
    assert [len(mails) for mails in told.values()] == [1, 1]  # equal access: every candidate, at once (R20)
    assert len({str(mails[0]["Date"]) for mails in told.values()}) == 1

    # A journalist asks in writing for recorded information that the force holds; the force discloses to the inbox.
    request = "Under the Freedom of Information Act 2000 please send me the number of recorded thefts of dogs in 2025.\n\nImogen Pell"
    post.send(mail(ENQUIRERS["imogen"], "FOI request", request, date=office.now))
    assert row(office, "HDL-0003")["category"] == "foi"
    post.send(mail(SPOC, "authority HDL-0003 force", "", date=office.now))
    post.send(mail(SPOC, "refer HDL-0003 to the force", "", date=office.now))
    assert row(office, "HDL-0003")["status"] == "referred"
    disclosure = mail(
        FORCE,
        "Re: [HDL-0003] FOI request",
        "Our response to this request is attached: 41 thefts were recorded.",
        date=office.now,
    )
    disclosure.add_attachment(
        b"year,thefts\n2025,41\n", maintype="text", subtype="csv", filename="thefts.csv"
    )
    post.send(disclosure)
    third = row(office, "HDL-0003")
    assert (third["status"], third["publication"]) == ("closed", "scheduled")
    assert len(third["provided_refs"]) == 1  # type: ignore[arg-type]  # a JSON list

    # Wednesday: a telephone note, a hold with a day, help; Thursday the digest knows it all.
    office.go_to("2026-02-04 10:00")
    post.send(
        mail(
            SPOC,
            "Telephone note",
            "Name: Harold Pinnock\nEmail: harold.pinnock@post.example\nAsked: How many special constables are there?",
            date=office.now,
        )
    )
    assert row(office, "HDL-0004")["method_of_contact"] == "telephone"
    assert len(office.sent_to("harold.pinnock@post.example")) == 1
    post.send(mail(SPOC, "hold HDL-0003 until Friday: a figure is being checked", "", date=office.now))
    assert row(office, "HDL-0003")["publication"] == "held"
    post.send(mail(SPOC, "show HDL-0003", "", date=office.now))
    assert "[HDL-0003]" in str(post.newest(SPOC, "show")["Subject"])
    office.go_to("2026-02-05 07:31")
    office.once()
    assert "Election inbox" in str(post.newest(CHIEF, "Election inbox")["Subject"])

    # Friday: the held preview comes again, and the chain of what was done holds.
    office.go_to("2026-02-06 09:01")
    assert office.once().approvals_requested == 1
    with office.database.begin() as session:
        assert audit.verify(session).broken_at is None
