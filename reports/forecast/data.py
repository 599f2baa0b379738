"""What the forecast is made of: the four ways with their ranges, how past ones came out, and what was called likely."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.forecast.calibration import Calibration
from reports.forecast.figures import Figures
from reports.forecast.history import History
from reports.forecast.ranges import Past, Range


@dataclass(frozen=True)
class Scope:
    """What was asked, in words, for a page and a paper alike."""

    on: date
    first: date
    after: date
    period: str
    unit: str
    is_over: bool
    way: str


@dataclass(frozen=True)
class Way:
    """One forecast. `amount` is what is won and what is open; None, with the reason, where it cannot be told.

    `deals` stand in the open part; `left_out` are open deals of the period that have no chance of this kind.
    """

    code: str
    amount: int | None
    part: int = 0
    deals: int = 0
    left_out: int = 0
    reason: str = ""
    range: Range | None = None


@dataclass(frozen=True)
class Part:
    """A unit below, and how its frozen months came out, the newest first."""

    id: int
    name: str
    months: tuple[Past, ...]


@dataclass(frozen=True)
class ForecastData:
    """`began` is the first day that is known, where nothing is known of this one."""

    scope: Scope
    made_at: datetime
    currency: str
    reader: str
    figures: Figures
    ways: tuple[Way, ...]
    history: History
    parts: tuple[Part, ...]
    calibration: Calibration
    began: date | None = None

    @property
    def rows(self) -> int:
        """The deals that were counted."""
        return self.figures.open.count + self.figures.won.count

    def amounts(self) -> list[int | None]:
        return [self.figures.open.amount, self.figures.won.amount, *(way.amount for way in self.ways)]
