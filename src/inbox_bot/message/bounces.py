# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Delivery reports: the structured ones (see `dsn`), and the prose of servers that never heard of RFC 3464."""

from __future__ import annotations

import re
from dataclasses import replace

from . import dsn, mailboxes
from .dsn import Report
from .model import Evidence, ParsedMessage
from .sieve import Sieved

_DAEMON = re.compile(
    r"(?i)^(?:mailer[-_. ]?daemon|mail[-_. ]?daemon|post[-_.]?master|mdaemon|mailerdaemon|smtpd?|mta|mmdf|bounces?|mailgun|mail[-_.]?(?:system|delivery|sub?system|server|gateway)|"
    r"uucp|microsoftexchange[0-9a-f]+|exchange|system[-_. ]?administrator|amavis\w*|mimesweeper|double-bounce|mxbounce|\w*smtp[-_]?(?:mail|gateway|server|service)\w*)(?:[+@-].*)?$"
)
# Other programs write from these, too: they need a failure told twice and a named recipient.
_ROBOT = re.compile(
    r"(?i)^(?:no-?reply|do-?not-?reply|mail|root|delivery[-_.]?\w*|administrator|admin|notes|staff|support|info|webmaster|autoreply|majordomo|listserv|owner-.*|.*-(?:owner|request|admin|bounces?))(?:[+-].*)?$"
)
_DAEMON_NAME = re.compile(
    r"(?i)\b(?:mail(?:er)?[ -]?(?:delivery|daemon|system|administrator|router|gateway)|delivery (?:subsystem|system|status|notification)|postmaster|system administrator|mail ?sub ?system|microsoft (?:outlook|exchange)|internet mail|mailerdaemon|mdaemon|exchange server|message transfer|complaints?|feedback loop)\b"
)
_SUBJECT = Sieved(
    r"""(?ix)
    undeliver|non[- ]?deliver|un-?deliverable|delivery[- ](?:status|failure|failed|notification|report|problem|error|has\s+failed|unsuccessful|impossible|incomplete|delayed)|(?:mail|message)\s+(?:delivery|could\s+not|not\s+deliver|system\s+error|status|delayed|is\s+delayed|undeliver|rejected|returned)
    |(?:failure|failed|error|problem|unable|could\s+not|cannot|not)\b.{0,30}\b(?:deliver|send|notice|notification)|returned?\s+(?:mail|message|to\s+sender)|returning\s+message|returned\s+mail|failure\s+notice|mail\s+(?:fail|error|bounced?)|(?:failed|rejected|refused|bounced)\s+(?:e-?)?mail\b|bounced?\s+(?:mail|message)|message\s+(?:delayed|rejected|blocked|quarantin)
    |warning:\s+(?:could\s+not|message)|(?:e-?mail|message)\s+(?:account|address)\s+(?:changed?|inactive|disabled|not\s+valid)|nondeliverable|mdaemon\s+notification|user\s+unknown|unknown\s+(?:user|recipient|address)|unzustellbar|nicht\s+zugestellt|zustellung|zustellbarkeit|fehlgeschlagen
    |non\s+remis|échec\s+de\s+la\s+remise|courrier\s+non|undelivered|no\s+se\s+(?:puede|pudo|ha\s+podido)\s+entregar|entrega|non\s+recapitabile|mancato\s+recapito|onbestelbaar|niet\s+bezorgd|ikke\s+leveret|kan\s+ikke\s+leveres|går\s+inte\s+att\s+leverera|toimittaminen|niedostarczon|nie\s+można\s+dostarczyć|nedoručiteľn|nedoručiteln|kézbesíthetetlen|не\s+удалось|недоставлен|не\s+доставлен|teslim\s+edil
    |配信不能|配信できません|送信できません|エラーメール|メールエラー|無法投遞|(?:传输|投递|发送|傳輸|投遞|發送|传送|傳送|邮件|郵件)失[败敗]|退信|系统退信|failnotice|ni\s+ellir\s+(?:ei\s+)?(?:d?danfon|anfon|d?dosbarthu)|methu\s+(?:â\s+)?(?:danfon|dosbarthu|anfon)|email\s+feedback\s+report|abuse\s+report|complaint\s+(?:about|from)|spam\s+report|dmarc|delivery\s+reports?\s+about|permanent\s+(?:error|failure)|nondelivery|report\s+\(
    """
)
_FAILED = Sieved(
    r"""(?ix)
    (?:could\s*n[o']t|cannot|can\s*not|can't|unable\s+to|was\s+not|were\s+not|not\s+be(?:en)?|has\s+not|did\s+not|(?:is|are|was|were)n't\s+able\s+to|fail(?:ed|s|ure)?\s+to|failed|undeliver|impossible\s+to|unsuccessful|did\s*n[o']t)\b[^.\n]{0,60}(?:deliver|reach|send|sent|route|complete|forward|accept|find\s+(?:your|the)|be\s+processed|wasn't)
    |delivery\s+(?:to|of|has|for|failed|attempt|status|error|failure|was|did|temporarily|not)\b[^\n]{0,80}(?:fail|unsuccess|not|error|rejected|undeliver|abort|suspend|problem)|undeliver(?:able|ed)|(?:permanent|fatal|temporary|transient|unrecoverable)\s+(?:fatal\s+)?(?:errors?|failure|delivery)
    |user\s+(?:is\s+)?(?:unknown|doesn'?t|not\s+(?:found|known)|\S+\s+does)|invalid\s+(?:user|recipient|address|mailbox)|no\s+such\s+(?:user|mailbox|recipient|person|address|domain)|unknown\s+(?:user|recipient|address|local|mailbox|host)|(?:mailbox|account|recipient|address|user|domain|host|mail\s*folder)\b[^\n]{0,40}(?:full|over\s+quota|unavailable|not\s+found|does\s*n[o']t\s+exist|not\s+exist|disabled|invalid|unknown|inactive|suspended|reject|expired|not\s+(?:valid|listed|known|recogni))
    |(?:message|mail|e-?mail)\b[^\n]{0,40}(?:bounced|returned|rejected|refused|blocked|undeliver|not\s+delivered|delayed|too\s+large)|\b5\d\d[ -]\d\.\d\.\d|\b[45]\.\d{1,3}\.\d{1,3}\b|\b(?:4[2-5]\d|5[0-5]\d)[ -][^\d\n]{4,}|remote\s+host\s+said|smtp\s+error|non[- ]?delivery|could\s+not\s+be\s+found|wasn't\s+found|host\s+(?:not\s+found|unreachable)|relay(?:ing)?\s+denied|will\s+(?:be\s+retried|keep\s+trying|continue\s+to\s+try)|quota|mail\s+has\s+been\s+returned|did\s+not\s+exactly\s+match
    |unzustellbar|nicht\s+zugestellt|konnte\s+nicht|n'a\s+pas\s+pu\s+être|no\s+se\s+ha\s+podido|non\s+è\s+stato\s+possibile|kon\s+niet|配信|送信でき|宛先|エラー|не\s+может|не\s+удалось|недоставлен
    """
)
_DELAY = Sieved(
    r"(?i)\b(?:will (?:be re-?tried|(?:keep|continue) (?:trying|to (?:try|be made)|attempting)|retry|try again|be retried)|still (?:being|trying|undelivered|in (?:the )?queue)|has been delayed|is delayed|delivery (?:delayed|is delayed|temporarily suspended)|not yet been delivered|has not (?:yet )?been (?:collected|delivered)[^.\n]{0,40}yet|has been postponed|you do not need to (?:re-?send|do anything)|warning message only|no action is required)|could not (?:be )?(?:sent?|deliver(?:ed)?)(?: message)? for (?:the )?(?:past|last) \d"
)
_GAVE_UP = Sieved(
    r"(?i)giving up|given up|will not be retried|permanent|expired|undeliverable|failed permanently|have been exceeded|retry time(?:out)? exceeded|could not be delivered within|too long"
)
_SMTP = Sieved(
    r"(?<![\d.])([45])\d\d[ \-#:](?:#?[45]\.\d{1,3}\.\d{1,3})?|(?<![\d.])([45])\.\d{1,3}\.\d{1,3}(?![\d.])"
)
_ANCHOR = Sieved(
    r"""(?ix)
    (?:following|these|this|the)\s+(?:e-?mail\s+|local\s+|intended\s+|destination\s+|specified\s+)?(?:addresse?e?s?|addresses|address\(es\)|recipients?|recipient\(s\)|users?|mailbox(?:es)?|persons?|destinations?)\b[^\n]{0,60}
    |(?:deliver(?:y|ed|ing)?|sent?|sending|reach(?:ed)?|mail)\s+(?:\w+\s+){0,4}?(?:to|for)\b[^\n]{0,20}|recipients?\s*(?:address)?\s*:|failed\s+(?:recipients?|address)|permanent\s+fatal\s+errors|could\s+not\s+be\s+(?:delivered|reached)|undeliver\w+\s+(?:to|address)|(?:user|mailbox|account|address|recipient)\s+(?:unknown|not)|rcpt\s+to\s*:|did\s+not\s+reach|original-recipient|final-recipient|for\s+user|to:|unknown\s+(?:user|recipient|address|local)
    """
)
_BELOW = re.compile(
    r"(?im)^[ \t>]*(?:-{2,}\s*(?:this|below|original|returned|here|a|the)\b[^\n]{0,80}(?:copy|message|header|text|mail)[^\n]{0,40}|-{3,}\s*(?:original message|message header|undelivered|unsent)[^\n]{0,60}|original message (?:follows|headers?|below)[^\n]{0,40}|--- below this line is a copy of the message\.?|the original message (?:follows|was|is|headers)[^\n]{0,60}|a copy of (?:the|your) (?:original )?message[^\n]{0,60}|received: (?:from|by) |return-path: *<|message headers? follow[^\n]{0,20}|your (?:original )?message (?:follows|is (?:enclosed|attached|below))[^\n]{0,40}|={3,} ?message|\*{3,} ?original)"
)


