"""How often deals came true that were given a chance: those of a quarter's forecast, by the chance of its first day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, union_all

from core.spans import end_of, stood_at
from reports.executive.period import moved
from reports.forecast.ask import Ask, eve
from reports.forecast.figures import STAGED, TYPED
from reports.past.ask import ROW, SPAN
from reports.wilson import Interval, interval

QUARTERS, BINS, WIDTH = 4, 10, 1000
CALLED = (TYPED, STAGED)
Quarter = tuple[date, date]


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


def quarters(ask: Ask) -> tuple[Quarter, ...]:
    """The last ones that were over on the day, the oldest first."""
    this = moved(ask.on.replace(day=1), -((ask.on.month - 1) % 3))
    return tuple((moved(this, -3 * number), moved(this, -3 * number + 3)) for number in range(QUARTERS, 0, -1))


def calibration(ask: Ask) -> Calibration:
    """One statement: all deals are counted, and beside them those that were won, of which there are few."""
    asked, keys = quarters(ask), (ROW.own_probability, ROW.probability)
    called = select(*keys, func.count().label("deals"), literal(0).label("won")).where(in_forecast(ask)).group_by(*keys)
    won, now = select(*keys, literal(0), func.count()), SPAN.alias()
    won = won.select_from(now.join(SPAN, now.c.opportunity_id == ROW.opportunity_id))
    won = won.where(in_forecast(ask), stood_at(now.c, end_of(ask.on)), _won(now.c, asked)).group_by(*keys)
    found = ask.session.execute(union_all(called, won)).all()
    by = {TYPED: [(row[0], row[2], row[3]) for row in found], STAGED: [(row[1], row[2], row[3]) for row in found]}
    return Calibration(asked[0][0], asked[-1][1], {way: _binned(rows) for way, rows in by.items()})


def in_forecast(ask: Ask) -> ColumnElement[bool]:
    """Open at the beginning of the quarter in which it was expected to close then."""
    asked = quarters(ask)
    stood = or_(*(and_(_within(ROW.expected_close_on, each), stood_at(ROW, eve(each[0]))) for each in asked))
    at_all = _within(ROW.expected_close_on, (asked[0][0], asked[-1][1]))
    return and_(ROW.state == "open", at_all, ROW.from_at < eve(asked[-1][0]), ask.past.in_unit, stood)


def _won(now: Any, asked: tuple[Quarter, ...]) -> ColumnElement[bool]:
    """In the quarter in which it had been expected, as it stands now."""
    same = or_(*(and_(_within(ROW.expected_close_on, each), _within(now.closed_on, each)) for each in asked))
    return and_(now.state == "won", _within(now.closed_on, (asked[0][0], asked[-1][1])), same)


def _within(column: Any, quarter: Quarter) -> ColumnElement[bool]:
    return and_(column >= quarter[0], column < quarter[1])


def won_later(ask: Ask) -> ColumnElement[bool]:
    """Of these, those that were won within their quarter, as it stood on the day."""
    now = SPAN.alias()
    own = and_(now.c.opportunity_id == ROW.opportunity_id, stood_at(now.c, end_of(ask.on)))
    return exists().where(own, _won(now.c, quarters(ask))).correlate(SPAN)


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
