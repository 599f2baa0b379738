"""A share of few cases is only roughly known: the interval by Wilson's score, which holds for small numbers too."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """In basis points."""

    low: int
    high: int


def interval(part: int, whole: int) -> Interval | None:
    """The 95 % interval of part in whole; None of nothing."""
    if whole <= 0:
        return None
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return Interval(max(0, round((middle - half) * 10_000)), min(10_000, round((middle + half) * 10_000)))
