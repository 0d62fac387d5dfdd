"""From a question to its published answer, on Dovecot and aiosmtpd, with only the clock in our hands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from inbox_bot.register.states import OutboxState, Outcome
from inbox_bot.steps import digest
from inbox_bot.store import audit

from ..office import CHIEF, INBOX, SPOC, Office, mail
from ..servers.accounts import Account

CANDIDATE = "Ffion Garrick <ffion.garrick@mail.example>"
ADDRESS = "ffion.garrick@mail.example"
QUESTION = """Dear Sir or Madam,

I am standing as a candidate in the Police and Crime Commissioner election in May. Could you tell me how many
officers work in the rural crime team, and what the team cost last year? You can ring me on 01632 960555.

Kind regards,
Ffion Garrick
12 Sorrel Lane, Harrowdale HD4 7QT
"""
ANSWER = """Dear Ms Garrick,

The rural crime team has 14 officers and cost £812,000 last year.

Nerys Calloway
Head of Governance
"""


def ask(office: Office) -> str:
    """Deliver the question and run a pass; its Message-ID."""
    question = mail(CANDIDATE, "Rural crime team", QUESTION, date=office.now)
    office.deliver(question)
    office.once()
    return str(question["Message-ID"])


def test_first_start_leaves_the_past_alone(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    mailbox_account.deliver(mail(CANDIDATE, "Old", QUESTION).as_bytes())
    office = make_office(mailbox_account)
    assert office.once().fetched == 0
    assert {address for d in office.sink.delivered for address in d.recipients} <= {
        CHIEF
    }  # the morning's digest


def test_question_is_filed_and_acknowledged_once(office: Office) -> None:
    ask(office)
    report = office.once()
    assert report.as_json()["outcomes"] == dict.fromkeys((o.value for o in Outcome), 0)
    (row,) = office.rows()
    assert (row["reference"], row["category"], row["status"]) == ("HDL-0001", "candidate_enquiry", "open")
    assert row["contact_email"] == ADDRESS
    assert row["due_on"] == "2026-02-05"  # Monday + 3 working days
    (ack,) = office.sent_to(ADDRESS)
    assert ack["Auto-Submitted"] == "auto-replied"
    assert ack["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert "[HDL-0001]" in ack["Subject"]
    assert (
        "rural crime team" not in ack.get_body(("plain",)).get_content().lower()
    )  # never the writer's words


def test_nothing_is_marked_seen(office: Office) -> None:
    ask(office)
    assert office.account.flags() == [frozenset()]


@pytest.mark.parametrize("folder", ["Sent", "INBOX"])
def test_officers_answer_is_found_and_published_after_approval(office: Office, folder: str) -> None:
    question_id = ask(office)
    office.pass_time(hours=2)
    answer = mail(
        f"Nerys Calloway <{SPOC}>", "RE: Rural crime team", ANSWER,
        to=f"{ADDRESS}, {INBOX}", date=office.now, in_reply_to=question_id,
    )  # fmt: skip
    office.deliver(answer, folder=folder)
    report = office.once()
    assert (report.replies_matched, report.outcomes[Outcome.ATTACHED]) == (1, 1)
    (row,) = office.rows()
    assert (row["status"], row["publication"], row["officer"]) == ("answered", "scheduled", "Nerys Calloway")
    assert (
        row["information_provided"]
        == "Dear Ms Garrick,\n\nThe rural crime team has 14 officers and cost £812,000 last year."
    )
    office.go_to("2026-02-03 09:00")  # one working day later, at opening
    assert office.once().approvals_requested == 1
    preview = office.sent_to(SPOC)[-1].get_body(("plain",)).get_content()
    assert "Approve HDL-0001" in preview
    assert "You can ring me on [telephone number removed]." in " ".join(preview.split())
    assert not (office.home / "var/site/entries/HDL-0001.html").exists()
    office.command("approve", "HDL-0001")
    assert office.once().published == 1
    page = (office.home / "var/site/entries/HDL-0001.html").read_text()
    for secret in ("Garrick", "Ffion", "960555", "HD4", ADDRESS, "Calloway"):
        assert secret not in page
    assert "14 officers" in page
    assert office.rows()[0]["date_added_to_website"].startswith("2026-02-03")


def test_reply_by_reference_token_in_the_subject(office: Office) -> None:
    ask(office)
    office.deliver(mail(SPOC, "Your question [HDL-0001]", ANSWER, to=ADDRESS), folder="Sent")
    office.once()
    assert office.rows()[0]["status"] == "answered"


def test_reply_with_only_the_subject_words_is_shown_not_guessed(office: Office) -> None:
    ask(office)
    office.deliver(mail(SPOC, "Re: Rural crime team", ANSWER, to=ADDRESS), folder="Sent")
    office.once()
    assert office.rows()[0]["status"] == "open"
    assert "Attach to HDL-0001" in office.sent_to(SPOC)[-1].get_body(("plain",)).get_content()


def test_reminders_before_on_and_after_the_due_day(office: Office) -> None:
    ask(office)
    seen = len(office.sent_to(SPOC))
    told: dict[str, tuple[int, int]] = {}
    for day in ("2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06"):
        office.go_to(f"{day} 09:01")
        office.once()
        office.once()  # a second pass the same morning repeats nothing
        spoc = [m for m in office.sent_to(SPOC)[seen:] if m["Subject"]]
        chief = [m for m in office.sent_to(CHIEF) if "Overdue" in m["Subject"]]
        told[day] = (len(spoc), len(chief))
    reminder = office.sent_to(SPOC)[seen].get_body(("plain",)).get_content()
    assert "acknowledged on 2 February" in reminder
    # due 5 February: one working day before, on the day, overdue on the 6th with the Chief Executive
    assert told == {"2026-02-03": (0, 0), "2026-02-04": (1, 0), "2026-02-05": (2, 0), "2026-02-06": (3, 1)}


def test_digest_each_working_day_adds_up(office: Office) -> None:
    ask(office)
    office.deliver(mail("Nobody <x@mail.example>", "", "hello"), folder="Junk")
    office.once()
    office.go_to("2026-02-03 07:29")
    assert office.once().digest_sent is False
    office.go_to("2026-02-03 07:30")
    assert office.once().digest_sent is True
    assert office.once().digest_sent is False
    sent = [m for m in office.sent_to(CHIEF) if "Election inbox" in m["Subject"]][-1]
    text = sent.get_body(("plain",)).get_content()
    line = "received 2 = filed 1 + attached 0 + command 0 + automated 0 + own copy 0 + duplicate 0 + spam 1"
    assert line in " ".join(text.split())
    assert "HDL-0001" in text
    office.go_to("2026-02-07 08:00")  # Saturday
    assert office.once().digest_sent is False


def digest_of(office: Office, day: str) -> digest.DigestView:
    with office.database.begin() as session:
        return digest.view(office.job(session), dt.date.fromisoformat(day))


def test_digest_says_of_each_date_what_it_is(office: Office) -> None:
    question = ask(office)
    line = {s.key: s.lines for s in digest_of(office, "2026-02-02").sections}
    assert (line["new"], line["answered"], line["spam"]) == ((), (), ())  # in the very moment of the pass
    office.pass_time(minutes=1)
    (new,) = {s.key: s.lines for s in digest_of(office, "2026-02-02").sections}["new"]
    assert (new.what, new.on) == ("due", dt.date(2026, 2, 5))
    reply = mail(SPOC, "Re: Rural crime team", ANSWER, to=ADDRESS, date=office.now, in_reply_to=question)
    office.deliver(reply, folder="Sent")
    office.once()
    office.go_to("2026-02-03 09:01")
    office.once()
    found = {s.key: s.lines for s in digest_of(office, "2026-02-04").sections}
    (waiting,) = found["awaiting_approval"]
    assert (waiting.what, waiting.on) == ("answered", dt.date(2026, 2, 2))


def test_digest_of_a_day_gone_by_tells_of_that_day_alone(office: Office) -> None:
    office.pass_time(minutes=5)
    ask(office)  # Monday 2 February, 09:35
    office.go_to("2026-02-05 15:00")
    for day, new in (("2026-02-02", 0), ("2026-02-03", 1), ("2026-02-04", 0)):
        view = digest_of(office, day)
        assert (view.received, len(view.sections[0].lines)) == (new, new), day
        assert (view.until.date().isoformat(), view.until.hour) == (day, 7)


def test_digest_asked_for_by_hand_leaves_no_gap(office: Office) -> None:
    office.go_to("2026-02-07 06:00")  # Saturday, before the hour of the digest
    office.once()
    with office.database.begin() as session:
        assert digest.queue(office.job(session), dt.date(2026, 2, 7), again=":hand")
    office.go_to("2026-02-07 06:30")
    ask(office)
    office.go_to("2026-02-09 12:00")
    with office.database.begin() as session:  # an old one once more
        assert digest.queue(office.job(session), dt.date(2026, 2, 4), again=":hand")
    assert digest_of(office, "2026-02-09").received == 1


def test_once_reports_the_digest_that_was_asked_for_by_hand(office: Office) -> None:
    office.go_to("2026-02-07 09:00")  # Saturday: none of its own
    assert office.once().digest_sent is False
    with office.database.begin() as session:
        digest.queue(office.job(session), dt.date(2026, 2, 7), again=":hand")
    assert office.once().digest_sent is True
    office.pass_time(minutes=1)
    assert office.once().digest_sent is False


def test_once_counts_what_this_pass_held(office: Office) -> None:
    office.deliver(mail(CANDIDATE, "Rural crime team", QUESTION), at=office.now - dt.timedelta(days=4))
    assert office.once(since=dt.date(2026, 1, 1)).acknowledgements_held == 1
    office.pass_time(minutes=1)
    report = office.once()
    assert (report.acknowledgements_held, report.outbox[OutboxState.HELD]) == (0, 1)


def test_junk_is_recorded_and_never_acknowledged(office: Office) -> None:
    office.deliver(mail(CANDIDATE, "Rural crime team", QUESTION), folder="Junk")
    assert office.once().outcomes[Outcome.SPAM] == 1
    assert office.sent_to(ADDRESS) == []


def test_old_mail_is_filed_with_its_acknowledgement_held_and_released(office: Office) -> None:
    office.deliver(mail(CANDIDATE, "Rural crime team", QUESTION), at=office.now - dt.timedelta(hours=73))
    report = office.once()
    assert (report.outcomes[Outcome.FILED], report.acknowledged, report.acknowledgements_held) == (1, 0, 1)
    assert office.sent_to(ADDRESS) == []
    office.command("release", "HDL-0001")
    office.once()
    assert len(office.sent_to(ADDRESS)) == 1


def test_second_delivery_is_a_duplicate(office: Office) -> None:
    ask(office)
    office.deliver(mail(CANDIDATE, "Rural crime team", QUESTION, message_id="<other@mail.example>"))
    report = office.once()
    assert (report.fetched, report.outcomes[Outcome.DUPLICATE]) == (1, 1)
    assert len(office.sent_to(ADDRESS)) == 1


def test_pause_keeps_everything_until_resume(office: Office) -> None:
    office.command("pause")
    ask(office)
    assert len(office.rows()) == 1
    assert office.sent_to(ADDRESS) == office.sent_to(SPOC) == []
    office.command("resume")
    office.once()
    assert len(office.sent_to(ADDRESS)) == 1


def test_observe_mode_writes_only_to_the_office(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    office = make_office(mailbox_account, overrides={"office": {"mode": "observe"}})
    office.once()
    ask(office)
    assert office.sent_to(ADDRESS) == []
    assert [m["Subject"].split("] ")[0] for m in office.sent_to(SPOC)] == ["[HDL-0001"]
    assert [row.state for row in office.outbox("acknowledgement")] == [OutboxState.HELD]


def test_audit_chain_holds_after_a_week(office: Office) -> None:
    ask(office)
    for day in range(3, 7):
        office.go_to(f"2026-02-0{day} 09:05")
        office.once()
    with office.database.begin() as session:
        verdict = audit.verify(session)
    assert verdict.broken_at is None
    assert verdict.rows > 10


def test_handled_mail_is_moved_within_the_same_pass(
    make_office: Callable[..., Office], mailbox_account: Account
) -> None:
    office = make_office(mailbox_account, overrides={"mailbox": {"filed": "Election/{category}"}})
    office.once()
    ask(office)
    assert office.account.messages("INBOX") == []
    assert len(office.account.messages("Election/candidate_enquiry")) == 1
    assert len(office.rows()) == 1
    assert office.once().fetched == 0
