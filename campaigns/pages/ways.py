"""Where people of outside firms find what they are told of: the task's own page, the client's, or the list of these."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from agents.handovers import Handover
from campaigns import field as work
from campaigns.holdings import held_accounts
from campaigns.pages.field import CLIENTS, TASKS
from campaigns.pages.holdings import CLIENT
from campaigns.tasks import Task
from core.db import ActorSession
from crm.activities import Activity
from crm.contracts import Contract
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.tenders import Tender

Way = Callable[[ActorSession, int | None], str]


def task_way(session: ActorSession, task_id: int | None) -> str:
    return f"{TASKS}/task/{task_id}" if task_id and work.one_task(session, task_id) else TASKS


def activity_way(session: ActorSession, activity_id: int | None) -> str:
    """By the firm's task that it is, else by its client."""
    own = select(col(Task.id)).where(col(Task.activity_id) == activity_id, col(Task.archived_at).is_(None))
    task_id = session.scalar(own.order_by(col(Task.id).desc()).limit(1))
    return task_way(session, task_id) if task_id else _by_client(Activity)(session, activity_id)


def client_way(session: ActorSession, account_id: int | None) -> str:
    return f"{CLIENT}/{account_id}" if account_id and held_accounts(session, account_id=account_id) else CLIENTS


def _by_client(model: Any) -> Way:
    """By the account of a record that the reader sees."""

    def way(session: ActorSession, record_id: int | None) -> str:
        found = session.get(model, record_id) if record_id else None
        return client_way(session, found.account_id if found else None)

    return way


def campaign_way(_session: ActorSession, campaign_id: int | None) -> str:
    return f"{TASKS}?campaign={campaign_id}" if campaign_id else TASKS


WAYS: dict[str, Way] = {
    "campaigns.task": task_way,
    "campaigns.campaign": campaign_way,
    "crm.activity": activity_way,
    "crm.account": client_way,
    **{
        stem: _by_client(model)
        for stem, model in (
            ("agents.handover", Handover),
            ("crm.contract", Contract),
            ("crm.key_person", KeyPerson),
            ("crm.opportunity", Opportunity),
            ("crm.tender", Tender),
        )
    },
}
