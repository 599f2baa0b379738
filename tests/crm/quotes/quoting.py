"""A deal of the small world with two lines and list prices, and a quote of it."""

from core import clock
from core.access import OPERATOR
from core.db import ActorSession, reading
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.products import Product
from crm.quotes.floors import FloorPrice
from crm.quotes.making import make
from crm.quotes.quotes import Quote
from tests.crm.world import acting, id_of, one, save

YUAN = 100


def priced(floor: int | None = None) -> None:
    """The line costs 1,000 a month by the list, mobile office 20."""
    with acting("operator") as session:
        for code, price in (("D01", 1000 * YUAN), ("A01", 20 * YUAN)):
            one(session, Product, code=code).list_price = price
        if floor is not None:
            line = id_of(session, Product, code="D01") or 0
            save(session, FloorPrice(product_id=line, since_on=clock.today().replace(year=2020), price=floor))


def sold(session: ActorSession, monthly: int = 900 * YUAN, deal: str = "DEAL0") -> Opportunity:
    """Two lines of 36 months, put into operation for 500; fifty seats of mobile office for 12 months."""
    found: Opportunity = one(session, Opportunity, code=deal)
    for code, quantity, once, each, months in (("D01", 2, 500 * YUAN, monthly, 36), ("A01", 50, None, 20 * YUAN, 12)):
        save(
            session,
            OpportunityLine(
                opportunity_id=found.id, product_id=id_of(session, Product, code=code) or 0, quantity=quantity,
                one_off=once, monthly=each * quantity, months=months,
            ),
        )  # fmt: skip
    return found


def quoted(who: str = "am", monthly: int = 900 * YUAN, deal: str = "DEAL0") -> int:
    with acting(who) as session:
        return make(session, sold(session, monthly, deal)).id


def state_of(quote_id: int) -> str:
    with reading(OPERATOR) as session:
        return str(one(session, Quote, id=quote_id).state)
