"""IMAP servers that misbehave, one small function each, to be run by `scripted.serving`.

They share an honest core, `imap`, which holds one folder of messages numbered 1, 2, 3 … as UIDs 11,
12, 13 …; each function replaces its answer to one command.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping

from .scripted import Wire

Answer = Callable[[Wire, str, str], None]
"""(wire, tag, the line after the tag): says everything, the tagged line included."""

FIRST_UID = 11
UIDVALIDITY = 77
MESSAGE = b"Message-ID: <%d@candidate.example>\r\nSubject: a question\r\n\r\nWhat is the budget?\r\n"
MESSAGES = tuple(MESSAGE % number for number in (1, 2, 3))
CAPABILITIES = "IMAP4rev1 IDLE MOVE UIDPLUS AUTH=PLAIN"


def imap(
    overrides: Mapping[str, Answer] | None = None, *, capabilities: str = CAPABILITIES
) -> Callable[[Wire], None]:
    """An honest server but for `overrides`: regular expression on the command → answer."""
    table = dict(overrides or {})
    for pattern, answer in _honest(capabilities).items():
        table.setdefault(pattern, answer)

    def behave(wire: Wire) -> None:
        wire.say("* OK ready")
        while True:
            tag, _, command = wire.line().decode().partition(" ")
            for pattern, answer in table.items():
                if re.match(pattern, command, re.IGNORECASE):
                    answer(wire, tag, command)
                    break
            else:
                raise AssertionError(f"the scripted server has no answer to: {command}")

    return behave


def fetched(number: int, items: str) -> str:
    """One FETCH response for message `number`, from 1."""
    return f"* {number} FETCH (UID {FIRST_UID + number - 1} {items})"


def body(number: int, text: bytes | None = None) -> bytes:
    """A FETCH response with the whole message as a literal, without the last CRLF."""
    text = MESSAGES[number - 1] if text is None else text
    return fetched(number, f"BODY[] {{{len(text)}}}").encode().removesuffix(b")") + b"\r\n" + text + b")"


def asked(command: str) -> list[int]:
    """The message numbers that a UID FETCH asks for, of those that exist."""
    uids = [int(uid) for uid in command.split()[2].split(",")]
    return [uid - FIRST_UID + 1 for uid in uids if 0 <= uid - FIRST_UID < len(MESSAGES)]


def sizes(wire: Wire, tag: str, command: str, *, size: Callable[[int], str] | None = None) -> None:
    for number in asked(command):
        claim = size(number) if size else str(len(MESSAGES[number - 1]))
        wire.say(fetched(number, f'RFC822.SIZE {claim} INTERNALDATE "01-Mar-2027 09:00:00 +0000" FLAGS ()'))
    wire.say(f"{tag} OK done")


def bodies(wire: Wire, tag: str, command: str) -> None:
    for number in asked(command):
        wire.say(body(number))
    wire.say(f"{tag} OK done")


def opened(wire: Wire, tag: str, command: str, *, uidvalidity: int = UIDVALIDITY) -> None:
    write = command.upper().startswith("SELECT")
    wire.say(
        "* FLAGS (\\Seen \\Deleted)", f"* {len(MESSAGES)} EXISTS", f"* OK [UIDVALIDITY {uidvalidity}] it",
        f"{tag} OK [READ-{'WRITE' if write else 'ONLY'}] opened",
    )  # fmt: skip


def _honest(capabilities: str) -> dict[str, Answer]:
    def log_in(wire: Wire, tag: str, _: str) -> None:
        wire.say("+ ")
        wire.line()
        wire.say(f"{tag} OK in")

    def search(wire: Wire, tag: str, command: str) -> None:
        uids = range(FIRST_UID, FIRST_UID + len(MESSAGES))
        one = re.fullmatch(r"UID SEARCH \(UID (\d+)\)", command)
        found = [uid for uid in uids if not one or uid == int(one.group(1))]
        wire.say(f"* SEARCH {' '.join(map(str, found))}", f"{tag} OK done")

    def say(*lines: str) -> Answer:
        return lambda wire, tag, _: wire.say(*(line.replace("TAG", tag) for line in lines))

    def log_out(wire: Wire, tag: str, _: str) -> None:
        wire.say("* BYE", f"{tag} OK out")
        wire.hang_up()

    return {
        "CAPABILITY": say(f"* CAPABILITY {capabilities}", "TAG OK done"),
        "AUTHENTICATE": log_in,
        "LOGIN": say("TAG OK in"),
        "LIST": say('* LIST () "/" INBOX', '* LIST () "/" Filed', "TAG OK done"),
        "STATUS": say(
            f"* STATUS INBOX (UIDVALIDITY {UIDVALIDITY} UIDNEXT {FIRST_UID + len(MESSAGES)} "
            f"MESSAGES {len(MESSAGES)})", "TAG OK done"),
        "(EXAMINE|SELECT)": opened,
        "UID SEARCH": search,
        "UID FETCH .*RFC822.SIZE": sizes,
        "UID FETCH .*BODY": bodies,
        "NOOP": say("TAG OK done"),
        "LOGOUT": log_out,
    }  # fmt: skip


# The misbehaviour.


def hands_over(*texts: bytes) -> Callable[[Wire], None]:
    """Has these texts as messages 1, 2, 3: octets that no server should have taken, such as NUL."""

    def answer(wire: Wire, tag: str, command: str) -> None:
        for number in asked(command):
            wire.say(body(number, texts[number - 1]))
        wire.say(f"{tag} OK done")

    return imap({"UID FETCH .*BODY": answer})


def drops_in_fetch(wire: Wire, *, number: int = 2, attempts: int = 10**6) -> None:
    """Closes in the middle of message 2's text, on the first `attempts` connections."""

    def answer(wire: Wire, tag: str, command: str) -> None:
        if asked(command) == [number] and wire.number <= attempts:
            wire.send(body(number)[: -len(MESSAGES[0]) // 2])
            wire.hang_up()
        bodies(wire, tag, command)

    imap({"UID FETCH .*BODY": answer})(wire)


def claims_tiny_sizes(wire: Wire) -> None:
    """Says that each message has one octet."""
    imap({"UID FETCH .*RFC822.SIZE": lambda w, t, c: sizes(w, t, c, size=lambda _: "1")})(wire)


def claims_vast_sizes(wire: Wire) -> None:
    """Says that message 2 has a terabyte; its text is as long as ever."""

    def size(number: int) -> str:
        return str(10**12) if number == 2 else str(len(MESSAGES[number - 1]))

    def part(wire: Wire, tag: str, command: str) -> None:
        found = re.search(r"<(\d+)\.(\d+)>", command)
        if found is None:
            bodies(wire, tag, command)
            return
        start, length = int(found.group(1)), int(found.group(2))
        text = MESSAGES[asked(command)[0] - 1][start : start + length]
        wire.say(body(asked(command)[0], text).replace(b"BODY[]", b"BODY[]<%d>" % start), f"{tag} OK done")

    imap(
        {
            "UID FETCH .*RFC822.SIZE": lambda w, t, c: sizes(w, t, c, size=size),
            "UID FETCH .*BODY": part,
        }
    )(wire)


def sends_more_than_it_claimed(wire: Wire) -> None:
    """Says a hundred octets for message 2 and sends 300,000."""

    def answer(wire: Wire, tag: str, command: str) -> None:
        for number in asked(command):
            wire.say(body(number, b"x" * 300_000 if number == 2 else None))
        wire.say(f"{tag} OK done")

    imap(
        {
            "UID FETCH .*RFC822.SIZE": lambda w, t, c: sizes(w, t, c, size=lambda _: "100"),
            "UID FETCH .*BODY": answer,
        }
    )(wire)


def announces_a_literal_and_goes_quiet(wire: Wire) -> None:
    """Promises ten gigabytes, sends nothing."""

    def answer(wire: Wire, tag: str, command: str) -> None:
        wire.say(fetched(asked(command)[0], "BODY[] {10000000000}").removesuffix(")"))
        wire.hang()

    imap({"UID FETCH .*BODY": answer})(wire)


def renumbers(start: int = UIDVALIDITY) -> Callable[[Wire], None]:
    """Another UIDVALIDITY each time the folder is opened."""
    values = itertools.count(start)
    return imap({"(EXAMINE|SELECT)": lambda w, t, c: opened(w, t, c, uidvalidity=next(values))})


def chatters(wire: Wire) -> None:
    """Puts other messages' flags and texts, arrivals and expunges between what was asked for."""

    def answer(wire: Wire, tag: str, command: str) -> None:
        for number in asked(command):
            wire.say(fetched(number % 3 + 1, "FLAGS (\\Seen)"), "* 1 FETCH (FLAGS (\\Answered))")
            wire.say(body(number % 3 + 1, b"Subject: not asked for\r\n\r\n"), "* 7 EXPUNGE", "* 9 EXISTS")
            wire.say(body(number), fetched(number, "FLAGS (\\Flagged)"), "* 1 RECENT")
        wire.say(f"{tag} OK done")

    def size(wire: Wire, tag: str, command: str) -> None:
        wire.say("* 2 FETCH (FLAGS (\\Seen))", "* 99 FETCH (UID 4711 RFC822.SIZE 5)", "* 3 EXPUNGE")
        sizes(wire, tag, command)

    imap({"UID FETCH .*RFC822.SIZE": size, "UID FETCH .*BODY": answer})(wire)


def loses_a_message_meanwhile(wire: Wire) -> None:
    """Message 2 is deleted by someone between the listing and its fetch."""

    def answer(wire: Wire, tag: str, command: str) -> None:
        if asked(command) == [2]:
            wire.say("* 2 EXPUNGE", f"{tag} OK done")
            return
        bodies(wire, tag, command)

    def search(wire: Wire, tag: str, command: str) -> None:
        wire.say("* SEARCH" if command.endswith("(UID 12)") else "* SEARCH 11 12 13", f"{tag} OK done")

    imap({"UID FETCH .*BODY": answer, "UID SEARCH": search})(wire)


def withholds_a_message(wire: Wire) -> None:
    """Lists message 2 and refuses its text for ever, as servers do with a damaged store."""

    def answer(wire: Wire, tag: str, command: str) -> None:
        if asked(command) == [2]:
            wire.say(f"{tag} NO [SERVERBUG] internal error for officer@wessmoor-pcc.example")
            return
        bodies(wire, tag, command)

    imap({"UID FETCH .*BODY": answer})(wire)


def says_bye_in_idle(wire: Wire) -> None:
    """Ends the session while the client waits, as servers do after half an hour."""

    def answer(wire: Wire, tag: str, _: str) -> None:
        wire.say("+ idling", "* BYE Disconnected for inactivity")
        wire.hang_up()

    imap({"IDLE": answer})(wire)


def vanishes_in_idle(wire: Wire) -> None:
    """Closes the connection without a word while the client waits."""

    def answer(wire: Wire, tag: str, _: str) -> None:
        wire.say("+ idling")
        wire.hang_up()

    imap({"IDLE": answer})(wire)


def deaf_after_idle(wire: Wire) -> None:
    """Never answers DONE."""

    def answer(wire: Wire, tag: str, _: str) -> None:
        wire.say("+ idling")
        wire.line()
        wire.hang()

    imap({"IDLE": answer})(wire)


def news_with_the_go_ahead(wire: Wire) -> None:
    """The arrival comes in one packet with `+ idling`."""

    def answer(wire: Wire, tag: str, _: str) -> None:
        wire.say("+ idling", "* 4 EXISTS")
        assert wire.line() == b"DONE"
        wire.say(f"{tag} OK done")

    imap({"IDLE": answer})(wire)


def news_ahead_of_the_go_ahead(wire: Wire) -> None:
    """The arrival comes before `+ idling`, as RFC 3501 5.2 lets it."""

    def answer(wire: Wire, tag: str, _: str) -> None:
        wire.say("* 4 EXISTS", "+ idling")
        assert wire.line() == b"DONE"
        wire.say(f"{tag} OK done")

    imap({"IDLE": answer})(wire)


def refuses_idle(wire: Wire) -> None:
    """Announces IDLE and refuses it."""
    imap({"IDLE": lambda w, t, _: w.say(f"{t} NO [SERVERBUG] not now")})(wire)


def refuses_the_list(wire: Wire) -> None:
    """NO to LIST."""
    imap({"LIST": lambda w, t, _: w.say(f"{t} NO [LIMIT] not now")})(wire)


def names_a_folder_in_no_utf7(wire: Wire) -> None:
    """One folder's name holds a bare ampersand, made by a client that knew no modified UTF-7."""
    lines = ('* LIST () "/" INBOX', '* LIST () "/" "R&D"', '* LIST (\\Sent) NIL "T&AXc- &- gardd"')
    imap({"LIST": lambda w, t, _: w.say(*lines, f"{t} OK done")})(wire)


def splits_its_search(wire: Wire) -> None:
    """One SEARCH line a message."""
    imap({"UID SEARCH": lambda w, t, _: w.say("* SEARCH 13", "* SEARCH 11 12", f"{t} OK done")})(wire)


def tells_no_status(wire: Wire) -> None:
    """OK to STATUS, without the numbers."""
    imap({"STATUS": lambda w, t, _: w.say(f"{t} OK done")})(wire)


def only_chatter_in_idle(wire: Wire) -> None:
    """Flags change and the server says that it is still here; nothing arrives."""

    def answer(wire: Wire, tag: str, _: str) -> None:
        wire.say("+ idling", "* OK Still here", "* 2 FETCH (FLAGS (\\Seen))", "* 1 EXPUNGE")
        assert wire.line() == b"DONE"
        wire.say(f"{tag} OK done")

    imap({"IDLE": answer})(wire)


def refuses_move(wire: Wire) -> None:
    """NO to MOVE: the target is over quota."""
    imap({"UID MOVE": lambda w, t, _: w.say(f"{t} NO [OVERQUOTA] Quota exceeded (mailbox full)")})(wire)


def pretends_to_move(wire: Wire) -> None:
    """OK to MOVE, and the message stays."""
    imap({"UID MOVE": lambda w, t, _: w.say(f"{t} OK done")})(wire)


def cannot_move(wire: Wire) -> None:
    """Neither MOVE nor UIDPLUS."""
    imap(capabilities="IMAP4rev1 AUTH=PLAIN")(wire)


def read_only(wire: Wire) -> None:
    """SELECT opens for reading only."""
    imap({"SELECT": lambda w, t, c: opened(w, t, "EXAMINE")})(wire)


def injects_before_tls(wire: Wire) -> None:
    """Appends an answer of its own to STARTTLS's, to be read as if it came under TLS (CVE-2011-0411)."""
    imap(
        {"STARTTLS": lambda w, t, _: w.say(f"{t} OK begin", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")},
        capabilities="IMAP4rev1 STARTTLS",
    )(wire)


def never_greets(wire: Wire) -> None:
    """Accepts and says nothing."""
    wire.hang()


def speaks_http(wire: Wire) -> None:
    """Something else listens on the port."""
    wire.say("HTTP/1.1 400 Bad Request", "Connection: close", "", "")
    wire.hang_up()


def endless_line(wire: Wire) -> None:
    """Greets with a line that never ends."""
    while True:
        wire.send(b"x" * 65536)


class Restored:
    """Honest, but its mailbox is put back to an earlier day under the same UIDVALIDITY: numbers come again.

    `messages` by UID; one that is put in place of another has arrived an hour later.
    """

    def __init__(self) -> None:
        self.messages = {FIRST_UID + n: text for n, text in enumerate(MESSAGES)}
        self._first = dict(self.messages)

    def __call__(self, wire: Wire) -> None:
        imap(
            {
                "STATUS": self._status, "UID SEARCH": self._search,
                "UID FETCH .*RFC822.SIZE": self._sizes, "UID FETCH .*BODY": self._bodies,
            }
        )(wire)  # fmt: skip

    def _status(self, wire: Wire, tag: str, _: str) -> None:
        known = f"UIDVALIDITY {UIDVALIDITY} UIDNEXT {max(self.messages) + 1} MESSAGES {len(self.messages)}"
        wire.say(f"* STATUS INBOX ({known})", f"{tag} OK done")

    def _search(self, wire: Wire, tag: str, command: str) -> None:
        one = re.fullmatch(r"UID SEARCH UID (\d+)", command)
        found = [uid for uid in sorted(self.messages) if not one or uid == int(one.group(1))]
        wire.say(f"* SEARCH {' '.join(map(str, found))}", f"{tag} OK done")

    def _sizes(self, wire: Wire, tag: str, command: str) -> None:
        for uid in self._asked(command):
            text = self.messages[uid]
            hour = 9 if self._first.get(uid) == text else 10
            items = f'RFC822.SIZE {len(text)} INTERNALDATE "01-Mar-2027 {hour:02}:30:00 +0000" FLAGS ()'
            wire.say(fetched(uid - FIRST_UID + 1, items))
        wire.say(f"{tag} OK done")

    def _bodies(self, wire: Wire, tag: str, command: str) -> None:
        for uid in self._asked(command):
            wire.say(body(uid - FIRST_UID + 1, self.messages[uid]))
        wire.say(f"{tag} OK done")

    def _asked(self, command: str) -> list[int]:
        return [uid for uid in map(int, command.split()[2].split(",")) if uid in self.messages]
