"""HTML mail to readable text (BeautifulSoup to clean, inscriptis to lay out), and where quoting begins in it.

Hidden text, preheaders, scripts and styles do not appear; tables and lists read as such; a link keeps its
address where that differs from its words. The lines of `MARKS` stand around containers that mail programs
use for history and signatures: `to_text(..., marks=True)` keeps them for `body.cut`.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

import re2
from bs4 import BeautifulSoup, Comment, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import Doctype, NavigableString, ProcessingInstruction
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement

MAX_HTML = 1_000_000  # characters; the largest newsletters have 400 kB
MAX_TAGS = 15_000  # newsletters have up to 5,000
MAX_NESTING = 250  # elements within elements; inscriptis recurses
MAX_MARKED = 300  # containers of history and signatures; each mark is a search among its neighbours
QUOTE = "\ue000quote\ue000"  # private use: cannot be typed
END_QUOTE = "\ue000endquote\ue000"
SIGNATURE = "\ue000signature\ue000"
END_SIGNATURE = "\ue000endsignature\ue000"
MARKS = (QUOTE, END_QUOTE, SIGNATURE, END_SIGNATURE)

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)",
    re.I,
)
_UNREAD = frozenset(
    {"script", "style", "title", "meta", "link", "noscript", "template", "object", "iframe", "svg", "img"}
)
_UNSEEN = re2.compile(r"(?is)<style\b.*?</style\s*>|<script\b.*?</script\s*>")  # RE2: thousands stand open
_HEAD = re2.compile(r"(?is)<head\b.*?</head\s*>")
_TAG = re.compile(r"<[^<>]{0,20000}>")
_SPACE = re.compile(r"(?i)&(?:nbsp|#160|#xa0);")
_SPELT_OUT = re.compile(r"&#?\w{1,30};?")
_ADDED = re.compile(r"(?i)<(?:li|ul|ol|table|a)\b")  # may add a bullet, a number, an address
_PADDING = re.compile("[\u034f\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u061c]+")
_QUOTE_CLASSES = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote|zmail_extra|"
    r"OutlookMessageHeader|moz-email-headers-table|freebirdMessage|WordSection_quote|x_gmail_quote",
)
_QUOTE_IDS = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|"
    r"yahoo_quoted\w*|reply-intro|replySplit|isReplyContent|divtagdefaultwrapper_quote|ms-outlook-mobile-quote)$"
)
_SIGNATURE_CLASSES = re.compile(
    r"gmail_signature(?!_prefix)|moz-signature|protonmail_signature_block\b|front-signature"
)
_SIGNATURE_IDS = re.compile(r"(?:x_)*(?:AppleMailSignature|Signature|ms-outlook-mobile-signature)$")

# Definition lists on lines of their own: forms use them, and the strict profile runs them together.
_LINE = HtmlElement(display=Display.block)
_CONFIG = ParserConfig(
    css=CSS_PROFILES["strict"] | {"dt": _LINE, "dd": _LINE}, display_images=False, display_links=False
)

# A body that is XHTML, or nothing but an address, is ordinary mail: no advice to developers in the log.
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)


def to_text(html: str, *, marks: bool = False) -> str:
    """Readable text, LF line ends, at most one empty line in a row. Never raises."""
    return _texts(html[:MAX_HTML])[marks]


@lru_cache(maxsize=16)
def _texts(html: str) -> tuple[str, str]:
    """(without marks, with them)."""
    try:
        soup = BeautifulSoup(_shallow(html), "lxml")
        _clean(soup)
        body = soup.body or soup
        text = marked = tidy(get_text(str(body), _CONFIG))
        if _mark(soup):
            marked = tidy(get_text(str(body), _CONFIG))
    except Exception:  # any parser's fault must not lose the words: fall back to taking the tags out
        text = marked = tidy(_strip(html))
    return text, marked


def most_words(html: str) -> int:
    """No fewer than the words of `to_text`, and much sooner told: tags are taken for spaces, a character
    that is spelt out for a word."""
    html = html[:MAX_HTML]
    text = _SPELT_OUT.sub(" x ", _SPACE.sub(" ", _TAG.sub(" ", _UNSEEN.sub(" ", html))))
    return len(text.split()) + len(_ADDED.findall(html))


def tidy(text: str) -> str:
    """One kind of space, no padding characters, no trailing spaces, at most one empty line in a row."""
    if not text.isascii():
        text = _PADDING.sub("", text).replace("\xa0", " ")
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")


def _shallow(html: str) -> str:
    """The document, or its bare text with line breaks where it is nested too deep for a recursive reader."""
    depth = deepest = 0
    for match in re.finditer(r"<(/?)(div|span|table|tr|td|blockquote|ul|ol|li|p|font|b|i|a)\b", html, re.I):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    if deepest <= MAX_NESTING and html.count("<") <= 2 * MAX_TAGS:
        return html
    return "<pre>" + _strip(html).replace("<", "&lt;") + "</pre>"


def _strip(html: str) -> str:
    text = _HEAD.sub(" ", _UNSEEN.sub(" ", html))
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,2000}>", "\n", text)
    text = re.sub(r"<[^<>]{0,20000}>", "", text)
    for entity, character in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _clean(soup: BeautifulSoup) -> None:
    for node in soup.find_all(string=lambda s: isinstance(s, (Comment, Doctype, ProcessingInstruction))):
        node.extract()
    unread = _UNREAD if soup.body is None else _UNREAD | {"head"}
    for tag in soup.find_all(True):
        if tag.decomposed:
            continue
        # Outlook writes mso-hide on spacer rows that hold nothing; either way nobody saw it.
        if tag.name in unread or tag.has_attr("hidden") or _HIDDEN.search(str(tag.get("style", ""))):
            tag.decompose()
        elif tag.name in ("td", "th"):
            tag["valign"] = "top"  # else a label stands in the middle of what it labels
        elif tag.name == "hr":
            tag.name = "br"  # what stands on its two sides is not one line
    for link in soup.find_all("a", href=True):
        _keep_address(link)


def _keep_address(link: Tag) -> None:
    """Writes the address after the words of a link where the words do not name it."""
    href = str(link["href"]).strip()
    words = link.get_text(" ", strip=True)
    if not words or not re.match(r"(?:https?|mailto|tel):", href, re.I):
        return
    plain = re.sub(r"^(?:https?://|mailto:|tel:)(?:www\.)?", "", href, flags=re.I).rstrip("/")
    same = re.sub(r"^(?:https?://)?(?:www\.)?", "", words, flags=re.I).rstrip("/")
    if href.lower().startswith("mailto:"):
        plain = plain.partition("?")[0]
    if same.lower() != plain.lower() and same.replace(" ", "") != plain.replace(" ", ""):
        address = plain if href.lower().startswith(("mailto:", "tel:")) else href
        if len(address) <= 300:  # tracking links of a thousand characters tell a reader nothing
            link.append(NavigableString(f" <{address}>"))


def _mark(soup: BeautifulSoup) -> int:
    """Marks the containers; how many there are."""
    marked = 0
    for tag in soup.find_all(_may_be_marked):
        marks = _marks_of(tag)
        if marks is None or tag.parent is None:
            continue
        _around(soup, tag, *marks)
        marked += 1
        if marked == MAX_MARKED:
            break
    return marked


def _marks_of(tag: Tag) -> tuple[str, str] | None:
    """The lines to put before and after a container, None for any other element."""
    classes = " ".join(str(c) for c in tag.get_attribute_list("class"))
    identity = str(tag.get("id", ""))
    if _QUOTE_IDS.match(identity):
        return QUOTE, ""  # Outlook's container holds the header block; history goes on below
    if tag.name == "blockquote" or _QUOTE_CLASSES.search(classes) or _holds_quotation(tag):
        return QUOTE, END_QUOTE
    if _SIGNATURE_CLASSES.search(classes) or _SIGNATURE_IDS.match(identity):
        return SIGNATURE, END_SIGNATURE
    return None


def _may_be_marked(tag: Tag) -> bool:
    return tag.name == "blockquote" or any(tag.has_attr(a) for a in ("class", "id", "data-marker", "name"))


def _holds_quotation(tag: Tag) -> bool:
    """Containers told by another attribute: Zimbra's, and that of Exchange's own web editor."""
    return tag.get("data-marker") in {"__HEADERS__", "__QUOTED_TEXT__"} or (
        tag.get("name") == "messageReplySection"
    )


def _around(soup: BeautifulSoup, tag: Tag, before: str, after: str) -> None:
    for mark, insert in ((before, tag.insert_before), (after, tag.insert_after)):
        if mark:
            line = soup.new_tag("div")
            line.string = mark
            insert(line)
