"""What stands below the words: closing, name, footers and small print, taken off from the end upwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import headerblock, html, notices, signature
from .model import Evidence

_SPEAKS = re.compile(r"\b(?:I|I['’][a-z]+|[Mm]y|[Mm]e)\b")  # a person, as no footer does
_SHORT_MESSAGE = 400  # characters: a longer paragraph of small print alone is small print


@dataclass
class Cuts:
    """What was taken away so far."""

    quoted: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    disclaimer: list[str] = field(default_factory=list)
    banner: list[str] = field(default_factory=list)
    marking: str = ""
    evidence: list[Evidence] = field(default_factory=list)

    def note(self, rule: str, text: str, source: str = "") -> None:
        self.evidence.append(Evidence(rule=rule, text=text.strip()[:120], source=source))


def without_closing(lines: list[str], cuts: Cuts, names: frozenset[str]) -> list[str]:
    """Footers, disclaimers and the closing, from the end upwards, until nothing more goes."""
    own = _cut_marked(lines, cuts)
    own = _cut_rule_footer(own, cuts)
    postscript: list[str] = []
    for _ in range(12):  # each round takes one kind away; real mail needs up to five
        before = len(own)
        own = _cut_small_print(own, cuts)
        at, why = signature.start(own, names)
        if why:
            closing = own[at:]
            extra = next((i for i, x in enumerate(closing) if signature.is_postscript(x)), None)
            if extra is not None:
                postscript = ["", *closing[extra:], *postscript]
                closing = closing[:extra]
            cuts.signature[:0] = [*closing, ""]
            cuts.note("signature", next((x for x in closing if x.strip() and "\ue000" not in x), ""), why)
            own = own[:at]
        if len(own) == before:
            break
    if not has_words(own) and not postscript:
        own = (_mere_thanks(cuts) if cuts.signature else []) or _own_small_print(cuts)
    return _without_device_lines(own, cuts) + postscript


def _cut_marked(lines: list[str], cuts: Cuts) -> list[str]:
    """Signatures that an HTML mail program marked, wherever they stand: some people write below them."""
    own: list[str] = []
    at = 0
    while at < len(lines):
        if lines[at].strip() != html.SIGNATURE:
            own.append(lines[at])
            at += 1
            continue
        stop = next((i for i in range(at, len(lines)) if lines[i].strip() == html.END_SIGNATURE), len(lines))
        inside = lines[at + 1 : stop]
        if signature.is_impersonal(inside):
            cuts.signature.extend(inside)
            cuts.note("signature", next((x for x in inside if x.strip()), ""), "html signature")
        else:
            own.extend(inside)
        at = stop + 1
    return own


def _without_device_lines(lines: list[str], cuts: Cuts) -> list[str]:
    """Without "Sent from my iPhone" in a paragraph of its own between words: people write below that, too."""
    own: list[str] = []
    for at, line in enumerate(lines):
        apart = not (at and lines[at - 1].strip()) and not (at + 1 < len(lines) and lines[at + 1].strip())
        if line.strip() and at and apart and signature.is_device(line.strip()):
            cuts.signature.append(line)
            cuts.note("signature", line, "device")
        else:
            own.append(line)
    return own


def _own_small_print(cuts: Cuts) -> list[str]:
    """A message of nothing but "Take me off your mailing list" is no footer: a cut never leaves nothing
    where one paragraph had words of its own and nothing but a name stood around it."""
    paragraphs = "\n".join(cuts.disclaimer).strip().split("\n\n")
    if cuts.quoted or not paragraphs[0].strip():
        return []
    words = paragraphs[0].split("\n")
    if notices.disclaimer_strength(paragraphs[0]) >= 2 or len(paragraphs[0]) > _SHORT_MESSAGE:
        return []
    del cuts.disclaimer[: cuts.disclaimer.index(words[-1]) + 1]
    cuts.evidence[:] = [x for x in cuts.evidence if x.rule not in {"footer", "disclaimer"}]
    return words


def _mere_thanks(cuts: Cuts) -> list[str]:
    """A message of nothing but "Many thanks, Ann" says thanks: that line is the message."""
    first = next((x for x in cuts.signature if x.strip()), "")
    if re.search(
        r"(?i)thank|diolch|cheers|merci|danke|gracias|grazie|bedankt|tack", first
    ) and signature.is_closing(first.strip()):
        cuts.signature.remove(first)
        return [first]
    return []


def _cut_rule_footer(lines: list[str], cuts: Cuts) -> list[str]:
    """Everything below a rule line that a platform's, list's or lawyer's footer follows."""
    for at, line in enumerate(lines):
        if not headerblock.is_rule(line) or len(line.strip()) < 5:
            continue
        below = [x for x in lines[at + 1 : at + 60] if x.strip()]
        if not below or headerblock.is_rule(below[0]):
            continue
        small_print = (
            notices.is_disclaimer("\n".join(below[:3])) and notices.disclaimer_strength("\n".join(below)) >= 2
        )
        if small_print or notices.is_footer("\n".join(below[:6])):
            cuts.disclaimer.extend(lines[at:])
            cuts.note("footer", below[0])
            return lines[:at]
    return lines


def _cut_small_print(lines: list[str], cuts: Cuts) -> list[str]:
    """Disclaimer and footer paragraphs at the end."""
    own = list(lines)
    while True:
        while own and (not own[-1].strip() or headerblock.is_rule(own[-1]) or own[-1].strip() in html.MARKS):
            own.pop()
        start = len(own)
        while start and own[start - 1].strip():
            start -= 1
        block = own[start:]
        paragraph = " ".join(x.strip() for x in block)
        if not block:
            return own
        if start == 0 and notices.disclaimer_strength(paragraph) < 2 and not notices.is_footer(paragraph):
            return own
        if notices.is_disclaimer(paragraph):
            # Small print directly under the name, in one block: only its own lines.
            first = next((i for i, x in enumerate(block) if notices.is_disclaimer(x)), 0)
            if first and len(block[first - 1]) < 60:
                start += first
                block = block[first:]
            elif start and _is_request(paragraph):
                return own
            cuts.disclaimer[:0] = [*block, ""]
            cuts.note("disclaimer", paragraph)
        elif notices.is_footer(paragraph) and not _SPEAKS.search(paragraph):
            cuts.disclaimer[:0] = [*block, ""]
            cuts.note("footer", paragraph)
        elif notices.is_imprint(paragraph):
            cuts.signature[:0] = [*block, ""]
            cuts.note("imprint", paragraph)
        else:
            return own
        own = own[:start]


def _is_request(paragraph: str) -> bool:
    """A person's own sentence that happens to use a word of the small print."""
    return bool(
        notices.disclaimer_strength(paragraph) < 2
        and re.search(
            r"(?i)\?|\b(?:I|I'm|I’d|my|could you|can you|hoffwn|allwch|"
            r"please (?:send|provide|tell|let|confirm|supply)|"
            r"(?:your|this) (?:question|request) and (?:this|our|my) (?:reply|answer))\b",
            paragraph,
        )
    )


def has_words(lines: list[str]) -> bool:
    """Whether anything is written in the lines."""
    return any(re.search(r"\w", line) for line in lines)
