"""`classify --explain`: a decision written out so that a Chief Executive could defend it in public."""

from __future__ import annotations

from collections import defaultdict

from .model import Category, Classification, Hit, Understood

_NAMES = {
    Category.CANDIDATE_ENQUIRY: "an enquiry by or for a candidate",
    Category.FOI: "a request for recorded information",
    Category.MEDIA: "a media enquiry",
    Category.MISDIRECTED_FORCE: "somebody's message that reached the force and was passed on",
    Category.ELECTORAL_PROCESS: "a question about the poll, for the returning officer",
    Category.CONDUCT_CONCERN: "a concern about somebody's conduct",
    Category.POLICING_MATTER: "a police matter in the wrong inbox",
    Category.PUBLIC_ENQUIRY: "an enquiry by a member of the public",
    Category.STAFF_REPLY: "the office's own mail",
    Category.AUTOMATED: "written by a machine",
    Category.SPAM: "unwanted advertising or fraud",
}


def write(understood: Understood, file: str, duplicate_of: str | None = None) -> str:
    """Plain text: the decision, what follows, the reasons by what they speak for, and what did not speak."""
    found = understood.classification
    lines = [f"MEMO     {file}", f"Finding  {found.category.value}: {_NAMES[found.category]}."]
    if found.underlying:
        lines.append(f"Within   {found.underlying.value}: {_NAMES[found.underlying]}.")
    lines.append(
        f"Sure     {found.confidence:.0%}"
        + ("; a person should look (needs review)" if found.needs_review else "")
    )
    if found.enquirer:
        name = f"{found.enquirer.name} " if found.enquirer.name else ""
        lines.append(
            f"From     {name}<{found.enquirer.email}>, {found.enquirer_role.value.replace('_', ' ')}"
        )
    if found.forwarded_by:
        lines.append(f"By way   of {found.forwarded_by}")
    if found.matters:
        lines.append("Matters  " + ", ".join(m.value.replace("_", " ") for m in found.matters))
    lines += [f"Note     {note}" for note in _notes(found, duplicate_of)]
    lines += ["", "Why"]
    for heading, hits in _grouped(found.evidence).items():
        total = sum(hit.weight for hit in hits)
        lines.append(f"  {heading.replace('_', ' ')}: {total:g}")
        lines += [f"    {_reason(hit)}" for hit in hits]
    if not found.evidence:
        lines.append("  No rule spoke; the last row of the table decides.")
    lines += ["", "Asked, without an answer", "  " + (", ".join(found.misses) or "none")]
    return "\n".join(lines) + "\n"


def _notes(found: Classification, duplicate_of: str | None) -> list[str]:
    notes = []
    if duplicate_of:
        notes.append(f"a second delivery of {duplicate_of}; nothing is sent twice")
    if found.emergency:
        notes.append("sounds like danger now: 999 is named and the office is alerted at once")
    if found.confidential:
        notes.append("staff asking about their own position: confidential, never published (CL 4.2)")
    if found.thank_you:
        notes.append("a mere thanks: no new entry")
    elif found.follow_up:
        notes.append("belongs to an existing thread: no fresh acknowledgement")
    if found.recorded_information:
        notes.append("asks for recorded information in writing: a statutory date applies (FOIA s.10)")
    if found.foi_missing:
        notes.append(f"missing for a valid request (FOIA s.8): {', '.join(found.foi_missing)}")
    if found.names_staff:
        notes.append(
            f"names {', '.join(n.replace('_', ' ') for n in found.names_staff)}: goes past them (R10)"
        )
    return [
        *notes,
        "to be acknowledged" if found.acknowledge and not duplicate_of else "not to be acknowledged",
    ]


def _grouped(hits: tuple[Hit, ...]) -> dict[str, list[Hit]]:
    grouped: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.speaks_for].append(hit)
    return dict(sorted(grouped.items(), key=lambda item: -sum(abs(h.weight) for h in item[1])))


def _reason(hit: Hit) -> str:
    quoted = f' "{hit.text}"' if hit.text else ""
    source = f" [{hit.source}]" if hit.source else ""
    return f"{hit.weight:+g} {hit.rule} ({hit.where}){quoted}{source}"
