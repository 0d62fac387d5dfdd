"""Dates that mail programs write for people."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inbox_bot.message import dates


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("01 February 2027 10:00", datetime(2027, 2, 1, 10, tzinfo=UTC)),
        ("Monday, February 1, 2027 2:05 PM", datetime(2027, 2, 1, 14, 5, tzinfo=UTC)),
        ("12 July 2027 10:00", datetime(2027, 7, 12, 9, tzinfo=UTC)),  # British Summer Time
        ("Dydd Llun, 1 Chwefror 2027 10:00", datetime(2027, 2, 1, 10, tzinfo=UTC)),
        ("Mo., 1. Feb. 2027 um 10:00 Uhr", datetime(2027, 2, 1, 10, tzinfo=UTC)),
        ("2 novembre 2026, 09:26:50 UTC+1", datetime(2026, 11, 2, 8, 26, 50, tzinfo=UTC)),
        ("01/02/2027 10:00", datetime(2027, 2, 1, 10, tzinfo=UTC)),
        ("2027-02-01 10:00", datetime(2027, 2, 1, 10, tzinfo=UTC)),
        ("31 February 2027", None),
        ("soon", None),
        ("", None),
    ],
)
def test_read(text: str, moment: datetime | None) -> None:
    assert dates.read(text) == moment
