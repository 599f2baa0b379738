"""A quote as the client gets it: everything that a page or a paper needs, read once as whoever asks.

Floor prices and depths of discount are no part of it: they are nobody's business outside the house.
"""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.db import ActorSession, get
from core.people import Unit, User
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.products import Product
from crm.quotes.kept import cases_of, clauses_of
from crm.quotes.lines import QuoteLine, lines_of
from crm.quotes.parts import PARTS
from crm.quotes.promises import is_kept
from crm.quotes.quotes import Quote
from crm.quotes.rates import products_of
from crm.quotes.tax import by_rate, split_gross
from crm.quotes.views import CaseText as CaseText
from crm.quotes.views import ClauseText as ClauseText
from crm.quotes.views import Contact as Contact
from crm.quotes.views import PricedLine as PricedLine
from crm.quotes.views import Promise as Promise
from crm.quotes.views import QuoteView as QuoteView
from crm.quotes.views import Words as Words
from crm.quotes.words import amount_in_words


def quote_view(session: ActorSession, quote_id: int) -> QuoteView:
    """Raises NotFound where the quote is hidden or missing. Eight statements, whatever the number of lines."""
    quote: Quote = get(session, Quote, quote_id)
    deal: Opportunity = get(session, Opportunity, quote.opportunity_id)
    account = session.get(Account, deal.account_id) if deal.account_id else None
    owner = session.get(User, deal.owner_id or quote.by_id or 0)
    units = _units(session, deal, owner)
    rows = lines_of(session, quote.id)
    lines = _lines(session, rows)
    gross = sum(line.gross for line in lines)
    unit = units.get(owner.unit_id or 0) if owner else None
    return QuoteView(
        id=quote.id, number=quote.code, version=quote.version_no, name=quote.name, state=quote.state,
        is_frozen=quote.state != "draft", language=quote.language, priced_on=quote.priced_on or quote.created_at.date(),
        valid_until=quote.valid_until or quote.created_at.date(), sent_on=quote.sent_on, accepted_on=quote.accepted_on,
        deal_id=deal.id, deal=deal.name, account_id=deal.account_id, client=_client(account, deal),
        client_code=(account.uscc or "") if account else "", client_address=(account.address or "") if account else "",
        firm=_named(units.get(deal.province_id or (unit.province_id if unit else None) or 0)),
        contact=_contact(owner, unit), need=quote.need or "", solution=quote.solution or "", plan=quote.plan or "",
        lines=lines, taxes=by_rate((line.gross, line.vat) for line in lines), net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines), gross=gross, list_gross=sum(row.list_gross for row in rows),
        discount=quote.discount or 0, in_words=amount_in_words(gross), needs_tax_desk=quote.needs_tax_desk,
        clauses=clauses_of(session, quote), parts=tuple(quote.parts or PARTS), references=cases_of(session, quote),
    )  # fmt: skip


def _units(session: ActorSession, deal: Opportunity, owner: User | None) -> dict[int, Unit]:
    wanted = {deal.province_id, owner.unit_id if owner else None} - {None}
    if not wanted:
        return {}
    return {each.id: each for each in session.scalars(select(Unit).where(col(Unit.id).in_(wanted)))}


def _named(row: Any) -> Words:
    return Words(row.name_zh or row.name_en or "", row.name_en or row.name_zh or "") if row else Words("", "")


def _client(account: Account | None, deal: Opportunity) -> Words:
    return Words(account.name, account.name_en or account.name) if account else Words(deal.name, deal.name)


def _contact(owner: User | None, unit: Unit | None) -> Contact:
    if owner is None:
        return Contact(name=Words("", ""), unit=_named(unit), email="", mobile="")
    name = Words(owner.name, owner.name_en or owner.name)
    return Contact(name=name, unit=_named(unit), email=owner.email or "", mobile=owner.mobile or "")


# --- lines ----------------------------------------------------------------------------------------------------


def _lines(session: ActorSession, rows: list[QuoteLine]) -> tuple[PricedLine, ...]:
    known = products_of(session, (row.product_id for row in rows))
    return tuple(_line(row, known.get(row.product_id)) for row in rows)


def _line(row: QuoteLine, product: Product | None) -> PricedLine:
    net, tax = split_gross(row.gross, row.vat)
    return PricedLine(
        id=row.id, product_id=row.product_id, code=product.code if product else "", name=_line_name(row, product),
        unit=_unit_of(product), quantity=row.quantity, months=row.months or 0, list_one_off=row.list_one_off,
        list_monthly=row.list_monthly, one_off=row.one_off or 0, monthly=row.monthly or 0, discount=row.discount,
        vat=row.vat, needs_tax_desk=row.needs_tax_desk, gross=row.gross, net=net, tax=tax, promise=promise_of(row),
    )  # fmt: skip


def _line_name(row: QuoteLine, product: Product | None) -> Words:
    """A line that is called after its product reads so in both languages; words of its own stay as they are."""
    if product is not None and row.name in (product.name_zh, product.name_en):
        return _named(product)
    return Words(row.name, row.name)


def _unit_of(product: Product | None) -> Words:
    if product is None:
        return Words("", "")
    return Words(product.unit_zh or product.unit_en or "", product.unit_en or product.unit_zh or "")


def promise_of(row: QuoteLine) -> Promise | None:
    if row.promise is None or row.promised is None:
        return None
    return Promise(
        kind=row.promise, unit=row.promise_unit or "", promised=row.promised, measured=row.measured,
        measured_on=row.measured_on, is_kept=is_kept(row.promise, row.promised, row.measured),
    )  # fmt: skip
