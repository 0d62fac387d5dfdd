"""The original inside a forward, and who wrote it, as far as the message shows.

Looks for message/rfc822 attachments, header blocks and markers in the text, and redirection headers. An
Outlook reply carries the same block as a forward; the subject's prefix and the recipients tell them apart.
Nothing here decides whether the forwarder is believed: that is the caller's, who knows the force's domains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import dropwhile

from . import body, headerblock, headers, history, html, mailboxes, phrases, signers
from .headerblock import HeaderBlock
from .history import Mark
from .model import Address, Attachment, Evidence, Forward, Original, ParsedMessage
from .once import once

MAX_FORWARDS = 12  # forwards within forwards
_FORWARD = re.compile(
    rf"^\s*(?:\[[^\]]{{1,40}}\]\s*)*(?:{phrases.SUBJECT_FORWARD})\s?(?:\[\d+\])?\s?[:：]", re.I
)
_REPLY = re.compile(
    rf"^\s*(?:\[[^\]]{{1,40}}\]\s*)*(?:{phrases.SUBJECT_REPLY})\s?(?:\[\d+\]|\(\d+\)|\^\d+)?\s?[:：]", re.I
)
_REDIRECTED = (
    "resent-from",
    "resent-to",
    "x-forwarded-for",
    "x-forwarded-to",
    "x-ms-exchange-generated-message-source",
)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """One forward in a text: the words above, the block, the words below."""

    note: list[str]
    block: HeaderBlock | None
    sender: Address
    below: list[str]
    why: str


def is_forward_subject(subject: str) -> bool:
    """Whether the first prefix of a subject says that it is a forward."""
    return (
        bool(_FORWARD.match(subject)) and not re.match(r"\s*(?:re|sv|aw|vs|r|i|od)\s?[:：]", subject, re.I)
    ) or bool(re.match(r"\s*(?:vs|i|vb)\s?[:：]", subject, re.I) and _FORWARD.match(subject))


def is_reply_subject(subject: str) -> bool:
    """Whether the first prefix of a subject says that it is a reply."""
    return bool(_REPLY.match(subject)) and not is_forward_subject(subject)


@once
def unwrap(message: ParsedMessage) -> Forward | None:
    """The forward that a message is, None where it is none."""
    for find in (_attached, _inline, _redirected):
        forward = find(message)
        if forward is not None:
            return forward
    return None


def below(forward: Forward) -> Forward | None:
    """The same, read one message further down: what the original answers or passes on, None where that shows
    nothing. For a thread that staff discussed among themselves before one of them passed it on."""
    original = forward.original
    inner = _inline(
        ParsedMessage(
            size=0,
            from_=(original.sender,),
            subject=f"Fwd: {thread_subject(original.subject)}",
            text=original.text,
        )
    )
    return inner and replace(
        inner,
        how=forward.how,
        covering_note=forward.covering_note,
        depth=forward.depth + inner.depth,
        evidence=(*forward.evidence, *inner.evidence),
    )


# -- message/rfc822 ----------------------------------------------------------------------------------


def _attached(message: ParsedMessage) -> Forward | None:
    """A forward as attachment. Reports (RFC 3462) and digests carry messages too, but are no forwards."""
    if message.content_type in {"multipart/report", "multipart/digest"} or not message.embedded:
        return None
    inner = message.embedded[0]
    if not inner.author.email and not inner.text.strip():
        return None
    words = body.cut(message)
    deeper = unwrap(inner)
    evidence = (
        Evidence(rule="rfc822", text=f"attached message of {len(message.embedded)}", source="RFC 2046 5.2.1"),
    )
    if deeper is not None:
        return replace(
            deeper,
            how="rfc822",
            covering_note=words.new,
            depth=deeper.depth + 1,
            evidence=(*evidence, *deeper.evidence),
        )
    return Forward(how="rfc822", original=_original(inner), covering_note=words.new, evidence=evidence)


def _original(inner: ParsedMessage) -> Original:
    return Original(
        sender=inner.author,
        to=inner.to,
        date=inner.date,
        subject=inner.subject,
        message_id=inner.message_id,
        text=inner.text,
        new_text=body.cut(inner).new,
        attachments=tuple(a for a in inner.attachments if not a.inline),
    )


# -- inline ------------------------------------------------------------------------------------------


def _inline(message: ParsedMessage) -> Forward | None:
    text = message.text
    found = _find(text, message)
    if found is None:
        return None
    note = body.cut_text("\n".join(found.note), names=signers.names_of(message.author, message.sender)).new
    evidence = [Evidence(rule="inline", text=found.why)]
    depth = 1
    while depth < MAX_FORWARDS:
        deeper = _find("\n".join(found.below), message, subject=found.block.subject if found.block else "")
        if deeper is None:
            break
        evidence.append(Evidence(rule="inline", text=deeper.why))
        found = deeper
        depth += 1
    original_text = "\n".join(found.below).strip("\n")
    block = found.block
    return Forward(
        how="inline",
        original=Original(
            sender=found.sender,
            to=(*block.to, *block.cc) if block else (),
            date=block.date if block else None,
            subject=block.subject if block else "",
            message_id=_message_id(message, depth),
            text=original_text.strip(),
            new_text=body.cut_text(original_text, names=signers.names_of(found.sender)).new,
            attachments=_documents(message),
        ),
        covering_note=note,
        depth=depth,
        evidence=tuple(evidence),
    )


def _documents(message: ParsedMessage) -> tuple[Attachment, ...]:
    """Outlook re-attaches the original's documents to the forward."""
    return tuple(a for a in message.attachments if not a.inline)


