"""Figures for the world: amounts, days and stages, so that papers have something to count, add up and compare.

The amount of each deal, contract, month and target is a power of two: a sum with one row too many is another sum.
"""

import io
from datetime import date, timedelta

from PIL import Image

from core import files
from crm.quotes.parts import PARTS
from tests.isolation.real import marks
from tests.isolation.real.rows import Values, World

YUAN = 100
STATES = ("open", "open", "open", "won", "lost", "on_hold")


def dress(world: World) -> None:
    marks.dress(world)
    first, second = (world.rows["crm_stage"][number] for number in (1, 2))
    first.update(probability=10_000, limit_days=10, pipeline_id=1)
    second.update(probability=2_500, limit_days=None, pipeline_id=1, archived_at=None)
    _deals(world)
    _standings(world)
    _clients(world)
    _quotes(world)
    _activities(world)
    for number, row in world.rows["crm_target"].items():
        row.update(amount=_power(number), measure="won_amount", month=world.today.replace(day=1))


def _power(number: int) -> int:
    return YUAN << (number % 40)


def _days(world: World, number: int) -> date:
    return world.today + timedelta(days=number)


def _deals(world: World) -> None:
    for number, row in world.rows["crm_opportunity"].items():
        state = STATES[number % len(STATES)]
        is_closed = state in ("won", "lost")
        row.update(
            amount=_power(number), state=state, stage_id=1 + number % 2, pipeline_id=1, product_id=1,
            expected_close_on=_days(world, 20 * (number % 7 - 2)), stage_since=_days(world, -2 * number),
            engaged_on=_days(world, -100), closed_on=_days(world, -number) if is_closed else None,
            next_step_on=_days(world, number) if number % 3 else None, probability=None, archived_at=None,
        )  # fmt: skip
    for number, row in world.rows["crm_opportunity_line"].items():
        row.update(product_id=1, quantity=1, one_off=_power(number), monthly=0, months=0)


def _standings(world: World) -> None:
    """As the deals stood since two months: some of them a little smaller than today, some not yet changed."""
    for number, row in list(world.rows["crm_deal_standing"].items()):
        deal = world.rows["crm_opportunity"][row["opportunity_id"]]
        kept = {name: deal[name] for name in row if name in deal and name != "id"}
        kept |= {name: deal.get(name) for name in SPANNED}
        is_past = number % 2
        row.update(
            {**kept, "probability": 5_000, "own_probability": None, "until_at": world.noon if is_past else None},
            from_at=world.noon - timedelta(days=60),
        )
        if is_past:
            world.add(
                "crm_deal_standing",
                **{**row, "amount": row["amount"] + 1, "from_at": world.noon, "until_at": None},
            )


SPANNED = (
    "stage_id", "state", "amount", "expected_close_on", "closed_on", "stage_since", "owner_id", "account_id",
    "product_id", "province_id", "city_id", "county_id", "grid_id", "team_id",
)  # fmt: skip


def _clients(world: World) -> None:
    for number, row in world.rows["crm_account"].items():
        row.update(trade_id=1, grade_id=1, member_count=1000 + number, archived_at=None)
    for number, row in world.rows["crm_account_month"].items():
        row.update(month=world.today.replace(day=1), revenue=_power(number), archived_at=None)
    for number, row in world.rows["crm_contract"].items():
        supplier = "ours" if number % 3 else "rival"
        row.update(
            monthly=_power(number), amount=_power(number), product_id=1, supplier=supplier, archived_at=None,
            rival_id=None if number % 3 else 1, ends_on=_days(world, 30 + number), signed_on=_days(world, -number),
        )  # fmt: skip


def _quotes(world: World) -> None:
    for row in world.rows["crm_quote"].values():
        row.update(
            state="draft", language="zh", priced_on=world.today, valid_until=world.late, kept={}, clauses=[],
            parts=[], references=[], archived_at=None,
        )  # fmt: skip
    for number, row in world.rows["crm_quote_line"].items():
        row.update(_line(number), product_id=1, archived_at=None)


def _line(number: int) -> Values:
    gross = _power(number)
    net = gross * 100 // 106
    return {
        "quantity": 1, "months": 0, "list_one_off": gross, "list_monthly": 0, "one_off": gross, "monthly": 0,
        "discount": 0, "vat": 600, "net": net, "tax": gross - net, "gross": gross, "promise": None,
    }  # fmt: skip


def _activities(world: World) -> None:
    deals = list(world.rows["crm_opportunity"])
    for number, row in world.rows["crm_activity"].items():
        is_done = number % 2
        row.update(
            state="done" if is_done else "planned", weapon_id=1, opportunity_id=deals[number % len(deals)],
            done_at=world.noon - timedelta(days=number) if is_done else None, due_on=_days(world, number % 9),
        )  # fmt: skip
