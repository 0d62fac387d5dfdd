# ruff: noqa: E501  (tables: one row a line)
"""Each area's protocol played: the same mails come in under every profile, different mails go out.

One office a profile, on a real mailbox and a real submission server. The mails stand in `protocol_mails`,
what must come of them in the tables here: the rows are those of the requirements' table of areas.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest

from inbox_bot.store import roster
from inbox_bot.triage.roster import read_csv

from ..casework.test_commands import subject_of_button, text_of
from ..office import CHIEF, DOMAIN, INBOX, SPOC, Office, mail
from ..servers.accounts import Account
from . import protocol_mails as mails

PARO = "paro@harrowdale-council.example"
FORCE_SPOC = f"election.spoc@{mails.FORCE}"
FORCE_FOI = f"foi@{mails.FORCE}"
PROFILES = (
    "apace-police",
    "apace-police-and-fire",
    "bedfordshire",
    "cleveland",
    "norfolk",
    "nottinghamshire",
    "welsh-example",
)
WIDE = ("bedfordshire", "norfolk")  # R4: whoever is interested counts as a candidate
ANSWERS = {"bedfordshire": "Head of Governance and Transparency"}  # R22
ANSWERED = ("prospective", "foi", "process", "force-foi")  # their states change on the way
PUBLISHED = "will be published on our election page"


@dataclass(frozen=True, kw_only=True)
class Comes:
    """What must come of a mail: its entry, what the acknowledgement says, who is asked to decide."""

    status: str = "open"
    category: str = "candidate_enquiry"
    publication: str = "undecided"
    due: str | None = "2026-02-05"  # Monday and three working days, equal for everybody (R4)
    says: str = ""
    silent: str = "\0"  # words that must not be in it
    asks: frozenset[str] = frozenset()
    more: Mapping[str, Any] = field(default_factory=dict)


def waits(says: str, who: str = CHIEF, **more: Any) -> Comes:
    return Comes(status="awaiting_decision", says=says, asks=frozenset({who}), **more)


# The APACE police template; the others say what differs from it.
EVERYWHERE: dict[str, Comes] = {
    "declared": Comes(says=PUBLISHED, silent="any member of the public. That changes", more={"counts_as_candidate": True}),
    "prospective": Comes(says="like one from any member of the public", more={"counts_as_candidate": False}),
    "visit": waits("decided by the Chief Executive, beforehand"),
    "meeting": waits("with the Chief Executive or the Chief Constable can be asked for after formal declaration"),
    "briefing": Comes(says="Candidate briefing, Monday 20 April 2026, County Hall"),
    "photo": waits("may be photographed or filmed with candidates if they themselves are content"),
    "photo-in-period": Comes(says="so we have to decline", silent="needs a decision", due="2026-04-20"),
    "livery": waits("to be withdrawn; the Police Area Returning Officer is told", category="conduct_concern", publication="never"),
    "hustings": waits("is decided by the Chief Executive"),
    "media": waits("put right a statement of fact", category="media", due="2026-02-03", silent=PUBLISHED, more={"contact_role": "journalist"}),
    "foi": Comes(category="foi", due="2026-03-02", says="until Monday 2 March 2026", more={"statutory_due_on": "2026-03-02"}),
    "process": Comes(category="electoral_process", says="We do not pass your message on", silent=PUBLISHED),
    "conduct": Comes(category="conduct_concern", publication="never", says="It will not be published", silent="We aim to"),
    "crime": Comes(category="policing_matter", publication="never", says="call 101", silent="We aim to"),
    "data": Comes(category="public_enquiry", publication="never", due="2026-03-02", says="until Monday 2 March 2026", silent=PUBLISHED, more={"matters": ["sar"]}),
    "public": Comes(category="public_enquiry", says="We aim to answer by Thursday 5 February 2026", silent=PUBLISHED),
    "rhys.tarn": Comes(publication="never", says="given individually by the Chief Executive or the Chief Constable", silent=PUBLISHED),
    "force-question": Comes(category="misdirected_force", says=f"please write to {INBOX}, so that it can be reviewed and answered here", more={"underlying": "candidate_enquiry", "received_by_force_on": "2026-01-30"}),
    # The force had it on Friday 30 January: 20 working days from there, shown to officers and promised to nobody (R7).
    "force-foi": Comes(category="misdirected_force", due="2026-02-27", says="We are settling who holds what you ask for", silent="27 February", more={"underlying": "foi", "statutory_due_on": "2026-02-27"}),
}  # fmt: skip

CHIEFS = "the Chief Executive, the Chief Constable or the Chief Fire Officer"
FRAMED = "within the framework of the Freedom of Information Act 2000"
NO_PARO = "whether to ask for the material to be withdrawn."  # the returning officer is not told
OF_ONE: dict[str, dict[str, Comes]] = {
    "apace-police": {},
    "apace-police-and-fire": {
        "meeting": waits(CHIEFS),
        "photo": waits("Police and fire logos"),
        "rhys.tarn": Comes(publication="never", says=f"individually by {CHIEFS}"),
        "force-question": Comes(category="misdirected_force", says="You wrote to the police or the fire service"),
    },
    "cleveland": {
        "visit": waits("for declared candidates, on one day that is the same for all: Wednesday 22 April 2026"),
        "meeting": waits("one joint meeting with the office's statutory officers and the Chief Constable, on Wednesday 22 April"),
        "briefing": Comes(says="The office and the force hold one joint briefing"),
        "livery": waits(NO_PARO, category="conduct_concern", publication="never"),
    },
    "nottinghamshire": {
        "visit": waits("decided by the Chief Executive and Monitoring Officer"),
        "briefing": Comes(says="The briefing for candidates is arranged with the Police Area Returning Officer"),
        "livery": waits(NO_PARO, category="conduct_concern", publication="never"),
    },
    "norfolk": {
        "prospective": Comes(silent="like one from any member of the public", more={"counts_as_candidate": True}),
        "visit": waits("arranged by the Single Point of Contact, who logs each one", SPOC),
        "meeting": waits("Meetings are kept to a small number", SPOC),
        "hustings": Comes(says="so we have to decline", silent="needs a decision"),
        "livery": waits(NO_PARO, category="conduct_concern", publication="never"),
        "media": waits("the office and the force make it together", SPOC, category="media", due="2026-02-03"),
        "process": Comes(category="electoral_process", says="We will refer your question to them as well"),
    },
    "bedfordshire": {
        "prospective": Comes(says=FRAMED, more={"counts_as_candidate": True, "statutory_due_on": "2026-03-02"}),
        "visit": Comes(says="Our protocol allows no visits"),
        "meeting": waits("once a candidate has been formally nominated"),
        "photo": Comes(says="not photographed or filmed with candidates, before or during", silent="needs a decision"),
        "photo-in-period": Comes(says="not photographed or filmed with candidates", due="2026-04-20"),
        "media": waits("the Chief Executive makes it", category="media", due="2026-02-03"),
    },
    "welsh-example": {
        "public": Comes(category="public_enquiry", says="croesawu gohebiaeth yn Gymraeg"),
        "welsh": Comes(says="Diolch am eich neges"),
    },
}  # fmt: skip


class Play:
    """One profile's office, and what has come of the mails so far. Every mail is parsed once."""

    def __init__(self, profile: str, office: Office) -> None:
        self.profile, self.office = profile, office
        self._sent: list[tuple[tuple[str, ...], EmailMessage]] = []
        self._rows: dict[str, dict[str, Any]] = {}

    def once(self) -> None:
        assert self.office.once().errors == []
        self._sent += [(d.recipients, d.message) for d in self.office.sink.delivered[len(self._sent) :]]
        self._rows = {str(row["contact_email"]).split("@")[0]: row for row in self.office.rows()}

    def row(self, name: str) -> dict[str, Any]:
        return self._rows[name]

    def names(self) -> set[str]:
        return set(self._rows)

    def got(self, address: str, words: str = "", reference: str = "") -> list[EmailMessage]:
        """What an address got, with these words and this reference in the subject, oldest first."""
        to = [message for recipients, message in self._sent if address in recipients]
        return [m for m in to if words in m["Subject"] and reference in m["Subject"]]

    def comes_in(self) -> None:
        """Monday, before the notice of election: a mail of every row."""
        office = self.office
        for name in mails.DIRECT:
            office.deliver(mails.direct(name, office.now))
        for name in mails.BY_FORCE:
            office.deliver(mails.by_force(name, office.now))
        office.deliver(mail(mails.STAFF_SENDER, "My own position", mails.STAFF_TEXT, verdict="pass"))
        if self.profile == "welsh-example":
            office.deliver(mail("Sioned Rees <welsh@mail.example>", "Cwestiwn", mails.WELSH))
        self.once()

    def in_the_period(self) -> None:
        """In April, nominations closed: the photograph is asked for again."""
        self.office.go_to("2026-04-15 10:00")
        name, subject, text = mails.DIRECT["photo"]
        again = mail(f"{name} <photo-in-period@mail.example>", subject, text, date=self.office.now)
        self.office.deliver(again)
        self.once()

    def answer(self, name: str, words: str) -> None:
        """From the shared mailbox, unsigned, as its copy lies in Sent."""
        row = self.row(name)
        reply = mail(INBOX, "RE: your question", words, to=row["contact_email"], date=self.office.now,
                     in_reply_to=f"<{row['messages'][0]}>")  # fmt: skip
        self.office.deliver(reply, folder="Sent")

    def click(self, message: EmailMessage, label: str, officer: str) -> None:
        self.says(officer, subject_of_button(message, label))

    def says(self, officer: str, subject: str, text: str = "") -> None:
        self.office.deliver(mail(officer, subject, text, date=self.office.now, verdict="pass"))


