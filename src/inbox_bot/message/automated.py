# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Whether a machine wrote a message, of what kind, and every piece of evidence for it.

An ordered table of tests: the first that decides names the kind; what merely hints is kept as evidence. A
web form or a mailing list that carries a person's words is that person's mail, whatever its headers say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from . import body, bounces, webform
from .model import Automated, Evidence, ParsedMessage
from .sieve import Sieved

_AUTO_SUBJECT = re.compile(
    r"""(?ix)^\s*(?:\[[^\]]{1,30}\]\s*)?(?:
    auto(?:matic|mated|mátic[ao]|matisk[te]*|matische?s?|matica|matyczn[ae]|matick[áé])?[-\s]*(?:reply|response|respon[ds]er?|antwort|antwoord|svar|svare|vastaus|odpowiedź|odpověď|válasz)\b
    |auto(?:matic)?\s*:|auto-?re(?:ply|sponse)|automatisch(?:e|es)?\s+(?:antwort|antwoord|beantwortung)|automatiskt?\s+(?:svar|svara)|réponse\s+automatique|respuesta\s+autom[aá]tica|risposta\s+automatica|resposta\s+autom[aá]tica|automaattinen\s+vastaus|odpowiedź\s+automatyczna|autosvar|automatikus\s+válasz|răspuns\s+automat|автоответ|автоматический\s+ответ|otomatik\s+yanıt|自動返信|自动回复
    |ateb\s+awtomatig|ymateb\s+awtomatig|neges\s+awtomatig|out[-\s]+of[-\s]+(?:the[-\s]+)?office|ooo\b|allan\s+o'?r\s+swyddfa|nid\s+wyf\s+yn\s+y\s+swyddfa|abwesenheit|abwesend|außer\s+haus|nicht\s+im\s+(?:büro|haus)|absence|absent\s+du\s+bureau|fuera\s+de\s+la\s+oficina|fuori\s+(?:sede|ufficio)|ausente|ausência|afwezig|niet\s+aanwezig|frånvaro|fraværende|fravær|ikke\s+til\s+stede|poissa|poza\s+biurem|nieobecno|mimo\s+kancelář|házon\s+kívül|away\s+from\s+(?:my|the)\s+(?:office|desk|mail|e-?mail)|on\s+(?:annual\s+)?leave|on\s+holiday|vacation\s+(?:reply|response|message|auto)|holiday\s+(?:reply|notice)|ar\s+wyliau|maternity\s+leave
    )"""
)
# Lotus Notes: "Bea Birch/HQ/Force is out of the office". People write such subjects, too.
_SOMEBODY_AWAY = re.compile(
    r"(?i)^[^\n:?]{2,80}\b(?:is|am)\s+(?:currently\s+|now\s+)?(?:out\s+of\s+(?:the\s+)?office|away|on\s+(?:annual\s+)?leave)\b[^?]{0,60}$"
)
_STRICT_PREFIX = re.compile(
    r"(?i)^\s*\[auto(?:matic(?:ally)?)?[- ]?(?:generated|reply|response)\]|^\s*(?:automatic reply|automated reply|auto(?:-| )?reply|auto(?:-| )?response|automatische antwort|abwesenheitsnotiz|réponse automatique|respuesta automática|risposta automatica|resposta automática|automatisch antwoord|automatiskt svar|automatisk svar|autosvar|automaattinen vastaus|ateb awtomatig|out of office|odpowiedź automatyczna|automatická odpověď|automatikus válasz|auto)\s*(?:autoreply)?\s*(?:reply|message)?\s*:"
)
_AWAY = Sieved(
    r"""(?ix)
    \bI(?:'m|’m|\s+am|\s+will\s+be|'ll\s+be|’ll\s+be|\s+shall\s+be)\s+(?:\w+\s+){0,3}?(?:out\s+of\s+(?:the\s+)?office|away|on\s+(?:annual\s+|maternity\s+|paternity\s+|sick\s+|parental\s+|study\s+|special\s+)?leave|on\s+holiday|on\s+vacation|off(?:\s+up|\s+work|\s+sick|\s+until|\s+till|\s+on|\s+the)?\b|not\s+in\s+the\s+office|unavailable|travelling|abroad|out\s+until)
    |\b(?:currently|now)\s+(?:out\s+of|away|on\s+(?:annual\s+)?leave)|\bno\s+(?:access\s+to\s+(?:my\s+)?e?-?mails?|signal)|(?:limited|no|intermittent|little|without)\s+access\s+to\s+(?:my\s+)?e-?mails?|\bback\s+(?:in\s+the\s+office|at\s+work)?\s*on\b|(?:return|be\s+back|returning)\s+(?:to\s+(?:the\s+office|work)\s+)?(?:on|in|until)\b|\b(?:until|till|til)\s+(?:the\s+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)
    |(?:if|for)\s+(?:it'?s?|this|your\s+\w+|the\s+matter|you\s+\w+|anything)?\s*(?:is\s+|about\s+|\w+\s+)?(?:urgent|immediate)|urgent\s+(?:matters|enquiries|queries|requests|issues)|in\s+my\s+absence|will\s+(?:reply|respond|deal\s+with|read|be\s+read|answer)[^.\n]{0,40}(?:on\s+my\s+return|when\s+I|upon|as\s+soon\s+as)|this\s+is\s+an\s+auto(?:matic|mated)|automatically\s+generated|do\s+not\s+reply\s+to\s+this
    |rwy(?:'n|f\s+yn)\s+(?:\w+\s+){0,3}?(?:allan\s+o|ar\s+wyliau|absennol|i\s+ffwrdd)|ar\s+(?:wyliau|gyfnod)|allan\s+o'?r\s+swyddfa|bydda[fi]?\s*'?n\s+(?:ôl|dychwelyd)|tan\s+(?:ddydd|y)|neges\s+awtomatig
    |ich\s+bin\s+(?:\w+\s+){0,6}?(?:nicht|abwesend|ab|bis|im\s+urlaub)|je\s+suis\s+(?:actuellement\s+)?(?:absent|en\s+congé)|estoy\s+(?:fuera|ausente|de\s+vacaciones)|estarei|sono\s+(?:assente|fuori)|ik\s+ben\s+(?:\w+\s+){0,3}?(?:afwezig|niet)|jag\s+är\s+(?:\w+\s+){0,3}?(?:borta|ledig|på\s+semester)|jeg\s+er\s+(?:\w+\s+){0,3}?(?:ikke|på\s+ferie|fraværende|tilbage)
    """
)
# The mailbox speaks, not its owner.
_GONE = re.compile(
    r"(?i)\b(?:no longer (?:work|employed|with|at|in post|in use|monitored|active)|(?:mailbox|inbox|account|address) is (?:not|no longer) (?:being )?(?:monitored|in use|active|checked)|has (?:now )?left the (?:organi[sz]ation|company|council|force|party|office)|ddim yn gweithio (?:i|yn|gyda)\b)"
)
_NO_ANSWER = re.compile(
    r"(?i)(?:please )?do not (?:reply|respond) to this (?:e-?mail|message)|peidiwch ag ateb y neges hon"
)
_RECEIVED = re.compile(
    r"(?i)(?:thank you for (?:contacting|your (?:e-?mail|message|enquiry|correspondence|query))[^.\n]{0,100}\.?.{0,200}(?:will (?:respond|reply|be (?:answered|dealt|in touch|passed))|aim to|endeavour|working days)|(?:your|this) (?:e-?mail|message|enquiry|request) has been (?:received|logged|registered)|this is an? auto(?:matic|mated)(?:ally generated)?|auto(?:matic|mated) (?:reply|response|acknowledg)|do not reply to this (?:e-?mail|message))"
)
_CHALLENGE = Sieved(
    r"(?i)(?:confirm|verify|prove|authenticat)\w*[^.\n]{0,80}(?:you are (?:a )?(?:human|person|real|not (?:a )?(?:robot|spam))|your (?:e-?mail|message|identity|address)[^.\n]{0,40}(?:so that|before|in order|to (?:be )?deliver|sender)|(?:before|so that|in order)[^.\n]{0,60}deliver)|challenge[- ]response|(?:anti-?spam|spam arrest|boxbe|spamarrest|qboxmail|bluebottle|choicemail|uol antispam|mailblocks|tmda|0spam|sender (?:verification|authentication))|your (?:message|e-?mail) waits until|your (?:message|e-?mail) (?:is|has been|was) (?:being )?(?:held|quarantined|waiting)[^.\n]{0,120}(?:confirm|verify|click|approv|reply)|(?:click|follow|reply)[^.\n]{0,80}(?:to (?:have|get|release) your (?:message|e-?mail)|so your (?:message|mail) (?:will|can) be)|just this once[^.\n]{0,60}(?:confirm|click|verify)|not (?:yet )?on (?:my|his|her|the) (?:approved|guest|safe|white) ?-?(?:senders?|list)"
)
_RECEIPT_SUBJECT = re.compile(
    r"(?i)^\s*(?:read|not read|read receipt|return receipt|receipt|delivered|gelesen|lu|leído|letto|lida|gelezen|læst|läst|lest|luettu|przeczytano|přečteno|confirmation de lecture|lesebestätigung|darllenwyd|return receipt \(displayed\)|disposition notification)\s*[:(-]"
)
_RECEIPT_BODY = Sieved(
    r"(?i)(?:was|has been|were) (?:read|displayed|opened|viewed|delivered|successfully delivered)|this is a (?:return|read|delivery) receipt|return receipt for the mail|no guarantee that the message has been read|wurde (?:gelesen|am)|a été (?:lu|affiché)|darllenwyd|deleted without being read|receipt for (?:your|the) (?:mail|message)"
)
_ROBOT = Sieved(
    r"(?i)(?:no-?reply|do-?not-?reply|newsletter|bulletin|news|info|marketing|offers|updates|notifications?|mailer|campaigns?|press|communications?)[^@]{0,30}@"
)
_BULK_BODY = re.compile(
    r"(?i)\b(?:un-?subscribe|manage (?:your )?(?:preferences|subscriptions?)|update (?:your )?preferences|opt[- ]out|you(?:'re| are)? (?:receiv\w+|subscribed|getting) (?:this|to|because)|read (?:this )?online|view (?:this (?:e-?mail|message) )?in (?:your |a )?browser|web version|in this issue|newsletter|dad-?danysgrifio|datdanysgrifio|cylchlythyr|abmelden|désabonner|desinscrire|cancelar suscripción|afmelden)\b"
)


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
    hints = _hints(message)
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
    return _RECEIVED.search(words[:2000]) is not None and not asks(words[:2000])


