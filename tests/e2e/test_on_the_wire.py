"""The headers and the envelope of every kind of mail, as the provider's submission server gets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import getaddresses

import pytest

from inbox_bot.register.states import OutboxState, Outcome

from ..casework.test_commands import subject_of_button
from ..office import DOMAIN, INBOX, SPOC, Office, mail
from ..servers.accounts import Account
from ..servers.smtp_sink import Delivered

ADDRESS = "ffion.garrick@mail.example"
PERSON = f"Ffion Garrick <{ADDRESS}>"
QUESTION = "Dear Sir or Madam,\n\nHow many officers work in the rural crime team?\n\nFfion Garrick\n"
OFFICER = f"Nerys Calloway <{SPOC}>"
FORWARDER = "Idris Pryce <idris.pryce@harrowdale.police.example>"
NOTE = "One for you, I think; she rang the front desk about it twice."


def ask(office: Office, **more: object) -> EmailMessage:
    question = mail(PERSON, "Rural crime team", QUESTION, date=office.now, **more)  # type: ignore[arg-type]
    office.deliver(question)
    assert office.once().errors == []
    return question


def words_of(message: EmailMessage) -> str:
    """Both alternatives, as one line."""
    parts = (message.get_body((kind,)) for kind in ("plain", "html"))
    return " ".join(" ".join(str(part.get_content()).split()) for part in parts if part is not None)


def sent_to(office: Office, address: str) -> list[Delivered]:
    return office.sink.to(address)


def test_acknowledgement(office: Office) -> None:
    question = ask(office)
    (delivered,) = sent_to(office, ADDRESS)
    got = delivered.message
    assert (delivered.sender, delivered.recipients) == (INBOX, (ADDRESS,))
    assert got["From"].addresses[0].addr_spec == INBOX
    assert got["Auto-Submitted"] == "auto-replied"
    assert got["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert got["In-Reply-To"] == got["References"] == question["Message-ID"]
    assert "[HDL-0001]" in got["Subject"]
    (row,) = office.outbox("acknowledgement")
    assert got["Message-ID"] == f"<{row.message_id}>"
    assert row.message_id.endswith("@" + DOMAIN)
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    assert "rural crime" not in words_of(got)
    for name in ("Precedence", "Return-Receipt-To", "Disposition-Notification-To", "Bcc"):
        assert got[name] is None


def test_notice_to_the_officer(office: Office) -> None:
    question = ask(office)
    (delivered,) = sent_to(office, SPOC)
    got = delivered.message
    assert delivered.sender == INBOX
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert "[HDL-0001]" in got["Subject"]
    (row,) = [row for row in office.outbox("notice") if SPOC in row.recipients]
    assert got["Message-ID"] == f"<{row.message_id}>"
    assert question["Message-ID"] != got["Message-ID"]


def test_a_quieter_envelope_where_the_office_wants_it(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    office = make_office(mailbox_account, overrides={"smtp": {"envelope_sender": "null"}})
    office.once()
    ask(office)
    assert [item.sender for item in sent_to(office, ADDRESS)] == [""]
    assert sent_to(office, ADDRESS)[0].message["From"].addresses[0].addr_spec == INBOX


def test_a_second_try_is_the_same_mail(office: Office) -> None:
    """The Message-ID is fixed when the row is queued, so that no server takes a retry for another mail."""
    tries: list[bytes] = []

    def busy_once(envelope: object) -> str | None:
        content = envelope.content  # type: ignore[attr-defined]
        if ADDRESS not in envelope.rcpt_tos:  # type: ignore[attr-defined]
            return None
        tries.append(content)
        return "451 4.3.0 busy" if len(tries) == 1 else None

    office.sink.on_data = busy_once
    office.deliver(mail(PERSON, "Rural crime team", QUESTION, date=office.now))
    office.once()
    office.pass_time(minutes=2)
    office.once()
    assert len(tries) == 2
    assert tries[0] == tries[1] == sent_to(office, ADDRESS)[0].raw


def answer_through(office: Office) -> Delivered:
    """Press Answer in the notice, write three lines, wait until they are sent."""
    notice = office.sent_to(SPOC)[-1]
    subject = subject_of_button(notice, "Answer the enquirer")
    words = "Dear Ms Garrick,\n\nThe rural crime team has 14 officers.\n\nNerys Calloway\n"
    office.pass_time(minutes=3)
    office.deliver(mail(OFFICER, subject, words, date=office.now, verdict="pass"))
    assert office.once().errors == []
    office.pass_time(minutes=10)
    assert office.once().errors == []
    return sent_to(office, ADDRESS)[-1]


def test_an_officers_own_words_carry_no_mark_of_a_machine(office: Office) -> None:
    question = ask(office)
    delivered = answer_through(office)
    got = delivered.message
    assert "14 officers" in words_of(got)
    assert (got["Auto-Submitted"], got["X-Auto-Response-Suppress"]) == (None, None)
    assert (delivered.sender, delivered.recipients) == (INBOX, (ADDRESS,))
    assert got["In-Reply-To"] == question["Message-ID"]
    assert "Rural crime team" in got["Subject"]
    assert "[HDL-0001]" in got["Subject"]
    assert SPOC not in str(got)


def forwarded(how: str, office: Office) -> EmailMessage:
    """The force's forward of the question, inline or as an attachment."""
    original = mail(
        PERSON,
        "Rural crime team",
        QUESTION,
        to="enquiries@harrowdale.police.example",
        message_id="<original-1@mail.example>",
        date=office.now - dt.timedelta(hours=3),
    )
    if how == "attached":
        forward = mail(FORWARDER, "FW: Rural crime team", NOTE + "\n", date=office.now)
        forward.add_attachment(original)
        return forward
    text = (
        f"{NOTE}\n\n-----Original Message-----\nFrom: {PERSON}\nSent: 02 February 2026 06:30\n"
        f"To: enquiries@harrowdale.police.example\nSubject: Rural crime team\n\n{QUESTION}"
    )
    return mail(
        FORWARDER, "FW: Rural crime team", text, date=office.now, in_reply_to="<original-1@mail.example>"
    )


