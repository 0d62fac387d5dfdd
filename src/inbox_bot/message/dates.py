# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""Dates as mail programs write them for people, in many languages: best effort, None where unsure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from . import headers

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "jan january ionawr ion januar jänner janv janvier enero ene gennaio gen janeiro januari tammi tammikuuta tammikuu stycznia sty ledna leden januára január ianuarie ian siječnja января янв січня січ ocak oca jaanuar ιαν",
        "feb february chwefror chwef chw februar feb févr février febrero febbraio fevereiro fev februari helmi helmikuuta lutego lut února úno februára február februarie veljače февраля фев лютого лют şubat şub veebruar φεβ",
        "mar march mawrth maw märz mär mars marzo março maart mrt maalis maaliskuuta marca března bře március márc martie ožujka марта мар березня бер mart märts μαρ",
        "apr april ebrill ebr avr avril abril abr aprile huhti huhtikuuta kwietnia kwi dubna dub apríla április ápr aprilie travnja апреля апр квітня кві nisan nis aprill απρ",
        "may mai mei mayo maggio mag maio maj toukokuuta touko maja května kvě mája május máj svibnja мая май травня тра mayıs μαΐ μαι",
        "jun june mehefin meh juni juin junio giugno giu junho kesä kesäkuuta czerwca cze června čvn júna június jún iunie iun lipnja июня июн червня чер haziran haz juuni ιουν",
        "jul july gorffennaf gorff gor juli juil juillet julio luglio lug julho heinä heinäkuuta lipca lip července čvc júla július júl iulie iul srpnja июля июл липня лип temmuz tem juuli ιουλ",
        "aug august awst août aoû agosto ago augustus elo elokuuta sierpnia sie srpna srp augusta augusztus aug kolovoza августа авг серпня сер ağustos ağu αυγ augusti",
        "sep sept september medi med septembre septiembre settembre set setembro syys syyskuuta września wrz září zář septembra szeptember szept septembrie rujna сентября сен вересня вер eylül eyl σεπ",
        "oct october hydref hyd oktober okt octobre octubre ottobre ott outubro out loka lokakuuta października paź października října říj októbra október octombrie listopada октября окт жовтня жовт жов ekim eki oktoober οκτ",
        "nov november tachwedd tach tac novembre noviembre novembro marras marraskuuta listopada lis listopadu novembra noiembrie noi studenoga ноября ноя листопада лис kasım kas νοε",
        "dec december rhagfyr rhag rha dezember dez décembre déc diciembre dic dicembre dezembro joulu joulukuuta grudnia gru prosince pro decembra decembrie prosinca декабря дек грудня гру aralık ara detsember δεκ",
    ),
    1,
):
    for _name in _names.split():
        _MONTHS.setdefault(_name, _number)

_ZONES = {"gmt": 0, "utc": 0, "bst": 60, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "oesz": 180, "eet": 120, "eest": 180, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "pst": -480, "pdt": -420}  # minutes  # fmt: skip
_LOCAL = ZoneInfo("Europe/London")  # a header block without a zone was written by a British mail program


def read(text: str) -> datetime | None:
    """The instant a header block's date names, in UTC; None where it cannot be read with confidence."""
    text = re.sub(r"[\u200e\u200f\u202f\xa0]", " ", text)[:200].strip()
    if not text:
        return None
    moment, odd = headers.date(text)
    if moment is not None and not odd and re.search(r"[+-]\d{4}\b|\b(?:GMT|UTC)\b(?![+-])", text):
        return moment
    day_month = _day(text)
    if day_month is None:
        return None
    year, month, day, rest = day_month
    clock = re.search(r"\b(\d{1,2})[:.hH](\d{2})(?:[:.](\d{2}))?\s*([ap]\.?\s?m\b\.?|yb|yh)?", rest, re.I)
    hour = minute = second = 0
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        half = (clock[4] or "").lower()
        if half.startswith("p") or half == "yh":
            hour += 12 if hour < 12 else 0
        elif (half.startswith("a") or half == "yb") and hour == 12:
            hour = 0
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(rest))
    except ValueError:
        return None
    return moment.astimezone(UTC)


def _zone(text: str) -> timezone | ZoneInfo:
    offset = re.search(r"(?:GMT|UTC|\s)([+-])(\d{1,2}):?(\d{2})?\b", text)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes < 15 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    for word in re.findall(r"\b[A-Za-z]{3,4}\b", text):
        if word.isupper() and word.lower() in _ZONES:
            return timezone(timedelta(minutes=_ZONES[word.lower()]))
    return _LOCAL


def _day(text: str) -> tuple[int, int, int, str] | None:
    """(year, month, day, the text without them)."""
    iso = re.search(r"\b(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?", text)
    if iso:
        return int(iso[1]), int(iso[2]), int(iso[3]), text[: iso.start()] + " " + text[iso.end() :]
    numeric = re.search(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b", text)
    if numeric:
        first, second, year = int(numeric[1]), int(numeric[2]), int(numeric[3])
        day, month = (first, second) if second <= 12 else (second, first)  # British order unless impossible
        return year + 2000 * (year < 100), month, day, text[: numeric.start()] + " " + text[numeric.end() :]
    month = 0
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        if word in _MONTHS:
            month = _MONTHS[word]
    year_match = re.search(r"\b((?:19|20)\d{2})\b", text)
    if not month or not year_match:
        return None
    without = text[: year_match.start()] + " " + text[year_match.end() :]
    without = re.sub(r"\b\d{1,2}[:.hH]\d{2}\b", lambda m: " " * len(m[0]), without)
    day_match = re.search(r"(?<![\d+:-])(\d{1,2})(?:st|nd|rd|th|er|\.|ain|fed|af|ydd|eg|,|\b)", without)
    if not day_match:
        return None
    return (
        int(year_match[1]),
        month,
        int(day_match[1]),
        text[: year_match.start()] + " " + text[year_match.end() :],
    )
