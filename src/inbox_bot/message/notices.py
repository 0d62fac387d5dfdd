# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Words that no writer wrote: protective markings, gateway banners, disclaimers, list and platform footers."""

from __future__ import annotations

import re
from functools import lru_cache

from .sieve import Sieved

_MARKING = re.compile(
    r"""^[\s*_\[({<#=~-]{0,8}
    (?:(?:security\s+|protective\s+|government\s+security\s+)?(?:classification|marking|sensitivity|dosbarthiad(?:\s+diogelwch)?|marcio(?:\s+amddiffynnol)?)\s*[:=-]\s*)?
    (?P<mark>(?:(?:HMG\s+|UK\s+)?OFFICIAL|SWYDDOGOL|TOP\s+SECRET|SECRET|RESTRICTED|CONFIDENTIAL|PROTECT|UNCLASSIFIED|NOT\s+PROTECTIVELY\s+MARKED|NPM|UNRESTRICTED|INTERNAL\s+ONLY|EXTERNAL)
       (?:\s*(?:[-–—:/,\[(]|\s)\s*(?:OFFICIAL|SWYDDOGOL|SENSITIVE|SENSITIF|PERSONOL|POLICE(?:\s+(?:AND|&)\s+PARTNERS)?(?:\s+ONLY)?|PERSONAL|COMMERCIAL|LOCSEN|PERSONAL\s+DATA|LAW\s+ENFORCEMENT|PARTNERS|PUBLIC|PRIVATE|STAFF|MANAGEMENT|INVESTIGATION|LEGAL|ONLY|UK|EYES|DATA|INFORMATION|NO\s+MARKING|FOR\s+PUBLIC\s+RELEASE|HANDLING[^\n]{0,60}))*)
    [\s*_\])}>#=~.-]{0,8}$""",
    re.X,
)
_MARKING_LABEL = re.compile(
    r"^[\s*\[({]{0,4}(?:(?:security|protective|government security|document|email|data)\s+)?(?:classification|marking|sensitivity|dosbarthiad(?: diogelwch)?|marcio amddiffynnol)\s*[:=-]\s*"
    r"(?P<mark>(?:official|swyddogol|secret|restricted|confidential|protect|unclassified|not protectively marked|public|internal|private)[^.\n]{0,60})$",
    re.I,
)
_BANNER = Sieved(
    r"""(?ix)
    (?:this\s+)?(?:e-?mail|message|neges|e-?bost)\b[^\n]{0,60}\b(?:originated|originates|began|begins|started|starts|came|comes|was\s+sent|has\s+come|was\s+received|is)\s+(?:from\s+)?(?:an?\s+)?(?:outside|external|someone\s+outside|unknown|untrusted)
    |think\s+before\s+you\s+(?:click|open|act)|sender\s+is\s+(?:from\s+)?outside|(?:was|is)\s+not\s+sent\s+(?:from|by|within)|(?:treat|handle)\s+(?:any\s+)?(?:links?|attachments?|files)\b
    |originat(?:ed|es|ing)\s+(?:from\s+)?(?:outside|externally|from\s+an\s+external|from\s+external)
    |(?:e-?mail|message)\s+(?:did|does)\s+not\s+(?:come|originate)\s+from\s+(?:an?|the|our|within|inside)\b|(?:e-?mail|message|neges|e-?bost)\s+(?:from\s+outside|o'?r?\s+tu\s+allan)
    |\b(?:check|verify|confirm)\s+(?:who\s+sent\s+it|the\s+sender(?:[’']s\s+address)?)\s+before\s+(?:you\s+)?(?:click|open)|\bsender\s+(?:is|was)\s+(?:not|outside)\b|\bfrom\s+a\s+sender\s+outside|\btake\s+care\s+with\s+(?:any\s+)?(?:links?|attachments?)
    |sent\s+from\s+(?:outside|an\s+external)|from\s+(?:an?\s+)?(?:external|outside|unknown)\s+(?:source|sender|organi[sz]ation|e-?mail|address)
    |you\s+don[’']?t\s+often\s+get\s+e?-?mail\s+from|some\s+people\s+who\s+received\s+this\s+message\s+don[’']?t\s+often
    |(?:do\s+not|don[’']t|be\s+(?:careful|cautious|wary)|think\s+before\s+(?:you\s+)?|never|avoid)[^.\n]{0,40}(?:click|open)[^.\n]{0,60}(?:links?|attachments?)
    |(?:external|outside)\s+(?:e-?mail|sender|message)\s*[:!–—-]|^\W{0,4}(?:caution|warning|alert|rhybudd)\W{0,3}\s*:?\s*(?:this\s+)?(?:external|e-?mail|message)
    |daeth\s+(?:yr?\s+)?(?:e-?bost|neges)[^.\n]{0,40}(?:o\s+du\s+allan|o'r\s+tu\s+allan)|(?:e-?bost|neges)\s+allanol|peidiwch\s+(?:â|a|ag)\s+(?:chlicio|agor)
    |(?:diese|achtung)[^.\n]{0,40}externe[nr]?\s+(?:e-?mail|absender)|(?:expéditeur|courriel|e-?mail)\s+externe|correo\s+(?:electrónico\s+)?externo
    |report(?:\s+this)?\s+(?:message|e-?mail)?\s*(?:as\s+)?(?:suspicious|phish)|(?:zix|mimecast|proofpoint|egress|barracuda)[^.\n]{0,60}(?:scann|protect|secur)
    |ZjQcmQRYFpfpt"""
)
_BANNER_GOES_ON = re.compile(
    r"(?i)\b(?:click|links?|attachments?|open\w*|recogni[sz]e|safe|sender|report|suspicious|phish\w*|verify|trust\w*|external|outside|"
    r"e-?mails?|message|caution|care\w*|fraud|credentials|passwords?|service desk|atodiad\w*|dolen\w*|agor|neges|allanol)\b"
)
_BANNER_START = re.compile(
    r"^\W{0,6}(?:caution|warning|external|alert|attention|notice|rhybudd|allanol|beware|important|security|achtung|attenzione)\b",
    re.I,
)
_DISCLAIMER = Sieved(
    r"""(?ix)
    intended\s+(?:solely\s+|only\s+|exclusively\s+|purely\s+)?(?:for|recipient|addressee)
    |(?:legally\s+)?privileged|(?:not|aren't)\s+the\s+(?:intended|named|correct|addressed|designated)\s+(?:recipient|addressee|person|reader)
    |(?:received|sent)\s+(?:this\s+|it\s+)?(?:e-?mail|message|communication|transmission)?\s*(?:to\s+you\s+)?in\s+error|reached\s+you\s+(?:in\s+error|by\s+mistake)|by\s+mistake[^.\n]{0,60}(?:delete|notify|destroy|bin\b|let\s+us\s+know)
    |(?:delete|destroy)\s+(?:it|this|all|the)\b[^.\n]{0,80}(?:e-?mail|message|copies|copy|system|attachment)
    |(?:views?|opinions?)\s+in\s+it\b|does\s+not\s+take\s+sides|takes?\s+no\s+sides?\b|stays\s+neutral|(?:goes|go|entered|placed|recorded|kept)\s+(?:on|in|into)\s+(?:a|our|the)\s+(?:public\s+)?(?:register|log)\b|not\s+meant\s+(?:to\s+receive|for\s+you)|(?:e-?mail|message)\s+is\s+not\s+for\s+you|nothing\s+in\s+it\s+forms|(?:keeps?|monitors?|records?|inspects?)\b[^.\n]{0,40}\be-?mail\s+traffic
    |views?\s+(?:or\s+opinions?\s+)?(?:expressed|stated|presented)?[^.\n]{0,60}(?:those\s+of\s+the\s+(?:author|individual|sender)|do\s+not\s+necessarily|not\s+necessarily)
    |(?:unauthori[sz]ed|any)\s+(?:use|disclosure|copying|distribution|review|dissemination)[^.\n]{0,120}(?:prohibited|unlawful|forbidden)
    |(?:e-?mails?|communications?|messages?|traffic|correspondence)\s+(?:\w+\s+){0,6}?(?:may|will|can|is|are)\s+(?:be\s+)?(?:monitored|recorded|intercepted|logged|scanned|disclosed)
    |(?:carries|see|read|view)\s+(?:a|our|the|full|email)\s+(?:full\s+|e-?mail\s+|legal\s+)?disclaimer|^\W*disclaimer\b|^\W*confidentiality\b|^\W*(?:legal|privacy|important)\s+notice\b
    |(?:checked|scanned|swept|certified|tested)\s+(?:for|by|free)\b[^.\n]{0,60}(?:virus|malware|anti-?virus|avast|avg|symantec|mimecast|messagelabs)|virus[- ]free|computer\s+virus|contain[^.\n]{0,20}virus|accepts?\s+no\s+(?:liability|responsibility)|liab(?:le|ility)\s+for\s+any\s+(?:loss|damage)
    |(?:consider|think\s+(?:of|about))\s+(?:the|our)\s+environment|before\s+(?:you\s+)?print(?:ing)?\s+this|save\s+paper|(?:do\s+not|don't)\s+print\s+this
    |does\s+not\s+(?:enter\s+into|form|create|constitute)\s+(?:any\s+|a\s+)?(?:legally\s+binding\s+)?contracts?|registered\s+(?:in|office|number|company|charity)\b[^\n]{0,80}(?:england|wales|scotland|no\b|number|\d{5})|company\s+(?:registration\s+)?(?:no|number)\b|vat\s+(?:reg(?:istration)?\s+)?(?:no|number)
    |is\s+politically\s+neutral|are\s+recorded\s+on\s+a\s+register|privacy\s+(?:notice|policy|statement)[^.\n]{0,60}(?:https?://|www\.|website|here|found)|how\s+we\s+(?:use|process|handle)\s+your\s+(?:personal\s+)?(?:data|information)|data\s+protection\s+act\b[^.\n]{0,80}(?:this\s+e-?mail|controller)
    |(?:this|the)\s+(?:e-?mail|message|communication|transmission)\s+(?:\(?(?:and|including|together\s+with|or)[^.\n]{0,40}(?:attachment|file)s?[^.\n]{0,20}\)?,?\s+)?(?:is|are|may\s+be|may\s+contain|contains?)\s+(?:\w+\s+){0,4}?(?:confidential|private|privileged|proprietary|intended|sensitive)
    |information\s+(?:contained\s+)?(?:in|transmitted)\s+(?:this|with)\s+(?:e-?mail|message|communication|transmission)
    |(?:mae'r|mae\s+y|gall(?:ai)?'?r?)\s+(?:neges|e-?bost|wybodaeth|ohebiaeth|cynnwys)[^.\n]{0,140}(?:cyfrinachol|freintiedig|bwriad|fwriedir|derbyn)|nid\s+(?:chi|ydych)[^.\n]{0,60}(?:derbynnydd|bwriad)|drwy\s+gamgymeriad|rydym\s+yn\s+croesawu\s+gohebiaeth|we\s+welcome\s+(?:correspondence|calls|receiving\s+correspondence)[^.\n]{0,60}welsh|croesewir\s+gohebiaeth
    |diese\s+(?:e-?mail|nachricht)[^.\n]{0,60}(?:vertraulich|enthält)|ce\s+(?:message|courriel)[^.\n]{0,80}(?:confidentiel|destiné)|este\s+(?:mensaje|correo)[^.\n]{0,80}(?:confidencial|destin)|dit\s+bericht[^.\n]{0,60}(?:vertrouwelijk|bestemd)|questo\s+messaggio[^.\n]{0,60}(?:riservat|confidenzial)
    """
)
_FOOTER = Sieved(
    r"""(?ix)
    use\s+this\s+(?:e-?mail\s+)?address\s+for\s+all\s+replies|requests\s+and\s+(?:replies|responses)\s+(?:are|will\s+be)\s+(?:\w+\s+)?published\s+on(?:line|\s+the\s+(?:internet|web))|create\s+your\s+own\s+(?:\w+\s+)?form|the\s+wrong\s+address\s+for\s+freedom\s+of\s+information|will\s+be\s+published\s+on\s+the\s+internet
    |safely\s+disclosing\s+information|if\s+you\s+find\s+this\s+service\s+useful[^.\n]{0,120}foi\s+page|write\s+to\s+this\s+address\s+with\s+your\s+repl|this\s+request\s+has\s+been\s+made\s+by\s+an\s+individual\s+using\s+what\s*do\s*they\s*know
    |you\s+(?:are\s+)?receiv(?:ed|ing|e)\s+this\s+(?:e-?mail|message|because)|you\s+got\s+this\s+(?:e-?mail\s+|message\s+|notice\s+|notification\s+)?because|to\s+unsubscribe|(?<![-\w])unsubscribe(?:\s+(?:from|here|at|link)\b|\s*[<:])|manage\s+(?:your\s+)?(?:subscription|preferences)|mailing\s+list\b[^\n]{0,20}$|/mailman/listinfo/|reply\s+to\s+this\s+e-?mail\s+directly|view\s+it\s+on\s+github
    |this\s+(?:message|e-?mail)\s+was\s+(?:generated|sent)\s+automatically|do\s+not\s+reply\s+(?:to\s+this|directly)|sent\s+(?:via|from)\s+(?:the\s+)?(?:website|web\s*form|contact\s+form)|this\s+e-?mail\s+was\s+sent\s+from\s+(?:a|the|your)\s+(?:contact|web|form|website)
    |diese\s+nachricht\s+wurde\s+(?:über|automatisch)|rechtshinweis|this\s+(?:message|e-?mail)\s+was\s+sent\s+(?:via|through|using|on\s+behalf)|powered\s+by\s+\w+\s*$|sent\s+by\s+the\s+website|get\s+your\s+own\s+free|do\s+you\s+yahoo|join\s+the\s+(?:conversation|discussion)
    |writetothem|mysociety|\b(?:request|req|foi)-\d{3,}[\w-]{0,40}@"""
)
_IMPRINT = re.compile(
    r"(?i)^\W{0,3}(?:printed|promoted|published|printed and promoted|promoted and published|published and promoted|hyrwyddwyd|argraffwyd|cyhoeddwyd)\b[^\n]{0,10}\b(?:by|gan|and|ac|a)\b"
)
_SOCIAL = re.compile(
    r"(?i)^\W{0,6}(?:follow|find|like|join|visit|connect with|dilynwch|ymwelwch â)\s+(?:us|me|our|ni)\b|^\W{0,6}(?:twitter|facebook|instagram|linkedin|youtube|x|web(?:site)?|gwefan)\s*[:|@]"
)


