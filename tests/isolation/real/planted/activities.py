"""Activities by their first account, by a further one, by their owner; and both sides of every tie."""

from tests.isolation.real.planted.whose import NEAR, OWNERS, VOID, first_of, moved_with
from tests.isolation.real.rows import World


def activities(world: World) -> None:
    """By their first account, by a further one, by their owner."""
    accounts = list(world.rows["crm_account"])
    firsts = [world.add_owned("crm_activity", None, account_id=account) for account in accounts]
    linked = {world.add_owned("crm_activity", None, account_id=None): account for account in accounts}
    owned = []
    for owner in (*OWNERS, "channel1"):
        owned.append(world.add_owned("crm_activity", owner, account_id=None, **moved_with(world, owner)))
    for activity, account in [*linked.items(), *((a, VOID) for a in (*firsts[:-1], *list(linked)[:-1], *owned))]:
        world.add("crm_activity_account", activity_id=activity, account_id=account, archived_at=None)
    for activity in world.rows["crm_activity"]:
        world.add("crm_activity_person", activity_id=activity, person_id=VOID, archived_at=None)
        world.add("crm_activity_user", activity_id=activity, user_id=world.users["spare"], archived_at=None)
        world.add("crm_check_in", activity_id=activity, user_id=world.users["spare"], archived_at=None)
    _crossed_activities(world)
    _commitments(world)


def _commitments(world: World) -> None:
    """On one activity, which they keep from being put away."""
    last = max(world.rows["crm_activity"])
    for account in world.rows["crm_account"]:
        world.add_owned("crm_commitment", None, account_id=account, amount=1, activity_id=last)
    for owner in OWNERS:
        world.add_owned(
            "crm_commitment", owner, account_id=VOID, amount=1, activity_id=last, **moved_with(world, owner)
        )


def _crossed_activities(world: World) -> None:
    """Where a rule asks for both sides of a tie: each side of every kind, beside the other within reach."""
    own = {name: first_of(world, "crm_activity", name) for name in NEAR}
    for name, near in NEAR.items():
        for activity in world.rows["crm_activity"]:
            world.add("crm_activity_person", activity_id=activity, person_id=near, archived_at=None)
            world.add("crm_activity_account", activity_id=activity, account_id=near, archived_at=world.noon)
        for user in world.rows["core_user"]:
            world.add("crm_check_in", activity_id=own[name], user_id=user, archived_at=world.noon)
        for number in world.rows["crm_account"]:
            world.add("crm_activity_person", activity_id=own[name], person_id=number, archived_at=world.noon)
            world.add("crm_activity_account", activity_id=own[name], account_id=number, archived_at=world.noon)
    for name in (*NEAR, "mate"):
        for activity in world.rows["crm_activity"]:
            world.add("crm_check_in", activity_id=activity, user_id=world.users[name], archived_at=world.noon)
