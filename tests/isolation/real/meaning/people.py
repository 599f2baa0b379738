"""What the rules of people, their deputies and targets mean, and of what everybody reads."""

from tests.isolation.real.asking import OWN, SUBTREE, Ask
from tests.isolation.real.meaning.clients import of_opportunity
from tests.isolation.real.rows import Values


def configuration(ask: Ask, _row: Values) -> bool:
    return ask.verb == "read" and not ask.me.is_outside


def win_chance(ask: Ask, row: Values) -> bool:
    """Read with its deal; the daily work alone writes it."""
    return ask.verb == "read" and of_opportunity(ask, row)


def public(ask: Ask, _row: Values) -> bool:
    return ask.verb == "read"


def user(ask: Ask, row: Values) -> bool:
    colleague = ask.me.is_outside and ask.me.firm is not None and row["firm_id"] == ask.me.firm
    return configuration(ask, row) or (ask.verb == "read" and colleague)


def deputy(ask: Ask, row: Values) -> bool:
    """Who is away names the deputy; both see it. A deputy cannot pass the right on.

    SUBTREE: a lead sees those of people below, and names one of them for another.
    """
    if ask.level < OWN:
        return False
    if row["absent_id"] == ask.me.id or (ask.verb == "read" and row["deputy_id"] == ask.me.id):
        return True
    is_below = ask.level == SUBTREE and _is_below(ask, row["absent_id"])
    return is_below and (ask.verb == "read" or _is_below(ask, row["deputy_id"]))


def _is_below(ask: Ask, user_id: int) -> bool:
    unit = ask.me.unit
    stands = ask.world.rows["core_unit"].get(ask.world.rows["core_user"].get(user_id, {}).get("unit_id") or 0)
    return unit is not None and stands is not None and stands[f"{unit['kind']}_id"] == unit["id"]


def reassignment(ask: Ask, row: Values) -> bool:
    """SUBTREE: what was reassigned from people of one's unit and below."""
    return ask.level == SUBTREE and _is_below(ask, row["from_id"])


def forecast_freeze(ask: Ask, row: Values) -> bool:
    """A unit's sum is read by whoever reads all deals below it: at SUBTREE in both rights. It is written by nobody."""
    unit, deals = ask.me.unit, ask.me.level("crm.opportunity.read")
    below = ask.world.rows["core_unit"].get(row["unit_id"])
    reads = ask.verb == "read" and min(ask.level, deals) >= SUBTREE
    return bool(reads and unit and below and below[f"{unit['kind']}_id"] == unit["id"])


def target(ask: Ask, row: Values) -> bool:
    """One's own, and to read one's unit's; SUBTREE: of all units and people below."""
    unit = ask.me.unit
    if ask.level == SUBTREE and unit:
        aimed_at = ask.world.rows["core_user"].get(row["for_user_id"] or 0, {}).get("unit_id") or row["for_unit_id"]
        below = ask.world.rows["core_unit"].get(aimed_at or 0)
        return below is not None and below[f"{unit['kind']}_id"] == unit["id"]
    units = unit is not None and ask.verb == "read" and ask.level >= OWN and row["for_unit_id"] == unit["id"]
    return units or ask.is_mine(row["for_user_id"])
