"""The demo played once through real servers; then each of its checks is shown to notice what it is for."""

from __future__ import annotations

import asyncio
import imaplib
import io
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from inbox_bot import demo
from inbox_bot.demo import checks, player, report, scenario
from inbox_bot.demo.servers import PostBox, imap_server, smtp_server
from inbox_bot.errors import ConfigError
from inbox_bot.register.states import Outcome, Publication, Status

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[player.Show]:
    with player.stage(tmp_path_factory.mktemp("demo")) as stage:
        asyncio.run(player.play(stage))
        yield stage


def wrong(show: player.Show) -> dict[str, tuple[str, ...]]:
    return {finding.claim: finding.wrong for finding in checks.all_of(show) if not finding.ok}


def test_everything_comes_out_as_the_scenario_says(show: player.Show) -> None:
    assert wrong(show) == {}


def test_the_sample_mails_are_all_played_and_cover_every_outcome(show: player.Show) -> None:
    names = {path.name.removesuffix(".eml") for path in (Path(demo.__file__).parent / "mails").glob("*.eml")}
    assert {delivery.mail for delivery in scenario.DELIVERIES} == names
    assert {d.outcome for d in scenario.DELIVERIES} - {None} == {
        Outcome.FILED, Outcome.ATTACHED, Outcome.COMMAND, Outcome.AUTOMATED, Outcome.DUPLICATE, Outcome.SPAM,
    }  # fmt: skip


def test_the_account_shows_register_digest_and_paths(
    show: player.Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(width=report.WIDTH, file=io.StringIO(), record=True)
    monkeypatch.setattr(report, "_console", lambda: console)
    report.account(show, checks.all_of(show), seconds=1)
    text = console.export_text()
    for wanted in (
        "HRD-0021",
        "Every message accounted for",
        str(show.site / "index.html"),
        "All as it should be",
    ):
        assert wanted in text


def test_a_second_acknowledgement_is_noticed(show: player.Show, monkeypatch: pytest.MonkeyPatch) -> None:
    again = [*show.post_box.sent, checks.acknowledgements(show)[0]]
    monkeypatch.setattr(show.post_box, "sent", again)
    assert len(wrong(show)) == 1


def test_a_name_on_the_site_is_noticed(show: player.Show) -> None:
    page = show.site / "index.html"
    before = page.read_text(encoding="utf-8")
    page.write_text(before + "<p>Asked by Rajan Kettlewell</p>", encoding="utf-8")
    try:
        assert list(wrong(show).values()) == [("index.html shows Kettlewell",)]
    finally:
        page.write_text(before, encoding="utf-8")


def test_a_wrong_end_is_noticed(show: player.Show, monkeypatch: pytest.MonkeyPatch) -> None:
    end = replace(scenario.ENDS[0], status=Status.OPEN, publication=Publication.PUBLISHED)
    monkeypatch.setattr(scenario, "ENDS", (end, *scenario.ENDS[1:]))
    assert list(wrong(show).values()) == [(f"{end.mail}: answered, not open",)]


def test_a_wrong_outcome_is_noticed(show: player.Show, monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(scenario.DELIVERIES[1], outcome=Outcome.SPAM)
    monkeypatch.setattr(scenario, "DELIVERIES", (scenario.DELIVERIES[0], first, *scenario.DELIVERIES[2:]))
    assert list(wrong(show).values()) == [(f"{first.mail}: filed, not spam",)]


def test_a_missing_digest_is_noticed(show: player.Show, monkeypatch: pytest.MonkeyPatch) -> None:
    last = checks.digests(show)[-1]
    monkeypatch.setattr(show.post_box, "sent", [sent for sent in show.post_box.sent if sent is not last])
    assert len(wrong(show)) == 1


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ConfigError, match="not empty"):
        demo.run(tmp_path, keep=False, serve=False)
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_the_servers_are_gone_afterwards(tmp_path: Path) -> None:
    box = PostBox(tmp_path, datetime(2027, 3, 8, tzinfo=UTC))
    with imap_server("user", "password", ("Sent",)) as imap, smtp_server(box, "user", "password") as smtp:
        with smtplib.SMTP(smtp.host, smtp.port) as client:
            client.login("user", "password")
            client.sendmail("", ["somebody@post.example"], b"Subject: hello\r\n\r\nhello\r\n")
        with pytest.raises(smtplib.SMTPAuthenticationError), smtplib.SMTP(smtp.host, smtp.port) as client:
            client.login("user", "wrong")
    assert [(sent.sender, sent.recipients, sent.subject) for sent in box.sent] == [
        ("", ("somebody@post.example",), "hello")
    ]
    for port in (imap.port, smtp.port):
        with pytest.raises(OSError):
            imaplib.IMAP4(imap.host, port, timeout=5)
