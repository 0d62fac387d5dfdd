"""Several messages in a row, as `inbox-bot classify` sees them: threads and second deliveries among them.

The register knows threads by its own records; a batch has nothing but the files given, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..message import parse, thread
from ..message.explain import explain
from ..message.forwarded import is_reply_subject
from ..message.model import ParsedMessage
from . import memo, who
from .classify import understand
from .context import Context
from .model import Category, Role, Understood

_THREADED = frozenset(Category) - {Category.AUTOMATED, Category.SPAM, Category.STAFF_REPLY}


class Batch:
    """Keeps what a later message may refer to: ids, contents, and who was found to be what. Memory grows by
    a few hundred bytes a message; no message is kept."""

    def __init__(
        self, context: Context, *, documents: Callable[[ParsedMessage], tuple[str, ...]] | None = None
    ) -> None:
        self._context = context
        self._documents = documents
        self._files: dict[str, str] = {}  # fingerprint or content key → file
        self._threads: dict[str, Category | None] = {}  # message id → category of the enquiry; None: not one
        self._roles: dict[str, Role] = {}  # address → role, from what the person has said of himself
        self._subjects: dict[tuple[str, str], Category] = {}  # (address, bare subject) → category
        self._inbox = ""

    def understand(self, raw: bytes, file: str) -> tuple[Understood, str | None]:
        """(what it is, the file it is a second delivery of)."""
        message = parse.parse(raw)
        duplicate_of = self._seen(message, file)
        context = self._for(message)
        understood = understand(message, context)
        self._remember(understood, context)
        return understood, duplicate_of

    def line(self, raw: bytes, file: str) -> dict[str, Any]:
        """One object of `classify --json`; keys in the contract."""
        return as_line(*self._named(raw, file))

    def memo(self, raw: bytes, file: str) -> str:
        """`--explain`: the decision as a short memo, every rule that hit and missed, and what was cut."""
        understood, duplicate_of, _ = self._named(raw, file)
        about = explain(understood.message, understood.words, understood.automated, understood.forward)
        return f"{memo.write(understood, file, duplicate_of)}\n{about}"

    def _named(self, raw: bytes, file: str) -> tuple[Understood, str | None, str]:
        understood, duplicate_of = self.understand(raw, file)
        return understood, duplicate_of, file

    def _for(self, message: ParsedMessage) -> Context:
        context = self._context
        inbox = who.inbox_of(message, context)
        ours = context.inbox_address
        if inbox and inbox != ours:
            # A copy from Sent names no recipient of ours: what earlier mail was delivered to tells.
            from_inbox = context.senders.is_kind("election_inbox", message.author)
            ours = self._inbox if from_inbox and self._inbox else inbox
        self._inbox = self._inbox or inbox
        parent = next((p for p in thread.parents(message) if p in self._threads), None)
        return replace(
            context,
            inbox_address=ours,
            received_at=context.received_at or parse.received(message) or message.date,
            known_parent=True if parent is not None else None,
            known_category=self._about(message, parent),
            known_role=self._roles.get(who.sender_of(message).email),
            documents_text=self._documents(message) if self._documents else context.documents_text,
        )

    def _about(self, message: ParsedMessage, parent: str | None) -> Category | None:
        """What the thread is about: by the message it answers, or by the same person's earlier subject."""
        if parent is not None:
            return self._threads.get(parent)
        if not is_reply_subject(message.subject):
            return None
        return self._subjects.get(_subject_key(message))

    def _seen(self, message: ParsedMessage, file: str) -> str | None:
        """The same mail rendered anew, or the same words from the same sender under another Message-ID."""
        keys = [thread.fingerprint(message)]
        if message.text.strip() or message.attachments:
            keys.append(thread.content_key(message) + "|" + thread.bare_subject(message.subject).casefold())
        first = next((self._files[key] for key in keys if key in self._files), None)
        for key in keys:
            self._files.setdefault(key, file)
        return first

    def _remember(self, understood: Understood, context: Context) -> None:
        message, found = understood.message, understood.classification
        category = found.underlying or found.category
        parents = thread.parents(message)
        known = next((self._threads[p] for p in parents if self._threads.get(p)), None)
        about = category if category in _THREADED else None
        if message.message_id:
            self._threads[message.message_id] = known or about
        for parent in parents:
            if (
                self._threads.get(parent) is None
                and (about or known)
                and found.category is not Category.AUTOMATED
            ):
                self._threads[parent] = known or about
        if about is not None and understood.forward is None:
            self._subjects.setdefault(_subject_key(message), about)
        forward = understood.forward
        if forward is not None and forward.original.message_id:
            self._threads.setdefault(forward.original.message_id, about)
        if found.enquirer is not None and found.enquirer_role in {
            Role.CANDIDATE,
            Role.PROSPECTIVE_CANDIDATE,
            Role.AGENT,
            Role.JOURNALIST,
        }:
            self._roles.setdefault(found.enquirer.email, found.enquirer_role)


def _subject_key(message: ParsedMessage) -> tuple[str, str]:
    bare = _TOKEN.sub("", thread.bare_subject(message.subject))
    return who.sender_of(message).email, " ".join(bare.casefold().split())


_TOKEN = re.compile(r"\[[^\]]{3,20}\]|\(ref [^)]{1,20}\)", re.IGNORECASE)


def as_line(understood: Understood, duplicate_of: str | None, file: str) -> dict[str, Any]:
    """The contract's object. A second delivery is acknowledged no second time."""
    found = understood.classification
    message = understood.message
    return {
        "file": file,
        "category": found.category.value,
        "underlying": found.underlying.value if found.underlying else None,
        "matters": [m.value for m in found.matters],
        "enquirer_email": found.enquirer.email or None if found.enquirer else None,
        "enquirer_name": found.enquirer.name or None if found.enquirer else None,
        "enquirer_role": found.enquirer_role.value,
        "acknowledge": found.acknowledge and duplicate_of is None,
        "follow_up": found.follow_up,
        "thank_you": found.thank_you,
        "emergency": found.emergency,
        "confidential": found.confidential,
        "new_text": found.new_text,
        "original_text": found.original_text,
        "subject": message.subject,
        "attachments": [a.name for a in message.attachments if not a.inline],
        "defects": [d.code for d in message.defects],
        "confidence": found.confidence,
        "needs_review": found.needs_review,
        "forwarded_by": found.forwarded_by,
        "duplicate_of": duplicate_of,
        "automated_kind": understood.automated.kind,
        # Whom a notice of delay names has not bounced yet.
        "bounced_recipients": list(understood.automated.bounced_recipients)
        if understood.automated.kind == "bounce"
        else [],
        "language": found.language,
        "recorded_information": found.recorded_information,
        "foi_missing": list(found.foi_missing),
        "names_staff": list(found.names_staff),
        "evidence": [
            {
                "rule": h.rule,
                "weight": h.weight,
                "where": h.where,
                "text": h.text,
                "for": h.speaks_for,
                "source": h.source,
            }
            for h in found.evidence
        ],
    }
