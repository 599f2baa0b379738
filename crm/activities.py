"""Activities: one record for what was planned or done with a client, whatever the weapon."""

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, event, or_, select
from sqlmodel import col

from core import clock
from core.access import any_of, owned, through, via
from core.db import ActorSession
from core.entity import Entity, Section, Verb
from core.errors import Invalid
from core.fields import choice, day, instant, long_text, money, ref, text
from core.i18n import N_, _
from core.record import Owned
from crm.activity_links import ADD_ACCOUNT, ADD_PERSON, ADD_USER, ActivityAccount
from crm.limits import COUNT, keep_within
from crm.tables import base36, derived_text, live_index, live_unique
from crm.use_facts import demand_approval, demand_as_asked, demand_done, keep_standing, settle_step, settle_version

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
        Index("ix_crm_activity_opportunity", "opportunity_id", "state", "archived_at", "due_on"),
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


def complete(session: Any, activity: Activity) -> None:
    """A start says the day; a deal says the account."""
    keep_within(activity, cost=COUNT)
    activity.code = activity.code or f"A{base36(activity.id)}"
    if activity.starts_at and not activity.due_on:
        activity.due_on = clock.local(activity.starts_at).date()
    if activity.opportunity_id and not activity.account_id:
        from crm.opportunities import Opportunity

        deal = session.get(Opportunity, activity.opportunity_id)
        activity.account_id = deal.account_id if deal else None
    demand_as_asked(session, activity)
    demand_done(session, activity)
    settle_version(session, activity)
    settle_step(session, activity)


@event.listens_for(ActorSession, "before_flush")
def _hold(session: ActorSession, _context: Any, _instances: Any) -> None:
    """Whatever way a use is written: a form, a verb, an undo, a report from the field."""
    for row in (*session.new, *session.dirty):
        if isinstance(row, Activity):
            demand_as_asked(session, row)
            demand_done(session, row)


def finish(
    session: Any,
    activity: Activity,
    *,
    result: str | None = None,
    cost: int | None = None,
    next_step: str | None = None,
    next_step_on: date | None = None,
    done_at: datetime | None = None,
) -> None:
    """Log it as done; what is left out stays as it was planned."""
    _demand_planned(activity)
    demand_approval(session, activity)
    activity.state, activity.done_at = "done", done_at or clock.now()
    activity.result = result or activity.result
    activity.cost = activity.cost if cost is None else cost
    activity.next_step, activity.next_step_on = next_step or activity.next_step, next_step_on or activity.next_step_on
    settle_step(session, activity)
    keep_standing(session, activity)


def drop(session: Any, activity: Activity, *, result: str | None = None) -> None:
    """What was approved for it is released; a request that waits is taken back first."""
    from crm.commitments import release_of

    _demand_planned(activity)
    if activity.approval == "asked":
        raise Invalid(_("This waits for an answer and stays as it was asked. Take the request back first."))
    release_of(session, activity.id)
    activity.state, activity.result = "dropped", result or activity.result


def plan_again(_session: Any, activity: Activity, *, due_on: date | None = None) -> None:
    if activity.state == "planned":
        raise Invalid(_("This activity is planned already."))
    activity.state, activity.done_at, activity.step_id = "planned", None, None
    activity.due_on = due_on or activity.due_on


def _demand_planned(activity: Activity) -> None:
    if activity.state != "planned":
        raise Invalid(_("This activity is not planned any more."))


def _is_planned(activity: Activity) -> bool:
    return activity.state == "planned"


ACTIVITY = Entity(
    stem="crm.activity",
    model=Activity,
    label=N_("Activity"),
    plural=N_("Activities"),
    rule=owned(
        also=any_of(
            via("account_id", "crm_account"),
            through("crm_activity_account", "activity_id", "account_id", "crm_account"),
        )
    ),
    key=(Activity.code,),
    columns=(
        Activity.subject,
        Activity.account_id,
        Activity.weapon_id,
        Activity.kind,
        Activity.due_on,
        Activity.state,
        Activity.owner_id,
    ),
    form=(
        Section(
            N_("Plan"),
            (
                Activity.subject,
                Activity.kind,
                Activity.weapon_id,
                Activity.account_id,
                Activity.opportunity_id,
                Activity.owner_id,
                Activity.starts_at,
                Activity.due_on,
                Activity.purpose,
            ),
        ),
        Section(
            N_("Outcome"), (Activity.result, Activity.step_id, Activity.cost, Activity.next_step, Activity.next_step_on)
        ),
    ),
    title=Activity.subject,
    search=(Activity.subject, Activity.code, Activity.account_id),
    facets=(Activity.state, Activity.kind, Activity.weapon_id, Activity.owner_id),
    sums=(Activity.cost,),
    order=Activity.due_on,
    verbs=(
        Verb(
            "finish",
            N_("Mark as done"),
            finish,
            (Activity.result, Activity.cost, Activity.next_step, Activity.next_step_on),
            _is_planned,
            tone="ok",
        ),
        Verb("drop", N_("Drop"), drop, (Activity.result,), _is_planned, icon="circle-x"),
        Verb(
            "plan_again",
            N_("Plan again"),
            plan_again,
            (Activity.due_on,),
            lambda a: a.state != "planned",
            icon="rotate-ccw",
        ),
        ADD_ACCOUNT,
        ADD_PERSON,
        ADD_USER,
    ),
    complete=complete,
)
