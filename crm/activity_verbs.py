"""What can be done with an activity: how it is completed, finished, dropped and planned again, and its form."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import event

from core import clock
from core.access import any_of, owned, through, via
from core.db import ActorSession
from core.entity import Entity, Section, Verb
from core.errors import Invalid
from core.i18n import N_, _
from crm.activities import Activity
from crm.activity_joining import ADD_ACCOUNT, ADD_PERSON, ADD_USER
from crm.commitment_verbs import release_of
from crm.limits import COUNT, keep_within
from crm.opportunities import Opportunity
from crm.tables import base36
from crm.use_facts import demand_approval, demand_as_asked, demand_done, keep_standing, settle_step, settle_version


def complete(session: Any, activity: Activity) -> None:
    """A start says the day; a deal says the account."""
    keep_within(activity, cost=COUNT)
    activity.code = activity.code or f"A{base36(activity.id)}"
    if activity.starts_at and not activity.due_on:
        activity.due_on = clock.local(activity.starts_at).date()
    if activity.opportunity_id and not activity.account_id:
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
