import re2

from inbox_bot.triage.phrases import fold, language, to_regex


def found(phrase: str, text: str, **lists: str) -> bool:
    return re2.compile(to_regex(phrase, lists)).search(fold(text)) is not None


def test_fold_makes_case_accents_quotes_and_white_space_one():
    assert fold("Rôl  y\nComisiynydd\n\n“It’s” – fine") == 'rol y comisiynydd | "it\'s" - fine'
    assert fold("Llŷn\u200b \u00a0 o\u0302 ŵyl ½ £5") == "llyn o wyl 1⁄2 £5"


def test_a_phrase_is_bounded_by_words():
    assert found("press", "the press office")
    assert not found("press", "an expression")


def test_a_star_lets_the_word_end_as_it_likes():
    assert found("candidat*", "their candidature")


def test_an_escaped_word_class_keeps_its_own_star():
    assert found("polic\\w*", "polic")


def test_a_gap_counts_words_within_one_sentence():
    assert found("thinking ~2 standing", "Thinking of perhaps standing")
    assert not found("thinking ~2 standing", "thinking of a new sofa standing here")
    assert not found("thinking ~3 standing", "I am thinking. Now standing.")


def test_a_word_list_stands_for_its_alternatives():
    assert found("{office} budget", "the OPCC budget", office="opcc|office")


def test_language_needs_more_welsh_than_english():
    assert language(fold("Hoffwn wybod pryd mae'r cyfarfod yn y neuadd")) == "cy"
    assert language(fold("Please tell me about Heddlu Gwent and the budget for this year")) == "en"
