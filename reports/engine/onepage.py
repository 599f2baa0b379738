"""One page by rule: blocks stand in their order, and lists give up what does not fit.

Each list begins with no row. They take turns, in the order in which they stand: a row more each, the worthiest first,
for as long as the page holds it. A list that is cut says of how many it shows the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from core.i18n import _
from reports.engine import fonts
from reports.engine.blocks import Heading
from reports.engine.numbers import count
from reports.engine.page import HEIGHT, INNER
from reports.engine.tables import TIGHT, Cell, Column, drawn, widths_of

GUTTER, ABOVE, SPARE = 18.0, 8.0, 3.0
Rows = Sequence[Sequence[Cell]]


class Head(Heading):
    """A block's title, smaller than a section's."""

    size = 10.0

    def __init__(self, title: str, hint: str = "", level: int = 0) -> None:
        super().__init__(title, hint)
        self.level = level


@dataclass(frozen=True)
class Fixed:
    """A block that stands whole. Without a title there is none above it."""

    title: str
    body: tuple[Flowable, ...]
    hint: str = ""


@dataclass(frozen=True)
class Listed:
    """A block that may be cut: rows in order of their worth, of `whole` that there are.

    Of lists that share their columns each is given their `widths`, and only the first has a head.
    """

    title: str
    columns: Sequence[Column]
    rows: Rows
    whole: int
    hint: str = ""
    widths: Sequence[float] = ()
    has_head: bool = True
    above: float = ABOVE


Block = Fixed | Listed


@dataclass(frozen=True)
class Strip:
    """Blocks over the whole width, one below the other; or two columns of them, of these parts of the width."""

    columns: tuple[tuple[Block, ...], ...]
    parts: tuple[float, ...] = (1.0,)


def across(block: Block) -> Strip:
    return Strip(((block,),))


def beside(left: Sequence[Block], right: Sequence[Block], part: float = 0.5) -> list[Strip]:
    """Side by side; where there is nothing on one side, the other has all of the width."""
    if not left or not right:
        return [across(block) for block in (*left, *right)]
    return [Strip((tuple(left), tuple(right)), (part, 1 - part))]


def fitted(strips: Sequence[Strip], room: float, level: int = 0) -> list[Flowable]:
    """The blocks as they stand in so much room, with what is left of it: the seal stands at the foot. `level` is that
    of their titles among the bookmarks."""
    laid = [_Laid(strip, level) for strip in strips]
    _grow(laid, room - SPARE)
    left = room - SPARE - sum(strip.height for strip in laid)
    return [*(each for strip in laid for each in strip.drawn()), Spacer(1, max(left, 0.0))]


def height_of(body: Sequence[Flowable]) -> float:
    return sum(each.wrap(INNER, HEIGHT)[1] for each in body)


def _grow(laid: Sequence["_Laid"], room: float) -> None:
    left = [block for strip in laid for column in strip.columns for block in column if block.can_grow]
    while left:
        for block in tuple(left):
            block.shown += 1
            if sum(strip.height for strip in laid) > room:
                block.shown -= 1
                left.remove(block)
            elif not block.can_grow:
                left.remove(block)


class _Laid:
    """A strip with its blocks in the width that each has."""

    def __init__(self, strip: Strip, level: int) -> None:
        free = INNER - GUTTER * (len(strip.columns) - 1)
        self.widths = [free * part for part in strip.parts]
        self.columns = [
            [_Block(block, width, level) for block in column]
            for column, width in zip(strip.columns, self.widths, strict=True)
        ]

    @property
    def height(self) -> float:
        return max(sum(block.height for block in column) for column in self.columns)

    def drawn(self) -> list[Flowable]:
        columns = [[each for block in column for each in block.drawn()] for column in self.columns]
        if len(columns) == 1:
            return columns[0]
        left, right = self.widths
        return [Table([[columns[0], "", columns[1]]], colWidths=[left, GUTTER, right], style=_BARE)]


class _Block:
    """A block in its width. Of a list the height of each row is known, so that trying how many fit costs nothing."""

    def __init__(self, block: Block, width: float, level: int) -> None:
        self.block, self.width, self.level, self.shown = block, width, level, 0
        self.rows: Rows = block.rows if isinstance(block, Listed) else ()
        self.head, self.heights = 0.0, [0.0]
        if isinstance(block, Listed) and block.rows:
            self.widths = block.widths or widths_of(block.columns, block.rows, width, TIGHT)
            tall = _heights(self._table(block, len(block.rows)))
            self.head, self.heights = (tall[0], tall[1:]) if block.has_head else (0.0, tall)
        fixed = block.body if isinstance(block, Fixed) else ()
        self.above = block.above if isinstance(block, Listed) else ABOVE
        self.body = self.above + self._title_height() + sum(each.wrap(width, HEIGHT)[1] for each in fixed)

    @property
    def can_grow(self) -> bool:
        return self.shown < len(self.rows)

    @property
    def height(self) -> float:
        table = self.head + sum(self.heights[: self.shown]) if self.shown else 0.0
        return self.body + table

    def drawn(self) -> list[Flowable]:
        found: list[Flowable] = [Spacer(1, self.above)]
        if self.block.title:
            found.append(Head(self.block.title, self._hint(self.shown), self.level))
        if isinstance(self.block, Fixed):
            return [*found, *self.block.body]
        return [*found, self._table(self.block, self.shown)] if self.shown else found

    def _title_height(self) -> float:
        """Of the longest that it may say."""
        if not self.block.title:
            return 0.0
        heads = (Head(self.block.title, self._hint(shown), self.level) for shown in (0, min(1, len(self.rows))))
        return max(head.wrap(self.width, HEIGHT)[1] for head in heads)

    def _hint(self, shown: int) -> str:
        if not isinstance(self.block, Listed) or shown == self.block.whole:
            return self.block.hint
        more = _("and {n} more", n=count(self.block.whole - shown))
        cut = more if shown else _("{n} on record", n=count(self.block.whole))
        return " · ".join(filter(None, (self.block.hint, cut)))

    def _table(self, block: Listed, shown: int) -> Table:
        return drawn(block.columns, block.rows[:shown], self.widths, look=TIGHT, has_head=block.has_head)


def _heights(table: Table) -> list[float]:
    table.wrap(INNER, HEIGHT)
    return list(vars(table)["_rowHeights"])


_BARE = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
    ]
)
