"""The body of a list's table: four hundred cells a page, each of which takes a template three times as long."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from core.i18n import _
from web.kit.views import Cell, Head, ListPage, Row

# Most cells are a text and nothing else; all others are drawn by the macro, those of equal looks once.
PLAIN = ("text", "money", "number", "percent", "date")
LABELLED = ("number", "percent", "date")
Macro = Callable[[Cell, Head], Any]


def table_body(page: ListPage, macro: Macro) -> Markup:
    """The rows of the table; `macro` draws a cell that is more than a text."""
    places, drawn = page.places, Drawn(macro)
    columns = [Column(head, places, drawn) for head in page.heads]
    rows = (_row(row, columns, has_tick=bool(page.bulk)) for row in page.body)
    return Markup("\n".join(rows))  # noqa: S704  # each value is escaped where it is written


def _row(row: Row, columns: list["Column"], *, has_tick: bool) -> str:
    box = f'<td class="m0" role="cell">{tick(row)}</td>' if has_tick else ""
    cells = "".join(column.cell(cell) for column, cell in zip(columns, row.cells, strict=True))
    return f'<tr role="row" data-row>{box}{cells}</tr>'


def tick(row: Row) -> Markup:
    """The box that chooses the row for a bulk act."""
    box = Markup('<input class="chk" type="checkbox" name="id" value="{}" form="bulk" aria-label="{}">')
    return box.format(row.id, _("Select {name}", name=row.cells[0].text))


class Drawn:
    """Cells that the macro drew. Owners, stages and marks come again row after row."""

    def __init__(self, macro: Macro) -> None:
        self.macro = macro
        self.known: dict[tuple[Cell, str], str] = {}

    def __call__(self, cell: Cell, head: Head) -> str:
        key = (cell, head.key)
        if key not in self.known:
            self.known[key] = str(self.macro(cell, head)).strip()
        return self.known[key]


class Column:
    """What is the same for each cell of a column is written once. On a phone a number says what it counts."""

    def __init__(self, head: Head, places: dict[str, str], drawn: Drawn) -> None:
        self.head, self.drawn = head, drawn
        self.start = f'<td role="cell" class="{places.get(head.key, "m0")}{" n num" if head.is_numeric else ""}"'
        is_labelled = head.key in places and head.kind in LABELLED
        self.label = f' data-label="{escape(head.text)}"' if is_labelled else ""

    def cell(self, cell: Cell) -> str:
        is_plain = cell.text and cell.kind in PLAIN and not cell.href and not cell.sub
        inner = escape(cell.text) if is_plain else self.drawn(cell, self.head)
        title = f' title="{escape(cell.title)}"' if cell.title else ""
        return f"{self.start}{title}{self.label if cell.text else ''}>{inner}</td>"
