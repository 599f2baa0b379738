"""What the database counts and sums for the executive: one statement for each subject, grouped there.

What is loaded grows with months, units, stages and trades, never with deals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select

from core.clauses import days_between, worked_out_once
from core.entity import Entity
from crm.accounts import ACCOUNT
from crm.chance import judged, weighted_in
from crm.contracts import CONTRACT
from crm.deal_pace import stalled
from crm.opportunity_verbs import OPPORTUNITY
from crm.stages import STAGE
from reports.executive.ask import DEAL, PAPER, Ask, where
from reports.executive.data import Days, Rate, Sum


@dataclass(frozen=True, slots=True)
class Closed:
    """The deals that were won or lost from a day of a month on, of one unit or person."""

    since: date
    state: str
    part_id: int | None
    count: int
    known: int
    amount: int

    @property
    def month(self) -> date:
        return self.since.replace(day=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """The open deals of one stage."""

    stage_id: int | None
    count: int
    known: int
    amount: int
    weighted: int
    stalled: int
    stalled_known: int
    stalled_amount: int


def closed(ask: Ask) -> list[Closed]:
    """Of the period, of the twelve months that the chart shows, and of the same days of the year before."""
    days = sorted({*ask.period.months, *ask.period.last_months, *ask.scope.days_before})
    ends = [*days[1:], ask.period.after]
    span_number = case(*((DEAL.closed_on < end, number) for number, end in enumerate(ends)))
    span = ask.period.written(days[0], ask.period.after)
    filters = {**ask.scope.decided, "closed_on": (span,)}
    inner = select(span_number.label("span"), DEAL.state, ask.part.label("part"), DEAL.amount)
    found = worked_out_once(inner.where(where(OPPORTUNITY, filters)), "found").c
    keys = (found.span, found.state, found.part)
    statement = select(*keys, *_sums(found.amount)).group_by(*keys)
    return [Closed(days[row[0]], row[1], row[2], *map(int, row[3:])) for row in ask.session.execute(statement)]


def opened(ask: Ask) -> list[Opened]:
    """By stage; a deal is stalled as the list's own condition says."""
    staged = OPPORTUNITY.table.outerjoin(STAGE.table, STAGE.table.c.id == DEAL.stage_id)
    deals, chance = judged(staged, STAGE.table.c.probability)
    inner = select(
        DEAL.stage_id,
        DEAL.amount,
        weighted_in(DEAL.amount, chance).label("weighted"),
        case((stalled(), 1)).label("stalled"),
    ).select_from(deals)
    found = worked_out_once(inner.where(where(OPPORTUNITY, ask.scope.open)), "found").c
    late = case((found.stalled == 1, found.amount))
    sums = (*_sums(found.amount), _sum(found.weighted), func.count(found.stalled), func.count(late), _sum(late))
    rows = ask.session.execute(select(found.stage_id, *sums).group_by(found.stage_id))
    return [Opened(row[0], *map(int, row[1:])) for row in rows]


def by_trade(ask: Ask) -> dict[int | None, Sum]:
    """What was signed in the period, by the client's trade; without a client or a trade under None.

    Summed by client first: a client is looked up once, not once for each of its deals.
    """
    account, of_client = ACCOUNT.table, _grouped(ask, DEAL.account_id).subquery()
    found = of_client.c
    sums = (_sum(found.count), _sum(found.known), _sum(found.amount))
    statement = select(account.c.trade_id, *sums).select_from(
        of_client.outerjoin(account, account.c.id == found.account_id)
    )
    return _read(ask, statement.group_by(account.c.trade_id))


def by_product(ask: Ask) -> dict[int | None, Sum]:
    return _read(ask, _grouped(ask, DEAL.product_id))


def _grouped(ask: Ask, key: Any) -> Select[Any]:
    count, known, amount = _sums(DEAL.amount)
    statement = select(key, count.label("count"), known.label("known"), amount.label("amount"))
    return statement.where(where(OPPORTUNITY, ask.scope.won)).group_by(key)


def _read(ask: Ask, statement: Select[Any]) -> dict[int | None, Sum]:
    return {row[0]: _of(*map(int, row[1:])) for row in ask.session.execute(statement)}


def days_to_win(ask: Ask) -> Days:
    """The median, from how many deals took how many days."""
    days = days_between(DEAL.engaged_on, DEAL.closed_on)
    inner = (
        select(days.label("days")).where(where(OPPORTUNITY, ask.scope.won), DEAL.engaged_on.is_not(None)).subquery().c
    )
    rows = ask.session.execute(select(inner.days, func.count()).group_by(inner.days).order_by(inner.days))
    return median([(int(row[0]), int(row[1])) for row in rows])


def median(counts: list[tuple[int, int]]) -> Days:
    """Of values with their counts, in ascending order. Of two in the middle the mean, rounded half up."""
    n = sum(count for _value, count in counts)
    if not n:
        return Days()
    low, high = _at(counts, (n - 1) // 2), _at(counts, n // 2)
    return Days((low + high + 1) // 2, n)


def _at(counts: list[tuple[int, int]], place: int) -> int:
    for value, count in counts:
        if place < count:
            return value
        place -= count
    raise IndexError(place)


def unprovisioned(ask: Ask) -> Sum:
    """Signed, and served by nobody yet: of today, whatever the period."""
    if not ask.scope.waiting:
        return Sum()
    row = ask.session.execute(select(*_sums(DEAL.amount)).where(where(OPPORTUNITY, ask.scope.unprovisioned))).one()
    return _of(*map(int, row))


def ending(ask: Ask) -> Sum:
    """Our contracts that end soon, by their monthly amount."""
    statement = select(*_sums(PAPER.monthly)).where(where(CONTRACT, ask.scope.ending))
    return _of(*map(int, ask.session.execute(statement).one()))


def signed(found: Iterable[Closed]) -> Sum:
    won = [each for each in found if each.state == "won"]
    count = sum(each.count for each in won)
    return _of(count, sum(each.known for each in won), sum(each.amount for each in won))


def rate(found: Iterable[Closed]) -> Rate:
    counts = {"won": 0, "lost": 0}
    for each in found:
        counts[each.state] += each.count
    return Rate(**counts)


def titles(ask: Ask, entity: Entity, ids: set[Any]) -> dict[Any, str]:
    """The names of the records; a hidden one has none."""
    table = entity.table
    rows = ask.session.execute(select(table.c.id, entity.title_in(table)).where(table.c.id.in_(ids - {None})))
    return {row[0]: str(row[1]) for row in rows}


def _of(count: int, known: int, amount: int) -> Sum:
    return Sum(count, amount, count - known)


def _sums(amount: Any) -> tuple[Any, ...]:
    return func.count(), func.count(amount), _sum(amount)


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)
