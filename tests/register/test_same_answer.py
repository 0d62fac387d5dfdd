import pytest

from inbox_bot.register.same_answer import difference, figures


def test_figures_in_one_form() -> None:
    assert figures("£1.2m and £1.2 million, 14 officers, 12 per cent or 12%") == {
        "£1.2 million",
        "14",
        "12 %",
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("The team has 14 officers.", "There are 14 officers in it.", ""),
        ("The team has 14 officers.", "There are 16 officers in it.", "figures: 14 here, 16 there"),
        ("It cost £812,000.", "It cost £812000 in all.", ""),
        ("14 officers, at a cost of £812,000.", "14 officers.", ""),  # one only says more
        ("Yes, you may visit.", "We cannot offer a visit.", "one says no or not, the other does not"),
        ("", "We cannot offer a visit.", ""),
    ],
)
def test_difference(ours: str, theirs: str, said: str) -> None:
    assert difference(ours, theirs) == said
