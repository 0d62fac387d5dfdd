"""A parsed message → what it is, who asks, what is to be decided, and why.

Structure first (who.py), then the right words (reading.py), then rules (rules.py) and the table
(decide.py). Pure: the office, the day and the thread come in the Context. Instructions inside a mail are
words like any others, and what the receiving server says of the sender changes no category.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ..message import automated as machines
from ..message import body, forwarded, thread
from ..message.model import Address, Automated, Forward, NewWords, ParsedMessage
from . import decide, likeness, reading, who
from .context import Context
from .likeness import AGENT, Opinion
from .model import Category, Classification, Hit, Matter, Role, Understood
from .phrases import fold, language
from .reading import Reading
from .who import Surroundings

_NO_ANSWER = frozenset({Category.AUTOMATED, Category.SPAM, Category.STAFF_REPLY})
_CONTENT = frozenset(Category) - _NO_ANSWER - {Category.MISDIRECTED_FORCE}
_SELLS = 4.0  # the mark of the row for spam
_PARTLY, _WHOLLY = 0.3, 0.9  # shares of the words that make spam of bulk mail, with and without a rule
_STANDS = 4.0  # a candidate's score that outweighs the office's address
_THANKS_WORDS = 45  # a mere thanks is short
_WITHIN = frozenset({Category.AUTOMATED, Category.STAFF_REPLY, Category.MISDIRECTED_FORCE})


def understand(message: ParsedMessage, context: Context) -> Understood:
    """Everything that triage finds in one message."""
    around = who.look(message, context)
    cut = body.cut(message)
    machine = machines.detect(
        message, own_addresses=frozenset(context.own_addresses) | around.addresses, is_own=context.is_own
    )
    forward = None if machine.kind is not None else forwarded.unwrap(message)
    if forward is None and machine.kind is None and around.force:
        forward = _answered_to_us(message, around, context)
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
    follows = _follows(message, around, found, cut, context, tokens)
    opinion = None
    if context.likeness is not None:
        opinion = context.likeness.opinion(f"{found.sections['subject']}\n{found.sections['words']}")
    facts, structure = _facts(message, around, found, machine, hits, opinion, follows, context)
    hits = [*structure, *hits]
    scores = decide.add_up(hits, facts)
    capacity = _capacity(hits, scores, found.enquirer, context)
    classification = _classify(
        message, around, found, machine, cut, scores, opinion, capacity, follows, context
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


def _answered_to_us(message: ParsedMessage, around: Surroundings, context: Context) -> Forward | None:
    """Staff who press "reply" and write to us instead: the history is somebody else's message to them."""
    read_as_forward = replace(message, subject=f"Fwd: {forwarded.thread_subject(message.subject)}")
    forward = forwarded.unwrap(read_as_forward)
    if forward is None or forward.depth > 1:
        return None
    writer = forward.original.sender
    outside = writer.email and not who.is_force(writer, context) and writer.email not in around.addresses
    ours = bool(around.office_domain) and writer.domain.endswith(around.office_domain)
    return forward if outside and not ours else None


def _speaks_for_itself(hits: list[Hit]) -> bool:
    """Whether a private forwarder's note is an allegation, a report or a request of its own."""
    scores = decide.add_up(hits, {})
    strong = max(
        scores[name] for name in ("conduct_concern", "policing_matter", "foi", "candidate", "journalist")
    )
    return strong >= 3 or (scores["question"] >= 1 and scores["passes_on"] < 1)


# ── structure ────────────────────────────────────────────────────────────────────────────────────────


def _facts(
    message: ParsedMessage,
    around: Surroundings,
    found: Reading,
    machine: Automated,
    hits: list[Hit],
    opinion: Opinion | None,
    follows: bool,
    context: Context,
) -> tuple[dict[str, float], list[Hit]]:
    """Facts for the table, and what structure adds to the scores, as evidence like any other."""
    words = decide.add_up(hits, {})
    passed_on = found.how in {"forward", "redirect", "form"} or (
        found.how == "hearsay" and words["passes_on"] >= 1
    )
    force = around.force or (found.how == "redirect" and _redirected_by_force(message, context))
    inner_outside = not who.is_force(found.enquirer, context) and found.enquirer.email not in around.addresses
    is_machine = machine.kind is not None or (around.machine and found.how == "direct")
    facts = {
        "is_automated": float(is_machine and not _advertises(message, machine, words, opinion)),
        "is_office": float(around.office and found.how != "form"),
        "is_officer": float(around.officer),
        "is_force": float(force),
        "is_passed_on": float(passed_on and inner_outside),
        "is_forwarded": float(found.forward is not None and inner_outside),
        "is_staff": float((around.force or around.office) and not passed_on),
        "is_council": float(around.council),
        "is_reply": float(follows),
        # The Commissioner or Deputy may stand (CL 3.c); an officer's words to candidates are the office's.
        "is_standing": float(
            around.office and not around.officer and found.how == "direct" and words["candidate"] >= _STANDS
        ),
    }
    structure = [
        Hit(rule=name.replace("_", "-"), weight=1.0, where="structure", speaks_for=name)
        for name, on in facts.items()
        if on
    ]
    facts = {name: 0.0 for name, on in facts.items() if not on}
    return facts, [*structure, *_sender_hits(message, around, found, machine, context)]


