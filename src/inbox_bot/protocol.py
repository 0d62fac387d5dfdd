"""An area's joint protocol as data: what may be offered, who decides, what is published.

One frozen model, the section `[protocol]` of the settings; one file a profile in `config/profiles/`, laid
under an office's own settings by `inbox_bot.config`. The defaults are APACE's police template (guidance of
2021, document B4), so that a profile says only what differs. No file holds a person's name: roles and
offices only. A profile may carry other sections too, such as `[deadlines]`.

Categories and matters are plain strings here (the values of `triage.model.Category` and `Matter`), since
this module stands below them; `tests/test_protocol.py` holds the two lists together.

Sources: CL Cleveland 2024, AP APACE 2021, NT Nottinghamshire 2024, NF Norfolk 2020, BD Bedfordshire 2024.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Scope = Literal["yes", "never", "spoc"]
Decider = Literal["chief_executive", "chief_constable", "chief_fire_officer", "spoc"]

CATEGORIES = frozenset(
    {
        "candidate_enquiry",
        "foi",
        "media",
        "misdirected_force",
        "electoral_process",
        "conduct_concern",
        "policing_matter",
        "public_enquiry",
        "staff_reply",
        "automated",
        "spam",
    }
)
MATTERS = frozenset(
    {
        "information",
        "visit",
        "meeting",
        "briefing_event",
        "photo_imagery",
        "hustings",
        "interview",
        "press_statement",
        "sar",
        "internal_review",
        "complaint",
        "already_published",
    }
)

# R19. What is not listed is the SPOC's choice.
_SCOPE_BY_CATEGORY: dict[str, Scope] = {
    "candidate_enquiry": "yes",
    "foi": "yes",
    "conduct_concern": "never",
    "policing_matter": "never",
    "automated": "never",
    "spam": "never",
}
_SCOPE_BY_MATTER: dict[str, Scope] = {
    "briefing_event": "yes",  # questions put for the event, with their answers: AP 8.2, BD 15
    "meeting": "yes",  # the notes of the meeting: AP 8.3, BD 16
    "sar": "never",
    "complaint": "never",
    "internal_review": "spoc",  # about one person's request, not what was asked for all
}
_DECIDERS: dict[str, Decider | Literal["nobody"]] = {
    "visit": "chief_executive",  # AP 8.6, NT 8.6, CL 3.b.ii
    "meeting": "chief_executive",  # AP 8.3, NT 8.3, BD 16
    "photo_imagery": "chief_executive",  # AP 10.1, CL 11.3
    "press_statement": "chief_executive",  # BD 11a
    "hustings": "chief_executive",
}
# Nothing in these waits for a decision: they are passed on, reported or not answered at all.
_NEVER_DECIDED = frozenset({"policing_matter", "electoral_process", "staff_reply", "automated", "spam"})


class Protocol(BaseModel):
    """The rules of one area. Field comments name the clause each rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "apace-police"
    source: str = "APACE guidance 2021, template protocol for police (B4)"
    languages: tuple[Literal["en", "cy"], ...] = ("en",)  # Welsh Language (Wales) Measure 2011

    # Who is a candidate, and what that changes: offers, never the speed or content of an answer (R4).
    candidate_definition: Literal["declared", "any"] = "declared"

    # Offices, as they sign and are spoken of.
    spoc_title: str = "Election Single Point of Contact"
    answering_title: str = "Election Single Point of Contact"  # R22: from whom every answer comes
    chief_executive_title: str = "Chief Executive"
    spoc_is_chief_executive: bool = False  # NF 9, NT 3.2.4: then escalation goes to people.alternate
    two_spocs: bool = False  # NF 9–10: office and force each keep a log, the office the central one
    has_fire: bool = False  # AP3: a police, fire and crime commissioner's area

    # Offers (R12–R16).
    visits: Literal["ce_case_by_case", "declared_one_set_day", "limited_logged", "none"] = "ce_case_by_case"
    visit_day: date | None = None  # CL 10.1: the one day, once it is fixed
    meetings: Literal["after_declaration", "after_nomination", "one_joint_day", "limited_logged"] = (
        "after_declaration"
    )
    meeting_day: date | None = None  # CL 9.2
    meeting_with: tuple[Decider, ...] = ("chief_executive", "chief_constable")
    briefing_event_by: Literal["office", "office_and_force", "paro"] = "office"  # AP 8.2, CL 9.2, NT 8.2
    photographs: Literal["pre_election_refused", "never_with_candidates"] = "pre_election_refused"
    imagery_decided_by: tuple[Decider, ...] = ("chief_executive", "chief_constable")  # AP 10.1
    imagery_paro_told: bool = True  # AP 8.31, BD 15
    hustings: Literal["refuse", "ce_decides"] = "ce_decides"  # NF 20

    # Where a message goes.
    force_response: Literal["redirect", "standard"] = "redirect"  # BD 10b has words of its own
    electoral_process: Literal["tell_enquirer", "pass_on"] = "tell_enquirer"  # NF 11: also passed on, tracked
    media_joint_statement: bool = False  # NF 24
    media_corrections_by: Decider = "spoc"  # BD 11a: the Chief Executive
    confidential_advisers: tuple[Decider, ...] = ("chief_executive", "chief_constable")  # R28
    report_online: str = "https://www.police.uk/pu/contact-us/"  # CL 5.2: the online reporting route

    # Freedom of information (R7).
    everything_in_foi_frame: bool = False  # BD 10d
    foi_log: bool = False  # AP 7.8
    foi_copies: tuple[Literal["office_spoc", "force_spoc"], ...] = ("office_spoc",)  # NF 12: both

    # Publication (R19).
    publication: dict[str, Scope] = Field(default_factory=lambda: dict(_SCOPE_BY_CATEGORY))
    publication_matters: dict[str, Scope] = Field(default_factory=lambda: dict(_SCOPE_BY_MATTER))
    incumbent_activity_published: bool = False  # BD 22d

    # Who decides a matter; "nobody" where the protocol itself has decided.
    deciders: dict[str, Decider | Literal["nobody"]] = Field(default_factory=lambda: dict(_DECIDERS))

    @field_validator("publication", "publication_matters", "deciders", mode="before")
    @classmethod
    def _over_the_default(cls, value: object, info: ValidationInfo) -> object:
        """A profile's table is laid over the default, row by row, so that it names only what differs."""
        defaults: dict[str, Mapping[str, str]] = {
            "publication": _SCOPE_BY_CATEGORY,
            "publication_matters": _SCOPE_BY_MATTER,
            "deciders": _DECIDERS,
        }
        name = info.field_name or ""
        known = CATEGORIES if name == "publication" else MATTERS
        if not isinstance(value, Mapping):
            return value
        unknown = sorted(set(map(str, value)) - known)
        if unknown:
            raise ValueError(f"unknown name {unknown[0]!r}; known: {', '.join(sorted(known))}")
        return {**defaults[name], **value}

    def publication_scope(
        self,
        category: str,
        underlying: str | None = None,
        matters: Collection[str] = (),
        confidential: bool = False,
        *,
        responsible_authority: str = "office",
    ) -> Scope:
        """Whether such an entry is published: "yes", "never", or "spoc" (the SPOC chooses).

        *Never* wins over everything; then a matter's "spoc", then a matter's "yes", then the category.
        What the force passed on is judged by what it is underneath. An FOI request is published by
        default only once it is known to be the office's own to answer (R7).
        """
        if confidential:
            return "never"
        kind = underlying or category if category == "misdirected_force" else category
        by_category = self.publication.get(kind, "spoc")
        if kind == "foi" and responsible_authority != "office" and by_category == "yes":
            by_category = "spoc"
        by_matter = {self.publication_matters[m] for m in matters if m in self.publication_matters}
        if "never" in by_matter or by_category == "never":
            return "never"
        if "spoc" in by_matter:
            return "spoc"
        return "yes" if "yes" in by_matter else by_category

    def decider(
        self, matters: Collection[str], category: str, *, in_pre_election_period: bool = False
    ) -> Decider | None:
        """Whose decision the entry waits for; None where nobody has to decide.

        With several matters the highest office decides, so that one person sees the whole request.
        What the protocol refuses is refused: nobody is asked for a yes that cannot be given (R12, R15, R16).
        """
        if category in _NEVER_DECIDED:
            return None
        table = {**self.deciders}
        if self._photographs_refused(category, in_pre_election_period):
            table["photo_imagery"] = "nobody"
        if self.visits == "none":
            table["visit"] = "nobody"
        if self.hustings == "refuse":
            table["hustings"] = "nobody"
        asked = {table[m] for m in matters if m in table}
        ranks: tuple[Decider, ...] = ("chief_executive", "chief_constable", "chief_fire_officer", "spoc")
        return next((rank for rank in ranks if rank in asked), None)

    def _photographs_refused(self, category: str, in_pre_election_period: bool) -> bool:
        """Whether a request for a photograph has its answer (R16): CL 11.1, NF 21, BD 17.

        A report of unauthorised use of imagery is another thing: its withdrawal is for somebody to decide.
        """
        if self.photographs == "never_with_candidates":
            return category == "candidate_enquiry"
        return in_pre_election_period and category != "conduct_concern"

    def counts_as_candidate(self, role: str, standing: str = "") -> bool:
        """R4. `role` is a `triage.model.Role`; `standing` the roster's word for the person represented.

        Declared means registered with the PARO (CL 1.4), so self-description never makes a declared
        candidate; under the wide definition everybody who expresses an interest is one (NF 6, BD 2).
        """
        if standing in {"declared", "nominated", "elected"} or role == "candidate":
            return True
        if self.candidate_definition == "declared":
            return False
        return role in {"prospective_candidate", "agent_or_representative"} or standing == "interested"
