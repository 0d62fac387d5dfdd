# ruff: noqa: E501 - mails and header fields stand as they were sent
"""Whole messages: structure, bodies, attachments, and every kind of damage."""

from __future__ import annotations

import base64
import hashlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.message.mails import mail, multipart, raw

from inbox_bot.message import mime, parse
from inbox_bot.message.names import safe_name


def codes(message: object) -> set[str]:
    return {d.code for d in message.defects}  # type: ignore[attr-defined]


def test_parse_reads_the_plain_part_of_an_alternative() -> None:
    plain = "Content-Type: text/plain\n\nThe words of the letter, in full."
    markup = "Content-Type: text/html\n\n<p>The words of the letter, in full.</p>"
    message = parse.parse(multipart("alternative", plain, markup))
    assert (message.text, message.body_source, message.defects) == (
        "The words of the letter, in full.",
        "plain",
        (),
    )


def test_parse_takes_the_html_where_the_plain_part_is_a_stub() -> None:
    plain = "Content-Type: text/plain\n\nPlease view this message in an HTML capable program."
    markup = "Content-Type: text/html\n\n<p>How many officers serve in Castle Brayling, and what do they cost in a year?</p>"
    message = parse.parse(multipart("alternative", plain, markup))
    assert message.body_source == "html"
    assert message.text == "How many officers serve in Castle Brayling, and what do they cost in a year?"


def test_parse_takes_short_html_where_the_plain_part_only_points_to_it() -> None:
    plain = "Content-Type: text/plain\n\nThis message is in HTML. Please view it in an HTML capable program."
    assert (
        parse.parse(multipart("alternative", plain, "Content-Type: text/html\n\n<p>Agreed.</p>")).text
        == "Agreed."
    )


def test_parse_names_what_programs_send_without_a_name() -> None:
    part = "Content-Type: application/ms-tnef\n\nx"
    message = parse.parse(multipart("mixed", "Content-Type: text/plain\n\nFYI", part))
    assert [a.name for a in message.attachments] == ["winmail.dat"]


def test_parse_hides_what_the_reader_did_not_see() -> None:
    message = parse.parse(
        raw(
            "<html><head><style>p {}</style><title>T</title></head><body><div style='display:none'>preheader</div>"
            "<script>x()</script><p>Seen</p><span style='font-size:1px'>tiny</span></body></html>",
            Content_Type="text/html",
        )
    )
    assert message.text == "Seen"


def test_parse_lays_out_lists_and_keeps_a_links_address() -> None:
    message = mail(
        "<ul><li>One</li><li>Two</li></ul><a href='https://a.example/x'>here</a>", Content_Type="text/html"
    )
    assert [line.strip() for line in message.text.split("\n") if line.strip()] == [
        "* One",
        "* Two",
        "here <https://a.example/x>",
    ]


def test_parse_joins_flowed_lines_by_quote_depth() -> None:
    message = mail(
        "One \nline.\n> quoted \n> words\nend\n-- \nsig\n", Content_Type="text/plain; format=flowed"
    )
    assert message.text == "One line.\n> quoted words\nend\n-- \nsig"


def test_parse_reads_a_multipart_without_a_boundary() -> None:
    message = parse.parse(
        raw("--x\nContent-Type: text/plain\n\nHello\n--x--\n", Content_Type="multipart/mixed")
    )
    assert message.text == "Hello"
    assert {"boundary_guessed"} == codes(message)


def test_parse_reads_a_body_whose_closing_boundary_is_missing() -> None:
    cut = multipart("mixed", "Content-Type: text/plain\n\nHello").replace(b"--frontier--", b"")
    message = parse.parse(cut)
    assert (message.text, codes(message)) == ("Hello", {"boundary_not_closed"})


def test_parse_names_uuencoded_files_in_the_text() -> None:
    message = mail("See below.\nbegin 644 note.txt\n%2&5L;&\\\n`\nend\n")
    assert [(a.name, a.content) for a in message.attachments] == [("note.txt", b"Hello")]
    assert message.text == "See below."


