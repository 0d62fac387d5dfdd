"""Questions by mail: the register of contacts as a file, one entry, a search, the roster, help."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from ..errors import ConfigError, NotAllowed
from ..message.model import Attachment, ParsedMessage
from ..render.views.button import Button
from ..store import entries, roster
from ..store.tables import Entry, Received
from ..triage.roster import Person, Roster, read_csv
from . import believing, clock, showing
from .desk import Job

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOUND = 25  # entries listed for a name; more is no answer
LISTED = 60  # people read back from a candidates' file

# No line is longer than the text part is wide: it is shown as it stands.
HELP = """Write one of these as the first line of a mail to the inbox alone,
or of a reply to a notice of ours. Where you reply to a notice, the
reference may be left out.

approve REF · edit REF (then Asked: and Answered: with their texts)
hold REF until Friday: reason · withdraw REF: reason
not for publication REF: reason · publish REF · clear documents REF
reclassify REF to media · assign REF to ADDRESS · authority REF force
decide yes REF: reason · decide no REF: reason
extend REF clarification · clarification received REF
extend REF fees · fees paid REF · extend REF complex
extend REF public interest until 12 March
holding REF · answered REF: what they were told
close REF: reason · reopen REF · release REF
refer REF to paro · keep REF here
merge REF into REF · split REF: the other question
note REF: text · not spam NUMBER · cancel REF · pause · resume
register · show REF · find NAME
candidates (with a CSV file, or alone) · help

Yn Gymraeg hefyd: cymeradwyo · golygu · tynnu'n ôl · cyhoeddi
dal REF tan ddydd Gwener: rheswm · nid i'w gyhoeddi · cau · ailagor
ailddosbarthu i · neilltuo i · penderfynu ie / na · ateb dros dro
atebwyd · rhyddhau · cyfeirio at · cadw yma · uno · hollti · nodyn
canslo · oedi · ailddechrau · cofrestr · dangos · chwilio am · cymorth

