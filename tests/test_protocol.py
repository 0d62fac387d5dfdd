"""The profiles load, say what their documents say, and bad ones stop the start with one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_bot.errors import ConfigError
from inbox_bot.protocol import CATEGORIES, MATTERS, Protocol, load_protocol, profile_names
from inbox_bot.triage.model import Category, Matter


def test_profiles_shipped_are_the_five_documents_the_fire_variant_and_wales() -> None:
    assert profile_names() == (
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


@pytest.mark.parametrize("name", profile_names())
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


def test_office_overrides_lie_over_the_profile_row_by_row() -> None:
    protocol = load_protocol(
        "norfolk", overrides={"deciders": {"visit": "chief_executive"}, "has_fire": True}
    )
    assert (protocol.decider(["visit"], "media"), protocol.decider(["meeting"], "media")) == (
        "chief_executive",
        "spoc",
    )
    assert protocol.has_fire is True
    assert protocol.publication_scope("candidate_enquiry") == "yes"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = 3", "name"),
        ("vists = 'none'", "vists"),
        ("visits = 'sometimes'", "visits"),
        ("publication = { press = 'yes' }", "press"),
        ("name = ", "cannot be read"),
    ],
)
def test_bad_profile_is_one_line_with_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "ours.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_protocol("ours", folder=tmp_path)
    assert "ours.toml" in str(caught.value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no profile 'yorkshire'; known: apace-police"):
        load_protocol("yorkshire")
