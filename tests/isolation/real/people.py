"""The people of the world: units, roles, users, their firms, and who stands in for whom."""

from core.access import Level
from core.record import PLACE_COLUMNS
from core.registry import registry
from tests.isolation.real.rows import World

UNITS = (  # code, kind, parent
    ("province", "province", None), ("city1", "city", "province"), ("city2", "city", "province"),
    ("county1", "county", "city1"), ("county2", "county", "city2"), ("grid1", "grid", "county1"),
    ("team1", "team", "grid1"), ("team2", "team", "county1"), ("team3", "team", "county2"),
    ("elsewhere", "province", None), ("team9", "team", "elsewhere"),
)  # fmt: skip
USERS = (  # user name, unit, roles
    ("am1", "team1", "account_manager"), ("am2", "team2", "account_manager"), ("am3", "team3", "account_manager"),
    ("coowner", "team3", "account_manager"), ("deputy", "team2", "account_manager"), ("lead1", "team1", "team_lead"),
    ("grid_lead", "grid1", "team_lead"), ("county_lead", "county1", "team_lead"),
    ("channel1", "city1", "channel_manager"), ("channel2", "city2", "channel_manager"),
    ("executive", "province", "executive"), ("admin", None, "administrator"), ("keeper", None, "data_keeper"),
    ("auditor", None, "auditor"), ("mate", "team1", "team_mate"), ("adrift", None, "team_lead"),
    ("twofold", "county2", "account_manager executive"), ("nobody", "team1", ""), ("far", "team9", "account_manager"),
    ("agent_a", None, "agent_staff"), ("agent_a2", None, "agent_staff"), ("agent_b", None, "agent_staff"),
    ("agent_ended", None, "agent_staff"), ("agent_shut", None, "agent_staff"), ("agent_left", None, "agent_staff"),
    ("agent_torn", None, "agent_staff"), ("agent_inside", None, "agent_staff account_manager"),
    ("guest", "team1", "guest"),
    ("spare", None, ""),
)  # fmt: skip
FIRMS = {"a": "agent_a agent_a2 agent_left agent_inside", "b": "agent_b", "ended": "agent_ended", "shut": "agent_shut"}
ACTORS = tuple(name for name, _unit, _roles in USERS if name not in ("spare", "agent_a2"))
CUSTOM = {
    "guest": {"*": "shared"},
    "auditor": {"*.read": "all"},
    "team_mate": {f"{name}.*": "team" for name in ("core", "crm", "agents", "campaigns")},
}


def people(world: World) -> None:
    _units(world)
    _roles(world)
    for name, unit, _roles_held in USERS:
        world.users[name] = world.add(
            "core_user", username=name, name=name.title(), unit_id=world.units[unit] if unit else None, firm_id=None,
            mobile="13900001111",
        )  # fmt: skip
    _held_roles(world)
    _firms(world)
    _deputies(world)


def _units(world: World) -> None:
    for code, kind, parent in UNITS:
        above = world.rows["core_unit"][world.units[parent]] if parent else dict.fromkeys(PLACE_COLUMNS)
        own = world.units[code] = world.add("core_unit", code=code, kind=kind, name_zh=code, divisions=[])
        places = {**{name: above[name] for name in PLACE_COLUMNS}, f"{kind}_id": own}
        world.rows["core_unit"][own].update(places, parent_id=world.units.get(parent or ""))


def _roles(world: World) -> None:
    """The shipped ones, and those that an administrator made. The archived one grants nothing."""
    shipped = {role.code: role.grants for role in registry().roles()}
    for code, grants in {**shipped, **CUSTOM, "archived": {"*": Level.ALL.name.lower()}}.items():
        world.add("core_role", code=code, name_zh=code, grants=grants, archived_at=None)
    world.rows["core_role"][len(world.rows["core_role"])]["archived_at"] = world.noon


def _held_roles(world: World) -> None:
    codes = {row["code"]: role_id for role_id, row in world.rows["core_role"].items()}
    for name, _unit, held in USERS:
        for code in held.split():
            world.add("core_user_role", user_id=world.users[name], role_id=codes[code])
    world.add("core_user_role", user_id=world.users["nobody"], role_id=codes["archived"])


def _firms(world: World) -> None:
    """One whose agreement has no end, one whose last day is today, one that ended yesterday, one that is archived.

    `agent_left` is no longer on the staff; of `agent_torn` the user's and the staff's row say different firms;
    `agent_inside` was given a role that is meant for people inside.
    """
    ends = {"a": None, "b": world.today, "ended": world.yesterday, "shut": None}
    for name, staff in FIRMS.items():
        gone = world.noon if name == "shut" else None
        firm = world.firms[name] = world.add_owned(
            "agents_firm", "channel1", ends_on=ends[name], archived_at=gone, contact_phone=f"1370000{len(name):04d}"
        )
        for user in staff.split():
            world.rows["core_user"][world.users[user]]["firm_id"] = firm
            left = world.noon if user == "agent_left" else None
            world.add("agents_staff", firm_id=firm, user_id=world.users[user], archived_at=left)
    world.rows["core_user"][world.users["agent_torn"]]["firm_id"] = world.firms["a"]
    world.add("agents_staff", firm_id=world.firms["b"], user_id=world.users["agent_torn"], archived_at=None)
    for owner in ("am1", "am2", "am3", "coowner", "deputy", "lead1", "county_lead", "channel2", "far", None):
        world.add_owned("agents_firm", owner, ends_on=None, archived_at=None, contact_phone="13711112222")
    world.add_owned("agents_firm", "mate", ends_on=None, archived_at=None, **world.place_of(world.units["team3"]))
    for firm in list(world.rows["agents_firm"])[len(FIRMS) :]:
        world.add("agents_staff", firm_id=firm, user_id=900 + firm, archived_at=None)


LED = (
    ("far", "lead1"), ("far", "grid_lead"), ("far", "county_lead"), ("grid_lead", "far"), ("county_lead", "far"),
    ("am1", "mate"), ("far", "mate"), ("am1", "far"),
)  # fmt: skip


def _deputies(world: World) -> None:
    """The deputy stands in for am3 today. The others are over, to come, taken back, another's, a deputy's own."""
    for absent, deputy, starts_on, ends_on, is_live in (
        ("am3", "deputy", world.today, world.today, True),
        ("am2", "deputy", world.long_ago, world.yesterday, True),
        ("lead1", "deputy", world.tomorrow, world.late, True),
        ("county_lead", "deputy", world.long_ago, world.late, False),
        ("am1", "nobody", world.long_ago, world.late, True),
        ("deputy", "coowner", world.long_ago, world.late, True),
        ("am3", "agent_a", world.long_ago, world.late, True),
        ("guest", "spare", world.long_ago, world.late, True),
        # To come, so that nobody stands in for more people today: who leads whom decides over each of these.
        *((absent, deputy, world.tomorrow, world.late, True) for absent, deputy in LED),
    ):
        world.add(
            "core_deputy", absent_id=world.users[absent], deputy_id=world.users[deputy], starts_on=starts_on,
            ends_on=ends_on, archived_at=None if is_live else world.noon,
        )  # fmt: skip