@pytest.fixture
def play(
    request: pytest.FixtureRequest, make_office: Callable[..., Office], mailbox_account: Account
) -> Play:
    profile = str(request.param)
    people = {"spoc": {"email": SPOC}, "chief_executive": {"email": CHIEF}, "force_foi": {"email": FORCE_FOI}}
    overrides: dict[str, dict[str, Any]] = {
        "office": {"profile": profile},
        "election": {
            "type": "pfcc" if profile == "apace-police-and-fire" else "pcc",
            "events": [{"title": "Candidate briefing", "date": dt.date(2026, 4, 20), "place": "County Hall"}],
        },
        "people": people,
    }
    if profile == "norfolk":
        people["force_spoc"] = {"email": FORCE_SPOC}
    if profile == "cleveland":
        day = dt.date(2026, 4, 22)
        overrides["protocol"] = {"visit_day": day, "meeting_day": day}
    office = make_office(mailbox_account, overrides=overrides)
    people_of_the_roster = (
        "name,email,role,standing\nFfion Garrick,declared@mail.example,candidate,declared\n"
    )
    with office.database.begin() as session:
        roster.save(session, read_csv(people_of_the_roster, on=office.now.date()))
    office.once()
    return Play(profile, office)


# The two that differ most from one another; the rest with `make thorough`.
SOON = ("bedfordshire", "norfolk")


