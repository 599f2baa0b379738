"""Open quotes whose VAT rate has changed since they were priced: what they bring is not what was thought."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core import clock
from core.i18n import N_
from core.module import Case, Condition
from crm.products import Product
from crm.quotes.lines import QuoteLine
from crm.quotes.quotes import OPEN, QUOTE, Quote
from crm.quotes.rates import rate_now


def has_other_rates() -> ColumnElement[bool]:
    product = aliased(Product)
    line = (
        select(col(QuoteLine.id))
        .join(product, col(product.id) == col(QuoteLine.product_id))
        .where(
            col(QuoteLine.quote_id) == col(Quote.id), col(QuoteLine.archived_at).is_(None),
            col(QuoteLine.vat) != rate_now(product, clock.today()),
        )
        .correlate(Quote)
    )  # fmt: skip
    return and_(col(Quote.state).in_(OPEN), line.exists())


STALE = Condition(
    QUOTE.stem, "vat", N_("VAT rate"), (Case("changed", N_("Open, and its VAT rate has changed"), has_other_rates),),
    is_quick=True,
)  # fmt: skip
