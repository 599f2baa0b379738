"""What campaigns give to outside firms: their tasks, the activities behind them, and the campaigns these belong to."""

from typing import Any

from sqlalchemy import FromClause, select

from agents.rules import for_firms, handed_accounts, own_firm
from core.access import Asker, Contribution, Me, Predicate
from core.record import METADATA


def _tasks(column: str) -> Any:
    """A column of the tasks that the actor's firm has."""
    task = METADATA.tables["campaigns_task"].alias()
    return select(task.c[column]).where(task.c.firm_id.in_(own_firm()), task.c.archived_at.is_(None))


def _activities(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.id.in_(_tasks("activity_id"))


def _links(_ask: Asker, table: FromClause) -> Predicate:
    """Accounts of a task, as far as they are in the hands of a firm, which takes a running agreement."""
    task = METADATA.tables["campaigns_task"].alias()
    own = select(task.c.activity_id).where(task.c.firm_id == Me.firm_id, task.c.archived_at.is_(None))
    return table.c.activity_id.in_(own) & table.c.account_id.in_(handed_accounts())


def _campaigns(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.id.in_(_tasks("campaign_id"))


def _own_tasks(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.firm_id.in_(own_firm()) & table.c.archived_at.is_(None)


RULES = (
    Contribution("crm.activity.read", for_firms(_activities)),
    Contribution("crm.activity.update", for_firms(_activities)),
    Contribution("crm.activity_account.read", for_firms(_links)),
    Contribution("campaigns.campaign.read", for_firms(_campaigns)),
    Contribution("campaigns.task.read", for_firms(_own_tasks)),
)
