"""Charts as SVG, drawn by the server: no script, coloured by classes (`charts.css`), sized so that nothing moves.

Values are numbers of any one unit; texts come ready in the reader's language. Each chart says in `label` what it
shows, for whoever does not see it. Lengths are attributes in percent of the room, so that a chart fits any width
while its letters keep their size. A page that draws one links `charts.css` in its head.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10, pi

from markupsafe import Markup, escape

# How a column stands against its target; a tick and an edge tell it too, not only the colour.
REACHED, MISSED, BARE, PLAIN = "hit", "miss", "bare", ""
_STEPS = (1, 2, 2.5, 5, 10)
_TOP, _FOOT = 18, 24


@dataclass(frozen=True, kw_only=True)
class Pillar:
    """One column of `combo`: its name on the axis, what it shows in words, its target if it has one, its rows."""

    name: str
    value: float
    text: str
    target: float | None = None
    href: str = ""

    @property
    def state(self) -> str:
        if not self.target:
            return PLAIN
        return REACHED if self.value >= self.target else MISSED


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of `donut`, of the same unit as the others."""

    value: float
    text: str


def spark(values: Sequence[float], *, label: str, width: int = 72, height: int = 24, tone: str = "") -> Markup:
    """A line without axes, from the lowest to the highest value. Fewer than two values are no line."""
    if len(values) < 2:
        return Markup("")
    low, high = min(values), max(values)
    step, scale = (width - 6) / (len(values) - 1), (height - 7) / ((high - low) or 1)
    points = [(2 + i * step, height - 3 - (value - low) * scale) for i, value in enumerate(values)]
    line = _smooth(points)
    (first, _y), (last, end) = points[0], points[-1]
    return _svg(
        f"spark {tone}", width, height, label,
        f'<path class="a" d="{line}L{_n(last)} {height}L{_n(first)} {height}Z"/><path class="l" d="{line}"/>'
        f'<circle cx="{_n(last)}" cy="{_n(end)}" r="2"/>',
    )  # fmt: skip


def ring(percent: float, *, label: str, text: str | None = None, size: int = 44, tone: str = "") -> Markup:
    """A part of a whole, 0 to 100, with a short text inside (the rounded number unless another is given)."""
    thick, middle = 5, size / 2
    radius = (size - thick) / 2
    around, shown = 2 * pi * radius, _within(percent)
    circle = f'cx="{_n(middle)}" cy="{_n(middle)}" r="{_n(radius)}" stroke-width="{thick}"'
    dash = (
        f'stroke-dasharray="{_n(shown / 100 * around)} {_n(around)}" transform="rotate(-90 {_n(middle)} {_n(middle)})"'
    )
    inside = f"{floor(shown)}" if text is None else text
    return _svg(
        f"ring {tone}", size, size, label,
        f'<circle class="t" {circle}/><circle class="v" {circle} {dash}/>'
        f'<text x="50%" y="50%" dy=".36em" text-anchor="middle">{escape(inside)}</text>',
    )  # fmt: skip


def bars(value: float, most: float, *, label: str, part: float | None = None, tone: str = "") -> Markup:
    """One row of a bar chart: a track as long as `most`, the value on it, and its darker part over that."""
    whole = _bar("v pale" if part is not None else "v", value, most)
    return _row(f"hbar {tone}", label, whole + (_bar("v", min(part, value), most) if part is not None else ""))


def bullet(value: float, target: float | None, most: float, *, label: str, tone: str = "") -> Markup:
    """A value held against its target, which is a line across the bar. `tone` `miss` is for what is far below it."""
    goal = "" if not target else f'<rect class="goal" x="{_percent(target, most)}" y="-3" width="2" height="16"/>'
    return _row(f"hbar bullet {tone}", label, _bar("v", value, most) + goal)


def funnel(value: float, most: float, *, label: str, part: float | None = None) -> Markup:
    """One row of a funnel: a bar from the middle, with its darker part."""
    whole = _middle("v pale" if part is not None else "v", value, most)
    inner = _middle("v", min(part, value), most) if part is not None else ""
    return _row("hbar funnel", label, whole + inner, height=18, track=False)


def combo(pillars: Sequence[Pillar], *, label: str, write: Callable[[float], str], height: int = 232) -> Markup:
    """Columns over a time axis, each against its target. `write` gives the texts of the axis."""
    most = max((max(pillar.value, pillar.target or 0) for pillar in pillars), default=0)
    ticks = scale(most)
    room, step = height - _TOP - _FOOT, 100 / max(len(pillars), 1)
    marks = [_grid(tick, ticks[-1], room, write) for tick in ticks]
    roles = [_role(pillar, pillars) for pillar in pillars]
    marks += [_pillar(pillar, roles[i], i * step, step, ticks[-1], room) for i, pillar in enumerate(pillars)]
    role = "group" if any(pillar.href for pillar in pillars) else "img"
    return Markup(  # noqa: S704  each text is escaped
        f'<svg class="combo" width="100%" height="{height}" role="{role}" aria-label="{escape(label)}">'
        f"{''.join(marks)}</svg>"
    )