# How machines alone put it: somebody who tells of a failure writes "my message", or about it in the middle.
_MACHINE_SAYS = re.compile(
    r"""(?imx)^[\s*]{0,10}
    (?:(?:the\s+following|your|this|an?)\s+(?:e-?)?(?:mail|message)s?\b[^.\n]{0,80}\n?[^.\n]{0,80}
        \b(?:did\s+not\s+reach|(?:could|can)\s*(?:not|n't)\s+be\s+delivered|was\s*n(?:o|')t\s+delivered|was\s+undeliverable|has\s+been\s+returned|wasn't|couldn't|cannot)
    |(?:unable\s+to|could\s+not|cannot)\s+deliver\s+(?:the\s+|your\s+)?message\s+to\b
    |(?:sent\s+)?<<<\s+rcpt\s+to:|-{2,}\s*failed\s+recipients?\s*-{2,}|failed\s+recipient:)
    """
)

_PERSONAL = re.compile(
    r"(?im)^\W*(?:dear|hello|hi|good (?:morning|afternoon|evening)|annwyl|helo)\b(?!\W*$|[.!] this is the)[^\n]{0,40},?\s*$"
    r"|\?\s*$|\bI (?:have|had|am|was|sent|tried|wrote|would|think|wonder|live|need|want|hope)\b"
)


