"""Messages of three invented areas from `mails.jsonl`, and what an office there would have configured.

One line a mail: who wrote, what, when, and the labels. The messages are built here, so that a line stays
readable: every third carries HTML beside the text, `inside` is attached as message/rfc822, `kind` makes a
delivery report, a read receipt or an invitation.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from email import message_from_string
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from inbox_bot.triage.context import Context, Official

MAILS = Path(__file__).parent / "mails.jsonl"
LONDON = ZoneInfo("Europe/London")

AREAS: dict[str, dict[str, Any]] = {
    "marlshire": {
        "inbox": "pccelection@opcc.marlshire.example",
        "spoc": ("Hazel Brandreth", "h.brandreth@opcc.marlshire.example"),
        "chief_executive": ("Gideon Fairlamb", "ce@opcc.marlshire.example"),
        "force_domains": ("police.marlshire.example", "marlshire-frs.example"),
        "paro": "elections@marlshire-cc.example",
        "prefix": "MSH",
    },
    "caron": {
        "inbox": "etholiad@comisiynydd-caron.example",
        "spoc": ("Nia Prydderch", "nia.prydderch@comisiynydd-caron.example"),
        "chief_executive": ("Elgan Beddoes", "prif.weithredwr@comisiynydd-caron.example"),
        "force_domains": ("heddlu-caron.example",),
        "paro": "swyddogcanlyniadau@cyngor-caron.example",
        "prefix": "CAR",
    },
    "mercastle": {
        "inbox": "election2027@mercastle-ca.example",
        "spoc": ("Yusuf Amberley", "yusuf.amberley@mercastle-ca.example"),
        "chief_executive": ("Frances Ogilthorpe", "frances.ogilthorpe@mercastle-ca.example"),
        "force_domains": ("mercastle.police.example", "mercastlefire.example"),
        "paro": "electionsteam@mercastlecity.example",
        "prefix": "MCA",
    },
}


def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in MAILS.read_text(encoding="utf-8").splitlines()]


def configured(shipped: Context, area: str) -> Context:
    """The shipped rules with what the area's office would write into its settings."""
    known = AREAS[area]
    spoc, chief = known["spoc"], known["chief_executive"]
    return replace(
        shipped,
        inbox_address=known["inbox"],
        officers=(spoc[1], chief[1]),
        spoc=Official(names=spoc[:1], emails=spoc[1:]),
        chief_executive=Official(names=chief[:1], emails=chief[1:]),
        paro=Official(emails=(known["paro"],)),
        force_domains=known["force_domains"],
        reference_prefix=known["prefix"],
        own_addresses=(known["inbox"],),
        statement_of_persons_nominated=date(2027, 4, 9),  # 18 working days before 6 May 2027
    )


def messages() -> Iterator[tuple[dict[str, Any], bytes]]:
    for number, record in enumerate(records()):
        yield record, _message(record, with_html=number % 3 == 1).as_bytes()


def _message(record: dict[str, Any], *, with_html: bool) -> EmailMessage:
    inbox = AREAS[record["area"]]["inbox"]
    message = _headers(record, record.get("to", inbox))
    date = message["Date"]
    message["Received"] = f"from mta.relay.example by mx.{inbox.partition('@')[2]} for <{inbox}>; {date}"
    message["Message-ID"] = f"<{record['id']}@mta.relay.example>"
    for name, value in record.get("headers", {}).items():
        message[name] = value
    kind, _, about = record.get("kind", "").partition(" ")
    message.set_content(record["body"])
    if kind == "dsn":
        _report(
            message, "delivery-status", f"Final-Recipient: rfc822; {about}\nAction: failed\nStatus: 5.1.1\n\n"
        )
    elif kind == "mdn":
        _report(
            message, "disposition-notification", "Disposition: manual-action/MDN-sent-manually; displayed\n"
        )
    elif kind == "calendar":
        message.add_alternative(
            "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n", subtype="calendar"
        )
    elif with_html and "inside" not in record:
        paragraphs = "".join(
            f"<div>{html.escape(line) or '<br>'}</div>" for line in record["body"].split("\n")
        )
        message.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")
    if "inside" in record:
        inner = _headers(record["inside"], record["inside"]["to"])
        inner.set_content(record["inside"]["body"])
        message.add_attachment(inner)
    return message


def _headers(record: dict[str, Any], to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = record["from"], to
    if "cc" in record:
        message["Cc"] = record["cc"]
    message["Subject"] = record["subject"]
    message["Date"] = format_datetime(datetime.fromisoformat(record["date"]).replace(tzinfo=LONDON))
    return message


def _report(message: EmailMessage, subtype: str, fields: str) -> None:
    """RFC 3462: the words for people first, then the part for machines."""
    message.make_mixed()
    part = EmailMessage()
    part["Content-Type"] = f"message/{subtype}"
    part.set_payload([message_from_string(fields)])
    message.attach(part)
    message.replace_header(
        "Content-Type", message["Content-Type"].replace("multipart/mixed", "multipart/report")
    )
    message.set_param("report-type", subtype)
