"""What the rules of activities mean, and of what hangs on any record: notes, files, mentions."""

from tests.isolation.real.asking import OWN, SUBTREE, Ask
from tests.isolation.real.hanging import ABOUT
from tests.isolation.real.meaning.clients import of_account, owned_or_of_account, reached
from tests.isolation.real.rows import Values


def worked(ask: Ask, row: Values) -> bool:
    """An activity is its owner's, its unit's, and theirs who reach one of its accounts."""
    if owned_or_of_account(ask, row):
        return True
    links = (tie for tie in ask.world.all("crm_activity_account") if tie["activity_id"] == row["id"])
    return OWN <= ask.level < SUBTREE and any(reached(ask, t["account_id"]) and not t["archived_at"] for t in links)


def activity(ask: Ask, row: Values) -> bool:
    """Beside those, a firm reads and reports on the activities of its tasks, and makes the next visit of one."""
    is_task = ask.verb in ("read", "update") and row["id"] in {task["activity_id"] for task in ask.tasks()}
    is_next = ask.verb in ("read", "create") and _is_further(ask, row)
    return worked(ask, row) or (ask.me.is_outside and (is_task or is_next))


def _is_further(ask: Ask, row: Values) -> bool:
    """To the same client, in the same owner's name, where the task before says that it is to be made again."""
    again = (task for task in ask.tasks() if task.get("outcome") == "again")
    befores = (ask.world.rows["crm_activity"][task["activity_id"]] for task in again)
    return any(
        follows(row, before) and row["account_id"] == before["account_id"] and row["owner_id"] == before["owner_id"]
        for before in befores
        if before["account_id"] and before["owner_id"]
    )


def follows(row: Values, before: Values) -> bool:
    return _code(row) == f"{_code(before)}+"


def _code(row: Values) -> str:
    return str(row.get("code") or f"crm_activity-{row['id']}")


def activity_account(ask: Ask, row: Values) -> bool:
    """To tie takes both; the activity by itself, not by such a tie: else a tie would grant itself."""
    if ask.writes:
        above = ask.world.rows["crm_activity"].get(row["activity_id"])
        return above is not None and owned_or_of_account(ask, above) and reached(ask, row["account_id"])
    is_task = row["activity_id"] in {task["activity_id"] for task in ask.tasks()}
    is_handed = row["account_id"] in {handover["account_id"] for handover in ask.handovers()}
    return of_activity(ask, row) or reached(ask, row["account_id"]) or (is_task and is_handed)


def of_activity(ask: Ask, row: Values) -> bool:
    above = ask.world.rows["crm_activity"].get(row["activity_id"])
    return above is not None and worked(ask, above)


def activity_person(ask: Ask, row: Values) -> bool:
    return of_activity(ask, row) and (not ask.writes or reaches_person(ask, row))


def check_in(ask: Ask, row: Values) -> bool:
    """Who reaches the activity sees who was there when; each notes that of themselves."""
    return of_activity(ask, row) and (not ask.writes or ask.is_mine(row["user_id"]))


def reaches_person(ask: Ask, row: Values) -> bool:
    person = ask.world.rows["crm_key_person"].get(row["person_id"])
    return person is not None and of_account(ask, person)


# --- what hangs on records ------------------------------------------------------------------------------------


def about(ask: Ask, row: Values) -> bool:
    table = ABOUT.get(row["entity"])
    record = ask.world.rows[table].get(row["record_id"]) if table else None
    if record is None or ask.level < OWN:
        return False
    if table == "crm_account":
        return reached(ask, record["id"])
    if table == "crm_activity":
        return worked(ask, record)
    return (owned_or_of_account if "owner_id" in record else of_account)(ask, record)


def file(ask: Ask, row: Values) -> bool:
    """Beside those, a firm's photos: each of its people sees what they themselves put on the firm's tasks.

    They close with the hand-over of the client at which they were taken.
    """
    note = ask.world.rows["crm_note"].get(row["record_id"]) if row["entity"] == "crm.note" else None
    on_task = row["entity"] == "crm.activity" and row["record_id"] in {task["activity_id"] for task in ask.tasks()}
    is_own = ask.verb in ("read", "create") and row.get("uploaded_by_id") == ask.me.id
    return about(ask, note or row) or (ask.me.is_outside and on_task and is_own and _is_held(ask, row["record_id"]))


def _is_held(ask: Ask, activity_id: int) -> bool:
    activity = ask.world.rows["crm_activity"].get(activity_id)
    return activity is not None and activity["account_id"] in {each["account_id"] for each in ask.handovers()}


def mention(ask: Ask, row: Values) -> bool:
    """Who is mentioned reads the mention. Only who reaches the note mentions somebody in it."""
    note = ask.world.rows["crm_note"].get(row["note_id"])
    return (note is not None and about(ask, note)) or (not ask.writes and ask.is_mine(row["user_id"]))
