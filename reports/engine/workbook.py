"""Tables as a workbook, a sheet for each: amounts are numbers, names are texts, and no text becomes a formula."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from core import clock
from core.stamps import Figures, seal_of
from core.transfer.words import guarded

Value = str | int | float | None
Sheet = tuple[str, Sequence[str], Sequence[Sequence[Value]]]


@dataclass(frozen=True)
class Book:
    """The tables of a report. `about` says what they are of; `first` is the width of the first column."""

    about: str
    sheets: Sequence[Sheet]
    data: Figures
    first: int = 24

    @property
    def seal(self) -> str:
        return f"octant-seal:{seal_of(self.data)}"


def tables(book: Callable[[Any], Book]) -> Mapping[str, Callable[[Any], bytes]]:
    """The files that a report's tables are had as."""
    return {"xlsx": lambda data: write_book(book(data)), "csv": lambda data: write_csv(book(data))}


def write_book(book: Book) -> bytes:
    """Each sheet says above its table what the figures are about. The workbook's own date is that of its figures, so
    that the one of a past day is the same bytes whenever it is made."""
    out = BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made.set_properties({"created": clock.local(book.data.made_at).replace(tzinfo=None), "keywords": book.seal})
    bold, money = made.add_format({"bold": True}), made.add_format({"num_format": "#,##0.00"})
    for title, heads, rows in book.sheets:
        sheet = made.add_worksheet(title[:31])
        sheet.set_column(0, 0, book.first)
        sheet.set_column(1, len(heads), 16)
        sheet.write_string(0, 0, book.about)
        for column, head in enumerate(heads):
            sheet.write_string(2, column, head, bold)
        for number, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value, money if isinstance(value, float) else None)
    made.close()
    return out.getvalue()


def write_csv(book: Book) -> bytes:
    """The sheets one below the other. UTF-8 with a mark, so that spreadsheets know the letters."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    out.write("\ufeff")
    writer.writerow([guarded(book.about)])
    for title, heads, rows in book.sheets:
        writer.writerow([])
        writer.writerow([guarded(title)])
        writer.writerow([guarded(head) for head in heads])
        writer.writerows([_written(value) for value in row] for row in rows)
    writer.writerow([])
    writer.writerow([book.seal])
    return out.getvalue().encode()


def _written(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return guarded(value) if isinstance(value, str) else "" if value is None else str(value)
