"""One description of a chart, drawn as vectors in a PDF (`flowable`) and as SVG in a page (`svg`).

The page's stylesheet knows the roles as classes (`.chart .cb.hit`); the PDF knows them as print colours. Both draw
the same marks, so a chart on paper and on screen can not disagree.
"""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from reportlab.platypus import Flowable

from reports.engine import fonts
from reports.engine.intervals import lay_intervals
from reports.engine.layout import Label, Line, Mark, Rect, Scene, lay_bars, lay_columns, lay_falls
from reports.engine.spec import BarChart, ColumnChart, FallChart, IntervalChart
from reports.engine.styles import BRAND, BRAND_PALE, INK, INK_2, INK_3, LINE, LINE_2, WELL, color

MOST_ZOOM = 1.8
Chart = BarChart | ColumnChart | FallChart | IntervalChart


@dataclass(frozen=True)
class _Look:
    """How a role is printed: a fill or a stroke, or a size of text."""

    fill: str = ""
    stroke: str = ""
    line: float = 0.5
    size: float = 8.0
    is_bold: bool = False


_LOOKS = {
    "track": _Look(WELL),
    "cb": _Look(BRAND_PALE),
    "cb hit": _Look(BRAND),
    "cb up": _Look("#3f9a6b"),
    "cb bad": _Look("#e1755a"),
    "cb rest": _Look("#b9bec6"),
    "grid": _Look(stroke=LINE),
    "grid rule": _Look(LINE_2),
    "plain": _Look("#b3770f"),
    "tgt": _Look(stroke="#b3770f", line=1.8),
    "name": _Look(INK_2, size=8.5),
    "val": _Look(INK, size=8.5, is_bold=True),
    "note": _Look(INK_3),
    "ax": _Look(INK_3),
}


def flowable(chart: Chart, width: float) -> Flowable:
    return _Drawn(_lay(chart, width, fonts.width))


def fitted(chart: Chart, width: float, room: float) -> Flowable:
    """As large as the room allows, and no larger than every name fits whole."""
    tall = _lay(chart, width, fonts.width).height
    most = min(MOST_ZOOM, room / tall) if tall else 1.0
    for zoom in (most, (1 + most) / 2, 1.0):
        scene = _lay(chart, width / zoom, fonts.width)
        if zoom <= 1 or not any(isinstance(mark, Label) and mark.text.endswith("…") for mark in scene.marks):
            break
    zoom = min(zoom, room / tall) if tall else zoom
    return _Drawn(_lay(chart, width / zoom, fonts.width), zoom)


def svg(chart: Chart, width: float = 560) -> Markup:
    """The chart for a page: sized by its view box, coloured by classes, with its content as text for the ear."""
    scene = _lay(chart, width, _rough_width)
    heard = escape(f"{scene.title}: {scene.content}")
    head = f'<svg class="chart" viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" role="img" aria-label="{heard}">'
    marks = "".join(_svg_mark(mark) for mark in scene.marks)
    return Markup(f"{head}<title>{escape(scene.title)}</title>{marks}</svg>")  # noqa: S704  each text is escaped


def _lay(chart: Chart, width: float, measure: Any) -> Scene:
    if isinstance(chart, BarChart):
        return lay_bars(chart, width, measure)
    if isinstance(chart, FallChart):
        return lay_falls(chart, width, measure)
    if isinstance(chart, IntervalChart):
        return lay_intervals(chart, width, measure)
    return lay_columns(chart, width, measure)


class _Drawn(Flowable):
    """A scene on paper, where y grows upwards."""

    def __init__(self, scene: Scene, zoom: float = 1.0) -> None:
        super().__init__()
        self.scene, self.width, self.height, self.zoom = scene, scene.width, scene.height, zoom

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width * self.zoom, self.height * self.zoom

    def draw(self) -> None:
        self.canv.scale(self.zoom, self.zoom)
        for mark in self.scene.marks:
            self._draw(mark, _LOOKS[mark.role])

    def _draw(self, mark: Mark, look: _Look) -> None:
        if isinstance(mark, Label):
            self._write(mark, look)
        elif isinstance(mark, Rect):
            self.canv.setFillColor(color(look.fill))
            y = self.height - mark.y - mark.height
            self.canv.roundRect(mark.x, y, mark.width, mark.height, min(1.5, mark.width / 2), stroke=0, fill=1)
        else:
            self.canv.setStrokeColor(color(look.stroke))
            self.canv.setLineWidth(look.line)
            self.canv.line(mark.x1, self.height - mark.y, mark.x2, self.height - mark.y)

    def _write(self, label: Label, look: _Look) -> None:
        font = fonts.BOLD if look.is_bold else fonts.REGULAR
        self.canv.setFont(font, look.size)
        self.canv.setFillColor(color(look.fill))
        draw = {"start": self.canv.drawString, "middle": self.canv.drawCentredString, "end": self.canv.drawRightString}
        draw[label.anchor](label.x, self.height - label.y, label.text)


def _svg_mark(mark: Mark) -> str:
    if isinstance(mark, Label):
        place = f'x="{_n(mark.x)}" y="{_n(mark.y)}" text-anchor="{mark.anchor}"'
        return f'<text class="{mark.role}" {place}>{escape(mark.text)}</text>'
    if isinstance(mark, Line):
        return f'<line class="{mark.role}" x1="{_n(mark.x1)}" x2="{_n(mark.x2)}" y1="{_n(mark.y)}" y2="{_n(mark.y)}"/>'
    size = f'width="{_n(mark.width)}" height="{_n(mark.height)}" rx="1.5"'
    tip = f"<title>{escape(mark.tip)}</title>" if mark.tip else ""
    return f'<rect class="{mark.role}" x="{_n(mark.x)}" y="{_n(mark.y)}" {size}>{tip}</rect>'


def _rough_width(words: str, size: float, font: str = "") -> float:
    """A page's font is not known here: a Chinese letter is as wide as high, any other a bit more than half."""
    return sum(size if ord(letter) >= 0x2E80 else size * 0.58 for letter in words)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
