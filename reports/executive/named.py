"""What the executive's page names: the largest deals, the stalled ones, the contracts that end, each one statement."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, func, select, true

from crm.accounts import ACCOUNT
from crm.chance import judged
from crm.contracts import CONTRACT
from crm.deal_pace import days_in_stage, stalled
from crm.opportunity_verbs import OPPORTUNITY
from crm.stages import STAGE
from crm.units import UNIT
from crm.users import USER
from reports.executive.ask import DEAL, PAPER, Ask, where
from reports.executive.data import Contract, Deal
from reports.executive.scope import Filters

MOST = 8


def top_deals(ask: Ask) -> tuple[Deal, ...]:
    """The largest amounts; deals whose amount is unknown are not among them."""
    return _listed(ask, ask.scope.open, DEAL.amount.desc(), DEAL.id.desc(), among=DEAL.amount.is_not(None))


def waiting_deals(ask: Ask) -> tuple[Deal, ...]:
    """What has been longest in its stage, for where no deal has an amount."""
    return _listed(ask, ask.scope.open, DEAL.stage_since, DEAL.id)


def stalled_deals(ask: Ask) -> tuple[Deal, ...]:
    return _listed(ask, ask.scope.stalled, func.coalesce(DEAL.amount, -1).desc(), DEAL.stage_since, DEAL.id)


def _listed(ask: Ask, filters: Filters, *order: Any, among: ColumnElement[bool] | None = None) -> tuple[Deal, ...]:
    """The few that are shown are chosen first: what they refer to is looked up for them alone."""
    wanted = select(DEAL.id).where(where(OPPORTUNITY, filters), true() if among is None else among)
    rows = ask.session.execute(_deals(ask, wanted.order_by(*order).limit(MOST).subquery()).order_by(*order))
    return tuple(_deal(row, ask) for row in rows)


def _deals(ask: Ask, chosen: FromClause) -> Select[Any]:
    account, owner, place, at = ACCOUNT.table.alias(), USER.table.alias(), UNIT.table.alias(), STAGE.table
    joined = chosen.join(OPPORTUNITY.table, DEAL.id == chosen.c.id).outerjoin(at, at.c.id == DEAL.stage_id)
    joined = joined.outerjoin(account, account.c.id == DEAL.account_id).outerjoin(owner, owner.c.id == DEAL.owner_id)
    joined, chance = judged(joined.outerjoin(place, place.c.id == ask.place), at.c.probability)
    columns = (
        DEAL.id,
        DEAL.name,
        ACCOUNT.title_in(account).label("account"),
        UNIT.title_in(place).label("place"),
        STAGE.title_in(at).label("stage"),
        DEAL.amount,
        chance.label("probability"),
        USER.title_in(owner).label("owner"),
        DEAL.expected_close_on,
        DEAL.stage_since,
        at.c.limit_days,
        case((stalled(), 1)).label("stalled"),
    )
    return select(*columns).select_from(joined)


def _deal(row: Any, ask: Ask) -> Deal:
    return Deal(
        id=row.id,
        name=row.name,
        account=row.account,
        place=row.place,
        stage=row.stage or "",
        amount=row.amount,
        probability=row.probability,
        owner=row.owner,
        close_on=row.expected_close_on,
        days=days_in_stage(row.stage_since, ask.scope.on),
        limit=row.limit_days,
        is_stalled=row.stalled == 1,
    )


def ending_contracts(ask: Ask) -> tuple[Contract, ...]:
    """The largest monthly amounts first."""
    account, owner = ACCOUNT.table.alias(), USER.table.alias()
    joined = CONTRACT.table.outerjoin(account, account.c.id == PAPER.account_id)
    joined = joined.outerjoin(owner, owner.c.id == PAPER.owner_id)
    statement = (
        select(PAPER.id, PAPER.name, ACCOUNT.title_in(account), PAPER.monthly, PAPER.ends_on, USER.title_in(owner))
        .select_from(joined)
        .where(where(CONTRACT, ask.scope.ending))
        .order_by(func.coalesce(PAPER.monthly, -1).desc(), PAPER.ends_on, PAPER.id)
        .limit(MOST)
    )
    return tuple(Contract(*row) for row in ask.session.execute(statement))
