"""What the rules mean, written a second time from the documents, table by table, in plain Python without SQL.

`RULES[table](ask, row)` answers below the level ALL; `may` puts the level in front. A new table needs a line here and
rows in the world, and nothing else: the matrix finds it by itself. A table without a line is the kernel's own
(journal, search, sign-in): nobody reads or writes it, at whatever level.
"""

from collections.abc import Callable

from tests.isolation.real.asking import ALL, NONE, OWN, SHARED, SUBTREE, Ask, Person
from tests.isolation.real.hanging import ABOUT, ASKED_ABOUT
from tests.isolation.real.rows import Values

Meaning = Callable[[Ask, Values], bool]

STEMS = {
    "core_unit": "crm.unit", "core_user": "crm.user", "core_role": "crm.role", "core_user_role": "crm.user_role",
    "reports_evidence_basis": "reports.finding", "reports_evidence_worth": "reports.finding",
    "reports_win_skill": "reports.finding", "core_deputy": "crm.deputy", "core_seal": "core.audit",
}  # fmt: skip


def may(me: Person, verb: str, table: str, row: Values) -> bool:
    if table not in RULES:
        return False
    if RULES[table] is everybodys:
        return verb in ("read", "update") and row["user_id"] == me.id
    level = me.level(f"{STEMS.get(table, table.replace('_', '.', 1))}.{verb}")
    return level == ALL or (level > NONE and RULES[table](Ask(me, verb, level), row))


# What may change in a record that is only lent: how an activity went, how a task stands.
LENT = {
    "crm_activity": {"state", "done_at", "result", "next_step", "next_step_on", "due_on", "starts_at"},
    "campaigns_task": {"outcome", "products", "reported_at", "reported_by_id"},
}


# Where a row gives access, what it is about and whom it lets in are fixed; so is what was drawn by chance.
FIXED = {
    "core_approval_seat": {"approval_id", "user_id"},
    "crm_suggestion": {
        "opportunity_id", "step_id", "weapon_id", "turn", "candidates", "probability", "ticket", "band", "level",
        "person_id", "seller_id", "shown_to_id", "drawn_at",
    },
}  # fmt: skip


def may_set(me: Person, table: str, names: set[str]) -> bool:
    """Whether the person may change these columns where the row itself is open to them."""
    if names & FIXED.get(table, set()):
        return False
    level = me.level(f"{STEMS.get(table, table.replace('_', '.', 1))}.update")
    return level != SHARED or names <= LENT.get(table, set())


# --- accounts, and what lies below them -----------------------------------------------------------------------


def owned(ask: Ask, row: Values) -> bool:
    """SUBTREE: what stands in my unit or below. TEAM: in my unit, or mine. OWN: mine. Without a unit only mine."""
    unit = ask.me.unit
    if unit and ask.level == SUBTREE:
        return bool(row[f"{unit['kind']}_id"] == unit["id"])
    in_my_unit = bool(unit) and ask.level > OWN and row["unit_id"] == unit["id"]  # type: ignore[index]  # with a unit
    return in_my_unit or ask.is_mine(row["owner_id"])


def co_owned(ask: Ask, account: Values) -> bool:
    """A co-owner works the account and what hangs on it; removing is the owner's. Nobody outside co-owns."""
    if ask.verb == "delete" or ask.me.is_outside or not OWN <= ask.level < SUBTREE:
        return False
    ties = (row for row in ask.world.all("crm_account_coowner") if row["account_id"] == account["id"])
    return any(ask.is_mine(row["user_id"]) and not row["archived_at"] for row in ties)


def reached(ask: Ask, account_id: int | None) -> bool:
    row = ask.world.rows["crm_account"].get(account_id or 0)
    return row is not None and (owned(ask, row) or co_owned(ask, row))


def account(ask: Ask, row: Values) -> bool:
    handed = ask.verb == "read" and any(h["account_id"] == row["id"] for h in ask.handovers())
    return owned(ask, row) or co_owned(ask, row) or (handed and ask.level < SUBTREE)


def of_account(ask: Ask, row: Values) -> bool:
    return reached(ask, row["account_id"])


def owned_or_of_account(ask: Ask, row: Values) -> bool:
    return owned(ask, row) or (ask.level < SUBTREE and reached(ask, row["account_id"]))


def coowner(ask: Ask, row: Values) -> bool:
    """Who reaches the account as its owner or by the unit says who co-owns it: else a tie would grant itself."""
    if not ask.writes:
        return of_account(ask, row)
    above = ask.world.rows["crm_account"].get(row["account_id"])
    return above is not None and owned(ask, above)


def key_person(ask: Ask, row: Values) -> bool:
    """A firm sees who was ticked in a hand-over of that person's own account; clear, once the client has accepted."""
    return of_account(ask, row) or (ask.verb in ("read", "unmask") and _is_ticked(ask, row))