def test_a_forward_that_does_not_tell_its_original_threads_on_nothing(office: Office) -> None:
    forward = forwarded("inline", office)
    del forward["In-Reply-To"], forward["References"]
    office.deliver(forward)
    office.once()
    for delivered in (*sent_to(office, ADDRESS), answer_through(office)):
        assert (delivered.message["In-Reply-To"], delivered.message["References"]) == (None, None)
        assert str(forward["Message-ID"]) not in delivered.raw.decode()


def test_a_second_enquiry_passed_on_in_the_thread_of_the_first_is_an_entry_of_its_own(office: Office) -> None:
    first = ask(office)
    text = (
        f"{NOTE}\n\n-----Original Message-----\nFrom: Rhodri Penhallow <rhodri@mail.example>\n"
        "Sent: 02 February 2026 06:30\nTo: enquiries@harrowdale.police.example\nSubject: Cadets\n\n"
        "Dear Sir or Madam,\n\nHow many cadets are there?\n\nRhodri Penhallow\n"
    )
    office.deliver(mail(FORWARDER, "FW: Cadets", text, date=office.now, in_reply_to=str(first["Message-ID"])))
    assert office.once().outcomes[Outcome.FILED] == 1
    assert [row["contact_email"] for row in office.rows()] == [ADDRESS, "rhodri@mail.example"]


@pytest.mark.parametrize("how", ["attached", "inline"])
def test_what_the_enquirer_of_a_forward_gets_threads_on_the_original_and_hides_the_forwarder(
    office: Office, how: str
) -> None:
    forward = forwarded(how, office)
    office.deliver(forward)
    assert office.once().outcomes[Outcome.FILED] == 1
    (acknowledgement,) = sent_to(office, ADDRESS)
    answer = answer_through(office)
    for delivered in (acknowledgement, answer):
        got = delivered.message
        assert got["In-Reply-To"] == "<original-1@mail.example>"
        assert got["References"] == "<original-1@mail.example>"
        assert delivered.recipients == (ADDRESS,)
        everything = delivered.raw.decode() + words_of(got)
        for secret in ("Idris", "Pryce", "harrowdale.police", "front desk", str(forward["Message-ID"])):
            assert secret not in everything
        assert "FW:" not in got["Subject"]
    assert "Rural crime team" in answer.message["Subject"]


