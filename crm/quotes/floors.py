"""Floor prices: the lowest price of a product's unit, with tax, from a day on, for a unit or everywhere.

They are rows of their own, not a column of the product: people of outside firms read products, and never these.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlmodel import col

from core.access import reference
from core.entity import Entity, Section
from core.fields import day, money, ref
from core.i18n import N_
from core.record import Record
from crm.limits import COUNT, keep_within
from crm.tables import live_unique

MOST = 2000


class FloorPrice(Record, table=True):
    """Of one unit, with tax: a month of it where a line is paid monthly, else once. It holds until the next day."""

    __tablename__ = "crm_floor_price"
    __table_args__ = (
        live_unique("uq_crm_floor_price", "product_id", "unit_id", "since_on"),
        CheckConstraint("price >= 0", name="price"),
    )
    product_id: int = ref("crm_product.id", required=True)
    unit_id: int | None = ref("core_unit.id", label="Holds in the unit")
    since_on: date = day(required=True)
    price: int = money(required=True, label="Floor price")


def complete(_session: Any, floor: FloorPrice) -> None:
    keep_within(floor, price=COUNT)


def floors(session: Any, products: Iterable[int | None], places: Iterable[int | None], on: date) -> dict[int, int]:
    """The floor of each product on that day; a row of the nearest unit stands before one that holds everywhere."""
    wanted, rank = {each for each in products if each}, {unit: at for at, unit in enumerate(places) if unit}
    if not wanted:
        return {}
    live = (
        col(FloorPrice.product_id).in_(wanted),
        col(FloorPrice.since_on) <= on,
        col(FloorPrice.archived_at).is_(None),
    )
    found = session.scalars(select(FloorPrice).where(*live).order_by(col(FloorPrice.since_on)).limit(MOST))
    best: dict[int, tuple[int, date, int]] = {}
    for each in found:
        if each.unit_id is None or each.unit_id in rank:
            nearness = rank.get(each.unit_id, -1)
            best[each.product_id] = max(best.get(each.product_id, (-2, on, 0)), (nearness, each.since_on, each.price))
    return {product: price for product, (_nearness, _since, price) in best.items()}


FLOOR_PRICE = Entity(
    stem="crm.floor_price",
    model=FloorPrice,
    label=N_("Floor price"),
    plural=N_("Floor prices"),
    rule=reference(),
    key=(FloorPrice.product_id, FloorPrice.unit_id, FloorPrice.since_on),
    title=FloorPrice.since_on,
    columns=(FloorPrice.product_id, FloorPrice.unit_id, FloorPrice.since_on, FloorPrice.price),
    form=(
        Section(N_("Floor price"), (FloorPrice.product_id, FloorPrice.unit_id, FloorPrice.since_on, FloorPrice.price)),
    ),
    facets=(FloorPrice.product_id, FloorPrice.unit_id),
    order=FloorPrice.since_on,
    complete=complete,
)