def _is_ticked(ask: Ask, person: Values) -> bool:
    handed = [h for h in ask.handovers() if h["account_id"] == person["account_id"]]
    agreed = {h["id"] for h in handed if h["accepted_at"] or ask.verb == "read"}
    ticks = (t for t in ask.world.all("agents_handover_person") if t["person_id"] == person["id"])
    return any(t["handover_id"] in agreed and not t["archived_at"] for t in ticks)


def contract(ask: Ask, row: Values) -> bool:
    return owned_or_of_account(ask, row) or _is_shared(ask, row, "shares_contracts")


def tender(ask: Ask, row: Values) -> bool:
    return of_account(ask, row) or _is_shared(ask, row, "shares_tenders")


def _is_shared(ask: Ask, row: Values, flag: str) -> bool:
    return ask.verb == "read" and any(h["account_id"] == row["account_id"] and h[flag] for h in ask.handovers())


def of_opportunity(ask: Ask, row: Values) -> bool:
    deal = ask.world.rows["crm_opportunity"].get(row["opportunity_id"])
    return deal is not None and owned_or_of_account(ask, deal)


def of_quote(ask: Ask, row: Values) -> bool:
    quote = ask.world.rows["crm_quote"].get(row["quote_id"])
    return quote is not None and of_opportunity(ask, quote)


def of_contract(ask: Ask, row: Values) -> bool:
    """Whom a contract is only shared with is not told of its renewal."""
    above = ask.world.rows["crm_contract"].get(row["contract_id"])
    return above is not None and ask.level > SHARED and contract(ask, above)


# --- activities -----------------------------------------------------------------------------------------------


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
        _follows(row, before) and row["account_id"] == before["account_id"] and row["owner_id"] == before["owner_id"]
        for before in befores
        if before["account_id"] and before["owner_id"]
    )


def _follows(row: Values, before: Values) -> bool:
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
    return of_activity(ask, row) and (not ask.writes or _reaches_person(ask, row))


def check_in(ask: Ask, row: Values) -> bool:
    """Who reaches the activity sees who was there when; each notes that of themselves."""
    return of_activity(ask, row) and (not ask.writes or ask.is_mine(row["user_id"]))


def _reaches_person(ask: Ask, row: Values) -> bool:
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
    """Beside those, a firm's photos: each of its people sees what they themselves put on the firm's tasks."""
    note = ask.world.rows["crm_note"].get(row["record_id"]) if row["entity"] == "crm.note" else None
    on_task = row["entity"] == "crm.activity" and row["record_id"] in {task["activity_id"] for task in ask.tasks()}
    is_own = ask.verb in ("read", "create") and row.get("uploaded_by_id") == ask.me.id
    return about(ask, note or row) or (ask.me.is_outside and on_task and is_own)


def mention(ask: Ask, row: Values) -> bool:
    """Who is mentioned reads the mention. Only who reaches the note mentions somebody in it."""
    note = ask.world.rows["crm_note"].get(row["note_id"])
    return (note is not None and about(ask, note)) or (not ask.writes and ask.is_mine(row["user_id"]))


# --- people, targets, configuration ---------------------------------------------------------------------------


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
    return bool(unit) and stands is not None and stands[f"{unit['kind']}_id"] == unit["id"]  # type: ignore[index]


def reassignment(ask: Ask, row: Values) -> bool:
    """SUBTREE: what was reassigned from people of one's unit and below."""
    return ask.level == SUBTREE and _is_below(ask, row["from_id"])


def target(ask: Ask, row: Values) -> bool:
    """One's own, and to read one's unit's; SUBTREE: of all units and people below."""
    unit = ask.me.unit
    if ask.level == SUBTREE and unit:
        aimed_at = ask.world.rows["core_user"].get(row["for_user_id"] or 0, {}).get("unit_id") or row["for_unit_id"]
        below = ask.world.rows["core_unit"].get(aimed_at or 0)
        return below is not None and below[f"{unit['kind']}_id"] == unit["id"]
    units = bool(unit) and ask.verb == "read" and ask.level >= OWN and row["for_unit_id"] == unit["id"]  # type: ignore[index]
    return units or ask.is_mine(row["for_user_id"])


# --- firms and campaigns --------------------------------------------------------------------------------------


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
    return above is not None and handover(ask, above) and (not ask.writes or _reaches_person(ask, row))


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
    return same and row["activity_id"] in visits and _follows(visits[row["activity_id"]], visits[before["activity_id"]])


# --- approvals ------------------------------------------------------------------------------------------------


def approval(ask: Ask, row: Values) -> bool:
    """Who asked and who is asked; to read it, superiors too. Nobody asks in another's name or removes a request."""
    if ask.level < OWN or ask.verb == "delete":
        return False
    if ask.verb == "create":
        return bool(row["owner_id"] == ask.me.id)
    seats = (seat for seat in ask.world.all("core_approval_seat") if seat["approval_id"] == row["id"])
    if ask.is_mine(row["owner_id"]) or any(ask.is_mine(seat["user_id"]) for seat in seats):
        return True
    return ask.verb == "read" and (owned(ask, row) or _reads_record(ask, row))


