# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Forms give up the person and the person's words; letters are no forms."""

from __future__ import annotations

import pytest
from tests.message.mails import mail

from inbox_bot.message import webform
from inbox_bot.message.model import Address


def read(text: str) -> tuple[Address, str]:
    """(the person, the person's words) of a form; fails where the text is taken for none."""
    form = webform.read(mail(text))
    assert form is not None
    return form.sender, form.words


def test_read_finds_the_person_and_the_words() -> None:
    form = webform.read(
        mail(
            "Form: Contact us\nYour name: Bea Birch\nE-mail: Bea@mail.example\nSubject: Visit\nMessage:\nMay I come?\n\nOn Monday?\n\n--\nSent from the website\n"
        )
    )
    assert form is not None
    assert (form.sender, form.words, form.subject) == (
        Address(name="Bea Birch", email="bea@mail.example"),
        "May I come?\n\nOn Monday?",
        "Visit",
    )


def test_read_finds_a_form_in_an_html_table() -> None:
    rows = "".join(
        f"<tr><td>{k}</td><td>{v}</td></tr>"
        for k, v in (
            ("First name", "Bea"),
            ("Last name", "Birch"),
            ("E-mail", "bea@mail.example"),
            ("Message", "May I come?"),
        )
    )
    form = webform.read(mail(f"<table>{rows}</table>", Content_Type="text/html"))
    assert form is not None
    assert (form.sender.name, form.words) == ("Bea Birch", "May I come?")


def test_what_a_form_asks_below_the_words_is_none_of_the_persons() -> None:
    tail = "Reply by: E-mail\n\nSent from https://office.example/contact on 2 February 2027\n"
    assert read(f"Name: Bea\nEmail: bea@mail.example\nMessage: May I come?\n{tail}")[1] == "May I come?"


def test_a_requester_may_have_the_address_behind_the_name() -> None:
    ticket = "Ticket: 44\nRequester: Bea Birch <bea@mail.example>\nSubject: Panel\nDescription: May I come?\n"
    below = "\nYou got this because somebody entered your address.\n"
    assert read(ticket + below) == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


@pytest.mark.parametrize(
    "below",
    [
        "Now create your own form. It is free! https://form.example",
        "Sent from office.example/contact at 29/03/2027 10:41",
        "No reply has been sent to the customer. Case closed in the desk.",
    ],
)
def test_what_a_form_product_says_of_itself_is_none_of_the_persons(below: str) -> None:
    form = "Full Name: Bea\nE-mail: bea@mail.example\nDetails: May I come?\n"
    assert read(f"{form}\n{below}\n")[1] == "May I come?"


def test_a_record_may_speak_of_its_writer_as_of_the_contact() -> None:
    who = "Contact first name: Bea\nContact surname: Birch\nContact email: bea@mail.example\n"
    told = "\nDetails as typed by contact:\nMay I come?\n\nEnd of record. Replies are not read.\n"
    assert read(f"Record: 27-118\n\n{who}{told}") == (
        Address(name="Bea Birch", email="bea@mail.example"), "May I come?",
    )  # fmt: skip


def test_a_form_may_speak_of_its_writer_as_of_them() -> None:
    dots = "Name ............ Bea\nE-mail .......... bea@mail.example\nOK to store my details: ticked\n"
    message = "\n---- Their message ----\nMay I come?\n---- End of message ----\n"
    assert read(f"Somebody has used the contact form.\n\n{dots}{message}")[1] == "May I come?"


def test_an_address_may_stand_beside_a_number() -> None:
    dots = "Name ......... Bea Birch\nContact ...... bea@mail.example / 07700 900331\n"
    person, words = read(
        f"Reference .... LC-88\n{dots}\nDetails given\n-------------\nMay I come?\n-------------\n"
    )
    assert (person, words) == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


def test_what_a_case_system_adds_below_the_words_is_none_of_the_persons() -> None:
    tail = "\n\nPerson at risk: No\nCrime in progress: No\n"
    assert read(f"Name: Bea\nEmail: bea@mail.example\nMessage: May I come?{tail}")[1] == "May I come?"
    kept = "May I come?\n\nPS: I walk with a stick."
    assert read(f"Name: Bea\nEmail: bea@mail.example\nMessage: {kept}\n")[1] == kept


def test_read_leaves_a_letter_alone() -> None:
    assert (
        webform.read(
            mail("Dear office,\n\nMy name: Bea. My question: may I come?\n\nEmail: bea@mail.example\n")
        )
        is None
    )


