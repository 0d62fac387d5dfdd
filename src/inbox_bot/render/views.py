"""What the mail templates are given: frozen values, each field marked *trusted* or *outside*.

*Trusted* comes from the office's settings or from our own computation. *Outside* was written by somebody
else: it is escaped in HTML, folded into its own block in text, and never reaches an acknowledgement
(`AcknowledgementView` has no such field at all, so a template cannot repeat a stranger's words even by
mistake). The steps fill these; nothing here reads a database or a clock. Every date and time is already
in the office's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, kw_only=True)
class Button:
    """One thing the reader can do. The label begins with the action word: "Approve WMR-0007"."""

    action: str  # trusted: approve, hold, reclassify, not_spam …
    label: str  # trusted
    href: str  # trusted: mailto: with reference and token in its subject, or https:
    main: bool = False  # trusted: drawn filled; at most one a mail


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """An office-holder from `[people]` or from the profile. All trusted."""

    title: str
    name: str = ""
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficeView:
    """The office as it introduces itself. All trusted: settings and profile."""

    name: str
    short_name: str
    inbox_address: str
    website: str = ""
    privacy_notice: str = ""
    reference_prefix: str = ""
    commissioner: str = "Police and Crime Commissioner"  # by election.type
    commissioner_cy: str = "Comisiynydd yr Heddlu a Throseddu"
    force_name: str = "the police force"
    force_name_cy: str = "yr heddlu"
    spoc: PersonView = PersonView(title="Election Single Point of Contact")
    chief_executive: PersonView = PersonView(title="Chief Executive")
    paro: PersonView = PersonView(title="Police Area Returning Officer")
    answering_title: str = "Election Single Point of Contact"
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, kw_only=True)
class DateView:
    """A date of the timetable. All trusted."""

    label: str
    on: date
    at: time | None = None
    source: str = ""  # "set by the PARO", "25 working days before the poll, at the latest"
    place: str = ""  # of an event


@dataclass(frozen=True, kw_only=True)
class PhaseView:
    """Where in the election a mail is written. All trusted."""

    phase: str  # calendar.timetable.Phase: before_notice, pre_election_period …
    today: date
    poll_date: date
    pre_election_start: date | None = None
    close_of_nominations: date | None = None
    dates: tuple[DateView, ...] = ()  # what lies ahead, soonest first
    events: tuple[DateView, ...] = ()  # the office's own, such as a briefing for candidates

    @property
    def in_pre_election_period(self) -> bool:
        """From the notice to the poll, polling day included (NT 11.1)."""
        return self.phase in {"pre_election_period", "after_close_of_nominations", "polling_day"}


@dataclass(frozen=True, kw_only=True)
class OfferView:
    """A briefing document or published answer that may already answer a question (R11).

    Trusted: the title is the office's own, or was approved for the public by an officer.
    """

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document asked with or given, under its running reference (R2)."""

    reference: str  # trusted: "Ref 001"
    name: str  # outside: the attachment's safe file name, or the link's address
    url: str = ""  # trusted: where an officer or the public finds it
    size: int = 0  # trusted, octets


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """A decision already taken, for consistency between candidates."""

    reference: str  # trusted
    asked_by: str  # outside: name or address
    decision: str  # trusted: an officer's word ("yes", "no")
    rationale: str = ""  # trusted: an officer's words
    by: str = ""  # trusted
    on: date | None = None  # trusted


