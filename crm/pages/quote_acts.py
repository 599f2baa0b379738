"""The posts of a quote's page: made from its deal, issued, repriced, its clauses chosen, its next version."""

from collections.abc import Callable

from starlette.responses import Response

from core.approvals.rows import Approval
from core.db import ActorSession, get
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.i18n import N_, _
from core.once import once
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal_lines import changeable as changeable_deal
from crm.pages.quote_lines import PartPage, changeable
from crm.pages.quote_seen import UPDATE, seen_of
from crm.pages.quote_top import top_part
from crm.quotes.acceptance import take_back
from crm.quotes.making import make, new_version, reprice
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.requests import issue
from web.kit.requests import Ask, Routes, html, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb

CREATE = QUOTE.permission("create")
STATUS = {Invalid: 422, Conflict: 409, Forbidden: 403}
Act = Callable[[ActorSession, Ask, Quote], Quote]

FLASHES.update({
    "quote-made": N_("The quote is made. Look at its prices, then finish it."),
    "quote-version": N_("The new version is made; the one before is replaced."),
    "quote-issue": N_("Done. Nothing in this version changes any more."),
    "quote-asked": N_("Asked for. You are told when it is answered."),
    "quote-reprice": N_("The VAT rates of today are taken."),
    "quote-back": N_("Taken back."),
    "quote-accepted": N_("Accepted. The contracts are made."),
})  # fmt: skip
UNDOS.update({"quote-accepted": "/crm/quote/{id}/accept/undo"})


def add_routes(made: Routes) -> None:
    made.post(f"{OPPORTUNITY.path}/{{id:int}}/quote", CREATE, make_one)
    for name, act in {"issue": _issue, "reprice": _reprice, "version": _version}.items():
        made.post(f"{QUOTE.path}/{{id:int}}/{name}", UPDATE, _doing(name, act))
    made.post(f"{QUOTE.path}/{{id:int}}/accept/undo", UPDATE, _doing("back", _back))


def make_one(ask: Ask) -> Response:
    """In one press: the deal's lines as a draft."""

    def write(session: ActorSession) -> str:
        return f"{QUOTE.path}/{make(session, changeable_deal(session, ask.id)).id}"

    return see_other(once(ask.actor, ask.typed("key"), ask.pairs(), write), flash="quote-made")


def _doing(name: str, act: Act) -> Callable[[Ask], Response]:
    def done(ask: Ask) -> Response:
        def write(session: ActorSession) -> str:
            return f"{QUOTE.path}/{act(session, ask, changeable(session, ask.id)).id}"

        try:
            path = once(ask.actor, ask.typed("key"), ask.pairs(), write)
        except NotFound:
            raise
        except DomainError as error:
            return refused(ask, error)
        return see_other(path, flash=flash_of(ask, name))

    return done


def flash_of(ask: Ask, name: str) -> str:
    """Finishing asks for an approval first where the price needs one."""
    if name != "issue":
        return f"quote-{name}"
    with ask.reading() as session:
        quote: Quote = get(session, Quote, ask.id)
        return "quote-asked" if quote.state == "asked" else "quote-issue"


def refused(ask: Ask, error: DomainError) -> Response:
    """Where it stands, with the sentence and what was typed."""
    with ask.reading() as session:
        seen = seen_of(session, get(session, Quote, ask.id))
        part = top_part(session, seen, error=str(error), typed=ask.typed("reason"))
    status = STATUS.get(type(error), 422)
    if ask.is_fragment:
        return html(part, status)
    made = PartPage(title=_("Quote"), quote=seen.quote.name, back=seen.path, part=part)
    crumbs = (Crumb(text=_(QUOTE.plural), href=QUOTE.path), Crumb(text=seen.quote.name, href=seen.path))
    return page(ask, "crm/quote/part.html", made, crumbs, status)


def _issue(session: ActorSession, ask: Ask, quote: Quote) -> Quote:
    _made: Approval | None = issue(session, quote, reason=ask.typed("reason"))
    return quote


def _reprice(session: ActorSession, _ask: Ask, quote: Quote) -> Quote:
    reprice(session, quote)
    return quote


def _version(session: ActorSession, _ask: Ask, quote: Quote) -> Quote:
    return new_version(session, quote)


def _back(session: ActorSession, _ask: Ask, quote: Quote) -> Quote:
    take_back(session, quote)
    return quote
