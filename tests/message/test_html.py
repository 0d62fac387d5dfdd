"""HTML beside a plain text is laid out only where it might be the letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.message.mails import mail

from inbox_bot.message import html

PIECES = (
    "<p>", "</p>", "<td>", "</td>", "<tr>", "<table>", "<li>", "<ul>", "<ol>", "<br>", "<hr>", "<b>", "</b>",
    "<div>", "<a href='https://x.example/y'>", "</a>", "<style>p{a b c}</style>", "<!-- a note -->",
    "<span hidden>no</span>", "word", "two words", " ", "&nbsp;", "&amp;", "&gt;", "a&nbsp;b", "&#38;", "\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_most_words_is_never_too_few(markup: str) -> None:
    assert html.most_words(markup) >= len(html.to_text(markup).split())


def alternative(plain: str, markup: str) -> str:
    return f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{markup}\n--b--\n"


@pytest.mark.parametrize(
    ("plain", "words", "source"),
    [
        ("Please look at our offer.", 200, "html"),  # a stub beside a letter
        ("Please look at our offer.", 18, "plain"),
        ("My question is one of costs and it has ten words.", 30, "plain"),
    ],
)
def test_the_longer_text_is_the_letter(plain: str, words: int, source: str) -> None:
    markup = "<style>p { color: red }</style>" * 40 + "<p>" + "cost " * words + "</p>"
    message = mail(alternative(plain, markup), Content_Type="multipart/alternative; boundary=b")
    assert message.body_source == source


def test_styles_are_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outlook's HTML has more style than text: it is not laid out to find that out."""
    monkeypatch.setattr(html, "to_text", lambda _markup: pytest.fail("laid out"))
    markup = "<style>p { color: red }</style>" * 40 + "<p>How many officers are there?</p>"
    found = mail(
        alternative("How many officers are there?", markup), Content_Type="multipart/alternative; boundary=b"
    )
    assert found.text.strip() == "How many officers are there?"