def _advertises(
    message: ParsedMessage, machine: Automated, words: Mapping[str, float], opinion: Opinion | None
) -> bool:
    """Bulk mail that sells or deceives is spam; what a mailing list sends (RFC 2919) takes surer signs."""
    if machine.kind not in (None, "list"):
        return False
    sells = words["spam"] >= _SELLS
    if opinion is None or Category.SPAM not in opinion.shares:
        return sells
    share = opinion.shares[Category.SPAM]
    if message.header("list-id"):
        return sells and share >= _WHOLLY
    return share >= (_PARTLY if sells else _WHOLLY)


def _redirected_by_force(message: ParsedMessage, context: Context) -> bool:
    """Resent-From (RFC 5322 3.6.6) or the address first written to is the force's."""
    named = [
        message.header(h)
        for h in ("resent-from", "resent-sender", "x-forwarded-for", "x-ms-exchange-generated-message-source")
    ]
    emails = re.findall(r"[^\s<>,;]+@[^\s<>,;]+", " ".join(named).lower())
    emails += [a.email for a in message.to]
    return any(who.is_force(Address(email=email), context) for email in emails)


def _sender_hits(
    message: ParsedMessage, around: Surroundings, found: Reading, machine: Automated, context: Context
) -> list[Hit]:
    hits: list[Hit] = []

    def add(rule: str, weight: float, speaks_for: str, text: str = "", source: str = "") -> None:
        hits.append(
            Hit(
                rule=rule, weight=weight, where="sender", text=text[:80], speaks_for=speaks_for, source=source
            )
        )

    person = found.enquirer
    role = known_role(person, context)
    if role in {Role.CANDIDATE, Role.PROSPECTIVE_CANDIDATE, Role.AGENT}:
        add("known-candidate", 3, "candidate", role.value, "R4")
    elif role is Role.JOURNALIST:
        add("known-journalist", 3, "journalist", role.value, "BD 11")
    anybody = context.senders.is_kind("free_mail", person)
    for rule, kind, weight, speaks_for in (
        ("newsroom-address", "newsroom", 2.5, "journalist"),
        ("campaign-address", "campaign", 2.0, "candidate"),
        ("foi-platform-address", "foi_platform", 3.0, "foi"),
    ):
        if (
            not anybody
            and context.senders.is_kind(kind, person)
            and not who.is_force(person, context)
            and person.email not in around.addresses
        ):
            add(rule, weight, speaks_for, person.domain)
    for pattern, speaks_for in _FORM_ROLES.items():
        if found.form_role and re.search(pattern, found.form_role, re.IGNORECASE):
            add("form-tick", 3, speaks_for, found.form_role)
    if not around.office and not around.force:
        poses = _poses_as(around.sender.name, context)
        if poses:
            add("display-name-of-officer", 2, "spam", poses, "impersonation")
        reply = next((a for a in message.reply_to if a.email), None)
        if (
            reply is not None
            and found.how == "direct"
            and reply.domain
            and reply.email != around.sender.email
        ):
            free = context.senders.is_kind("free_mail", reply)
            if reply.domain != around.sender.domain or free:
                add("reply-to-elsewhere", 1, "spam", reply.domain)
    if machine.kind == "list":
        add("bulk-mail", 1.5, "spam", "", "RFC 2919")
    return hits


