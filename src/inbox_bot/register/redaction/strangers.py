"""People whom the thread does not name for us: introductions, signatures, titles, roles, parties.

Also where an election makes a person known without a name: "as the Unity Party candidate" is one
person, so the party goes and the words stay neutral (docs/decisions/redaction.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .fold import Folded
from .patterns import Hit
from .words import FIRM_TITLES, FIRST_NAMES, PARTICLES, POSTNOMINALS, PUBLIC_WORDS, TITLES

_WORD = r"(?:(?:Mac|Mc|O'|D'|St\s)?[A-Z][a-z]+(?:['-][A-Za-z][a-z]*)*|[A-Z]{2,20}(?:['-][A-Z]+)*)"
_INITIAL = r"(?:[A-Z]\.?)"
_PARTICLE = "(?:" + "|".join(sorted(p for p in PARTICLES if len(p) > 1)) + ")"
_NAME = (
    rf"(?:{_INITIAL}[ ]?(?=[A-Z. ])){{0,3}}{_WORD}(?:(?:[ ]{{1,2}}|"
    rf"[ ]?\n)(?:{_PARTICLE}[ ])?(?:{_INITIAL}(?![A-Za-z])|{_WORD})){{0,3}}"
)
_TITLED = re.compile(
    rf"(?<![^\W_])(?P<title>{'|'.join(sorted(TITLES, key=len, reverse=True))})(?P<rest>\.?[ \n]{{1,2}})", re.I
)
_TITLED_NAME = re.compile(rf"{_NAME}|[A-Z](?![A-Za-z'])|\d{{2,6}}(?!\d)(?:[ ]{_NAME})?")
_SMALL_NAME = re.compile(r"[^\W\d_][\w'-]{1,20}(?![^\W_])")
_POST = re.compile(rf"(?:,?\s(?:{POSTNOMINALS}))+(?![^\W_])", re.I)

_INTRO = re.compile(
    r"\b(?:my (?:full |own )?name is|my name's|my names|name:|full name:|enw:|fy enw i yw|"
    r"i am called|i'm called|calls? me|known as|signed:?|signed by|on behalf of)\s{1,2}"
)
_INTRO_NAME = re.compile(r"(?P<name>[^\W\d_][\w'.-]{0,25}(?:[ \n][^\W\d_][\w'.-]{0,25}){0,3})")
_I_AM = re.compile(
    rf"\b(?:I am|I'm|Im|This is|this is|it is|It's|It is|Yours is|Rwy'n|Mae)\s(?P<name>{_NAME})"
)
_HERE = re.compile(rf"(?m)^(?:[Hh](?:i|ello)[,!.]? )?(?P<name>{_NAME})\s(?:here|speaking|writing)\b")
_GREETING = re.compile(
    r"(?im)^[>\s]{0,6}(?:dear|hi|hiya|hello|hey|annwyl|helo|shwmae|good (?:morning|afternoon|"
    r"evening)|bore da|prynhawn da|morning|afternoon)[ ,]{1,2}"
    r"(?P<name>[^\W\d_][^,;:!?\n]{0,40}?)(?=\s?[,;:!?.\n-]|$)"
)
_CLOSING = (
    r"(?:(?:yours|many|kind|best|warm|kindest|warmest|with|all|my|very)\s){0,3}(?:sincerely|"
    r"faithfully|truly|thanks|thank you|regards|wishes|cheers|"
    r"the best|in anticipation|cofion(?: gorau| cynnes)?|diolch(?: yn fawr)?|yn gywir|"
    r"yr eiddoch yn gywir|best|yours)(?:\s(?:in advance|again|and regards|a chofion))?"
)
_SIGNATURE = re.compile(
    rf"(?im)^[>\s]{{0,6}}{_CLOSING}[ ]?[,.!-]*[ ]*\n"
    r"(?P<block>(?:[ \t]*\n)?(?:[ \t]*\S[^\n]{0,70}(?:\n|\Z)){1,9})"
)
_SAME_LINE = re.compile(rf"(?m)(?:^|[.!?]\s)(?i:{_CLOSING})[ ]?[,.-]?[ ](?P<name>{_NAME})\s?[.]?$")
_DASHED = re.compile(rf"(?m)(?:^|\s)(?:--?|~|/)[ ]?(?P<name>{_NAME})\s?$")
_ROLE = (
    r"chief constable|deputy chief constable|assistant chief constable|commissioner|"
    r"deputy commissioner|chief executive|monitoring officer|chief fire officer|"
    r"constable|sergeant|inspector|detective|officer|superintendent|candidate|agent|"
    r"election agent|assistant|secretary|chair|chairman|chairwoman|chairperson|"
    r"spokesman|spokeswoman|spokesperson|volunteer|treasurer|reporter|journalist|editor|"
    r"neighbour|neighbor|friend|colleague|partner|husband|wife|son|daughter|"
    r"brother|sister|mother|father|mum|dad|uncle|aunt|cousin|nephew|niece|grandson|"
    r"granddaughter|boss|manager|headteacher|landlord|tenant|solicitor|doctor|"
    r"incumbent|opponent|rival|victim|witness|suspect|resident|mp|leader|mayor|director"
)
_ROLE_NAME = re.compile(rf"\b(?i:{_ROLE})(?:,\s|\s(?:is\s|was\s|called\s|named\s)?|:\s)(?P<name>{_NAME})")
_NAME_ROLE = re.compile(
    rf"(?P<name>{_NAME}),?\s\(?(?:who is |is |as )?(?:the |our |my |your |a |an )?(?:[a-z-]+\s)?(?:{_ROLE})\b"
)
_PAIR = re.compile(rf"(?<![^\W_]){_NAME}(?![^\W_])")

_PARTY_WORDS = (
    r"labour(?: and co-operative)?|labour co-op|conservatives?|tory|tories|liberal democrats?|"
    r"lib dems?|libdems?|green|greens|reform(?: uk)?|plaid cymru|plaid|ukip|"
    r"sdp|snp|alba|independent|unity|workers|heritage|reclaim|monster raving loony|"
    r"co-operative|ceidwadwyr|llafur|gwyrdd"
)
_STANDER = (
    r"candidate|nominee|contender|ppc|campaign|agent|councillor|cllr|member|supporter|"
    r"activist|branch|nomination|hopeful|office|team|spokes\w{3,6}|organiser|ymgeisydd"
)
_PARTY = re.compile(
    rf"(?<![^\W_])(?:(?:{_PARTY_WORDS})(?:\sparty)?(?:'s)?(?=\s(?:(?:parliamentary|prospective|"
    rf"official|election|pcc|police and crime commissioner)\s){{0,3}}(?:{_STANDER})(?![^\W_]))"
    rf"|(?:{_PARTY_WORDS})\sparty(?![^\W_])|liberal democrats?|lib dems?|plaid cymru|reform uk|"
    rf"ukip|(?:the\s)?(?:tories|tory))(?![^\W_])"
)
_NAMED_PARTY = re.compile(
    r"(?<![^\W_])(?:[A-Z][A-Za-z&'-]{1,20}\s){1,4}(?:Party|PARTY|Alliance|Independents)(?![^\W_])"
)
_SMALL_PARTY = re.compile(
    r"\b(?:as|the|a|an|am|being|for)\s(?P<it>(?:(?!the\s|an?\s|your\s|"
    r"our\s)[^\W\d_][\w'-]{1,20}\s){1,3}?party)(?=\s(?:candidate|nominee|agent|ppc))"
)
_STANDING_FOR = re.compile(
    r"(?i:\b(?:stand(?:ing)?|stood|running|run|selected|chosen|nominated|adopted|campaigning|"
    r"agent|candidate)\s(?:as a candidate\s)?(?:for|"
    r"by))\s(?:the\s)?(?P<it>[A-Z][A-Za-z'-]+(?:\s(?:and\s)?[A-Z][A-Za-z'-]+){0,3})"
)
_STANDS_ALONE = re.compile(r"\b(?:as|am|i'm|being)\san\s(?P<it>independent)(?=\s?(?:[,.;:!?\n]|$|and\si\s))")
_SELF = re.compile(
    r"\b(?:as (?:the|your|a|an) (?:current|sitting|incumbent|present|serving|former|ex-?|"
    r"retired|previous|deputy|mp|councillor|mayor|leader|headteacher|chief|only)\b[^.\n]{0,40}"
    r"|i am (?:the|your|a) (?:current|sitting|incumbent|serving|former|retired|deputy|mp|"
    r"councillor|mayor|leader|headteacher|only)\b[^.\n]{0,40}"
    r"|(?:i live|i work|my (?:shop|business|company|surgery|farm|school|house|employer))\b[^.\n]{0,50})"
)
_SAFE_GREETED = frozenset(
    (
        "sir",
        "madam",
        "all",
        "team",
        "everyone",
        "colleagues",
        "colleague",
        "both",
        "there",
        "whom",
        "it",
        "may",
        "concern",
        "syr",
        "fadam",
    )
)
_NO_NAME = frozenset(
    (
        "a",
        "an",
        "the",
        "not",
        "very",
        "sorry",
        "happy",
        "pleased",
        "sure",
        "here",
        "there",
        "only",
        "just",
        "so",
        "one",
        "also",
        "still",
        "now",
    )
)


def _public(words: str) -> bool:
    """Whether every word belongs to institutions and the calendar."""
    found = re.findall(r"[A-Za-z']+", words)
    return all(
        word.lower() in PUBLIC_WORDS or word.lower().removesuffix("'s") in PUBLIC_WORDS for word in found
    )


def _trim(text: Folded, start: int, end: int) -> tuple[int, int]:
    """Cut words of institutions from both ends: "Thursday Jane Doe Police" → "Jane Doe"."""
    words = [(start + m.start(), start + m.end()) for m in re.finditer(r"[^\s]+", text.cased[start:end])]
    while words and _public(text.cased[words[0][0] : words[0][1]]):
        words.pop(0)
    while words and _public(text.cased[words[-1][0] : words[-1][1]]):
        words.pop()
    return (words[0][0], words[-1][1]) if words else (start, start)


def find_titled(text: Folded) -> Iterator[Hit]:
    """ "Cllr J. Doe", "mr doe", "PC 1234": title and name together."""
    for match in _TITLED.finditer(text.cased):
        title = match["title"].lower()
        found = _TITLED_NAME.match(text.cased, match.end())
        if found and match["title"][0].isupper() and not _public(found[0]):
            _, end = _trim(text, found.start(), found.end())
            end = end if end > found.start() else found.end()
        elif (
            title in FIRM_TITLES
            and (small := _SMALL_NAME.match(text.low, match.end()))
            and small[0] not in PUBLIC_WORDS
        ):
            end = small.end()
        else:
            continue
        post = _POST.match(text.cased, end)
        yield Hit(
            start=match.start(), end=post.end() if post else end, kind="name", reason="a title with a name"
        )


def find_introduced(text: Folded) -> Iterator[Hit]:
    """Who says who they are, whom they greet, and how they sign."""
    for match in _INTRO.finditer(text.low):
        found = _INTRO_NAME.match(text.cased, match.end())
        if not found:
            continue
        words = found["name"].split()
        kept: list[str] = []
        for word in words:  # in small letters the name ends at the first everyday word
            if word.lower().strip(".'") in PUBLIC_WORDS | {"writing"} or (
                kept and kept[-1].endswith(".") and len(kept[-1]) > 2
            ):
                break
            kept.append(word)
        if kept:
            end = match.end() + re.match(r"\s?".join(map(re.escape, kept)), text.cased[match.end() :]).end()  # type: ignore[union-attr]  # the words came from there
            yield Hit(
                start=match.end(),
                end=match.end() + len(text.cased[match.end() : end].rstrip(".")),
                kind="name",
                reason="somebody's introduction",
            )
    for pattern, why in (
        (_I_AM, "somebody's introduction"),
        (_HERE, "somebody's introduction"),
        (_SAME_LINE, "a signature"),
        (_DASHED, "a signature"),
    ):
        for match in pattern.finditer(text.cased):
            start, end = _trim(text, *match.span("name"))
            if end > start and text.low[start:end] not in _NO_NAME:
                single = " " not in text.cased[start:end]
                named = (
                    text.low[start:end].split()[0] in FIRST_NAMES
                    or pattern is not _I_AM
                    or bool(re.match(r",|\.?$|\sfrom|\sand I", text.cased[end : end + 12]))
                )
                yield Hit(start=start, end=end, kind="name", reason=why, sure=not single or named)
    for match in _GREETING.finditer(text.cased):
        start, end = match.span("name")
        words = re.findall(r"[^\W\d_]+", text.low[start:end])
        if all(word in _SAFE_GREETED or word in PUBLIC_WORDS for word in words) or len(words) > 4:
            continue
        start, end = _trim(text, start, end)
        if text.cased[start].isupper() or len(words) <= 2:
            yield Hit(start=start, end=end, kind="name", reason="the person greeted")
    for match in _SIGNATURE.finditer(text.cased):
        block = match["block"]
        if re.match(r"\s*\S[^\n]*[.?!]\s*(?:\n|\Z)", block) and len(block.split("\n")[0].split()) > 4:
            continue  # the text goes on
        start, end = match.span("block")
        body = text.cased[start:end]
        yield Hit(
            start=start + len(body) - len(body.lstrip()),
            end=end - (len(body) - len(body.rstrip())),
            kind="signature",
            reason="a signature",
        )


def find_strangers(text: Folded) -> Iterator[Hit]:
    """Third parties by role or first name; other pairs of capitalised words go to the officer."""
    for pattern in (_ROLE_NAME, _NAME_ROLE):
        for match in pattern.finditer(text.cased):
            start, end = _trim(text, *match.span("name"))
            words = text.low[start:end].split()
            if end > start and (len(words) > 1 or words[0] in FIRST_NAMES):
                yield Hit(start=start, end=end, kind="name", reason="a name beside a role")
    for match in _PAIR.finditer(text.cased):
        if _public(match[0]):
            continue
        start, end = _trim(text, *match.span())
        words = text.low[start:end].split()
        if len(words) > 1:
            sure = words[0].strip(".'") in FIRST_NAMES and not any(word in PUBLIC_WORDS for word in words)
            yield Hit(
                start=start,
                end=end,
                kind="name",
                reason="a first name with a family name" if sure else "capitalised words that may be a name",
                sure=sure,
            )
        elif words and words[0] in FIRST_NAMES:
            yield Hit(start=start, end=end, kind="name", reason="a first name", sure=False)


def find_parties(text: Folded) -> Iterator[Hit]:
    """What makes a candidate known without a name."""
    why = "names a party, which may identify the candidate"
    for match in _PARTY.finditer(text.low):
        everyday = re.match(
            r"(?:labour|conservatives?|greens?|reform|independent|unity|workers|heritage|alba)(?!\w)",
            match[0],
        )
        stands = re.match(
            r"\s(?:\w+\s){0,3}(?:candidate|nominee|ppc)", text.low[match.end() : match.end() + 60]
        )
        if everyday and not stands and "party" not in match[0] and text.cased[match.start()].islower():
            continue  # "independent members", "green campaign"
        yield Hit(start=match.start(), end=match.end(), kind="party", reason=why)
    for match in _NAMED_PARTY.finditer(text.cased):
        start = match.start()
        first = re.match(r"(?:The|A|As|For|Our|My|This|Your|If|And|Is|Has|Does|Will)\s", match[0])
        yield Hit(start=start + (first.end() if first else 0), end=match.end(), kind="party", reason=why)
    for match in _SMALL_PARTY.finditer(text.low):
        yield Hit(start=match.start("it"), end=match.end("it"), kind="party", reason=why)
    for match in _STANDING_FOR.finditer(text.cased):
        if match["it"].split()[0].lower() in TITLES:
            continue  # "agent for Dr Doe": a name, and found as one
        if (
            re.search(r"(?i)party|alliance|independents", match["it"])
            or not _public(match["it"])
            or re.fullmatch(_PARTY_WORDS, match["it"].lower())
        ):
            yield Hit(start=match.start("it"), end=match.end("it"), kind="party", reason=why)
    for match in _STANDS_ALONE.finditer(text.low):
        yield Hit(start=match.start("it"), end=match.end("it"), kind="party", reason=why)
    for match in _SELF.finditer(text.low):
        yield Hit(
            start=match.start(),
            end=match.end(),
            kind="self",
            reason="says something that may identify the writer",
            sure=False,
        )
