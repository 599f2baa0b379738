"""What holds of a quote whatever way it is written: its states follow one order, and only a draft changes.

Who answered, sent or signed relies on what they saw. The totals are those of the lines, kept with each change of one.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm.attributes import get_history

from core.db import ActorSession
from core.errors import Conflict, Invalid
from core.i18n import _
from crm.quotes.lines import QuoteLine, discount, lines_of
from crm.quotes.quotes import SETTLED, Quote
from crm.quotes.requests import demand_within

# Asking and its answer are written by the kernel, and pass no unit of work.
COURSE = {
    (None, "draft"), ("draft", "approved"), ("approved", "sent"), ("approved", "accepted"), ("sent", "accepted"),
    ("sent", "refused"), ("approved", "expired"), ("sent", "expired"), ("draft", "replaced"), ("approved", "replaced"),
    ("sent", "replaced"), ("expired", "replaced"), ("refused", "replaced"),
    # taken back
    ("approved", "draft"), ("sent", "approved"), ("accepted", "sent"), ("accepted", "approved"), ("refused", "sent"),
}  # fmt: skip
# What its course writes on a version that does not change any more.
OF_COURSE = {
    "state", "sent_on", "accepted_on", "refused_on", "reason_id", "refused_why", "signed_file_id", "kept", "version",
    "updated_at",
}  # fmt: skip
OF_DELIVERY = {"measured", "measured_on", "version", "updated_at"}


@event.listens_for(ActorSession, "before_flush")
def _keep(session: ActorSession, _context: Any, _instances: Any) -> None:
    rows = [*session.new, *session.dirty]
    quotes = [row for row in rows if isinstance(row, Quote)]
    lines = [row for row in rows if isinstance(row, QuoteLine) and (changed(row) or row in session.new)]
    for quote in quotes:
        _demand_course(session, quote)
    for quote in _quotes_of(session, lines):
        sum_up(session, quote)


def changed(row: Any) -> set[str]:
    return {each.key for each in inspect(row).attrs if each.history.has_changes()}


def state_before(quote: Quote) -> str | None:
    """As it is stored; None of one that is new."""
    if not inspect(quote).persistent:
        return None
    old = get_history(quote, "state").deleted
    return old[0] if old else quote.state


def _demand_course(session: ActorSession, quote: Quote) -> None:
    before = state_before(quote)
    if before != quote.state and (before, quote.state) not in COURSE and before is not None:
        raise Invalid(_("This step does not follow from where the quote stands."))
    if (before, quote.state) == ("draft", "approved"):
        demand_within(session, quote)
    if before not in (None, "draft") and changed(quote) - OF_COURSE:
        raise _settled()


def _quotes_of(session: ActorSession, lines: Iterable[QuoteLine]) -> list[Quote]:
    """The drafts whose lines change. A line of any other version is kept as it is, but for what was measured."""
    found: dict[int, Quote] = {}
    for line in lines:
        quote = next((row for row in session.new if isinstance(row, Quote) and row.id == line.quote_id), None)
        quote = quote or session.get(Quote, line.quote_id)
        if quote is None:
            continue
        if state_before(quote) in (None, "draft"):
            found[quote.id] = quote
        elif line in session.new or changed(line) - OF_DELIVERY:
            raise _settled()
    return list(found.values())


def _settled() -> Conflict:
    return Conflict(_(SETTLED))


def sum_up(session: ActorSession, quote: Quote) -> None:
    """The totals of a draft. Lines are split first and then summed, so that they add up on paper, too."""
    total(quote, lines_of(session, quote.id))


def total(quote: Quote, lines: list[QuoteLine]) -> None:
    quote.net, quote.tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    quote.gross = quote.net + quote.tax
    quote.discount = discount(sum(line.list_gross for line in lines), quote.gross)
    quote.needs_tax_desk = any(line.needs_tax_desk for line in lines)
