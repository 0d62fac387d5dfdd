"""One conversation with one SMTP server, and a truthful word on what became of the message.

Knows nothing of the outbox: retries, evidence and states are the caller's. The four outcomes are
told apart by where in the conversation it ended (RFC 5321 4.5.4):

    before the message was offered        SmtpUnavailable       hand it over again
    refused, or lost before DATA's 354    TemporarySendError    hand it over again
                                          PermanentSendError    never again
    lost after the text went out          UnknownSendError      evidence or a person decides

A lost connection while the text is on its way counts as unknown: what the kernel has taken may
arrive, final dot and all.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import NoReturn

import aiosmtplib
from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException, SMTPStatus

from .. import faults
from ..errors import (
    ConfigError,
    PermanentSendError,
    SmtpUnavailable,
    TemporarySendError,
    UnavailableError,
    UnknownSendError,
)
from .endpoint import Endpoint
from .smtp_codes import LOGIN_CODES, Verdict, enhanced_code, verdict
from .tls import client_context, explain

COMMAND_OCTETS = 512  # RFC 5321 4.5.3.1.4, with CRLF
_LINE_END = re.compile(rb"\r\n|\n|\r(?!\n)")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_QUEUE_ID = re.compile(r"(?i)\bqueued(?: mail)?(?: for delivery)? as <?([^\s<>]+)|\bid=(\S+)|\bOK\s+id=(\S+)")
LOST = (SMTPException, OSError, EOFError, TimeoutError)
"""What a broken or misbehaving connection raises."""


@dataclass(frozen=True, kw_only=True)
class SendReport:
    """Accepted for at least one recipient. `refused`: address → (code, text) of those that were not."""

    accepted: tuple[str, ...]
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    queue_id: str = ""
    """What the server calls it, "" where it does not say: for finding it in the provider's logs."""


async def connect(endpoint: Endpoint, *, timeout: float = 60) -> aiosmtplib.SMTP:  # noqa: ASYNC109 as in send
    """Connected, under TLS as the endpoint demands, and logged in; a refused token is renewed once."""
    try:
        return await _connect(endpoint, timeout, fresh_token=False)
    except _LogInRefused:
        if isinstance(endpoint.credential, str) or endpoint.credential is None:
            raise
        return await _connect(endpoint, timeout, fresh_token=True)


class _LogInRefused(SmtpUnavailable):
    """The name, password or token was not accepted."""


async def _connect(
    endpoint: Endpoint,
    timeout: float,  # noqa: ASYNC109 as in send
    *,
    fresh_token: bool,
) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=endpoint.host,
        port=endpoint.port,
        use_tls=endpoint.security == "tls",
        start_tls=False,  # done below, where its absence can be named
        tls_context=client_context() if endpoint.security != "plain" else None,
        timeout=timeout,
    )
    try:
        await client.connect()
        await client.ehlo()
        if endpoint.security == "starttls":
            if not client.supports_extension("starttls"):
                raise SmtpUnavailable(
                    f"{endpoint.place} offers no STARTTLS, so nothing was sent to it: "
                    "set `security` to tls and its port (465), or ask the server's administrator."
                )
            await client.starttls(tls_context=client_context())
            await client.ehlo()
        await _log_in(client, endpoint, fresh_token=fresh_token)
    except SmtpUnavailable:
        client.close()
        raise
    except SMTPResponseException as error:
        client.close()
        raise SmtpUnavailable(_greeted(endpoint, error.code)) from None
    except LOST as error:
        client.close()
        raise SmtpUnavailable(explain(error, endpoint.place)) from error
    except BaseException:
        client.close()
        raise
    return client


async def _log_in(client: aiosmtplib.SMTP, endpoint: Endpoint, *, fresh_token: bool) -> None:
    credential = endpoint.credential
    if not endpoint.username or credential is None:
        return
    try:
        if isinstance(credential, str):
            if not client.supports_extension("auth"):
                raise SmtpUnavailable(
                    f"{endpoint.place} offers no log-in: remove `smtp.username`, or use its submission port."
                )
            await client.login(endpoint.username, credential)
        else:
            try:
                token = await asyncio.to_thread(credential.token, fresh=fresh_token)
            except (ConfigError, UnavailableError) as error:
                raise SmtpUnavailable(str(error)) from error
            await _xoauth2(client, endpoint.username, token)
    except SMTPResponseException as error:
        if error.code in (421, 454):
            raise SmtpUnavailable(
                f"{endpoint.place} cannot log anyone in at the moment: it will be tried again."
            ) from None
        raise _LogInRefused(
            f"{endpoint.place} refused the log-in: check `smtp.username` and its password or token."
        ) from None
    except aiosmtplib.SMTPNotSupported:
        raise SmtpUnavailable(
            f"{endpoint.place} offers no way to log in that is known here: ask for PLAIN or XOAUTH2."
        ) from None


