"""Small pictures of the page: a forecast with its range on one scale, and the share won beside the chance said.

Lengths are attributes in percent of the room; colours are classes (`forecast.css`). Each says in words what it shows.
"""

from markupsafe import Markup, escape

from reports.forecast.calibration import Called
from reports.forecast.data import Way

WHOLE = 10_000


def across(way: Way, won: int, most: int) -> Markup:
    """Won dark, open light, the range as a line; `most` is the end of the scale."""
    amount = way.amount or 0
    marks = [
        '<rect class="t" width="100%" height="10" y="4" rx="3"/>',
        f'<rect class="o" width="{_share(amount, most)}" height="10" y="4" rx="3"/>',
        f'<rect class="w" width="{_share(won, most)}" height="10" y="4" rx="3"/>',
    ]
    if way.range:
        low, high = _share(way.range.low, most), _share(way.range.high, most)
        marks.append(f'<line class="ci" x1="{low}" x2="{high}" y1="9" y2="9"/>')
        marks += [f'<line class="ci" x1="{end}" x2="{end}" y1="3" y2="15"/>' for end in (low, high)]
    return Markup(f'<svg class="fc-across" width="100%" height="18" aria-hidden="true">{"".join(marks)}</svg>')  # noqa: S704  numbers


def called(each: Called, label: str) -> Markup:
    """The share that was won with its interval, and a mark where it was said to be; the width is 0 to 100 %."""
    its = each.interval
    low, high = (its.low, its.high) if its else (each.points, each.points)
    marks = (
        '<rect class="t" width="100%" height="10" y="4" rx="3"/>'
        f'<line class="ci" x1="{_share(low, WHOLE)}" x2="{_share(high, WHOLE)}" y1="9" y2="9"/>'
        f'<circle class="pt" cx="{_share(each.points, WHOLE)}" cy="9" r="4.5"/>'
        f'<rect class="said" x="{_share(each.said, WHOLE)}" width="2" height="18"/>'
    )
    return Markup(  # noqa: S704  the label is escaped, the marks hold numbers
        f'<svg class="fc-called" width="100%" height="18" role="img" aria-label="{escape(label)}">{marks}</svg>'
    )


def _share(value: int, most: int) -> str:
    return f"{100 * max(0, min(value, most)) / most:.2f}%"