@dataclass(frozen=True, kw_only=True)
class AcknowledgementView:
    """All that an acknowledgement may know of the message it answers. Every field is trusted."""

    reference: str
    category: str
    underlying: str | None = None
    matters: tuple[str, ...] = ()
    received_on: date | None = None
    due_on: date | None = None  # None: no date is promised
    statutory_due_on: date | None = None
    publication: str = "spoc"  # "yes", "never", "spoc"
    responsible_authority: str = "office"
    confidential: bool = False
    emergency: bool = False
    needs_review: bool = False
    came_by_force: bool = False
    counts_as_candidate: bool = False
    offers: tuple[OfferView, ...] = ()

    @property
    def about(self) -> str:
        """The category of what was asked: of the original where the force passed it on."""
        return self.underlying or self.category


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """An entry of the register as officers see it."""

    reference: str  # trusted
    category: str  # trusted
    underlying: str | None = None  # trusted
    matters: tuple[str, ...] = ()  # trusted
    status: str = "open"  # trusted
    publication: str = "undecided"  # trusted: the state, register.states.Publication
    publication_scope: str = "spoc"  # trusted: Protocol.publication_scope
    responsible_authority: str = "office"  # trusted
    received_at: datetime | None = None  # trusted: the mailbox's own time
    received_by_force_on: date | None = None  # trusted
    due_on: date | None = None  # trusted: the office's target or the statute, whichever governs
    due_promise: date | None = None  # trusted: what the acknowledgement promises; None: no date
    statutory_due_on: date | None = None  # trusted
    deadline_explanation: tuple[str, ...] = ()  # trusted: the days counted and skipped
    enquirer_name: str = ""  # outside
    enquirer_email: str = ""  # outside
    enquirer_role: str = "unknown"  # trusted
    counts_as_candidate: bool = False  # trusted
    subject: str = ""  # outside
    information_sought: str = ""  # outside: the enquirer's new words
    information_provided: str = ""  # outside: the officer's words, as read from mail
    documents_sought: tuple[DocumentView, ...] = ()
    documents_provided: tuple[DocumentView, ...] = ()
    officer: str = ""  # outside: a name read from Sender or a signature
    officer_assumed: bool = False  # trusted
    method_of_contact: str = "email"  # trusted
    follows: str = ""  # trusted: the reference of the entry that this one follows
    forwarded_by: str = ""  # outside: the member of staff who passed it on
    evidence: tuple[str, ...] = ()  # outside: why it was classified so, may quote matched words
    confidence: float | None = None  # trusted, 0–1
    confidential: bool = False  # trusted
    emergency: bool = False  # trusted
    needs_review: bool = False  # trusted
    held_reasons: tuple[str, ...] = ()  # trusted: why the acknowledgement waits for an officer
    foi_missing: tuple[str, ...] = ()  # trusted: parts of FOIA s.8 that are missing
    journalist_deadline: str = ""  # outside: "by 5 pm today", as the journalist put it
    decider: str = ""  # trusted: whose decision it waits for, "" where nobody's
    offers: tuple[OfferView, ...] = ()
    similar: tuple[SimilarView, ...] = ()  # the same question asked earlier, with its answer
    language: str = "en"  # trusted
    link: str = ""  # trusted: mailto: that brings the whole entry back

    def for_acknowledgement(self) -> AcknowledgementView:
        """The trusted part: what may go back to whoever wrote."""
        return AcknowledgementView(
            reference=self.reference,
            category=self.category,
            underlying=self.underlying,
            matters=self.matters,
            received_on=self.received_at.date() if self.received_at else None,
            due_on=self.due_promise,
            statutory_due_on=self.statutory_due_on,
            publication=self.publication_scope,
            responsible_authority=self.responsible_authority,
            confidential=self.confidential,
            emergency=self.emergency,
            needs_review=self.needs_review,
            came_by_force=self.category == "misdirected_force",
            counts_as_candidate=self.counts_as_candidate,
            offers=self.offers,
        )


@dataclass(frozen=True, kw_only=True)
class SimilarView:
    """An earlier entry that asked the same, so that the same question gets the same answer."""

    reference: str  # trusted
    asked_on: date  # trusted
    sought: str  # outside
    provided: str = ""  # outside
    difference: str = ""  # outside: how two answers given so far differ


@dataclass(frozen=True, kw_only=True)
class ReminderItem:
    """One entry in the morning's batch."""

    entry: EntryView
    kind: str  # trusted: "before", "today", "overdue", "statutory", "referral", "decision"
    working_days: int  # trusted: left (positive) or over (negative)
    last_action: str = ""  # trusted: "acknowledged 3 March, no answer seen"
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DigestLine:
    """One line of a section. `text` says what there is to say about it."""

    reference: str = ""  # trusted, "" where there is no entry
    text: str  # outside: may hold a subject or a name
    on: date | None = None  # trusted: the date that matters in this section
    what: str = ""  # trusted: what that date is: "due", "answered", "published"
    late: bool = False  # trusted
    button: Button | None = None


