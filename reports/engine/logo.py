"""A logo on the band of a paper: on a white plate of its own, since it was made for white paper."""

from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image
from reportlab.lib.utils import ImageReader

from reports.engine.styles import color

SMALL, LARGE = (113.0, 40.0), (170.0, 64.0)
_PAD, _GAP, _ROUND, _WHITE = 8.0, 14.0, 5.0, "#ffffff"
# More points than these nobody sees on paper: each quote would carry them in its file.
_MOST_POINTS = 900


def plate_height(logo: bytes) -> float:
    """How much higher a band becomes with it."""
    return _fitted(logo, SMALL)[1] + 2 * _PAD + _GAP - 12 if logo else 0.0


def draw_plate(canvas: Any, logo: bytes, x: float, top: float, *, is_large: bool = False) -> None:
    if not logo:
        return
    width, height = _fitted(logo, LARGE if is_large else SMALL)
    canvas.saveState()
    canvas.setFillColor(color(_WHITE))
    bottom = top - height - 2 * _PAD
    canvas.roundRect(x, bottom, width + 2 * _PAD, height + 2 * _PAD, _ROUND, stroke=0, fill=1)
    canvas.drawImage(ImageReader(_printable(logo)), x + _PAD, bottom + _PAD, width, height)
    canvas.restoreState()


def _fitted(logo: bytes, room: tuple[float, float]) -> tuple[float, float]:
    """As large as the room allows, in its own shape."""
    picture = _printable(logo)
    scale = min(room[0] / picture.width, room[1] / picture.height)
    return picture.width * scale, picture.height * scale


@lru_cache(maxsize=4)
def _printable(logo: bytes) -> Image.Image:
    """On white, and no larger than print can show."""
    with Image.open(BytesIO(logo)) as picture:
        upright = picture.convert("RGBA")
    upright.thumbnail((_MOST_POINTS, _MOST_POINTS))
    plain = Image.new("RGB", upright.size, _WHITE)
    plain.paste(upright, mask=upright.getchannel("A"))
    return plain
