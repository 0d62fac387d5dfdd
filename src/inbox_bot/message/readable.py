"""Which text of a message is its body, and that text made readable.

text/plain is preferred unless it is a stub; flowed lines are joined (RFC 3676), uuencoded files lifted out.
"""

from __future__ import annotations

import re

from . import html, mime
from .sieve import Sieved

_STUB = Sieved(
    r"(?i)(?:view|open|read|see|display)\b[^.]{0,60}\b(?:html|web ?(?:version|site)|browser|online)"
    r"|html[- ](?:capable|enabled|compatible|format|e-?mail|message|version)"
    r"|(?:does not|doesn't|cannot|can't) (?:support|display|read|show) html"
    r"|this is (?:an? )?html|gweld .{0,40}porwr"
)


_FEW, _TIMES = 20, 4  # words: HTML with more than both is the letter, and the plain text beside it a stub


def looks_like_html(text: str, content_type: str) -> bool:
    """HTML sent under a plain label."""
    return bool(
        content_type == "text/plain" and re.match(r"\s*(?:<!doctype html|<html[\s>])", text[:500], re.I)
    )


def unflow(text: str, *, delsp: bool = False) -> str:
    """format=flowed (RFC 3676 4): lines that end in a space go on in the next, quote depth by quote depth."""
    out: list[str] = []
    paragraph: list[str] = []  # pieces of the line that is being put together
    open_depth = -1  # quote depth of an unfinished paragraph, -1 where none
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")  # space-stuffing (4.4)
        signature = content == "-- "
        flowed = content.endswith(" ") and not signature
        kept = content[:-1] if flowed and delsp else content
        if open_depth != depth or signature:
            out.append("".join(paragraph))
            paragraph = [">" * depth + (" " if depth else "")]
        paragraph.append(kept)
        open_depth = depth if flowed else -1
    out.append("".join(paragraph))
    return "\n".join(out[1:])


_UU_BEGIN = re.compile(r"(?m)^begin [0-7]{3,4} (\S[^\n]{0,254})\n(?=[\x20-\x60])")


def uu_blocks(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded blocks, and those as (name, octets)."""
    files: list[tuple[str, bytes]] = []
    out: list[str] = []
    at = 0
    while (match := _UU_BEGIN.search(text, at)) is not None:
        stop = text.find("\nend", match.end() - 1)
        if stop == -1:
            break
        content = mime.uudecode(text[match.end() : stop].encode("latin-1", "replace"))
        if content:
            files.append((match[1].strip(), content))
            out.append(text[at : match.start()])
        else:
            out.append(text[at:stop])
        at = stop + 4
    out.append(text[at:])
    return "".join(out), files


def readable(texts: list[tuple[str, str, int]]) -> tuple[str, str, str]:
    """(readable text, "plain" | "html" | "none", the HTML that was there)."""
    markup = "\n".join(t for kind, t, _ in texts if kind == "html")
    pieces: list[str] = []
    sources: list[str] = []
    done: set[int] = set()
    for kind, text, group in texts:
        if group:
            if group in done:
                continue
            done.add(group)
            members = [(k, t) for k, t, g in texts if g == group]
            kind, text = _choose(
                "\n".join(t for k, t in members if k == "plain"),
                "\n".join(t for k, t in members if k == "html"),
            )
        elif kind == "html":
            text = html.to_text(text)
        if text.strip():
            pieces.append(html.tidy(text) if kind == "html" else _plain_text(text))
            sources.append(kind)
    if not pieces:
        return "", "none", markup
    return "\n\n".join(pieces), "html" if set(sources) == {"html"} else "plain", markup


def _plain_text(text: str) -> str:
    return text.replace("\xa0", " ").replace("\ufeff", "").strip("\n")


def _choose(plain: str, markup: str) -> tuple[str, str]:
    """text/plain, unless it is a stub that sends the reader to the HTML."""
    if not markup.strip():
        return "plain", plain
    words = plain.split()
    if len(words) > 60 and not (len(words) < 120 and _STUB.search(plain)):
        return "plain", plain
    stub = _STUB.search(plain) is not None
    bare = not words or plain.lstrip().startswith(("<html", "<!DOCTYPE", "<div"))
    if not stub and not bare and html.most_words(markup) <= max(_FEW, _TIMES * len(words)):
        return "plain", plain  # laying the HTML out could not change that
    rendered = html.to_text(markup)
    count = len(rendered.split())
    if bare:
        return "html", rendered
    if stub and (count > len(words) or not set(words) & set(rendered.split())):
        return "html", rendered
    if count > _FEW and count > _TIMES * len(words):
        return "html", rendered
    return "plain", plain
