"""Two logs (R23), delegates, equal access (R20), new bank holidays, and one reminder mail a morning."""

# ruff: noqa: E501  (mails as people write them, one line a paragraph)
from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from inbox_bot.calendar.bankholidays import read_changes
from inbox_bot.calendar.workdays import Calendar, Kind
from inbox_bot.casework.desk import Job
from inbox_bot.register.states import Outcome
from inbox_bot.steps import housekeeping
from inbox_bot.store import audit
from inbox_bot.store.tables import Audit

from ..office import CHIEF, DOMAIN, INBOX, SPOC, Office, mail
from ..servers.accounts import Account
from .test_commands import ADDRESS, CANDIDATE, answer, ask, press, previewed, subject_of_button, text_of

FORCE_SPOC = "election.spoc@harrowdale.police.example"
DELEGATE = f"delegate@{DOMAIN}"
STANDING = "I am standing as a candidate in the Police and Crime Commissioner election in May."


@pytest.fixture
def office(make_office: Callable[..., Office], mailbox_account: Account) -> Office:
    people = {"force_spoc": {"email": FORCE_SPOC}, "delegates": [DELEGATE]}
    made = make_office(
        mailbox_account, overrides={"people": people, "publication": {"tell_candidates": True}}
    )
    made.once()
    return made


def test_each_spoc_sees_its_own_log_and_the_office_all(office: Office) -> None:
    ask(office)
    request = "Under the Freedom of Information Act please send me the number of stolen dogs.\n\nB Vance"
    ask(office, "FOI", request, "B Vance <b.vance@mail.example>")
    press(office, "authority HDL-0002 force")

    def references(sender: str) -> set[str]:
        (file,) = list(press(office, "register", sender=sender)[-1].iter_attachments())
        sheet = load_workbook(BytesIO(file.get_content())).worksheets[0]
        return {str(c.value) for line in sheet.iter_rows() for c in line if str(c.value).startswith("HDL-")}

    assert references(FORCE_SPOC) == {"HDL-0002"}
    assert references(SPOC) == {"HDL-0001", "HDL-0002"}
    assert "not in the log" in text_of(press(office, "show HDL-0001", sender=FORCE_SPOC)[-1])
    assert "for the office to do" in text_of(press(office, "pause", sender=FORCE_SPOC)[-1])


def test_a_delegate_uses_the_spocs_buttons_and_not_the_chief_executives(office: Office) -> None:
    ask(office, "Visit", f"{STANDING} I would like to visit the custody suite in March.")
    notice = next(m for m in office.sent_to(SPOC) if "HDL-0001" in m["Subject"])
    press(office, subject_of_button(notice, "Reclassify HDL-0001 to media"), sender=DELEGATE)
    assert office.rows()[0]["category"] == "media"
    decision = next(m for m in office.sent_to(CHIEF) if "Decision needed" in m["Subject"])
    press(office, subject_of_button(decision, "Decide yes"), sender=DELEGATE)
    assert office.rows()[0]["decisions"] == []
    assert "Please confirm" in office.sent_to(CHIEF)[-1]["Subject"]


def test_every_candidate_is_told_at_once_and_the_time_is_proved(office: Office) -> None:
    roster = mail(SPOC, "candidates", "", date=office.now, verdict="pass")
    roster.add_attachment(
        b"name,email,role,standing\nFfion Garrick,ffion.garrick@mail.example,candidate,declared\n"
        b"Rhodri Vance,rhodri.vance@mail.example,candidate,declared\n"
        b"Ann Pell,ann.pell@mail.example,candidate,withdrawn\n",
        maintype="text", subtype="csv", filename="candidates.csv",
    )  # fmt: skip
    office.deliver(roster)
    office.once()
    press(office, subject_of_button(office.sent_to(SPOC)[-1], "Import"))
    button = subject_of_button(previewed(office), "Approve")
    press(office, button)
    office.once()
    rows = office.outbox("release")
    assert [row.recipients for row in rows] == [[ADDRESS], ["rhodri.vance@mail.example"]]
    assert len({row.queued_at for row in rows}) == 1
    (told,) = office.sent_to("rhodri.vance@mail.example")
    assert "14 officers" in text_of(told)
    assert "Garrick" not in text_of(told)
    with office.database.begin() as session:
        proofs = [a for a in session.exec(select(Audit)).all() if a.action == "equal_release"]
        assert [a.detail["mails"] for a in proofs] == [2]
        assert audit.verify(session).broken_at is None


