"""The register of contacts as JSON and CSV (`spreadsheet`: as a workbook); its public rows, contact sheets.

Columns of the public rows: CL Appendix A, APACE Appendix C (R2), anonymised by the caller. Cells
that a spreadsheet would run as a formula are made text: enquirers write what they like.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML 1.0 has no place for them, nor has a reader
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠|]")  # what starts a formula or a DDE call


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Decision and risk mitigation of the master register (R3). `at` is ISO 8601."""

    decision: str
    rationale: str = ""
    risk_mitigation: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class ExportRow:
    """One entry; the names are the contract's. Dates and times are ISO 8601, None where there is none."""

    reference: str
    category: str
    underlying: str | None = None
    matters: Sequence[str] = ()
    status: str = "open"
    publication: str = "undecided"
    responsible_authority: str = "office"
    received_by_force_on: str | None = None
    date_of_contact: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_role: str | None = None
    counts_as_candidate: bool = False
    officer: str | None = None
    officer_assumed: bool = False
    method_of_contact: str = "email"
    information_sought: str = ""
    sought_refs: Sequence[str] = ()
    information_provided: str | None = None
    provided_refs: Sequence[str] = ()
    date_added_to_register: str | None = None
    date_added_to_website: str | None = None
    not_published_reason: str | None = None
    due_on: str | None = None
    statutory_due_on: str | None = None
    answered_at: str | None = None
    follows: str | None = None
    decisions: Sequence[Decision] = ()
    messages: Sequence[str] = ()


COLUMNS = tuple(field.name for field in fields(ExportRow))
PUBLIC_COLUMNS = (
    "reference",
    "date_of_contact",
    "contact",
    "officer",
    "method_of_contact",
    "information_sought",
    "sought_refs",
    "information_provided",
    "provided_refs",
    "date_added_to_register",
    "date_added_to_website",
)


def public_row(
    *,
    reference: str,
    date_of_contact: str,
    contact: str,
    officer: str,
    method_of_contact: str,
    information_sought: str,
    sought_refs: Sequence[str],
    information_provided: str,
    provided_refs: Sequence[str],
    date_added_to_register: str,
    date_added_to_website: str,
) -> dict[str, Any]:
    """One line of the published contact sheet. Texts arrive redacted; `contact` and `officer` are roles."""
    return {
        "reference": reference,
        "date_of_contact": date_of_contact,
        "contact": contact,
        "officer": officer,
        "method_of_contact": method_of_contact,
        "information_sought": information_sought,
        "sought_refs": list(sought_refs),
        "information_provided": information_provided,
        "provided_refs": list(provided_refs),
        "date_added_to_register": date_added_to_register,
        "date_added_to_website": date_added_to_website,
    }


def to_json(rows: Sequence[ExportRow]) -> str:
    """A list of objects with exactly the contract's keys, in its order."""
    return rows_to_json([plain(row) for row in rows])


def to_csv(rows: Sequence[ExportRow]) -> str:
    """RFC 4180 with a heading; lists are joined by "; ", decisions one a line."""
    return rows_to_csv(COLUMNS, [plain(row) for row in rows])


def rows_to_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n"


def rows_to_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([cell(row[column]) for column in columns] for row in rows)
    return out.getvalue()


def heading(column: str) -> str:
    """ "date_added_to_website" → "Date added to website"."""
    return column.replace("_", " ").capitalize()


def plain(row: ExportRow) -> dict[str, Any]:
    """Its values by the contract's names, lists as lists."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(row).items()}


def cell(value: Any) -> str:
    """A value as the text of a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return cell(
            "\n".join(map(_decision, value)) if value and isinstance(value[0], Mapping) else "; ".join(value)
        )
    text = _CONTROLS.sub("", str(value))
    return f"'{text}" if _FORMULA.match(text) else text


def _decision(said: Mapping[str, str]) -> str:
    parts = (
        ("Decision", "decision"),
        ("Rationale", "rationale"),
        ("Risk mitigation", "risk_mitigation"),
        ("By", "by"),
        ("On", "at"),
    )
    return ". ".join(f"{label}: {said[key]}" for label, key in parts if said.get(key))
