"""The paper: A4, a band on the first page, a footer with filters, data time and page x of y on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, NextPageTemplate, PageTemplate

from core import clock
from core.i18n import _, language
from core.stamps import Figures, seal_of
from reports.engine import fonts
from reports.engine.logo import draw_plate, plate_height
from reports.engine.stamp import closing
from reports.engine.styles import BAND_FROM, BAND_TO, INK_3, LINE, ON_BAND, ON_BAND_2, SMALL, color, style
from reports.engine.wrap import text

WIDTH, HEIGHT = A4
MARGIN, TOP, BOTTOM = 45.0, 48.0, 58.0
INNER = WIDTH - 2 * MARGIN
_BAND_TOP, _BAND_BOTTOM, _BAND_GAP = 46.0, 28.0, 22.0
_COVER_TOP = 260.0
# The band of a paper of one page: it gives its room to the figures.
_LOW_TOP, _LOW_BOTTOM, _LOW_GAP = 26.0, 14.0, 10.0
MOST_TOGETHER = 400.0

Story = Callable[[], list[Flowable]]


@dataclass(frozen=True)
class Paper:
    """What a report says about itself: on the band, in the footer, at its end and in the document's properties.

    `data` are the figures that the seal covers. A tall one begins with a cover; one for a client says at its end only
    how to know it again. `logo` is a picture for the first page's band. A low one keeps band and seal small, so that
    all of it stands on one page.
    """

    title: str
    subtitle: str
    kicker: str
    author: str
    scope: str
    data: Figures
    is_tall: bool = False
    is_low: bool = False
    is_for_client: bool = False
    logo: bytes = b""

    @property
    def made_at(self) -> datetime:
        return self.data.made_at


def render(paper: Paper, story: Story) -> bytes:
    """Draw twice: the first pass counts the pages, so that the second can say "page x of y"."""
    fonts.register()
    seal = seal_of(paper.data)

    def whole() -> list[Flowable]:
        return _ended(story(), _closing(paper, seal))

    pages = _build(paper, whole(), seal, pages=0).page
    return _build(paper, whole(), seal, pages=pages).content()


def _closing(paper: Paper, seal: str) -> list[Flowable]:
    look = {"is_for_client": paper.is_for_client, "is_low": paper.is_low}
    return closing(paper.data, paper.scope, seal, INNER, **look)


def room_of(paper: Paper) -> float:
    """What the first page holds beside its band and the seal: a paper whose story is no taller has one page."""
    ended = seal_height(paper)
    return HEIGHT - _band_height(_band_texts(paper), paper) - _band_gap(paper) - BOTTOM - ended


def seal_height(paper: Paper) -> float:
    fonts.register()
    return sum(each.wrap(INNER, HEIGHT)[1] for each in _closing(paper, seal_of(paper.data)))


def _ended(story: list[Flowable], seal: list[Flowable]) -> list[Flowable]:
    """The seal stands with the last section, where that is a short one: no page holds it alone."""
    last = max((i for i, each in enumerate(story) if getattr(each, "begins_section", False)), default=len(story))
    tail = [*story[last:], *seal]
    if any(isinstance(each, KeepTogether) for each in tail):
        return [*story, KeepTogether(seal)]
    is_short = sum(each.wrap(INNER, HEIGHT)[1] for each in tail) <= MOST_TOGETHER
    return [*story[:last], KeepTogether(tail)] if is_short else [*story, KeepTogether(seal)]


class Running(Flowable):
    """From here on the head of each page names what it is about, too."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        canvas: Any = self.canv
        canvas._doctemplate.running = self.words


def properties(paper: Paper, seal: str) -> dict[str, Any]:
    """What a document says of itself."""
    return {
        "title": paper.title,
        "author": paper.author,
        "subject": paper.subtitle,
        "creator": _("Octant"),
        # In plain letters, where any program finds it.
        "producer": f"Octant octant-seal:{seal}",
        "keywords": [paper.scope],
        "lang": "zh-CN" if language() == "zh" else "en",
        "initialFontName": fonts.REGULAR,
        "displayDocTitle": True,
        "invariant": 1,
    }


class _Document(BaseDocTemplate):
    """One pass over the story."""

    def __init__(self, paper: Paper, seal: str, pages: int) -> None:
        self.paper, self.pages, self.out, self.running = paper, pages, BytesIO(), ""
        # The pass that only counts pages puts no file together.
        self._doSave = int(pages > 0)
        self.band = _band_texts(paper)
        self.band_height = _band_height(self.band, paper)
        super().__init__(self.out, pagesize=A4, **properties(paper, seal))
        self.addPageTemplates(
            [
                PageTemplate("first", [_frame(HEIGHT - self.band_height - _band_gap(paper))], onPage=_draw_first),
                PageTemplate("later", [_frame(HEIGHT - TOP)], onPageEnd=_draw_later),
            ]
        )

    def content(self) -> bytes:
        return self.out.getvalue()


