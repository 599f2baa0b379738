"""Tables: heads repeat on each page, figures stand right in columns of one width, hairlines and no stripes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import unescape

from reportlab.platypus import Table, TableStyle

from reports.engine import fonts
from reports.engine.page import INNER
from reports.engine.styles import CELL, LINE, LINE_2, color, style
from reports.engine.wrap import Text, longest_piece, plain

_PAD, _LONG = 5.0, 60
# So much room has a page at least on which nothing else stands yet.
_FRESH = 230.0


@dataclass(frozen=True)
class Set:
    """How a table is set: the size of its type, how far its lines stand apart, and the room above and below a row."""

    size: float = CELL
    spread: float = 1.4
    gap: float = 3.6


USUAL, TIGHT = Set(), Set(8.0, 1.3, 1.5)


@dataclass(frozen=True)
class Column:
    """A column. `weight` shares out what is left after the figures; a column of weight 0 is as wide as its text."""

    head: str
    weight: float = 1.0
    is_figure: bool = False


@dataclass(frozen=True)
class Toned:
    """A cell in a colour of meaning. The text says it too: colour never stands alone."""

    text: str
    tone: str


Cell = str | Toned


def figures(head: str) -> Column:
    return Column(head, weight=0, is_figure=True)


def narrow(head: str) -> Column:
    return Column(head, weight=0)


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, total: Sequence[Cell] = (), width: float = INNER
) -> Table:
    """A table that fills the width. Rows never split; the head repeats; the total is the last row."""
    widths = widths_of(columns, [*rows, total] if total else rows, width, USUAL)
    return drawn(columns, rows, widths, total=total)


def drawn(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    total: Sequence[Cell] = (),
    look: Set = USUAL,
    has_head: bool = True,
) -> Table:
    """In columns of widths that are known."""
    quiet = (style(look.size, tone="quiet", right=each.is_figure, spread=1.3) for each in columns)
    heads = [[Text(plain(each.head), head) for each, head in zip(columns, quiet, strict=True)]] if has_head else []
    body = [[_cell(cell, column, look) for cell, column in zip(row, columns, strict=True)] for row in rows]
    last = (
        [[_cell(cell, column, look, bold=True) for cell, column in zip(total, columns, strict=True)]] if total else []
    )
    lines = _lines(look, has_head=has_head, has_total=bool(total))
    return _Rows([*heads, *body, *last], colWidths=widths, repeatRows=int(has_head), hAlign="LEFT", style=lines)


class _Rows(Table):
    """Its last rows stand together, so that no page begins with a lonely total: as far as a page holds so many."""

    def split(self, width: float, height: float) -> list[Any]:
        found: list[Any] = super().split(width, height)
        if found or height < _FRESH:
            return found
        self._nosplitCmds: list[Any] = []
        return list(super().split(width, height))


def _cell(cell: Cell, column: Column, look: Set, *, bold: bool = False) -> Text:
    tone = cell.tone if isinstance(cell, Toned) else ""
    is_bold = bold or tone in ("bad", "warn")
    return Text(
        plain(_text(cell)), style(look.size, tone=tone, bold=is_bold, right=column.is_figure, spread=look.spread)
    )


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Toned) else cell


def widths_of(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: float, look: Set) -> list[float]:
    """What a text needs where there is room; where not, the columns that wrap share by weight what is left, each at
    least as wide as its longest word."""
    needed = [_needed(each, [row[i] for row in rows], look) for i, each in enumerate(columns)]
    taken = {i: min(needed[i], width / 4) for i, each in enumerate(columns) if not each.weight}
    loose = {i for i in range(len(columns)) if i not in taken}
    while small := {i for i in loose if needed[i] < _part(i, loose, columns, width - sum(taken.values()))}:
        taken |= {i: needed[i] for i in small}
        loose -= small
    floors = {i: _floor(columns[i], [row[i] for row in rows], look) for i in loose}
    if sum(taken.values()) + sum(floors.values()) <= width:
        while short := {i for i in loose if floors[i] > _part(i, loose, columns, width - sum(taken.values()))}:
            taken |= {i: floors[i] for i in short}
            loose -= short
    rest = width - sum(taken.values())
    spread = loose or {i for i, each in enumerate(columns) if each.weight} or set(range(len(columns)))
    return [taken.get(i, 0.0) + (_part(i, spread, columns, rest) if i in spread else 0.0) for i in range(len(columns))]


def _part(i: int, among: set[int], columns: Sequence[Column], rest: float) -> float:
    """The column's part of the rest, by weight; columns without weight get equal parts."""
    weights = sum(columns[each].weight for each in among)
    return rest * columns[i].weight / weights if weights else rest / len(among)


def _needed(column: Column, cells: Sequence[Cell], look: Set) -> float:
    """The width of the widest text. The start of a long text is enough to see that it does not fit."""
    shown = [unescape(plain(_text(cell))[:_LONG]) for cell in cells]
    return max(fonts.width(each, look.size, fonts.BOLD) for each in [column.head, *shown]) + 2 * _PAD + 1


def _floor(column: Column, cells: Sequence[Cell], look: Set) -> float:
    """The width at which no word is cut."""
    shown = [unescape(plain(_text(cell))) for cell in cells]
    return max(longest_piece(each, look.size, fonts.BOLD) for each in [column.head, *shown]) + 2 * _PAD + 1


def _lines(look: Set, *, has_head: bool, has_total: bool) -> TableStyle:
    commands: list[Any] = [
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR, look.size),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
        ("TOPPADDING", (0, 0), (-1, -1), look.gap),
        ("BOTTOMPADDING", (0, 0), (-1, -1), look.gap + 0.6),
        ("NOSPLIT", (0, -3), (-1, -1)),
        ("LINEBELOW", (0, int(has_head)), (-1, -1), 0.4, color(LINE)),
    ]
    if has_head:
        commands += [("VALIGN", (0, 0), (-1, 0), "BOTTOM"), ("LINEBELOW", (0, 0), (-1, 0), 0.8, color(LINE_2))]
    if has_total:
        commands += [(side, (0, -1), (-1, -1), 0.8, color(LINE_2)) for side in ("LINEABOVE", "LINEBELOW")]
    return TableStyle(commands)
