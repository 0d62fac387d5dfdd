from pathlib import Path

import pytest

from inbox_bot.errors import RuleError
from inbox_bot.resources import config_dir
from inbox_bot.triage import rulefile, structure
from inbox_bot.triage.model import FACTS

TAIL = '\n[[decide]]\ncategory = "foi"\nwhen = { foi = 2 }\n[[decide]]\ncategory = "public_enquiry"\n'
GOOD = '[[rule]]\nname = "act"\nfor = "foi"\nweight = 2\nany = ["freedom of information"]\n' + TAIL


def write(tmp_path: Path, text: str, name: str = "triage.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_hits_carry_weight_place_words_and_misses_are_kept(tmp_path):
    loaded = rulefile.load(write(tmp_path, GOOD))
    hits, misses = loaded.run({"subject": "hello", "words": "a freedom of information request"})
    assert [(h.rule, h.weight, h.where, h.text) for h in hits] == [
        ("act", 2.0, "words", "freedom of information")
    ]
    assert misses == []
    assert loaded.run({"words": "good morning"}) == ([], ["act"])


def test_a_section_begins_and_ends_for_the_patterns_and_nothing_runs_from_one_into_the_next(tmp_path):
    rule = '[[rule]]\nname = "{}"\nfor = "foi"\nwhere = ["subject", "words", "signature"]\n{}\n'
    text = "".join(
        rule.format(*each)
        for each in (
            ("ends", 'any = ["herald$"]\nignore = ["long words to pass over"]'),
            ("begins", 'any = ["^ann"]'),
            ("runs", 'any = ["act ~9 herald"]'),
            ("near", 'near = [["act"], ["herald"]]\nwithin = 60'),
        )
    )
    loaded = rulefile.load(write(tmp_path, text + TAIL))
    sections = {
        "subject": "long words to pass over act",
        "signature": "ann herald",
        "sender": "ann@x.example",
    }
    assert [(h.rule, h.where, h.text) for h in loaded.run(sections)[0]] == [
        ("ends", "signature", "herald"),
        ("begins", "signature", "ann"),
    ]


@pytest.mark.parametrize(
    ("rule", "line", "says"),
    [
        ('[[rule]]\nfor = "foi"\nany = ["x"]', 1, "no name"),
        ('\n\n[[rule]]\nname = "a"\nfor = "foi"\nany = ["(x"]', 3, "malformed"),
        ('[[rule]]\nname = "a"\nfor = "foi"\nany = ["(?=x)y"]', 1, "malformed"),
        ('[[rule]]\nname = "a"\nfor = "foi"\nany = ["x*"]\nregexp = "y"', 1, "unknown key"),
        ('[[rule]]\nname = "a"\nfor = "cookery"\nany = ["x"]', 1, "could never matter"),
        ('[[rule]]\nname = "a"\nfor = "foi"\nwhere = ["elsewhere"]\nany = ["x"]', 1, "unknown part"),
        ('[[rule]]\nname = "a"\nfor = "foi"\nweight = 0\nany = ["x"]', 1, "weight other than 0"),
        ('[[rule]]\nname = "a"\nfor = "foi"\nany = ["(x)?"]', 1, "matches the empty text"),
        ('[[rule]]\nname = "a"\nfor = "foi"\nany = ["{nobody} x"]', 1, "no word list named"),
        (
            '[[rule]]\nname = "a"\nfor = "foi"\nany = ["x"]\n[[rule]]\nname = "a"\nfor = "foi"\nany = ["y"]',
            5,
            "second rule",
        ),
        ('[[decide]]\ncategory = "cookery"', 1, "unknown category"),
    ],
)
def test_a_bad_rule_stops_the_start_with_file_and_line(tmp_path, rule, line, says):
    path = write(tmp_path, rule + TAIL)
    with pytest.raises(RuleError) as caught:
        rulefile.load(path)
    assert str(caught.value).startswith(f"{path}:{line}:")
    assert says in str(caught.value)


def test_toml_that_cannot_be_read_names_its_line(tmp_path):
    path = write(tmp_path, '[[rule]]\nname = "a\n')
    with pytest.raises(RuleError, match=f"{path}:2: not TOML"):
        rulefile.load(path)


def test_a_decision_after_the_last_word_cannot_be_reached(tmp_path):
    path = write(tmp_path, GOOD + '[[decide]]\ncategory = "media"\nwhen = { foi = 1 }\n')
    with pytest.raises(RuleError, match="cannot be reached"):
        rulefile.load(path)


@pytest.mark.parametrize("where", ["when", "unless"])
def test_a_decision_that_names_no_fact_stops_the_start(tmp_path, where):
    row = f'[[decide]]\ncategory = "media"\nwhen = {{ is_force = 1 }}\n{where} = {{ is_staf = 1 }}\n'
    row = row.replace("when = { is_force = 1 }\nwhen", "when")
    path = write(tmp_path, row + GOOD)
    wanted = rf"^{path}:1: the decision for media names 'is_staf', which is no fact; facts are is_automated"
    with pytest.raises(RuleError, match=wanted):
        rulefile.load(path)


def test_structure_tells_every_fact_that_a_decision_may_name(look, monkeypatch):
    told: list[tuple[dict, list]] = []
    tell = structure.facts
    monkeypatch.setattr(structure, "facts", lambda *given: told.append(tell(*given)) or told[-1])
    look("What does the Commissioner do?")
    absent, evidence = told[0]
    assert set(absent) | {hit.speaks_for for hit in evidence if hit.where == "structure"} == FACTS


def test_a_later_file_replaces_and_removes_rules_by_name(tmp_path):
    first = write(tmp_path, GOOD)
    own = '[[rule]]\nname = "act"\nfor = "foi"\nweight = 5\nany = ["information please"]\n'
    laid = rulefile.load(first, write(tmp_path, own, "own.toml"))
    assert [h.weight for h in laid.run({"words": "information please"})[0]] == [5.0]
    assert laid.digest != rulefile.load(first).digest
    with pytest.raises(RuleError, match="waits for 'foi', but no rule speaks for it"):
        rulefile.load(first, write(tmp_path, 'remove = ["act"]\n', "less.toml"))


def test_the_digest_depends_on_the_rules_and_not_on_comments(tmp_path):
    assert (
        rulefile.load(write(tmp_path, GOOD)).digest
        == rulefile.load(write(tmp_path, "# a note\n" + GOOD, "b.toml")).digest
    )


def test_near_wants_both_within_so_many_words_in_either_order(tmp_path):
    rule = '[[rule]]\nname = "n"\nfor = "foi"\nnear = [["stolen"], ["bike"]]\nwithin = 3\n'
    loaded = rulefile.load(write(tmp_path, rule + TAIL))
    assert loaded.run({"words": "my bike has been stolen"})[0][0].text == "bike has been stolen"
    assert loaded.run({"words": "stolen: one bike"})[0]
    assert not loaded.run({"words": "a bike is a fine thing and not often stolen"})[0]


def test_unless_silences_ignore_passes_over_and_needs_waits(tmp_path):
    rule = (
        '[[rule]]\nname = "m"\nfor = "foi"\nany = ["meeting"]\nunless = ["gift card"]\n'
        'ignore = ["than a meeting"]\nneeds = ["please"]\n'
    )
    run = rulefile.load(write(tmp_path, rule + TAIL)).run
    assert run({"words": "a meeting please"})[0]
    assert not run({"words": "a meeting please, and a gift card"})[0]
    assert not run({"words": "documents rather than a meeting please"})[0]
    assert not run({"words": "a meeting"})[0]


def test_hints_add_up_once_each_as_far_as_they_may(tmp_path):
    rule = '[[rule]]\nname = "h"\nfor = "foi"\nweight = 1\nmost = 2\nany = ["knife", "gun", "drugs"]\n'
    run = rulefile.load(write(tmp_path, rule + TAIL)).run
    assert run({"words": "a knife, a knife"})[0][0].weight == 1.0
    assert run({"subject": "gun", "words": "knife and drugs"})[0][0].weight == 2.0  # 3 hints, at most 2


def test_an_office_written_pattern_cannot_hang_the_service(tmp_path):
    rule = '[[rule]]\nname = "b"\nfor = "foi"\nany = ["(a+)+b"]\n'
    loaded = rulefile.load(write(tmp_path, rule + TAIL))
    assert loaded.run({"words": "a" * 50_000})[0] == []  # exponential in a backtracking engine


def test_the_shipped_rules_all_name_a_purpose(shipped):
    assert len({rule.name for rule in shipped.rules.rules}) == len(shipped.rules.rules)
    assert all(abs(rule.weight) <= 6 for rule in shipped.rules.rules)


def test_a_threshold_that_nothing_reads_stops_the_start(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD + "[thresholds]\nquestion = 2\n")
    with pytest.raises(RuleError, match="nothing reads 'question'"):
        rulefile.load(file)


def test_a_missing_threshold_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "triage.toml"
    shipped = (config_dir() / "triage.toml").read_text(encoding="utf-8")
    file.write_text(shipped.replace("\nemergency = ", "\nemergency_renamed = ", 1), encoding="utf-8")
    with pytest.raises(RuleError, match=r"emergency"):
        rulefile.require_thresholds(rulefile.load(file), file)