async def _xoauth2(client: aiosmtplib.SMTP, username: str, token: str) -> None:
    """As `client.auth_xoauth2`, which sends any token within the command: RFC 4954 4 has one that would make
    the line longer than a command may be wait for the server's go-ahead. Those of Microsoft 365 do."""
    response = base64.b64encode(f"user={username}\1auth=Bearer {token}\1\1".encode())
    if len(b"AUTH XOAUTH2 \r\n") + len(response) <= COMMAND_OCTETS:
        await client.auth_xoauth2(username, token)
        return
    answer = await client.execute_command(b"AUTH", b"XOAUTH2")
    if answer.code == SMTPStatus.auth_continue:
        answer = await client.execute_command(response)
    if answer.code == SMTPStatus.auth_continue:  # its reason; it refuses after our empty line
        answer = await client.execute_command(b"")
    if answer.code != SMTPStatus.auth_successful:
        raise SMTPAuthenticationError(answer.code, answer.message)


async def hand_over(
    client: aiosmtplib.SMTP,
    endpoint: Endpoint,
    *,
    raw: bytes | EmailMessage,
    sender: str,
    recipients: Sequence[str],
    copy_to: str = "",
) -> SendReport:
    """MAIL, RCPT, DATA on an open connection. `copy_to` comes last, and only where nobody was refused."""
    if not recipients:
        raise PermanentSendError("A message without recipients cannot be sent.")
    data, international = _octets(raw, sender, recipients)
    refused: dict[str, tuple[int, str]] = {}
    accepted: list[str] = []
    try:
        options = _mail_options(client, data, international)
        code, text = await client.execute_command(b"MAIL", b"FROM:<" + _mailbox(sender) + b">", *options)
        if verdict(code, text) is not Verdict.ACCEPTED:
            _refuse(endpoint, "the sender", code, text)
        for recipient in recipients:
            code, text = await client.execute_command(b"RCPT", b"TO:<" + _mailbox(recipient) + b">")
            if verdict(code, text) is Verdict.ACCEPTED:
                accepted.append(recipient)
            else:
                refused[recipient] = (code, text)
            if code == 421:  # RFC 5321 3.8: the server is going away and takes nothing more
                _refuse(endpoint, "the message", code, text)
        if not accepted:
            code, text = _gentlest(refused)
            _refuse(endpoint, "every recipient", code, text, refused)
        if copy_to and not refused and copy_to not in accepted:
            await client.execute_command(b"RCPT", b"TO:<" + _mailbox(copy_to) + b">")
        code, text = await client.execute_command(b"DATA")
        if code != 354:
            _refuse(endpoint, "the message", code, text)
    except LOST as error:
        code = error.code if isinstance(error, SMTPResponseException) else 0
        raise TemporarySendError(explain(error, endpoint.place), code=max(code, 0)) from error
    try:
        code, text = await _text(client, endpoint, data)
    except UnknownSendError as error:
        error.refused = refused  # whoever was refused has not got it, whatever became of the text
        raise
    outcome = verdict(code, text)
    if outcome is Verdict.GARBLED:
        raise UnknownSendError(
            f"{endpoint.place} answered the message with something that is not SMTP: it may have been sent.",
            code=max(code, 0),
            refused=refused,
        )
    if outcome is not Verdict.ACCEPTED:
        _refuse(endpoint, "the message", code, text)
    found = _QUEUE_ID.search(text)
    queue_id = next((group for group in found.groups() if group), "") if found else ""
    return SendReport(accepted=tuple(accepted), refused=refused, queue_id=queue_id[:100])


