"""Scores triage on a folder of labelled mails, prints the confusion table and every error, and times it.

    python benchmarks/classify.py FOLDER… [--config FILE] [--quiet] [--repeat 2000]

Each FOLDER holds .eml files and labels.jsonl (keys as in the contract, plus alt_category, ack_optional). It
is scored by itself; the time is taken over the mails of all, again and again until there were so many.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path

from inbox_bot.sources import read_messages
from inbox_bot.transport import documents
from inbox_bot.triage.batch import Batch
from inbox_bot.triage.setup import context_from, default_context


def score(rows, labels):
    right = under_right = under_all = address_right = 0
    confusion = defaultdict(Counter)
    errors = []
    acks = Counter()
    matters = Counter()
    texts = Counter()
    flags = Counter()
    ignored = {"policing_matter", "spam", "automated", "staff_reply"}
    for row in rows:
        want = labels[row["file"]]
        confusion[want["category"]][row["category"]] += 1
        wrong = []
        if row["category"] == want["category"]:
            right += 1
        else:
            wrong.append(
                f"category {row['category']} (want {want['category']}, alt {want.get('alt_category')})"
            )
        if want.get("underlying"):
            under_all += 1
            under_right += row["underlying"] == want["underlying"]
            if row["underlying"] != want["underlying"]:
                wrong.append(f"underlying {row['underlying']} (want {want['underlying']})")
        if (row["enquirer_email"] or None) == want["enquirer_email"]:
            address_right += 1
        else:
            wrong.append(f"enquirer {row['enquirer_email']} (want {want['enquirer_email']})")
        if not want.get("ack_optional"):
            acks[(want["acknowledge"], row["acknowledge"])] += 1
            if want["acknowledge"] != row["acknowledge"]:
                wrong.append(f"acknowledge {row['acknowledge']}")
        if want["category"] not in ignored:
            got, wish = set(row["matters"]) - {"internal_review"}, set(want["matters"]) - {"internal_review"}
            matters["tp"] += len(got & wish)
            matters["fp"] += len(got - wish)
            matters["fn"] += len(wish - got)
            if got != wish:
                wrong.append(f"matters +{sorted(got - wish)} -{sorted(wish - got)}")
        for key in ("follow_up", "thank_you", "emergency"):
            if row[key] != want[key]:
                flags[key] += 1
                wrong.append(f"{key} {row[key]}")
        if want.get("duplicate_of", None) != row["duplicate_of"]:
            wrong.append(f"duplicate_of {row['duplicate_of']} (want {want.get('duplicate_of')})")
        if row["enquirer_role"] != want["enquirer_role"]:
            flags["role"] += 1
            if row["category"] == want["category"] and {row["enquirer_role"], want["enquirer_role"]} != {
                "candidate",
                "prospective_candidate",
            }:
                wrong.append(f"role {row['enquirer_role']} (want {want['enquirer_role']})")
        for key in ("new_text", "original_text"):
            if want.get(key):
                texts["all"] += 1
                texts["right"] += " ".join((row[key] or "").split()) == " ".join(want[key].split())
                if " ".join((row[key] or "").split()) != " ".join(want[key].split()):
                    wrong.append(f"{key} {(row[key] or '')[-90:]!r}")
        if wrong:
            errors.append((row["file"], wrong, row))
    total = len(rows)
    f1s = []
    for category in {w["category"] for w in labels.values()}:
        tp = confusion[category][category]
        fn = sum(confusion[category].values()) - tp
        fp = sum(confusion[other][category] for other in confusion if other != category)
        f1s.append(2 * tp / (2 * tp + fp + fn) if tp else 0.0)
    m_f1 = 2 * matters["tp"] / max(1, 2 * matters["tp"] + matters["fp"] + matters["fn"])
    tp, fp, fn = acks[(True, True)], acks[(False, True)], acks[(True, False)]
    figures = {
        "mails": total,
        "accuracy": right / total,
        "macro_f1": sum(f1s) / len(f1s),
        "underlying": under_right / under_all if under_all else 1.0,
        "enquirer": address_right / total,
        "ack_precision": tp / max(1, tp + fp),
        "ack_recall": tp / max(1, tp + fn),
        "matters_f1": m_f1,
        "texts": texts["right"] / max(1, texts["all"]),
        "role_errors": flags["role"],
        "needs_review": sum(r["needs_review"] for r in rows),
    }
    return figures, confusion, errors


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    arguments.add_argument("--config", type=Path)
    arguments.add_argument("--quiet", action="store_true")
    arguments.add_argument("--evidence", action="store_true")
    arguments.add_argument("--repeat", type=int, default=0, help="time this many mails")
    options = arguments.parse_args()
    if options.config:
        from inbox_bot.config import load

        context = context_from(load(options.config))
    else:
        context = default_context()
    mails = [list(read_messages(folder)) for folder in options.folders]
    for folder, held in zip(options.folders, mails, strict=True):
        batch = Batch(context, documents=documents.words_of)
        rows = [batch.line(raw, name) for name, raw in held]
        labels = {
            row["file"]: row for row in map(json.loads, (folder / "labels.jsonl").read_text().splitlines())
        }
        report(score([r for r in rows if r["file"] in labels], labels), options)
    if options.repeat:
        time_it(context, list(chain.from_iterable(mails)), options.repeat)
    return 0


def report(scored, options):
    figures, confusion, errors = scored
    if not options.quiet:
        for file, wrong, row in errors:
            print(f"{file}: " + "; ".join(wrong))
            if options.evidence:
                print(
                    "      "
                    + ", ".join(
                        f"{e['for']}{e['weight']:+g} {e['rule']}[{e['text'][:40]}]" for e in row["evidence"]
                    )
                )
        names = sorted(confusion)
        print("\nwanted ↓ got →".ljust(20) + " ".join(n[:9].rjust(9) for n in names))
        for want in names:
            print(want.ljust(19) + " ".join(str(confusion[want][got] or "·").rjust(9) for got in names))
    print("  ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in figures.items()))


def time_it(context, mails, count):
    batch = Batch(context, documents=documents.words_of)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, worked = time.perf_counter(), time.process_time()
    for number in range(count):
        name, raw = mails[number % len(mails)]
        json.dumps(batch.line(raw + b"\n%d" % number, name))
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{count} mails in {seconds:.2f} s: {count / seconds:.0f} a second "
        f"({count / worked:.0f} a second of processor time); memory {before // 1024} → {after // 1024} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
