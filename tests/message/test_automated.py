# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Machines told from people, with the evidence; failed recipients and the mail they are about."""

from __future__ import annotations

import pytest
from tests.message.mails import mail, multipart, raw

from inbox_bot.message import automated, ownmark
from inbox_bot.message.parse import parse

REPORT = "Reporting-MTA: dns; mx.office.example\n\nFinal-Recipient: rfc822; bea@mail.example\nAction: {}\nStatus: {}"


def report(action: str, status: str) -> bytes:
    return multipart(
        "report; report-type=delivery-status",
        "Content-Type: text/plain\n\nAbout your message.",
        "Content-Type: message/delivery-status\n\n" + REPORT.format(action, status),
        "Content-Type: message/rfc822\n\nFrom: election@office.example\nTo: bea@mail.example\nMessage-ID: <ack-7@office.example>\n\nThank you",
        sender="MAILER-DAEMON@mx.office.example",
        subject="Mail status",
    )


@pytest.mark.parametrize(
    ("action", "status", "kind", "permanent"),
    [
        ("failed", "5.1.1", "bounce", True),
        ("failed", "4.4.7", "bounce", False),
        ("delayed", "4.4.1", "delay", False),
    ],
)
def test_detect_reads_a_delivery_report(action: str, status: str, kind: str, permanent: bool) -> None:
    found = automated.detect(parse(report(action, status)))
    assert (found.kind, found.permanent, found.bounced_recipients) == (kind, permanent, ("bea@mail.example",))
    assert found.original_message_id == "ack-7@office.example"


def test_detect_takes_a_report_of_success_for_a_receipt() -> None:
    found = automated.detect(parse(report("delivered", "2.0.0")))
    assert (found.kind, found.permanent, found.bounced_recipients) == ("receipt", None, ())


PROSE = {
    "exchange": ("System Administrator <postmaster@force.example>", "Undeliverable: Your enquiry",
                 "Your message\n\n  To: Bea\n  Subject: Your enquiry\n\ndid not reach the following recipient(s):\n\nbea@mail.example on Mon, 1 Feb 2027\n    The e-mail account does not exist. <5.1.1>\n"),
    "qmail": ("MAILER-DAEMON@mx.example", "failure notice",
              "Hi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<bea@mail.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n"),
    "exim": ("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed: returning message to sender",
             "A message that you sent could not be delivered. The following address(es) failed:\n\n  bea@mail.example\n    host mx: 550 no such user\n"),
    "office 365": ("Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@force.example>", "Undeliverable: Your enquiry",
                   "Your message to bea@mail.example couldn't be delivered.\nbea wasn't found at mail.example.\n"),
    "gateway of no known name": ("imss@gate.example", "Mail could not be delivered",
                                 "****** Message from the mail gateway ******\n\nSent <<< RCPT TO:<bea@mail.example>\nReceived >>> 550 5.1.1 unknown user.\n"),
    "quoted local part": ('"System Administrator"@gate.example', "Delivery Failure",
                          "Could not deliver message to the following recipient(s):\n\nFailed Recipient: bea@mail.example\nReason: Remote host said: 550 unknown user\n"),
    "no subject": ("MAILER-DAEMON@mx.example", "",
                   "I'm afraid I wasn't able to deliver the following message.\nThis is a permanent error; I've given up.\n\nSubject: Your enquiry\nTo: bea@mail.example\n"),
    "returned": ("MAILER-DAEMON@mx.example", "Processing Error",
                 "Intended recipient: bea@mail.example\n\nThe following mail has been returned because it encountered an error\nwhile being processed.\n"),
    "our own recipients repeated": ("System Administrator <postmaster@force.example>", "Undeliverable: Your enquiry",
                                    "Your message\n\n  To:      all@list.example\n  Cc:      cid@list.example\n\ndid not reach the following recipient(s):\n\nc=GB;a= ;p=FORCE;dda:SMTP=bea@mail.example; on Mon, 1 Feb 2027\n    Unknown Recipient\n"),
    "refuses mail from": ("Mail Delivery Subsystem <mailer-daemon@mx.example>", "Mail Delivery Problem",
                          "The following recipients could not be reached, as they accept no mail from ann@other.example:\n\tbea@mail.example\n"),
}  # fmt: skip


