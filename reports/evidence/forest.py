"""Intervals as SVG: where an effect lies on one scale with all others, and how said chances came true.

Lengths are attributes in percent of the room; colours are classes (`evidence.css`), and the place of a mark tells the
same. Each picture says in `label` what it shows.
"""

from collections.abc import Iterable
from math import ceil

from markupsafe import Markup, escape

from web.kit.format import number

STEP, WIDEST = 5, 40


def reach(values: Iterable[float | None]) -> int:
    """How far the scale goes to either side of zero: a whole number of steps that holds the values."""
    most = max((abs(value) for value in values if value is not None), default=0.0)
    return min(max(ceil(most / STEP) * STEP, STEP), WIDEST)


def interval(
    points: float | None,
    low: float | None,
    high: float | None,
    naive: float | None,
    most: int,
    *,
    label: str,
    tone: str,
) -> Markup:
    """A line from low to high with the estimate on it; a hollow mark where the plain difference lies."""
    marks = ['<line class="zero" x1="50%" x2="50%" y1="0" y2="100%"/>']
    if points is not None and low is not None and high is not None:
        marks.append(f'<line class="ci" x1="{_at(low, most)}" x2="{_at(high, most)}" y1="50%" y2="50%"/>')
        marks.append(f'<circle class="pt" cx="{_at(points, most)}" cy="50%" r="5"/>')
    if naive is not None:
        marks.append(f'<circle class="naive" cx="{_at(naive, most)}" cy="50%" r="4"/>')
    return _svg(f"forest {tone}", 26, label, "".join(marks))


def scale(most: int) -> Markup:
    """The numbers under the lines; seen only, for each row says its own."""
    texts = [(-most, "start"), (-most // 2, "middle"), (0, "middle"), (most // 2, "middle"), (most, "end")]
    drawn = "".join(
        f'<text x="{_at(value, most)}" y="12" text-anchor="{anchor}">{_signed(value)}</text>' for value, anchor in texts
    )
    return Markup(f'<svg class="forest axis" width="100%" height="16" aria-hidden="true">{drawn}</svg>')  # noqa: S704


def calibrated(said: float, won: float, *, label: str) -> Markup:
    """A bar for the share that was won, a line for the chance that was said; both are shares of the whole width."""
    marks = (
        '<rect class="t" width="100%" height="10" rx="3"/>'
        f'<rect class="v" width="{_share(won)}" height="10" rx="3"/>'
        f'<rect class="goal" x="{_share(said)}" y="-3" width="2" height="16"/>'
    )
    return _svg("hbar bullet", 10, label, marks)


def _svg(look: str, height: int, label: str, marks: str) -> Markup:
    return Markup(  # noqa: S704  the label is escaped, the marks hold numbers
        f'<svg class="{look}" width="100%" height="{height}" role="img" aria-label="{escape(label)}">{marks}</svg>'
    )


def _at(value: float, most: int) -> str:
    return f"{50 + 50 * max(-1.0, min(1.0, value / most)):.2f}%"


def _share(value: float) -> str:
    return f"{100 * max(0.0, min(1.0, value)):.2f}%"


def _signed(value: int) -> str:
    return f"+{value}" if value > 0 else number(value)
