"""Personal data that has a form of its own: addresses of every kind, numbers, plates, birthdays.

Each finder takes a `Folded` text and yields `Hit`s in folded positions. Every quantifier is bounded
or runs over disjoint classes, so that the time stays linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from .fold import Folded
from .words import NO_MAILBOX, NO_STREET, PUBLIC_WORDS, STREET_WORDS


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A stretch of the folded text. `sure` is False where only the officer can tell."""

    start: int
    end: int
    kind: str
    reason: str
    sure: bool = True


_TLD = r"(?:com|org|net|uk|co|gov|info|example|police|wales|cymru|scot|london|eu|ie|me|io|test|invalid)"
_LABEL = r"[^\W_](?:[^\W_]|-){0,62}"
_AT = r"(?:\s{0,2}(?:@|%40|&#64;)\s{0,2}|\s{0,2}[(\[{<]\s?(?:at|@)\s?[)\]}>]\s{0,2})"
_DOT = rf"(?:\.|\s\.\s|\.\n(?={_TLD}\b)|\s?[(\[{{]\s?(?:dot|\.)\s?[)\]}}]\s?|\sdot\s)"
_LOCAL = r"[^\s@<>()\[\]{},;:\"|]+"  # tried only from the beginning of a word, so linear
_EMAIL = re.compile(
    rf"(?:mailto:\s?)?(?P<local>(?<![^\s<>()\[\]{{}},;:\"|]){_LOCAL}){_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,6}}"
)
_SPOKEN = re.compile(
    rf"(?<![\w.])(?P<local>[\w+-]{{1,40}}(?:(?:\.|\sdot\s|"
    rf"\sunderscore\s)[\w+-]{{1,40}}){{0,3}})\s(?:at|@)\s(?P<domain>{_LABEL}(?:(?:\sdot\s|"
    rf"\.){_LABEL}){{1,5}})"
)
_HANDLE = re.compile(r"(?<![\w@./])@[a-z0-9_](?:[a-z0-9_.-]{0,38}[a-z0-9_])?(?:@[a-z0-9.-]{1,60}[a-z0-9])?")
_HANDLE_SAID = re.compile(
    r"\b(?:twitter|instagram|insta|tiktok|snapchat|telegram|bluesky|threads|facebook|whatsapp|skype)"
    r"(?:\s(?:handle|account|name|id|page))?(?:\sis)?\s?[:=]\s{0,2}(?P<handle>[\w.@-]{2,40})"
)
_SOCIAL = re.compile(
    r"(?:https?://)?(?:[\w-]{1,20}\.)?(?:facebook\.com|fb\.com|fb\.me|twitter\.com|"
    r"(?<![\w.])x\.com|instagram\.com|linkedin\.com|tiktok\.com|"
    r"youtube\.com|bsky\.app|threads\.net|t\.me|wa\.me|linktr\.ee|mastodon\.\w{2,10}|"
    r"snapchat\.com)/[^\s<>\"')\]]{1,200}"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]{1,500}")
_CAMPAIGN = re.compile(
    r"(?:4|for|vote|elect)[\w.-]{0,30}(?:pcc|pfcc|mayor|commissioner)|(?:vote|elect|back)-?[a-z]{4,}\."
)
_OFFICIAL = re.compile(
    r"^(?:https?://)?[\w.-]{1,80}\.(?:gov\.uk|gov\.wales|police\.uk|parliament\.uk|nhs\.uk|"
    r"legislation\.gov\.uk)(?:[/:?#]|$)"
)

# Any two letters: the pseudo-postcodes of statistics and a mistyped one must go as well.
_POSTCODE = re.compile(
    r"(?<![^\W_])(?:gir|[a-z]{1,2}[0-9][0-9a-z]?)[\s.-]{0,3}[0-9o][abd-hjlnp-uw-z]{2}(?![^\W_])"
)
_ROAD_EXIT = re.compile(r"^[AaBbMm]\d{1,2}[\s.-]{0,3}(?:1st|2nd|3rd|\dth)$")

