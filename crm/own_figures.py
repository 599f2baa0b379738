"""How somebody, or a team, stands this month: signed against the target, and what the open deals may bring."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from crm.chance import judged, weighted_in
from crm.opportunity_verbs import OPPORTUNITY
from crm.stages import STAGE
from crm.targets import Target
from crm.whose import Whose

DEAL = OPPORTUNITY.table
FULL = 10_000
DEAL = OPPORTUNITY.table


@dataclass(frozen=True)
class Signing:
    """Won this month: the number of deals, their amount and the target in fen. Without a target, None."""

    month: date
    deals: int
    amount: int
    target: int | None

    @property
    def percent(self) -> int | None:
        return self.amount * 100 // self.target if self.target else None


@dataclass(frozen=True)
class Open:
    """Open deals; `known` of them have an amount. `weighted`: amount × chance, in fen."""

    count: int
    known: int
    amount: int
    weighted: int


def month_of(day: date) -> tuple[date, date]:
    """The month's first day and the next month's."""
    first = day.replace(day=1)
    return first, (
        first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
    )


def was_won(first: date, after: date) -> ColumnElement[bool]:
    won = and_(DEAL.c.state == "won", DEAL.c.archived_at.is_(None))
    return and_(won, DEAL.c.closed_on >= first, DEAL.c.closed_on < after)


def signing(session: ActorSession, whose: Whose) -> Signing:
    """Two statements."""
    first, after = month_of(clock.today())
    won = select(func.count(), func.sum(DEAL.c.amount)).where(was_won(first, after), whose.has(DEAL.c.owner_id))
    count, amount = session.execute(won).one()
    return Signing(first, count, int(amount or 0), _target(session, whose, first))


def _target(session: ActorSession, whose: Whose, month: date) -> int | None:
    """A person's own; a team's is that of its unit, or else the sum of its people's."""
    of_unit = col(Target.for_unit_id) == (session.actor.place.get("unit_id") or 0)
    of_people = and_(col(Target.for_user_id).is_not(None), whose.has(col(Target.for_user_id)))
    statement = select(
        func.sum(case((of_unit, col(Target.amount)))), func.sum(case((of_people, col(Target.amount))))
    ).where(
        col(Target.measure) == "won_amount", col(Target.month) == month, col(Target.archived_at).is_(None)
    )  # fmt: skip
    units, peoples = session.execute(statement).one()
    found = (units or peoples) if whose.is_team else peoples
    return int(found) if found else None


def open_deals(session: ActorSession, whose: Whose) -> Open:
    """One statement."""
    stage = STAGE.table.alias()
    deals, chance = judged(DEAL.outerjoin(stage, stage.c.id == DEAL.c.stage_id), stage.c.probability)
    statement = (
        select(
            func.count(), func.count(DEAL.c.amount), func.sum(DEAL.c.amount),
            func.sum(weighted_in(DEAL.c.amount, chance)),
        )
        .select_from(deals)
        .where(DEAL.c.state == "open", DEAL.c.archived_at.is_(None), whose.has(DEAL.c.owner_id))
    )  # fmt: skip
    count, known, amount, weight = session.execute(statement).one()
    return Open(count, known, int(amount or 0), int(weight or 0))
