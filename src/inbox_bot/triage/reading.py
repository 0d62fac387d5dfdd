"""Which words count: the enquirer's own, wherever in the mail they stand.

A forward's original, a form's message field, or simply the new words of the mail. Hidden text, quoted
history, disclaimers and the machine's frame do not score; the covering note only says why it was passed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..message import body, signature, webform
from ..message.forwarded import thread_subject
from ..message.model import Address, Forward, NewWords, ParsedMessage
from .context import Context
from .phrases import fold
from .who import Surroundings, is_force, person_behind_list

_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NAME_LINE = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|dr|cllr|prof|rev|sir)\.? )?[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}$",
    re.IGNORECASE,
)
_ROLE_TICK = re.compile(
    r"(?im)^[ \t*]*(?:i am|i'm|are you|you are|capacity|role|writing as|type of enquir\w+|enquir\w+ type|"
    r"who are you|which[^:\n]{0,20} describes you|"
    r"contacting us as|rwy'n|yn ysgrifennu fel|rydw i'n)[^:\n]{0,40}:[ \t]*([^\n]{2,80})$"
)
_ASKS_ROLE = re.compile(
    r"\bdescribes you\b|^are you an? |^(?:your )?(?:role|capacity)$|^i am an?$|^ydych chi'n "
)
_AFFIRMS = re.compile(r"(?i)(?:yes|ydw|ie|true|on|✓|x)\b")
_FULL_NAME = re.compile(r"(?!(?:Mr|Mrs|Ms|Miss|Dr|Cllr|The|From|Dear)\b)[A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ][\w'’-]{2,}")
_REPEATED = re.compile(
    r"(?P<name>[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){1,2}) (?:wrote|asked|messaged|posted|said|says|asks)\b"
    r"[^\"“\n]{0,40}[\"“][^\"“”]{20,}"
)
_SHORT_LETTER = 60  # words: below this a mail with a letter attached is read together with the letter
_OWN_REQUEST = 12  # words in a private forwarder's note from which it may be the real message


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What will be judged. `sections` are folded; `words` and `note` are as typed."""

    enquirer: Address
    words: str
    note: str = ""
    subject: str = ""
    how: str = "direct"  # direct, form, forward, redirect, hearsay
    forward: Forward | None = None
    form_role: str = ""
    sections: dict[str, str] = field(default_factory=dict)


def read(
    message: ParsedMessage, around: Surroundings, cut: NewWords, forward: Forward | None, context: Context
) -> Reading:
    """Choose the person and the words."""
    form = webform.read(message)
    if form is not None and _is_form(form, message, around):
        sender = form.sender if form.sender.email else _reply_to(message, around, form.sender.name)
        if sender.email == around.sender.email and (around.machine or _is_generated(message)):
            sender = Address(name=form.sender.name)  # nobody who could be answered, but somebody's words
        found = Reading(enquirer=sender, words=cut.new or form.words, subject=form.subject or message.subject,
                        how="form", form_role=_role_ticked(form, message.text))  # fmt: skip
        return _with_sections(found, message, cut, "", context)
    if forward is not None:
        found, below = _forwarded(message, around, forward)
        return _with_sections(found, message, cut, below, context)
    direct = Reading(
        enquirer=_named(
            person_behind_list(message, around.sender),
            cut,
            platform=context.senders.is_kind("foi_platform", around.sender) and bool(cut.signature),
        ),
        words=cut.new,
        subject=message.subject,
    )
    if around.force:
        outsider = _outsider(message, around, context)
        if outsider is not None:
            # Told on by word of mouth: the note names the enquirer. The rule "passes-on" decides.
            direct = replace(direct, enquirer=outsider, how="hearsay", note=cut.new)
    return _with_sections(direct, message, cut, cut.signature, context)


def _role_ticked(form: webform.WebForm, text: str) -> str:
    """What the person ticked ("Resident"), or was asked and affirmed ("Are you a candidate?")."""
    for label, value in form.fields:
        if _ASKS_ROLE.search(label) and value:
            return label if _AFFIRMS.match(value) else value
    ticked = _ROLE_TICK.search(text)
    return ticked.group(1) if ticked else ""


def _is_form(form: webform.WebForm, message: ParsedMessage, around: Surroundings) -> bool:
    """Software wrote it: a machine's or an office's address, or a From that is not the person of the form."""
    known = form.sender.email or next((a.email for a in message.reply_to), "")
    return (
        around.machine
        or _is_generated(message)
        or (
            bool(known)
            and (around.office or around.force or known != around.sender.email or len(form.fields) >= 4)
        )
    )