async def _text(client: aiosmtplib.SMTP, endpoint: Endpoint, data: bytes) -> tuple[int, str]:
    """The text and the final dot in one go; from the first octet on, a loss is an unknown outcome."""
    protocol = client.protocol
    try:
        if protocol is None:
            raise ConnectionResetError("closed after 354")
        protocol.write(data)
        faults.point("dispatch.in_data")
        return await protocol.read_response(timeout=client.timeout)
    except SMTPResponseException as error:
        return error.code, ""
    except LOST as error:
        client.close()
        raise UnknownSendError(
            f"{endpoint.place} was lost after the message went out: it may or may not have been sent."
        ) from error
    except asyncio.CancelledError:
        client.close()
        raise


async def hang_up(client: aiosmtplib.SMTP) -> None:
    """QUIT where the server still listens; never raises and never waits long."""
    with suppress(*LOST):
        if client.is_connected:
            await asyncio.wait_for(client.quit(), 5)
    client.close()


def _octets(raw: bytes | EmailMessage, sender: str, recipients: Sequence[str]) -> tuple[bytes, bool]:
    """The text as it goes out (CRLF, dots doubled, final dot), and whether SMTPUTF8 is needed for it."""
    international = any(not _local(address).isascii() for address in (sender, *recipients))
    if isinstance(raw, EmailMessage):
        raw = raw.as_bytes(policy=SMTP_POLICY.clone(utf8=international))
    raw = _LINE_END.sub(b"\r\n", raw)
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    header = raw.partition(b"\r\n\r\n")[0]
    return _LEADING_DOT.sub(b"..", raw) + b".\r\n", international or not header.isascii()


def _mail_options(client: aiosmtplib.SMTP, data: bytes, international: bool) -> list[bytes]:
    options = []
    if client.supports_extension("size"):
        options.append(b"SIZE=%d" % len(data))
    if international:
        if not client.supports_extension("smtputf8"):
            raise PermanentSendError(
                "The server cannot carry an address with letters beyond ASCII (SMTPUTF8).",
                code=553,
                enhanced="5.6.7",
            )
        options.append(b"SMTPUTF8")
    if not data.isascii() and client.supports_extension("8bitmime"):
        options.append(b"BODY=8BITMIME")
    return options


def _mailbox(address: str) -> bytes:
    """The address for the envelope: the domain in ASCII, so that SMTPUTF8 is left to local parts."""
    if not address.isprintable() or any(character in address for character in "<> "):
        raise PermanentSendError("An address holds a character that no envelope can carry.", code=553)
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise PermanentSendError("An address has a domain that does not exist.", code=553) from None
    return f"{local}{at}{domain}".encode()


def _local(address: str) -> str:
    return address.rpartition("@")[0]


def _gentlest(refused: Mapping[str, tuple[int, str]]) -> tuple[int, str]:
    """Of several refusals, one that may pass if there is one: then the whole message is tried again."""
    for code, text in refused.values():
        if verdict(code, text) is not Verdict.PERMANENT:
            return code, text
    return next(iter(refused.values()))


def _refuse(
    endpoint: Endpoint,
    what: str,
    code: int,
    text: str,
    refused: Mapping[str, tuple[int, str]] | None = None,
) -> NoReturn:
    """Raises what the reply means, telling the server's codes, not its words: those may hold an address."""
    enhanced = enhanced_code(text)
    shown = f"{code} {enhanced}".strip()
    if code in LOGIN_CODES:
        raise SmtpUnavailable(
            f"{endpoint.place} wants a log-in before it takes mail ({shown}): check the [smtp] settings."
        )
    if verdict(code, text) is Verdict.PERMANENT:
        raise PermanentSendError(
            f"{endpoint.place} refused {what} for good ({shown}).",
            code=code, enhanced=enhanced, refused=refused,
        )  # fmt: skip
    raise TemporarySendError(
        f"{endpoint.place} put {what} off ({shown}): it will be tried again.",
        code=max(code, 0), enhanced=enhanced, refused=refused,
    )  # fmt: skip


def _greeted(endpoint: Endpoint, code: int) -> str:
    if 400 <= code < 500:
        return f"{endpoint.place} takes no mail at the moment ({code}): it will be tried again."
    return f"{endpoint.place} refused the connection ({max(code, 0)}): check `host`, `port` and `security`."
