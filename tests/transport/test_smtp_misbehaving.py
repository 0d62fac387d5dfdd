"""Where a conversation may break, and what is then known of the message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.servers import bad_smtp
from tests.servers.scripted import Wire, serving

from inbox_bot.errors import (
    InboxBotError,
    PermanentSendError,
    SmtpUnavailable,
    TemporarySendError,
    UnknownSendError,
)
from inbox_bot.transport.endpoint import Endpoint
from inbox_bot.transport.smtp import Sender, SendReport, check, send

OFFICE = "election@wessmoor-pcc.example"
ONE, TWO = "one@candidate.example", "two@candidate.example"
RAW = b"Subject: received\r\n\r\nThank you.\r\n"


def at(port: int) -> Endpoint:
    return Endpoint(host="127.0.0.1", port=port, security="plain")


async def send_to(port: int, *recipients: str, timeout: float = 5) -> SendReport:
    return await send(at(port), raw=RAW, sender=OFFICE, recipients=recipients or [ONE], timeout=timeout)


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (bad_smtp.hangs_after_data, UnknownSendError),
        (bad_smtp.closes_after_data, UnknownSendError),
        (bad_smtp.babbles_after_data, UnknownSendError),
        (bad_smtp.closes_in_the_text, UnknownSendError),
        (bad_smtp.closes_before_354, TemporarySendError),
        (bad_smtp.shuts_down_after_data, TemporarySendError),
        (bad_smtp.leaves_at_rcpt, TemporarySendError),
        (bad_smtp.too_busy, SmtpUnavailable),
        (bad_smtp.greets_with_refusal, SmtpUnavailable),
        (bad_smtp.never_greets, SmtpUnavailable),
    ],
)
async def test_each_break_has_its_outcome(
    behave: Callable[[Wire], None], expected: type[InboxBotError]
) -> None:
    with serving(behave) as port:
        with pytest.raises(InboxBotError) as raised:
            await send_to(port, timeout=0.3)
    assert type(raised.value) is expected
    assert str(raised.value).endswith(".")


async def test_first_put_off_then_refused() -> None:
    with serving(bad_smtp.temporary_then_permanent) as port:
        with pytest.raises(TemporarySendError) as first:
            await send_to(port)
        with pytest.raises(PermanentSendError) as second:
            await send_to(port)
    assert (first.value.code, first.value.enhanced) == (451, "4.3.0")
    assert (second.value.code, second.value.enhanced) == (554, "5.7.1")
    assert "spam" not in str(second.value)  # the server's words may hold an address


async def test_a_greylisting_server_takes_it_the_second_time() -> None:
    accepted: list[bytes] = []
    with serving(bad_smtp.greylists(accepted)) as port:
        with pytest.raises(TemporarySendError, match=r"put every recipient off \(450 4\.7\.1\)"):
            await send_to(port)
        assert (await send_to(port)).accepted == (ONE,)
    assert len(accepted) == 1


async def test_one_refused_recipient_of_two_does_not_cost_the_other() -> None:
    accepted: list[bytes] = []
    behave = bad_smtp.refuses_recipient(TWO, "550 5.7.1 not here", accepted)
    with serving(behave) as port:
        report = await send_to(port, ONE, TWO)
    assert report == SendReport(accepted=(ONE,), refused={TWO: (550, "5.7.1 not here")}, queue_id="A1")
    assert len(accepted) == 1


async def test_a_server_that_closes_on_rset_gets_each_message_once() -> None:
    accepted: list[bytes] = []
    with serving(bad_smtp.closes_on_rset(accepted)) as port:
        async with Sender(at(port), max_connections=1, max_per_minute=0, timeout=5) as sender:
            for _ in range(3):
                await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
    assert len(accepted) == 3


async def test_an_unknown_outcome_does_not_poison_the_next_message() -> None:
    accepted: list[bytes] = []

    def first_hangs(wire: Wire) -> None:
        if wire.number == 1:
            bad_smtp.closes_after_data(wire)
        bad_smtp.smtp(accepted=accepted)(wire)

    with serving(first_hangs) as port:
        async with Sender(at(port), max_connections=1, max_per_minute=0, timeout=5) as sender:
            with pytest.raises(UnknownSendError):
                await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
            await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
    assert len(accepted) == 1


async def test_a_stripped_starttls_gets_neither_password_nor_mail() -> None:
    heard: list[str] = []

    def listens(wire: Wire) -> None:
        def hear(wire: Wire, line: str) -> None:
            heard.append(line.partition(" ")[0])
            wire.say("250 relay.example")

        bad_smtp.smtp(dict.fromkeys(("EHLO", "AUTH", "MAIL"), hear))(wire)

    with serving(listens) as port:
        endpoint = Endpoint(
            host="127.0.0.1", port=port, security="starttls", username=OFFICE, credential="s3cret"
        )
        with pytest.raises(SmtpUnavailable, match="offers no STARTTLS"):
            await send(endpoint, raw=RAW, sender=OFFICE, recipients=[ONE])
    assert heard == ["EHLO"]


async def test_eight_bits_travel_as_they_are_where_the_server_can() -> None:
    accepted: list[bytes] = []
    asked: list[str] = []

    def mail(wire: Wire, line: str) -> None:
        asked.append(line)
        wire.say("250 Ok")

    with serving(bad_smtp.smtp({"MAIL": mail}, accepted=accepted)) as port:
        await send(at(port), raw=b"Subject: x\n\nT\xc5\xb7\n", sender=OFFICE, recipients=[ONE])
    assert accepted == [b"Subject: x\r\n\r\nT\xc5\xb7"]
    assert asked[0].endswith("BODY=8BITMIME")


async def test_check_sends_no_mail() -> None:
    verbs: list[str] = []

    def note(verb: str) -> Callable[[Wire, str], None]:
        def answer(wire: Wire, _: str) -> None:
            verbs.append(verb)
            wire.say("250 Ok")

        return answer

    with serving(bad_smtp.smtp({verb: note(verb) for verb in ("NOOP", "MAIL", "RCPT")})) as port:
        await check(at(port))
    assert verbs == ["NOOP"]
