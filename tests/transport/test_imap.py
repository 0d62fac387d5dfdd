"""The mailbox on two real servers: Dovecot over TLS and pymap in the clear."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from tests.servers.accounts import Account
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import need

from inbox_bot.errors import ConfigError, MailboxError
from inbox_bot.transport.archive import Archive
from inbox_bot.transport.endpoint import Endpoint
from inbox_bot.transport.imap import Mailbox, Renumbered


def mail(number: int, body: str = "What is the budget?") -> bytes:
    return f"Message-ID: <{number}@candidate.example>\r\nSubject: n {number}\r\n\r\n{body}\r\n".encode()


@pytest.fixture(params=["dovecot", "pymap"])
def account(request: pytest.FixtureRequest) -> Account:
    name = {"dovecot": "mailbox_account", "pymap": "pymap_account"}[request.param]
    found: Account = request.getfixturevalue(name)
    return found


def test_fetch_new_gives_raw_bytes_oldest_first_and_marks_nothing_seen(account: Account) -> None:
    account.deliver(mail(1), mail(2), mail(3))
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        state = mailbox.state("INBOX")
        found = list(mailbox.fetch_new("INBOX", after_uid=0))
    assert [item.raw for item in found] == [mail(1), mail(2), mail(3)]
    assert [item.uid for item in found] == sorted(item.uid for item in found)
    assert {item.uidvalidity for item in found} == {state.uidvalidity}
    assert state.count == 3
    assert state.uidnext > found[-1].uid
    assert account.flags() == [frozenset()] * 3


def test_fetch_new_starts_above_the_cursor_and_stops_at_the_limit(account: Account) -> None:
    account.deliver(*(mail(number) for number in range(5)))
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        first = list(mailbox.fetch_new("INBOX", after_uid=0, limit=2))
        second = list(mailbox.fetch_new("INBOX", after_uid=first[-1].uid, limit=2))
        last = list(mailbox.fetch_new("INBOX", after_uid=second[-1].uid, limit=2))
        assert [item.raw for item in first + second + last] == [mail(number) for number in range(5)]
        # `n:*` would name the last message again; nothing is above it.
        assert list(mailbox.fetch_new("INBOX", after_uid=last[-1].uid)) == []


def test_fetch_new_does_not_use_seen_as_state(account: Account) -> None:
    account.deliver(mail(1), flags=["\\Seen"])
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        (found,) = mailbox.fetch_new("INBOX", after_uid=0)
    assert found.raw == mail(1)
    assert "\\Seen" in found.flags


def test_fetch_new_gives_the_internaldate_aware(account: Account) -> None:
    at = datetime(2026, 3, 2, 9, 30, 15, tzinfo=timezone(timedelta(hours=1)))
    account.deliver(mail(1), at=at)
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        (found,) = mailbox.fetch_new("INBOX", after_uid=0)
    assert found.internaldate == at
    assert found.internaldate.tzinfo is not None


def test_fetch_new_shows_a_large_message_and_stream_brings_it(account: Account, tmp_path) -> None:
    large = mail(1, "x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 40_000)  # 2.9 MB: three pieces
    account.deliver(large, mail(2))
    archive = Archive(tmp_path)
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        first, second = mailbox.fetch_new("INBOX", after_uid=0, max_octets=1_000_000)
        assert (first.raw, first.oversize, first.size) == (None, True, len(large))
        assert (second.raw, second.oversize) == (mail(2), False)
        sha256 = archive.put_stream(mailbox.stream("INBOX", first.uid, uidvalidity=first.uidvalidity))
    assert archive.get(sha256) == large


def test_fetch_new_goes_on_while_the_caller_moves_what_it_got(account: Account) -> None:
    account.deliver(mail(1), mail(2), mail(3))
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        for item in mailbox.fetch_new("INBOX", after_uid=0):
            assert mailbox.move("INBOX", item.uid, "Election/foi", uidvalidity=item.uidvalidity)
    assert account.messages() == []
    assert account.messages("Election/foi") == [mail(1), mail(2), mail(3)]


def test_fetch_new_leaves_out_a_message_deleted_meanwhile(mailbox_account: Account) -> None:
    account = mailbox_account
    account.deliver(mail(1), mail(2), mail(3))
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        fetching = mailbox.fetch_new("INBOX", after_uid=0)
        assert next(fetching).raw == mail(1)
        with account.client() as officer:
            officer.select("INBOX")
            officer.store("2", "+FLAGS", "\\Deleted")
            officer.expunge()
        assert [item.raw for item in fetching] == [mail(3)]


def test_fetch_new_refuses_old_numbers_after_the_folder_was_made_anew(mailbox_account: Account) -> None:
    mailbox_account.deliver(mail(1), folder="Register")
    with Mailbox(mailbox_account.endpoint(), timeout=10) as mailbox:
        before = mailbox.state("Register")
        with mailbox_account.client() as officer:
            officer.delete("Register")
            time.sleep(1.1)  # Dovecot's UIDVALIDITY is the second in which a folder is made
            officer.create("Register")
        with pytest.raises(Renumbered):
            list(mailbox.fetch_new("Register", after_uid=0, uidvalidity=before.uidvalidity))


def test_move_is_done_once_and_says_when_the_message_is_gone(account: Account) -> None:
    account.deliver(mail(1), mail(2))
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        first, second = mailbox.fetch_new("INBOX", after_uid=0)
        assert mailbox.move("INBOX", first.uid, "Election/candidate_enquiry") is True
        assert mailbox.move("INBOX", first.uid, "Election/candidate_enquiry") is False
        assert mailbox.move("INBOX", second.uid, "Election/candidate_enquiry") is True
    assert account.messages("Election/candidate_enquiry") == [mail(1), mail(2)]


def test_move_without_move_takes_only_its_own_message(make_dovecot: Callable[[str], Dovecot]) -> None:
    account = make_dovecot("imap_capability = IMAP4rev1 UIDPLUS SPECIAL-USE LIST-EXTENDED").account("a")
    account.deliver(mail(1))
    account.deliver(mail(2), flags=["\\Deleted"])  # a person marked this one and may change their mind
    with Mailbox(account.endpoint("plain"), timeout=10) as mailbox:
        first, _ = mailbox.fetch_new("INBOX", after_uid=0)
        assert mailbox.move("INBOX", first.uid, "Filed") is True
    assert account.messages() == [mail(2)]
    assert account.messages("Filed") == [mail(1)]


def test_move_over_quota_leaves_the_message(make_dovecot: Callable[[str], Dovecot]) -> None:
    quota = """
        mail_plugins = quota
        plugin {
          quota = count:User quota
          quota_vsizes = yes
          quota_rule = *:storage=20K
          quota_rule2 = Trash:ignore
        }"""
    account = make_dovecot(quota).account("a")
    account.deliver(mail(1, "x" * 15_000))
    with Mailbox(account.endpoint("plain"), timeout=10) as mailbox:
        with pytest.raises(MailboxError, match=r"refused a message for “INBOX” \(OVERQUOTA\)"):
            mailbox.append("INBOX", mail(2, "x" * 15_000))
        assert mailbox.state("INBOX").count == 1


def test_read_only_folder_is_read_but_not_moved_from(make_dovecot: Callable[[str], Dovecot]) -> None:
    server = make_dovecot("mail_plugins = acl\nplugin {\n acl = vfile\n}")
    account = server.account("a")
    account.deliver(mail(1))
    (server.folder / "home/a/Maildir/dovecot-acl").write_text("owner lr\n")
    with Mailbox(account.endpoint("plain"), timeout=10) as mailbox:
        (found,) = mailbox.fetch_new("INBOX", after_uid=0)
        assert found.raw == mail(1)
        with pytest.raises(MailboxError, match="“INBOX” is read-only"):
            mailbox.move("INBOX", found.uid, "Filed")
    assert account.messages() == [mail(1)]


def test_move_spells_levels_the_servers_way(make_dovecot: Callable[[str], Dovecot]) -> None:
    # Below the prefix INBOX. with the full stop as delimiter, as Courier has it.
    server = make_dovecot("namespace inbox {\n separator = .\n prefix = INBOX.\n}")
    account = server.account("a")
    account.deliver(mail(1))
    with Mailbox(account.endpoint("plain"), timeout=10) as mailbox:
        (found,) = mailbox.fetch_new("INBOX", after_uid=0)
        assert mailbox.move("INBOX", found.uid, "Election/foi") is True
        assert mailbox.resolve(sent="Sent").sent == "INBOX.Sent"
        names = {folder.name for folder in mailbox.folders()}
    assert "INBOX.Election.foi" in names
    assert account.messages("INBOX.Election.foi") == [mail(1)]


def test_append_keeps_flags_and_date(account: Account) -> None:
    at = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        mailbox.append("INBOX", mail(1).replace(b"\r\n", b"\n"), flags=["\\Seen"], internaldate=at)
        (found,) = mailbox.fetch_new("INBOX", after_uid=0)
    assert (found.raw, found.internaldate) == (mail(1), at)
    assert account.flags() == [frozenset({"\\Seen"})]


def test_folders_in_welsh_are_named_and_opened(account: Account) -> None:
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        account.deliver(mail(1))
        (found,) = mailbox.fetch_new("INBOX", after_uid=0)
        assert mailbox.move("INBOX", found.uid, "Tŷ & gardd")
        assert mailbox.state("Tŷ & gardd").count == 1
        assert "Tŷ & gardd" in {folder.name for folder in mailbox.folders()}


def test_resolve_finds_sent_and_junk_by_special_use(mailbox_account: Account) -> None:
    with Mailbox(mailbox_account.endpoint(), timeout=10) as mailbox:
        found = mailbox.resolve()
    assert (found.inbox, found.sent, found.junk) == ("INBOX", "Sent", "Junk")


def test_resolve_finds_folders_by_common_names(pymap_account: Account) -> None:
    pymap_account.deliver(mail(1), folder="Sent Items")
    pymap_account.deliver(mail(1), folder="Junk Email")
    with Mailbox(pymap_account.endpoint(), timeout=10) as mailbox:
        found = mailbox.resolve(inbox="inbox")
    assert (found.inbox, found.sent, found.junk) == ("INBOX", "Sent Items", "Junk Email")


def test_resolve_names_the_folders_there_are_when_one_is_missing(mailbox_account: Account) -> None:
    with Mailbox(mailbox_account.endpoint(), timeout=10) as mailbox:
        with pytest.raises(MailboxError) as raised:
            mailbox.resolve(sent="Gesendet")
    assert str(raised.value) == (
        "The mailbox has no folder “Gesendet” (`mailbox.sent`); it has: INBOX, Junk, Sent."
    )


def test_listing_gives_message_ids_and_sizes(account: Account) -> None:
    old = datetime(2026, 1, 5, 12, tzinfo=UTC)
    account.deliver(mail(1), at=old)
    account.deliver(b"message-id:\r\n <folded@candidate.example>\r\n\r\nx\r\n", b"Subject: none\r\n\r\nx\r\n")
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        everything = list(mailbox.listing("INBOX"))
        since = list(mailbox.listing("INBOX", date(2026, 1, 7)))
        later = list(mailbox.listing("INBOX", from_uid=everything[1].uid))
        none = list(mailbox.listing("INBOX", from_uid=everything[2].uid + 1))
    assert [item.message_id for item in everything] == [
        "<1@candidate.example>", "<folded@candidate.example>", "",
    ]  # fmt: skip
    assert everything[0].size == len(mail(1))
    assert everything[0].internaldate == old
    assert "<1@candidate.example>" not in {item.message_id for item in since}
    assert (later, none) == (everything[1:], [])


def test_find_message_id_wants_the_whole_id(account: Account) -> None:
    account.deliver(mail(11))
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        assert mailbox.find_message_id("INBOX", "<11@candidate.example>") is True
        assert mailbox.find_message_id("INBOX", "<1@candidate.example>") is False
        assert mailbox.find_message_id("INBOX", '<"quoted\\"part"@candidate.example>') is False
        assert mailbox.find_message_id("INBOX", "<é@candidate.example>") is False


def test_idle_ends_when_mail_arrives(account: Account) -> None:
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        later = threading.Timer(0.2, account.deliver, [mail(1)])
        later.start()
        assert mailbox.idle("INBOX", 20) is True
        later.join()
        assert [item.raw for item in mailbox.fetch_new("INBOX", after_uid=0)] == [mail(1)]


def test_idle_sees_what_came_before_it_began(account: Account) -> None:
    account.deliver(mail(1))
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        (found,) = mailbox.fetch_new("INBOX", after_uid=0)
        assert mailbox.idle("INBOX", 0.05, after_uid=found.uid) is False
        account.deliver(mail(2))
        assert mailbox.idle("INBOX", 20, after_uid=found.uid) is True


def test_idle_is_ended_by_another_thread(account: Account) -> None:
    with Mailbox(account.endpoint(), timeout=10) as mailbox:
        mailbox.wake()  # before the wait counts too: a signal may come at any time
        assert mailbox.idle("INBOX", 20) is False
        later = threading.Timer(0.1, mailbox.wake)
        later.start()
        assert mailbox.idle("INBOX", 20) is False
        later.join()
        assert mailbox.state("INBOX").count == 0  # the connection is still in step


def test_idle_without_idle_asks_at_the_end(make_dovecot: Callable[[str], Dovecot]) -> None:
    account = make_dovecot("imap_capability = IMAP4rev1").account("a")
    with Mailbox(account.endpoint("plain"), timeout=10) as mailbox:
        assert mailbox.idle("INBOX", 0.01) is False
        later = threading.Timer(0.05, account.deliver, [mail(1)])
        later.start()
        assert mailbox.idle("INBOX", 0.5) is True
        later.join()


def test_a_server_that_went_away_is_reached_again_by_connecting(
    make_dovecot: Callable[[str], Dovecot],
) -> None:
    server = make_dovecot("")
    account = server.account("a")
    account.deliver(mail(1))
    mailbox = Mailbox(account.endpoint(), timeout=5)
    mailbox.connect()
    server.stop()
    with pytest.raises(MailboxError):
        mailbox.state("INBOX")
    with pytest.raises(MailboxError, match=r"Nothing answers at 127.0.0.1"):
        mailbox.connect()
    server.start()
    mailbox.connect()
    assert mailbox.state("INBOX").count == 1
    mailbox.close()


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
def test_connects_with_each_security(mailbox_account: Account, security) -> None:
    mailbox_account.deliver(mail(1))
    with Mailbox(mailbox_account.endpoint(security, host="localhost"), timeout=10) as mailbox:
        assert mailbox.state("INBOX").count == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_untrusted_certificate_is_refused(dovecot: Dovecot, security) -> None:
    endpoint = dovecot.account("a").endpoint(security)  # without the fixture `trust`
    with pytest.raises(MailboxError, match=r"is not trusted .*SSL_CERT_FILE"):
        Mailbox(endpoint, timeout=10).connect()


@pytest.mark.parametrize(
    ("name", "days", "reason"),
    [("mail.other.example", 10, "IP address mismatch"), ("localhost", -1, "certificate has expired")],
)
def test_a_wrong_certificate_is_refused(trust: Authority, name: str, days: int, reason: str) -> None:
    server = need(lambda: Dovecot(trust, pair=trust.issue(name, days=days)))
    try:
        for security in ("tls", "starttls"):
            with pytest.raises(MailboxError, match=rf"is not trusted \({reason}"):
                Mailbox(server.account("a").endpoint(security), timeout=10).connect()  # type: ignore[arg-type]
    finally:
        server.remove()


def test_a_wrong_password_is_one_sentence_without_it(mailbox_account: Account) -> None:
    endpoint = mailbox_account.endpoint(credential="Tr0ub4dor")
    with pytest.raises(MailboxError, match=r"refused the log-in: check `mailbox.username`") as raised:
        Mailbox(endpoint, timeout=10).connect()
    assert "Tr0ub4dor" not in str(raised.value) + repr(endpoint)
    assert mailbox_account.username not in str(raised.value)


def test_a_password_beyond_ascii_logs_in(make_dovecot: Callable[[str], Dovecot], trust: Authority) -> None:
    server = make_dovecot("passdb {\n driver = static\n mechanisms = plain\n args = password=cyfrinair-tŷ\n}")
    endpoint = server.account("a").endpoint(credential="cyfrinair-tŷ")
    with Mailbox(endpoint, timeout=10) as mailbox:
        assert mailbox.state("INBOX").count == 0


def test_a_missing_folder_is_named(mailbox_account: Account) -> None:
    with Mailbox(mailbox_account.endpoint(), timeout=10) as mailbox:
        with pytest.raises(MailboxError, match="“Elsewhere” cannot be opened"):
            list(mailbox.fetch_new("Elsewhere", after_uid=0))
        with pytest.raises(MailboxError, match="“Elsewhere” cannot be opened"):
            mailbox.state("Elsewhere")
        assert mailbox.state("INBOX").count == 0  # the connection is still good


def test_an_unknown_host_is_named() -> None:
    endpoint = Endpoint(host="imap.nowhere.invalid", port=993)
    with pytest.raises(MailboxError, match=r"imap.nowhere.invalid:993 could not be found"):
        Mailbox(endpoint, timeout=5).connect()


def test_mail_in_the_clear_is_for_loopback_only() -> None:
    with pytest.raises(ConfigError, match="would travel in the clear"):
        Endpoint(host="imap.wessmoor.example", port=143, security="plain")


def test_using_it_before_connecting_is_an_error(mailbox_account: Account) -> None:
    with pytest.raises(MailboxError, match="connect first"):
        Mailbox(mailbox_account.endpoint()).state("INBOX")
