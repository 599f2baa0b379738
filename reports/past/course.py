"""Stages and wins: how deals went through the stages, how long they stand there, what was won of what was decided."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select

from core.titles import titles
from reports.engine.shares import Share
from reports.past.ask import ROW, Ask
from reports.past.gather import TABLES, by_part, unprovisioned
from reports.past.passages import Passage, passages
from reports.stages import StageOf, all_stages
from reports.wilson import Interval, interval

# Days in the stage; the last is open.
AGES: tuple[tuple[int, int | None], ...] = ((0, 15), (15, 31), (31, 61), (61, 91), (91, None))


@dataclass(frozen=True)
class Ages:
    """Open deals of a stage by the days that they had stood there; `past_limit` is their number beyond its limit."""

    stage: StageOf | None
    shares: tuple[Share, ...]
    past_limit: int


@dataclass(frozen=True)
class Rate:
    """Decisions of a part: how many were won of how many, with the interval in which the true share lies."""

    id: int | None
    name: str
    won: int
    decided: int
    amount: int

    @property
    def points(self) -> int:
        return round(self.won * 10_000 / self.decided)

    @property
    def interval(self) -> Interval | None:
        return interval(self.won, self.decided)


@dataclass(frozen=True)
class Course:
    passages: tuple[Passage, ...]
    ages: tuple[Ages, ...]
    whole: Rate
    rates: tuple[Rate, ...]
    waits: tuple[Share, ...]


def course(ask: Ask) -> Course:
    stages = all_stages(ask.session)
    rates = _rates(ask)
    return Course(
        passages=passages(ask, stages),
        ages=_ages(ask, stages),
        whole=Rate(None, "", *(sum(getattr(r, name) for r in rates) for name in ("won", "decided", "amount"))),
        rates=rates,
        waits=by_part(ask, unprovisioned(ask, stages)),
    )


def _ages(ask: Ask, stages: dict[int, StageOf]) -> tuple[Ages, ...]:
    keys, where = (ROW.stage_id, ROW.stage_since), and_(ROW.state == "open", ask.stood(), ask.in_window)
    sums = (func.count(), func.count(ROW.amount), func.coalesce(func.sum(ROW.amount), 0))
    found = ask.session.execute(select(*keys, *sums).where(where).group_by(*keys))
    rows = [(row[0], (ask.on - row[1]).days if row[1] else None, *row[2:]) for row in found]
    order = sorted({row[0] for row in rows}, key=lambda key: stages[key].rank if key in stages else len(stages))
    return tuple(_aged(stages.get(key), [row for row in rows if row[0] == key]) for key in order)


def _aged(stage: StageOf | None, rows: list[Any]) -> Ages:
    limit = stage.limit_days if stage else None
    shares = []
    for low, high in AGES:
        some = [row for row in rows if row[1] is not None and low <= row[1] and (high is None or row[1] < high)]
        count = sum(row[2] for row in some)
        amount, known = sum(int(row[4]) for row in some), sum(row[3] for row in some)
        shares.append(Share("", count, amount, 0, count - known, stage.id if stage else None))
    return Ages(stage, tuple(shares), sum(row[2] for row in rows if limit and row[1] is not None and row[1] > limit))


def _rates(ask: Ask) -> tuple[Rate, ...]:
    """Of the deals that were decided in the months, as they stood on the day; the most decisions first."""
    won = case((ROW.state == "won", 1), else_=0)
    amount = func.sum(case((ROW.state == "won", func.coalesce(ROW.amount, 0)), else_=0))
    where = and_(
        ROW.state.in_(("won", "lost")), ask.stood(), ROW.closed_on >= ask.since, ROW.closed_on <= ask.on
    )  # fmt: skip
    rows = ask.session.execute(select(ask.key, func.sum(won), func.count(), amount).where(where).group_by(ask.key))
    found = [(row[0], int(row[1] or 0), row[2], int(row[3] or 0)) for row in rows]
    table = TABLES.get(ask.by, "core_unit")
    names = titles(ask.session, {table: {row[0] for row in found if row[0]}})
    rates = [Rate(row[0], names.get((table, row[0]), "") if row[0] else "", *row[1:]) for row in found]
    return tuple(sorted(rates, key=lambda rate: (-rate.decided, rate.name)))
