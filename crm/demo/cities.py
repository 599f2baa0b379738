"""The carrier's 21 city companies with their counties, teams and people, beside those written by hand."""

from collections.abc import Iterator
from functools import cache

from crm.demo import names
from crm.demo.shapes import Unit, User
from crm.demo.tables import Row, table
from crm.reference.divisions import divisions
from crm.reference.kinds import Text

BY_HAND = ("GZ", "FS")
# Where the further account managers of the two cities written by hand work: some of them for the leader.
SEATS = {"GZ": ("GZ-T-K1", "GZ-T-K1", "GZ-E", "GZ-N"), "FS": ("FS-S-K1", "FS-N-K1")}
MANAGER = Text(zh="客户经理", en="Account manager")
LEADER = Text(zh="政企组组长", en="Team leader")
CHANNEL = Text(zh="渠道经理", en="City channel manager")


@cache
def cities() -> tuple[Row, ...]:
    return table("cities")


@cache
def counties(city: str) -> tuple[str, ...]:
    """Codes of the counties of a city; two cities have none."""
    return tuple(row.code for row in divisions() if row.parent == city)


def further_units() -> Iterator[Unit]:
    for row in cities():
        if row["letters"] not in BY_HAND:
            yield from _units(row["letters"], row["city"])


def _units(letters: str, city: str) -> Iterator[Unit]:
    named = {row.code: row for row in divisions()}
    name = Text(zh=named[city].zh.removesuffix("市"), en=named[city].en)
    yield Unit(letters, "GD", "city", Text(zh=f"{name.zh}分公司", en=name.en), (city,))
    for place, code in enumerate(counties(city)[:2], start=1):
        county = Text(zh=f"{named[code].zh}分公司", en=named[code].en)
        yield Unit(f"{letters}-{place}", letters, "county", county, (code,))
    team = Text(zh=f"{name.zh}政企组", en=f"{name.en} Group-Client Team")
    yield Unit(f"{letters}-K1", letters, "team", team, (city,))


def further_users() -> Iterator[User]:
    for row in cities():
        letters = row["letters"]
        boss = "exec" if letters in BY_HAND else f"{letters.lower()}-lead"
        if boss != "exec":
            yield User(boss, names.person(boss), LEADER, f"{letters}-K1", "team_leader", None, "exec")
        for place, login in enumerate(managers(letters, int(row["managers"]))):
            seat = SEATS[letters][place] if letters in BY_HAND else f"{letters}-K1"
            leader = "lead" if seat == "GZ-T-K1" else boss
            yield User(login, names.person(login), MANAGER, seat, "account_manager", None, leader)
    yield User("sz-channel", names.person("sz-channel"), CHANNEL, "SZ", "channel_manager", None, "exec")


def managers(letters: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letters.lower()}{place}" for place in range(1, count + 1))