def _capacity(
    hits: list[Hit], scores: Mapping[str, float], person: Address, context: Context
) -> Category | None:
    """In what capacity the person writes, where structure tells: the roster, a newsroom's address or
    signature, a form's tick. A journalist who writes as a candidate says so, and the words decide."""
    day = context.received_at.date() if context.received_at else date.max
    entry = context.roster.find(person.email, person.name, day)
    role = context.roster.role_on(entry, day) if entry is not None else None
    if role in {Role.CANDIDATE, Role.PROSPECTIVE_CANDIDATE, Role.AGENT}:
        return Category.CANDIDATE_ENQUIRY
    by_place = sum(
        h.weight
        for h in hits
        if h.speaks_for == "journalist"
        and h.where in {"sender", "signature"}
        and h.rule != "known-journalist"
    )
    marks = context.rules.thresholds
    if role is Role.JOURNALIST or by_place >= marks["journalist"]:
        return Category.MEDIA if scores.get("candidate", 0) < marks["candidate"] else None
    return None


_FORM_ROLES = {
    r"candidate|ymgeisydd": "candidate",
    r"agent|representative|asiant": "candidate",
    r"journalist|media|press|newyddiadur": "journalist",
}
_POSES = re.compile(
    r"\b(?:chief exec\w*|ceo|monitoring officer|police (?:and|&) crime commissioner|chief constable|"
    r"head of governance|finance director)\b",
    re.IGNORECASE,
)


def _poses_as(name: str, context: Context) -> str:
    """An officer's name or title as display name of an address that is not the office's."""
    folded = fold(name)
    for official in (context.spoc, context.chief_executive):
        for known in official.names:
            if known and fold(known) in folded:
                return known
    match = _POSES.search(name)
    return match.group() if match else ""


def known_role(person: Address, context: Context) -> Role | None:
    """What the roster or an earlier entry says of the person on that day; None where nothing."""
    day = context.received_at.date() if context.received_at else date.max
    entry = context.roster.find(person.email, person.name, day)
    if entry is not None:
        return context.roster.role_on(entry, day)
    return context.known_role


# ── threads ──────────────────────────────────────────────────────────────────────────────────────────


def _follows(
    message: ParsedMessage,
    around: Surroundings,
    found: Reading,
    cut: NewWords,
    context: Context,
    tokens: tuple[str, ...],
) -> bool:
    """Whether it belongs to a thread with the office. By headers, a reference, or our words quoted."""
    if context.known_parent is not None:
        return context.known_parent
    if found.how != "direct":
        return False
    reply = forwarded.is_reply_subject(message.subject)
    linked = (*message.in_reply_to, *message.references)
    ours = {a.rpartition("@")[2] for a in around.addresses} | {around.office_domain} - {""}
    if any(any(i.rpartition("@")[2].endswith(domain) for domain in ours if domain) for i in linked):
        return True
    if tokens and (reply or linked):
        return True
    quoted = cut.quoted.lower()
    named = any(address in quoted for address in around.addresses) or (
        around.office_domain and around.office_domain in quoted
    )
    return bool((reply or linked) and named)


def _is_thanks(scores: Mapping[str, float], found: Reading, follows: bool) -> bool:
    """A mere thanks: short, asks nothing, decides nothing; outside a thread it also begins so."""
    words = _GREETING.sub("", found.sections["words"], count=1).strip(" ,|")
    return (
        scores.get("thanks", 0) >= 1
        and len(words.split()) <= _THANKS_WORDS
        and scores.get("question", 0) < 1
        and scores.get("request", 0) < 1
        and max(scores.get(name, 0) for name in _HEAVY) < 3
        and not any(scores.get(m.value, 0) >= 1 for m in _DECIDED)
        and (follows or bool(_THANKS_FIRST.match(words)))
    )


_HEAVY = ("policing_matter", "conduct_concern", "foi", "recorded", "emergency", "electoral_process")
_DECIDED = (Matter.VISIT, Matter.COMPLAINT, Matter.INTERVIEW, Matter.HUSTINGS)
_THANKS_FIRST = re.compile(
    r"(?:many |very many |a (?:big|huge) |just (?:a (?:quick )?note |wanted )?to say )?"
    r"(?:thank|thanks|diolch|cheers|ta\b)"
)


# ── the decision ─────────────────────────────────────────────────────────────────────────────────────


