"""What was promised and what was measured at the delivery: written down once per line, and gathered over all deals."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.entity import Entity
from core.errors import Conflict, Invalid
from core.i18n import _, language
from core.record import METADATA
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.products import PRODUCT
from crm.quotes.lines import MORE_IS_BETTER, QuoteLine
from crm.quotes.promises import gap, gap_share, is_kept
from crm.quotes.quotes import Quote

MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One promise of an accepted quote. Values are hundredths of its unit."""

    line_id: int
    quote_id: int
    quote: str
    account_id: int | None
    account: str
    product_id: int
    product: str
    city_id: int | None
    city: str
    kind: str
    unit: str
    promised: int
    measured: int | None
    on: date | None

    @property
    def is_kept(self) -> bool | None:
        return is_kept(self.kind, self.promised, self.measured)

    @property
    def gap(self) -> int:
        return 0 if self.measured is None else gap(self.kind, self.promised, self.measured)

    @property
    def share(self) -> int:
        """The gap as a part of what was promised, in basis points."""
        return 0 if self.measured is None else gap_share(self.kind, self.promised, self.measured)


def measure(_session: ActorSession, quote: Quote, line: QuoteLine, value: int | None, on: date | None) -> None:
    """Of an accepted quote, on a day that is not to come. Both empty take it back."""
    if quote.state != "accepted" or line.promise is None:
        raise Conflict(_("Only what an accepted quote promises is measured."))
    if (value is None) != (on is None):
        sentence = _("Say how much was measured, and on which day.")
        raise Invalid(sentence, {"measured": sentence})
    if on is not None and on > clock.today():
        sentence = _("That day is still to come.")
        raise Invalid(sentence, {"measured": sentence})
    line.measured, line.measured_on = value, on


def missed() -> ColumnElement[bool]:
    """Lines whose promise was measured and not kept."""
    measured, promised = col(QuoteLine.measured), col(QuoteLine.promised)
    more = col(QuoteLine.promise).in_(MORE_IS_BETTER)
    return and_(
        col(QuoteLine.measured).is_not(None),
        case((more, measured < promised), else_=measured > promised),
    )


def promises(session: ActorSession, *where: ColumnElement[bool], limit: int = MOST) -> list[Measured]:
    """Promises of accepted quotes, those measured last first: one statement."""
    found = session.execute(_promises(PRODUCT).where(*where).limit(limit))
    return [Measured(**{**row, "city": row["city"] or "", "account": row["account"] or ""}) for row in found.mappings()]


def _promises(product: Entity) -> Select[Any]:
    products, cities = product.table.alias(), METADATA.tables["core_unit"].alias()
    city = cities.c.name_en if language() == "en" else cities.c.name_zh
    return (
        select(
            col(QuoteLine.id).label("line_id"), col(Quote.id).label("quote_id"), col(Quote.name).label("quote"),
            col(Account.id).label("account_id"), col(Account.name).label("account"),
            products.c.id.label("product_id"), product.title_in(products).label("product"),
            col(Opportunity.city_id).label("city_id"), city.label("city"), col(QuoteLine.promise).label("kind"),
            col(QuoteLine.promise_unit).label("unit"), col(QuoteLine.promised).label("promised"),
            col(QuoteLine.measured).label("measured"), col(QuoteLine.measured_on).label("on"),
        )
        .join(Quote, col(Quote.id) == col(QuoteLine.quote_id))
        .join(Opportunity, col(Opportunity.id) == col(Quote.opportunity_id))
        .join(products, products.c.id == col(QuoteLine.product_id))
        .outerjoin(Account, col(Account.id) == col(Opportunity.account_id))
        .outerjoin(cities, cities.c.id == col(Opportunity.city_id))
        .where(
            col(Quote.state) == "accepted", col(QuoteLine.promise).is_not(None), col(QuoteLine.archived_at).is_(None),
            col(Quote.archived_at).is_(None),
        )
        .order_by(col(QuoteLine.measured_on).desc().nulls_last(), col(QuoteLine.id).desc())
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Summed:
    """The promises of one product in one city."""

    product_id: int
    product: str
    city_id: int | None
    city: str
    tested: int
    missed: int
    worst: int


def summed(rows: list[Measured]) -> list[Summed]:
    """By product and city, where most was missed first. What was not measured yet does not count."""
    groups: dict[tuple[int, int | None], list[Measured]] = {}
    for row in rows:
        if row.measured is not None:
            groups.setdefault((row.product_id, row.city_id), []).append(row)
    found = [
        Summed(
            product_id=each[0].product_id, product=each[0].product, city_id=each[0].city_id, city=each[0].city,
            tested=len(each), missed=sum(1 for row in each if not row.is_kept), worst=max(row.share for row in each),
        )
        for each in groups.values()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row.missed, -row.worst, row.product, row.city))
