"""Further accounts, the key persons and our own people of an activity, as rows."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.fields import choice, ref
from core.record import Record
from crm.natures import FUNCTION_LABELS, FUNCTIONS, LEVEL_LABELS, LEVELS
from crm.tables import live_unique


class ActivityAccount(Record, table=True):
    __tablename__ = "crm_activity_account"
    __table_args__ = (live_unique("uq_crm_activity_account", "activity_id", "account_id"),)
    activity_id: int = ref("crm_activity.id", required=True)
    account_id: int = ref("crm_account.id", required=True)


class ActivityPerson(Record, table=True):
    """`level` and `function` are the person's on the day of the activity."""

    __tablename__ = "crm_activity_person"
    __table_args__ = (live_unique("uq_crm_activity_person", "activity_id", "person_id"),)
    activity_id: int = ref("crm_activity.id", required=True)
    person_id: int = ref("crm_key_person.id", required=True, label="Key person")
    level: str | None = choice(*LEVELS, label="Post level", labels=LEVEL_LABELS)
    function: str | None = choice(*FUNCTIONS, labels=FUNCTION_LABELS)


class ActivityUser(Record, table=True):
    """Somebody of ours who took part beside the owner."""

    __tablename__ = "crm_activity_user"
    __table_args__ = (live_unique("uq_crm_activity_user", "activity_id", "user_id"),)
    activity_id: int = ref("crm_activity.id", required=True)
    user_id: int = ref("core_user.id", required=True, label="Colleague")


def accounts_of(session: Any, activity: Any) -> list[int]:
    """Ids of all accounts of the activity, the first one first."""
    further = select(col(ActivityAccount.account_id)).where(
        col(ActivityAccount.activity_id) == activity.id, col(ActivityAccount.archived_at).is_(None)
    )
    first = [activity.account_id] if activity.account_id else []
    return first + list(session.scalars(further.order_by(col(ActivityAccount.id))))


def persons_of(session: Any, activity: Any) -> list[int]:
    met = select(col(ActivityPerson.person_id)).where(
        col(ActivityPerson.activity_id) == activity.id, col(ActivityPerson.archived_at).is_(None)
    )
    return list(session.scalars(met.order_by(col(ActivityPerson.id))))


def users_of(session: Any, activity: Any) -> list[int]:
    """Ids of our people who took part beside the owner."""
    ours = select(col(ActivityUser.user_id)).where(
        col(ActivityUser.activity_id) == activity.id, col(ActivityUser.archived_at).is_(None)
    )
    return list(session.scalars(ours.order_by(col(ActivityUser.id))))