def _message_id(message: ParsedMessage, depth: int) -> str:
    """What the original was called: mail programs refer to what they forward, each forward adding its own."""
    told = headers.message_ids(message.header("x-forwarded-message-id"))  # Thunderbird
    chain = told or message.references or message.in_reply_to
    return chain[-depth] if len(chain) >= depth else ""


def _find(text: str, message: ParsedMessage, *, subject: str | None = None) -> _Found | None:
    """The outermost forward in a text. `subject` None: the message itself, else the block's it stands in."""
    nested = subject is not None
    own_subject = message.subject if subject is None else subject
    text = html.tidy(headerblock.split_run_on(text[: body.MAX_TEXT].replace("\r\n", "\n")))
    lines = text.split("\n")[: body.MAX_LINES]
    mark = history.first(lines)
    quoted_at = next((i for i, line in enumerate(lines) if _is_quoted(line)), len(lines))
    stripped = False
    after: list[str] = []  # the forwarder's words below the forward
    head = mark.block.start if mark is not None and mark.block else quoted_at
    if head < len(lines) and lines[head].lstrip().startswith(">"):
        stop = _end_of_quote(lines, head)
        lines, after = lines[:stop], lines[stop:]
    if mark is None or quoted_at < mark.start:
        # Apple Mail quotes the whole forward, marker and all.
        inner = history.first([re.sub(r"^\s*>[ ]?", "", x) for x in lines[quoted_at:]])
        if (
            inner is not None
            and inner.kind in {"forward", "headers", "original"}
            and not _words_between(lines, quoted_at, quoted_at + inner.start)
        ):
            lines = lines[:quoted_at] + [re.sub(r"^\s*>[ ]?", "", x) for x in lines[quoted_at:]]
            mark = Mark(
                kind=inner.kind,
                start=inner.start + quoted_at,
                end=inner.end + quoted_at,
                block=headerblock.read(lines, inner.block.start + quoted_at, announced=True)
                if inner.block
                else None,
                words=inner.words,
            )
            stripped = True
    if mark is None:
        return None
    why = _is_forward(mark, lines, own_subject, message, nested=nested)
    if not why:
        return None
    # Notes draws a line under the block.
    below = list(dropwhile(lambda x: not x.strip() or headerblock.is_rule(x), lines[mark.end :]))
    if (
        mark.kind == "attribution"
        or (mark.block is None and not stripped)
        or next((x.startswith(">") for x in below if x.strip()), False)
    ):
        below = _unquoted(below)
    sender = mark.block.sender if mark.block else _attributed(mark.words)
    if not sender.email and not sender.name:
        return None
    return _Found(
        note=[*lines[: mark.start], "", *after], block=mark.block, sender=sender, below=below, why=why
    )


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">") and not history.names_writer(line)


