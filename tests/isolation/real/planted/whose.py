"""Who owns the records of the world, who works them besides, and what was handed to which firm."""

from tests.isolation.real.rows import Values, World

# Who owns something. `None` is a record without an owner; `mate` has left the place where the records still stand.
OWNERS = ("am1", "am2", "am3", "deputy", "lead1", "county_lead", None, "far", "channel2", None, "mate", "adrift")
GONE = 999  # the id of a record that is there no more
VOID = len(OWNERS) + 1  # an account without owner and co-owners
NEAR = {"am1": 1, "deputy": 4, "adrift": 12}  # the own account of one of each kind of actor
TIES = (  # account, co-owner, in force
    (9, "am1", True), (9, "deputy", True), (9, "coowner", True), (8, "am1", True), (8, "agent_inside", True),
    (10, "am3", True), (10, "mate", True), (7, "am2", True), (7, "lead1", True), (7, "county_lead", True),
    (10, "guest", True), (7, "am1", False), (7, "deputy", False), (7, "coowner", False), (7, "mate", False),
)  # fmt: skip
HANDOVERS = (  # account, firm, until, accepted, revoked, archived, contracts, tenders
    (1, "a", "tomorrow", True, False, False, True, True), (2, "a", "today", False, False, False, True, False),
    (3, "a", "yesterday", True, False, False, True, True), (4, "a", "tomorrow", True, True, False, True, True),
    (5, "a", "tomorrow", True, False, True, True, True), (6, "b", "tomorrow", True, False, False, False, True),
    (7, "ended", "tomorrow", True, False, False, True, True), (8, "shut", "tomorrow", True, False, False, True, True),
    (2, "b", "tomorrow", True, False, False, False, False), (9, "a", "tomorrow", True, False, False, False, False),
    (10, "b", "tomorrow", False, False, False, True, True), (11, "b", "today", True, False, False, True, True),
    (12, "b", "today", True, False, False, True, True),
)  # fmt: skip


def moved_with(world: World, owner: str | None) -> Values:
    """`mate` has left the place where the records still stand."""
    return world.place_of(world.units["team3"]) if owner == "mate" else {}


def first_of(world: World, table: str, owner: str) -> int:
    return next(key for key, row in world.rows[table].items() if row["owner_id"] == world.users[owner])
