"""Tables as a workbook, a sheet for each: amounts are numbers, names are texts, and no text becomes a formula."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

Value = str | int | float | None
Sheet = tuple[str, Sequence[str], Sequence[Sequence[Value]]]


def write_book(about: str, sheets: Iterable[Sheet], *, first: int, created: datetime | None = None) -> bytes:
    """Each sheet says above its table what the figures are about; `first` is the width of its first column.

    `created`, in local time, is the workbook's own date; without it that of now.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    if created:
        book.set_properties({"created": created})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for title, heads, rows in sheets:
        sheet = book.add_worksheet(title[:31])
        sheet.set_column(0, 0, first)
        sheet.set_column(1, len(heads), 16)
        sheet.write_string(0, 0, about)
        for column, head in enumerate(heads):
            sheet.write_string(2, column, head, bold)
        for number, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value, money if isinstance(value, float) else None)
    book.close()
    return out.getvalue()
