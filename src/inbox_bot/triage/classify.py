"""A parsed message → what it is, who asks, what is to be decided, and why.

Structure first (who.py, structure.py), then the right words (reading.py), the rules (rules.py) and the table
(decide.py), with what the words resemble (likeness.py). Pure: the office, the day and the thread come in the
Context. Instructions inside a mail are words like any others, and what the receiving server says of the
sender changes no category.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ..message import automated as machines
from ..message import body, copied, forwarded, thread
from ..message.model import Address, Automated, Forward, NewWords, ParsedMessage
from . import capacity, decide, following, likeness, reading, structure, who
from .context import Context
from .likeness import Opinion
from .model import Category, Classification, Hit, Matter, Role, Understood
from .phrases import fold, language
from .reading import Reading
from .who import Surroundings

_NO_ANSWER = frozenset({Category.AUTOMATED, Category.SPAM, Category.STAFF_REPLY})
_CONTENT = frozenset(Category) - _NO_ANSWER - {Category.MISDIRECTED_FORCE}
_DENIED = -2  # "I am not standing myself", as a score; then it counts so much of what it does unsaid
_DENIED_COUNTS = 0.1
_WITHIN = frozenset({Category.AUTOMATED, Category.STAFF_REPLY, Category.MISDIRECTED_FORCE})


def understand(message: ParsedMessage, context: Context) -> Understood:
    """Everything that triage finds in one message."""
    around = who.look(message, context)
    cut = body.cut(message)
    machine = machines.detect(
        message, own_addresses=frozenset(context.own_addresses) | around.addresses, is_own=context.is_own
    )
    mailer = machine.kind == "list" or (machine.kind is None and around.machine)
    writer = who.person_behind_mailer(message, cut, context) if mailer else None
    if writer is not None:
        machine, around = replace(machine, kind=None), replace(around, sender=writer, machine=False)
    forward = None if machine.kind is not None else forwarded.unwrap(message)
    if machine.kind is None and around.force:
        forward = _by_an_outsider(message, forward, around, context)
    found = reading.read(message, around, cut, forward, context)
    hits, misses = context.rules.run(found.sections)
    note = reading.own_note(found, message, around, cut, context)
    if note is not None:
        note_hits, note_misses = context.rules.run(note.sections)
        if _speaks_for_itself(note_hits):
            found, hits, misses, forward = note, note_hits, note_misses, None
    tokens = (
        thread.reference_tokens(message.subject, context.reference_prefix) if context.reference_prefix else ()
    )
    follows = following.follows(message, around, found, cut, context, tokens)
    opinion = None
    if context.likeness is not None:
        said = decide.add_up(hits, {})
        opinion = context.likeness.opinion(
            f"{found.sections['subject']}\n{found.sections['words']}",
            found.sections["signature"],
            at_work=structure.at_work(around, found, said)
            and said["candidate"] < context.rules.thresholds["candidate"],
        )
    facts, evidence = structure.facts(message, around, found, machine, hits, opinion, follows, context)
    hits = [*evidence, *hits]
    scores = decide.add_up(hits, facts)
    settled = capacity.settled(hits, scores, found.enquirer, context)
    classification = _classify(
        message, around, found, machine, cut, scores, opinion, settled, follows, context
    )
    classification = replace(classification, evidence=(*classification.evidence, *hits), misses=tuple(misses))
    kept = (
        machine
        if classification.category in {Category.AUTOMATED, Category.SPAM}
        else replace(machine, kind=None)
    )
    return Understood(
        message=message,
        words=cut,
        automated=kept,
        forward=found.forward,
        classification=classification,
        tokens=tokens,
    )


def _by_an_outsider(
    message: ParsedMessage, forward: Forward | None, around: Surroundings, context: Context
) -> Forward | None:
    """What staff pass on as it is meant: somebody else's message, wherever in the mail it stands.

    They discuss a thread before one of them forwards it; they press "reply" and write to us instead; they
    copy a message under its writer's address, or from a place where nobody has one.
    """

    def outside(found: Forward | None) -> bool:
        writer = found.original.sender if found is not None else Address()
        ours = bool(around.office_domain) and writer.domain.endswith(around.office_domain)
        known = who.is_force(writer, context) or writer.email in around.addresses
        return bool(writer.email) and not known and not ours

    if forward is None:
        read_as_forward = replace(message, subject=f"Fwd: {forwarded.thread_subject(message.subject)}")
        answered = forwarded.unwrap(read_as_forward)
        if answered is not None and answered.depth == 1 and outside(answered):
            return answered
        pasted = copied.pasted(message)
        return pasted if outside(pasted) else copied.quoted(message)
    further: Forward | None = forward
    while further is not None and further.depth < forwarded.MAX_FORWARDS:
        if outside(further):
            return further
        further = forwarded.below(further)
    return forward


def _speaks_for_itself(hits: list[Hit]) -> bool:
    """Whether a private forwarder's note is an allegation, a report or a request of its own."""
    scores = decide.add_up(hits, {})
    strong = max(
        scores[name] for name in ("conduct_concern", "policing_matter", "foi", "candidate", "journalist")
    )
    return strong >= 3 or (scores["question"] >= 1 and scores["passes_on"] < 1)


