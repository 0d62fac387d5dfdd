"""Paths of casework that were got wrong once, each from a mail to what became of it, on Dovecot."""

# ruff: noqa: E501  (mails as people write them, one line a paragraph)
from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote

import pytest

from inbox_bot.casework import referring
from inbox_bot.register.states import Outcome
from inbox_bot.store import facts

from ..office import CHIEF, DOMAIN, INBOX, SPOC, Office, mail
from ..servers.accounts import Account
from .test_commands import ADDRESS, ANSWER, OFFICER, ask, press, previewed, subject_of_button, text_of

STANDING = "I am standing as a candidate in the Police and Crime Commissioner election in May."
FOI = "Under the Freedom of Information Act please send me the number of stolen dogs.\n\nB Vance"
EIR = "In line with the Environmental Information Regulations 2004 please send me the drainage survey of the depot.\n\nB Vance"
VISIT = f"{STANDING} I would like to visit the custody suite in March."
VANCE = "B Vance <b.vance@mail.example>"


def put(office: Office, message: EmailMessage, folder: str = "INBOX") -> None:
    office.pass_time(minutes=1)
    office.deliver(message, folder=folder)
    office.once()


def told(office: Office, command: str, sender: str = OFFICER) -> str:
    """What an officer is told of a command in plain words."""
    return text_of(press(office, command, sender=sender)[-1])


def links_of(message: EmailMessage) -> dict[str, tuple[str, str]]:
    """Button label → (address, subject) as a mail program reads the mailto link."""
    part = message.get_body(("html",))
    assert part is not None
    found = {}
    for href, words in re.findall(r'href="mailto:([^"]+)"[^>]*>([^<]*)<', part.get_content()):
        address, _, query = href.replace("&amp;", "&").partition("?")
        fields = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        found[words.strip()] = (unquote(address), unquote(fields.get("subject", "")))
    return found


# -- answers ------------------------------------------------------------------------------------------


def test_an_answer_to_where_the_enquirer_asks_to_be_answered_counts(office: Office) -> None:
    question = mail(
        VANCE, "Horses", f"{STANDING} What does the force spend on horses?",
        date=office.now, headers={"Reply-To": "office@vance-campaign.example"},
    )  # fmt: skip
    put(office, question)
    reply = {"in_reply_to": str(question["Message-ID"]), "date": office.now}
    put(office, mail(OFFICER, "FW: Horses", "Can you look?", to=f"colleague@{DOMAIN}", **reply), "Sent")
    assert office.rows()[0]["status"] == "open"
    put(
        office,
        mail(OFFICER, "RE: Horses", "There are none.", to="office@vance-campaign.example", **reply),
        "Sent",
    )
    assert office.rows()[0]["status"] == "answered"


def test_a_reply_to_of_the_offices_own_makes_no_internal_forward_an_answer(office: Office) -> None:
    question = mail(
        VANCE, "Horses", f"{STANDING} What does the force spend on horses?",
        date=office.now, headers={"Reply-To": f"colleague@{DOMAIN}"},
    )  # fmt: skip
    put(office, question)
    put(
        office,
        mail(OFFICER, "FW: Horses", "Can you look this up?", to=f"colleague@{DOMAIN}", date=office.now,
             in_reply_to=str(question["Message-ID"])),
        "Sent",
    )  # fmt: skip
    assert office.rows()[0]["status"] == "open"


def test_a_candidates_letter_to_the_officer_is_registered_when_forwarded(office: Office) -> None:
    text = f"-----Original Message-----\nFrom: Imogen Pell <imogen.pell@mail.example>\nSent: 2 February 2026 08:30\nTo: {SPOC}\nSubject: Helicopter\n\n{STANDING} How many hours did the helicopter fly in 2025?\n"
    put(office, mail(OFFICER, "FW: Helicopter", text, date=office.now, verdict="pass"))
    (row,) = office.rows()
    assert (row["contact_email"], row["category"]) == ("imogen.pell@mail.example", "candidate_enquiry")


