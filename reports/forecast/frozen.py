"""The forecasts that were frozen on the first of a month: one row for each unit and period, written once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, FromClause, UniqueConstraint, false, select
from sqlmodel import Field

from core import clock
from core.access import Asker, Level, Me, Predicate, table_of
from core.record import Row
from crm.opportunity_verbs import OPPORTUNITY

STEM = "reports.forecast_freeze"
READ = f"{STEM}.read"


class ForecastFreeze(Row, table=True):
    """The figures of the moment at which `frozen_on` began, of a unit with all below it (0: of everything).

    `won` is in none of the others. `model` is empty where the model's chances of that day are not known.
    """

    __tablename__ = "reports_forecast_freeze"
    __table_args__ = (UniqueConstraint("unit_id", "frozen_on", "first_on", "after_on"),)
    unit_id: int = Field(sa_type=BigInteger)
    frozen_on: date = Field(index=True)
    first_on: date
    after_on: date
    deals: int = 0
    won_deals: int = 0
    won: int = Field(default=0, sa_type=BigInteger)
    typed_deals: int = 0
    typed: int = Field(default=0, sa_type=BigInteger)
    staged: int = Field(default=0, sa_type=BigInteger)
    committed_deals: int = 0
    committed: int = Field(default=0, sa_type=BigInteger)
    best: int = Field(default=0, sa_type=BigInteger)
    model_deals: int = 0
    model: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(default_factory=clock.now)


def frozen_rule(ask: Asker, table: FromClause) -> Predicate:
    """A sum tells of all deals below its unit: only whoever reads all of these reads it, and only the operator writes.

    So it takes a whole subtree, in this right and in that of the deals: whoever reads own deals, a team's or what was
    handed over reads no sum, not even of the own team. The subtree is that of today's tree.
    """
    kind, level = ask.profile.unit_kind, min(ask.level, ask.profile.level(OPPORTUNITY.permission("read")))
    if ask.verb != "read" or level < Level.SUBTREE or kind is None:
        return false()
    units = table_of("core_unit").alias()
    mine: Any = units.c[f"{kind}_id"] == Me.place(kind)
    return table.c.unit_id.in_(select(units.c.id).where(mine))


TABLES = ((ForecastFreeze, STEM, frozen_rule),)
