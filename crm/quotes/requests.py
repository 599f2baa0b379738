"""Issuing a quote: ready to send within one's own limit; beyond it the line of superiors agrees, by depth and floor."""

from typing import Any

from core import clock
from core.approvals import asking
from core.approvals.kinds import Kind, Outcome, Rows, Step, Superiors
from core.approvals.line import in_line, people, person_of, superiors
from core.approvals.rows import Approval
from core.db import ActorSession
from core.errors import Conflict, Forbidden, Invalid
from core.history import may
from core.i18n import N_, _
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.quotes.kept import kept_words
from crm.quotes.making import REFUSED
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.standing import Checked, Standing, standing
from web.kit.format import money, percent

NAME = "crm.quote"


def issue(session: ActorSession, quote: Quote, *, reason: str = "", by: int | None = None) -> Approval | None:
    """Ready to send, or asked for. From here on its words and prices stay: somebody relies on them."""
    if by is None and not may(session, QUOTE, quote.id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    if quote.state != "draft":
        raise Conflict(_(REFUSED.get(quote.state, N_("This version was issued already."))))
    stand = standing(session, quote, by)
    _demand_whole(quote, stand)
    quote.kept = kept_words(session, quote)
    if not stand.steps:
        quote.state = "approved"
        session.flush()
        return None
    session.flush()
    facts = _facts(session, quote, stand)
    return asking.request(session, NAME, quote, reason=reason, amount=quote.gross, facts=facts, by=by)


def _demand_whole(quote: Quote, stand: Standing) -> None:
    if not stand.lines:
        raise Invalid(_("There is nothing on this quote yet."))
    if quote.valid_until and quote.valid_until < clock.today():
        raise Invalid(_("Its validity is over. Give it a later day first."))
    if stand.has_other_rates:
        raise Invalid(_("A VAT rate has changed since. Take the rates of today first."))


def demand_within(session: ActorSession, quote: Quote) -> None:
    """Nobody releases alone what asks for superiors, whatever way the state is written."""
    if standing(session, quote).steps:
        raise Forbidden(_("This goes beyond your own limit: it has to be approved."))


def _facts(session: ActorSession, quote: Quote, stand: Standing) -> dict[str, Any]:
    """What was asked, as it was on the day: whoever answers may not see the client's deal."""
    deal = session.get(Opportunity, quote.opportunity_id)
    account = session.get(Account, deal.account_id) if deal and deal.account_id else None
    return {
        "number": quote.name, "deal": deal.name if deal else "", "client": account.name if account else "",
        "gross": quote.gross, "net": quote.net, "discount": quote.discount, "depth": stand.depth, "steps": stand.steps,
        "own_limit": stand.limit.own_limit, "below": len(stand.below),
        "valid_until": quote.valid_until.isoformat() if quote.valid_until else "",
        "lines": [_line(each) for each in stand.lines],
    }  # fmt: skip


def _line(each: Checked) -> dict[str, Any]:
    line = each.line
    listed = line.list_monthly if line.monthly else line.list_one_off
    return {
        "name": line.name, "quantity": line.quantity, "months": line.months if line.monthly else None, "list": listed,
        "price": each.price, "floor": each.floor, "discount": line.discount, "gross": line.gross,
    }  # fmt: skip


# --- the kind -------------------------------------------------------------------------------------------------


def say(approval: Approval) -> str:
    facts = approval.facts
    words = {"number": facts.get("number", ""), "client": facts.get("client") or facts.get("deal", "")}
    words |= {"depth": percent(facts.get("depth", 0)), "amount": money(facts.get("gross"))}
    if facts.get("below"):
        return _("{number} for {client}: {amount}, {depth} off, below the floor price", **words)
    return _("{number} for {client}: {amount}, {depth} off", **words)


def steps(session: ActorSession, approval: Approval) -> tuple[Step, ...]:
    """As many superiors as were due when it was asked. Where the line is shorter, its last one has the last word."""
    requester = person_of(session, approval.owner_id)
    height = len(superiors(requester, people(session, in_line(requester)))) if requester else 0
    due = min(approval.facts.get("steps", 1), max(height, 1))
    return tuple(Step(who=Superiors(n)) for n in range(1, due + 1))


def _settled(session: ActorSession, approval: Approval, before: Rows, _after: Rows) -> None:
    """Nobody approves what they made themselves, though another asked; and nothing but what was asked."""
    if approval.state != "approved":
        return
    if session.actor.user_id in {row["by_id"] for row in before}:
        raise Forbidden(_("Nobody approves a request of their own."))
    if any(row["gross"] != approval.amount for row in before):
        raise Conflict(_("What is asked for has changed since. It has to be asked for anew."))


STATE = Outcome(
    "crm_quote", "id", "state",
    {
        "open": {"draft": "asked"}, "approved": {"asked": "approved"}, "refused": {"asked": "draft"},
        "timed_out": {"asked": "draft"}, "recalled": {"asked": "draft"},
    },
    _settled,
)  # fmt: skip

QUOTE_REQUEST = Kind(
    name=NAME, label=N_("Special price"), entity=QUOTE.stem, say=say, steps=steps, outcomes=(STATE,), days=3
)