def read(message: ParsedMessage) -> Report | None:
    """The report a message is, None where it is none."""
    report = dsn.read(message) or _handed_on(message)
    if report is None:
        return _prose(message)
    if not report.actions and (prose := _prose(message)) is not None:
        return prose
    if report.kind != "receipt" and not report.recipients:
        told = _prose_recipients(message) or dsn.unique(dsn.original_recipients(message))
        return replace(report, recipients=told)
    return report


def _handed_on(message: ParsedMessage) -> Report | None:
    """The report inside a report: gateways that check mail attach the whole one to a copy of its headers."""
    if len(message.embedded) != 1 or not is_daemon(message):
        return None
    return read(message.embedded[0]) if message.embedded[0].content_type == "multipart/report" else None


def is_daemon(message: ParsedMessage) -> bool:
    """Whether a mail system is named as the author."""
    author = message.author
    local = author.email.replace("\\", "").replace('"', "").partition("@")[0]
    return bool(
        _DAEMON.match(local)
        or _DAEMON_NAME.search(author.name)
        or re.match(r"(?i)mailer-daemon|postmaster|system administrator", author.name)
    )


def is_refusal(message: ParsedMessage, disposition: str) -> bool:
    """Whether a disposition notification tells of a refusal: so Sieve's `reject` answers (RFC 5429 2.1.1)."""
    return bool(
        re.search(r"(?i)automatic-action.*\b(?:deleted|failed|denied)\b", disposition)
        and re.search(r"(?i)\b(?:reject|refus)", f"{message.subject} {message.text[:500]}")
    )


# -- prose -------------------------------------------------------------------------------------------


