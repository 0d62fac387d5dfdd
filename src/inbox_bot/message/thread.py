"""What ties messages together: reference tokens, message ids, bare subjects, fingerprints.

Never Thread-Index and never a subject's words alone: both tie strangers' mail together.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from . import body, forwarded, phrases
from .model import ParsedMessage

_PREFIX = re.compile(
    rf"^\s*(?:(?:{phrases.SUBJECT_REPLY}|{phrases.SUBJECT_FORWARD}|automatic reply|ateb awtomatig|"
    r"out of office|read|delivered|undeliverable|accepted|declined|tentative)"
    r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?\s?[:：]"
    r"|[\[({*]{1,2}\s?(?:external|extern|ext|allanol|caution|suspected spam|spam|e-?mail|"
    r"official(?:[- :]sensitive)?|bulk|suspicious|warning)(?:\s?(?:e-?mail|sender|message))?\s?[\])}*]{1,2}:?"
    r"|(?:external|allanol)\s?(?:e-?mail)?\s?[:：])\s*",
    re.I,
)


def reference_tokens(subject: str, prefix: str) -> tuple[str, ...]:
    """The office's references in a subject ("[WMR-0007]" → "WMR-0007"), each once, in order.

    Only in square brackets: that is how the service writes them, and a person who types "WMR-0007" in a
    sentence may mean anything.
    """
    found = re.findall(rf"\[\s*({re.escape(prefix)}-\d{{1,9}})\s*\]", subject, re.I)
    return tuple(dict.fromkeys(token.upper() if prefix.isupper() else token for token in found))


def parents(message: ParsedMessage) -> tuple[str, ...]:
    """Message ids this one answers, likeliest first: In-Reply-To, then References from the last backwards."""
    return tuple(dict.fromkeys((*message.in_reply_to, *reversed(message.references))))


def bare_subject(subject: str) -> str:
    """The subject without reply and forward prefixes and gateways' tags, in the languages of `phrases`."""
    text = " ".join(subject.split())
    for _ in range(30):  # "Re: Re: Re: …" of a loop
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text.strip()


_SAME = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff>*_", ""),
}
_SAME_ASCII = {odd: plain for odd, plain in _SAME.items() if odd.isascii()}


def _normalised(text: str) -> str:
    """For comparison: NFKC, one kind of quotation mark and dash, no white space: servers rewrap."""
    ascii_only = text.isascii()  # as most text is: there is nothing to compose, and little to replace
    text = text.casefold() if ascii_only else unicodedata.normalize("NFKC", text).casefold()
    for odd, plain in (_SAME_ASCII if ascii_only else _SAME).items():
        text = text.replace(odd, plain)
    return "".join(text.split())


def _attachments(message: ParsedMessage) -> list[str]:
    """Hashes of what was attached, in no order that a server could change; images of the body left out."""
    return sorted(
        a.sha256 for a in message.attachments if not a.inline and a.content_type != "message/rfc822"
    )


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def fingerprint(message: ParsedMessage) -> str:
    """SHA-256 over Message-ID, From, Date, normalised body and attachments: the same mail, rendered anew."""
    date = message.date.isoformat() if message.date else ""
    return _digest(
        [
            "fingerprint",
            message.message_id,
            message.author.email,
            date,
            _normalised(message.text),
            *_attachments(message),
        ]
    )


def content_key(message: ParsedMessage) -> str:
    """SHA-256 over sender, own words and attachments: the same text from the same sender, sent again.

    The same campaign text from another sender has another key. So have the same two words in answer to
    another mail ("Yes please"), and another person's message passed on with the same covering note.
    """
    words = _normalised(body.cut(message).new) or _normalised(message.text)
    forward = forwarded.unwrap(message)
    inside = []
    if forward is not None and forward.how != "redirect":  # what a server passes on is the message itself
        inside = [forward.original.sender.email, _normalised(forward.original.text)]
    return _digest(
        ["content", message.author.email, words, *message.in_reply_to[:1], *inside, *_attachments(message)]
    )
