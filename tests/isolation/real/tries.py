"""What is tried on each table: new rows like those that are there, rows that would grant themselves, rows moved."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from core.record import METADATA, Owned
from tests.isolation.real import oracle
from tests.isolation.real.asking import Person
from tests.isolation.real.database import models
from tests.isolation.real.hanging import ABOUT
from tests.isolation.real.rows import Values, World

NEW = 1_000_000  # ids of tried rows start here
# Columns of a unique key that no rule looks at: a copy takes a value of its own there.
FREE = {
    "crm_account_coowner": "user_id", "crm_mention": "user_id", "crm_opportunity_rival": "rival_id",
    "crm_tagging": "tag_id", "agents_staff": "user_id", "campaigns_city": "unit_id", "core_user_role": "role_id",
    "core_credential": "user_id", "core_audit_value": "entry_id", "core_seal": "number",
    "crm_weapon_version": "number", "crm_activity_user": "user_id", "crm_weapon_worth": "weapon_id",
    "crm_exit_proof": "test_id", "crm_departure": "person_id", "crm_renewal": "band",
}  # fmt: skip
DAYS = {
    "crm_account_month": "month", "crm_vat_rate": "since_on", "crm_target": "month", "agents_handover": "until",
    "reports_forecast_freeze": "frozen_on",
}  # fmt: skip
TEXTS = ("code", "username", "token")
# By which columns a row hangs on others: moving it must not carry it out of, or into, another's patch.
POINTERS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("crm_key_person", "crm_tender", "crm_account_month", "crm_account_coowner", "agents_handover",
                     "crm_reference_client"),
                    (("account_id", "crm_account"),)),
    **dict.fromkeys(("crm_opportunity", "crm_contract", "crm_activity", "crm_commitment"),
                    (("owner_id", "core_user"), ("account_id", "crm_account"))),
    **dict.fromkeys(("crm_account", "agents_firm", "campaigns_campaign"), (("owner_id", "core_user"),)),
    **dict.fromkeys(("crm_opportunity_line", "crm_opportunity_rival", "crm_stage_move", "crm_deal_check",
                     "crm_departure", "crm_exit_proof", "crm_deal_standing", "crm_quote"),
                    (("opportunity_id", "crm_opportunity"),)),
    **dict.fromkeys(("crm_note", "crm_tagging", "crm_file"), tuple(("record_id", name) for name in ABOUT.values())),
    "crm_activity_account": (("activity_id", "crm_activity"), ("account_id", "crm_account")),
    "crm_activity_person": (("activity_id", "crm_activity"), ("person_id", "crm_key_person")),
    "crm_activity_user": (("activity_id", "crm_activity"),),
    "crm_quote_line": (("quote_id", "crm_quote"),), "crm_renewal": (("contract_id", "crm_contract"),),
    "crm_check_in": (("activity_id", "crm_activity"), ("user_id", "core_user")),
    "reports_schedule": (("owner_id", "core_user"),),
    "reports_schedule_reader": (("schedule_id", "reports_schedule"), ("user_id", "core_user")),
    "crm_mention": (("note_id", "crm_note"),), "agents_staff": (("firm_id", "agents_firm"),),
    "core_deputy": (("absent_id", "core_user"),), "crm_target": (("for_user_id", "core_user"),),
    "agents_handover_person": (("handover_id", "agents_handover"), ("person_id", "crm_key_person")),
    "campaigns_city": (("campaign_id", "campaigns_campaign"),),
    "campaigns_task": (("campaign_id", "campaigns_campaign"), ("activity_id", "crm_activity")),
    "core_approval": (("owner_id", "core_user"),), "core_approval_seat": (("approval_id", "core_approval"),),
}  # fmt: skip
TIED = (
    "crm_activity_account", "crm_activity_person", "crm_check_in", "crm_deal_check", "agents_handover_person",
    "campaigns_task", "reports_schedule_reader",
)  # fmt: skip
_STEM_OF = {table: stem for stem, table in ABOUT.items()}


def copies(world: World, table: str, stored: Iterable[Values]) -> Iterator[Values]:
    """Each row once more, as somebody would enter it: with a key of its own, and standing where its owner stands."""
    for number, row in enumerate(stored, start=1):
        yield fresh(world, table, row, number)


def fresh(world: World, table: str, row: Values, number: int) -> Values:
    columns = METADATA.tables[table].c
    made = {**row, "id": NEW + number} if "id" in columns else {**row, "entity": f"{row['entity']}-{number}"}
    if table in FREE:
        made[FREE[table]] = NEW + number
    if table in DAYS and made[DAYS[table]] is not None:
        made[DAYS[table]] += timedelta(days=4000 + number)
    made.update(
        {name: f"{table}-new-{number}"[-40:] for name in TEXTS if name in columns and row.get(name) is not None}
    )
    if table in TIED:
        made["archived_at"] = world.noon  # their keys are both looked at, and bind only live rows
    if table == "crm_tag":
        made["name"] = f"tag-{number}"
    if table == "core_paper":
        made["digest"] = f"{number:064x}"
    return placed(world, table, made)


def placed(world: World, table: str, row: Values) -> Values:
    is_owned = table in models() and issubclass(models()[table], Owned)
    return {**row, **world.place_of_owner(row["owner_id"])} if is_owned else row


def self_grants(world: World, table: str, me: Person, like: Values) -> Iterator[Values]:
    """Rows that would give their writer something: every record, tied to the writer or to what is the writer's."""
    near = [key for key, row in world.rows["crm_account"].items() if oracle.may(me, "update", "crm_account", row)][:1]
    for number, values in enumerate(_grants(world, table, me, near), start=5000):
        yield fresh(world, table, {**like, **values}, number) | values


