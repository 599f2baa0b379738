"""What follows from the demo's activities being uses of weapons: version, step of that day, levels of whom they met."""

from bisect import bisect_right
from collections.abc import Iterable

from core.bulk import Values
from crm.demo.course import passed
from crm.demo.planter import Planter
from crm.demo.shapes import Activity, Deal, KeyPerson
from crm.weapon_versions import current_versions

Course = tuple[list[int], list[str | None]]
Standings = dict[tuple[str, str], Values]


def courses(deals: Iterable[Deal]) -> dict[str, Course]:
    """By deal: the days on which its stages began, and the purchase step of each."""
    ways = {deal.code: passed(deal) for deal in deals}
    return {code: ([starts for _s, starts, _e in way], [s.step for s, _b, _e in way]) for code, way in ways.items()}


def use_of(made: Planter, row: Activity, known: dict[str, Course]) -> Values:
    weapon_id = made.ref("weapon", row.weapon)
    return {
        "weapon_id": weapon_id,
        "weapon_version_id": current_versions(made.session).get(weapon_id),
        "step_id": made.ref("step", _step(row, known)),
    }


def _step(row: Activity, known: dict[str, Course]) -> str | None:
    return step_on(row.deal, row.day, known) if row.state == "done" else None


def step_on(deal: str | None, day: int, known: dict[str, Course]) -> str | None:
    """The purchase step in which the client stood that day."""
    if deal not in known:
        return None
    starts, steps = known[deal]
    return steps[max(0, bisect_right(starts, day) - 1)]


def standings(people: Iterable[KeyPerson]) -> Standings:
    return {(row.account, row.name): {"level": row.level, "function": row.function} for row in people}


def standing_of(row: Activity, name: str, known: Standings) -> Values:
    """Of the person of that name at the first of the activity's accounts that has one."""
    return next(known[key, name] for key in row.accounts if (key, name) in known)