def test_read_finds_labels_on_lines_of_their_own() -> None:
    found = read(
        "New submission\n\nFirst name\nBea\n\nSurname\nBirch\n\nEmail\nbea@mail.example\n\nYour question\n"
        "Where is the budget?\n\nAnd the plan?\n\nI am happy to be contacted\nYes\n"
    )
    assert found == (
        Address(name="Bea Birch", email="bea@mail.example"),
        "Where is the budget?\n\nAnd the plan?",
    )


def test_read_finds_labels_in_two_languages_and_a_cell_of_two_paragraphs() -> None:
    rows = (
        "<tr><th>Enw / Name</th><td>Bea Birch</td></tr><tr><th>E-bost / Email</th><td>bea@mail.example</td></tr>"
        "<tr><th>Neges / Message</th><td>May I come?<br><br>On Monday?</td></tr>"
        "<tr><th>Privacy notice read</th><td>&#10003;</td></tr>"
    )
    form = webform.read(mail(f"<table>{rows}</table><p>Sent from the website.</p>", Content_Type="text/html"))
    assert form is not None
    assert (form.sender.name, form.words) == ("Bea Birch", "May I come?\n\nOn Monday?")


def test_read_finds_a_definition_list() -> None:
    pairs = (
        ("Reference", "AB/1"),
        ("First name", "Bea"),
        ("Email", "bea@mail.example"),
        ("What would you like to tell us?", "May I come?"),
        ("Do you need an interpreter?", "No"),
    )
    rows = "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in pairs)
    form = webform.read(mail(f"<dl>{rows}</dl>", Content_Type="text/html"))
    assert form is not None
    assert (form.sender.email, form.words) == ("bea@mail.example", "May I come?")


def test_read_ends_the_words_where_the_submission_ends() -> None:
    form = webform.read(
        mail(
            "SUBMITTED BY\nTitle / name:   Ms Bea Birch\nEmail:   bea@mail.example\n\nWHAT THEY TOLD US\n"
            "A banner with your badge.\nIs that right?\n\n-- end of submission --\nNot for onward sharing\n"
        )
    )
    assert form is not None
    assert form.words == "A banner with your badge.\nIs that right?"


def test_a_contact_centre_s_ticket_and_a_press_desk_s_record_are_forms() -> None:
    ticket = webform.read(
        mail(
            "REFERRAL 4471\nContact : Ann Ash\nE-mail : ann@mail.example\nTel : not supplied\n\n"
            "Text of contact >>>\n\nWhere do I vote?\n\n<<< end of text\n\nOperator comments: passed on\n"
        )
    )
    record = webform.read(
        mail(
            "Contact name   Ann Ash\nContact email  ann@mail.example\nStatus   OPEN\n\n"
            "Enquiry text\n------------\nIs that figure yours?\n------------\n\nDo not reply.\n"
        )
    )
    assert ticket is not None
    assert record is not None
    assert (ticket.sender, ticket.words) == (
        Address(name="Ann Ash", email="ann@mail.example"),
        "Where do I vote?",
    )
    assert (record.sender, record.words) == (
        Address(name="Ann Ash", email="ann@mail.example"),
        "Is that figure yours?",
    )


def test_a_name_that_was_withheld_is_no_name() -> None:
    form = webform.read(
        mail(
            "Tell us what happened\nA car stood in the bus stop.\n\nName\nPrefer not to say\n\n"
            "Email (so that we can answer)\nash@mail.example\n"
        )
    )
    assert form is not None
    assert (form.sender, form.words) == (
        Address(name="", email="ash@mail.example"),
        "A car stood in the bus stop.",
    )


def test_a_question_or_comment_in_one_field() -> None:
    form = webform.read(
        mail(
            "Name: Bea Birch\nEmail: bea@mail.example\n\nYour question or comment:\nMay my aunt vote for me?\n\n-----\nForm ref 7\n"
        )
    )
    assert form is not None
    assert form.words == "May my aunt vote for me?"


