"""Read one quote as its paper needs it. An issued quote is the same paper whoever makes it, and whenever."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from core import clock
from core.db import ActorSession, get
from core.errors import Invalid
from core.i18n import _
from core.lists import Query
from crm.quotes.kept import logo_of
from crm.quotes.logos import Printed
from crm.quotes.quotes import Quote
from crm.quotes.reading import PricedLine, QuoteView, quote_view

FILTER = "quote"


@dataclass(frozen=True)
class Offer:
    """What the client gets. `made_at` is the day of the prices, or now while it still is a draft."""

    quote: QuoteView
    made_at: datetime
    reader: str
    logo: Printed | None

    @property
    def rows(self) -> int:
        """The lines that are offered."""
        return len(self.quote.lines)

    @property
    def is_draft(self) -> bool:
        return not self.quote.is_frozen


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> Offer:
    """The quote that the query names. Raises Invalid without one, NotFound where it is hidden."""
    named = (query or Query()).filters.get(FILTER, ())
    if len(named) != 1 or not named[0].isdecimal():
        raise Invalid(_("Open the quote, and make its paper there."))
    quote = quote_view(session, int(named[0]))
    logo = logo_of(session, get(session, Quote, quote.id))
    made_at = clock.start_of(quote.priced_on) if quote.is_frozen else clock.now()
    return Offer(_as_issued(quote), made_at, quote.contact.name.of(quote.language), logo)


def _as_issued(quote: QuoteView) -> QuoteView:
    """Without what came later: whether it was sent or accepted, and what was measured at the delivery."""
    state = "issued" if quote.is_frozen else "draft"
    lines = tuple(_promised_only(line) for line in quote.lines)
    return replace(quote, state=state, sent_on=None, accepted_on=None, lines=lines)


def _promised_only(line: PricedLine) -> PricedLine:
    if line.promise is None:
        return line
    return replace(line, promise=replace(line.promise, measured=None, measured_on=None, is_kept=None))
