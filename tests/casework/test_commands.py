"""Commands by mail through the whole pass: a real mailbox, a real database, only the clock is ours."""

# ruff: noqa: E501  (mails as people write them, one line a paragraph)
from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import unquote

import pytest

from inbox_bot.message.parse import parse
from inbox_bot.register.states import Outcome
from inbox_bot.store import facts

from ..office import CHIEF, DOMAIN, INBOX, SPOC, Office, mail

ADDRESS = "ffion.garrick@mail.example"
CANDIDATE = f"Ffion Garrick <{ADDRESS}>"
OFFICER = f"Nerys Calloway <{SPOC}>"
QUESTION = "Dear Sir or Madam,\n\nI am standing as a candidate in the Police and Crime Commissioner election in May. How many officers work in the rural crime team?\n"
ANSWER = "Dear Ms Garrick,\n\nThe rural crime team has 14 officers.\n"


def text_of(message: EmailMessage) -> str:
    """The plain text as one line: without the marks of quotations and notes, and however it was wrapped."""
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(re.sub(r"(?m)^[|!>] ?", "", str(part.get_content())).split())


def subject_of_button(message: EmailMessage, label: str) -> str:
    """The subject that a mail client puts in when the reader clicks the button of this label."""
    part = message.get_body(("html",))
    assert part is not None
    links = re.findall(r'href="(mailto:[^"]+)"[^>]*>([^<]*)<', str(part.get_content()))
    for href, words in links:
        if words.strip().startswith(label):
            found = re.search(r"[?&]subject=([^&]*)", href.replace("&amp;", "&"))
            assert found is not None
            return unquote(found[1])
    raise AssertionError(f"no button {label!r} among {[words for _, words in links]}")


def ask(
    office: Office, subject: str = "Rural crime team", words: str = QUESTION, sender: str = CANDIDATE
) -> str:
    question = mail(sender, subject, words, date=office.now)
    office.deliver(question)
    office.once()
    return str(question["Message-ID"])


def answer(office: Office, question: str) -> None:
    office.deliver(
        mail(OFFICER, "RE: Rural crime team", ANSWER, to=ADDRESS, date=office.now, in_reply_to=question),
        folder="Sent",
    )
    office.once()


def press(
    office: Office,
    subject: str,
    words: str = "",
    *,
    sender: str = OFFICER,
    verdict: str = "pass",
    to: str = INBOX,
) -> list[EmailMessage]:
    """Send a button's mail and run a pass; what the sender's address got in return."""
    address = sender.rpartition("<")[2].rstrip(">")
    before = len(office.sent_to(address))
    office.pass_time(minutes=1)
    office.deliver(mail(sender, subject, words, to=to, date=office.now, verdict=verdict))
    office.once()
    return office.sent_to(address)[before:]


def previewed(office: Office) -> EmailMessage:
    """Ask, answer, wait a working day: the preview that lies with the SPOC."""
    answer(office, ask(office))
    office.go_to("2026-02-03 09:30")
    office.once()
    return office.sent_to(SPOC)[-1]


# -- buttons ------------------------------------------------------------------------------------------


def test_approve_publishes_and_says_what_changed(office: Office) -> None:
    (reply,) = press(office, subject_of_button(previewed(office), "Approve"))
    assert "HDL-0001 is approved" in text_of(reply)
    assert office.rows()[0]["publication"] == "published"
    assert office.received()[-1].outcome is Outcome.COMMAND


