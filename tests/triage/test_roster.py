from datetime import date

import pytest

from inbox_bot.errors import ConfigError
from inbox_bot.triage.model import Role
from inbox_bot.triage.roster import Person, Roster, Standing, counts_as_candidate, read_csv

SOPN = date(2027, 4, 9)
EVE = date(2027, 4, 8)


def candidate(**changes) -> Person:
    facts = {
        "name": "Dr Séan O'Hale",
        "emails": ("sean@ohale.example",),
        "role": Role.PROSPECTIVE_CANDIDATE,
        "standings": ((date(2027, 1, 5), Standing.INTERESTED), (SOPN, Standing.NOMINATED)),
    }
    return Person(**(facts | changes))


def test_who_somebody_is_follows_from_the_day():
    roster = Roster([candidate()])
    found = roster.find("SEAN@ohale.example", "", SOPN)
    assert found is not None
    assert roster.role_on(found, EVE) is Role.PROSPECTIVE_CANDIDATE
    assert roster.role_on(found, SOPN) is Role.CANDIDATE
    assert roster.find("sean@ohale.example", "", date(2026, 12, 31)) is None  # before the first standing


def test_a_withdrawn_candidate_is_a_member_of_the_public():
    roster = Roster([candidate(standings=((EVE, Standing.NOMINATED), (SOPN, Standing.WITHDRAWN)))])
    assert roster.role_on(roster.people[0], SOPN) is Role.PUBLIC


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.PROSPECTIVE_CANDIDATE])
def test_the_offices_own_word_says_whether_a_declared_person_is_a_candidate(role):
    roster = Roster([candidate(role=role, standings=((EVE, Standing.DECLARED),))])
    assert roster.role_on(roster.people[0], EVE) is role


def test_an_apostrophe_is_one_however_it_is_typed():
    roster = Roster([Person(name="Bea O'Hale", emails=("bea@post.example",), role=Role.CANDIDATE)])
    assert roster.find("", "Bea O’Hale", date(2027, 4, 1)) is not None


def test_names_match_without_titles_and_accents_but_never_between_namesakes():
    roster = Roster([candidate()])
    assert roster.find("other@post.example", "Cllr Sean O'Hale", SOPN) is roster.people[0]
    assert roster.find("other@post.example", "Sean", SOPN) is None
    assert Roster([candidate(), candidate(emails=())]).find("", "Sean O'Hale", SOPN) is None


def test_an_agent_stays_an_agent():
    roster = Roster(
        [Person(name="Bea Tull", emails=("bea@post.example",), role=Role.AGENT, agent_for="Sean O'Hale")]
    )
    assert roster.role_on(roster.people[0], SOPN) is Role.AGENT


@pytest.mark.parametrize(
    ("role", "standing", "declared", "anyone"),
    [
        (Role.PROSPECTIVE_CANDIDATE, None, False, True),  # says so in a mail: never declared
        (Role.PROSPECTIVE_CANDIDATE, Standing.INTERESTED, False, True),
        (Role.PROSPECTIVE_CANDIDATE, Standing.DECLARED, True, True),
        (Role.CANDIDATE, Standing.NOMINATED, True, True),
        (Role.PUBLIC, Standing.WITHDRAWN, False, False),
        (Role.JOURNALIST, None, False, False),
    ],
)
def test_the_profile_decides_what_counts_as_candidate(role, standing, declared, anyone):
    assert counts_as_candidate(role, standing, "declared") is declared
    assert counts_as_candidate(role, standing, "any") is anyone


def test_democracy_club_rows_become_people_and_one_person_of_two_rows():
    text = (
        "person_id,person_name,ballot_paper_id,election_date,party_name,elected,email\n"
        "1,Ann Lee,pcc.calderfen.2027-05-06,2027-05-06,Independent,,ann@lee.example\n"
        "1,Ann Lee,pcc.calderfen.2027-05-06,2027-05-06,Independent,,office@lee.example\n"
    )
    people = read_csv(text, on=SOPN, nominated=True)
    assert [(p.name, p.emails, p.standings) for p in people] == [
        ("Ann Lee", ("ann@lee.example", "office@lee.example"), ((SOPN, Standing.NOMINATED),))
    ]
    assert read_csv(text, on=EVE)[0].standings == ((EVE, Standing.INTERESTED),)


def test_an_elected_person_is_elected_from_polling_day():
    text = "person_id,person_name,election_date,elected,email\n7,Ann Lee,2027-05-06,True,\n"
    person = read_csv(text, on=SOPN, nominated=True)[0]
    assert Roster([person]).standing(person, date(2027, 5, 6)) is Standing.ELECTED


def test_the_simple_form_takes_dates_in_both_ways_of_writing():
    text = (
        "name,email,role,standing,date,agent_for\nBo "
        "Ray,bo@ray.example,candidate,declared,09/04/2027,\nCy "
        "Moss,cy@moss.example,agent,,,Bo Ray\n"
    )
    ray, moss = read_csv(text)
    assert ray.standings == ((SOPN, Standing.DECLARED),)
    assert (moss.role, moss.agent_for, moss.standings) == (Role.AGENT, "Bo Ray", ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("colour,size\nred,4\n", "neither"),
        ("name,email,role,standing\n,a@b.example,candidate,declared\n", "line 2: the name is missing"),
        ("name,email,role,standing\nBo,not an address,candidate,declared\n", "line 2: the address"),
        ("name,email,role,standing\nBo,b@b.example,pirate,\n", "line 2: unknown role"),
        ("name,email,role,standing\nBo,b@b.example,candidate,winning\n", "line 2: unknown standing"),
        ("name,email,role,standing,date\nBo,b@b.example,candidate,declared,31/02/2027\n", "line 2: the date"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(text, says):
    with pytest.raises(ConfigError, match=says):
        read_csv(text)
