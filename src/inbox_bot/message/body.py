"""The new words of a message: banners, markings, history and closings cut off, each with its reason.

`cut` obeys the contract's `new_text`: greeting kept; closing words, name, signature, disclaimer, marking,
banner and quoted history removed; empty lines between paragraphs. Answers written between quoted questions
stay together with the question they answer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from . import headerblock, history, html, notices, signature, signers, webform
from .closing import Cuts, has_words, without_closing
from .model import Evidence, NewWords, ParsedMessage
from .once import once

MAX_LINES = 4_000  # of one body; what is longer is a document, and the rest counts as quoted
MAX_TEXT = 200_000  # characters of one body that are looked at; as above


@once
def cut(message: ParsedMessage) -> NewWords:
    """The sender's own new words."""
    names = signers.names_of(message.author, message.sender, *message.reply_to[:1])
    text = message.text
    if message.body_source == "html" and message.html:
        marked = html.to_text(message.html, marks=True)
        if marked.replace(html.QUOTE, "").strip():
            text = marked
    form = webform.read(message)
    if form is not None:
        inner = cut_text(form.words, names=names | signers.names_of(form.sender))
        note = Evidence(rule="web form", text="the person's words stand under the form's message label")
        return NewWords(
            new=inner.new, quoted=inner.quoted, signature=inner.signature, disclaimer=inner.disclaimer,
            banner=inner.banner, protective_marking=inner.protective_marking, cuts=(note, *inner.cuts),
        )  # fmt: skip
    return cut_text(text, names=names)


