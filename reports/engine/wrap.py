"""Paragraphs that break as Chinese and English want.

ReportLab knows the Japanese rules only: a Chinese comma begins a line, an opening bracket ends one, a number is cut
in two, and what may not begin a line hangs into the margin. Here a line is filled with pieces that stay whole.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph
from reportlab.platypus.paragraph import (  # type: ignore[attr-defined]  # the stubs leave these two out
    ParaLines,
    cjkU,
    makeCJKParaLine,
)

from core.i18n import language
from reports.engine import fonts

NEVER_FIRST = frozenset("，。、．：；！？）】》〉〕」』”’…—～·％‰℃々,.:;!?)]}%°›»")
NEVER_LAST = frozenset("（【《〈〔「『“‘([{¥￥$€£#‹«")
# The faces are Chinese: their curly quotes are as wide as a Chinese letter, which tears an English line.
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
_HARD_SPACE = "\N{NO-BREAK SPACE}"
_WIDE_FROM = 0x2E80
_FUZZ = 0.01


class Text(Paragraph):
    """A paragraph of plain text or of our own markup. Text from a record goes through `plain` first.

    A table asks for the lines of a cell several times: they are kept per width.
    """

    def breakLinesCJK(self, maxWidths: float | Sequence[float]) -> Any:  # noqa: N802, N803  ReportLab's names
        if hasattr(self, "blPara") and getattr(self, "_splitpara", False):
            return self.blPara
        limits = tuple(maxWidths) if isinstance(maxWidths, (list, tuple)) else (maxWidths,)
        self._kept: dict[tuple[float, ...], Any] = getattr(self, "_kept", {})
        if limits not in self._kept:
            self._kept[limits] = _broken(self.frags, limits)
        return self._kept[limits]

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803  ReportLab's names
        """ReportLab takes the lines of one style for lines of several, and draws neither part."""
        parts: list[Any] = super().split(availWidth, availHeight)
        if len(parts) < 2 or len(self.frags) > 1:
            return parts
        first, only, whole = parts[0], self.frags[0], vars(self)["blPara"]
        lines = whole.lines[: len(first.blPara.lines)]
        first.blPara = whole.clone(lines=lines)
        rest = only.clone(text=_after(only.text, [pieces[0] for _space, pieces in lines]))
        return [first, Text("", self.style, frags=[rest])]


def _after(letters: str, lines: Sequence[str]) -> str:
    """What is left of a text after its first lines, between which blanks were dropped."""
    at = 0
    for line in lines:
        at = letters.index(line, at) + len(line)
    return letters[at:].lstrip()


def plain(text: str, limit: int = 240) -> str:
    """Text of a record made safe: one line, no control characters, no markup, never longer than a page."""
    letters = "".join(
        letter if letter == _HARD_SPACE or unicodedata.category(letter)[0] not in "CZ" else " " for letter in text
    )
    words = " ".join(each for each in letters.translate(_STRAIGHT if language() == "en" else {}).split(" ") if each)
    return escape(words if len(words) <= limit else words[: limit - 1].rstrip() + "…")


def text(content: str, style: ParagraphStyle) -> Text:
    return Text(plain(content), style)


def longest_piece(content: str, size: float, font: str) -> float:
    """The width that a text needs so that no word of it is cut."""
    sums = list(accumulate((fonts.letter_width(letter, font) * size for letter in content), initial=0.0))
    spans = _pieces(content, sums, sums[-1])
    return max((sums[_without_spaces(content, begin, end)] - sums[begin] for begin, end in spans), default=0.0)


def _broken(frags: Sequence[Any], limits: tuple[float, ...]) -> Any:
    """The lines in the form that ReportLab draws: texts for one style, glyphs with their style for several."""
    letters = "".join(frag.text for frag in frags)
    styles = [frag for frag in frags for _letter in frag.text]
    sizes = (
        fonts.letter_width(letter, frag.fontName) * frag.fontSize for letter, frag in zip(letters, styles, strict=True)
    )
    sums = list(accumulate(sizes, initial=0.0))
    spans = [(start, end, limit - (sums[end] - sums[start])) for start, end, limit in _spans(letters, sums, limits)]
    if len(frags) == 1:
        only = frags[0]
        lines = [(space, [letters[start:end]]) for start, end, space in spans]
        return only.clone(kind=0, lines=lines, ascent=only.fontSize, descent=-0.2 * only.fontSize)
    glyphs = [cjkU(letter, frag, "utf8") for letter, frag in zip(letters, styles, strict=True)]
    return ParaLines(kind=1, lines=[_mixed_line(glyphs[start:end], space) for start, end, space in spans])


def _mixed_line(glyphs: list[Any], space: float) -> Any:
    used = sum(glyph.width for glyph in glyphs)
    return makeCJKParaLine(glyphs, used + space, used, space, False, False)


def _spans(letters: str, sums: list[float], limits: tuple[float, ...]) -> Iterator[tuple[int, int, float]]:
    """Fill lines with whole pieces; `sums` holds the width of everything before each letter."""
    start = line = 0
    for begin, end in _pieces(letters, sums, min(limits)):
        limit = limits[min(line, len(limits) - 1)]
        if begin > start and sums[_without_spaces(letters, begin, end)] - sums[start] > limit + _FUZZ:
            yield start, _without_spaces(letters, start, begin), limit
            start, line = begin, line + 1
    if letters:
        yield start, _without_spaces(letters, start, len(letters)), limits[min(line, len(limits) - 1)]


def _pieces(letters: str, sums: list[float], limit: float) -> Iterator[tuple[int, int]]:
    """What stays whole; a piece wider than the line is cut between letters, but still not before a comma."""
    cuts = [i for i in range(1, len(letters)) if _may_break(letters, i)]
    for begin, end in pairwise([0, *cuts, len(letters)]):
        while sums[end] - sums[begin] > limit + _FUZZ and end - begin > 1:
            cut = _knife(letters, begin, bisect_right(sums, sums[begin] + limit + _FUZZ) - 1)
            yield begin, cut
            begin = cut
        if begin < end:
            yield begin, end


def _knife(letters: str, begin: int, cut: int) -> int:
    cut = max(cut, begin + 1)
    while cut > begin + 1 and (letters[cut] in NEVER_FIRST or letters[cut - 1] in NEVER_LAST):
        cut -= 1
    return cut


def _may_break(letters: str, i: int) -> bool:
    """Whether a line may end before letter i."""
    before, after = letters[i - 1], letters[i]
    earlier = letters[i - 2] if i > 1 else ""
    if after.isspace() or before == _HARD_SPACE or after in NEVER_FIRST or before in NEVER_LAST:
        return False
    if before.isspace():
        return not (earlier.isdigit() and _is_wide(after))  # "31 天" stays together
    if before in "-/":
        return earlier.isalpha() and after.isalpha()  # a date and a fraction stay together
    return _is_wide(before) or _is_wide(after)


def _without_spaces(letters: str, start: int, end: int) -> int:
    while end > start + 1 and letters[end - 1].isspace():
        end -= 1
    return end


def _is_wide(letter: str) -> bool:
    return ord(letter) >= _WIDE_FROM
