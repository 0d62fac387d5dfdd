"""Exports carry exactly the contract's keys, and no cell runs as a formula."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from inbox_bot.register.export import COLUMNS, Decision, ExportRow, to_csv, to_json
from inbox_bot.register.spreadsheet import to_xlsx

# ../design contract, "register export --format json"
KEYS = [
    "reference",
    "category",
    "underlying",
    "matters",
    "status",
    "publication",
    "responsible_authority",
    "received_by_force_on",
    "date_of_contact",
    "contact_name",
    "contact_email",
    "contact_role",
    "counts_as_candidate",
    "officer",
    "officer_assumed",
    "method_of_contact",
    "information_sought",
    "sought_refs",
    "information_provided",
    "provided_refs",
    "date_added_to_register",
    "date_added_to_website",
    "not_published_reason",
    "due_on",
    "statutory_due_on",
    "answered_at",
    "follows",
    "decisions",
    "messages",
]

ROW = ExportRow(
    reference="WMR-0001",
    category="foi",
    matters=("information", "visit"),
    contact_name="Ottilie Brandreth",
    counts_as_candidate=True,
    information_sought='=HYPERLINK("http://evil.example")',
    information_provided="Ŵyth deg, “eighty”\nand more",
    decisions=(
        Decision(
            decision="yes",
            rationale="same for all",
            risk_mitigation="",
            by="Chief Executive",
            at="2027-04-01",
        ),
    ),
    messages=("a@b.example",),
)


def test_json_has_exactly_the_contracts_keys() -> None:
    (row,) = json.loads(to_json([ROW]))
    assert list(row) == KEYS
    assert row["matters"] == ["information", "visit"]
    assert list(row["decisions"][0]) == ["decision", "rationale", "risk_mitigation", "by", "at"]
    assert row["information_sought"] == ROW.information_sought  # data, not a cell: unchanged
    assert row["underlying"] is None


def test_csv_reads_back() -> None:
    heading, line = list(csv.reader(io.StringIO(to_csv([ROW]), newline="")))
    assert tuple(heading) == COLUMNS
    row = dict(zip(heading, line, strict=True))
    assert row["matters"] == "information; visit"
    assert row["counts_as_candidate"] == "yes"
    assert row["information_provided"] == ROW.information_provided
    assert row["decisions"] == "Decision: yes. Rationale: same for all. By: Chief Executive. On: 2027-04-01"


def test_xlsx_reads_back_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx([ROW]))).active
    rows = list(sheet.iter_rows())
    assert rows[0][28].value == "Messages"
    assert rows[1][0].value == "WMR-0001"
    assert rows[1][18].value == ROW.information_provided
    assert {cell.data_type for cell in rows[1]} <= {"s", "n"}  # "n" is how an empty cell reads
    assert sheet.freeze_panes == "B2"


@pytest.mark.parametrize(
    "start", ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "|calc", "\x00=1"]
)
def test_no_cell_runs_as_a_formula(start: str) -> None:
    row = ExportRow(
        reference="WMR-0001", category="foi", information_sought=start, matters=(start,), officer=start
    )
    line = list(csv.reader(io.StringIO(to_csv([row]), newline="")))[1]
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx([row]))).active
    for column in ("information_sought", "matters", "officer"):
        at = COLUMNS.index(column)
        assert line[at].startswith("'")
        cell = sheet.cell(row=2, column=at + 1)
        assert cell.data_type == "s"
        assert cell.value.startswith("'")


def test_control_characters_do_not_stop_the_spreadsheet() -> None:
    row = ExportRow(reference="WMR-0001", category="foi", information_sought="a\x00b\x0bc" + "x" * 40_000)
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx([row]))).active
    assert sheet.cell(row=2, column=COLUMNS.index("information_sought") + 1).value == "abc" + "x" * 32_764