def marking(line: str) -> str:
    """The protective marking that a line consists of (Government Security Classifications), "" where none."""
    line = " ".join(line.split())[:200]
    match = _MARKING.match(line) or _MARKING_LABEL.match(line.strip())
    if match is None:
        return ""
    words = " ".join(match["mark"].split()).strip(" -[(])*")
    return "" if words == "EXTERNAL" else words


@lru_cache(maxsize=16)  # a paragraph is looked at again after each cut
def has_banner(text: str) -> bool:
    """Whether a gateway's words stand anywhere in it."""
    return bool(_BANNER.search(text)) or bool(_BANNER_START.match(text))


@lru_cache(maxsize=16)
def is_banner(paragraph: str) -> bool:
    """A warning that a gateway put in: short, and about where the mail came from or what not to click."""
    if len(paragraph) > 900:
        return False
    if re.fullmatch(
        r"\W{0,6}(?:external|allanol)(?:[ /]+(?:e-?mail|sender|message|allanol|external))?\W{0,6}",
        paragraph.strip(),
        re.I,
    ):
        return True
    found = _BANNER.findall(paragraph)
    return len(found) >= 2 or bool(found and (_BANNER_START.match(paragraph) or len(paragraph) < 320))


def may_continue_banner(line: str) -> bool:
    """Whether a line below a banner's first sentence may still be the banner's."""
    return bool(_BANNER_GOES_ON.search(line))


@lru_cache(maxsize=16)
def is_disclaimer(paragraph: str) -> bool:
    """Legal small print. One strong phrase is enough in a paragraph of its own below the words."""
    return bool(_DISCLAIMER.search(paragraph[:6000]))


@lru_cache(maxsize=16)
def disclaimer_strength(paragraph: str) -> int:
    """How many different kinds of small print a paragraph shows."""
    return len({m.lower()[:12] for m in (x[0] for x in _DISCLAIMER.finditer(paragraph[:6000]))})


@lru_cache(maxsize=16)
def is_footer(paragraph: str) -> bool:
    """A footer of a list, an FOI platform or a web form."""
    return bool(_FOOTER.search(paragraph[:4000]))


def is_imprint(paragraph: str) -> bool:
    """The imprint of election material (Representation of the People Act 1983 s.110), or a social-media line."""
    return bool(_IMPRINT.match(paragraph) or (len(paragraph) < 160 and _SOCIAL.match(paragraph)))
