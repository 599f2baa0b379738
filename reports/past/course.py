"""How deals went through the stages: who went on, who was won, how long it took; and what was won of what was decided.

A visit is the stay of a deal in a stage. Looked at are the visits that began within the months before the day, as far
as they were written down; where a deal stood already when it was brought in from elsewhere is no visit that began.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import and_, case, func, select

from core import clock
from core.dialects import days_between
from core.spans import end_of
from core.titles import titles
from reports.past.ask import ROW, Ask
from reports.past.data import Share
from reports.past.gather import TABLES, by_part, unprovisioned
from reports.past.lines import STATES
from reports.past.stages import StageOf, all_stages
from reports.past.wilson import Interval, interval

# Days in the stage; the last is open.
AGES: tuple[tuple[int, int | None], ...] = ((0, 15), (15, 31), (31, 61), (61, 91), (91, None))


@dataclass(frozen=True)
class Visit:
    """`left` is None while the deal still stands there; `is_won` says what became of the deal, up to the day."""

    deal: int
    stage_id: int
    came: date
    left: date | None
    is_won: bool
    is_lost: bool
    span: int


@dataclass(frozen=True)
class Passage:
    """Of the deals that entered a stage: how many went on, were won, were lost in it; the days of those who left."""

    stage: StageOf
    entered: tuple[Visit, ...]
    went_on: tuple[Visit, ...]
    won: tuple[Visit, ...]
    lost: tuple[Visit, ...]
    days: float | None
    left: int


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
        passages=passages(visits(ask), stages),
        ages=_ages(ask, stages),
        whole=Rate(None, "", *(sum(getattr(r, name) for r in rates) for name in ("won", "decided", "amount"))),
        rates=rates,
        waits=by_part(ask, unprovisioned(ask, stages)),
    )


# --- visits ---------------------------------------------------------------------------------------------------


def visits(ask: Ask) -> list[Visit]:
    """Those that began within the months, in one statement: a deal's spans in one stage since one day are a visit."""
    end = end_of(ask.on)
    keys = (ROW.opportunity_id, ROW.stage_id, ROW.stage_since)
    is_won = func.max(case((ROW.state == "won", 1), else_=0))
    is_lost = func.max(case((ROW.state == "lost", 1), else_=0))
    left = func.max(func.coalesce(ROW.until_at, end))
    where = and_(
        ROW.state.in_(STATES), ROW.from_at >= clock.start_of(ask.since), ROW.from_at < end,
        ROW.stage_since >= ask.since, ROW.stage_id.is_not(None), ask.in_unit,
    )  # fmt: skip
    statement = select(*keys, func.min(ROW.from_at), left, is_won, is_lost, func.max(ROW.id)).where(where)
    return [_visit(row, end) for row in ask.session.execute(statement.group_by(*keys))]


def _visit(row: Any, end: datetime) -> Visit:
    left = row[4] if isinstance(row[4], datetime) else datetime.fromisoformat(str(row[4]))
    gone = left if left.tzinfo else left.replace(tzinfo=end.tzinfo)
    return Visit(
        row[0], row[1], row[2], clock.local(gone).date() if gone < end else None, bool(row[5]), bool(row[6]), row[7]
    )


def passages(found: Iterable[Visit], stages: dict[int, StageOf]) -> tuple[Passage, ...]:
    """By the stages of open deals, in their order."""
    by_deal: dict[int, list[Visit]] = {}
    for visit in found:
        if visit.stage_id in stages:
            by_deal.setdefault(visit.deal, []).append(visit)
    held: dict[int, list[Visit]] = {}
    on, won, lost = set(), set(), set()
    for all_of in by_deal.values():
        for visit in all_of:
            later = [each for each in all_of if each.came >= visit.came and each is not visit]
            held.setdefault(visit.stage_id, []).append(visit)
            if any(stages[each.stage_id].rank > stages[visit.stage_id].rank for each in later):
                on.add(visit.span)
            if visit.is_won or any(each.is_won for each in later):
                won.add(visit.span)
            if visit.is_lost:
                lost.add(visit.span)
    order = sorted((key for key in held if not stages[key].outcome), key=lambda key: stages[key].rank)
    return tuple(_passage(stages[key], held[key], on, won, lost) for key in order)


def _passage(stage: StageOf, found: list[Visit], on: set[int], won: set[int], lost: set[int]) -> Passage:
    days = [(visit.left - visit.came).days for visit in found if visit.left]
    return Passage(
        stage, tuple(found), tuple(v for v in found if v.span in on), tuple(v for v in found if v.span in won),
        tuple(v for v in found if v.span in lost), median(days) if days else None, len(days),
    )  # fmt: skip


# --- ages, decisions ------------------------------------------------------------------------------------------


def _ages(ask: Ask, stages: dict[int, StageOf]) -> tuple[Ages, ...]:
    age = days_between(ROW.stage_since, ask.on)
    where = and_(ROW.state == "open", ask.stood(), ask.in_window)
    sums = (func.count(), func.count(ROW.amount), func.coalesce(func.sum(ROW.amount), 0))
    rows = ask.session.execute(select(ROW.stage_id, age, *sums).where(where).group_by(ROW.stage_id, age)).all()
    keys = sorted({row[0] for row in rows}, key=lambda key: stages[key].rank if key in stages else len(stages))
    return tuple(_aged(stages.get(key), [row for row in rows if row[0] == key]) for key in keys)


def _aged(stage: StageOf | None, rows: list[Any]) -> Ages:
    limit = stage.limit_days if stage else None
    shares = []
    for low, high in AGES:
        some = [row for row in rows if row[1] is not None and low <= row[1] and (high is None or row[1] < high)]
        count = sum(row[2] for row in some)
        amount, known = sum(int(row[4]) for row in some), sum(row[3] for row in some)
        shares.append(Share(stage.id if stage else None, "", count, amount, 0, count - known))
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
