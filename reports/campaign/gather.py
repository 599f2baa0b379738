"""Read how campaigns stand, as the watch page of campaigns does, with what they cost and what was won since."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from campaigns import watching
from campaigns.campaigns import CAMPAIGN
from campaigns.pages.watch import STATES
from campaigns.tasks import TASK
from core import clock
from core.clauses import days_between
from core.db import ActorSession
from core.errors import Invalid
from core.i18n import _
from core.lists import Query
from core.settings import settings
from crm.opportunity_verbs import OPPORTUNITY
from reports.campaign.data import CampaignData, Group, OneCampaign, Result, Won

NAMES = ("state",)
DEAL, JOB, WHOSE = OPPORTUNITY.table, TASK.table, CAMPAIGN.table
KEYS: dict[str, Any] = {
    "campaign": WHOSE.c.id, "weapon": WHOSE.c.weapon_id, "channel": WHOSE.c.channel_id, "firm": JOB.c.firm_id,
    "city": JOB.c.seat_city_id,
}  # fmt: skip
Wins = dict[str, dict[int | None, Won]]


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> CampaignData:
    """As of now. A dozen statements, however many campaigns and tasks."""
    state = state_of(query or Query())
    campaigns = watching.campaigns(session, state)
    cells = watching.cells(session, campaigns)
    lines = watching.by_campaign(campaigns, cells)
    tables = watching.tables(session, campaigns, cells, ())
    outcomes = watching.outcomes_shown(lines.values())
    won = _wins(session, [one.id for one in campaigns])

    def result(line: watching.Line, key: str) -> Result:
        counts = tuple(line.counts.get(code, 0) for code in outcomes)
        its = won[key].get(line.id or None, Won()) if won else None
        return Result(line.name, line.total, line.reported, line.good, counts, line.cost, its)

    weapons = {line.id: line.name for table in tables if table.key == "weapon" for line in table.lines}
    return CampaignData(
        state=state,
        on=clock.today(),
        made_at=clock.now(),
        currency=settings().currency,
        reader=session.actor.name,
        outcomes=tuple(outcomes),
        total=result(watching.total(_("Total"), cells, ()), "all"),
        campaigns=tuple(
            OneCampaign(result(lines[one.id], "campaign"), weapons.get(one.weapon_id or 0, ""), one.starts_on,
                        one.ends_on, one.state, watching.days_left(one))
            for one in campaigns
        ),
        groups=tuple(
            Group(table.key, table.title, tuple(result(line, table.key) for line in table.lines)) for table in tables
        ),
    )  # fmt: skip


def state_of(query: Query) -> str:
    """The state of the campaigns that are asked for; empty for all."""
    strange = next((name for name in query.filters if name not in NAMES), "search" if query.words.strip() else "")
    if strange:
        raise Invalid(_("The list cannot be filtered by “{field}”.", field=strange))
    state = next(iter(query.filters.get("state", ())), "").strip() or "all"
    if state not in dict(STATES):
        raise Invalid(_("“{text}” is not one of the choices.", text=state))
    return "" if state == "all" else state


def _wins(session: ActorSession, campaign_ids: list[int]) -> Wins:
    """By each key the deals that were won. Nothing for whoever sees no deals."""
    if not session.actor.may(OPPORTUNITY.permission("read")):
        return {}
    keys: Iterable[tuple[str, Any]] = [*KEYS.items(), ("all", literal(None))]
    return {name: _won(session, key, campaign_ids) for name, key in keys}


def _won(session: ActorSession, key: ColumnElement[Any], campaign_ids: list[int]) -> dict[int | None, Won]:
    """Each deal once for each key: one that was begun after its client was interested, and won."""
    begun = func.coalesce(DEAL.c.engaged_on, DEAL.c.created_at)
    pairs = (
        select(key.label("key"), DEAL.c.id, DEAL.c.amount)
        .select_from(JOB.join(WHOSE, WHOSE.c.id == JOB.c.campaign_id).join(DEAL, DEAL.c.account_id == JOB.c.account_id))
        .where(
            JOB.c.archived_at.is_(None), JOB.c.campaign_id.in_(campaign_ids), JOB.c.outcome.in_(watching.GOOD),
            DEAL.c.archived_at.is_(None), DEAL.c.state == "won", days_between(JOB.c.reported_at, begun) > -1,
        )
        .distinct()
        .subquery()
        .c
    )  # fmt: skip
    counted = select(pairs.key, func.count(), func.coalesce(func.sum(pairs.amount), 0)).group_by(pairs.key)
    return {row[0]: Won(row[1], int(row[2])) for row in session.execute(counted)}