_DATE_WORDS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = (
    rf"(?:\d{{1,2}}[/.\s-]{{1,3}}\d{{1,2}}[/.\s-]{{1,3}}\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{_DATE_WORDS}),?\s\d{{2,4}}|"
    rf"(?:{_DATE_WORDS})\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{2,4}}|\d{{4}})"
)
_BIRTH = re.compile(
    rf"\b(?:date\sof\sbirth|d\.?\s?o\.?\s?b\.?|birth\s?date|birthday|born|"
    rf"dyddiad\sgeni)\b[\s:,=.-]{{0,3}}(?:(?:is|was|on|in|ar)\s){{0,2}}(?P<date>{_DATE})(?!\d)"
)
_NINO = re.compile(r"(?<![^\W_])[a-z]{2}[\s.-]?(?:\d[\s.-]{0,2}){6}[a-d](?![^\W_])")
_NHS = re.compile(r"(?<![\w.-])\d{3}[\s.-]{0,2}\d{3}[\s.-]{0,2}\d{4}(?![\w-])")
_PLATE = re.compile(r"(?<![\w-])[a-hj-pr-y]{2}\d{2}[\s-]?(?P<tail>[a-hj-pr-z]{3})(?![\w-])")
_OLD_PLATE = re.compile(
    r"(?<![\w-])(?:[a-hj-npr-y]\d{1,3}\s?[a-hj-pr-z]{3}|[a-hj-pr-z]{3}\s?\d{1,3}[a-hj-npr-y]|"
    r"[a-z]{1,3}\s?\d{1,4})(?![\w-])"
)
_PLATE_SAID = re.compile(r"\b(?:registration|reg|number\splate|plate|vrm|index)\b[^.\n]{0,25}$")
_ACCOUNT = re.compile(
    r"\b(?:sort\scode|account(?:\s(?:no|number))?|iban|passport(?:\s(?:no|number))?|"
    r"driving\slicen[cs]e(?:\s(?:no|number))?|"
    r"warrant\s(?:no|number)|collar\s(?:no|number)|crime\s(?:ref|reference|number)(?:\s(?:no|"
    r"number))?|membership\s(?:no|number))"
    r"\.?(?:\s(?:is|was))?[\s:#]{1,3}(?P<number>(?=[a-z/.-]{0,6}\d)[\w/.-]{3,40}(?:[\s-]\d{2,6}){0,5})"
)
_CARD = re.compile(r"(?<!\d)(?:\d{4}[\s-]{0,2}){3}\d{4}(?!\d)")

_NOT_PHONE = re.compile(
    r"(?:£|\$|€|gbp\s?)\s?\d[\d,]*(?:\.\d+)?"  # amounts
    r"|(?<!\d)(?:[12]\d|3[01]|0?[1-9])[/.-](?:1[0-2]|0?[1-9])[/.-](?:19|20)?\d{2}(?!\d)"  # dates
    r"|(?<!\d)(?:19|20)\d{2}-(?:1[0-2]|0[1-9])-(?:[12]\d|3[01]|0[1-9])(?!\d)"
    r"|(?<![\d+])(?:19|20)\d{2}[/-]\d{2,8}(?![\d])"  # references such as 2024-00123, years such as 2024/25
    r"|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"  # times
    r"|(?<![^\W\d_])(?!tel|mob|fax|ph)[a-z]{2,6}[-/#]\d[\d/-]*"  # WMR-0007, FOI/2024/0123
    r"|(?<!\d)\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)"  # 1,200,000
    r"|(?<![\d.])\d\.\d{1,4}(?![\d.])"  # decimals
)
_DIGITS = re.compile(
    r"(?:\+[\s(]{0,2})?\(?(?<![\d])\d(?:[\s().\-/_*]{0,4}\d){5,17}(?:[\s,]{0,2}(?:ext|x|"
    r"extension)\.?\s?\d{1,6})?"
)
_SPELT_NUMBER = re.compile(
    r"\b(?:(?:oh|zero|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)[\s,-]{1,2}){5,20}"
    r"(?:oh|zero|nought|one|two|three|four|five|six|seven|eight|nine)\b"
)
_CALL_SAID = re.compile(
    r"\b(?:tel|telephone|phone|mob|mobile|cell|call|ring|text|whatsapp|landline|fax|number|"
    r"ffon|symudol|contact)\b[^\d\n]{0,25}$"
)


