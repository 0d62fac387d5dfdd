"""The profiles load, say what their documents say, and a misspelt key is refused by name."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from inbox_bot.protocol import CATEGORIES, MATTERS, Protocol
from inbox_bot.resources import config_dir
from inbox_bot.triage.model import Category, Matter

PROFILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((config_dir() / "profiles").glob("*.toml"))
}


def load_protocol(name: str) -> Protocol:
    return Protocol.model_validate(PROFILES[name]["protocol"])


def test_profiles_shipped_are_the_five_documents_the_fire_variant_and_wales() -> None:
    assert tuple(sorted(PROFILES)) == (
        "apace-police",
        "apace-police-and-fire",
        "bedfordshire",
        "cleveland",
        "norfolk",
        "nottinghamshire",
        "welsh-example",
    )


def test_names_are_those_of_triage() -> None:
    assert {c.value for c in Category} == CATEGORIES
    assert {m.value for m in Matter} == MATTERS


@pytest.mark.parametrize("name", PROFILES)
def test_profile_name_is_its_file_name(name: str) -> None:
    assert load_protocol(name).name == name


# R12, R13, R15, R16 and the table at the end of the requirements, as each document has it.
@pytest.mark.parametrize(
    ("name", "visit", "meeting", "hustings", "counts"),
    [
        ("apace-police", "chief_executive", "chief_executive", "chief_executive", False),
        ("apace-police-and-fire", "chief_executive", "chief_executive", "chief_executive", False),
        ("cleveland", "chief_executive", "chief_executive", "chief_executive", False),
        ("nottinghamshire", "chief_executive", "chief_executive", "chief_executive", False),
        ("norfolk", "spoc", "spoc", None, True),
        ("bedfordshire", None, "chief_executive", "chief_executive", True),
    ],
)
def test_decider_and_definition_follow_the_document(
    name: str, visit: str | None, meeting: str | None, hustings: str | None, counts: bool
) -> None:
    protocol = load_protocol(name)
    asked = [protocol.decider([m], "candidate_enquiry") for m in ("visit", "meeting", "hustings")]
    assert asked == [visit, meeting, hustings]
    assert protocol.counts_as_candidate("prospective_candidate") is counts
    assert protocol.counts_as_candidate("candidate") is True
    assert protocol.counts_as_candidate("journalist") is False


def test_decider_nobody_for_what_is_passed_on() -> None:
    protocol = Protocol()
    assert protocol.decider(["visit"], "policing_matter") is None
    assert protocol.decider(["meeting"], "electoral_process") is None
    assert protocol.decider(["information"], "candidate_enquiry") is None
    assert protocol.decider(["photo_imagery"], "conduct_concern") == "chief_executive"  # R16


@pytest.mark.parametrize(
    ("category", "underlying", "matters", "confidential", "authority", "scope"),
    [
        ("candidate_enquiry", None, (), False, "office", "yes"),
        ("candidate_enquiry", None, ("complaint",), False, "office", "never"),
        ("candidate_enquiry", None, (), True, "office", "never"),
        ("foi", None, (), False, "office", "yes"),
        ("foi", None, (), False, "undecided", "spoc"),
        ("foi", None, ("sar",), False, "office", "never"),
        ("foi", None, ("internal_review",), False, "office", "spoc"),
        ("public_enquiry", None, ("sar",), False, "office", "never"),
        ("public_enquiry", None, (), False, "office", "spoc"),
        ("public_enquiry", None, ("briefing_event",), False, "office", "yes"),
        ("media", None, (), False, "office", "spoc"),
        ("electoral_process", None, (), False, "office", "spoc"),
        ("conduct_concern", None, ("meeting",), False, "office", "never"),
        ("policing_matter", None, (), False, "office", "never"),
        ("misdirected_force", "candidate_enquiry", (), False, "undecided", "yes"),
        ("misdirected_force", "foi", (), False, "undecided", "spoc"),
        ("misdirected_force", "conduct_concern", (), False, "undecided", "never"),
        ("misdirected_force", None, (), False, "undecided", "spoc"),
        ("spam", None, (), False, "office", "never"),
        ("automated", None, (), False, "office", "never"),
    ],
)
def test_publication_scope(
    category: str,
    underlying: str | None,
    matters: tuple[str, ...],
    confidential: bool,
    authority: str,
    scope: str,
) -> None:
    found = Protocol().publication_scope(
        category, underlying, matters, confidential, responsible_authority=authority
    )
    assert found == scope


def test_tables_lie_over_the_default_row_by_row() -> None:
    protocol = Protocol.model_validate({"deciders": {"visit": "spoc"}, "publication": {"media": "yes"}})
    assert (protocol.decider(["visit"], "media"), protocol.decider(["meeting"], "media")) == (
        "spoc",
        "chief_executive",
    )
    assert (protocol.publication_scope("media"), protocol.publication_scope("spam")) == ("yes", "never")


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"vists": "none"}, "vists"),
        ({"visits": "sometimes"}, "visits"),
        ({"publication": {"press": "yes"}}, "publication"),
        ({"publication": {"media": "perhaps"}}, "publication"),
        ({"deciders": ["visit"]}, "deciders"),
    ],
)
def test_bad_value_is_refused_by_its_key(values: dict[str, object], where: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Protocol.model_validate(values)
    assert caught.value.errors()[0]["loc"][0] == where
