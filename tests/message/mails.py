"""Builds raw messages for the tests of `inbox_bot.message`."""

from __future__ import annotations

from inbox_bot.message.model import ParsedMessage
from inbox_bot.message.parse import parse


def raw(
    body: str = "Hello\n",
    *,
    subject: str = "A question",
    sender: str = "Ann Ashby <ann@mail.example>",
    **fields: str,
) -> bytes:
    """A message of plain text; `fields` are further headers, `_` for `-`."""
    head = {
        "From": sender,
        "To": "election@office.example",
        "Subject": subject,
        "Message-ID": "<1@mail.example>",
    }
    head |= {"Date": "Mon, 01 Feb 2027 10:00:00 +0000", "Content-Type": 'text/plain; charset="utf-8"'}
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    return ("".join(f"{k}: {v}\n" for k, v in head.items()) + "\n" + body).encode()


def mail(body: str = "Hello\n", **fields: str) -> ParsedMessage:
    return parse(raw(body, **fields))


def multipart(kind: str, *parts: str, subject: str = "A question", **fields: str) -> bytes:
    """`parts` are whole entities: their headers, an empty line, their body."""
    inner = "".join(f"--frontier\n{part}\n" for part in parts) + "--frontier--\n"
    return raw(
        inner, subject=subject, **({"Content_Type": f'multipart/{kind}; boundary="frontier"'} | fields)
    )
