"""What the rules of outside firms mean, of what is handed to them, and of campaigns and their tasks."""

from tests.isolation.real.asking import Ask
from tests.isolation.real.meaning.activities import follows, of_activity, reaches_person
from tests.isolation.real.meaning.clients import of_account, owned
from tests.isolation.real.rows import Values


def firm(ask: Ask, row: Values) -> bool:
    return owned(ask, row) or (ask.verb == "read" and ask.me.is_outside and row["id"] == ask.me.firm)


def staff(ask: Ask, row: Values) -> bool:
    above = ask.world.rows["agents_firm"].get(row["firm_id"])
    colleague = ask.verb == "read" and ask.me.is_outside and ask.me.firm is not None and row["firm_id"] == ask.me.firm
    return (above is not None and owned(ask, above)) or colleague


def handover(ask: Ask, row: Values) -> bool:
    return of_account(ask, row) or (ask.verb == "read" and ask.is_handed(row))


def handover_person(ask: Ask, row: Values) -> bool:
    """A tick shows the person to a firm, so whoever ticks reaches the person too."""
    above = ask.world.rows["agents_handover"].get(row["handover_id"])
    return above is not None and handover(ask, above) and (not ask.writes or reaches_person(ask, row))


def of_campaign(ask: Ask, row: Values) -> bool:
    above = ask.world.rows["campaigns_campaign"].get(row["campaign_id"])
    return above is not None and owned(ask, above)


def campaign(ask: Ask, row: Values) -> bool:
    is_task = ask.verb == "read" and row["id"] in {task["campaign_id"] for task in ask.tasks()}
    return owned(ask, row) or (is_task and ask.me.is_outside)


def task(ask: Ask, row: Values) -> bool:
    """Read by whoever reaches the campaign or the activity. A task gives both to a firm, so writing takes both.

    A firm reports on its tasks, and makes the one that follows one of them.
    """
    is_firms = ask.me.is_outside and ask.me.firm is not None and row["firm_id"] == ask.me.firm
    if ask.verb in ("read", "update") and is_firms and not row["archived_at"]:
        return True
    if ask.writes:
        return (of_campaign(ask, row) and of_activity(ask, row)) or (ask.verb == "create" and _is_next_task(ask, row))
    return of_campaign(ask, row) or of_activity(ask, row)


def _is_next_task(ask: Ask, row: Values) -> bool:
    before = next((task for task in ask.tasks() if task["id"] == row.get("follows_id")), None)
    if before is None or not ask.me.is_outside:
        return False
    visits = ask.world.rows["crm_activity"]
    same = row["campaign_id"] == before["campaign_id"] and row["firm_id"] == before["firm_id"]
    return same and row["activity_id"] in visits and follows(visits[row["activity_id"]], visits[before["activity_id"]])
