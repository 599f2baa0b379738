"""The quote and the proposal as PDF. Both are drawn in the language that was chosen for the client."""

from collections.abc import Callable, Mapping

from reportlab.platypus import Flowable, PageBreak, Spacer

from core import files
from core.i18n import _, use_language
from core.settings import settings
from crm.quotes.parts import PARTS
from crm.quotes.reading import QuoteView
from reports.engine.blocks import Conclusion, paragraph, section
from reports.engine.numbers import Money, long_day
from reports.engine.page import Paper, render
from reports.offer import blocks
from reports.offer.gather import Offer


def draw_quote(offer: Offer) -> bytes:
    """Parties, prices, promises, clauses and signatures."""
    with use_language(offer.quote.language):
        title = _("Quote {number}", number=offer.quote.name)
        return render(_paper(offer, title), lambda: _quote(offer.quote))


def draw_proposal(offer: Offer) -> bytes:
    """A cover, the client's need in the client's words, our answer, and the quote."""
    with use_language(offer.quote.language):
        title = _("Proposal: {deal}", deal=offer.quote.deal)
        return render(_paper(offer, title, is_tall=True), lambda: _proposal(offer.quote))


def _paper(offer: Offer, title: str, *, is_tall: bool = False) -> Paper:
    quote = offer.quote
    parts = [quote.client.of(quote.language), long_day(quote.priced_on)]
    if offer.is_draft:
        parts.append(_("Draft: prices and words may still change"))
    return Paper(
        title=title,
        subtitle=" · ".join(parts),
        kicker=quote.firm.of(quote.language) or _("Octant"),
        author=offer.reader,
        scope=_("Quote {number} · valid until {day}", number=quote.name, day=long_day(quote.valid_until)),
        data=offer,
        is_tall=is_tall,
        is_for_client=True,
        logo=files.read(offer.logo.key, offer.logo.digest) if offer.logo else b"",
    )


def _quote(quote: QuoteView) -> list[Flowable]:
    return [
        blocks.parties(quote),
        *blocks.words_of(_("What you need"), quote.need),
        *blocks.prices(quote),
        *blocks.promises(quote),
        *blocks.clauses(quote),
        blocks.signatures(quote),
    ]


def _proposal(quote: QuoteView) -> list[Flowable]:
    """The cover, and the parts that were ticked. One in which there is nothing takes no room."""
    cover = [blocks.parties(quote), Spacer(1, 24), Conclusion(_in_short(quote), label=_("In short"))]
    chosen = [part for code in PARTS if code in quote.parts for part in DRAWN[code](quote)]
    return [*cover, PageBreak(), *chosen] if chosen else cover


def _signature(quote: QuoteView) -> list[Flowable]:
    return [*section(_("How to accept"), paragraph(_how(quote))), blocks.signatures(quote)]


DRAWN: Mapping[str, Callable[[QuoteView], list[Flowable]]] = {
    "need": lambda quote: blocks.words_of(_("What you need"), quote.need),
    "solution": lambda quote: blocks.words_of(_("Our solution"), quote.solution),
    "plan": lambda quote: blocks.words_of(_("Plan"), quote.plan),
    "prices": blocks.prices,
    "promises": blocks.promises,
    "references": blocks.references,
    "clauses": blocks.clauses,
    "signature": _signature,
}


def _in_short(quote: QuoteView) -> tuple[str, ...]:
    """The offer in sentences that its lines prove."""
    money = Money(settings().currency)
    said = [_("{n} products and services, {total} with tax.", n=len(quote.lines), total=money.signed(quote.gross))]
    if quote.month_gross:
        said.append(_("Each month {amount}.", amount=money.signed(quote.month_gross)))
    if quote.once_gross:
        said.append(_("Once {amount}.", amount=money.signed(quote.once_gross)))
    return (*said, _("This offer is valid until {day}.", day=long_day(quote.valid_until)))


def _how(quote: QuoteView) -> str:
    contact = quote.contact
    reach = " · ".join(part for part in (contact.name.of(quote.language), contact.mobile, contact.email) if part)
    day = long_day(quote.valid_until)
    return _("Sign and seal one copy and return it by {day} to {contact}.", day=day, contact=reach or "—")