def test_new_bank_holiday_recounts_open_entries_and_says_so(office: Office) -> None:
    ask(office)
    assert office.rows()[0]["due_on"] == "2026-02-05"
    changes = read_changes(
        {"holiday": [{"date": dt.date(2026, 2, 4), "name": "Day of mourning"}]}
    )  # a holiday added after the entry was filed
    with office.database.begin() as session:
        job = office.job(session)
        calendar = Calendar(kind=Kind.OFFICE, changes=changes)
        desk = replace(job.desk, office_days=calendar, hours=replace(job.desk.hours, calendar=calendar))
        housekeeping.run(Job(desk=desk, session=session, now=job.now))
    assert office.rows()[0]["due_on"] == "2026-02-06"
    office.once()
    moved = next(m for m in office.sent_to(SPOC) if "Dates of open entries" in m["Subject"])
    assert "HDL-0001 is now due on" in text_of(moved)


def test_one_reminder_mail_a_morning_whatever_is_in_it(office: Office) -> None:
    ask(office)
    office.go_to("2026-02-03 10:00")
    ask(
        office,
        "Another",
        f"{STANDING} What does the force spend on horses?",
        "B Vance <b.vance@mail.example>",
    )
    before = len(office.sent_to(SPOC))
    office.go_to("2026-02-06 09:01")  # HDL-0001 was due yesterday, HDL-0002 is due today
    office.once()
    office.once()
    reminders = [
        m for m in office.sent_to(SPOC)[before:] if "due" in m["Subject"] or "Overdue" in m["Subject"]
    ]
    assert len(reminders) == 1
    assert {"HDL-0001", "HDL-0002"} <= set(text_of(reminders[0]).replace(":", "").split())


def test_nothing_is_reminded_while_it_waits_on_the_enquirer(office: Office) -> None:
    request = "Under the Freedom of Information Act please send me the number of stolen dogs.\n\nB Vance"
    ask(office, "FOI", request, "B Vance <b.vance@mail.example>")
    press(office, "extend HDL-0001 clarification")
    before = len(office.sent_to(SPOC))
    office.go_to("2026-03-05 09:01")
    office.once()
    assert [
        m for m in office.sent_to(SPOC)[before:] if "due" in m["Subject"] or "Overdue" in m["Subject"]
    ] == []


def test_an_officers_forward_of_the_answer_sent_elsewhere_is_the_answer(office: Office) -> None:
    ask(office)
    text = (
        "For the register.\n\n-----Original Message-----\nFrom: Nerys Calloway <" + SPOC + ">\n"
        f"Sent: 2 February 2026 10:15\nTo: {CANDIDATE}\nSubject: RE: Rural crime team [HDL-0001]\n\n"
        "Dear Ms Garrick,\n\nThe rural crime team has 14 officers.\n"
    )
    office.pass_time(hours=2)
    office.deliver(mail(SPOC, "FW: RE: Rural crime team [HDL-0001]", text, verdict="pass", date=office.now))
    office.once()
    row = office.rows()[0]
    assert row["status"] == "answered"
    assert row["information_provided"] == "Dear Ms Garrick,\n\nThe rural crime team has 14 officers."


def test_an_internal_forward_of_the_enquiry_is_not_an_answer(office: Office) -> None:
    ask(office)
    text = f"Can you look this up?\n\n-----Original Message-----\nFrom: {CANDIDATE}\nSent: 2 February 2026 09:30\nTo: {INBOX}\nSubject: Rural crime team\n\nHow many officers?\n"
    office.deliver(
        mail(
            SPOC, "FW: [HDL-0001] Rural crime team", text, to=f"colleague@{DOMAIN}, {INBOX}", date=office.now
        )
    )
    office.once()
    assert office.rows()[0]["status"] == "open"


def test_one_answer_to_two_entries_answers_both(office: Office) -> None:
    ask(office)
    ask(office, "Another", f"{STANDING} What does the force spend on horses?")
    office.deliver(
        mail(SPOC, "[HDL-0001] [HDL-0002] Your questions", "There are 14 officers and no horses.", to=ADDRESS, date=office.now),
        folder="Sent",
    )  # fmt: skip
    office.once()
    assert [row["status"] for row in office.rows()] == ["answered", "answered"]


def test_a_command_sent_from_the_shared_mailbox_is_handled_once(office: Office) -> None:
    answer(office, ask(office))
    command = mail(SPOC, "show HDL-0001", "", date=office.now, verdict="pass")
    office.deliver(command, folder="Sent")
    office.deliver(command)
    office.once()
    assert sorted(r.outcome for r in office.received()[-2:]) == [Outcome.COMMAND, Outcome.OWN_COPY]
