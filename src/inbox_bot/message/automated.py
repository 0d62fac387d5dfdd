"""Whether a machine wrote a message, of what kind, and every piece of evidence for it.

An ordered table of tests: the first that decides names the kind; what merely hints is kept as evidence. A
web form or a mailing list that carries a person's words is that person's mail, whatever its headers say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from . import body, bounces, dsn, machinewords, webform
from .hints import hints_of
from .model import Automated, Evidence, ParsedMessage

# Begins as a letter does: with a greeting, not to readers; below a heading only with one to an office.
_LETTER = re.compile(
    r"(?i)\s*(?:(?:dear|hi|hello|good (?:morning|afternoon|evening)|annwyl|helo|sir|madam|to whom)\b"
    r"(?! (?:(?:valued |fellow )?(?:reader|subscriber|member|supporter|customer)s?|dd?arllen(?:ydd|wyr)|"
    r"d?danysgrif\w+|aelod(?:au)?)\b)"
    r"|[^\n]{1,40}\n\s*(?:dear|annwyl) (?:sirs?\b|madam|m[rs]s?\b|dr\b|team|police|commissioner|comisiynydd|"
    r"gomisiynydd|office|swyddfa|chief|election|opcc|pcc))"
)
_ASKS = re.compile(
    r"\?\s*(?:$|\n|[A-Z])|(?i:\b(?:could|can|would|may|will) (?:you|I|we)\b"
    r"|\bplease (?:send|tell|provide|supply|disclose|let me know|confirm|could)\b"
    r"|\b(?:I|we)(?:['’]d| should) like (?:to (?:know|ask|see|receive|have)|copies|a copy)\b"
    r"|\b(?:I|we|group|watch|committee|council|residents|members) (?:would like|wish|want|am writing|request)"
    r"|\bfrom you,? (?:I|we) (?:need|want|would)|\b(?:I|we) need (?:from you|to know|to hear)\b"
    r"|wonder(?:ing)? (?:if|whether)|would like to (?:know|ask))"
)
_QUOTED = re.compile(r"[\"“][^\"“”]{0,400}[\"”]")


def detect(
    message: ParsedMessage,
    *,
    own_addresses: frozenset[str] = frozenset(),
    is_own: Callable[[ParsedMessage], bool] | None = None,
) -> Automated:
    """The kind of machine that wrote it, or kind None for a person. `is_own` verifies the keyed mark."""
    if is_own is not None and is_own(message):
        return Automated(
            kind="own_mail",
            original_message_id=message.message_id,
            evidence=(Evidence(rule="own mark", text="keyed mark verified"),),
        )
    hints = hints_of(message)
    for test in (
        _calendar,
        _feedback,
        _disposition,
        _bounce,
        _challenge,
        _receipt,
        _auto_reply,
        _desk_receipt,
        _list,
    ):
        found = test(message, hints, own_addresses)
        if found is not None:
            return found
    return Automated(evidence=tuple(hints))


def acknowledges(words: str) -> bool:
    """Whether the words confirm that something was received and ask nothing, as machines do."""
    return machinewords.RECEIVED.search(words[:2000]) is not None and not asks(words[:2000])


def _named(hints: list[Evidence], *rules: str) -> list[Evidence]:
    return [h for h in hints if h.rule.lower() in rules]


def _calendar(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """Meeting requests and responses (RFC 5546). A calendar file sent along with a letter is a document."""
    for part in message.attachments:
        if part.content_type != "text/calendar":
            continue
        method = re.search(
            rb"(?im)^METHOD:\s*(REQUEST|REPLY|CANCEL|COUNTER|DECLINECOUNTER|REFRESH|ADD)\b",
            part.content[:100_000],
        )
        if method:
            evidence = Evidence(
                rule="calendar", text=f"METHOD:{method[1].decode().upper()}", source="RFC 5546"
            )
            return Automated(kind="calendar", evidence=(evidence, *hints))
    if (
        re.match(
            r"(?i)IPM\.Schedule\.Meeting",
            message.header("x-ms-exchange-calendar-series-instance-id") or message.header("content-class"),
        )
        or "calendarmessage" in message.header("content-class").lower()
    ):
        return Automated(
            kind="calendar",
            evidence=(
                Evidence(rule="calendar", text=message.header("content-class"), source="Exchange"),
                *hints,
            ),
        )
    return None


def _feedback(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """Abuse feedback reports (RFC 5965): about our mail, but no failure of delivery."""
    report = any(a.content_type == "message/feedback-report" for a in message.attachments)
    hotmail = any(m.header("x-hmxmroriginalrecipient") for m in message.embedded)  # before there was an RFC
    if report or hotmail:
        return Automated(
            kind="receipt",
            original_message_id=dsn.original_message_id(message),
            evidence=(Evidence(rule="feedback report", source="RFC 5965" if report else "vendor"), *hints),
        )
    return None


def _disposition(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """Message disposition notifications (RFC 3798, now RFC 8098)."""
    for part in message.attachments:
        if part.content_type == "message/disposition-notification":
            said = re.search(rb"(?im)^Disposition:\s*([^\r\n]{1,100})", part.content[:20_000])
            text = said[1].decode("utf-8", "replace") if said else ""
            if bounces.is_refusal(message, text):
                return None
            return Automated(
                kind="receipt",
                original_message_id=dsn.original_message_id(message),
                evidence=(Evidence(rule="disposition notification", text=text, source="RFC 3798"), *hints),
            )
    return None


def _bounce(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    report = bounces.read(message)
    if report is None:
        return None
    return Automated(
        kind=report.kind,
        permanent=report.permanent,
        bounced_recipients=tuple(r for r in report.recipients if r not in own) or report.recipients,
        original_message_id=report.original_message_id,
        evidence=(*report.evidence, *hints),
    )


def _challenge(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    text = f"{message.subject}\n{message.text[:3000]}"
    found = machinewords.CHALLENGE.search(text)
    if found is None:
        return None
    answered = bool(message.in_reply_to or message.references or re.match(r"(?i)\s*re:", message.subject))
    linked = bool(re.search(r"https?://", message.text[:5000])) or "reply" in text.lower()
    # Unasked and without a header that says so, it takes two such phrases and no question.
    plain = len(machinewords.CHALLENGE.findall(text)) >= 2 and not asks(message.text[:3000])
    if linked and (hints or answered or plain) and len(message.text) < 8000:
        return Automated(
            kind="challenge",
            original_message_id=dsn.original_message_id(message),
            evidence=(Evidence(rule="challenge-response", text=found[0][:100]), *hints),
        )
    return None


def _receipt(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """Read receipts in words: the subject's prefix and the sentence that Exchange writes."""
    if (
        machinewords.RECEIPT_SUBJECT.match(message.subject)
        and machinewords.RECEIPT_BODY.search(message.text[:2000])
        and len(message.text) < 3000
    ):
        return Automated(
            kind="receipt",
            original_message_id=dsn.original_message_id(message),
            evidence=(Evidence(rule="receipt in words", text=message.subject), *hints),
        )
    return None


