"""Tasks of a campaign: activities that a firm, or our own people, carry out for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field

from campaigns.campaigns import OUTCOME_LABELS, OUTCOMES
from core.access import all_of, any_of, via
from core.db import get
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, instant, ref, view
from core.i18n import N_, _
from core.people import User
from core.record import Record
from crm.accounts import Account
from crm.activities import Activity
from crm.rules import by_verb
from crm.tables import codes, derived_text, live_index, live_unique


class Task(Record, table=True):
    """The activity holds what is to be done and what came of it; the firm is empty for our own people.

    `user_id` is the member of staff who does it, empty while anybody of the firm may. A visit that is to be made
    again is a task of its own, which follows the first. `products` are codes of what the client asked about. Account
    and seat are those of the activity's account when the task was made; `batch_id` is the dispatch that made it.
    """

    __tablename__ = "campaigns_task"
    __table_args__ = (
        live_unique("uq_campaigns_task_activity", "activity_id"),
        live_index("ix_campaigns_task_firm_outcome", "firm_id", "outcome", "id"),
        live_index("ix_campaigns_task_campaign_outcome", "campaign_id", "outcome", "id"),
    )
    campaign_id: int = ref("campaigns_campaign.id", required=True)
    activity_id: int = ref("crm_activity.id", required=True)
    account_id: int | None = ref("crm_account.id", status=True)
    seat_city_id: int | None = ref("crm_division.id", label="City of the client", status=True)
    seat_county_id: int | None = ref("crm_division.id", label="County of the client", status=True)
    firm_id: int | None = ref("agents_firm.id")
    user_id: int | None = ref("core_user.id", label="Member of staff")
    name: str = derived_text(200)
    follows_id: int | None = ref("campaigns_task.id", label="Follows", status=True)
    outcome: str | None = choice(*OUTCOMES, labels=OUTCOME_LABELS, status=True)
    products: list[str] = codes(label="Asked about", status=True)
    reported_at: datetime | None = instant(label="Reported at", status=True)
    reported_by_id: int | None = ref("core_user.id", label="Reported by", status=True)
    batch_id: int | None = Field(default=None, sa_type=BigInteger, index=True)


def outcome_label(code: str) -> str:
    """The words of an outcome in the reader's language."""
    return view(Task.outcome).choice_label(code)


def complete(session: Any, task: Task) -> None:
    activity = get(session, Activity, task.activity_id)
    if activity.account_id is None:
        sentence = _("A task needs an account: choose an activity that has one.")
        raise Invalid(sentence, {"activity_id": sentence})
    task.name = task.name or activity.subject
    _place(session, task, activity.account_id)
    if task.user_id is not None and get(session, User, task.user_id).firm_id != task.firm_id:
        sentence = _("This person is not on the firm’s staff.")
        raise Invalid(sentence, {"user_id": sentence})


def _place(session: Any, task: Task, account_id: int) -> None:
    """The client and where it lies. Who may not see the client leaves what is there."""
    client = session.get(Account, account_id)
    task.account_id = account_id
    if client is not None:
        task.seat_city_id, task.seat_county_id = client.seat_city_id, client.seat_county_id


# A task opens the campaign and the activity to a firm, so whoever writes it reaches both.
_BOTH = (via("campaign_id", "campaigns_campaign"), via("activity_id", "crm_activity"))

TASK = Entity(
    stem="campaigns.task",
    model=Task,
    label=N_("Task"),
    plural=N_("Tasks"),
    rule=by_verb(read=any_of(*_BOTH), write=all_of(*_BOTH)),
    key=(Task.activity_id,),
    columns=(
        Task.name,
        Task.account_id,
        Task.campaign_id,
        Task.firm_id,
        Task.user_id,
        Task.outcome,
        Task.reported_at,
        Task.seat_county_id,
    ),
    form=(Section(N_("Task"), (Task.campaign_id, Task.activity_id, Task.firm_id, Task.user_id, Task.name)),),
    search=(Task.name, Task.campaign_id, Task.account_id),
    facets=(Task.outcome, Task.campaign_id, Task.firm_id, Task.user_id, Task.seat_city_id, Task.seat_county_id),
    complete=complete,
)