@pytest.mark.parametrize(("sender", "subject", "text"), PROSE.values(), ids=PROSE.keys())
def test_detect_reads_a_bounce_in_prose(sender: str, subject: str, text: str) -> None:
    found = automated.detect(mail(text, sender=sender, subject=subject))
    assert (found.kind, found.permanent, found.bounced_recipients) == ("bounce", True, ("bea@mail.example",))


def test_detect_prefers_the_recipient_that_our_mail_was_for() -> None:
    """Final-Recipient is where an alias led (RFC 3464 2.3.2); the outbox knows Original-Recipient only."""
    status = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; b1@store.mail.example\nOriginal-Recipient: rfc822;bea@mail.example\nAction: {}\nStatus: 5.1.1"
    for action in ("failed", "error"):  # the second is no word of RFC 3464
        part = "Content-Type: message/delivery-status\n\n" + status.format(action)
        found = automated.detect(
            parse(
                multipart(
                    "mixed", "Content-Type: text/plain\n\nHello!", part, sender="mailer-daemon@mx.example"
                )
            )
        )
        assert (found.kind, found.bounced_recipients) == ("bounce", ("bea@mail.example",))


def test_detect_reads_a_report_that_a_gateway_attached_to_another() -> None:
    whole = "Content-Type: message/rfc822\n\n" + report("failed", "5.1.1").decode()
    outer = multipart(
        "mixed", whole.replace("frontier", "inner"), sender="postmaster@force.example", subject="Status"
    )
    found = automated.detect(parse(outer))
    assert (found.kind, found.bounced_recipients) == ("bounce", ("bea@mail.example",))
    assert found.original_message_id == "ack-7@office.example"


def test_detect_leaves_a_person_alone_who_attaches_a_report() -> None:
    whole = "Content-Type: message/rfc822\n\n" + report("failed", "5.1.1").decode()
    words = "Content-Type: text/plain\n\nThis is what I got. What is your right address?"
    assert automated.detect(parse(multipart("mixed", words, whole.replace("frontier", "inner")))).kind is None


def test_detect_takes_a_refusal_by_a_filter_for_a_bounce() -> None:
    """Sieve's reject says so in a disposition notification (RFC 5429 2.1.1)."""
    part = "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; bea@mail.example\nOriginal-Message-ID: <ack-7@office.example>\nDisposition: automatic-action/MDN-sent-automatically; deleted"
    words = "Content-Type: text/plain\n\nYour message to <bea@mail.example> was automatically rejected:\nQuota exceeded"
    found = automated.detect(
        parse(
            multipart(
                "report; report-type=disposition-notification",
                words,
                part,
                subject="Automatically rejected mail",
                sender="Mail Delivery Subsystem <bea@mail.example>",
            )
        )
    )
    assert (found.kind, found.bounced_recipients) == ("bounce", ("bea@mail.example",))
    assert found.original_message_id == "ack-7@office.example"


def test_detect_tells_a_delay_in_prose() -> None:
    text = "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\n<bea@mail.example>... Deferred: host unreachable\nWill keep trying for 5 days\n"
    found = automated.detect(
        mail(
            text,
            sender="MAILER-DAEMON@mx.example",
            subject="Warning: could not send message for past 4 hours",
        )
    )
    assert (found.kind, found.permanent, found.bounced_recipients) == ("delay", False, ("bea@mail.example",))