Telephone note: a mail with that subject, and the lines Name:, Email:,
Asked:. To answer an enquirer from your own mailbox use the notice's
button “Answer the enquirer”; a reply to a notice is never sent on."""


def register_file(job: Job, asker: str) -> tuple[Attachment, int]:
    """(the register of contacts as XLSX, number of entries): what this asker may see."""
    from ..register import spreadsheet  # only here: its library is slow to load

    seen = {e.reference for e in entries.all_entries(job.session) if believing.may_see(job, e, asker)}
    rows = [row for row in showing.export_rows(job) if row.reference in seen]
    content = spreadsheet.to_xlsx(rows)
    file = Attachment(
        name=f"register-of-contacts-{job.today.isoformat()}.xlsx",
        content_type=XLSX,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )
    job.audit("register_sent", "", entries=len(rows))
    return file, len(rows)


def show(job: Job, entry: Entry, asker: str) -> str:
    """One entry in full, with the days its deadlines counted and skipped."""
    if not believing.may_see(job, entry, asker):
        raise NotAllowed(f"{entry.reference} is not in the log that you keep.")
    local = job.desk.local
    kind = (entry.underlying or entry.category).value.replace("_", " ")
    lines = [
        f"{entry.reference}: {kind}, {_words(entry.status)}, publication {_words(entry.publication)}",
        f"From: {entry.contact_name} {entry.contact_email} ({entry.contact_role.value.replace('_', ' ')})",
        f"Subject: {entry.subject}",
        f"Received: {local(entry.received_at):%A %d %B %Y %H:%M}, by {entry.method.replace('_', ' ')}",
        f"Matters: {', '.join(m.replace('_', ' ') for m in entry.matters) or 'none'}",
        f"Responsible: the {entry.responsible_authority.value}; log of the {entry.owner}",
        f"Due: {entry.due_on or 'no date'}"
        + (f"; legal limit {entry.statutory_due_on}" if entry.statutory_due_on else ""),
        "",
        "How the dates were counted:",
        *(clock.compute(job.desk, entry).explain().splitlines() or ["no date is set"]),
        "",
        "Asked:",
        entry.information_sought or "(nothing)",
        "",
        "Answered:",
        entry.information_provided or "(nothing yet)",
    ]
    if entry.answered_at:
        who = entry.officer + (" (assumed)" if entry.officer_assumed else "")
        lines.append(f"by {who}, {local(entry.answered_at):%d %B %Y %H:%M}")
    if documents := entries.documents(job.session, entry):
        lines += ["", "Documents:", *(f"{d.ref} ({d.direction}): {d.title}" for d in documents)]
    if decisions := entries.decisions(job.session, entry):
        lines += ["", "Decisions:"]
        lines += [
            f"{local(d.at):%d %B %Y}: {d.decision}, by {d.by}. Reason: {d.rationale or 'none given'}. "
            f"Risks: {d.risk_mitigation or 'none noted'}"
            for d in decisions
        ]
    if entry.notes:
        lines += ["", "Notes:", *entry.notes]
    lines += ["", "Thread:"]
    lines += [
        f"{local(m.at):%d %B %Y %H:%M} {m.kind.replace('_', ' ')}" for m in entries.thread(job.session, entry)
    ]
    return "\n".join(lines)


def find(job: Job, words: str, asker: str) -> str:
    """Entries whose people, subject or words hold all of these words."""
    wanted = words.casefold().split()
    if not wanted:
        raise NotAllowed("Say what to look for, such as “find Garrick”.")
    found = []
    for entry in reversed(entries.all_entries(job.session)):
        people = " ".join(
            f"{name} {email}" for email, name in entries.participants(job.session, entry).items()
        )
        text = f"{entry.reference} {entry.contact_name} {entry.contact_email} {people} {entry.subject}"
        text += f" {entry.information_sought}"
        if all(word in text.casefold() for word in wanted) and believing.may_see(job, entry, asker):
            found.append(entry)
    if not found:
        return f"No entry holds “{words}”."
    lines = [_line(entry) for entry in found[:FOUND]]
    if len(found) > FOUND:
        lines.append(f"… and {len(found) - FOUND} more: say more words.")
    return "\n".join(lines)


def _line(entry: Entry) -> str:
    due = f", due {entry.due_on}" if entry.due_on and entry.answered_at is None else ""
    who = entry.contact_name or entry.contact_email
    day = f"{entry.received_at:%d %B %Y}"
    return f"{entry.reference}, {day}, {who}: {entry.subject} ({_words(entry.status)}{due})"


def _words(state: StrEnum) -> str:
    return state.value.replace("_", " ")


# -- the roster -------------------------------------------------------------------------------------


def csv_of(message: ParsedMessage) -> str | None:
    """The text of the attached CSV file; None where none is attached. NotAllowed where it cannot be read."""
    for attachment in message.attachments:
        if attachment.name.lower().endswith(".csv") or attachment.content_type == "text/csv":
            for charset in ("utf-8-sig", "cp1252"):  # Excel writes either
                try:
                    return attachment.content.decode(charset)
                except UnicodeDecodeError:
                    continue
            raise NotAllowed("The attached file is not a CSV text file.")
    return None


def read_people(job: Job, text: str) -> list[Person]:
    try:
        return read_csv(text, on=job.today)
    except ConfigError as error:
        raise NotAllowed(str(error)) from error


def candidates(
    job: Job, message: ParsedMessage, received: Received, officer: str
) -> tuple[str, tuple[Button, ...]]:
    """With a CSV: what was read, and the button that imports it. Without: the roster as it stands."""
    text = csv_of(message)
    if text is None:
        people = roster.people(job.session)
        return (_people(job, people) if people else "The roster is empty: attach a CSV file."), ()
    people = read_people(job, text)
    if not people:
        raise NotAllowed("The attached file holds nobody.")
    read_back = f"Read from your file, {len(people)}; nothing is imported yet:\n\n{_people(job, people)}"
    label = f"Import these {len(people)} into the roster"
    return read_back, (job.button("candidates", label, officer, received_id=received.id, main=True),)


def _people(job: Job, people: Sequence[Person]) -> str:
    everybody = Roster(people)
    lines = []
    for person in people[:LISTED]:
        standing = everybody.standing(person, job.today)
        said = [everybody.role_on(person, job.today).value.replace("_", " ")]
        said += [standing.value] if standing else []
        said += [f"for {person.agent_for}"] if person.agent_for else []
        lines.append(f"{person.name}, {', '.join(person.emails) or 'no address'}: {', '.join(said)}")
    if len(people) > LISTED:
        lines.append(f"… and {len(people) - LISTED} more")
    return "\n".join(lines)


def import_candidates(job: Job, message: ParsedMessage) -> list[str]:
    """Import what was read back and confirmed."""
    text = csv_of(message)
    if text is None:
        raise NotAllowed("The mail with the file is no longer here: please send it again.")
    added, changed = roster.save(job.session, read_people(job, text))
    job.audit("roster_imported", "", added=added, changed=changed)
    return [f"The roster: {added} added, {changed} changed."]