def _is_generated(message: ParsedMessage) -> bool:
    """Whether the header says that a program wrote it (RFC 3834 5)."""
    return message.header("auto-submitted").strip().lower().startswith("auto-generated")


def _reply_to(message: ParsedMessage, around: Surroundings, name: str) -> Address:
    reply = next((a for a in message.reply_to if a.email), around.sender)
    return Address(name=name or reply.name, email=reply.email)


def _forwarded(message: ParsedMessage, around: Surroundings, forward: Forward) -> tuple[Reading, str]:
    original = forward.original
    form = webform.read_text(original.text)
    words = original.new_text
    sender = original.sender
    if form is not None:
        words = body.cut_text(form.words).new or form.words
        sender = form.sender if form.sender.email else sender
    tail = original.text.partition(words.rpartition("\n")[2])[2] if words else ""
    sender = _named(sender, NewWords(signature=tail.strip()[:300]))
    how = "redirect" if forward.how == "redirect" else "forward"
    found = Reading(enquirer=sender, words=words, note=forward.covering_note, how=how, forward=forward,
                    subject=original.subject or thread_subject(message.subject))  # fmt: skip
    return found, tail[:600]


def own_note(
    found: Reading, message: ParsedMessage, around: Surroundings, cut: NewWords, context: Context
) -> Reading | None:
    """The other reading of a private person's forward: the note is the message, the original its exhibit."""
    if around.force or around.office or around.council or found.forward is None or found.how == "redirect":
        return None
    if found.enquirer.email == around.sender.email or len(found.note.split()) < _OWN_REQUEST:
        return None
    reading = Reading(
        enquirer=_named(around.sender, cut), words=found.note, subject=message.subject, forward=None
    )
    return _with_sections(reading, message, cut, cut.signature, context)


def _outsider(message: ParsedMessage, around: Surroundings, context: Context) -> Address | None:
    """Whom staff tell of: the one address in the text that is neither the office's nor the force's, or a
    person whose words they repeat in quotation marks ("a message on our page"), who has no address."""
    found = {
        email.lower().rstrip(".")
        for email in _ADDRESS.findall(message.text)
        if not is_force(Address(email=email.lower()), context)
        and email.lower() not in around.addresses
        and not (around.office_domain and email.lower().endswith(around.office_domain))
    }
    if len(found) == 1:
        email = found.pop()
        return Address(name=_owner(email, message.text), email=email)
    quoted = _REPEATED.search(message.text[:4000]) if not found else None
    return Address(name=quoted["name"]) if quoted else None


def _owner(email: str, text: str) -> str:
    """The full name in the text whose last part stands in the address; "" where there is none."""
    local = fold(email.partition("@")[0])
    return next(
        (m.group() for m in _FULL_NAME.finditer(text[:4000]) if fold(m.group()).split()[-1] in local), ""
    )


def _named(sender: Address, cut: NewWords, *, platform: bool = False) -> Address:
    """A fuller name from the signature where From has none, or only a first name or a title. A request
    platform's display name is its own, or the request's."""
    name = sender.name.strip().strip("'\"")
    if platform or "@" in name or signature.is_device(name):
        name = ""
    first = next(
        (
            line.strip(" ,-")
            for line in cut.signature.splitlines()
            if _NAME_LINE.match(line.strip(" ,-"))
            and not (signature.is_device(line.strip()) or signature.is_closing(line.strip(" ,-")))
        ),
        "",
    )
    if first and (not name or (" " not in name and first.lower().startswith(name.lower()))):
        name = re.sub(r"\s*\(.*", "", first)
    return Address(name=name, email=sender.email)


def _with_sections(
    found: Reading, message: ParsedMessage, cut: NewWords, below: str, context: Context
) -> Reading:
    documents = "\n\n".join(context.documents_text) if len(found.words.split()) < _SHORT_LETTER else ""
    # Nothing left after cutting: better to read too much than nothing; an empty body speaks by its subject.
    whole = found.forward.original.text if found.forward else cut.disclaimer or cut.signature
    words = found.words or whole or thread_subject(found.subject)
    sections = {
        "subject": fold(thread_subject(found.subject)),
        "words": fold(words),
        "note": fold(found.note),
        "signature": fold(below),
        "sender": fold(f"{found.enquirer.name} {found.enquirer.email}"),
        "attachments": fold(" ".join(a.name for a in message.attachments if not a.inline)),
        "documents": fold(documents[:20000]),
        "quoted": fold(cut.quoted[:6000]) if found.how == "direct" else "",
    }
    return replace(found, sections=sections)