def donut(parts: Sequence[Part], *, label: str, text: str, note: str = "", size: int = 168) -> Markup:
    """Parts of a whole in their order, clockwise from the top; text and note stand in the middle."""
    thick, middle, total = 24, size / 2, sum(max(part.value, 0) for part in parts)
    radius = (size - thick) / 2
    around, start, drawn = 2 * pi * radius, 0.0, ""
    for number, part in enumerate(parts, start=1):
        length = max(part.value, 0) / total * around if total else 0.0
        drawn += (
            f'<circle class="s{min(number, 7)}" cx="{_n(middle)}" cy="{_n(middle)}" r="{_n(radius)}" '
            f'stroke-width="{thick}" stroke-dasharray="{max(length - 2, 0.5):.2f} {around:.2f}" '
            f'stroke-dashoffset="{-start:.2f}" transform="rotate(-90 {_n(middle)} {_n(middle)})">'
            f"<title>{escape(part.text)}</title></circle>"
        )
        start += length
    inside = f'<text class="c1" x="50%" y="50%" text-anchor="middle">{escape(text)}</text>'
    inside += f'<text class="c2" x="50%" y="61%" text-anchor="middle">{escape(note)}</text>'
    return _svg("donut", size, size, label, drawn + inside)


def scale(most: float) -> tuple[float, ...]:
    """Round numbers from 0 to the first that is not below `most`, in three to six steps."""
    if most <= 0:
        return (0, 1)
    size: float = 10 ** floor(log10(most / 4))
    step = next(size * each for each in _STEPS if most / (size * each) <= 5)
    return tuple(step * i for i in range(ceil(most / step - 1e-9) + 1))


def _grid(tick: float, most: float, room: float, write: Callable[[float], str]) -> str:
    y = _n(_TOP + room - tick / most * room)
    return (
        f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
        f'<text class="ax" x="-8" y="{y}" dy=".34em" text-anchor="end">{escape(write(tick))}</text>'
    )


def _role(pillar: Pillar, pillars: Sequence[Pillar]) -> str:
    """Among columns with a target, one without is neither reached nor missed."""
    return pillar.state or (BARE if any(each.target for each in pillars) else PLAIN)


def _pillar(pillar: Pillar, role: str, x: float, step: float, most: float, room: float) -> str:
    tall = max(pillar.value / most * room, 1.0) if pillar.value > 0 else 0.0
    top, middle = _TOP + room - tall, x + step / 2
    marks = f"<title>{escape(pillar.text)}</title>"
    marks += f'<rect class="hit-area" x="{_n(x)}%" y="{_TOP}" width="{_n(step)}%" height="{_n(room + _FOOT)}"/>'
    if tall:
        place = f'x="{_n(x + step * 0.24)}%" y="{_n(top)}" width="{_n(step * 0.52)}%" height="{_n(tall)}"'
        marks += f'<rect class="cb {role}" {place} rx="3"/>'
    if role == REACHED:
        marks += f'<text class="tick" x="{_n(middle)}%" y="{_n(top - 6)}" text-anchor="middle">✓</text>'
    if pillar.target:
        y = _n(_TOP + room - pillar.target / most * room)
        marks += f'<line class="tgt" x1="{_n(x + step * 0.12)}%" x2="{_n(x + step * 0.88)}%" y1="{y}" y2="{y}"/>'
    foot = f'x="{_n(middle)}%" y="{_n(_TOP + room + 17)}" text-anchor="middle"'
    marks += f'<text class="ax" {foot}>{escape(pillar.name)}</text>'
    if not pillar.href:
        return f"<g>{marks}</g>"
    return f'<a href="{escape(pillar.href)}" aria-label="{escape(pillar.text)}">{marks}</a>'


def _row(role: str, label: str, marks: str, *, height: int = 10, track: bool = True) -> Markup:
    well = f'<rect class="t" width="100%" height="{height}" rx="3"/>' if track else ""
    return Markup(  # noqa: S704  numbers, and an escaped label
        f'<svg class="{role.strip()}" width="100%" height="{height}" role="img" aria-label="{escape(label)}">'
        f"{well}{marks}</svg>"
    )


def _bar(role: str, value: float, most: float) -> str:
    """What is not nothing is at least visible."""
    return f'<rect class="{role}" width="{_percent(value, most)}" height="10" rx="3"/>' if value > 0 else ""


def _middle(role: str, value: float, most: float) -> str:
    share = _within(value / most * 100) if most > 0 else 0.0
    wide = max(share, 0.6)
    return (
        f'<rect class="{role}" x="{_n(50 - wide / 2)}%" width="{_n(wide)}%" height="18" rx="2"/>' if value > 0 else ""
    )


def _svg(role: str, width: int, height: int, label: str, marks: str) -> Markup:
    return Markup(  # noqa: S704  each text is escaped
        f'<svg class="{role.strip()}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}">{marks}</svg>'
    )


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    path = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (x0 + x1) / 2
        path += f"C{_n(half)} {_n(y0)} {_n(half)} {_n(y1)} {_n(x1)} {_n(y1)}"
    return path


def _percent(value: float, most: float) -> str:
    return f"{_n(max(_within(value / most * 100), 0.6) if most > 0 else 0)}%"


def _within(percent: float) -> float:
    return max(0.0, min(100.0, percent))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
