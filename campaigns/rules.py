"""What campaigns give to outside firms: their tasks, the activities behind them, and the campaigns these belong to.

A firm changes nothing but how its tasks stand. Where a client is to be visited again it makes the next activity and
its task: bound to the one before by code, client and owner, so that no other activity can be taken for it.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import FromClause, literal, or_, select

from agents.rules import for_firms, handed_accounts, own_firm
from core.access import Asker, Contribution, Me, Predicate
from core.record import METADATA


def _tasks(column: str) -> Any:
    """A column of the tasks that the actor's firm has."""
    task = METADATA.tables["campaigns_task"].alias()
    return select(task.c[column]).where(task.c.firm_id.in_(own_firm()), task.c.archived_at.is_(None))


def _activities(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.id.in_(_tasks("activity_id"))


def _readable_activities(ask: Asker, table: FromClause) -> Predicate:
    """With those that were just made and have no task yet: what is written must be seen by its writer."""
    return or_(_activities(ask, table), _further_activities(ask, table))


def _links(_ask: Asker, table: FromClause) -> Predicate:
    """Accounts of a task, as far as they are in the hands of a firm, which takes a running agreement."""
    task = METADATA.tables["campaigns_task"].alias()
    own = select(task.c.activity_id).where(task.c.firm_id == Me.firm_id, task.c.archived_at.is_(None))
    return table.c.activity_id.in_(own) & table.c.account_id.in_(handed_accounts())


def _campaigns(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.id.in_(_tasks("campaign_id"))


def _own_tasks(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.firm_id.in_(own_firm()) & table.c.archived_at.is_(None)


# What is added to the code of a visit to make the code of the one that follows it.
AGAIN = "+"


def _before(table: FromClause, tied: Callable[[Any, Any], list[Predicate]]) -> Predicate:
    """There is a live task of the firm, with its activity, to which this row is tied: `tied(task, activity)`."""
    task, activity = METADATA.tables["campaigns_task"].alias(), METADATA.tables["crm_activity"].alias()
    mine = (task.c.firm_id.in_(own_firm()), task.c.archived_at.is_(None))
    visited = task.join(activity, activity.c.id == task.c.activity_id)
    return select(task.c.id).select_from(visited).where(*mine, *tied(task, activity)).correlate(table).exists()


def _further_activities(_ask: Asker, table: FromClause) -> Predicate:
    """The next visit to the same client, in the name of the same owner."""

    def next_one(task: Any, before: Any) -> list[Predicate]:
        follows = [task.c.outcome == "again", table.c.code == before.c.code + literal(AGAIN)]
        return [*follows, table.c.account_id == before.c.account_id, table.c.owner_id == before.c.owner_id]

    return _before(table, next_one)


def _further_tasks(_ask: Asker, table: FromClause) -> Predicate:
    """The task of such a visit, in the same campaign and with the same firm."""
    after = METADATA.tables["crm_activity"].alias()

    def next_one(task: Any, before: Any) -> list[Predicate]:
        coded = select(after.c.id).where(after.c.code == before.c.code + literal(AGAIN)).correlate(before)
        same = [table.c.campaign_id == task.c.campaign_id, table.c.firm_id == task.c.firm_id]
        return [task.c.id == table.c.follows_id, *same, table.c.activity_id.in_(coded)]

    return _before(table, next_one)


def _own_photos(_ask: Asker, table: FromClause) -> Predicate:
    """Files on the activities of the firm's tasks, of whoever put them there; closed with the client's hand-over."""
    task, activity = METADATA.tables["campaigns_task"].alias(), METADATA.tables["crm_activity"].alias()
    own = select(task.c.activity_id).where(task.c.firm_id == Me.firm_id, task.c.archived_at.is_(None))
    held = select(activity.c.id).where(activity.c.id.in_(own), activity.c.account_id.in_(handed_accounts()))
    on_tasks = (table.c.entity == "crm.activity") & table.c.record_id.in_(held)
    return on_tasks & (table.c.uploaded_by_id == Me.user_id)


# How a task stands, and when it is due again: all that staff of a firm may change.
REPORT = ("state", "done_at", "result", "next_step", "next_step_on", "due_on", "starts_at")
STAND = ("outcome", "products", "reported_at", "reported_by_id")

RULES = (
    Contribution("crm.activity.read", for_firms(_readable_activities)),
    Contribution("crm.activity.update", for_firms(_activities), columns=REPORT),
    Contribution("crm.activity.create", for_firms(_further_activities)),
    Contribution("crm.file.read", for_firms(_own_photos)),
    Contribution("crm.file.create", for_firms(_own_photos)),
    Contribution("campaigns.task.update", for_firms(_own_tasks), columns=STAND),
    Contribution("campaigns.task.create", for_firms(_further_tasks)),
    Contribution("crm.activity_account.read", for_firms(_links)),
    Contribution("campaigns.campaign.read", for_firms(_campaigns)),
    Contribution("campaigns.task.read", for_firms(_own_tasks)),
)