@pytest.mark.parametrize(
    ("kind", "subject", "text", "fields"),
    [
        ("auto_reply", "Re: hello", "I am away.", {"Auto_Submitted": "auto-replied"}),
        ("auto_reply", "Automatic reply: Your enquiry", "I am on leave.", {}),
        ("auto_reply", "Ateb awtomatig: Eich ymholiad", "Rwyf ar wyliau.", {}),
        ("auto_reply", "Out of office", "I'm on annual leave until 3 May.", {}),
        ("auto_reply", "Re: x", "Gone fishing.", {"X_Autoreply": "yes", "Precedence": "bulk"}),
        ("auto_reply", "Your enquiry", "Thank you for contacting us. We aim to reply within ten working days.", {"X_Auto_Response_Suppress": "All"}),
        ("auto_reply", "Réponse automatique : x", "Je suis absent.", {}),
        ("auto_reply", "Bea Birch/HQ/Force is out of the office", "I will be out of the office starting 01/02/2027 and will not return until 08/02/2027.", {}),
        ("auto_reply", "[AUTO GENERATED] Your ticket", "It is in the queue.", {}),
        ("auto_reply", "Allan o'r swyddfa", "Byddaf yn ôl ddydd Llun 3 Mai.", {}),
        ("auto_reply", "Abwesenheitsnotiz", "Ich bin vom 1.5. bis 3.5. im Urlaub.", {}),
        ("auto_reply", "Freagra uathoibríoch: Ceist", "Tá mé as oifig go dtí Dé Luain.", {}),
        ("auto_reply", "Răspuns automat: Întrebare", "Revin pe 3 mai.", {}),
        ("auto_reply", "Αυτόματη απάντηση: Ερώτηση", "Απουσιάζω.", {}),
        ("auto_reply", "Автоответ: Ваш запрос", "Я в отпуске до 3 мая.", {}),
        ("auto_reply", "Annual leave", "I am on annual leave until 3 May and will read your message on my return.", {}),
        ("auto_reply", "Away: Re: Your enquiry", "I am away until 3 May.", {}),
        ("receipt", "Leído: Su consulta", "Su mensaje fue leído el 1 de febrero.", {}),
        ("challenge", "Your email requires verification", "The message you sent requires that you verify that you are a real live human being.\n\nTo complete this verification, simply reply to this message.", {}),
        ("receipt", "Read: Your enquiry", "Your message was read on 1 February 2027.", {}),
        ("list", "The week", "In this issue: budgets.\n\nUnsubscribe: https://news.example/u", {"List_Unsubscribe": "<https://news.example/u>"}),
        ("auto_reply", "Summary: 4 messages", "Held: FOI question? Release", {"From": "Quarantine <quarantine@filter.office.example>", "Auto_Submitted": "auto-generated"}),
        ("auto_reply", "Quarantine summary: 2 messages held", "22/04 17:50 jo@post.example May I come?\n\nRelease: https://gate.office.example/q", {"From": "Gate <quarantine@gate.office.example>"}),
        ("auto_reply", "[REQ-2208] Closed: redirect of mail", "State: closed complete. You can't reply to this message.", {"From": "Portal <no-reply.portal@force.example>", "Return_Path": "<>"}),
        ("challenge", "Re: Your enquiry", "Your message is being held. Please click https://guard.example/1 to confirm that you are a human sender.", {"Auto_Submitted": "auto-generated"}),
    ],
)  # fmt: skip
def test_detect_names_the_kind(kind: str, subject: str, text: str, fields: dict[str, str]) -> None:
    found = automated.detect(mail(text + "\n", subject=subject, **fields))
    assert found.kind == kind
    assert found.evidence


