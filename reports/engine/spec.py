"""What a chart shows, without how it is drawn. Values are numbers, labels are texts already in the user's language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One row. `part` is the darker share of the value, such as the weighted amount.

    The rest (all others in one row) is written but not drawn: it is no single thing, and would dwarf the others.
    """

    name: str
    value: float
    label: str
    note: str = ""
    part: float | None = None
    is_rest: bool = False


@dataclass(frozen=True)
class BarChart:
    """Rows from the top, each with its name, its bar and its value written out."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Pillar:
    """One column, with its value written above it and perhaps a target that it is held against."""

    name: str
    value: float
    label: str
    target: float | None = None
    role: str = ""


@dataclass(frozen=True)
class ColumnChart:
    """Columns over a time axis. A column that reaches its target is dark, any other light."""

    title: str
    pillars: tuple[Pillar, ...]
    tall: float = 150.0


@dataclass(frozen=True)
class Fall:
    """One row of a waterfall: what it adds, or takes away; the first and the last are whole sums (`is_total`)."""

    name: str
    value: float
    label: str
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class FallChart:
    """A waterfall, laid on its side: from one sum through what changed it to the other, each beginning where the last
    ended. Names stay whole on paper and on a phone."""

    title: str
    falls: tuple[Fall, ...]


@dataclass(frozen=True)
class Interval:
    """One row: an estimate with how far it may be off to either side, and beside it the `plain` difference. Without an
    estimate its label says why there is none."""

    name: str
    label: str
    note: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    plain: float | None = None


@dataclass(frozen=True)
class IntervalChart:
    """Intervals on one scale around zero."""

    title: str
    intervals: tuple[Interval, ...]
