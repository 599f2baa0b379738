"""Where the marks of intervals stand: a line from low to high around zero, a dot for the estimate, a ring beside it."""

from collections.abc import Iterator

from reports.engine.layout import (
    BAR,
    NAME_SIZE,
    ROW,
    Grid,
    Label,
    Mark,
    Measure,
    Rect,
    Scene,
    grid_of,
    heard,
    row_texts,
)
from reports.engine.spec import Bar, Interval, IntervalChart

STEP, THIN, DOT = 5.0, 2.0, 6.0


def lay_intervals(chart: IntervalChart, width: float, measure: Measure) -> Scene:
    """Name, scale, label, note as in a bar chart; the last row says what the scale measures."""
    bars = tuple(Bar(each.name, 0, each.label, each.note) for each in chart.intervals)
    grid, most = grid_of(bars, width, measure), _reach(chart.intervals)
    tall = len(bars) * ROW
    marks: list[Mark] = [Rect("grid rule", _at(0, most, grid), 0, 0.6, tall)]
    for i, (each, bar) in enumerate(zip(chart.intervals, bars, strict=True)):
        marks += [*row_texts(bar, i * ROW, grid, measure), *_drawn(each, i * ROW, most, grid)]
    marks += _axis(most, tall, grid)
    content = "; ".join(heard(each.name, each.label, each.note) for each in chart.intervals)
    return Scene(chart.title, content, width, tall + ROW, tuple(marks))


def _reach(intervals: tuple[Interval, ...]) -> float:
    """How far the scale goes to either side: a whole number of steps that holds every mark."""
    marks = [abs(mark) for each in intervals for mark in (each.value, each.low, each.high, each.plain) if mark]
    return max(STEP, STEP * -(-max(marks, default=0.0) // STEP))


def _drawn(each: Interval, top: float, most: float, grid: Grid) -> Iterator[Mark]:
    middle = top + ROW / 2
    if each.plain is not None:
        yield Rect("plain", _at(each.plain, most, grid) - THIN / 2, middle - BAR / 2, THIN, BAR)
    if each.value is not None and each.low is not None and each.high is not None:
        left, right, at = (_at(mark, most, grid) for mark in (each.low, each.high, each.value))
        role = "cb hit" if each.low > 0 or each.high < 0 else "cb rest"
        tip = heard(each.name, each.label, each.note)
        yield Rect(role, left, middle - THIN / 2, max(right - left, THIN), THIN, tip)
        yield Rect(role, at - DOT / 2, middle - DOT / 2, DOT, DOT)


def _axis(most: float, top: float, grid: Grid) -> Iterator[Mark]:
    base = top + ROW / 2 + NAME_SIZE * 0.36
    for value, anchor in ((-most, "start"), (0.0, "middle"), (most, "end")):
        yield Label("ax", _at(value, most, grid), base, f"{value:+.0f}".replace("-", "−") if value else "0", anchor)


def _at(value: float, most: float, grid: Grid) -> float:
    middle, half = (grid.left + grid.right) / 2, (grid.right - grid.left) / 2
    return middle + half * max(-1.0, min(1.0, value / most))
