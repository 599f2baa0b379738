"""What follows from an activity being the use of a weapon: its version, its purchase step, whom it reached as what.

All of it is derived, so that logging a call or a visit asks for nothing more.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import get_history
from sqlmodel import col

from core import clock
from core.access import Level
from core.errors import Invalid
from core.i18n import _, pick
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.ceilings import BOUND
from crm.commitment_verbs import demand_open
from crm.commitments import commitments_of
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.stage_moves import StageMove
from crm.stages import stages
from crm.weapon_versions import current_versions
from crm.weapons import Weapon


def settle_version(session: Any, activity: Activity) -> None:
    """The version it was made under: that of the day on which it was planned, or logged."""
    if get_history(activity, "weapon_id").has_changes() or not activity.weapon_version_id:
        activity.weapon_version_id = current_versions(session).get(activity.weapon_id) if activity.weapon_id else None


def demand_approval(session: Any, activity: Activity) -> None:
    """Some weapons are carried out only once their request is approved; each says so of itself (`needs_approval`)."""
    weapon = session.get(Weapon, activity.weapon_id or 0)
    if weapon is None or not weapon.needs_approval:
        return
    if activity.approval == "approved":
        _demand_open(session, activity)
        return
    sentence = _("Approval first: {weapon} is done only after its request was approved.",
                 weapon=pick(weapon.name_zh, weapon.name_en))  # fmt: skip
    raise Invalid(sentence, {"weapon": sentence})


def _demand_open(session: Any, activity: Activity) -> None:
    """A tender may have opened since it was approved; what was spent before that was spent."""
    for commitment in commitments_of(session, activity.id):
        if commitment.state == "approved":
            demand_open(session, commitment)


def demand_done(session: Any, activity: Activity) -> None:
    """What is said to be done was approved. Whoever keeps everybody’s data brings in what is past as it was."""
    is_changed = any(get_history(activity, name).has_changes() for name in ("weapon_id", "state"))
    if activity.state != "done" or not is_changed or session.actor.user_id is None:
        return
    is_file = session.info.get("origin") == "import" or not session.info["writes"]
    if not (is_file and session.actor.level("crm.activity.import") >= Level.ALL):
        demand_approval(session, activity)


def demand_as_asked(session: Any, activity: Activity) -> None:
    """Superiors answer, or have answered, for this weapon, this client and this deal, and for the day of a gift."""
    names = ("weapon_id", "account_id", "opportunity_id")
    changed = {name for name in (*names, "due_on") if get_history(activity, name).deleted}
    if activity.approval == "approved" and (changed & {*names} or (changed and _is_shared(session, activity))):
        raise Invalid(_("This is asked for already and stays as it was asked. Take the request back, or ask anew."))
    if activity.archived_at is not None and get_history(activity, "archived_at").has_changes():
        _demand_uncounted(session, activity)
    if activity.approval == "asked" and any(
        get_history(activity, name).deleted for name in (*names, "due_on", "archived_at", "state")
    ):
        raise Invalid(_("This waits for an answer and stays as it was asked. Take the request back first."))


def _demand_uncounted(session: Any, activity: Activity) -> None:
    """What is requested, approved or spent for it counts on; nobody would find it under a use that was put away."""
    if _is_shared(session, activity):
        raise Invalid(_("What was asked for it counts within the ceilings. Give it back first, or drop the activity."))


def demand_shares(session: Any, activity: Activity, person_ids: Iterable[int]) -> None:
    """Gifts, hospitality and trips reach those for whom they were asked; somebody more is asked for anew."""
    weapon = session.get(Weapon, activity.weapon_id or 0)
    if weapon is None or weapon.compliance not in BOUND or activity.approval not in ("asked", "approved"):
        return
    asked = {each.person_id for each in commitments_of(session, activity.id) if each.state != "released"}
    if not asked.issuperset(person_ids):
        raise Invalid(_("Nothing was asked for this person in this use. Ask for more first."))


def _is_shared(session: Any, activity: Activity) -> bool:
    """A campaign's task is approved with the campaign, and holds nothing of a ceiling."""
    return any(each.state != "released" for each in commitments_of(session, activity.id))


def settle_step(session: Any, activity: Activity) -> None:
    """Once it is done, the step in which the client was then. A firm's people do not see the deal, and settle none."""
    if activity.state == "done" and not activity.step_id and activity.opportunity_id:
        activity.step_id = step_of_deal(session, activity.opportunity_id, activity.done_at or clock.now())


def step_of_deal(session: Any, deal_id: int, at: datetime) -> int | None:
    """The client's purchase step at that moment: that of the stage in which the deal stood."""
    deal = session.get(Opportunity, deal_id)
    if deal is None:
        return None
    moved = (
        col(StageMove.opportunity_id) == deal_id,
        col(StageMove.at) > at,
        col(StageMove.from_stage_id).is_not(None),
    )
    order = col(StageMove.at), col(StageMove.id)
    left = session.scalar(select(col(StageMove.from_stage_id)).where(*moved).order_by(*order).limit(1))
    stage = stages(session).get(left or deal.stage_id or 0)
    return stage.step_id if stage else None


def keep_standing(session: Any, activity: Activity) -> None:
    """Level and function of whom it reached, as they are on the day: a promotion later changes no past use."""
    reached = (
        select(ActivityPerson, KeyPerson)
        .join(KeyPerson, col(KeyPerson.id) == col(ActivityPerson.person_id))
        .where(col(ActivityPerson.activity_id) == activity.id, col(ActivityPerson.archived_at).is_(None))
    )
    for tie, person in session.execute(reached):
        stands(tie, person)


def stands(tie: ActivityPerson, person: KeyPerson | None) -> None:
    if person is not None and (tie.level, tie.function) != (person.level, person.function):
        tie.level, tie.function = person.level, person.function
