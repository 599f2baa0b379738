"""What the executive's figures are about, as the conditions that lists and totals take, and as SQL."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from core import clock
from core.db import ActorSession
from core.entity import Entity
from core.errors import Invalid, NotFound
from core.i18n import _
from core.lists import Query, conditions
from crm.contracts import CONTRACT
from crm.opportunity_verbs import OPPORTUNITY
from crm.trades import TRADE
from reports.executive import words
from reports.executive.period import Period, moving_periods, read_period
from reports.executive.reach import OWNER, Reach, reach
from reports.executive.scope import Filters, Named, Scope
from reports.stages import all_stages, waiting

DEAL, PAPER = OPPORTUNITY.table.c, CONTRACT.table.c
NAMES = ("period", "unit", "trade")
MOST_TRADES = 200


@dataclass(frozen=True)
class Ask:
    """A period, and perhaps a unit and a trade, as the session's actor sees them on a day."""

    session: ActorSession
    scope: Scope
    reach: Reach
    trades: tuple[Named, ...]
    decided: tuple[date | None, date | None]

    @property
    def period(self) -> Period:
        return self.scope.period

    @property
    def part(self) -> Any:
        """The column of a deal that says to which part it belongs."""
        return DEAL[f"{self.reach.level}_id"]

    @property
    def place(self) -> Any:
        """The column of a deal whose unit is named beside it."""
        return DEAL.unit_id if self.reach.level == OWNER else self.part


def where(entity: Entity, filters: Filters) -> ColumnElement[bool]:
    """The same rows as the list with these filters."""
    return and_(*conditions(entity, Query(filters=filters)))


def asked(session: ActorSession, query: Query, on: date) -> Ask:
    """Raises Invalid for a filter that these figures do not have, NotFound for a unit or a trade that there is not."""
    strange = next((name for name in query.filters if name not in NAMES), "search" if query.words.strip() else "")
    if strange:
        raise Invalid(_("The list cannot be filtered by “{field}”.", field=strange))
    values = {name: found[0].strip() for name, found in query.filters.items() if found and found[0].strip()}
    trades, about = _trades(session), reach(session, values.get("unit", ""))
    unit, trade = about.chosen, values.get("trade", "")
    everything = Scope(
        on=on,
        period=read_period(values.get("period", "year"), on),
        unit=Named(unit.id, unit.name, unit.kind) if unit else None,
        trade=_trade(trades, trade) if trade else None,
        waiting=tuple(waiting(all_stages(session))),
    )
    decided = _decided(session, replace(everything, unit=None, trade=None))
    scope = everything if "period" in values else replace(everything, period=_newest(decided[1], on))
    return Ask(session, scope, about, tuple(named for _code, named in trades), decided)


def asked_in_words(session: ActorSession, query: Query) -> str:
    """What a paper is narrowed to that is made again and again: its period moves on with the days."""
    scope, moving = asked(session, query, clock.today()).scope, dict(moving_periods())
    said = query.filters.get("period", ("",))[0] or "year"
    return words.in_force(scope, moving.get(said, ""))


def _decided(session: ActorSession, scope: Scope) -> tuple[date | None, date | None]:
    """The first and the last day, up to today, on which any deal within reach was won or lost."""
    filters = {**scope.decided, "closed_on": (f"..{scope.on + timedelta(days=1)}",)}
    row = session.execute(select(func.min(DEAL.closed_on), func.max(DEAL.closed_on)).where(where(OPPORTUNITY, filters)))
    first, last = row.one()
    return first, last


def _newest(last: date | None, on: date) -> Period:
    """This year; where nothing was decided in it, the last year in which something was."""
    return read_period("year" if last is None or last.year >= on.year else str(last.year), on)


def _trades(session: ActorSession) -> list[tuple[str, Named]]:
    table = TRADE.table
    statement = (
        select(table.c.code, table.c.id, TRADE.title_in(table))
        .where(table.c.archived_at.is_(None))
        .order_by(table.c.position, table.c.code)
        .limit(MOST_TRADES)
    )
    return [(row[0], Named(row[1], str(row[2]))) for row in session.execute(statement)]


def _trade(trades: list[tuple[str, Named]], wanted: str) -> Named:
    for code, named in trades:
        if wanted in (code, str(named.id)):
            return named
    raise NotFound(_("There is no such record, or it is not yours to see."))