@pytest.mark.parametrize(
    ("subject", "words"), [("aprove HDL-0001", ""), ("Garrick", "Has she been answered?")]
)
def test_what_is_no_command_is_answered_and_not_passed_over(office: Office, subject: str, words: str) -> None:
    ask(office)
    (reply,) = press(office, subject, words)
    assert "nothing was done" in text_of(reply)
    assert "not for publication REF" in text_of(reply)
    assert office.received()[-1].outcome is Outcome.OWN_COPY


def test_a_forger_cannot_fill_an_officers_mailbox_with_such_answers(office: Office) -> None:
    before = len(office.sent_to(SPOC))
    for number in range(13):
        office.deliver(mail(OFFICER, f"nonsense {number}", f"words {number}", date=office.now))
    office.once()
    assert len(office.sent_to(SPOC)) - before == 10


# -- decisions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "decision"), [("Approved, fine by me", "yes"), ("Gwrthod: preifatrwydd", "no")]
)
def test_a_decision_in_the_chief_executives_own_words(office: Office, words: str, decision: str) -> None:
    ask(office, "Visit", VISIT)
    question = next(m for m in office.sent_to(CHIEF) if "Decision needed" in m["Subject"])
    put(
        office,
        mail(CHIEF, f"Re: {question['Subject']}", words, verdict="pass", date=office.now,
             in_reply_to=str(question["Message-ID"])),
    )  # fmt: skip
    (made,) = office.rows()[0]["decisions"]
    assert (made["decision"], made["rationale"]) == (decision, re.split(r"[:,] ", words)[1])


def test_the_reason_of_a_decision_in_plain_words_reaches_the_register(office: Office) -> None:
    ask(office, "Visit", VISIT)
    press(office, "decide no HDL-0001: detainees' privacy", "Risks: a film for all", sender=CHIEF)
    (made,) = office.rows()[0]["decisions"]
    assert (made["rationale"], made["risk_mitigation"]) == ("detainees' privacy", "a film for all")


def test_the_next_decision_shows_the_earlier_one_and_whose_it_was(office: Office) -> None:
    ask(office, "Visit", VISIT)
    press(office, "decide yes HDL-0001: open to all", sender=CHIEF)
    ask(office, "Visit too", VISIT.replace("March", "April"), VANCE)
    shown = text_of([m for m in office.sent_to(CHIEF) if "Decision needed" in m["Subject"]][-1])
    assert (
        "HDL-0001, Ffion Garrick: yes on Monday 2 February 2026 by chief executive. Reason: open to all"
        in shown
    )


def test_what_no_longer_needs_a_decision_waits_for_none(office: Office) -> None:
    ask(office, "Visit", VISIT)
    with office.database.begin() as session:
        from inbox_bot.store import entries

        entries.get(session, "HDL-0001").matters = ["information"]
    press(office, "reclassify HDL-0001 to public")
    assert office.rows()[0]["status"] == "open"


def test_whom_an_entry_is_assigned_to_gets_its_notice(office: Office) -> None:
    ask(office)
    assert "is assigned" in told(office, f"assign HDL-0001 to {CHIEF}")
    notice = office.sent_to(CHIEF)[-1]
    assert notice["Subject"].startswith("[HDL-0001] Assigned to you")
    press(office, subject_of_button(notice, "Close HDL-0001"), sender=CHIEF)
    assert office.rows()[0]["status"] == "closed"


# -- clocks ---------------------------------------------------------------------------------------------


def test_a_fee_is_given_notice_of_and_paid_by_mail(office: Office) -> None:
    ask(office, "FOI", FOI, VANCE)
    press(office, "extend HDL-0001 fees")
    assert (office.rows()[0]["due_on"], office.rows()[0]["statutory_due_on"]) == (None, None)
    office.go_to("2026-02-09 10:00")
    assert "the fee was paid" in told(office, "fees paid HDL-0001")
    # 20 working days after 2 February is 2 March; 2–6 and 9 February are left out: 5 of them were counted days.
    assert office.rows()[0]["statutory_due_on"] == "2026-03-09"


