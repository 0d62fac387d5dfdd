"""Guards triage against falling back on areas by other hands, with what their offices configured.

The shipped weights were learnt from most of them too, so those are no measure of unseen mail: that is
`python -m benchmarks.learn_likeness --measure`, which leaves each out in turn, and docs/triage-figures.md.
From Tavenshire, Northmoor and Castleford no weight was learnt. No area may fall below what it had when it
was added.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inbox_bot.config import load
from inbox_bot.sources import read_messages
from inbox_bot.triage.batch import Batch
from inbox_bot.triage.setup import context_from

AREAS = Path(__file__).parent / "areas"
LEAST = {  # share of categories
    "brindlemere": 0.94,
    "caerlas": 0.94,
    "dunmarsh": 0.95,
    "otterby": 0.97,
    "severnhithe": 0.9,
}
AREA_NAMES = sorted(folder.name for folder in AREAS.iterdir() if folder.is_dir())
Pairs = list[tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture(scope="module", params=AREA_NAMES)
def pairs(request: pytest.FixtureRequest) -> Pairs:
    folder = AREAS / request.param
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    batch = Batch(context_from(load(folder / "settings.toml")))
    found = {name: batch.line(raw, name) for name, raw in read_messages(folder) if name.endswith(".eml")}
    assert len(found) == len(labels) >= 60
    return [(row, found[row["file"]]) for row in labels]


def share(pairs: Pairs, key: str, least: float) -> None:
    wrong = [want["file"] for want, got in pairs if want[key] != got[key]]
    assert 1 - len(wrong) / len(pairs) >= least, wrong


def test_category(pairs: Pairs, request: pytest.FixtureRequest) -> None:
    share(pairs, "category", LEAST.get(request.node.callspec.params["pairs"], 0.93))


def test_enquirer(pairs: Pairs) -> None:
    share(pairs, "enquirer_email", 0.97)


def test_nobody_is_left_without_an_acknowledgement_and_no_machine_gets_one(pairs: Pairs) -> None:
    certain = [(want, got) for want, got in pairs if not want["ack_optional"]]
    share(certain, "acknowledge", 0.97)


def test_second_deliveries(pairs: Pairs) -> None:
    share(pairs, "duplicate_of", 1.0)
