"""The second opinion: what it learns, when it is heard, and what it may never do."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_bot.errors import RuleError
from inbox_bot.resources import config_dir
from inbox_bot.triage import likeness
from inbox_bot.triage.model import Category

POLICING, PUBLIC, SPAM = Category.POLICING_MATTER, Category.PUBLIC_ENQUIRY, Category.SPAM
MAILS = [
    ("my shed was emptied last night", POLICING),
    ("the shed next door was emptied too", POLICING),
    ("when is the office open", PUBLIC),
    ("is the office open on monday", PUBLIC),
    ("cheap leaflets for you", SPAM),
    ("cheap leaflets today", SPAM),
]
THRESHOLDS = {"likeness_below": 0.7, "likeness_share": 0.6}


@pytest.fixture
def known() -> likeness.Likeness:
    return likeness.learn(MAILS)


def test_features_are_words_and_pairs_once() -> None:
    assert likeness.features("the shed, the shed 42") == ["the", "shed", "the shed", "shed the"]


def test_learn_keeps_what_stands_in_two_mails_and_leaves_names_out() -> None:
    learnt = likeness.learn(MAILS, leave_out=frozenset({"shed"}))
    assert "shed" not in learnt.counts
    assert "night" not in learnt.counts  # in one mail only
    assert dict(zip(learnt.categories, learnt.counts["emptied"], strict=True))[POLICING] == 2


def test_opinion_names_the_words_that_speak_for_it(known: likeness.Likeness) -> None:
    opinion = known.opinion("somebody emptied the shed")
    assert opinion is not None
    assert opinion.category is POLICING
    assert "shed" in opinion.words
    assert known.opinion("nothing known here whatsoever") is None


def test_unsure_rules_take_the_second_opinion_and_admit_the_doubt(known: likeness.Likeness) -> None:
    weighed = likeness.weigh(PUBLIC, 0.5, "the shed was emptied", known, THRESHOLDS)
    assert (weighed.category, weighed.doubt) == (POLICING, True)
    assert weighed.hit is not None
    assert weighed.hit.rule == "likeness"


def test_agreement_makes_surer(known: likeness.Likeness) -> None:
    weighed = likeness.weigh(POLICING, 0.5, "the shed was emptied", known, THRESHOLDS)
    assert (weighed.category, weighed.confidence, weighed.doubt) == (POLICING, 0.7, False)


def test_sure_rules_are_not_asked_again(known: likeness.Likeness) -> None:
    weighed = likeness.weigh(PUBLIC, 0.9, "the shed was emptied", known, THRESHOLDS)
    assert (weighed.category, weighed.hit) == (PUBLIC, None)


def test_it_never_makes_spam_nor_unmakes_it(known: likeness.Likeness) -> None:
    one = likeness.weigh(PUBLIC, 0.5, "cheap leaflets", known, THRESHOLDS)
    other = likeness.weigh(SPAM, 0.5, "the shed was emptied", known, THRESHOLDS)
    assert (one.category, one.doubt) == (PUBLIC, True)
    assert (other.category, other.doubt) == (SPAM, True)


def test_counts_survive_the_file(known: likeness.Likeness, tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_text(likeness.to_json(known), encoding="utf-8")
    assert likeness.load(file) == known


def test_a_broken_file_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_text('{"mails": {"foi": 1}, "words": {"cost": [1, 2]}}', encoding="utf-8")
    with pytest.raises(RuleError, match="do not fit"):
        likeness.load(file)


def test_shipped_counts_hold_no_first_name() -> None:
    shipped = likeness.load(config_dir() / "triage-likeness.json")
    for name in ("priya", "fergus", "angharad", "labour", "conservative"):
        assert not any(name in feature.split() for feature in shipped.counts)
