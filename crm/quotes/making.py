"""A quote is made from the lines of its deal, and a new version from the one before, which it replaces."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.errors import Conflict, Invalid
from core.i18n import N_, _, language
from crm.exit_proofs import ExitProof
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.products import Product
from crm.quotes.cases import cases
from crm.quotes.clauses import clauses
from crm.quotes.lines import QUOTE_LINE, QuoteLine, lines_of
from crm.quotes.quotes import QUOTE, VALID_DAYS, Quote

MOST = 200
TEXTS = ("language", "need", "solution", "plan", "clauses", "parts", "references")
PRICED = (
    "position", "product_id", "name", "quantity", "months", "list_one_off", "list_monthly", "one_off", "monthly",
    "promise", "promised",
)  # fmt: skip


def make(session: ActorSession, deal: Opportunity) -> Quote:
    """A first version with all lines of the deal, at the prices that stand there."""
    sold = _sold(session, deal.id)
    if not sold:
        raise Invalid(_("Add what is sold to the deal first: a quote is made from its lines."))
    chosen = [each.code for each in clauses(session) if each.is_default]
    quote = Quote(opportunity_id=deal.id, language=language(), need=_need(session, deal.id), clauses=chosen)
    _add(session, quote, [_line(session, quote, at, each) for at, each in enumerate(sold)])
    return quote


def _sold(session: ActorSession, deal_id: int) -> list[OpportunityLine]:
    live = col(OpportunityLine.opportunity_id) == deal_id, col(OpportunityLine.archived_at).is_(None)
    return list(session.scalars(select(OpportunityLine).where(*live).order_by(col(OpportunityLine.id)).limit(MOST)))


def _need(session: ActorSession, deal_id: int) -> str | None:
    """What the client said, as it was noted for the exit tests of the deal."""
    said = select(col(ExitProof.said)).where(
        col(ExitProof.opportunity_id) == deal_id, col(ExitProof.archived_at).is_(None),
        col(ExitProof.source) != "inside",
    )  # fmt: skip
    return "\n".join(session.scalars(said.order_by(col(ExitProof.id)).limit(20))) or None


def _line(session: ActorSession, quote: Quote, at: int, sold: OpportunityLine) -> QuoteLine:
    """Of one unit. The product's list price is of a month where the line is paid monthly, else of the unit once."""
    product, quantity = session.get(Product, sold.product_id), sold.quantity or 1
    monthly, once = _each(sold.monthly, quantity), _each(sold.one_off, quantity)
    listed = product.list_price if product else None
    return QuoteLine(
        quote_id=quote.id, position=at, product_id=sold.product_id, name=sold.name, quantity=quantity,
        months=sold.months, one_off=once, monthly=monthly,
        list_monthly=monthly if listed is None or not monthly else listed,
        list_one_off=once if listed is None or monthly else listed,
    )  # fmt: skip


def _each(whole: int | None, quantity: int) -> int | None:
    return None if whole is None else (2 * whole + quantity) // (2 * quantity)


def _add(session: ActorSession, quote: Quote, lines: list[QuoteLine]) -> None:
    QUOTE.complete(session, quote)
    session.add(quote)
    session.flush()
    for line in lines:
        QUOTE_LINE.complete(session, line)
    session.add_all(lines)
    session.flush()


def new_version(session: ActorSession, quote: Quote) -> Quote:
    """The next version, a draft at today's VAT rates; the one before is replaced."""
    if quote.state in ("asked", "accepted", "replaced"):
        raise Conflict(_(REFUSED[quote.state]))
    made = Quote(opportunity_id=quote.opportunity_id, code=quote.code, version_no=_last(session, quote.code) + 1)
    for name in TEXTS:
        setattr(made, name, getattr(quote, name))
    known = {each.code for each in clauses(session)}
    made.clauses = [code for code in made.clauses if code in known]
    made.references = [each.code for each in cases(session) if each.code in made.references]
    quote.state = "replaced"
    try:
        _add(session, made, [_copy(made, line) for line in lines_of(session, quote.id)])
    except IntegrityError as error:
        raise Conflict(_("Somebody else has just made a new version.")) from error
    return made


REFUSED = {
    "asked": N_("This waits for an answer and stays as it was asked. Take the request back first."),
    "accepted": N_("The client has accepted this quote. Take that back first, or make another quote."),
    "replaced": N_("There is a newer version of this quote."),
}


def _last(session: ActorSession, code: str) -> int:
    return session.scalar(select(func.max(col(Quote.version_no))).where(col(Quote.code) == code)) or 0


def _copy(made: Quote, line: QuoteLine) -> QuoteLine:
    return QuoteLine(quote_id=made.id, **{name: getattr(line, name) for name in PRICED})


def reprice(session: Any, quote: Quote) -> None:
    """A draft takes the VAT rates of today; one whose validity is over takes a new day, too."""
    quote.priced_on = today = clock.today()
    if quote.valid_until and quote.valid_until < today:
        quote.valid_until = today + timedelta(days=VALID_DAYS)
    for line in lines_of(session, quote.id):
        QUOTE_LINE.complete(session, line)
