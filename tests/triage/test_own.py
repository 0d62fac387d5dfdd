"""Guards the rules against falling back on our own labelled mails; see benchmarks/classify.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inbox_bot.sources import read_messages
from inbox_bot.triage.batch import Batch

FOLDER = Path(__file__).parent / "own"
LABELS = {
    row["file"]: row
    for row in map(json.loads, (FOLDER / "labels.jsonl").read_text(encoding="utf-8").splitlines())
}


@pytest.fixture(scope="module")
def lines(shipped):
    batch = Batch(shipped)
    return [(LABELS[name], batch.line(raw, name)) for name, raw in read_messages(FOLDER)]


def share(results: list[bool]) -> float:
    return sum(results) / len(results)


def test_categories(lines):
    assert len(lines) == len(LABELS)
    assert share([got["category"] == want["category"] for want, got in lines]) >= 0.97


def test_the_message_within_a_forward(lines):
    assert (
        share([got["underlying"] == want["underlying"] for want, got in lines if want["underlying"]]) >= 0.95
    )


def test_whom_to_acknowledge(lines):
    assert share([got["enquirer_email"] == want["enquirer_email"] for want, got in lines]) >= 0.98
    judged = [(want["acknowledge"], got["acknowledge"]) for want, got in lines if not want["ack_optional"]]
    assert (False, True) not in judged  # nothing is sent that should not be
    assert share([got for want, got in judged if want]) >= 0.98


def test_matters(lines):
    silent = {"policing_matter", "spam", "automated", "staff_reply"}
    right = wrong = 0
    for want, got in lines:
        if want["category"] not in silent:
            found, wished = set(got["matters"]) - {"internal_review"}, set(want["matters"])
            right += len(found & wished)
            wrong += len(found ^ wished)
    assert 2 * right / (2 * right + wrong) >= 0.93


def test_emergencies_threads_confidence_and_language(lines):
    for key in ("emergency", "follow_up", "thank_you", "confidential"):
        assert [want["file"] for want, got in lines if want[key] != got[key]] == []
    assert share([got["language"] == want["language"] for want, got in lines]) >= 0.98
