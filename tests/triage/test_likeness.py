"""What words resemble: the weights, how both voices are joined, and the shipped file."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from inbox_bot.errors import RuleError
from inbox_bot.resources import config_dir
from inbox_bot.triage import likeness
from inbox_bot.triage.model import Category, Matter

POLICING, PUBLIC, SPAM = Category.POLICING_MATTER, Category.PUBLIC_ENQUIRY, Category.SPAM
COLUMNS = (POLICING.value, PUBLIC.value, SPAM.value, Matter.VISIT.value)
WEIGHTS = {
    "shed": (2.0, (3.0, -1.0, -1.0, -0.5)),
    "office": (1.0, (-1.0, 2.0, -1.0, 0.5)),
    "cheap": (2.0, (-1.0, -1.0, 3.0, -0.5)),
}


@pytest.fixture
def known() -> likeness.Likeness:
    return likeness.build(COLUMNS, (-0.1, -0.1, -0.1, -0.2), 2.0, WEIGHTS)


def opinion(known: likeness.Likeness, text: str) -> likeness.Opinion:
    found = known.opinion(text)
    assert found is not None
    return found


def test_features_are_stems_pairs_and_near_pairs_once() -> None:
    assert likeness.features("the burglary, the burglars 42") == [
        "the", "burgla", "the burgla", "burgla the", "the _ the", "burgla _ burgla", "=burglary", "=burglars",
    ]  # fmt: skip


def test_a_left_out_word_counts_in_no_pair() -> None:
    assert likeness.features("ask priya now", leave_out=frozenset({"priya"})) == ["ask", "now", "ask _ now"]


def test_the_signatures_words_are_told_from_the_letters() -> None:
    assert likeness.features("ask", "ada, reporter") == ["ask", "~ada", "~report"]


def test_opinion_is_the_weighed_sum_by_length(known: likeness.Likeness) -> None:
    found = opinion(known, "the shed office")
    length = math.sqrt(2.0**2 + 1.0**2)
    margins = [(3 - 1) / length - 0.1, (-1 + 2) / length - 0.1, (-1 - 1) / length - 0.1]
    raised = [math.exp(2.0 * m) for m in margins]
    assert found.likeliest is POLICING
    assert found.shares[POLICING] == pytest.approx(raised[0] / sum(raised))
    assert found.margins == {"visit": pytest.approx((-0.5 + 0.5) / length - 0.2)}
    assert found.words == ("shed",)


def test_the_reason_is_shown_in_the_letters_own_words_and_once() -> None:
    weights = {
        f: (1.0, (w, -1.0))
        for f, w in (("burgla", 5.0), ("=burglary", 4.0), ("the _ burgla", 3.0), ("~clerk", 2.0))
    }
    known = likeness.build((POLICING.value, PUBLIC.value), (0.0, 0.0), 2.0, weights)
    found = known.opinion("the last burglary", "clerk")
    assert found is not None
    assert found.words == ("burglary", "the … burglary", "clerk")


def test_no_known_word_no_opinion(known: likeness.Likeness) -> None:
    assert known.opinion("nothing of this") is None
    assert known.opinion("nothing of this", at_work=True) is None


def test_features_say_where_it_was_written_in_marks_that_no_word_can_be():
    assert likeness.features("ask @work 1", at_work=True) == ["ask", "work", "ask work", *likeness.AT_WORK]
    assert likeness.weigh(PUBLIC, 0.4, 0.0, None, 0.8) == likeness.Weighed(category=PUBLIC, confidence=0.4)


def test_where_no_rule_spoke_the_words_decide(known: likeness.Likeness) -> None:
    found = opinion(known, "shed")
    weighed = likeness.weigh(PUBLIC, 0.8, 0.0, found, 0.8)
    assert (weighed.category, weighed.doubt) == (POLICING, False)
    assert weighed.confidence == pytest.approx(found.shares[POLICING], abs=0.005)
    assert weighed.hit is not None
    assert (weighed.hit.rule, weighed.hit.speaks_for, weighed.hit.text) == (
        "likeness",
        "policing_matter",
        "shed",
    )


def test_a_rule_that_speaks_loudly_prevails_and_the_difference_is_doubt(known: likeness.Likeness) -> None:
    found = opinion(known, "shed")
    lead = math.log(found.shares[POLICING] / found.shares[PUBLIC])
    louder = likeness.weigh(PUBLIC, 0.9, lead + 0.5, found, 0.8)
    softer = likeness.weigh(PUBLIC, 0.9, lead - 0.5, found, 0.8)
    assert (louder.category, louder.doubt) == (PUBLIC, True)
    assert (softer.category, softer.doubt) == (POLICING, True)
    assert not likeness.weigh(PUBLIC, 0.9, lead + 5.0, found, 0.8).doubt


def test_words_make_spam_only_where_they_are_surer_of_it_than_of_all_else() -> None:
    shares = {POLICING: 0.25, PUBLIC: 0.35, SPAM: 0.4}
    leaning = likeness.Opinion(shares=shares, margins={}, words=())
    assert likeness.weigh(PUBLIC, 0.5, 0.0, leaning, 0.8).category is PUBLIC
    sure = likeness.Opinion(shares={PUBLIC: 0.4, SPAM: 0.6}, margins={}, words=())
    assert likeness.weigh(PUBLIC, 0.5, 0.0, sure, 0.8).category is SPAM
    assert likeness.weigh(SPAM, 0.8, 1.6, leaning, 0.8).category is SPAM  # a rule speaks for it, too


def test_structure_is_not_put_to_the_vote(known: likeness.Likeness) -> None:
    weighed = likeness.weigh(Category.AUTOMATED, 0.97, 0.0, opinion(known, "cheap cheap"), 0.8)
    assert (weighed.category, weighed.confidence, weighed.hit) == (Category.AUTOMATED, 0.97, None)


def test_weights_survive_the_file(known: likeness.Likeness, tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text(likeness.to_json(known), encoding="utf-8")
    assert likeness.load(file) == known


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"columns": ["foi"], "bias": [0], "steepness": 5, "words": {"cost": "100 1 2"}}, "do not fit"),
        ({"columns": ["foi"], "bias": [0], "steepness": 5, "words": {"cost": "0 1"}}, "do not fit"),
        ({"columns": ["foi"], "bias": [0], "steepness": 5, "words": {"cost": "100 much"}}, "do not fit"),
        ({"columns": ["foi"], "bias": [0], "steepness": 5, "words": {"cost": [100, 1]}}, "do not fit"),
        ({"columns": ["tax"], "bias": [0], "steepness": 5, "words": {}}, "no category or matter"),
        ({"columns": ["foi"]}, "cannot be read"),
    ],
)
def test_a_broken_file_stops_the_start(tmp_path: Path, data: dict[str, object], message: str) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        likeness.load(file)


def test_shipped_weights_hold_no_persons_name_and_no_party() -> None:
    """Names and parties must never count: the labelled mails' own, and a few that real life might bring."""
    shipped = likeness.load(config_dir() / "triage-likeness.json")
    stems = {stem.strip("=~")[:6] for feature in shipped.rows for stem in feature.split()}
    assert not stems & {"priya", "fergus", "anghar", "labour", "thewli", "carber", "pellow"}


def test_shipped_weights_know_ordinary_words_though_they_stand_in_addresses() -> None:
    """vote@, commissioner@, visits@: an address is no reason to take a word for somebody's name."""
    shipped = likeness.load(config_dir() / "triage-likeness.json")
    assert {"was", "vote", "poll", "visit", "photo", "policy", "=commissioner"} <= set(shipped.rows)


def test_the_acts_name_is_left_to_the_rules() -> None:
    shipped = likeness.load(config_dir() / "triage-likeness.json")
    stems = {stem.strip("=~")[:6] for feature in shipped.rows for stem in feature.split()}
    assert not {"foi", "foia", "freedo"} & stems


def test_shipped_weights_know_every_category_that_words_decide() -> None:
    shipped = likeness.load(config_dir() / "triage-likeness.json")
    structure = {"automated", "staff_reply", "misdirected_force"}
    assert {c.value for c in Category} - structure <= set(shipped.columns)