def test_a_clarification_stops_the_offices_own_time_too_and_may_come_by_telephone(office: Office) -> None:
    ask(office)
    assert "clarification was sought" in told(office, "extend HDL-0001 clarification")
    assert office.rows()[0]["due_on"] is None
    assert "waits for no" not in told(office, "clarification received HDL-0001")
    assert office.rows()[0]["due_on"] == "2026-02-05"
    assert "waits for no clarification" in told(office, "clarification received HDL-0001")


def test_a_clarification_that_begins_with_thanks_is_no_mere_thanks(office: Office) -> None:
    ask(office, "Horses", f"{STANDING} What does the force spend on horses?", VANCE)
    press(office, "extend HDL-0001 clarification")
    assert office.rows()[0]["due_on"] is None
    said = "Thank you for asking what I meant: horses of any breed, feed left out."
    put(office, mail(VANCE, "Re: [HDL-0001] Horses", said, date=office.now))
    row = office.rows()[0]
    assert row["due_on"] is not None
    assert said in row["information_sought"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("extend HDL-0001 complex", "FOIA knows no extension for a complex request"),
        (
            "extend HDL-0001 public interest until 9 February",
            "no later than the limit as it stands, Monday 2 March",
        ),
        ("fees paid HDL-0001", "asked for is missing"),
    ],
)
def test_an_extension_that_the_law_does_not_know_is_refused(office: Office, command: str, said: str) -> None:
    ask(office, "FOI", FOI, VANCE)
    assert said in told(office, command)
    assert office.rows()[0]["statutory_due_on"] == "2026-03-02"


def test_environmental_information_has_its_own_law_and_forty_days(office: Office) -> None:
    ask(office, "Drainage", EIR, VANCE)
    assert "Environmental Information Regulations 2004, reg. 5(2)" in told(office, "show HDL-0001")
    assert "EIR reg. 7" in told(office, "extend HDL-0001 complex")
    # 40 working days from 2 February 2026: 20 to 2 March, 20 more to 31 March without 17 March (Northern Ireland).
    assert office.rows()[0]["statutory_due_on"] == "2026-03-31"
    press(office, "reclassify HDL-0001 to foi")
    assert office.rows()[0]["statutory_due_on"] == "2026-03-02"
    press(office, "reclassify HDL-0001 to environmental information")
    assert office.rows()[0]["statutory_due_on"] == "2026-03-31"


def test_a_referrals_buttons_fit_their_columns_on_every_database(office: Office) -> None:
    from sqlmodel import col, select

    from inbox_bot.store import entries
    from inbox_bot.store.tables import Referral, Token

    ask(office)
    with office.database.begin() as session:  # SQLite keeps what is too long, PostgreSQL refuses it
        entry = entries.get(session, "HDL-0001")
        assert entry.id is not None
        row = Referral(entry_id=entry.id, to_role="chief_executive", to_email=CHIEF, asked_at=office.now)
        session.add(row)
        session.flush()
        referring.ask(office.job(session), entry, row)
        issued = session.exec(select(Token).where(col(Token.action) == "keep_here")).all()
        assert [len(token.group) <= 32 for token in issued] == [True]


# -- plus addressing --------------------------------------------------------------------------------------


@pytest.fixture
def tagged(make_office: Callable[..., Office], mailbox_account: Account) -> Office:
    made = make_office(mailbox_account, overrides={"mailbox": {"plus_addressing": True}})
    made.once()
    return made


def test_with_plus_addressing_a_button_carries_its_token_in_the_address(tagged: Office) -> None:
    links = links_of(previewed(tagged))
    address, subject = links["Approve HDL-0001"]
    assert re.fullmatch(rf"election\+HDL-0001\.[a-z0-9]{{16}}\.[a-z0-9]{{16}}@{re.escape(DOMAIN)}", address)
    assert subject == "[HDL-0001] Approve HDL-0001"
    press(tagged, subject, to=address.upper())  # some gateways fold addresses, either way
    assert tagged.rows()[0]["publication"] == "published"
    (again,) = press(tagged, subject, to=address)
    assert "used before" in text_of(again)
    with tagged.database.begin() as session:
        assert facts.get_time(session, facts.PLUS_ADDRESSING) is not None


