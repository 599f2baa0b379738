"""How deep a quote goes: each line against its floor price and list, and how many superiors that asks for."""

from dataclasses import dataclass
from typing import Any

from core import clock
from core.approvals.line import roles_held
from core.record import PLACE_COLUMNS
from crm.opportunities import Opportunity
from crm.products import Product
from crm.quotes.discounts import Depth, depth_of, limits
from crm.quotes.floors import floors
from crm.quotes.lines import QuoteLine, lines_of
from crm.quotes.quotes import Quote
from crm.quotes.rates import products_of, rated


@dataclass(frozen=True)
class Checked:
    """A line with its floor price, where there is one: of a month where the line is paid monthly, else of the unit.

    `rate_now` is the VAT rate of today, where the line's own is another.
    """

    line: QuoteLine
    floor: int | None
    rate_now: int | None = None

    @property
    def price(self) -> int:
        return (self.line.monthly if self.line.monthly else self.line.one_off) or 0

    @property
    def is_below(self) -> bool:
        return self.floor is not None and self.price < self.floor


@dataclass(frozen=True)
class Standing:
    """`depth` is the deepest discount of a line: that of the whole would hide it behind a dear one."""

    lines: tuple[Checked, ...]
    limit: Depth
    depth: int
    steps: int

    @property
    def below(self) -> tuple[Checked, ...]:
        return tuple(each for each in self.lines if each.is_below)

    @property
    def has_other_rates(self) -> bool:
        return any(each.rate_now is not None for each in self.lines)


def standing(session: Any, quote: Quote, by: int | None = None) -> Standing:
    """By the rows of the deal's place and of the roles of whoever asks. Floor prices are those of the day of the
    quote, VAT rates also of today."""
    deal = session.get(Opportunity, quote.opportunity_id)
    places = [getattr(deal, name) for name in PLACE_COLUMNS] if deal else []
    lines, on = lines_of(session, quote.id), quote.priced_on or clock.today()
    held = floors(session, [each.product_id for each in lines], places, on)
    products = products_of(session, (each.product_id for each in lines))
    checked = tuple(
        Checked(each, held.get(each.product_id), _rate_now(session, each, products.get(each.product_id)))
        for each in lines
    )
    rows = limits(session)
    roles = roles_held(session, by or session.actor.user_id) if any(row.role_id for row in rows) else frozenset()
    limit = depth_of(rows, places, on, roles)
    depth = max((each.discount for each in lines), default=0)
    return Standing(checked, limit, depth, limit.steps(depth, below_floor=any(each.is_below for each in checked)))


def _rate_now(session: Any, line: QuoteLine, product: Product | None) -> int | None:
    now = rated(session, product, clock.today()).rate
    return now if now != line.vat else None