def find_addresses(text: Folded) -> Iterator[Hit]:
    """E-mail addresses in digits and in words, social handles and profiles, campaign sites."""
    for match in _EMAIL.finditer(text.low):
        if re.search(r"\s@|@\s", match[0]) and "." not in match[0].partition("@")[2]:
            continue  # "three @ 50p", "see @handle"
        yield Hit(start=match.start(), end=match.end(), kind="email", reason="an e-mail address")
    for match in _SPOKEN.finditer(text.low):
        sure = match["local"].rpartition(" ")[2] not in NO_MAILBOX
        spelt = " dot " in match["domain"]
        if sure or spelt:
            yield Hit(start=match.start(), end=match.end(), kind="email", reason="an e-mail address in words")
    for match in _HANDLE.finditer(text.low):
        yield Hit(start=match.start(), end=match.end(), kind="handle", reason="a social media handle")
    for match in _HANDLE_SAID.finditer(text.low):
        if match["handle"] not in PUBLIC_WORDS:
            yield Hit(
                start=match.start("handle"),
                end=match.end("handle"),
                kind="handle",
                reason="a social media name",
            )
    for match in _SOCIAL.finditer(text.low):
        yield Hit(start=match.start(), end=match.end(), kind="url", reason="a social media profile")
    for match in _URL.finditer(text.low):
        address = match[0].rstrip(".,;:!?")
        hit = Hit(
            start=match.start(), end=match.start() + len(address), kind="url", reason="a campaign's own site"
        )
        if _CAMPAIGN.search(address) and not _OFFICIAL.match(address):
            yield hit
        elif not _OFFICIAL.match(address):
            yield Hit(
                start=hit.start,
                end=hit.end,
                kind="url",
                reason="a link to a site that may be personal",
                sure=False,
            )


def find_phones(text: Folded) -> Iterator[Hit]:
    """Telephone numbers of any country, Ofcom's drama numbers among them; not amounts, dates, references."""
    masked = _NOT_PHONE.sub(lambda found: re.sub(r"\d", "\x00", found[0]), text.low)
    for match in _DIGITS.finditer(masked):
        body = re.split(r"[\s,]{0,2}(?:ext|x)", match[0])[0]
        digits = re.sub(r"\D", "", body)
        before = masked[max(0, match.start() - 45) : match.start()]
        said = bool(_CALL_SAID.search(before))
        attached = bool(re.search(r"[^\W\d_]$", before)) and not said
        plus = match[0].startswith("+")
        if attached and not digits.startswith("0"):
            continue
        if (
            plus
            or (digits.startswith("0") and len(digits) >= 9)
            or (digits.startswith("44") and len(digits) >= 11)
            or said
        ):
            yield Hit(start=match.start(), end=match.end(), kind="phone", reason="a telephone number")
        elif len(digits) >= 10:
            valid = _possible(digits)
            yield Hit(
                start=match.start(), end=match.end(), kind="phone", sure=valid,
                reason="a telephone number" if valid else "a long number that may be a telephone number",
            )  # fmt: skip  # four short arguments
    for match in _SPELT_NUMBER.finditer(text.low):
        yield Hit(start=match.start(), end=match.end(), kind="phone", reason="a telephone number in words")
    # What the library finds beyond the pattern: foreign forms, vanity letters.
    for found in phonenumbers.PhoneNumberMatcher(
        masked, "GB", leniency=phonenumbers.Leniency.VALID, max_tries=2000
    ):
        yield Hit(start=found.start, end=found.end, kind="phone", reason="a telephone number")


def _possible(digits: str) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(digits, "GB")))
    except phonenumbers.NumberParseException:
        return False


def find_places(text: Folded) -> Iterator[Hit]:
    """Postcodes and street addresses. A street without a number is a topic, unless somebody lives there."""
    codes = []
    for match in _POSTCODE.finditer(text.low):
        if _ROAD_EXIT.match(text.cased[match.start() : match.end()]):  # "the A1 2nd exit"
            continue
        codes.append(match)
        yield Hit(start=match.start(), end=match.end(), kind="postcode", reason="a postcode")
    ends = {match.start() for match in codes}
    for match in _STREET.finditer(text.low):
        words = re.findall(r"[^\W\d_]+", match["road"])
        if any(word in NO_STREET for word in words):
            continue
        end = match.end()
        tail = _LOCALITY.match(text.low, end)
        if tail and tail.end() in ends:  # town and county between street and postcode
            end = tail.end()
        yield Hit(start=match.start(), end=end, kind="address", reason="a street address")
    for match in _HOUSE.finditer(text.cased):
        tail = _LOCALITY.match(text.low, match.end())
        if tail and tail.end() in ends:  # "Rose Cottage, Mill Lane, Brayling" before a postcode
            yield Hit(start=match.start(), end=tail.end(), kind="address", reason="a street address")
    for match in _BOX.finditer(text.low):
        yield Hit(start=match.start(), end=match.end(), kind="address", reason="a post office box")
    for match in _LIVES.finditer(text.cased):
        yield Hit(
            start=match.start("place"), end=match.end("place"), kind="address", reason="where somebody lives"
        )
    for match in _NAMED_STREET.finditer(text.cased):
        yield Hit(
            start=match.start(),
            end=match.end(),
            kind="address",
            reason="a street, perhaps an address",
            sure=False,
        )


