"""What the client gets: the quote as a page, in the client's language, without a word of the house's own."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from core.i18n import _, use_language
from crm.pages.quote import READ
from crm.quotes.lines import PROMISE_LABELS
from crm.quotes.promises import in_words
from crm.quotes.quotes import QUOTE
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
    back = f"{QUOTE.path}/{quote.id}"
    made = ClientPage(
        title=_("What the client gets"), back=back, language=quote.language, is_draft=not quote.is_frozen,
        paper=paper_of(quote),
    )  # fmt: skip
    crumbs = (Crumb(text=_(QUOTE.plural), href=QUOTE.path), Crumb(text=quote.name, href=back), Crumb(text=made.title))
    return page(ask, "crm/quote/client.html", made, crumbs)


def paper_of(quote: QuoteView) -> Markup:
    with use_language(quote.language):
        return render_part("crm/quote/paper.html", q=quote, lang=quote.language, promised=promised)


def promised(line: PricedLine) -> str:
    each = line.promise
    return f"{_(PROMISE_LABELS[each.kind])} {in_words(each.unit, each.promised)}" if each else ""
