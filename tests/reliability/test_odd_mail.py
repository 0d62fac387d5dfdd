"""Odd mail between plain ones: each is recorded with one outcome, and none holds up the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from inbox_bot import bootstrap
from inbox_bot.pipeline import Pipeline
from inbox_bot.register.states import Outcome
from inbox_bot.steps import digest
from inbox_bot.store import health
from inbox_bot.store.tables import Received
from inbox_bot.transport import documents

from ..office import SPOC, Office, mail
from ..servers.accounts import Account

ASKING = "Could you please tell me how many officers work at night, and what that cost last year?"
DATE = "Date: Mon, 02 Feb 2026 09:00:00 +0000\r\n"


def lines(*headers: str, body: str = ASKING, date: bool = True) -> bytes:
    """A message of these headers, in Latin-1 where they hold more than ASCII."""
    head = "".join(h + "\r\n" for h in headers) + (DATE if date else "")
    return f"{head}\r\n{body}\r\n".encode("latin-1")


ODD: dict[str, bytes] = {
    "no subject": lines("From: a@odd.example", "Message-ID: <1@odd.example>"),
    "HTML only": lines(
        "From: b@odd.example", "Subject: HTML", "Content-Type: text/html; charset=utf-8",
        body=f"<html><body><script>alert(1)</script><p>{ASKING}</p></body></html>",
    ),
    "attachment only": lines(
        "From: c@odd.example", "Subject: A file", "Content-Type: application/octet-stream",
        'Content-Disposition: attachment; filename="../../etc/passwd"', "Content-Transfer-Encoding: base64",
        body="c29tZSBvY3RldHM=",
    ),
    "external and repeated subjects": lines(
        "From: d@odd.example", "Subject: [EXTERNAL] RE: [EXTERNAL] Fwd: Officers", "Subject: Again",
    ),
    "unknown charset": lines(
        "From: =?x-klingon?B?cXVxdmE=?= <e@odd.example>", "Subject: =?x-klingon?Q?qapla=27?=",
        "Content-Type: text/plain; charset=x-klingon",
    ),
    "From without an address": lines("From: Just A Name", "Subject: Who am I"),
    "From empty": lines("From: ", "Subject: Nobody"),
    "no From": lines("Subject: Nobody at all"),
    "two Froms": lines("From: f@odd.example", "From: g@other.example", "Subject: Two"),
    "empty body": lines("From: h@odd.example", "Subject: Empty", body=""),
    "8-bit headers": lines("From: J\xf6rg <i@odd.example>", "Subject: Gr\xfc\xdfe und Fragen"),
    "no Date": lines("From: j@odd.example", "Subject: No date", date=False),
    "NUL bytes": lines(
        "From: k@odd.example", "Subject: Nul", "Content-Transfer-Encoding: base64",
        body="cGxlYXNlAAB0ZWxsIG1l",
    ),
    "truncated": lines(
        "From: l@odd.example", "Subject: Cut off", 'Content-Type: multipart/mixed; boundary="x"',
        body=f"--x\r\nContent-Type: text/plain\r\n\r\n{ASKING}\r\n--x\r\nContent-Type: application/pdf\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLj",
    ),
    "not a message": b"\x80\x81\x82 no header at all\r\n",
    "headers only": b"Subject: only a header\r\n",
}  # fmt: skip


def plain(office: Office, number: int) -> None:
    text = f"What did team {number} cost last year? Please tell me.\n\nWriter {number}"
    office.deliver(mail(f"writer{number}@mail.example", f"Question {number}", text, date=office.now))


def test_each_odd_mail_has_one_outcome_and_the_plain_ones_between_are_acknowledged(office: Office) -> None:
    for number, raw in enumerate(ODD.values()):
        plain(office, number)
        office.deliver(raw)
    plain(office, len(ODD))
    report = office.once()
    assert report.errors == []
    rows = office.received()
    assert len(rows) == report.fetched == 2 * len(ODD) + 1
    assert report.outcomes[Outcome.PENDING] == report.outcomes[Outcome.SET_ASIDE] == 0
    assert sum(report.outcomes.values()) == report.fetched
    for number in range(len(ODD) + 1):
        assert len(office.sent_to(f"writer{number}@mail.example")) == 1
    asked = [row for row in office.rows() if row["contact_email"] == "b@odd.example"]
    assert [row["information_sought"] for row in asked] == [ASKING]  # the words without the script


def test_nothing_is_written_to_two_senders_or_to_none(office: Office) -> None:
    for name in ("two Froms", "From without an address", "From empty", "no From"):
        office.deliver(ODD[name])
    office.once()
    strangers = {a for d in office.sink.delivered for a in d.recipients} - office.settings.people.addresses
    assert strangers <= {"f@odd.example", "g@other.example"} and len(strangers) <= 1


def test_an_attachment_name_leads_nowhere(office: Office) -> None:
    office.deliver(ODD["attachment only"])
    office.once()
    outside = list(office.home.parent.rglob("passwd*"))
    assert outside == []
    for row in office.rows():
        assert ".." not in str(row)


def test_nothing_goes_on_reading_documents_when_the_pass_is_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    extract = documents.extract_text

    def reading(content: bytes, **about: str) -> documents.DocumentText:
        read.append(about["content_type"])
        return extract(content, **about)

    monkeypatch.setattr(documents, "extract_text", reading)
    office.deliver(ODD["truncated"].replace(ASKING.encode(), b"See the file."))
    office.once()
    assert read == ["application/pdf"]
    assert documents._READER._process is None


BROKEN = "{% set subject = 'x' %}{{ 1 / 0 }}"


def test_a_message_whose_handling_raises_is_set_aside_shown_and_comes_back(
    make_office: Callable[..., Office], mailbox_account: Account, tmp_path: Path
) -> None:
    """A real fault: the office's own template for the press cannot be rendered."""
    template = tmp_path / "own" / "mail" / "en" / "acknowledgement" / "media.j2"
    template.parent.mkdir(parents=True)
    template.write_text(BROKEN)
    office = make_office(mailbox_account, overrides={"files": {"templates": str(tmp_path / "own")}})
    office.once()
    press = (
        "I am a reporter with the Sorrel Gazette, writing for Friday. Could the press office comment "
        "on the budget? My deadline is Thursday noon."
    )
    office.deliver(
        mail("Desk <news@gazette.example>", "Press enquiry: request for comment", press, date=office.now)
    )
    plain(office, 1)
    report = office.once()
    assert (report.outcomes[Outcome.SET_ASIDE], report.outcomes[Outcome.FILED]) == (1, 1)
    (row,) = [r for r in office.received() if r.outcome is Outcome.SET_ASIDE]
    assert row.tries == office.settings.limits.tries == 3
    assert "media.j2" in row.reason
    assert len(office.sent_to("writer1@mail.example")) == 1
    assert any("set aside" in str(m["Subject"]).lower() for m in office.sent_to(SPOC))
    shown = health.status(office.database, office.service.clock())["set_aside"]
    assert [(s["id"], s["reason"]) for s in shown] == [(row.id, row.reason)]
    with office.database.begin() as session:
        sections = {s.key: s for s in digest.view(office.job(session), office.now.date()).sections}
        assert len(sections["set_aside"].lines) == 1

    template.unlink()  # repaired
    with office.database.begin() as session:
        again = session.get(Received, row.id)
        assert again is not None
        again.outcome, again.tries, again.reason = Outcome.PENDING, 0, ""
    pipeline = Pipeline(bootstrap.build(office.settings, clock=office.service.clock))
    asyncio.run(pipeline.once())
    pipeline.close()
    assert [r.outcome for r in office.received()] == [Outcome.FILED] * 2
    assert len(office.sent_to("news@gazette.example")) == 1