def _auto_reply(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """Out-of-office notes and acknowledgements: a header that says so, or subject and body together."""
    if webform.read(message) is not None:
        return None
    submitted = next((h.text for h in hints if h.rule == "Auto-Submitted"), "")
    vendor = [
        h
        for h in hints
        if h.source == "vendor" and h.rule.lower() not in {"x-loop", "x-ms-exchange-inbox-rules-loop"}
    ]
    precedence = any(h.rule == "Precedence" and h.text.startswith("auto") for h in hints)
    null_path = bool(_named(hints, "null return path"))
    suppressed = any(h.rule == "X-Auto-Response-Suppress" for h in hints)
    words = body.cut(message).new or message.text[:2000]
    prefix = machinewords.AUTO_PREFIX.match(message.subject)
    subject = prefix or machinewords.AWAY_SUBJECT.match(message.subject)
    leave = machinewords.LEAVE_SUBJECT.match(message.subject)
    answered = bool(message.in_reply_to or message.references)
    filters = machinewords.FILTER.match(message.author.email) is not None
    gone = answered and machinewords.GONE.search(words[:2000]) is not None
    no_answer = machinewords.NO_ANSWER.search(words[:2000]) is not None
    if not (hints or subject or leave or filters or gone or no_answer):
        return None  # nothing that it takes besides the words, as in most mail
    away = [m[0] for m in machinewords.AWAY.finditer(words[:3000])]
    thanks = machinewords.RECEIVED.search(words[:2000])
    held = machinewords.HELD.search(message.subject)
    evidence: list[Evidence] = []
    if subject or leave:
        evidence.append(Evidence(rule="auto-reply subject", text=message.subject[:120]))
    if away:
        evidence.append(Evidence(rule="absence in words", text="; ".join(away[:3])[:120]))
    if thanks:
        evidence.append(Evidence(rule="acknowledgement in words", text=thanks[0][:120]))
    if held:
        evidence.append(Evidence(rule="a filter's list", text=held[0][:120]))
    decided = (
        submitted.startswith(("auto-replied", "auto-notified"))
        or bool(vendor)
        or precedence
        or (
            submitted.startswith("auto-generated")
            and (bool(subject) or bool(away) or bool(thanks) or not asks(words))
        )
        or (filters and (submitted.startswith("auto-generated") or held is not None))
        or (bool(prefix) and not re.match(r"(?i)\s*(?:re|fwd?)\s*:", message.subject))
        or (bool(subject) and (bool(away) or suppressed or null_path) and len(words) < 3000)
        or (bool(leave) and (bool(away) or suppressed or null_path) and not asks(words) and len(words) < 3000)
        or ((null_path or suppressed) and (bool(away) or bool(thanks)) and len(words) < 4000)
        or (null_path and bool(message.in_reply_to or message.references) and not asks(words))
        or (null_path and machinewords.NO_REPLY.match(message.author.email) is not None and not asks(words))
        or (bool(_named(hints, "daemon sender")) and not asks(words))
        or (gone and not asks(words))
        or (no_answer and bool(thanks) and not asks(words))
    )
    if not decided:
        return None
    return Automated(
        kind="auto_reply",
        original_message_id=dsn.original_message_id(message),
        evidence=(*evidence, *hints),
    )


def _desk_receipt(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """A service desk's receipt without any mark in its header: it says that our message was received, gives
    it a number, and nobody speaks in it. What it asks besides ("Need a poster?") asks everybody. The office's
    own answers read like that, too."""
    if (
        message.author.email in own
        or webform.read(message) is not None
        or re.match(r"(?i)\s*fwd?\s*:", message.subject)
    ):
        return None
    words = (body.cut(message).new or message.text)[:1500]
    # A person's answer has our own receipt in its subject and below.
    heading = "" if re.match(r"(?i)\s*(?:re|ateb|atb)\s*:", message.subject) else message.subject
    said = machinewords.DESK_SAYS.search(f"{heading}\n{words}")
    if said is None and machinewords.REPLY_ABOVE.search(message.text):
        said = machinewords.DESK_THANKS.search(words)
    if said is None:
        return None
    number = machinewords.CASE_NUMBER.search(message.subject) or machinewords.CASE_NUMBER.search(words)
    if number is None or machinewords.ONE_PERSON.search(words) or len(message.text) > 4000:
        return None
    return Automated(
        kind="auto_reply",
        original_message_id=dsn.original_message_id(message),
        evidence=(Evidence(rule="a desk's receipt", text=f"{said[0][:90]}; {number[0][:25]}"), *hints),
    )


def asks(words: str) -> bool:
    """Whether a person's question stands in the words."""
    return _ASKS.search(words) is not None


def _list(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """Newsletters and bulk mail. A List-Id alone proves nothing: an office's own address may be a group."""
    marks = _named(
        hints,
        "list-id",
        "list-unsubscribe",
        "feedback-id",
        "x-campaign",
        "x-campaignid",
        "x-mailgun-sid",
        "x-mc-user",
        "precedence",
    )
    if not marks:
        return None
    if webform.read(message) is not None:
        return None
    said = machinewords.BULK_BODY.findall(message.text[:100_000])
    if len(said) < 2 and all(mark.rule == "Feedback-Id" for mark in marks):
        return None  # some mail services count every message so, people's own among them
    new = body.cut(message).new
    unsubscribe = bool(_named(hints, "list-unsubscribe"))
    bulk = any(h.rule == "Precedence" and h.text in {"bulk", "junk"} for h in hints)
    posted = bool(message.header("list-post")) and not re.match(r"(?i)\s*no\b", message.header("list-post"))
    letter = bool(_LETTER.match(new)) and asks(new)
    discussion = posted or any(h.rule == "Precedence" and h.text == "list" for h in hints)
    if letter and (discussion or len(said) < 2):
        return None
    if (
        discussion
        and new
        and not machinewords.BULK_BODY.search(new)
        and message.body_source == "plain"
        and not machinewords.ROBOT.match(message.author.email)
    ):
        return None  # a member's posting
    if said and (unsubscribe or any(h.rule == "Precedence" for h in hints) or len(said) >= 2 or not posted):
        return Automated(
            kind="list",
            evidence=(
                Evidence(rule="bulk in words", text=", ".join(dict.fromkeys(s.lower() for s in said))[:120]),
                *hints,
            ),
        )
    said_here = _QUOTED.sub("", new)
    nobody = not re.search(r"\b(?:[Ww]e|[Oo]ur|[Uu]s)\b", said_here)
    nobody = nobody and not machinewords.ONE_PERSON.search(said_here)
    if (unsubscribe or (bulk and nobody)) and not posted and not letter and not message.in_reply_to:
        return Automated(kind="list", evidence=tuple(hints))
    return None
