# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""What machines write in subjects and bodies, in the languages that reach the office. Data for `automated`.

A phrase alone proves little: people quote machines, go on leave and say so. How much each weighs is decided
in `automated`.
"""

from __future__ import annotations

import re

from .sieve import Sieved

# What Outlook, Exchange, Notes and Gmail put before the subject they answer, by language.
_PREFIXES = "|".join(
    (
        r"auto(?:mat(?:ic|ed))?[- ]?(?:reply|response|responder|answer)|auto|automatic|out of (?:the )?office(?: auto-?reply| reply| message)?|ooo",
        r"ateb awtomatig|ymateb awtomatig|neges awtomatig|allan o['’]?r swyddfa",
        r"automatische (?:antwort|beantwortung)|abwesenheits(?:notiz|nachricht|meldung)",
        r"réponse automatique|absence du bureau|absent du bureau|respuesta autom[aá]tica|fuera de (?:la )?oficina",
        r"risposta automatica|fuori (?:sede|ufficio)|resposta autom[aá]tica|fora do escritório",
        r"automatisch antwoord|afwezigheidsbericht|automatiskt svar|automatisk svar|autosvar|automaattinen vastaus|sjálfvirkt svar",
        r"odpowiedź automatyczna|automatyczna odpowiedź|automatická odpověď|automatická odpoveď|automatikus válasz",
        r"răspuns automat|samodejni odgovor|automatski odgovor|αυτόματη απάντηση|автоответ|автоматический ответ|автоматична відповідь|автоматичен отговор",
        r"otomatik (?:yanıt|cevap)|automaatvastus|automatinis atsakymas|automātiskā atbilde|freagra uathoibríoch|自動返信|自动回复|自動回覆|자동 회신",
    )
)
AUTO_PREFIX = re.compile(
    rf"(?i)^\s*(?:\[auto(?:matic(?:ally)?)?[- ]?(?:generated|reply|response)\]|(?:{_PREFIXES})\s*(?:auto-?reply|reply|message)?\s*[:：])"
)
# The same without a colon, and what nobody heads a letter with who is not away.
AWAY_SUBJECT = re.compile(
    rf"""(?ix)^\s*(?:\[[^\]]{{1,30}}\]\s*)?(?:{_PREFIXES.replace(" ", "[ ]")}
    |auto(?:matic|mated|mátic[ao]|matisk[te]*|matische?s?|matica|matyczn[ae]|matick[áé])?[-\s]*(?:reply|response|respon[ds]er?|antwort|antwoord|svar|svare|vastaus|odpowiedź|odpověď|válasz)
    |out[-\s]+of[-\s]+(?:the[-\s]+)?office|nid\s+wyf\s+yn\s+y\s+swyddfa|(?:I\s+am\s+|I'm\s+)?away\s+from\s+(?:my|the)\s+(?:office|desk|mail|e-?mail)|(?:vacation|holiday)\s+(?:reply|response|message|notice|auto\w*)
    |außer\s+haus|nicht\s+im\s+(?:büro|haus)|mimo\s+kancelář\w*|poza\s+biurem|házon\s+kívül|afwezig|niet\s+aanwezig|frånvar\w*|fravær\w*|ikke\s+til\s+stede|poissa\w*|nieobecno\w*
    )(?!\w)"""
)
# Subjects under which people write, too. The second is Lotus Notes': "Bea Birch/HQ/Force is out of the office".
LEAVE_SUBJECT = re.compile(
    r"""(?ix)^\s*(?:(?:on\s+)?(?:(?:annual|maternity|paternity|parental|sick|study)\s+)?leave|on\s+holiday|on\s+vacation|holidays?|vacation|away|ar\s+wyliau|gwyliau|absence|absent|ausente|ausência|abwesen\w*|urlaub)\b
    |^[^\n:?]{2,80}\b(?:is|am)\s+(?:currently\s+|now\s+)?(?:out\s+of\s+(?:the\s+)?office|away|on\s+(?:annual\s+)?leave)\b[^?]{0,60}$"""
)
AWAY = Sieved(
    r"""(?ix)
    \bI(?:'m|’m|\s+am|\s+will\s+be|'ll\s+be|’ll\s+be|\s+shall\s+be)\s+(?:\w+\s+){0,3}?(?:out\s+of\s+(?:the\s+)?office|away|on\s+(?:annual\s+|maternity\s+|paternity\s+|sick\s+|parental\s+|study\s+|special\s+)?leave|on\s+holiday|on\s+vacation|off(?:\s+up|\s+work|\s+sick|\s+until|\s+till|\s+on|\s+the)?\b|not\s+in\s+the\s+office|unavailable|travelling|abroad|out\s+until)
    |\b(?:currently|now)\s+(?:out\s+of|away|on\s+(?:annual\s+)?leave)|\bno\s+(?:access\s+to\s+(?:my\s+)?e?-?mails?|signal)|(?:limited|no|intermittent|little|without)\s+access\s+to\s+(?:my\s+)?e-?mails?|\bback\s+(?:in\s+the\s+office|at\s+work)?\s*on\b|(?:return|be\s+back|returning)\s+(?:to\s+(?:the\s+office|work)\s+)?(?:on|in|until)\b|\b(?:until|till|til)\s+(?:the\s+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)
    |(?:if|for)\s+(?:it'?s?|this|your\s+\w+|the\s+matter|you\s+\w+|anything)?\s*(?:is\s+|about\s+|\w+\s+)?(?:urgent|immediate)|urgent\s+(?:matters|enquiries|queries|requests|issues)|in\s+my\s+absence|will\s+(?:reply|respond|deal\s+with|read|be\s+read|answer)[^.\n]{0,40}(?:on\s+my\s+return|when\s+I|upon|as\s+soon\s+as)|this\s+is\s+an\s+auto(?:matic|mated)|automatically\s+generated|do\s+not\s+reply\s+to\s+this
    |rwy(?:'n|f\s+yn)\s+(?:\w+\s+){0,3}?(?:allan\s+o|ar\s+wyliau|absennol|i\s+ffwrdd)|ar\s+(?:wyliau|gyfnod)|allan\s+o'?r\s+swyddfa|bydda[fi]?\s*(?:'n|yn)\s+(?:ôl|dychwelyd)|tan\s+(?:ddydd|y)|neges\s+awtomatig
    |ich\s+bin\b[^\n?]{0,60}?\b(?:nicht|abwesend|ab|bis|im\s+urlaub|außer\s+haus)|je\s+suis\s+(?:actuellement\s+)?(?:absent|en\s+congé)|estoy\s+(?:fuera|ausente|de\s+vacaciones)|estarei|sono\s+(?:assente|fuori)|ik\s+ben\s+(?:\w+\s+){0,3}?(?:afwezig|niet)|jag\s+är\s+(?:\w+\s+){0,3}?(?:borta|ledig|på\s+semester)|jeg\s+er\s+(?:\w+\s+){0,3}?(?:ikke|på\s+ferie|fraværende|tilbage)
    |απουσιάζω|λείπω\s+από|я\s+(?:сейчас\s+)?в\s+(?:отпуске|командировке)|(?:меня|мене)\s+(?:не\s+будет|нет|немає)|я\s+у\s+відпустці|sunt\s+(?:plecat|în\s+concediu)|sono\s+in\s+ferie|non\s+sono\s+in\s+ufficio|estou\s+(?:ausente|de\s+férias|fora)
    |jestem\s+(?:na\s+urlopie|nieobecn)|jsem\s+(?:mimo|na\s+dovolené)|som\s+(?:mimo|na\s+dovolenke)|szabadságon\s+vagyok|olen\s+(?:lomalla|poissa)|na\s+(?:godišnjem|odmoru|dopustu)|tá\s+mé\s+(?:as\s+oifig|ar\s+saoire)|tha\s+mi\s+(?:air\s+falbh|air\s+saor)
    """
)
# The mailbox speaks, not its owner.
GONE = Sieved(
    r"(?i)\b(?:no longer (?:work|employed|with|at|in post|in use|monitored|active)|(?:mailbox|inbox|account|address) is (?:not|no longer) (?:being )?(?:monitored|in use|active|checked)|has (?:now )?left the (?:organi[sz]ation|company|council|force|party|office)|ddim yn gweithio (?:i|yn|gyda)\b)"
)
NO_ANSWER = Sieved(
    r"(?i)(?:please )?(?:do not|you (?:can(?:no|['’])t|can not)) (?:reply|respond) to this (?:e-?mail|message)|peidiwch ag ateb y neges hon"
)
RECEIVED = Sieved(
    r"(?i)(?:thank you for (?:contacting|your (?:e-?mail|message|enquiry|correspondence|query))[^.\n]{0,100}\.?.{0,200}(?:will (?:respond|reply|be (?:answered|dealt|in touch|passed))|aim to|endeavour|working days)|(?:your|this) (?:e-?mail|message|enquiry|request) has been (?:received|logged|registered)|this is an? auto(?:matic|mated)(?:ally generated)?|auto(?:matic|mated) (?:reply|response|acknowledg)|do not reply to this (?:e-?mail|message))"
)
CHALLENGE = Sieved(
    r"(?i)(?:message|e-?mail)\b[^.\n]{0,20}\brequires? (?:e-?mail )?verification|complete (?:this|the) verification|(?:confirm|verify|prove|authenticat)\w*[^.\n]{0,80}(?:you are (?:a )?(?:human|person|real|not (?:a )?(?:robot|spam))|your (?:e-?mail|message|identity|address)[^.\n]{0,40}(?:so that|before|in order|to (?:be )?deliver|sender)|(?:before|so that|in order)[^.\n]{0,60}deliver)|challenge[- ]response|(?:anti-?spam|spam arrest|boxbe|spamarrest|qboxmail|bluebottle|choicemail|uol antispam|mailblocks|tmda|0spam|sender (?:verification|authentication))|your (?:message|e-?mail) waits until|your (?:message|e-?mail) (?:is|has been|was) (?:being )?(?:held|quarantined|waiting)[^.\n]{0,120}(?:confirm|verify|click|approv|reply)|(?:click|follow|reply)[^.\n]{0,80}(?:to (?:have|get|release) your (?:message|e-?mail)|so your (?:message|mail) (?:will|can) be)|just this once[^.\n]{0,60}(?:confirm|click|verify)|not (?:yet )?on (?:my|his|her|their|the) (?:list of )?(?:approved|guest|safe|white|trusted|known|allowed) ?-?(?:senders?|list|people)|(?:message|e-?mail) (?:that )?you sent\b[^\n]{0,80} (?:is|was|has been) (?:being )?(?:held|quarantined|stopped)|release it,? (?:please )?(?:click|follow|type|answer)"
)
RECEIPT_SUBJECT = re.compile(
    r"(?i)^\s*(?:read|not read|read receipt|return receipt|receipt|delivered|gelesen|lu|leído|letto|lida|gelezen|læst|läst|lest|luettu|przeczytano|přečteno|confirmation de lecture|lesebestätigung|darllenwyd|return receipt \(displayed\)|disposition notification)\s*[:(-]"
)
RECEIPT_BODY = Sieved(
    r"(?i)(?:was|has been|were) (?:(?:successfully )?delivered|(?:read|displayed|opened|viewed)\b[^.\n]{0,40}(?:\d|\bon\b))|fue le[ií]do|è stato letto|foi lid[ao]|is (?:gelezen|geopend)|har lästs|(?:er|blev|ble) l[æe]st|on luettu|została? przeczytan|byla přečtena|this is a (?:return|read|delivery) receipt|return receipt for the mail|no guarantee that the message has been read|wurde (?:gelesen|am)|a été (?:lu|affiché)|darllenwyd|deleted without being read|receipt for (?:your|the) (?:mail|message)"
)
ROBOT = Sieved(
    r"(?i)(?:no-?reply|do-?not-?reply|newsletter|bulletin|news|info|marketing|offers|updates|notifications?|mailer|campaigns?|press|communications?)[^@]{0,30}@"
)
NO_REPLY = re.compile(r"(?i)(?:no-?_?reply|do-?not-?_?reply|dim-?ateb)[^@]{0,30}@")
# A mail filter's lists of what it holds quote other people's subjects.
FILTER = re.compile(
    r"(?i)(?:quarantine|spam|mail-?(?:filter|guard|gateway)|held-?mail)[^@]{0,20}@|[^@]{1,40}@(?:[\w-]+\.)*(?:mail-?guard|mail-?filter|spam-?filter|quarantine)[\w-]*\."
)
HELD = re.compile(
    r"(?i)\b(?:quarantine|spam|held)\b[^\n]{0,40}\b\d+ (?:new )?(?:messages?|e-?mails?)|\b\d+ (?:new )?(?:messages?|e-?mails?)\b[^\n]{0,30}\b(?:held|quarantined?|spam)\b"
)
BULK_BODY = re.compile(
    r"(?i)\b(?:un-?subscribe|manage (?:your )?(?:preferences|subscriptions?)|update (?:your )?preferences|opt[- ]out|you(?:'re| are)? (?:receiv\w+|subscribed|getting) (?:this|to|because)|read (?:this )?online|view (?:this (?:e-?mail|message) )?in (?:your |a )?browser|web version|in this issue|newsletter|dad-?danysgrifio|datdanysgrifio|cylchlythyr|abmelden|désabonner|desinscrire|cancelar suscripción|afmelden)\b"
)
# A service desk confirms that our mail came.
DESK_SAYS = Sieved(
    r"(?i)\b(?:your|eich) (?:e-?mail|message|request|enquiry|query|question|report|contact|correspondence|neges|ymholiad|cais)\b[^.:\n]{0,40}\b(?:has|have|was|is|wedi) (?:now )?(?:been )?(?:safely )?(?:received|logged|registered|recorded|created|given|assigned|ei dderbyn|cael ei dderbyn|ei gofrestru|ei rhoi)\b"
    r"|\bwe(?: have|'ve|’ve) (?:now )?(?:opened|raised|created|set up) (?:an? )?(?:new )?(?:case|ticket|request|enquiry|query|call)\b|\b(?:case|ticket|enquiry|call)\b[^.\n]{0,30}\bhas been (?:opened|raised|created)\b"
    r"|\bwe(?: have|'ve|’ve) (?:(?:now )?(?:received|got|logged|registered|recorded) )?your (?:message|request|enquiry|e-?mail|query|question|report)|rydym wedi derbyn eich (?:neges|ymholiad|cais|e-?bost)"
)
# A person may answer through a desk, too: its line alone says nothing.
DESK_THANKS = re.compile(
    r"(?i)\bthank(?:s| you) for (?:getting in touch|contacting|writing|your (?:e-?mail|message|enquiry|question|query|request))"
)
REPLY_ABOVE = Sieved(r"(?i)(?:type|write) your reply above this line|repl(?:y|ying) above this line")
CASE_NUMBER = re.compile(
    r"#\s?\d{3,}|\b[A-Z]{1,8}[-/]\d[\w/-]{2,}|\b(?:ticket|case|ref(?:erence)?|number|cyf(?:eirnod)?|rhif)\b\W{1,4}(?:[\w]{1,8}[-/])*\d{3,}",
    re.ASCII,
)
ONE_PERSON = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]e|[Mm]y(?!\.)|[Rr]wy['’]n|[Hh]offwn)\b")