_STREET = re.compile(
    rf"(?<![\w£$€.,/-])(?:(?:flat|apartment|apt|unit|room|"
    rf"fflat)\s\w{{1,4}},?\s{{1,2}})?(?:no\.?\s?)?\d{{1,4}}[a-z]?(?:-\d{{1,4}})?[,\s]{{1,2}}"
    rf"(?P<road>(?:[^\W\d_](?:[^\W\d_]|['.-]){{0,20}}\s){{1,3}}(?:{STREET_WORDS})|(?:heol|"
    rf"stryd|ffordd|lon|maes|rhodfa)(?:\s[^\W\d_]{{1,20}}){{1,3}})(?![^\W_])\.?"
)
_LOCALITY = re.compile(r"(?:[,\s]{1,3}[^\W\d_](?:[^\W\d_]|[' .-]){1,30}){0,4}[,\s]{1,3}")
_CAPITAL = r"[A-Z][A-Za-z'-]{1,20}"
_LIVES = re.compile(
    rf"\b(?i:live|lives|living|lived|home\sis|home\saddress(?:\sis)?|address\sis|reside|"
    rf"resides|resident|residing|byw)\s(?i:at|on|in|of|yn)\s"
    rf"(?P<place>(?:(?i:the|"
    rf"no\.?)\s)?(?:\d{{1,4}}[A-Za-z]?,?\s)?(?:{_CAPITAL}\s){{1,3}}(?i:{STREET_WORDS}|house|"
    rf"cottage|farm|barn|vicarage|lodge)(?![^\W_]))"
)
_BOX = re.compile(r"\bp\.?\s?o\.?\sbox\s\d{1,6}(?!\d)")
_HOUSE = re.compile(
    rf"(?<![\w-])(?:{_CAPITAL}\s){{1,2}}(?:Cottage|Vicarage|Rectory|House|Farm|Barn|Lodge|Villa|Lane|Road|Street)(?!\w)"
)
_NAMED_STREET = re.compile(
    rf"(?<![\w-])(?:{_CAPITAL}\s){{1,2}}(?:Street|Road|Avenue|Lane|Close|Drive|Crescent|"
    rf"Terrace|Gardens|Grove|Mews|Cottage|Vicarage)(?!\w)"
)


def find_numbers(text: Folded) -> Iterator[Hit]:
    """Birthdays, National Insurance and NHS numbers, vehicle registrations, account and licence numbers."""
    for match in _BIRTH.finditer(text.low):
        yield Hit(start=match.start("date"), end=match.end("date"), kind="birth", reason="a date of birth")
    for match in _NINO.finditer(text.low):
        yield Hit(start=match.start(), end=match.end(), kind="nino", reason="a National Insurance number")
    for match in _NHS.finditer(text.low):
        said = "nhs" in text.low[max(0, match.start() - 30) : match.start()]
        if said or _nhs_check(re.sub(r"\D", "", match[0])):
            yield Hit(start=match.start(), end=match.end(), kind="nhs", reason="an NHS number")
    for match in _PLATE.finditer(text.low):
        shape = text.cased[match.start() : match.end()]
        loose = match["tail"] in PUBLIC_WORDS and " " in shape and not shape.isupper()  # "fy24 and"
        if not loose:
            yield Hit(start=match.start(), end=match.end(), kind="vehicle", reason="a vehicle registration")
    for match in _OLD_PLATE.finditer(text.low):
        if _PLATE_SAID.search(text.low, max(0, match.start() - 45), match.start()):
            yield Hit(start=match.start(), end=match.end(), kind="vehicle", reason="a vehicle registration")
    for match in _ACCOUNT.finditer(text.low):
        yield Hit(
            start=match.start("number"), end=match.end("number"), kind="number", reason="a personal number"
        )
    for match in _CARD.finditer(text.low):
        yield Hit(start=match.start(), end=match.end(), kind="number", reason="a card number")


def _nhs_check(digits: str) -> bool:
    """Modulus 11 check digit of the NHS number (NHS Data Dictionary)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return digits[0] != "0" and (11 - total % 11) % 11 == int(digits[9])