SILENT = {
    "no-reply": lambda: mail("no-reply@council.example", "Your request 441", QUESTION),
    "donotreply": lambda: mail("DoNotReply@service.example", "Your request 441", QUESTION),
    "mailing list": lambda: mail(
        "members@list.example", "[members] Newsletter", "News of the week.\n\nUnsubscribe here\n",
        headers={"List-Id": "<members.list.example>", "List-Unsubscribe": "<mailto:off@list.example>"},
    ),
    "bulk": lambda: mail(
        "offers@shop.example", "Office chairs", "Our offers of the week. Unsubscribe at any time.\n",
        headers={"Precedence": "bulk"},
    ),
    "null sender": lambda: mail(
        "someone@mail.example", "Re: yours", "I am away until Monday.\n", headers={"Return-Path": "<>"},
        in_reply_to="<elsewhere@mail.example>",
    ),
    "own daemon": lambda: mail(
        f"MAILER-DAEMON@{DOMAIN}", "Undelivered Mail Returned to Sender", "The mail could not be delivered.\n"
    ),
    "own postmaster": lambda: mail(f"postmaster@{DOMAIN}", "Mailbox nearly full", "It is 90% full.\n"),
    "own printer": lambda: mail(f"scanner@{DOMAIN}", "Scan from the second floor", "See the scan.\n"),
    "own inbox": lambda: mail(INBOX, "A test", QUESTION),
    "auto-generated": lambda: mail(
        "monitor@host.example", "Disk 90% full", "The disk is nearly full.\n",
        headers={"Auto-Submitted": "auto-generated"},
    ),
    "read receipt": lambda: mail("p@mail.example", "Read: Your question", "It was read on Monday.\n"),
    "junk From": lambda: mail("undisclosed-recipients:;", "Hello", QUESTION),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_never_written_to(office: Office, kind: str) -> None:
    before = len(office.sink.delivered)
    office.deliver(SILENT[kind]())
    report = office.once()
    assert report.errors == []
    assert sum(report.outcomes.values()) == 1
    assert report.outcomes[Outcome.SET_ASIDE] == 0
    assert {a for item in office.sink.delivered[before:] for a in item.recipients} <= {SPOC}


def test_over_the_cap_mail_is_filed_held_and_shown(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    limits = {"acknowledgements_per_sender_per_hour": 2, "acknowledgements_per_hour": 3}
    office = make_office(mailbox_account, overrides={"limits": limits})
    office.once()
    topics = ("the budget", "the helicopter", "the control room", "the cadets")
    for topic in topics:
        office.deliver(
            mail(PERSON, f"About {topic}", f"Dear all,\n\nWho decides on {topic}?\n", date=office.now)
        )
    for number in range(2):
        text = f"Dear all,\n\nWhere is police station {number}?\n"
        office.deliver(mail(f"p{number}@mail.example", "Stations", text, date=office.now))
    report = office.once()
    assert report.outcomes[Outcome.FILED] == 6
    # 2 of the person's 4, then 1 more until the 3 of the hour are used
    assert (report.acknowledged, report.acknowledgements_held) == (3, 3)
    reasons = [row.hold_reason for row in office.outbox("acknowledgement") if row.state is OutboxState.HELD]
    assert reasons == ["too many acknowledgements to this address within an hour"] * 2 + [
        "too many acknowledgements within an hour"
    ]
    shown = [words_of(m) for m in office.sent_to(SPOC) if "too many acknowledgements" in words_of(m)]
    assert len(shown) == 1  # a notice where the hour was full; of one sender's flood there is one summary
    assert "Release the acknowledgement" in shown[0]
    summaries = [words_of(m) for m in office.sent_to(SPOC) if "Unusually many mails" in m["Subject"]]
    assert any("HDL-0003" in words and "HDL-0004" in words for words in summaries)
    office.command("release", "HDL-0003")
    office.once()
    assert len(sent_to(office, ADDRESS)) == 3


EVIL = {  # display names as they stand in From
    "line break": "=?utf-8?q?Ffion=0D=0ABcc=3A_victim=40elsewhere=2Eexample?=",
    "bare newline": "=?utf-8?b?RmZpb24KQmNjOiB2aWN0aW1AZWxzZXdoZXJlLmV4YW1wbGU=?=",
    "address in the name": '"victim@elsewhere.example, Ffion"',
    "quotes": '"Ffion \\"x\\" <victim@elsewhere.example>"',
    "template": '"{{ 7*7 }} {% include \\"x\\" %}"',
    "markup": '"<script>alert(1)</script>"',
    "direction": "=?utf-8?b?RmZpb27igK5lbXVz?=",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(EVIL))
def test_a_name_cannot_inject_anything(office: Office, kind: str) -> None:
    raw = (
        f"From: {EVIL[kind]} <{ADDRESS}>\r\nTo: {INBOX}\r\n"
        "Subject: =?utf-8?q?Rural=0D=0ABcc=3A_v=40elsewhere=2Eexample?=\r\n"
        "Date: Mon, 02 Feb 2026 09:30:00 +0000\r\nMessage-ID: <evil@mail.example>\r\n\r\n" + QUESTION
    ).encode()
    office.deliver(raw)
    assert office.once().errors == []
    assert {a for item in office.sink.delivered for a in item.recipients} <= {
        ADDRESS,
        SPOC,
        f"chief.executive@{DOMAIN}",
    }
    (delivered,) = sent_to(office, ADDRESS)
    got = delivered.message
    assert [a for _, a in getaddresses(got.get_all("To", []))] == [ADDRESS]
    assert (got["Bcc"], got["Cc"]) == (None, None)
    html = str(got.get_body(("html",)).get_content())
    assert "<script>" not in html
    assert "\u202e" not in html
    assert " 49 " not in words_of(got)
