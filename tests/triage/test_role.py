"""Who writes, as the mail and the day tell it (R4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from inbox_bot.triage.model import Category, Role
from inbox_bot.triage.roster import Person, Roster, Standing

READ_ON = date(2027, 3, 1)  # the day on which `look` receives its mails
STANDS = "I am standing for Commissioner. How many officers are there in Thorsby?"
ROSTER = Roster(
    [Person(name="Bo Reed", emails=("bo@reed.example",), standings=((READ_ON, Standing.NOMINATED),))]
)


@pytest.mark.parametrize(
    ("statement", "roster", "role"),
    [
        (READ_ON + timedelta(days=1), Roster(), Role.PROSPECTIVE_CANDIDATE),
        (READ_ON, Roster(), Role.CANDIDATE),
        (READ_ON, ROSTER, Role.PROSPECTIVE_CANDIDATE),  # the roster names the nominated: this is none of them
    ],
)
def test_who_stands_is_a_candidate_from_the_statement_on(look, statement, roster, role):
    known = {"statement_of_persons_nominated": statement, "roster": roster}
    assert look(STANDS, known=known).classification.enquirer_role is role


def test_words_of_the_press_make_no_journalist_of_a_complainant(look):
    found = look(
        "One of the candidates put out a false statement about his rival, a report of it is on a blog. "
        "This is against the law and I want to complain about him."
    ).classification
    assert (found.category, found.enquirer_role) == (Category.CONDUCT_CONCERN, Role.PUBLIC)


def test_a_service_that_the_office_pays_is_neither_candidate_nor_public(look):
    found = look(
        "Our charity is funded by the Commissioner. May we open the new refuge on 20 April?"
    ).classification
    assert found.enquirer_role is Role.UNKNOWN


def test_staff_who_send_us_a_reply_pass_the_writer_on(look):
    understood = look(
        "Hazel - see below, I have not replied.\n\n"
        "On 20 Apr 2027, at 14:22, Ada Finch <ada.finch@post.example> wrote:\n\n"
        "I am thinking of standing for Commissioner. May I visit the custody suite?\n",
        sender="Insp Noel Gar <noel.gar@calderfen.police.example>",
        subject="Re: a visit",
    ).classification
    assert (understood.category, understood.underlying) == (
        Category.MISDIRECTED_FORCE,
        Category.CANDIDATE_ENQUIRY,
    )
    assert understood.enquirer is not None and understood.enquirer.email == "ada.finch@post.example"


def test_words_that_staff_repeat_in_quotation_marks_have_no_address_to_answer(look):
    found = look(
        'We had this on our page, passing on for your register. Ada Finch wrote: "I am standing for '
        'Commissioner, may I come and see custody?"',
        sender="Social Media <social@calderfen.police.example>",
        subject="Message received",
    ).classification
    assert (found.category, found.enquirer, found.acknowledge) == (Category.MISDIRECTED_FORCE, None, False)
