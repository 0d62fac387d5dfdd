"""Learn `config/triage-likeness.json` from the project's own labelled mails, and say what it is worth.

    python -m benchmarks.learn_likeness            # write the file
    python -m benchmarks.learn_likeness --measure  # leave each corpus out in turn, print the shares

Names of people are left out: the senders' and enquirers' of the labelled mails, and the first names that
redaction knows. The mails: tests/corpus, tests/triage/own, tests/triage/blind and tests/triage/fields.txt.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.triage.blind.measure import classified
from tests.triage.test_fields import LINES, mail

from inbox_bot.register.redaction.words import FIRST_NAMES
from inbox_bot.resources import config_dir
from inbox_bot.triage import likeness
from inbox_bot.triage.batch import Batch
from inbox_bot.triage.model import Category
from inbox_bot.triage.phrases import fold
from inbox_bot.triage.setup import default_context

ROOT = Path(__file__).parent.parent
LEARNT = frozenset(Category) - {Category.AUTOMATED, Category.STAFF_REPLY, Category.MISDIRECTED_FORCE}


def words_of(line: dict[str, object]) -> str:
    """What the likeness is asked about: the subject and the person's own words, folded."""
    return fold(f"{line.get('subject') or ''}\n{line.get('original_text') or line.get('new_text') or ''}")


def labelled() -> Iterator[tuple[str, str, Category, str]]:
    """(corpus, folded text, category, the people's names)."""
    context = default_context()
    for name, folder, labels in (
        ("corpus", ROOT / "tests/corpus", "expected.jsonl"),
        ("own", ROOT / "tests/triage/own", "labels.jsonl"),
    ):
        batch = Batch(context)
        for text in (folder / labels).read_text(encoding="utf-8").splitlines():
            row = json.loads(text)
            line = batch.line((folder / row["file"]).read_bytes(), row["file"])
            yield (
                name,
                words_of(line),
                _kind(row),
                f"{row.get('enquirer_name') or ''} {line['enquirer_name'] or ''}",
            )
    batch = Batch(context)
    for number, text in enumerate(LINES):
        category, raw = mail(text, number)
        line = batch.line(raw, str(number))
        found = Category.POLICING_MATTER if category == "emergency" else Category(category)
        yield "fields", words_of(line), found, str(line["enquirer_name"] or "")
    for row, line in classified(context):
        yield "blind", words_of(line), _kind(row), f"{row.get('enquirer_name') or ''}"


def _kind(row: dict[str, str]) -> Category:
    return Category(row["underlying"] or row["category"])


def main() -> None:
    rows = [row for row in labelled() if row[2] in LEARNT and row[1].strip()]
    names = frozenset(w for *_, name in rows for w in re.findall(r"[a-z']{3,}", fold(name))) - _ORDINARY
    leave_out = names | frozenset(fold(name) for name in FIRST_NAMES) - _ORDINARY
    if "--measure" in sys.argv:
        for held in ("corpus", "own", "fields", "blind"):
            learnt = likeness.learn(((t, c) for s, t, c, _ in rows if s != held), leave_out=leave_out)
            out = [(learnt.opinion(t), c) for s, t, c, _ in rows if s == held]
            right = sum(o is not None and o.category is c for o, c in out)
            print(f"{held}, left out: {right} of {len(out)} right by words alone ({right / len(out):.3f})")
        return
    learnt = likeness.learn(((t, c) for _, t, c, _ in rows), leave_out=leave_out)
    target = config_dir() / "triage-likeness.json"
    target.write_text(likeness.to_json(learnt), encoding="utf-8")
    print(
        f"{target}: {len(rows)} mails, {len(learnt.counts)} words and pairs, {target.stat().st_size} octets"
    )


# Words that are names too; leaving them out would cost more than it guards.
_ORDINARY = frozenset(
    re.findall(
        r"\w+",
        "will may mark grant rose hope faith grace art frank bill drew rob sue pat dean the for and "
        "office team force police press news post desk student council officer candidate agent "
        "campaign party election resident member public local community radio gazette school "
        "college church centre group society association company services ",
    )
)


if __name__ == "__main__":
    main()
