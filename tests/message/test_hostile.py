# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Mail made to be slow or deep, each a kind that once was: it must come through the whole way."""

from __future__ import annotations

import pytest

from inbox_bot.message import automated, body, explain, forwarded, parse, thread, trust

HEAD = b"From: a@mail.example\nSubject: Fwd: x\n"
PLAIN = HEAD + b"\n"
MARKUP = HEAD + b"Content-Type: text/html\n\n"
DAEMON = b"From: mailer-daemon@x.example\nReturn-Path: <>\nSubject: failure notice\n\n"
ALTERNATIVE = (
    HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello there.\n\n"
    b"--b\nContent-Type: text/html\n\n"
)  # fmt: skip

HOSTILE = {
    # white space that a pattern could share out in many ways; found by fuzzing
    "white space in a form's line": PLAIN + b"Name:" + b" " * 900 + b"\x0b" * 900 + b"x\n",
    "white space in a marking": PLAIN + b"OFFICIAL" + b" " * 190 + b"x\n",
    "folded lines": b"Subject: a\n" + b" b\n" * 100_000 + b"\nx",
    "rule lines": PLAIN + b"_____\n" * 50_000,
    "flowed lines": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 100_000,
    "attributions without an end": PLAIN + b"On 5 May 2027 at 10:00 a\n" * 20_000,
    "header lines without a sender": PLAIN + b"Sent: 1 May\nTo: x@y.example,\n" * 20_000,
    "nested quotes": PLAIN + b">" * 300_000,
    "open tags": MARKUP + b"<div>" * 50_000,
    "open brackets": MARKUP + b"<" * 300_000,
    "nested blockquotes": MARKUP + b"<blockquote>a" * 5_000,
    "tables in tables": MARKUP + b"<table><tr><td>a" * 2_000,
    "encoded words": b"Subject: " + b"=?a?q?" * 20_000 + b"\n\nx",
    "open comments in an address": b"From: " + b"(" * 60_000 + b"\n\nx",
    "open quotes in an address": b"From: " + b'"a' * 30_000 + b"\n\nx",
    "comments in results": HEAD + b"Authentication-Results: " + b"(" * 60_000 + b"\n\nx",
    "prefixes": b"Subject: " + b"Re: " * 15_000 + b"\n\nx",
    "messages in messages": HEAD + b"Content-Type: message/rfc822\n\n" * 2_000 + b"x",
    "multiparts in multiparts": HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2_000)),
    "parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "forwards": PLAIN + b"---------- Forwarded message ---------\nFrom: a <a@b.example>\nDate: 1 May 2027\nSubject: x\n\nHi\n" * 2_000,
    "addresses in a bounce": DAEMON + b"could not deliver to a.a.a@" * 20_000,
    "uuencoded beginnings": PLAIN + b"begin 644 a\nM\n" * 20_000,
    "one long line": PLAIN + b"a " * 300_000,
    "heads of Notes": PLAIN + b"Bob Smith <a@b.example>\n01/01/27 10:00\nTo\n" * 20_000,
    "rules": MARKUP + b"<hr>" * 14_000,
    "marked containers": MARKUP + b'<div id="Signature">a</div>' * 9_000,
    "open styles beside a plain text": ALTERNATIVE + b"<style>a" * 50_000,
    "open tags beside a plain text": ALTERNATIVE + b"<a " * 100_000,
    "telephones": PLAIN + b"Sent from my iPhone\n\n" * 20_000,
    "attributions on one line": PLAIN + (b"a On Mon, 1 10:00 " * 20 + b"wrote:\n") * 3_000,
    "only padding": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 300_000,
}  # fmt: skip


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_whole_way_comes_to_an_end(octets: bytes) -> None:
    message = parse.parse(octets)
    assert "unreadable" not in {d.code for d in message.defects}
    words = body.cut(message)
    finding = automated.detect(message)
    forward = forwarded.unwrap(message)
    memo = explain.explain(message, words, finding, forward)
    assert memo.startswith("Subject")
    assert len(thread.fingerprint(message)) == len(thread.content_key(message)) == 64
    assert trust.judge(message, provider="microsoft365", authserv_id="mx.example").verdict == "none"
    assert len(thread.bare_subject(message.subject)) <= len(message.subject)
