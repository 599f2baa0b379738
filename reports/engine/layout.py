"""Where the marks of a chart stand. One layout serves paper and page: y grows downwards, units are points or pixels."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.engine.spec import Bar, BarChart, ColumnChart, Fall, FallChart, Pillar

Measure = Callable[..., float]
# The most that names may take of a chart's width: beyond it they are cut.
NAMES = 0.5
ROW, BAR, NAME_SIZE, NOTE_SIZE = 18.0, 10.0, 8.5, 8.0
_HEAD, _FOOT = 20.0, 20.0


@dataclass(frozen=True)
class Rect:
    role: str
    x: float
    y: float
    width: float
    height: float
    tip: str = ""


@dataclass(frozen=True)
class Line:
    role: str
    x1: float
    x2: float
    y: float


@dataclass(frozen=True)
class Label:
    role: str
    x: float
    y: float
    text: str
    anchor: str = "start"


Mark = Rect | Line | Label


@dataclass(frozen=True)
class Scene:
    """A laid out chart. `content` says in words what the marks show."""

    title: str
    content: str
    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Grid:
    """The columns of a bar chart: names from 0, bars from left to right, values and notes right-aligned."""

    names: float
    left: float
    right: float
    values: float
    width: float
    largest: float


def lay_bars(chart: BarChart, width: float, measure: Measure) -> Scene:
    """Name, track with bar, value, note: columns as wide as their texts need."""
    grid = grid_of(chart.bars, width, measure)
    rows = [_bar_row(bar, i * ROW, grid, measure) for i, bar in enumerate(chart.bars)]
    content = "; ".join(heard(bar.name, bar.label, bar.note) for bar in chart.bars)
    return Scene(chart.title, content, width, len(chart.bars) * ROW, tuple(mark for row in rows for mark in row))


def grid_of(bars: tuple[Bar, ...], width: float, measure: Measure) -> Grid:
    names = min(max((measure(bar.name, NAME_SIZE) for bar in bars), default=0), width * NAMES)
    notes = max((measure(bar.note, NOTE_SIZE) + 7 for bar in bars if bar.note), default=0)
    labels = max((measure(bar.label, NAME_SIZE) * 1.06 for bar in bars), default=0)
    values = width - notes
    largest = max((bar.value for bar in bars if not bar.is_rest), default=0)
    return Grid(names, names + 10, max(values - labels - 10, names + 11), values, width, largest)


def _bar_row(bar: Bar, y: float, grid: Grid, measure: Measure) -> list[Mark]:
    texts, top = row_texts(bar, y, grid, measure), y + (ROW - BAR) / 2
    if bar.is_rest:
        return texts
    return [*texts, Rect("track", grid.left, top, grid.right - grid.left, BAR), *_fills(bar, top, grid)]


def row_texts(bar: Bar, y: float, grid: Grid, measure: Measure) -> list[Mark]:
    base = y + ROW / 2 + NAME_SIZE * 0.36
    marks: list[Mark] = [
        Label("name", 0, base, _clip(bar.name, grid.names, measure)),
        Label("val", grid.values, base, bar.label, "end"),
    ]
    return [*marks, Label("note", grid.width, base, bar.note, "end")] if bar.note else marks


def _fills(bar: Bar, top: float, grid: Grid) -> list[Mark]:
    """The value, and over it the darker part. What is not nothing is at least visible."""
    if bar.value <= 0:
        return []
    room, role = grid.right - grid.left, "cb" if bar.part is not None else "cb hit"
    whole = _length(bar.value, grid.largest, room)
    marks: list[Mark] = [Rect(role, grid.left, top, whole, BAR, heard(bar.name, bar.label, bar.note))]
    if bar.part and bar.part > 0:
        marks.append(Rect("cb hit", grid.left, top, _length(min(bar.part, bar.value), grid.largest, room), BAR))
    return marks


def lay_columns(chart: ColumnChart, width: float, measure: Measure) -> Scene:
    """Columns of equal width over a base line; values above, names below, targets as short lines."""
    step = width / max(len(chart.pillars), 1)
    tallest = max((max(pillar.value, pillar.target or 0) for pillar in chart.pillars), default=0)
    marks: list[Mark] = [Line("grid", 0, width, chart.tall - _FOOT)]
    for i, pillar in enumerate(chart.pillars):
        marks += _column(pillar, (i * step, step, chart.tall), tallest, measure)
    content = "; ".join(heard(pillar.name, pillar.label) for pillar in chart.pillars)
    return Scene(chart.title, content, width, chart.tall, tuple(marks))


def _column(pillar: Pillar, place: tuple[float, float, float], tallest: float, measure: Measure) -> list[Mark]:
    """Within a place: its left edge, how wide, how tall."""
    x, step, height = place
    room, base = height - _HEAD - _FOOT, height - _FOOT
    middle, thick = x + step / 2, min(step * 0.56, 34)
    marks: list[Mark] = [Label("ax", middle, height - 6, _clip(pillar.name, step - 2, measure, NOTE_SIZE), "middle")]
    tall = _length(pillar.value, tallest, room) if pillar.value > 0 else 0.0
    if tall:
        tip = heard(pillar.name, pillar.label)
        marks.append(Rect(_column_role(pillar), middle - thick / 2, base - tall, thick, tall, tip))
    foot = base - tall - 4
    if pillar.target:
        y = base - _length(pillar.target, tallest, room)
        marks.append(Line("tgt", middle - step * 0.38, middle + step * 0.38, y))
        # A line through the figure would strike it out: then the figure stands above the line.
        foot = min(foot, y - 4) if foot - NOTE_SIZE <= y <= foot + 2 else foot
    if pillar.value:
        marks.append(Label("note", middle, foot, _clip(pillar.label, step, measure, NOTE_SIZE), "middle"))
    return marks


def _column_role(pillar: Pillar) -> str:
    if pillar.role:
        return pillar.role
    return "cb" if pillar.target and pillar.value < pillar.target else "cb hit"


def lay_falls(chart: FallChart, width: float, measure: Measure) -> Scene:
    """As bars, but each begins where the one before it ended."""
    spans = _spans(chart.falls)
    most = max((max(span) for span in spans), default=0)
    bars = tuple(Bar(fall.name, most, fall.label, fall.note) for fall in chart.falls)
    grid = grid_of(bars, width, measure)
    marks: list[Mark] = []
    for i, (fall, bar, span) in enumerate(zip(chart.falls, bars, spans, strict=True)):
        marks += [*row_texts(bar, i * ROW, grid, measure), _fallen(fall, span, i * ROW + (ROW - BAR) / 2, grid)]
    content = "; ".join(heard(fall.name, fall.label, fall.note) for fall in chart.falls)
    return Scene(chart.title, content, width, len(chart.falls) * ROW, tuple(marks))


def _spans(falls: tuple[Fall, ...]) -> list[tuple[float, float]]:
    """From where to where each row goes; a sum goes from nothing."""
    at, found = 0.0, []
    for fall in falls:
        start = 0.0 if fall.is_total else at
        at = start + fall.value
        found.append((start, at))
    return found


def _fallen(fall: Fall, span: tuple[float, float], top: float, grid: Grid) -> Rect:
    role = "cb hit" if fall.is_total else "cb up" if fall.value >= 0 else "cb bad"
    room = (grid.right - grid.left) / (grid.largest or 1)
    low, high = min(span), max(span)
    tip = heard(fall.name, fall.label, fall.note)
    return Rect(role, grid.left + low * room, top, max((high - low) * room, 0.8), BAR, tip)


def _length(value: float, largest: float, room: float) -> float:
    return max(value / largest * room, 0.8)


def heard(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _clip(words: str, room: float, measure: Measure, size: float = NAME_SIZE) -> str:
    if measure(words, size) <= room + 0.01:
        return words
    while words and measure(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…"
