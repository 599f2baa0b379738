"""Tasks of a campaign: activities that a firm, or our own people, carry out for it."""

from typing import Any

from core.access import all_of, any_of, via
from core.db import get
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import ref
from core.i18n import N_, _
from core.record import Record
from crm.activities import Activity
from crm.rules import by_verb
from crm.tables import derived_text, live_unique


class Task(Record, table=True):
    """The activity holds what is to be done and what came of it; the firm is empty for our own people."""

    __tablename__ = "campaigns_task"
    __table_args__ = (live_unique("uq_campaigns_task_activity", "activity_id"),)
    campaign_id: int = ref("campaigns_campaign.id", required=True)
    activity_id: int = ref("crm_activity.id", required=True)
    firm_id: int | None = ref("agents_firm.id")
    name: str = derived_text(200)


def complete(session: Any, task: Task) -> None:
    activity = get(session, Activity, task.activity_id)
    if activity.account_id is None:
        sentence = _("A task needs an account: choose an activity that has one.")
        raise Invalid(sentence, {"activity_id": sentence})
    task.name = task.name or activity.subject


# A task opens the campaign and the activity to a firm, so whoever writes it reaches both.
_BOTH = (via("campaign_id", "campaigns_campaign"), via("activity_id", "crm_activity"))

TASK = Entity(
    stem="campaigns.task",
    model=Task,
    label=N_("Task"),
    plural=N_("Tasks"),
    rule=by_verb(read=any_of(*_BOTH), write=all_of(*_BOTH)),
    key=(Task.activity_id,),
    columns=(Task.name, Task.campaign_id, Task.activity_id, Task.firm_id),
    form=(Section(N_("Task"), (Task.campaign_id, Task.activity_id, Task.firm_id, Task.name)),),
    search=(Task.name, Task.campaign_id),
    facets=(Task.campaign_id, Task.firm_id),
    complete=complete,
)
