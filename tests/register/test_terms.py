"""Words → terms: one term for every form of a word, in two languages."""

import pytest

from inbox_bot.register.terms import asking, fold, is_welsh, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many officers are in the force's offices?", [("officer",), ("forc",), ("offic",)]),
        ("Please send the budgets for 2026/27", [("budget",), ("2026",), ("27",)]),
        ("Dear Sir, thank you. Kind regards", []),
        ("don't the café naïve", [("dont",), ("cafe",), ("naiv",)]),
        ("x" * 41, []),
    ],
)
def test_english_words_become_stems(text: str, expected: list[tuple[str, ...]]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("radical", "forms"),
    [
        ("cyllideb", ["gyllideb", "chyllideb", "nghyllideb", "cyllidebau"]),
        ("plismon", ["blismon", "mhlismon", "phlismon"]),
        ("trosedd", ["drosedd", "nhrosedd", "throsedd", "troseddau"]),
        ("gwasanaeth", ["wasanaeth", "ngwasanaeth", "gwasanaethau"]),
        ("swyddog", ["swyddogion"]),
        ("llythyr", ["lythyr", "llythyrau"]),
    ],
)
def test_welsh_mutations_and_plurals_share_a_term(radical: str, forms: list[str]) -> None:
    expected = terms(f"yn y {radical}")[0][1]
    assert {terms(f"yn y {form}")[0][1] for form in forms} == {expected}


def test_language_is_told_by_function_words() -> None:
    assert is_welsh(words("Faint o swyddogion sydd yn y pencadlys?"))
    assert not is_welsh(words("How many officers are at headquarters?"))


def test_fold_drops_accents_and_case() -> None:
    assert fold("Ŵyn ÉCLAIR") == "wyn eclair"


def test_asking_keeps_the_sentences_that_ask() -> None:
    text = "I am a candidate. I was born in Hallowby. How many horses are there? Please send the plan."
    assert asking(text) == ["How many horses are there?", "Please send the plan."]
    assert asking("The horses. The dogs.") == ["The horses.", "The dogs."]
