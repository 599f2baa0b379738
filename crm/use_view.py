"""What an activity's page knows of the use of a weapon that it is: five statements, whatever hangs on it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.i18n import pick
from crm.activities import Activity
from crm.activity_links import ActivityAccount, ActivityPerson, ActivityUser
from crm.evidence import missing_evidence
from crm.files import files_of
from crm.steps import Step
from crm.weapon_versions import WeaponVersion
from crm.weapons import Weapon

# The uses of the same weapon in the same city that the median is of: the newest within a year.
YEAR, MOST_USES, FEWEST = timedelta(days=365), 1000, 5


@dataclass(frozen=True)
class UseView:
    """`version` is the weapon as it was; amounts in fen. `median` is of `median_n` uses that the reader sees."""

    weapon: Weapon
    version: int | None
    step: str
    accounts: int
    ours: int
    levels: tuple[tuple[str | None, int], ...]
    heads: int
    cost: int | None
    median: int | None
    median_n: int
    asked: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def cost_a_head(self) -> int | None:
        return _a_head(self.cost, self.heads)


def use_of(session: ActorSession, activity: Activity) -> UseView | None:
    """None where it is no use."""
    weapon = session.get(Weapon, activity.weapon_id) if activity.weapon_id else None
    if weapon is None:
        return None
    levels = _levels(session, activity.id)
    version, step, accounts, ours = _facts(session, activity)
    median, n = median_a_head(session, activity)
    asked = tuple((version.definition if version else {}).get("evidence_kinds") or weapon.evidence_kinds or ())
    there = [file.evidence for file in files_of(session, "crm.activity", [activity.id])] if asked else []
    return UseView(
        weapon=weapon, version=version.number if version else None,
        step=pick(step.name_zh, step.name_en) if step else "", accounts=accounts + bool(activity.account_id), ours=ours,
        levels=levels, heads=sum(count for _level, count in levels), cost=activity.cost, median=median, median_n=n,
        asked=asked, missing=missing_evidence(asked, there),
    )  # fmt: skip


def _facts(session: ActorSession, activity: Activity) -> tuple[WeaponVersion | None, Step | None, int, int]:
    counts = (_count(ActivityAccount, activity.id), _count(ActivityUser, activity.id))
    statement = (
        select(WeaponVersion, Step, *counts)
        .select_from(Activity)
        .outerjoin(WeaponVersion, col(WeaponVersion.id) == col(Activity.weapon_version_id))
        .outerjoin(Step, col(Step.id) == col(Activity.step_id))
        .where(col(Activity.id) == activity.id)
    )
    version, step, accounts, ours = session.execute(statement).one()
    return version, step, accounts, ours


def _count(tie: Any, activity_id: int) -> Any:
    own = select(func.count()).where(col(tie.activity_id) == activity_id, col(tie.archived_at).is_(None))
    return own.select_from(tie).scalar_subquery()


def _levels(session: ActorSession, activity_id: int) -> tuple[tuple[str | None, int], ...]:
    """How many people were reached at each level, from the top down."""
    reached = (
        select(col(ActivityPerson.level), func.count())
        .where(col(ActivityPerson.activity_id) == activity_id, col(ActivityPerson.archived_at).is_(None))
        .group_by(col(ActivityPerson.level))
    )
    order = {"decision": 0, "management": 1, "operating": 2}
    found = [(row[0], row[1]) for row in session.execute(reached)]
    return tuple(sorted(found, key=lambda pair: order.get(pair[0] or "", 3)))


def median_a_head(session: ActorSession, activity: Activity) -> tuple[int | None, int]:
    """The median of the cost a head over other done uses of this weapon in the activity's city, as the reader sees
    them; None of fewer than `FEWEST`."""
    heads = func.count(col(ActivityPerson.person_id))
    statement = (
        select(col(Activity.cost), heads)
        .join(ActivityPerson, col(ActivityPerson.activity_id) == col(Activity.id))
        .where(
            col(Activity.weapon_id) == activity.weapon_id, col(Activity.city_id) == activity.city_id,
            col(Activity.state) == "done", col(Activity.archived_at).is_(None), col(Activity.cost).is_not(None),
            col(Activity.done_at) >= clock.now() - YEAR, col(Activity.id) != activity.id,
            col(ActivityPerson.archived_at).is_(None),
        )
        .group_by(col(Activity.id), col(Activity.cost))
        .order_by(col(Activity.id).desc())
        .limit(MOST_USES)
    )  # fmt: skip
    found = sorted(_a_head(cost, count) or 0 for cost, count in session.execute(statement))
    if len(found) < FEWEST:
        return None, len(found)
    return (found[(len(found) - 1) // 2] + found[len(found) // 2] + 1) // 2, len(found)


def _a_head(cost: int | None, heads: int) -> int | None:
    return (2 * cost + heads) // (2 * heads) if cost is not None and heads else None