@pytest.mark.parametrize(
    ("subject", "text", "fields"),
    [
        ("Visit", "I was out of office last week. May I come this week?", {}),
        ("Re: Automatic reply: Visit", "You are back, I hope. May I come?", {}),
        ("Failed delivery", "Your officer failed to deliver the leaflet on 5 May. Who deals with this?", {}),
        ("Mail could not be delivered", "Your message could not be delivered to me last week, it seems. I tried again on Monday.", {}),
        ("Leaflet delivery failed in our village", "The leaflets were not delivered to Harrowick. They cannot be found.", {"From": "Parish Clerk <mail@parish.example>"}),
        ("The Commissioner is on leave", "Is it true that he is on annual leave until 3 May?", {}),
        ("Annual leave of officers", "How many days of annual leave do officers have? I am away until Monday.", {}),
        ("Absence", "Je suis en congé la semaine prochaine; puis-je visiter le commissariat ?", {}),
        ("Read: my question again", "Please read my question again. It was read by nobody, it seems.", {}),
        ("RE: We have received your enquiry [CAR-0031]", "Thank you. Is the car park public land?\n\nFrom: Office <o@office.example>\nSent: 1 May 2027\nTo: Ann\nSubject: We have received your enquiry [CAR-0031]\n\nWe have received your enquiry.", {}),
        ("Undelivered post", "The post was not delivered to my mother. Could you help?", {}),
        ("The flyer", "It came home with every child, folded inside the school newsletter. Nobody dares say so.", {"Feedback_ID": "52371:user:letterbox"}),
        ("Question", "Dear all,\n\nCould you tell us what the panel costs?\n", {"List_Id": "<forum.lists.example>", "Precedence": "list"}),
        ("Form", "Name: Bea\nEmail: bea@mail.example\nMessage: When is the briefing?\n", {"Auto_Submitted": "auto-generated"}),
        ("One table", "Hello all,\n\nWe are compiling a table. From you we need one number.\n\nBo Teal, Data Unit\n\nUnsubscribe", {"Precedence": "bulk", "List_Unsubscribe": "<https://t.paper.example/u>"}),
        ("Quarantine in the kennels", "Dogs are held in quarantine for a month. Who decides that?", {"From": "Held Mail <quarantine@vets.example>"}),
        ("Office out of hours", "Is the front office in Harrowick to close?", {}),
        ("Holiday dates", "I am on holiday until Monday but wanted to ask: when is the briefing?", {}),
    ],
)  # fmt: skip
def test_detect_leaves_people_alone(subject: str, text: str, fields: dict[str, str]) -> None:
    assert automated.detect(mail(text + "\n", subject=subject, **fields)).kind is None


def test_detect_takes_a_postmasters_notice_for_a_machines() -> None:
    notice = mail(
        "Your mailbox is almost full.\n", subject="Mailbox size", sender="postmaster@office.example"
    )
    assert automated.detect(notice).kind == "auto_reply"


def test_detect_reads_a_meeting_request_but_not_a_calendar_file_sent_along() -> None:
    invitation = (
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR"
    )
    published = invitation.replace("REQUEST", "PUBLISH")
    words = "Content-Type: text/plain\n\nWould the attached dates suit?"
    assert automated.detect(parse(multipart("alternative", words, invitation))).kind == "calendar"
    assert automated.detect(parse(multipart("mixed", words, published))).kind is None


def test_detect_reads_a_disposition_notification() -> None:
    part = "Content-Type: message/disposition-notification\n\nOriginal-Message-ID: <ack-7@office.example>\nDisposition: manual-action; displayed"
    found = automated.detect(parse(multipart("report", "Content-Type: text/plain\n\nSeen", part)))
    assert (found.kind, found.original_message_id) == ("receipt", "ack-7@office.example")


def test_detect_reads_a_report_of_abuse() -> None:
    arf = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse"
    hotmail = "Content-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: bea@mail.example\nFrom: o@office.example\n\nHi"
    for part in (arf, hotmail):
        found = automated.detect(
            parse(multipart("mixed", part, subject="complaint about message from 192.0.2.1"))
        )
        assert found.kind == "receipt"


