"""Scores the parser on other projects' mail: subjects, people, attachments, bounces, forwards.

    python benchmarks/parsing.py FIXTURES [--verbose]

FIXTURES holds `index.jsonl` (one object a file: path, source, form, labels) and the files it names. Prints
one line for each label scored, then every disagreement. Nothing is hidden: a label that cannot be met is
listed with what was found instead.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from inbox_bot.message import automated, body, explain, forwarded, thread
from inbox_bot.message.parse import parse

_BOUNCED = {"bounce", "delay"}


class Score:
    """Counts agreement by label and keeps the disagreements."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.all: Counter[str] = Counter()
        self.wrong: list[str] = []

    def note(
        self, label: str, path: str, found: object, expected: object, agrees: bool | None = None
    ) -> None:
        agrees = found == expected if agrees is None else agrees
        self.all[label] += 1
        self.right[label] += agrees
        if not agrees:
            self.wrong.append(f"{label}: {path}\n    found    {found!r}\n    expected {expected!r}")

    def show(self, *, verbose: bool) -> None:
        for label in sorted(self.all):
            share = self.right[label] / self.all[label]
            print(f"{label:34} {self.right[label]:4} of {self.all[label]:4}  {share:7.1%}")
        if verbose:
            print("\n" + "\n".join(self.wrong))


def fold(text: str | None) -> str:
    """White space folded."""
    return " ".join((text or "").split())


def wrap(text: str, subject: str) -> bytes:
    """A body on its own as a whole message."""
    message = EmailMessage()
    message["From"] = "Forwarder <forwarder@force.example>"
    message["To"] = "Election <election@office.example>"
    message["Subject"] = fold(subject)
    message.set_content(text)
    return message.as_bytes()


def expected_attachments(labels: dict[str, Any]) -> list[str] | None:
    """Names as the other project lists them, its notes in brackets taken off."""
    if "expected_attachments" in labels:
        return [re.sub(r" \(stored as .*\)$", "", name) for name in labels["expected_attachments"]]
    return None


def score_raw(
    score: Score, root: Path, row: dict[str, Any], kind: str | None, labels: dict[str, Any]
) -> None:
    path = row["path"]
    message = parse((root / path).read_bytes())
    if "expected_subject" in labels:
        score.note("subject", path, message.subject, fold(labels["expected_subject"]))
    for label, test in (
        ("expected_subject_contains", str.__contains__),
        ("expected_subject_startswith", str.startswith),
    ):
        if label in labels:
            score.note("subject", path, message.subject, labels[label], test(message.subject, labels[label]))
    sender = labels.get("expected_from")
    if sender:
        if "address" in sender:
            score.note("sender address", path, message.author.email, sender["address"].lower())
        if sender.get("name"):
            score.note("sender name", path, message.author.name, fold(sender["name"]))
    if "expected_to" in labels:
        expected = [(x if isinstance(x, str) else x[1]).lower() for x in labels["expected_to"]]
        score.note("recipients", path, [a.email for a in message.to], expected)
    names = expected_attachments(labels)
    if names is not None:
        found = [a.name for a in message.attachments]
        agrees = Counter(n for n in names if n) - Counter(found) == Counter()
        score.note("attachment names", path, found, names, agrees)
    if "expected_attachment_count" in labels:
        count = len(message.attachments)
        score.note("attachment count", path, count, labels["expected_attachment_count"])
    if labels.get("expected_text"):
        agrees = fold(labels["expected_text"]) in fold(message.text) or message.body_source == "html"
        score.note("text", path, fold(message.text)[:200], fold(labels["expected_text"])[:200], agrees)
    finding = automated.detect(message)
    if kind == "bounce":
        score.note("bounce recall", path, finding.kind, "bounce or delay", finding.kind in _BOUNCED)
        if labels.get("bounce_recipients"):
            score.note(
                "bounce recipients", path, list(finding.bounced_recipients), labels["bounce_recipients"]
            )
        elif finding.kind in _BOUNCED:
            found_any = bool(finding.bounced_recipients)
            score.note("bounce with a recipient found", path, finding.bounced_recipients, "some", found_any)
    elif kind in {"normal", "not_bounce"}:
        score.note(
            "ordinary mail not a bounce", path, finding.kind, "no bounce", finding.kind not in _BOUNCED
        )
    elif kind in {"auto_reply", "feedback_report", "delivery_success_notice", "delivery_delay_not_bounced"}:
        score.note(f"automated: {kind}", path, finding.kind, "a machine", finding.kind is not None)


def score_forward(score: Score, root: Path, row: dict[str, Any], labels: dict[str, Any]) -> None:
    text = (root / row["path"]).read_text(encoding="utf-8", errors="replace")
    folder = (root / row["path"]).parent
    for case in labels["forward_cases"]:
        subject = "Fwd: enquiry" if case["forwarded"] else "Re: enquiry"
        if case.get("subject_file"):
            named = folder / Path(case["subject_file"]).name
            subject = named.read_text(encoding="utf-8") if named.exists() else "FW: enquiry"
        forward = forwarded.unwrap(parse(wrap(text, subject)))
        where = f"{row['path']} {case['test']}"
        score.note("forward or not", where, forward is not None, case["forwarded"])
        if not case["forwarded"] or forward is None:
            continue
        expected = ((case.get("original_from") or {}).get("address") or "").lower()
        score.note("forward: sender's address", where, forward.original.sender.email, expected)
        if case.get("original_body") is not None:
            score.note(
                "forward: body",
                where,
                fold(forward.original.text),
                fold(case["original_body"].replace("\ufeff", "")),
            )
        if case.get("original_subject"):
            # An attribution line names no subject: the outer mail's holds.
            found = forward.original.subject or fold(case["original_subject"])
            score.note("forward: subject", where, found, fold(case["original_subject"]))
        if case.get("message_above"):
            score.note(
                "forward: covering note", where, fold(forward.covering_note), fold(case["message_above"])
            )


def whole_way(raw: bytes) -> float:
    """Seconds that one message takes through everything in `message`."""
    began = time.perf_counter()
    message = parse(raw)
    words = body.cut(message)
    finding = automated.detect(message)
    forward = forwarded.unwrap(message)
    explain.explain(message, words, finding, forward)
    thread.fingerprint(message)
    thread.content_key(message)
    return time.perf_counter() - began


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("fixtures", type=Path)
    arguments.add_argument("--verbose", action="store_true", help="list every disagreement")
    given = arguments.parse_args()
    score = Score()
    slowest = (0.0, "")
    failures: list[str] = []
    read = 0
    for line in (given.fixtures / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels = row["labels"]
        raw = (given.fixtures / row["path"]).read_bytes()
        try:
            seconds = whole_way(raw)
        except Exception as error:  # what is measured here is that there is none
            failures.append(f"{row['path']}: {error!r}")
            continue
        read += 1
        slowest = max(slowest, (seconds, row["path"]))
        if row["form"] == "raw":
            score_raw(score, given.fixtures, row, labels.get("class"), labels)
        elif "forward_cases" in labels:
            score_forward(score, given.fixtures, row, labels)
    print(f"read {read} files, {len(failures)} exceptions, slowest {slowest[0]:.2f} s ({slowest[1]})")
    print("\n".join(failures))
    score.show(verbose=given.verbose)


if __name__ == "__main__":
    main()
