"""Further accounts, the key persons and our own people of an activity."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.entity import Verb
from core.fields import choice, ref
from core.i18n import N_
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


def add_account(session: Any, activity: Any, *, account_id: int) -> None:
    """Add one more account; the first one stands on the activity itself."""
    if activity.account_id is None:
        activity.account_id = account_id
    elif activity.account_id != account_id and account_id not in accounts_of(session, activity):
        session.add(ActivityAccount(activity_id=activity.id, account_id=account_id))


def add_person(session: Any, activity: Any, *, person_id: int) -> None:
    if person_id in persons_of(session, activity):
        return
    from crm.key_persons import KeyPerson
    from crm.use_facts import demand_shares

    demand_shares(session, activity, [person_id])
    person = session.get(KeyPerson, person_id)
    standing = {"level": person.level, "function": person.function} if person else {}
    session.add(ActivityPerson(activity_id=activity.id, person_id=person_id, **standing))


def add_user(session: Any, activity: Any, *, user_id: int) -> None:
    if user_id not in users_of(session, activity):
        session.add(ActivityUser(activity_id=activity.id, user_id=user_id))


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


ADD_ACCOUNT = Verb("add_account", N_("Add an account"), add_account, (ActivityAccount.account_id,), icon="building-2")
ADD_PERSON = Verb("add_person", N_("Add a key person"), add_person, (ActivityPerson.person_id,), icon="user-plus")
ADD_USER = Verb("add_user", N_("Add a colleague"), add_user, (ActivityUser.user_id,), icon="user-plus")