@pytest.mark.parametrize(
    "play",
    [p if p in SOON else pytest.param(p, marks=pytest.mark.thorough) for p in PROFILES],
    indirect=True,
)
def test_area_plays_its_protocol(play: Play) -> None:
    play.comes_in()
    told_the_right_people(play)
    answered_and_passed_on(play)
    published(play)
    play.in_the_period()
    came_of_every_mail(play)


def came_of_every_mail(play: Play) -> None:
    """The whole table at the end, when the later steps have changed only what they were to change."""
    expected = EVERYWHERE | OF_ONE[play.profile]
    assert play.names() == set(expected) | {"harold"}
    wrong = []
    for name, comes in expected.items():
        row = play.row(name)
        said = text_of(play.got(row["contact_email"])[0])
        wanted = {"category": comes.category, "due_on": comes.due, **comes.more}
        if name not in ANSWERED:
            wanted |= {"status": comes.status, "publication": comes.publication}
        if name not in ("declared", "prospective", "welsh"):
            wide = play.profile in WIDE and row["contact_role"] == "prospective_candidate"
            wanted["counts_as_candidate"] = wide or name == "photo-in-period"
        asked = {w for w in (CHIEF, SPOC, FORCE_SPOC) if play.got(w, "Decision needed", row["reference"])}
        wrong += [(name, key, row[key]) for key in wanted if row[key] != wanted[key]]
        wrong += [(name, said)] if comes.says not in said or comes.silent in said else []
        wrong += [(name, asked)] if asked != comes.asks else []
        assert row["reference"] in said
        assert f"https://{DOMAIN}/privacy" in said, name  # R30
    assert wrong == []


