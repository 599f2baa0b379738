"""A report as slides of 16:9: the conclusion on the cover, then one chart or table on each, the seal on the last.

A slide is laid out on as wide a page as a paper, less tall, and then enlarged: what fits on paper fits here, in type
that is read from the other end of a room.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)  # fmt: skip

from core.i18n import _
from core.stamps import seal_of
from reports.engine import fonts
from reports.engine.blocks import Heading, Piece
from reports.engine.charts import fitted
from reports.engine.page import INNER, MARGIN, WIDTH, Paper, clip, describe, draw_gradient, properties
from reports.engine.stamp import closing
from reports.engine.styles import INK, INK_3, LINE, ON_BAND, ON_BAND_2, SMALL, color, style
from reports.engine.wrap import text

SCREEN = 960.0, 540.0
ZOOM = SCREEN[0] / WIDTH
TALL = SCREEN[1] / ZOOM
TOP, BOTTOM, LOW = 32.0, 36.0, 24.0
# What is left for a chart or a table below the title.
ROOM = TALL - TOP - BOTTOM - 30
# So many rows of a table fit below a title: rows of names, which may take three lines each, and rows of sums.
NAMED_ROWS, SUM_ROWS = 5, 9

Slides = Callable[[], Sequence[Piece]]


class Title(Heading):
    """A slide's title; a bookmark, as on paper."""

    size = 15.0


def render_slides(paper: Paper, said: Sequence[str], slides: Slides) -> bytes:
    """The first sentence of what is said stands on the cover."""
    fonts.register()
    seal = seal_of(paper.data)
    pages = _built(paper, said, slides(), seal, pages=0).page
    return _built(paper, said, slides(), seal, pages=pages).out.getvalue()


def _built(paper: Paper, said: Sequence[str], slides: Sequence[Piece], seal: str, *, pages: int) -> "_Deck":
    deck = _Deck(paper, seal, pages)
    shown = [each for slide in slides for each in (PageBreak(), Title(slide.title, slide.hint), *_body(slide))]
    ended = KeepTogether(closing(paper.data, paper.scope, seal, INNER))
    deck.build([*_cover(paper, said), NextPageTemplate("slide"), *shown, ended])
    return deck


def _body(slide: Piece) -> tuple[Flowable, ...]:
    return (fitted(slide.chart, INNER, ROOM), *slide.body) if slide.chart else slide.body


def _cover(paper: Paper, said: Sequence[str]) -> list[Flowable]:
    return [
        Spacer(1, 34),
        text(paper.kicker, style(9, ink=ON_BAND_2)),
        text(paper.title, style(28, ink=ON_BAND, bold=True, spread=1.5)),
        text(paper.subtitle, style(9.5, ink=ON_BAND_2)),
        Spacer(1, 26),
        text(said[0], style(14, ink=ON_BAND, bold=True, spread=1.5)),
    ]


class _Deck(BaseDocTemplate):
    """One pass over the slides. `begun` is the title of the slide, and the page on which it stands."""

    def __init__(self, paper: Paper, seal: str, pages: int) -> None:
        self.paper, self.pages, self.out, self.begun = paper, pages, BytesIO(), ("", 0)
        super().__init__(self.out, pagesize=SCREEN, **properties(paper, seal))
        frame = Frame(MARGIN, BOTTOM, INNER, TALL - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates(
            [
                PageTemplate("cover", [frame], onPage=_draw_cover),
                PageTemplate("slide", [frame], onPage=_enlarge, onPageEnd=_draw_foot),
            ]
        )

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802  ReportLab's name
        if isinstance(flowable, Title):
            self.begun = (flowable.title, self.page)


def _enlarge(canvas: Any, _deck: _Deck) -> None:
    canvas.scale(ZOOM, ZOOM)


def _draw_cover(canvas: Any, deck: _Deck) -> None:
    describe(canvas, deck.paper.made_at)
    _enlarge(canvas, deck)
    draw_gradient(canvas, (0, 0, WIDTH, TALL))
    canvas.saveState()
    canvas.setFont(fonts.REGULAR, SMALL)
    canvas.setFillColor(color(ON_BAND_2))
    canvas.drawString(MARGIN, LOW - 3, clip(deck.paper.scope, INNER, SMALL))
    canvas.restoreState()


def _draw_foot(canvas: Any, deck: _Deck) -> None:
    """Where the figures come from, page x of y; above, what goes on from the slide before."""
    title, page = deck.begun
    pages = _("Page {page} of {pages}", page=deck.page, pages=deck.pages)
    canvas.saveState()
    canvas.setStrokeColor(color(LINE))
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, LOW + 9, WIDTH - MARGIN, LOW + 9)
    canvas.setFillColor(color(INK_3))
    canvas.setFont(fonts.REGULAR, SMALL)
    source = _("{title} · {scope}", title=deck.paper.title, scope=deck.paper.scope)
    canvas.drawString(MARGIN, LOW - 3, clip(source, INNER - fonts.width(pages, SMALL) - 16, SMALL))
    canvas.drawRightString(WIDTH - MARGIN, LOW - 3, pages)
    if page != deck.page:
        canvas.setFont(fonts.BOLD, SMALL)
        canvas.setFillColor(color(INK))
        canvas.drawString(MARGIN, TALL - TOP + 6, clip(_("{title}, continued", title=title), INNER, SMALL, fonts.BOLD))
    canvas.restoreState()
