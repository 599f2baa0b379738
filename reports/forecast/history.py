"""Reads the frozen forecasts that the actor may see, with what was won in their periods as it stood on the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, func, inspect, or_, select

from core.spans import end_of, stood_at
from reports.executive.period import distance, moved
from reports.executive.reach import OWNER, reach
from reports.forecast.ask import Ask
from reports.forecast.figures import EVIDENCE, MODEL, STAGED, TYPED
from reports.forecast.frozen import ForecastFreeze
from reports.forecast.ranges import LEAST, Past, shares_of, summed
from reports.past.ask import ROW

# So many past periods are shown, and so many months of the parts.
SHOWN, MONTHS = 8, 6
FREEZE: Any = inspect(ForecastFreeze).local_table
# What was won by part (None: by all of them) and month.
Months = Mapping[tuple[int | None, date], int]


@dataclass(frozen=True)
class History:
    """`frozen` are those of the asked length made on their first day, the newest first; `alike` those made at the same
    age as the asked one; `months` by unit, those of the parts. `is_wider` of `alike`: those of all units in reach."""

    frozen: tuple[Past, ...] = ()
    alike: tuple[Past, ...] = ()
    is_wider: bool = False
    months: Mapping[int, tuple[Past, ...]] = field(default_factory=dict)


def history(ask: Ask) -> History:
    """Two statements; two more where the unit's own are too few."""
    parts = {unit.id for unit in ask.reach.parts} if ask.reach.level != OWNER else set()
    rows = _rows(ask, ask.units, parts)
    won = _won(ask, rows, by_part=bool(parts))
    own = _together(rows, ask.units, won, whole=True)
    alike, is_wider = _alike(ask, own), False
    if ask.reach.chosen and len(shares_of(alike, STAGED)) < LEAST:
        wider = _wider(ask)
        if len(shares_of(wider, STAGED)) >= LEAST:
            alike, is_wider = wider, True
    months = {unit: _newest(_together(rows, (unit,), won, whole=False), 1, MONTHS) for unit in parts}
    frozen = _newest(own, ask.months, SHOWN)
    return History(frozen, tuple(alike), is_wider, {unit: past for unit, past in months.items() if past})


def _alike(ask: Ask, found: Iterable[Past]) -> list[Past]:
    return [each for each in found if distance(each.first, each.after) == ask.months
            and distance(each.first, each.frozen_on) == ask.age]  # fmt: skip


def _wider(ask: Ask) -> list[Past]:
    """The same of all that the reader sees."""
    everywhere = replace(ask, reach=reach(ask.session, ""))
    rows = _rows(everywhere, everywhere.units)
    return _alike(ask, _together(rows, everywhere.units, _won(everywhere, rows, by_part=False), whole=True))


def _newest(found: Iterable[Past], months: int, most: int) -> tuple[Past, ...]:
    """Of so many months, frozen on their first day, the newest first."""
    own = [each for each in found if each.first == each.frozen_on and distance(each.first, each.after) == months]
    return tuple(sorted(own, key=lambda each: each.first, reverse=True)[:most])


def _rows(ask: Ask, units: Iterable[int], parts: Iterable[int] = ()) -> list[Any]:
    """Those whose period was over on the day: all of the units, of the parts the first days of the last months."""
    row, since = FREEZE.c, moved(ask.on.replace(day=1), -MONTHS)
    months = and_(row.unit_id.in_(sorted(parts)), row.first_on >= since, row.first_on == row.frozen_on)
    wanted = or_(row.unit_id.in_(sorted(units)), months)
    statement = select(FREEZE).where(wanted, row.after_on <= ask.on).order_by(row.first_on)
    return list(ask.session.execute(statement))


def _won(ask: Ask, rows: list[Any], *, by_part: bool) -> Months:
    """What was won, as it stood on the day that is asked for."""
    if not rows:
        return {}
    first, after = min(row.first_on for row in rows), max(row.after_on for row in rows)
    keys = (ROW[f"{ask.reach.level}_id"], ROW.closed_on) if by_part else (ROW.closed_on,)
    where = and_(
        ROW.state == "won", stood_at(ROW, end_of(ask.on)), ROW.closed_on >= first, ROW.closed_on < after,
        ask.past.in_unit,
    )  # fmt: skip
    found = ask.session.execute(select(*keys, func.coalesce(func.sum(ROW.amount), 0)).where(where).group_by(*keys))
    months: dict[tuple[int | None, date], int] = {}
    for part, day, amount in found if by_part else ((None, *row) for row in found):
        for key in {part, None}:
            month = (key, day.replace(day=1))
            months[month] = months.get(month, 0) + int(amount)
    return months


def _together(rows: list[Any], units: Iterable[int], won: Months, *, whole: bool) -> list[Past]:
    """The frozen figures of these units, added up; `whole` asks for what was won by all parts, else by the unit."""
    wanted: set[int] = {*units}
    held: dict[tuple[date, date, date], list[Any]] = {}
    for row in rows:
        if row.unit_id in wanted:
            held.setdefault((row.first_on, row.after_on, row.frozen_on), []).append(row)
    return [summed([_past(row, won, whole=whole) for row in found]) for found in held.values()]


def _past(row: Any, won: Months, *, whole: bool) -> Past:
    part = None if whole else row.unit_id
    months = (moved(row.first_on, number) for number in range(distance(row.first_on, row.after_on)))
    actual = sum(won.get((part, month), 0) for month in months)
    parts: dict[str, Any] = {TYPED: row.typed, STAGED: row.staged, EVIDENCE: row.committed, MODEL: row.model}
    # Where nobody typed a chance, or wrote down any evidence, there was no such forecast: it did not miss.
    parts[TYPED] = row.typed if row.typed_deals else None
    parts[EVIDENCE] = row.committed if row.committed_deals else None
    return Past(row.first_on, row.after_on, row.frozen_on, row.won, parts, actual)
