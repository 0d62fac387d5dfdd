from pathlib import Path

import pytest

from inbox_bot.errors import ConfigError
from inbox_bot.sources import read_messages


def test_a_folder_is_read_in_name_order_with_its_mbox(tmp_path: Path):
    (tmp_path / "b.eml").write_bytes(b"Subject: b\n\nb\n")
    (tmp_path / "a.eml").write_bytes(b"Subject: a\n\na\n")
    (tmp_path / "labels.jsonl").write_text("{}")
    (tmp_path / "c.mbox").write_bytes(
        b"From x@a.example Mon Mar  1 10:00:00 2027\nSubject: c1\n\n>From here on\nFrom now on it is text\n\n"
        b"From x@a.example Mon Mar  1 11:00:00 2027\nSubject: c2\n\nc2\n"
    )
    assert list(read_messages(tmp_path)) == [
        ("a.eml", b"Subject: a\n\na\n"),
        ("b.eml", b"Subject: b\n\nb\n"),
        ("c.mbox#1", b"Subject: c1\n\nFrom here on\nFrom now on it is text\n"),
        ("c.mbox#2", b"Subject: c2\n\nc2\n"),
    ]


def test_a_message_that_begins_like_an_mbox_is_still_one_message(tmp_path: Path):
    path = tmp_path / "one.eml"
    path.write_bytes(b"From x@a.example Mon Mar  1 10:00:00 2027\nSubject: a\n\na\n")
    assert [name for name, _ in read_messages(path)] == ["one.eml"]


def test_a_missing_path_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match="there is no such file or folder"):
        list(read_messages(tmp_path / "nothing.eml"))
