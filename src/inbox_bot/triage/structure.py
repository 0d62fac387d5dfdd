"""What structure tells: facts for the decision table, and evidence from who sent it.

The sender's name and party never count; the address, the form's tick and the headers do. The one exception
is an officer's name over an address that is not the office's, which may be deceit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from ..message.model import Address, Automated, Forward, ParsedMessage
from . import decide, who
from .capacity import known_role
from .context import Context
from .likeness import Opinion
from .model import Category, Hit, Role
from .phrases import fold
from .reading import Reading
from .who import Surroundings

_SELLS = 4.0  # the mark of the row for spam
_PARTLY, _WHOLLY = 0.3, 0.9  # shares of the words that make spam of bulk mail, with and without a rule
_STANDS = 3.0  # a candidate's score that outweighs the office's address, where something is asked,
_SURELY_OWN = 0.8  # and the words' share for candidates and the public that does
_FIRST_PERSON = re.compile(r"\b(?:i|i'\w+|my|me)\b")  # in folded text

_FORM_ROLES = {
    r"candidate|ymgeisydd": "candidate",
    r"agent|representative|asiant": "candidate",
    r"journalist|media|press|newyddiadur": "journalist",
}
_SUBJECTS = (
    "emergency",
    "conduct_concern",
    "policing_matter",
    "foi",
    "sar",
    "candidate",
    "electoral_process",
)
_SURE = 3.0  # one sure rule
_FIGURES = str.maketrans("0135", "oles")  # "0" for "o", "1" for "l": nobody spells their own domain so
_POSES = re.compile(
    r"\b(?:chief exec\w*|ceo|monitoring officer|police (?:and|&) crime commissioner|chief constable|"
    r"head of governance|finance director)\b",
    re.IGNORECASE,
)


def facts(
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
    passed_on = _is_passed_on(around, found, words)
    force = around.force or (found.how == "redirect" and _redirected_by_force(message, context))
    inner_outside = not who.is_force(found.enquirer, context) and found.enquirer.email not in around.addresses
    is_machine = machine.kind is not None or (around.machine and not passed_on)
    facts = {
        "is_automated": float(is_machine and not _advertises(message, machine, words, opinion)),
        "is_office": float(around.office and found.how != "form"),
        "is_officer": float(around.officer),
        "is_outgoing": float(around.office and _to_outsiders(message, around)),
        "is_impersonation": float(_is_impersonation(around, context)),
        "is_force": float(force),
        "is_passed_on": float(passed_on and (inner_outside or _for_a_colleague(around, found))),
        "is_forwarded": float(
            found.forward is not None
            and inner_outside
            and not (around.office and _came_to_us(found.forward, message, around))
        ),
        "is_staff": float(at_work(around, found, words)),
        "is_council": float(around.council),
        "is_paro": float(found.how == "direct" and _is_paro(around, context)),
        "is_reply": float(follows),
        "is_own_question": float(
            around.office
            and not around.officer
            and found.how == "direct"
            and words["question"] + words["request"] > 0
            and (words["candidate"] >= _STANDS or _asks_for_themselves(found, words, opinion))
        ),
    }
    structure = [
        Hit(rule=name.replace("_", "-"), weight=1.0, where="structure", speaks_for=name)
        for name, on in facts.items()
        if on
    ]
    facts = {name: 0.0 for name, on in facts.items() if not on}
    return facts, [*structure, *_sender_hits(message, around, found, machine, context)]


def at_work(around: Surroundings, found: Reading, words: Mapping[str, float]) -> bool:
    """Whether staff of the force, the fire service or the office wrote it for themselves. `words`: the rules'
    scores."""
    return (around.force or around.office) and not _is_passed_on(around, found, words)


def _is_passed_on(around: Surroundings, found: Reading, words: Mapping[str, float]) -> bool:
    return found.how in {"forward", "redirect", "form"} or (
        found.how == "hearsay" and (words["passes_on"] >= 1 or (around.machine and _says_something(words)))
    )


def _for_a_colleague(around: Surroundings, found: Reading) -> bool:
    """Whether staff forwarded what another of the staff asked of them."""
    person = found.enquirer.email
    return (
        around.force and found.how == "forward" and person not in {"", around.sender.email, *around.addresses}
    )


def _is_paro(around: Surroundings, context: Context) -> bool:
    """Whether the Police Area Returning Officer writes, from the address that the office knows."""
    return around.sender.email in context.paro.emails


def _asks_for_themselves(found: Reading, words: Mapping[str, float], opinion: Opinion | None) -> bool:
    """Whether a colleague asks of their own position or as somebody who may stand (R28), not to log what
    another person said. The Commissioner or Deputy may stand, too (CL 3.c); an officer's words are the
    office's."""
    if opinion is None or words["passes_on"] > 0 or not _FIRST_PERSON.search(found.sections["words"]):
        return False
    own = (Category.CANDIDATE_ENQUIRY, Category.PUBLIC_ENQUIRY)
    return sum(opinion.shares.get(category, 0.0) for category in own) >= _SURELY_OWN


def _says_something(words: Mapping[str, float]) -> bool:
    """Whether what a system sends of somebody asks, reports or alleges, as no bulletin does that only names
    whom to ask."""
    return words["question"] + words["request"] > 0 or max(words[name] for name in _SUBJECTS) >= _SURE


def _to_outsiders(message: ParsedMessage, around: Surroundings) -> bool:
    """What the office addressed to nobody of its own is an answer, whatever it says of the officer; a
    copy may go to the inbox."""
    named = [a for a in message.to if a.email]
    return bool(named) and not any(
        a.email in around.addresses or who.within(a.domain, around.office_domain) for a in named
    )


def _came_to_us(forward: Forward, message: ParsedMessage, around: Surroundings) -> bool:
    """What colleagues pass about among themselves reached the inbox when it came: it has its entry."""
    called = {a.name for a in (*message.to, *message.cc) if a.email == around.inbox and a.name}
    return any(a.email == around.inbox or (not a.email and a.name in called) for a in forward.original.to)


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


def _is_impersonation(around: Surroundings, context: Context) -> bool:
    """An officer's own name over a domain that is nearly the office's, or anybody's over one that differs by
    a figure in a letter's place. A title alone does not make it so: a neighbouring office has a Chief
    Executive, too."""
    domain, ours = around.sender.domain, around.office_domain
    if domain != ours and domain.translate(_FIGURES) == ours.translate(_FIGURES):
        return True
    return bool(_officer_named(around.sender.name, context)) and _looks_like(domain, ours)


def _looks_like(domain: str, ours: str) -> bool:
    """Whether a domain differs from the office's in one letter or two that change places."""
    if not ours or domain == ours or abs(len(domain) - len(ours)) > 1:
        return False
    blocks = SequenceMatcher(None, domain, ours, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= max(len(domain), len(ours)) - 1


def _poses_as(name: str, context: Context) -> str:
    """An officer's name or title as display name of an address that is not the office's."""
    match = _POSES.search(name)
    return _officer_named(name, context) or (match.group() if match else "")


def _officer_named(name: str, context: Context) -> str:
    folded = fold(name)
    known = (n for official in (context.spoc, context.chief_executive) for n in official.names)
    return next((n for n in known if n and fold(n) in folded), "")
