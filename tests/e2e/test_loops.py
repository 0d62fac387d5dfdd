"""Machines that answer each other: however deaf the other side, each question is acknowledged once."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from ..office import INBOX, SPOC, Office, mail
from ..servers.accounts import Account
from ..servers.dovecot import Dovecot
from ..servers.smtp_sink import Delivered, SmtpSink

ROUNDS = 6
OTHER = "election@moorland-pcc.example"
MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Inbox-Bot", "Precedence", "Return-Path")


def as_carried(item: Delivered, *, strip: bool) -> bytes:
    """What the other side's mailbox gets; `strip`: a gateway has removed all that tells of a machine."""
    message = message_from_bytes(item.raw, policy=policy.SMTP)
    if strip:
        for name in list(message.keys()):
            if name in MARKS or name.lower().startswith("x-"):
                del message[name]
        return message.as_bytes()
    return b"Return-Path: <" + item.sender.encode() + b">\r\n" + message.as_bytes()


class Post:
    """Carries what each sink took to whoever it is for."""

    def __init__(self, *offices: Office, strip: bool = False) -> None:
        self._offices, self._strip = offices, strip
        self._carried = dict.fromkeys(range(len(offices)), 0)
        self._inboxes = {office.settings.office.inbox_address: office for office in offices}

    def round(self) -> None:
        for number, office in enumerate(self._offices):
            report = office.once()
            assert report.errors == []
            for item in office.sink.delivered[self._carried[number] :]:
                for address in item.recipients:
                    if address in self._inboxes:
                        self._inboxes[address].deliver(as_carried(item, strip=self._strip))
            self._carried[number] = len(office.sink.delivered)
            office.pass_time(minutes=2)


@pytest.fixture
def other_office(
    make_office: Callable[..., Office],
    make_smtp_sink: Callable[..., SmtpSink],
    dovecot: Dovecot,
    office: Office,
) -> Office:
    """A second installation with a key, a mailbox and a submission server of its own."""
    account: Account = dovecot.account(f"moorland-{office.account.username}")
    overrides = {
        "office": {"inbox_address": OTHER, "reference_prefix": "MLD", "short_name": "Moorland OPCC"},
        "people": {
            role: {"email": f"{role}@moorland-pcc.example"}
            for role in ("spoc", "chief_executive", "paro", "alternate")
        }
        | {"officers": ["spoc@moorland-pcc.example"], "emergency_alert": ["spoc@moorland-pcc.example"]},
    }
    made = make_office(account, sink=make_smtp_sink(), overrides=overrides)
    assert made.once().errors == []
    return made


@pytest.mark.parametrize("strip", [False, True], ids=["honest", "stripped"])
def test_two_services_acknowledge_each_other_once_at_most(
    office: Office, other_office: Office, strip: bool
) -> None:
    office.deliver(mail(OTHER, "Joint hustings", "Dear colleagues,\n\nWill you hold a hustings in April?\n"))
    post = Post(office, other_office, strip=strip)
    for _ in range(ROUNDS):
        post.round()
    assert len(office.outbox("acknowledgement")) == 1
    assert len(office.sent_to(OTHER)) == 1
    assert len(other_office.outbox("acknowledgement")) <= 1
    assert len(other_office.sent_to(INBOX)) <= 1
    assert len(office.rows()) == 1


def answers_everything(
    office: Office, answer: Callable[[EmailMessage, int], EmailMessage], robot: str
) -> int:
    """Let a robot answer whatever it gets, round after round; how many mails it got."""
    seen = 0
    for _ in range(ROUNDS):
        assert office.once().errors == []
        got = office.sent_to(robot)
        for number, message in enumerate(got[seen:], start=seen + 1):
            office.deliver(answer(message, number))
        seen = len(got)
        office.pass_time(minutes=2)
    return seen


