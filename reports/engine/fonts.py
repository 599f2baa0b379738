"""The two faces that every report is set in. They are embedded as subsets, so a paper reads the same anywhere."""

from functools import cache
from pathlib import Path
from threading import Lock

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "Octant"
BOLD = "Octant-Bold"
FOLDER = Path(__file__).parent.parent / "fonts"
_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf"}
_lock = Lock()


def register() -> None:
    """Read the fonts once a process: it takes a second, so it waits until the first report is drawn."""
    with _lock:
        if BOLD in pdfmetrics.getRegisteredFontNames():
            return
        # Streams as bytes, not as letters: a quarter smaller, and quicker.
        rl_config.useA85 = 0
        for name, file in _FILES.items():
            pdfmetrics.registerFont(TTFont(name, _path(file)))
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def width(text: str, size: float, font: str = REGULAR) -> float:
    return float(pdfmetrics.stringWidth(text, font, size))


@cache
def letter_width(letter: str, font: str) -> float:
    """In units of the size. Breaking lines asks for a few thousand letters a hundred thousand times."""
    return width(letter, 1.0, font)


def _path(file: str) -> str:
    path = FOLDER / file
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: `make assets` fetches the fonts")
    return str(path)