def test_scripts_and_remote_images_are_in_no_output(office: Office) -> None:
    office.deliver(
        lines(
            "From: m@odd.example",
            "Subject: <script>alert(2)</script> Officers",
            "Content-Type: text/html; charset=utf-8",
            body=f'<p onclick="x()">{ASKING}</p><img src="http://tracker.example/p.gif"><script>x()</script>',
        )
    )
    office.once()
    for delivered in office.sink.delivered:
        message = message_from_bytes(delivered.raw, policy=policy.default)
        html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert "<script" not in html and "tracker.example" not in html and "onclick" not in html


def test_a_reference_in_a_strangers_subject_attaches_nothing(office: Office) -> None:
    plain(office, 1)
    office.once()
    office.deliver(
        mail("stranger@mail.example", "Re: [HDL-0001] Question 1", "Please send me what was answered there.")
    )
    office.once()
    rows = office.rows()
    assert [row["reference"] for row in rows] == ["HDL-0001", "HDL-0002"]
    assert rows[0]["contact_email"] == "writer1@mail.example"
    assert len(rows[0]["messages"]) == 2  # the question and its acknowledgement; not the stranger's


def test_a_forged_senders_acknowledgement_waits_for_an_officer(office: Office) -> None:
    forged = mail("victim@mail.example", "Officers", "How many officers work at night?", verdict="fail")
    office.deliver(forged)
    report = office.once()
    assert (report.outcomes[Outcome.FILED], report.acknowledgements_held) == (1, 1)
    assert office.sent_to("victim@mail.example") == []
