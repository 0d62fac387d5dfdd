"""Scores the cutting of new words on other projects' mail, beside their own programs on the same mail.

    pip install -r requirements-bench.txt
    python benchmarks/replies.py FIXTURES [--corpus CORPUS] [--verbose]

FIXTURES holds `index.jsonl` and the files it names; CORPUS a `labels.jsonl` with `new_text` and
`original_text` beside its .eml files. Compared after white-space folding, per source: the projects disagree
on signatures and inline quotations, so that one pooled figure would say nothing. "exact" is the share of
whole replies met, "contains" the share of fragments that must, or must not, stand in the reply.
A program that is not installed shows as n/a.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inbox_bot.message import body, forwarded, webform
from inbox_bot.message.parse import parse

Cutter = Callable[[str], str]


def ours(text: str) -> str:
    return body.cut_text(text).new


def email_reply_parser(text: str) -> str:
    return str(importlib.import_module("email_reply_parser").EmailReplyParser.parse_reply(text))


def mail_parser_reply(text: str) -> str:
    languages = ["en", "de", "da", "nl", "pl", "sv", "ja", "fr", "es", "it", "cs", "ko"]
    parser = importlib.import_module("mailparser_reply").EmailReplyParser(languages=languages)
    return str(parser.parse_reply(text=text))


def quotequail(text: str) -> str:
    module = importlib.import_module("quotequail")
    return "\n".join(part for expand, part in module.quote(text) if expand)


def talon(text: str) -> str:
    quotations = importlib.import_module("talon.quotations")
    bruteforce = importlib.import_module("talon.signature.bruteforce")
    reply, _ = bruteforce.extract_signature(quotations.extract_from_plain(text))
    return str(reply)


CUTTERS: dict[str, Cutter] = {
    "inbox-bot": ours,
    "email-reply-parser": email_reply_parser,
    "mail-parser-reply": mail_parser_reply,
    "quotequail": quotequail,
    "talon": talon,
}


def fold(text: str | None) -> str:
    """White space folded."""
    return " ".join((text or "").split())


def checks(labels: dict[str, Any], reply: str) -> list[tuple[str, bool, str]]:
    """(kind, met, expected) of every label a reply can be held to."""
    out: list[tuple[str, bool, str]] = []
    if "reply_expected" in labels:
        expected = fold(labels["reply_expected"])
        out.append(("exact", fold(reply) == expected, expected))
    for fragment in labels.get("reply_contains", ()):
        out.append(("contains", fold(fragment) in fold(reply), "with " + fold(fragment)))
    for fragment in labels.get("reply_not_contains", ()):
        out.append(("contains", fold(fragment) not in fold(reply), "without " + fold(fragment)))
    return out


def available() -> dict[str, Cutter]:
    """The programs that are installed."""
    found: dict[str, Cutter] = {}
    for name, cutter in CUTTERS.items():
        try:
            cutter("Hello\n\nOn Mon, 1 Feb 2027 at 10:00, Ann <ann@mail.example> wrote:\n> Hi\n")
        except Exception as error:  # not installed, or it fails on the plainest reply
            print(f"{name}: n/a ({type(error).__name__}: {error})")
            continue
        found[name] = cutter
    return found


def compare(root: Path, *, verbose: bool) -> None:
    """The table of programs by source."""
    cutters = available()
    met: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    disagreements: list[str] = []
    for line in (root / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["form"] != "body_text" or not any(k.startswith("reply_") for k in row["labels"]):
            continue
        text = (root / row["path"]).read_text(encoding="utf-8", errors="replace")
        for name, cutter in cutters.items():
            try:
                reply = cutter(text)
            except Exception as error:  # a program that raises has not cut the reply
                reply = f"({type(error).__name__})"
            for kind, right, expected in checks(row["labels"], reply):
                met[row["source"], kind, name].append(right)
                if name == "inbox-bot" and not right:
                    disagreements.append(
                        f"{row['path']}\n    found    {fold(reply)!r}\n    expected {expected!r}"
                    )
    print(f"{'source':34}{'label':10}{'n':>4}  " + "".join(f"{name:>20}" for name in CUTTERS))
    for source, kind in sorted({key[:2] for key in met}):
        count = len(met[source, kind, "inbox-bot"])
        cells = (
            f"{sum(met[source, kind, name]) / count:20.1%}" if name in cutters else f"{'n/a':>20}"
            for name in CUTTERS
        )
        print(f"{source:34}{kind:10}{count:4}  {''.join(cells)}")
    if verbose:
        print("\n" + "\n".join(disagreements))


def corpus(root: Path, *, verbose: bool) -> None:
    """The office's own kind of mail: new words, the original inside a forward, the person who asks."""
    met: dict[str, list[bool]] = defaultdict(list)
    disagreements: list[str] = []
    for line in (root / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        message = parse((root / row["file"]).read_bytes())
        forward = forwarded.unwrap(message) if row["category"] == "misdirected_force" else None
        form = webform.read(message)
        sender = forward.original.sender if forward else form.sender if form else message.author
        found: list[tuple[str, str, str]] = []
        if row["new_text"] is not None:
            found.append(("new_text", fold(body.cut(message).new), fold(row["new_text"])))
        if row["original_text"] is not None:
            words = forward.original.new_text if forward else ""
            found.append(("original_text", fold(words), fold(row["original_text"])))
        if row["enquirer_email"]:
            found.append(("enquirer_email", sender.email, row["enquirer_email"]))
        if row["enquirer_name"]:
            found.append(("enquirer_name", sender.name, row["enquirer_name"]))
        for label, got, expected in found:
            met[label].append(got == expected)
            if got != expected:
                disagreements.append(
                    f"{label}: {row['file']}\n    found    {got!r}\n    expected {expected!r}"
                )
    for label, results in met.items():
        print(f"{label:20}{sum(results):4} of {len(results):4}  {sum(results) / len(results):7.1%}")
    if verbose:
        print("\n" + "\n".join(disagreements))


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("fixtures", type=Path)
    arguments.add_argument("--corpus", type=Path)
    arguments.add_argument("--verbose", action="store_true", help="list every disagreement of ours")
    given = arguments.parse_args()
    compare(given.fixtures, verbose=given.verbose)
    if given.corpus:
        print()
        corpus(given.corpus, verbose=given.verbose)


if __name__ == "__main__":
    main()