@pytest.mark.parametrize(
    ("kind", "name", "encrypted"),
    [
        ("application/x-microsoft-rpmsg-message", "message.rpmsg", "rpmsg"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", "smime"),
        ("application/pkcs7-mime; smime-type=signed-data", "smime.p7m", ""),
        ("application/octet-stream", "secure.switch", "egress"),
        ("application/ms-tnef", "winmail.dat", ""),
    ],
)
def test_parse_says_what_cannot_be_read(kind: str, name: str, encrypted: str) -> None:
    part = f'Content-Type: {kind}\nContent-Disposition: attachment; filename="{name}"\n\nxx'
    message = parse.parse(multipart("mixed", "Content-Type: text/plain\n\nHello", part))
    assert [(a.name, a.encrypted) for a in message.attachments] == [(name, encrypted)]


def test_parse_marks_a_picture_of_the_body_as_inline() -> None:
    markup = "Content-Type: text/html\n\n<p>Hello</p><img src='cid:logo@x'>"
    picture = "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\nContent-Transfer-Encoding: base64\n\naGk="
    message = parse.parse(multipart("related", markup, picture))
    assert [(a.name, a.inline, a.content) for a in message.attachments] == [("logo.png", True, b"hi")]


def test_parse_opens_an_attached_message() -> None:
    inner = raw("The question\n", sender="Bea <bea@mail.example>", subject="Inner").decode()
    message = parse.parse(
        multipart("mixed", "Content-Type: text/plain\n\nFYI", f"Content-Type: message/rfc822\n\n{inner}")
    )
    assert [(m.subject, m.author.email, m.text) for m in message.embedded] == [
        ("Inner", "bea@mail.example", "The question")
    ]
    assert [a.name for a in message.attachments] == ["Inner.eml"]


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\Letter.pdf", "Letter.pdf"),
        ("con.txt", "_con.txt"),
        ("a\x00b\n.pdf", "ab .pdf"),
        ("..", "attachment-3.pdf"),
        ("", "attachment-3.pdf"),
        ("annex\u202efdp.exe", "annexfdp.exe"),
        ("w" * 300 + ".pdf", "w" * 196 + ".pdf"),
    ],
)
def test_safe_name(given_name: str, safe: str) -> None:
    assert safe_name(given_name, "application/pdf", 3) == safe


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b"Date: Mon, 01 Feb 2027 10:00:00 +0000\n", b""), "date_missing"),
        ((b"10:00:00 +0000", b"25:61:00 +0000"), "date_invalid"),
        ((b"Message-ID: <1@mail.example>\n", b""), "message_id_missing"),
        (
            (b"Message-ID: <1@mail.example>\n", b"Message-ID: <1@x>\nMessage-ID: <2@x>\n"),
            "message_id_repeated",
        ),
        ((b"From: Ann Ashby <ann@mail.example>\n", b""), "from_missing"),
        ((b"<ann@mail.example>", b"<ann>"), "from_without_domain"),
        ((b"To: ", b"From: b@mail.example\nTo: "), "from_repeated"),
    ],
)
def test_parse_records_a_defect(change: tuple[bytes, bytes], code: str) -> None:
    assert codes(parse.parse(raw().replace(*change))) == {code}


def test_parse_bounds_depth() -> None:
    deep = b"From: a@mail.example\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(500)
    )
    assert "too_deep" in codes(parse.parse(deep))


def test_parse_bounds_the_number_of_parts() -> None:
    parts = ["Content-Type: text/plain\n\nx"] * (mime.MAX_PARTS + 10)
    assert "too_many_parts" in codes(parse.parse(multipart("mixed", *parts)))


def test_parse_reads_old_macintosh_line_ends() -> None:
    message = parse.parse(raw("Hello\nthere\n").replace(b"\n", b"\r"))
    assert (message.subject, message.text) == ("A question", "Hello\nthere")


def test_parse_keeps_a_big_message_out_of_memory() -> None:
    # 40 MB of base64 are 30.0 MB decoded, above MAX_HELD: hashed in pieces, not held.
    block = base64.b64encode(b"\x01" * 57) + b"\n"
    count = parse.MAX_HELD // 57 + 100
    head = raw("", Content_Type="multipart/mixed; boundary=f")
    part = b"--f\nContent-Type: application/pdf; name=big.pdf\nContent-Transfer-Encoding: base64\n\n"
    big = head + b"--f\n\nSee attached.\n" + part + block * count + b"--f--\n"
    tracemalloc.start()
    message = parse.parse(big)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    digest = hashlib.sha256(b"\x01" * 57 * count).hexdigest()
    assert [(a.name, a.size, a.sha256, a.content) for a in message.attachments] == [
        ("big.pdf", 57 * count, digest, b"")
    ]
    assert codes(message) == {"attachment_not_held"}
    assert peak < len(big) * 1.2  # less than one copy and a piece


@given(st.binary(max_size=2000))
def test_parse_never_raises_on_arbitrary_bytes(octets: bytes) -> None:
    assert parse.parse(octets).size == len(octets)


SEED = multipart(
    "mixed",
    "Content-Type: text/plain; charset=utf-8; format=flowed\n\nDear all \nOn 1 May 2027 at 10:00, A <a@x.example> wrote:\n> Hi",
    'Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<div class=3D"gmail_quote">a</div>',
    "Content-Type: message/rfc822\n\nFrom: b@x.example\nSubject: =?utf-8?B?SGk=?=\n\nHi",
)


@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.integers(0, 60), st.binary(max_size=30)), max_size=8))
@settings(deadline=None)
def test_parse_never_raises_on_mutated_mail(cuts: list[tuple[int, int, bytes]]) -> None:
    octets = SEED
    for at, length, new in cuts:
        octets = octets[:at] + new + octets[at + length :]
    message = parse.parse(octets)
    assert message.size == len(octets)
    assert "unreadable" not in codes(message)
