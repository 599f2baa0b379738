"""The deals that the report names: the largest, the stalled, the overdue, each with its titles in one statement."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from crm.accounts import ACCOUNT
from crm.stages import STAGE
from crm.users import USER
from reports.pipeline.ask import AT, DEAL, Ask
from reports.pipeline.data import Deal, Stalled

MOST_TOP, MOST_LATE = 20, 50


def top_deals(ask: Ask) -> tuple[Deal, ...]:
    """The largest amounts; deals whose amount is unknown are not among them."""
    statement = _deals(ask).where(DEAL.amount.is_not(None)).order_by(DEAL.amount.desc(), DEAL.id).limit(MOST_TOP)
    return tuple(_deal(row) for row in ask.session.execute(statement))


def stalled_deals(ask: Ask) -> tuple[Stalled, ...]:
    statement = _deals(ask).where(ask.is_stalled).order_by(_by_amount(), DEAL.stage_since, DEAL.id).limit(MOST_LATE)
    rows = ask.session.execute(statement)
    return tuple(Stalled(_deal(row), (ask.on - row.stage_since).days, row.limit_days) for row in rows)


def overdue_deals(ask: Ask) -> tuple[Deal, ...]:
    order = (_by_amount(), DEAL.expected_close_on, DEAL.id)
    statement = _deals(ask).where(ask.is_overdue).order_by(*order).limit(MOST_LATE)
    return tuple(_deal(row) for row in ask.session.execute(statement))


def _by_amount() -> ColumnElement[Any]:
    """The largest first, the unknown last, on both engines."""
    return func.coalesce(DEAL.amount, -1).desc()


def _deals(ask: Ask) -> Select[Any]:
    account, owner = ACCOUNT.table.alias(), USER.table.alias()
    columns = (
        DEAL.name,
        ACCOUNT.title_in(account).label("account"),
        STAGE.title_in(STAGE.table).label("stage"),
        DEAL.amount,
        ask.chance.label("probability"),
        USER.title_in(owner).label("owner"),
        DEAL.expected_close_on,
        DEAL.next_step,
        DEAL.stage_since,
        AT.limit_days,
    )
    joined = ask.deals.outerjoin(account, account.c.id == DEAL.account_id).outerjoin(owner, owner.c.id == DEAL.owner_id)
    return select(*columns).select_from(joined).where(ask.is_wanted)


def _deal(row: Any) -> Deal:
    return Deal(
        name=row.name,
        account=row.account,
        stage=row.stage or "",
        amount=row.amount,
        probability=row.probability,
        owner=row.owner,
        close_on=row.expected_close_on,
        next_step=row.next_step,
    )
