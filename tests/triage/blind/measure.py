"""How triage does on the 151 mails of three areas: `python -m tests.triage.blind.measure [--errors]`."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from typing import Any

from inbox_bot.triage.batch import Batch
from inbox_bot.triage.context import Context
from inbox_bot.triage.setup import default_context

from .build import AREAS, configured, messages

Rows = list[tuple[dict[str, Any], dict[str, Any]]]  # (labels, the line of `classify --json`)
_NO_MATTERS = {"policing_matter", "spam", "automated", "staff_reply"}  # nothing is decided on them


def classified(shipped: Context, *, known: bool = True) -> Rows:
    """Every mail in order, one batch an area. `known`: with the area's settings, else with none at all."""
    batches = {area: Batch(configured(shipped, area) if known else shipped) for area in AREAS}
    return [(record["labels"], batches[record["area"]].line(raw, record["id"])) for record, raw in messages()]


def figures(rows: Rows) -> dict[str, float]:
    """Shares from 0 to 1; roles leave spam out, the acknowledgement leaves `ack_optional` out."""

    def share(key: str, pairs: Rows) -> float:
        return sum(got[key] == want[key] for want, got in pairs) / len(pairs)

    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    acknowledged: Counter[tuple[bool, bool]] = Counter()
    right = wrong = 0
    for want, got in rows:
        confusion[want["category"]][got["category"]] += 1
        if not want["ack_optional"]:
            acknowledged[want["acknowledge"], got["acknowledge"]] += 1
        if want["category"] not in _NO_MATTERS:
            found, wished = (set(x["matters"]) - {"internal_review"} for x in (got, want))
            right += len(found & wished)
            wrong += len(found ^ wished)
    sent, needless, missed = (acknowledged[k] for k in ((True, True), (False, True), (True, False)))
    f1s = [
        2 * row[name] / (sum(row.values()) + sum(other[name] for other in confusion.values()))
        for name, row in confusion.items()
    ]
    return {
        "accuracy": share("category", rows),
        "macro_f1": sum(f1s) / len(f1s),
        "underlying": share("underlying", [r for r in rows if r[0]["underlying"]]),
        "enquirer": share("enquirer_email", rows),
        "name": share("enquirer_name", rows),
        "role": share("enquirer_role", [r for r in rows if r[0]["category"] != "spam"]),
        "ack_precision": sent / (sent + needless),
        "ack_recall": sent / (sent + missed),
        "matters_f1": 2 * right / (2 * right + wrong),
    }


def main() -> None:
    for known in (True, False):
        rows = classified(default_context(), known=known)
        print("with the area's settings" if known else "with no settings")
        print("  " + "  ".join(f"{name} {value:.3f}" for name, value in figures(rows).items()))
        for want, got in rows if "--errors" in sys.argv else ():
            wrong = {key: got[key] for key in ("category", "underlying", "enquirer_email", "enquirer_role")
                     if got[key] != want[key]}  # fmt: skip
            if wrong:
                print(f"    {got['file']}: {wrong}, wanted {[want[key] for key in wrong]}")


if __name__ == "__main__":
    main()