def _classify(
    message: ParsedMessage,
    around: Surroundings,
    found: Reading,
    machine: Automated,
    cut: NewWords,
    scores: Mapping[str, float],
    opinion: Opinion | None,
    settled: Category | None,
    follows: bool,
    context: Context,
) -> Classification:
    verdict = decide.choose(scores, context.rules)
    within = verdict
    if verdict.category is Category.MISDIRECTED_FORCE:
        within = decide.choose(scores, context.rules, skip=_WITHIN)
    threshold = context.rules.thresholds
    second = likeness.weigh(
        within.category,
        within.confidence,
        within.voice,
        opinion,
        threshold["sure_from"],
        settled,
        _stands(scores.get("candidate", 0), threshold["unsaid"]),
    )
    confidence = second.confidence
    category = second.category if within is verdict else verdict.category
    underlying = None if within is verdict else second.category
    subject_matter = underlying or category
    if (
        follows
        and context.known_category in _CONTENT
        and subject_matter in _CONTENT
        and not verdict.row.when.keys() & _OWN_GROUND
    ):
        category = subject_matter = context.known_category
        confidence = max(confidence, 0.8)
    answered = subject_matter not in _NO_ANSWER
    follow_up = follows and category not in _NO_ANSWER | {Category.MISDIRECTED_FORCE}
    by_hand = answered and found.how == "direct" and not around.force
    thank_you = by_hand and following.is_thanks(scores, found, follows)
    if not thank_you and by_hand and follows and scores.get("thanks", 0) >= 1:
        # What the subject asks was asked before: it is that of the message answered.
        said = decide.add_up(context.rules.run({**found.sections, "subject": ""})[0], {})
        asked = {name: said[name] for name in ("question", "request")}
        thank_you = following.is_thanks({**scores, **asked}, found, follows)
    enquirer = found.enquirer if answered and found.enquirer.email else None
    reachable = (
        enquirer is not None
        and not context.senders.is_kind("no_reply", enquirer)
        and enquirer.email not in around.addresses
    )
    emergency = answered and decide.emergency(scores, threshold, opinion)
    role = Role.UNKNOWN
    if _readable(message):
        role = capacity.role(subject_matter, around, found, scores, opinion, context)
    shown = decide.matters(subject_matter, scores, context.rules, opinion)
    works_here = (
        scores.get("is_staff", 0) > 0
        or scores.get("working_for_office", 0) >= threshold["working_for_office"]
    )
    recorded = (
        answered
        and Matter.SAR not in shown
        and (subject_matter is Category.FOI or scores.get("recorded", 0) >= threshold["recorded"])
    )
    return Classification(
        category=category,
        evidence=() if second.hit is None else (second.hit,),
        underlying=underlying,
        matters=() if thank_you else shown,
        enquirer=enquirer,
        enquirer_role=role,
        acknowledge=answered and reachable and not follow_up and not thank_you,
        follow_up=follow_up,
        thank_you=thank_you,
        emergency=emergency,
        confidential=answered
        and works_here
        and scores.get("staff_position", 0) >= threshold["staff_position"],
        language=language(f"{found.sections['subject']} {found.sections['words']}"),
        recorded_information=recorded,
        foi_missing=_missing(found) if subject_matter is Category.FOI and not follow_up else (),
        names_staff=_names_staff(found, context)
        if subject_matter is Category.CONDUCT_CONCERN or Matter.COMPLAINT in shown
        else (),
        confidence=confidence,
        needs_review=(answered or category is Category.SPAM)
        and (second.doubt or confidence < threshold["review_below"]),
        forwarded_by=_forwarder(message, around, found)
        if category is not Category.STAFF_REPLY and scores.get("is_passed_on", 0)
        else None,
        new_text=_new_text(found, cut),
        original_text=found.words or None
        if found.forward is not None or _form_of_force(found, around)
        else None,
    )


