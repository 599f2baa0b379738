"""How often deals came true that were given a chance: those of a quarter's forecast, by the chance of its first day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, union_all

from core.spans import end_of, stood_at
from reports.executive.period import moved
from reports.forecast.ask import Ask, eve
from reports.forecast.figures import STAGED, TYPED
from reports.past.ask import ROW, SPAN
from reports.past.wilson import Interval, interval

QUARTERS, BINS, WIDTH = 4, 10, 1000
CALLED = (TYPED, STAGED)


@dataclass(frozen=True)
class Called:
    """The deals that were given a chance within a tenth: how many, their mean chance, how many were won in the quarter.

    `place` is the number of the tenth; chances are basis points.
    """

    place: int
    deals: int
    said: int
    won: int

    @property
    def points(self) -> int:
        return round(self.won * 10_000 / self.deals)

    @property
    def interval(self) -> Interval | None:
        return interval(self.won, self.deals)


@dataclass(frozen=True)
class Calibration:
    """`first` and `after` are the days of the quarters; `by` way. Empty where no deal stood in their forecasts."""

    first: date
    after: date
    by: dict[str, tuple[Called, ...]]


def quarters(ask: Ask) -> tuple[tuple[date, date], ...]:
    """The last ones that were over on the day, the oldest first."""
    this = moved(ask.on.replace(day=1), -((ask.on.month - 1) % 3))
    return tuple((moved(this, -3 * number), moved(this, -3 * number + 3)) for number in range(QUARTERS, 0, -1))


def calibration(ask: Ask) -> Calibration:
    """One statement, however many deals."""
    asked = quarters(ask)
    found = ask.session.execute(union_all(*(_counted(ask, *quarter) for quarter in asked))).all()
    by = {TYPED: [(row[0], row[2], row[3]) for row in found], STAGED: [(row[1], row[2], row[3]) for row in found]}
    return Calibration(asked[0][0], asked[-1][1], {way: _binned(rows) for way, rows in by.items()})


def _counted(ask: Ask, first: date, after: date) -> Any:
    now = SPAN.alias()
    came = now.c.opportunity_id == ROW.opportunity_id
    is_won = case((_won(now.c, first, after), 1), else_=0)
    keys = (ROW.own_probability.label("own"), ROW.probability.label("stage"))
    joined = SPAN.outerjoin(now, and_(came, stood_at(now.c, end_of(ask.on))))
    sums = (func.count().label("deals"), func.coalesce(func.sum(is_won), 0).label("won"))
    return select(*keys, *sums).select_from(joined).where(in_forecast(ask, first, after)).group_by(*keys)


def in_forecast(ask: Ask, first: date, after: date) -> ColumnElement[bool]:
    """Open at the beginning of the quarter, and expected to close within it."""
    is_within = and_(ROW.expected_close_on >= first, ROW.expected_close_on < after)
    return and_(ROW.state == "open", stood_at(ROW, eve(first)), is_within, ask.past.in_unit)


def _won(now: Any, first: date, after: date) -> ColumnElement[bool]:
    return and_(now.state == "won", now.closed_on >= first, now.closed_on < after)


def won_later(ask: Ask, first: date, after: date) -> ColumnElement[bool]:
    """Of these, those that were won within the quarter, as it stood on the day."""
    now = SPAN.alias()
    own = and_(stood_at(now.c, end_of(ask.on)), _won(now.c, first, after))
    return ROW.opportunity_id.in_(select(now.c.opportunity_id).where(own))


def chance(way: str) -> Any:
    return ROW.own_probability if way == TYPED else ROW.probability


def in_bin(way: str, place: int) -> ColumnElement[bool]:
    column = chance(way)
    return and_(column >= place * WIDTH, column < (place + 1) * WIDTH if place < BINS - 1 else column <= 10_000)


def _binned(rows: Iterable[tuple[int | None, int, int]]) -> tuple[Called, ...]:
    held: dict[int, list[tuple[int, int, int]]] = {}
    for points, deals, won in rows:
        if points is not None:
            held.setdefault(min(points // WIDTH, BINS - 1), []).append((points, deals, int(won)))
    return tuple(_called(place, held[place]) for place in sorted(held))


def _called(place: int, rows: list[tuple[int, int, int]]) -> Called:
    deals = sum(number for _points, number, _won in rows)
    said = round(sum(points * number for points, number, _won in rows) / deals)
    return Called(place, deals, said, sum(won for _points, _number, won in rows))
