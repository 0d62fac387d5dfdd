from pathlib import Path

import pytest

from inbox_bot.errors import ConfigError
from inbox_bot.resources import config_dir
from inbox_bot.triage import briefing
from inbox_bot.triage.briefing import Document

SHIPPED = briefing.load(config_dir() / "briefing.toml")


def title(text: str, least: float = 0.38) -> str | None:
    found = briefing.best(text, SHIPPED, least)
    return found[0][0].title.split(":")[0] if found else None


def test_a_topic_named_outright_and_its_neighbourhood_is_a_good_match():
    assert (
        title("What is the role of the Commissioner and how does the Police and Crime Panel check her?")
        == "Who does what"
    )
    assert title("How large are the reserves, and how is the council tax precept set?") == "Money"
    assert title("Hoffwn wybod am rôl y Comisiynydd a'r Panel Heddlu a Throseddu") == "Who does what"


def test_small_talk_matches_nothing():
    assert title("Good morning, thank you for your help last week, see you on Tuesday") is None


def test_scores_are_between_nothing_and_one_and_best_first():
    found = briefing.match(
        "budget, precept, reserves, cost of the office and council tax, and the plan's priorities", SHIPPED
    )
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert found[0][1] == 1.0  # five topics named: 5 × 0.34 is cut off at 1


def test_no_documents_no_matches():
    assert briefing.match("budget", ()) == []


def test_a_document_without_a_link_is_refused(tmp_path: Path):
    path = tmp_path / "briefing.toml"
    path.write_text('[[document]]\ntitle = "Plan"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="document 1 needs a title and a link"):
        briefing.load(path)


def test_endings_do_not_matter():
    plan = Document(title="Priorities", link="https://a.example/", topics=("policing priority",))
    assert briefing.match("policing priorities", [plan])[0][1] >= 0.34