# Subjects that a message has of its own, whatever thread it comes in.
_OWN_GROUND = frozenset(
    {"emergency", "policing_matter", "conduct_concern", "foi", "sar", "electoral_process"}
)


def _readable(message: ParsedMessage) -> bool:
    """Not where the words are encrypted, so that what can be read is the mail system's."""
    return not any(part.content_type in _ENCRYPTED for part in message.attachments)


_ENCRYPTED = frozenset({"application/x-microsoft-rpmsg-message", "application/pgp-encrypted"})


def _form_of_force(found: Reading, around: Surroundings) -> bool:
    """The force's own form or case system passed the person's words on."""
    return found.how == "form" and around.force


def _forwarder(message: ParsedMessage, around: Surroundings, found: Reading) -> str | None:
    """The address that passed it on; a redirect names it in Resent-From (RFC 5322 3.6.6)."""
    if found.how == "redirect":
        named = re.search(
            r"[^\s<>,;]+@[^\s<>,;]+", message.header("resent-from") or message.header("resent-sender")
        )
        return named.group().lower() if named else None
    if found.how in {"forward", "hearsay"} or _form_of_force(found, around):
        return around.sender.email or None
    return None


def _stands(score: float, unsaid: float) -> float:
    """What the words' share of candidates counts: whether rules heard standing said, unsaid or denied."""
    if score > 0:
        return 1.0
    return unsaid if score > _DENIED else unsaid * _DENIED_COUNTS


def _new_text(found: Reading, cut: NewWords) -> str | None:
    if found.how == "forward":
        return found.note or None
    return (found.words if found.how in {"form", "redirect"} else cut.new) or None


_TITLES = {
    "spoc": ("spoc", "single point of contact", "head of governance"),
    "chief_executive": ("chief executive", "chief exec", "monitoring officer", "prif weithredwr"),
    "commissioner": ("the commissioner", "the pcc", "the pfcc", "our pcc", "y comisiynydd"),
}


def _names_staff(found: Reading, context: Context) -> tuple[str, ...]:
    """Whom a complaint is about, so far as R10 cares: it goes past them. A greeting names nobody."""
    text = following.GREETING.sub("", found.sections["words"], count=1)
    officials = {
        "spoc": context.spoc,
        "chief_executive": context.chief_executive,
        "commissioner": context.commissioner,
    }
    named: list[str] = []
    for key, official in officials.items():
        known = [
            *_TITLES[key],
            *(fold(x) for x in (*official.titles, *official.names, *official.emails) if x),
        ]
        known += [fold(name).split()[-1] for name in official.names if " " in name]
        if any(re.search(rf"\b{re.escape(word)}\b", text) for word in known):
            named.append(key)
    return tuple(named)


def _missing(found: Reading) -> tuple[str, ...]:
    """Parts of a request that FOIA s.8(1) asks for and that are not there, for the SPOC to ask back."""
    missing: list[str] = []
    signed = found.enquirer.name or found.sections["signature"]
    if len(re.findall(r"[a-z][a-z.'-]*", fold(signed))) < 2:
        missing.append("name")
    if not found.enquirer.email:
        missing.append("address")
    if len(found.words.split()) < 6 and not found.sections["documents"]:
        missing.append("description")
    return tuple(missing)
