"""How past forecasts came out: their accuracy, and the range in which what is open now may come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.forecast.figures import WAYS

# Fewer past forecasts draw no range: of six, the next lies between the lowest and the highest five times in seven.
LEAST = 6
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Past:
    """A forecast that was frozen, in each way (fen; None where there was none), and what was won in its period."""

    first: date
    after: date
    frozen_on: date
    won: int
    parts: dict[str, int | None]
    actual: int

    def whole(self, way: str) -> int | None:
        part = self.parts[way]
        return None if part is None else self.won + part

    def accuracy(self, way: str) -> float | None:
        """1 − |forecast − actual| / actual (K23); below zero where it missed by more than all. None of nothing."""
        whole = self.whole(way)
        return None if whole is None or self.actual <= 0 else 1 - abs(whole - self.actual) / self.actual

    def came_in(self, way: str) -> float | None:
        """What came in of the part that was open, as a multiple of it; None where that part was nothing."""
        part = self.parts[way]
        return max(0.0, (self.actual - self.won) / part) if part else None


@dataclass(frozen=True)
class Range:
    """Between which sums the period may end (fen), by so many past forecasts; `is_wider` where they are those of all
    units in reach, as the unit's own were too few."""

    low: int
    high: int
    number: int
    is_wider: bool = False


def range_of(past: Sequence[Past], way: str, won: int, part: int, *, is_wider: bool = False) -> Range | None:
    """The open part times the 10 % and the 90 % point of what came in of past ones, and what is won already."""
    shares = shares_of(past, way)
    if len(shares) < LEAST:
        return None
    low, high = (won + round(part * quantile(shares, point)) for point in (LOW, HIGH))
    return Range(low, high, len(shares), is_wider)


def shares_of(past: Sequence[Past], way: str) -> list[float]:
    return sorted(share for each in past if (share := each.came_in(way)) is not None)


def quantile(ordered: Sequence[float], point: float) -> float:
    """At place p·(n+1) of n ordered values, between two of them in proportion; no further out than the outermost.

    Hyndman & Fan 1996, The American Statistician 50:361, type 6. Raises IndexError of no values.
    """
    place = point * (len(ordered) + 1) - 1
    below = min(max(int(place), 0), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * min(max(place - below, 0.0), 1.0)


def mean_accuracy(past: Sequence[Past], way: str) -> tuple[float, int] | None:
    """The mean, and of how many periods."""
    known = [accuracy for each in past if (accuracy := each.accuracy(way)) is not None]
    return (sum(known) / len(known), len(known)) if known else None


def summed(parts: Sequence[Past]) -> Past:
    """Of several units at one time."""
    one = parts[0]

    def total(way: str) -> int | None:
        known = [part for each in parts if (part := each.parts[way]) is not None]
        return sum(known) if known else None

    ways = {way: total(way) for way in WAYS}
    return Past(one.first, one.after, one.frozen_on, sum(each.won for each in parts), ways, one.actual)