def _build(paper: Paper, story: list[Flowable], seal: str, *, pages: int) -> _Document:
    document = _Document(paper, seal, pages)
    document.build([NextPageTemplate("later"), *story])
    return document


def _frame(top: float) -> Frame:
    return Frame(MARGIN, BOTTOM, INNER, top - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _band_texts(paper: Paper) -> list[tuple[Flowable, float]]:
    """The texts of the band with the height of each."""
    texts = (
        text(paper.kicker, style(9, ink=ON_BAND_2)),
        text(paper.title, style(_title_size(paper), ink=ON_BAND, bold=True, spread=1.35 if paper.is_low else 1.5)),
        text(paper.subtitle, style(9.5, ink=ON_BAND_2)),
    )
    return [(each, each.wrap(INNER, HEIGHT)[1]) for each in texts]


def _band_height(band: list[tuple[Flowable, float]], paper: Paper) -> float:
    return _band_top(paper) + sum(height for _text, height in band) + (_LOW_BOTTOM if paper.is_low else _BAND_BOTTOM)


def _band_gap(paper: Paper) -> float:
    return _LOW_GAP if paper.is_low else _BAND_GAP


def _title_size(paper: Paper) -> float:
    return 30.0 if paper.is_tall else 16.0 if paper.is_low else 22.0


def _band_top(paper: Paper) -> float:
    """A cover has room for the logo; the band of another paper makes some."""
    if paper.is_tall or paper.is_low:
        return _COVER_TOP if paper.is_tall else _LOW_TOP
    return _BAND_TOP + (plate_height(paper.logo) if paper.logo else 0)


def _draw_first(canvas: Any, document: _Document) -> None:
    height = document.band_height
    describe(canvas, document.paper.made_at)
    draw_gradient(canvas, (0, HEIGHT - height, WIDTH, HEIGHT))

    draw_plate(canvas, document.paper.logo, MARGIN, HEIGHT - _BAND_TOP + 12, is_large=document.paper.is_tall)
    y = HEIGHT - _band_top(document.paper)
    for each, its_height in document.band:
        y -= its_height
        each.drawOn(canvas, MARGIN, y)
    _draw_footer(canvas, document)


def describe(canvas: Any, made_at: datetime) -> None:
    """The document's own date is when the data were read, in the business's time zone."""
    local = clock.local(made_at)
    zone = f"{local:%z}"
    canvas.setDateFormatter(lambda *_now: f"D:{local:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:]}'")
    canvas.showOutline()


def draw_gradient(canvas: Any, box: tuple[float, float, float, float]) -> None:
    """Within left, bottom, right and top."""
    left, bottom, right, top = box
    canvas.saveState()
    band = canvas.beginPath()
    band.rect(left, bottom, right - left, top - bottom)
    canvas.clipPath(band, stroke=0, fill=0)
    canvas.linearGradient(left, top, right, bottom, (color(BAND_FROM), color(BAND_TO)))
    canvas.restoreState()


def _draw_later(canvas: Any, document: _Document) -> None:
    canvas.saveState()
    canvas.setFont(fonts.REGULAR, SMALL)
    canvas.setFillColor(color(INK_3))
    head = " · ".join(filter(None, (document.paper.title, document.running)))
    canvas.drawString(MARGIN, HEIGHT - 30, clip(head, INNER, SMALL))
    canvas.restoreState()
    _draw_footer(canvas, document)


def _draw_footer(canvas: Any, document: _Document) -> None:
    pages = _("Page {page} of {pages}", page=document.page, pages=document.pages)
    canvas.saveState()
    canvas.setStrokeColor(color(LINE))
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, 44, WIDTH - MARGIN, 44)
    canvas.setFont(fonts.REGULAR, SMALL)
    canvas.setFillColor(color(INK_3))
    room = INNER - fonts.width(pages, SMALL) - 16
    canvas.drawString(MARGIN, 31, clip(document.paper.scope, room, SMALL))
    canvas.drawRightString(WIDTH - MARGIN, 31, pages)
    canvas.restoreState()


def clip(words: str, room: float, size: float, font: str = fonts.REGULAR) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if fonts.width(words, size, font) <= room:
        return words
    while words and fonts.width(words + "…", size, font) > room:
        words = words[:-1]
    return words.rstrip() + "…"