def told_the_right_people(play: Play) -> None:
    """Monday's notices: staff in confidence (R28), imagery to the PARO (R16), a caller's note (R6, R17)."""
    staff, livery = play.row("rhys.tarn"), play.row("livery")
    assert len(play.got(CHIEF, "", staff["reference"])) == 1
    assert play.got(SPOC, "", staff["reference"]) == []
    assert staff["not_published_reason"] == "confidential"
    reported = play.got(SPOC, "Refer this to the Police Area Returning Officer?", livery["reference"])
    assert bool(reported) is (play.profile not in ("cleveland", "nottinghamshire", "norfolk"))
    note = "Name: Harold Pinnock\nEmail: harold@post.example\nAsked: How many special constables are there?"
    play.says(SPOC, "Social media note", note)
    play.once()
    assert play.row("harold")["method_of_contact"] == "social_media"
    (confirmed,) = play.got("harold@post.example")
    assert "Our note of what you asked" in text_of(confirmed)


def answered_and_passed_on(play: Play) -> None:
    """Who answered (R22); what is passed on waits for a click, is sent, and is tracked (R7, R9, R23)."""
    norfolk = play.profile == "norfolk"
    process, theirs = play.row("process")["reference"], play.row("force-foi")["reference"]
    play.office.pass_time(hours=2)
    play.answer("prospective", "There are nine at night.")
    play.answer("foi", "The office spent 12,000 pounds on consultants in 2025.")
    play.says(SPOC, f"authority {theirs} force")
    asked = play.got(SPOC, "Refer this to the Police Area Returning Officer?", process)
    assert len(asked) == norfolk  # NF 11; elsewhere the enquirer is told whom to ask
    assert play.got(PARO) == []
    for question in asked:
        play.click(question, "Refer", SPOC)
    play.once()
    row = play.row("prospective")
    assert (row["status"], row["officer_assumed"]) == ("answered", True)
    assert row["officer"] == ANSWERS.get(play.profile, "Election Single Point of Contact")
    assert play.row("force-foi")["responsible_authority"] == "force"

    keeper = FORCE_SPOC if norfolk else SPOC  # NF 9-10: the force's SPOC keeps the force's log
    (question,) = play.got(keeper, "Refer this to the force's freedom of information team?", theirs)
    play.office.pass_time(minutes=5)
    play.click(question, "Refer", keeper)
    for referral in play.got(PARO):
        assert "How the election is run is the returning officer's responsibility." in text_of(referral)
        reply = mail(PARO, f"Re: {referral['Subject']}", "We have sent Kit Lowe the nomination pack today.",
                     date=play.office.now, in_reply_to=str(referral["Message-ID"]))  # fmt: skip
        play.office.deliver(reply)
    play.once()
    assert (play.row("process")["status"] == "referred") is norfolk
    assert len(play.got(SPOC, "An answer to what you passed on", process)) == norfolk
    assert len(play.got(FORCE_FOI, "Referred to you", theirs)) == 1


def published(play: Play) -> None:
    """Two days later: silence is reminded of; answers are approved and stand on the page, for everybody."""
    play.office.go_to("2026-02-04 10:00")
    play.once()
    (reminder,) = play.got(FORCE_FOI, "Reminder: referred to you")
    assert "We hoped to hear by Wednesday 4 February 2026." in text_of(reminder)
    assert play.got(PARO, "Reminder") == []  # they confirmed
    for name in ("prospective", "foi"):
        play.office.command("approve", play.row(name)["reference"])
    play.once()
    assert [play.row(name)["publication"] for name in ("prospective", "foi")] == ["published"] * 2
    site = play.office.home / "var/site"
    page = (site / "index.html").read_text(encoding="utf-8")
    assert all(play.row(name)["reference"] in page for name in ("prospective", "foi"))
    assert "Ada Quill" not in page
    logs = play.profile.startswith("apace") or play.profile == "welsh-example"  # AP 7.8
    assert ("Freedom of information log" in page) is logs
    play.once()  # what the build has queued goes out with the next pass
    copies = play.got(FORCE_SPOC, "Copy of a freedom of information answer", play.row("foi")["reference"])
    assert len(copies) == (play.profile == "norfolk")  # NF 12


@pytest.mark.parametrize("profile", PROFILES)
def test_texts_for_the_forces_mailboxes_and_accounts(profile: str) -> None:
    from ..render.offices import office

    force, social = (
        " ".join(office(profile).handout(w).split()) for w in ("force_response", "social_media_response")
    )
    asks = "Please send all queries about the" in force
    assert asks is (profile == "bedfordshire")  # BD 10b; elsewhere staff redirect it
    assert ("We have passed your message on" in force) is not asks
    assert "election@wessmoor-pcc.example" in force
    assert (
        "so that they can be reviewed and answered. This account is not monitored for election queries."
        in social
    )