def _hints(message: ParsedMessage) -> list[Evidence]:
    """Headers by which programs say what they are. Each alone may stand on a person's mail, too."""
    out: list[Evidence] = []

    def note(rule: str, text: str, source: str) -> None:
        out.append(Evidence(rule=rule, text=text[:120], source=source))

    submitted = message.header("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        note("Auto-Submitted", submitted, "RFC 3834 5")
    if message.header("return-path").strip() in {"<>", "< >"}:
        note("null return path", "<>", "RFC 3834 2, RFC 5321 4.5.5")
    precedence = message.header("precedence").strip().lower()
    if precedence in {"bulk", "junk", "list", "auto_reply", "auto-reply", "autoreply", "fbl"}:
        note("Precedence", precedence, "RFC 3834 3.1.8")
    suppress = message.header("x-auto-response-suppress")
    if suppress:
        note("X-Auto-Response-Suppress", suppress, "MS-OXCMAIL 2.1.3.2.20")
    for name in (
        "x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-auto-reply-from", "x-mail-autoreply", "x-autogenerated",
        "x-auto-reply", "x-vacation", "x-away", "x-ms-exchange-inbox-rules-loop", "x-fc-machinegenerated", "x-mdautoresponder",
        "x-mailer-autoreply", "x-automatic-reply", "x-thunderbird-autoreply",
    ):  # fmt: skip
        # X-Autoreply without a value is as good as with one (seen in webmail of German public broadcasters).
        present = any(k == name for k, _ in message.headers)
        value = message.header(name).strip()
        if present and (value or name == "x-autoreply") and value.lower() not in {"no", "false", "0"}:
            note(name.title(), value, "vendor")
    if message.header("x-post-messageclass").strip().startswith("9"):
        note("X-POST-MessageClass", "9; Autoresponder", "vendor")
    if any("autoresponder" in v.lower() for v in message.header_all("delivered-to")):
        note("Delivered-To", "Autoresponder", "vendor")
    if re.search(
        r"(?i)vacation|autorespon|auto-?reply|out of office",
        message.header("x-mailer") + message.header("user-agent"),
    ):
        note("X-Mailer", message.header("x-mailer") or message.header("user-agent"), "vendor")
    for name in (
        "list-id",
        "list-unsubscribe",
        "list-post",
        "feedback-id",
        "x-campaign",
        "x-campaignid",
        "x-mailgun-sid",
        "x-mc-user",
    ):
        if message.header(name):
            note(name.title(), message.header(name), "RFC 2369, RFC 2919")
    if message.header("x-loop"):
        note("X-Loop", message.header("x-loop"), "vendor")
    if bounces.is_daemon(message) and re.match(r"(?i)mailer[-_. ]?daemon|postmaster", message.author.email):
        note("daemon sender", message.author.email, "RFC 5321 4.5.5")
    return out


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
    if any(a.content_type == "message/feedback-report" for a in message.attachments):
        return Automated(
            kind="receipt",
            original_message_id=bounces.original_message_id(message),
            evidence=(Evidence(rule="feedback report", source="RFC 5965"), *hints),
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
                original_message_id=bounces.original_message_id(message),
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
    found = _CHALLENGE.search(text)
    answered = bool(message.in_reply_to or message.references or re.match(r"(?i)\s*re:", message.subject))
    linked = bool(re.search(r"https?://", message.text[:5000])) or "reply" in text.lower()
    if found and linked and (hints or answered) and len(message.text) < 8000:
        return Automated(
            kind="challenge",
            original_message_id=bounces.original_message_id(message),
            evidence=(Evidence(rule="challenge-response", text=found[0][:100]), *hints),
        )
    return None


def _receipt(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """Read receipts in words: the subject's prefix and the sentence that Exchange writes."""
    if (
        _RECEIPT_SUBJECT.match(message.subject)
        and _RECEIPT_BODY.search(message.text[:2000])
        and len(message.text) < 3000
    ):
        return Automated(
            kind="receipt",
            original_message_id=bounces.original_message_id(message),
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
    away = [m[0] for m in _AWAY.finditer(words[:3000])]
    thanks = _RECEIVED.search(words[:2000])
    strict = _STRICT_PREFIX.match(message.subject)
    somebody = _SOMEBODY_AWAY.match(message.subject)
    subject = _AUTO_SUBJECT.match(message.subject) or strict or somebody
    answered = bool(message.in_reply_to or message.references)
    evidence: list[Evidence] = []
    if subject:
        evidence.append(Evidence(rule="auto-reply subject", text=subject[0]))
    if away:
        evidence.append(Evidence(rule="absence in words", text="; ".join(away[:3])[:120]))
    if thanks:
        evidence.append(Evidence(rule="acknowledgement in words", text=thanks[0][:120]))
    decided = (
        submitted.startswith(("auto-replied", "auto-notified"))
        or bool(vendor)
        or precedence
        or (
            submitted.startswith("auto-generated")
            and (bool(subject) or bool(away) or bool(thanks) or not asks(words))
        )
        or (bool(strict) and not re.match(r"(?i)\s*(?:re|fwd?)\s*:", message.subject))
        or (
            bool(subject)
            and (bool(away) or suppressed or null_path)
            and len(words) < 3000
            and not (somebody and asks(words))
        )
        or ((null_path or suppressed) and (bool(away) or bool(thanks)) and len(words) < 4000)
        or (null_path and bool(message.in_reply_to or message.references) and not asks(words))
        or (bool(_named(hints, "daemon sender")) and not asks(words))
        or (bool(_GONE.search(words[:2000])) and answered and not asks(words))
        or (bool(_NO_ANSWER.search(words[:2000])) and bool(thanks) and not asks(words))
    )
    if not decided:
        return None
    return Automated(
        kind="auto_reply",
        original_message_id=bounces.original_message_id(message),
        evidence=(*evidence, *hints),
    )


_DESK_SAYS = Sieved(
    r"(?i)\b(?:your|this|eich) (?:e-?mail|message|request|enquiry|query|contact|correspondence|neges|ymholiad|cais)\b[^.\n]{0,50}\b(?:has|have|was|is|wedi)\b[^.\n]{0,30}\b(?:received|logged|registered|recorded|created|given|assigned|dderbyn|gofrestru|rhoi)\b"
    r"|\bwe(?: have|'ve|’ve) (?:received |got |logged |now logged )?your (?:message|request|enquiry|e-?mail|query)|rydym wedi derbyn eich (?:neges|ymholiad|cais|e-?bost)|(?:type|write) your reply above this line"
)
_CASE_NUMBER = re.compile(
    r"#\s?\d{3,}|\b[A-Z]{1,8}[-/]\d[\w/-]{2,}|\b(?:ticket|case|ref(?:erence)?|number|cyf(?:eirnod)?|rhif)\b\W{1,4}(?:[\w]{1,8}[-/])*\d{3,}",
    re.ASCII,
)
_ONE_PERSON = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]e|[Mm]y|[Rr]wy['’]n|[Hh]offwn)\b")


def _desk_receipt(message: ParsedMessage, hints: list[Evidence], own: frozenset[str]) -> Automated | None:
    """A service desk's receipt without any mark in its header: it says that our message was received, gives
    it a number, and nobody speaks in it. What it asks besides ("Need a poster?") asks everybody."""
    if webform.read(message) is not None or re.match(r"(?i)\s*fwd?\s*:", message.subject):
        return None
    words = (body.cut(message).new or message.text)[:1500]
    said = _DESK_SAYS.search(f"{message.subject}\n{message.text[:1500]}")
    number = _CASE_NUMBER.search(message.subject) or _CASE_NUMBER.search(words)
    if said is None or number is None or _ONE_PERSON.search(words) or len(message.text) > 4000:
        return None
    return Automated(
        kind="auto_reply",
        original_message_id=bounces.original_message_id(message),
        evidence=(Evidence(rule="a desk's receipt", text=f"{said[0][:90]}; {number[0][:25]}"), *hints),
    )


def asks(words: str) -> bool:
    """Whether a person's question stands in the words."""
    return bool(
        re.search(
            r"\?\s*(?:$|\n|[A-Z])|(?i:\b(?:could|can|would|may|will) (?:you|I|we)\b|\bplease (?:send|tell|provide|let me know|confirm|could)\b|\b(?:I|we|group|watch|committee|council|residents|members) (?:would like|wish|want|am writing|request)|wonder(?:ing)? (?:if|whether)|would like to (?:know|ask))",
            words,
        )
    )


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
    said = _BULK_BODY.findall(message.text[:100_000])
    new = body.cut(message).new
    unsubscribe = bool(_named(hints, "list-unsubscribe"))
    posted = bool(message.header("list-post")) and not re.match(r"(?i)\s*no\b", message.header("list-post"))
    letter = bool(
        re.match(
            r"(?i)\s*(?:dear|hi|hello|good (?:morning|afternoon|evening)|annwyl|helo|sir|madam|to whom)\b",
            new,
        )
    ) and asks(new)
    discussion = posted or any(h.rule == "Precedence" and h.text == "list" for h in hints)
    if letter and (discussion or len(said) < 2):
        return None
    if (
        discussion
        and new
        and not _BULK_BODY.search(new)
        and message.body_source == "plain"
        and not _ROBOT.match(message.author.email)
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
    if unsubscribe and not posted and not letter and not message.in_reply_to:
        return Automated(kind="list", evidence=tuple(hints))
    return None
