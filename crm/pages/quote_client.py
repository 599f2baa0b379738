"""What the client gets: the quote as a page, in the client's language, without a word of the house's own."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from core.db import get
from core.i18n import _, use_language
from crm.pages.logo import address_of
from crm.pages.quote_seen import READ
from crm.quotes.kept import logo_of
from crm.quotes.lines import PROMISE_LABELS
from crm.quotes.promises import in_words
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.reading import PricedLine, QuoteView, quote_view
from web.kit.rendering import render_part
from web.kit.requests import Ask, Routes
from web.kit.shell import page
from web.kit.views import Crumb


@dataclass(frozen=True, kw_only=True)
class ClientPage:
    title: str
    back: str
    language: str
    is_draft: bool
    paper: Markup


def add_routes(made: Routes) -> None:
    made.get(f"{QUOTE.path}/{{id:int}}/client", READ, show)


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        quote = quote_view(session, ask.id)
        logo = logo_of(session, get(session, Quote, quote.id))
    back = f"{QUOTE.path}/{quote.id}"
    made = ClientPage(
        title=_("What the client gets"), back=back, language=quote.language, is_draft=not quote.is_frozen,
        paper=paper_of(quote, address_of(logo.id) if logo else ""),
    )  # fmt: skip
    crumbs = (Crumb(text=_(QUOTE.plural), href=QUOTE.path), Crumb(text=quote.name, href=back), Crumb(text=made.title))
    return page(ask, "crm/quote/client.html", made, crumbs)


def paper_of(quote: QuoteView, logo: str) -> Markup:
    """With the parts that are ticked; a part in which there is nothing is left out."""
    with use_language(quote.language):
        return render_part(
            "crm/quote/paper.html", q=quote, lang=quote.language, promised=promised, logo=logo, parts=quote.parts
        )


def promised(line: PricedLine) -> str:
    each = line.promise
    return f"{_(PROMISE_LABELS[each.kind])} {in_words(each.unit, each.promised)}" if each else ""
