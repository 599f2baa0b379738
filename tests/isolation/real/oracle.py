"""What the rules mean, written a second time from the documents, table by table, in plain Python without SQL.

`RULES[table](ask, row)` answers below the level ALL; `may` puts the level in front. A new table needs a line here and
rows in the world, and nothing else: the matrix finds it by itself. A table without a line is the kernel's own
(journal, search, sign-in): nobody reads or writes it, at whatever level.
"""

from collections.abc import Callable

from tests.isolation.real.asking import ALL, NONE, OWN, SHARED, Ask, Person
from tests.isolation.real.hanging import ASKED_ABOUT
from tests.isolation.real.meaning import activities, clients, firms, people
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
    return ask.verb == "read" and (clients.owned(ask, row) or _reads_record(ask, row))


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
    return clients.owned(ask, row) or (
        ask.verb == "read" and any(line["user_id"] == ask.me.id and not line["archived_at"] for line in lines)
    )


def schedule_reader(ask: Ask, row: Values) -> bool:
    """The maker says who reads; a reader sees and ends their own line, and gives themselves none."""
    above = ask.world.rows["reports_schedule"].get(row["schedule_id"])
    made = above is not None and schedule(ask, above)
    return made or (ask.verb in ("read", "delete") and row["user_id"] == ask.me.id)


_CONFIGURATION = (
    "ageing", "cost_class", "exit_test", "nature", "pipeline", "reason", "rival", "stage", "tag", "vat_class",
    "vat_rate", "weapon_worth", "clause", "logo", "discount_limit", "floor_price",
)  # fmt: skip
_PUBLIC = ("category", "channel", "division", "grade", "product", "step", "trade", "weapon", "weapon_fit")
RULES: dict[str, Meaning] = {
    **dict.fromkeys((f"crm_{name}" for name in _CONFIGURATION), people.configuration),
    **dict.fromkeys((f"crm_{name}" for name in (*_PUBLIC, "ceiling", "weapon_version")), people.public),
    "core_unit": people.configuration,
    "core_role": people.configuration,
    "core_user_role": people.configuration,
    "core_user": people.user,
    "core_approval": approval,
    "core_approval_seat": approval_seat,
    "core_deputy": people.deputy,
    "crm_reassignment": people.reassignment,
    "core_job": personal,
    "reports_schedule": schedule,
    "reports_schedule_reader": schedule_reader,
    "core_paper": personal,
    "core_view": personal,
    "core_notice": everybodys,
    "core_seal": nobodys,
    "crm_target": people.target,
    "crm_account": clients.account,
    "crm_account_coowner": clients.coowner,
    "crm_key_person": clients.key_person,
    "crm_contract": clients.contract,
    "crm_tender": clients.tender,
    "crm_reference_client": clients.of_account,
    "crm_account_month": clients.of_account,
    "crm_opportunity": clients.owned_or_of_account,
    "crm_activity_user": activities.of_activity,
    "crm_check_in": activities.check_in,
    "crm_location_consent": personal,
    "crm_commitment": clients.owned_or_of_account,
    "crm_deal_check": clients.of_opportunity,
    "crm_departure": clients.of_opportunity,
    "crm_exit_proof": clients.of_opportunity,
    "crm_quote": clients.of_opportunity,
    "crm_quote_line": clients.of_quote,
    "crm_renewal": clients.of_contract,
    "crm_deal_standing": clients.of_opportunity,
    "crm_suggestion": clients.of_opportunity,
    "reports_win_chance": people.win_chance,
    "reports_forecast_freeze": people.forecast_freeze,
    **dict.fromkeys(("reports_evidence_basis", "reports_evidence_worth", "reports_win_skill"), people.configuration),
    "crm_opportunity_line": clients.of_opportunity,
    "crm_opportunity_rival": clients.of_opportunity,
    "crm_stage_move": clients.of_opportunity,
    "crm_activity": activities.activity,
    "crm_activity_account": activities.activity_account,
    "crm_activity_person": activities.activity_person,
    "crm_note": activities.about,
    "crm_tagging": activities.about,
    "crm_file": activities.file,
    "crm_mention": activities.mention,
    "agents_firm": firms.firm,
    "agents_staff": firms.staff,
    "agents_handover": firms.handover,
    "agents_handover_person": firms.handover_person,
    "campaigns_campaign": firms.campaign,
    "campaigns_city": firms.of_campaign,
    "campaigns_task": firms.task,
}
