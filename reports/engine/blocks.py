"""The blocks that a report is built from: a heading with its bookmark, the conclusion, key figures, notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Spacer, Table, TableStyle

from core.i18n import _, language
from reports.engine import fonts
from reports.engine.charts import Chart, flowable
from reports.engine.page import HEIGHT, INNER, clip
from reports.engine.styles import BODY, BRAND, BRAND_SOFT, INK, INK_3, LINE, LINE_2, SMALL, color, style
from reports.engine.wrap import Text, plain, text

_HEAD_ROOM, _SMALL_BODY, _START = 44.0, 240.0, 120.0


class Heading(Flowable):
    """A section's title with a quiet hint beside or under it; it is also a bookmark of the document."""

    size, level, begins_section = 12.0, 0, True

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__()
        self.title, self.hint = title, hint

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.words = Text(self._markup(), style(self.size, bold=True, spread=1.4))
        self.width, self.height = width, self.words.wrap(width, height)[1] + 6
        return width, self.height

    def draw(self) -> None:
        key = f"{self.canv.getPageNumber()} {self.title}"
        self.canv.bookmarkHorizontal(key, 0, self.height)
        self.canv.addOutlineEntry(self.title, key, level=self.level, closed=True)
        self.words.drawOn(self.canv, 0, 6)

    def _markup(self) -> str:
        hint = f'<font name="{fonts.REGULAR}" size="{SMALL}" color="{INK_3}">&nbsp;&nbsp;{plain(self.hint)}</font>'
        return plain(self.title) + (hint if self.hint else "")


def section(title: str, *body: Flowable, hint: str = "") -> list[Flowable]:
    """A heading and what belongs to it. A small body stays whole; of a large one the start stays with its heading."""
    tall = sum(each.wrap(INNER, HEIGHT)[1] for each in body)
    return [
        CondPageBreak(_HEAD_ROOM + (tall if tall <= _SMALL_BODY else _START)),
        Spacer(1, 16),
        Heading(title, hint),
        *body,
    ]


@dataclass(frozen=True)
class Piece:
    """A title and what belongs to it: a section of a paper, or a slide. A chart is drawn as large as there is room."""

    title: str
    body: tuple[Flowable, ...] = ()
    hint: str = ""
    chart: Chart | None = None


def piece(title: str, *body: Flowable, hint: str = "") -> list[Piece]:
    return [Piece(title, body, hint)]


def pictured(chart: Chart, *, title: str = "", hint: str = "") -> list[Piece]:
    return [Piece(title or chart.title, (), hint, chart)]


def stacked(pieces: Iterable[Piece]) -> list[Flowable]:
    """One below the other, on paper."""
    return [each for one in pieces for each in section(one.title, *_body(one), hint=one.hint)]


def _body(one: Piece) -> tuple[Flowable, ...]:
    return (flowable(one.chart, INNER), *one.body) if one.chart else one.body


class Conclusion(Flowable):
    """What the report says, before any figure: the first sentence leads, the last says what to do."""

    def __init__(self, sentences: Sequence[str], *, label: str = "") -> None:
        super().__init__()
        self.texts = [text(label or _("Conclusion"), style(SMALL, tone="brand", bold=True))]
        lead, *others = sentences
        self.texts.append(text(lead, style(10.5, bold=True, spread=1.5)))
        if others[:-1]:
            self.texts.append(Text(plain(joined(others[:-1]), 1500), style(BODY, spread=1.6)))
        if others:
            self.texts.append(text(others[-1], style(BODY, tone="brand", bold=True, spread=1.6)))

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self.heights = [each.wrap(width - 32, height)[1] for each in self.texts]
        self.height = sum(self.heights) + 3 * (len(self.texts) - 1) + 22
        return width, self.height

    def draw(self) -> None:
        self.canv.setFillColor(color(BRAND_SOFT))
        self.canv.roundRect(0, 0, self.width, self.height, 5, stroke=0, fill=1)
        self.canv.setFillColor(color(BRAND))
        self.canv.rect(0, 0, 3.4, self.height, stroke=0, fill=1)
        y = self.height - 10
        for each, height in zip(self.texts, self.heights, strict=True):
            y -= height
            each.drawOn(self.canv, 16, y)
            y -= 3


