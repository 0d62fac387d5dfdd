"""Sending to a real submission server: security, log-in, recipients, limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from tests.servers.certificates import Authority
from tests.servers.smtp_sink import SmtpSink

from inbox_bot.errors import PermanentSendError, SmtpUnavailable, TemporarySendError
from inbox_bot.transport.endpoint import Endpoint
from inbox_bot.transport.smtp import Sender, TokenBucket, check, send
from inbox_bot.transport.smtp_codes import Verdict, enhanced_code, verdict

OFFICE = "election@wessmoor-pcc.example"
ONE, TWO = "one@candidate.example", "two@candidate.example"
RAW = b"Subject: [WMR-0007] received\nMessage-ID: <7@wessmoor-pcc.example>\n\n.a line with a dot\nlast"


class Clock:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def test_send_delivers_the_same_text_and_names_the_queue_id(smtp_sink: SmtpSink) -> None:
    report = await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=[ONE, TWO])
    assert (report.accepted, dict(report.refused), report.queue_id) == ((ONE, TWO), {}, "Q0001")
    (delivered,) = smtp_sink.delivered
    assert (delivered.sender, delivered.recipients) == (OFFICE, (ONE, TWO))
    assert delivered.raw == RAW.replace(b"\n", b"\r\n") + b"\r\n"


async def test_send_uses_the_null_sender_where_it_is_told_to(smtp_sink: SmtpSink) -> None:
    await send(smtp_sink.endpoint(), raw=RAW, sender="", recipients=[ONE])
    assert smtp_sink.delivered[0].sender == ""


async def test_send_takes_an_email_message(smtp_sink: SmtpSink) -> None:
    message = EmailMessage()
    message["Subject"] = "Croeso i Dŷ’r Cyffredin"
    message.set_content("Diolch am eich neges.")
    await send(smtp_sink.endpoint(), raw=message, sender=OFFICE, recipients=[ONE])
    got = smtp_sink.delivered[0]
    assert got.message["Subject"] == "Croeso i Dŷ’r Cyffredin"
    assert got.raw.isascii()
    assert not any("SMTPUTF8" in option for option in got.options)


async def test_send_asks_for_smtputf8_only_for_a_local_part_beyond_ascii(smtp_sink: SmtpSink) -> None:
    await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=["owain@tŷ.example"])
    await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=["siân@candidate.example"])
    domain, local = smtp_sink.delivered
    assert domain.recipients == ("owain@xn--t-foa.example",)
    assert "SMTPUTF8" not in domain.options
    assert local.recipients == ("siân@candidate.example",)
    assert "SMTPUTF8" in local.options


async def test_send_without_smtputf8_refuses_rather_than_mangles(
    make_smtp_sink: Callable[..., SmtpSink],
) -> None:
    sink = make_smtp_sink(enable_SMTPUTF8=False)
    with pytest.raises(PermanentSendError, match="SMTPUTF8"):
        await send(sink.endpoint(), raw=RAW, sender=OFFICE, recipients=["siân@candidate.example"])
    assert sink.delivered == []


async def test_send_reports_each_recipient(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse[TWO] = "550 5.1.1 No such user"
    report = await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=[ONE, TWO])
    assert report.accepted == (ONE,)
    assert report.refused == {TWO: (550, "5.1.1 No such user")}
    assert smtp_sink.delivered[0].recipients == (ONE,)


async def test_send_raises_when_everyone_is_refused(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse = {ONE: "550 5.1.1 No such user", TWO: "452 4.2.2 Mailbox full"}
    with pytest.raises(PermanentSendError, match=r"refused every recipient for good \(550 5\.1\.1\)") as hard:
        await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=[ONE])
    assert (hard.value.code, hard.value.enhanced) == (550, "5.1.1")
    assert ONE not in str(hard.value)
    with pytest.raises(TemporarySendError) as soft:  # one of them may yet be reached
        await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=[ONE, TWO])
    assert soft.value.refused == {ONE: (550, "5.1.1 No such user"), TWO: (452, "4.2.2 Mailbox full")}


@pytest.mark.parametrize(
    "address",
    ["a@b.example>\r\nDATA", "a\t@b.example", "a b@c.example", "a@\udcffb.example", "a@é" + "x" * 70],
)
async def test_send_refuses_an_address_that_would_break_the_envelope(
    smtp_sink: SmtpSink, address: str
) -> None:
    with pytest.raises(PermanentSendError):
        await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=[address])
    assert smtp_sink.delivered == []


async def test_send_refuses_to_send_to_nobody(smtp_sink: SmtpSink) -> None:
    with pytest.raises(PermanentSendError, match="without recipients"):
        await send(smtp_sink.endpoint(), raw=RAW, sender=OFFICE, recipients=[])
    assert smtp_sink.delivered == []


async def test_send_too_large_for_the_server_is_refused_before_it_travels(
    make_smtp_sink: Callable[..., SmtpSink],
) -> None:
    sink = make_smtp_sink(data_size_limit=1000)
    with pytest.raises(PermanentSendError, match="refused the sender for good"):
        await send(sink.endpoint(), raw=b"Subject: x\n\n" + b"y" * 2000, sender=OFFICE, recipients=[ONE])


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
async def test_send_with_log_in_over_each_security(make_smtp_sink: Callable[..., SmtpSink], security) -> None:
    sink = make_smtp_sink(security=security, username=OFFICE)
    await check(sink.endpoint(host="localhost"))
    await send(sink.endpoint(host="localhost"), raw=RAW, sender=OFFICE, recipients=[ONE])
    assert sink.delivered[0].username == OFFICE


async def test_a_wrong_password_is_one_sentence_without_it(make_smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = make_smtp_sink(security="tls", username=OFFICE)
    with pytest.raises(SmtpUnavailable, match=r"refused the log-in: check `smtp.username`") as raised:
        await check(sink.endpoint(credential="Tr0ub4dor"))
    assert "Tr0ub4dor" not in str(raised.value)
    assert OFFICE not in str(raised.value)


async def test_a_log_in_that_the_server_does_not_offer_is_named(smtp_sink: SmtpSink) -> None:
    endpoint = Endpoint(
        host="127.0.0.1", port=smtp_sink.port, security="plain", username=OFFICE, credential="x"
    )
    with pytest.raises(SmtpUnavailable, match="offers no log-in"):
        await check(endpoint)


async def test_a_server_that_wants_a_log_in_is_unavailable_not_a_bad_message(
    make_smtp_sink: Callable[..., SmtpSink],
) -> None:
    sink = make_smtp_sink(username=OFFICE)
    endpoint = Endpoint(host="127.0.0.1", port=sink.port, security="plain")
    with pytest.raises(SmtpUnavailable, match=r"wants a log-in .*\(530"):
        await send(endpoint, raw=RAW, sender=OFFICE, recipients=[ONE])


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_an_untrusted_certificate_is_refused(
    make_smtp_sink: Callable[..., SmtpSink], monkeypatch: pytest.MonkeyPatch, security
) -> None:
    sink = make_smtp_sink(security=security, username=OFFICE)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(SmtpUnavailable, match=r"is not trusted .*SSL_CERT_FILE"):
        await check(sink.endpoint())


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_for_another_name_is_refused(
    make_smtp_sink: Callable[..., SmtpSink], trust: Authority, security
) -> None:
    sink = make_smtp_sink(security=security, pair=trust.issue("mail.other.example"))
    with pytest.raises(SmtpUnavailable, match=r"is not trusted \(Hostname mismatch"):
        await check(sink.endpoint(host="localhost"))


async def test_no_starttls_where_it_is_required_sends_nothing(
    make_smtp_sink: Callable[..., SmtpSink],
) -> None:
    sink = make_smtp_sink(security="starttls", offer_starttls=False, username=OFFICE)
    with pytest.raises(SmtpUnavailable, match="offers no STARTTLS, so nothing was sent"):
        await send(sink.endpoint(), raw=RAW, sender=OFFICE, recipients=[ONE])
    assert sink.delivered == []


async def test_nothing_there_and_no_such_name_are_told_apart() -> None:
    with pytest.raises(SmtpUnavailable, match=r"Nothing answers at 127.0.0.1:1:"):
        await check(Endpoint(host="127.0.0.1", port=1, security="plain"))
    with pytest.raises(SmtpUnavailable, match=r"smtp.nowhere.invalid:465 could not be found"):
        await check(Endpoint(host="smtp.nowhere.invalid", port=465))


async def test_sender_keeps_to_its_connections(make_smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = make_smtp_sink(security="tls", username=OFFICE)
    async with Sender(sink.endpoint(), max_connections=2, max_per_minute=0) as sender:
        await asyncio.gather(*(sender.send(raw=RAW, sender=OFFICE, recipients=[ONE]) for _ in range(12)))
    assert len(sink.delivered) == 12
    assert sink.most_connections == 2
    assert sink.connections == 2  # kept open between messages


async def test_sender_survives_a_refusal_and_a_server_restart(
    make_smtp_sink: Callable[..., SmtpSink],
) -> None:
    sink = make_smtp_sink()
    sink.refuse[TWO] = "550 5.1.1 No such user"
    async with Sender(sink.endpoint(), max_per_minute=0) as sender:
        with pytest.raises(PermanentSendError):
            await sender.send(raw=RAW, sender=OFFICE, recipients=[TWO])
        await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
        assert sink.connections == 1
        sink.drop_connections()
        await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
    assert len(sink.delivered) == 2


async def test_sender_opens_anew_what_lay_idle(smtp_sink: SmtpSink) -> None:
    clock = Clock()
    async with Sender(smtp_sink.endpoint(), clock=clock, sleep=clock.sleep) as sender:
        await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
        clock.now += 21  # a second more than IDLE_SECONDS
        await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
    assert smtp_sink.connections == 2


async def test_sender_keeps_to_its_rate(smtp_sink: SmtpSink) -> None:
    clock = Clock()
    async with Sender(
        smtp_sink.endpoint(), max_connections=1, max_per_minute=4, clock=clock, sleep=clock.sleep
    ) as sender:
        for _ in range(9):
            await sender.send(raw=RAW, sender=OFFICE, recipients=[ONE])
    assert clock.now == 1000 + 2 * 60  # 4 at once, 4 after a minute, the ninth after two
    assert len(smtp_sink.delivered) == 9


async def test_bucket_never_lets_more_through_in_any_minute() -> None:
    clock = Clock()
    bucket = TokenBucket(3, clock=clock, sleep=clock.sleep)
    taken = []
    for pause in (0, 50, 0, 5, 0, 0, 30, 0):
        clock.now += pause
        await bucket.take()
        taken.append(clock.now)
    for start in taken:
        assert sum(start <= moment < start + 60 for moment in taken) <= 3


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (250, "2.1.5 Ok", Verdict.ACCEPTED),
        (251, "User not local; will forward", Verdict.ACCEPTED),
        (421, "4.3.2 Closing", Verdict.TEMPORARY),
        (450, "4.7.1 Greylisted", Verdict.TEMPORARY),
        (451, "no enhanced code", Verdict.TEMPORARY),
        (432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", Verdict.TEMPORARY),
        (550, "5.1.1 No such user", Verdict.PERMANENT),
        (550, "5.4.1 Recipient address rejected: Access denied", Verdict.PERMANENT),
        (550, "no enhanced code", Verdict.PERMANENT),
        (552, "5.2.2 Mailbox full", Verdict.TEMPORARY),
        (552, "5.5.3 Too many recipients", Verdict.TEMPORARY),
        (550, "5.5.3 Too many recipients", Verdict.PERMANENT),
        (552, "5.3.4 Message too big", Verdict.PERMANENT),
        (550, "5.4.5 Daily user sending quota exceeded", Verdict.TEMPORARY),
        (550, "5.1.90 Daily recipient limit", Verdict.TEMPORARY),
        (550, "5.1.9 Something else", Verdict.PERMANENT),
        (554, "5.7.1 Spam", Verdict.PERMANENT),
        (-1, "", Verdict.GARBLED),
        (354, "go on", Verdict.GARBLED),
        (999, "", Verdict.GARBLED),
    ],
)
def test_verdict_by_code_and_enhanced_code(code: int, text: str, expected: Verdict) -> None:
    assert verdict(code, text) is expected


def test_enhanced_code_stands_at_the_beginning_only() -> None:
    assert enhanced_code("5.7.1 Refused") == "5.7.1"
    assert enhanced_code("see 5.7.1 in the manual") == ""
    assert enhanced_code("10.0.0.1 refused") == ""