def test_read_finds_values_after_a_line_of_dots_and_leaves_the_forms_own_end_out() -> None:
    found = read(
        "Full name ............ Bea Birch\nStanding for ......... Independent\n"
        "E-mail ............... bea@mail.example\n\nRequest:\nMay I come?\n\n"
        "Agreed to publication: yes\n\n#418 / 12-04-2027 10:21 / 203.0.113.77\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


def test_read_takes_a_handed_over_chat_for_a_form() -> None:
    found = read(
        "Chat CH-7 has been reassigned to External\n\nReassigned by: agent_31\nCustomer: Bea Birch\n"
        "Customer email: bea@mail.example\nChannel: Website live chat\n\n--- Transcript ---\n"
        "(15:02) Bea: how many officers work at night?\n--- End ---\n\nReplies to this address are not read.\n"
    )
    assert found == (
        Address(name="Bea Birch", email="bea@mail.example"),
        "(15:02) Bea: how many officers work at night?",
    )


def test_read_finds_numbered_questions_and_their_answers() -> None:
    found = read(
        "*** Automatic transfer. No officer has seen it. ***\n\nForm: Contact us\n\n[Q1] Is anyone in danger now?  No\n"
        "[Q2] Tell us more\nMay I come on Monday?\n\n[Q3] Your name  Bea Birch\n[Q4] Email  bea@mail.example\n"
        "[Q5] Are you reporting a crime?  No\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come on Monday?")


def test_read_leaves_consents_and_the_forms_own_lines_out() -> None:
    found = read(
        "Full name.....: Bea Birch\nContact email..: bea@mail.example\n\nDetails\n-------\nMay I come?\n\n"
        "Declaration....: I understand that this form is not for emergencies\n-------\nReceived by the website\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")
    found = read(
        "Name: Bea Birch\nYour email: bea@mail.example\nYour message: May I come?\n\n"
        "Happy for us to email you: Yes\n\nSubmission 2318, 20/01/2027 07:21. This mailbox is not read.\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


def test_read_finds_what_a_control_room_copied_from_its_log() -> None:
    found = read(
        "Copied below, it cannot be forwarded.\n\nCaller: Bea Birch\nEmail: bea@mail.example\nText: May I come?\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


def test_read_takes_a_question_with_a_long_answer_for_the_message() -> None:
    words = "I am minded to offer myself for election. What did the control room's overtime cost last year?"
    found = read(
        "Reference ........ TW-1\nFirst name ....... Bea\nSurname .......... Birch\nE-mail ........... bea@mail.example\n"
        f"What is it about?\n\n{words}\n\nIs anyone hurt or in danger? No\nHave you told us before? No\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), words)


def test_read_leaves_a_short_answer_to_the_same_question_a_topic() -> None:
    found = read(
        "Name: Bea Birch\nEmail: bea@mail.example\nWhat is it about?\nCustody\nMessage:\nIs it true? No one tells me.\n"
        "How should we send it?\nEmail\n\nTick to confirm you have read our privacy notice\nYes\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "Is it true? No one tells me.")


def test_read_leaves_a_consent_in_two_languages_and_a_systems_last_word_out() -> None:
    found = read(
        "Enw / Name: Bea Birch\nE-bost / Email: bea@mail.example\nNeges / Message:\n\nMay I come?\n\n"
        "Cytuno i'r hysbysiad preifatrwydd / Privacy notice accepted: Ydw / Yes\nIP: 198.51.100.23\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")
    found = read(
        "Full name: Bea Birch\nE-mail: bea@mail.example\nWhat would you like to tell us?\nMay I come?\n\n"
        "The person has been told that the office will answer.\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


def test_read_finds_what_a_contact_platform_routes_on() -> None:
    found = read(
        "THIS IS AN AUTOMATED ROUTING NOTICE.\n\nCase: 27-00318\nChannel: Website > Ask us\nCustomer: Bea Birch\n"
        "Customer email: bea@mail.example\nCustomer phone: not given\n\n--- Customer text ---\nMay I come?\n"
        "--- End of customer text ---\n\nSLA clock stopped: 16/03/2027 05:30\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


def test_read_leaves_the_name_of_the_form_s_program_out() -> None:
    found = read(
        "Your name\tBea Birch\nEmail address\tbea@mail.example\nMessage\tMay I come?\n\nSent by FormBox for WordPress\n"
    )
    assert found == (Address(name="Bea Birch", email="bea@mail.example"), "May I come?")


@pytest.mark.parametrize(
    "text",
    [
        "Reference: 2281\n\nName | Bea Birch\nEmail | bea@mail.example\nPhone | (not given)\n\nYour message:\n"
        "May I come?\n\nI agree to the privacy notice: yes\n\n--\nSent by FormBox 8. Replies are not read.\n",
        "Reference\tTC-88214\nFull name\tBea Birch\nE-mail\tbea@mail.example\nPhone\tnot given\n"
        "What would you like to tell or ask us?\tMay I come?\n\nFor emergencies dial 999.\n",
        "*** SYSTEM MESSAGE ***\n\nReason: NOT POLICE\nContact name: Bea Birch\nContact email: bea@mail.example\n"
        "Contact tel: withheld\n\nWhat the contact told us:\nMay I come?\n\nEnd of transfer\n",
    ],
    ids=["bars", "tell or ask", "what the contact told us"],
)
def test_read_finds_what_portals_route_on(text: str) -> None:
    found = webform.read(mail(text))
    assert found is not None
    assert found.sender == Address(name="Bea Birch", email="bea@mail.example")
    assert found.words.startswith("May I come?")
