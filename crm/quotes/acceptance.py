"""The client accepts: the signed file hangs on the deal, and the lines become contracts.

Each line that is paid monthly becomes a contract of its own, since each has its own product, term and end, and is
renewed by itself. All that is paid once becomes one contract without an end. Their amounts add up to the quote's.
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Invalid
from core.i18n import _
from core.ids import new_id
from crm.contracts import CONTRACT, Contract
from crm.files import File, attach
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.quotes.lines import QuoteLine, lines_of
from crm.quotes.quotes import Quote
from crm.quotes.renewals import is_renewed

EVIDENCE = "contract"
# How long before its end, and after it, a contract counts as the one that is renewed.
EARLY, LATE = timedelta(days=400), timedelta(days=180)


def accept(
    session: ActorSession, quote: Quote, *, on: date, starts_on: date, name: str, content: bytes,
    renews: Mapping[int, int] | None = None,
) -> list[Contract]:  # fmt: skip
    """`renews` names, by the quote's line, the contract of before that a line renews."""
    deal: Opportunity = get(session, Opportunity, quote.opportunity_id)
    _demand_acceptable(quote, deal, on)
    session.info["batch"] = new_id()
    file = attach(session, OPPORTUNITY.stem, deal.id, name=name, content=content, evidence=EVIDENCE)
    session.flush()
    quote.state, quote.accepted_on, quote.signed_file_id = "accepted", on, file.id
    made = _contracts(deal, lines_of(session, quote.id), on, starts_on, renews or {})
    for contract in made:
        CONTRACT.complete(session, contract)
    session.add_all(made)
    session.flush()
    return made


def _demand_acceptable(quote: Quote, deal: Opportunity, on: date) -> None:
    if quote.state not in ("approved", "sent"):
        raise Conflict(_("Only a quote that is ready or sent can be accepted."))
    if on > clock.today():
        sentence = _("That day is still to come.")
        raise Invalid(sentence, {"on": sentence})
    if deal.account_id is None:
        raise Invalid(_("Say first whose deal this is: a contract has a client."))


def _contracts(
    deal: Opportunity, lines: list[QuoteLine], on: date, starts_on: date, renews: Mapping[int, int]
) -> list[Contract]:
    common: dict[str, Any] = {
        "account_id": deal.account_id, "opportunity_id": deal.id, "owner_id": deal.owner_id, "supplier": "ours",
        "signed_on": on, "starts_on": starts_on,
    }  # fmt: skip
    made = [_recurring(line, renews.get(line.id), common) for line in lines if line.is_recurring]
    once = [line for line in lines if not line.is_recurring]
    return [*made, *([_one_off(once, deal, common)] if once else [])]


def _recurring(line: QuoteLine, renews_id: int | None, common: dict[str, Any]) -> Contract:
    return Contract(
        name=line.name[:200], product_id=line.product_id, quote_line_id=line.id, amount=line.gross,
        monthly=line.quantity * (line.monthly or 0), payer="unit", renews_id=renews_id,
        ends_on=last_day(common["starts_on"], line.months or 0), **common,
    )  # fmt: skip


def _one_off(lines: list[QuoteLine], deal: Opportunity, common: dict[str, Any]) -> Contract:
    name = lines[0].name if len(lines) == 1 else _("{deal}, paid once", deal=deal.name)
    product = lines[0].product_id if len({line.product_id for line in lines}) == 1 else None
    amount = sum(line.gross for line in lines)
    return Contract(name=name[:200], product_id=product, quote_line_id=lines[0].id, amount=amount, **common)


def last_day(starts_on: date, months: int) -> date:
    """The last day of a term: twelve months from 1 March end on the last of February."""
    year, month = divmod(starts_on.month - 1 + months, 12)
    year, month = starts_on.year + year, month + 1
    day = min(starts_on.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)


# --- taken back -----------------------------------------------------------------------------------------------


def take_back(session: ActorSession, quote: Quote) -> None:
    """As before: its contracts and the signed file are archived. Raises Conflict where work has gone on with them."""
    if quote.state != "accepted":
        raise Conflict(_("This step does not follow from where the quote stands."))
    session.info["batch"] = new_id()
    for contract in contracts_of_quote(session, quote):
        if contract.version > 1:
            raise Conflict(_("The contract “{name}” was changed since. Archive it by itself.", name=contract.name))
        contract.archived_at = clock.now()
    file = session.get(File, quote.signed_file_id) if quote.signed_file_id else None
    if file is not None:
        file.archived_at = clock.now()
    quote.state = "sent" if quote.sent_on else "approved"
    quote.accepted_on, quote.signed_file_id = None, None
    session.flush()


def contracts_of_quote(session: ActorSession, quote: Quote) -> list[Contract]:
    ids = [line.id for line in lines_of(session, quote.id)]
    live = col(Contract.quote_line_id).in_(ids), col(Contract.archived_at).is_(None)
    return list(session.scalars(select(Contract).where(*live).order_by(col(Contract.id)).limit(200))) if ids else []


# --- what may be renewed --------------------------------------------------------------------------------------


def renewable(session: ActorSession, account_id: int, on: date) -> list[Contract]:
    """Our contracts of the client that end about then and that nothing renews yet; the first to end first."""
    near = col(Contract.ends_on) >= on - LATE, col(Contract.ends_on) <= on + EARLY
    own = col(Contract.account_id) == account_id, col(Contract.supplier) == "ours"
    live = select(Contract).where(*own, *near, col(Contract.archived_at).is_(None), ~is_renewed(Contract))
    return list(session.scalars(live.order_by(col(Contract.ends_on), col(Contract.id)).limit(60)))