@dataclass(frozen=True, kw_only=True)
class DigestSection:
    """A heading and its lines; an empty section still says "none"."""

    key: str  # trusted: new, answered, overdue …
    title: str  # trusted
    lines: tuple[DigestLine, ...] = ()
    note: str = ""  # trusted


@dataclass(frozen=True, kw_only=True)
class FairnessLine:
    """Even-handedness of one candidate; hours are office hours, None where there is nothing to measure."""

    name: str  # outside
    enquiries: int
    answered: int
    open: int
    median_hours_to_acknowledge: float | None = None
    median_hours_to_answer: float | None = None
    longest_hours_to_answer: float | None = None
    share_on_time: float | None = None  # 0–1
    incumbent: bool = False


@dataclass(frozen=True, kw_only=True)
class DigestView:
    """The Chief Executive's morning. `sections` in the order given: new, answered, overdue, FOI due,
    awaiting decision, awaiting approval, published, needs review, held acknowledgements, spam and junk,
    set aside, outbox unknown and failed, dates ahead."""

    day: date  # trusted
    since: datetime  # trusted: what happened from here …
    until: datetime  # trusted: … to here
    phase: PhaseView
    sections: tuple[DigestSection, ...]
    received: int  # trusted
    outcomes: tuple[tuple[str, int], ...]  # trusted: (outcome, count), every outcome of the contract
    fairness: tuple[FairnessLine, ...] = ()
    paused: str = ""  # trusted: "Sending is paused since …", "" where it is not
    observe: bool = False  # trusted
    audit_head: str = ""  # trusted: hex SHA-256 of the newest audit row
    version: str = ""  # trusted

    @property
    def conservation(self) -> str:
        """`received N = filed N + attached N + …`, the same line in text and HTML."""
        parts = " + ".join(f"{name.replace('_', ' ')} {count}" for name, count in self.outcomes)
        return f"received {self.received} = {parts}"

    @property
    def conserved(self) -> bool:
        """Whether the sum holds; where it does not, the digest says so in its first line."""
        return self.received == sum(count for _, count in self.outcomes)


@dataclass(frozen=True, kw_only=True)
class SpanView:
    """One thing that redaction took out of a text."""

    original: str  # outside: shown to the officer only
    replacement: str  # trusted: "[name]"
    reason: str  # trusted
    where: str = ""  # trusted: "sought", "provided", a document's reference


