"""Print colours and text styles. The colours are the light palette of the screen, as hex; text is dark on white."""

from functools import cache

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle

from reports.engine.fonts import BOLD, REGULAR

INK, INK_2, INK_3 = "#171e2c", "#48505e", "#656c78"
LINE, LINE_2, WELL = "#e1e4e9", "#b4bac4", "#f2f4f7"
BRAND, BRAND_INK, BRAND_SOFT, BRAND_PALE = "#1f5dca", "#114aae", "#eef4ff", "#a9c1ef"
BAND_FROM, BAND_TO, ON_BAND, ON_BAND_2 = "#1f5fd0", "#2b3ea8", "#ffffff", "#dbe6ff"
TONES = {"": INK, "quiet": INK_3, "brand": BRAND_INK, "bad": "#b0161e", "warn": "#854c0a", "ok": "#00603c"}

BODY, SMALL, CELL = 9.5, 8.0, 8.5


@cache
def color(code: str) -> Color:
    return HexColor(code)


@cache
def style(
    size: float = BODY, *, tone: str = "", ink: str = "", bold: bool = False, right: bool = False, spread: float = 1.55
) -> ParagraphStyle:
    """A paragraph style; `tone` names a meaning, `ink` a colour, `spread` is the line height in units of the size."""
    return ParagraphStyle(
        "report",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=round(size * spread, 1),
        textColor=color(ink or TONES[tone]),
        alignment=TA_RIGHT if right else TA_LEFT,
        bulletFontName=REGULAR,
        wordWrap="CJK",
    )
