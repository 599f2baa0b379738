"""Counts the deals of a forecast in the database: open ones by stage, evidence and time, won ones by time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true
from sqlmodel import col

from core.clauses import worked_out_once
from core.db import ActorSession
from core.spans import stood_at
from crm.chance import weighted_in
from crm.playbook.proved import Deal, lacks
from reports.evidence.rows import WinChance
from reports.forecast.categories import Categories
from reports.past.ask import ROW, SPAN

# Where an expected close lies beside the windows that are counted.
BEFORE, UNDATED = -1, -2
Windows = tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Group:
    """Open deals of one stage, window and place that have their evidence or lack it; typed and modelled of them."""

    stage_id: int | None
    window: int
    lacks: bool
    places: tuple[int | None, ...]
    count: int
    known: int
    amount: int
    typed_count: int
    typed: int
    staged: int
    model_count: int
    model: int


@dataclass(frozen=True)
class Won:
    window: int
    places: tuple[int | None, ...]
    count: int
    known: int
    amount: int


@dataclass(frozen=True)
class Count:
    """What is counted: at which moment, of which windows of months, within a unit or all, told apart by places.

    `is_modelled` where the model's chances are those of the moment.
    """

    session: ActorSession
    moment: datetime
    windows: Windows
    categories: Categories
    where: ColumnElement[bool]
    places: tuple[str, ...] = ()
    is_modelled: bool = False

    @property
    def window(self) -> ColumnElement[Any]:
        """The number of the window in which the deal is expected to close; what lies after them all is not asked."""
        return case(
            (ROW.expected_close_on.is_(None), UNDATED),
            (ROW.expected_close_on < self.windows[0][0], BEFORE),
            *((ROW.expected_close_on < after, place) for place, (_first, after) in enumerate(self.windows)),
        )

    @property
    def lacks(self) -> ColumnElement[int]:
        deal = Deal(ROW.opportunity_id, ROW.account_id, ROW.stage_id, ROW.amount, ROW.expected_close_on)
        held = self.categories
        return lacks(deal, held.commit, held.tests, self.moment, held.strengths)

    @property
    def chance(self) -> tuple[Any, Any]:
        """The spans with the model's chances, and the chance of each."""
        if not self.is_modelled:
            return SPAN, literal(None)
        joined = SPAN.outerjoin(WinChance, col(WinChance.opportunity_id) == ROW.opportunity_id)
        return joined, col(WinChance.chance)

    @property
    def is_open(self) -> ColumnElement[bool]:
        return and_(ROW.state == "open", stood_at(ROW, self.moment), self.where)

    @property
    def is_won(self) -> ColumnElement[bool]:
        """Decided within the windows, as it stood at the moment."""
        first, after = self.windows[0][0], self.windows[-1][1]
        is_within = and_(ROW.closed_on >= first, ROW.closed_on < after)
        return and_(ROW.state == "won", stood_at(ROW, self.moment), is_within, self.where)


def open_groups(count: Count) -> list[Group]:
    """One statement."""
    source, chance = count.chance
    keys = (ROW.stage_id, count.window.label("window"), count.lacks.label("lacks"), *_places(count))
    is_asked = or_(ROW.expected_close_on.is_(None), ROW.expected_close_on < count.windows[-1][1])
    own = ROW.own_probability
    inner = worked_out_once(select(
        *keys, ROW.amount, own.label("own"), weighted_in(ROW.amount, own).label("typed"),
        weighted_in(ROW.amount, func.coalesce(ROW.probability, 0)).label("staged"), _model(count, chance),
        chance.label("chance") if count.is_modelled else literal(0).label("chance"),
    ).select_from(source).where(count.is_open, is_asked), "part")  # fmt: skip
    part = inner.c
    by = (part.stage_id, part.window, part.lacks, *(part[name] for name in count.places))
    sums = (
        func.count(), func.count(part.amount), _sum(part.amount), func.count(part.own), _sum(part.typed),
        _sum(part.staged), func.count(part.chance), _sum(part.model),
    )  # fmt: skip
    rows = count.session.execute(select(*by, *sums).group_by(*by))
    end = len(by)
    return [_group(row[:end], row[end:], is_modelled=count.is_modelled) for row in rows]


def _model(count: Count, chance: Any) -> Any:
    return (weighted_in(ROW.amount, chance) if count.is_modelled else literal(0)).label("model")


def _group(keys: Any, sums: Any, *, is_modelled: bool) -> Group:
    stage, window, is_lacking, *places = keys
    numbers = [int(value or 0) for value in sums]
    if not is_modelled:
        numbers[6:] = [0, 0]
    return Group(stage, window, bool(is_lacking), tuple(places), *numbers)


def won_groups(count: Count) -> list[Won]:
    """One statement."""
    place = case(*((ROW.closed_on < after, number) for number, (_first, after) in enumerate(count.windows)), else_=0)
    inner = select(place.label("window"), ROW.amount, *_places(count)).where(count.is_won).subquery()
    by = (inner.c.window, *(inner.c[name] for name in count.places))
    sums = (func.count(), func.count(inner.c.amount), _sum(inner.c.amount))
    rows = count.session.execute(select(*by, *sums).group_by(*by))
    end = len(by)
    return [Won(row[0], tuple(row[1:end]), *(int(value or 0) for value in row[end:])) for row in rows]


def _places(count: Count) -> Iterable[Any]:
    return (ROW[name] for name in count.places)


def _sum(column: Any) -> ColumnElement[Any]:
    return func.coalesce(func.sum(column), 0)


ANYWHERE: ColumnElement[bool] = true()
