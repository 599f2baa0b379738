"""Reading a PDF back: its lines with their place on the page, its fonts."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from reports.engine import fonts


@dataclass(frozen=True)
class PaperLine:
    """One line of text: where it starts, and how far it reaches."""

    text: str
    left: float
    base: float
    right: float


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All text without white space: a name may be broken over lines."""
    return "".join("".join(page.extract_text() for page in read(pdf).pages).split())


def numbers_of(pdf: bytes) -> set[str]:
    """What stands by itself as a number: not among the letters and digits of a code."""
    texts = " ".join(page.extract_text() for page in read(pdf).pages)
    return {each.strip(".,") for each in re.findall(r"(?<![0-9A-Za-z.])[0-9][0-9.,]*(?![0-9A-Za-z])", texts)}


def lines_of(pdf: bytes) -> list[list[PaperLine]]:
    """The lines of each page. A line is drawn in pieces, one for each subset of a font; they are joined again."""
    fonts.register()
    return [_page_lines(page) for page in read(pdf).pages]


def font_names(pdf: bytes) -> set[str]:
    return {str(font["/BaseFont"]) for font in _fonts(pdf)}


def are_all_fonts_embedded(pdf: bytes) -> bool:
    return all("/FontFile2" in font["/FontDescriptor"] and "/ToUnicode" in font for font in _fonts(pdf))


def _fonts(pdf: bytes) -> list[Any]:
    return [font.get_object() for page in read(pdf).pages for font in page["/Resources"].get("/Font", {}).values()]


def _page_lines(page: Any) -> list[PaperLine]:
    lines: list[PaperLine] = []
    pending: list[tuple[str, float, float, float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text and font:
            face = fonts.BOLD if "Bold" in font["/BaseFont"] else fonts.REGULAR
            pending.append((text.strip("\n"), cm[4] + tm[4], cm[5] + tm[5], size, face))
        if text.endswith("\n") and pending:
            lines.append(_joined(pending))
            pending.clear()

    page.extract_text(visitor_text=visit)
    if pending:
        lines.append(_joined(pending))
    return [line for line in lines if line.text.strip()]


def _joined(pieces: list[tuple[str, float, float, float, str]]) -> PaperLine:
    _text, left, base, _size, _face = pieces[0]
    reach = sum(fonts.width(text, size, face) for text, _left, _base, size, face in pieces)
    return PaperLine("".join(text for text, *_place in pieces), left, base, left + reach)