def test_an_answer_to_a_reply_address_goes_on_and_its_address_takes_no_part_in_the_entry(
    tagged: Office,
) -> None:
    ask(tagged)
    address, subject = links_of(tagged.sent_to(SPOC)[-1])["Answer the enquirer of HDL-0001"]
    press(tagged, subject, ANSWER, to=address)
    tagged.pass_time(minutes=6)
    tagged.once()
    assert tagged.rows()[0]["status"] == "answered"
    assert "election+" not in tagged.sent_to(ADDRESS)[-1].as_string()


def test_a_stranger_with_a_reply_address_only_asks_the_officer(tagged: Office) -> None:
    address, subject = links_of(previewed(tagged))["Approve HDL-0001"]
    before = len(tagged.sent_to(SPOC))
    press(tagged, subject, sender="Mallory <mallory@mail.example>", to=address)
    assert tagged.rows()[0]["publication"] == "awaiting_approval"
    (confirm,) = tagged.sent_to(SPOC)[before:]
    address, subject = next(link for label, link in links_of(confirm).items() if label.startswith("Confirm"))
    press(tagged, subject, to=address, verdict="")
    assert tagged.rows()[0]["publication"] == "published"


def test_a_long_inbox_name_leaves_the_reference_out_or_keeps_to_the_subject(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    for length, wanted in ((29, r"x{29}\+[a-z0-9.]{33}"), (31, "x{31}")):
        inbox = f"{'x' * length}@{DOMAIN}"
        made = make_office(
            mailbox_account,
            overrides={"mailbox": {"plus_addressing": True}, "office": {"inbox_address": inbox}},
        )
        made.once()
        put(made, mail(VANCE, "Horses", f"{STANDING} What do {length} horses cost?", to=inbox, date=made.now))
        address, subject = links_of(made.sent_to(SPOC)[-1])["Answer the enquirer of HDL-0001"]
        assert re.fullmatch(wanted, address.partition("@")[0])
        assert ("#" in subject) is (length == 31)


def test_the_inbox_with_a_tag_is_the_inbox(office: Office) -> None:
    is_inbox = office.settings.office.is_inbox
    assert all(is_inbox(a) for a in (INBOX, f"election+x@{DOMAIN}", f"Election+HDL-1.a.b@{DOMAIN}"))
    assert not any(
        is_inbox(a) for a in (f"elections@{DOMAIN}", "election+x@mail.example", f"x+election@{DOMAIN}")
    )


# -- second copies, notes, thanks ---------------------------------------------------------------------------


@pytest.mark.parametrize("banner", ["", "[EXTERNAL] This mail came from outside.\n\n"])
def test_an_answer_in_sent_and_in_copy_is_one_answer_whichever_is_read_first(
    office: Office, banner: str
) -> None:
    question = ask(office)
    said = {
        "to": f"{ADDRESS}, {INBOX}",
        "in_reply_to": question,
        "date": office.now,
        "message_id": "<one@mail.example>",
    }
    office.deliver(mail(OFFICER, "RE: Rural crime team", ANSWER, **said), folder="Sent")
    put(
        office, mail(OFFICER, "RE: Rural crime team", banner + ANSWER, **said)
    )  # the inbox is read before Sent
    assert office.rows()[0]["information_provided"] == ANSWER.strip()
    assert sorted(r.outcome for r in office.received()[-2:]) == [Outcome.ATTACHED, Outcome.DUPLICATE]


def test_a_telephone_note_in_welsh(office: Office) -> None:
    note = "Enw: Harri Pinc\nEbost: harri.pinc@mail.example\nGofynnodd: Faint o swyddogion sydd?\n"
    press(office, "Nodyn ffôn", note)
    (row,) = office.rows()
    assert (row["contact_name"], row["information_sought"]) == ("Harri Pinc", "Faint o swyddogion sydd?")
    (reply,) = press(office, "Nodyn ffôn", "Enw: Harri Pinc\n")
    assert "Not done: telephone note. Say what was asked." in text_of(reply)


def test_thanks_in_a_mail_of_its_own_is_filed_and_asked_about(office: Office) -> None:
    ask(office)
    office.pass_time(hours=1)
    ask(office, "Thanks", "Thank you for your reply about the rural crime team.")
    office.once()
    (asked,) = [m["Subject"] for m in office.sent_to(SPOC) if "not seen" in m["Subject"]]
    assert asked.startswith("[HDL-0001]")
    assert len(office.rows()) == 2


def test_an_address_that_cannot_be_written_to_is_filed_and_not_acknowledged(office: Office) -> None:
    put(office, mail(f"ffion@{'m' * 80}.example", "Rural", f"{STANDING} How many officers?", date=office.now))
    assert office.rows()[0]["status"] == "open"
    assert office.outbox("acknowledgement") == []
    button = subject_of_button(office.sent_to(SPOC)[-1], "Answer the enquirer")
    assert "has no address that can be written to" in text_of(press(office, button, ANSWER)[-1])


@pytest.mark.postgres
def test_postgresql_takes_names_of_any_length_and_a_referral_to_the_chief_executive(
    make_office: Callable[..., Office], mailbox_account: Account, postgres_url: str
) -> None:
    made = make_office(mailbox_account, overrides={"database": {"url": postgres_url}})
    made.once()
    long = mail(
        f"{'Ffion ' * 80} <{ADDRESS}>", "Rural " * 400, f"{STANDING} How many officers are there?",
        date=made.now, message_id=f"<{'a' * 1200}@mail.example>",
    )  # fmt: skip
    long.add_attachment(b"hello", maintype="text", subtype="plain", filename="b" * 400 + ".txt")
    put(made, long)
    press(made, "reclassify HDL-0001 to conduct")
    (row,) = made.rows()
    assert (row["contact_email"], row["category"], row["sought_refs"]) == (
        ADDRESS,
        "conduct_concern",
        ["Ref 001"],
    )
    assert any("Refer this to" in m["Subject"] for m in made.sent_to(SPOC))


# -- the force ------------------------------------------------------------------------------------------


def test_the_force_answers_its_own_request_and_the_office_publishes(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    spoc, foi = (f"{name}@harrowdale.police.example" for name in ("spoc", "foi"))
    people = {"force_spoc": {"email": spoc}, "force_foi": {"email": foi}}
    office = make_office(mailbox_account, overrides={"people": people})
    office.once()
    text = f"Please see below.\n\n-----Original Message-----\nFrom: {VANCE}\nSent: 28 January 2026 08:30\nTo: enquiries@harrowdale.police.example\nSubject: FOI\n\n{FOI}\n"
    put(
        office,
        mail("PC Jones <jones@harrowdale.police.example>", "FW: FOI", text, date=office.now, verdict="pass"),
    )
    assert (
        office.rows()[0]["statutory_due_on"] == "2026-02-25"
    )  # 20 working days from 28 January, when the force had it
    press(office, subject_of_button(office.sent_to(SPOC)[-1], "Authority for HDL-0001: the force"))
    notice, question = sorted(office.sent_to(spoc), key=lambda m: "Refer" in m["Subject"])
    assert "Yours to answer" in notice["Subject"]
    press(office, subject_of_button(question, "Refer HDL-0001"), sender=spoc)
    (referral,) = office.sent_to(foi)
    reply = {"in_reply_to": str(referral["Message-ID"]), "verdict": "pass"}
    subject = f"Re: {referral['Subject']}"
    put(office, mail(f"FOI <{foi}>", subject, "We have received this.", date=office.now, **reply))
    assert office.rows()[0]["status"] == "referred"
    put(office, mail(f"FOI <{foi}>", subject, "Our response: 41 dogs were stolen.", date=office.now, **reply))
    assert (office.rows()[0]["status"], office.rows()[0]["publication"]) == ("closed", "scheduled")
    assert "The force has answered" in office.sent_to(SPOC)[-1]["Subject"]
    office.go_to("2026-02-03 09:30")
    office.once()
    assert "Preview" in office.sent_to(SPOC)[-1]["Subject"]
    press(office, subject_of_button(office.sent_to(SPOC)[-1], "Approve"))
    assert office.rows()[0]["publication"] == "published"