@dataclass(frozen=True, kw_only=True)
class PreviewView:
    """What would be published, for the officer's approval."""

    entry: EntryView
    title: str = ""  # outside, redacted
    sought: str  # outside, redacted
    provided: str  # outside, redacted
    spans: tuple[SpanView, ...] = ()
    doubts: tuple[str, ...] = ()  # trusted: what the redaction could not be sure of
    documents: tuple[DocumentView, ...] = ()  # to be published with it
    documents_left_out: tuple[tuple[DocumentView, str], ...] = ()  # (document, trusted reason)
    goes_out_on: date | None = None  # trusted: if approved, or if not held where approval = "unless_held"
    approval_required: bool = True  # trusted
    text_version: str = ""  # trusted: what the buttons approve; a later change makes them void
    buttons: tuple[Button, ...] = ()

    @property
    def removed(self) -> tuple[tuple[str, int], ...]:
        """(reason, how many), most frequent first."""
        counts: dict[str, int] = {}
        for span in self.spans:
            counts[span.reason] = counts.get(span.reason, 0) + 1
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, kw_only=True)
class ReferralView:
    """What is passed on to another office, and what is known of it since (issue 5, "Referrals")."""

    entry: EntryView
    to: PersonView  # trusted
    why: str  # trusted: the clause or duty it rests on
    passes_personal_data: bool = True  # trusted: then an officer's click comes first
    quoted: str = ""  # outside: the enquirer's words, marked as quoted
    sent_on: date | None = None  # trusted
    receipt: str = ""  # trusted: "acknowledged on 3 March", "" for none
    answer_by: date | None = None  # trusted
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """A question that is the Chief Executive's (or Chief Constable's) to decide."""

    entry: EntryView
    decider: PersonView  # trusted
    earlier: tuple[DecisionLine, ...] = ()  # on the same matter, so that candidates are treated alike
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommandReplyView:
    """The answer that every command by mail gets."""

    done: bool  # trusted
    action: str  # trusted
    reference: str = ""  # trusted
    changes: tuple[str, ...] = ()  # outside: what changed, in words (may quote the officer's reason)
    why_not: str = ""  # trusted
    body: str = ""  # outside: the answer to a question (`show`, `find`, `help`)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConfirmationView:
    """A token came without its officer's authenticated mail: the officer is asked."""

    action: str  # trusted
    reference: str  # trusted
    came_from: str  # outside: the address in From
    came_at: datetime  # trusted
    verdict: str  # trusted: what the receiving server said of the sender
    words: str = ""  # outside: the new words of the mail, shown before anybody confirms them
    by_link: bool = True  # trusted: a button's token came along; else plain words in the officer's name
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReplyThroughView:
    """The copy an officer gets of an answer that is about to be sent on."""

    entry: EntryView
    text: str  # outside: the officer's new words, exactly as they will go
    goes_at: datetime  # trusted
    documents: tuple[DocumentView, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UnmatchedView:
    """An officer's answer that belongs to no entry for certain."""

    sent_by: str  # outside
    sent_to: str  # outside
    sent_at: datetime  # trusted
    subject: str  # outside
    text: str  # outside
    candidates: tuple[tuple[EntryView, Button], ...] = ()  # likeliest first


@dataclass(frozen=True, kw_only=True)
class SendView:
    """A row of the outbox that needs a person: unknown, failed, bounced, held."""

    kind: str  # trusted: acknowledgement, reminder …
    reference: str  # trusted, "" where there is none
    to: str  # outside
    queued_at: datetime  # trusted
    tried_at: datetime | None = None  # trusted
    tries: int = 0  # trusted
    reply: str = ""  # outside: what the other server said
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SetAsideView:
    """Mail that could not be handled; its bytes are kept."""

    identifier: str  # trusted: for `requeue`
    received_at: datetime  # trusted
    folder: str  # trusted
    reason: str  # trusted
    size: int = 0  # trusted, octets
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FloodView:
    """Very many mails from one sender, or in one hour: filed, not acknowledged one by one."""

    sender: str  # outside, "" where the global cap was reached
    since: datetime  # trusted
    received: int  # trusted
    acknowledged: int  # trusted
    held: int  # trusted
    cap: int  # trusted, acknowledgements an hour
    references: tuple[str, ...] = ()  # trusted
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SilenceView:
    """Nothing could be polled for a while, or it can be again. All trusted."""

    last_poll: datetime | None
    noticed_at: datetime
    error: str = ""  # one sentence, of our own error tree
    recovered_at: datetime | None = None
    fetched_since: int = 0
    waiting_to_send: int = 0


@dataclass(frozen=True, kw_only=True)
class ReleaseView:
    """What one candidate was told, told to every candidate at once (R20)."""

    reference: str  # trusted
    sought: str  # outside, redacted and approved
    provided: str  # outside, redacted and approved
    documents: tuple[DocumentView, ...] = ()
    published_at: str = ""  # trusted: the entry's page


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """New entries for the SPOC: one, or an hour's."""

    items: tuple[NoticeItem, ...]


@dataclass(frozen=True, kw_only=True)
class NoticeItem:
    """An entry with what can be done about it."""

    entry: EntryView
    acknowledged: str  # trusted: "acknowledged", "held", "not sent: …"
    buttons: tuple[Button, ...] = ()
