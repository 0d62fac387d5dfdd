import pytest

from inbox_bot.triage.press import stated_deadline


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Could you comment? Our deadline is 4pm today, sorry.", "deadline is 4pm today"),
        ("URGENT deadline 5pm today\n\nA candidate claims", "deadline 5pm today"),
        ("I would need it by noon on Friday please.", "by noon on Friday"),
        ("Please reply before 17:30 tomorrow", "before 17:30 tomorrow"),
        ("We go to press this week. Deadline: Thursday", "Deadline: Thursday"),
        ("A line by close of play today would be great", "by close of play today"),
        ("A allwch ymateb erbyn 3 heddiw?", "erbyn 3"),
        ("Nothing is urgent here; the poll is in May.", ""),
        ("The budget was approved by 12 members.", ""),
    ],
)
def test_stated_deadline(text: str, found: str) -> None:
    assert stated_deadline(text) == found