def _classify(
    message: ParsedMessage,
    around: Surroundings,
    found: Reading,
    machine: Automated,
    cut: NewWords,
    scores: Mapping[str, float],
    opinion: Opinion | None,
    capacity: Category | None,
    follows: bool,
    context: Context,
) -> Classification:
    verdict = decide.choose(scores, context.rules)
    within = verdict
    if verdict.category is Category.MISDIRECTED_FORCE:
        within = decide.choose(scores, context.rules, skip=_WITHIN)
    threshold = context.rules.thresholds
    second = likeness.weigh(
        within.category, within.confidence, within.voice, opinion, threshold["sure_from"], capacity
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
    thank_you = answered and found.how == "direct" and not around.force and _is_thanks(scores, found, follows)
    enquirer = found.enquirer if answered and found.enquirer.email else None
    reachable = (
        enquirer is not None
        and not context.senders.is_kind("no_reply", enquirer)
        and enquirer.email not in around.addresses
    )
    emergency = answered and decide.emergency(scores, threshold, opinion)
    role = (
        _role(subject_matter, around, found, scores, opinion, context) if _readable(message) else Role.UNKNOWN
    )
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


def _new_text(found: Reading, cut: NewWords) -> str | None:
    if found.how == "forward":
        return found.note or None
    return (found.words if found.how in {"form", "redirect"} else cut.new) or None


def _role(
    category: Category,
    around: Surroundings,
    found: Reading,
    scores: Mapping[str, float],
    opinion: Opinion | None,
    context: Context,
) -> Role:
    if category is Category.AUTOMATED:
        return Role.SYSTEM
    if category is Category.SPAM:
        return Role.UNKNOWN
    if category is Category.STAFF_REPLY:
        return Role.STAFF
    known = known_role(found.enquirer, context)
    if not found.enquirer.email or not (found.words or found.subject):
        return Role.UNKNOWN
    role = (
        known if known not in (None, Role.UNKNOWN) else _said_role(category, around, scores, opinion, context)
    )
    if role is Role.PROSPECTIVE_CANDIDATE and _nominations_are_out(context):
        return Role.CANDIDATE
    return role


# Categories that hang on who writes. Elsewhere faint words of the press ("report", "statement") make nobody
# a journalist: it takes a sure sign.
_BY_CAPACITY = frozenset({Category.MEDIA, Category.CANDIDATE_ENQUIRY, Category.PUBLIC_ENQUIRY, Category.FOI})
_SURELY = 3.0


def _nominations_are_out(context: Context) -> bool:
    """From the statement of persons nominated on, who stands is nominated. A roster that names the nominated
    knows better than anybody's own word (R4)."""
    published, day = context.statement_of_persons_nominated, context.received_at
    return bool(
        published and day and day.date() >= published and not context.roster.names_nominated(day.date())
    )


def _said_role(
    category: Category,
    around: Surroundings,
    scores: Mapping[str, float],
    opinion: Opinion | None,
    context: Context,
) -> Role:
    """What the mail itself says of the writer's capacity; where the category rests on it, that capacity."""
    marks = context.rules.thresholds
    candidate, agent, journalist = (scores.get(name, 0) for name in ("candidate", "agent", "journalist"))
    staff = scores.get("is_staff", 0) > 0
    sure = marks["journalist"] if category in _BY_CAPACITY else _SURELY
    if journalist >= sure and journalist >= candidate and not staff:
        return Role.JOURNALIST
    if category is Category.MEDIA:
        return Role.JOURNALIST
    if candidate >= marks["candidate"] or category is Category.CANDIDATE_ENQUIRY:
        for_another = decide.there(AGENT, {AGENT: agent}, marks, opinion)
        return Role.AGENT if for_another else Role.PROSPECTIVE_CANDIDATE
    if staff or scores.get("working_for_office", 0) >= marks["working_for_office"]:
        return Role.STAFF
    partner = category in _BY_CAPACITY and scores.get("partner", 0) >= marks["partner"]
    return Role.UNKNOWN if around.council or partner else Role.PUBLIC


_GREETING = re.compile(
    r"^(?:dear|hello|hi|annwyl|good (?:morning|afternoon|evening)|fao|to) [^|,]{0,60}(?:,|\||$)"
)
_TITLES = {
    "spoc": ("spoc", "single point of contact", "head of governance"),
    "chief_executive": ("chief executive", "chief exec", "monitoring officer", "prif weithredwr"),
    "commissioner": ("the commissioner", "the pcc", "the pfcc", "our pcc", "y comisiynydd"),
}


def _names_staff(found: Reading, context: Context) -> tuple[str, ...]:
    """Whom a complaint is about, so far as R10 cares: it goes past them. A greeting names nobody."""
    text = _GREETING.sub("", found.sections["words"], count=1)
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
