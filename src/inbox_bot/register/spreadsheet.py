"""The register of contacts as an Excel workbook.

Import it where a workbook is made: its library takes a fifth of a second, which every command would pay.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from . import export

MAX_CELL = 32_767  # characters in one cell of an .xlsx file (Excel's specification)


def to_xlsx(rows: Sequence[export.ExportRow]) -> bytes:
    """One sheet "Register of contacts": heading frozen and filtered, every cell text, nothing computed."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register of contacts"
    sheet.append([export.heading(column) for column in export.COLUMNS])
    for row in rows:
        sheet.append([export.cell(value)[:MAX_CELL] or None for value in export.plain(row).values()])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            if cell.value is not None:
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, column in enumerate(export.COLUMNS, start=1):
        wide = column.startswith("information") or column == "decisions"
        sheet.column_dimensions[get_column_letter(number)].width = 60 if wide else 20
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