def test_an_absence_note_is_never_answered(office: Office) -> None:
    person = "rhodri.penhallow@mail.example"

    def away(got: EmailMessage, number: int) -> EmailMessage:
        text = "I am out of the office until Monday 9 February and will reply on my return.\n\nRhodri\n"
        note = mail(person, f"Automatic reply: {got['Subject']}", text, date=office.now)
        note["Auto-Submitted"] = "auto-replied"
        return note

    office.deliver(mail(person, "Rural crime", "Dear Sir or Madam,\n\nHow many rural officers are there?\n"))
    assert answers_everything(office, away, person) == 1
    assert len(office.rows()) == 1


def test_an_absence_note_without_any_header_is_never_answered(office: Office) -> None:
    person = "rhodri.penhallow@mail.example"

    def away(got: EmailMessage, number: int) -> EmailMessage:
        text = f"I am away from my desk until {number + 8} February with no access to email.\n\nRhodri\n"
        return mail(person, f"Out of office: {got['Subject']}", text, date=office.now)

    office.deliver(mail(person, "Rural crime", "Dear Sir or Madam,\n\nHow many rural officers are there?\n"))
    assert answers_everything(office, away, person) == 1
    assert len(office.rows()) == 1


TICKETS = {
    "new subject": lambda got, n: (
        f"Ticket #{8000 + n} has been opened",
        f"Hello,\n\nThank you for contacting Support. Your request has been received and given number"
        f" {8000 + n}. A colleague will be in touch shortly.\n\nSupport team\n",
    ),
    "our subject": lambda got, n: (
        f"[Case {8000 + n}] {got['Subject']}",
        f"Dear customer,\n\nwe have received your message and opened case {8000 + n}. Please keep this number"
        " in the subject line.\n\nCustomer Care\n",
    ),
    "quoting us": lambda got, n: (
        f"Your enquiry {8000 + n}",
        f"Thank you for your email. Reference: {8000 + n}. We aim to reply within five days.\n\n"
        + "".join(f"> {line}\n" for line in got.get_body(("plain",)).get_content().splitlines()),
    ),
    "asking back": lambda got, n: (
        f"Request {8000 + n}",
        f"Hello, could you please tell us your customer number? Without it we cannot"
        f" help you with {8000 + n}.\n",
    ),
}


@pytest.mark.parametrize("kind", sorted(TICKETS))
@pytest.mark.parametrize("threaded", [True, False], ids=["threaded", "unthreaded"])
def test_a_ticket_system_that_hides_what_it_is_gets_one_acknowledgement(
    office: Office, kind: str, threaded: bool
) -> None:
    robot = "support@tickets.example"

    def ticket(got: EmailMessage, number: int) -> EmailMessage:
        subject, text = TICKETS[kind](got, number)
        return mail(robot, subject, text, date=office.now, in_reply_to=got["Message-ID"] if threaded else "")

    office.deliver(
        mail(robot, "Camera network", "Hello,\n\nCould you tell us what the camera network cost last year?\n")
    )
    # A fresh question about a number is a person's as well; asked again with another number it is not.
    fresh_questions = 1 if kind == "asking back" and not threaded else 0
    assert answers_everything(office, ticket, robot) == 1 + fresh_questions
    if kind == "asking back" and not threaded:  # filed, and shown to the officer
        (held,) = [row for row in office.outbox("acknowledgement") if row.hold_reason]
        assert "machine" in held.hold_reason
        assert "machine" in office.sent_to(SPOC)[-1].get_body(("plain",)).get_content()


def test_a_person_with_two_questions_gets_two_acknowledgements(office: Office) -> None:
    person = "ffion.garrick@mail.example"
    for number, words in enumerate(
        ("How many rural officers are there?", "Thank you for that. What did they cost?"), 1
    ):
        office.deliver(
            mail(person, f"Question {number}", f"Dear Sir or Madam,\n\n{words}\n", date=office.now)
        )
        office.once()
        office.pass_time(minutes=2)
    assert len(office.sent_to(person)) == 2