def _prose(message: ParsedMessage) -> Report | None:
    subject = message.subject
    null_path = message.header("return-path").strip() in {"<>", "< >"}
    daemon = is_daemon(message)
    x_failed = message.header("x-failed-recipients")
    named = bool(_SUBJECT.search(subject))
    report = message.content_type == "multipart/report"
    strong = sum((daemon, null_path, bool(x_failed), report, named))
    if not (x_failed or daemon or named or strong >= 2):
        return None  # whatever its words are, as most mail
    failure = _FAILED.search(message.text[:6000])
    said = failure is not None
    reply = bool(re.match(r"(?i)\s*(?:re|fwd?|aw|sv)\s*:", subject))
    top = _own_part(message.text)
    told = len(_FAILED.findall(top[:6000]))
    if reply and not (daemon and (null_path or told >= 2)):
        return None
    machine = bool(_MACHINE_SAYS.search(top[:3000])) and not _PERSONAL.search(top[:3000])
    if not (
        x_failed
        or (strong >= 2 and said)
        or (daemon and (named or report or machine or told >= 2))
        or (named and machine)
        or (named and told >= 2 and _is_robot(message) and _prose_recipients(message))
    ):
        return None
    # A daemon's name with nothing failed: a notice of another kind.
    if not said and not named and not x_failed:
        return None
    evidence = [
        Evidence(rule=rule, text=text[:120], source=source)
        for rule, text, source, holds in (
            ("daemon sender", message.author.email or message.author.name, "RFC 5321 4.5.5", daemon),
            ("null return path", "<>", "RFC 3834 2", null_path),
            ("X-Failed-Recipients", x_failed, "Exim", bool(x_failed)),
            ("subject", subject, "", named),
            ("failure told in words", failure[0] if failure else "", "", said),
        )
        if holds
    ]
    delay = bool(_DELAY.search(top + " " + subject)) and not _GAVE_UP.search(top)
    code = next((m[1] or m[2] for m in _SMTP.finditer(top)), "")
    recipients = [a.email for a in mailboxes.addresses(x_failed)] if x_failed else _refusing(message)
    recipients = recipients or list(_prose_recipients(message)) or dsn.original_recipients(message)
    return Report(
        kind="delay" if delay else "bounce",
        permanent=False if delay else code != "4",
        recipients=dsn.unique(recipients),
        original_message_id=dsn.original_message_id(message),
        evidence=tuple(evidence),
    )


def _refusing(message: ParsedMessage) -> list[str]:
    """Whom a disposition notification is about (RFC 8098 3.2.4)."""
    return [
        email
        for a in message.attachments
        if a.content_type == "message/disposition-notification"
        for block in dsn.fields_of(a)
        if (email := dsn.recipient_of(block))
    ]


def _is_robot(message: ParsedMessage) -> bool:
    return bool(_ROBOT.match(message.author.email.partition("@")[0]))


def _own_part(text: str) -> str:
    """The server's words, without the copy of what bounced."""
    match = _BELOW.search(text)
    return text[: match.start()] if match and match.start() > 40 else text[:8000]


def _prose_recipients(message: ParsedMessage) -> tuple[str, ...]:
    """Addresses that the server's prose names as failed, best told first."""
    top = _own_part(message.text)
    own = {a.email for a in (*message.to, *message.from_, *message.cc)}
    own_domains = {a.domain for a in message.from_}
    found: list[str] = []
    listed: list[str] = []  # "To:" of our own mail, as Exchange repeats it: not all of them need have failed
    loose: list[str] = []
    returned: list[str] = []  # addresses of the report's own recipients: a mail to oneself can bounce
    anchored = 0
    for line in top.split("\n")[:300]:
        if re.match(
            r"\s*(?:from|sender|reporting-mta|message-id|reply-to|return-path|cc|subject|remote-mta|x-\S+|in-reply-to|references|date)\s*:",
            line,
            re.I,
        ):
            continue
        has_anchor = bool(_ANCHOR.search(line))
        repeated = re.match(r"[\s*•·-]*(?:to|at)\s*:", line, re.I)
        for match in dsn.ADDRESS.finditer(line[:1000]):
            email = re.sub(r"^smtp[=:]", "", match[1].strip(".'").lower())
            local, _, domain = email.partition("@")
            if email in own and re.match(r"[\s<\"']*" + re.escape(match[1]), line, re.I):
                returned.append(email)
            if (
                email in own
                or _DAEMON.match(local)
                or "." not in domain
                or re.match(r"(?:help|support|hostmaster|webmaster)$", local)
                or re.search(r"(?i)(?<!generated )\bfrom:?\s+[\"'<(]{0,3}$", line[: match.start()])
            ):
                continue
            if re.search(r"(?i)(?:message-?id|<[^<>]*\.[^<>]*@[^<>]*>\s*$)", line) and re.search(
                r"(?i)\bid\b|message-id", line
            ):
                continue
            start = bool(
                re.match(rf"^[\s<>*\"'\[(:;-]*(?:smtp:|mailto:|rfc822;)?\s*{re.escape(match[1])}", line, re.I)
            )
            if repeated:
                listed.append(email)
            elif has_anchor or start or anchored > 0 or re.search(r"(?<!\d)[45]\d\d[ -]|[45]\.\d\.\d", line):
                found.append(email)
            elif domain not in own_domains:
                loose.append(email)
        anchored = 6 if has_anchor else max(0, anchored - 1)
    return dsn.unique(found or listed or loose or returned)
