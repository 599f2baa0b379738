"""The VAT rate of a product on a day, from the dated rows, read once per session; and where it has changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core.errors import Invalid
from core.i18n import _
from crm.products import Product
from crm.vat_classes import VatClass
from crm.vat_rates import VatRate

Dated = tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class Rated:
    """`is_unsure` asks the tax desk: a sale of several classes that is not split, or of a class that nobody named."""

    rate: int
    is_unsure: bool


def rated(session: Any, product: Product | None, on: date) -> Rated:
    """The highest rate of the product's classes on the day; of a product without a class, the highest of all."""
    known = _rates(session)
    named = [code for code in (product.vat_classes if product else []) if code in known]
    held = [rate for code in named or known if (rate := _rate_on(known[code], on)) is not None]
    if not held:
        raise Invalid(_("There is no VAT rate for this product on {day}.", day=on))
    return Rated(max(held), len(named) != 1 or bool(product and product.needs_vat_check))


def products_of(session: Any, wanted: Iterable[int]) -> dict[int, Product]:
    """By id, each read once per session."""
    kept: dict[int, Product] = session.info.setdefault("crm.products", {})
    if missing := {*wanted} - kept.keys():
        found = session.scalars(select(Product).where(col(Product.id).in_(missing)))
        kept.update({each.id: each for each in found})
    return kept


def _rates(session: Any) -> dict[str, Dated]:
    kept: dict[str, Dated] | None = session.info.get("crm.vat_rates")
    if kept is None:
        rows = (
            select(col(VatClass.code), col(VatRate.since_on), col(VatRate.rate))
            .join(VatClass, col(VatClass.id) == col(VatRate.vat_class_id))
            .where(col(VatRate.archived_at).is_(None))
            .order_by(col(VatClass.code), col(VatRate.since_on))
            .limit(2000)
        )
        found: dict[str, Dated] = {}
        for code, since, rate in session.execute(rows):
            found[code] = (*found.get(code, ()), (since, rate))
        kept = session.info["crm.vat_rates"] = found
    return kept


def _rate_on(rows: Dated, on: date) -> int | None:
    return next((rate for since, rate in reversed(rows) if since <= on), None)


def rate_now(product: Any, today: Any) -> ColumnElement[int]:
    """The same in SQL, of a row of products that names its classes: nothing for one that names none."""
    rate, later, kind = aliased(VatRate), aliased(VatRate), aliased(VatClass)
    is_newer = (
        select(col(later.id))
        .where(
            col(later.vat_class_id) == col(rate.vat_class_id), col(later.since_on) > col(rate.since_on),
            col(later.since_on) <= today, col(later.archived_at).is_(None),
        )
        .exists()
    )  # fmt: skip
    named = cast(product.vat_classes, String).like(literal('%"') + col(kind.code) + literal('"%'))
    found = select(func.max(col(rate.rate))).join_from(rate, kind, col(kind.id) == col(rate.vat_class_id))
    live = col(rate.since_on) <= today, col(rate.archived_at).is_(None), named, ~is_newer
    return found.where(*live).correlate(product).scalar_subquery()