def _grants(world: World, table: str, me: Person, near: list[int]) -> Iterator[Values]:
    live: Values = {"archived_at": None}
    if table == "crm_account_coowner":
        taken = {row["account_id"] for row in world.all(table) if row["user_id"] == me.id and not row["archived_at"]}
        yield from (
            {"account_id": key, "user_id": me.id, **live} for key in world.rows["crm_account"] if key not in taken
        )
    if table == "crm_activity_account":
        tied = {(row["activity_id"], row["account_id"]) for row in world.all(table) if not row["archived_at"]}
        pairs = ((activity, account) for activity in world.rows["crm_activity"] for account in near)
        yield from ({"activity_id": a, "account_id": b, **live} for a, b in pairs if (a, b) not in tied)
    if table == "core_deputy":
        yield from ({"absent_id": user, "deputy_id": me.id, **live} for user in world.rows["core_user"])
    if table == "crm_mention":
        taken = {row["note_id"] for row in world.all(table) if row["user_id"] == me.id}
        notes = (note for note in world.rows["crm_note"] if note % 9 == 0 and note not in taken)
        yield from ({"note_id": note, "user_id": me.id, **live} for note in notes)
    if table == "core_approval_seat":
        yield from ({"approval_id": key, "user_id": me.id, **live} for key in world.rows["core_approval"])
    if table == "agents_staff":
        yield from ({"firm_id": firm, "user_id": NEW + firm, **live} for firm in world.firms.values())
    if table == "core_user_role":
        taken = {row["role_id"] for row in world.all(table) if row["user_id"] == me.id}
        yield from ({"role_id": role, "user_id": me.id} for role in world.rows["core_role"] if role not in taken)


def moves(world: World, table: str, row: Values) -> Iterator[Values]:
    """The row, moved to each record that it could hang on. An archived row, since keys bind the live ones."""
    gone = {"archived_at": world.noon} if "archived_at" in METADATA.tables[table].c else {}
    for column, target in POINTERS.get(table, ()):
        if column == "for_user_id" and row[column] is None:
            continue
        for key in (key for key in world.rows[target] if key != row[column] or column == "record_id"):
            about = {"entity": _STEM_OF[target]} if column == "record_id" else {}
            moved = {**row, column: key, **about, **gone}
            yield placed(world, table, moved) if column == "owner_id" else moved


def some(rows: Iterable[Any], most: int) -> list[Any]:
    """At most so many, spread evenly over all."""
    every = list(rows)
    return every if len(every) <= most else [every[n * len(every) // most] for n in range(most)]
