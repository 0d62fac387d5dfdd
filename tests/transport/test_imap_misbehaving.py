"""Servers that drop, lie, chatter and refuse: what the mailbox makes of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.servers import bad_imap
from tests.servers.bad_imap import MESSAGES, UIDVALIDITY
from tests.servers.scripted import Wire, serving

from inbox_bot.errors import MailboxError
from inbox_bot.transport.endpoint import Endpoint
from inbox_bot.transport.imap import Fetched, Mailbox, MessageUnreadable, Renumbered


@contextmanager
def mailbox_on(behave: Callable[[Wire], None], *, timeout: float = 5) -> Iterator[Mailbox]:
    with serving(behave) as port:
        endpoint = Endpoint(
            host="127.0.0.1", port=port, security="plain", username="election", credential="pw"
        )
        with Mailbox(endpoint, timeout=timeout) as mailbox:
            yield mailbox


def raws(found: list[Fetched]) -> list[bytes | None]:
    return [item.raw for item in found]


def test_the_honest_core_is_read_whole() -> None:
    with mailbox_on(bad_imap.imap()) as mailbox:
        assert raws(list(mailbox.fetch_new("INBOX", after_uid=0))) == list(MESSAGES)
        assert raws(list(mailbox.fetch_new("INBOX", after_uid=11))) == list(MESSAGES[1:])


def test_a_drop_within_a_message_hands_out_nothing_of_it_and_names_its_uid() -> None:
    with serving(lambda wire: bad_imap.drops_in_fetch(wire, attempts=1)) as port:
        endpoint = Endpoint(
            host="127.0.0.1", port=port, security="plain", username="election", credential="pw"
        )
        mailbox = Mailbox(endpoint, timeout=5)
        mailbox.connect()
        fetching = mailbox.fetch_new("INBOX", after_uid=0)
        assert next(fetching).raw == MESSAGES[0]
        with pytest.raises(MessageUnreadable) as raised:
            next(fetching)
        assert (raised.value.uid, raised.value.uidvalidity) == (12, UIDVALIDITY)
        mailbox.connect()
        assert raws(list(mailbox.fetch_new("INBOX", after_uid=11))) == list(MESSAGES[1:])
        mailbox.close()


def test_sizes_that_are_too_small_lose_nothing() -> None:
    with mailbox_on(bad_imap.claims_tiny_sizes) as mailbox:
        assert raws(list(mailbox.fetch_new("INBOX", after_uid=0))) == list(MESSAGES)


def test_a_size_that_is_too_large_is_found_out_by_streaming() -> None:
    with mailbox_on(bad_imap.claims_vast_sizes) as mailbox:
        found = list(mailbox.fetch_new("INBOX", after_uid=0))
        assert [item.oversize for item in found] == [False, True, False]
        assert b"".join(mailbox.stream("INBOX", found[1].uid)) == MESSAGES[1]


def test_more_text_than_claimed_is_not_kept_in_memory() -> None:
    with mailbox_on(bad_imap.sends_more_than_it_claimed) as mailbox:
        found = list(mailbox.fetch_new("INBOX", after_uid=0, max_octets=100_000))
    assert raws(found) == [MESSAGES[0], None, MESSAGES[2]]
    assert [item.oversize for item in found] == [False, True, False]


def test_a_promised_literal_that_never_comes_ends_in_time() -> None:
    with mailbox_on(bad_imap.announces_a_literal_and_goes_quiet, timeout=0.3) as mailbox:
        with pytest.raises(MessageUnreadable, match="did not answer in time"):
            list(mailbox.fetch_new("INBOX", after_uid=0))


def test_a_changed_uidvalidity_is_noticed_before_anything_is_handed_out() -> None:
    with mailbox_on(bad_imap.renumbers()) as mailbox:
        assert raws(list(mailbox.fetch_new("INBOX", after_uid=0, uidvalidity=UIDVALIDITY))) == list(MESSAGES)
        with pytest.raises(Renumbered):
            list(mailbox.fetch_new("INBOX", after_uid=0, uidvalidity=UIDVALIDITY))
        with pytest.raises(Renumbered):
            mailbox.move("INBOX", 11, "Filed", uidvalidity=UIDVALIDITY)


def test_unasked_fetch_and_expunge_mix_nothing_up() -> None:
    with mailbox_on(bad_imap.chatters) as mailbox:
        found = list(mailbox.fetch_new("INBOX", after_uid=0))
    assert raws(found) == list(MESSAGES)
    assert [item.uid for item in found] == [11, 12, 13]


def test_a_message_lost_meanwhile_holds_nothing_up() -> None:
    with mailbox_on(bad_imap.loses_a_message_meanwhile) as mailbox:
        assert raws(list(mailbox.fetch_new("INBOX", after_uid=0))) == [MESSAGES[0], MESSAGES[2]]


def test_a_message_that_the_server_withholds_is_shown_and_holds_nothing_up() -> None:
    with mailbox_on(bad_imap.withholds_a_message) as mailbox:
        found = list(mailbox.fetch_new("INBOX", after_uid=0))
    assert raws(found) == [MESSAGES[0], None, MESSAGES[2]]
    assert found[1].problem == "The server will not hand this message over (SERVERBUG)."


@pytest.mark.parametrize("behave", [bad_imap.says_bye_in_idle, bad_imap.vanishes_in_idle])
def test_a_server_that_ends_idle_is_a_lost_connection(behave: Callable[[Wire], None]) -> None:
    with mailbox_on(behave) as mailbox, pytest.raises(MailboxError, match="connection"):
        mailbox.idle("INBOX", 20)


def test_a_server_deaf_after_idle_ends_in_time() -> None:
    with mailbox_on(bad_imap.deaf_after_idle, timeout=0.3) as mailbox:
        with pytest.raises(MailboxError, match="did not answer in time"):
            mailbox.idle("INBOX", 0.05)


def test_news_in_one_packet_with_the_go_ahead_counts() -> None:
    with mailbox_on(bad_imap.news_with_the_go_ahead) as mailbox:
        assert mailbox.idle("INBOX", 20) is True


def test_news_ahead_of_the_go_ahead_counts() -> None:
    with mailbox_on(bad_imap.news_ahead_of_the_go_ahead) as mailbox:
        assert mailbox.idle("INBOX", 20) is True
        assert mailbox.state("INBOX").count == 3  # and the connection is in step


def test_a_refused_idle_is_one_sentence_and_the_connection_stays() -> None:
    with mailbox_on(bad_imap.refuses_idle) as mailbox:
        with pytest.raises(MailboxError, match=r"refused IDLE \[SERVERBUG\]\."):
            mailbox.idle("INBOX", 20)
        assert mailbox.state("INBOX").count == 3


def test_a_refused_list_is_not_an_empty_mailbox() -> None:
    with mailbox_on(bad_imap.refuses_the_list) as mailbox:
        with pytest.raises(MailboxError, match=r"refused LIST \[LIMIT\]\."):
            mailbox.resolve()


def test_a_name_in_no_utf7_hides_no_other_folder() -> None:
    with mailbox_on(bad_imap.names_a_folder_in_no_utf7) as mailbox:
        assert [folder.name for folder in mailbox.folders()] == ["INBOX", "R&D", "Tŷ & gardd"]
        assert mailbox.resolve().sent == "Tŷ & gardd"


def test_a_search_in_several_lines_loses_nothing() -> None:
    with mailbox_on(bad_imap.splits_its_search) as mailbox:
        assert raws(list(mailbox.fetch_new("INBOX", after_uid=0))) == list(MESSAGES)


def test_a_status_without_numbers_is_one_sentence() -> None:
    with mailbox_on(bad_imap.tells_no_status) as mailbox:
        with pytest.raises(MailboxError, match="answered in a way that is not IMAP"):
            mailbox.state("INBOX")


def test_chatter_in_idle_is_no_news() -> None:
    with mailbox_on(bad_imap.only_chatter_in_idle) as mailbox:
        assert mailbox.idle("INBOX", 0.1) is False


def test_a_refused_move_says_why_and_the_connection_stays() -> None:
    with mailbox_on(bad_imap.refuses_move) as mailbox:
        with pytest.raises(MailboxError, match=r"could not be moved to “Filed” \(OVERQUOTA\)"):
            mailbox.move("INBOX", 11, "Filed")
        assert mailbox.state("INBOX").count == 3


def test_a_pretended_move_is_found_out() -> None:
    with mailbox_on(bad_imap.pretends_to_move) as mailbox:
        with pytest.raises(MailboxError, match=r"took the move .* and left the message"):
            mailbox.move("INBOX", 11, "Filed")


def test_a_server_that_cannot_move_is_never_asked_to_expunge() -> None:
    with mailbox_on(bad_imap.cannot_move) as mailbox:
        with pytest.raises(MailboxError, match="neither MOVE nor UIDPLUS"):
            mailbox.move("INBOX", 11, "Filed")


def test_a_read_only_folder_is_named() -> None:
    with mailbox_on(bad_imap.read_only) as mailbox:
        with pytest.raises(MailboxError, match="“INBOX” is read-only"):
            mailbox.move("INBOX", 11, "Filed")


def connect_to(port: int, *, security="plain", timeout: float = 5) -> None:
    endpoint = Endpoint(
        host="127.0.0.1", port=port, security=security, username="election", credential="s3cret"
    )
    Mailbox(endpoint, timeout=timeout).connect()


def test_no_starttls_where_it_is_required_sends_no_password() -> None:
    heard: list[bytes] = []

    def listens(wire: Wire) -> None:
        wire.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
        while True:
            line = wire.line()
            heard.append(line)
            wire.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN", line.split()[0] + b" OK done")

    with serving(listens) as port:
        with pytest.raises(MailboxError, match="offers no STARTTLS, so nothing was sent"):
            connect_to(port, security="starttls")
    assert [line.split()[1] for line in heard] == [b"CAPABILITY"]


def test_answers_slipped_in_before_tls_are_not_believed() -> None:
    with serving(bad_imap.injects_before_tls) as port:
        with pytest.raises(MailboxError, match="ahead of TLS"):
            connect_to(port, security="starttls")


def test_a_server_without_tls_on_the_tls_port_is_refused() -> None:
    with serving(lambda wire: wire.say("* OK ready")) as port:
        with pytest.raises(MailboxError, match=r"No TLS connection .* could be made"):
            connect_to(port, security="tls")


def test_a_connection_out_of_step_is_not_used_again() -> None:
    with mailbox_on(bad_imap.announces_a_literal_and_goes_quiet, timeout=0.3) as mailbox:
        with pytest.raises(MessageUnreadable):
            list(mailbox.fetch_new("INBOX", after_uid=0))
        with pytest.raises(MailboxError, match="lost or refused"):
            mailbox.state("INBOX")


def test_a_server_that_never_greets_ends_in_time() -> None:
    with serving(bad_imap.never_greets) as port:
        with pytest.raises(MailboxError, match="did not answer in time"):
            connect_to(port, timeout=0.3)


@pytest.mark.parametrize("behave", [bad_imap.speaks_http, bad_imap.endless_line])
def test_what_does_not_speak_imap_is_one_sentence(behave: Callable[[Wire], None]) -> None:
    with serving(behave) as port:
        with pytest.raises(MailboxError) as raised:
            connect_to(port)
    assert str(raised.value).endswith(".")
    assert "HTTP" not in str(raised.value)


def test_one_octet_at_a_time_does_not_hold_the_thread_for_ever() -> None:
    def drips(wire: Wire) -> None:
        while True:
            wire.send(b"*")
            time.sleep(0.05)

    with serving(drips) as port:
        with pytest.raises(MailboxError, match="did not answer in time"):
            connect_to(port, timeout=0.4)
