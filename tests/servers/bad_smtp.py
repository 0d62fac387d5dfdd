"""SMTP servers that misbehave, one small function each, to be run by `scripted.serving`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .scripted import Wire

Answer = Callable[[Wire, str], None]
"""(wire, the command's line): says the reply."""


def smtp(
    overrides: Mapping[str, Answer] | None = None,
    *,
    extensions: tuple[str, ...] = ("SIZE", "8BITMIME"),
    after_text: Answer | None = None,
    accepted: list[bytes] | None = None,
) -> Callable[[Wire], None]:
    """An honest server but for `overrides` by verb and `after_text`; texts it took go to `accepted`."""

    def hello(wire: Wire, _: str) -> None:
        lines = ["relay.example", *extensions]
        wire.say(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")

    def data(wire: Wire, _: str) -> None:
        wire.say("354 go on")
        text = []
        while (line := wire.line()) != b".":
            text.append(line)
        if after_text is not None:
            after_text(wire, "")
            return
        if accepted is not None:
            accepted.append(b"\r\n".join(text))
        wire.say("250 2.0.0 Ok: queued as A1")

    def out(wire: Wire, _: str) -> None:
        wire.say("221 bye")
        wire.hang_up()

    table: dict[str, Answer] = {
        "EHLO": hello, "DATA": data, "QUIT": out,
        "MAIL": _reply("250 2.1.0 Ok"), "RCPT": _reply("250 2.1.5 Ok"),
        "RSET": _reply("250 2.0.0 Ok"), "NOOP": _reply("250 2.0.0 Ok"),
        **(overrides or {}),
    }  # fmt: skip

    def behave(wire: Wire) -> None:
        wire.say("220 relay.example ESMTP")
        while True:
            line = wire.line().decode("utf-8", "replace")
            verb = line.partition(" ")[0].upper()
            table.get(verb, _reply("502 5.5.1 What?"))(wire, line)

    return behave


def _reply(line: str) -> Answer:
    return lambda wire, _: wire.say(line)


def _hang(wire: Wire, _: str) -> None:
    wire.hang()


def _hang_up(wire: Wire, _: str) -> None:
    wire.hang_up()


# The misbehaviour.


def hangs_after_data(wire: Wire) -> None:
    """Takes the whole text and never answers."""
    smtp(after_text=_hang)(wire)


def closes_after_data(wire: Wire) -> None:
    """Takes the whole text and closes without an answer."""
    smtp(after_text=_hang_up)(wire)


def babbles_after_data(wire: Wire) -> None:
    """Takes the whole text and answers with what is not SMTP."""
    smtp(after_text=_reply("so it goes"))(wire)


def closes_in_the_text(wire: Wire) -> None:
    """Closes after the first line of the text."""

    def data(wire: Wire, _: str) -> None:
        wire.say("354 go on")
        wire.line()
        wire.hang_up()

    smtp({"DATA": data})(wire)


def closes_before_354(wire: Wire) -> None:
    """Closes when it is asked to take the text."""
    smtp({"DATA": _hang_up})(wire)


def shuts_down_after_data(wire: Wire) -> None:
    """421 to the final dot: the text was not taken (RFC 5321 3.8)."""
    smtp(after_text=_reply("421 4.3.2 Service shutting down"))(wire)


def temporary_then_permanent(wire: Wire) -> None:
    """451 on the first connection, 554 on the second."""
    reply = "451 4.3.0 Try later" if wire.number == 1 else "554 5.7.1 Refused as spam"
    smtp(after_text=_reply(reply))(wire)


def greylists(accepted: list[bytes]) -> Callable[[Wire], None]:
    """Puts each sender and recipient off once, then takes the mail."""
    seen: set[str] = set()

    def rcpt(wire: Wire, line: str) -> None:
        if line in seen:
            wire.say("250 2.1.5 Ok")
            return
        seen.add(line)
        wire.say("450 4.7.1 Greylisted, see you in a minute")

    return smtp({"RCPT": rcpt}, accepted=accepted)


def closes_on_rset(accepted: list[bytes]) -> Callable[[Wire], None]:
    """Takes one message a connection and closes at the RSET before the next."""
    return smtp({"RSET": _hang_up}, accepted=accepted)


def refuses_recipient(address: str, reply: str, accepted: list[bytes]) -> Callable[[Wire], None]:
    """Refuses one recipient and takes the others."""

    def rcpt(wire: Wire, line: str) -> None:
        wire.say(reply if f"<{address}>" in line else "250 2.1.5 Ok")

    return smtp({"RCPT": rcpt}, accepted=accepted)


def too_busy(wire: Wire) -> None:
    """421 instead of a greeting."""
    wire.say("421 4.7.0 Too many connections")
    wire.hang_up()


def greets_with_refusal(wire: Wire) -> None:
    """554 instead of a greeting (RFC 5321 3.1)."""
    wire.say("554 No SMTP service here")
    wire.hang_up()


def never_greets(wire: Wire) -> None:
    """Accepts and says nothing."""
    wire.hang()


def leaves_at_rcpt(wire: Wire) -> None:
    """421 to RCPT."""

    def rcpt(wire: Wire, _: str) -> None:
        wire.say("421 4.3.2 Shutting down")
        wire.hang_up()

    smtp({"RCPT": rcpt})(wire)