def joined(sentences: Iterable[str]) -> str:
    """As one text: Chinese sentences have no blank between them."""
    return ("" if language() == "zh" else " ").join(filter(None, sentences))


NOTE = 7.5


@dataclass(frozen=True)
class Figure:
    """A key figure: what it is, the number with its unit, and a line of what it means."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    tone: str = "quiet"


class Figures(Flowable):
    """Key figures side by side, each in its own frame, which grows with the longest label and note."""

    gap, pad, tall, down = 7.0, 8.0, 62.0, 0.0

    def __init__(self, figures: Sequence[Figure]) -> None:
        super().__init__()
        self.figures = figures

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.each = (width - self.gap * (len(self.figures) - 1)) / len(self.figures)
        self.room = self.each - 2 * self.pad
        self.notes = [text(figure.note, style(NOTE, tone=figure.tone, spread=1.3)) for figure in self.figures]
        self.labels = [text(figure.label, style(SMALL, tone="quiet", spread=1.2)) for figure in self.figures]
        self.rise = max(label.wrap(self.room, height)[1] for label in self.labels) - round(SMALL * 1.2, 1)
        self.up = max(0.0, *(note.wrap(self.room, height)[1] - NOTE * 1.3 for note in self.notes))
        self.width, self.height = width, self.tall + self.up + self.rise
        return self.width, self.height

    def draw(self) -> None:
        for i, (figure, label, note) in enumerate(zip(self.figures, self.labels, self.notes, strict=True)):
            self._draw(figure, label, note, i * (self.each + self.gap))

    def _draw(self, figure: Figure, label: Text, note: Text, x: float) -> None:
        self.canv.setStrokeColor(color(LINE_2))
        self.canv.setLineWidth(0.5)
        self.canv.roundRect(x, 0, self.each, self.height, 5, stroke=1, fill=0)
        label.drawOn(self.canv, x + self.pad, self.up + 42 - self.down)
        end = self._write(figure.value, x, self.up + 25 - self.down, _fitting(figure, self.room), INK, bold=True)
        self._write(figure.unit, end - self.pad + 3, self.up + 25 - self.down, SMALL, INK_3)
        note.drawOn(self.canv, x + self.pad, self.up + 17 - self.down - note.height)

    def _write(self, words: str, x: float, y: float, size: float, ink: str, *, bold: bool = False) -> float:
        font = fonts.BOLD if bold else fonts.REGULAR
        shown = clip(words, self.room, size, font)
        self.canv.setFont(font, size)
        self.canv.setFillColor(color(ink))
        self.canv.drawString(x + self.pad, y, shown)
        return x + self.pad + fonts.width(shown, size, font)


class LowFigures(Figures):
    """On a paper of one page."""

    tall, down = 52.0, 6.0


def _fitting(figure: Figure, room: float) -> float:
    """The largest size at which number and unit stand in one line."""
    unit = fonts.width(figure.unit, SMALL) + 3 if figure.unit else 0.0
    sizes = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
    return next((size for size in sizes if fonts.width(figure.value, size, fonts.BOLD) + unit <= room), 8.0)


def side_by_side(left: Sequence[Flowable], right: Sequence[Flowable], *, gap: float = 22) -> Table:
    """Two columns of equal width."""
    half = (INNER - gap) / 2
    look = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return Table([[list(left), "", list(right)]], colWidths=[half, gap, half], style=look)


def paragraph(content: str) -> Text:
    return text(content, style(BODY, ink=INK))


def notes(pairs: Sequence[tuple[str, str]]) -> Table:
    """What the figures mean: a name and its sentence in each row."""
    look = style(SMALL, tone="quiet", spread=1.5)
    rows = [
        [text(name, style(SMALL, bold=True, spread=1.5)), Text(plain(sentence, 900), look)] for name, sentence in pairs
    ]
    lines: list[Any] = [
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LINEBELOW", (0, 0), (-1, -2), 0.4, color(LINE)),
    ]
    return Table(rows, colWidths=[92, INNER - 92], style=TableStyle(lines))
