"""A small world in which every clause of every rule decides over some row: a province of two cities, and another."""

from datetime import date

from tests.isolation.real.hanging import hanging, kernel
from tests.isolation.real.people import people
from tests.isolation.real.planted.activities import activities
from tests.isolation.real.planted.firms import campaigns, further_visits, handovers, photos
from tests.isolation.real.planted.requests import approvals, schedules
from tests.isolation.real.planted.whose import GONE, OWNERS, TIES, VOID, moved_with
from tests.isolation.real.rows import World


def build(today: date) -> World:
    world = World(today)
    people(world)
    _configuration(world)
    _accounts(world)
    _deals(world)
    activities(world)
    handovers(world)
    campaigns(world)
    further_visits(world)
    _targets(world)
    hanging(world)
    approvals(world)
    photos(world)
    schedules(world)
    kernel(world)
    return world


def _configuration(world: World) -> None:
    for name in (
        "category", "channel", "cost_class", "division", "grade", "nature", "pipeline", "product", "reason", "rival",
        "stage", "exit_test", "step", "tag", "trade", "vat_class", "vat_rate", "weapon", "weapon_fit", "ceiling",
        "ageing", "clause", "logo", "discount_limit", "floor_price",
    ):  # fmt: skip
        world.add(f"crm_{name}", archived_at=None)
        world.add(f"crm_{name}", archived_at=world.noon, **({"code": "old"} if name == "weapon_fit" else {}))
    for number in (1, 2):
        world.add("crm_weapon_version", number=number)
        world.add("crm_weapon_worth", weapon_id=number)
        world.add("reports_evidence_basis", period=str(number))
        world.add("reports_evidence_worth", weapon_id=number, period=str(number))
        world.add("reports_win_skill")
    for number, row in world.rows["crm_vat_rate"].items():
        row["since_on"] = world.today.replace(year=2000 + number)


def _accounts(world: World) -> None:
    for owner in (*OWNERS, None):
        world.add_owned("crm_account", owner, **moved_with(world, owner))
    for account, user, is_live in TIES:
        gone = None if is_live else world.noon
        world.add("crm_account_coowner", account_id=account, user_id=world.users[user], archived_at=gone)
    for account in world.rows["crm_account"]:
        world.add("crm_account_coowner", account_id=account, user_id=world.users["spare"], archived_at=None)
    for table in ("crm_key_person", "crm_key_person", "crm_tender", "crm_account_month", "crm_reference_client"):
        for account in world.rows["crm_account"]:
            world.add(table, account_id=account)
    for number, person in world.rows["crm_key_person"].items():
        person.update(mobile=f"1381234{number:04d}", phone=None, email=f"p{number}@client.example")


def _deals(world: World) -> None:
    for account in world.rows["crm_account"]:
        world.add_owned("crm_opportunity", None, account_id=account)
        world.add_owned("crm_contract", None, account_id=account)
    for owner in OWNERS:
        world.add_owned("crm_opportunity", owner, account_id=None, **moved_with(world, owner))
        world.add_owned("crm_contract", owner, account_id=VOID, **moved_with(world, owner))
    for table in ("crm_opportunity_line", "crm_opportunity_rival", "crm_stage_move"):
        for deal in world.rows["crm_opportunity"]:
            world.add(table, opportunity_id=deal)
    for deal in world.rows["crm_opportunity"]:
        world.add("crm_deal_check", opportunity_id=deal, score=3)
        world.add("crm_exit_proof", opportunity_id=deal)
        world.add("crm_suggestion", opportunity_id=deal, probability=500_000, ticket=7)
        world.add("reports_win_chance", opportunity_id=deal, chance=5000)
        world.add("crm_departure", opportunity_id=deal)
        world.add("crm_deal_standing", opportunity_id=deal, state="open", until_at=world.noon, team_id=1)
        quote = world.add("crm_quote", opportunity_id=deal)
        world.add("crm_quote_line", quote_id=quote)
    for contract in world.rows["crm_contract"]:
        world.add("crm_renewal", contract_id=contract)


def _targets(world: World) -> None:
    for unit in world.rows["core_unit"]:
        world.add("crm_target", for_unit_id=unit, for_user_id=None)
        world.add("reports_forecast_freeze", unit_id=unit)
    for unit in (0, GONE):
        world.add("reports_forecast_freeze", unit_id=unit)
    for user in world.rows["core_user"]:
        world.add("crm_target", for_unit_id=None, for_user_id=user)
        world.add("crm_reassignment", from_id=user, by_id=None, receivers=1)
