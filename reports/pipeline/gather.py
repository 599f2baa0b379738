"""Read the open deals for the report, as the session's actor may see them: eight statements, however many deals."""

from datetime import date

from core import clock
from core.db import ActorSession
from core.lists import Query
from core.settings import settings
from crm.opportunity_verbs import OPPORTUNITY
from crm.units import UNIT
from crm.users import USER
from reports.pipeline.ask import LATER, OVERDUE, Ask, months
from reports.pipeline.counted import Group, by_size, by_stage, due, groups, share, total
from reports.pipeline.data import Missing, PipelineData, Problem, Totals
from reports.pipeline.filters import shown_filters
from reports.pipeline.named import overdue_deals, stalled_deals, top_deals


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> PipelineData:
    """The open deals of a list's query. `on` is the day by which a deal is late; stages and amounts are today's."""
    ask = Ask(session, on or clock.today(), query or Query())
    found = groups(ask)
    overdue = due(found, OVERDUE)
    totals = _totals(found)
    return PipelineData(
        on=ask.on,
        made_at=clock.now(),
        currency=settings().currency,
        reader=session.actor.name,
        filters=shown_filters(session, OPPORTUNITY, ask.query),
        totals=totals,
        by_stage=by_stage(session, found),
        by_owner=by_size(session, found, "owner_id", USER),
        by_city=by_size(session, found, "city_id", UNIT),
        by_month=tuple(share(f"{first:%Y-%m}", due(found, i)) for i, first in enumerate(months(ask.on), start=1)),
        later=share("", due(found, LATER)),
        top=top_deals(ask),
        stalled=Problem(total(found, "stalled"), total(found, "stalled_amount")),
        stalled_deals=stalled_deals(ask),
        overdue=Problem(total(overdue, "count"), total(overdue, "amount")),
        overdue_deals=overdue_deals(ask),
        missing=Missing(totals.count - total(found, "accounts"), totals.unknown, total(due(found, None), "count")),
    )


def _totals(found: list[Group]) -> Totals:
    count = total(found, "count")
    return Totals(count, total(found, "amount"), total(found, "weighted"), unknown=count - total(found, "known"))