def _reads_record(ask: Ask, row: Values) -> bool:
    table = ASKED_ABOUT.get(row.get("entity", ""))
    record = ask.world.rows[table].get(row["record_id"]) if table else None
    return table is not None and record is not None and may(ask.me, "read", table, record)


def approval_seat(ask: Ask, row: Values) -> bool:
    """With its request. A further person is asked by who asked, or by who was asked before: no seat lets itself in."""
    request = ask.world.rows["core_approval"].get(row["approval_id"])
    if request is None or ask.level < OWN or ask.verb == "delete":
        return False
    if ask.verb != "create":
        return approval(ask, request)
    seats = [seat for seat in ask.world.all("core_approval_seat") if seat["approval_id"] == row["approval_id"]]
    older = (seat for seat in seats if seat["id"] < row["id"])
    return request["owner_id"] == ask.me.id or any(ask.is_mine(seat["user_id"]) for seat in older)


def nobodys(_ask: Ask, _row: Values) -> bool:
    return False


def personal(ask: Ask, row: Values) -> bool:
    return ask.is_mine(row["user_id"])


def everybodys(_ask: Ask, _row: Values) -> bool:
    """Rows that each has of their own, whatever their roles and whoever stands in for them."""
    raise AssertionError("no level is asked for")


def schedule(ask: Ask, row: Values) -> bool:
    """Its maker's, as every record with an owner; and whoever gets the paper reads what says so."""
    lines = (line for line in ask.world.all("reports_schedule_reader") if line["schedule_id"] == row["id"])
    return owned(ask, row) or (
        ask.verb == "read" and any(line["user_id"] == ask.me.id and not line["archived_at"] for line in lines)
    )


def schedule_reader(ask: Ask, row: Values) -> bool:
    """The maker says who reads; a reader sees and ends their own line, and gives themselves none."""
    above = ask.world.rows["reports_schedule"].get(row["schedule_id"])
    made = above is not None and schedule(ask, above)
    return made or (ask.verb in ("read", "delete") and row["user_id"] == ask.me.id)


_CONFIGURATION = (
    "ageing", "cost_class", "exit_test", "nature", "pipeline", "reason", "rival", "stage", "tag", "vat_class",
    "vat_rate", "weapon_worth", "clause", "discount_limit", "floor_price",
)  # fmt: skip
_PUBLIC = ("category", "channel", "division", "grade", "product", "step", "trade", "weapon", "weapon_fit")
RULES: dict[str, Meaning] = {
    **dict.fromkeys((f"crm_{name}" for name in _CONFIGURATION), configuration),
    **dict.fromkeys((f"crm_{name}" for name in (*_PUBLIC, "ceiling", "weapon_version")), public),
    "core_unit": configuration, "core_role": configuration, "core_user_role": configuration, "core_user": user,
    "core_approval": approval, "core_approval_seat": approval_seat,
    "core_deputy": deputy, "crm_reassignment": reassignment, "core_job": personal,
    "reports_schedule": schedule, "reports_schedule_reader": schedule_reader,
    "core_paper": personal, "core_view": personal,
    "core_notice": everybodys, "core_seal": nobodys, "crm_target": target,
    "crm_account": account, "crm_account_coowner": coowner, "crm_key_person": key_person, "crm_contract": contract,
    "crm_tender": tender, "crm_account_month": of_account, "crm_opportunity": owned_or_of_account,
    "crm_activity_user": of_activity, "crm_check_in": check_in, "crm_location_consent": personal,
    "crm_commitment": owned_or_of_account, "crm_deal_check": of_opportunity, "crm_departure": of_opportunity,
    "crm_exit_proof": of_opportunity, "crm_quote": of_opportunity, "crm_quote_line": of_quote,
    "crm_renewal": of_contract,
    "crm_deal_standing": of_opportunity, "crm_suggestion": of_opportunity, "reports_win_chance": win_chance,
    **dict.fromkeys(("reports_evidence_basis", "reports_evidence_worth", "reports_win_skill"), configuration),
    "crm_opportunity_line": of_opportunity, "crm_opportunity_rival": of_opportunity, "crm_stage_move": of_opportunity,
    "crm_activity": activity, "crm_activity_account": activity_account, "crm_activity_person": activity_person,
    "crm_note": about, "crm_tagging": about, "crm_file": file, "crm_mention": mention,
    "agents_firm": firm, "agents_staff": staff, "agents_handover": handover, "agents_handover_person": handover_person,
    "campaigns_campaign": campaign, "campaigns_city": of_campaign, "campaigns_task": task,
}  # fmt: skip
