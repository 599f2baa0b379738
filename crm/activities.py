"""Activities as rows: one record for what was planned or done with a client, whatever the weapon."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, or_, select
from sqlmodel import col

from core.fields import choice, day, instant, long_text, money, ref, text
from core.record import Owned
from crm.activity_links import ActivityAccount
from crm.tables import derived_text, live_index, live_unique

APPROVALS = ("none", "asked", "approved", "refused")
Urgency = Literal["done", "dropped", "overdue", "today", "planned"]


class Activity(Owned, table=True):
    """`account_id` is the first account; further ones, key persons and our people are rows of the link tables.

    With a weapon it is the use of that weapon: `weapon_version_id` keeps what the weapon was then, `step_id` where
    the client stood, `cost` all that it cost. `approval` is set by the approval of the request, by nothing else.
    """

    __tablename__ = "crm_activity"
    __table_args__ = (
        live_unique("uq_crm_activity_code", "code"),
        live_index("ix_crm_activity_owner_due", "owner_id", "state", "due_on", "id"),
        live_index("ix_crm_activity_team_due", "team_id", "state", "due_on", "id"),
        live_index("ix_crm_activity_city_due", "city_id", "state", "due_on", "id"),
        live_index("ix_crm_activity_province_due", "province_id", "state", "due_on", "id"),
        live_index("ix_crm_activity_due", "due_on", "id"),
        # The contacts of an account, and the plans of a deal: found without asking where either stands.
        Index("ix_crm_activity_account", "account_id", "state", "archived_at", "done_at"),
        # Where the plans stand is in it too, so that for all deals of a province no row of theirs is read.
        Index(
            "ix_crm_activity_opportunity", "opportunity_id", "state", "archived_at", "due_on", "province_id", "city_id"
        ),
        CheckConstraint("cost >= 0", name="cost"),
    )
    code: str = derived_text(40)
    subject: str = text(200, required=True)
    kind: str = choice(
        "visit", "call", "meeting", "message", "task", "other", default="task", labels={"call": "Phone call"}
    )
    weapon_id: int | None = ref("crm_weapon.id")
    weapon_version_id: int | None = ref("crm_weapon_version.id", index=False)
    step_id: int | None = ref("crm_step.id", index=False, label="Purchase step")
    approval: str = choice(*APPROVALS, default="none", label="Approval", labels={"none": "Not asked for"})
    account_id: int | None = ref("crm_account.id", index=False)
    opportunity_id: int | None = ref("crm_opportunity.id", index=False)
    starts_at: datetime | None = instant(label="Starts at")
    due_on: date | None = day(label="Due on")
    done_at: datetime | None = instant(label="Done at", status=True)
    state: str = choice("planned", "done", "dropped", default="planned", status=True)
    purpose: str | None = text(200)
    result: str | None = long_text()
    cost: int | None = money()
    next_step: str | None = text(200)
    next_step_on: date | None = day(label="Next step on")


def urgency(state: str, due_on: date | None, today: date) -> Urgency:
    """How an activity stands on a day. A plan without a day is never overdue."""
    if state == "done":
        return "done"
    if state == "dropped":
        return "dropped"
    if due_on is None or due_on > today:
        return "planned"
    return "today" if due_on == today else "overdue"


def due_on(today: date) -> ColumnElement[bool]:
    """What is planned for the day."""
    return and_(col(Activity.state) == "planned", col(Activity.due_on) == today)


def activities_of(account_id: int) -> ColumnElement[bool]:
    """The condition that an activity is with this account, as its first or as a further one."""
    linked = select(col(ActivityAccount.activity_id)).where(
        col(ActivityAccount.account_id) == account_id, col(ActivityAccount.archived_at).is_(None)
    )
    return or_(col(Activity.account_id) == account_id, col(Activity.id).in_(linked))