@lru_cache(maxsize=16)  # one text is often the whole of a message and the inside of a forward
def cut_text(text: str, *, names: frozenset[str] = frozenset()) -> NewWords:
    """Cuts a body. `names`: lower-case words by which the writer may sign (`signers.names_of`)."""
    cuts = Cuts()
    if len(text) > MAX_TEXT:
        stop = text.rfind("\n", 0, MAX_TEXT) + 1 or MAX_TEXT
        cuts.quoted.append(text[stop:])
        text = text[:stop]
    text = html.tidy(headerblock.split_run_on(text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        cuts.quoted.extend(lines[MAX_LINES:])
        lines = lines[:MAX_LINES]
    lines = _frame(lines, cuts)
    own = _without_history(lines, cuts, names)
    own = without_closing(own, cuts, names)
    new = _paragraphs(own)
    return NewWords(
        new=new,
        quoted=_unmarked(cuts.quoted),
        signature=_unmarked(cuts.signature),
        disclaimer=_unmarked(cuts.disclaimer),
        banner=_unmarked(cuts.banner),
        protective_marking=cuts.marking,
        cuts=tuple(cuts.evidence),
    )


def _unmarked(lines: list[str]) -> str:
    return "\n".join(x for x in lines if x.strip() not in html.MARKS).strip()


def _paragraphs(lines: list[str]) -> str:
    """One empty line between paragraphs, none at the ends."""
    kept = [x.rstrip() for x in lines if x.strip() not in html.MARKS]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n").strip()


# -- above the words ---------------------------------------------------------------------------------


def _frame(lines: list[str], cuts: Cuts) -> list[str]:
    """Markings wherever they stand alone, gateway banners among the first paragraphs."""
    kept: list[str] = []
    for line in lines:
        mark = notices.marking(line) if 3 < len(line) < 200 else ""
        if mark:
            cuts.marking = cuts.marking or mark
            cuts.note("marking", line)
        else:
            kept.append(line)
    at = 0
    seen = 0
    while seen < 3:
        while at < len(kept) and not kept[at].strip():
            at += 1
        stop = at
        while stop < len(kept) and kept[stop].strip():
            stop += 1
        if not notices.has_banner(" ".join(kept[at:stop])):
            at = stop
            seen += 1
            continue
        began = history.first(kept, 0, stop)
        if began is not None and began.start <= at:
            break  # from here on it is another mail's
        stop = _banner_end(kept, at, began.start if began is not None else stop)
        paragraph = " ".join(kept[at:stop])
        if stop > at and notices.is_banner(paragraph):
            if len(paragraph) > 600:
                break
            cuts.banner.extend(kept[at:stop])
            cuts.note("banner", paragraph)
            kept = kept[:at] + kept[stop:]
        else:
            at = stop
            seen += 1
    return kept


def _banner_end(lines: list[str], start: int, stop: int) -> int:
    """Where the banner at the head of a paragraph ends, if somebody's words follow without an empty line."""
    if stop - start < 2 or not notices.has_banner(" ".join(lines[start:stop])):
        return stop
    for end in range(start + 1, stop):
        head = " ".join(lines[start:end])
        ended = re.search(r"[^\w\s,;]\s*$", head)
        below = lines[end:stop]
        goes_on = signature.is_impersonal(below) and notices.may_continue_banner(below[0])
        if ended and not goes_on and notices.is_banner(head):
            return end
    return stop


# -- history -----------------------------------------------------------------------------------------


def _is_quote(line: str) -> bool:
    bare = line.strip()
    if not bare.startswith(">") or history.names_writer(line):
        return False
    return not bare.startswith(">>>>>>>>>>>>") and not bare.endswith("<<")


def _without_history(lines: list[str], cuts: Cuts, names: frozenset[str]) -> list[str]:
    """The writer's own lines; where answers stand between quotes, with the questions they answer."""
    mark = history.first(lines)
    quote = next((i for i, line in enumerate(lines) if _is_quote(line)), len(lines))
    if mark is not None and mark.start <= quote:
        head, tail, reason = lines[: mark.start], lines[mark.start :], mark.kind
        body = lines[mark.end :]
    elif quote < len(lines):
        head, tail, reason, body = lines[:quote], lines[quote:], "quote marks", lines[quote:]
    else:
        return lines
    head = _drop_rule(head)
    marked = mark is None or quote <= mark.start or _quotes_below(lines, mark.end)
    segments = _segments(body) if marked else []
    if (mark is not None and mark.kind == "html") or (
        mark is not None and lines[mark.start].strip() == html.QUOTE
    ):
        segments = _html_segments(lines[mark.start :])
    answers = [i for i, (quoted, part) in enumerate(segments) if not quoted and _has_words(part, names)]
    quotes = [i for i, (quoted, _) in enumerate(segments) if quoted]
    if not answers or not quotes or answers[-1] < quotes[0]:
        cuts.quoted.extend(tail)
        cuts.note(
            "history",
            tail[0]
            if tail[0].strip() != html.QUOTE
            else next((x for x in tail if x.strip() and "\ue000" not in x), ""),
            reason,
        )
        return head
    after = [i for i in answers if i > quotes[0]]
    own = [*head]
    if len(after) == 1 and not has_words(head) and after[0] > quotes[-1]:
        # One quote, then the answer: bottom-posted.
        for quoted, part in segments:
            if quoted:
                cuts.quoted.extend(part)
        cuts.note("history", tail[0], "answer below the quotation")
        own.extend(["", *segments[after[0]][1]])
        return own
    # Answers between questions.
    cuts.note("inline answers", tail[0], "kept together with the question each answers")
    for i, (quoted, part) in enumerate(segments):
        if not quoted:
            if i in answers:
                own.extend(part if i and segments[i - 1][0] else ["", *part])
            continue
        if i + 1 in answers:
            question = _question(part)
            own.extend(["", *question])
            cuts.quoted.extend(part[: len(part) - len(question)])
        else:
            cuts.quoted.extend(part)
    return own


def _drop_rule(lines: list[str]) -> list[str]:
    """Without an empty rule line at the end: it belongs to the history below."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or headerblock.is_rule(kept[-1])):
        kept.pop()
    return kept


def _segments(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Runs of quoted and of unquoted lines; an attribution line between counts as quoted."""
    out: list[tuple[bool, list[str]]] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        quoted = _is_quote(line)
        span = 1
        if not quoted and line.strip():
            mark = history.at_line(lines, at)
            if mark is not None:
                quoted, span = True, max(1, mark.end - at)
                if mark.kind in {"headers", "forward", "original"} or not _quotes_below(lines, mark.end):
                    out.append((True, lines[at:]))
                    return _joined(out)
        if not line.strip() and out and out[-1][0]:
            out[-1][1].append(line)
        elif out and out[-1][0] == quoted:
            out[-1][1].extend(lines[at : at + span])
        else:
            out.append((quoted, lines[at : at + span]))
        at += span
    return _joined(out)


_LINK_END = re.compile(r"\s*[(<]?(?:https?://\S{1,500}|[^\s,.;!?]{0,300}[=/&%_][^\s,;!?]{0,300})[)>]?\s*>?$")


def _quotes_below(lines: list[str], at: int) -> bool:
    """Whether the history that a mark announces is marked with ">": else nothing tells answers from it."""
    return next((_is_quote(x) for x in lines[at:] if x.strip()), False)


_BROKEN_INTO = 3  # lines, at most, that one quoted line leaves behind


def _goes_on(quote: str, line: str) -> bool:
    """Whether a line is the rest of the quoted one above: of a link, or of a full line left unfinished."""
    if _LINK_END.match(line):
        return True
    full = len(quote) > 65 and bool(quote.strip(" >"))
    return full and (
        len(line) < 25 or (line[:1].islower() and not quote.rstrip().endswith((".", "?", "!", ":")))
    )


def _joined(segments: list[tuple[bool, list[str]]]) -> list[tuple[bool, list[str]]]:
    """Unquoted lines between quotes, no empty lines around, are a quoted line that a program broke."""
    out: list[tuple[bool, list[str]]] = []
    for number, (quoted, part) in enumerate(segments):
        broken = (
            not quoted and out and out[-1][0] and len(part) <= _BROKEN_INTO
            and (number + 1 < len(segments) or part[0][:1].islower())
            and all(map(_goes_on, [out[-1][1][-1], *part], part))
        )  # fmt: skip
        if out and (broken or out[-1][0] == quoted):
            out[-1][1].extend(part)
        else:
            out.append((quoted, list(part)))
    return out


def _html_segments(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """The same by the containers of an HTML mail."""
    out: list[tuple[bool, list[str]]] = []
    depth = 0
    introduced = 0  # lines up to here introduce a container
    for at, line in enumerate(lines):
        bare = line.strip()
        if bare == html.QUOTE:
            depth += 1
            continue
        if bare == html.END_QUOTE:
            depth = max(0, depth - 1)
            continue
        if not depth and bare and at >= introduced:
            mark = history.at_line(lines, at)
            introduced = mark.end if mark is not None and mark.kind == "attribution" else 0
        quoted = depth > 0 or at < introduced or _is_quote(line)
        if (not bare and out) or (out and out[-1][0] == quoted):
            out[-1][1].append(line)
        else:
            out.append((quoted, [line]))
    return [(q, [f"> {x}" if q and not _is_quote(x) and x.strip() else x for x in part]) for q, part in out]


def _question(lines: list[str]) -> list[str]:
    """The last paragraph of a quotation: what the answer below it answers."""
    end = len(lines)
    while end and not lines[end - 1].strip(" >\t"):
        end -= 1
    start = end
    while start and lines[start - 1].strip(" >\t"):
        start -= 1
    if end - start > 1 and history.introduces(lines[start].strip(" >\t")):
        start += 1
    return lines[start:]


_WORDS = "Words stand here."


def _has_words(lines: list[str], names: frozenset[str]) -> bool:
    """Whether an unquoted run holds words of the writer, not just a signature or a footer."""
    if not has_words(lines):
        return False
    left = without_closing([_WORDS, "", *lines], Cuts(), names)[1:]  # a closing needs words above it
    text = " ".join(left).strip()
    if not re.search(r"\w", text) or notices.is_footer(text) or (notices.is_disclaimer(text)):
        return False
    return not all(signature.is_device(x.strip()) for x in left if x.strip())