def _end_of_quote(lines: list[str], at: int) -> int:
    """Where a run of quoted lines ends for good: the line after the last one, if that is empty."""
    last = max(i for i in range(at, len(lines)) if lines[i].lstrip().startswith(">"))
    filled = [x for x in lines[at : last + 1] if x.strip()]
    quoted = sum(x.lstrip().startswith(">") for x in filled)
    apart = last + 1 < len(lines) and not lines[last + 1].strip()
    return last + 1 if apart and quoted * 3 >= len(filled) * 2 else len(lines)


def _words_between(lines: list[str], start: int, stop: int) -> bool:
    return any(re.sub(r"[\s>]", "", x) for x in lines[start:stop])


def _unquoted(lines: list[str]) -> list[str]:
    """One level of quoting or indenting taken off. Where programs wrapped quoted lines, not all have it."""
    filled = [x for x in lines if x.strip()]
    quoted = [x for x in filled if x.lstrip().startswith(">")]
    if quoted and filled[0] is quoted[0] and len(quoted) * 3 >= len(filled) * 2:
        return [re.sub(r"^\s*>[ ]?", "", x) for x in lines]
    if filled and all(x.startswith(("    ", "\t")) for x in filled):
        return [re.sub(r"^(?: {4}|\t)", "", x) for x in lines]
    return lines


def _attributed(words: str) -> Address:
    """The person an "On …, X wrote:" line names."""
    match = re.search(
        r"[\"“”']?([^\"“”<>,:;\d][^\"“”<>,:;]{0,80}?)?[\"“”']?\s*[<(\[]\s*([^\s<>()\[\]]+@[^\s<>()\[\]]+)\s*[>)\]]",
        words,
    )
    if match:
        name = re.sub(
            r"(?i)^.*?\b(?:schrieb|skrev|пользователь|użytkownik|uživatel|používateľ|at|um|à|alle|às|om|kl|klo|о|o|в|u)\b\s*",
            "",
            (match[1] or "").strip(),
        )
        return mailboxes.addresses(f'"{name}" <{match[2]}>')[0] if name else Address(email=match[2].lower())
    bare = re.search(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+", words)
    return Address(email=bare[0].lower().rstrip(".")) if bare else Address()


def _is_forward(mark: Mark, lines: list[str], subject: str, message: ParsedMessage, *, nested: bool) -> str:
    """Why this mark is a forward, "" where it is a reply's history."""
    if mark.kind == "forward":
        return "marker: " + mark.words.strip(" -*>")[:60]
    if mark.kind in {"attribution", "html"}:
        if is_forward_subject(subject) and mark.kind == "attribution":
            return "subject says forwarded; attribution line"
        return ""
    if is_forward_subject(subject):
        return "subject says forwarded; header block"
    if is_reply_subject(subject):
        return ""
    block = mark.block
    if block is None:
        return ""
    if nested:
        return ""
    recipients = {a.email for a in (*message.to, *message.cc) if a.email}
    if block.sender.email and block.sender.email in recipients:
        return ""  # it goes back to the one it came from
    if (
        message.in_reply_to
        and block.subject
        and thread_subject(block.subject) == thread_subject(subject)
        and not _names_author(block, message)
    ):
        return ""
    return "header block of somebody who is not written to"


def _names_author(block: HeaderBlock, message: ParsedMessage) -> bool:
    return message.author.email in {a.email for a in (*block.to, *block.cc)}


def thread_subject(subject: str) -> str:
    """For comparing: lower case, prefixes off."""
    previous = None
    while previous != subject:
        previous = subject
        subject = re.sub(
            rf"^\s*(?:{phrases.SUBJECT_FORWARD}|{phrases.SUBJECT_REPLY})\s?(?:\[\d+\])?\s?[:：]\s*",
            "",
            subject,
            flags=re.I,
        )
    return subject.strip().lower()


# -- redirected --------------------------------------------------------------------------------------


def _redirected(message: ParsedMessage) -> Forward | None:
    """Resent-* (RFC 5322 3.6.6) or an X-Forwarded rule: the From is the original sender already."""
    seen = [name for name in _REDIRECTED[:4] if message.header(name)]
    if not seen or not message.author.email:
        return None
    words = body.cut(message)
    return Forward(
        how="redirect",
        original=replace(_original(message), new_text=words.new),
        evidence=tuple(
            Evidence(rule="redirect", text=f"{name}: {message.header(name)[:80]}", source="RFC 5322 3.6.6")
            for name in seen
        ),
    )
