"""What the report on open deals is about, as SQL conditions and expressions."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Case, ColumnElement, Join, and_, case

from core.db import ActorSession
from core.lists import Query, conditions
from crm.chance import judged
from crm.deal_pace import stalled
from crm.opportunity_verbs import OPPORTUNITY
from crm.stages import STAGE

MONTHS = 12
OVERDUE, LATER = 0, MONTHS + 1
DEAL, AT = OPPORTUNITY.table.c, STAGE.table.c


@dataclass(frozen=True)
class Ask:
    """The open deals of a query, on a day, as the session's actor sees them."""

    session: ActorSession
    on: date
    query: Query

    @cached_property
    def _judged(self) -> tuple[Join, ColumnElement[Any]]:
        return judged(OPPORTUNITY.table.outerjoin(STAGE.table, AT.id == DEAL.stage_id), AT.probability)

    @property
    def deals(self) -> Join:
        """With their stages, and with what their chance comes from."""
        return self._judged[0]

    @property
    def chance(self) -> ColumnElement[Any]:
        """By which an amount is weighted, over `deals`."""
        return self._judged[1]

    @property
    def is_wanted(self) -> ColumnElement[bool]:
        return and_(*conditions(OPPORTUNITY, self.query), DEAL.state == "open")

    @property
    def is_stalled(self) -> ColumnElement[bool]:
        """As everywhere: longer in the stage than its limit, and nothing planned within it."""
        return stalled(self.on)

    @property
    def is_overdue(self) -> ColumnElement[bool]:
        return DEAL.expected_close_on < self.on  # type: ignore[no-any-return]

    @property
    def due(self) -> Case[Any]:
        """When the deal is to close: 0 overdue, 1 to 12 for this month and the following, 13 later, null unknown."""
        ends = months(self.on, MONTHS + 1)[1:]
        return case(
            (DEAL.expected_close_on.is_(None), None),
            (self.is_overdue, OVERDUE),
            *((DEAL.expected_close_on < end, number) for number, end in enumerate(ends, start=1)),
            else_=LATER,
        )


def months(on: date, number: int = MONTHS) -> list[date]:
    """The first days of this month and of the following ones."""
    counted = (on.year * 12 + on.month - 1 + i for i in range(number))
    return [date(month // 12, month % 12 + 1, 1) for month in counted]
