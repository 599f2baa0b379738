"""Approvals of each kind of owner and seat, and schedules of each kind of maker and reader."""

from tests.isolation.real.hanging import ASKED_ABOUT, STRAY
from tests.isolation.real.planted.whose import GONE, OWNERS, moved_with
from tests.isolation.real.rows import World


def approvals(world: World) -> None:
    """Of each owner, with a seat of nobody's; of nobody, with a seat of each and a later one; of who has moved; about
    each record of the kinds that are asked about."""
    for owner in (*OWNERS, "channel1", "executive", "nobody", "keeper"):
        request = world.add_owned("core_approval", owner, slot=None, **moved_with(world, owner))
        world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])
    for user in (*filter(None, OWNERS), "grid_lead", "channel1", "executive", "nobody", "keeper", "twofold"):
        request = world.add_owned("core_approval", None, slot=None)
        world.add("core_approval_seat", approval_id=request, user_id=world.users[user], state="asked")
        world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])
    for owner in ("lead1", "grid_lead", "county_lead", "executive", "twofold"):
        request = world.add_owned("core_approval", owner, slot=None, **world.place_of(world.units["team9"]))
        world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])
    for entity, table in (*ASKED_ABOUT.items(), (STRAY, "crm_activity")):
        for record in (*world.rows[table], GONE):
            request = world.add_owned("core_approval", None, slot=None, entity=entity, record_id=record)
            world.add("core_approval_seat", approval_id=request, user_id=world.users["spare"])


def schedules(world: World) -> None:
    """By their makers; read by one of each kind of actor, and by somebody whose line has ended."""
    for owner in OWNERS:
        world.add_owned("reports_schedule", owner, month_day=1, **moved_with(world, owner))
    for schedule in world.rows["reports_schedule"]:
        world.add("reports_schedule_reader", schedule_id=schedule, user_id=world.users["spare"], archived_at=None)
    for schedule, name, is_live in (
        (2, "am1", True),
        (8, "deputy", True),
        (3, "mate", True),
        (8, "am1", False),
        (2, "deputy", False),
        (6, "coowner", True),
        (2, "coowner", False),
    ):
        gone = None if is_live else world.noon
        world.add("reports_schedule_reader", schedule_id=schedule, user_id=world.users[name], archived_at=gone)