def test_detect_believes_only_the_keyed_mark_of_our_own_mail() -> None:
    key = b"k" * 32

    def is_own(message: object) -> bool:
        return ownmark.verify(key, message.message_id, message.header(ownmark.HEADER))  # type: ignore[attr-defined]

    ours = parse(raw(X_Inbox_Bot_Mark=ownmark.sign(key, "1@mail.example")))
    forged = parse(raw(X_Inbox_Bot_Mark=ownmark.sign(b"other", "1@mail.example")))
    assert automated.detect(ours, is_own=is_own).kind == "own_mail"
    assert automated.detect(forged, is_own=is_own).kind is None


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Thank you for contacting Ashby Town Council", "Dear resident,\n\nYour message has been received and given the number ATC/27/0412. Have you seen our dates? Can you tell us if you need a lift?\n"),
        ("[GB-20931] We have your message", "Your request (GB-20931) has been logged. Need a poster? Have a look here.\n"),
        ("Case HC-20931 has been opened", "Thank you for contacting Harrowick Council. We have opened case HC-20931.\n"),
        ("[NE-30417] We've logged your question about signs", "Your question has been logged as NE-30417. You can add a comment by replying above this line.\n"),
        ("Case 00512277 has been opened", "Your query has been logged as case 00512277. Follow it at my.harrowick.example.\n"),
        ("Diolch / Thank you", "Rydym wedi derbyn eich neges. We have received your message: ref CRM-90417. Have a question about your bins?\n"),
    ],
)  # fmt: skip
def test_a_desks_receipt_without_a_mark_is_automated(subject: str, text: str) -> None:
    found = automated.detect(mail(text, Subject=subject))
    assert found.kind == "auto_reply"
    assert found.evidence[0].rule == "a desk's receipt"


@pytest.mark.parametrize(
    "text",
    [
        "Your message of Monday was received, thank you, ref HRD-0007. I still do not know when I may come.\n",
        "We have received your leaflet. Our reference is AB-1234. Who decides about visits?\n",
        "Please log my request under number 20931.\n",
    ],
)
def test_a_person_who_names_a_number_is_not_a_desk(text: str) -> None:
    assert automated.detect(mail(text, Subject="Visit")).kind is None


def test_a_filter_that_holds_our_mail_until_somebody_clicks_is_a_challenge() -> None:
    text = (
        "The message you sent to ann@mail.example is being held because you are not yet on her list of trusted "
        "senders.\n\nTo release it click the link and type the letters.\n\nhttps://guard.example/c/7f3e\n"
    )
    found = automated.detect(
        mail(text, Subject="Please confirm your message", In_Reply_To="<1@office.example>")
    )
    assert found.kind == "challenge"


def test_a_desk_that_asks_for_an_answer_above_its_line_is_a_machine() -> None:
    text = "Hi there!\n\nThanks for getting in touch. A real person will look at your question soon.\n\n##- Please type your reply above this line -##\n"
    found = automated.detect(mail(text, Subject="We got it! (#PF-44718)", In_Reply_To="<1@office.example>"))
    assert found.kind == "auto_reply"


def test_bulk_mail_in_which_nobody_speaks_is_a_machines() -> None:
    text = 'Cuttings of Wednesday: 2 items\n\n1. Echo, p.4: "Dear Editor, will someone tell me how to see the accounts?"\n2. Courier.\n'
    assert automated.detect(mail(text, Subject="Cuttings", Precedence="bulk")).kind == "list"
    person = "I have to use the mass mailer today. Could I see the accounts?\n"
    assert automated.detect(mail(person, Subject="Accounts", Precedence="bulk")).kind is None


def test_a_person_who_answers_through_a_desk_is_no_machine() -> None:
    text = "The signs went up on Monday, all but two.\n\n##- Please type your reply above this line -##\n\nYour question: signs\n"
    assert automated.detect(mail(text, Subject="Re: Signs (#NE-30417)")).kind is None


def test_bulk_mail_of_a_group_is_a_groups() -> None:
    text = "The federation meets on the 9th. May we expect somebody of the office? Our hall holds ninety.\n"
    assert automated.detect(mail(text, Subject="Meeting", Precedence="bulk")).kind is None
