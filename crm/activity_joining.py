"""Who joins an activity: one more account, a key person, a colleague."""

from typing import Any

from core.entity import Verb
from core.i18n import N_
from crm.activities import Activity
from crm.activity_links import ActivityAccount, ActivityPerson, ActivityUser, accounts_of, persons_of, users_of
from crm.key_persons import KeyPerson
from crm.use_facts import demand_shares


def add_account(session: Any, activity: Activity, *, account_id: int) -> None:
    """Add one more account; the first one stands on the activity itself."""
    if activity.account_id is None:
        activity.account_id = account_id
    elif activity.account_id != account_id and account_id not in accounts_of(session, activity):
        session.add(ActivityAccount(activity_id=activity.id, account_id=account_id))


def add_person(session: Any, activity: Activity, *, person_id: int) -> None:
    if person_id in persons_of(session, activity):
        return
    demand_shares(session, activity, [person_id])
    person = session.get(KeyPerson, person_id)
    standing = {"level": person.level, "function": person.function} if person else {}
    session.add(ActivityPerson(activity_id=activity.id, person_id=person_id, **standing))


def add_user(session: Any, activity: Activity, *, user_id: int) -> None:
    if user_id not in users_of(session, activity):
        session.add(ActivityUser(activity_id=activity.id, user_id=user_id))


ADD_ACCOUNT = Verb("add_account", N_("Add an account"), add_account, (ActivityAccount.account_id,), icon="building-2")
ADD_PERSON = Verb("add_person", N_("Add a key person"), add_person, (ActivityPerson.person_id,), icon="user-plus")
ADD_USER = Verb("add_user", N_("Add a colleague"), add_user, (ActivityUser.user_id,), icon="user-plus")