def test_same_link_twice_does_nothing_and_says_so(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    press(office, button)
    office.command("withdraw", "HDL-0001")
    (reply,) = press(office, button)
    assert "used before" in text_of(reply)
    assert office.rows()[0]["publication"] == "withdrawn"


def test_two_empty_mails_are_two_commands(office: Office) -> None:
    ask(office)
    ask(
        office,
        "Another",
        "I am standing as a candidate in the Police and Crime Commissioner election. What does the force spend on horses?",
        "B <b@mail.example>",
    )
    first, second = office.sent_to(SPOC)[-2:]
    assert "closed" in text_of(press(office, subject_of_button(first, "Close"))[0])
    assert "closed" in text_of(press(office, subject_of_button(second, "Close"))[0])
    assert [row["status"] for row in office.rows()] == ["closed", "closed"]


def test_edit_and_approve_puts_the_officers_text_in_place(office: Office) -> None:
    button = subject_of_button(previewed(office), "Edit and approve")
    press(
        office, button, "Asked:\nHow large is the rural crime team?\n\nAnswered:\nFourteen officers.\n\nNerys"
    )
    page = (office.home / "var/site/entries/HDL-0001.html").read_text()
    assert "How large is the rural crime team?" in page
    assert "Fourteen officers." in page


def test_edit_without_headings_is_refused_and_the_button_lives(office: Office) -> None:
    button = subject_of_button(previewed(office), "Edit and approve")
    assert "two headings" in text_of(press(office, button, "Fourteen officers.")[0])
    assert "approved" in text_of(press(office, button, "Asked:\nHow many?\n\nAnswered:\nFourteen.")[0])


def test_hold_until_a_day_brings_a_new_preview(office: Office) -> None:
    button = subject_of_button(previewed(office), "Hold")
    press(office, button, "Reason: the figure is being checked\nuntil Friday")
    row = office.rows()[0]
    assert (row["publication"], row["not_published_reason"]) == (
        "held",
        "the figure is being checked until Friday",
    )
    office.go_to("2026-02-06 09:01")
    assert office.once().approvals_requested == 1


def test_an_approval_of_an_older_text_is_void(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    with office.database.begin() as session:
        from inbox_bot.casework import publishing
        from inbox_bot.store import entries

        publishing.prepare(office.job(session), entries.get(session, "HDL-0001"), provided="Another text.")
    assert "changed since this preview" in text_of(press(office, button)[0])
    assert office.rows()[0]["publication"] == "awaiting_approval"


def test_not_for_publication_keeps_the_reason(office: Office) -> None:
    press(office, subject_of_button(previewed(office), "Keep HDL-0001 off"), "Reason: names a victim")
    row = office.rows()[0]
    assert (row["publication"], row["not_published_reason"]) == ("never", "N/A: names a victim")


def test_reclassify_button(office: Office) -> None:
    ask(office)
    press(office, subject_of_button(office.sent_to(SPOC)[-1], "Reclassify HDL-0001 to media"))
    assert office.rows()[0]["category"] == "media"


def test_decision_by_the_chief_executive_with_reason_and_risk(office: Office) -> None:
    ask(
        office,
        "Visit",
        "I am standing as a candidate in the Police and Crime Commissioner election and would like to visit the custody suite in March.",
    )
    assert office.rows()[0]["status"] == "awaiting_decision"
    decision = next(m for m in office.sent_to(CHIEF) if "Decision needed" in m["Subject"])
    press(
        office, subject_of_button(decision, "Decide no"),
        "Reason: detainees' privacy\nConditions or risks: offered the same film to all", sender=CHIEF,
    )  # fmt: skip
    (made,) = office.rows()[0]["decisions"]
    assert (made["decision"], made["rationale"], made["risk_mitigation"]) == (
        "no", "detainees' privacy", "offered the same film to all",
    )  # fmt: skip
    assert office.rows()[0]["status"] == "open"


def test_a_decision_is_answered_yes_in_a_reply_to_it(office: Office) -> None:
    ask(
        office,
        "Visit",
        "I am standing as a candidate in the Police and Crime Commissioner election and would like to visit the custody suite in March.",
    )
    decision = next(m for m in office.sent_to(CHIEF) if "Decision needed" in m["Subject"])
    office.deliver(
        mail(CHIEF, f"Re: {decision['Subject']}", "Yes: on the day that all have\n", verdict="pass",
             in_reply_to=decision["Message-ID"], date=office.now)
    )  # fmt: skip
    office.once()
    (made,) = office.rows()[0]["decisions"]
    assert (made["decision"], made["rationale"]) == ("yes", "on the day that all have")


# -- plain words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["approve HDL-0001", "[HDL-0001] approve"])
def test_plain_words_in_a_subject(office: Office, subject: str) -> None:
    previewed(office)
    assert "is approved" in text_of(press(office, subject)[0])


def test_plain_words_in_a_reply_to_a_notice_need_no_reference(office: Office) -> None:
    preview = previewed(office)
    office.deliver(
        mail(OFFICER, f"Re: {preview['Subject']}", "Please hold until Friday, thanks\n\nNerys\n\n> This is what the public",
             verdict="pass", in_reply_to=preview["Message-ID"], date=office.now)
    )  # fmt: skip
    office.once()
    assert office.rows()[0]["publication"] == "held"


def test_reply_to_a_notice_that_is_no_command_is_answered_with_help_and_never_sent_on(office: Office) -> None:
    ask(office)
    notice = office.sent_to(SPOC)[-1]
    office.deliver(
        mail(OFFICER, f"Re: {notice['Subject']}", "Dear Ms Garrick, the team has 14 officers.", verdict="pass",
             in_reply_to=notice["Message-ID"], date=office.now)
    )  # fmt: skip
    office.once()
    assert "never sent on" in text_of(office.sent_to(SPOC)[-1])
    assert len(office.sent_to(ADDRESS)) == 1  # the acknowledgement
    assert office.rows()[0]["status"] == "open"


def test_an_answer_that_begins_like_a_command_is_an_answer(office: Office) -> None:
    question = ask(office)
    office.deliver(
        mail(OFFICER, "RE: Rural crime team", "Approved\n\nThe team has 14 officers.", to=f"{ADDRESS}, {INBOX}",
             verdict="pass", in_reply_to=question, date=office.now)
    )  # fmt: skip
    office.once()
    assert office.rows()[0]["status"] == "answered"


def test_an_officers_forward_is_no_command(office: Office) -> None:
    ask(office)
    text = f"close\n\n-----Original Message-----\nFrom: {CANDIDATE}\nSent: 2 February 2026 09:30\nTo: {INBOX}\nSubject: Rural crime team\n\n{QUESTION}"
    office.deliver(mail(OFFICER, "FW: Rural crime team", text, verdict="pass", date=office.now))
    office.once()
    assert office.rows()[0]["status"] == "open"


def test_pause_by_mail_is_confirmed_when_sending_goes_on(office: Office) -> None:
    press(office, "pause")
    with office.database.begin() as session:
        assert facts.paused(session) is not None
    office.command("resume")
    office.once()
    assert "All sending is paused" in text_of(office.sent_to(SPOC)[-1])


def test_unknown_reference_is_refused_in_words(office: Office) -> None:
    assert "no entry HDL-0099" in text_of(press(office, "approve HDL-0099")[0])


@pytest.mark.parametrize(
    ("subject", "words"),
    [("aprove HDL-0001", ""), ("", "HDL-0001 shred it please!"), ("frobnicate hdl-0001", "x")],
)
def test_a_command_that_is_none_is_answered_with_help(office: Office, subject: str, words: str) -> None:
    ask(office)
    (told,) = press(office, subject, words)
    assert "nothing was done" in text_of(told) and "approve REF" in text_of(told)


def test_an_officers_note_with_the_reference_in_brackets_is_no_command(office: Office) -> None:
    ask(office)
    assert press(office, "[HDL-0001] Finance", "They look it up.") == []


def test_merge_and_split(office: Office) -> None:
    ask(office)
    office.pass_time(hours=1)
    ask(
        office,
        "More",
        "I am standing as a candidate in the Police and Crime Commissioner election. What did the rural crime team cost?",
        "F <f@mail.example>",
    )
    press(office, "merge HDL-0002 into HDL-0001")
    first, second = office.rows()
    assert "What did the rural crime team cost?" in first["information_sought"]
    assert (second["status"], second["not_published_reason"]) == ("closed", "N/A: merged into HDL-0001")
    press(office, "split HDL-0001 as foi: Please send the contract with the kennels.")
    third = office.rows()[2]
    assert (third["category"], third["contact_email"]) == ("foi", ADDRESS)
    assert third["statutory_due_on"] == "2026-03-02"  # 20 working days from Monday 2 February


# -- questions ----------------------------------------------------------------------------------------


def test_register_comes_as_a_file_to_the_officer_alone(office: Office) -> None:
    ask(office)
    (reply,) = press(office, "register")
    (file,) = list(reply.iter_attachments())
    assert file.get_filename() == "register-of-contacts-2026-02-02.xlsx"
    assert file.get_content()[:2] == b"PK"


def test_show_prints_the_days_counted_and_skipped(office: Office) -> None:
    ask(office)
    shown = text_of(press(office, "show HDL-0001")[0])
    assert "Thursday 5 February 2026" in shown or "2026-02-05" in shown
    assert "rural crime team" in shown


def test_find_by_name(office: Office) -> None:
    ask(office)
    assert "HDL-0001" in text_of(press(office, "find Garrick")[0])
    assert "No entry" in text_of(press(office, "find Pettigrew")[0])


def test_candidates_are_read_back_and_imported_on_confirmation(office: Office) -> None:
    message = mail(OFFICER, "candidates", "", date=office.now, verdict="pass")
    message.add_attachment(
        b"name,email,role,standing\nFfion Garrick,ffion.garrick@mail.example,candidate,declared\n",
        maintype="text", subtype="csv", filename="candidates.csv",
    )  # fmt: skip
    office.deliver(message)
    office.once()
    reply = office.sent_to(SPOC)[-1]
    assert "Ffion Garrick" in text_of(reply)
    assert "nothing is imported yet" in text_of(reply)
    assert "1 added" in text_of(press(office, subject_of_button(reply, "Import"))[0])


def test_help(office: Office) -> None:
    assert "not for publication REF" in text_of(press(office, "help")[0])


def test_telephone_note_opens_an_entry_and_is_confirmed_in_writing(office: Office) -> None:
    note = "Name: Harold Pinnock\nEmail: harold.pinnock@post.example\nAsked: How many special constables are there?\n"
    reply = press(office, "Telephone note", note)[-1]
    (row,) = office.rows()
    assert (row["method_of_contact"], row["contact_name"]) == ("telephone", "Harold Pinnock")
    assert row["information_sought"] == "How many special constables are there?"
    assert "HDL-0001" in text_of(reply) or "HDL-0001" in str(reply["Subject"])
    (confirmation,) = office.sent_to("harold.pinnock@post.example")
    assert "How many special constables" in text_of(confirmation)


def test_telephone_note_in_prose(office: Office) -> None:
    words = (
        "Mr Harold Pinnock, a possible candidate, rang at 11:10 and asked how many special constables there are. "
        "His number is 01632 960551 and his address harold.pinnock@post.example.\n\nNerys\n"
    )
    press(office, "Telephone note", words)
    (row,) = office.rows()
    assert (row["contact_name"], row["contact_email"], row["contact_role"]) == (
        "Harold Pinnock", "harold.pinnock@post.example", "prospective_candidate",
    )  # fmt: skip


def test_not_spam_is_filed_and_acknowledged_though_found_in_junk(office: Office) -> None:
    office.deliver(mail(CANDIDATE, "Rural crime team", QUESTION, date=office.now), folder="Junk")
    office.once()
    office.go_to("2026-02-03 07:31")
    office.once()
    digest = [m for m in office.sent_to(CHIEF) if "Election inbox" in m["Subject"]][-1]
    press(office, subject_of_button(digest, "Not spam"), sender=CHIEF)
    office.once()
    assert office.rows()[0]["contact_email"] == ADDRESS
    assert len(office.sent_to(ADDRESS)) == 1


def test_answer_that_matched_nothing_is_attached_by_its_button(office: Office) -> None:
    ask(office)
    office.deliver(mail(OFFICER, "Re: Rural crime team", ANSWER, to=ADDRESS, date=office.now), folder="Sent")
    office.once()
    press(office, subject_of_button(office.sent_to(SPOC)[-1], "Attach to HDL-0001"))
    row = office.rows()[0]
    assert (row["status"], row["officer"]) == ("answered", "Nerys Calloway")


def test_thanks_for_an_unseen_reply_asks_the_officer_who_records_it(office: Office) -> None:
    question = ask(office)
    office.deliver(
        mail(
            CANDIDATE,
            "Re: Rural crime team",
            "Thank you for your reply.",
            in_reply_to=question,
            date=office.now,
        )
    )
    office.once()
    office.once()
    asked = office.sent_to(SPOC)[-1]
    assert "not seen" in asked["Subject"]
    press(
        office,
        subject_of_button(asked, "Yes, HDL-0001 was answered"),
        "What the enquirer was told:\nFourteen officers.",
    )
    row = office.rows()[0]
    assert (row["status"], row["information_provided"]) == ("answered", "Fourteen officers.")


def test_holding_command_opens_an_answered_entry_again(office: Office) -> None:
    answer(office, ask(office))
    press(office, "holding HDL-0001")
    row = office.rows()[0]
    assert (row["status"], row["answered_at"]) == ("open", None)


# -- attacks ------------------------------------------------------------------------------------------


def nothing_done(office: Office) -> None:
    assert office.rows()[0]["publication"] == "awaiting_approval"


@pytest.mark.parametrize("verdict", ["", "fail"])
def test_forged_from_never_acts(office: Office, verdict: str) -> None:
    previewed(office)
    replies = press(office, "approve HDL-0001", verdict=verdict)
    nothing_done(office)
    assert office.received()[-1].outcome is Outcome.COMMAND
    assert "Nothing has been done" in text_of(replies[0])


def test_forged_authentication_results_are_not_believed(office: Office) -> None:
    previewed(office)
    forged = mail(OFFICER, "approve HDL-0001", "", date=office.now)
    genuine = f"{DOMAIN}"
    raw = (
        b"Received: from out.mail.example by mx." + genuine.encode() + b"; Tue, 3 Feb 2026 09:40:00 +0000\r\n"
        b"Authentication-Results: mx." + genuine.encode() + b"; dmarc=fail header.from=" + genuine.encode() + b"\r\n"
        b"Received: from x by y; Tue, 3 Feb 2026 09:39:00 +0000\r\n"
        b"Authentication-Results: mx." + genuine.encode() + b"; dmarc=pass header.from=" + genuine.encode() + b"\r\n"
        b"Authentication-Results: mx.other.example; dmarc=pass header.from=" + genuine.encode() + b"\r\n"
        + forged.as_bytes()
    )  # fmt: skip
    office.deliver(raw)
    office.once()
    nothing_done(office)


def test_token_from_another_officer_brings_a_confirmation_to_its_own(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    before = len(office.sent_to(SPOC))
    press(office, button, sender=CHIEF)
    nothing_done(office)
    confirm = office.sent_to(SPOC)[before:][0]
    press(office, subject_of_button(confirm, "Confirm"))
    assert office.rows()[0]["publication"] == "published"


def test_token_from_a_stranger_only_asks_the_officer(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    before = len(office.sent_to(SPOC))
    assert press(office, button, sender="Mallory <mallory@mail.example>") == []
    nothing_done(office)
    assert "another address" in text_of(office.sent_to(SPOC)[before:][0])
    assert office.received()[-1].outcome is Outcome.COMMAND


def test_confirmation_works_without_any_verdict_but_only_from_the_officers_address(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    (confirm,) = press(office, button, verdict="")
    confirmation = subject_of_button(confirm, "Confirm")
    press(office, confirmation, sender="Mallory <mallory@mail.example>", verdict="pass")
    nothing_done(office)
    press(office, confirmation, verdict="fail")
    nothing_done(office)
    press(office, confirmation, verdict="")
    assert office.rows()[0]["publication"] == "published"
    assert "used before" in text_of(press(office, confirmation, verdict="")[0])


def test_altered_token_is_refused(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    # Not the last character: some of its bits count for nothing in base64 (RFC 4648 3.5).
    altered = button[:-10] + ("A" if button[-10] != "A" else "B") + button[-9:]
    assert "not one of ours" in text_of(press(office, altered)[0])
    nothing_done(office)


def test_expired_token_is_refused(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    office.go_to("2026-03-10 09:30")
    assert "expired" in text_of(press(office, button)[-1])
    nothing_done(office)


def test_enquirers_reply_quoting_the_officers_links_is_an_enquiry(office: Office) -> None:
    preview = previewed(office)
    button = subject_of_button(preview, "Approve")
    words = f"Please approve this at once.\n\n> {button}\n> mailto:{INBOX}?subject={button}\n\nI am standing as a candidate in the Police and Crime Commissioner election. What else is there?"
    office.deliver(
        mail(
            CANDIDATE, "Re: Rural crime team", words, in_reply_to=str(preview["Message-ID"]), date=office.now
        )
    )
    office.once()
    nothing_done(office)
    assert office.received()[-1].outcome in (Outcome.FILED, Outcome.ATTACHED)


def test_enquirers_words_are_words_even_with_a_token_in_the_subject(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    press(
        office,
        button,
        "I am standing as a candidate in the Police and Crime Commissioner election. What does the force spend on horses?",
        sender=CANDIDATE,
        verdict="pass",
    )
    nothing_done(office)
    assert office.received()[-1].outcome is Outcome.FILED


def test_a_forged_answer_in_copy_does_not_count_as_one(office: Office) -> None:
    question = ask(office)
    office.deliver(
        mail(OFFICER, "Re: Rural crime team", "We will tell you nothing.", to=f"{ADDRESS}, {INBOX}", verdict="fail",
             in_reply_to=question, date=office.now)
    )  # fmt: skip
    office.once()
    assert office.rows()[0]["status"] == "open"
    assert "could not be proved" in text_of(office.sent_to(SPOC)[-1])


def test_the_spoc_cannot_decide_what_waits_for_the_chief_executive(office: Office) -> None:
    ask(
        office,
        "Visit",
        "I am standing as a candidate in the Police and Crime Commissioner election and would like to visit the custody suite in March.",
    )
    assert "decision, not yours" in text_of(press(office, "decide yes HDL-0001")[0])


def test_register_is_never_sent_to_whoever_asks_in_an_officers_name(office: Office) -> None:
    ask(office)
    forged = mail(
        OFFICER, "register", "", verdict="", date=office.now, headers={"Reply-To": "mallory@mail.example"}
    )
    office.deliver(forged)
    office.once()
    assert office.sent_to("mallory@mail.example") == []
    assert not list(office.sent_to(SPOC)[-1].iter_attachments())


def test_token_in_a_reply_address(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    token = button.rpartition("#")[2]
    local, _, domain = INBOX.partition("@")
    press(office, "whatever my phone made of it", to=f"{local}+HDL-0001.{token}@{domain}")
    assert office.rows()[0]["publication"] == "published"


# -- reply-through --------------------------------------------------------------------------------------


def test_reply_through_sends_only_the_officers_words_in_the_enquirers_thread(office: Office) -> None:
    question = ask(office)
    notice = office.sent_to(SPOC)[-1]
    plain = notice.get_body(("plain",))
    assert plain is not None
    quoted = "\n".join(f"> {line}" for line in plain.get_content().splitlines())
    (copy,) = press(
        office, subject_of_button(notice, "Answer the enquirer"),
        f"{ANSWER}\nKind regards,\nNerys Calloway\nPrivate mobile 01632 960777\n\nOn Monday {INBOX} wrote:\n{quoted}\n",
    )  # fmt: skip
    assert "Cancel" in text_of(copy)
    assert office.rows()[0]["status"] == "open"
    assert len(office.sent_to(ADDRESS)) == 1
    office.pass_time(minutes=5)
    office.once()
    sent = office.sent_to(ADDRESS)[-1]
    assert sent["In-Reply-To"] == question
    assert sent["Subject"] == "Re: [HDL-0001] Rural crime team"
    assert sent["From"].addresses[0].addr_spec == INBOX
    assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == (None, None)
    assert text_of(sent).startswith(
        "Dear Ms Garrick, The rural crime team has 14 officers. Kind regards, Nerys Calloway Head of Governance Office of"
    )
    for private in ("960777", "In the enquirer's words", "mailto:", "#", SPOC):
        assert private not in text_of(sent)
    row = office.rows()[0]
    assert (row["status"], row["officer"], row["publication"]) == ("answered", "Nerys Calloway", "scheduled")
    assert row["information_provided"] == ANSWER.strip()


def test_reply_through_can_be_cancelled(office: Office) -> None:
    ask(office)
    (copy,) = press(office, subject_of_button(office.sent_to(SPOC)[-1], "Answer the enquirer"), ANSWER)
    press(office, subject_of_button(copy, "Cancel"))
    office.pass_time(minutes=30)
    office.once()
    assert len(office.sent_to(ADDRESS)) == 1
    row = office.rows()[0]
    assert (row["status"], row["information_provided"]) == ("open", None)


def test_cancel_after_sending_says_that_it_is_too_late(office: Office) -> None:
    ask(office)
    (copy,) = press(office, subject_of_button(office.sent_to(SPOC)[-1], "Answer the enquirer"), ANSWER)
    office.pass_time(minutes=10)
    office.once()
    assert "gone already" in text_of(press(office, subject_of_button(copy, "Cancel"))[0])


def test_reply_through_takes_attachments_along_and_gives_them_a_reference(office: Office) -> None:
    ask(office)
    subject = subject_of_button(office.sent_to(SPOC)[-1], "Answer the enquirer")
    message = mail(OFFICER, subject, ANSWER, date=office.now, verdict="pass")
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="team.csv")
    office.deliver(message)
    office.once()
    office.pass_time(minutes=6)
    office.once()
    sent = office.sent_to(ADDRESS)[-1]
    assert [part.get_filename() for part in sent.iter_attachments()] == ["team.csv"]
    assert office.rows()[0]["provided_refs"] == ["Ref 001"]


def test_reply_through_with_our_notices_text_in_it_is_refused(office: Office) -> None:
    ask(office)
    notice = office.sent_to(SPOC)[-1]
    subject = subject_of_button(notice, "Answer the enquirer")
    (reply,) = press(office, subject, f"{ANSWER}\nsee mailto:{INBOX}?subject=x\n")
    assert "must not reach the enquirer" in text_of(reply)
    office.pass_time(minutes=10)
    office.once()
    assert len(office.sent_to(ADDRESS)) == 1


def test_holding_reply_through_keeps_the_entry_open(office: Office) -> None:
    ask(office)
    press(
        office,
        subject_of_button(office.sent_to(SPOC)[-1], "Answer the enquirer"),
        "Dear Ms Garrick,\n\nWe are looking into this and will reply by Friday.\n",
    )
    office.pass_time(minutes=6)
    office.once()
    assert len(office.sent_to(ADDRESS)) == 2
    assert office.rows()[0]["status"] == "open"


def test_parsed_button_subject_keeps_its_token(office: Office) -> None:
    button = subject_of_button(previewed(office), "Approve")
    raw = mail(OFFICER, button, "", date=office.now).as_bytes()
    assert parse(raw).subject == button
