"""What campaigns add to an account's page: the tasks that are planned or were done there."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from campaigns.campaigns import Campaign
from campaigns.tasks import Task
from core import clock
from core.module import Panel
from crm.activities import Activity, activities_of, urgency
from web.kit.format import due
from web.kit.rendering import render

ROWS = 5


def tasks_of_account(session: Any, account: Any) -> str:
    """The newest tasks with their campaign, or nothing."""
    columns: Any = (
        col(Task.id), col(Task.name), col(Campaign.name).label("campaign"), col(Activity.state), col(Activity.due_on),
        col(Activity.result),
    )  # fmt: skip
    tasks = (
        select(*columns)
        .join(Campaign, col(Campaign.id) == col(Task.campaign_id))
        .join(Activity, col(Activity.id) == col(Task.activity_id))
        .where(activities_of(account.id), col(Task.archived_at).is_(None), col(Activity.archived_at).is_(None))
        .order_by(col(Activity.due_on).desc(), col(Task.id).desc())
        .limit(ROWS)
    )
    rows = [(row, *_stand(row)) for row in session.execute(tasks)]
    return render("campaigns/account_tasks.html", rows=rows) if rows else ""


def _stand(row: Any) -> tuple[str, str]:
    """The words and the mark for how the task stands: a plan has its day, the others what came of them."""
    stand = urgency(row.state, row.due_on, clock.today())
    if stand in ("done", "dropped"):
        return row.result or "", stand
    return due(row.due_on)


TASKS = Panel("crm.account", tasks_of_account, "campaigns.task.read", place="side", order=40)
